#include "config.h"

#include "maildrop/known.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "maildrop/folded.h"

static const uint8_t key[HASH_KEY_SIZE] = {1, 2, 3};

struct drop {
    struct maildrop *m;
    struct marks *k;
    struct known *n;
};

static struct drop drop_new(void)
{
    struct drop d = {.m = maildrop_new(), .k = marks_new()};
    d.n = known_new(d.m, d.k, key);
    return d;
}

static void drop_free(struct drop *d)
{
    known_free(d->n);
    marks_free(d->k);
    maildrop_free(d->m);
}

/* A message that was seen: its index. */
static size_t add(struct drop *d, const char *from, const char *date)
{
    char block[512], uidl[32];
    uint32_t place = (uint32_t)maildrop_size(d->m) + 1;
    snprintf(block, sizeof block, "From: %s\nDate: %s\nMessage-ID: <1@x>\n\n", from, date);
    snprintf(uidl, sizeof uidl, "u%u", (unsigned)place);
    struct summary *s = summary_new(block, strlen(block), NULL);
    size_t index = maildrop_remember(d->m, uidl, 100, place, s, folded_new(s));
    known_add(d->n, index);
    return index;
}

static void add_friend(struct drop *d)
{
    add(d, "Ann Lee <ann@example.org>", "1 Sep 2026 10:00:00 +0000");
    add(d, "Ann Lee <Ann@Example.org>", "20 Sep 2026 10:00:00 +0000");
    add(d, "Ann Lee <ann@example.org>", "3 Oct 2026 10:00:00 +0000");
}

Test(known, are_those_who_wrote_over_a_month)
{
    struct drop d = drop_new();
    add_friend(&d);
    cr_expect(known_is_sender(d.n, 0));
    size_t two = add(&d, "Bob <bob@example.org>", "1 Jan 2026 10:00:00 +0000");
    add(&d, "Bob <bob@example.org>", "1 Oct 2026 10:00:00 +0000");
    cr_expect_not(known_is_sender(d.n, two), "two messages");
    size_t days = add(&d, "Eve <eve@example.org>", "1 Sep 2026 10:00:00 +0000");
    for (int i = 0; i < 5; i++)
        add(&d, "Eve <eve@example.org>", "29 Sep 2026 10:00:00 +0000");
    cr_expect_not(known_is_sender(d.n, days), "four weeks");
    size_t none = add(&d, "", "1 Sep 2026 10:00:00 +0000");
    cr_expect_not(known_is_sender(d.n, none));
    drop_free(&d);
}

Test(known, are_those_whose_message_is_kept)
{
    struct drop d = drop_new();
    size_t a = add(&d, "Ann Lee <ann@example.org>", "1 Sep 2026 10:00:00 +0000");
    size_t b = add(&d, "Ann Lee <ANN@example.org>", "2 Sep 2026 10:00:00 +0000");
    cr_expect_not(known_is_sender(d.n, b));
    marks_set(d.k, a, MARK_KEEP, CAUSE_HAND, 100);
    cr_expect(known_is_sender(d.n, b));
    marks_set(d.k, a, MARK_DELETE, CAUSE_HAND, 100);
    cr_expect_not(known_is_sender(d.n, b), "until it is kept no more");
    drop_free(&d);
}

Test(known, the_name_of_one_under_another_address_is_seen)
{
    static const struct {
        const char *from;
        bool want;
    } cases[] = {
        {"Ann Lee <ann@evil.example>", true},
        {"ann lee <x@evil.example>", true},
        {"=?utf-8?q?Ann=C2=A0Lee?= <x@evil.example>", true},
        {"=?utf-8?b?77yhbm4gTGVl?= <x@evil.example>", true}, /* a full-width A */
        {"Ann Lee <ann@mail.example.org>", false},           /* the same house */
        {"Ann Lee <ann.lee@example.org>", false},
        {"Ann Lee <ann@example.org>", false},
        {"Anna Lee <ann@evil.example>", false},
        {"ann@evil.example", false},
        {"\"\" <ann@evil.example>", false},
    };
    struct drop d = drop_new();
    add_friend(&d);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t index = add(&d, cases[i].from, "4 Oct 2026 10:00:00 +0000");
        const char *known = known_other_address(d.n, index);
        cr_expect_eq(known != NULL, cases[i].want, "%s", cases[i].from);
        if (known)
            cr_expect_str_eq(known, "ann@example.org");
    }
    drop_free(&d);
}

Test(known, of_two_addresses_that_are_known_none_is_a_stranger)
{
    struct drop d = drop_new();
    add_friend(&d);
    size_t other = add(&d, "Ann Lee <ann@work.example>", "4 Oct 2026 10:00:00 +0000");
    cr_expect(known_other_address(d.n, other));
    marks_set(d.k, other, MARK_KEEP, CAUSE_HAND, 100);
    cr_expect_null(known_other_address(d.n, other));
    drop_free(&d);
}

Test(known, who_is_kept_no_more_is_no_model)
{
    struct drop d = drop_new();
    size_t a = add(&d, "Ann Lee <ann@example.org>", "1 Sep 2026 10:00:00 +0000");
    size_t other = add(&d, "Ann Lee <ann@evil.example>", "2 Sep 2026 10:00:00 +0000");
    marks_set(d.k, a, MARK_KEEP, CAUSE_HAND, 100);
    cr_expect(known_other_address(d.n, other));
    marks_set(d.k, a, MARK_NONE, CAUSE_HAND, 100);
    cr_expect_null(known_other_address(d.n, other));
    drop_free(&d);
}

Test(known, thousands_of_senders_are_told_apart)
{
    struct drop d = drop_new();
    char from[64];
    for (int i = 0; i < 3000; i++) {
        snprintf(from, sizeof from, "Name %d <s%d@example.org>", i % 1000, i % 1000);
        add(&d, from,
            i < 1000   ? "1 Sep 2026 10:00:00 +0000"
            : i < 2000 ? "2 Sep 2026 10:00:00 +0000"
                       : "9 Oct 2026 10:00:00 +0000");
    }
    for (size_t i = 0; i < 1000; i++)
        cr_expect(known_is_sender(d.n, i));
    size_t other = add(&d, "Name 777 <x@evil.example>", "9 Oct 2026 10:00:00 +0000");
    const char *known = known_other_address(d.n, other);
    cr_assert(known);
    cr_expect_str_eq(known, "s777@example.org");
    drop_free(&d);
}
