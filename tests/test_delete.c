#include "config.h"

#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "tests/support/program.h"
#include "tests/support/server.h"

/* `dele delete` as a shell sees it: what goes, what does not, and what it says of either. */

TestSuite(delete, .init = program_home_make, .fini = program_home_drop, .timeout = 60);

#define URL_SIZE 64
#define CAPA_LINES "S: +OK", "S: TOP", "S: UIDL", "S: SASL PLAIN", "S: ."
#define LOGIN \
    "S: +OK ready", "C: CAPA", CAPA_LINES, "C: AUTH PLAIN", "S: +OK", "C: CAPA", CAPA_LINES
/* What CAPA said is known from the login before. */
#define AGAIN "S: +OK ready", "C: AUTH PLAIN", "S: +OK", "C: CAPA", CAPA_LINES
#define UIDLS(...) "C: UIDL", "S: +OK", __VA_ARGS__, "S: ."
#define SIZES(...) "C: LIST", "S: +OK", __VA_ARGS__, "S: ."
#define THREE \
    UIDLS("S: 1 one", "S: 2 two", "S: 3 three"), SIZES("S: 1 100", "S: 2 200", "S: 3 300")
#define HEADER(n)                                                                         \
    "S: +OK", "S: From: a" n "@example.org", "S: Subject: s" n, "S: Message-ID: <" n ">", \
        "S: ", "S: ."
#define TOPS "C: TOP 3 0", HEADER("3"), "C: TOP 2 0", HEADER("2"), "C: TOP 1 0", HEADER("1")
#define OPEN LOGIN, THREE, TOPS
#define ONE_GONE AGAIN, UIDLS("S: 1 one", "S: 2 three"), SIZES("S: 1 100", "S: 2 300"), "quit"

static struct program run(const struct server *server, const char *const *args)
{
    static char url[URL_SIZE];
    struct program p = {.args = {"delete", "--tls", "none", "--auth", "plain", PROGRAM_PASS}};
    size_t n = 7;
    snprintf(url, sizeof url, "pop://ann@127.0.0.1:%u", server ? server_port(server) : 9);
    p.args[n++] = url;
    for (; *args; args++)
        p.args[n++] = *args;
    program_run(&p);
    return p;
}

#define RUN(server, ...) run(server, (const char *const[]){__VA_ARGS__, NULL})

static void end(struct server *server, struct program *p)
{
    const char *missing = server_stop(server);
    cr_expect_null(missing, "%s\n%s", missing, p->err);
    program_release(p);
}

static char *read_home(const char *name)
{
    char path[500];
    static char text[20000];
    snprintf(path, sizeof path, "%s/%s", program_home(), name);
    FILE *in = fopen(path, "r");
    text[in ? fread(text, 1, sizeof text - 1, in) : 0] = '\0';
    if (in)
        fclose(in);
    return text;
}

Test(delete, deletes_what_matches_and_verifies_it)
{
    static const char *const script[] = {OPEN,     THREE,  "C: DELE 2", "S: +OK", "C: QUIT",
                                         "S: +OK", "next", ONE_GONE,    NULL};
    struct server *server = server_start(script);
    struct program p = RUN(server, "--yes", "from:a2");
    cr_expect_eq(p.status, 0, "%s", p.err);
    cr_expect(strstr(p.out, "     2  "), "%s", p.out);
    cr_expect(strstr(p.out, "a2@example.org"), "%s", p.out);
    cr_expect_null(strstr(p.out, "a1@example.org"), "%s", p.out);
    cr_expect(strstr(p.out, "1 of 1 gone: deleted, and verified"), "%s", p.out);
    end(server, &p);
    char *journal = read_home("dele/journal.jsonl");
    cr_expect(strstr(journal, "pattern from:a2"), "%s", journal);
}

Test(delete, json_says_of_each_message_what_happened)
{
    static const char *const script[] = {OPEN,     THREE,  "C: DELE 2", "S: +OK", "C: QUIT",
                                         "S: +OK", "next", ONE_GONE,    NULL};
    struct server *server = server_start(script);
    struct program p = RUN(server, "--yes", "--format", "json", "s2");
    json_t *o = json_loads(p.out, 0, NULL);
    cr_assert(o, "%s", p.out);
    cr_expect_str_eq(json_string_value(json_object_get(o, "uidl")), "two");
    cr_expect_str_eq(json_string_value(json_object_get(o, "state")), "deleted");
    cr_expect_str_eq(json_string_value(json_object_get(o, "cause")), "pattern s2");
    cr_expect_eq(json_integer_value(json_object_get(o, "n")), 2);
    json_decref(o);
    end(server, &p);
}

Test(delete, a_dry_run_sends_no_dele)
{
    static const char *const script[] = {OPEN, "quit", NULL};
    struct server *server = server_start(script);
    struct program p = RUN(server, "--dry-run", "--format", "json", "size>150");
    cr_expect_eq(p.status, 0);
    cr_expect(strstr(p.out, "\"uidl\":\"two\""), "%s", p.out);
    cr_expect(strstr(p.out, "\"uidl\":\"three\""), "%s", p.out);
    cr_expect(strstr(p.out, "\"state\":\"planned\""), "%s", p.out);
    cr_expect(strstr(p.err, "2 messages would be deleted"), "%s", p.err);
    end(server, &p);
}

Test(delete, a_refused_dele_calls_all_off)
{
    static const char *const script[] = {OPEN,        THREE,        "C: DELE 2", "S: +OK",
                                         "C: DELE 3", "S: -ERR no", "C: RSET",   "S: +OK",
                                         "C: QUIT",   NULL};
    struct server *server = server_start(script);
    struct program p = RUN(server, "--yes", "--format", "json", "size>150");
    cr_expect_eq(p.status, 75, "%d", p.status);
    cr_expect(strstr(p.err, "refused 1 of 2: no"), "%s", p.err);
    cr_expect(strstr(p.err, "Nothing was deleted"), "%s", p.err);
    cr_expect(strstr(p.out, "\"state\":\"not-deleted\""), "%s", p.out);
    cr_expect(strstr(p.out, "\"state\":\"refused\""), "%s", p.out);
    end(server, &p);
}

Test(delete, a_lost_answer_to_quit_is_unknown_until_looked_at)
{
    static const char *const script[] = {OPEN,    THREE, "C: DELE 2", "S: +OK", "C: QUIT",
                                         "close", AGAIN, THREE,       "quit",   NULL};
    struct server *server = server_start(script);
    struct program p = RUN(server, "--yes", "--format", "json", "s2");
    cr_expect_eq(p.status, 75, "%d %s", p.status, p.err);
    cr_expect(strstr(p.err, "Nothing was deleted: verified"), "%s", p.err);
    cr_expect(strstr(p.out, "\"state\":\"not-deleted\""), "%s", p.out);
    end(server, &p);
}

Test(delete, takes_a_plan_and_leaves_out_what_has_changed)
{
    static const char *const script[] = {OPEN,     THREE,  "C: DELE 2", "S: +OK", "C: QUIT",
                                         "S: +OK", "next", ONE_GONE,    NULL};
    char *plan = program_home_put(
        "plan", "{\n \"uidl\": \"two\", \"size\": 200,\n \"message_id\": \"<2>\"}\n"
                "[{\"uidl\": \"one\", \"size\": 101}, {\"uidl\": \"two\", \"size\": 200}]"
                "{\"uidl\": \"three\", \"size\": 300, \"message_id\": \"<other>\"}\n"
                "{\"uidl\": \"four\", \"size\": 1}\n");
    struct server *server = server_start(script);
    struct program p = RUN(server, "--yes", "--format", "json", "--plan", plan);
    cr_expect_eq(p.status, 75, "%d", p.status);
    cr_expect(strstr(p.err, "not in the maildrop any more, left out: four (1 octets)"), "%s",
              p.err);
    cr_expect(strstr(p.err, "has changed since the plan was made, left out: one (101"), "%s",
              p.err);
    cr_expect(strstr(p.err, "left out: three (300"), "%s", p.err);
    cr_expect(strstr(p.err, "1 of 1 gone"), "%s", p.err);
    cr_expect(strstr(p.out, "{\"uidl\":\"four\",\"size\":1,\"state\":\"gone\"}"), "%s", p.out);
    cr_expect(strstr(p.out, "{\"uidl\":\"one\",\"size\":101,\"state\":\"changed\"}"), "%s",
              p.out);
    free(plan);
    end(server, &p);
}

Test(delete, a_plan_of_another_account_deletes_nothing)
{
    static const char *const script[] = {OPEN, "quit", NULL};
    char *plan = program_home_put("plan", "{\"uidl\": \"x1\", \"size\": 200}");
    struct server *server = server_start(script);
    struct program p = RUN(server, "--yes", "--plan", plan);
    cr_expect_eq(p.status, 64, "%d", p.status);
    cr_expect(strstr(p.err, "of another account? Nothing was deleted."), "%s", p.err);
    free(plan);
    end(server, &p);
}

Test(delete, what_matches_nothing_is_no_failure)
{
    static const char *const script[] = {OPEN, "quit", NULL};
    struct server *server = server_start(script);
    struct program p = RUN(server, "--yes", "nobody");
    cr_expect_eq(p.status, 0);
    cr_expect(strstr(p.err, "nothing was deleted"), "%s", p.err);
    end(server, &p);
}

/* Nothing is connected to for these. */
Test(delete, says_what_is_wrong_before_it_connects)
{
    char *words = program_home_put("words", "{\"uidl\": \"a\", \"size\": 1}\n{\"uidl\": 3}");
    char *open = program_home_put("open", "{\"uidl\": \"a\",\n \"size\": 1");
    static const char *const nobody = "nobody can be asked here";
    const struct {
        const char *args[6];
        const char *says;
    } cases[] = {
        {{"s2"}, nobody},
        {{"--format", "json", "s2"}, nobody},
        {{"--yes"}, "Say a QUERY, or --plan"},
        {{"--yes", "--plan", words, "s2"}, "Say a QUERY, or --plan"},
        {{"--yes", "--read-only", "s2"}, "read-only: nothing is deleted"},
        {{"--yes", "--format", "tsv", "s2"}, "unknown format 'tsv'"},
        {{"--yes", "s2", "colour:red"}, "the query, column 4: there is no field"},
        {{"--yes", "--plan", words}, "line 2: this object lacks"},
        {{"--yes", "--plan", open}, "line 2, column "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct program p = run(NULL, cases[i].args);
        cr_expect_eq(p.status, 64, "%zu: %d", i, p.status);
        cr_expect(strstr(p.err, cases[i].says), "%zu: %s", i, p.err);
        cr_expect_str_eq(p.out, "");
        program_release(&p);
    }
    struct program p = RUN(NULL, "--yes", "--plan", "/nowhere/plan");
    cr_expect_eq(p.status, 74);
    cr_expect(strstr(p.err, "/nowhere/plan cannot be read"), "%s", p.err);
    program_release(&p);
    free(words);
    free(open);
}
