/* A program on a pseudo-terminal, and what a person would see there: libvterm draws its bytes
 * into cells.  Nothing here sleeps: every wait is for a condition, with a deadline. */
#ifndef TESTS_TERM_H
#define TESTS_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <vterm.h>

struct term {
    pid_t pid; /* 0 once it has ended */
    int fd;    /* the master's side */
    int tty;   /* the slave's side, kept open to look at its settings */
    int rows, cols;
    bool eof;
    bool alt_screen, cursor_visible;
    int status; /* of waitpid() */
    VTerm *vt;
    VTermScreen *screen;
};

/* Starts ARGV with exactly the environment ENVP.  The terminal is its controlling terminal. */
struct term *term_start(int rows, int cols, const char *const argv[], const char *const envp[]);
/* "HOME=..." for ENVP: a directory of this process, empty at first; and away with it. */
const char *term_home(void);
void term_home_drop(void);
/* Kills what still runs. */
void term_free(struct term *t);
/* The terminal goes away, as a closed window's does. */
void term_hang_up(struct term *t);

/* Shows what the program writes within MS; false when that was nothing. */
bool term_pump(struct term *t, int ms);
bool term_wait_text(struct term *t, const char *text, int ms);
bool term_wait_no_text(struct term *t, const char *text, int ms);
bool term_wait_exit(struct term *t, int ms);

void term_keys(struct term *t, const char *utf8);
void term_special(struct term *t, VTermKey key);
void term_resize(struct term *t, int rows, int cols);

/* A row without blanks at its end; valid until the next call. */
const char *term_row(struct term *t, int row);
/* Where TEXT stands, the column in cells; false where it does not. */
bool term_find(struct term *t, const char *text, int *row, int *col);
VTermScreenCell term_cell(struct term *t, int row, int col);
/* The terminal is in cooked mode with echo, as a shell wants it. */
bool term_is_cooked(struct term *t);
/* Prints the screen to standard error. */
void term_dump(struct term *t);

/* Fails the test, showing the screen. */
#define TERM_MUST(condition, t)               \
    do {                                      \
        if (!(condition)) {                   \
            term_dump(t);                     \
            cr_assert_fail("%s", #condition); \
        }                                     \
    } while (0)

#endif
