#include "config.h"

#include "mail/trust.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static const struct {
    const char *block;
    double score; /* NAN: none */
} scores[] = {
    {"X-Spam-Status: Yes, score=14.2 required=5.0\n", 14.2},
    {"X-Spam-Status: No, hits=-1.5 required=5\n", -1.5},
    {"X-Spam-Score: 9.7\n", 9.7},
    {"X-Spam-Score: +3 (+++)\n", 3},
    {"X-Spam-Rating: 83.69\n", 83.69},
    {"X-Rspamd-Score: 0.25\n", 0.25},
    {"X-Spam-Status: Yes\nX-Spam-Score: 4\n", 4},
    {"x-spam-score:\n 6.5\n", 6.5},
    {"X-Spam-Score: high\n", NAN},
    {"Subject: score=3\n", NAN},
    {"", NAN},
};

static struct trust_reader read_block(const char *block)
{
    struct trust_reader r;
    struct header_field field;
    trust_begin(&r);
    for (size_t pos = 0; header_next(block, strlen(block), &pos, &field);)
        trust_field(&r, field_classify(&field).kind, &field);
    return r;
}

Test(trust, finds_the_score_that_a_filter_wrote)
{
    for (size_t i = 0; i < sizeof scores / sizeof *scores; i++) {
        double score = read_block(scores[i].block).score;
        cr_expect_eq(isnan(score), isnan(scores[i].score), "%s", scores[i].block);
        if (!isnan(score))
            cr_expect_float_eq(score, scores[i].score, 1e-6, "%s: %f", scores[i].block, score);
    }
}

static const struct {
    const char *from, *reply_to;
    unsigned want;
} senders[] = {
    {"Ann <ann@example.org>", "", 0},
    {"", "", TRUST_NO_FROM},
    {"undisclosed:;", "", TRUST_NO_FROM},
    {"\"service@paypal.example\" <x@evil.example>", "", TRUST_NAME_IS_ADDRESS},
    {"\"service\xEF\xBC\xA0paypal.example\" <x@evil.example>", "", TRUST_NAME_IS_ADDRESS},
    {"\"service\xEF\xB9\xABpaypal.example\" <x@evil.example>", "", TRUST_NAME_IS_ADDRESS},
    {"\"ann@example.org\" <ann@example.org>", "", 0},
    {"\"Ann @ home\" <ann@example.org>", "", 0},
    {"\"ann@EXAMPLE.org\" <other@example.org>", "", 0},
    {"Ann <ann@example.org>", "ann@example.org", 0},
    {"Ann <ann@example.org>", "list@Example.ORG", 0},
    {"Ann <ann@example.org>", "claims@other.example", TRUST_REPLY_ELSEWHERE},
};

Test(trust, sees_what_a_sender_shows_against_itself)
{
    for (size_t i = 0; i < sizeof senders / sizeof *senders; i++) {
        struct address_list from, reply;
        address_parse(&from, senders[i].from, strlen(senders[i].from), NULL);
        address_parse(&reply, senders[i].reply_to, strlen(senders[i].reply_to), NULL);
        cr_expect_eq(trust_of_sender(&from, &reply), senders[i].want, "%s, %s", senders[i].from,
                     senders[i].reply_to);
        address_list_release(&from);
        address_list_release(&reply);
    }
}

static const struct {
    const char *block;
    unsigned want;
} blocks[] = {
    {"From: a\nMessage-ID: <1>\n", 0},
    {"From: a\n", TRUST_NO_MESSAGE_ID},
    {"From: a\nfrom: b\nMessage-Id: <1>\n", TRUST_DUPLICATE_HEADER},
    {"Received: a\nReceived: b\nMessage-ID: <1>\n", 0},
    {"X-IMAP: 1795400000 12\nMessage-ID: <1>\n", TRUST_FOLDER_DATA},
    {"X-IMAPbase: 1795400000 12\nMessage-ID: <1>\n", 0},
    {"X-Blacklisted-By: cbl.abuseat.org\nMessage-ID: <1>\n", TRUST_BLACKLISTED},
};

Test(trust, sees_what_a_header_shows)
{
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        struct trust_reader r = read_block(blocks[i].block);
        cr_expect_eq(trust_of_block(&r), blocks[i].want, "%s", blocks[i].block);
    }
}

Test(trust, has_a_word_for_each_warning)
{
    for (unsigned i = 0; i < TRUST_WARNING_COUNT; i++)
        cr_expect(trust_warning_word(i) && *trust_warning_word(i));
}
