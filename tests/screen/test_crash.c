#include "config.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/buf.h"
#include "store/journal.h"
#include "tests/screen/term.h"
#include "tests/support/server.h"

/* Killed at any moment, also in the middle of a deletion: no mark that was seen is lost,
 * nothing is said to be deleted that is not, and the store is whole. */

TestSuite(crash, .fini = term_home_drop, .timeout = 600);

#define WAIT 10000
#define ROUNDS 200
#define MESSAGES 400u
#define QUIET_MS 30

static struct server *serve(void)
{
    struct demo *demo = demo_new_empty();
    for (unsigned i = 1; i <= MESSAGES; i++) {
        char uidl[16], text[200];
        snprintf(uidl, sizeof uidl, "uid%u", i);
        snprintf(text, sizeof text, "From: ann%u@example.org\nSubject: number %u\n\nx\n", i, i);
        demo_add(demo, uidl, text, strlen(text));
    }
    struct server *server = server_demo(demo);
    demo_free(demo);
    return server;
}

static struct term *start(const struct server *server)
{
    static char program[512], url[64];
    snprintf(program, sizeof program, "%s/dele", getenv("top_builddir"));
    snprintf(url, sizeof url, "pop://ann@127.0.0.1:%u", server_port(server));
    const char *argv[] = {program, "--tls", "none", "--pass-command", "echo secret", url, NULL};
    const char *env[] = {"TERM=xterm-256color", "LC_ALL=C.UTF-8", term_home(),
                         "PATH=/usr/bin:/bin",  "TZ=UTC",         NULL};
    return term_start(24, 80, argv, env);
}

/* "... 12 marked (48k) ..." in the status row; -1 where it is not there. */
static int marked(struct term *t)
{
    const char *word = strstr(term_row(t, 22), " marked (");
    if (!word)
        return -1;
    while (word > term_row(t, 22) && word[-1] >= '0' && word[-1] <= '9')
        word--;
    return (int)strtol(word, NULL, 10);
}

static void settle(struct term *t)
{
    while (term_pump(t, QUIET_MS))
        ;
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void kill_it(struct term *t, int after_ms)
{
    for (int64_t end = now_ms() + after_ms, left; (left = end - now_ms()) > 0;)
        term_pump(t, (int)left);
    kill(t->pid, SIGKILL);
    TERM_MUST(term_wait_exit(t, WAIT), t);
    term_free(t);
}

/* A deletion that was cut off is told of with the right numbers. */
static void check_report(struct term *t, int deleted)
{
    int row, col;
    if (!term_find(t, "A deletion of ", &row, &col))
        return;
    char wanted[40];
    struct buf text = BUF_INIT(1000); /* over two rows, perhaps */
    snprintf(wanted, sizeof wanted, ": %d are gone", deleted);
    buf_append_str(&text, term_row(t, row));
    buf_printf(&text, " %s", term_row(t, row + 1) + 2);
    cr_expect(strstr(text.data, wanted), "%s: not %d", text.data, deleted);
    buf_release(&text);
}

/* Opens what the round before has left, and checks it. */
static struct term *reopen(struct server *server, int were_marked, int were_there)
{
    struct term *t = start(server);
    char complete[32];
    TERM_MUST(term_wait_text(t, "NO TLS", WAIT), t);
    TERM_MUST(term_wait_no_text(t, "listing", WAIT), t);
    snprintf(complete, sizeof complete, " %d messages", server_messages(server));
    TERM_MUST(term_wait_text(t, complete, WAIT), t);
    settle(t);
    int deleted = were_there - server_messages(server);
    if (marked(t) != were_marked - deleted) {
        term_dump(t);
        cr_assert_fail("%d were marked, %d deleted, %d are marked", were_marked, deleted,
                       marked(t));
    }
    check_report(t, deleted);
    return t;
}

static void expect_whole_store(void)
{
    char path[128];
    sqlite3 *file;
    sqlite3_stmt *s;
    snprintf(path, sizeof path, "%s/.local/state/dele/dele.db", term_home() + strlen("HOME="));
    cr_assert_eq(sqlite3_open(path, &file), SQLITE_OK);
    cr_assert_eq(sqlite3_prepare_v2(file, "PRAGMA integrity_check", -1, &s, NULL), SQLITE_OK);
    cr_assert_eq(sqlite3_step(s), SQLITE_ROW);
    cr_expect_str_eq((const char *)sqlite3_column_text(s, 0), "ok");
    sqlite3_finalize(s);
    sqlite3_close(file);
}

static void take(void *count, const char *uidl, uint64_t size)
{
    (void)uidl;
    (void)size;
    ++*(size_t *)count;
}

static void expect_closed_journal(const struct server *server)
{
    char path[128], account[64];
    struct err e = {0};
    int64_t at;
    size_t open = 0;
    snprintf(path, sizeof path, "%s/.local/state/dele/journal.jsonl",
             term_home() + strlen("HOME="));
    snprintf(account, sizeof account, "ann@127.0.0.1:%u", server_port(server));
    struct journal *j = journal_open(path, &e);
    cr_assert_not_null(j, "%s", e.text);
    journal_unfinished(j, account, &at, take, &open);
    cr_expect_eq(open, 0);
    journal_close(j);
}

Test(crash, at_any_moment_loses_no_mark_and_says_nothing_wrong)
{
    static const char *const marking[] = {"d", "jd", "dd", "jjd", "djd", "uu", "z", "K"};
    struct server *server = serve();
    int were_marked = 0, were_there = MESSAGES;
    srand(1);
    int round;
    for (round = 0; round < ROUNDS && were_there > 30; round++) {
        struct term *t = reopen(server, were_marked, were_there);
        term_keys(t, "\x1b"); /* what was said is read */
        settle(t);
        term_keys(t, marking[(size_t)rand() % (sizeof marking / sizeof *marking)]);
        settle(t);
        were_marked = marked(t);
        were_there = server_messages(server);
        if (were_marked > 0 && rand() % 2) {
            term_keys(t, "$");
            TERM_MUST(term_wait_text(t, "PERMANENTLY", WAIT), t);
            term_keys(t, "y");
        }
        kill_it(t, rand() % 40);
    }
    struct term *t = reopen(server, were_marked, were_there);
    term_keys(t, "x");
    TERM_MUST(term_wait_exit(t, WAIT), t);
    term_free(t);
    cr_expect(were_there < (int)MESSAGES - 20 && round > ROUNDS / 2, "%d deleted in %d rounds",
              (int)MESSAGES - were_there, round);
    expect_whole_store();
    expect_closed_journal(server);
    server_stop(server);
}
