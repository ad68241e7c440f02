#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/program.h"
#include "tests/support/server.h"

/* The command line, the configuration and the help of the real program. */

TestSuite(main, .init = program_home_make, .fini = program_home_drop, .timeout = 60);

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define PASSWORD PROGRAM_PASSWORD
#define PASS PROGRAM_PASS

struct misuse {
    const char *name;
    const char *args[8];
    int status;
    const char *says;
};

static void check_misuses(const struct misuse *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct misuse *m = &cases[i];
        struct program p = {0};
        memcpy(p.args, m->args, sizeof m->args);
        program_run(&p);
        program_expect_failure(&p, m->name, m->status, m->says);
        program_release(&p);
    }
}

Test(main, refuses_a_wrong_command_line)
{
    static const struct misuse cases[] = {
        {"no account", {"list"}, 64, "which maildrop?"},
        {"no user", {"list", "pops://pop.example.org"}, 64, "no user name"},
        {"a password in the URL",
         {"list", "pops://ann:" PASSWORD "@localhost"},
         64,
         "password"},
        {"another scheme", {"list", "imap://ann@localhost"}, 64, "pops://"},
        {"a port that is none", {"list", "pops://ann@localhost:0"}, 64, "port"},
        {"an unknown format", {"list", "--format", "xml", "pops://a@b"}, 64, "'xml'"},
        {"an unknown auth", {"list", "--auth", "magic", "pops://a@b"}, 64, "'magic'"},
        {"an unknown tls", {"list", "--tls", "maybe", "pops://a@b"}, 64, "'maybe'"},
        {"a timeout that is none", {"list", "--timeout", "soon", "pops://a@b"}, 64, "'soon'"},
        {"a pin that is none", {"list", "--tls-pin", "AB", "pops://a@b"}, 64, "SHA-256"},
        {"a format for the browser", {"--format", "json", "pops://a@b"}, 64, "dele list"},
        {"too much for the browser", {"pops://a@b", "more"}, 64, "'more'"},
        {"an unknown account", {"list", "work"}, 78, "'work'"},
        {"no terminal to ask", {"list", "pops://a@localhost"}, 77, "pass-command"},
        {"a pass-command that fails",
         {"list", "--pass-command", "exit 3", "pops://a@localhost"},
         77,
         "status 3"},
        {"a pass-command without words",
         {"list", "--pass-command", "true", "pops://a@localhost"},
         77,
         "empty"},
        {"no such CA file",
         {"list", "--tls-ca", "/nonexistent/ca", PASS, "pops://a@localhost"},
         78,
         "/nonexistent/ca"},
        {"a CA file without certificates",
         {"list", "--tls-ca", "/dev/null", PASS, "pops://a@localhost"},
         78,
         "/dev/null"},
    };
    check_misuses(cases, COUNT(cases));
}

/* getopt's own sentence, and where to find the options. */
Test(main, names_an_option_that_is_unknown_or_lacks_its_value)
{
    static const struct {
        const char *args[4];
        const char *says;
    } cases[] = {
        {{"list", "--nosuch", "pops://a@b"}, "nosuch"},
        {{"--nosuch"}, "nosuch"},
        {{"list", "pops://a@b", "--format"}, "format"},
        {{"list", "pops://a@b", "--read-only=maybe"}, "read-only"},
        {{"list", "-x"}, "x"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct program p = {0};
        memcpy(p.args, cases[i].args, sizeof cases[i].args);
        program_run(&p);
        cr_expect_eq(p.status, 64, "%s: %d", cases[i].says, p.status);
        cr_expect_str_eq(p.out, "");
        cr_expect(strstr(p.err, cases[i].says), "%s", p.err);
        const char *end = strstr(p.err, "'dele --help' shows the options\n");
        cr_expect(end, "%s", p.err);
        cr_expect_eq(strchr(p.err, '\n') + 1, p.err + strlen(p.err), "one line: %s", p.err);
        program_release(&p);
    }
}

Test(main, names_the_place_of_a_fault_in_the_configuration)
{
    static const struct {
        const char *name, *text, *args[3], *says;
    } cases[] = {
        {"an unknown key",
         "theme = \"default\"\ncolour = \"red\"\n",
         {"list", "pops://a@b"},
         "/dele/config:2: "},
        {"an unknown setting",
         "account \"work\" {\n  url = \"pops://a@b\"\n  nosuch = \"x\"\n}\n",
         {"list", "work"},
         "/dele/config:3: "},
        {"a wrong value",
         "# mine\naccount \"work\" {\n  url = \"pops://a@b\"\n  tls = \"maybe\"\n}\n",
         {"list", "work"},
         "/dele/config:4: "},
        {"a brace that is open", "account \"work\" {\n", {"list", "work"}, "/dele/config:1: "},
        {"a theme that is not there", "theme = \"nosuch\"\n", {"demo"}, "nosuch"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        free(program_home_put("config/dele/config", cases[i].text));
        struct program p = {0};
        memcpy(p.args, cases[i].args, sizeof cases[i].args);
        program_run(&p);
        program_expect_failure(&p, cases[i].name, 78, cases[i].says);
        program_release(&p);
    }
}

Test(main, fails_on_files_that_are_not_there)
{
    static const struct misuse cases[] = {
        {"no configuration",
         {"list", "--config", "/nonexistent/config", "pops://a@b"},
         78,
         "/nonexistent/config"},
        {"no theme", {"--theme", "nosuch", "demo"}, 78, "nosuch"},
        {"no theme file", {"--theme", "/nonexistent/x.theme", "demo"}, 78, "/nonexistent/x"},
    };
    check_misuses(cases, COUNT(cases));
}

Test(main, takes_an_account_from_the_configuration)
{
    struct demo *demo = demo_new_empty();
    demo_add(demo, "only", "Subject: x\n\n", 12);
    struct server *server = server_demo(demo);
    demo_free(demo);
    char text[512];
    snprintf(text, sizeof text,
             "account \"work\" {\n  url = \"pop://ann@127.0.0.1:%u\"\n  pass-command = "
             "\"echo " PASSWORD "\"\n}\n",
             server_port(server));
    free(program_home_put("config/dele/config", text));
    struct program by_name = {.args = {"list", "--format", "tsv", "work"}};
    program_run(&by_name);
    cr_expect_eq(by_name.status, 0, "%s", by_name.err);
    cr_expect_str_eq(by_name.out, "1\tonly\t14\t\t\tx\n");

    struct program the_only_one = {.args = {"list", "--format", "tsv"}};
    program_run(&the_only_one);
    cr_expect_str_eq(the_only_one.out, by_name.out, "%s", the_only_one.err);

    char *elsewhere = program_home_put("elsewhere", text);
    free(program_home_put("config/dele/config", "theme = \"mono\"\n"));
    struct program by_file = {.args = {"list", "--config", elsewhere, "--format", "tsv"}};
    program_run(&by_file);
    cr_expect_str_eq(by_file.out, by_name.out, "%s", by_file.err);
    free(elsewhere);
    program_release(&by_name);
    program_release(&the_only_one);
    program_release(&by_file);
    server_stop(server);
}

Test(main, names_the_accounts_where_it_cannot_choose)
{
    free(program_home_put("config/dele/config", "account \"work\" { url = \"pops://a@b\" }\n"
                                                "account \"home\" { url = \"pops://c@d\" }\n"));
    struct program p = {.args = {"list"}};
    program_run(&p);
    cr_expect_eq(p.status, 64);
    cr_expect_str_eq(p.out, "");
    cr_expect(strstr(p.err, "\n  work\n  home\n"), "%s", p.err);
    program_release(&p);
}

Test(main, helps_and_tells_its_version_on_standard_output)
{
    static const struct {
        const char *args[4];
        const char *begins;
    } cases[] = {
        {{"--help"}, "usage: dele "},
        {{"list", "--help"}, "usage: dele "},
        {{"--version"}, PACKAGE_STRING "\n"},
        {{"list", "pops://a@b", "--version"}, PACKAGE_STRING "\n"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct program p = {0};
        memcpy(p.args, cases[i].args, sizeof cases[i].args);
        program_run(&p);
        cr_expect_eq(p.status, 0, "%s", p.err);
        cr_expect_str_eq(p.err, "");
        cr_expect_eq(strncmp(p.out, cases[i].begins, strlen(cases[i].begins)), 0, "%s", p.out);
        program_release(&p);
    }
}

Test(main, help_names_every_command_and_fits_the_terminal)
{
    static const char *const words[] = {"dele list", "dele show", "dele demo",
                                        "--format",  "--part",    "--pass-command",
                                        "--tls-pin", "--timeout", "--version"};
    struct program p = {.args = {"--help"}};
    program_run(&p);
    for (size_t i = 0; i < COUNT(words); i++)
        cr_expect(strstr(p.out, words[i]), "%s", words[i]);
    for (const char *line = p.out; *line; line += strcspn(line, "\n") + 1)
        cr_expect_leq(strcspn(line, "\n"), 80, "%.90s", line);
    program_release(&p);
}
