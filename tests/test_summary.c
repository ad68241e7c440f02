#include "config.h"

#include "mail/summary.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "mail/trust.h"

static struct summary *summarize(const char *block)
{
    return summary_new(block, strlen(block), NULL);
}

Test(summary, holds_what_the_list_needs)
{
    struct summary *s =
        summarize("Received: x\r\nFrom: Ann Lee <ann@example.org>\r\n"
                  "To: a@x.example, B <b@x.example>\r\nReply-To: r@example.org\r\n"
                  "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n and more\r\n"
                  "Date: Sun, 22 Nov 2026 20:00:00 +0000\r\n"
                  "Message-ID: <1@example.org>\r\nX-Spam-Score: 2.5\r\n\r\nFrom: body\r\n");
    const char *name, *addr;
    struct buf sender = BUF_INIT(256);
    cr_expect_str_eq(s->subject, "Grüße and more");
    cr_expect_str_eq(s->message_id, "<1@example.org>");
    cr_expect_eq(s->date, 1795377600);
    cr_expect_float_eq(s->score.value, 2.5, 1e-9);
    cr_expect_eq(s->warnings, 0);
    cr_expect_eq(s->counts[SUMMARY_FROM], 1);
    cr_expect_eq(s->counts[SUMMARY_TO], 2);
    cr_expect_eq(s->counts[SUMMARY_CC], 0);
    summary_address(s, SUMMARY_TO, 1, &name, &addr);
    cr_expect_str_eq(name, "B");
    cr_expect_str_eq(addr, "b@x.example");
    summary_sender(&sender, s);
    cr_expect_str_eq(sender.data, "Ann Lee <ann@example.org>");
    buf_release(&sender);
    free(s);
}

/* The classic of its kind. */
Test(summary, reads_undeclared_koi8_by_the_content_type)
{
    struct summary *s =
        summarize("From: \xf1\xd2\xcd\xc1\xd2\xcb\xc1 <fair@example.test>\n"
                  "Subject: \xf3\xf5\xf0\xe5\xf2 \xd3\xcb\xc9\xc4\xcb\xc9\nX-Blacklisted-By: "
                  "cbl.abuseat.org\n"
                  "X-Spam-Rating: 83.69\nContent-Type: text/plain; charset=koi8-r\n\n");
    const char *name, *addr;
    summary_address(s, SUMMARY_FROM, 0, &name, &addr);
    cr_expect_str_eq(name, "Ярмарка");
    cr_expect_str_eq(s->subject, "СУПЕР скидки");
    cr_expect_float_eq(s->score.written, 83.69, 1e-6);
    cr_expect_eq(s->warnings,
                 (unsigned)(TRUST_BLACKLISTED | TRUST_NO_DATE | TRUST_NO_MESSAGE_ID));
    free(s);
}

Test(summary, uses_the_accounts_charsets_for_undeclared_text)
{
    static const char *const koi8[] = {"koi8-r", NULL};
    static const char block[] = "Subject: \xf0\xd2\xc9\xd7\xc5\xd4\n\n";
    struct summary *s = summary_new(block, strlen(block), koi8);
    cr_expect_str_eq(s->subject, "Привет");
    free(s);
}

Test(summary, has_nothing_of_an_empty_header)
{
    struct summary *s = summarize("");
    cr_expect_str_eq(s->subject, "");
    cr_expect_eq(s->date, SUMMARY_NO_DATE);
    cr_expect(isnan(s->score.value));
    cr_expect_eq(s->warnings, (unsigned)(TRUST_NO_FROM | TRUST_NO_DATE | TRUST_NO_MESSAGE_ID));
    free(s);
}

Test(summary, notices_hidden_characters)
{
    struct summary *s = summarize("From: a@example.org\nSubject: =?utf-8?Q?clear=1B[2J?=\n");
    cr_expect(s->warnings & TRUST_CONTROLS);
    cr_expect_str_eq(s->subject, "clear␛[2J");
    free(s);
}

/* The first one is shown, never the more flattering. */
Test(summary, shows_the_first_from_and_flags_the_second)
{
    struct summary *s = summarize("From: x@evil.example\nFrom: Bank <a@bank.example>\n");
    const char *name, *addr;
    summary_address(s, SUMMARY_FROM, 0, &name, &addr);
    cr_expect_str_eq(addr, "x@evil.example");
    cr_expect(s->warnings & TRUST_DUPLICATE_HEADER);
    free(s);
}

/* Servers differ in line ends and in the blank line behind a header without a body. */
Test(summary, the_fingerprint_is_of_the_header_alone)
{
    static const char *const same[] = {"A: b\nSubject: x\n", "A: b\r\nSubject: x\r\n",
                                       "A: b\nSubject: x\n\nbody\n",
                                       "A: b\r\nSubject: x\r\n\r\n"};
    struct summary *first = summarize(same[0]);
    for (size_t i = 1; i < sizeof same / sizeof *same; i++) {
        struct summary *s = summarize(same[i]);
        cr_expect_arr_eq(s->fingerprint, first->fingerprint, sizeof s->fingerprint, "%zu", i);
        free(s);
    }
    struct summary *other = summarize("A: b\nSubject: y\n");
    cr_expect_neq(memcmp(other->fingerprint, first->fingerprint, sizeof other->fingerprint), 0);
    free(other);
    free(first);
}

Test(summary, is_bounded, .timeout = 20)
{
    struct buf block = BUF_INIT(1 << 21);
    buf_append_str(&block, "From: ");
    while (block.len < 1 << 19)
        buf_append_str(&block, "a@b.example, ");
    buf_append_str(&block, "\nSubject: ");
    while (block.len < 1 << 20)
        buf_append_str(&block, "\xE6\x97\xA5");
    struct summary *s = summary_new(block.data, block.len, NULL);
    cr_expect_eq(s->counts[SUMMARY_FROM], LIMIT_ADDRESSES);
    cr_expect_eq(strlen(s->subject), LIMIT_TEXT / 3 * 3);
    free(s);
    buf_release(&block);
}

static const char full[] =
    "From: Ann <ann@example.org>, b@example.org\nTo: c@example.org\nCc: D <d@example.org>\n"
    "Reply-To: e@example.org\nSubject: hello\nMessage-ID: <1@example.org>\n"
    "Date: Sun, 22 Nov 2026 20:00:00 +0000\nX-Spam-Score: 4.5\n"
    "List-Id: the \"<dev>\" list <dev.lists.example.org>\n\n";

Test(summary, comes_back_from_its_bytes)
{
    struct summary *s = summarize(full), *again;
    struct buf bytes = BUF_INIT(10000), other = BUF_INIT(10000);
    summary_write(&bytes, s);
    again = summary_read(bytes.data, bytes.len);
    cr_assert_not_null(again);
    cr_expect_str_eq(again->subject, "hello");
    cr_expect_str_eq(again->message_id, "<1@example.org>");
    cr_expect_str_eq(again->list_id, "dev.lists.example.org");
    cr_expect_eq(again->shape.hash, s->shape.hash);
    cr_expect_eq(again->shape.signs, (uint32_t)SHAPE_IS_LIST);
    cr_expect_eq(again->date, s->date);
    cr_expect_eq(again->score.value, s->score.value);
    cr_expect_eq(again->warnings, s->warnings);
    const char *name, *addr;
    summary_address(again, SUMMARY_FROM, 1, &name, &addr);
    cr_expect_str_eq(addr, "b@example.org");
    summary_address(again, SUMMARY_REPLY_TO, 0, &name, &addr);
    cr_expect_str_eq(addr, "e@example.org");
    summary_write(&other, again);
    cr_expect(bytes.len == other.len && !memcmp(bytes.data, other.data, bytes.len));
    buf_release(&bytes);
    buf_release(&other);
    free(again);
    free(s);
}

Test(summary, takes_a_list_id_out_of_its_brackets)
{
    static const struct {
        const char *block, *id;
    } cases[] = {
        {"Subject: x\n", ""},
        {"List-Id: <a.example>\n", "a.example"},
        {"List-ID: =?utf-8?Q?Zo=C3=AB?= list\n <a.example>\n", "a.example"},
        {"List-Id: a.example\n", "a.example"},
        {"List-Id: <a.example\n", "a.example"},
        {"List-Id: x <\x1b[2J>\n", "\u241b[2J"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct summary *s = summarize(cases[i].block);
        cr_expect_str_eq(s->list_id, cases[i].id, "%s", s->list_id);
        free(s);
    }
}

Test(summary, bytes_that_are_none_are_refused)
{
    struct summary *s = summarize(full);
    struct buf bytes = BUF_INIT(10000);
    summary_write(&bytes, s);
    for (size_t len = 0; len < bytes.len; len++)
        cr_expect_null(summary_read(bytes.data, len), "cut at %zu", len);
    for (size_t i = 0; i < bytes.len; i++) { /* whatever it says, nothing is read beyond it */
        bytes.data[i] = (char)~bytes.data[i];
        struct summary *broken = summary_read(bytes.data, bytes.len);
        struct buf out = BUF_INIT(10000);
        if (broken)
            summary_write(&out, broken);
        buf_release(&out);
        free(broken);
        bytes.data[i] = (char)~bytes.data[i];
    }
    buf_release(&bytes);
    free(s);
}
