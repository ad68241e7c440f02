#include "config.h"

#include "mail/preview.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "mail/body.h"
#include "mail/charset.h"

TestSuite(preview, .timeout = 60);

/* The text of a message that is cut off, as TOP gives it. */
static void preview_body(struct buf *out, const char *message, size_t len,
                         const char *const *charsets)
{
    struct body_memory memory = {message, len};
    const struct body_source source = {&memory, body_read_memory, true};
    const struct body_options options = {.charsets = charsets, .part = MIME_NO_PART};
    struct body *b = body_new(&source, &options);
    buf_append(out, b->text.data, b->text.len);
    body_free(b);
}

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define B(text) text, sizeof(text) - 1
#define ANY (SIZE_MAX / 8)

/* U+FFFD, and the picture of NUL */
#define BAD "\xEF\xBF\xBD"
#define NUL_SIGN "\xE2\x90\x80"

/* A part of a multipart message. */
#define MIXED "Content-Type: multipart/mixed; boundary=\"b1\"\r\n\r\n"

struct sample {
    const char *name;
    const char *in;
    size_t len;
    const char *want;
};

/* Valid UTF-8 that the display gate leaves as it is. */
static void expect_clean(const struct buf *text, const char *name, size_t cut)
{
    struct buf again = BUF_INIT(ANY);
    cr_expect(charset_is_utf8(text->data, text->len), "%s, cut at %zu", name, cut);
    size_t attempts = text_clean(&again, text->data, text->len, TEXT_BODY);
    cr_expect(!attempts && again.len == text->len && !memcmp(again.data, text->data, text->len),
              "%s, cut at %zu: \"%s\"", name, cut, text->data);
    buf_release(&again);
}

static void check_bodies(const struct sample *samples, size_t count,
                         const char *const *charsets)
{
    for (size_t i = 0; i < count; i++) {
        const struct sample *s = &samples[i];
        struct buf out = BUF_INIT(ANY);
        preview_body(&out, s->in, s->len, charsets);
        cr_expect_str_eq(out.data, s->want, "%s: got \"%s\"", s->name, out.data);
        expect_clean(&out, s->name, s->len);
        buf_release(&out);
    }
}

/* ---- one part ---------------------------------------------------------------------------- */

static const struct sample plain[] = {
    {"nothing at all", B(""), ""},
    {"a header alone", B("Subject: x\r\n"), ""},
    {"a header and its blank line", B("Subject: x\r\n\r\n"), ""},
    {"lines in CRLF", B("Subject: x\r\n\r\none\r\n\r\ntwo\r\n"), "one\n\ntwo\n"},
    {"lines in LF", B("Subject: x\n\none\ntwo"), "one\ntwo"},
    {"no header", B("\nDear: customer\n"), "Dear: customer\n"},
    {"a type of its own", B("Content-Type: text/plain\n\n=20 stays\n"), "=20 stays\n"},
    {"a TAB", B("A: b\n\na\tb\n"), "a       b\n"},
    {"an escape sequence", B("A: b\n\n\x1b[2J\x9b\n"), "\xE2\x90\x9B[2J\xE2\x80\xBA\n"},
    {"NULs", B("A: b\n\na\0b\n\0"), "a" NUL_SIGN "b\n" NUL_SIGN},
    {"a right-to-left override", B("A: b\n\n\xE2\x80\xAEx\n"), BAD "x\n"},
    {"HTML", B("Content-Type: text/html\n\n<p>a &amp; b</p>\n"), "a & b\n"},
};

Test(preview, shows_plain_text_line_by_line)
{
    check_bodies(plain, COUNT(plain), NULL);
}

#define QP "Content-Transfer-Encoding: quoted-printable\r\n"
#define BASE64 "Content-Transfer-Encoding: base64\r\n"
#define UTF8 "Content-Type: text/plain; charset=utf-8\r\n"

static const struct sample encoded[] = {
    {"quoted-printable", B(UTF8 QP "\r\nGr=C3=BC=C3=9Fe, a soft=\r\n break =\r\n"),
     "Grüße, a soft break "},
    {"the name in capitals", B("CONTENT-TRANSFER-ENCODING:  Quoted-Printable \n\n=41\n"),
     "A\n"},
    {"base64", B(UTF8 BASE64 "\r\nR3LDvMOf\r\nZSE=\r\n"), "Grüße!"},
    {"base64 cut in a character", B(UTF8 BASE64 "\r\nR3LD"), "Gr" BAD},
    {"base64 that hides an escape", B(BASE64 "\r\nGzJK\r\n"),
     "\xE2\x90\x9B"
     "2J"},
    {"8bit", B("Content-Transfer-Encoding: 8bit\r\n\r\n=41\r\n"), "=41\n"},
    {"an unknown encoding", B("Content-Transfer-Encoding: x-rot13\r\n\r\nnop\r\n"), "nop\n"},
};

Test(preview, undoes_transfer_encodings)
{
    check_bodies(encoded, COUNT(encoded), NULL);
}

static const struct sample charsets[] = {
    {"koi8-r", B("Content-Type: text/plain; charset=koi8-r\n\n\xf0\xd2\xc9\xd7\xc5\xd4\n"),
     "Привет\n"},
    {"in quotes and capitals",
     B("Content-Type: text/plain; format=flowed; charset=\"KOI8-R\"\n\n\xf0\n"), "П\n"},
    {"windows-1251 in base64",
     B("Content-Type: text/plain;\n charset=windows-1251\n" BASE64 "\nz/Do4uXy\n"), "Привет"},
    {"latin-1, read as the web reads it",
     B("Content-Type: text/plain; charset=iso-8859-1\n" QP "\n=80 =FC\n"), "€ ü\n"},
    {"ISO-2022-JP", B("Content-Type: text/plain; charset=iso-2022-jp\n\n\x1b$B1D6HIt\x1b(B\n"),
     "営業部\n"},
    {"an unknown charset",
     B("Content-Type: text/plain; charset=nosuch\n\nGr\xfc\xdf"
       "e\n"),
     "Grüße\n"},
    {"a lie",
     B("Content-Type: text/plain; charset=utf-8\n\nGr\xfc"
       "n\n"),
     "Gr\xC3\xBCn\n"},
};

Test(preview, decodes_the_charset_that_is_declared)
{
    check_bodies(charsets, COUNT(charsets), NULL);
}

static const struct sample undeclared[] = {
    {"UTF-8",
     B("A: b\n\nGr\xc3\xbc\xc3\x9f"
       "e\n"),
     "Grüße\n"},
    {"anything else",
     B("A: b\n\nGr\xfc\xdf"
       "e\n"),
     "Grüße\n"},
};

Test(preview, guesses_undeclared_bytes)
{
    static const char *const koi8[] = {"koi8-r", NULL};
    static const struct sample by_account[] = {
        {"the account's charset", B("A: b\n\n\xf0\xd2\xc9\xd7\xc5\xd4\n"), "Привет\n"},
        {"UTF-8 goes first", B("A: b\n\n\xc3\xbc\n"), "ü\n"},
        {"not where it is declared",
         B("Content-Type: text/plain; charset=windows-1251\n\n\xcf\n"), "П\n"},
    };
    check_bodies(undeclared, COUNT(undeclared), NULL);
    check_bodies(by_account, COUNT(by_account), koi8);
}

/* ---- several parts ----------------------------------------------------------------------- */

static const struct sample multiparts[] = {
    {"the first part",
     B(MIXED "preamble\r\n--b1\r\n\r\nhello\r\n--b1\r\n\r\nmore\r\n--b1--\r\n"), "hello"},
    {"its own charset and encoding",
     B(MIXED "--b1\r\nContent-Type: text/plain; charset=koi8-r\r\n" QP
             "\r\n=F0=D2=C9=D7=C5=D4\r\n--b1--\r\n"),
     "Привет"},
    {"text behind a picture",
     B(MIXED "--b1\r\nContent-Type: image/png\r\n" BASE64 "\r\niVBORw0KGgo=\r\n--b1\r\n"
             "Content-Type: TEXT/HTML\r\n\r\n<b>x</b>\r\n--b1--\r\n"),
     "x\n"},
    {"an alternative inside",
     B(MIXED "--b1\r\nContent-Type: multipart/alternative; boundary=b2\r\n\r\n--b2\r\n"
             "Content-Type: text/plain\r\n\r\ninner\r\n--b2\r\nContent-Type: text/html\r\n\r\n"
             "<i>inner</i>\r\n--b2--\r\n--b1\r\n\r\nouter\r\n--b1--\r\n"),
     "inner"},
    {"no text", B(MIXED "--b1\r\nContent-Type: image/png\r\n\r\nPNG\r\n--b1--\r\n"), ""},
    {"no text but behind the end",
     B(MIXED "--b1\r\nContent-Type: image/png\r\n\r\nPNG\r\n--b1--\r\n\r\nepilogue\r\n"), ""},
    {"an end that is missing", B(MIXED "--b1\r\n\r\nhello\r\nthere"), "hello\nthere"},
    {"a first boundary that is not there yet", B(MIXED "preamble\r\n"), ""},
    {"a multipart without a boundary", B("Content-Type: multipart/mixed\r\n\r\nas it is\r\n"),
     "as it is\n"},
    {"lines in LF", B("Content-Type: multipart/mixed; boundary=b1\n\n--b1\n\nhello\n--b1--\n"),
     "hello"},
    {"dashes that are no boundary", B(MIXED "--b1\r\n\r\n-- \r\n--b\r\nAnn\r\n--b1--\r\n"),
     "-- \n--b\nAnn"},
};

Test(preview, shows_the_first_text_of_a_multipart_message)
{
    check_bodies(multiparts, COUNT(multiparts), NULL);
}

/* Each one opens the next: a reader that recursed would not come back. */
Test(preview, is_not_lost_in_nested_multiparts)
{
    struct buf message = BUF_INIT(ANY), out = BUF_INIT(ANY);
    for (int i = 0; i < 2000; i++)
        buf_printf(&message, "Content-Type: multipart/mixed; boundary=n%d.\n\n--n%d.\n", i, i);
    buf_append_str(&message, "\ndeep\n");
    preview_body(&out, message.data, message.len, NULL);
    expect_clean(&out, "nested", message.len);
    buf_release(&message);
    buf_release(&out);
}

Test(preview, keeps_the_beginning_of_what_is_too_long)
{
    static const char *const heads[] = {"A: b\n\n", QP "\n", BASE64 "\n", MIXED "--b1\n\n"};
    for (size_t i = 0; i < COUNT(heads); i++) {
        struct buf message = BUF_INIT(ANY), out = BUF_INIT(ANY);
        buf_append_str(&message, heads[i]);
        while (message.len < 4 * LIMIT_PREVIEW)
            buf_append_str(&message, "MTIz");
        preview_body(&out, message.data, message.len, NULL);
        const char *begins = strstr(heads[i], "base64") ? "123123123" : "MTIzMTIz";
        cr_expect_eq(strncmp(out.data, begins, strlen(begins)), 0, "%zu: \"%.20s\"", i,
                     out.data);
        cr_expect_leq(out.len, 4 * LIMIT_PREVIEW);
        buf_release(&message);
        buf_release(&out);
    }
}

/* ---- the header -------------------------------------------------------------------------- */

#define HEADER                                                                           \
    "Received: from x\r\n\tby y\r\nSubject: =?koi8-r?B?8NLJ18XU?=\r\n =?utf-8?Q?!?=\r\n" \
    "Date: Sun, 22 Nov 2026 20:00:00 +0000\r\nTO: a@example.org,\r\n b@example.org\r\n"  \
    "From: Ann <ann@example.org>\r\nFrom: second\r\nX-Hidden: a\x1b[2J\0b\r\n\r\nTo: body\r\n"

Test(preview, shows_the_fields_a_reader_looks_at_first)
{
    struct buf out = BUF_INIT(ANY);
    preview_header(&out, B(HEADER), false, NULL);
    cr_expect_str_eq(out.data, "From: Ann <ann@example.org>\nTO: a@example.org, b@example.org\n"
                               "Date: Sun, 22 Nov 2026 20:00:00 +0000\nSubject: Привет!\n");
    expect_clean(&out, "brief", 0);
    buf_release(&out);
}

Test(preview, shows_all_fields_on_one_line_each)
{
    struct buf out = BUF_INIT(ANY);
    preview_header(&out, B(HEADER), true, NULL);
    cr_expect_str_eq(out.data, "Received: from x by y\nSubject: Привет!\n"
                               "Date: Sun, 22 Nov 2026 20:00:00 +0000\n"
                               "TO: a@example.org, b@example.org\nFrom: Ann <ann@example.org>\n"
                               "From: second\nX-Hidden: a\xE2\x90\x9B[2J" NUL_SIGN "b\n");
    expect_clean(&out, "all", 0);
    buf_release(&out);
}

Test(preview, reads_undeclared_fields_by_the_content_type_then_by_the_account)
{
    static const char *const koi8[] = {"koi8-r", NULL};
    struct buf out = BUF_INIT(ANY);
    preview_header(&out, B("Subject: \xf0\nContent-Type: text/plain; charset=windows-1251\n"),
                   false, koi8);
    preview_header(&out, B("Subject: \xf0\n"), false, koi8);
    preview_header(&out, B("Subject: \xf0\n"), false, NULL);
    cr_expect_str_eq(out.data, "Subject: р\nSubject: П\nSubject: ð\n");
    buf_release(&out);
}

/* ---- cut anywhere ------------------------------------------------------------------------ */

/* The first LEN bytes in a block of their own: what is read behind them is seen by the
 * sanitizer. */
static void show_prefix(const struct sample *s, size_t len)
{
    char *bytes = xmalloc(len ? len : 1);
    memcpy(bytes, s->in, len);
    struct buf body = BUF_INIT(ANY), brief = BUF_INIT(ANY), all = BUF_INIT(ANY);
    preview_body(&body, bytes, len, NULL);
    preview_header(&brief, bytes, len, false, NULL);
    preview_header(&all, bytes, len, true, NULL);
    expect_clean(&body, s->name, len);
    expect_clean(&brief, s->name, len);
    expect_clean(&all, s->name, len);
    buf_release(&body);
    buf_release(&brief);
    buf_release(&all);
    free(bytes);
}

static void show_prefixes(const struct sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t len = 0; len <= samples[i].len; len++)
            show_prefix(&samples[i], len);
}

Test(preview, is_total_wherever_the_message_is_cut)
{
    static const struct sample header[] = {{"header", B(HEADER), NULL}};
    show_prefixes(header, COUNT(header));
    show_prefixes(plain, COUNT(plain));
    show_prefixes(encoded, COUNT(encoded));
    show_prefixes(charsets, COUNT(charsets));
    show_prefixes(undeclared, COUNT(undeclared));
    show_prefixes(multiparts, COUNT(multiparts));
}

/* A longer piece shows no less than a shorter one. */
Test(preview, grows_with_what_has_come)
{
    static const char text[] = UTF8 "\r\nDear customer,\r\n\r\nhello there\r\n";
    size_t shown = 0;
    for (size_t len = 0; len < sizeof text; len++) {
        struct buf out = BUF_INIT(ANY);
        preview_body(&out, text, len, NULL);
        cr_expect_geq(out.len + 3, shown, "cut at %zu", len); /* a CR alone is shown, too */
        shown = out.len;
        buf_release(&out);
    }
    cr_expect_eq(shown, strlen("Dear customer,\n\nhello there\n"));
}

Test(preview, is_total_over_any_byte)
{
    static const char *const heads[] = {"", "A: b\n\n", UTF8 "\n", QP "\n", BASE64 "\n", MIXED};
    for (size_t i = 0; i < COUNT(heads); i++) {
        for (unsigned byte = 0; byte < 256; byte++) {
            struct buf message = BUF_INIT(ANY);
            buf_append_str(&message, heads[i]);
            for (unsigned k = 0; k < 3; k++)
                buf_append_char(&message, (char)(byte + 85 * k));
            struct sample s = {"any byte", message.data, message.len, NULL};
            show_prefix(&s, s.len);
            buf_release(&message);
        }
    }
}
