/* The order and the pace of RFC 8305, without a socket or a clock: addresses of the two
 * families in turn; the next attempt when the latest one has failed, or 250 ms after its start.
 */
#ifndef NET_EYEBALLS_H
#define NET_EYEBALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Fills ORDER with the indices 0..N-1: families in turn, beginning with that of the first,
 * otherwise as they came (the resolver has sorted them by RFC 6724). */
void eyeballs_interleave(const int *families, size_t n, size_t *order);

/* Attempts 0..total-1, started in that order.  Times are milliseconds of one clock. */
struct eyeballs {
    size_t total;
    size_t started;
    size_t failed;
    bool latest_failed;
    int64_t latest_start;
};

/* True when the attempt number `started` should begin. */
bool eyeballs_is_due(const struct eyeballs *e, int64_t now);
/* Milliseconds until the next one is due, 0 where it is; -1 where none is left. */
int eyeballs_wait(const struct eyeballs *e, int64_t now);
void eyeballs_start(struct eyeballs *e, int64_t now);
void eyeballs_fail(struct eyeballs *e, size_t attempt);
/* True when all have been tried in vain. */
bool eyeballs_is_over(const struct eyeballs *e);

#endif
