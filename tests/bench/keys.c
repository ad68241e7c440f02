/* How soon a key is answered: keys loading|done GROUPS MESSAGES DELE ARGUMENT... runs the
 * browser, presses keys while headers come, or when all are there, and prints lines "WHAT
 * MEDIAN WORST COUNT", milliseconds.  GROUPS: names from the table below, with commas between
 * them. An answer is measured from the write of the key to the last byte of the burst of output
 * with which the screen came to show what the key must show; a burst ends with 2 ms of silence.
 */
#include "config.h"

#include "tests/bench/eye.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PRESSES 50
#define FEW 10
#define PAUSE_MS 30 /* at most, between two presses: so that they fall anywhere in a frame */

static long newest; /* the number at the top */

static long marked(void)
{
    const char *row = status_row(), *at = strstr(row, " marked");
    while (at && at > row && at[-1] >= '0' && at[-1] <= '9')
        at--;
    return at ? strtol(at, NULL, 10) : -1;
}

static void sort_word(char word[16])
{
    const char *at = strstr(status_row(), "sort:");
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
    return wait_until(done, eye_press(keys), KEY_DEADLINE_MS);
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
        wanted_text = " Limit to:";
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
    for (int i = 0; i < 6 && goes_on(); i++) {
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
    const char *at = strstr(status_row(), "headers ");
    return at ? strtol(at + strlen("headers "), NULL, 10) : -1;
}

/* Cursor keys while the order by subject is made again and again, from the middle on. */
static void measure_resort(void)
{
    struct times down = {0};
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

static const struct {
    const char *name;
    void (*measure)(void);
} groups[] = {
    {"lines", measure_lines}, {"pages", measure_pages},   {"ends", measure_ends},
    {"marks", measure_marks}, {"search", measure_search}, {"limit", measure_limit},
    {"sort", measure_sort},   {"resort", measure_resort},
};

static void measure(const char *names)
{
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        size_t len = strlen(groups[i].name);
        const char *at = strstr(names, groups[i].name);
        if (at && (at == names || at[-1] == ',') && (at[len] == ',' || !at[len]))
            groups[i].measure();
    }
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: keys loading|done GROUPS MESSAGES DELE ARGUMENT...\n"
                        "GROUPS: lines,pages,ends,marks,search,limit,sort,resort\n");
        return 64;
    }
    double start = eye_start(argv[3], argv + 4);
    wait_until(is_full, start, DEADLINE_MS);
    newest = cursor_number();
    must_load = !strcmp(argv[1], "loading");
    if (!must_load)
        wait_until(is_complete, start, DEADLINE_MS);
    measure(argv[2]);
    eye_leave(false);
    eye_close();
    return 0;
}
