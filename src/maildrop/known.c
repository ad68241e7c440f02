#include "config.h"

#include "maildrop/known.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/limits.h"
#include "base/mem.h"
#include "mail/address.h"
#include "maildrop/folded.h"

#define LEAST_MESSAGES 3u
#define LEAST_SPAN 30 /* days between the first and the last */
#define SHORTEST_NAME 3u
#define DAY 86400

/* An address, or a name, known by its hash with a key that no sender knows: a hundred thousand
 * take a few megabytes. */
struct entry {
    uint64_t hash;               /* 0: free */
    int32_t first_day, last_day; /* of an address's dated messages */
    uint32_t messages;           /* those */
    uint32_t message;            /* of a sender who was known under a name */
    bool is_kept;                /* a message of an address is */
};

struct table {
    struct entry *entries;
    size_t count, size; /* a power of two, at most half full */
};

struct known {
    const struct maildrop *maildrop;
    const struct marks *marks;
    uint8_t key[HASH_KEY_SIZE];
    struct table senders, names;
    uint64_t marks_seen;
    bool has_seen_marks;
};

/* ---- tables ------------------------------------------------------------------------------ */

static void table_init(struct table *t)
{
    t->size = 64;
    t->entries = xcalloc(t->size, sizeof *t->entries);
}

/* Where HASH is, or would be. */
static struct entry *table_find(const struct table *t, uint64_t hash)
{
    size_t i = hash & (t->size - 1);
    while (t->entries[i].hash && t->entries[i].hash != hash)
        i = (i + 1) & (t->size - 1);
    return &t->entries[i];
}

static void table_grow(struct table *t)
{
    struct table bigger = {.count = t->count, .size = 2 * t->size};
    bigger.entries = xcalloc(bigger.size, sizeof *bigger.entries);
    for (size_t i = 0; i < t->size; i++)
        if (t->entries[i].hash)
            *table_find(&bigger, t->entries[i].hash) = t->entries[i];
    free(t->entries);
    *t = bigger;
}

static struct entry *table_put(struct table *t, uint64_t hash)
{
    if (2 * (t->count + 1) > t->size)
        table_grow(t);
    struct entry *e = table_find(t, hash);
    t->count += !e->hash;
    e->hash = hash;
    return e;
}

struct known *known_new(const struct maildrop *m, const struct marks *k,
                        const uint8_t key[HASH_KEY_SIZE])
{
    struct known *n = xcalloc(1, sizeof *n);
    n->maildrop = m;
    n->marks = k;
    memcpy(n->key, key, sizeof n->key);
    table_init(&n->senders);
    table_init(&n->names);
    return n;
}

void known_free(struct known *n)
{
    if (!n)
        return;
    free(n->senders.entries);
    free(n->names.entries);
    free(n);
}

/* ---- hashes ------------------------------------------------------------------------------ */

/* In any case; 0 for nothing. */
static uint64_t hash_of(const struct known *n, const char *text, size_t len)
{
    char lower[LIMIT_TEXT];
    if (!len)
        return 0;
    if (len > sizeof lower)
        len = sizeof lower;
    for (size_t i = 0; i < len; i++)
        lower[i] = ascii_lower(text[i]);
    uint64_t hash = hash_bytes(n->key, lower, len);
    return hash ? hash : 1;
}

static uint64_t sender_hash(const struct known *n, const struct message *m)
{
    const char *addr = summary_first_address(m->summary);
    return hash_of(n, addr, strlen(addr));
}

/* 0 where the name is too short to tell people apart. */
static uint64_t name_hash(const struct known *n, const struct message *m)
{
    const char *name = "", *addr;
    if (m->summary && m->summary->counts[SUMMARY_FROM])
        summary_address(m->summary, SUMMARY_FROM, 0, &name, &addr);
    size_t len = strlen(name);
    if (len < SHORTEST_NAME)
        return 0;
    if (m->folded)
        name = folded_line(m->folded, FOLDED_NAME, &len);
    return hash_of(n, name, len);
}

/* ---- who is known ------------------------------------------------------------------------ */

static bool is_known(const struct entry *s)
{
    return s->is_kept ||
           (s->messages >= LEAST_MESSAGES && s->last_day - s->first_day >= LEAST_SPAN);
}

static void count_message(struct entry *s, int64_t date)
{
    int32_t day = (int32_t)(date / DAY);
    if (!s->messages || day < s->first_day)
        s->first_day = day;
    if (!s->messages || day > s->last_day)
        s->last_day = day;
    s->messages++;
}

static void learn_name(struct known *n, const struct entry *s, size_t index)
{
    uint64_t hash = is_known(s) ? name_hash(n, maildrop_at(n->maildrop, index)) : 0;
    if (hash && !table_find(&n->names, hash)->hash) /* else another was known before */
        table_put(&n->names, hash)->message = (uint32_t)index;
}

void known_add(struct known *n, size_t index)
{
    const struct message *m = maildrop_at(n->maildrop, index);
    uint64_t hash = sender_hash(n, m);
    if (!hash)
        return;
    struct entry *s = table_put(&n->senders, hash);
    if (m->summary->date != SUMMARY_NO_DATE)
        count_message(s, m->summary->date);
    s->is_kept |= marks_get(n->marks, index) == MARK_KEEP;
    learn_name(n, s, index);
}

static void follow_marks(struct known *n)
{
    if (n->has_seen_marks && n->marks_seen == marks_keep_changes(n->marks))
        return;
    n->has_seen_marks = true;
    n->marks_seen = marks_keep_changes(n->marks);
    for (size_t i = 0; i < n->senders.size; i++)
        n->senders.entries[i].is_kept = false;
    size_t size = maildrop_size(n->maildrop);
    for (size_t i = 0; i < size; i++) {
        if (marks_get(n->marks, i) != MARK_KEEP)
            continue;
        uint64_t hash = sender_hash(n, maildrop_at(n->maildrop, i));
        if (!hash)
            continue;
        struct entry *s = table_put(&n->senders, hash);
        s->is_kept = true;
        learn_name(n, s, i);
    }
}

static bool is_known_address(const struct known *n, const struct message *m)
{
    uint64_t hash = sender_hash(n, m);
    return hash && is_known(table_find(&n->senders, hash));
}

bool known_is_sender(struct known *n, size_t index)
{
    follow_marks(n);
    return is_known_address(n, maildrop_at(n->maildrop, index));
}

static bool is_same_house(const char *a, const char *b)
{
    const char *da = address_domain(a), *db = address_domain(b);
    return address_is_within(da, db) || address_is_within(db, da);
}

const char *known_other_address(struct known *n, size_t index)
{
    const struct message *m = maildrop_at(n->maildrop, index);
    follow_marks(n);
    uint64_t hash = name_hash(n, m);
    const struct entry *name = hash ? table_find(&n->names, hash) : NULL;
    if (!name || !name->hash || is_known_address(n, m))
        return NULL;
    const struct message *known = maildrop_at(n->maildrop, name->message);
    if (!is_known_address(n, known)) /* kept then, not any more */
        return NULL;
    const char *address = summary_first_address(known->summary);
    return is_same_house(address, summary_first_address(m->summary)) ? NULL : address;
}
