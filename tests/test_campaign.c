#include "config.h"

#include "maildrop/campaign.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/digest.h"
#include "base/hash.h"
#include "base/mem.h"
#include "tests/support/triage.h"

/* ---- maildrops --------------------------------------------------------------------------- */

static void list(struct maildrop *m, uint32_t count)
{
    char uidl[16];
    maildrop_list_begin(m);
    for (uint32_t n = 1; n <= count; n++) {
        int len = snprintf(uidl, sizeof uidl, "u%u", n);
        maildrop_list_size(m, n, 100);
        maildrop_list_uidl(m, n, uidl, (size_t)len);
    }
    maildrop_list_end(m);
}

static void put(struct maildrop *m, size_t index, const char *block, size_t len)
{
    maildrop_set_summary(m, index, summary_new(block, len, NULL));
}

static uint32_t *all(size_t count)
{
    uint32_t *indexes = xcalloc(count, sizeof *indexes);
    for (size_t i = 0; i < count; i++)
        indexes[i] = (uint32_t)i;
    return indexes;
}

/* Message PLACE of the maildrop is number OF[PLACE] of the made-up one. */
static struct maildrop *triage(uint64_t seed, const uint32_t *of)
{
    struct maildrop *m = maildrop_new();
    list(m, TRIAGE_COUNT);
    for (uint32_t i = 0; i < TRIAGE_COUNT; i++) {
        struct buf text = BUF_INIT(1u << 20);
        triage_message(seed, of[i], &text);
        put(m, i, text.data, text.len);
        buf_release(&text);
    }
    return m;
}

static struct campaigns *find(const struct maildrop *m)
{
    uint32_t *indexes = all(maildrop_size(m));
    struct campaigns *c = campaigns_find(m, NULL, indexes, maildrop_size(m), NULL, NULL);
    free(indexes);
    return c;
}

/* ---- on the made-up maildrop ------------------------------------------------------------- */

Test(campaign, is_tried_on_the_same_maildrop_everywhere)
{
    struct buf text = BUF_INIT(1u << 26), hex = BUF_INIT(100);
    uint8_t sum[DIGEST_SHA256_SIZE];
    for (unsigned i = 0; i < TRIAGE_COUNT; i++)
        triage_message(1, i, &text);
    digest_sha256(text.data, text.len, sum);
    digest_hex(&hex, sum, sizeof sum);
    cr_expect_str_eq(hex.data,
                     "eb8525b30bdd19a113976c84417fa98806b0b63affea0262055988f83c674075", "%s",
                     hex.data);
    buf_release(&text);
    buf_release(&hex);
}

static void tell(const struct maildrop *m, unsigned index, const char *what)
{
    struct buf label = BUF_INIT(64), sender = BUF_INIT(1000);
    if (!getenv("TELL"))
        return;
    triage_label_name(&label, triage_label(index));
    summary_sender(&sender, maildrop_at(m, index)->summary);
    fprintf(stderr, "%s: %s %s: %s\n", what, label.data, sender.data,
            maildrop_at(m, index)->summary->subject);
    buf_release(&label);
    buf_release(&sender);
}

static void try_seed(uint64_t seed)
{
    uint32_t *order = all(TRIAGE_COUNT);
    struct maildrop *m = triage(seed, order);
    struct campaigns *c = find(m);
    unsigned caught = 0, spam = 0, wrong = 0, mixed = 0;
    for (unsigned i = 0; i < TRIAGE_COUNT; i++) {
        bool is_spam = triage_label(i) <= TRIAGE_CAMPAIGNS;
        size_t of = campaigns_of(c, i);
        spam += is_spam;
        caught += is_spam && of != SIZE_MAX;
        wrong += !is_spam && of != SIZE_MAX;
        if (is_spam != (of != SIZE_MAX))
            tell(m, i, is_spam ? "missed" : "wrong");
        mixed +=
            of != SIZE_MAX && triage_label(campaigns_at(c, of)->members[0]) != triage_label(i);
    }
    if (getenv("TELL")) {
        fprintf(stderr, "seed %llu: %u of %u, %u wrong, %u mixed, %zu rows\n",
                (unsigned long long)seed, caught, spam, wrong, mixed, campaigns_count(c));
        for (size_t i = 0; i < campaigns_count(c); i++) {
            struct buf why = BUF_INIT(1000);
            campaign_explain(&why, campaigns_at(c, i));
            fprintf(stderr, "  %zu %s: %s\n", campaigns_at(c, i)->count,
                    campaigns_at(c, i)->label, why.data);
            buf_release(&why);
        }
    }
    cr_expect_eq(wrong, 0, "seed %llu: %u wanted", (unsigned long long)seed, wrong);
    cr_expect_eq(mixed, 0, "seed %llu: %u mixed", (unsigned long long)seed, mixed);
    cr_expect_geq(caught * 100, spam * 98, "seed %llu: %u of %u", (unsigned long long)seed,
                  caught, spam);
    campaigns_free(c);
    maildrop_free(m);
    free(order);
}

Test(campaign, takes_the_spam_and_nothing_else, .timeout = 120)
{
    for (uint64_t seed = 1;
         seed <= (getenv("SEEDS") ? strtoull(getenv("SEEDS"), NULL, 10) : 12); seed++)
        try_seed(seed);
}

static void shuffle(uint32_t *order, size_t count)
{
    uint64_t state = 4711;
    for (size_t i = count - 1; i; i--) {
        state = hash_mix(state, i);
        size_t k = (size_t)(state % (i + 1));
        uint32_t kept = order[i];
        order[i] = order[k];
        order[k] = kept;
    }
}

static bool is_in_same(const struct campaigns *a, size_t i, const struct campaigns *b, size_t k)
{
    size_t left = campaigns_of(a, i), right = campaigns_of(b, k);
    if (left == SIZE_MAX || right == SIZE_MAX)
        return left == right;
    const struct campaign *x = campaigns_at(a, left), *y = campaigns_at(b, right);
    return x->count == y->count && x->reasons == y->reasons && !strcmp(x->label, y->label);
}

Test(campaign, is_the_same_in_whatever_order_the_messages_came, .timeout = 60)
{
    uint32_t *order = all(TRIAGE_COUNT), *other = all(TRIAGE_COUNT);
    shuffle(other, TRIAGE_COUNT);
    struct maildrop *m = triage(3, order), *n = triage(3, other);
    struct campaigns *a = find(m), *b = find(n);
    struct campaigns *c = campaigns_find(m, NULL, other, TRIAGE_COUNT, NULL, NULL);
    cr_expect_eq(campaigns_count(a), campaigns_count(b));
    cr_expect_eq(campaigns_count(a), campaigns_count(c));
    for (uint32_t i = 0; i < TRIAGE_COUNT; i++) {
        cr_expect(is_in_same(a, other[i], b, i), "message %u", (unsigned)i);
        cr_expect(is_in_same(a, i, c, i), "message %u", (unsigned)i);
    }
    campaigns_free(a);
    campaigns_free(b);
    campaigns_free(c);
    maildrop_free(m);
    maildrop_free(n);
    free(order);
    free(other);
}

/* ---- by hand ----------------------------------------------------------------------------- */

#define OFFER "Cheap watches for sale"

/* Message INDEX in the form of a mailer, with EXTRA lines. */
static void write_one(struct maildrop *m, uint32_t index, const char *from, const char *subject,
                      const char *extra)
{
    struct buf block = BUF_INIT(100000);
    buf_printf(&block,
               "%sDate: Mon, 23 Nov 2026 10:00:00 +0000\nFrom: %s\nTo: me@example.org\n"
               "Subject: %s\nMessage-ID: <%08x%08x@x.example>\nMIME-Version: 1.0\n"
               "Content-Type: text/plain\n\n",
               extra, from, subject, 0xabc00000u + index * 7919u, index * 104729u);
    put(m, index, block.data, block.len);
    buf_release(&block);
}

/* COUNT of them, of as many senders; "%u" in a text is the message's number. */
static struct maildrop *offers(uint32_t count, const char *from, const char *subject,
                               const char *extra)
{
    struct maildrop *m = maildrop_new();
    list(m, count);
    for (uint32_t i = 0; i < count; i++) {
        char sender[100], text[300];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(sender, sizeof sender, from, i, i);
        snprintf(text, sizeof text, subject, i);
#pragma GCC diagnostic pop
        write_one(m, i, sender, text, extra);
    }
    return m;
}

static size_t rows(uint32_t count, const char *from, const char *subject, const char *extra)
{
    struct maildrop *m = offers(count, from, subject, extra);
    struct campaigns *c = find(m);
    size_t found = campaigns_count(c);
    campaigns_free(c);
    maildrop_free(m);
    return found;
}

#define OTHERS "s%u@d%u.example"

Test(campaign, is_made_of_three_from_different_senders)
{
    cr_expect_eq(rows(3, OTHERS, OFFER, ""), 1);
    cr_expect_eq(rows(2, OTHERS, OFFER, ""), 0, "two are none");
    cr_expect_eq(rows(9, "shop@x.example", OFFER " no. %u", ""), 0, "one sender");
    cr_expect_eq(rows(9, "order-%u@x.example", OFFER, ""), 0, "one domain");
    cr_expect_eq(rows(9, "order-%u@x.example", OFFER, "X-Spam-Score: 7\n"), 1,
                 "which a filter takes for spam");
    cr_expect_eq(rows(9, OTHERS, "Hello", ""), 0, "what anybody writes");
    cr_expect_eq(rows(9, OTHERS, "Hello", "X-Spam-Score: 7\n"), 0, "scored or not");
    cr_expect_eq(rows(9, OTHERS, "H\u0435llo", ""), 1, "but not so");
    cr_expect_eq(rows(9, OTHERS, "", ""), 0, "no subject");
}

Test(campaign, is_no_list_no_thread_and_no_bounce)
{
    cr_expect_eq(rows(9, OTHERS, OFFER, "List-Id: <a.example>\n"), 0);
    cr_expect_eq(rows(9, OTHERS, OFFER, "List-Post: <mailto:a@a.example>\n"), 0);
    cr_expect_eq(rows(9, OTHERS, "Re: " OFFER, "In-Reply-To: <1@a.example>\n"), 0);
    cr_expect_eq(rows(9, OTHERS, "Re: " OFFER, ""), 1, "an answer to nothing");
    cr_expect_eq(rows(9, "MAILER-DAEMON@d%u.example", OFFER, ""), 0);
    cr_expect_eq(rows(9, OTHERS, OFFER, "Auto-Submitted: auto-replied\n"), 0);
}

static bool is_fifth(void *context, size_t index)
{
    (void)context;
    return index == 5;
}

Test(campaign, leaves_out_what_is_kept_or_known_and_says_so)
{
    struct maildrop *m = offers(12, OTHERS, OFFER " %u", "");
    struct marks *k = marks_new();
    uint32_t *indexes = all(12);
    marks_set(k, 0, MARK_KEEP, CAUSE_HAND, 1);
    marks_set(k, 1, MARK_DELETE, CAUSE_HAND, 1);
    struct campaigns *c = campaigns_find(m, k, indexes, 12, is_fifth, NULL);
    struct buf why = BUF_INIT(1000);
    cr_assert_eq(campaigns_count(c), 1);
    const struct campaign *one = campaigns_at(c, 0);
    cr_expect_eq(one->count, 10);
    cr_expect_eq(one->kept, 2);
    cr_expect_eq(campaigns_of(c, 0), SIZE_MAX);
    cr_expect_eq(campaigns_of(c, 1), 0);
    cr_expect_eq(campaigns_of(c, 5), SIZE_MAX);
    cr_expect_str_eq(one->label, "cheap watches for sale #");
    campaign_explain(&why, one);
    cr_expect_str_eq(why.data,
                     "same header form, subjects differ in numbers, 10 senders in 10 domains, "
                     "addresses made alike; 2 kept or known ones look alike and are left out",
                     "%s", why.data);
    buf_release(&why);
    campaigns_free(c);
    marks_free(k);
    free(indexes);
    maildrop_free(m);
}

Test(campaign, leaves_out_who_writes_often)
{
    struct maildrop *m = offers(12, OTHERS, OFFER " %u", "");
    for (uint32_t i = 0; i < 4; i++)
        write_one(m, i, "shop@shop.example", OFFER " 17", "");
    struct campaigns *c = find(m);
    cr_assert_eq(campaigns_count(c), 1);
    cr_expect_eq(campaigns_at(c, 0)->count, 8);
    cr_expect_eq(campaigns_at(c, 0)->repeated, 4);
    cr_expect_eq(campaigns_of(c, 3), SIZE_MAX);
    campaigns_free(c);
    maildrop_free(m);
}

Test(campaign, messages_without_headers_are_in_none)
{
    struct maildrop *m = maildrop_new();
    list(m, 5);
    struct campaigns *c = find(m);
    cr_expect_eq(campaigns_count(c), 0);
    campaigns_free(c);
    c = campaigns_find(m, NULL, NULL, 0, NULL, NULL);
    cr_expect_eq(campaigns_count(c), 0);
    campaigns_free(c);
    maildrop_free(m);
}

/* ---- many -------------------------------------------------------------------------------- */

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

enum { MANY = 100000 };

static size_t find_many(struct maildrop *m, const char *what)
{
    double begun = seconds();
    struct campaigns *c = find(m);
    size_t count = campaigns_count(c);
    if (getenv("TELL"))
        fprintf(stderr, "%s: %.0f ms, %zu rows\n", what, (seconds() - begun) * 1e3, count);
    cr_expect_lt(seconds() - begun, 20, "%s", what); /* quadratic it would be hours */
    campaigns_free(c);
    maildrop_free(m);
    return count;
}

Test(campaign, hundred_thousand_equal_ones, .timeout = 120)
{
    cr_expect_eq(find_many(offers(MANY, OTHERS, OFFER, ""), "equal"), 1);
}

/* Every subject is of its own words, in one form. */
Test(campaign, hundred_thousand_different_ones, .timeout = 120)
{
    struct maildrop *m = maildrop_new();
    list(m, MANY);
    for (uint32_t i = 0; i < MANY; i++) {
        char subject[64], sender[64];
        uint64_t bits = hash_mix(i, 1), more = hash_mix(i, 2);
        for (size_t k = 0; k < 40; k++) {
            subject[k] = (char)(k % 7 == 6 ? ' ' : 'a' + bits % 26);
            bits = k == 11 ? more : k == 23 ? hash_mix(i, 3) : bits / 26;
        }
        subject[40] = '\0';
        snprintf(sender, sizeof sender, OTHERS, (unsigned)i, (unsigned)i);
        write_one(m, i, sender, subject, "");
    }
    cr_expect_eq(find_many(m, "different"), 0);
}

/* Each is a little like many others, so that none can be passed over early. */
Test(campaign, hundred_thousand_of_few_words, .timeout = 120)
{
    static const char *const words[] = {"red",  "green", "offer", "today", "cheap", "watch",
                                        "pill", "loan",  "house", "river", "stone", "cloud",
                                        "best", "price", "free",  "money"};
    struct maildrop *m = maildrop_new();
    list(m, MANY);
    for (uint32_t i = 0; i < MANY; i++) {
        char subject[128], sender[64];
        uint64_t bits = hash_mix(i, 9);
        size_t len = 0;
        for (int k = 0; k < 8; k++, bits >>= 4)
            len +=
                (size_t)snprintf(subject + len, sizeof subject - len, "%s ", words[bits & 15]);
        snprintf(sender, sizeof sender, OTHERS, (unsigned)i, (unsigned)i);
        write_one(m, i, sender, subject, "");
    }
    cr_expect_leq(find_many(m, "few words"), MANY / 3);
}

Test(campaign, huge_subjects_are_no_matter, .timeout = 60)
{
    struct maildrop *m = maildrop_new();
    struct buf subject = BUF_INIT(60000);
    list(m, 50);
    while (subject.len < 50000)
        buf_append_str(&subject, "\uFDFA\u0430");
    for (uint32_t i = 0; i < 50; i++) {
        char sender[64];
        snprintf(sender, sizeof sender, OTHERS, (unsigned)i, (unsigned)i);
        write_one(m, i, sender, subject.data, "");
    }
    cr_expect_eq(find_many(m, "huge"), 1);
    buf_release(&subject);
}
