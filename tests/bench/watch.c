/* How long a user of dele waits: watch MODE MESSAGES DELE ARGUMENT... runs the browser and
 * prints lines "WHAT VALUE", milliseconds but where it says MB or s: open     since its start
 * until the `first` screen was full of messages and until the list was `complete`; when it has
 * left, `peak-MB` and `cpu-s` known    the same on a server that it has seen before, but not
 * its messages reopen   started again with all that it remembers: until the `first` screen was
 * full, until the server's listing had been `checked` against it read     from Enter until the
 * newest message is `read`, from End and Enter the `oldest` jump     from a key that shows
 * messages which are not loaded until rows stand (`shown`) and until these messages are
 * `loaded`: the medians of some commit   from the last key of the confirmation of 500 deletions
 * to the server's answer to QUIT (`committed`) and until they are `verified` watch type FILE
 * PROGRAM ARGUMENT... types what FILE says, and prints how many `keys` that were.  watch text
 * TEXT PROGRAM ARGUMENT... runs any program until TEXT is on the screen (`text`). */
#include "config.h"

#include "tests/bench/eye.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JUMPS 10
#define DELETIONS 500

static const char *messages;
static char **command;
static double started;
static long number; /* under the cursor before a jump */
static const char *text;

static void print_ms(const char *what, double ms)
{
    printf("%s %.1f\n", what, ms);
}

static void print_since(const char *what, bool (*done)(void), double start)
{
    print_ms(what, wait_until(done, start, DEADLINE_MS));
}

static void open_list(void)
{
    started = eye_start(messages, command);
    wait_until(is_full, started, DEADLINE_MS);
}

static void open_whole_list(void)
{
    open_list();
    wait_until(is_complete, started, DEADLINE_MS);
}

static void measure_open(void)
{
    started = eye_start(messages, command);
    print_since("first", is_full, started);
    print_since("complete", is_complete, started);
    eye_leave(true);
}

/* What is remembered of the messages goes; what of the server, stays. */
static void forget_messages(void)
{
    char run[600];
    snprintf(run, sizeof run,
             "python3 -c \"import sqlite3; d = sqlite3.connect('%s/STATE/dele/dele.db'); "
             "d.execute('DELETE FROM message'); d.execute('DELETE FROM header'); "
             "d.commit()\"",
             term_home() + 5);
    if (system(run) != 0)
        fail("the store cannot be changed");
}

static void measure_known(void)
{
    open_list();
    eye_leave(false);
    forget_messages();
    measure_open();
}

/* The newest message has a number, and nothing is going on. */
static bool is_checked(void)
{
    const char *title = term_row(term, 0);
    return strstr(title, "PLAIN") && !strstr(title, "listing") && is_complete() &&
           !strstr(term_row(term, LIST_TOP), " - ");
}

static void measure_reopen(void)
{
    open_whole_list();
    eye_leave(false);
    started = eye_start(messages, command);
    print_since("first", is_full, started);
    print_since("checked", is_checked, started);
    eye_leave(true);
}

static bool is_open(void)
{
    return !strncmp(term_row(term, 1), " From:", 6);
}

static bool is_list(void)
{
    return !is_open() && is_complete();
}

static void measure_read(void)
{
    open_whole_list();
    print_since("read", is_open, eye_press("\r"));
    wait_until(is_list, eye_press("q"), KEY_DEADLINE_MS);
    print_since("oldest", is_open, eye_press("G\r"));
    eye_leave(false);
}

static bool shows_first(void)
{
    return cursor_number() == 1;
}

static bool shows_another(void)
{
    return cursor_number() > 0 && cursor_number() != number;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void print_median(const char *what, double *times, size_t count)
{
    if (!count)
        fail("all was loaded before a jump");
    qsort(times, count, sizeof *times, by_size);
    print_ms(what, times[count / 2]);
}

/* To the end, and pages from there. */
static void measure_jump(void)
{
    double shown[JUMPS], loaded[JUMPS];
    size_t shows = 0, loads = 0;
    open_list();
    for (int i = 0; i < JUMPS && is_loading(); i++) {
        number = cursor_number();
        double start = eye_press(i ? "\033[5~" : "G");
        shown[shows++] = wait_until(i ? shows_another : shows_first, start, KEY_DEADLINE_MS);
        if (!is_full())
            loaded[loads++] = wait_until(is_full, start, KEY_DEADLINE_MS);
    }
    print_median("shown", shown, shows);
    print_median("loaded", loaded, loads);
    eye_leave(false);
}

static bool shows_text(void)
{
    int row, col;
    return term_find(term, text, &row, &col);
}

static void type_until(const char *keys, const char *shown)
{
    text = shown;
    wait_until(shows_text, eye_press(keys), KEY_DEADLINE_MS);
}

static bool is_committed(void)
{
    int row, col;
    return term_find(term, "logging in again", &row, &col) || is_list();
}

static void measure_commit(void)
{
    char marks[DELETIONS + 1], count[16], marked[32];
    open_whole_list();
    memset(marks, 'd', DELETIONS);
    marks[DELETIONS] = '\0';
    snprintf(marked, sizeof marked, "%d marked", DELETIONS);
    snprintf(count, sizeof count, "%d", DELETIONS);
    type_until(marks, marked);
    type_until("$", "PERMANENTLY");
    type_until("y", "to delete them all");
    type_until(count, ": 500");
    double start = eye_press("\r");
    print_since("committed", is_committed, start);
    text = "deleted";
    print_since("verified", shows_text, start);
    eye_leave(false);
}

static void measure_text(void)
{
    text = messages;
    started = eye_start(messages, command);
    print_since("text", shows_text, started);
    eye_press("x");
}

/* "\r", "\t" and "\e" as keys. */
static void unescape(char *keys)
{
    static const char from[] = "rte", to[] = "\r\t\033";
    char *out = keys;
    for (const char *p = keys; *p; p++) {
        const char *known = *p == '\\' && p[1] ? strchr(from, p[1]) : NULL;
        *out++ = known ? to[known - from] : *p;
        p += known != NULL;
    }
    *out = '\0';
}

/* A character of several octets is one key. */
static size_t count_keys(const char *keys)
{
    size_t count = 0;
    for (; *keys; keys++)
        count += (*keys & 0xC0) != 0x80;
    return count;
}

static void type_line(char *line, size_t *pressed)
{
    line[strcspn(line, "\n")] = '\0';
    char *wanted = strrchr(line, '|');
    if (!wanted)
        fail("a line without what it shows");
    *wanted++ = '\0';
    bool counts = *line != '-';
    char *keys = line + !counts;
    unescape(keys);
    *pressed += counts ? count_keys(keys) : 0;
    double start = *keys ? eye_press(keys) : now_ms();
    text = wanted;
    wait_until(shows_text, start, DEADLINE_MS);
}

/* Types the file MESSAGES: lines "KEYS|TEXT", and TEXT must come.  Behind a '-' keys are not
 * counted. */
static void measure_type(void)
{
    char line[400];
    size_t pressed = 0;
    FILE *file = fopen(messages, "r");
    if (!file)
        fail("there is no such file");
    started = eye_start("", command);
    while (fgets(line, sizeof line, file))
        if (*line != '#')
            type_line(line, &pressed);
    fclose(file);
    printf("keys %zu\n", pressed);
    print_ms("took", now_ms() - started);
    if (!term_wait_exit(term, DEADLINE_MS))
        fail("it does not leave");
    term_free(term);
    term = NULL;
}

static const struct {
    const char *name;
    void (*measure)(void);
} modes[] = {
    {"open", measure_open},     {"known", measure_known}, {"reopen", measure_reopen},
    {"read", measure_read},     {"jump", measure_jump},   {"type", measure_type},
    {"commit", measure_commit}, {"text", measure_text},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 3 && i < sizeof modes / sizeof *modes; i++) {
        if (strcmp(argv[1], modes[i].name) != 0)
            continue;
        messages = argv[2];
        command = argv + 3;
        modes[i].measure();
        if (term)
            term_free(term);
        eye_close();
        return 0;
    }
    fprintf(stderr,
            "usage: watch open|known|reopen|read|jump|commit MESSAGES DELE ARGUMENT...\n"
            "       watch type FILE PROGRAM ARGUMENT...\n"
            "       watch text TEXT PROGRAM ARGUMENT...\n");
    return 64;
}
