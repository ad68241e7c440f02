/* A long line on loopback: delay [-b MBIT] [-o FILE] LISTEN-PORT TARGET-PORT RTT-MS passes
 * everything on, each byte half an RTT late in either direction; towards the client at MBIT
 * Mbit/s, else without a limit on the rate.  The TCP handshake is charged as well: accept()
 * answers at once, so the way to the target opens 1.5 RTT later and the greeting is seen 2 RTT
 * after connect().  Not modelled: slow start, loss, jitter.
 * Prints its port once it listens; LISTEN-PORT 0 takes a free one.  With -o appends a line to
 * FILE when a connection is over: "UP DOWN FLIGHTS MS", the bytes from and to the client, how
 * often the client sent after it had received something (or first), and the time from accept()
 * to the last byte passed on to the client. */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PIECE 65536
#define MAX_LINES 32
#define NS_PER_MS 1000000LL
#define NEVER INT64_MAX
#define SLOW_PIECE 2048 /* with a rate: what is passed on at once */

enum { UP, DOWN }; /* client to server, server to client */

struct piece {
    struct piece *next;
    int64_t due;
    size_t len, done; /* LEN 0: the end */
    char bytes[];
};

struct way {
    struct piece *first, **last;
    bool ended, closed; /* nothing more comes in; nothing more goes out */
};

struct line {
    int fd[2]; /* where UP, DOWN read from; fd[DOWN] is -1 until OPENS */
    int64_t opens;
    struct way way[2];
    uint64_t bytes[2];
    unsigned flights;
    bool heard; /* the client, since it last sent */
    int64_t began, last_down;
    int64_t busy_to; /* with a rate: when the line towards the client is free again */
};

static struct line *lines[MAX_LINES];
static int target_port;
static int64_t one_way;
static double ns_per_byte; /* 0: no limit */
static FILE *counts;

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static int64_t now_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * 1000LL * NS_PER_MS + ts.tv_nsec;
}

static struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static void make_prompt(int fd)
{
    int on = 1;
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static struct line *line_new(int fd)
{
    struct line *l = calloc(1, sizeof *l);
    if (!l)
        die("calloc");
    make_prompt(fd);
    l->fd[UP] = fd;
    l->fd[DOWN] = -1;
    l->began = l->last_down = now_ns();
    l->opens = l->began + 3 * one_way;
    for (int w = UP; w <= DOWN; w++)
        l->way[w].last = &l->way[w].first;
    return l;
}

static void way_drop(struct way *w)
{
    while (w->first) {
        struct piece *p = w->first;
        w->first = p->next;
        free(p);
    }
    w->last = &w->first;
}

static void line_free(struct line *l)
{
    if (counts) {
        fprintf(counts, "%llu %llu %u %.1f\n", (unsigned long long)l->bytes[UP],
                (unsigned long long)l->bytes[DOWN], l->flights,
                (double)(l->last_down - l->began) / (double)NS_PER_MS);
        fflush(counts);
    }
    for (int w = UP; w <= DOWN; w++) {
        way_drop(&l->way[w]);
        if (l->fd[w] >= 0)
            close(l->fd[w]);
    }
    free(l);
}

static void open_target(struct line *l)
{
    struct sockaddr_in to = loopback(target_port);
    l->fd[DOWN] = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(l->fd[DOWN], (struct sockaddr *)&to, sizeof to))
        l->way[UP].closed = l->way[DOWN].closed = true;
    make_prompt(l->fd[DOWN]);
}

static void count_bytes(struct line *l, int w, size_t n)
{
    l->bytes[w] += n;
    if (w == DOWN || !n)
        return;
    if (l->heard || !l->flights)
        l->flights++;
    l->heard = false;
}

/* When a piece of N bytes that has come now has gone through. */
static int64_t due_at(struct line *l, int w, size_t n)
{
    int64_t now = now_ns();
    if (w == UP || ns_per_byte == 0)
        return now + one_way;
    if (l->busy_to < now)
        l->busy_to = now;
    l->busy_to += (int64_t)((double)n * ns_per_byte);
    return l->busy_to + one_way;
}

static void take(struct line *l, int w)
{
    size_t room = w == DOWN && ns_per_byte > 0 ? SLOW_PIECE : PIECE;
    struct piece *p = malloc(sizeof *p + room);
    if (!p)
        die("malloc");
    ssize_t n = read(l->fd[w], p->bytes, room);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        free(p);
        return;
    }
    *p = (struct piece){.len = n > 0 ? (size_t)n : 0};
    p->due = due_at(l, w, p->len);
    count_bytes(l, w, p->len);
    l->way[w].ended = n <= 0;
    *l->way[w].last = p;
    l->way[w].last = &p->next;
}

/* False when the other side takes no more now. */
static bool give(struct line *l, int w)
{
    struct piece *p = l->way[w].first;
    int to = l->fd[!w];
    if (!p->len) {
        shutdown(to, SHUT_WR);
        l->way[w].closed = true;
    } else {
        ssize_t n = write(to, p->bytes + p->done, p->len - p->done);
        if (n < 0 && errno == EAGAIN)
            return false;
        if (n > 0 && w == DOWN) {
            l->heard = true;
            l->last_down = now_ns();
        }
        if (n < 0)
            l->way[UP].closed = l->way[DOWN].closed = true;
        else if ((p->done += (size_t)n) < p->len)
            return true;
    }
    l->way[w].first = p->next;
    if (!p->next)
        l->way[w].last = &l->way[w].first;
    free(p);
    return true;
}

/* Passes on what is due; the time of the next piece, or NEVER.  FULL is set where the reader is
 * slow. */
static int64_t pass_on(struct line *l, int w, bool *full)
{
    *full = false;
    while (l->fd[DOWN] >= 0 && !l->way[w].closed && l->way[w].first) {
        if (l->way[w].first->due > now_ns())
            return l->way[w].first->due;
        if (!give(l, w)) {
            *full = true;
            return NEVER;
        }
    }
    return NEVER;
}

static void serve(int listener)
{
    struct pollfd fds[1 + 2 * MAX_LINES] = {{.fd = listener, .events = POLLIN}};
    int64_t next = NEVER;
    for (int i = 0; i < MAX_LINES; i++) {
        struct pollfd *pair = &fds[1 + 2 * i];
        struct line *l = lines[i];
        bool full[2] = {false, false};
        pair[UP].fd = pair[DOWN].fd = -1;
        if (!l)
            continue;
        if (l->fd[DOWN] < 0 && l->opens <= now_ns())
            open_target(l);
        if (l->fd[DOWN] < 0 && l->opens < next)
            next = l->opens;
        for (int w = UP; w <= DOWN; w++) {
            int64_t due = pass_on(l, w, &full[w]);
            if (due < next)
                next = due;
        }
        if (l->way[UP].closed && l->way[DOWN].closed) {
            line_free(l);
            lines[i] = NULL;
            continue;
        }
        for (int w = UP; w <= DOWN; w++) {
            pair[w].events = (short)((l->way[w].ended ? 0 : POLLIN) | (full[!w] ? POLLOUT : 0));
            pair[w].fd = pair[w].events ? l->fd[w] : -1;
        }
    }
    int64_t wait = next == NEVER ? NEVER : next - now_ns();
    struct timespec until = {.tv_sec = wait / (1000 * NS_PER_MS),
                             .tv_nsec = wait % (1000 * NS_PER_MS)};
    if (wait < 0)
        until = (struct timespec){0, 0};
    if (ppoll(fds, 1 + 2 * MAX_LINES, next == NEVER ? NULL : &until, NULL) < 0)
        return;
    for (int i = 0; i < 2 * MAX_LINES; i++) {
        struct line *l = lines[i / 2];
        if (l && fds[1 + i].revents & (POLLIN | POLLHUP | POLLERR) && !l->way[i % 2].ended)
            take(l, i % 2);
    }
    int fd = fds[0].revents ? accept(listener, NULL, NULL) : -1;
    for (int i = 0; fd >= 0 && i < MAX_LINES; i++) {
        if (!lines[i]) {
            lines[i] = line_new(fd);
            fd = -1;
        }
    }
    if (fd >= 0)
        close(fd);
}

int main(int argc, char **argv)
{
    for (int option; (option = getopt(argc, argv, "b:o:")) != -1;) {
        if (option == 'b')
            ns_per_byte = 8000 / strtod(optarg, NULL);
        else if (option == 'o' && !(counts = fopen(optarg, "a")))
            die(optarg);
    }
    argc -= optind - 1;
    argv += optind - 1;
    if (argc != 4) {
        fprintf(stderr, "usage: delay [-b MBIT] [-o FILE] LISTEN-PORT TARGET-PORT RTT-MS\n");
        return 64;
    }
    struct sockaddr_in at = loopback((int)strtol(argv[1], NULL, 10));
    socklen_t size = sizeof at;
    int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    target_port = (int)strtol(argv[2], NULL, 10);
    one_way = (int64_t)(strtod(argv[3], NULL) * (double)NS_PER_MS / 2);
    signal(SIGPIPE, SIG_IGN);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&at, sizeof at) || listen(listener, 64) ||
        getsockname(listener, (struct sockaddr *)&at, &size))
        die("delay: listen");
    fcntl(listener, F_SETFL, O_NONBLOCK);
    printf("%d\n", ntohs(at.sin_port));
    fflush(stdout);
    for (;;)
        serve(listener);
}
