#include "config.h"

#include "ui/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

/* How long the answer to a QUIT that deletes nothing is waited for. */
#define GOODBYE_MS 1000

static int signal_pipe[2] = {-1, -1};
static volatile sig_atomic_t stop_signal, window_changed;

int64_t loop_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void note_signal(int number)
{
    int saved = errno;
    if (number == SIGWINCH || number == SIGCONT)
        window_changed = 1;
    else
        stop_signal = number;
    ssize_t n = write(signal_pipe[1], "s", 1); /* a full pipe wakes the loop as well */
    (void)n;
    errno = saved;
}

void loop_begin(void)
{
    static const int caught[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGWINCH, SIGCONT};
    if (signal_pipe[0] >= 0)
        return;
    if (pipe(signal_pipe))
        return;
    for (int i = 0; i < 2; i++) {
        fcntl(signal_pipe[i], F_SETFL, O_NONBLOCK);
        fcntl(signal_pipe[i], F_SETFD, FD_CLOEXEC);
    }
    struct sigaction action = {.sa_handler = note_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
        struct sigaction inherited;
        bool ignored = caught[i] == SIGHUP && !sigaction(SIGHUP, NULL, &inherited) &&
                       inherited.sa_handler == SIG_IGN; /* nohup */
        if (!ignored)
            sigaction(caught[i], &action, NULL);
    }
    signal(SIGPIPE, SIG_IGN);
}

static void drain_pipe(void)
{
    char bytes[64];
    while (read(signal_pipe[0], bytes, sizeof bytes) > 0)
        ;
}

static unsigned take_signals(void)
{
    unsigned woken = 0;
    if (window_changed)
        woken |= LOOP_RESIZED;
    window_changed = 0;
    if (stop_signal)
        woken |= LOOP_STOPPED;
    return woken;
}

unsigned loop_poll(struct pollfd *fds, nfds_t n, int key_fd, int wait_ms)
{
    fds[0] = (struct pollfd){key_fd, POLLIN, 0}; /* a negative one is ignored */
    fds[1] = (struct pollfd){signal_pipe[0], POLLIN, 0};
    poll(fds, n, wait_ms);

    unsigned woken = 0;
    if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))
        woken |= LOOP_HUNG_UP;
    else if (fds[0].revents & POLLIN)
        woken |= LOOP_KEYS;
    if (fds[1].revents)
        drain_pipe();
    return woken | take_signals();
}

unsigned loop_wait(struct client *c, struct demo *d, int key_fd, int wait_ms)
{
    struct pollfd fds[LOOP_POLLFDS + 1 + CLIENT_POLLFDS];
    nfds_t n = LOOP_POLLFDS;
    if (d)
        fds[n++] = demo_poll(d);
    if (c)
        n += (nfds_t)client_poll(c, fds + n, loop_now(), &wait_ms);
    return loop_poll(fds, n, key_fd, wait_ms);
}

bool loop_work(struct client *c, struct demo *d)
{
    if (d)
        demo_turn(d);
    return c && client_turn(c, loop_now());
}

unsigned loop_turn(struct client *c, struct demo *d, int wait_ms)
{
    unsigned woken = loop_wait(c, d, -1, wait_ms);
    return woken | (loop_work(c, d) ? LOOP_CHANGED : 0);
}

void loop_goodbye(struct client *c, struct demo *d)
{
    int64_t until = loop_now() + GOODBYE_MS, left;
    client_leave(c, loop_now());
    while (!client_is_off(c) && (left = until - loop_now()) > 0)
        if (loop_turn(c, d, (int)left) & LOOP_STOPPED)
            return;
}

void loop_die_of_signal(void)
{
    int number = stop_signal;
    if (!number)
        return;
    signal(number, SIG_DFL);
    raise(number);
}
