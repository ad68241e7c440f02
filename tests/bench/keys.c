/* How soon a key is answered: keys MODE MESSAGES DELE ARGUMENT... runs the browser on a
 * terminal of 120x50 and a home of its own, and prints lines "WHAT MEDIAN WORST COUNT". open
 * milliseconds until the first screen was full of messages and until the list was complete;
 * when it has left, its peak memory in MB and its CPU seconds loading-GROUP  answers to keys
 * while headers come, in milliseconds done-GROUP     the same when all are there jump
 * milliseconds from a key that shows messages which are not loaded until the screen shows them,
 * and until all of them are loaded; for a line with a delay An answer is measured from the
 * write of the key to the last byte of the burst of output with which the screen came to show
 * what the key must show; a burst ends with 2 ms of silence. */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/screen/term.h"

#define ROWS 50
#define COLS 120
#define LIST_TOP 2
#define LIST_END (ROWS - 2)
#define STATUS_ROW (ROWS - 2)
#define QUIET_MS 2
#define DEADLINE_MS 300000
#define KEY_DEADLINE_MS 20000
#define PRESSES 50
#define FEW 10
#define PAUSE_MS 30 /* at most, between two presses: so that they fall anywhere in a frame */

static struct term *term;
static double latest; /* when the newest byte came */
static char total[32];

static double now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static void fail(const char *what)
{
    term_dump(term);
    fprintf(stderr, "keys: %s\n", what);
    term_free(term);
    term_home_drop();
    exit(1);
}

/* ---- the screen -------------------------------------------------------------------------- */

/* All that is there now, its time taken before it is drawn; false where there was nothing. */
static bool take_output(int wait_ms)
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

static const char *status(void)
{
    return term_row(term, STATUS_ROW);
}

static bool is_full(void)
{
    for (int row = LIST_TOP; row < LIST_END; row++)
        if (!strchr(term_row(term, row), '@'))
            return false;
    return true;
}

static bool is_loading(void)
{
    return strstr(status(), "headers ") != NULL;
}

static bool is_complete(void)
{
    return strstr(status(), total) && !is_loading();
}

static int cursor_row(void)
{
    for (int row = LIST_TOP; row < LIST_END; row++)
        if (term_cell(term, row, 0).chars[0] == '>')
            return row;
    return -1;
}

static long number_in(int row)
{
    return row < 0 ? -1 : strtol(term_row(term, row) + 4, NULL, 10);
}

static long cursor_number(void)
{
    return number_in(cursor_row());
}

static long marked(void)
{
    const char *at = strstr(status(), " marked");
    while (at && at > status() && at[-1] >= '0' && at[-1] <= '9')
        at--;
    return at ? strtol(at, NULL, 10) : -1;
}

static void sort_word(char word[16])
{
    const char *at = strstr(status(), "sort:");
    snprintf(word, 16, "%.*s", at ? (int)strcspn(at + 5, " ") : 0, at ? at + 5 : "");
}

/* ---- what a key must show ---------------------------------------------------------------- */

static long wanted_number, wanted_marks;
static const char *wanted_text;
static char old_word[16];

static bool shows_number(void)
{
    return cursor_number() == wanted_number;
}

static bool shows_earlier(void)
{
    long number = cursor_number();
    return number > 0 && number < wanted_number;
}

static bool shows_another(void)
{
    long number = cursor_number();
    return number > 0 && number != wanted_number;
}

static bool shows_marks(void)
{
    return marked() == wanted_marks;
}

static bool shows_text(void)
{
    return strstr(term_row(term, ROWS - 1), wanted_text) != NULL;
}

static bool shows_no_text(void)
{
    return !shows_text();
}

static bool shows_other_sort(void)
{
    char word[16];
    sort_word(word);
    return *word && strcmp(word, old_word) != 0;
}

/* The question comes, or the key is not known. */
static bool shows_limit(void)
{
    int row, col;
    return shows_text() || term_find(term, "does nothing", &row, &col);
}

/* ---- measuring --------------------------------------------------------------------------- */

static double wait_until(bool (*done)(void), double start, double deadline)
{
    while (!done()) {
        if (now_ms() - start > deadline || (!take_output(20) && term->eof))
            fail("what was waited for did not come");
    }
    while (take_output(QUIET_MS))
        if (now_ms() - start > deadline)
            fail("the output has no end");
    return latest - start;
}

struct times {
    double at[4 * PRESSES];
    size_t count;
};

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void print_times(const char *what, struct times *t)
{
    if (!t->count)
        return;
    qsort(t->at, t->count, sizeof *t->at, by_size);
    printf("%s %.1f %.1f %zu\n", what, t->at[t->count / 2], t->at[t->count - 1], t->count);
    fflush(stdout);
}

static void print_one(const char *what, double value)
{
    struct times t = {{value}, 1};
    print_times(what, &t);
}

/* Lets frames go by for a while that differs from press to press. */
static void pause_some(void)
{
    static unsigned seed = 1;
    seed = seed * 1103515245u + 12345u;
    double until = now_ms() + (double)(seed >> 16) * PAUSE_MS / 65536;
    while (now_ms() < until)
        take_output(1);
}

static double press(const char *keys, bool (*done)(void))
{
    pause_some();
    double start = latest = now_ms();
    term_keys(term, keys);
    return wait_until(done, start, KEY_DEADLINE_MS);
}

static void add(struct times *t, double ms)
{
    if (t->count < sizeof t->at / sizeof *t->at)
        t->at[t->count++] = ms;
}

/* In the modes `loading-` an answer counts only where the list was still loading. */
static bool must_load;

static bool goes_on(void)
{
    return !must_load || is_loading();
}

static void measure_lines(void)
{
    struct times down = {0};
    for (int i = 0; i < PRESSES && goes_on(); i++) {
        wanted_number = cursor_number() - 1;
        add(&down, press("j", shows_number));
    }
    print_times("down", &down);
}

static void measure_pages(void)
{
    struct times page = {0};
    for (int i = 0; i < PRESSES && goes_on() && cursor_number() > 1; i++) {
        wanted_number = cursor_number();
        add(&page, press("\033[6~", shows_earlier));
    }
    print_times("page-down", &page);
}

static void measure_ends(void)
{
    struct times bottom = {0}, top = {0};
    long newest = cursor_number();
    for (int i = 0; i < FEW && goes_on(); i++) {
        wanted_number = 1;
        add(&bottom, press("G", shows_number));
        wanted_number = newest;
        add(&top, press("g", shows_number));
    }
    print_times("G", &bottom);
    print_times("g", &top);
}

static void measure_marks(void)
{
    struct times mark = {0}, undo = {0};
    wanted_marks = marked();
    for (int i = 0; i < PRESSES / 2 && goes_on(); i++) {
        wanted_marks++;
        add(&mark, press("d", shows_marks));
    }
    for (size_t i = 0; i < mark.count && goes_on(); i++) {
        wanted_marks--;
        add(&undo, press("z", shows_marks));
    }
    print_times("mark", &mark);
    print_times("undo", &undo);
}

static void type_word(const char *word, struct times *typed)
{
    static char so_far[32]; /* looked at until the next question */
    char letter[2] = "";
    for (size_t i = 0; word[i]; i++) {
        letter[0] = word[i];
        snprintf(so_far, sizeof so_far, ": %.*s", (int)i + 1, word);
        wanted_text = so_far;
        add(typed, press(letter, shows_text));
    }
}

static void measure_search(void)
{
    struct times typed = {0}, entered = {0};
    for (int i = 0; i < 3 && goes_on(); i++) {
        wanted_text = " Search:";
        press("/", shows_text);
        type_word("quokka", &typed);
        add(&entered, press("\r", shows_no_text));
    }
    print_times("search-letter", &typed);
    print_times("search-enter", &entered);
}

static void measure_limit(void)
{
    struct times typed = {0}, entered = {0};
    for (int i = 0; i < 3 && goes_on(); i++) {
        wanted_text = " Limit:";
        press("l", shows_limit);
        if (!shows_text())
            return;
        type_word("quokka", &typed);
        add(&entered, press("\r", shows_no_text));
        press("\033", shows_no_text);
    }
    print_times("limit-letter", &typed);
    print_times("limit-enter", &entered);
}

/* Around all the orders; and cursor keys in that by subject, which changes while it loads. */
static void measure_sort(void)
{
    struct times down = {0};
    for (int i = 0; i < 5 && goes_on(); i++) {
        char what[32], word[16];
        sort_word(old_word);
        double ms = press("o", shows_other_sort);
        sort_word(word);
        snprintf(what, sizeof what, "sort-%s", word);
        print_one(what, ms);
        for (int j = 0; j < PRESSES && !strcmp(word, "subject") && goes_on(); j++) {
            wanted_number = cursor_number();
            add(&down, press(j < PRESSES / 2 ? "j" : "k", shows_another));
        }
    }
    print_times("down-by-subject", &down);
}

static long headers_here(void)
{
    const char *at = strstr(status(), "headers ");
    return at ? strtol(at + strlen("headers "), NULL, 10) : -1;
}

/* Cursor keys while the order by subject is made again and again, from the middle on. */
static void measure_resort(void)
{
    struct times down = {0};
    long newest = cursor_number();
    do {
        sort_word(old_word);
        press("o", shows_other_sort);
        sort_word(old_word);
    } while (strcmp(old_word, "subject") != 0);
    while (headers_here() >= 0 && headers_here() < newest / 2)
        take_output(20);
    for (int i = 0; i < 4 * PRESSES && goes_on(); i++) {
        wanted_number = cursor_number();
        add(&down, press(i % 40 < 20 ? "j" : "k", shows_another));
    }
    print_times("down-resorted", &down);
}

/* From a screen that is loaded to one that is not: the end, and pages from there. */
static void measure_jumps(void)
{
    struct times shown = {0}, loaded = {0};
    wanted_number = 1;
    for (int i = 0; i < FEW && is_loading(); i++) {
        double start = latest = now_ms();
        term_keys(term, i ? "\033[5~" : "G");
        add(&shown, wait_until(i ? shows_another : shows_number, start, KEY_DEADLINE_MS));
        bool was_there = is_full();
        double ms = wait_until(is_full, start, KEY_DEADLINE_MS);
        if (!was_there)
            add(&loaded, ms);
        wanted_number = cursor_number();
    }
    print_times("jump-shown", &shown);
    print_times("jump-loaded", &loaded);
}

static void leave(bool tells)
{
    struct rusage used;
    term_keys(term, "x");
    double start = now_ms();
    while (!term->eof && now_ms() - start < KEY_DEADLINE_MS && !kill(term->pid, 0) &&
           wait4(term->pid, &term->status, WNOHANG, &used) == 0)
        take_output(5);
    term->pid = 0;
    if (tells) {
        print_one("peak-MB", (double)used.ru_maxrss / 1024);
        print_one("cpu-s", (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                               (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
    }
}

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

static const struct {
    const char *name;
    void (*measure)(void);
} groups[] = {
    {"lines", measure_lines}, {"pages", measure_pages},   {"ends", measure_ends},
    {"marks", measure_marks}, {"search", measure_search}, {"limit", measure_limit},
    {"sort", measure_sort},   {"resort", measure_resort},
};

int main(int argc, char **argv)
{
    const char *env[8];
    if (argc < 4) {
        fprintf(stderr, "usage: keys open|loading-GROUP|done-GROUP|jump MESSAGES DELE ...\n"
                        "GROUP: lines pages ends marks search limit sort resort\n");
        return 64;
    }
    const char *mode = argv[1], *group = strchr(mode, '-');
    make_env(env);
    snprintf(total, sizeof total, "%s messages", argv[2]);
    double start = latest = now_ms();
    term = term_start(ROWS, COLS, (const char *const *)argv + 3, env);
    double full = wait_until(is_full, start, DEADLINE_MS);
    must_load = !strncmp(mode, "loading", 7);
    if (!strcmp(mode, "open"))
        print_one("first-screen", full);
    if (!strcmp(mode, "open") || !strncmp(mode, "done", 4)) {
        double complete = wait_until(is_complete, start, DEADLINE_MS);
        if (!group)
            print_one("complete", complete);
    }
    if (!strcmp(mode, "jump"))
        measure_jumps();
    for (size_t i = 0; group && i < sizeof groups / sizeof *groups; i++)
        if (!strcmp(group + 1, groups[i].name))
            groups[i].measure();
    leave(!group);
    term_free(term);
    term_home_drop();
    return 0;
}
