#include "config.h"

#include "mail/shape.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/buf.h"

static struct shape shape_of(const char *block, size_t len)
{
    struct shape_reader r;
    struct header_field field;
    shape_begin(&r);
    for (size_t pos = 0; header_next(block, len, &pos, &field);)
        shape_field(&r, field_classify(&field), &field);
    return shape_end(&r);
}

static struct shape form(const char *block)
{
    return shape_of(block, strlen(block));
}

#define A                                                                                    \
    "Date: Mon, 23 Nov 2026 10:00:00 +0000\nTo: me@example.org\nFrom: a@one.example\n"       \
    "Subject: one\nMessage-ID: <4f3a9c1de07b26587c0d@one.example>\nX-Mailer: Sender 5.2.1\n" \
    "MIME-Version: 1.0\nContent-Type: multipart/alternative;\n\tboundary=\"b1_4f3a9c1de\"\n\n"

Test(shape, is_the_same_whatever_is_said_and_by_whom)
{
    struct shape a = form(A);
    struct shape b =
        form("Return-Path: <x@y.example>\nReceived: from a\n\tby b\nReceived: from c by d\n"
             "DKIM-Signature: v=1; b=\n\txyz\nX-Spam-Status: No, score=1.0\n"
             "Date: Tue, 24 Nov 2026 11:00:00 +0000\nTo: me@example.org\nFrom: \"B\" "
             "<b@two.example>\n"
             "Cc: c@example.org\nSubject: two\nMessage-ID: <99aa01b2c3d4e5f60718@two.example>\n"
             "X-Mailer: Sender 6.14.22\nMIME-Version: 1.0\n"
             "Content-Type: multipart/alternative;\n\tboundary=\"b1_77abc01d2\"\n\n");
    cr_expect_eq(a.hash, b.hash);
    for (size_t i = 0; i < SHAPE_PARTS; i++)
        cr_expect_eq(a.parts[i], b.parts[i], "part %zu", i);
}

Test(shape, tells_parts_apart)
{
    static const struct {
        const char *from, *to;
        unsigned part;
    } changes[] = {
        {"To: me@example.org\nFrom: a@one.example", "From: a@one.example\nTo: me@example.org",
         SHAPE_ORDER},
        {"MIME-Version", "Mime-Version", SHAPE_ORDER},
        {"Sender 5", "Posters 5", SHAPE_MAILER},
        {"4f3a9c1de07b26587c0d@", "20261123.1000@", SHAPE_ID},
        {"b1_4f3a9c1de", "----=_Part_17_2233.99", SHAPE_BOUNDARY},
        {";\n\tboundary", "; boundary", SHAPE_BOUNDARY},
        {"alternative", "mixed", SHAPE_TYPE},
    };
    struct shape a = form(A);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct buf changed = BUF_INIT(4096);
        const char *at = strstr(A, changes[i].from);
        cr_assert_not_null(at);
        buf_append(&changed, A, (size_t)(at - A));
        buf_printf(&changed, "%s%s", changes[i].to, at + strlen(changes[i].from));
        struct shape b = form(changed.data);
        cr_expect_neq(a.hash, b.hash);
        for (size_t k = 0; k < SHAPE_PARTS; k++)
            cr_expect_eq(a.parts[k] == b.parts[k], k != changes[i].part, "change %zu, part %zu",
                         i, k);
        buf_release(&changed);
    }
}

Test(shape, has_signs)
{
    static const struct {
        const char *block;
        uint32_t signs;
    } cases[] = {
        {"", 0},
        {"X-Mailer: x\n", SHAPE_HAS_MAILER},
        {"User-Agent: Mutt/2.2\n", SHAPE_HAS_MAILER},
        {"In-Reply-To: <a@b>\n", SHAPE_HAS_PARENT},
        {"In-Reply-To:\n", 0},
        {"references: <a@b>\n", SHAPE_HAS_PARENT},
        {"List-ID: <a.b>\n", SHAPE_IS_LIST},
        {"Content-Type: Multipart/Report; boundary=x\n", SHAPE_IS_REPORT},
        {"Auto-Submitted: auto-replied\n", SHAPE_IS_REPORT},
        {"Auto-Submitted: auto-generated\n", 0},
        {"Subject: =?utf-8?b?YQ==?=\n =?utf-8?Q?a?=\n", SHAPE_WORD_B | SHAPE_WORD_Q},
        {"Subject: =?utf-8\n", 0},
        {"Subject: x\n\nList-Id: <in.the.body>\n", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(form(cases[i].block).signs, cases[i].signs, "%s", cases[i].block);
}

Test(shape, of_endless_headers_is_bounded, .timeout = 20)
{
    struct buf block = BUF_INIT(1u << 24);
    buf_append_str(&block, "X-Mailer: ");
    while (block.len < 1u << 20)
        buf_append_str(&block, "a1");
    buf_append_str(&block, "\nContent-Type: multipart/mixed; boundary=");
    while (block.len < 2u << 20)
        buf_append_char(&block, 'b');
    while (block.len < 4u << 20)
        buf_append_str(&block, "\nX: y");
    struct shape s = shape_of(block.data, block.len);
    cr_expect_neq(s.hash, form("").hash);
    buf_release(&block);
    static const char nuls[] = "Subject: \0\0\nMessage-ID: <\0@>\n\0\0";
    shape_of(nuls, sizeof nuls);
}
