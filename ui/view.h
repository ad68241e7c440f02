/* A view: one file, one table.  It draws the rows between the title and the notices, and takes
 * the actions of its context. */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include "ui/app.h"

struct view {
    enum action_context context;
    /* Draws ROWS rows from ROW on, the window's COLS wide. */
    void (*draw)(struct app *app, int row, int rows, int cols);
    /* What the status row says, appended to OUT (clean text). */
    void (*status)(struct app *app, struct buf *out);
    /* False where the action means nothing here. */
    bool (*act)(struct app *app, enum action action);
};

extern const struct view view_list;
extern const struct view view_message;
extern const struct view view_parts;
extern const struct view view_commit;
extern const struct view view_help;
extern const struct view view_trace;
extern const struct view view_groups;

/* Moves a position over COUNT lines by a movement action; false for any other action. */
bool view_move(enum action action, size_t *position, size_t count, int page);
/* The first line to show so that POSITION is on the screen. */
size_t view_scroll(size_t top, size_t position, size_t count, int page);
/* A bar of WIDTH columns, e.g. "[####    ]". */
void view_bar(struct buf *out, size_t done, size_t all, int width);

/* HEAD at the right end of COLS columns, and the gap behind them; nothing where COLS is 0. */
void view_append_right(struct buf *line, int cols, const char *head);
/* What a connection is doing, in words. */
const char *view_state_word(enum online_state state);
/* frame.c: "?:Help  Enter:Read  ...", as many as fit, from the live key map. */
void view_draw_hints(const struct keymap *keymap, enum action_context context, int row,
                     int cols);
/* frame.c: clean TEXT over at most two rows, the last where the status row begins; returns how
 * many it took, 0 for "". */
int view_draw_notice(const char *text, bool error, int status_row, int cols);
/* view_help: all keys from line *TOP on, which is moved to where there are some; and moves it.
 */
void help_draw(const struct keymap *keymap, size_t *top, int row, int rows, int cols);
bool help_move(size_t *top, enum action action, int page);

/* view_message: searches for TEXT in it, from the top of the window on. */
void message_find(struct app *app, const char *text);
/* view_parts: opens it for the message that is read. */
void parts_open(struct app *app);

/* prompt.c: a key for the question in the bottom row; and its drawing. */
void prompt_key(struct app *app, key_code key);
void prompt_draw(struct app *app, int row, int cols);

/* view_list: no row on the screen waits for its header. */
bool list_is_full(const struct app *app);
/* view_list: takes the newest marking back, and says so. */
void list_undo(struct app *app);
/* view_list: columns for a window COLS wide; one row of it. */
void list_draw_row(struct app *app, int row, int cols, size_t index, bool is_cursor,
                   const char *cause);
void list_draw_heads(struct app *app, int row, int cols, const char *last);

#endif
