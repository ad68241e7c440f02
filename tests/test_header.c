#include <criterion/criterion.h>

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "mail/header.h"

#define B(text) text, sizeof text - 1
#define COUNT(table) (sizeof(table) / sizeof *(table))
#define MEGABYTE 1000000

TestSuite(header, .timeout = 30);

/* Each field as "[name|body]", then what is left as the body of the message. */
static void print_fields(struct buf *out, const char *block, size_t len)
{
    size_t pos = 0;
    struct header_field field;
    while (header_next(block, len, &pos, &field)) {
        buf_append_char(out, '[');
        buf_append(out, field.name, field.name_len);
        buf_append_char(out, '|');
        buf_append(out, field.body, field.body_len);
        buf_append_char(out, ']');
    }
    cr_assert_leq(pos, len);
    buf_append(out, block + pos, len - pos);
}

static const struct {
    const char *name;
    const char *block;
    size_t len;
    const char *want;
    size_t want_len;
} blocks[] = {
    {"nothing", B(""), B("")},
    {"two fields and a body", B("A: 1\r\nB: 2\r\n\r\nC: 3\r\n"), B("[A| 1][B| 2]C: 3\r\n")},
    {"LF alone", B("A: 1\nB: 2\n\nbody"), B("[A| 1][B| 2]body")},
    {"CR CR LF", B("A: 1\r\r\nB: 2\r\r\n\r\r\nbody"), B("[A| 1][B| 2]body")},
    {"no blank line", B("A: 1\r\nB: 2\r\n"), B("[A| 1][B| 2]")},
    {"no end of the last line", B("A: 1\r\nB: 2"), B("[A| 1][B| 2]")},
    {"cut in a CRLF", B("A: 1\r\nB: 2\r"), B("[A| 1][B| 2]")},
    {"a lone CR is data", B("A: 1\rB: 2\n"), B("[A| 1\rB: 2]")},
    {"folds stay inside the body", B("A: 1\r\n  2\r\n\t3\r\nB: 4\r\n"),
     B("[A| 1\r\n  2\r\n\t3][B| 4]")},
    {"an empty body", B("A:\r\nB:\r\n 2\r\n"), B("[A|][B|\r\n 2]")},
    {"a body without a blank before it", B("A:1\n"), B("[A|1]")},
    {"blanks before the colon", B("A : 1\nB\t:2\n"), B("[A| 1][B|2]")},
    {"colons in the body", B("A: b: c\n"), B("[A| b: c]")},
    {"an mbox line first", B("From joe@x Thu Jan  1 10:00:00 2026\nA: 1\n"), B("[A| 1]")},
    {"a quoted mbox line first", B(">From joe@x Thu Jan  1 10:00:00 2026\nA: 1\n"),
     B("[A| 1]")},
    {"an mbox line in between", B("A: 1\nFrom joe@x Thu Jan  1 10:00:00 2026\nB: 2\n"),
     B("[A| 1][B| 2]")},
    {"From is a field when its colon follows", B("From: a\nFrom : b\n"),
     B("[From| a][From| b]")},
    {"junk in between, and its folds", B("A: 1\njunk\n more junk: 2\nB: 2\n"),
     B("[A| 1][B| 2]")},
    {"a name with a blank inside is junk", B("A B: 1\nC: 2\n"), B("[C| 2]")},
    {"a name with 8-bit is junk", B("\xC3\x84: 1\nC: 2\n"), B("[C| 2]")},
    {"a name with a NUL is junk", B("A\0: 1\nC: 2\n"), B("[C| 2]")},
    {"no name at all is junk", B(": 1\n:\nC: 2\n"), B("[C| 2]")},
    {"folds before the first field", B(" x: 1\n\ty\nC: 2\n"), B("[C| 2]")},
    {"NUL and 8-bit in the body", B("A: \0\xFF\nB: 2\n"), B("[A| \0\xFF][B| 2]")},
    {"a blank line first", B("\r\nA: 1\r\n"), B("A: 1\r\n")},
    {"a line of blanks inside a fold", B("A: 1\r\n \t\r\n 2\r\nB: 3\r\n"),
     B("[A| 1\r\n \t\r\n 2][B| 3]")},
    {"a line of blanks before a field", B("A: 1\n \nB: 2\n"), B("[A| 1\n ][B| 2]")},
    {"a line of blanks before the blank line", B("A: 1\n \n\nbody"), B("[A| 1\n ]body")},
    {"a line of blanks at the end", B("A: 1\n "), B("[A| 1\n ]")},
    {"a line of blanks as the blank line", B("A: 1\n  \nHello you,\n"),
     B("[A| 1]Hello you,\n")},
    {"several of them", B("A: 1\n  \n\t\nHello you,\n"), B("[A| 1\n  ]Hello you,\n")},
    {"a line of blanks first", B(" \nA: 1\n"), B("[A| 1]")},
};

Test(header, splits_blocks_of_any_shape)
{
    for (size_t i = 0; i < COUNT(blocks); i++) {
        struct buf out = BUF_INIT(1000);
        char *copy = xmalloc(blocks[i].len); /* to the byte, so that ASan sees an overrun */
        memcpy(copy, blocks[i].block, blocks[i].len);
        print_fields(&out, copy, blocks[i].len);
        cr_expect(out.len == blocks[i].want_len &&
                      memcmp(out.data, blocks[i].want, out.len) == 0,
                  "%s: got \"%s\"", blocks[i].name, out.data);
        buf_release(&out);
        free(copy);
    }
}

Test(header, stays_inside_a_block_cut_anywhere)
{
    for (size_t i = 0; i < COUNT(blocks); i++)
        for (size_t len = 0; len < blocks[i].len; len++) {
            char *copy = xmalloc(len);
            memcpy(copy, blocks[i].block, len);
            struct buf out = BUF_INIT(1000);
            print_fields(&out, copy, len);
            buf_release(&out);
            free(copy);
        }
}

Test(header, stays_at_the_end_once_it_is_there)
{
    static const char block[] = "A: 1\n\n";
    size_t pos = 0;
    struct header_field field;
    cr_expect(header_next(block, 6, &pos, &field));
    cr_expect_not(header_next(block, 6, &pos, &field));
    cr_expect_eq(pos, 6);
    cr_expect_not(header_next(block, 6, &pos, &field));
    cr_expect_eq(pos, 6);
}

Test(header, finds_the_nth_field_in_any_case)
{
    static const char block[] = "To: a\nFROM: b\nfrom : c\nX-From: d\n\nFrom: body\n";
    static const struct {
        const char *name;
        unsigned nth;
        const char *want;
    } cases[] = {{"From", 0, " b"}, {"from", 1, " c"},  {"From", 2, NULL}, {"to", 0, " a"},
                 {"Fro", 0, NULL},  {"From:", 0, NULL}, {"", 0, NULL},     {"Cc", 0, NULL},
                 {"T", 0, NULL},    {"x-from", 0, " d"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct header_field field;
        bool found = header_find(block, strlen(block), cases[i].name, cases[i].nth, &field);
        cr_assert_eq(found, cases[i].want != NULL, "%s %u", cases[i].name, cases[i].nth);
        if (found)
            cr_expect(field.body_len == 2 && memcmp(field.body, cases[i].want, 2) == 0, "%s %u",
                      cases[i].name, cases[i].nth);
    }
}

Test(header, finds_a_field_in_a_turkish_locale)
{
    static const char block[] = "MIME-VERSION: 1\nCONTENT-TYPE: x; TITLE=y\n";
    if (!setlocale(LC_ALL, "tr_TR.UTF-8"))
        cr_skip_test("this machine has no locale tr_TR.UTF-8, where I is no capital i");
    struct header_field field;
    struct buf out = BUF_INIT(10);
    cr_expect(header_find(block, strlen(block), "mime-version", 0, &field));
    cr_expect(header_find(block, strlen(block), "Content-Type", 0, &field));
    cr_expect(header_parameter(&out, &field, "title"));
    buf_release(&out);
}

struct body {
    const char *name;
    const char *body;
    size_t len;
    const char *want;
    size_t want_len;
};

Test(header, unfolds_a_body_onto_one_line)
{
    static const struct body cases[] = {
        {"nothing", B(""), B("")},
        {"blanks at both ends", B(" \t a \t "), B("a")},
        {"a fold is one blank", B(" a\r\n b"), B("a b")},
        {"whatever its blanks are", B(" a \t\r\n \t b"), B("a b")},
        {"LF alone", B("a\n\tb"), B("a b")},
        {"CR CR LF", B("a\r\r\n b"), B("a b")},
        {"a line of blanks inside", B("a\r\n  \r\n b"), B("a b")},
        {"a fold before the text", B("\r\n a"), B("a")},
        {"a fold behind it", B("a\r\n "), B("a")},
        {"blanks inside a line stay", B("a  b\t c"), B("a  b\t c")},
        {"a line end without blanks is removed", B("a\r\nb"), B("ab")},
        {"a lone CR inside is data", B("a\rb \r c"), B("a\rb \r c")},
        {"NUL and 8-bit are data", B(" a\0\xFF\n \0"), B("a\0\xFF \0")},
        {"only folds", B(" \r\n \r\n "), B("")},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct header_field field = {"", 0, cases[i].body, cases[i].len};
        for (size_t cap = 0; cap <= cases[i].want_len; cap++) {
            struct buf out = BUF_INIT(cap);
            header_unfold(&out, &field);
            cr_expect(out.len == cap && memcmp(out.data, cases[i].want, cap) == 0,
                      "%s, cap %zu: got \"%s\"", cases[i].name, cap, out.data);
            buf_release(&out);
        }
    }
}

static const struct {
    const char *body;
    const char *want; /* NULL: not there */
} charsets[] = {
    {"text/plain; charset=utf-8", "utf-8"},
    {"text/plain; CHARSET=\"koi8-r\"", "koi8-r"},
    {"text/plain;charset=utf-8;format=flowed", "utf-8"},
    {"text/plain; format=flowed; charset=utf-8", "utf-8"},
    {"text/plain;\r\n\tcharset=us-ascii\r\n", "us-ascii"},
    {"text/plain; charset = utf-8", "utf-8"},
    {"text/plain; charset =\r\n \"utf-8\" ; x=y", "utf-8"},
    {"text/plain; charset=utf-8 (Plain; text)", "utf-8"},
    {"text/plain; charset=utf-8(Plain text)", "utf-8"},
    {"text/plain (a comment; charset=no); charset=utf-8", "utf-8"},
    {"text/plain; (a (nested\\) one)) charset (why) = (not) utf-8", "utf-8"},
    {"text/plain; name=\"a; charset=no\"; charset=utf-8", "utf-8"},
    {"text/plain; name=\"a\\\"; charset=no\"; charset=utf-8", "utf-8"},
    {"text/plain; charset=\"u\\t\\f-8\"", "utf-8"},
    {"text/plain; charset=\"a\\\\b\\\"c\"", "a\\b\"c"},
    {"text/plain; charset=\"utf\r\n -8\"", "utf -8"},
    {"text/plain; charset=\"utf-8", "utf-8"},
    {"text/plain; charset=\"utf-8\\", "utf-8\\"},
    {"text/plain; charset=", ""},
    {"text/plain; charset=\"\"", ""},
    {"charset=utf-8", "utf-8"},
    {"text/plain;; ;charset=utf-8;", "utf-8"},
    {"text/plain; charset=a; charset=b", "a"},
    {"text/plain; charset; charset=b", "b"},
    {"text/plain; \"charset\"=utf-8", NULL},
    {"text/plain; xcharset=utf-8", NULL},
    {"text/plain; charset2=utf-8", NULL},
    {"text/plain; charse=utf-8", NULL},
    {"text/plain; charset", NULL},
    {"text/plain; charset ", NULL},
    {"text/plain; (charset=utf-8", NULL},
    {"text/plain; name=\"charset=utf-8; charset=x", NULL},
    {"text/plain", NULL},
    {"(\\", NULL},
    {"\"\\", NULL},
    {"", NULL},
};

Test(header, reads_a_parameter)
{
    for (size_t i = 0; i < COUNT(charsets); i++) {
        size_t len = strlen(charsets[i].body);
        char *copy = xmalloc(len);
        memcpy(copy, charsets[i].body, len);
        struct header_field field = {"", 0, copy, len};
        struct buf out = BUF_INIT(100);
        bool found = header_parameter(&out, &field, "charset");
        cr_expect_eq(found, charsets[i].want != NULL, "%s", charsets[i].body);
        cr_expect_str_eq(out.data, charsets[i].want ? charsets[i].want : "", "%s",
                         charsets[i].body);
        buf_release(&out);
        free(copy);
    }
}

Test(header, a_parameter_holds_any_byte)
{
    struct header_field field = {"", 0, B("a; b\0=1; charset=x\0\xFF;")};
    struct buf out = BUF_INIT(100);
    cr_expect(header_parameter(&out, &field, "charset"));
    cr_expect_eq(out.len, 3);
    cr_expect_eq(memcmp(out.data, "x\0\xFF", 3), 0);
    buf_release(&out);
}

/* PIECE over and over, for a megabyte: a quadratic walk would not end in time. */
static void walk(const char *piece, size_t *fields)
{
    const size_t len = strlen(piece);
    char *block = xmalloc(MEGABYTE);
    for (size_t i = 0; i < MEGABYTE; i++)
        block[i] = piece[i % len];
    struct buf out = BUF_INIT(MEGABYTE);
    struct header_field field;
    size_t pos = 0;
    *fields = 0;
    while (header_next(block, MEGABYTE, &pos, &field)) {
        ++*fields;
        header_parameter(&out, &field, "charset");
        header_unfold(&out, &field);
        buf_clear(&out);
    }
    buf_release(&out);
    free(block);
}

Test(header, a_megabyte_of_anything_takes_no_time)
{
    static const struct {
        const char *piece;
        size_t fields;
    } cases[] = {
        {"A: b\n", MEGABYTE / 5},
        {"A:\n", MEGABYTE / 3},
        {"junk\n", 0},
        {" \n", 0},
        {"a", 0},
        {"a:", 1},
        {"A:;\n ", 1},
        {"a: (", 1},
        {"a:\"\\", 1},
        {"\r", 0},
        {"a: \r", 1},
        {"From ", 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t fields;
        walk(cases[i].piece, &fields);
        cr_expect_eq(fields, cases[i].fields, "\"%s\": %zu", cases[i].piece, fields);
    }
}

/* tests/mail/decode-broken.eml: as TOP may give it, with every fault that RFC 7103 names. */
Test(header, reads_a_broken_message_to_its_end)
{
    char path[4096], block[4096];
    snprintf(path, sizeof path, "%s/tests/mail/decode-broken.eml", getenv("top_srcdir"));
    FILE *file = fopen(path, "rb");
    cr_assert(file, "%s", path);
    size_t len = fread(block, 1, sizeof block, file), pos = 0;
    fclose(file);
    static const char *const names[] = {"Received",   "Date",         "From",    "To",
                                        "Subject",    "Content-Type", "Subject", "X-Empty",
                                        "Message-ID", "X-Last"};
    struct header_field field;
    for (size_t i = 0; i < COUNT(names); i++) {
        cr_assert(header_next(block, len, &pos, &field), "%s", names[i]);
        cr_expect(header_is(&field, names[i]), "%.*s is not %s", (int)field.name_len,
                  field.name, names[i]);
    }
    cr_expect_not(header_next(block, len, &pos, &field));
    cr_expect_eq(memcmp(block + pos, "Dear customer,", 14), 0);
}
