/* The middle of campaign.c: which subjects in which header forms belong together.  A unit is
 * one stem in one form, however many messages have them. */
#ifndef MAILDROP_CAMPAIGN_LINK_H
#define MAILDROP_CAMPAIGN_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "mail/shape.h"

/* Of the runs of three characters in a stem the ones with the smallest hashes: two such samples
 * tell how much the stems have in common. */
#define SKETCH_GRAMS 40u
#define SKETCH_KEYS 5u

struct sketch {
    uint32_t grams[SKETCH_GRAMS]; /* rising */
    uint32_t count;
    uint32_t keys[SKETCH_KEYS]; /* two stems share one of them as likely as a run of three */
};

struct unit {
    struct shape shape;
    struct sketch sketch;
    uint32_t parent; /* of the union */
};

struct linker;

/* At most UNITS of them are to come. */
struct linker *linker_new(size_t units, const uint8_t key[HASH_KEY_SIZE]);
void linker_free(struct linker *l);

/* The next unit, counted from 0; joined to those of before that are like it.  The order of the
 * calls matters: it must not be the messages'. */
void linker_add(struct linker *l, const struct shape *shape, const char *stem, size_t len);
/* The same number for all units that are joined. */
uint32_t linker_root(struct linker *l, uint32_t unit);
/* A unit that this one would be joined to; UINT32_MAX where there is none. */
uint32_t linker_find(struct linker *l, const struct shape *shape, const char *stem, size_t len);
/* Of unit A's and B's form all parts are the same. */
bool linker_same_shape(const struct linker *l, uint32_t a, uint32_t b);

#endif
