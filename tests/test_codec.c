#include <criterion/criterion.h>

#include <string.h>

#include "base/mem.h"
#include "mail/codec.h"

#define B(text) text, sizeof text - 1
#define COUNT(table) (sizeof(table) / sizeof *(table))
#define MEGABYTE 1000000

TestSuite(codec, .timeout = 30);

typedef void codec_fn(struct buf *out, const char *text, size_t len);

struct sample {
    const char *name;
    const char *in;
    size_t len;
    const char *want;
    size_t want_len;
};

static void check(codec_fn *codec, const struct sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct sample *s = &samples[i];
        struct buf out = BUF_INIT(1000);
        codec(&out, s->in, s->len);
        cr_expect(out.len == s->want_len && memcmp(out.data, s->want, s->want_len) == 0,
                  "%s: got \"%s\" (%zu)", s->name, out.data, out.len);
        buf_release(&out);
        for (size_t cap = 0; cap < s->want_len; cap++) {
            struct buf small = BUF_INIT(cap);
            codec(&small, s->in, s->len);
            cr_expect(memcmp(small.data, s->want, small.len) == 0, "%s, cap %zu: got \"%s\"",
                      s->name, cap, small.data);
            buf_release(&small);
        }
    }
}

Test(codec, base64_as_it_is_really_sent)
{
    static const struct sample samples[] = {
        {"nothing", B(""), B("")},
        {"two pads", B("YQ=="), B("a")},
        {"one pad", B("YWI="), B("ab")},
        {"no pad needed", B("YWJj"), B("abc")},
        {"no pad after two", B("YQ"), B("a")},
        {"no pad after three", B("YWI"), B("ab")},
        {"one digit says nothing", B("YWJjZ"), B("abc")},
        {"every kind of byte", B("AAECf4D+/w=="), B("\0\1\2\177\200\376\377")},
        {"all digits in use", B("+/+/"), B("\373\377\277")},
        {"line ends and blanks inside", B("YW\r\nJj\n ZG Vm\t"), B("abcdef")},
        {"junk inside", B("Y!W-J*j\0\377"), B("abc")},
        {"two texts set behind each other", B("YQ==YmM="), B("abc")},
        {"padding alone", B("===="), B("")},
        {"one pad too many", B("YWI==YWI="), B("abab")},
        {"bits left over", B("YR=="), B("a")},
    };
    check(codec_base64, samples, COUNT(samples));
}

Test(codec, quoted_printable_as_it_is_really_sent)
{
    static const struct sample samples[] = {
        {"nothing", B(""), B("")},
        {"plain", B("plain_text"), B("plain_text")},
        {"capitals and small letters", B("=E9=e9=Ff"), B("\351\351\377")},
        {"a NUL", B("a=00b\0c"), B("a\0b\0c")},
        {"soft line break", B("ab=\r\ncd"), B("abcd")},
        {"soft line break at LF", B("ab=\ncd"), B("abcd")},
        {"blanks behind a soft break", B("ab= \t\r\ncd"), B("abcd")},
        {"soft break at the end", B("ab="), B("ab")},
        {"soft break cut in its CRLF", B("ab=\r"), B("ab")},
        {"blanks before a line end go", B("ab \t \r\ncd \n"), B("ab\r\ncd\n")},
        {"blanks at the end go", B("ab  "), B("ab")},
        {"blanks inside stay", B("a  b\tc"), B("a  b\tc")},
        {"an encoded blank at a line end stays", B("ab=20\r\n"), B("ab \r\n")},
        {"a blank before a soft break stays", B("ab =\r\ncd"), B("ab cd")},
        {"a lone CR", B("a\rb \rc"), B("a\rb \rc")},
        {"not hexadecimal", B("a=ZZ=4Gb"), B("a=ZZ=4Gb")},
        {"cut after one digit", B("a=4"), B("a=4")},
        {"two equal signs", B("==41"), B("=A")},
        {"an equal sign before text", B("= a"), B("= a")},
        {"8-bit stays", B("\351\377"), B("\351\377")},
    };
    check(codec_quoted_printable, samples, COUNT(samples));
}

Test(codec, q_of_encoded_words)
{
    static const struct sample samples[] = {
        {"nothing", B(""), B("")},
        {"underlines are blanks", B("a_b__c"), B("a b  c")},
        {"an encoded underline", B("a=5Fb"), B("a_b")},
        {"blanks stay", B("a b "), B("a b ")},
        {"small letters", B("=e2=82=ac"), B("\342\202\254")},
        {"broken", B("=_=4=zz="), B("= =4=zz=")},
        {"a soft break is none", B("a=\r\nb"), B("a=\r\nb")},
        {"NUL and newline are data", B("=00=0A=0d\0"), B("\0\n\r\0")},
    };
    check(codec_q, samples, COUNT(samples));
}

static void check_large(codec_fn *codec, const char *piece, size_t want)
{
    const size_t len = strlen(piece), total = MEGABYTE / len * len;
    char *text = xmalloc(total);
    for (size_t i = 0; i < total; i++)
        text[i] = piece[i % len];
    struct buf out = BUF_INIT(2 * MEGABYTE);
    codec(&out, text, total);
    cr_expect_eq(out.len, want, "\"%s\": got %zu", piece, out.len);
    buf_release(&out);
    free(text);
}

Test(codec, a_megabyte_takes_no_time)
{
    check_large(codec_base64, "YWJj", MEGABYTE / 4 * 3);
    check_large(codec_base64, "!", 0);
    check_large(codec_quoted_printable, " ", MEGABYTE / 129 * 129);
    check_large(codec_quoted_printable, "= ", MEGABYTE - 2); /* its last is a soft break */
    check_large(codec_quoted_printable, "=", MEGABYTE - 1);
    check_large(codec_quoted_printable, "=20 ", MEGABYTE / 2 - 1);
    check_large(codec_q, "=", MEGABYTE);
}

/* However a text is cut, it is the same. */
static void check_pieces(enum codec_kind kind, const char *text, size_t len, size_t first,
                         size_t step)
{
    struct buf whole = BUF_INIT(100000), pieces = BUF_INIT(100000);
    struct codec c;
    if (kind == CODEC_BASE64)
        codec_base64(&whole, text, len);
    else
        codec_quoted_printable(&whole, text, len);
    codec_begin(&c, kind);
    codec_feed(&c, &pieces, text, first);
    for (size_t at = first; at < len; at += step)
        codec_feed(&c, &pieces, text + at, len - at < step ? len - at : step);
    codec_end(&c, &pieces);
    cr_expect(pieces.len == whole.len && !memcmp(pieces.data, whole.data, whole.len),
              "\"%s\" cut at %zu, then every %zu: \"%s\", not \"%s\"", text, first, step,
              pieces.data, whole.data);
    buf_release(&whole);
    buf_release(&pieces);
}

Test(codec, comes_in_any_pieces)
{
    static const char *const texts[] = {
        "YWJjZGVm\r\nZ2hp!amts\nbW5v=cHFy\r\nc3Q=dXZ3YQ==",
        "a=E9b=\r\nc \t\r\nd= \t\ne  f=4=zz==41 \r \rg=\rh=3",
        "a  =20=\n",
    };
    static char blanks[700];
    memset(blanks, ' ', sizeof blanks - 2);
    blanks[300] = '=';
    blanks[500] = 'x';
    blanks[sizeof blanks - 2] = '\n';
    for (size_t i = 0; i < COUNT(texts); i++)
        for (size_t first = 0; first <= strlen(texts[i]); first++)
            for (size_t step = 1; step < 70; step += step < 4 ? 1 : 60) {
                check_pieces(CODEC_BASE64, texts[i], strlen(texts[i]), first, step);
                check_pieces(CODEC_QUOTED_PRINTABLE, texts[i], strlen(texts[i]), first, step);
            }
    for (size_t first = 0; first < sizeof blanks; first++)
        check_pieces(CODEC_QUOTED_PRINTABLE, blanks, sizeof blanks - 1, first, 150);
}
