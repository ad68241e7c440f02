#include <config.h> /* in quotes it would be the one beside this file */

#include "store/secret_command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"

/* More than a first line and some notes behind it is not the output of a password store. */
#define OUTPUT_MAX 65536
/* How soon the end of a command is seen: one that has closed its output is about to end, the
 * children of another may keep its output open. */
#define CLOSED_TICK_MS 1
#define TICK_MS 10

struct secret_command {
    const struct account *account;
    pid_t pid;
    int out;
    int64_t deadline;
    bool is_open; /* its output */
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

static bool run_start(struct secret_command *r, const char *command)
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

static void take_bytes(struct secret_command *r, const char *bytes, size_t len)
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
static bool run_read(struct secret_command *r)
{
    char bytes[512];
    ssize_t n;
    while ((n = read(r->out, bytes, sizeof bytes)) > 0 && r->total <= OUTPUT_MAX)
        take_bytes(r, bytes, (size_t)n);
    mem_wipe(bytes, sizeof bytes);
    return n < 0 && (errno == EAGAIN || errno == EINTR);
}

static void run_reap(struct secret_command *r, int flags)
{
    pid_t got = 0;
    while (!r->has_ended && (got = waitpid(r->pid, &r->status, flags)) < 0 && errno == EINTR)
        ;
    if (got != 0)
        r->has_ended = true; /* or there is no child to wait for: SIGCHLD is ignored */
}

/* Reads what is there; true where the command has ended, has said too much, or is out of time.
 */
static bool run_step(struct secret_command *r)
{
    run_reap(r, WNOHANG); /* before the last read, so that nothing is missed */
    r->is_open = r->is_open && run_read(r);
    return r->has_ended || r->total > OUTPUT_MAX || clock_ms() >= r->deadline;
}

static void run_end(struct secret_command *r)
{
    if (!r->has_ended)
        kill(-r->pid, SIGKILL);
    run_reap(r, 0);
    close(r->out);
}

static bool run_result(struct secret_command *r, bool in_time, const char *name,
                       struct secret *s, struct err *e)
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
    return secret_set_line(s, r->line, r->len, SECRET_MAX, source, e);
}

struct secret_command *secret_command_new(const struct account *a, int limit_ms, struct err *e)
{
    struct secret_command *r = xcalloc(1, sizeof *r);
    r->account = a;
    r->deadline = clock_ms() + limit_ms;
    if (run_start(r, a->pass_command)) {
        r->is_open = true;
        return r;
    }
    err_set(e, ERR_AUTH, _("the pass-command of %.100s could not be started: %s"), a->name,
            strerror(errno));
    free(r);
    return NULL;
}

void secret_command_free(struct secret_command *c)
{
    if (!c)
        return;
    run_end(c);
    mem_wipe(c, sizeof *c);
    free(c);
}

int secret_command_fd(const struct secret_command *c, int *timeout_ms)
{
    int tick = c->is_open ? TICK_MS : CLOSED_TICK_MS;
    if (*timeout_ms < 0 || *timeout_ms > tick)
        *timeout_ms = tick;
    return c->is_open ? c->out : -1;
}

enum secret_state secret_command_turn(struct secret_command *c, struct secret *s, struct err *e)
{
    if (!run_step(c))
        return SECRET_WAITED_FOR;
    bool in_time = c->has_ended || c->total > OUTPUT_MAX;
    if (!c->has_ended)
        kill(-c->pid, SIGKILL);
    run_reap(c, 0);
    return run_result(c, in_time, c->account->name, s, e) ? SECRET_HERE : SECRET_FAILED;
}

bool secret_from_command_within(struct secret *s, const struct account *a, int limit_ms,
                                struct err *e)
{
    enum secret_state state = SECRET_WAITED_FOR;
    secret_wipe(s);
    struct secret_command *c = secret_command_new(a, limit_ms, e);
    while (c && (state = secret_command_turn(c, s, e)) == SECRET_WAITED_FOR) {
        int timeout = -1;
        struct pollfd fd = {.fd = secret_command_fd(c, &timeout), .events = POLLIN};
        poll(&fd, 1, timeout);
    }
    secret_command_free(c);
    return state == SECRET_HERE;
}

bool secret_from_command(struct secret *s, const struct account *a, struct err *e)
{
    return secret_from_command_within(s, a, SECRET_COMMAND_MS, e);
}
