#include "config.h"

#include "pop3/command.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/mem.h"

#define BOTH (COMMAND_IN_AUTHORIZATION | COMMAND_IN_TRANSACTION)
#define LOGIN (COMMAND_IN_AUTHORIZATION | COMMAND_BARRIER | COMMAND_SECRET)

Test(command, has_a_name_and_flags_for_each_verb)
{
    static const struct {
        const char *name;
        struct command c;
        unsigned flags;
    } cases[] = {
        {"CAPA", {.verb = COMMAND_CAPA}, BOTH | COMMAND_MULTILINE},
        {"STLS", {.verb = COMMAND_STLS}, COMMAND_IN_AUTHORIZATION | COMMAND_BARRIER},
        {"USER", {.verb = COMMAND_USER}, COMMAND_IN_AUTHORIZATION},
        {"PASS", {.verb = COMMAND_PASS}, LOGIN},
        {"APOP", {.verb = COMMAND_APOP}, LOGIN},
        {"AUTH", {.verb = COMMAND_AUTH}, LOGIN},
        {"STAT", {.verb = COMMAND_STAT}, COMMAND_IN_TRANSACTION},
        {"LIST", {.verb = COMMAND_LIST}, COMMAND_IN_TRANSACTION | COMMAND_MULTILINE},
        {"LIST", {.verb = COMMAND_LIST, .number = 1}, COMMAND_IN_TRANSACTION},
        {"UIDL", {.verb = COMMAND_UIDL}, COMMAND_IN_TRANSACTION | COMMAND_MULTILINE},
        {"UIDL", {.verb = COMMAND_UIDL, .number = 1}, COMMAND_IN_TRANSACTION},
        {"TOP", {.verb = COMMAND_TOP, .number = 1}, COMMAND_IN_TRANSACTION | COMMAND_MULTILINE},
        {"RETR",
         {.verb = COMMAND_RETR, .number = 1},
         COMMAND_IN_TRANSACTION | COMMAND_MULTILINE},
        {"DELE", {.verb = COMMAND_DELE, .number = 1}, COMMAND_IN_TRANSACTION},
        {"RSET", {.verb = COMMAND_RSET}, COMMAND_IN_TRANSACTION},
        {"NOOP", {.verb = COMMAND_NOOP}, COMMAND_IN_TRANSACTION},
        {"LAST", {.verb = COMMAND_LAST}, COMMAND_IN_TRANSACTION},
        {"UTF8", {.verb = COMMAND_UTF8}, COMMAND_IN_AUTHORIZATION},
        {"LANG", {.verb = COMMAND_LANG}, BOTH},
        {"*ENV",
         {.verb = COMMAND_ENV, .number = 1},
         COMMAND_IN_TRANSACTION | COMMAND_MULTILINE},
        {"QUIT", {.verb = COMMAND_QUIT}, BOTH | COMMAND_BARRIER},
        {"?", {.verb = COMMAND_RAW}, BOTH | COMMAND_BARRIER},
        {"?",
         {.verb = COMMAND_RAW, .multiline = true},
         BOTH | COMMAND_BARRIER | COMMAND_MULTILINE},
        {"NOOP", {.verb = COMMAND_NOOP, .multiline = true}, COMMAND_IN_TRANSACTION},
    };
    unsigned seen = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_expect_str_eq(command_name(cases[i].c.verb), cases[i].name);
        cr_expect_eq(command_flags(&cases[i].c), cases[i].flags, "%s (%zu)", cases[i].name, i);
        seen |= 1u << cases[i].c.verb;
    }
    cr_expect_eq(seen, (1u << COMMAND_COUNT) - 1, "each verb has a case");
}

Test(command, writes_one_line)
{
    static const struct {
        const char *want;
        struct command c;
    } cases[] = {
        {"CAPA\r\n", {.verb = COMMAND_CAPA}},
        {"STLS\r\n", {.verb = COMMAND_STLS}},
        {"USER alice@example.org\r\n", {.verb = COMMAND_USER, .text = "alice@example.org"}},
        {"PASS  two  blanks \r\n", {.verb = COMMAND_PASS, .text = " two  blanks "}},
        {"PASS %s%n\xff\r\n", {.verb = COMMAND_PASS, .text = "%s%n\xff"}},
        {"APOP a 00ff\r\n", {.verb = COMMAND_APOP, .text = "a", .text2 = "00ff"}},
        {"AUTH PLAIN\r\n", {.verb = COMMAND_AUTH, .text = "PLAIN"}},
        {"AUTH PLAIN AGE=\r\n", {.verb = COMMAND_AUTH, .text = "PLAIN", .text2 = "AGE="}},
        {"STAT\r\n", {.verb = COMMAND_STAT}},
        {"LIST\r\n", {.verb = COMMAND_LIST}},
        {"LIST 7\r\n", {.verb = COMMAND_LIST, .number = 7}},
        {"UIDL\r\n", {.verb = COMMAND_UIDL}},
        {"UIDL 1000000\r\n", {.verb = COMMAND_UIDL, .number = LIMIT_MESSAGES}},
        {"TOP 1 0\r\n", {.verb = COMMAND_TOP, .number = 1}},
        {"TOP 2 2147483647\r\n", {.verb = COMMAND_TOP, .number = 2, .lines = LIMIT_TOP_LINES}},
        {"RETR 3\r\n", {.verb = COMMAND_RETR, .number = 3}},
        {"DELE 4\r\n", {.verb = COMMAND_DELE, .number = 4}},
        {"RSET\r\n", {.verb = COMMAND_RSET}},
        {"NOOP\r\n", {.verb = COMMAND_NOOP, .number = 9, .text = "ignored"}},
        {"LAST\r\n", {.verb = COMMAND_LAST}},
        {"UTF8\r\n", {.verb = COMMAND_UTF8}},
        {"LANG de-AT\r\n", {.verb = COMMAND_LANG, .text = "de-AT"}},
        {"*ENV 12\r\n", {.verb = COMMAND_ENV, .number = 12}},
        {"QUIT\r\n", {.verb = COMMAND_QUIT}},
        {"xtnd xmit %d\r\n", {.verb = COMMAND_RAW, .text = "xtnd xmit %d"}},
    };
    struct buf out = BUF_INIT(LIMIT_AUTH_LINE);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e = {0};
        buf_clear(&out);
        cr_expect(command_write(&out, &cases[i].c, &e), "%s: %s", cases[i].want, e.text);
        cr_expect_str_eq(out.data, cases[i].want);
        cr_expect_eq(e.code, ERR_NONE);
    }
    buf_release(&out);
}

Test(command, refuses_what_would_be_no_command_or_two)
{
    static const struct {
        const char *name;
        struct command c;
    } cases[] = {
        {"a CR in a name", {.verb = COMMAND_USER, .text = "a\rDELE 1"}},
        {"a LF in a password", {.verb = COMMAND_PASS, .text = "a\nDELE 1"}},
        {"a CRLF at the end", {.verb = COMMAND_RAW, .text = "NOOP\r\n"}},
        {"a LF in a mechanism", {.verb = COMMAND_AUTH, .text = "PLAIN\n"}},
        {"a LF in a response", {.verb = COMMAND_AUTH, .text = "PLAIN", .text2 = "A\nB"}},
        {"a LF in a digest", {.verb = COMMAND_APOP, .text = "a", .text2 = "\n"}},
        {"no name", {.verb = COMMAND_USER}},
        {"an empty name", {.verb = COMMAND_USER, .text = ""}},
        {"an empty password", {.verb = COMMAND_PASS, .text = ""}},
        {"an empty line", {.verb = COMMAND_RAW, .text = ""}},
        {"no digest", {.verb = COMMAND_APOP, .text = "a"}},
        {"no mechanism (bare AUTH makes servers close)", {.verb = COMMAND_AUTH}},
        {"an empty response", {.verb = COMMAND_AUTH, .text = "PLAIN", .text2 = ""}},
        {"TOP without a number", {.verb = COMMAND_TOP}},
        {"RETR without a number", {.verb = COMMAND_RETR}},
        {"DELE without a number", {.verb = COMMAND_DELE}},
        {"a number above all messages", {.verb = COMMAND_DELE, .number = LIMIT_MESSAGES + 1}},
        {"the same for LIST", {.verb = COMMAND_LIST, .number = UINT32_MAX}},
        {"more lines than servers take",
         {.verb = COMMAND_TOP, .number = 1, .lines = LIMIT_TOP_LINES + 1}},
    };
    struct buf out = BUF_INIT(LIMIT_AUTH_LINE);
    buf_append_str(&out, "before");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e = {0};
        cr_expect_not(command_write(&out, &cases[i].c, &e), "%s", cases[i].name);
        cr_expect_eq(e.code, ERR_USAGE, "%s", cases[i].name);
        cr_expect_str_eq(out.data, "before", "%s", cases[i].name);
    }
    buf_release(&out);
}

/* A line of LEN octets with its CRLF: is it written? */
static bool writes_line_of(struct command c, const char *before, size_t len)
{
    size_t text_len = len - strlen(before) - 2;
    char *text = xmalloc(text_len + 1);
    memset(text, 'x', text_len);
    text[text_len] = '\0';
    if (c.verb == COMMAND_AUTH)
        c.text2 = text;
    else
        c.text = text;
    struct buf out = BUF_INIT((size_t)-1 / 4);
    struct err e = {0};
    bool written = command_write(&out, &c, &e);
    cr_expect_eq(out.len, written ? len : 0, "%s: %zu octets", before, out.len);
    cr_expect_eq(e.code, written ? ERR_NONE : ERR_USAGE, "%s", before);
    buf_release(&out);
    free(text);
    return written;
}

Test(command, keeps_to_the_longest_line_that_servers_take)
{
    static const struct {
        struct command c;
        const char *before;
        size_t most;
    } cases[] = {
        {{.verb = COMMAND_USER}, "USER ", LIMIT_COMMAND},
        {{.verb = COMMAND_PASS}, "PASS ", LIMIT_COMMAND},
        {{.verb = COMMAND_RAW}, "", LIMIT_COMMAND},
        {{.verb = COMMAND_AUTH, .text = "XOAUTH2"}, "AUTH XOAUTH2 ", LIMIT_AUTH_LINE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_expect(writes_line_of(cases[i].c, cases[i].before, cases[i].most));
        cr_expect_not(writes_line_of(cases[i].c, cases[i].before, cases[i].most + 1));
    }
}

Test(command, appends_nothing_where_the_buffer_is_full)
{
    for (size_t cap = 0; cap < strlen("TOP 12 3\r\n"); cap++) {
        struct buf out = BUF_INIT(cap);
        struct err e = {0};
        struct command c = {.verb = COMMAND_TOP, .number = 12, .lines = 3};
        cr_expect_not(command_write(&out, &c, &e), "cap %zu", cap);
        cr_expect_eq(out.len, 0, "cap %zu", cap);
        buf_release(&out);
    }
}
