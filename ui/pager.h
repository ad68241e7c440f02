/* A text laid out for a window: wrapped between words, with a role for each line. */
#ifndef UI_PAGER_H
#define UI_PAGER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "ui/theme.h"

struct pager_line {
    size_t start, len;
    enum theme_role role;
    bool wrapped; /* goes on from the line before */
};

struct pager {
    int width;
    struct buf text; /* clean */
    struct pager_line *lines;
    size_t count;
    char *query; /* folded, NULL: nothing is searched for */
};

void pager_init(struct pager *p);
void pager_release(struct pager *p);

/* Begins anew for WIDTH columns; the query stays. */
void pager_clear(struct pager *p, int width);
/* Appends clean text, lines ending in LF (the last one needs none). */
void pager_add(struct pager *p, enum theme_role role, const char *clean, size_t len);
/* The same for the body of a message: quoted lines get their own role. */
void pager_add_body(struct pager *p, const char *clean, size_t len);

/* Lines from FIRST on, in ROWS rows of COLS columns from COL on.  Wrapped ones have a "+". */
void pager_draw(const struct pager *p, int row, int col, int rows, int cols, size_t first);

/* What to search for; "" for nothing. */
void pager_search(struct pager *p, const char *text);
/* The next line with the query behind line FROM (before it: not FORWARD), around the end;
 * SIZE_MAX for none. */
size_t pager_find(const struct pager *p, size_t from, bool forward);

#endif
