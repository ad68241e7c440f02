/* How soon dele is there, whatever the network does: start DELE [ROUNDS] prints lines "WHAT
 * MEDIAN WORST COUNT" in milliseconds: `version`, of `dele --version`; and, of the browser
 * opening a pops:// URL, from its start until a server sees the connection (`connected`), and
 * until the first byte of its ClientHello (`hello`). */
#include "config.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/screen/term.h"

#define ROUNDS_MAX 1000
#define DEADLINE_MS 10000

static double now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static void die(const char *what)
{
    perror(what);
    term_home_drop();
    exit(1);
}

static double version_ms(const char *dele)
{
    double start = now_ms();
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_WRONLY);
        dup2(null, 1);
        execl(dele, dele, "--version", (char *)NULL);
        _exit(127);
    }
    if (waitpid(pid, &status, 0) != pid || status)
        die("start: dele --version");
    return now_ms() - start;
}

static void await(int fd, short events, struct term *t)
{
    double start = now_ms();
    struct pollfd fds[2] = {{fd, events, 0}, {t->fd, POLLIN, 0}};
    while (!(fds[0].revents & events)) {
        if (now_ms() - start > DEADLINE_MS || poll(fds, 2, DEADLINE_MS) <= 0) {
            term_dump(t);
            die("start: dele did not connect");
        }
        if (fds[1].revents && !(fds[0].revents & events))
            term_pump(t, 0);
    }
}

static void connect_ms(const char *dele, int listener, const char *url, double *connected,
                       double *hello)
{
    const char *argv[] = {dele, "--pass-command", "echo secret", url, NULL};
    const char *env[] = {"TERM=xterm-256color", "LC_ALL=C.UTF-8", term_home(),
                         "PATH=/usr/bin:/bin", NULL};
    double start = now_ms();
    struct term *t = term_start(24, 80, argv, env);
    await(listener, POLLIN, t);
    *connected = now_ms() - start;
    int fd = accept(listener, NULL, NULL);
    if (fd < 0)
        die("start: accept");
    await(fd, POLLIN, t);
    *hello = now_ms() - start;
    close(fd);
    term_free(t);
    term_home_drop();
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void print_times(const char *what, double *times, size_t count)
{
    qsort(times, count, sizeof *times, by_size);
    printf("%s %.1f %.1f %zu\n", what, times[count / 2], times[count - 1], count);
}

int main(int argc, char **argv)
{
    static double version[ROUNDS_MAX], connected[ROUNDS_MAX], hello[ROUNDS_MAX];
    size_t rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 20;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char url[64];
    if (argc < 2 || !rounds || rounds > ROUNDS_MAX) {
        fprintf(stderr, "usage: start DELE [ROUNDS]\n");
        return 64;
    }
    if (bind(listener, (struct sockaddr *)&at, sizeof at) || listen(listener, 64) ||
        getsockname(listener, (struct sockaddr *)&at, &size))
        die("start: listen");
    snprintf(url, sizeof url, "pops://ann@localhost:%d", ntohs(at.sin_port));
    for (size_t i = 0; i < rounds; i++) {
        version[i] = version_ms(argv[1]);
        connect_ms(argv[1], listener, url, &connected[i], &hello[i]);
    }
    print_times("version", version, rounds);
    print_times("connected", connected, rounds);
    print_times("hello", hello, rounds);
    return 0;
}
