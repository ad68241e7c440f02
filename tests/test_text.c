#include "config.h"

#include "base/text.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "base/text_fold.h"

static void use_utf8(void)
{
    if (!setlocale(LC_ALL, "C.UTF-8"))
        setlocale(LC_ALL, "en_US.UTF-8");
}

TestSuite(text, .init = use_utf8, .timeout = 60);

#define R "\xEF\xBF\xBD" /* U+FFFD */

static const struct {
    const char *name, *in, *want;
    size_t attempts;
} lines[] = {
    {"plain", "Hello, world", "Hello, world", 0},
    {"empty", "", "", 0},
    {"line ends and tabs become blanks", "a\tb\r\nc\nd", "a b c d", 0},
    {"escape sequences are shown", "\x1b[31mred", "␛[31mred", 1},
    {"bell and DEL", "\a\x7f", "␇␡", 2},
    {"C1 in UTF-8",
     "\xC2\x9B"
     "31m",
     R "31m", 1},
    {"raw C1 is an invalid byte",
     "\x9B"
     "31m",
     R "31m", 0},
    {"overlong, surrogate, above Unicode", "\xC0\x80\xED\xA0\x80\xF4\x90\x80\x80",
     R R R R R R R R R, 0},
    {"a character cut off", "caf\xC3", "caf" R, 0},
    {"right-to-left override",
     "a\xE2\x80\xAE"
     "b",
     "a" R "b", 1},
    {"isolates", "\xE2\x81\xA6x\xE2\x81\xA9", R "x" R, 2},
    {"zero-width space inside a word", "V\xE2\x80\x8Bi", "V" R "i", 1},
    {"soft hyphen is seen, not counted", "V\xC2\xADi", "V" R "i", 0},
    {"BOM in front", "\xEF\xBB\xBFx", "x", 0},
    {"BOM inside", "x\xEF\xBB\xBFy", "x" R "y", 1},
    {"Hangul filler looks like a blank", "\xE3\x85\xA4", R, 1},
    {"tag characters", "\xF3\xA0\x81\xA1", R, 1},
    {"line separator",
     "a\xE2\x80\xA8"
     "b",
     "a b", 0},
    {"private use", "\xEE\x80\x80", R, 0},
    {"Hebrew stays in its order", "שלום", "שלום", 0},
    {"ZWNJ between Persian letters", "می\xE2\x80\x8Cخ", "میخ", 0},
    {"ZWJ between Latin letters",
     "a\xE2\x80\x8D"
     "b",
     "a" R "b", 1},
    {"a family becomes its first member", "👨\xE2\x80\x8D👩\xE2\x80\x8D👧!", "👨!", 0},
    {"skin tone", "👍🏽!", "👍!", 0},
    {"a lone skin tone is a picture", "🏽", "🏽", 0},
    {"keycap", "1\xEF\xB8\x8F\xE2\x83\xA3!", "1!", 0},
    {"variation selector", "❤\xEF\xB8\x8F!", "❤!", 0},
    {"a flag", "🇩🇪", "🇩🇪", 0},
    {"composed", "e\xCC\x81", "é", 0},
    {"three marks of many", "q\xCC\xB4\xCC\xB5\xCC\xB6\xCC\xB7\xCC\xB8",
     "q\xCC\xB4\xCC\xB5\xCC\xB6", 0},
    {"a mark without a base", "\xCC\x81x", "x", 0},
    {"Hangul jamo", "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "한", 0},
};

Test(text, shows_what_it_refuses)
{
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct buf out = BUF_INIT(1024);
        size_t attempts = text_clean(&out, lines[i].in, strlen(lines[i].in), TEXT_ONE_LINE);
        cr_expect_str_eq(out.data, lines[i].want, "%s: \"%s\"", lines[i].name, out.data);
        cr_expect_eq(attempts, lines[i].attempts, "%s: %zu attempts", lines[i].name, attempts);
        buf_release(&out);
    }
}

Test(text, shows_a_nul)
{
    char *clean = text_clean_line("a\0b", 3);
    cr_expect_str_eq(clean, "a␀b");
    free(clean);
}

static const struct {
    const char *name, *in, *want;
} bodies[] = {
    {"lines stay lines", "a\r\nb\nc", "a\nb\nc"},
    {"a lone CR is a control", "a\rb", "a␍b"},
    {"tabs go to their stops", "a\tb\n\tc", "a       b\n        c"},
    {"a tab behind a wide character", "日\tx", "日      x"},
    {"a mark does not start a line", "a\n\xCC\x81x", "a\nx"},
    {"paragraph separator",
     "a\xE2\x80\xA9"
     "b",
     "a\nb"},
};

Test(text, keeps_the_lines_of_a_body)
{
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct buf out = BUF_INIT(1024);
        text_clean(&out, bodies[i].in, strlen(bodies[i].in), TEXT_BODY);
        cr_expect_str_eq(out.data, bodies[i].want, "%s: \"%s\"", bodies[i].name, out.data);
        buf_release(&out);
    }
}

Test(text, stops_at_a_whole_character)
{
    for (size_t cap = 0; cap <= 9; cap++) {
        struct buf out = BUF_INIT(cap);
        text_clean(&out, "日本語", 9, TEXT_ONE_LINE);
        cr_expect_eq(out.len, cap / 3 * 3, "cap %zu", cap);
        buf_release(&out);
    }
}

static bool is_harmless(const char *bytes, size_t len)
{
    for (size_t i = 0; i < len;) {
        ucs4_t c;
        int n = u8_mbtoucr(&c, (const uint8_t *)bytes + i, len - i);
        if (n <= 0 || c < 0x20 || (c >= 0x7f && c < 0xa0) || wcwidth((wchar_t)c) < 0 ||
            uc_is_general_category_withtable(c, UC_CATEGORY_MASK_C | UC_CATEGORY_MASK_Zl |
                                                    UC_CATEGORY_MASK_Zp))
            return false;
        i += (size_t)n;
    }
    return true;
}

static void expect_stable(const char *bytes, size_t len, const char *name)
{
    struct buf once = BUF_INIT(1 << 20), twice = BUF_INIT(1 << 20);
    text_clean(&once, bytes, len, TEXT_ONE_LINE);
    text_clean(&twice, once.data, once.len, TEXT_ONE_LINE);
    cr_assert(is_harmless(once.data, once.len), "%s: unclean", name);
    cr_assert_str_eq(once.data, twice.data, "%s: not stable", name);
    buf_release(&once);
    buf_release(&twice);
}

Test(text, is_harmless_for_every_code_point)
{
    for (ucs4_t c = 1; c < 0x110000; c++) {
        uint8_t text[16] = "x";
        char name[16];
        int n = u8_uctomb(text + 1, c, 8);
        if (n < 0)
            continue;
        snprintf(name, sizeof name, "U+%04X", (unsigned)c);
        text[1 + n] = 'y';
        expect_stable((const char *)text, (size_t)n + 2, name);
    }
}

Test(text, is_harmless_for_random_bytes)
{
    uint32_t seed = 1;
    char bytes[64];
    for (int round = 0; round < 20000; round++) {
        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 1664525u + 1013904223u;
            bytes[i] = (char)(seed >> 24);
        }
        expect_stable(bytes, sizeof bytes, "random");
    }
}

static const struct {
    const char *text;
    int width;
    size_t fits; /* bytes in three columns */
    int used;
} widths[] = {
    {"abcd", 4, 3, 3}, {"日本", 4, 3, 2}, {"a日b", 4, 4, 3}, {"e\xCC\xA3\xCC\x82xyz", 4, 7, 3},
    {"", 0, 0, 0},
};

/* A control behind it sends every text through both passes. */
Test(text, takes_no_short_cut_that_shows)
{
    for (uint32_t c = 1; c < 0x110000; c++) {
        char bytes[8];
        int n = u8_uctomb((uint8_t *)bytes, c, 6);
        if (n <= 0 || c == '\r')
            continue;
        struct buf alone = BUF_INIT(100), behind = BUF_INIT(100);
        memcpy(bytes + n, "\x01", 2);
        text_clean(&alone, bytes, (size_t)n, TEXT_BODY);
        text_clean(&behind, bytes, (size_t)n + 1, TEXT_BODY);
        buf_append_str(&alone, "\xE2\x90\x81");
        cr_assert_str_eq(alone.data, behind.data, "U+%04X", (unsigned)c);
        buf_release(&alone);
        buf_release(&behind);
    }
}

Test(text, cleans_a_body_line_by_line)
{
    static const char text[] = "plain\n\xC3\xBC\r\ne\xCC\x81\n\xCC\x81x\n\xEF\xBB\xBFy\n\tz\n"
                               "\x1b\n\xE2\x80\xA8last";
    struct buf whole = BUF_INIT(1000), small = BUF_INIT(9);
    cr_expect_eq(text_clean(&whole, text, sizeof text - 1, TEXT_BODY), 2);
    cr_expect_str_eq(whole.data, "plain\n\xC3\xBC\n\xC3\xA9\nx\n\xEF\xBF\xBDy\n        z\n"
                                 "\xE2\x90\x9B\n\nlast");
    text_clean(&small, text, sizeof text - 1, TEXT_BODY);
    cr_expect_str_eq(small.data, "plain\n\xC3\xBC\n", "nothing follows what did not fit");
    buf_release(&whole);
    buf_release(&small);
}

Test(text, measures_and_fits_columns)
{
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        int used = -1;
        size_t len = strlen(widths[i].text);
        cr_expect_eq(text_width(widths[i].text, len), widths[i].width, "%s", widths[i].text);
        cr_expect_eq(text_fit(widths[i].text, len, 3, &used), widths[i].fits, "%s",
                     widths[i].text);
        cr_expect_eq(used, widths[i].used, "%s", widths[i].text);
    }
}

Test(text, pads_and_cuts)
{
    static const struct {
        const char *in;
        int width;
        const char *dots, *want;
    } cases[] = {{"ab", 4, "..", "ab  "},    {"abcdef", 4, "..", "ab.."},
                 {"日本語", 5, "", "日本 "}, {"日本語", 5, "..", "日.. "},
                 {"abc", 1, "..", "a"},      {"abc", 0, "", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = BUF_INIT(64);
        text_pad(&out, cases[i].in, cases[i].width, cases[i].dots);
        cr_expect_str_eq(out.data, cases[i].want, "%s in %d: \"%s\"", cases[i].in,
                         cases[i].width, out.data);
        buf_release(&out);
    }
}

Test(text, writes_sizes_in_four_columns)
{
    static const struct {
        unsigned long long octets;
        const char *want;
    } cases[] = {{0, "0"},          {912, "912"},         {999, "999"},      {1000, "1.0k"},
                 {1023, "1.0k"},    {2150, "2.0k"},       {2200, "2.1k"},    {10239, "9.9k"},
                 {10240, "10k"},    {49152, "48k"},       {1023999, "999k"}, {1024000, "1.0M"},
                 {2516582, "2.3M"}, {1288490188, "1.1G"}, {~0ull, "15E"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[8];
        text_size(out, cases[i].octets);
        cr_expect_str_eq(out, cases[i].want, "%llu: %s", cases[i].octets, out);
    }
}

Test(text, folds_case_accents_and_forms)
{
    static const char *const pairs[][2] = {{"Hello", "hELLO"}, {"Größe", "GRÖSSE"},
                                           {"café", "CAFE"},   {"ПРИВЕТ", "привет"},
                                           {"ﬁn", "FIN"},      {"ＡＢＣ", "abc"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char *a = text_fold(pairs[i][0], strlen(pairs[i][0]));
        char *b = text_fold(pairs[i][1], strlen(pairs[i][1]));
        cr_expect_str_eq(a, b, "%s, %s", pairs[i][0], pairs[i][1]);
        free(a);
        free(b);
    }
    char *total = text_fold("\xff\0\xC3", 3);
    cr_expect_not_null(total);
    free(total);
}

/* The same by the library alone, all of the text at once. */
static char *fold_at_once(const char *text)
{
    size_t wide_len = 0, len = 0;
    uint8_t *wide = u8_casefold((const uint8_t *)text, strlen(text), NULL, UNINORM_NFKD, NULL,
                                &wide_len);
    char *folded = malloc(wide_len + 1);
    for (size_t i = 0; i < wide_len;) {
        ucs4_t c;
        int n = u8_mbtouc_unsafe(&c, wide + i, wide_len - i);
        if (!uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Mn)) {
            memcpy(folded + len, wide + i, (size_t)n);
            len += (size_t)n;
        }
        i += (size_t)n;
    }
    free(wide);
    folded[len] = '\0';
    return folded;
}

Test(text, folding_by_the_character_is_folding_the_text)
{
    for (ucs4_t c = 1; c < 0x32000; c++) {
        char text[16] = "A";
        if (c >= 0xD800 && c < 0xE000)
            continue;
        int n = u8_uctomb((uint8_t *)text + 1, c, 8);
        strcpy(text + 1 + n, "Z");
        char *want = fold_at_once(text), *got = text_fold(text, strlen(text));
        cr_expect_str_eq(got, want, "U+%04X: '%s' '%s'", (unsigned)c, got, want);
        free(want);
        free(got);
    }
}

Test(text, a_size_is_read_as_people_write_it)
{
    static const struct {
        const char *text;
        bool good;
        unsigned long long octets;
    } cases[] = {
        {"0", true, 0},           {"65536", true, 65536},
        {"64k", true, 65536},     {"1M", true, 1048576},
        {"2G", true, 2147483648}, {"999999999999999999", true, 999999999999999999},
        {"", false, 0},           {"k", false, 0},
        {"1K", false, 0},         {"1kk", false, 0},
        {"-1", false, 0},         {" 1", false, 0},
        {"1 ", false, 0},         {"9999999999999999999", false, 0},
        {"99999999999G", false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned long long octets = 0;
        cr_expect_eq(text_parse_size(cases[i].text, &octets), cases[i].good, "%s",
                     cases[i].text);
        if (cases[i].good)
            cr_expect_eq(octets, cases[i].octets, "%s: %llu", cases[i].text, octets);
    }
}
