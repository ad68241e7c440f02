/* How long a user of dele waits: watch MESSAGES DELE ARGUMENT... starts the browser on a terminal
 * of 80x24 and prints the milliseconds since then until the first screen was full of messages
 * and until the list was complete; those from Enter until the newest message is to be read, and
 * from End and Enter until the oldest is; and, started again with what it remembers, those until
 * the first screen was full and until the server's listing had come. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/screen/term.h"

#define ROWS 24
#define COLS 80
#define LIST_TOP 2
#define LIST_END (ROWS - 2)
#define STATUS_ROW (ROWS - 2)
#define DEADLINE_MS 120000

static char total[32]; /* "1000 messages" */

static double now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* Every row shows a sender: "Name <address>". */
static bool is_full(struct term *t)
{
    for (int row = LIST_TOP; row < LIST_END; row++)
        if (!strchr(term_row(t, row), '<'))
            return false;
    return true;
}

static bool is_complete(struct term *t)
{
    const char *status = term_row(t, STATUS_ROW);
    return strstr(status, total) && !strstr(status, "headers");
}

static bool is_open(struct term *t)
{
    return !strncmp(term_row(t, 1), " From:", 6);
}

static bool is_list(struct term *t)
{
    return !is_open(t) && is_complete(t);
}

/* The newest message has a number again. */
static bool is_checked(struct term *t)
{
    return is_complete(t) && strstr(term_row(t, LIST_TOP), " - ") == NULL &&
           !strstr(term_row(t, 0), "listing") && strstr(term_row(t, 0), "PLAIN");
}

static double wait_until(struct term *t, bool (*done)(struct term *), double start)
{
    while (!done(t)) {
        if (now_ms() - start > DEADLINE_MS || (!term_pump(t, 20) && t->eof)) {
            term_dump(t);
            fprintf(stderr, "watch: the list did not come\n");
            term_free(t);
            exit(1);
        }
    }
    return now_ms() - start;
}

int main(int argc, char **argv)
{
    const char *env[] = {"TERM=xterm-256color", "LC_ALL=C.UTF-8", term_home(),
                         "PATH=/usr/bin:/bin", NULL};
    if (argc < 3) {
        fprintf(stderr, "usage: watch MESSAGES DELE ARGUMENT...\n");
        return 64;
    }
    snprintf(total, sizeof total, "%s messages", argv[1]);
    double start = now_ms();
    struct term *t = term_start(ROWS, COLS, (const char *const *)argv + 2, env);
    double full = wait_until(t, is_full, start);
    double complete = wait_until(t, is_complete, start);
    double pressed = now_ms();
    term_keys(t, "\r");
    double newest = wait_until(t, is_open, pressed);
    term_keys(t, "q");
    wait_until(t, is_list, now_ms());
    pressed = now_ms();
    term_keys(t, "G\r");
    double oldest = wait_until(t, is_open, pressed);
    term_keys(t, "x");
    term_wait_exit(t, DEADLINE_MS);
    term_free(t);
    start = now_ms();
    t = term_start(ROWS, COLS, (const char *const *)argv + 2, env);
    double again = wait_until(t, is_full, start);
    double checked = wait_until(t, is_checked, start);
    printf("%.1f %.1f %.1f %.1f %.1f %.1f\n", full, complete, newest, oldest, again, checked);
    term_free(t);
    term_home_drop();
    return 0;
}
