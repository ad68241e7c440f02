/* The only file that knows curses.  Views draw clean text by role at a row and column; screen
 * turns it into cells.  It keeps the terminal: begin, end, suspend, resize, and restore after a
 * crash. */
#ifndef UI_SCREEN_H
#define UI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "ui/key.h"
#include "ui/theme.h"

/* False with E (ERR_IO, for a terminal that is missing, unknown or cannot move its cursor, with
 * what to do about it).  THEME stays the caller's and must outlive the screen.  MONO: no
 * colours whatever the terminal has. */
bool screen_begin(const struct theme *theme, bool mono, struct err *e);
/* Restores the terminal; harmless when it is not begun.  Safe from mem_on_exhaustion(). */
void screen_end(void);

int screen_rows(void);
int screen_cols(void);
/* Reads the window's size again (after SIGWINCH, SIGCONT); the next screen_show() paints all.
 */
void screen_resized(void);
/* The next screen_show() paints every cell. */
void screen_redraw(void);
/* Leaves the screen, stops the process group as ^Z does, and comes back. */
void screen_suspend(void);
/* Gives the terminal to whatever asks a question on it, and takes it back. */
void screen_pause(void);
void screen_resume(void);

/* One frame: begin empty, draw, show.  Drawing outside the window is cut off. */
void screen_clear(void);
/* Draws clean text into exactly WIDTH columns from COL, padded with blanks; longer text is cut.
 * Returns the columns that the text took. */
int draw_text(int row, int col, int width, enum theme_role role, const char *clean);
/* The same with OVER merged over ROLE (the cursor's row). */
int draw_text_over(int row, int col, int width, enum theme_role role, int over,
                   const char *clean);
/* Fills WIDTH columns with a horizontal line. */
void draw_rule(int row, int col, int width, enum theme_role role);
/* Where the terminal's cursor stands after screen_show(); hidden when never called. */
void draw_cursor(int row, int col);
void screen_show(void);

/* The next key that is waiting; KEY_CODE_NONE where there is none.  Never blocks. */
key_code screen_key(void);
/* The descriptor to poll for keys. */
int screen_fd(void);

#endif
