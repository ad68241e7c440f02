#include "config.h"

#include "tests/bench/eye.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define QUIET_MS 2

struct term *term;

static double latest; /* when the newest byte came */
static char total[32];

double now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

void fail(const char *what)
{
    term_dump(term);
    fprintf(stderr, "eye: %s\n", what);
    term_free(term);
    term_home_drop();
    exit(1);
}

/* ---- the browser ------------------------------------------------------------------------- */

static void make_env(const char *env[])
{
    static char dirs[3][128];
    static const char *const names[] = {"CONFIG", "STATE", "DATA"};
    const char *home = term_home(); /* "HOME=..." */
    size_t n = 0;
    env[n++] = "TERM=xterm-256color";
    env[n++] = "LC_ALL=C.UTF-8";
    env[n++] = "PATH=/usr/bin:/bin";
    env[n++] = home;
    for (size_t i = 0; i < 3; i++) {
        snprintf(dirs[i], sizeof dirs[i], "XDG_%s_HOME=%s/%s", names[i], home + 5, names[i]);
        env[n++] = dirs[i];
    }
    env[n] = NULL;
}

double eye_start(const char *messages, char **argv)
{
    const char *env[8];
    make_env(env);
    snprintf(total, sizeof total, "%s messages", messages);
    double start = latest = now_ms();
    term = term_start(ROWS, COLS, (const char *const *)argv, env);
    return start;
}

void eye_leave(bool tells)
{
    struct rusage used = {0};
    term_keys(term, "x");
    double start = now_ms();
    while (wait4(term->pid, &term->status, WNOHANG, &used) == 0) {
        if (now_ms() - start > KEY_DEADLINE_MS)
            fail("the browser does not leave");
        take_output(1);
    }
    term->pid = 0;
    term_free(term);
    term = NULL;
    if (tells)
        printf("peak-MB %.1f\ncpu-s %.3f\n", (double)used.ru_maxrss / 1024,
               (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                   (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
}

void eye_close(void)
{
    term_home_drop();
}

double eye_press(const char *keys)
{
    double start = latest = now_ms();
    term_keys(term, keys);
    return start;
}

/* ---- the screen -------------------------------------------------------------------------- */

bool take_output(int wait_ms)
{
    static char bytes[1 << 18];
    struct pollfd p = {term->fd, POLLIN, 0};
    size_t len = 0;
    if (term->eof || poll(&p, 1, wait_ms) <= 0)
        return false;
    while (len < sizeof bytes) {
        ssize_t n = read(term->fd, bytes + len, sizeof bytes - len);
        if (n <= 0) {
            term->eof = n == 0 || errno == EIO;
            break;
        }
        len += (size_t)n;
        latest = now_ms();
    }
    if (len) {
        vterm_input_write(term->vt, bytes, len);
        vterm_screen_flush_damage(term->screen);
    }
    return len > 0;
}

static bool has_ended(void)
{
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)term->pid, &info, WEXITED | WNOHANG | WNOWAIT) || info.si_pid;
}

double wait_until(bool (*done)(void), double start, double deadline)
{
    while (!done()) {
        if (now_ms() - start > deadline || (!take_output(20) && has_ended()))
            fail("what was waited for did not come");
    }
    while (take_output(QUIET_MS))
        if (now_ms() - start > deadline)
            fail("the output has no end");
    return latest - start;
}

const char *status_row(void)
{
    return term_row(term, STATUS_ROW);
}

bool is_full(void)
{
    for (int row = LIST_TOP; row < LIST_END; row++)
        if (!strchr(term_row(term, row), '@'))
            return false;
    return true;
}

bool is_loading(void)
{
    return strstr(status_row(), "headers ") != NULL;
}

bool is_complete(void)
{
    return strstr(status_row(), total) && !is_loading();
}

long cursor_number(void)
{
    for (int row = LIST_TOP; row < LIST_END; row++)
        if (term_cell(term, row, 0).chars[0] == '>')
            return strtol(term_row(term, row) + 4, NULL, 10);
    return -1;
}
