#include "config.h"

#include "client/recheck.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "client/look.h"

/* Copies of one turn: about as long as a frame takes. */
#define COPIES_AT_ONCE 16

void recheck_init(struct recheck *r)
{
    *r = (struct recheck){.header = BUF_INIT(LIMIT_HEADER)};
}

void recheck_release(struct recheck *r)
{
    buf_release(&r->header);
}

static enum commit_item_look look_needed(struct recheck *r, const struct commit_item *item)
{
    enum copies_need need = r->copies && !item->has_copy ? copies_need(r->copies, item->index)
                                                         : COPIES_NEED_NOTHING;
    if (need == COPIES_NEED_ALL)
        return ITEM_LOOK_ALL;
    return need == COPIES_NEED_HEADER || !item->proved ? ITEM_LOOK_HEADER : ITEM_LOOK_NONE;
}

void recheck_start(struct recheck *r, struct commit_item *items, size_t count)
{
    r->items = items;
    r->ahead_count = count;
    r->ahead = r->next = r->answered = r->count = 0;
    err_clear(&r->error);
    if (r->copies)
        copies_begin(r->copies);
}

bool recheck_ahead(struct recheck *r)
{
    if (!r->copies || r->error.code != ERR_NONE)
        return false;
    if (r->ahead == r->ahead_count)
        return copies_sync(r->copies, false, &r->error) == TRASH_SYNC_MORE;
    for (int i = 0; i < COPIES_AT_ONCE && r->ahead < r->ahead_count; i++, r->ahead++)
        if (!copies_make_ahead(r->copies, &r->items[r->ahead], &r->error))
            return false;
    return true;
}

void recheck_begin(struct recheck *r, const struct fetch *f)
{
    r->count = r->ahead_count;
    for (size_t i = 0; i < r->count; i++) {
        r->items[i].look = look_needed(r, &r->items[i]);
        if (r->items[i].look == ITEM_LOOK_ALL && fetch_deletes(f))
            err_set(&r->error, ERR_UNAVAILABLE, "%s",
                    _("This server deletes what is fetched whole (EXPIRE 0): no full copy can "
                      "be kept before."));
    }
}

/* Whole messages that are asked for ahead: the line is full, and calling it off stays quick. */
#define WHOLE_AT_ONCE 16

static bool has_room(const struct recheck *r, const struct online *o)
{
    bool is_whole = r->items[r->next].look == ITEM_LOOK_ALL;
    return online_room(o) && (!is_whole || r->outstanding < WHOLE_AT_ONCE);
}

static bool is_open(const struct commit_item *item)
{
    return item->state == ITEM_STAGED && item->look != ITEM_LOOK_NONE;
}

/* HEADER NULL: nothing was asked of the server, or it refused. */
static void copy(struct recheck *r, struct commit_item *item, const struct buf *header)
{
    if (r->copies && !item->has_copy && item->state == ITEM_STAGED && r->error.code == ERR_NONE)
        copies_make(r->copies, item, header, &r->error);
}

/* False where it must not be asked for: then all is known that can be. */
static bool look_command_of(const struct fetch *f, const struct commit_item *item,
                            struct command *look)
{
    *look = (struct command){.verb = COMMAND_RETR, .number = item->number};
    return item->look == ITEM_LOOK_ALL || fetch_look(f, item->index, look);
}

bool recheck_more(struct recheck *r, const struct fetch *f, struct online *o, int64_t now)
{
    while (r->next < r->count && has_room(r, o) && r->error.code == ERR_NONE) {
        struct commit_item *item = &r->items[r->next];
        struct command look;
        if (is_open(item) && look_command_of(f, item, &look)) {
            if (!online_submit(o, &look, TAG_COMMIT, now))
                return false;
            r->outstanding++;
        } else if (item->state == ITEM_STAGED) {
            item->look = ITEM_LOOK_NONE;
            if (!item->proved)
                item->state = ITEM_LEFT_OUT;
            copy(r, item, NULL);
        }
        r->next++;
    }
    return r->error.code != ERR_NONE || (!r->outstanding && r->next == r->count);
}

static void prove(const struct recheck *r, struct commit_item *item, bool ok,
                  const struct maildrop *m)
{
    const struct summary *known = maildrop_at(m, item->index)->summary;
    struct summary *s = summary_new(r->header.data, r->header.len, NULL);
    item->proved = ok && !memcmp(s->fingerprint, known->fingerprint, sizeof s->fingerprint);
    if (!item->proved)
        item->state = ITEM_LEFT_OUT;
    free(s);
}

static void compare(struct recheck *r, bool ok, const struct maildrop *m)
{
    while (r->answered < r->next && !is_open(&r->items[r->answered]))
        r->answered++;
    if (r->answered == r->next)
        return;
    struct commit_item *item = &r->items[r->answered++];
    r->outstanding--;
    if (!item->proved)
        prove(r, item, ok, m);
    if (item->state == ITEM_STAGED && item->look == ITEM_LOOK_ALL && !ok)
        item->state = ITEM_UNCOPIED;
    copy(r, item, ok ? &r->header : NULL);
}

bool recheck_event(struct recheck *r, const struct pop3_event *ev, const struct maildrop *m)
{
    bool complete = ev->type == POP3_EVENT_END || (ev->type == POP3_EVENT_REPLY && !ev->ok);
    if (r->stale) {
        r->stale -= complete;
        return false;
    }
    if (ev->type == POP3_EVENT_LINE)
        look_append(&r->header, ev, "\n");
    if (!complete)
        return false;
    compare(r, ev->type == POP3_EVENT_END, m);
    buf_clear(&r->header);
    return true;
}

bool recheck_is_running(const struct recheck *r)
{
    return r->outstanding || r->next < r->count;
}

size_t recheck_progress(const struct recheck *r)
{
    return r->next - r->outstanding;
}

void recheck_drop(struct recheck *r)
{
    r->stale += r->outstanding;
    r->outstanding = r->next = r->count = 0;
    buf_clear(&r->header);
}

void recheck_lost(struct recheck *r)
{
    r->outstanding = r->stale = r->next = r->count = 0;
    buf_clear(&r->header);
}
