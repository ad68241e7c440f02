#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/buf.h"
#include "tests/support/program.h"

/* `dele trash` as a shell sees it. */

static void put(const char *name, const char *account, const char *deleted, const char *copy,
                const char *message)
{
    char path[200], text[2000];
    snprintf(path, sizeof path, "dele/trash/new/%s", name);
    snprintf(text, sizeof text,
             "X-Dele-Account: %s\nX-Dele-UIDL: %s\nX-Dele-Size: 2048\nX-Dele-Deleted: %s\n"
             "X-Dele-Cause: hand\nX-Dele-Copy: %s\n%s",
             account, name, deleted, copy, message);
    free(program_home_put(path, text));
}

static void enter(void)
{
    program_home_make();
    put("3795000000.a", "ann@pop.example.org:995", "2026-11-22T21:14:05Z", "headers",
        "From: Ann Lee <ann@example.org>\nSubject: watches\n");
    put("3795000001.b", "ann@pop.example.org:995", "2026-11-22T21:14:06Z", "full",
        "From: bob@example.org\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?= \x1b[2J\n\nFrom here\n");
    put("3795000002.c", "zoe@pop.example.net:110", "2026-11-22T21:14:07Z", "full",
        "From: carl@example.org\nSubject: cheap watches\n\nbuy\n");
    free(program_home_put("config/dele/config",
                          "account work { url = \"pops://ann@pop.example.org\" }\n"));
}

TestSuite(trash_command, .init = enter, .fini = program_home_drop, .timeout = 60);

static struct program run(const char *const *args)
{
    struct program p = {.args = {"trash"}, .env = {{"TZ", "UTC"}}};
    for (size_t i = 0; args[i]; i++)
        p.args[i + 1] = args[i];
    program_run(&p);
    return p;
}

static size_t lines(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

Test(trash_command, lists_what_was_deleted_the_oldest_first)
{
    struct program p = run((const char *const[]){NULL});
    cr_expect_eq(p.status, 0, "%s", p.err);
    cr_assert_eq(lines(p.out), 3, "%s", p.out);
    cr_expect(!strncmp(p.out, "     1  ", 8), "%s", p.out);
    cr_expect(strstr(p.out, "  headers   2.0k  Ann Lee <ann@example.org>         watches\n"),
              "%s", p.out);
    cr_expect(strstr(p.out, "Gr\xC3\xBC\xC3\x9F"
                            "e"),
              "%s", p.out);
    cr_expect_null(strchr(p.out, '\x1b'));
    program_release(&p);
}

Test(trash_command, an_account_and_a_query_narrow_it)
{
    static const struct {
        const char *args[4];
        size_t count;
        const char *has;
    } cases[] = {
        {{"work"}, 2, "Ann Lee"},
        {{"watches"}, 2, "carl"},
        {{"work", "watches"}, 1, "Ann Lee"},
        {{"pop://zoe@pop.example.net"}, 1, "carl"},
        {{"work", "nothing"}, 0, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct program p = run(cases[i].args);
        cr_expect_eq(p.status, 0, "%s", p.err);
        cr_expect_eq(lines(p.out), cases[i].count, "%zu: %s", i, p.out);
        cr_expect(strstr(p.out, cases[i].has), "%zu: %s", i, p.out);
        program_release(&p);
    }
}

Test(trash_command, json_says_when_why_and_how_much)
{
    struct program p =
        run((const char *const[]){"--format", "json", "pop://zoe@pop.example.net", NULL});
    json_t *o = json_loads(p.out, 0, NULL);
    cr_assert_not_null(o, "%s", p.out);
    const char *account, *deleted, *cause, *copy, *subject;
    int n, size;
    cr_assert_eq(json_unpack(o, "{s:i, s:i, s:s, s:s, s:s, s:s, s:s}", "n", &n, "size", &size,
                             "account", &account, "deleted", &deleted, "cause", &cause, "copy",
                             &copy, "subject", &subject),
                 0, "%s", p.out);
    cr_expect_eq(n, 1);
    cr_expect_eq(size, 2048);
    cr_expect_str_eq(account, "zoe@pop.example.net:110");
    cr_expect_str_eq(deleted, "2026-11-22T21:14:07Z");
    cr_expect_str_eq(cause, "hand");
    cr_expect_str_eq(copy, "full");
    cr_expect_str_eq(subject, "cheap watches");
    json_decref(o);
    program_release(&p);
}

static char *read_home(const char *name)
{
    char path[300];
    static char text[4000];
    snprintf(path, sizeof path, "%s/%s", program_home(), name);
    FILE *f = fopen(path, "r");
    cr_assert_not_null(f, "%s", path);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    return text;
}

Test(trash_command, saves_one_as_it_came_and_many_as_mbox)
{
    char one[200], many[200];
    snprintf(one, sizeof one, "%s/one.eml", program_home());
    snprintf(many, sizeof many, "%s/many.mbox", program_home());
    struct program p =
        run((const char *const[]){"--save", one, "pop://zoe@pop.example.net", NULL});
    cr_expect_eq(p.status, 0, "%s", p.err);
    cr_expect_str_eq(p.err, "dele: 1 message saved\n");
    cr_expect_str_eq(read_home("one.eml"), "From: carl@example.org\nSubject: cheap watches\n\n"
                                           "buy\n");
    program_release(&p);
    p = run((const char *const[]){"--save", many, NULL});
    cr_expect_eq(p.status, 0, "%s", p.err);
    cr_expect_str_eq(p.err, "dele: 3 messages saved; of 1 only the header was kept\n");
    const char *mbox = read_home("many.mbox");
    cr_expect(strstr(mbox, "From bob@example.org "), "%s", mbox);
    cr_expect(strstr(mbox, "\n>From here\n"), "%s", mbox);
    cr_expect_null(strstr(mbox, "X-Dele"), "%s", mbox);
    program_release(&p);
}

Test(trash_command, says_what_is_wrong)
{
    char one[200], there[200];
    snprintf(one, sizeof one, "%s/one.eml", program_home());
    snprintf(there, sizeof there, "%s/config/dele/config", program_home());
    const struct {
        const char *args[5];
        int status;
        const char *says;
    } cases[] = {
        {{"--save", one, "watches"}, 64, "2 messages match"},
        {{"--save", one, "nothing"}, 69, "nothing in the trash matches"},
        {{"--save", there, "carl"}, 74, "is there already"},
        {{"--save", "/dev/null/x.mbox", "carl"}, 74, "/dev/null/x.mbox"},
        {{"--format", "tsv"}, 64, "table or json"},
        {{"pop:ann"}, 64, "there is no field"},
        {{"imap://ann@example.org"}, 64, "pops://"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct program p = run(cases[i].args);
        program_expect_failure(&p, cases[i].args[1] ? cases[i].args[1] : cases[i].args[0],
                               cases[i].status, cases[i].says);
        program_release(&p);
    }
}

Test(trash_command, an_empty_trash_lists_nothing)
{
    char command[200];
    snprintf(command, sizeof command, "rm -r %s/dele", program_home());
    cr_assert_eq(system(command), 0);
    struct program p = run((const char *const[]){NULL});
    cr_expect_eq(p.status, 0, "%s", p.err);
    cr_expect_str_eq(p.out, "");
    program_release(&p);
}
