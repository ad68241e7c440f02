/* Which messages are shown, in which order: an array of message indexes. */
#ifndef MAILDROP_ORDER_H
#define MAILDROP_ORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "maildrop/maildrop.h"
#include "maildrop/marks.h"

enum order_key {
    ORDER_NUMBER,
    ORDER_DATE,
    ORDER_FROM,
    ORDER_SUBJECT,
    ORDER_SIZE,
    ORDER_SCORE,
    ORDER_KEY_COUNT
};

struct order;

struct order *order_new(void);
void order_free(struct order *o);

/* "number", "date", "from", "subject", "size", "score". */
const char *order_key_name(enum order_key key);

/* Newest (largest, last) first unless REVERSED is true; the beginning is ORDER_NUMBER, newest
 * first.  Takes effect at the next order_build(). */
void order_sort_by(struct order *o, enum order_key key, bool reversed);
enum order_key order_key(const struct order *o);
bool order_is_reversed(const struct order *o);
/* Only those marked `delete`. */
void order_only_marked(struct order *o, bool only);
bool order_is_only_marked(const struct order *o);
/* Only those for which IS_IN is true; NULL for all. */
void order_limit(struct order *o, bool (*is_in)(void *context, size_t index), void *context);

/* Fills the array with the messages present.  Ties, and messages whose headers are not here
 * yet (they come last), keep the order of their numbers, newest first.  O(n log n). */
void order_build(struct order *o, const struct maildrop *m, const struct marks *k);
size_t order_count(const struct order *o);
/* The message index in row ROW (< order_count). */
size_t order_at(const struct order *o, size_t row);
/* The row of a message index; SIZE_MAX where it is not shown. */
size_t order_row_of(const struct order *o, size_t index);

#endif
