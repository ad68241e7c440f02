/* How many headers are asked for at once: so many that the line is full, and no more than a
 * jump to another part of the list allows, which waits behind them.  In the beginning the
 * listing shows whether the line is slow; then the rate of the answers says what is right. */
#ifndef CLIENT_WINDOW_H
#define CLIENT_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct window {
    size_t size;
    int64_t *asked_at; /* ring: when each in flight was asked for */
    size_t ring_size, ring_head, in_flight;
    bool measures;
    int64_t began_at, answered_at;  /* of answers that came without a break */
    size_t answered;                /* since it began */
    int64_t listed_from, listed_at; /* the first and the newest line of the listing */
    uint64_t listed_octets;
};

void window_init(struct window *w);
void window_release(struct window *w);

/* Times are milliseconds of a monotonic clock, RTT too; -1 where it is not known. */

/* A listing begins; OCTETS of it have come; it is complete. */
void window_listing(struct window *w);
void window_listed(struct window *w, size_t octets, int64_t now);
void window_listing_end(struct window *w, int64_t rtt);

/* How many may be asked for now.  0 until it is an eighth of the size: questions that go out
 * one by one cost a packet each, and a TLS record. */
size_t window_room(const struct window *w);
/* One more in flight; one answered. */
void window_asked(struct window *w, int64_t now);
void window_answered(struct window *w, int64_t now, int64_t rtt);
/* No answer will come. */
void window_lost(struct window *w);

#endif
