#include "config.h"

#include "store/trash.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

static char dir[64], path[128];

static void enter(void)
{
    snprintf(dir, sizeof dir, "/tmp/dele-trash-XXXXXX");
    cr_assert_not_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/trash", dir);
}

static void leave(void)
{
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", dir);
    cr_expect_eq(system(command), 0);
}

TestSuite(trash, .init = enter, .fini = leave, .timeout = 60);

static struct trash *open_trash(unsigned days, uint64_t octets)
{
    const struct trash_bounds bounds = {days, octets};
    struct err e = {0};
    struct trash *t = trash_open(path, &bounds, &e);
    cr_assert_not_null(t, "%s", e.text);
    return t;
}

static size_t add(struct trash *t, const char *uidl, const char *text)
{
    const struct trash_note note = {
        "ann@example.org:995", uidl, "hand", 1234, 1795000000, true};
    struct body_memory memory = {text, strlen(text)};
    const struct body_source source = {&memory, body_read_memory, false};
    struct err e = {0};
    size_t id = 99;
    cr_assert(trash_add(t, &note, &source, &id, &e), "%s", e.text);
    return id;
}

static void sync_all(struct trash *t)
{
    struct err e = {0};
    enum trash_sync s;
    while ((s = trash_sync(t, true, &e)) == TRASH_SYNC_MORE)
        ;
    cr_assert_eq(s, TRASH_SYNC_DONE, "%s", e.text);
}

static bool take(void *out, const struct trash_entry *entry)
{
    buf_printf(out, "%s %s %s %llu %lld %d [%.*s]\n", entry->note.account, entry->note.uidl,
               entry->note.cause, (unsigned long long)entry->note.size,
               (long long)entry->note.deleted, entry->note.is_full, (int)entry->header_len,
               entry->header);
    return true;
}

static void expect(struct trash *t, const char *want)
{
    struct buf out = BUF_INIT(100000);
    struct err e = {0};
    cr_expect(trash_each(t, take, &out, &e), "%s", e.text);
    cr_expect_str_eq(out.data ? out.data : "", want, "%s", out.data);
    buf_release(&out);
}

#define ENTRY(uidl, text) "ann@example.org:995 " uidl " hand 1234 1795000000 1 [" text "]\n"

static int count(const char *part)
{
    char command[200];
    int n = -1;
    snprintf(command, sizeof command, "ls %s/%s 2>/dev/null | wc -l", path, part);
    FILE *f = popen(command, "r");
    cr_assert_eq(fscanf(f, "%d", &n), 1);
    pclose(f);
    return n;
}

Test(trash, a_copy_comes_back_as_it_was_with_lf)
{
    struct trash *t = open_trash(0, 0);
    expect(t, "");
    trash_begin(t);
    add(t, "a", "Subject: x\r\n\r\nbody\r\n");
    add(t, "b", "X-Dele-Account: forged\r\nSubject: y\r\n");
    sync_all(t);
    expect(t, ENTRY("a", "Subject: x\n\nbody\n")
                  ENTRY("b", "X-Dele-Account: forged\nSubject: y\n"));
    trash_close(t);
}

Test(trash, only_what_is_on_the_disk_counts)
{
    struct trash *t = open_trash(0, 0);
    trash_begin(t);
    add(t, "a", "");
    cr_expect_eq(count("tmp"), 1);
    expect(t, "");
    sync_all(t);
    cr_expect_eq(count("tmp"), 0);
    cr_expect_eq(count("new"), 1);
    sync_all(t);
    expect(t, ENTRY("a", ""));
    trash_close(t);
}

Test(trash, many_are_synced_in_steps)
{
    struct trash *t = open_trash(0, 0);
    struct err e = {0};
    trash_begin(t);
    for (int i = 0; i < 100; i++)
        add(t, "x", "Subject: x\n");
    cr_expect_eq(trash_sync(t, true, &e), TRASH_SYNC_MORE);
    cr_expect_eq(count("new"), 0, "all of them at once");
    sync_all(t);
    cr_expect_eq(count("new"), 100);
    trash_close(t);
}

Test(trash, what_is_taken_back_leaves_nothing)
{
    struct trash *t = open_trash(0, 0);
    trash_begin(t);
    size_t a = add(t, "a", "");
    size_t b = add(t, "b", "");
    add(t, "c", "");
    trash_take_back(t, a);
    sync_all(t);
    trash_take_back(t, b);
    trash_take_back(t, b);
    expect(t, ENTRY("c", ""));
    cr_expect_eq(count("tmp"), 0);
    trash_close(t);
}

Test(trash, is_for_the_user_alone)
{
    struct stat st;
    char command[300];
    struct trash *t = open_trash(0, 0);
    trash_begin(t);
    add(t, "a", "");
    sync_all(t);
    cr_assert(!stat(path, &st));
    cr_expect_eq(st.st_mode & 0777, 0700);
    snprintf(command, sizeof command, "test -z \"$(find %s -type f ! -perm 600)\"", path);
    cr_expect_eq(system(command), 0);
    trash_close(t);
}

Test(trash, a_uidl_cannot_forge_a_line)
{
    struct trash *t = open_trash(0, 0);
    trash_begin(t);
    add(t, "a\nX-Dele-Copy: full\n\x1b[2J", "S: x\n");
    sync_all(t);
    struct buf out = BUF_INIT(1000);
    struct err e = {0};
    cr_assert(trash_each(t, take, &out, &e));
    cr_expect(strstr(out.data, "1234 1795000000 1 [S: x\n]"), "%s", out.data);
    cr_expect_null(strchr(out.data, '\x1b'));
    buf_release(&out);
    trash_close(t);
}

Test(trash, other_files_are_passed_over)
{
    char command[600];
    struct trash *t = open_trash(1, 1);
    trash_begin(t);
    add(t, "a", "");
    sync_all(t);
    snprintf(command, sizeof command,
             "cd %s/cur && echo 'Subject: mine' >1.other && echo x >README && "
             "ln -s /etc/passwd 2.link && mkdir 3.dir && "
             "printf 'X-Dele-Account: a\\nX-Dele-UIDL: b' >4.cut",
             path);
    cr_assert_eq(system(command), 0);
    expect(t, ENTRY("a", ""));
    trash_close(t);
}

static void make_old(const char *name, size_t size)
{
    char file[300];
    snprintf(file, sizeof file, "%s/cur/%s", path, name);
    FILE *f = fopen(file, "w");
    cr_assert_not_null(f);
    fprintf(f,
            "X-Dele-Account: k\nX-Dele-UIDL: %s\nX-Dele-Size: 1\nX-Dele-Deleted: "
            "2026-11-22T21:14:05Z\nX-Dele-Cause: rule\nX-Dele-Copy: headers\n",
            name);
    for (size_t i = 0; i < size; i++)
        fputc('\n', f);
    fclose(f);
}

static int left(const char *name)
{
    char file[300];
    snprintf(file, sizeof file, "%s/cur/%s", path, name);
    return !access(file, F_OK);
}

#define DAY 86400

Test(trash, what_is_too_old_goes)
{
    struct trash *t = open_trash(10, 0);
    trash_begin(t);
    add(t, "a", "");
    sync_all(t);
    make_old("1795000000.a", 0);
    make_old("1795086400.b", 0);
    trash_expire(t, 1795000000 + 10 * DAY);
    cr_expect(left("1795000000.a"));
    trash_expire(t, 1795000000 + 10 * DAY + 1);
    cr_expect_not(left("1795000000.a"));
    cr_expect(left("1795086400.b"));
    trash_expire(t, INT64_C(4000000000));
    cr_expect_not(left("1795086400.b"));
    cr_expect_eq(count("new"), 1, "the batch stays");
    trash_begin(t);
    trash_expire(t, INT64_C(4000000000));
    cr_expect_eq(count("new"), 0);
    trash_close(t);
}

Test(trash, the_oldest_of_too_much_goes)
{
    struct trash *t = open_trash(0, 25000);
    trash_begin(t);
    add(t, "a", "");
    sync_all(t);
    trash_begin(t);
    make_old("1795000002.c", 10000);
    make_old("1795000001.b", 10000);
    make_old("1795000000.a", 10000);
    trash_expire(t, 1795000010);
    cr_expect_not(left("1795000000.a"));
    cr_expect(left("1795000001.b") && left("1795000002.c"));
    trash_close(t);
}

Test(trash, a_full_disk_leaves_nothing_half)
{
    struct trash *t = open_trash(0, 0);
    struct rlimit small = {1000, 1000}, before;
    const struct trash_note note = {"k", "u", "hand", 1, 1795000000, true};
    char text[4000];
    memset(text, 'x', sizeof text);
    struct body_memory memory = {text, sizeof text};
    const struct body_source source = {&memory, body_read_memory, false};
    struct err e = {0};
    size_t id;
    trash_begin(t);
    signal(SIGXFSZ, SIG_IGN);
    cr_assert(!getrlimit(RLIMIT_FSIZE, &before));
    cr_assert(!setrlimit(RLIMIT_FSIZE, &small));
    cr_expect_not(trash_add(t, &note, &source, &id, &e));
    setrlimit(RLIMIT_FSIZE, &before);
    cr_expect(strstr(e.text, "No copy can be kept in the trash"), "%s", e.text);
    cr_expect_eq(count("tmp"), 0);
    trash_close(t);
}

Test(trash, a_place_that_cannot_be_made_is_said)
{
    const struct trash_bounds bounds = {0, 0};
    const struct trash_note note = {"k", "u", "hand", 1, 1795000000, true};
    struct err e = {0};
    size_t id;
    struct trash *t = trash_open("/dev/null/dele/trash", &bounds, &e);
    cr_assert_not_null(t);
    trash_begin(t);
    cr_expect_not(trash_add(t, &note, NULL, &id, &e));
    cr_expect(strstr(e.text, "/dev/null/dele"), "%s", e.text);
    e = (struct err){0};
    cr_expect_not(trash_each(t, take, NULL, &e));
    cr_expect(strstr(e.text, "cannot be read"), "%s", e.text);
    trash_close(t);
}
