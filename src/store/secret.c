#include <config.h> /* in quotes it would be the one beside this file */

#include "store/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "base/i18n.h"
#include "base/mem.h"

void secret_init(struct secret *s)
{
    *s = (struct secret){.text = BUF_INIT(SECRET_MAX)};
}

void secret_wipe(struct secret *s)
{
    if (s->text.alloc)
        munlock(s->text.data, s->text.alloc);
    buf_wipe(&s->text);
    s->is_set = false;
}

/* One append to an empty buffer: growing would leave copies behind. */
bool secret_set(struct secret *s, const char *bytes, size_t len)
{
    secret_wipe(s);
    if (len == 0 || len > SECRET_MAX || memchr(bytes, '\0', len) || memchr(bytes, '\r', len) ||
        memchr(bytes, '\n', len))
        return false;
    s->is_set = buf_append(&s->text, bytes, len);
    /* Keeps it out of swap, where the limits allow that. */
    (void)mlock(s->text.data, s->text.alloc);
    return s->is_set;
}

/* Sets the secret from LINE, at most MAX octets, or says what is wrong with it; SOURCE begins
 * the sentence. */
static bool set_line(struct secret *s, const char *line, size_t len, size_t max,
                     const char *source, struct err *e)
{
    if (len <= max && secret_set(s, line, len))
        return true;
    if (len == 0)
        err_set(e, ERR_AUTH, _("%s: the password is empty"), source);
    else if (len > max)
        err_set(e, ERR_AUTH, _("%s: the password is longer than %zu octets"), source, max);
    else
        err_set(e, ERR_AUTH, _("%s: the password holds a NUL or a carriage return"), source);
    return false;
}

/* ---- the pass-command ----------------------------------------------------------------------
 */

/* More than a first line and some notes behind it is not the output of a password store. */
#define OUTPUT_MAX 65536
/* How soon the end of a command is seen whose children keep its output open. */
#define TICK_MS 10

struct run {
    pid_t pid;
    int out;
    int64_t deadline;
    bool has_ended;
    int status;
    char line[SECRET_MAX + 2]; /* its first line, with room to see that it is too long */
    size_t len;
    bool has_line;
    size_t total;
};

static int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* In the child.  Its own process group, so that a deadline ends all of it. */
static void exec_shell(const char *command, int out)
{
    sigset_t none;
    sigemptyset(&none);
    setpgid(0, 0);
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    int in = open("/dev/null", O_RDONLY);
    if (in < 0 || dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0)
        _exit(126);
    if (in > STDERR_FILENO)
        close(in);
    if (out > STDERR_FILENO)
        close(out);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

static bool run_start(struct run *r, const char *command)
{
    int ends[2];
    if (pipe(ends) < 0)
        return false;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    r->pid = fork();
    if (r->pid == 0)
        exec_shell(command, ends[1]);
    int fault = errno;
    close(ends[1]);
    if (r->pid < 0) {
        close(ends[0]);
        errno = fault;
        return false;
    }
    setpgid(r->pid, r->pid); /* here too: the child may not have come that far */
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    r->out = ends[0];
    return true;
}

static void take_bytes(struct run *r, const char *bytes, size_t len)
{
    r->total += len;
    if (r->has_line)
        return;
    const char *end = memchr(bytes, '\n', len);
    size_t n = end ? (size_t)(end - bytes) : len;
    if (n > sizeof r->line - r->len)
        n = sizeof r->line - r->len;
    memcpy(r->line + r->len, bytes, n);
    r->len += n;
    r->has_line = end != NULL;
}

/* Reads what is there.  False at the end of the output. */
static bool run_read(struct run *r)
{
    char bytes[512];
    ssize_t n;
    while ((n = read(r->out, bytes, sizeof bytes)) > 0 && r->total <= OUTPUT_MAX)
        take_bytes(r, bytes, (size_t)n);
    mem_wipe(bytes, sizeof bytes);
    return n < 0 && (errno == EAGAIN || errno == EINTR);
}

static void run_reap(struct run *r, int flags)
{
    pid_t got = 0;
    while (!r->has_ended && (got = waitpid(r->pid, &r->status, flags)) < 0 && errno == EINTR)
        ;
    if (got != 0)
        r->has_ended = true; /* or there is no child to wait for: SIGCHLD is ignored */
}

/* Until the command has ended, has said too much, or is out of time (then false). */
static bool run_wait(struct run *r)
{
    bool is_open = true;
    while (!r->has_ended && r->total <= OUTPUT_MAX) {
        int64_t left = r->deadline - clock_ms();
        if (left <= 0)
            return false;
        struct pollfd fd = {.fd = is_open ? r->out : -1, .events = POLLIN};
        poll(&fd, 1, left < TICK_MS ? (int)left : TICK_MS);
        run_reap(r, WNOHANG); /* before the last read, so that nothing is missed */
        is_open = is_open && run_read(r);
    }
    return true;
}

static void run_end(struct run *r)
{
    if (!r->has_ended)
        kill(-r->pid, SIGKILL);
    run_reap(r, 0);
    close(r->out);
}

static bool run_result(struct run *r, bool in_time, const char *name, struct secret *s,
                       struct err *e)
{
    char source[160];
    snprintf(source, sizeof source, _("the pass-command of %.100s"), name);
    if (!in_time)
        err_set(e, ERR_AUTH, _("%s did not end in time"), source);
    else if (r->total > OUTPUT_MAX)
        err_set(e, ERR_AUTH, _("%s says too much; its first line should be the password"),
                source);
    else if (WIFSIGNALED(r->status))
        err_set(e, ERR_AUTH, _("%s was ended by signal %d"), source, WTERMSIG(r->status));
    else if (WEXITSTATUS(r->status) != 0)
        err_set(e, ERR_AUTH, _("%s failed with status %d; try it in a shell"), source,
                WEXITSTATUS(r->status));
    if (e->code != ERR_NONE)
        return false;
    if (r->len && r->line[r->len - 1] == '\r')
        r->len--;
    return set_line(s, r->line, r->len, SECRET_MAX, source, e);
}

bool secret_from_command_within(struct secret *s, const struct account *a, int limit_ms,
                                struct err *e)
{
    struct run r = {.deadline = clock_ms() + limit_ms};
    secret_wipe(s);
    if (!run_start(&r, a->pass_command)) {
        err_set(e, ERR_AUTH, _("the pass-command of %.100s could not be started: %s"), a->name,
                strerror(errno));
        return false;
    }
    bool in_time = run_wait(&r);
    run_end(&r);
    bool is_set = run_result(&r, in_time, a->name, s, e);
    mem_wipe(&r, sizeof r);
    return is_set;
}

bool secret_from_command(struct secret *s, const struct account *a, struct err *e)
{
    return secret_from_command_within(s, a, SECRET_COMMAND_MS, e);
}

/* ---- the terminal --------------------------------------------------------------------------
 */

/* Terminals cut a line at some 4,000 octets (Linux), or at 1,024: never take what may be cut.
 */
#define TYPED_MAX 1000

/* What ends or stops a program while somebody types a password. */
static const int tty_signals[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP};
#define TTY_SIGNALS (sizeof tty_signals / sizeof *tty_signals)

static volatile sig_atomic_t tty_signal;

static void note_signal(int number)
{
    tty_signal = number;
}

struct tty {
    int fd;
    struct termios modes;
    sigset_t mask;
    struct sigaction actions[TTY_SIGNALS];
};

/* The signals are blocked but for the time in pselect(), so that none slips in before a read.
 */
static void tty_catch(struct tty *t)
{
    sigset_t block;
    struct sigaction note = {.sa_handler = note_signal};
    sigemptyset(&note.sa_mask);
    sigemptyset(&block);
    for (size_t i = 0; i < TTY_SIGNALS; i++)
        sigaddset(&block, tty_signals[i]);
    sigprocmask(SIG_BLOCK, &block, &t->mask);
    for (size_t i = 0; i < TTY_SIGNALS; i++)
        sigaction(tty_signals[i], &note, &t->actions[i]);
}

static void tty_release(struct tty *t)
{
    for (size_t i = 0; i < TTY_SIGNALS; i++)
        sigaction(tty_signals[i], &t->actions[i], NULL);
    sigprocmask(SIG_SETMASK, &t->mask, NULL);
}

static void tty_say(const struct tty *t, const char *text)
{
    /* Nothing can be done about a terminal that takes no text; reading from it will fail. */
    if (write(t->fd, text, strlen(text)) < 0)
        return;
}

/* A whole line, as the terminal edits it; -1 with EINTR when a signal was noted. */
static ssize_t tty_read(const struct tty *t, char *line, size_t size)
{
    fd_set set;
    FD_ZERO(&set);
    FD_SET(t->fd, &set);
    if (pselect(t->fd + 1, &set, NULL, NULL, NULL, &t->mask) < 0)
        return -1;
    return read(t->fd, line, size);
}

/* One prompt.  Returns like tty_read(); the terminal is as it was. */
static ssize_t tty_ask(struct tty *t, const char *prompt, char *line, size_t size)
{
    tty_signal = 0;
    if (tcgetattr(t->fd, &t->modes) < 0)
        return -1;
    struct termios silent = t->modes;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
    silent.c_lflag |= ICANON | ISIG;
    silent.c_iflag |= ICRNL;
    tty_catch(t);
    ssize_t n = -1;
    if (tcsetattr(t->fd, TCSAFLUSH, &silent) == 0) {
        tty_say(t, prompt);
        n = tty_read(t, line, size);
        int fault = errno;
        tty_say(t, "\n");
        /* What was typed and not read is part of a password: the shell must not get it. */
        tcsetattr(t->fd, TCSAFLUSH, &t->modes);
        errno = fault;
    }
    tty_release(t);
    return n;
}

/* Asks again after a stop (SIGTSTP, SIGCONT); any other signal that does not end the program
 * ends the question. */
static ssize_t tty_ask_until_answered(struct tty *t, const char *prompt, char *line,
                                      size_t size)
{
    for (;;) {
        ssize_t n = tty_ask(t, prompt, line, size);
        int number = tty_signal;
        if (n >= 0 || !number)
            return n;
        raise(number);
        if (number != SIGTSTP)
            return -1;
    }
}

bool secret_from_terminal(struct secret *s, const char *prompt, struct err *e)
{
    struct tty t = {.fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)};
    char line[TYPED_MAX + 2]; /* with its newline, and room to see that it is too long */
    secret_wipe(s);
    if (t.fd < 0 || t.fd >= FD_SETSIZE) {
        if (t.fd >= 0)
            close(t.fd);
        err_set(e, ERR_AUTH, "%s",
                _("there is no terminal to ask for the password; set pass-command"));
        return false;
    }
    ssize_t n = tty_ask_until_answered(&t, prompt, line, sizeof line);
    close(t.fd);
    if (n > 0 && line[n - 1] == '\n')
        n--;
    bool is_set = false;
    if (n < 0)
        err_set(e, ERR_AUTH, "%s", _("no password was given"));
    else
        is_set = set_line(s, line, (size_t)n, TYPED_MAX, _("terminal"), e);
    mem_wipe(line, sizeof line);
    return is_set;
}

void secret_harden_process(void)
{
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
#ifdef __linux__
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}
