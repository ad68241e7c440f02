#include "config.h"

#include "maildrop/campaign_link.h"

#include <stdlib.h>
#include <string.h>

#include <unistr.h>

#include "base/mem.h"

/* Units are found again by what they may have in common with another: a part of the form and a
 * key of the sketch.  A slot holds the first few of those that fall into it and are not yet
 * joined there; that bounds the time, whatever the subjects are. */
#define SLOT_UNITS 4u
#define SLOTS_MOST ((size_t)1 << 21)
#define FAMILIES 2u
#define LOOKED_AT (FAMILIES * SKETCH_KEYS * SLOT_UNITS)

struct slot {
    uint32_t units[SLOT_UNITS]; /* 1 + a unit, 0: free */
    uint32_t tags[SLOT_UNITS];  /* what fell in here otherwise by chance has another */
};

struct linker {
    struct unit *units;
    size_t count;
    struct slot *slots;
    size_t slot_count; /* a power of two */
    uint64_t seed;
};

struct linker *linker_new(size_t units, const uint8_t key[HASH_KEY_SIZE])
{
    struct linker *l = xcalloc(1, sizeof *l);
    l->units = xcalloc(units ? units : 1, sizeof *l->units);
    l->slot_count = 1024;
    while (l->slot_count < 8 * units && l->slot_count < SLOTS_MOST)
        l->slot_count *= 2;
    l->slots = xcalloc(l->slot_count, sizeof *l->slots);
    l->seed = hash_bytes(key, "linker", 6);
    return l;
}

void linker_free(struct linker *l)
{
    if (!l)
        return;
    free(l->units);
    free(l->slots);
    free(l);
}

uint32_t linker_root(struct linker *l, uint32_t unit)
{
    while (l->units[unit].parent != unit) {
        l->units[unit].parent = l->units[l->units[unit].parent].parent;
        unit = l->units[unit].parent;
    }
    return unit;
}

static void join(struct linker *l, uint32_t a, uint32_t b)
{
    a = linker_root(l, a);
    b = linker_root(l, b);
    if (a < b)
        l->units[b].parent = a;
    else
        l->units[a].parent = b;
}

bool linker_same_shape(const struct linker *l, uint32_t a, uint32_t b)
{
    return l->units[a].shape.hash == l->units[b].shape.hash;
}

/* ---- what stems have in common ----------------------------------------------------------- */

/* Without blanks, which spam puts anywhere, and numbers. */
static size_t letters_of(ucs4_t *letters, size_t most, const char *stem, size_t len)
{
    size_t count = 0;
    for (size_t i = 0; i < len && count < most;) {
        ucs4_t c;
        i += (size_t)u8_mbtouc(&c, (const uint8_t *)stem + i, len - i);
        if (c != ' ' && c != '#')
            letters[count++] = c;
    }
    return count;
}

/* Keeps the smallest, each once. */
static void put_gram(struct sketch *s, uint32_t gram)
{
    uint32_t at = s->count;
    while (at && s->grams[at - 1] > gram)
        at--;
    if (at == SKETCH_GRAMS || (at && s->grams[at - 1] == gram))
        return;
    s->count += s->count < SKETCH_GRAMS;
    memmove(s->grams + at + 1, s->grams + at, (s->count - 1 - at) * sizeof gram);
    s->grams[at] = gram;
}

static void sketch(struct sketch *s, uint64_t seed, const char *stem, size_t len)
{
    ucs4_t letters[256];
    size_t count = letters_of(letters, 256, stem, len);
    s->count = 0;
    for (size_t i = 0; i < SKETCH_KEYS; i++)
        s->keys[i] = UINT32_MAX;
    for (size_t i = 0; i + 2 < count; i++) {
        uint64_t gram =
            (uint64_t)letters[i] << 42 ^ (uint64_t)letters[i + 1] << 21 ^ letters[i + 2];
        uint64_t hash = hash_mix(seed, gram);
        put_gram(s, (uint32_t)hash);
        for (uint64_t k = 0; k < SKETCH_KEYS; k++) {
            uint32_t key = (uint32_t)(hash_mix(hash, k) >> 32);
            s->keys[k] = key < s->keys[k] ? key : s->keys[k];
        }
    }
}

/* Whether PERCENT of what both have is in both. */
static bool is_alike(const struct sketch *a, const struct sketch *b, unsigned percent)
{
    uint32_t i = 0, k = 0, all = 0, both = 0;
    while (all < SKETCH_GRAMS && i < a->count && k < b->count) {
        uint32_t left = a->grams[i], right = b->grams[k];
        both += left == right;
        i += left <= right;
        k += right <= left;
        all++;
        if (100 * (both + a->count - i) < percent * (all + a->count - i))
            return false; /* whatever comes */
    }
    uint32_t rest = a->count - i + b->count - k;
    all = all + rest < SKETCH_GRAMS ? all + rest : SKETCH_GRAMS;
    return all && 100 * both >= percent * all;
}

/* ---- what forms have in common ----------------------------------------------------------- */

/* How alike the subjects of these two forms must be; above 100: they are of two mailers. */
static unsigned needed(const struct shape *a, const struct shape *b)
{
    bool same[SHAPE_PARTS];
    unsigned others = 0;
    if (a->hash == b->hash)
        return 40;
    for (size_t i = 0; i < SHAPE_PARTS; i++) {
        same[i] = a->parts[i] == b->parts[i];
        others += i != SHAPE_ORDER && same[i];
    }
    if (same[SHAPE_ORDER])
        return others >= 2 && (same[SHAPE_MAILER] || same[SHAPE_ID]) ? 50 : 101;
    bool mailer = same[SHAPE_MAILER] && a->signs & SHAPE_HAS_MAILER;
    return others >= 3 && (mailer || others == 4) ? 60 : 101;
}

static bool belong(const struct shape *shape, const struct sketch *s, const struct unit *u)
{
    unsigned percent = needed(shape, &u->shape);
    return percent <= 100 && is_alike(s, &u->sketch, percent);
}

/* ---- finding ----------------------------------------------------------------------------- */

static struct slot *slot_of(struct linker *l, const struct shape *shape, const struct sketch *s,
                            unsigned n, uint32_t *tag)
{
    unsigned family = n % FAMILIES, key = n / FAMILIES;
    uint64_t part = family
                        ? (uint64_t)shape->parts[SHAPE_MAILER] << 32 | shape->parts[SHAPE_TYPE]
                        : shape->parts[SHAPE_ORDER];
    uint64_t hash = hash_mix(hash_mix(l->seed + n, part), s->keys[key]);
    *tag = (uint32_t)(hash >> 32);
    return &l->slots[hash & (l->slot_count - 1)];
}

/* Those that were compared already, and are not like it. */
struct tried {
    uint32_t units[LOOKED_AT];
    size_t count;
};

static bool was_tried(const struct tried *t, uint32_t unit)
{
    for (size_t i = 0; i < t->count; i++) {
        if (t->units[i] == unit)
            return true;
    }
    return false;
}

/* Joins the unit to one in the slot, or leaves it there for others. */
static void visit(struct linker *l, struct slot *slot, uint32_t tag, uint32_t own,
                  struct tried *tried)
{
    const struct unit *u = &l->units[own];
    for (size_t k = 0; k < SLOT_UNITS; k++) {
        uint32_t other = slot->units[k] - 1;
        if (!slot->units[k]) {
            slot->units[k] = own + 1;
            slot->tags[k] = tag;
            return;
        }
        if (slot->tags[k] != tag || was_tried(tried, other))
            continue;
        if (linker_root(l, other) == linker_root(l, own))
            return;
        if (belong(&u->shape, &u->sketch, &l->units[other])) {
            join(l, own, other);
            return;
        }
        tried->units[tried->count++] = other;
    }
}

void linker_add(struct linker *l, const struct shape *shape, const char *stem, size_t len)
{
    uint32_t own = (uint32_t)l->count++, tag;
    struct tried tried = {.count = 0};
    struct unit *u = &l->units[own];
    u->shape = *shape;
    u->parent = own;
    sketch(&u->sketch, l->seed, stem, len);
    for (unsigned n = 0; u->sketch.count && n < FAMILIES * SKETCH_KEYS; n++) {
        struct slot *slot = slot_of(l, shape, &u->sketch, n, &tag);
        visit(l, slot, tag, own, &tried);
    }
}

uint32_t linker_find(struct linker *l, const struct shape *shape, const char *stem, size_t len)
{
    struct sketch s;
    uint32_t tag;
    sketch(&s, l->seed, stem, len);
    for (unsigned n = 0; s.count && n < FAMILIES * SKETCH_KEYS; n++) {
        const struct slot *slot = slot_of(l, shape, &s, n, &tag);
        for (size_t k = 0; k < SLOT_UNITS && slot->units[k]; k++) {
            if (slot->tags[k] == tag && belong(shape, &s, &l->units[slot->units[k] - 1]))
                return slot->units[k] - 1;
        }
    }
    return UINT32_MAX;
}
