#include "config.h"

#include "ui/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "ui/loop.h"

/* Words of a command. */
#define WORDS_MOST 32
/* Read or written at once. */
#define PIECE 65536u

static void close_on_exec(int fd)
{
    fcntl(fd, F_SETFD, FD_CLOEXEC);
}

static void close_both(int ends[2])
{
    for (int i = 0; i < 2; i++)
        if (ends[i] >= 0)
            close(ends[i]);
}

/* The status as a shell tells it. */
static int reap(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* ---- html-command ------------------------------------------------------------------------ */

static void split_words(char *line, char *words[WORDS_MOST + 1])
{
    size_t count = 0;
    char *p = line;
    while (count < WORDS_MOST && *(p += strspn(p, " \t"))) {
        words[count++] = p;
        p += strcspn(p, " \t");
        if (*p)
            *p++ = '\0';
    }
    words[count] = NULL;
}

static void exec_html(char **words, const char *columns, int in, int out)
{
    struct rlimit memory = {LIMIT_FILTER_MEMORY, LIMIT_FILTER_MEMORY};
    struct rlimit seconds = {LIMIT_FILTER_MS / 1000 + 1, LIMIT_FILTER_MS / 1000 + 1};
    struct rlimit none = {0, 0};
    int nowhere = open("/dev/null", O_WRONLY);
    child_reset_signals();
    setpgid(0, 0);
    setrlimit(RLIMIT_AS, &memory);
    setrlimit(RLIMIT_CPU, &seconds);
    setrlimit(RLIMIT_CORE, &none);
    setenv("COLUMNS", columns, 1);
    if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
        dup2(nowhere, STDERR_FILENO) < 0)
        _exit(126);
    execvp(words[0], words);
    _exit(127);
}

struct exchange {
    int in, out; /* our ends; -1: closed */
    const struct buf *input;
    size_t sent;
    struct buf *output;
};

static void send_more(struct exchange *x)
{
    ssize_t n = write(x->in, x->input->data + x->sent, x->input->len - x->sent);
    if (n > 0)
        x->sent += (size_t)n;
    bool again = n < 0 && (errno == EAGAIN || errno == EINTR);
    if (x->sent == x->input->len || (n < 0 && !again)) {
        close(x->in);
        x->in = -1;
    }
}

/* False where it says more than is shown. */
static bool take_more(struct exchange *x)
{
    char piece[8192];
    ssize_t n = read(x->out, piece, sizeof piece);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    if (n <= 0) {
        close(x->out);
        x->out = -1;
        return true;
    }
    return buf_append_cut(x->output, piece, (size_t)n);
}

/* True where it has said all it had to say in time. */
static bool talk(struct exchange *x)
{
    int64_t until = loop_now() + LIMIT_FILTER_MS, left;
    while (x->out >= 0) {
        struct pollfd fds[2] = {{x->in, POLLOUT, 0}, {x->out, POLLIN, 0}};
        if ((left = until - loop_now()) <= 0)
            return false;
        if (poll(fds, 2, (int)left) < 0 && errno != EINTR)
            return false;
        if (fds[0].revents)
            send_more(x);
        if (fds[1].revents && !take_more(x))
            return true;
    }
    return true;
}

bool filter_html(void *command, const struct buf *utf8, unsigned width, struct buf *text,
                 struct buf *notes)
{
    char *line = xstrdup(command), *words[WORDS_MOST + 1], columns[16];
    int in[2] = {-1, -1}, out[2] = {-1, -1}, status = 127;
    bool in_time = false;
    split_words(line, words);
    snprintf(columns, sizeof columns, "%u", width ? width : 80);
    pid_t pid = -1;
    if (words[0] && !pipe(in) && !pipe(out)) {
        for (int i = 0; i < 2; i++) {
            close_on_exec(in[i]);
            close_on_exec(out[i]);
        }
        pid = fork();
        if (pid == 0)
            exec_html(words, columns, in[0], out[1]);
    }
    if (pid > 0) {
        setpgid(pid, pid);
        close(in[0]);
        close(out[1]);
        in[0] = out[1] = -1;
        fcntl(in[1], F_SETFL, O_NONBLOCK);
        fcntl(out[0], F_SETFL, O_NONBLOCK);
        struct exchange x = {in[1], out[0], utf8, 0, text};
        in_time = talk(&x);
        if (!in_time || x.out >= 0)
            kill(-pid, SIGKILL);
        in[1] = x.in;
        out[0] = x.out;
        status = reap(pid);
    }
    close_both(in);
    close_both(out);
    char *name = text_clean_line(words[0] ? words[0] : "", words[0] ? strlen(words[0]) : 0);
    bool good = in_time && text->len;
    if (!in_time)
        buf_printf(notes, _("html-command: %s took too long, or cannot be started\n"), name);
    else if (!good)
        buf_printf(notes, _("html-command: %s failed (%d)\n"), name, status);
    free(name);
    free(line);
    return good;
}

/* ---- a pipe on the terminal -------------------------------------------------------------- */

static bool write_all(void *fd, const char *bytes, size_t len)
{
    while (len) {
        ssize_t n = write(*(int *)fd, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

static void write_source(int fd, const struct body_source *source)
{
    char *piece = xmalloc(PIECE);
    uint64_t at = 0;
    size_t n;
    while ((n = source->read(source->context, at, piece, PIECE)) > 0 &&
           write_all(&fd, piece, n))
        at += n;
    free(piece);
}

int filter_pipe(const char *command, const struct body_source *source,
                const struct mime_part *part, struct err *e)
{
    int ends[2];
    pid_t pid = -1;
    if (!pipe(ends)) {
        close_on_exec(ends[0]);
        close_on_exec(ends[1]);
        pid = fork();
        if (pid == 0) {
            child_reset_signals();
            if (dup2(ends[0], STDIN_FILENO) < 0)
                _exit(126);
            execl("/bin/sh", "sh", "-c", command, (char *)NULL);
            _exit(127);
        }
        close(ends[0]);
    }
    if (pid < 0) {
        err_set(e, ERR_UNAVAILABLE, _("the command cannot be started: %s"), strerror(errno));
        return -1;
    }
    if (part)
        body_decode(source, part, write_all, &ends[1]);
    else
        write_source(ends[1], source);
    close(ends[1]);
    return reap(pid);
}
