/* A line that the user types: a search, a number, a pattern.  Pure; the caller draws it.
 * Invariants: the text is clean (base/text.h), at most LIMIT_TEXT bytes long; the cursor stands
 * between two characters, never between one and its marks. */
#ifndef UI_EDIT_H
#define UI_EDIT_H

#include <stddef.h>

#include "base/buf.h"
#include "ui/key.h"

struct edit {
    struct buf text;
    size_t cursor; /* bytes before it */
};

enum edit_result {
    EDIT_MORE,
    EDIT_DONE,      /* Enter */
    EDIT_CANCELLED, /* Esc, ^C */
};

/* What is seen of a line in a window. */
struct edit_view {
    size_t start, len; /* bytes of the text */
    int cursor;        /* column, from 0 to the window's width - 1 */
};

/* TEXT, which need not be clean, is there to begin with; the cursor stands behind it. */
void edit_init(struct edit *e, const char *text);
/* Overwrites what was typed. */
void edit_release(struct edit *e);

/* Left Right Home End ^A ^E ^B ^F move; Backspace Delete ^D take a character, ^U and ^K what is
 * before and behind the cursor, ^W the word before it.  Characters that are not clean, or one
 * too many, change nothing; nor do other keys. */
enum edit_result edit_key(struct edit *e, key_code key);

/* Valid until the next edit_key() or edit_release(). */
const char *edit_text(const struct edit *e);

/* Long lines scroll so that the cursor is always seen. */
struct edit_view edit_view(const struct edit *e, int width);

#endif
