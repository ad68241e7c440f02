#include "config.h"

#include "client/memory.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "base/mem.h"

/* Headers that are written at once. */
#define BUNDLE 256

struct memory {
    struct db *db;
    const struct account *account;
    struct maildrop *maildrop;
    struct marks *marks;
    bool is_open; /* a bundle */
    size_t bundled;
    size_t recalled; /* messages: the first of the model */
    size_t recalled_marks;
    int64_t marked_at;
};

struct memory *memory_new(struct db *d, const struct account *account, struct maildrop *m,
                          struct marks *marks)
{
    struct memory *y = xcalloc(1, sizeof *y);
    *y = (struct memory){.account = account, .maildrop = m, .marks = marks};
    struct buf key = BUF_INIT(2048);
    account_key(account, &key);
    if (d && db_use(d, key.data))
        y->db = d;
    buf_release(&key);
    return y;
}

void memory_free(struct memory *y)
{
    if (y && y->is_open)
        db_end(y->db);
    free(y);
}

static bool is_on(const struct memory *y)
{
    return y->db && db_error(y->db)->code == ERR_NONE;
}

bool memory_keeps_marks(const struct memory *y)
{
    return is_on(y);
}

const struct err *memory_error(const struct memory *y)
{
    static const struct err none;
    return y->db ? db_error(y->db) : &none;
}

/* ---- recalling --------------------------------------------------------------------------- */

static bool recall_message(void *memory, const struct db_message *m)
{
    struct memory *y = memory;
    struct summary *s = NULL;
    if (m->summary && y->account->cache)
        s = summary_read(m->summary, m->summary_len);
    maildrop_remember(y->maildrop, m->uidl, m->size, m->place, s,
                      s && m->folded ? xstrdup(m->folded) : NULL);
    return ++y->recalled < LIMIT_MESSAGES;
}

/* Message indexes by UIDL, for the marks. */
struct place_of {
    const char *uidl;
    size_t index;
};

static int by_uidl(const void *a, const void *b)
{
    return strcmp(((const struct place_of *)a)->uidl, ((const struct place_of *)b)->uidl);
}

struct recalling {
    struct memory *memory;
    struct place_of *places;
    size_t count;
};

static bool recall_mark(void *recalling, const struct db_mark *m)
{
    struct recalling *r = recalling;
    struct memory *y = r->memory;
    const struct place_of key = {m->uidl, 0};
    const struct place_of *found = bsearch(&key, r->places, r->count, sizeof key, by_uidl);
    if (!found || maildrop_at(y->maildrop, found->index)->size != m->size)
        return true;
    marks_restore(y->marks, found->index, m->mark, m->cause, m->size);
    y->recalled_marks += m->mark == MARK_DELETE;
    if (m->mark == MARK_DELETE && m->at > y->marked_at)
        y->marked_at = m->at;
    return true;
}

bool memory_recall(struct memory *y)
{
    if (!is_on(y) || !db_each_message(y->db, recall_message, y) || !y->recalled)
        return false;
    struct recalling r = {y, xcalloc(y->recalled, sizeof *r.places), y->recalled};
    for (size_t i = 0; i < r.count; i++)
        r.places[i] = (struct place_of){maildrop_at(y->maildrop, i)->uidl, i};
    qsort(r.places, r.count, sizeof *r.places, by_uidl);
    db_each_mark(y->db, recall_mark, &r);
    free(r.places);
    return true;
}

size_t memory_recalled_marks(const struct memory *y, int64_t *at)
{
    *at = y->marked_at;
    return y->recalled_marks;
}

/* ---- remembering ------------------------------------------------------------------------- */

static void open_bundle(struct memory *y)
{
    if (y->is_open)
        return;
    db_begin(y->db);
    y->is_open = true;
    y->bundled = 0;
}

static void close_bundle(struct memory *y)
{
    if (y->is_open)
        db_end(y->db);
    y->is_open = false;
}

/* It can be found again: only what has a UIDL of its own. */
static bool is_known(const struct memory *y, size_t index)
{
    const struct message *m = maildrop_at(y->maildrop, index);
    return *m->uidl && m->uidl_unique;
}

static void put(struct memory *y, size_t index, const char *block, size_t len)
{
    const struct message *m = maildrop_at(y->maildrop, index);
    struct buf summary = BUF_INIT(SIZE_MAX / 8);
    if (m->summary && y->account->cache)
        summary_write(&summary, m->summary);
    const struct db_message row = {m->uidl, m->size, m->place,
                                   summary.len ? summary.data : NULL, summary.len,
                                   m->folded};
    open_bundle(y);
    db_put_message(y->db, &row, summary.len ? block : NULL, len);
    buf_release(&summary);
    if (++y->bundled >= BUNDLE)
        close_bundle(y);
}

void memory_header(struct memory *y, size_t index, const char *block, size_t len)
{
    if (is_on(y) && is_known(y, index))
        put(y, index, block, len);
}

bool memory_find_header(struct memory *y, size_t index, struct buf *out)
{
    const struct message *m = maildrop_at(y->maildrop, index);
    return is_on(y) && is_known(y, index) && db_header(y->db, m->uidl, m->size, out);
}

static void write_marks(struct memory *y)
{
    size_t index;
    int64_t now = (int64_t)time(NULL);
    while ((index = marks_take_change(y->marks)) != SIZE_MAX) {
        const struct message *m = maildrop_at(y->maildrop, index);
        if (!is_known(y, index))
            continue;
        const struct db_mark row = {m->uidl, m->size, marks_get(y->marks, index),
                                    marks_cause(y->marks, index), now};
        open_bundle(y);
        db_put_mark(y->db, &row);
    }
}

void memory_write(struct memory *y)
{
    if (!is_on(y))
        return;
    write_marks(y);
    close_bundle(y);
}

void memory_gone(struct memory *y)
{
    if (!is_on(y))
        return;
    write_marks(y);
    open_bundle(y);
    for (size_t i = 0; i < maildrop_size(y->maildrop); i++) {
        const struct message *m = maildrop_at(y->maildrop, i);
        if (!m->present && is_known(y, i))
            db_drop_message(y->db, m->uidl, m->size);
    }
    close_bundle(y);
}
