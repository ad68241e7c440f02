#include "config.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/program.h"
#include "tests/support/server.h"

/* dele check: what it says of servers, and that it asks them nothing that changes anything. */

TestSuite(check, .init = program_home_make, .fini = program_home_drop, .timeout = 60);

#define GREET "S: +OK ready", "C: CAPA"
#define LOGIN_BARE GREET, "S: -ERR", "C: USER ann", "S: +OK", "C: PASS " PROGRAM_PASSWORD, "S: +OK"
#define NOOP "C: NOOP", "S: +OK"
#define NOOPS NOOP, NOOP, NOOP
#define EIGHT NOOPS, NOOPS, NOOP, NOOP

static struct program check(const struct server *server, const char *format)
{
    char url[64];
    snprintf(url, sizeof url, "pop://ann@127.0.0.1:%u", server_port(server));
    struct program p = {
        .args = {"check", "--tls", "none", PROGRAM_PASS, "--format", format, url}};
    program_run(&p);
    return p;
}

/* The step NAME of the lines of JSON, or NULL. */
static json_t *find_step(const char *lines, const char *name)
{
    for (const char *line = lines; *line; line = strchr(line, '\n') + 1) {
        json_error_t error;
        json_t *o = json_loads(line, JSON_DISABLE_EOF_CHECK, &error);
        cr_assert(o, "%s: %s", error.text, line);
        cr_assert_eq(json_object_size(o), 4, "step, verdict, ms, text: %s", line);
        if (!strcmp(json_string_value(json_object_get(o, "step")), name))
            return o;
        json_decref(o);
    }
    return NULL;
}

static void expect_step(const char *lines, const char *name, const char *verdict,
                        const char *text)
{
    json_t *o = find_step(lines, name);
    cr_assert(o, "no step %s: %s", name, lines);
    cr_expect_str_eq(json_string_value(json_object_get(o, "verdict")), verdict, "%s", name);
    cr_expect(strstr(json_string_value(json_object_get(o, "text")), text), "%s: %s", name,
              json_string_value(json_object_get(o, "text")));
    json_decref(o);
}

Test(check, tells_what_a_good_server_can_do)
{
    struct demo *demo = demo_new(0);
    struct server *server = server_demo(demo);
    int count = demo_count(demo);
    struct program p = check(server, "json");
    char all[64];
    snprintf(all, sizeof all, "%d messages, each with a UIDL", count);
    cr_expect_eq(p.status, 0, "%s", p.err);
    expect_step(p.out, "look-up", "ok", "127.0.0.1");
    expect_step(p.out, "tcp", "ok", "127.0.0.1 port");
    expect_step(p.out, "capa", "ok", "PIPELINING (many commands at once)");
    expect_step(p.out, "logins", "ok", "PLAIN");
    expect_step(p.out, "login", "note", "not encrypted");
    expect_step(p.out, "stat", "ok", "octets in all");
    expect_step(p.out, "uidl", "ok", all);
    expect_step(p.out, "top", "ok", "a header of");
    expect_step(p.out, "latency", "ok", "ms");
    expect_step(p.out, "pipelining", "ok", "the server says that it takes many");
    cr_expect_eq(server_messages(server), count, "nothing is deleted");
    program_release(&p);
    server_stop(server);
    demo_free(demo);
}

Test(check, notes_what_a_poor_server_lacks)
{
    static const char *const script[] = {
        LOGIN_BARE, "C: STAT", "S: +OK 2 300", "C: LIST", "S: +OK",     "S: 1 100",
        "S: 2 200", "S: .",    "C: UIDL",      "S: -ERR", "C: TOP 2 0", "S: -ERR",
        NOOPS,      EIGHT,     "C: QUIT",      "S: +OK",  NULL};
    struct server *server = server_start(script);
    struct program p = check(server, "json");
    cr_expect_eq(p.status, 0, "%s", p.err);
    expect_step(p.out, "capa", "note", "does not know CAPA");
    expect_step(p.out, "logins", "ok", "USER");
    expect_step(p.out, "uidl", "note", "proved by their header");
    expect_step(p.out, "top", "note", "no TOP");
    expect_step(p.out, "pipelining", "note", "the server does not say so");
    program_release(&p);
    const char *missing = server_stop(server);
    cr_expect_null(missing, "%s", missing);
}

Test(check, counts_uidls_that_are_shared)
{
    static const char *const script[] = {
        LOGIN_BARE,  "C: STAT",  "S: +OK 3 300", "C: LIST",  "S: +OK", "S: 1 100",
        "S: 2 100",  "S: 3 100", "S: .",         "C: UIDL",  "S: +OK", "S: 1 same",
        "S: 2 same", "S: 3 own", "S: .",         "C: TOP 3", "S: +OK", "S: A: b",
        "S: .",      NOOPS,      EIGHT,          "C: QUIT",  "S: +OK", NULL};
    struct server *server = server_start(script);
    struct program p = check(server, "table");
    cr_expect_eq(p.status, 0, "%s", p.err);
    cr_expect(strstr(p.out, "note  uidl "), "%s", p.out);
    cr_expect(strstr(p.out, "3 messages, 0 without a UIDL, 2 that share one"), "%s", p.out);
    cr_expect(strstr(p.out, "a header of 6 octets"), "%s", p.out);
    program_release(&p);
    cr_expect_null(server_stop(server));
}

Test(check, leaves_out_the_header_of_an_empty_maildrop)
{
    static const char *const script[] = {
        LOGIN_BARE, "C: STAT", "S: +OK 0 0", "C: LIST", "S: +OK",  "S: .",   "C: UIDL",
        "S: +OK",   "S: .",    NOOPS,        EIGHT,     "C: QUIT", "S: +OK", NULL};
    struct server *server = server_start(script);
    struct program p = check(server, "json");
    cr_expect_eq(p.status, 0, "%s", p.err);
    cr_expect_null(find_step(p.out, "top"));
    program_release(&p);
    cr_expect_null(server_stop(server));
}

Test(check, names_the_step_that_failed)
{
    static const struct {
        const char *step, *says;
        int status;
        const char *script[12];
    } cases[] = {
        {"greeting", "what it greets with is not POP3", 76, {"S: SSH-2.0-x", "quit"}},
        {"greeting", "closed the connection", 69, {"close"}},
        {"login",
         "password is wrong",
         77,
         {GREET, "S: -ERR", "C: USER", "S: +OK", "C: PASS", "S: -ERR [AUTH] no", "quit"}},
        {"session", "closed the connection", 74, {LOGIN_BARE, "C: STAT", "close"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct server *server = server_start(cases[i].script);
        struct program p = check(server, "json");
        cr_expect_eq(p.status, cases[i].status, "%zu: %d", i, p.status);
        expect_step(p.out, cases[i].step, "FAIL", cases[i].says);
        program_release(&p);
        server_stop(server);
    }
}

Test(check, knows_its_formats)
{
    struct program p = {.args = {"check", "--format", "tsv", "pops://a@b"}};
    program_run(&p);
    cr_expect_eq(p.status, 64);
    cr_expect(strstr(p.err, "unknown format 'tsv': table or json"), "%s", p.err);
    program_release(&p);
}
