#include "config.h"

#include "maildrop/campaign.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/digest.h"
#include "base/mem.h"
#include "maildrop/folded.h"
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
