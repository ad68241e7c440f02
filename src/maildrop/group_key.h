/* What decides in which group a message is. */
#ifndef MAILDROP_GROUP_KEY_H
#define MAILDROP_GROUP_KEY_H

#include "maildrop/group.h"

/* The beginnings of the days that classes of age are counted from, in the local zone. */
struct group_days {
    int64_t today, week, month, year, tomorrow;
};
void group_days_of(struct group_days *d, int64_t now);

struct group_key {
    enum group_rest rest;
    unsigned rank; /* classes have an order of their own; 0 for what is not a class */
};
/* TEXT is replaced: two messages are in one group where text and key are the same.  DAYS is
 * needed for GROUP_AGE; not for GROUP_CAMPAIGN. */
struct group_key group_key_of(struct buf *text, enum group_kind kind,
                              const struct message *message, const struct group_days *days);

#endif
