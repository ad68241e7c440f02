#include "config.h"

#include "maildrop/maildrop.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

/* One message of a listing; size 0: no LIST line, uidl NULL: no UIDL line. */
struct listed {
    uint32_t number;
    uint64_t size;
    const char *uidl;
};

static struct maildrop_changes list(struct maildrop *m, const struct listed *lines,
                                    size_t count)
{
    maildrop_list_begin(m);
    for (size_t i = 0; i < count; i++) {
        if (lines[i].size)
            cr_assert(maildrop_list_size(m, lines[i].number, lines[i].size));
    }
    for (size_t i = 0; i < count; i++) {
        if (lines[i].uidl)
            cr_assert(
                maildrop_list_uidl(m, lines[i].number, lines[i].uidl, strlen(lines[i].uidl)));
    }
    return maildrop_list_end(m);
}

#define LIST(m, ...)                              \
    list(m, (const struct listed[]){__VA_ARGS__}, \
         sizeof((const struct listed[]){__VA_ARGS__}) / sizeof(struct listed))

static struct summary *some_summary(void)
{
    struct summary *s = xcalloc(1, sizeof *s);
    s->subject = s->message_id = "";
    return s;
}

Test(maildrop, is_empty_at_first)
{
    struct maildrop *m = maildrop_new();
    cr_expect_eq(maildrop_size(m), 0);
    cr_expect_eq(maildrop_present(m), 0);
    cr_expect_eq(maildrop_octets(m), 0);
    cr_expect_eq(maildrop_by_number(m, 0), SIZE_MAX);
    cr_expect_eq(maildrop_by_number(m, 1), SIZE_MAX);
    maildrop_free(m);
    maildrop_free(NULL);
}

Test(maildrop, lists_messages_in_the_order_of_their_numbers)
{
    struct maildrop *m = maildrop_new();
    struct maildrop_changes c = LIST(m, {3, 30, "c"}, {1, 10, "a"}, {2, 20, "b"});
    cr_expect_eq(c.arrived, 3);
    cr_expect_eq(c.gone, 0);
    cr_expect_eq(maildrop_size(m), 3);
    cr_expect_eq(maildrop_present(m), 3);
    cr_expect_eq(maildrop_octets(m), 60);
    for (uint32_t i = 0; i < 3; i++) {
        const struct message *message = maildrop_at(m, i);
        cr_expect_eq(message->number, i + 1);
        cr_expect_eq(message->place, i + 1);
        cr_expect_eq(message->size, 10 * (i + 1));
        cr_expect_eq(message->uidl[0], "abc"[i]);
        cr_expect(message->present && message->uidl_unique && !message->is_new);
        cr_expect_eq(message->headers, HEADERS_UNKNOWN);
        cr_expect_null(message->summary);
        cr_expect_eq(maildrop_by_number(m, i + 1), i);
        cr_expect(maildrop_has_identity(m, i));
    }
    maildrop_free(m);
}

Test(maildrop, takes_the_union_of_list_and_uidl)
{
    struct maildrop *m = maildrop_new();
    LIST(m, {1, 10, NULL}, {2, 0, "b"});
    cr_expect_eq(maildrop_present(m), 2);
    cr_expect_str_eq(maildrop_at(m, 0)->uidl, "");
    cr_expect_not(maildrop_has_identity(m, 0));
    cr_expect_eq(maildrop_at(m, 1)->size, 0);
    cr_expect(maildrop_has_identity(m, 1));
    maildrop_free(m);
}

Test(maildrop, refuses_numbers_that_are_wrong_or_listed_already)
{
    struct maildrop *m = maildrop_new();
    cr_expect_not(maildrop_list_size(m, 1, 1), "before list_begin");
    cr_expect_not(maildrop_list_uidl(m, 1, "a", 1), "before list_begin");
    maildrop_list_begin(m);
    cr_expect(maildrop_list_size(m, 1, 10));
    cr_expect_not(maildrop_list_size(m, 1, 11), "twice");
    cr_expect(maildrop_list_uidl(m, 1, "a", 1));
    cr_expect_not(maildrop_list_uidl(m, 1, "b", 1), "twice");
    cr_expect_not(maildrop_list_size(m, 0, 10), "zero");
    cr_expect_not(maildrop_list_uidl(m, 0, "z", 1), "zero");
    cr_expect(maildrop_list_size(m, LIMIT_MESSAGES, 5), "the last that is allowed");
    cr_expect_not(maildrop_list_size(m, LIMIT_MESSAGES + 1, 10), "above the limit");
    cr_expect_not(maildrop_list_uidl(m, UINT32_MAX, "z", 1), "far above the limit");
    maildrop_list_end(m);
    cr_expect_eq(maildrop_present(m), 2);
    cr_expect_eq(maildrop_at(m, 0)->size, 10);
    cr_expect_str_eq(maildrop_at(m, 0)->uidl, "a");
    cr_expect_eq(maildrop_by_number(m, LIMIT_MESSAGES), 1);
    cr_expect_eq(maildrop_by_number(m, UINT32_MAX), SIZE_MAX);
    maildrop_free(m);
}

Test(maildrop, takes_an_unusable_uidl_for_none)
{
    char longest[LIMIT_UIDL + 2];
    memset(longest, 'u', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    const struct {
        const char *name, *uidl;
        size_t len;
        bool usable;
    } cases[] = {
        {"of one byte", "u", 1, true},
        {"with a blank", "a b", 3, true},
        {"of eight-bit bytes", "\xff\x80", 2, true},
        {"of the longest allowed", longest, LIMIT_UIDL, true},
        {"empty", "", 0, false},
        {"one byte too long", longest, LIMIT_UIDL + 1, false},
        {"with a NUL", "a\0b", 3, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct maildrop *m = maildrop_new();
        maildrop_list_begin(m);
        cr_expect(maildrop_list_uidl(m, 1, cases[i].uidl, cases[i].len), "%s", cases[i].name);
        maildrop_list_end(m);
        cr_assert_eq(maildrop_present(m), 1, "%s", cases[i].name);
        cr_expect_eq(maildrop_has_identity(m, 0), cases[i].usable, "%s", cases[i].name);
        cr_expect_eq(strlen(maildrop_at(m, 0)->uidl), cases[i].usable ? cases[i].len : 0, "%s",
                     cases[i].name);
        maildrop_free(m);
    }
}

/* What one message of the first session is in the second. */
Test(maildrop, maps_by_identity_and_never_moves_a_doubtful_one)
{
    static const struct {
        const char *name;
        struct listed old[3], new[3];
        size_t index;    /* the old message looked at */
        uint32_t number; /* its number afterwards, 0: gone */
        bool identity;
    } cases[] = {
        {"nothing changed", {{1, 5, "a"}}, {{1, 5, "a"}}, 0, 1, true},
        {"one before it is gone", {{1, 5, "a"}, {2, 6, "b"}}, {{1, 6, "b"}}, 1, 1, true},
        {"the order is another",
         {{1, 5, "a"}, {2, 6, "b"}},
         {{1, 6, "b"}, {2, 5, "a"}},
         0,
         2,
         true},
        {"it is gone", {{1, 5, "a"}, {2, 6, "b"}}, {{1, 6, "b"}}, 0, 0, false},
        {"another size proves nothing", {{1, 5, "a"}}, {{1, 6, "a"}}, 0, 0, false},
        {"the size is not known now", {{1, 5, "a"}}, {{1, 0, "a"}}, 0, 1, true},
        {"the size was not known", {{1, 0, "a"}}, {{1, 5, "a"}}, 0, 1, true},
        {"another UIDL in its place", {{1, 5, "a"}}, {{1, 5, "b"}}, 0, 0, false},
        {"no UIDLs, the same place", {{1, 5, NULL}}, {{1, 5, NULL}}, 0, 1, false},
        {"no UIDLs, another size", {{1, 5, NULL}}, {{1, 6, NULL}}, 0, 0, false},
        {"no UIDLs, another place", {{1, 5, NULL}, {2, 6, NULL}}, {{1, 6, NULL}}, 1, 0, false},
        {"UIDLs came later", {{1, 5, NULL}}, {{1, 5, "a"}}, 0, 0, false},
        {"UIDLs went away", {{1, 5, "a"}}, {{1, 5, NULL}}, 0, 0, false},
        {"nothing known at all", {{1, 0, ""}}, {{1, 0, ""}}, 0, 0, false},
        {"twice the same UIDL",
         {{1, 5, "a"}, {2, 5, "a"}},
         {{1, 5, "a"}, {2, 5, "a"}},
         1,
         2,
         false},
        {"twice, then once: the one left may be either",
         {{1, 5, "a"}, {2, 5, "a"}},
         {{1, 5, "a"}},
         0,
         1,
         false},
        {"twice, then once: the other is gone",
         {{1, 5, "a"}, {2, 5, "a"}},
         {{1, 5, "a"}},
         1,
         0,
         false},
        {"once, then twice", {{1, 5, "a"}}, {{1, 5, "a"}, {2, 5, "a"}}, 0, 1, false},
        {"once, then twice elsewhere",
         {{1, 5, "a"}},
         {{1, 4, "b"}, {2, 5, "a"}, {3, 5, "a"}},
         0,
         0,
         false},
        {"UIDLs differ in case", {{1, 5, "a"}}, {{1, 5, "A"}}, 0, 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct maildrop *m = maildrop_new();
        size_t old = 0, new = 0;
        while (old < 3 && cases[i].old[old].number)
            old++;
        while (new < 3 && cases[i].new[new].number)
            new ++;
        list(m, cases[i].old, old);
        struct summary *s = some_summary();
        maildrop_set_summary(m, cases[i].index, s);
        maildrop_session_lost(m);
        struct maildrop_changes c = list(m, cases[i].new, new);
        const struct message *message = maildrop_at(m, cases[i].index);
        cr_expect_eq(message->number, cases[i].number, "%s: number %u", cases[i].name,
                     message->number);
        cr_expect_eq(message->present, cases[i].number != 0, "%s", cases[i].name);
        cr_expect_eq(maildrop_has_identity(m, cases[i].index), cases[i].identity, "%s",
                     cases[i].name);
        cr_expect_eq(message->summary, s, "%s: keeps its summary", cases[i].name);
        cr_expect_eq(maildrop_present(m), new, "%s", cases[i].name);
        cr_expect_eq(maildrop_size(m), old + c.arrived, "%s", cases[i].name);
        cr_expect_eq(old + c.arrived - c.gone, new, "%s", cases[i].name);
        for (uint32_t n = 1; n <= new; n++) {
            size_t index = maildrop_by_number(m, n);
            cr_assert_neq(index, SIZE_MAX, "%s", cases[i].name);
            cr_expect_eq(maildrop_at(m, index)->number, n, "%s", cases[i].name);
        }
        maildrop_free(m);
    }
}

Test(maildrop, never_trusts_a_uidl_again_that_two_had)
{
    struct maildrop *m = maildrop_new();
    LIST(m, {1, 5, "a"}, {2, 5, "a"});
    LIST(m, {1, 5, "a"}); /* which of the two was deleted? */
    LIST(m, {1, 5, "a"});
    cr_expect_eq(maildrop_at(m, 0)->number, 1);
    cr_expect_not(maildrop_has_identity(m, 0));
    struct maildrop_changes c = LIST(m, {1, 4, "z"}, {2, 5, "a"});
    cr_expect_eq(c.gone, 1);
    cr_expect_eq(c.arrived, 2);
    cr_expect(maildrop_has_identity(m, maildrop_by_number(m, 2)), "a message of its own");
    maildrop_free(m);
}

Test(maildrop, does_not_know_a_message_again_that_was_gone)
{
    struct maildrop *m = maildrop_new();
    LIST(m, {1, 5, "a"}, {2, 6, "b"});
    LIST(m, {1, 6, "b"});
    struct maildrop_changes c = LIST(m, {1, 5, "a"}, {2, 6, "b"});
    cr_expect_eq(c.arrived, 1);
    cr_expect_not(maildrop_at(m, 0)->present);
    cr_expect_eq(maildrop_by_number(m, 1), 2);
    maildrop_free(m);
}

Test(maildrop, calls_new_what_came_with_a_later_listing)
{
    struct maildrop *m = maildrop_new();
    LIST(m, {1, 5, "a"});
    LIST(m, {1, 5, "a"}, {2, 6, "b"});
    cr_expect_not(maildrop_at(m, 0)->is_new);
    cr_expect(maildrop_at(m, 1)->is_new);
    LIST(m, {1, 5, "a"}, {2, 6, "b"});
    cr_expect(maildrop_at(m, 1)->is_new, "logging in again has shown nobody anything");
    maildrop_free(m);
}

Test(maildrop, calls_nothing_new_after_a_first_listing_that_broke_off)
{
    struct maildrop *m = maildrop_new();
    maildrop_list_begin(m);
    maildrop_list_size(m, 1, 5);
    maildrop_list_abandon(m);
    cr_expect_eq(maildrop_size(m), 0);
    LIST(m, {1, 5, "a"});
    cr_expect_not(maildrop_at(m, 0)->is_new);
    maildrop_free(m);
}

Test(maildrop, keeps_all_without_numbers_when_a_listing_breaks_off)
{
    struct maildrop *m = maildrop_new();
    LIST(m, {1, 5, "a"}, {2, 6, "b"});
    maildrop_list_begin(m);
    maildrop_list_size(m, 1, 6);
    cr_expect_eq(maildrop_by_number(m, 2), 1, "the old numbers hold until the end");
    maildrop_list_abandon(m);
    cr_expect_eq(maildrop_present(m), 2);
    cr_expect_eq(maildrop_octets(m), 11);
    cr_expect_eq(maildrop_at(m, 1)->number, 0);
    cr_expect_eq(maildrop_by_number(m, 2), SIZE_MAX);
    struct maildrop_changes c = LIST(m, {1, 6, "b"});
    cr_expect_eq(c.gone, 1);
    cr_expect_eq(maildrop_by_number(m, 1), 1);
    maildrop_free(m);
}

Test(maildrop, keeps_all_without_numbers_when_the_session_is_lost)
{
    struct maildrop *m = maildrop_new();
    LIST(m, {1, 5, "a"}, {2, 6, "b"});
    maildrop_set_headers(m, 0, HEADERS_ASKED);
    maildrop_set_headers(m, 1, HEADERS_REFUSED);
    maildrop_session_lost(m);
    const struct message *a = maildrop_at(m, 0), *b = maildrop_at(m, 1);
    cr_expect_eq(maildrop_present(m), 2);
    cr_expect(a->present && b->present);
    cr_expect_eq(a->number, 0);
    cr_expect_eq(a->place, 1);
    cr_expect_eq(b->place, 2);
    cr_expect(maildrop_has_identity(m, 0));
    cr_expect_eq(maildrop_by_number(m, 1), SIZE_MAX);
    cr_expect_eq(a->headers, HEADERS_UNKNOWN, "no answer will come");
    cr_expect_eq(b->headers, HEADERS_REFUSED);
    cr_expect_not(maildrop_list_size(m, 3, 1), "no listing is under way");
    maildrop_free(m);
}

Test(maildrop, counts_headers_and_octets_of_those_present)
{
    struct maildrop *m = maildrop_new();
    LIST(m, {1, 5, "a"}, {2, 6, "b"}, {3, 7, "c"});
    maildrop_set_headers(m, 0, HEADERS_ASKED);
    cr_expect_eq(maildrop_headers_done(m), 0);
    maildrop_set_summary(m, 0, some_summary());
    maildrop_set_headers(m, 1, HEADERS_REFUSED);
    cr_expect_eq(maildrop_headers_done(m), 2);
    maildrop_set_summary(m, 0, some_summary());
    cr_expect_eq(maildrop_headers_done(m), 2, "once more is no more");
    LIST(m, {2, 6, "b"}, {3, 7, "c"});
    cr_expect_eq(maildrop_headers_done(m), 1);
    cr_expect_eq(maildrop_present(m), 2);
    cr_expect_eq(maildrop_octets(m), 13);
    cr_expect_eq(maildrop_by_number(m, 1), SIZE_MAX);
    cr_expect_eq(maildrop_at(m, 0)->number, 0);
    cr_expect_not(maildrop_has_identity(m, 0));
    cr_expect_eq(maildrop_size(m), 3);
    maildrop_set_summary(m, 0, some_summary());
    cr_expect_eq(maildrop_headers_done(m), 1, "a late answer for one that is gone");
    maildrop_set_headers(m, 1, HEADERS_UNKNOWN);
    cr_expect_eq(maildrop_headers_done(m), 0);
    LIST(m, {1, 8, "d"});
    cr_expect_eq(maildrop_octets(m), 8);
    cr_expect_eq(maildrop_present(m), 1);
    maildrop_free(m);
}

Test(maildrop, folds_a_summary_that_is_not_ascii)
{
    struct maildrop *m = maildrop_new();
    LIST(m, {1, 5, "a"});
    struct summary *s = some_summary();
    s->subject = "\xc3\x89t\xc3\xa9";
    maildrop_set_summary(m, 0, s);
    cr_expect_str_eq(maildrop_at(m, 0)->folded, "ete\n");
    maildrop_set_summary(m, 0, some_summary());
    cr_expect_null(maildrop_at(m, 0)->folded);
    maildrop_free(m);
}

Test(maildrop, takes_an_end_without_a_beginning_for_nothing)
{
    struct maildrop *m = maildrop_new();
    LIST(m, {1, 5, "a"});
    struct maildrop_changes c = maildrop_list_end(m);
    cr_expect_eq(c.gone + c.arrived, 0);
    cr_expect_eq(maildrop_by_number(m, 1), 0);
    maildrop_free(m);
}

Test(maildrop, empties_with_an_empty_listing)
{
    struct maildrop *m = maildrop_new();
    LIST(m, {1, 5, "a"});
    maildrop_list_begin(m);
    struct maildrop_changes c = maildrop_list_end(m);
    cr_expect_eq(c.gone, 1);
    cr_expect_eq(maildrop_present(m), 0);
    cr_expect_eq(maildrop_octets(m), 0);
    maildrop_free(m);
}

/* A hostile server: as many messages as allowed, then all the same UIDL, then none. */
Test(maildrop, survives_the_largest_listing_and_equal_uidls, .timeout = 60)
{
    struct maildrop *m = maildrop_new();
    char uidl[32];
    for (int round = 0; round < 3; round++) {
        maildrop_list_begin(m);
        for (uint32_t n = 1; n <= LIMIT_MESSAGES; n++) {
            int len = snprintf(uidl, sizeof uidl, "%u", round == 1 ? 0 : LIMIT_MESSAGES - n);
            maildrop_list_size(m, n, 1000);
            maildrop_list_uidl(m, n, uidl, (size_t)len);
        }
        maildrop_list_end(m);
        cr_expect_eq(maildrop_present(m), LIMIT_MESSAGES);
        maildrop_session_lost(m);
    }
    maildrop_free(m);
}
