#include "config.h"

#include "net/eyeballs.h"

#include "net/dial.h"

/* The next index at or behind FROM whose family is FIRST, or is not; N where there is none. */
static size_t find(const int *families, size_t n, size_t from, bool is_first)
{
    while (from < n && (families[from] == families[0]) != is_first)
        from++;
    return from;
}

void eyeballs_interleave(const int *families, size_t n, size_t *order)
{
    size_t at[2] = {find(families, n, 0, true), find(families, n, 0, false)};
    for (size_t i = 0, turn = 0; i < n; i++, turn = !turn) {
        if (at[turn] == n)
            turn = !turn;
        order[i] = at[turn];
        at[turn] = find(families, n, at[turn] + 1, turn == 0);
    }
}

bool eyeballs_is_due(const struct eyeballs *e, int64_t now)
{
    return eyeballs_wait(e, now) == 0;
}

int eyeballs_wait(const struct eyeballs *e, int64_t now)
{
    if (e->started == e->total)
        return -1;
    if (e->started == 0 || e->latest_failed)
        return 0;
    int64_t left = e->latest_start + DIAL_ATTEMPT_DELAY_MS - now;
    return left > 0 ? (int)left : 0;
}

void eyeballs_start(struct eyeballs *e, int64_t now)
{
    e->started++;
    e->latest_start = now;
    e->latest_failed = false;
}

void eyeballs_fail(struct eyeballs *e, size_t attempt)
{
    e->failed++;
    if (attempt + 1 == e->started)
        e->latest_failed = true;
}

bool eyeballs_is_over(const struct eyeballs *e)
{
    return e->failed == e->total;
}
