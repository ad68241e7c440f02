#include "config.h"

#include "client/glance.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/support/drive.h"
#include "tests/support/server.h"

/* A look at an account: what is asked of its server, and what is known then. */

static char dir[64];

static void enter(void)
{
    strcpy(dir, "/tmp/dele-glance-XXXXXX");
    cr_assert_not_null(mkdtemp(dir));
    setenv("HOME", dir, 1);
    setenv("XDG_STATE_HOME", dir, 1);
}

static void leave(void)
{
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", dir);
    cr_expect_eq(system(command), 0);
}

TestSuite(glance, .init = enter, .fini = leave, .timeout = 60);

#define LOGIN                                                                               \
    "S: +OK ready", "C: CAPA", "S: +OK", "S: TOP", "S: UIDL", "S: USER", "S: .",            \
        "C: USER ann", "S: +OK", "C: PASS secret", "S: +OK", "C: CAPA", "S: +OK", "S: TOP", \
        "S: UIDL", "S: USER", "S: ."
#define TWO                                                                           \
    "C: UIDL", "S: +OK", "S: 1 a", "S: 2 b", "S: .", "C: LIST", "S: +OK", "S: 1 100", \
        "S: 2 250", "S: ."

struct scene {
    struct account account;
    struct server *server;
    struct glance *glance;
};

static void open_scene(struct scene *s, const char *const *script, const char *command)
{
    struct err e = {0};
    char port[16];
    s->server = server_start(script);
    account_init(&s->account);
    s->account.name = xstrdup("home");
    snprintf(port, sizeof port, "%u", server_port(s->server));
    cr_assert(account_set(&s->account, "host", "127.0.0.1", &e));
    cr_assert(account_set(&s->account, "port", port, &e));
    cr_assert(account_set(&s->account, "user", "ann", &e));
    cr_assert(account_set(&s->account, "tls", "none", &e));
    if (command)
        cr_assert(account_set(&s->account, "pass-command", command, &e));
    s->glance = glance_new(&s->account);
}

/* The first step that was not played, NULL for none. */
static const char *close_scene(struct scene *s)
{
    glance_free(s->glance);
    account_release(&s->account);
    return server_stop(s->server);
}

static void look(struct scene *s)
{
    glance_begin(s->glance, drive_now());
    for (int64_t until = drive_now() + 20000;
         glance_state(s->glance) == GLANCE_ASKING && drive_now() < until;) {
        struct pollfd fds[GLANCE_POLLFDS];
        int wait = 100;
        size_t n = glance_poll(s->glance, fds, drive_now(), &wait);
        poll(fds, (nfds_t)n, wait);
        glance_turn(s->glance, drive_now());
    }
}

Test(glance, counts_and_leaves_and_asks_for_no_header)
{
    static const char *const script[] = {LOGIN, TWO, "C: QUIT", "S: +OK bye", NULL};
    struct scene s;
    open_scene(&s, script, "echo secret");
    cr_expect_not(glance_counts(s.glance)->is_known);
    look(&s);
    const struct glance_counts *c = glance_counts(s.glance);
    cr_expect_eq(glance_state(s.glance), GLANCE_DONE, "%s", glance_error(s.glance)->text);
    cr_expect(c->is_counted && c->is_known);
    cr_expect_eq(c->messages, 2);
    cr_expect_eq(c->octets, 350);
    cr_expect_not(c->has_seen, "what is new is not known");
    cr_expect_gt(glance_at(s.glance), 0);
    const char *missing = close_scene(&s);
    cr_expect_null(missing, "%s", missing);
}

Test(glance, knows_what_came_since_it_was_opened)
{
    static const char *const script[] = {LOGIN, TWO, "C: QUIT", "S: +OK bye", NULL};
    struct scene s;
    struct err e = {0};
    struct buf key = BUF_INIT(1024);
    open_scene(&s, script, "echo secret");
    struct db *d = db_open(NULL, &e);
    cr_assert(d, "%s", e.text);
    account_key(&s.account, &key);
    cr_assert(db_use(d, key.data));
    db_put_message(d, &(struct db_message){.uidl = "a", .size = 100, .place = 1}, NULL, 0);
    db_put_message(d, &(struct db_message){.uidl = "old", .size = 7, .place = 2}, NULL, 0);
    db_put_mark(d, &(struct db_mark){"a", 100, MARK_DELETE, CAUSE_HAND, "hand", 1});
    db_close(d);
    buf_release(&key);
    struct glance *g = glance_new(&s.account);
    cr_expect(glance_counts(g)->is_known, "before anything is asked");
    cr_expect_not(glance_counts(g)->is_counted);
    cr_expect_eq(glance_counts(g)->messages, 2);
    cr_expect_eq(glance_counts(g)->octets, 107);
    cr_expect_eq(glance_counts(g)->marked, 1);
    glance_free(s.glance);
    s.glance = g;
    look(&s);
    cr_expect_eq(glance_counts(g)->messages, 2);
    cr_expect_eq(glance_counts(g)->arrived, 1, "b");
    cr_expect_eq(glance_counts(g)->marked, 1);
    close_scene(&s);
}

Test(glance, says_why_it_failed)
{
    static const char *const script[] = {"S: +OK ready",  "C: CAPA",     "S: +OK", "S: USER",
                                         "S: .",          "C: USER ann", "S: +OK", "C: PASS",
                                         "S: -ERR wrong", "quit",        NULL};
    struct scene s;
    open_scene(&s, script, "echo secret");
    look(&s);
    cr_expect_eq(glance_state(s.glance), GLANCE_FAILED);
    cr_expect(strstr(glance_error(s.glance)->text, "wrong"), "%s",
              glance_error(s.glance)->text);
    cr_expect_not(glance_password(s.glance)->is_set, "it is not tried again");
    close_scene(&s);
}

Test(glance, asks_nobody_for_a_password)
{
    static const char *const script[] = {"S: +OK", NULL};
    struct scene s;
    open_scene(&s, script, NULL);
    look(&s);
    cr_expect_eq(glance_state(s.glance), GLANCE_NO_PASSWORD);
    cr_expect(close_scene(&s), "the server was not called");
}

Test(glance, a_command_that_fails_is_named)
{
    static const char *const script[] = {"S: +OK", NULL};
    struct scene s;
    open_scene(&s, script, "exit 3");
    look(&s);
    cr_expect_eq(glance_state(s.glance), GLANCE_FAILED);
    cr_expect(strstr(glance_error(s.glance)->text, "status 3"), "%s",
              glance_error(s.glance)->text);
    close_scene(&s);
}

Test(glance, can_be_stopped_anywhere)
{
    static const char *const script[] = {"S: +OK ready", "C: CAPA", "quit", NULL};
    struct scene s;
    open_scene(&s, script, "sleep 60");
    glance_begin(s.glance, drive_now());
    cr_expect_eq(glance_state(s.glance), GLANCE_ASKING);
    glance_stop(s.glance);
    cr_expect_eq(glance_state(s.glance), GLANCE_IDLE);
    close_scene(&s);
}
