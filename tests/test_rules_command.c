#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "demo/demo.h"
#include "tests/support/program.h"
#include "tests/support/server.h"

/* `dele rules` as a shell sees it. */

TestSuite(rules_command, .init = program_home_make, .fini = program_home_drop, .timeout = 60);

#define WIN "From: win@casino.example\nSubject: you win\nX-Bulk: yes\n\n"
#define ANN "From: ann@example.org\nSubject: win-win\n\n"
#define BOB "From: bob@example.org\nSubject: hello\n\n"

static struct server *known_server(void)
{
    static const char *const texts[] = {WIN, ANN, BOB};
    static const char *const uidls[] = {"one", "two", "three"};
    struct demo *demo = demo_new_empty();
    for (size_t i = 0; i < 3; i++)
        demo_add(demo, uidls[i], texts[i], strlen(texts[i]));
    struct server *server = server_demo(demo);
    demo_free(demo);
    return server;
}

#define RULES                                                   \
    "rule bulk { match = 'header:X-Bulk:yes' action = mark }\n" \
    "rule win { match = 'subject:win' action = mark }\n"        \
    "rule friends { match = 'from:example.org' action = keep }\n"

/* Runs `dele rules` with these rules in the config. */
static struct program run(const struct server *server, const char *rules, const char *format)
{
    char text[1000];
    snprintf(text, sizeof text,
             "account home {\n  url = \"pop://ann@127.0.0.1:%u\"\n"
             "  pass-command = \"echo " PROGRAM_PASSWORD "\" }\n%s",
             server_port(server), rules);
    free(program_home_put("config/dele/config", text));
    struct program p = {.args = {"rules", "--no-cache", "--format", format, "home"}};
    program_run(&p);
    return p;
}

Test(rules_command, shows_what_each_would_do)
{
    struct server *server = known_server();
    struct program p = run(server, RULES, "table");
    cr_expect_eq(p.status, 0, "%d: %s", p.status, p.err);
    cr_expect_str_eq(p.err, "");
    cr_expect_str_eq(p.out,
                     "bulk: mark header:X-Bulk:yes\n  decides 1 message (59)\n"
                     "     1                  59  win@casino.example                you win\n"
                     "win: mark subject:win\n  decides 0 messages (0) of 2 that match\n"
                     "friends: keep from:example.org\n  decides 2 messages (84)\n"
                     "     2                  43  ann@example.org                   win-win\n"
                     "     3                  41  bob@example.org                   hello\n");
    program_release(&p);
    server_stop(server);
}

Test(rules_command, prints_json)
{
    struct server *server = known_server();
    struct program p = run(server, RULES, "json");
    static const char *const wanted[] = {"bulk",    "bulk",    "win",
                                         "friends", "friends", "friends"};
    size_t lines = 0;
    for (char *line = p.out, *end; *line; line = end + 1) {
        cr_assert(end = strchr(line, '\n'));
        *end = '\0';
        json_t *o = json_loads(line, 0, NULL);
        cr_assert(json_is_object(o), "%s", line);
        cr_assert(lines < 6);
        cr_expect_str_eq(json_string_value(json_object_get(o, "rule")), wanted[lines]);
        if (lines == 2)
            cr_expect_eq(json_integer_value(json_object_get(o, "matched")), 2);
        if (lines == 1)
            cr_expect_str_eq(json_string_value(json_object_get(o, "uidl")), "one");
        json_decref(o);
        lines++;
    }
    cr_expect_eq(lines, 6);
    program_release(&p);
    server_stop(server);
}

Test(rules_command, says_which_rules_are_at_fault_and_runs_the_others)
{
    struct server *server = known_server();
    struct program p = run(server,
                           "rule broken { match = 'colour:red' action = mark }\n"
                           "rule win { match = 'subject:win' action = mark }\n",
                           "table");
    cr_expect_eq(p.status, 78, "%d", p.status);
    cr_expect(strstr(p.err, "config:4: the rule 'broken' is not used: match, column 1: "), "%s",
              p.err);
    cr_expect(strstr(p.out, "decides 2 messages"), "%s", p.out);
    cr_expect_not(strstr(p.out, "broken"), "%s", p.out);
    program_release(&p);
    p = run(server, "", "table");
    cr_expect_eq(p.status, 78);
    cr_expect(strstr(p.err, "no rules"), "%s", p.err);
    program_release(&p);
    p = run(server, "", "tsv");
    cr_expect_eq(p.status, 64);
    program_release(&p);
    server_stop(server);
}
