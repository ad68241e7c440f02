#include "config.h"

#include "maildrop/listing.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

void listing_release(struct listing *l)
{
    for (size_t i = 0; i < l->count; i++)
        free(l->entries[i].uidl);
    free(l->entries);
    free(l->by_number.at);
    *l = (struct listing){0};
}

static uint32_t *map_slot(struct number_map *map, uint32_t number)
{
    if (number >= map->alloc) {
        map->alloc = map->alloc ? map->alloc : 64;
        while (number >= map->alloc)
            map->alloc *= 2;
        map->at = xreallocarray(map->at, map->alloc, sizeof *map->at);
    }
    if (number >= map->len) {
        memset(map->at + map->len, 0, (number + 1 - map->len) * sizeof *map->at);
        map->len = (size_t)number + 1;
    }
    return &map->at[number];
}

/* The entry of NUMBER, made where there is none yet; NULL where the number is not allowed. */
static struct listing_entry *entry_of(struct listing *l, uint32_t number)
{
    if (number == 0 || number > LIMIT_MESSAGES)
        return NULL;
    uint32_t *slot = map_slot(&l->by_number, number);
    if (*slot)
        return &l->entries[*slot - 1];
    if (l->count == l->alloc) {
        l->alloc = l->alloc ? l->alloc * 2 : 64;
        l->entries = xreallocarray(l->entries, l->alloc, sizeof *l->entries);
    }
    l->entries[l->count] = (struct listing_entry){.number = number};
    *slot = (uint32_t)++l->count;
    return &l->entries[*slot - 1];
}

bool listing_add_size(struct listing *l, uint32_t number, uint64_t octets)
{
    struct listing_entry *entry = entry_of(l, number);
    if (!entry || entry->sized)
        return false;
    entry->sized = true;
    entry->size = octets;
    return true;
}

bool listing_add_uidl(struct listing *l, uint32_t number, const char *uidl, size_t len)
{
    struct listing_entry *entry = entry_of(l, number);
    if (!entry || entry->named)
        return false;
    entry->named = true;
    /* Cut at a NUL or at the limit, two different ones could look the same. */
    if (len > 0 && len <= LIMIT_UIDL && !memchr(uidl, '\0', len))
        entry->uidl = xmemdup0(uidl, len);
    return true;
}

/* Old and new messages meet by sorting both sides by a hash of the UIDL, then by the UIDL
 * itself.  A server that makes up collisions gains nothing here, as it would in a hash table.
 */
struct key {
    uint64_t hash;
    const char *uidl;
    size_t which;
};

static struct key key_of(const char *uidl, size_t which)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (const char *p = uidl; *p; p++)
        hash = (hash ^ (unsigned char)*p) * 1099511628211u;
    return (struct key){hash, uidl, which};
}

static int key_compare(const void *left, const void *right)
{
    const struct key *a = left, *b = right;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return strcmp(a->uidl, b->uidl);
}

/* The keys of the unique UIDLs of the listing, sorted. */
static size_t keys_of_entries(struct listing *l, struct key *keys)
{
    size_t count = 0, kept = 0;
    for (size_t i = 0; i < l->count; i++) {
        if (l->entries[i].uidl)
            keys[count++] = key_of(l->entries[i].uidl, i);
    }
    qsort(keys, count, sizeof *keys, key_compare);
    for (size_t i = 0, next; i < count; i = next) {
        for (next = i + 1; next < count && key_compare(&keys[i], &keys[next]) == 0; next++)
            ;
        if (next - i > 1)
            continue;
        l->entries[keys[i].which].unique = true;
        keys[kept++] = keys[i];
    }
    return kept;
}

static size_t keys_of_messages(const struct message *messages, size_t all, struct key *keys)
{
    size_t count = 0;
    for (size_t i = 0; i < all; i++) {
        if (messages[i].present && messages[i].uidl_unique)
            keys[count++] = key_of(messages[i].uidl, i);
    }
    qsort(keys, count, sizeof *keys, key_compare);
    return count;
}

static void claim(struct listing_entry *entry, struct message *messages, size_t index)
{
    entry->message = (uint32_t)index + 1;
    messages[index].number = entry->number;
}

static void match_by_identity(struct listing *l, struct message *messages, size_t count)
{
    struct key *new = xreallocarray(NULL, l->count, sizeof *new);
    struct key *old = xreallocarray(NULL, count, sizeof *old);
    size_t new_count = keys_of_entries(l, new);
    size_t old_count = keys_of_messages(messages, count, old);
    for (size_t i = 0, j = 0; i < new_count && j < old_count;) {
        int order = key_compare(&new[i], &old[j]);
        if (order == 0) {
            struct listing_entry *entry = &l->entries[new[i].which];
            uint64_t size = messages[old[j].which].size;
            if (entry->size == size || !entry->size || !size)
                claim(entry, messages, old[j].which);
        }
        i += order <= 0;
        j += order >= 0;
    }
    free(new);
    free(old);
}

/* What has no identity, or lost it.  Where neither size nor UIDL are known there is nothing to
 * go by. */
static void match_by_number(struct listing *l, struct message *messages, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t place = messages[i].place;
        if (!messages[i].present || messages[i].number || place >= l->by_number.len ||
            !l->by_number.at[place])
            continue;
        struct listing_entry *entry = &l->entries[l->by_number.at[place] - 1];
        const char *uidl = entry->uidl ? entry->uidl : "";
        if (!entry->message && entry->size == messages[i].size && (entry->size || *uidl) &&
            strcmp(uidl, messages[i].uidl) == 0)
            claim(entry, messages, i);
    }
}

void listing_match(struct listing *l, struct message *messages, size_t count)
{
    match_by_identity(l, messages, count);
    match_by_number(l, messages, count);
}

void listing_prove_gone(const struct listing *l, struct message *messages, size_t count)
{
    struct key *listed = xreallocarray(NULL, l->count, sizeof *listed);
    bool all_named = true;
    for (size_t i = 0; i < l->count && all_named; i++) {
        all_named = l->entries[i].uidl != NULL;
        if (all_named)
            listed[i] = key_of(l->entries[i].uidl, i);
    }
    if (all_named)
        qsort(listed, l->count, sizeof *listed, key_compare);
    for (size_t i = 0; i < count; i++) {
        struct message *m = &messages[i];
        if (m->number || m->proved_gone || !m->uidl_unique || !all_named)
            continue;
        struct key key = key_of(m->uidl, i);
        m->proved_gone = !bsearch(&key, listed, l->count, sizeof *listed, key_compare);
    }
    free(listed);
}
