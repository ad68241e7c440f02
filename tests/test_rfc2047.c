#include <criterion/criterion.h>

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "mail/charset.h"
#include "mail/header.h"
#include "mail/rfc2047.h"

#define B(text) text, sizeof text - 1
#define COUNT(table) (sizeof(table) / sizeof *(table))
#define MEGABYTE 1000000

TestSuite(rfc2047, .timeout = 30, .fini = charset_cleanup);

/* The words were made by Python's codecs; "\?" keeps compilers from seeing trigraphs. */
static const struct {
    const char *name;
    const char *in;
    size_t len;
    const char *want;
    size_t want_len;
} cases[] = {
    {"koi8-r in B", B("=?koi8-r?B?8NLJ18XULCDNydI=?="), B("Привет, мир")},
    {"koi8-r in Q", B("=?koi8-r?Q?=F0=D2=C9=D7=C5=D4=2C_=CD=C9=D2?="), B("Привет, мир")},
    {"windows-1251 in B", B("=?windows-1251?B?0ero5OroIOTuIDUwJQ==?="), B("Скидки до 50%")},
    {"windows-1251 in Q", B("=?windows-1251?Q?=D1=EA=E8=E4=EA=E8_=E4=EE_50=25?="),
     B("Скидки до 50%")},
    {"iso-2022-jp in B", B("=?iso-2022-jp?B?GyRCQEE1YT1xJE43bxsoQg==?="), B("請求書の件")},
    {"iso-2022-jp in Q", B("=?iso-2022-jp?Q?=1B=24B=40A5a=3Dq=24N7o=1B=28B?="),
     B("請求書の件")},
    {"shift_jis in B", B("=?shift_jis?B?lFyXzYNcg3SDZw==?="), B("能力ソフト")},
    {"shift_jis in Q", B("=?shift_jis?Q?=94=5C=97=CD=83=5C=83t=83g?="), B("能力ソフト")},
    {"euc-jp in B", B("=?euc-jp?B?xvzL3Ljs?="), B("日本語")},
    {"euc-jp in Q", B("=?euc-jp?Q?=C6=FC=CB=DC=B8=EC?="), B("日本語")},
    {"gb2312 in B", B("=?gb2312?B?t6LGsbT6v6o=?="), B("发票代开")},
    {"gb2312 in Q", B("=?gb2312?Q?=B7=A2=C6=B1=B4=FA=BF=AA?="), B("发票代开")},
    {"big5 in B", B("=?big5?B?pVyv4LT6uNU=?="), B("功能測試")},
    {"big5 in Q", B("=?big5?Q?=A5=5C=AF=E0=B4=FA=B8=D5?="), B("功能測試")},
    {"euc-kr in B", B("=?euc-kr?B?vsiz58fPvLy/5A==?="), B("안녕하세요")},
    {"euc-kr in Q", B("=?euc-kr?Q?=BE=C8=B3=E7=C7=CF=BC=BC=BF=E4?="), B("안녕하세요")},
    {"ks_c_5601-1987 in B", B("=?ks_c_5601-1987?B?lO4=?="), B("뷁")},
    {"ks_c_5601-1987 in Q", B("=?ks_c_5601-1987?Q?=94=EE?="), B("뷁")},
    {"utf-7 in B", B("=?utf-7?B?R3IrQVBZQTN3LWUgJiBNYStBTjgt?="), B("Größe & Maß")},
    {"utf-7 in Q", B("=?utf-7?Q?Gr=2BAPYA3w=2De_=26_Ma=2BAN8=2D?="), B("Größe & Maß")},
    {"iso-8859-1 in B", B("=?iso-8859-1?B?k1r8cmljaJQ=?="), B("“Zürich”")},
    {"iso-8859-1 in Q", B("=?iso-8859-1?Q?=93Z=FCrich=94?="), B("“Zürich”")},
    {"tis-620 in B", B("=?tis-620?B?ysfRyrTV?="), B("สวัสดี")},
    {"tis-620 in Q", B("=?tis-620?Q?=CA=C7=D1=CA=B4=D5?="), B("สวัสดี")},
    {"a character cut in two",
     B("=?utf-8?B?5pel5g==?= =?utf-8?B?nKzoqg==?= =?utf-8?B?nuODhg==?= =?utf-8?B?44Kt4w==?= "
       "=?utf-8?B?grnjgw==?= =?utf-8?B?iA==?="),
     B("日本語テキスト")},
    {"cut at every byte",
     B("=?utf-8?B?4g==?= =?utf-8?B?gg==?= =?utf-8?B?rA==?= =?utf-8?B?8A==?= =?utf-8?B?oA==?= "
       "=?utf-8?B?gA==?= =?utf-8?B?gA==?= =?utf-8?B?ww==?= =?utf-8?B?qQ==?="),
     B("€𠀀é")},
    {"cut in Q",
     B("=?utf-8?Q?=E2=82?= =?utf-8?Q?=AC=F0?= =?utf-8?Q?=A0=80?= =?utf-8?Q?=80=C3?= "
       "=?utf-8?Q?=A9?="),
     B("€𠀀é")},
    {"cut between Q and B", B("=?utf-8?Q?a=E2=82?= =?UTF-8?B?rGI=?="), B("a€b")},
    {"cut in gb2312", B("=?gb2312?B?t6LG?= =?gb2312?B?sbT6?= =?gb2312?B?v6o=?="),
     B("发票代开")},
    {"cut in shift_jis",
     B("=?shift_jis?Q?=94=5C=97?= =?shift_jis?Q?=CD=83=5C?= =?shift_jis?Q?=83t=83?= "
       "=?shift_jis?Q?g?="),
     B("能力ソフト")},
    {"cut in big5", B("=?big5?B?pVyv4LQ=?= =?big5?B?+rjV?="), B("功能測試")},
    {"cut in the middle of a shift",
     B("=?iso-2022-jp?B?GyRCQEE1YQ==?= =?iso-2022-jp?B?PXEkTjdvGw==?= =?iso-2022-jp?B?KEI=?="),
     B("請求書の件")},
    {"each word with its shifts",
     B("=?iso-2022-jp?B?GyRCQEE1YRsoQg==?= =?iso-2022-jp?B?GyRCPXEkThsoQg==?= "
       "=?iso-2022-jp?B?GyRCN28bKEI=?="),
     B("請求書の件")},
    {"cut by a fold that was not undone", B("=?utf-8?B?5pel5g==?=\r\n\011 =?utf-8?B?nKw=?="),
     B("日本")},
    {"cut without a blank in between", B("=?utf-8?B?5pel5g==?==?utf-8?B?nKw=?="), B("日本")},
    {"a last character cut off", B("=?utf-8?B?YeKC?="), B("a\357\277\275")},
    {"not joined across text", B("=?utf-8?B?4oI=?= x =?utf-8?B?rA==?="),
     B("\357\277\275 x \357\277\275")},
    {"not joined across charsets", B("=?utf-8?B?0A==?= =?koi8-r?B?8Q==?="), B("\357\277\275Я")},
    {"two charsets", B("=?koi8-r?Q?=E4=C1?= \011 =?windows-1251?Q?=CD=E5=F2?="), B("ДаНет")},
    {"nothing", B(""), B("")},
    {"plain", B("Re: Hello"), B("Re: Hello")},
    {"small letters for the encodings", B("=?utf-8?q?=c3=a9?= =?utf-8?b?w6k=?="), B("éé")},
    {"RFC 2047: words with text between", B("=?ISO-8859-1?Q?a?= b"), B("a b")},
    {"RFC 2047: two words", B("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?="), B("ab")},
    {"RFC 2047: two blanks between", B("=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?="), B("ab")},
    {"RFC 2047: blank inside the word", B("=?ISO-8859-1?Q?a_b?="), B("a b")},
    {"RFC 2047: blank at the end of the first", B("=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?="),
     B("a b")},
    {"RFC 2047: in a comment", B("(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)"), B("(ab)")},
    {"RFC 2231: a language", B("=?US-ASCII*EN?Q?Keith_Moore?="), B("Keith Moore")},
    {"a language in one word only", B("=?utf-8*en-GB?Q?=C3?= =?utf-8?Q?=A9?="), B("é")},
    {"blanks around text stay", B("  a  =?utf-8?Q?b?=  c "), B("  a  b  c ")},
    {"inside quotes", B("\"=?utf-8?Q?J=C3=BCrgen?= M.\" <j@x>"), B("\"Jürgen M.\" <j@x>")},
    {"glued to text", B("Re:=?utf-8?Q?=C3=A9?=[1]"), B("Re:é[1]")},
    {"glued to each other", B("=?utf-8?Q?a?==?utf-8?B?Yg==?="), B("ab")},
    {"blanks inside a Q word", B("=?utf-8?Q?a =C3=A9 b?= c"), B("a é b c")},
    {"blanks inside a B word", B("=?utf-8?B?w6 lh?="), B("éa")},
    {"no padding", B("=?utf-8?B?w6k?= =?utf-8?B?YQ?="), B("éa")},
    {"junk in base64", B("=?utf-8?B?w*6k!?="), B("é")},
    {"nothing but junk in base64", B("a =?utf-8?B?!*?= =?utf-8?B?.?= b"),
     B("a =?utf-8?B?!*?= =?utf-8?B?.?= b")},
    {"an empty word", B("a =?utf-8?Q?\?= b"), B("a  b")},
    {"an equal sign at the end", B("=?utf-8?Q?a=?= b"), B("a= b")},
    {"an equal sign alone", B("=?utf-8?Q?=?="), B("=")},
    {"a question mark inside", B("=?utf-8?Q?Why?_So?="), B("Why? So")},
    {"broken hexadecimal", B("=?utf-8?Q?100=_sure=4?="), B("100= sure=4")},
    {"raw 8-bit in a Q word", B("=?koi8-r?Q?\344\301?="), B("Да")},
    {"longer than 75 characters",
     B("=?utf-8?Q?=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3="
       "A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9="
       "C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9=C3=A9?="),
     B("éééééééééééééééééééééééééééééééééééééééé")},
    {"without an end", B("=?utf-8?Q?a"), B("=?utf-8?Q?a")},
    {"without an end, before a good one", B("=?utf-8?B?YQ== and =?utf-8?Q?b?="),
     B("=?utf-8?B?YQ== and b")},
    {"cut before its last sign", B("=?utf-8?Q?a?"), B("=?utf-8?Q?a?")},
    {"cut everywhere", B("=?utf-8?Q? =?utf-8? =?utf-8 =? ="),
     B("=?utf-8?Q? =?utf-8? =?utf-8 =? =")},
    {"an unknown encoding", B("=?utf-8?X?a?= =?utf-8?QB?a?= =?utf-8?\?a?="),
     B("=?utf-8?X?a?= =?utf-8?QB?a?= =?utf-8??a?=")},
    {"an unknown charset", B("=?x-klingon?Q?=41?= =?utf-8?Q?b?="), B("=?x-klingon?Q?=41?= b")},
    {"a charset that is none", B("=?\?Q?a?= =?utf-8//IGNORE?Q?a?= =?unknown-8bit?Q?a?="),
     B("=??Q?a?= =?utf-8//IGNORE?Q?a?= =?unknown-8bit?Q?a?=")},
    {"8-bit in a word that stays", B("=?x-klingon?Q?\351?="), B("=?x-klingon?Q?é?=")},
    {"raw UTF-8 between words", B("\320\266 =?utf-8?Q?a?= \321\217 =?utf-8?Q?b?= \321\216"),
     B("ж a я b ю")},
    {"raw 8-bit between words", B("caf\351 =?utf-8?Q?=C3=A9?= \226"), B("café é –")},
    {"newline and NUL from a word", B("=?utf-8?Q?a=0D=0ABcc:_x=00b?= <=?utf-8?B?YQAKYg==?=>"),
     B("a\r\nBcc: x\0b <a\0\nb>")},
    {"Mailsploit",
     B("=?utf-8?b?cG90dXNAd2hpdGVob3VzZS5nb3Y=?==?utf-8?Q?=00?==?utf-8?b?"
       "cG90dXNAd2hpdGVob3VzZS5nb3Y=?=@mailsploit.com"),
     B("potus@whitehouse.gov\0potus@whitehouse.gov@mailsploit.com")},
    {"a word made by a word is text", B("=?utf-8?Q?=3D=3Futf-8=3FQ=3Fa=3F=3D?="),
     B("=?utf-8?Q?a?=")},
    {"a NUL outside", B("a\000=?utf-8?Q?b?=\000"), B("a\0b\0")},
    {"a NUL in the charset", B("=?utf-8\000?Q?b?="), B("=?utf-8\0?Q?b?=")},
};

Test(rfc2047, decodes_words_as_mailers_send_them)
{
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf out = BUF_INIT(1000);
        char *copy = xmalloc(cases[i].len); /* to the byte, so that ASan sees an overrun */
        memcpy(copy, cases[i].in, cases[i].len);
        rfc2047_decode(&out, copy, cases[i].len, NULL);
        cr_expect(out.len == cases[i].want_len && memcmp(out.data, cases[i].want, out.len) == 0,
                  "%s: got \"%s\" (%zu), want \"%s\"", cases[i].name, out.data, out.len,
                  cases[i].want);
        free(copy);
        buf_release(&out);
    }
}

Test(rfc2047, gives_utf8_for_a_text_cut_anywhere)
{
    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t len = 0; len < cases[i].len; len++) {
            struct buf out = BUF_INIT(1000);
            char *copy = xmalloc(len);
            memcpy(copy, cases[i].in, len);
            rfc2047_decode(&out, copy, len, NULL);
            cr_expect(charset_is_utf8(out.data, out.len), "%s, %zu", cases[i].name, len);
            free(copy);
            buf_release(&out);
        }
}

Test(rfc2047, gives_utf8_when_the_buffer_is_full)
{
    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t cap = 0; cap < cases[i].want_len; cap++) {
            struct buf out = BUF_INIT(cap);
            rfc2047_decode(&out, cases[i].in, cases[i].len, NULL);
            cr_expect(charset_is_utf8(out.data, out.len), "%s, cap %zu: \"%s\"", cases[i].name,
                      cap, out.data);
            buf_release(&out);
        }
}

Test(rfc2047, reads_undeclared_text_by_its_context)
{
    static const char *const koi8[] = {"koi8-r", NULL};
    static const struct {
        struct rfc2047_context context;
        const char *want;
    } contexts[] = {
        {{"windows-1251", koi8}, "дБ: é дБ"},
        {{NULL, koi8}, "Да: é Да"},
        {{"utf-8", koi8}, "Да: é Да"},
        {{NULL, NULL}, "äÁ: é äÁ"},
    };
    for (size_t i = 0; i < COUNT(contexts); i++) {
        struct buf out = BUF_INIT(100);
        rfc2047_decode(&out, B("\344\301: =?utf-8?Q?=C3=A9?= \344\301"), &contexts[i].context);
        cr_expect_str_eq(out.data, contexts[i].want, "row %zu: %s", i, out.data);
        buf_release(&out);
    }
}

Test(rfc2047, joins_words_in_a_turkish_locale)
{
    if (!setlocale(LC_ALL, "tr_TR.UTF-8"))
        cr_skip_test("this machine has no locale tr_TR.UTF-8, where I is no capital i");
    struct buf out = BUF_INIT(100);
    rfc2047_decode(&out, B("=?BIG5?Q?=A4?= =?big5?Q?=A4?= =?ISO-8859-9?Q?=DD?="), NULL);
    cr_expect_str_eq(out.data, "中İ");
    buf_release(&out);
}

Test(rfc2047, appends_to_what_is_there)
{
    struct buf out = BUF_INIT(100);
    buf_append_str(&out, "> ");
    rfc2047_decode(&out, B("=?utf-8?Q?a?= \351"), NULL);
    cr_expect_str_eq(out.data, "> a é");
    buf_release(&out);
}

Test(rfc2047, a_megabyte_takes_no_time)
{
    static const struct {
        const char *piece;
        size_t want; /* length */
    } pieces[] = {
        {"=?", MEGABYTE},
        {"=?=?=?", MEGABYTE},
        {"=?utf-8?Q?", MEGABYTE},
        {"=?utf-8?B?a", MEGABYTE},
        {"=?a", MEGABYTE},
        {"=", MEGABYTE},
        {"?=", MEGABYTE},
        {"=?x?Q?a?=", MEGABYTE},
        {" ", MEGABYTE},
        {"a", MEGABYTE},
        {"=?utf-8?Q?a?=   ", MEGABYTE / 16 + 3},
        {"=?utf-8?Q?=E2?=", MEGABYTE / 15 * 3 + 10}, /* ends as "=?utf-8?Q?" */
        {"\377", 2 * MEGABYTE},
    };
    char *text = xmalloc(MEGABYTE);
    for (size_t i = 0; i < COUNT(pieces); i++) {
        const size_t len = strlen(pieces[i].piece);
        for (size_t n = 0; n < MEGABYTE; n++)
            text[n] = pieces[i].piece[n % len];
        struct buf out = BUF_INIT(4 * MEGABYTE);
        rfc2047_decode(&out, text, MEGABYTE, NULL);
        cr_expect_eq(out.len, pieces[i].want, "%s: %zu", pieces[i].piece, out.len);
        buf_release(&out);
    }
    free(text);
}

Test(rfc2047, takes_a_word_of_a_megabyte)
{
    struct buf text = BUF_INIT(2 * MEGABYTE), out = BUF_INIT(2 * MEGABYTE);
    buf_append_str(&text, "=?koi8-r?Q?");
    for (size_t i = 0; i < MEGABYTE / 3; i++)
        buf_append_str(&text, "=C1");
    buf_append_str(&text, "?=");
    rfc2047_decode(&out, text.data, text.len, NULL);
    cr_expect_eq(out.len, MEGABYTE / 3 * strlen("а"));
    buf_release(&text);
    buf_release(&out);
}

/* tests/mail/decode-broken.eml */
Test(rfc2047, decodes_the_subjects_of_a_broken_message)
{
    static const char *const koi8[] = {"koi8-r", NULL};
    static const struct rfc2047_context context = {"utf-8", koi8};
    static const struct {
        const char *text;
        size_t len;
    } want[] = {{B("Привет мир")}, {B("raw привет and \0NUL")}};
    char path[4096], block[4096];
    snprintf(path, sizeof path, "%s/tests/mail/decode-broken.eml", getenv("top_srcdir"));
    FILE *file = fopen(path, "rb");
    cr_assert(file, "%s", path);
    size_t len = fread(block, 1, sizeof block, file);
    fclose(file);
    for (unsigned i = 0; i < COUNT(want); i++) {
        struct header_field field;
        struct buf line = BUF_INIT(1000), out = BUF_INIT(1000);
        cr_assert(header_find(block, len, "Subject", i, &field));
        header_unfold(&line, &field);
        rfc2047_decode(&out, line.data, line.len, &context);
        cr_expect(out.len == want[i].len && memcmp(out.data, want[i].text, out.len) == 0,
                  "%u: got \"%s\"", i, out.data);
        buf_release(&line);
        buf_release(&out);
    }
}
