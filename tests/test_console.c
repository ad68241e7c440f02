#include "config.h"

#include "client/console.h"

#include <criterion/criterion.h>
#include <string.h>

Test(console, takes_commands_and_knows_whether_lines_follow)
{
    static const struct {
        const char *line, *text;
        bool multiline;
    } cases[] = {
        {"NOOP", "NOOP", false},         {"  stat  ", "stat", false},
        {"LIST", "LIST", true},          {"LIST 3", "LIST 3", false},
        {"uidl", "uidl", true},          {"TOP 1 0", "TOP 1 0", true},
        {"CAPA", "CAPA", true},          {"HELP", "HELP", false},
        {"+HELP", "HELP", true},         {"+ XTND x", "XTND x", true},
        {"*ENV 1", "*ENV 1", true},      {"LAST", "LAST", false},
        {"DELETE 1", "DELETE 1", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        struct command c;
        struct err e = {0};
        cr_assert(console_command(cases[i].line, text, &c, &e), "%s: %s", cases[i].line,
                  e.text);
        cr_expect_eq(c.verb, COMMAND_RAW);
        cr_expect_str_eq(c.text, cases[i].text);
        cr_expect_eq(c.multiline, cases[i].multiline, "%s", cases[i].line);
    }
}

Test(console, refuses_what_deletes_commits_or_logs_in)
{
    static const char *const lines[] = {
        "DELE 1", "dele 1", "  DELE\t1", "+DELE 1", "QUIT",     "quit", "+ quit", "RSET",
        "STLS",   "AUTH X", "USER ann",  "PASS x",  "APOP a b", "",     "   ",    "+"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char text[256];
        struct command c;
        struct err e = {0};
        cr_expect_not(console_command(lines[i], text, &c, &e), "%s", lines[i]);
        cr_expect_eq(e.code, ERR_USAGE);
        cr_expect_neq(*e.text, '\0');
    }
}

Test(console, refuses_a_line_that_is_too_long)
{
    char line[400], text[256];
    struct command c;
    struct err e = {0};
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    cr_expect_not(console_command(line, text, &c, &e));
    line[250] = '\0';
    e = (struct err){0};
    cr_expect(console_command(line, text, &c, &e));
}
