#include "config.h"

#include "maildrop/group.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"

#define NOW INT64_C(1795435200) /* Monday 2026-11-23 12:00 UTC */
#define HOUR 3600
#define DAY (24 * HOUR)

static void enter(void)
{
    setenv("TZ", "UTC", 1);
    tzset();
}

TestSuite(group, .init = enter);

/* ---- maildrops --------------------------------------------------------------------------- */

struct letter {
    uint64_t size;
    int64_t date; /* before NOW; 0: none */
    const char *from, *subject, *list;
};

static void set(struct maildrop *m, size_t index, const struct letter *l)
{
    struct buf block = BUF_INIT(10000);
    char date[64];
    time_t t = (time_t)(NOW - l->date);
    struct tm tm;
    if (l->date && gmtime_r(&t, &tm)) {
        strftime(date, sizeof date, "%d %b %Y %H:%M:%S +0000", &tm);
        buf_printf(&block, "Date: %s\n", date);
    }
    buf_printf(&block, "From: %s\nSubject: %s\n", l->from, l->subject);
    if (l->list)
        buf_printf(&block, "List-Id: <%s>\n", l->list);
    maildrop_set_summary(m, index, summary_new(block.data, block.len, NULL));
    buf_release(&block);
}

static const struct letter letters[] = {
    {1000, HOUR, "Ann <ann@one.example>", "Re: lunch", NULL},
    {5000, 20 * HOUR, "ANN@One.example", "lunch", NULL},
    {300000, 3 * DAY, "bob@one.example", "[dev] Build 17", "dev.example"},
    {70000, 30 * DAY, "bob@two.example", "[dev] Re: build 4711", "Dev.Example"},
    {4096, 400 * DAY, "", "", NULL},
    {20000000, 800 * DAY, "ann@one.example", "LUNCH!", NULL},
    {10, 0, "eve@three.example", "hello", NULL},
    {99, -3 * DAY, "eve@three.example", "hello", NULL},
    {77, 0, NULL, NULL, NULL}, /* no headers yet */
};
#define COUNT (sizeof letters / sizeof *letters)

static struct maildrop *maildrop(void)
{
    struct maildrop *m = maildrop_new();
    maildrop_list_begin(m);
    for (uint32_t i = 0; i < COUNT; i++)
        maildrop_list_size(m, i + 1, letters[i].size);
    maildrop_list_end(m);
    for (uint32_t i = 0; i < COUNT; i++) {
        if (letters[i].from)
            set(m, i, &letters[i]);
    }
    return m;
}

static uint32_t *all(size_t count)
{
    uint32_t *indexes = xcalloc(count, sizeof *indexes);
    for (size_t i = 0; i < count; i++)
        indexes[i] = (uint32_t)i;
    return indexes;
}

/* "label:members " for each row. */
static void expect_rows(const struct groups *g, const char *want)
{
    struct buf out = BUF_INIT(10000);
    for (size_t i = 0; i < groups_count(g); i++) {
        const struct group_row *row = groups_at(g, i);
        buf_printf(&out, "%s%s:", i ? " " : "", row->label);
        for (size_t k = 0; k < row->count; k++) {
            buf_printf(&out, "%u", (unsigned)row->members[k]);
            cr_expect_eq(groups_row_of(g, row->members[k]), i);
        }
    }
    cr_expect_str_eq(out.data, want, "%s", out.data);
    buf_release(&out);
}

static struct groups *groups(enum group_kind kind, const struct maildrop *m,
                             const struct marks *k, size_t count)
{
    uint32_t *indexes = all(count);
    struct groups *g = groups_new(kind, m, k, indexes, count, NULL, NOW);
    free(indexes);
    return g;
}

static void expect_kind(enum group_kind kind, const char *want)
{
    struct maildrop *m = maildrop();
    struct marks *k = marks_new();
    struct groups *g = groups(kind, m, k, COUNT);
    cr_expect_eq(groups_kind(g), kind);
    expect_rows(g, want);
    groups_free(g);
    marks_free(k);
    maildrop_free(m);
}

/* ---- kinds ------------------------------------------------------------------------------- */

Test(group, by_sender)
{
    expect_kind(GROUP_SENDER, "ann@one.example:015 eve@three.example:67 bob@one.example:2 "
                              "bob@two.example:3 (no sender):4 (not loaded):8");
}

Test(group, by_domain)
{
    expect_kind(GROUP_DOMAIN, "one.example:0125 three.example:67 two.example:3 (no domain):4 "
                              "(not loaded):8");
}

Test(group, by_list)
{
    expect_kind(GROUP_LIST, "dev.example:23 (no list):014567 (not loaded):8");
}

Test(group, by_stem)
{
    expect_kind(GROUP_STEM, "lunch:015 build #:23 hello:67 (no subject):4 (not loaded):8");
}

Test(group, by_campaign_without_any)
{
    expect_kind(GROUP_CAMPAIGN, "(no campaign):01234567 (not loaded):8");
}

Test(group, by_size)
{
    expect_kind(GROUP_SIZE,
                "under 4k:0678 4k to 16k:14 64k to 256k:3 256k to 1M:2 16M and more:5");
}

Test(group, by_age)
{
    expect_kind(GROUP_AGE, "in the future:7 today:0 this month:12 this year:3 2025:4 2024:5 "
                           "(no date):6 (not loaded):8");
}

/* A week that began in the year before is this week. */
Test(group, by_age_at_the_turn_of_the_year)
{
    struct maildrop *m = maildrop_new();
    struct marks *k = marks_new();
    static const int64_t newyear = INT64_C(1735732800); /* Wednesday 2025-01-01 12:00 UTC */
    static const int64_t ages[] = {HOUR, 13 * HOUR, 2 * DAY, 3 * DAY};
    maildrop_list_begin(m);
    for (uint32_t i = 0; i < 4; i++)
        maildrop_list_size(m, i + 1, 1);
    maildrop_list_end(m);
    for (uint32_t i = 0; i < 4; i++) {
        struct letter l = {1, NOW - newyear + ages[i], "a@x.example", "x", NULL};
        set(m, i, &l);
    }
    uint32_t *indexes = all(4);
    struct groups *g = groups_new(GROUP_AGE, m, k, indexes, 4, NULL, newyear);
    expect_rows(g, "today:0 this week:12 2024:3");
    groups_free(g);
    free(indexes);
    marks_free(k);
    maildrop_free(m);
}

/* ---- rows -------------------------------------------------------------------------------- */

Test(group, rows_add_up)
{
    struct maildrop *m = maildrop();
    struct marks *k = marks_new();
    marks_set(k, 0, MARK_DELETE, CAUSE_HAND, 1);
    marks_set(k, 1, MARK_KEEP, CAUSE_HAND, 1);
    struct groups *g = groups(GROUP_SENDER, m, k, COUNT);
    const struct group_row *ann = groups_at(g, 0), *none = groups_at(g, 5);
    cr_expect_eq(ann->octets, 20006000);
    cr_expect_eq(ann->newest, NOW - HOUR);
    cr_expect_eq(ann->oldest, NOW - 800 * DAY);
    cr_expect_eq(ann->marked, 1);
    cr_expect_eq(ann->kept, 1);
    cr_expect_eq(none->rest, GROUP_REST_UNREAD);
    cr_expect_eq(none->newest, SUMMARY_NO_DATE);
    cr_expect_eq(none->octets, 77);
    marks_undo(k);
    marks_undo(k);
    groups_recount(g, k);
    cr_expect_eq(groups_at(g, 0)->marked + groups_at(g, 0)->kept, 0);
    groups_free(g);
    marks_free(k);
    maildrop_free(m);
}

Test(group, rows_are_sorted_and_the_rest_comes_last)
{
    static const struct {
        enum group_sort sort;
        bool reversed;
        const char *rows;
    } cases[] = {
        {GROUP_BY_OCTETS, false, "one.example:0125 two.example:3 three.example:67"},
        {GROUP_BY_OCTETS, true, "three.example:67 two.example:3 one.example:0125"},
        {GROUP_BY_NEWEST, false, "three.example:67 one.example:0125 two.example:3"},
        {GROUP_BY_NEWEST, true, "two.example:3 one.example:0125 three.example:67"},
        {GROUP_BY_NAME, false, "one.example:0125 three.example:67 two.example:3"},
        {GROUP_BY_NAME, true, "two.example:3 three.example:67 one.example:0125"},
        {GROUP_BY_COUNT, true, "two.example:3 three.example:67 one.example:0125"},
    };
    struct maildrop *m = maildrop();
    struct marks *k = marks_new();
    struct groups *g = groups(GROUP_DOMAIN, m, k, COUNT);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char want[200];
        snprintf(want, sizeof want, "%s (no domain):4 (not loaded):8", cases[i].rows);
        groups_sort(g, cases[i].sort, cases[i].reversed);
        expect_rows(g, want);
    }
    groups_free(g);
    marks_free(k);
    maildrop_free(m);
}

Test(group, rows_are_of_what_is_given_only)
{
    struct maildrop *m = maildrop();
    struct marks *k = marks_new();
    static const uint32_t some[] = {6, 0};
    struct groups *g = groups_new(GROUP_SENDER, m, k, some, 2, NULL, NOW);
    expect_rows(g, "ann@one.example:0 eve@three.example:6");
    cr_expect_eq(groups_row_of(g, 1), SIZE_MAX);
    cr_expect_eq(groups_row_of(g, 999), SIZE_MAX);
    groups_free(g);
    g = groups_new(GROUP_SENDER, m, k, NULL, 0, NULL, NOW);
    cr_expect_eq(groups_count(g), 0);
    groups_free(g);
    marks_free(k);
    maildrop_free(m);
}

static struct maildrop *many(uint32_t count)
{
    struct maildrop *m = maildrop_new();
    maildrop_list_begin(m);
    for (uint32_t i = 0; i < count; i++)
        maildrop_list_size(m, i + 1, i);
    maildrop_list_end(m);
    for (uint32_t i = 0; i < count; i++) {
        char from[64], subject[64], list[64];
        snprintf(from, sizeof from, "ann%u@d%u.example", (unsigned)i, (unsigned)i % 1000);
        snprintf(subject, sizeof subject, "Cheap watches for sale, no. %u", (unsigned)i);
        snprintf(list, sizeof list, "l%u.example", (unsigned)i % 77);
        struct letter l = {1, i + 1, from, subject, i % 2 ? list : NULL};
        set(m, i, &l);
    }
    return m;
}

Test(group, campaigns_are_rows_with_their_reasons)
{
    struct maildrop *m = many(20);
    struct marks *k = marks_new();
    uint32_t *indexes = all(20);
    struct campaigns *c = campaigns_find(m, k, indexes, 20, NULL, NULL);
    struct groups *g = groups_new(GROUP_CAMPAIGN, m, k, indexes, 20, c, NOW);
    cr_assert_eq(groups_count(g), 2);
    cr_expect_str_eq(groups_at(g, 0)->label, "cheap watches for sale no #");
    cr_expect_eq(groups_at(g, 0)->count, 10, "those of lists are none");
    cr_expect_eq(groups_at(g, 0)->campaign, 0);
    cr_expect_eq(groups_at(g, 1)->rest, GROUP_REST_EMPTY);
    cr_expect_eq(groups_at(g, 1)->campaign, SIZE_MAX);
    groups_free(g);
    struct group_like likes[GROUP_LIKES];
    group_like(likes, m, 2, indexes, 20, c);
    cr_expect_eq(likes[GROUP_CAMPAIGN].count, 10);
    cr_expect_eq(likes[GROUP_STEM].count, 20);
    cr_expect_eq(likes[GROUP_LIST].count, 0);
    group_like_release(likes);
    campaigns_free(c);
    free(indexes);
    marks_free(k);
    maildrop_free(m);
}

Test(group, all_like_this_one)
{
    struct maildrop *m = maildrop();
    uint32_t *indexes = all(COUNT);
    struct group_like likes[GROUP_LIKES];
    group_like(likes, m, 2, indexes, COUNT, NULL);
    cr_expect_eq(likes[GROUP_SENDER].count, 1);
    cr_expect_str_eq(likes[GROUP_SENDER].label, "bob@one.example");
    cr_expect_eq(likes[GROUP_DOMAIN].count, 4);
    cr_expect_eq(likes[GROUP_DOMAIN].members[3], 5);
    cr_expect_eq(likes[GROUP_LIST].count, 2);
    cr_expect_eq(likes[GROUP_STEM].count, 2);
    cr_expect_str_eq(likes[GROUP_STEM].label, "build #");
    cr_expect_eq(likes[GROUP_CAMPAIGN].count, 0);
    group_like_release(likes);
    group_like(likes, m, 8, indexes, COUNT, NULL);
    for (size_t i = 0; i < GROUP_LIKES; i++)
        cr_expect_eq(likes[i].count, 0, "no headers, kind %zu", i);
    group_like_release(likes);
    free(indexes);
    maildrop_free(m);
}

Test(group, is_a_cause_in_words)
{
    struct buf out = BUF_INIT(200);
    group_cause(&out, GROUP_SENDER, "ann@example.org");
    cr_expect_str_eq(out.data, "sender ann@example.org");
    buf_clear(&out);
    group_cause(&out, GROUP_CAMPAIGN, "cheap watches #");
    cr_expect_str_eq(out.data, "campaign \"cheap watches #\"");
    buf_release(&out);
}

/* ---- many -------------------------------------------------------------------------------- */

Test(group, hundred_thousand, .timeout = 60)
{
    enum { MANY = 100000 };
    static const size_t rows[] = {MANY, 1000, 78, 1, 1, 9, 2};
    struct maildrop *m = many(MANY);
    struct marks *k = marks_new();
    for (unsigned kind = 0; kind < GROUP_KIND_COUNT; kind++) {
        struct timespec a, b;
        clock_gettime(CLOCK_MONOTONIC, &a);
        struct groups *g = groups((enum group_kind)kind, m, k, MANY);
        clock_gettime(CLOCK_MONOTONIC, &b);
        double ms = (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6;
        if (getenv("TELL"))
            fprintf(stderr, "%s: %.0f ms, %zu rows\n", group_kind_name((enum group_kind)kind),
                    ms, groups_count(g));
        cr_expect_lt(ms, 10000);
        if (kind != GROUP_AGE && kind != GROUP_SIZE)
            cr_expect_eq(groups_count(g), rows[kind], "%s",
                         group_kind_name((enum group_kind)kind));
        groups_free(g);
    }
    marks_free(k);
    maildrop_free(m);
}
