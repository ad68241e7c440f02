#include "config.h"

#include "tests/servers/cutproxy.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/net.h"

#define MAX_LINES 8

/* Shared with the child: what is asked for, and what has passed. */
struct order {
    volatile bool armed;
    volatile enum cut_direction direction;
    volatile size_t limit;
    volatile bool reset;
    volatile size_t passed[2];
};

struct cutproxy {
    pid_t pid;
    uint16_t port;
    struct order *order;
};

struct line {
    int fds[2]; /* client, server */
    bool open, counted;
};

static void cut(struct line *l, bool reset)
{
    for (int i = 0; i < 2; i++) {
        if (reset)
            net_reset(l->fds[i]);
        else
            close(l->fds[i]);
    }
    l->open = false;
}

/* Sends all of it; a side that is gone ends the line. */
static bool send_all(int fd, const char *bytes, size_t len)
{
    while (len) {
        ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

static void pass_on(struct order *o, struct line *l, enum cut_direction from)
{
    char bytes[4096];
    size_t most = sizeof bytes;
    bool limited = l->counted && o->limit != SIZE_MAX && from == o->direction;
    if (limited && o->limit - o->passed[from] < most)
        most = o->limit - o->passed[from];
    ssize_t n = read(l->fds[from], bytes, most);
    if (n <= 0 || !send_all(l->fds[!from], bytes, (size_t)n)) {
        cut(l, false);
        return;
    }
    if (l->counted)
        o->passed[from] += (size_t)n;
    if (limited && o->passed[from] == o->limit)
        cut(l, o->reset);
}

static void accept_line(struct order *o, struct line lines[MAX_LINES], int listener,
                        uint16_t port)
{
    int client = accept(listener, NULL, NULL);
    int server = net_connect(port);
    for (int i = 0; i < MAX_LINES; i++) {
        if (lines[i].open)
            continue;
        lines[i] = (struct line){{client, server}, true, o->armed};
        o->armed = false;
        if (lines[i].counted && o->limit == 0)
            cut(&lines[i], o->reset);
        return;
    }
    close(client);
    close(server);
}

static void serve(struct order *o, int listener, uint16_t port)
{
    struct line lines[MAX_LINES] = {0};
    for (;;) {
        struct pollfd fds[1 + 2 * MAX_LINES] = {{listener, POLLIN, 0}};
        for (int i = 0; i < MAX_LINES; i++)
            for (int side = 0; side < 2; side++)
                fds[1 + 2 * i + side] =
                    (struct pollfd){lines[i].open ? lines[i].fds[side] : -1, POLLIN, 0};
        if (poll(fds, 1 + 2 * MAX_LINES, -1) < 0 && errno != EINTR)
            return;
        for (int i = 0; i < MAX_LINES; i++)
            for (int side = 0; side < 2; side++)
                if (lines[i].open && fds[1 + 2 * i + side].revents)
                    pass_on(o, &lines[i], (enum cut_direction)side);
        if (fds[0].revents)
            accept_line(o, lines, listener, port);
    }
}

struct cutproxy *cutproxy_start(uint16_t port)
{
    struct cutproxy *p = calloc(1, sizeof *p);
    p->order =
        mmap(NULL, sizeof *p->order, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (p->order == MAP_FAILED)
        abort();
    int listener = net_listen(&p->port);
    p->pid = fork();
    if (!p->pid) {
        serve(p->order, listener, port);
        _exit(0);
    }
    close(listener);
    return p;
}

void cutproxy_stop(struct cutproxy *p)
{
    kill(p->pid, SIGKILL);
    waitpid(p->pid, NULL, 0);
    munmap(p->order, sizeof *p->order);
    free(p);
}

uint16_t cutproxy_port(const struct cutproxy *p)
{
    return p->port;
}

void cutproxy_arm(struct cutproxy *p, enum cut_direction direction, size_t bytes, bool reset)
{
    p->order->direction = direction;
    p->order->limit = bytes;
    p->order->reset = reset;
    p->order->passed[CUT_UP] = p->order->passed[CUT_DOWN] = 0;
    p->order->armed = true;
}

size_t cutproxy_passed(const struct cutproxy *p, enum cut_direction direction)
{
    return p->order->passed[direction];
}
