#include "config.h"

#include "store/db.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

static char dir[64], path[128];

static void enter(void)
{
    strcpy(dir, "/tmp/dele-db-XXXXXX");
    cr_assert_not_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/a/b/dele.db", dir);
}

static void leave(void)
{
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", dir);
    cr_expect_eq(system(command), 0);
}

TestSuite(db, .init = enter, .fini = leave, .timeout = 60);

static struct db *open_store(const char *key)
{
    struct err e = {0};
    struct db *d = db_open(path, &e);
    cr_assert_not_null(d, "%s", e.text);
    cr_assert(db_use(d, key), "%s", db_error(d)->text);
    return d;
}

static void put(struct db *d, const char *uidl, uint64_t size, uint32_t place)
{
    const struct db_message m = {uidl, size, place, "summary", 7, NULL};
    db_put_message(d, &m, "Subject: x\n\n", 12);
}

static bool write_message(void *out, const struct db_message *m)
{
    buf_printf(out, "%s/%llu/%u/%.*s ", m->uidl, (unsigned long long)m->size,
               (unsigned)m->place, (int)m->summary_len, m->summary ? m->summary : "");
    return true;
}

static bool write_mark(void *out, const struct db_mark *m)
{
    buf_printf(out, "%s/%llu/%d/%d/%s/%lld ", m->uidl, (unsigned long long)m->size,
               (int)m->mark, (int)m->cause, m->why ? m->why : "", (long long)m->at);
    return true;
}

static void expect(struct db *d, const char *messages, const char *marks)
{
    struct buf out = BUF_INIT(10000);
    cr_expect(db_each_message(d, write_message, &out));
    cr_expect_str_eq(out.data, messages, "%s", out.data);
    buf_clear(&out);
    cr_expect(db_each_mark(d, write_mark, &out));
    cr_expect_str_eq(out.data, marks, "%s", out.data);
    buf_release(&out);
}

Test(db, keeps_messages_and_marks_by_account)
{
    struct db *d = open_store("ann@x:1");
    put(d, "b", 2, 2);
    put(d, "a", 1, 1);
    put(d, "b", 3, 3);
    const struct db_mark mark = {"a", 1, MARK_DELETE, CAUSE_RULE, "rule casino", 42};
    db_put_mark(d, &mark);
    db_close(d);
    d = open_store("bob@x:1");
    expect(d, "", "");
    db_close(d);
    d = open_store("ann@x:1");
    expect(d, "a/1/1/summary b/2/2/summary b/3/3/summary ", "a/1/1/3/rule casino/42 ");
    const struct db_mark none = {"a", 1, MARK_NONE, CAUSE_HAND, NULL, 43};
    db_put_mark(d, &none);
    db_drop_message(d, "b", 2);
    expect(d, "a/1/1/summary b/3/3/summary ", "");
    struct buf header = BUF_INIT(100);
    cr_expect(db_header(d, "a", 1, &header));
    cr_expect_str_eq(header.data, "Subject: x\n\n");
    cr_expect_not(db_header(d, "b", 2, &header));
    buf_release(&header);
    db_close(d);
}

static bool take_folded(void *out, const struct db_message *m)
{
    buf_printf(out, "%s:%s ", m->uidl, m->folded ? m->folded : "none");
    return true;
}

Test(db, keeps_what_is_searched_in)
{
    struct db *d = open_store("a");
    struct buf out = BUF_INIT(100);
    const struct db_message m = {"x", 1, 1, "summary", 7, "grusse"};
    db_put_message(d, &m, NULL, 0);
    put(d, "y", 2, 2);
    db_each_message(d, take_folded, &out);
    cr_expect_str_eq(out.data, "x:grusse y:none ");
    buf_release(&out);
    db_close(d);
}

Test(db, is_for_its_user_alone)
{
    struct stat st;
    char above[100];
    db_close(open_store("a"));
    cr_assert(!stat(path, &st));
    cr_expect_eq(st.st_mode & 0777, 0600);
    snprintf(above, sizeof above, "%s/a", dir);
    cr_assert(!stat(above, &st));
    cr_expect_eq(st.st_mode & 0777, 0700);
}

Test(db, a_bundle_is_written_whole_or_not_at_all)
{
    struct db *d = open_store("a");
    put(d, "before", 1, 1);
    pid_t pid = fork();
    if (pid == 0) {
        struct err e = {0};
        struct db *own = db_open(path, &e);
        db_use(own, "a");
        put(own, "alone", 1, 2);
        db_begin(own);
        put(own, "bundled", 1, 3);
        kill(getpid(), SIGKILL);
    }
    int status;
    waitpid(pid, &status, 0);
    cr_expect(WIFSIGNALED(status));
    expect(d, "before/1/1/summary alone/1/2/summary ", "");
    db_close(d);
}

Test(db, two_programs_write_side_by_side)
{
    struct db *a = open_store("a"), *b = open_store("a");
    const struct db_mark of_a = {"x", 1, MARK_DELETE, CAUSE_HAND, NULL, 1};
    const struct db_mark of_b = {"y", 1, MARK_KEEP, CAUSE_HAND, NULL, 2};
    db_put_mark(a, &of_a);
    db_put_mark(b, &of_b);
    expect(a, "", "x/1/1/0//1 y/1/2/0//2 ");
    db_close(a);
    db_close(b);
}

static void expect_refusal(const char *says)
{
    struct err e = {0};
    cr_expect_null(db_open(path, &e));
    cr_expect_eq(e.code, ERR_IO);
    cr_expect(strstr(e.text, says), "%s", e.text);
    cr_expect(strstr(e.text, path) || strstr(e.text, dir), "%s", e.text);
}

static void write_file(const char *text, size_t len)
{
    FILE *f = fopen(path, "r+");
    cr_assert_not_null(f);
    fwrite(text, 1, len, f);
    fclose(f);
}

Test(db, damage_is_said)
{
    db_close(open_store("a"));
    char noise[8192];
    memset(noise, 'x', sizeof noise);
    write_file(noise, sizeof noise);
    expect_refusal("is damaged");
}

Test(db, a_newer_form_is_left_alone)
{
    sqlite3 *file;
    db_close(open_store("a"));
    cr_assert_eq(sqlite3_open(path, &file), SQLITE_OK);
    sqlite3_exec(file, "PRAGMA user_version = 99", NULL, NULL, NULL);
    sqlite3_close(file);
    expect_refusal("newer dele");
}

static void expect_server(struct db *d, const char *text, int64_t at)
{
    struct buf out = BUF_INIT(100);
    int64_t found_at;
    cr_expect_eq(db_server(d, &out, &found_at), *text != '\0');
    cr_expect_str_eq(out.data, text);
    cr_expect_eq(found_at, at);
    buf_release(&out);
}

Test(db, keeps_what_a_server_can_do)
{
    struct db *d = open_store("a");
    expect_server(d, "", 0);
    db_put_server(d, "tls\nTOP\n", 7);
    expect_server(d, "tls\nTOP\n", 7);
    cr_assert(db_use(d, "b"));
    expect_server(d, "", 0);
    db_close(d);
    d = open_store("a");
    expect_server(d, "tls\nTOP\n", 7);
    db_put_server(d, "", 8);
    expect_server(d, "", 0);
    db_close(d);
}

Test(db, an_older_form_is_brought_up_to_date)
{
    sqlite3 *file;
    struct db *d = open_store("a");
    put(d, "a", 1, 1);
    db_close(d);
    cr_assert_eq(sqlite3_open(path, &file), SQLITE_OK);
    cr_assert_eq(
        sqlite3_exec(
            file,
            "ALTER TABLE account RENAME TO newer;"
            "CREATE TABLE account (id INTEGER PRIMARY KEY, key TEXT UNIQUE NOT "
            "NULL, used INTEGER);"
            "INSERT INTO account SELECT id, key, used FROM newer;"
            "DROP TABLE newer; ALTER TABLE mark DROP COLUMN why; PRAGMA user_version = 1",
            NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(file);
    d = open_store("a");
    expect(d, "a/1/1/summary ", "");
    db_put_server(d, "tls\n", 7);
    expect_server(d, "tls\n", 7);
    db_close(d);
}

Test(db, a_store_in_use_is_said)
{
    sqlite3 *file;
    db_close(open_store("a"));
    cr_assert_eq(sqlite3_open(path, &file), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(file, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    expect_refusal("is in use");
    sqlite3_close(file);
}

Test(db, a_place_that_cannot_be_made_is_said)
{
    snprintf(path, sizeof path, "/dev/null/dele/dele.db");
    struct err e = {0};
    cr_expect_null(db_open(path, &e));
    cr_expect(strstr(e.text, "/dev/null"), "%s", e.text);
}

Test(db, after_a_fault_it_writes_nothing_and_says_why_once)
{
    sqlite3 *file;
    struct db *d = open_store("a");
    put(d, "a", 1, 1);
    cr_assert_eq(sqlite3_open(path, &file), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(file, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    put(d, "b", 1, 2);
    cr_expect(strstr(db_error(d)->text, "is in use"), "%s", db_error(d)->text);
    sqlite3_close(file);
    put(d, "c", 1, 3);
    db_close(d);
    d = open_store("a");
    expect(d, "a/1/1/summary ", "");
    db_close(d);
}

Test(db, what_nobody_opens_is_forgotten)
{
    sqlite3 *file;
    struct db *d = open_store("old");
    put(d, "a", 1, 1);
    db_close(d);
    cr_assert_eq(sqlite3_open(path, &file), SQLITE_OK);
    sqlite3_exec(file, "UPDATE account SET used = used - 91 * 86400", NULL, NULL, NULL);
    sqlite3_close(file);
    d = open_store("old");
    expect(d, "", "");
    db_close(d);
}
