#include "config.h"

#include "client/copies.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "tests/support/drive.h"
#include "tests/support/server.h"

/* What is in the trash when a commit is over. */

static char dir[64], path[128];

static void enter(void)
{
    strcpy(dir, "/tmp/dele-copies-XXXXXX");
    cr_assert_not_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/trash", dir);
}

static void leave(void)
{
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", dir);
    cr_expect_eq(system(command), 0);
}

TestSuite(copies, .init = enter, .fini = leave, .timeout = 60);

#define CAPA_WITH(...) "S: +OK", "S: TOP", "S: UIDL", "S: SASL PLAIN", __VA_ARGS__ "S: ."
#define LOGIN_WITH(...)                                                                      \
    "S: +OK ready", "C: CAPA", CAPA_WITH(__VA_ARGS__), "C: AUTH PLAIN", "S: +OK", "C: CAPA", \
        CAPA_WITH(__VA_ARGS__)
#define LOGIN LOGIN_WITH()
/* What CAPA said is known from the login before. */
#define AGAIN "S: +OK ready", "C: AUTH PLAIN", "S: +OK", "C: CAPA", CAPA_WITH()
#define HEADER(n) "S: +OK", "S: From: a@example.org", "S: Subject: s" n, "S: ", "S: ."
#define WHOLE(n) "S: +OK", "S: From: a@example.org", "S: Subject: s" n, "S: ", "S: text", "S: ."
#define UIDLS(...) "C: UIDL", "S: +OK", __VA_ARGS__, "S: ."
#define SIZES(...) "C: LIST", "S: +OK", __VA_ARGS__, "S: ."
#define TWO UIDLS("S: 1 a", "S: 2 b"), SIZES("S: 1 100", "S: 2 200")
#define ONLY_B UIDLS("S: 1 b"), SIZES("S: 1 200")
#define NONE UIDLS("S: 9 x"), SIZES("S: 9 9")
#define HEADERS "C: TOP 2 0", HEADER("2"), "C: TOP 1 0", HEADER("1")
#define QUIT "C: QUIT", "S: +OK"

static bool take(void *out, const struct trash_entry *entry)
{
    buf_printf(out, "%s %s %s [%.*s]\n", entry->note.uidl, entry->note.cause,
               entry->note.is_full ? "full" : "headers", (int)entry->header_len, entry->header);
    return true;
}

/* Opens the maildrop, deletes the messages with the indexes from 0 to COUNT - 1, and expects
 * the trash to hold WANT. */
static struct commit_report commit(const char *const *script, enum account_trash what,
                                   size_t count, const char *want)
{
    static const size_t indexes[] = {0, 1};
    const struct trash_bounds none = {0};
    struct err e = {0};
    struct buf found = BUF_INIT(10000);
    struct server *s = server_start(script);
    struct trash *t = trash_open(path, &none, &e);
    struct drive d;
    drive_init(&d, server_port(s), ACCOUNT_TLS_NONE);
    d.account.trash = what;
    client_trash(drive_client(&d), t);
    cr_assert(drive_open(&d), "%s", client_error(d.client)->text);
    const struct commit_report *r = drive_commit(&d, indexes, count);
    cr_assert_not_null(r);
    struct commit_report report = *r;
    drive_release(&d);
    const char *missing = server_stop(s);
    cr_expect_null(missing, "%s", missing);
    e = (struct err){0};
    trash_each(t, take, &found, &e);
    cr_expect_str_eq(found.data ? found.data : "", want, "%s", found.data);
    buf_release(&found);
    trash_close(t);
    return report;
}

#define COPY(uidl, n) uidl " hand headers [From: a@example.org\nSubject: s" n "\n\n]\n"

Test(copies, the_header_is_asked_for_and_kept)
{
    static const char *const script[] = {LOGIN,       TWO,         HEADERS,  TWO,  "C: TOP 1 0",
                                         HEADER("1"), "C: DELE 1", "S: +OK", QUIT, "next",
                                         AGAIN,       ONLY_B,      "quit",   NULL};
    struct commit_report r = commit(script, ACCOUNT_TRASH_HEADERS, 1, COPY("a", "1"));
    cr_expect_eq(r.outcome, OUTCOME_DELETED, "%s", r.text);
}

Test(copies, all_of_it_is_fetched_first)
{
    static const char *const script[] = {
        LOGIN,       TWO,        HEADERS,     TWO,      "C: RETR 1", WHOLE("1"),
        "C: RETR 2", WHOLE("2"), "C: DELE 1", "S: +OK", "C: DELE 2", "S: +OK",
        QUIT,        "next",     AGAIN,       NONE,     "quit",      NULL};
    struct commit_report r =
        commit(script, ACCOUNT_TRASH_FULL, 2,
               "a hand full [From: a@example.org\nSubject: s1\n\ntext\n]\n"
               "b hand full [From: a@example.org\nSubject: s2\n\ntext\n]\n");
    cr_expect_eq(r.outcome, OUTCOME_DELETED, "%s", r.text);
}

Test(copies, none_are_kept_where_none_are_wanted)
{
    static const char *const script[] = {LOGIN, TWO,    HEADERS, TWO,    "C: DELE 1", "S: +OK",
                                         QUIT,  "next", AGAIN,   ONLY_B, "quit",      NULL};
    struct commit_report r = commit(script, ACCOUNT_TRASH_NONE, 1, "");
    cr_expect_eq(r.outcome, OUTCOME_DELETED, "%s", r.text);
}

Test(copies, what_is_refused_is_taken_back)
{
    static const char *const script[] = {LOGIN,        TWO,          HEADERS,      TWO,
                                         "C: TOP 1 0", HEADER("1"),  "C: TOP 2 0", HEADER("2"),
                                         "C: DELE 1",  "S: -ERR no", "C: RSET",    "S: +OK",
                                         "quit",       NULL};
    static const size_t indexes[] = {0, 1};
    const struct trash_bounds none = {0};
    struct err e = {0};
    struct buf found = BUF_INIT(1000);
    struct server *s = server_start(script);
    struct trash *t = trash_open(path, &none, &e);
    struct drive d;
    drive_init(&d, server_port(s), ACCOUNT_TLS_NONE);
    client_trash(drive_client(&d), t);
    cr_assert(drive_open(&d));
    cr_assert(client_commit(d.client, indexes, 2, false, drive_now()));
    const struct commit *c = client_commit_state(d.client);
    for (int i = 0; i < 500 && commit_phase(c) != COMMIT_ASKING; i++)
        drive_until(&d, drive_never, 10);
    cr_assert_eq(commit_phase(c), COMMIT_ASKING);
    client_cancel(d.client, drive_now());
    cr_assert_eq(commit_phase(c), COMMIT_DONE);
    trash_each(t, take, &found, &e);
    cr_expect_eq(found.len, 0, "%s", found.data);
    drive_release(&d);
    server_stop(s);
    buf_release(&found);
    trash_close(t);
}

Test(copies, without_the_copy_the_message_stays)
{
    static const char *const script[] = {LOGIN,
                                         TWO,
                                         HEADERS,
                                         TWO,
                                         "C: RETR 1",
                                         "S: -ERR locked",
                                         "C: RETR 2",
                                         WHOLE("2"),
                                         "C: DELE 2",
                                         "S: +OK",
                                         QUIT,
                                         "next",
                                         AGAIN,
                                         UIDLS("S: 1 a"),
                                         SIZES("S: 1 100"),
                                         "quit",
                                         NULL};
    struct commit_report r =
        commit(script, ACCOUNT_TRASH_FULL, 2,
               "b hand full [From: a@example.org\nSubject: s2\n\ntext\n]\n");
    cr_expect_eq(r.outcome, OUTCOME_DELETED, "%s", r.text);
    cr_expect_eq(r.uncopied, 1);
    cr_expect(strstr(r.text, "1 was left out: the server gave no copy of it."), "%s", r.text);
}

Test(copies, nothing_is_fetched_whole_where_that_deletes)
{
    static const char *const script[] = {
        LOGIN_WITH("S: EXPIRE 0", ), TWO, HEADERS, TWO, "quit", NULL};
    struct commit_report r = commit(script, ACCOUNT_TRASH_FULL, 1, "");
    cr_expect_eq(r.outcome, OUTCOME_NOTHING);
    cr_expect(strstr(r.text, "EXPIRE 0"), "%s", r.text);
}

Test(copies, where_they_cannot_be_kept_nothing_is_deleted)
{
    static const char *const script[] = {LOGIN,        TWO,         HEADERS, TWO,
                                         "C: TOP 1 0", HEADER("1"), "quit",  NULL};
    strcpy(path, "/dev/null/trash");
    struct commit_report r = commit(script, ACCOUNT_TRASH_HEADERS, 1, "");
    cr_expect_eq(r.outcome, OUTCOME_NOTHING);
    cr_expect(strstr(r.text, "Nothing was deleted. No copy can be kept"), "%s", r.text);
}

Test(copies, a_lost_line_leaves_no_copy_of_what_is_still_there)
{
    static const char *const script[] = {LOGIN,        TWO,         HEADERS,     TWO,
                                         "C: TOP 1 0", HEADER("1"), "C: DELE 1", "next",
                                         AGAIN,        TWO,         "quit",      NULL};
    struct commit_report r = commit(script, ACCOUNT_TRASH_HEADERS, 1, "");
    cr_expect_eq(r.outcome, OUTCOME_NOTHING, "%s", r.text);
    cr_expect(r.verified);
}

static int files_in(const char *where)
{
    char name[160];
    int count = 0;
    snprintf(name, sizeof name, "%s/%s", path, where);
    DIR *d = opendir(name);
    for (struct dirent *e; d && (e = readdir(d)) != NULL;)
        count += *e->d_name != '.';
    if (d)
        closedir(d);
    return count;
}

static bool are_written(const struct drive *d)
{
    (void)d;
    return files_in("tmp") == 2;
}

Test(copies, of_what_is_known_are_made_while_the_server_is_asked)
{
    static const char *const script[] = {LOGIN, TWO, HEADERS, "C: UIDL", "quit", NULL};
    static const size_t indexes[] = {0, 1};
    const struct trash_bounds none = {0};
    struct err e = {0};
    char db_path[128];
    snprintf(db_path, sizeof db_path, "%s/dele.db", dir);
    struct db *db = db_open(db_path, &e);
    cr_assert(db, "%s", e.text);
    struct server *s = server_start(script);
    struct trash *t = trash_open(path, &none, &e);
    struct drive d;
    drive_init(&d, server_port(s), ACCOUNT_TLS_NONE);
    client_remember(drive_client(&d), db);
    client_trash(d.client, t);
    cr_assert(drive_open(&d));
    cr_assert(client_commit(d.client, indexes, 2, false, drive_now()));
    cr_expect(drive_until(&d, are_written, 5000), "the listing is not answered");
    cr_expect_eq(commit_phase(client_commit_state(d.client)), COMMIT_CHECKING);
    cr_expect_eq(files_in("new"), 0, "they do not count yet");
    client_cancel(d.client, drive_now());
    cr_expect_eq(files_in("tmp"), 0, "nothing was deleted");
    drive_release(&d);
    server_stop(s);
    trash_close(t);
    db_close(db);
}
