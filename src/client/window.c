#include "config.h"

#include "client/window.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

#define WINDOW_FIRST 2048u
#define WINDOW_LEAST 4u
#define WINDOW_MOST 65536u
/* An answer may take two round trips before the line counts as full, or so much longer than one,
 * whichever is more. */
#define QUEUE_MS 70
/* A header, until more is known. */
#define HEADER_OCTETS 3000u
/* A listing of fewer octets, or that comes faster, says nothing about the line. */
#define LISTING_OCTETS 8192u
#define LISTING_MS 4
/* A longer time without an answer is a break. */
#define BREAK_MS 10
/* A rate is taken over so many milliseconds. */
#define RATE_MS 20

void window_init(struct window *w)
{
    *w = (struct window){.size = WINDOW_FIRST};
}

void window_release(struct window *w)
{
    free(w->asked_at);
    *w = (struct window){0};
}

static void set_size(struct window *w, uint64_t size)
{
    w->size = size < WINDOW_LEAST ? WINDOW_LEAST : size > WINDOW_MOST ? WINDOW_MOST : size;
}

/* How long a question may be under way. */
static uint64_t allowed_ms(int64_t rtt)
{
    uint64_t one = rtt > 0 ? (uint64_t)rtt : 0;
    return one + (one > QUEUE_MS ? one : QUEUE_MS);
}

/* ---- the listing ------------------------------------------------------------------------- */

void window_listing(struct window *w)
{
    w->listed_octets = 0;
}

void window_listed(struct window *w, size_t octets, int64_t now)
{
    if (!w->listed_octets)
        w->listed_from = now;
    w->listed_octets += octets;
    w->listed_at = now;
}

void window_listing_end(struct window *w, int64_t rtt)
{
    int64_t took = w->listed_at - w->listed_from;
    if (w->listed_octets < LISTING_OCTETS || took < LISTING_MS)
        return;
    uint64_t headers = w->listed_octets * allowed_ms(rtt) / (uint64_t)took / HEADER_OCTETS;
    if (headers < w->size)
        set_size(w, headers);
}

/* ---- in flight --------------------------------------------------------------------------- */

size_t window_room(const struct window *w)
{
    size_t left = w->in_flight < w->size ? w->size - w->in_flight : 0;
    return left >= w->size / 8 ? left : 0;
}

void window_asked(struct window *w, int64_t now)
{
    if (w->in_flight == w->ring_size) {
        size_t size = w->ring_size ? w->ring_size * 2 : 256;
        int64_t *bigger = xreallocarray(NULL, size, sizeof *bigger);
        for (size_t i = 0; i < w->in_flight; i++)
            bigger[i] = w->asked_at[(w->ring_head + i) % w->ring_size];
        free(w->asked_at);
        w->asked_at = bigger;
        w->ring_size = size;
        w->ring_head = 0;
    }
    w->asked_at[(w->ring_head + w->in_flight++) % w->ring_size] = now;
}

static int64_t oldest_asked_at(struct window *w)
{
    int64_t at = w->asked_at[w->ring_head];
    w->ring_head = (w->ring_head + 1) % w->ring_size;
    w->in_flight--;
    return at;
}

/* What the rate of the newest answers allows in flight; 0 while it is not known.  Behind a
 * break nothing may have been asked for, unless this answer was QUEUED behind others. */
static uint64_t allowed_by_rate(struct window *w, int64_t now, int64_t rtt, bool queued)
{
    int64_t took = now - w->began_at;
    bool goes_on = w->measures && (queued || now - w->answered_at <= BREAK_MS);
    uint64_t allowed = 0;
    w->answered_at = now;
    w->answered++;
    if (goes_on && took < RATE_MS)
        return 0;
    if (goes_on)
        allowed = w->answered * allowed_ms(rtt) / (uint64_t)took;
    w->measures = true;
    w->began_at = now;
    w->answered = 0;
    return allowed;
}

void window_answered(struct window *w, int64_t now, int64_t rtt)
{
    if (!w->in_flight)
        return;
    bool was_full = w->in_flight + w->size / 8 >= w->size; /* as window_room() fills it */
    bool queued = now - oldest_asked_at(w) > (int64_t)allowed_ms(rtt);
    uint64_t allowed = allowed_by_rate(w, now, rtt, queued);
    if (allowed > w->size && was_full)
        set_size(w, allowed);
    else if (queued && allowed && allowed < w->size)
        set_size(w, allowed > w->size / 2 ? allowed : w->size / 2);
}

void window_lost(struct window *w)
{
    w->in_flight = 0;
    w->measures = false;
}
