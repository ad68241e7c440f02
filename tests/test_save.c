#include "config.h"

#include "store/save.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(save, .timeout = 60);

static char dir[64];

static void enter(void)
{
    snprintf(dir, sizeof dir, "/tmp/dele-save-XXXXXX");
    cr_assert_not_null(mkdtemp(dir));
    cr_assert(!chdir(dir));
}

static void leave(void)
{
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", dir);
    cr_assert(!chdir("/"));
    cr_expect_eq(system(command), 0);
}

static void put(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    cr_assert_not_null(f);
    fputs(text, f);
    fclose(f);
}

static char *get(const char *path)
{
    static char text[4096];
    FILE *f = fopen(path, "r");
    cr_assert_not_null(f, "%s", path);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    return text;
}

static enum save_result try_save(const char *path, const char *text, bool overwrite,
                                 char where[256], struct err *e)
{
    struct body_memory memory = {text, strlen(text)};
    const struct body_source source = {&memory, body_read_memory, false};
    const struct save_request r = {path, "name.eml", &source, NULL, "ann@x.example", overwrite};
    struct buf out = BUF_INIT(255);
    *e = (struct err){0};
    enum save_result result = save(&r, &out, e);
    strcpy(where, out.data);
    buf_release(&out);
    return result;
}

#define MESSAGE "Subject: x\r\n\r\nFrom here\r\n>From there\r\n>>From\r\nFromage\r\na\rb\r\n"
#define QUOTED "Subject: x\n\n>From here\n>>From there\n>>From\nFromage\na\rb\n"

Test(save, a_file_has_the_octets_as_they_came, .init = enter, .fini = leave)
{
    char where[256];
    struct err e;
    struct stat st;
    cr_expect_eq(try_save("a.eml", MESSAGE, false, where, &e), SAVE_DONE, "%s", e.text);
    cr_expect_str_eq(where, "a.eml");
    cr_expect_str_eq(get("a.eml"), MESSAGE);
    cr_assert(!stat("a.eml", &st));
    cr_expect_eq(st.st_mode & 0777, 0600);
}

Test(save, nothing_is_overwritten_unasked, .init = enter, .fini = leave)
{
    char where[256];
    struct err e;
    put("a.eml", "mine");
    cr_expect_eq(try_save("a.eml", MESSAGE, false, where, &e), SAVE_EXISTS);
    cr_expect_str_eq(get("a.eml"), "mine");
    cr_expect_eq(try_save("a.eml", MESSAGE, true, where, &e), SAVE_DONE);
    cr_expect_str_eq(get("a.eml"), MESSAGE);
}

Test(save, a_link_to_nowhere_is_not_followed, .init = enter, .fini = leave)
{
    char where[256];
    struct err e;
    cr_assert(!symlink("elsewhere", "link"));
    cr_expect_eq(try_save("link", MESSAGE, false, where, &e), SAVE_EXISTS);
    cr_expect(access("elsewhere", F_OK));
}

Test(save, into_a_directory_by_its_own_name, .init = enter, .fini = leave)
{
    char where[256];
    struct err e;
    cr_assert(!mkdir("d", 0700));
    cr_expect_eq(try_save("d", MESSAGE, false, where, &e), SAVE_DONE);
    cr_expect_str_eq(where, "d/name.eml");
    cr_expect_str_eq(get("d/name.eml"), MESSAGE);
    cr_expect_eq(try_save("d/", MESSAGE, false, where, &e), SAVE_EXISTS);
}

Test(save, what_cannot_be_written_leaves_nothing, .init = enter, .fini = leave)
{
    char where[256];
    struct err e;
    cr_expect_eq(try_save("no/such/file", MESSAGE, false, where, &e), SAVE_FAILED);
    cr_expect(strstr(e.text, "no/such/file"), "%s", e.text);
    cr_expect_eq(e.code, ERR_IO);
    if (access("/dev/full", W_OK) == 0) {
        cr_expect_eq(try_save("/dev/full", MESSAGE, true, where, &e), SAVE_FAILED);
        cr_expect(strstr(e.text, strerror(ENOSPC)), "%s", e.text);
    }
}

Test(save, an_mbox_is_appended_to, .init = enter, .fini = leave)
{
    char where[256];
    struct err e;
    put("box", "From a Sun Nov 22 20:00:00 2026\n\nno last line end");
    cr_expect_eq(save_kind("box"), SAVE_MBOX);
    cr_expect_eq(save_kind("new.mbox"), SAVE_MBOX);
    cr_expect_eq(try_save("box", MESSAGE, false, where, &e), SAVE_DONE, "%s", e.text);
    const char *text = get("box");
    const char *second = strstr(text, "no last line end\nFrom ann@x.example ");
    cr_assert_not_null(second, "%s", text);
    second = strchr(strchr(second, '\n') + 1, '\n') + 1;
    cr_expect_str_eq(second, QUOTED "\n");
}

Test(save, an_mbox_message_ends_with_a_blank_line, .init = enter, .fini = leave)
{
    char where[256];
    struct err e;
    static const char *const ends[] = {"A: b\r\n\r\nno end", "A: b\r\n\r\n>Fro",
                                       "A: b\r\n\r\nFrom "};
    static const char *const want[] = {"no end\n\n", ">Fro\n\n", ">From \n\n"};
    for (size_t i = 0; i < 3; i++) {
        unlink("x.mbox");
        cr_expect_eq(try_save("x.mbox", ends[i], false, where, &e), SAVE_DONE);
        const char *text = get("x.mbox");
        cr_expect_str_eq(text + strlen(text) - strlen(want[i]), want[i], "%s", text);
    }
}

Test(save, a_locked_mbox_is_left_alone, .init = enter, .fini = leave)
{
    char where[256];
    struct err e;
    int ready[2];
    put("box", "From a Sun Nov 22 20:00:00 2026\n\nx\n\n");
    cr_assert(!pipe(ready));
    pid_t pid = fork();
    if (pid == 0) {
        struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        int fd = open("box", O_RDWR);
        if (fcntl(fd, F_SETLK, &whole) || write(ready[1], "x", 1) != 1)
            _exit(1);
        pause();
    }
    char c;
    cr_assert_eq(read(ready[0], &c, 1), 1);
    cr_expect_eq(try_save("box", MESSAGE, false, where, &e), SAVE_FAILED);
    cr_expect_str_eq(get("box"), "From a Sun Nov 22 20:00:00 2026\n\nx\n\n");
    kill(pid, SIGKILL);
}

static char *only_file(const char *path)
{
    static char name[600];
    DIR *d = opendir(path);
    cr_assert_not_null(d, "%s", path);
    name[0] = '\0';
    for (struct dirent *entry; (entry = readdir(d)) != NULL;)
        if (entry->d_name[0] != '.')
            snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
    closedir(d);
    return name;
}

Test(save, a_maildir_is_made_and_delivered_to, .init = enter, .fini = leave)
{
    char where[256];
    struct err e;
    cr_expect_eq(save_kind("m"), SAVE_FILE);
    cr_expect_eq(save_kind("m/"), SAVE_MAILDIR);
    cr_expect_eq(try_save("m/", MESSAGE, false, where, &e), SAVE_DONE, "%s", e.text);
    cr_expect_eq(save_kind("m"), SAVE_MAILDIR);
    cr_expect_str_eq(where, only_file("m/new"));
    cr_expect_str_eq(get(where),
                     "Subject: x\n\nFrom here\n>From there\n>>From\nFromage\na\rb\n");
    cr_expect_str_eq(only_file("m/tmp"), "");
    char first[256];
    strcpy(first, where);
    cr_expect_eq(try_save("m", MESSAGE, false, where, &e), SAVE_DONE);
    cr_expect_str_neq(first, where);
}

Test(save, a_part_is_decoded, .init = enter, .fini = leave)
{
    static const char text[] = "Content-Type: application/pdf\nContent-Transfer-Encoding: "
                               "base64\n\nYWJj\r\n";
    struct body_memory memory = {text, strlen(text)};
    const struct body_source source = {&memory, body_read_memory, false};
    struct mime *m = mime_new(NULL, NULL);
    mime_feed(m, text, strlen(text));
    mime_end(m, false);
    const struct save_request r = {"x.mbox", "n", &source, mime_part(m, 0), "", false};
    struct buf where = BUF_INIT(100);
    struct err e = {0};
    cr_expect_eq(save(&r, &where, &e), SAVE_DONE);
    cr_expect_str_eq(get("x.mbox"), "abc", "a part is never a message");
    buf_release(&where);
    mime_free(m);
}
