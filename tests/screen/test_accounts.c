#include "config.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "tests/screen/term.h"
#include "tests/support/server.h"

/* `dele` alone: the list of accounts, and the way into one and back. */

TestSuite(accounts, .fini = term_home_drop, .timeout = 120);

#define WAIT 10000
#define ACCOUNTS 10

struct stage {
    struct server *servers[ACCOUNTS];
    int silent; /* a listener that nobody answers at */
    struct term *term;
};

static struct server *serve(int messages)
{
    struct demo *demo = demo_new_empty();
    for (int i = 1; i <= messages; i++) {
        char uidl[16], text[100];
        snprintf(uidl, sizeof uidl, "uid%d", i);
        int len =
            snprintf(text, sizeof text, "From: s%d@example.org\nSubject: n%d\n\nx\n", i, i);
        demo_add(demo, uidl, text, (size_t)len);
    }
    struct server *server = server_demo(demo);
    demo_free(demo);
    return server;
}

static int listen_silently(uint16_t *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert(!bind(fd, (struct sockaddr *)&at, sizeof at) && !listen(fd, 5));
    cr_assert(!getsockname(fd, (struct sockaddr *)&at, &len));
    *port = ntohs(at.sin_port);
    return fd;
}

static void make_folder(const char *name)
{
    char folder[300];
    snprintf(folder, sizeof folder, "%s/%s", strchr(term_home(), '=') + 1, name);
    mkdir(folder, 0700);
}

static void write_config(const char *text)
{
    char path[300];
    make_folder(".config");
    make_folder(".config/dele");
    snprintf(path, sizeof path, "%s/.config/dele/config", strchr(term_home(), '=') + 1);
    FILE *f = fopen(path, "w");
    cr_assert(f && fputs(text, f) >= 0 && !fclose(f));
}

static void append_account(struct buf *config, int i, uint16_t port, const char *command)
{
    buf_printf(config,
               "account \"box%d\" {\n host = \"127.0.0.1\"\n port = %u\n user = \"ann\"\n"
               " tls = none\n timeout = 60\n",
               i, port);
    if (*command)
        buf_printf(config, " pass-command = \"%s\"\n", command);
    buf_append_str(config, "}\n");
}

/* Account I has I messages; SILENT never answers, LOST has no password, REFUSED a command that
 * fails. */
static struct stage open_accounts(int count, int silent, int lost, int refused, int rows,
                                  int cols)
{
    static const char *env[] = {"TERM=xterm-256color", "LC_ALL=C.UTF-8", NULL,
                                "PATH=/usr/bin:/bin",  "TZ=UTC",         NULL};
    static char program[512];
    const char *argv[] = {program, NULL};
    struct stage s = {.silent = -1};
    struct buf config = BUF_INIT(10000);
    env[2] = term_home();
    for (int i = 0; i < count; i++) {
        uint16_t port;
        if (i == silent) {
            s.silent = listen_silently(&port);
        } else {
            s.servers[i] = serve(i + 1);
            port = server_port(s.servers[i]);
        }
        append_account(&config, i, port,
                       i == lost      ? ""
                       : i == refused ? "exit 3"
                                      : "echo secret");
    }
    write_config(config.data);
    buf_release(&config);
    snprintf(program, sizeof program, "%s/dele", getenv("top_builddir"));
    s.term = term_start(rows, cols, argv, env);
    return s;
}

static void leave(struct stage *s, const char *keys)
{
    term_keys(s->term, keys);
    TERM_MUST(term_wait_exit(s->term, WAIT), s->term);
    term_free(s->term);
    for (int i = 0; i < ACCOUNTS; i++)
        if (s->servers[i])
            server_stop(s->servers[i]);
    if (s->silent >= 0)
        close(s->silent);
}

static const char *row_of(struct stage *s, const char *name)
{
    int row, col;
    return term_find(s->term, name, &row, &col) ? term_row(s->term, row) : "";
}

/* "> box4                   5    230" */
static void expect_messages(struct stage *s, int i, int messages)
{
    char name[16], count[16];
    snprintf(name, sizeof name, " box%d ", i);
    snprintf(count, sizeof count, "%8d", messages);
    const char *row = row_of(s, name);
    cr_expect(strlen(row) > 28 && !strncmp(row + 20, count, 8), "box%d: %s", i, row);
}

Test(accounts, all_but_the_dead_are_complete)
{
    struct stage s = open_accounts(ACCOUNTS, 3, 5, -1, 24, 80);
    TERM_MUST(term_wait_text(s.term, "asking 1", WAIT), s.term);
    for (int i = 0; i < ACCOUNTS; i++)
        if (i != 3 && i != 5)
            expect_messages(&s, i, i + 1);
    cr_expect(strstr(row_of(&s, " box3 "), "waiting for the greeting"), "%s",
              row_of(&s, " box3 "));
    cr_expect(strstr(row_of(&s, " box5 "), "asks for the password"), "%s",
              row_of(&s, " box5 "));
    cr_expect(strstr(term_row(s.term, 22), "10 accounts  45 messages"), "%s",
              term_row(s.term, 22));
    cr_expect(strstr(term_row(s.term, 23), "?:Help"), "%s", term_row(s.term, 23));
    leave(&s, "q");
}

Test(accounts, one_is_opened_and_left_and_its_marks_stay)
{
    struct stage s = open_accounts(3, -1, -1, -1, 24, 80);
    TERM_MUST(term_wait_text(s.term, "6 messages", WAIT), s.term);
    TERM_MUST(term_wait_no_text(s.term, "asking", WAIT), s.term);
    term_keys(s.term, "j\r");
    TERM_MUST(term_wait_text(s.term, "s2@example.org", WAIT), s.term);
    term_keys(s.term, "d");
    TERM_MUST(term_wait_text(s.term, "1 marked", WAIT), s.term);
    term_keys(s.term, "\x1b");
    TERM_MUST(term_wait_text(s.term, "3 accounts", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "1 mark is kept for the next time", WAIT), s.term);
    const char *row = row_of(&s, " box1 ");
    cr_expect(strlen(row) > 52 && !strncmp(row + 44, "     1", 6), "marked: %s", row);
    term_keys(s.term, "G\r");
    TERM_MUST(term_wait_text(s.term, "s3@example.org", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "0 marked", WAIT), s.term);
    term_keys(s.term, "q");
    TERM_MUST(term_wait_text(s.term, "3 accounts", WAIT), s.term);
    term_keys(s.term, "k\r");
    TERM_MUST(term_wait_text(s.term, "1 marked", WAIT), s.term);
    cr_expect_eq(server_messages(s.servers[1]), 2, "nothing is deleted");
    leave(&s, "x");
}

Test(accounts, a_deletion_is_seen_in_the_numbers)
{
    struct stage s = open_accounts(2, -1, -1, -1, 24, 80);
    TERM_MUST(term_wait_text(s.term, "3 messages", WAIT), s.term);
    TERM_MUST(term_wait_no_text(s.term, "asking", WAIT), s.term);
    term_keys(s.term, "j\r");
    TERM_MUST(term_wait_text(s.term, "s2@example.org", WAIT), s.term);
    term_keys(s.term, "d$");
    TERM_MUST(term_wait_text(s.term, "PERMANENTLY", WAIT), s.term);
    term_keys(s.term, "y");
    TERM_MUST(term_wait_text(s.term, "1 of 1 gone", WAIT), s.term);
    term_keys(s.term, "q");
    TERM_MUST(term_wait_text(s.term, "2 accounts  2 messages", WAIT), s.term);
    expect_messages(&s, 1, 1);
    leave(&s, "q");
}

Test(accounts, why_one_is_not_answered_is_told_and_asked_again)
{
    struct stage s = open_accounts(2, -1, -1, 0, 24, 80);
    TERM_MUST(term_wait_text(s.term, "2 accounts", WAIT), s.term);
    TERM_MUST(term_wait_no_text(s.term, "asking", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "! ", WAIT), s.term);
    expect_messages(&s, 1, 2);
    term_keys(s.term, "?");
    TERM_MUST(term_wait_text(s.term, "Moving", WAIT), s.term);
    term_keys(s.term, "q");
    TERM_MUST(term_wait_text(s.term, "State", WAIT), s.term);
    term_keys(s.term, "R");
    TERM_MUST(term_wait_text(s.term, "asking", WAIT), s.term);
    TERM_MUST(term_wait_no_text(s.term, "asking", WAIT), s.term);
    leave(&s, "x");
}

Test(accounts, pasted_text_opens_nothing)
{
    struct stage s = open_accounts(2, -1, -1, -1, 24, 80);
    TERM_MUST(term_wait_text(s.term, "3 messages", WAIT), s.term);
    term_keys(s.term, "\x1b[200~j\rq\x1b[201~");
    TERM_MUST(term_wait_text(s.term, "Pasted text is no command", WAIT), s.term);
    term_keys(s.term, "y");
    TERM_MUST(term_wait_text(s.term, "y does nothing here", WAIT), s.term);
    cr_expect(*row_of(&s, " box0 ") == '>', "%s", row_of(&s, " box0 "));
    leave(&s, "q");
}

Test(accounts, fit_a_small_window)
{
    struct stage s = open_accounts(ACCOUNTS, -1, -1, -1, 10, 40);
    TERM_MUST(term_wait_text(s.term, "10 accounts  55 messages", WAIT), s.term);
    term_keys(s.term, "G");
    TERM_MUST(term_wait_text(s.term, "> box9", WAIT), s.term);
    expect_messages(&s, 9, 10);
    leave(&s, "q");
}
