#include "config.h"

#include "client/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "base/mem.h"

/* Headers that are written at once: some milliseconds, in which no key is answered. */
#define BUNDLE 256
/* They wait for the list to be complete, as it is what the user waits for; but not longer than
 * a crash may cost, and not more of them than there is room for beside the list itself. */
#define WAIT_MS 2000
#define WAITING_LEAST (16u * 1024 * 1024)
#define WAITING_AND_LIST (64u * 1024 * 1024)
#define LISTED_MESSAGE 700u

struct waiting {
    size_t index;
    char *block;
    size_t len;
};

struct memory {
    struct db *db;
    const struct account *account;
    struct maildrop *maildrop;
    struct marks *marks;
    bool is_open;            /* a bundle */
    struct waiting *waiting; /* headers that are not written yet */
    uint32_t *places;        /* by message index: where it waits, from 1 on; 0: it does not */
    size_t place_count;
    size_t waiting_count, waiting_room;
    size_t written;        /* of them */
    size_t waiting_octets; /* of the others' blocks */
    int64_t waits_from;    /* when the first of them was seen; -1 while there is none */
    bool is_draining;      /* they have waited long enough */
    size_t recalled;       /* messages: the first of the model */
    size_t recalled_marks;
    int64_t marked_at;
    struct buf server; /* as in memory_server() */
};

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
    marks_restore(y->marks, found->index, m->mark, m->cause, m->why, m->size);
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

static void recall_server(struct memory *y)
{
    int64_t at;
    if (y->db && y->account->cache && db_server(y->db, &y->server, &at) &&
        time(NULL) - at > LIMIT_LEARNT_DAYS * 86400)
        buf_clear(&y->server);
}

struct memory *memory_new(struct db *d, const struct account *account, struct maildrop *m,
                          struct marks *marks)
{
    struct memory *y = xcalloc(1, sizeof *y);
    *y = (struct memory){.account = account,
                         .maildrop = m,
                         .marks = marks,
                         .server = BUF_INIT(LIMIT_LEARNT_CAPA),
                         .waits_from = -1};
    struct buf key = BUF_INIT(2048);
    account_key(account, &key);
    if (d && db_use(d, key.data))
        y->db = d;
    buf_release(&key);
    recall_server(y);
    return y;
}

const char *memory_server(const struct memory *y)
{
    return y->server.data;
}

void memory_put_server(struct memory *y, const char *capa)
{
    if (!is_on(y) || !y->account->cache || !strcmp(capa, y->server.data))
        return;
    buf_clear(&y->server);
    buf_append_str(&y->server, capa);
    db_put_server(y->db, capa, (int64_t)time(NULL));
}

/* ---- remembering ------------------------------------------------------------------------- */

static void open_bundle(struct memory *y)
{
    if (!y->is_open)
        db_begin(y->db);
    y->is_open = true;
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
    const struct db_message row = {
        m->uidl, m->size, m->place, summary.len ? summary.data : NULL, summary.len, m->folded};
    open_bundle(y);
    db_put_message(y->db, &row, summary.len ? block : NULL, len);
    buf_release(&summary);
}

static void forget_waiting(struct memory *y)
{
    for (size_t i = y->written; i < y->waiting_count; i++)
        free(y->waiting[i].block);
    free(y->waiting);
    free(y->places);
    y->waiting = NULL;
    y->places = NULL;
    y->place_count = 0;
    y->waiting_count = y->waiting_room = y->written = y->waiting_octets = 0;
    y->waits_from = -1;
    y->is_draining = false;
}

/* At most COUNT of the headers that wait. */
static void write_headers(struct memory *y, size_t count)
{
    for (; count && y->written < y->waiting_count; count--, y->written++) {
        const struct waiting *w = &y->waiting[y->written];
        if (maildrop_at(y->maildrop, w->index)->present)
            put(y, w->index, w->block, w->len);
        y->waiting_octets -= w->len;
        y->places[w->index] = 0;
        free(w->block);
    }
    close_bundle(y);
    if (y->written == y->waiting_count)
        forget_waiting(y);
}

static void make_place(struct memory *y, size_t index)
{
    size_t size = maildrop_size(y->maildrop);
    if (index < y->place_count)
        return;
    y->places = xreallocarray(y->places, size, sizeof *y->places);
    memset(y->places + y->place_count, 0, (size - y->place_count) * sizeof *y->places);
    y->place_count = size;
}

/* NULL where it does not wait, or no more. */
static const struct waiting *find_waiting(const struct memory *y, size_t index)
{
    uint32_t place = index < y->place_count ? y->places[index] : 0;
    return place ? &y->waiting[place - 1] : NULL;
}

void memory_header(struct memory *y, size_t index, const char *block, size_t len)
{
    if (!is_on(y) || !is_known(y, index))
        return;
    make_place(y, index);
    if (y->waiting_count == y->waiting_room) {
        y->waiting_room = y->waiting_room ? 2 * y->waiting_room : BUNDLE;
        y->waiting = xreallocarray(y->waiting, y->waiting_room, sizeof *y->waiting);
    }
    y->waiting[y->waiting_count++] = (struct waiting){index, xmemdup0(block, len), len};
    y->waiting_octets += len;
    y->places[index] = (uint32_t)y->waiting_count;
}

bool memory_find_header(struct memory *y, size_t index, struct buf *out)
{
    const struct message *m = maildrop_at(y->maildrop, index);
    if (!is_on(y) || !is_known(y, index))
        return false;
    const struct waiting *w = find_waiting(y, index);
    if (w && y->account->cache)
        return buf_append_cut(out, w->block, w->len) || out->len;
    return db_header(y->db, m->uidl, m->size, out);
}

static void write_marks(struct memory *y)
{
    size_t index;
    int64_t now = (int64_t)time(NULL);
    while ((index = marks_take_change(y->marks)) != SIZE_MAX) {
        const struct message *m = maildrop_at(y->maildrop, index);
        if (!is_known(y, index))
            continue;
        enum mark mark = marks_get(y->marks, index);
        bool refuses = mark == MARK_NONE && marks_refuse_rules(y->marks, index);
        enum mark_cause cause = refuses ? CAUSE_RULE : marks_cause(y->marks, index);
        const struct db_mark row = {m->uidl, m->size, mark, cause, marks_why(y->marks, index),
                                    now};
        open_bundle(y);
        db_put_mark(y->db, &row);
    }
}

void memory_write_marks(struct memory *y)
{
    if (!is_on(y))
        return;
    write_marks(y);
    close_bundle(y);
}

static size_t waiting_most(const struct memory *y)
{
    size_t list = maildrop_size(y->maildrop) * LISTED_MESSAGE;
    return list < WAITING_AND_LIST - WAITING_LEAST ? WAITING_AND_LIST - list : WAITING_LEAST;
}

void memory_turn(struct memory *y, bool is_idle, int64_t now)
{
    if (!is_on(y))
        return;
    write_marks(y);
    close_bundle(y);
    if (!y->waiting_count)
        return;
    if (y->waits_from < 0)
        y->waits_from = now;
    if (is_idle || y->waiting_octets >= waiting_most(y) || now - y->waits_from >= WAIT_MS)
        y->is_draining = true;
    if (y->is_draining)
        write_headers(y, BUNDLE);
}

int memory_wait_ms(const struct memory *y, int64_t now)
{
    if (!is_on(y) || y->waits_from < 0)
        return -1;
    int64_t left = WAIT_MS - (now - y->waits_from);
    return y->is_draining || left < 0 ? 0 : (int)left;
}

void memory_gone(struct memory *y)
{
    if (!is_on(y))
        return;
    write_marks(y);
    write_headers(y, SIZE_MAX);
    open_bundle(y);
    for (size_t i = 0; i < maildrop_size(y->maildrop); i++) {
        const struct message *m = maildrop_at(y->maildrop, i);
        if (!m->present && is_known(y, i))
            db_drop_message(y->db, m->uidl, m->size);
    }
    close_bundle(y);
}

void memory_free(struct memory *y)
{
    if (!y)
        return;
    if (is_on(y)) {
        write_marks(y);
        write_headers(y, SIZE_MAX);
    }
    forget_waiting(y);
    buf_release(&y->server);
    free(y);
}
