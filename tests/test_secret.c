#include <criterion/criterion.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "store/secret.h"
#include "store/secret_command.h"

/* ---- the value ------------------------------------------------------------------------------
 */

Test(secret, holds_what_a_password_may_be)
{
    static const struct {
        const char *name, *bytes;
        size_t len;
        bool want;
    } cases[] = {
        {"letters", "secret", 6, true}, {"blanks around", "  a b  ", 7, true},
        {"8-bit", "\xff\xfe", 2, true}, {"none", "", 0, false},
        {"LF", "a\nb", 3, false},       {"CR", "a\r", 2, false},
        {"NUL", "a\0b", 3, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct secret s;
        secret_init(&s);
        cr_expect_eq(secret_set(&s, cases[i].bytes, cases[i].len), cases[i].want, "%s",
                     cases[i].name);
        cr_expect_eq(s.is_set, cases[i].want, "%s", cases[i].name);
        cr_expect_eq(s.text.len, cases[i].want ? cases[i].len : 0, "%s", cases[i].name);
        cr_expect_arr_eq(s.text.data, cases[i].bytes, s.text.len, "%s", cases[i].name);
        secret_wipe(&s);
        cr_expect_not(s.is_set, "%s", cases[i].name);
        cr_expect_eq(s.text.len, 0, "%s", cases[i].name);
    }
}

Test(secret, has_a_longest_length)
{
    char bytes[SECRET_MAX + 1];
    struct secret s;
    memset(bytes, 'x', sizeof bytes);
    secret_init(&s);
    cr_expect(secret_set(&s, bytes, SECRET_MAX));
    cr_expect_not(secret_set(&s, bytes, SECRET_MAX + 1));
    cr_expect_not(s.is_set, "the old one is gone too");
    secret_wipe(&s);
}

Test(secret, is_replaced_as_a_whole)
{
    struct secret s;
    secret_init(&s);
    cr_expect(secret_set(&s, "a long one", 10));
    cr_expect(secret_set(&s, "short", 5));
    cr_expect_str_eq(s.text.data, "short");
    secret_wipe(&s);
}

/* ---- the pass-command -----------------------------------------------------------------------
 */

/* What COMMAND gives: the password, or NULL and the sentence in E.  The caller frees it. */
static char *ask_command(const char *command, int limit_ms, struct err *e)
{
    struct account a = {.name = (char *)"work", .pass_command = (char *)command};
    struct secret s;
    secret_init(&s);
    *e = (struct err){0};
    bool ok = secret_from_command_within(&s, &a, limit_ms, e);
    cr_expect_eq(ok, s.is_set);
    cr_expect_eq(e->code, ok ? ERR_NONE : ERR_AUTH, "%s: %s", command, e->text);
    char *text = ok ? strdup(s.text.data) : NULL;
    secret_wipe(&s);
    return text;
}

Test(secret, takes_the_first_line_of_a_command, .timeout = 60)
{
    static const struct {
        const char *name, *command, *want;
    } cases[] = {
        {"a line", "echo secret", "secret"},
        {"no newline", "printf secret", "secret"},
        {"CR LF", "printf 'secret\\r\\n'", "secret"},
        {"more lines", "printf 'secret\\nuser: joe\\nurl: x\\n'", "secret"},
        {"in pieces", "printf sec; printf 'ret\\nmore'", "secret"},
        {"blanks are part of it", "printf ' a  b \\n'", " a  b "},
        {"a pipe", "echo terces | rev", "secret"},
        {"standard input is empty", "cat; echo secret", "secret"},
        {"output is closed long before the end", "echo secret; exec >&-; sleep 0.1", "secret"},
        {"a child keeps the output open", "echo secret; sleep 30 &", "secret"},
        {"a few notes", "echo secret; head -c 60000 /dev/zero", "secret"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e;
        char *got = ask_command(cases[i].command, 20000, &e);
        cr_expect(got && strcmp(got, cases[i].want) == 0, "%s: %s%s", cases[i].name,
                  got ? got : "", e.text);
        free(got);
    }
}

Test(secret, says_why_a_command_gave_none, .timeout = 60)
{
    static const struct {
        const char *name, *command, *want;
    } cases[] = {
        {"silence", "true", "the pass-command of work: the password is empty"},
        {"an empty line", "echo; echo secret", "is empty"},
        {"failure", "echo secret; exit 3", "the pass-command of work failed with status 3"},
        {"no such command", "/no/such/command 2>/dev/null", "failed with status 127"},
        {"ended by a signal", "echo secret; kill -TERM $$", "ended by signal 15"},
        {"SIGPIPE has its default", "kill -PIPE $$; echo secret", "ended by signal 13"},
        {"NUL", "printf 'a\\0b\\n'", "holds a NUL"},
        {"CR within", "printf 'a\\rb\\n'", "carriage return"},
        {"too long", "head -c 8193 /dev/zero | tr '\\0' x; echo", "longer than 8192"},
        {"a line without an end", "head -c 50000 /dev/zero | tr '\\0' x", "longer than 8192"},
        {"output without an end", "yes", "says too much"},
    };
    signal(SIGPIPE, SIG_IGN); /* as in the program */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e;
        char *got = ask_command(cases[i].command, 20000, &e);
        cr_expect_null(got, "%s: %s", cases[i].name, got);
        cr_expect(strstr(e.text, cases[i].want), "%s: %s", cases[i].name, e.text);
        free(got);
    }
}

Test(secret, takes_the_longest_password_from_a_command, .timeout = 60)
{
    struct err e;
    char *got = ask_command("head -c 8192 /dev/zero | tr '\\0' x; echo", 20000, &e);
    cr_assert_not_null(got, "%s", e.text);
    cr_expect_eq(strlen(got), SECRET_MAX);
    free(got);
}

/* The pipe closes when the last process that holds it has ended. */
Test(secret, ends_a_late_command_with_its_children, .timeout = 60)
{
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    struct err e;
    char *got = ask_command("sleep 1000 & sleep 1000; echo late", 100, &e);
    cr_expect_null(got);
    cr_expect(strstr(e.text, "did not end in time"), "%s", e.text);
    close(ends[1]);
    char byte;
    cr_expect_eq(read(ends[0], &byte, 1), 0, "nobody holds the pipe any more");
    close(ends[0]);
}

/* ---- the terminal ---------------------------------------------------------------------------
 */

struct pty {
    int master;
    int slave;  /* kept open, to look at its modes */
    int report; /* what the child says at its end */
    pid_t child;
    char seen[4096];
    size_t len;
};

static void open_pty(struct pty *p)
{
    *p = (struct pty){.master = posix_openpt(O_RDWR | O_NOCTTY)};
    cr_assert(p->master >= 0 && grantpt(p->master) == 0 && unlockpt(p->master) == 0);
    p->slave = open(ptsname(p->master), O_RDWR | O_NOCTTY);
    cr_assert(p->slave >= 0);
}

static void report(int fd, const char *text)
{
    if (write(fd, text, strlen(text)) < 0)
        _exit(9);
}

/* The program under test, with the pty as its terminal. */
static void ask_and_report(int fd)
{
    struct secret s;
    struct err e = {0};
    secret_init(&s);
    bool ok = secret_from_terminal(&s, "Password: ", &e);
    report(fd, ok ? "got " : "error ");
    report(fd, ok ? s.text.data : e.text);
    secret_wipe(&s);
    _exit(0);
}

static void start_on_pty(struct pty *p, void (*body)(int report))
{
    int ends[2];
    open_pty(p);
    cr_assert_eq(pipe(ends), 0);
    p->child = fork();
    if (p->child == 0) {
        setsid();
        ioctl(p->slave, TIOCSCTTY, 0);
        close(p->master);
        close(ends[0]);
        body(ends[1]);
        _exit(8);
    }
    close(ends[1]);
    p->report = ends[0];
}

static int count_in(const char *text, const char *word)
{
    int n = 0;
    for (; (text = strstr(text, word)); text += strlen(word))
        n++;
    return n;
}

/* Reads the screen until WORD was there COUNT times. */
static void read_until(struct pty *p, const char *word, int count)
{
    while (count_in(p->seen, word) < count) {
        cr_assert_lt(p->len, sizeof p->seen - 1, "%s", p->seen);
        ssize_t n = read(p->master, p->seen + p->len, sizeof p->seen - 1 - p->len);
        cr_assert_gt(n, 0, "the terminal closed: %s", p->seen);
        p->len += (size_t)n;
        p->seen[p->len] = '\0';
    }
}

static void type(const struct pty *p, const char *keys, size_t len)
{
    cr_assert_eq(write(p->master, keys, len), (ssize_t)len);
}

static bool has_echo(const struct pty *p)
{
    struct termios modes;
    cr_assert_eq(tcgetattr(p->slave, &modes), 0);
    return modes.c_lflag & ECHO;
}

/* The child's words, once it has ended; *STATUS is waitpid's. */
static void finish(struct pty *p, char words[2000], int *status)
{
    size_t len = 0;
    ssize_t n;
    while ((n = read(p->report, words + len, 1999 - len)) > 0)
        len += (size_t)n;
    words[len] = '\0';
    cr_assert_eq(waitpid(p->child, status, 0), p->child);
    /* The rest of the screen: the slave's buffer is drained when poll() says so. */
    struct pollfd fd = {.fd = p->master, .events = POLLIN};
    while (poll(&fd, 1, 0) == 1 && fd.revents & POLLIN && p->len < sizeof p->seen - 1) {
        n = read(p->master, p->seen + p->len, sizeof p->seen - 1 - p->len);
        if (n <= 0)
            break;
        p->len += (size_t)n;
        p->seen[p->len] = '\0';
    }
}

static void close_pty(const struct pty *p)
{
    close(p->master);
    close(p->slave);
    close(p->report);
}

Test(secret, asks_on_the_terminal_without_echo, .timeout = 30)
{
    struct pty p;
    char words[2000];
    int status;
    start_on_pty(&p, ask_and_report);
    read_until(&p, "Password: ", 1);
    cr_expect_not(has_echo(&p));
    type(&p, "se\xc3\xa9 cret\r", 10);
    finish(&p, words, &status);
    cr_expect_str_eq(words, "got se\xc3\xa9 cret");
    cr_expect(has_echo(&p), "echo is back");
    cr_expect_eq(count_in(p.seen, "cret"), 0, "%s", p.seen);
    close_pty(&p);
}

Test(secret, lets_a_typing_error_be_mended, .timeout = 30)
{
    struct pty p;
    char words[2000];
    int status;
    start_on_pty(&p, ask_and_report);
    read_until(&p, "Password: ", 1);
    type(&p, "wrong\x15right!\x7f\n", 14);
    finish(&p, words, &status);
    cr_expect_str_eq(words, "got right");
    close_pty(&p);
}

Test(secret, needs_an_answer, .timeout = 60)
{
    char endless[1200];
    memset(endless, 'x', sizeof endless);
    endless[sizeof endless - 1] = '\n';
    const struct {
        const char *name, *keys;
        size_t len;
        const char *want;
    } cases[] = {
        {"Enter", "\n", 1, "error terminal: the password is empty"},
        {"^D", "\4", 1, "error terminal: the password is empty"},
        {"too long", endless, sizeof endless, "error terminal: the password is longer than"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pty p;
        char words[2000];
        int status;
        start_on_pty(&p, ask_and_report);
        read_until(&p, "Password: ", 1);
        type(&p, cases[i].keys, cases[i].len);
        finish(&p, words, &status);
        cr_expect_eq(strncmp(words, cases[i].want, strlen(cases[i].want)), 0, "%s: %s",
                     cases[i].name, words);
        cr_expect(has_echo(&p), "%s", cases[i].name);
        close_pty(&p);
    }
}

Test(secret, restores_the_terminal_on_every_signal, .timeout = 60)
{
    static const int signals[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct pty p;
        char words[2000];
        int status;
        start_on_pty(&p, ask_and_report);
        read_until(&p, "Password: ", 1);
        type(&p, "half", 4);
        cr_expect_not(has_echo(&p), "%d", signals[i]);
        kill(p.child, signals[i]);
        finish(&p, words, &status);
        cr_expect(WIFSIGNALED(status) && WTERMSIG(status) == signals[i], "%d: %x", signals[i],
                  status);
        cr_expect_str_eq(words, "", "%d", signals[i]);
        cr_expect(has_echo(&p), "%d", signals[i]);
        close_pty(&p);
    }
}

/* With NOFLSH the terminal itself keeps what was typed before ^C. */
Test(secret, leaves_no_half_password_to_the_shell, .timeout = 30)
{
    struct pty p;
    struct termios modes;
    char words[2000];
    int status, waiting = -1;
    start_on_pty(&p, ask_and_report);
    read_until(&p, "Password: ", 1);
    tcgetattr(p.slave, &modes);
    modes.c_lflag |= NOFLSH;
    tcsetattr(p.slave, TCSANOW, &modes);
    type(&p, "half\3", 5);
    finish(&p, words, &status);
    cr_expect(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT, "%x", status);
    cr_expect(has_echo(&p));
    modes.c_lflag &= ~(tcflag_t)ICANON; /* or only whole lines would count */
    tcsetattr(p.slave, TCSANOW, &modes);
    cr_expect_eq(ioctl(p.slave, FIONREAD, &waiting), 0);
    cr_expect_eq(waiting, 0);
    close_pty(&p);
}

static void ignore(int number)
{
    (void)number;
}

static void ask_with_a_handler_of_its_own(int fd)
{
    signal(SIGTERM, ignore);
    ask_and_report(fd);
}

Test(secret, gives_up_where_the_program_survives_the_signal, .timeout = 30)
{
    struct pty p;
    char words[2000];
    int status;
    start_on_pty(&p, ask_with_a_handler_of_its_own);
    read_until(&p, "Password: ", 1);
    kill(p.child, SIGTERM);
    finish(&p, words, &status);
    cr_expect_str_eq(words, "error no password was given");
    cr_expect(has_echo(&p));
    close_pty(&p);
}

/* A little shell: runs the question as a job, and takes the terminal back when that stops. */
static void run_as_a_job(int fd)
{
    int tty = open("/dev/tty", O_RDWR);
    int status;
    pid_t job = fork();
    signal(SIGTTOU, SIG_IGN);
    if (job == 0) {
        setpgid(0, 0);
        tcsetpgrp(tty, getpid());
        signal(SIGTTOU, SIG_DFL);
        ask_and_report(fd);
    }
    if (waitpid(job, &status, WUNTRACED) != job || !WIFSTOPPED(status))
        _exit(7);
    struct termios modes;
    tcgetattr(tty, &modes);
    report(fd, modes.c_lflag & ECHO ? "stopped with echo, " : "stopped without echo, ");
    kill(job, SIGCONT);
    waitpid(job, &status, 0);
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 6);
}

Test(secret, restores_the_terminal_for_a_stop_and_asks_again, .timeout = 30)
{
    struct pty p;
    char words[2000];
    int status;
    start_on_pty(&p, run_as_a_job);
    read_until(&p, "Password: ", 1);
    type(&p, "half\x1a", 5);
    read_until(&p, "Password: ", 2);
    cr_expect_not(has_echo(&p));
    type(&p, "whole\n", 6);
    finish(&p, words, &status);
    cr_expect_str_eq(words, "stopped with echo, got whole");
    cr_expect_eq(status, 0);
    cr_expect(has_echo(&p));
    close_pty(&p);
}

Test(secret, needs_a_terminal_to_ask, .timeout = 30)
{
    int ends[2], status;
    char words[200] = "";
    cr_assert_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        setsid(); /* none any more */
        ask_and_report(ends[1]);
    }
    close(ends[1]);
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert_gt(read(ends[0], words, sizeof words - 1), 0);
    cr_expect(strstr(words, "error there is no terminal"), "%s", words);
    close(ends[0]);
}

/* ---- the process ----------------------------------------------------------------------------
 */

Test(secret, keeps_the_process_out_of_core_dumps)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        struct rlimit core = {1, 1};
        secret_harden_process();
        bool hard =
            getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0 && core.rlim_max == 0;
#ifdef __linux__
        hard = hard && prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
#endif
        _exit(hard ? 0 : 1);
    }
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_expect_eq(status, 0);
}
