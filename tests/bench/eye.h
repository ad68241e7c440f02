/* A browser on a terminal of 120x50, and someone who looks at its screen with a clock in hand:
 * what watch.c and keys.c share.  There is one browser at a time. */
#ifndef BENCH_EYE_H
#define BENCH_EYE_H

#include <stdbool.h>

#include "tests/screen/term.h"

#define ROWS 50
#define COLS 120
#define LIST_TOP 2
#define LIST_END (ROWS - 2)
#define STATUS_ROW (ROWS - 2)
#define DEADLINE_MS 120000
#define KEY_DEADLINE_MS 20000

extern struct term *term;

double now_ms(void);
/* Shows the screen, says what is wrong, and exits. */
void fail(const char *what) __attribute__((noreturn));

/* Starts ARGV, a browser of a maildrop of MESSAGES; its home is the same for the life of this
 * process, empty at first.  Returns the time. */
double eye_start(const char *messages, char **argv);
/* Leaves with x; prints the peak memory and the CPU time of the browser where TELLS. */
void eye_leave(bool tells);
/* Types KEYS; returns the time. */
double eye_press(const char *keys);
/* The home goes away. */
void eye_close(void);

/* Draws all that has come, or comes within WAIT_MS; false where nothing did. */
bool take_output(int wait_ms);
/* Milliseconds from START to the last byte of the burst of output with which DONE came true; a
 * burst ends with 2 ms of silence.  Fails after DEADLINE ms. */
double wait_until(bool (*done)(void), double start, double deadline);

const char *status_row(void);
/* Every row of the list shows a sender. */
bool is_full(void);
bool is_loading(void);
/* All headers are there. */
bool is_complete(void);
/* The number of the message under the cursor, -1 where there is none. */
long cursor_number(void);

#endif
