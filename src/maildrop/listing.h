/* One session's listing: what LIST and UIDL say of each number, and which of the messages known
 * before each of them is.  maildrop.h has the rules.  A value; all zero is empty. */
#ifndef MAILDROP_LISTING_H
#define MAILDROP_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "maildrop/maildrop.h"

/* From a number (at most LIMIT_MESSAGES) to 1 + an index, 0 for none; as long as the highest
 * number seen, thus 4 MB at most, whatever a server numbers. */
struct number_map {
    uint32_t *at;
    size_t len, alloc;
};

struct listing_entry {
    uint64_t size;
    char *uidl; /* NULL: none that is usable */
    uint32_t number;
    uint32_t message;  /* 1 + index of the message that it is; 0: none of those known */
    bool sized, named; /* LIST, UIDL had a line for it */
    bool unique;       /* no other entry has this UIDL; after listing_match() */
};

struct listing {
    struct listing_entry *entries; /* in the order of arrival */
    size_t count, alloc;
    struct number_map by_number; /* to 1 + the index of an entry */
};

void listing_release(struct listing *l);

/* As maildrop_list_size() and maildrop_list_uidl(). */
bool listing_add_size(struct listing *l, uint32_t number, uint64_t octets);
bool listing_add_uidl(struct listing *l, uint32_t number, const char *uidl, size_t len);

/* Sets `unique` and `message` of all entries, and `number` of the messages that were found; the
 * numbers of all messages must be 0 before.  O(n log n), whatever the UIDLs are. */
void listing_match(struct listing *l, struct message *messages, size_t count);
/* After listing_match(), sets `proved_gone` of the messages without a number whose UIDLs,
 * usable and unique so far, cannot be in the maildrop any more. */
void listing_prove_gone(const struct listing *l, struct message *messages, size_t count);

#endif
