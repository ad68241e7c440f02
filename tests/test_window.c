#include "config.h"

#include "client/window.h"

#include <criterion/criterion.h>
#include <stdbool.h>

/* How many headers are asked for at once, on lines of any length and rate. */

TestSuite(window, .timeout = 60);

struct line {
    int64_t rtt;        /* ms */
    int64_t per_second; /* headers that it carries */
    size_t count;       /* to be asked for */
};

struct outcome {
    int64_t took;   /* until all were answered */
    size_t most;    /* in flight */
    size_t bundles; /* of questions */
    int64_t latest; /* the longest that an answer took, after the first half of them */
};

#define MOST 200000
static int64_t arrives[MOST];

/* A server that answers one after the other at its rate, half a round trip away. */
static struct outcome play(struct window *w, const struct line *l)
{
    struct outcome o = {0};
    size_t asked = 0, answered = 0;
    int64_t now = 0, free_at = 0; /* of the server, in microseconds */
    static int64_t asked_at[MOST];
    for (; answered < l->count; now++) {
        while (answered < asked && arrives[answered] <= now) {
            window_answered(w, now, l->rtt);
            int64_t waited = now - asked_at[answered++];
            if (answered > l->count / 2 && waited > o.latest)
                o.latest = waited;
        }
        size_t room = window_room(w);
        o.bundles += asked < l->count && room;
        for (; asked < l->count && room; asked++, room--) {
            int64_t begins = now * 1000 + l->rtt * 500;
            free_at = (begins > free_at ? begins : free_at) + 1000000 / l->per_second;
            arrives[asked] = (free_at + l->rtt * 500) / 1000;
            asked_at[asked] = now;
            window_asked(w, now);
        }
        if (asked - answered > o.most)
            o.most = asked - answered;
    }
    o.took = now;
    return o;
}

/* A listing that a line of so many headers a second carries. */
static void list(struct window *w, const struct line *l)
{
    int64_t octets = (int64_t)l->count * 23, rate = l->per_second * 3500;
    window_listing(w);
    for (int64_t at = 0; at <= octets; at += 23)
        window_listed(w, 23, 1000 * at / rate);
    window_listing_end(w, l->rtt);
}

Test(window, keeps_every_line_full)
{
    static const struct line lines[] = {
        {100, 40000, 10000}, {100, 40000, 100000}, {20, 40000, 100000}, {0, 40000, 100000},
        {100, 700, 10000},   {20, 700, 10000},     {300, 5000, 100000}, {100, 100, 1000},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const struct line *l = &lines[i];
        struct window w;
        window_init(&w);
        list(&w, l);
        struct outcome o = play(&w, l);
        int64_t least = l->rtt + (int64_t)l->count * 1000 / l->per_second;
        cr_expect_leq(o.took, least + l->rtt + 20, "%zu: %lld ms, at least %lld", i,
                      (long long)o.took, (long long)least);
        window_release(&w);
    }
}

Test(window, what_is_asked_waits_no_longer_than_a_jump_may)
{
    static const struct line lines[] = {
        {100, 40000, 100000}, {20, 40000, 100000}, {0, 10000, 100000}, {100, 700, 20000},
        {20, 700, 20000},     {300, 5000, 100000}, {100, 100, 5000},   {20, 40, 5000},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const struct line *l = &lines[i];
        struct window w;
        window_init(&w);
        if (l->per_second > 500) /* a server that lists quickly may answer slowly */
            list(&w, l);
        struct outcome o = play(&w, l);
        cr_expect_leq(o.latest, 2 * l->rtt + 100, "%zu: %lld ms", i, (long long)o.latest);
        window_release(&w);
    }
}

Test(window, a_slow_line_is_known_by_its_listing)
{
    const struct line slow = {100, 700, 10000}; /* 20 Mbit/s */
    struct window w;
    window_init(&w);
    size_t before = w.size;
    list(&w, &slow);
    cr_expect_lt(w.size, before / 4, "%zu", w.size);
    struct outcome o = play(&w, &slow);
    cr_expect_leq(o.most, 400, "%zu", o.most);
    window_release(&w);
}

Test(window, a_short_or_a_quick_listing_says_nothing)
{
    struct window w;
    window_init(&w);
    size_t before = w.size;
    window_listing_end(&w, 100);
    cr_expect_eq(w.size, before);
    window_listing(&w);
    window_listed(&w, 4000, 0);
    window_listed(&w, 4000, 500);
    window_listing_end(&w, 100);
    cr_expect_eq(w.size, before);
    window_listing(&w);
    window_listed(&w, 1000000, 5);
    window_listed(&w, 1000000, 8);
    window_listing_end(&w, 100);
    cr_expect_eq(w.size, before);
    window_release(&w);
}

Test(window, answers_that_nobody_asked_for_change_nothing)
{
    struct window w;
    window_init(&w);
    size_t before = w.size;
    window_answered(&w, 10, 100);
    window_asked(&w, 10);
    window_lost(&w);
    window_answered(&w, 5000, 100);
    cr_expect_eq(w.size, before);
    cr_expect_eq(w.in_flight, 0);
    window_release(&w);
}

Test(window, a_clock_that_stands_still_is_no_rate)
{
    struct window w;
    window_init(&w);
    for (int i = 0; i < 5000; i++)
        window_asked(&w, 7);
    for (int i = 0; i < 5000; i++)
        window_answered(&w, 7, -1);
    cr_expect_geq(w.size, 4);
    cr_expect_leq(w.size, 65536);
    window_release(&w);
}

Test(window, questions_go_out_in_bundles)
{
    struct window w;
    const struct line l = {.rtt = 0, .per_second = 30000, .count = 10000};
    window_init(&w);
    struct outcome o = play(&w, &l);
    cr_expect_leq(o.bundles, 60, "%zu", o.bundles);
    window_release(&w);
}
