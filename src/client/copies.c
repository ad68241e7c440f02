#include "config.h"

#include "client/copies.h"

#include <stdlib.h>
#include <time.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "client/spool.h"

struct copies {
    const struct maildrop *maildrop;
    const struct marks *marks;
    struct whole *whole;
    struct memory *memory;
    struct trash *trash;
    enum account_trash what;
    char *key;
};

struct copies *copies_new(const struct account *account, const struct maildrop *m,
                          const struct marks *marks, struct whole *w)
{
    struct copies *c = xcalloc(1, sizeof *c);
    struct buf key = BUF_INIT(2048);
    account_key(account, &key);
    *c = (struct copies){m, marks, w, NULL, NULL, account->trash, buf_detach(&key)};
    return c;
}

void copies_recall_from(struct copies *c, struct memory *y)
{
    c->memory = y;
}

void copies_go_to(struct copies *c, struct trash *t)
{
    c->trash = t;
}

void copies_free(struct copies *c)
{
    if (!c)
        return;
    free(c->key);
    free(c);
}

void copies_choose(struct copies *c, enum account_trash what)
{
    c->what = what;
}

enum account_trash copies_choice(const struct copies *c)
{
    return c->trash ? c->what : ACCOUNT_TRASH_NONE;
}

static bool makes_copies(const struct copies *c)
{
    return copies_choice(c) != ACCOUNT_TRASH_NONE;
}

void copies_begin(struct copies *c)
{
    if (c->trash)
        trash_begin(c->trash);
}

static bool is_whole(struct copies *c, size_t index, struct spool **spool)
{
    return whole_state(c->whole, index, spool) == WHOLE_HERE;
}

static bool is_remembered(struct copies *c, size_t index)
{
    struct buf header = BUF_INIT(LIMIT_HEADER);
    bool is = memory_find_header(c->memory, index, &header);
    buf_release(&header);
    return is;
}

enum copies_need copies_need(struct copies *c, size_t index)
{
    struct spool *spool;
    if (!makes_copies(c) || is_whole(c, index, &spool))
        return COPIES_NEED_NOTHING;
    if (c->what == ACCOUNT_TRASH_FULL)
        return COPIES_NEED_ALL;
    return is_remembered(c, index) ? COPIES_NEED_NOTHING : COPIES_NEED_HEADER;
}

static struct trash_note note_of(const struct copies *c, size_t index, bool is_full)
{
    const struct message *m = maildrop_at(c->maildrop, index);
    return (struct trash_note){
        .account = c->key,
        .uidl = m->uidl,
        .cause = marks_why(c->marks, index),
        .size = m->size,
        .deleted = (int64_t)time(NULL),
        .is_full = is_full,
    };
}

static bool add(struct copies *c, struct commit_item *item, bool is_full,
                const struct body_source *source, struct err *e)
{
    const struct trash_note note = note_of(c, item->index, is_full);
    item->has_copy = trash_add(c->trash, &note, source, &item->copy, e);
    return item->has_copy;
}

static bool add_header(struct copies *c, struct commit_item *item, const struct buf *header,
                       struct err *e)
{
    struct buf remembered = BUF_INIT(LIMIT_HEADER);
    if (!header || !header->len) {
        memory_find_header(c->memory, item->index, &remembered);
        header = &remembered;
    }
    struct body_memory memory = {header->data, header->len};
    const struct body_source source = {&memory, body_read_memory, true};
    bool added = add(c, item, false, &source, e);
    buf_release(&remembered);
    return added;
}

bool copies_make(struct copies *c, struct commit_item *item, const struct buf *header,
                 struct err *e)
{
    struct spool *spool;
    if (!makes_copies(c))
        return true;
    if (is_whole(c, item->index, &spool)) {
        const struct body_source source = {spool, spool_read, false};
        return add(c, item, true, &source, e);
    }
    if (c->what != ACCOUNT_TRASH_FULL)
        return add_header(c, item, header, e);
    if (whole_error(c->whole)->code != ERR_NONE)
        *e = *whole_error(c->whole);
    else
        err_set(e, ERR_IO, "%s",
                _("A message could not be fetched whole, so that no copy can be kept."));
    return false;
}

bool copies_make_ahead(struct copies *c, struct commit_item *item, struct err *e)
{
    struct spool *spool;
    struct buf remembered = BUF_INIT(LIMIT_HEADER);
    bool made = true;
    if (makes_copies(c) && is_whole(c, item->index, &spool))
        made = copies_make(c, item, NULL, e);
    else if (copies_choice(c) == ACCOUNT_TRASH_HEADERS &&
             memory_find_header(c->memory, item->index, &remembered))
        made = add_header(c, item, &remembered, e);
    buf_release(&remembered);
    return made;
}

enum trash_sync copies_sync(struct copies *c, bool to_the_end, struct err *e)
{
    return c->trash ? trash_sync(c->trash, to_the_end, e) : TRASH_SYNC_DONE;
}

void copies_settle(struct copies *c, const struct commit_item *items, size_t count)
{
    if (!c->trash)
        return;
    for (size_t i = 0; i < count; i++) {
        enum commit_item_state state = items[i].state;
        bool may_be_gone = state == ITEM_SENT || state == ITEM_ACCEPTED || state == ITEM_GONE;
        if (items[i].has_copy && !may_be_gone)
            trash_take_back(c->trash, items[i].copy);
    }
    trash_expire(c->trash, (int64_t)time(NULL));
}
