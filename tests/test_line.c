#include "config.h"

#include "pop3/line.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"

/* What the reader gives out, as text: "[" begins a line, "]" ends it by CRLF, ")" by LF, and
 * "|" stands between two pieces. */
static void drain(struct line_reader *r, struct buf *out)
{
    struct line line;
    while (line_next(r, &line)) {
        buf_append_char(out, line.first ? '[' : '|');
        buf_append(out, line.data, line.len);
        if (line.last)
            buf_append_char(out, line.crlf ? ']' : ')');
        else
            cr_expect_not(line.crlf, "an end that is none");
        cr_expect_leq(line.len, LIMIT_LINE);
    }
}

/* Fed in two parts; with CUT 0 whole, with CUT beyond LEN byte by byte. */
static struct buf read_cut(const char *bytes, size_t len, size_t cut)
{
    struct buf out = BUF_INIT((size_t)-1 / 4);
    struct line_reader *r = line_reader_new();
    size_t step = cut > len ? 1 : cut;
    for (size_t at = 0; at < len;) {
        size_t part = step && at + step < len && (at == 0 || step == 1) ? step : len - at;
        line_feed(r, bytes + at, part);
        drain(r, &out);
        at += part;
    }
    line_reader_free(r);
    return out;
}

/* The same in every split from FROM on. */
static void expect_lines(const char *name, const char *bytes, size_t len, size_t from,
                         const struct buf *want)
{
    for (size_t cut = from; cut <= len + 1; cut++) {
        struct buf got = read_cut(bytes, len, cut);
        cr_expect(got.len == want->len && !memcmp(got.data, want->data, got.len),
                  "%s, cut at %zu of %zu: %zu bytes, not %zu", name, cut, len, got.len,
                  want->len);
        buf_release(&got);
    }
}

Test(line, ends_at_lf_with_or_without_cr)
{
    static const struct {
        const char *name, *in;
        size_t len;
        const char *want;
        size_t want_len;
    } cases[] = {
#define CASE(name_, in_, want_) {name_, in_, sizeof in_ - 1, want_, sizeof want_ - 1}
        CASE("nothing", "", ""),
        CASE("an empty line", "\r\n", "[]"),
        CASE("a bare LF", "\n", "[)"),
        CASE("CRLF", "+OK\r\n", "[+OK]"),
        CASE("LF", "+OK\n", "[+OK)"),
        CASE("both", "a\nb\r\n\n", "[a)[b][)"),
        CASE("no end yet", "a\r\nb", "[a]"),
        CASE("a CR that waits", "a\r", ""),
        CASE("a CR is data", "a\rb\r\r\n", "[a\rb\r]"),
        CASE("a CR at the beginning", "\ra\n", "[\ra)"),
        CASE("LF CR", "\n\r\n", "[)[]"),
        CASE("NUL and 8-bit", "\0\xff\0\r\n\0\n", "[\0\xff\0][\0)"),
        CASE("dots", ".\r\n..\r\n", "[.][..]"),
#undef CASE
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf want = BUF_INIT(cases[i].want_len);
        buf_append(&want, cases[i].want, cases[i].want_len);
        expect_lines(cases[i].name, cases[i].in, cases[i].len, 0, &want);
        buf_release(&want);
    }
}

/* DATA bytes of 'x' and the END; the pieces that must come. */
static void expect_border(const char *name, size_t data, const char *end, size_t first_piece,
                          const char *rest)
{
    struct buf in = BUF_INIT((size_t)-1 / 4), want = BUF_INIT((size_t)-1 / 4);
    for (size_t i = 0; i < data; i++)
        buf_append_char(&in, 'x');
    buf_append_char(&want, '[');
    buf_append(&want, in.data, first_piece);
    buf_append_str(&want, rest);
    buf_append_str(&in, end);
    struct buf whole = read_cut(in.data, in.len, 0);
    cr_expect(whole.len == want.len && !memcmp(whole.data, want.data, want.len), "%s: %zu, %s",
              name, whole.len, whole.data + (whole.len > 8 ? whole.len - 8 : 0));
    buf_release(&whole);
    expect_lines(name, in.data, in.len, in.len - 6, &want);
    buf_release(&in);
    buf_release(&want);
}

Test(line, cuts_a_long_line_at_the_same_place_however_it_came, .timeout = 10)
{
    const size_t most = LIMIT_LINE;
    expect_border("one below, CRLF", most - 2, "\r\n", most - 2, "]");
    expect_border("one below, LF", most - 1, "\n", most - 1, ")");
    expect_border("CR at the border", most - 1, "\r\n", most - 1, "|]");
    expect_border("CR at the border is data", most - 1, "\rab\r\n", most - 1, "|\rab]");
    expect_border("two CRs at the border", most - 2, "\r\r\n", most - 2, "\r|]");
    expect_border("full, CRLF", most, "\r\n", most, "|]");
    expect_border("full, LF", most, "\n", most, "|)");
    expect_border("one above", most + 1, "\n", most, "|x)");
    expect_border("no end", most, "", most, "");
    expect_border("no end and a CR", most - 1, "\r", most - 1, "");
    expect_border("a line behind", most, "\r\n.\r\n", most, "|][.]");
}

Test(line, goes_on_through_an_endless_line, .timeout = 10)
{
    static char bytes[10000];
    struct line_reader *r = line_reader_new();
    struct line line;
    size_t fed = 0, came = 0;
    bool first = true;
    memset(bytes, '\r', sizeof bytes);
    for (int i = 0; i < 2000; i++) {
        line_feed(r, bytes, sizeof bytes);
        fed += sizeof bytes;
        while (line_next(r, &line)) {
            cr_assert(line.first == first && !line.last && line.len > 0);
            first = false;
            came += line.len;
        }
        cr_assert_leq(fed - came, LIMIT_LINE, "what is held is bounded");
    }
    line_feed(r, "\n", 1);
    cr_assert(line_next(r, &line));
    cr_expect(line.last && line.crlf);
    cr_expect_eq(came + line.len + 1, fed);
    line_reader_free(r);
}

Test(line, reads_many_lines_in_linear_time, .timeout = 10)
{
    const size_t lines = 2000000;
    char *bytes = xmalloc(lines);
    memset(bytes, '\n', lines);
    struct line_reader *r = line_reader_new();
    struct line line;
    size_t count = 0;
    line_feed(r, bytes, lines);
    while (line_next(r, &line))
        count++;
    cr_expect_eq(count, lines);
    line_reader_free(r);
    free(bytes);
}

/* Where each byte had the line scanned from its beginning, this would take longer than its time. */
Test(line, looks_at_a_byte_once, .timeout = 10)
{
    struct line_reader *r = line_reader_new();
    struct line line;
    size_t pieces = 0;
    for (size_t i = 0; i < (size_t)300 * LIMIT_LINE; i++) {
        line_feed(r, "x", 1);
        pieces += line_next(r, &line);
    }
    cr_expect_eq(pieces, 300);
    line_reader_free(r);
}

Test(line, says_whether_bytes_are_held)
{
    struct line_reader *r = line_reader_new();
    struct line line;
    cr_expect_not(line_pending(r));
    line_feed(r, "a\r\nb", 4);
    cr_expect(line_pending(r));
    cr_expect(line_next(r, &line));
    cr_expect(line_pending(r), "half a line");
    cr_expect_not(line_next(r, &line));
    line_feed(r, "\n", 1);
    cr_expect(line_next(r, &line));
    cr_expect_not(line_pending(r));
    line_feed(r, "", 0);
    cr_expect_not(line_pending(r));
    line_reader_free(r);
}

Test(line, keeps_the_line_until_the_next_call)
{
    struct line_reader *r = line_reader_new();
    struct line line;
    char bytes[] = "one\r\ntwo\r\n";
    line_feed(r, bytes, strlen(bytes));
    memset(bytes, '?', sizeof bytes - 1);
    cr_assert(line_next(r, &line));
    cr_expect(line.len == 3 && !memcmp(line.data, "one", 3), "the bytes were copied");
    cr_assert(line_next(r, &line));
    cr_expect(line.len == 3 && !memcmp(line.data, "two", 3));
    line_reader_free(r);
    line_reader_free(NULL);
}
