#include "config.h"

#include "client/recheck.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "client/look.h"

void recheck_init(struct recheck *r)
{
    *r = (struct recheck){.header = BUF_INIT(LIMIT_HEADER)};
}

void recheck_release(struct recheck *r)
{
    buf_release(&r->header);
}

void recheck_begin(struct recheck *r, struct commit_item *items, size_t count)
{
    r->items = items;
    r->count = count;
    r->next = r->answered = 0;
}

static bool is_open(const struct commit_item *item)
{
    return item->state == ITEM_STAGED && !item->proved;
}

bool recheck_more(struct recheck *r, const struct fetch *f, struct online *o, int64_t now)
{
    while (r->next < r->count && online_room(o)) {
        struct commit_item *item = &r->items[r->next];
        if (is_open(item)) {
            struct command look;
            if (!fetch_look(f, item->index, &look))
                item->state = ITEM_LEFT_OUT;
            else if (online_submit(o, &look, TAG_COMMIT, now))
                r->outstanding++;
            else
                return false;
        }
        r->next++;
    }
    return !r->outstanding && r->next == r->count;
}

static void compare(struct recheck *r, bool ok, const struct maildrop *m)
{
    while (r->answered < r->next && !is_open(&r->items[r->answered]))
        r->answered++;
    if (r->answered == r->next)
        return;
    struct commit_item *item = &r->items[r->answered++];
    const struct summary *known = maildrop_at(m, item->index)->summary;
    struct summary *s = summary_new(r->header.data, r->header.len, NULL);
    item->proved = ok && !memcmp(s->fingerprint, known->fingerprint, sizeof s->fingerprint);
    if (!item->proved)
        item->state = ITEM_LEFT_OUT;
    free(s);
    r->outstanding--;
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
    return r->outstanding > 0;
}

void recheck_drop(struct recheck *r)
{
    r->stale += r->outstanding;
    r->outstanding = 0;
    buf_clear(&r->header);
}

void recheck_lost(struct recheck *r)
{
    r->outstanding = r->stale = 0;
    buf_clear(&r->header);
}
