#include "config.h"

#include "maildrop/intern.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct entry {
    uint64_t hash;
    size_t at; /* in `bytes` */
    size_t len;
};

struct intern {
    uint8_t key[HASH_KEY_SIZE];
    struct entry *entries;
    uint32_t count, alloc;
    uint32_t *slots; /* 1 + a number, 0: free; a power of two, at most half full */
    size_t slot_count;
    char *bytes; /* each with a NUL behind */
    size_t byte_count, byte_alloc;
};

struct intern *intern_new(const uint8_t key[HASH_KEY_SIZE])
{
    struct intern *t = xcalloc(1, sizeof *t);
    memcpy(t->key, key, sizeof t->key);
    t->slot_count = 64;
    t->slots = xcalloc(t->slot_count, sizeof *t->slots);
    return t;
}

void intern_free(struct intern *t)
{
    if (!t)
        return;
    free(t->entries);
    free(t->slots);
    free(t->bytes);
    free(t);
}

uint32_t intern_count(const struct intern *t)
{
    return t->count;
}

const char *intern_at(const struct intern *t, uint32_t number, size_t *len)
{
    if (len)
        *len = t->entries[number].len;
    return t->bytes + t->entries[number].at;
}

static void grow(struct intern *t)
{
    free(t->slots);
    t->slot_count *= 2;
    t->slots = xcalloc(t->slot_count, sizeof *t->slots);
    for (uint32_t i = 0; i < t->count; i++) {
        size_t slot = t->entries[i].hash & (t->slot_count - 1);
        while (t->slots[slot])
            slot = (slot + 1) & (t->slot_count - 1);
        t->slots[slot] = i + 1;
    }
}

static void add(struct intern *t, uint64_t hash, const char *bytes, size_t len)
{
    if (t->count == t->alloc) {
        t->alloc = t->alloc ? t->alloc * 2 : 64;
        t->entries = xreallocarray(t->entries, t->alloc, sizeof *t->entries);
    }
    while (t->byte_alloc - t->byte_count < len + 1) {
        t->byte_alloc = t->byte_alloc ? t->byte_alloc * 2 : 1024;
        t->bytes = xreallocarray(t->bytes, t->byte_alloc, 1);
    }
    memcpy(t->bytes + t->byte_count, bytes, len);
    t->bytes[t->byte_count + len] = '\0';
    t->entries[t->count++] = (struct entry){hash, t->byte_count, len};
    t->byte_count += len + 1;
}

uint32_t intern_put(struct intern *t, const char *bytes, size_t len)
{
    uint64_t hash = hash_bytes(t->key, bytes, len);
    size_t slot = hash & (t->slot_count - 1);
    for (; t->slots[slot]; slot = (slot + 1) & (t->slot_count - 1)) {
        const struct entry *e = &t->entries[t->slots[slot] - 1];
        if (e->hash == hash && e->len == len && !memcmp(t->bytes + e->at, bytes, len))
            return t->slots[slot] - 1;
    }
    add(t, hash, bytes, len);
    t->slots[slot] = t->count;
    if (2 * (size_t)t->count > t->slot_count)
        grow(t);
    return t->count - 1;
}

void intern_key(const struct maildrop *m, uint8_t key[HASH_KEY_SIZE])
{
    uint64_t sums[2] = {0, 0}, words[2];
    for (size_t i = 0; i < maildrop_size(m); i++) {
        const struct message *message = maildrop_at(m, i);
        if (!message->summary)
            continue;
        memcpy(words, message->summary->fingerprint, sizeof words);
        sums[0] += words[0];
        sums[1] += words[1];
    }
    memcpy(key, sums, HASH_KEY_SIZE);
}
