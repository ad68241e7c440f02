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

/* Shared with the child. */
struct board {
    volatile int step; /* the one being played */
    volatile bool cut; /* asked for */
    volatile int messages;
};

struct server {
    pid_t pid;
    uint16_t port;
    const char *const *script; /* NULL for a demo */
    struct board *board;
};

struct player {
    int listener, fd;
};

/* The client may have hung up on what it got so far; where that is wrong, the next thing that
 * is expected of it does not come. */
static void send_text(struct player *p, const char *text, const char *end)
{
    send(p->fd, text, strlen(text), MSG_NOSIGNAL);
    send(p->fd, end, strlen(end), MSG_NOSIGNAL);
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
        p->fd = net_accept(p->listener);
    if (!strncmp(step, "C: ", 3))
        return expect(p, step + 3);
    if (!strncmp(step, "S: ", 3)) {
        send_text(p, step + 3, "\r\n");
    } else if (!strncmp(step, "S- ", 3)) {
        send_text(p, step + 3, "");
    } else {
        if (!strcmp(step, "quit"))
            read_to_end(p);
        hang_up(p, !strcmp(step, "reset"));
    }
    return true;
}

/* In the child: LISTENER is set; in the parent: it is closed. */
static struct server *fork_server(int *listener)
{
    struct server *s = calloc(1, sizeof *s);
    s->board =
        mmap(NULL, sizeof *s->board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (s->board == MAP_FAILED)
        abort();
    *listener = net_listen(&s->port);
    s->pid = fork();
    if (s->pid) {
        close(*listener);
        *listener = -1;
    }
    return s;
}

struct server *server_start(const char *const *script)
{
    struct player p = {.fd = -1};
    struct server *s = fork_server(&p.listener);
    s->script = script;
    if (s->pid)
        return s;
    while (script[s->board->step] && play(&p, script[s->board->step]))
        s->board->step++;
    _exit(0);
}

/* Bytes of one side to the other; false when a side has gone. */
static bool pass_on(int from, int to)
{
    char bytes[65536];
    ssize_t n = read(from, bytes, sizeof bytes);
    return n > 0 && send(to, bytes, (size_t)n, MSG_NOSIGNAL) == n;
}

static void serve_session(struct server *s, struct demo *d, int client)
{
    int inside = demo_connect(d);
    bool open = true;
    while (open && !s->board->cut) {
        struct pollfd fds[] = {{client, POLLIN, 0}, {inside, POLLIN, 0}, demo_poll(d)};
        poll(fds, 3, 20);
        if (fds[0].revents)
            open = pass_on(client, inside);
        if (open && fds[1].revents)
            open = pass_on(inside, client);
        demo_turn(d);
        s->board->messages = (int)demo_count(d);
    }
    if (s->board->cut)
        net_reset(client);
    else
        close(client);
    s->board->cut = false;
    close(inside);
    demo_turn(d); /* sees the end */
}

struct server *server_demo(struct demo *d)
{
    int listener;
    struct server *s = fork_server(&listener);
    if (s->pid)
        return s;
    for (;;) {
        int client = accept(listener, NULL, NULL);
        if (client < 0)
            _exit(0);
        serve_session(s, d, client);
    }
}

void server_cut(struct server *s)
{
    s->board->cut = true;
    for (int i = 0; s->board->cut && i < END_TRIES; i++)
        poll(NULL, 0, 10);
}

int server_messages(const struct server *s)
{
    return s->board->messages;
}

uint16_t server_port(const struct server *s)
{
    return s->port;
}

/* The last steps are played when the client has gone. */
static void wait_for_end(struct server *s)
{
    for (int i = 0; s->script && i < END_TRIES; i++) {
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
    const char *left = s->script ? s->script[s->board->step] : NULL;
    munmap(s->board, sizeof *s->board);
    free(s);
    return left;
}
