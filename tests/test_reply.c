#include "config.h"

#include "pop3/reply.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/limits.h"

#define UNTOUCHED 77

/* A text that may hold NULs, with its length. */
#define T(text_) text_, sizeof text_ - 1

Test(reply, tells_the_status_words)
{
    static const struct {
        const char *line;
        size_t len;
        enum reply_status status;
        const char *text;
        size_t text_len;
    } cases[] = {
        {T("+OK"), REPLY_OK, T("")},
        {T("+ok"), REPLY_OK, T("")},
        {T("+OK "), REPLY_OK, T("")},
        {T("+OK\tready"), REPLY_OK, T("ready")},
        {T("+OK  two blanks "), REPLY_OK, T("two blanks ")},
        {T("+OK [AUTH] x"), REPLY_OK, T("[AUTH] x")},
        {T("-ERR"), REPLY_ERR, T("")},
        {T("-Err no"), REPLY_ERR, T("no")},
        {T("-ERR \0\xff"), REPLY_ERR, T("\0\xff")},
        {T("+"), REPLY_CONTINUE, T("")},
        {T("+ "), REPLY_CONTINUE, T("")},
        {T("+ AGE="), REPLY_CONTINUE, T("AGE=")},
        {T("+ OK"), REPLY_CONTINUE, T("OK")},
        {T(""), REPLY_GARBAGE, T("")},
        {T("+O"), REPLY_GARBAGE, T("+O")},
        {T("+OKAY"), REPLY_GARBAGE, T("+OKAY")},
        {T("+OK\0"), REPLY_GARBAGE, T("+OK\0")},
        {T("+OK\r"), REPLY_GARBAGE, T("+OK\r")},
        {T(" +OK"), REPLY_GARBAGE, T(" +OK")},
        {T("-ERROR"), REPLY_GARBAGE, T("-ERROR")},
        {T("-ER"), REPLY_GARBAGE, T("-ER")},
        {T("-"), REPLY_GARBAGE, T("-")},
        {T("OK"), REPLY_GARBAGE, T("OK")},
        {T("++"), REPLY_GARBAGE, T("++")},
        {T("."), REPLY_GARBAGE, T(".")},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reply r = reply_parse(cases[i].line, cases[i].len);
        cr_expect_eq(r.status, cases[i].status, "'%s'", cases[i].line);
        cr_expect_eq(r.code, REPLY_CODE_NONE, "'%s'", cases[i].line);
        cr_expect(r.len == cases[i].text_len && !memcmp(r.text, cases[i].text, r.len),
                  "'%s': text '%.*s'", cases[i].line, (int)r.len, r.text);
    }
}

Test(reply, stops_at_the_end_of_the_line)
{
    cr_expect_eq(reply_parse("+OKAY", 3).status, REPLY_OK);
    cr_expect_eq(reply_parse("+OK", 2).status, REPLY_GARBAGE);
    cr_expect_eq(reply_parse("+OK", 1).status, REPLY_CONTINUE);
    cr_expect_eq(reply_parse("-ERR [AUTH]", 10).code, REPLY_CODE_NONE);
}

Test(reply, reads_the_codes_of_a_refusal)
{
    static const struct {
        const char *line;
        enum reply_code code;
        const char *text;
    } cases[] = {
        {"-ERR [IN-USE] busy", REPLY_IN_USE, "busy"},
        {"-ERR [LOGIN-DELAY] wait", REPLY_LOGIN_DELAY, "wait"},
        {"-ERR [SYS/TEMP] later", REPLY_SYS_TEMP, "later"},
        {"-ERR [SYS/PERM] never", REPLY_SYS_PERM, "never"},
        {"-ERR [AUTH] wrong", REPLY_AUTH, "wrong"},
        {"-ERR [auth]", REPLY_AUTH, ""},
        {"-ERR [sYs/teMP]x", REPLY_SYS_TEMP, "x"},
        {"-ERR   [AUTH]   x", REPLY_AUTH, "x"},
        {"-ERR [SYS] x", REPLY_CODE_OTHER, "x"},
        {"-ERR [SYS/TEMP/X] x", REPLY_CODE_OTHER, "x"},
        {"-ERR [AUTH ] x", REPLY_CODE_NONE, "[AUTH ] x"},
        {"-ERR [] x", REPLY_CODE_OTHER, "x"},
        {"-ERR [AUTH", REPLY_CODE_NONE, "[AUTH"},
        {"-ERR x [AUTH]", REPLY_CODE_NONE, "x [AUTH]"},
        {"-ERR AUTH", REPLY_CODE_NONE, "AUTH"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reply r = reply_parse(cases[i].line, strlen(cases[i].line));
        cr_expect_eq(r.status, REPLY_ERR, "%s", cases[i].line);
        cr_expect_eq(r.code, cases[i].code, "%s", cases[i].line);
        cr_expect(r.len == strlen(cases[i].text) && !memcmp(r.text, cases[i].text, r.len),
                  "%s: '%.*s'", cases[i].line, (int)r.len, r.text);
    }
}

Test(reply, reads_the_numbers_of_stat)
{
    static const struct {
        const char *text;
        size_t len;
        bool want;
        uint64_t count, octets;
    } cases[] = {
        {T("2 320"), true, 2, 320},
        {T("0 0"), true, 0, 0},
        {T("\t2 \t 320"), true, 2, 320},
        {T("2 320 and more"), true, 2, 320},
        {T("007 010"), true, 7, 10},
        {T("3 18446744073709551615"), true, 3, UINT64_MAX},
        {T("3 18446744073709551616"), false, 0, 0},
        {T("3 18446744073709551620"), false, 0, 0},
        {T("99999999999999999999999999 1"), false, 0, 0},
        {T("2"), false, 0, 0},
        {T("2 "), false, 0, 0},
        {T(""), false, 0, 0},
        {T("-1 3"), false, 0, 0},
        {T("+1 3"), false, 0, 0},
        {T("1 -3"), false, 0, 0},
        {T("1x 3"), false, 0, 0},
        {T("1 3x"), false, 0, 0},
        {T("0x1 3"), false, 0, 0},
        {T("1.5 3"), false, 0, 0},
        {T("1\0 3"), false, 0, 0},
        {T("1 3\0"), false, 0, 0},
        {T("1\r3"), false, 0, 0},
        {T("\xd9\xa1 3"), false, 0, 0}, /* an Arabic one */
        {T("two messages"), false, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t count = UNTOUCHED, octets = UNTOUCHED;
        bool got = reply_stat(cases[i].text, cases[i].len, &count, &octets);
        cr_expect_eq(got, cases[i].want, "'%s'", cases[i].text);
        cr_expect_eq(count, got ? cases[i].count : UNTOUCHED, "'%s'", cases[i].text);
        cr_expect_eq(octets, got ? cases[i].octets : UNTOUCHED, "'%s'", cases[i].text);
    }
}

Test(reply, reads_a_line_of_list)
{
    static const struct {
        const char *line;
        bool want;
        uint32_t number;
        uint64_t octets;
    } cases[] = {
        {"1 120", true, 1, 120},
        {"  1\t\t120  ", true, 1, 120},
        {"1 120 octets", true, 1, 120},
        {"1 0", true, 1, 0},
        {"1000000 18446744073709551615", true, LIMIT_MESSAGES, UINT64_MAX},
        {"1000001 1", false, 0, 0},
        {"4294967297 1", false, 0, 0}, /* 2^32 + 1 is not 1 */
        {"18446744073709551617 1", false, 0, 0},
        {"0 1", false, 0, 0},
        {"1", false, 0, 0},
        {"1 x", false, 0, 0},
        {"1 18446744073709551616", false, 0, 0},
        {"1,120", false, 0, 0},
        {"-1 120", false, 0, 0},
        {"", false, 0, 0},
        {".", false, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t number = UNTOUCHED;
        uint64_t octets = UNTOUCHED;
        bool got = reply_list(cases[i].line, strlen(cases[i].line), &number, &octets);
        cr_expect_eq(got, cases[i].want, "'%s'", cases[i].line);
        cr_expect_eq(number, got ? cases[i].number : UNTOUCHED, "'%s'", cases[i].line);
        cr_expect_eq(octets, got ? cases[i].octets : UNTOUCHED, "'%s'", cases[i].line);
    }
}

Test(reply, stops_a_number_at_the_end_of_the_line)
{
    uint32_t number;
    uint64_t octets;
    cr_assert(reply_list("1 1234", 4, &number, &octets));
    cr_expect_eq(octets, 12);
}

Test(reply, reads_a_line_of_uidl)
{
    static const struct {
        const char *line;
        size_t len;
        bool want;
        uint32_t number;
        const char *uid;
    } cases[] = {
        {T("1 whqtswO00WBw418f9t5JxYwZ"), true, 1, "whqtswO00WBw418f9t5JxYwZ"},
        {T("2   three"), true, 2, "three"},
        {T("\t2\ttab\t "), true, 2, "tab"},
        {T("3 <a@b>\"'\\/../%s"), true, 3, "<a@b>\"'\\/../%s"},
        {T("4 \xc3\xa9\xff"), true, 4, "\xc3\xa9\xff"},
        {T("5"), true, 5, ""},
        {T("5  "), true, 5, ""},
        {T("6 two words"), true, 6, ""},
        {T("6 two\twords"), true, 6, ""},
        {T("7 nul\0"), true, 7, ""},
        {T("7 \033[31m"), true, 7, ""},
        {T("7 del\x7f"), true, 7, ""},
        {T("7 cr\r"), true, 7, ""},
        {T("1000000 a"), true, 1000000, "a"},
        {T("1000001 a"), false, 0, ""},
        {T("0 a"), false, 0, ""},
        {T("a 1"), false, 0, ""},
        {T("1a"), false, 0, ""},
        {T(""), false, 0, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t number = UNTOUCHED;
        const char *uid = NULL;
        size_t uid_len = UNTOUCHED;
        bool got = reply_uidl(cases[i].line, cases[i].len, &number, &uid, &uid_len);
        cr_expect_eq(got, cases[i].want, "'%s'", cases[i].line);
        if (!got) {
            cr_expect(number == UNTOUCHED && !uid && uid_len == UNTOUCHED, "'%s'",
                      cases[i].line);
            continue;
        }
        cr_expect_eq(number, cases[i].number, "'%s'", cases[i].line);
        cr_expect(uid_len == strlen(cases[i].uid) && !memcmp(uid, cases[i].uid, uid_len),
                  "'%s': '%.*s'", cases[i].line, (int)uid_len, uid);
        cr_expect(uid >= cases[i].line && uid + uid_len <= cases[i].line + cases[i].len, "'%s'",
                  cases[i].line);
    }
}

Test(reply, takes_a_uid_of_the_longest_kind_and_no_longer)
{
    char line[2 + LIMIT_UIDL + 1] = "1 ";
    uint32_t number;
    const char *uid;
    size_t uid_len;
    memset(line + 2, 'u', LIMIT_UIDL + 1);
    cr_assert(reply_uidl(line, sizeof line - 1, &number, &uid, &uid_len));
    cr_expect_eq(uid_len, LIMIT_UIDL);
    cr_assert(reply_uidl(line, sizeof line, &number, &uid, &uid_len));
    cr_expect_eq(uid_len, 0);
}

Test(reply, knows_whole_capabilities_only)
{
    static const struct {
        const char *line;
        unsigned capa;
        const char *args;
    } cases[] = {
        {"TOP", CAPA_TOP, ""},
        {"UIDL", CAPA_UIDL, ""},
        {"USER", CAPA_USER, ""},
        {"SASL PLAIN LOGIN", CAPA_SASL, "PLAIN LOGIN"},
        {"PIPELINING", CAPA_PIPELINING, ""},
        {"RESP-CODES", CAPA_RESP_CODES, ""},
        {"AUTH-RESP-CODE", CAPA_AUTH_RESP_CODE, ""},
        {"STLS", CAPA_STLS, ""},
        {"EXPIRE 60 USER", CAPA_EXPIRE, "60 USER"},
        {"LOGIN-DELAY 900", CAPA_LOGIN_DELAY, "900"},
        {"IMPLEMENTATION x y", CAPA_IMPLEMENTATION, "x y"},
        {"UTF8 USER", CAPA_UTF8, "USER"},
        {"LANG", CAPA_LANG, ""},
        {"pipelining", CAPA_PIPELINING, ""},
        {"implementation \t x", CAPA_IMPLEMENTATION, "x"},
        {"Expire\tnever ", CAPA_EXPIRE, "never "},
        {"EXPIRENEVER", 0, ""},
        {"PIPELINE", 0, ""},
        {"TOPS", 0, ""},
        {"TO", 0, ""},
        {" TOP", 0, "TOP"},
        {".TOP", 0, ""},
        {"X-TOP TOP", 0, "TOP"},
        {"", 0, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *line = cases[i].line, *want = cases[i].args, *args = NULL;
        size_t len = 0;
        unsigned got = reply_capa(line, strlen(line), &args, &len);
        cr_expect_eq(got, cases[i].capa, "'%s'", line);
        cr_expect(args && len == strlen(want) && !memcmp(args, want, len), "'%s': '%.*s'", line,
                  (int)len, args);
    }
}

Test(reply, knows_no_capability_with_a_nul)
{
    const char *args;
    size_t len;
    cr_expect_eq(reply_capa("TOP\0", 4, &args, &len), 0);
    cr_expect_eq(reply_capa("TOPS", 3, &args, &len), CAPA_TOP);
}

Test(reply, finds_a_word_among_arguments)
{
    static const struct {
        const char *args, *word;
        bool want;
    } cases[] = {
        {"PLAIN LOGIN", "PLAIN", true},
        {"PLAIN LOGIN", "login", true},
        {"  CRAM-MD5\t plain  ", "PLAIN", true},
        {"XPLAIN", "PLAIN", false},
        {"PLAINX", "PLAIN", false},
        {"PLAIN-X", "PLAIN", false},
        {"PLA IN", "PLAIN", false},
        {"", "PLAIN", false},
        {"   ", "PLAIN", false},
        {"PLAI", "PLAIN", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(reply_has_word(cases[i].args, strlen(cases[i].args), cases[i].word),
                     cases[i].want, "'%s'", cases[i].args);
    cr_expect_not(reply_has_word("PLAIN", 4, "PLAIN"), "the word ends behind the end");
}

Test(reply, takes_only_words_without_blanks_for_a_code)
{
    static const char line[] = "-ERR [Errno 2] No such file";
    struct reply r = reply_parse(line, strlen(line));
    cr_expect_eq(r.code, REPLY_CODE_NONE);
    cr_expect(r.len == strlen("[Errno 2] No such file") && !memcmp(r.text, "[Errno 2]", 9));
}

Test(reply, guesses_why_a_login_was_refused)
{
    static const struct {
        const char *text;
        enum reply_code code;
    } cases[] = {
        {"maildrop already locked", REPLY_IN_USE},
        {"can't lock the mailbox, is another session active?", REPLY_IN_USE},
        {"Mailbox is in use by another POP3 session", REPLY_IN_USE},
        {"Your mail drop is BUSY", REPLY_IN_USE},
        {"account locked: too many wrong passwords", REPLY_CODE_NONE},
        {"user is locked out", REPLY_CODE_NONE},
        {"mailbox is damaged", REPLY_CODE_NONE},
        {"Exceeded the login limit for a 15 minute period", REPLY_LOGIN_DELAY},
        {"Logins must be at least 2 minutes apart", REPLY_LOGIN_DELAY},
        {"authentication failed", REPLY_CODE_NONE},
        {"", REPLY_CODE_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(reply_guess(cases[i].text, strlen(cases[i].text)), cases[i].code, "%s",
                     cases[i].text);
}
