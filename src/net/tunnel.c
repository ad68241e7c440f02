#include "config.h"

#include "net/tunnel.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/child.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"

/* A command that was asked to end has this long, in steps. */
#define GRACE_STEPS 20
#define GRACE_STEP_NS 5000000

struct tunnel {
    pid_t pid;
    int errors;      /* its standard error */
    struct buf line; /* what came of it behind the last line end */
    char *words;
};

/* In the child: nothing of ours is left but the three descriptors. */
static void exec_command(const char *command, int line, int errors)
{
    child_reset_signals();
    setsid();
    if (dup2(line, STDIN_FILENO) < 0 || dup2(line, STDOUT_FILENO) < 0 ||
        dup2(errors, STDERR_FILENO) < 0)
        _exit(126);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

static void close_on_exec(int fd)
{
    fcntl(fd, F_SETFD, FD_CLOEXEC);
}

struct tunnel *tunnel_new(const char *command, int *fd, struct err *e)
{
    int line[2] = {-1, -1}, errors[2] = {-1, -1};
    pid_t pid = -1;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, line) == 0 && pipe(errors) == 0) {
        for (int i = 0; i < 2; i++) {
            close_on_exec(line[i]);
            close_on_exec(errors[i]);
        }
        pid = fork();
        if (pid == 0)
            exec_command(command, line[1], errors[1]);
    }
    if (pid < 0)
        err_set(e, ERR_UNAVAILABLE, _("the tunnel command cannot be started: %s"),
                strerror(errno));
    for (int i = pid < 0 ? 0 : 1; i < 2; i++) {
        if (line[i] >= 0)
            close(line[i]);
        if (errors[i] >= 0)
            close(errors[i]);
    }
    if (pid < 0)
        return NULL;
    struct tunnel *t = xcalloc(1, sizeof *t);
    fcntl(errors[0], F_SETFL, O_NONBLOCK);
    t->pid = pid;
    t->errors = errors[0];
    t->line = BUF_INIT(LIMIT_TEXT);
    *fd = line[0];
    return t;
}

/* Most commands end when their input does; the others are made to. */
static void reap(pid_t pid)
{
    const struct timespec step = {.tv_nsec = GRACE_STEP_NS};
    kill(-pid, SIGTERM);
    for (int i = 0; i < GRACE_STEPS; i++) {
        if (waitpid(pid, NULL, WNOHANG) != 0)
            break;
        nanosleep(&step, NULL);
    }
    kill(-pid, SIGKILL); /* its children, too */
    waitpid(pid, NULL, 0);
}

void tunnel_free(struct tunnel *t)
{
    if (!t)
        return;
    close(t->errors);
    reap(t->pid);
    buf_release(&t->line);
    free(t->words);
    free(t);
}

static void take_line(struct tunnel *t)
{
    if (!t->line.len)
        return;
    free(t->words);
    t->words = text_clean_line(t->line.data, t->line.len);
    buf_clear(&t->line);
}

const char *tunnel_last_words(struct tunnel *t)
{
    char bytes[4096];
    ssize_t n;
    while ((n = read(t->errors, bytes, sizeof bytes)) > 0) {
        for (ssize_t i = 0; i < n; i++) {
            if (bytes[i] == '\n')
                take_line(t);
            else if (bytes[i] != '\r')
                buf_append_char(&t->line, bytes[i]);
        }
    }
    if (n == 0)
        take_line(t);
    return t->words ? t->words : "";
}
