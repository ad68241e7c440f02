#include "config.h"

#include "mail/trust.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static struct trust_reader read_block(const char *block)
{
    struct trust_reader r;
    struct header_field field;
    trust_begin(&r);
    for (size_t pos = 0; header_next(block, strlen(block), &pos, &field);)
        trust_field(&r, field_classify(&field).kind, &field);
    return r;
}

Test(trust, of_a_field_that_stands_twice_the_topmost_counts)
{
    struct trust_reader r = read_block("X-Spam-Score: 1.5\nX-Spam-Score: 9\n");
    cr_expect_float_eq(r.score.value, 1.5, 1e-9);
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
    {"\"a\xEF\xBD\x8E\xEF\xBD\x8E\xEF\xBC\xA0"
     "example.org\" <ann@example.org>",
     "", 0},
    {"\"x\xEF\xBC\xA0\xEF\xBD\x90\xEF\xBD\x81y.example\" <x@evil.example>", "",
     TRUST_NAME_IS_ADDRESS},
    {"\"Ann ann@example.org, boss@bank.example\" <ann@example.org>", "", TRUST_NAME_IS_ADDRESS},
    {"Ann <ann@xn--80ak6aa92e.example>", "", TRUST_PUNYCODE},
    {"Ann <ann@mail.XN--80ak6aa92e.example>", "", TRUST_PUNYCODE},
    {"Ann <ann@xn--.example>", "", TRUST_PUNYCODE},
    {"Ann <xn--ann@notxn--a.example>", "", 0},
    {"P\xD0\xB0yPal <x@evil.example>", "", TRUST_MIXED_SCRIPTS},
    {"X <x@p\xD0\xB0ypal.example>", "", TRUST_MIXED_SCRIPTS},
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

static const struct {
    struct trust trust;
    char letter;
    const char *reasons;
} judged[] = {
    {{{NAN, 0, false, NAN, NAN}, 0, false, false, {{0}}, NULL, NULL}, ' ', ""},
    {{{4.94, TRUST_X_SPAM_SCORE, false, 9, NAN}, 0, false, false, {{0}}, NULL, NULL},
     ' ',
     "spam score 4.9 of 5.0 (X-Spam-Score)"},
    {{{-0.24, TRUST_X_SPAM_SCORE, false, 9, NAN}, 0, false, false, {{0}}, NULL, NULL},
     ' ',
     "spam score -0.2 of 5.0 (X-Spam-Score)"},
    {{{5, TRUST_RSPAMD_SCORE, false, 6, NAN}, 0, false, false, {{0}}, NULL, NULL},
     'S',
     "spam score 5.0 of 5.0 (X-Rspamd-Score)"},
    {{{5, TRUST_SPAM_FLAG, true, NAN, NAN}, 0, false, false, {{0}}, NULL, NULL},
     'S',
     "spam (X-Spam-Flag)"},
    {{{NAN, 0, false, NAN, NAN},
      TRUST_NO_DATE | TRUST_NO_MESSAGE_ID,
      false,
      false,
      {{0}},
      NULL,
      NULL},
     ' ',
     "no readable Date; no Message-ID"},
    {{{NAN, 0, false, NAN, NAN},
      TRUST_REPLY_ELSEWHERE,
      false,
      false,
      {{0}},
      "a@b.example",
      NULL},
     ' ',
     "answers go to another domain (a@b.example)"},
    {{{NAN, 0, false, NAN, NAN}, TRUST_KNOWN_NAME, false, false, {{0}}, NULL, "ann@a.example"},
     '!',
     "you know this name from another address (ann@a.example)"},
    {{{NAN, 0, false, NAN, NAN}, TRUST_MIXED_SCRIPTS, true, true, {{4, 4, 4}}, NULL, NULL},
     '!',
     "SPF pass, DKIM pass, DMARC pass; letters of two scripts in one word"},
    {{{NAN, 0, false, NAN, NAN}, TRUST_OWN_ADDRESS, true, false, {{0}}, NULL, NULL},
     '!',
     "sent under your own address"},
    {{{NAN, 0, false, NAN, NAN}, TRUST_OWN_ADDRESS, true, true, {{4, 0, 0}}, NULL, NULL},
     '+',
     "SPF pass; sent under your own address"},
    {{{9, TRUST_SPAM_STATUS, false, 9, NAN},
      TRUST_CONTROLS,
      true,
      true,
      {{4, 4, 2}},
      NULL,
      NULL},
     'F',
     "spam score 9.0 of 5.0 (X-Spam-Status); SPF pass, DKIM pass, DMARC fail; "
     "hidden characters in the header"},
    {{{NAN, 0, false, NAN, NAN}, 0, true, false, {{2, 2, 2}}, NULL, NULL}, ' ', ""},
};

Test(trust, is_a_letter_and_its_reasons)
{
    for (size_t i = 0; i < sizeof judged / sizeof *judged; i++) {
        const struct trust *t = &judged[i].trust;
        struct buf out = BUF_INIT(4096);
        trust_explain(&out, t);
        cr_expect_str_eq(out.data, judged[i].reasons, "%zu: %s", i, out.data);
        cr_expect_eq(trust_letter(t), judged[i].letter, "%zu: %c", i, trust_letter(t));
        cr_expect_eq(trust_is_suspicious(t), strchr("FS!", judged[i].letter) != NULL, "%zu", i);
        buf_release(&out);
    }
}

Test(trust, each_warning_has_a_reason_of_its_own)
{
    for (unsigned i = 0; i < TRUST_WARNING_COUNT; i++) {
        struct trust t = {.score = trust_score_none(), .warnings = 1u << i};
        struct buf out = BUF_INIT(4096);
        trust_explain(&out, &t);
        cr_expect(out.len && !strchr(out.data, ';'), "%u: %s", i, out.data);
        buf_release(&out);
    }
}
