#include <criterion/criterion.h>

#include <string.h>

#include "base/mem.h"
#include "mail/charset.h"

#define B(text) text, sizeof text - 1
#define COUNT(table) (sizeof(table) / sizeof *(table))
#define FFFD "\xEF\xBF\xBD"
#define MEGABYTE 1000000

/* The expected texts of the tables come from Python's codecs. */

TestSuite(charset, .timeout = 30, .fini = charset_cleanup);

static bool is(const struct buf *got, const char *want, size_t len)
{
    return got->len == len && memcmp(got->data, want, len) == 0;
}

static const struct {
    const char *charset;
    const char *bytes;
    size_t len;
    const char *want;
} texts[] = {
    {"koi8-r", B("\360\322\311\327\305\324, \315\311\322"), "Привет, мир"},
    {"KOI8R", B("\360\322\311\327\305\324"), "Привет"},
    {"koi8-u", B("\267\326\301\313, \255\301\316\317\313"), "Їжак, ґанок"},
    {"windows-1251", B("\320\340\361\357\360\356\344\340\346\340 \2711"), "Распродажа №1"},
    {"cp-1251", B("\304\340"), "Да"},
    {"win-1251", B("\304\340"), "Да"},
    {"windows1251", B("\304\340"), "Да"},
    {"CP1251", B("\304\340"), "Да"},
    {"x-cp1251", B("\304\340"), "Да"},
    {"iso-8859-5", B("\274\336\341\332\322\320"), "Москва"},
    {"ibm866", B("\214\256\341\252\242\240"), "Москва"},
    {"x-mac-cyrillic", B("\214\356\361\352\342\340"), "Москва"},
    {"iso-8859-2", B("P\370\355li\271 \276lu\273ou\350k\375 k\371\362"),
     "Příliš žluťoučký kůň"},
    {"windows-1250", B("\243\363d\237"), "Łódź"},
    {"iso-8859-7", B("\301\350\336\355\341"), "Αθήνα"},
    {"iso-8859-1", B("\223Z\374rich\224 \226 \2005"), "“Zürich” – €5"},
    {"ISO_8859-1:1987", B("\351"), "é"},
    {"latin1", B("\351\231"), "é™"},
    {"us-ascii", B("na\357ve\222s"), "naïve’s"},
    {"ANSI_X3.4-1968", B("\351"), "é"},
    {"ascii", B("\351"), "é"},
    {"iso-8859-9", B("\335stanbul \360\374\376 \200"), "İstanbul ğüş €"},
    {"iso-8859-8-i", B("\371\354\345\355"), "שלום"},
    {"windows-1255", B("\371\354\345\355"), "שלום"},
    {"windows-1256", B("\343\321\315\310\307"), "مرحبا"},
    {"windows-1257", B("\336\340sis"), "Žąsis"},
    {"iso-8859-15", B("5 \244"), "5 €"},
    {"tis-620", B("\312\307\321\312\264\325\205"), "สวัสดี…"},
    {"iso-8859-11", B("\344\267\302"), "ไทย"},
    {"gb2312", B("\304\343\272\303\243\254\312\300\275\347"), "你好，世界"},
    {"gb2312", B("\326\354\351F\273\371 \2019\3569"), "朱镕基 㐀"},
    {"gbk", B("\267\261\363w"), "繁體"},
    {"gb_2312-80", B("\326\320"), "中"},
    {"gb18030", B("\2252\2026\326\320"), "𠀀中"},
    {"big5", B("\244\244\244\345\245D\246\256"), "中文主旨"},
    {"big5", B("\224\334\263\355"), "啫喱"},
    {"x-big5", B("\273O\306W"), "臺灣"},
    {"euc-kr", B("\276\310\263\347\307\317\274\274\277\344"), "안녕하세요"},
    {"ks_c_5601-1987", B("\214c\271\346\260\242\307\317"), "똠방각하"},
    {"KS_C_5601-1989", B("\274\204\275\303"), "펲시"},
    {"shift_jis", B("\223\372\226{\214\352\207@\207\212"), "日本語①㈱"},
    {"x-sjis", B("\266\305\225\\"), "ｶﾅ表"},
    {"sjis", B("\203\\\224\\"), "ソ能"},
    {"windows-31j", B("\356\340\355\225"), "髙﨑"},
    {"euc-jp", B("\306\374\313\334\270\354"), "日本語"},
    {"iso-2022-jp", B("\033$B7oL>$OF|K\\8l\033(B ABC \033$B$G$9\033(B"),
     "件名は日本語 ABC です"},
    {"iso-2022-jp", B("\033$B-!-j\033(I6E\033(B!"), "①㈱ｶﾅ!"},
    {"iso-2022-jp", B("\033$@F|\033(J~ \033$(D0\"\033$BK\\\n\"!\033(B"), "日~ 丄本\n◆"},
    {"csISO2022JP", B("\033$BF|\033(B"), "日"},
    {"iso-2022-kr", B("\033$)C\016>H3g\017 abc"), "안녕 abc"},
    {"utf-7", B("Z+APw-rich +- +ZeVnLA-"), "Zürich + 日本"},
    {"unicode-1-1-utf-7", B("+AOk-"), "é"},
    {"utf-16", B("\377\376a\000O\004"), "aя"},
    {"utf-16be", B("e\345"), "日"},
    {"utf8", B("\303\251\346\227\245\360\240\200\200"), "é日𠀀"},
    {"unicode-1-1-utf-8", B("\303\251"), "é"},
};

Test(charset, decodes_what_senders_mean_by_a_label)
{
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct buf out = BUF_INIT(1000);
        const char *name = texts[i].charset;
        cr_expect(charset_decode(&out, name, strlen(name), texts[i].bytes, texts[i].len),
                  "%s is unknown", name);
        cr_expect_str_eq(out.data, texts[i].want, "%s (row %zu)", name, i);
        cr_expect(charset_is_known(name, strlen(name)));
        buf_release(&out);
    }
}

Test(charset, takes_a_name_by_its_length_in_any_case)
{
    struct buf out = BUF_INIT(100);
    cr_expect(charset_decode(&out, "KoI8-r?B?", 6, "\301", 1));
    cr_expect_str_eq(out.data, "а");
    cr_expect(charset_decode(&out, "uTF-8", 5, "б", 2));
    cr_expect_str_eq(out.data, "аб");
    buf_release(&out);
}

Test(charset, knows_no_name_that_could_steer_iconv)
{
    static const struct {
        const char *name;
        size_t len;
    } names[] = {
        {B("")},
        {B("x-")},
        {B("-")},
        {B("utf-8//TRANSLIT")},
        {B("utf-8//IGNORE")},
        {B("ascii//")},
        {B("/etc/passwd")},
        {B("../../tmp/evil")},
        {B("utf-8\0")},
        {B("utf-8 ")},
        {B("utf-8\n")},
        {B("koi8\xD2r")},
        {B("wchar_t")},
        {B("WCHAR_T")},
        {B("char")},
        {B("INTERNAL")},
        {B("unknown-8bit")},
        {B("x-unknown")},
        {B("default")},
        {B("no-such-charset")},
        {B("utf-8-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")},
        {B("windows-1259")},
    };
    for (size_t i = 0; i < COUNT(names); i++) {
        struct buf out = BUF_INIT(100);
        cr_expect_not(charset_is_known(names[i].name, names[i].len), "%s", names[i].name);
        cr_expect_not(charset_decode(&out, names[i].name, names[i].len, "a", 1), "%s",
                      names[i].name);
        cr_expect_eq(out.len, 0);
        buf_release(&out);
    }
}

static const struct {
    const char *name;
    const char *charset;
    const char *bytes;
    size_t len;
    const char *want;
    size_t want_len;
} broken[] = {
    {"windows-1252's five holes", "windows-1252", B("a\x81\x8D\x8F\x90\x9Dz"),
     B("a" FFFD FFFD FFFD FFFD FFFD "z")},
    {"the same by the name of latin1", "iso-8859-1", B("\x81"), B(FFFD)},
    {"a NUL is data", "koi8-r", B("a\0\301"), B("a\0а")},
    {"a NUL is data in UTF-8", "utf-8", B("a\0b"), B("a\0b")},
    {"a lone continuation byte", "utf-8", B("a\x80z"), B("a" FFFD "z")},
    {"a byte each for an overlong slash", "utf-8", B("\xC0\xAFz"), B(FFFD FFFD "z")},
    {"a byte each for a surrogate", "utf-8", B("\xED\xA0\x80z"), B(FFFD FFFD FFFD "z")},
    {"a byte each above U+10FFFF", "utf-8", B("\xF4\x90\x80\x80"), B(FFFD FFFD FFFD FFFD)},
    {"a byte each for a character that does not go on", "utf-8", B("\xE2\x82z"),
     B(FFFD FFFD "z")},
    {"one for a character cut off, of two bytes", "utf-8", B("a\xD0"), B("a" FFFD)},
    {"of three", "utf-8", B("a\xE2\x82"), B("a" FFFD)},
    {"of four", "utf-8", B("a\xF0\x9F\x98"), B("a" FFFD)},
    {"the start of an overlong form is not a cut character", "utf-8", B("\xE0\x80"),
     B(FFFD FFFD)},
    {"cut off in shift_jis", "shift_jis", B("\x93\xFA\x96"), B("日" FFFD)},
    {"cut off in gb18030", "gb18030", B("\x95\x32\x82"), B(FFFD)},
    {"cut off in big5", "big5", B("\xA4\xA4\xA4"), B("中" FFFD)},
    {"cut off in euc-kr", "euc-kr", B("\xB0\xA1\xB0"), B("가" FFFD)},
    {"cut off in utf-16be", "utf-16be", B("e\345e"), B("日" FFFD)},
    {"cut off in the second shift state", "iso-2022-jp", B("\033$B$\"$"), B("あ" FFFD)},
    {"no return to ASCII at the end", "iso-2022-jp", B("\033$B$\""), B("あ")},
    {"8-bit in a 7-bit charset", "iso-2022-jp", B("a\xFFz"), B("a" FFFD "z")},
    {"an unknown escape", "iso-2022-jp", B("\033$Xa"), B(FFFD "$Xa")},
    {"an escape cut off", "iso-2022-jp", B("\033$BF|\033("), B("日" FFFD FFFD)},
    {"a double byte cut by an escape", "iso-2022-jp", B("\033$BF\033(Ba"), B(FFFD "a")},
    {"8-bit in utf-7", "utf-7", B("a\xFFz"), B("a" FFFD "z")},
    {"no dash at the end of utf-7", "utf-7", B("+AOk"), B("é")},
    {"an invalid byte in euc-kr", "euc-kr", B("\xB0\xA1\xFF\xB0\xA1"), B("가" FFFD "가")},
    {"a letter that waits for its mark", "windows-1258", B("Vi\352"), B("Viê")},
    {"a Hebrew letter that waits for its point", "windows-1255", B("\371"), B("ש")},
    {"nothing", "koi8-r", B(""), B("")},
};

Test(charset, replaces_what_cannot_be_decoded)
{
    for (size_t i = 0; i < COUNT(broken); i++) {
        struct buf out = BUF_INIT(1000);
        const char *charset = broken[i].charset;
        cr_expect(
            charset_decode(&out, charset, strlen(charset), broken[i].bytes, broken[i].len));
        cr_expect(is(&out, broken[i].want, broken[i].want_len), "%s: got \"%s\"",
                  broken[i].name, out.data);
        buf_release(&out);
    }
}

Test(charset, starts_each_text_in_the_initial_state)
{
    struct buf out = BUF_INIT(1000);
    for (int i = 0; i < 2; i++) {
        charset_decode(&out, "iso-2022-jp", 11, "$\033$B$\"", 6);
        charset_decode(&out, "utf-7", 5, "+AOk", 4);
        charset_decode(&out, "utf-16", 6, "\376\377\0a", 4);
        charset_decode(&out, "utf-16", 6, "\377\376a\0", 4);
    }
    cr_expect_str_eq(out.data, "$あéaa$あéaa");
    buf_release(&out);
}

Test(charset, keeps_more_charsets_than_it_has_converters_apart)
{
    for (int round = 0; round < 3; round++)
        for (size_t i = 0; i < COUNT(texts); i++) {
            struct buf out = BUF_INIT(1000);
            charset_is_known("no-such-charset", 15);
            charset_decode(&out, texts[i].charset, strlen(texts[i].charset), texts[i].bytes,
                           texts[i].len);
            cr_expect_str_eq(out.data, texts[i].want, "%s", texts[i].charset);
            buf_release(&out);
            if (i % 7 == 0)
                charset_cleanup();
        }
}

Test(charset, cuts_at_a_whole_character_when_the_buffer_is_full)
{
    static const char *const charsets[] = {"utf-8", "windows-1251", "gb18030", "iso-2022-jp"};
    static const char *const bytes[] = {"яяяя", "\377\377\377\377", "\247\361\247\361\247\361",
                                        "\033$B'q'q'q"};
    for (size_t i = 0; i < COUNT(charsets); i++)
        for (size_t cap = 0; cap < 6; cap++) {
            struct buf out = BUF_INIT(cap);
            charset_decode(&out, charsets[i], strlen(charsets[i]), bytes[i], strlen(bytes[i]));
            cr_expect(is(&out, "яяя", cap / 2 * 2), "%s, %zu: got \"%s\"", charsets[i], cap,
                      out.data);
            buf_release(&out);
        }
}

Test(charset, replaces_a_megabyte_of_nonsense)
{
    static const struct {
        const char *charset;
        char byte;
        size_t len; /* the sanitizers make each call of iconv slow */
    } cases[] = {{"utf-8", '\377', MEGABYTE},     {"shift_jis", '\377', MEGABYTE},
                 {"koi8-r", '\377', MEGABYTE},    {"windows-1252", '\201', 100000},
                 {"gb2312", '\377', 100000},      {"big5", '\377', 100000},
                 {"iso-2022-jp", '\377', 100000}, {"utf-7", '\377', 100000}};
    char *bytes = xmalloc(MEGABYTE);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *charset = cases[i].charset;
        struct buf out = BUF_INIT(4 * MEGABYTE);
        memset(bytes, cases[i].byte, cases[i].len);
        charset_decode(&out, charset, strlen(charset), bytes, cases[i].len);
        size_t each = strcmp(charset, "koi8-r") == 0 ? strlen("Ъ") : strlen(FFFD);
        cr_expect_eq(out.len, each * cases[i].len, "%s: %zu", charset, out.len);
        buf_release(&out);
    }
    free(bytes);
}

Test(charset, decodes_a_text_larger_than_any_chunk)
{
    char *bytes = xmalloc(MEGABYTE);
    for (size_t i = 0; i < MEGABYTE; i++)
        bytes[i] = i % 2 ? '\306' : '\326'; /* 中 cut at every odd offset */
    struct buf out = BUF_INIT(4 * MEGABYTE);
    charset_decode(&out, "gb2312", 6, bytes, MEGABYTE);
    cr_assert_eq(out.len, 3 * (MEGABYTE / 2));
    for (size_t i = 0; i < out.len; i += 3)
        cr_assert_eq(memcmp(out.data + i, "制", 3), 0, "at %zu", i);
    buf_release(&out);
    free(bytes);
}

Test(charset, tells_strict_utf8_from_what_looks_like_it)
{
    static const struct {
        const char *bytes;
        size_t len;
        bool want;
    } cases[] = {
        {B(""), true},
        {B("plain"), true},
        {B("a\0b"), true},
        {B("é日𠀀"), true},
        {B("\xF4\x8F\xBF\xBF"), true},
        {B("\xEF\xBF\xBF"), true},
        {B("\xF4\x90\x80\x80"), false},
        {B("\xED\x9F\xBF"), true},
        {B("\xED\xA0\x80"), false},
        {B("\xEE\x80\x80"), true},
        {B("\xC1\xBF"), false},
        {B("\xC2\x80"), true},
        {B("\xE0\x9F\xBF"), false},
        {B("\xF0\x8F\xBF\xBF"), false},
        {B("\xF8\x88\x80\x80\x80"), false},
        {B("\xE2\x82"), false},
        {B("caf\xE9"), false},
        {B("\xFF"), false},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        cr_expect_eq(charset_is_utf8(cases[i].bytes, cases[i].len), cases[i].want, "row %zu",
                     i);
}

static const char *const russian[] = {"koi8-r", "windows-1251", NULL};
static const char *const picky[] = {"no-such", "utf-8", "us-ascii//", "euc-kr", "koi8-r", NULL};

static const struct {
    const char *name;
    const char *bytes;
    const char *hint;
    const char *const *fallbacks;
    const char *want;
} undeclared[] = {
    {"ASCII", "Hello", "koi8-r", russian, "Hello"},
    {"UTF-8 before any hint", "Привет", "koi8-r", russian, "Привет"},
    {"the hint before the fallbacks", "\304\340", "windows-1251", russian, "Да"},
    {"no hint", "\344\301", NULL, russian, "Да"},
    {"an unknown hint", "\344\301", "x-unknown", russian, "Да"},
    {"a hint that names 7-bit text", "\344\301", "us-ascii", russian, "Да"},
    {"a hint of UTF-8 that the bytes refute", "\344\301", "utf-8", russian, "Да"},
    {"a hint that does not fit every byte", "\344\301\377\331", "shift_jis", russian, "ДаЪы"},
    {"the first fallback that fits", "\344\301\377\331", NULL, picky, "ДаЪы"},
    {"a cut character does not fit", "\260\241\260", NULL, picky, "╟║╟"},
    {"nothing known", "caf\351 \226", NULL, NULL, "café –"},
    {"no fallback fits", "\377", NULL, (const char *const[]){"utf-8", "euc-kr", NULL}, "ÿ"},
    {"a damaged text by its hint where nothing else fits", "\326\320\377", "gb2312", NULL,
     "中" FFFD},
    {"bare iso-2022-jp where it is announced", "\033$B$\"\033(B!", "ISO-2022-JP", NULL, "あ!"},
    {"escapes where nothing announces them", "\033$B$\"\033(B!", NULL, russian,
     "\033$B$\"\033(B!"},
};

Test(charset, guesses_the_charset_of_undeclared_text)
{
    for (size_t i = 0; i < COUNT(undeclared); i++) {
        struct buf out = BUF_INIT(1000);
        buf_append_str(&out, "> ");
        charset_decode_undeclared(&out, undeclared[i].bytes, strlen(undeclared[i].bytes),
                                  undeclared[i].hint, undeclared[i].fallbacks);
        cr_expect_str_eq(out.data + 2, undeclared[i].want, "%s: got \"%s\"", undeclared[i].name,
                         out.data);
        cr_expect_eq(memcmp(out.data, "> ", 2), 0);
        buf_release(&out);
    }
}

static const struct {
    const char *charset;
    const char *utf8;
    const char *want;
} encoded[] = {
    {"koi8-r", "Привет, é!", "\360\322\311\327\305\324, ?!"},
    {"ANSI_X3.4-1968", "naïve 日本", "na?ve ??"},
    {"ISO-8859-1", "é €", "\351 ?"},
    {"iso-8859-5", "Да", "\264\320"},
    {"EUC-JP", "日é", "\306\374\217\253\261"},
    {"utf-8", "é日", "é日"},
    {"UTF-8", "a\377z", "a" FFFD "z"},
    {"no-such-charset", "aéz", "a?z"},
    {"", "é", "?"},
    {"ascii//TRANSLIT", "é", "?"},
    {"ascii", "a\377z\342\202", "a?z?"},
    {"iso-2022-jp", "日é本", "\033$BF|\033(B?\033$BK\\\033(B"},
};

Test(charset, encodes_for_the_users_locale)
{
    for (size_t i = 0; i < COUNT(encoded); i++) {
        struct buf out = BUF_INIT(1000);
        charset_encode(&out, encoded[i].charset, encoded[i].utf8, strlen(encoded[i].utf8));
        cr_expect_str_eq(out.data, encoded[i].want, "%s", encoded[i].charset);
        buf_release(&out);
    }
}

Test(charset, encodes_no_more_than_fits)
{
    struct buf out = BUF_INIT(3);
    charset_encode(&out, "koi8-r", "Привет", 12);
    cr_expect_str_eq(out.data, "\360\322\311");
    charset_encode(&out, "koi8-r", "é", 2);
    cr_expect_eq(out.len, 3);
    buf_release(&out);
}
