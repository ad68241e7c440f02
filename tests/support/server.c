#include "config.h"

#include "tests/support/server.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/net.h"

#define END_TRIES 200 /* of 10 ms */

struct server {
    pid_t pid;
    uint16_t port;
    const char *const *script;
    volatile int *step; /* shared with the child: the one being played */
};

struct player {
    int listener, fd;
};

static bool send_text(struct player *p, const char *text, const char *end)
{
    return send(p->fd, text, strlen(text), MSG_NOSIGNAL) >= 0 &&
           send(p->fd, end, strlen(end), MSG_NOSIGNAL) >= 0;
}

static bool expect(struct player *p, const char *wanted)
{
    char line[1024];
    size_t len = 0;
    while (len + 1 < sizeof line && read(p->fd, line + len, 1) == 1 && line[len] != '\n')
        len++;
    line[len] = '\0';
    if (!strncmp(line, wanted, strlen(wanted)))
        return true;
    fprintf(stderr, "server: wanted \"%s\", got \"%s\"\n", wanted, line);
    return false;
}

static void read_to_end(struct player *p)
{
    char bytes[1024];
    while (read(p->fd, bytes, sizeof bytes) > 0)
        ;
}

static void hang_up(struct player *p, bool reset)
{
    if (p->fd < 0)
        return;
    if (reset)
        net_reset(p->fd);
    else
        close(p->fd);
    p->fd = -1;
}

static bool play(struct player *p, const char *step)
{
    if (p->fd < 0)
        p->fd = accept(p->listener, NULL, NULL);
    if (!strncmp(step, "S: ", 3))
        return send_text(p, step + 3, "\r\n");
    if (!strncmp(step, "S- ", 3))
        return send_text(p, step + 3, "");
    if (!strncmp(step, "C: ", 3))
        return expect(p, step + 3);
    if (!strcmp(step, "quit"))
        read_to_end(p);
    hang_up(p, !strcmp(step, "reset"));
    return true;
}

struct server *server_start(const char *const *script)
{
    struct server *s = calloc(1, sizeof *s);
    struct player p = {.fd = -1};
    s->script = script;
    s->step =
        mmap(NULL, sizeof *s->step, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (s->step == MAP_FAILED)
        abort();
    p.listener = net_listen(&s->port);
    s->pid = fork();
    if (!s->pid) {
        while (script[*s->step] && play(&p, script[*s->step]))
            ++*s->step;
        _exit(0);
    }
    close(p.listener);
    return s;
}

uint16_t server_port(const struct server *s)
{
    return s->port;
}

/* The last steps are played when the client has gone. */
static void wait_for_end(struct server *s)
{
    for (int i = 0; i < END_TRIES; i++) {
        if (waitpid(s->pid, NULL, WNOHANG) == s->pid)
            return;
        poll(NULL, 0, 10);
    }
    kill(s->pid, SIGKILL);
    waitpid(s->pid, NULL, 0);
}

const char *server_stop(struct server *s)
{
    wait_for_end(s);
    const char *left = s->script[*s->step];
    munmap((void *)s->step, sizeof *s->step);
    free(s);
    return left;
}
