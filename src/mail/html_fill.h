/* Words into lines: filled to a width, with the prefixes of quotes and lists, breaks and blanks
 * collapsed.  Everything that separates is only noted; it is written when a word follows. */
#ifndef MAIL_HTML_FILL_H
#define MAIL_HTML_FILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Deeper quotes and lists are not shown as such. */
#define HTML_PREFIX_SIZE 40

struct html_fill {
    struct buf text; /* valid UTF-8 */
    unsigned width;  /* 0: lines are not filled */
    size_t left_out; /* octets behind the cap */
    bool full;

    /* the prefix of the next line, and of those after it */
    char first[HTML_PREFIX_SIZE], rest[HTML_PREFIX_SIZE];
    size_t prefix_len;
    size_t gap_len; /* of the prefix that blank lines before the next text have */

    /* the line being written */
    bool begun;
    size_t lines; /* begun so far, without those that filling made */
    size_t col;   /* columns up to the last whole word */
    size_t wraps; /* lines that filling made */

    /* the last word */
    bool in_word;     /* it may go on */
    bool narrow;      /* each character of it takes one column; */
    size_t extra;     /* its octets beyond one a character */
    bool movable;     /* a line may end before it */
    size_t gap_at;    /* where the blanks before it begin */
    size_t word_at;   /* and it itself */
    size_t word_col;  /* its first column */
    uint32_t last;    /* its last character */
    struct buf moved; /* a word on its way to the next line */

    /* what is due before the next one */
    bool due; /* any of these, or a new word */
    bool blank, soft;
    size_t newlines, cells;
    const char *cell;              /* what stands between two cells */
    char blanks[HTML_PREFIX_SIZE]; /* those that stay */
    size_t blanks_len;
};

void html_fill_init(struct html_fill *f, unsigned width);
void html_fill_release(struct html_fill *f);

/* Visible ASCII, a word or a part of one. */
void html_fill_word(struct html_fill *f, const char *bytes, size_t len);
/* A visible character beyond ASCII. */
void html_fill_char(struct html_fill *f, uint32_t c, const char *utf8, size_t len);
/* Right behind the last text, whatever is due: " [1]" behind its link. */
void html_fill_behind(struct html_fill *f, const char *ascii);

/* A blank where lines may break; many are one. */
void html_fill_blank(struct html_fill *f);
/* One that stays (no-break, preformatted): ' ' or '\t'. */
void html_fill_hard_blank(struct html_fill *f, char blank);
/* A line may end here. */
void html_fill_soft(struct html_fill *f);
/* The next word begins a line; with 2, behind a blank line. */
void html_fill_break(struct html_fill *f, size_t newlines);
/* One line end more, at most MOST in a row. */
void html_fill_newline(struct html_fill *f, size_t most);
/* BETWEEN (a constant) before the next word; where one is due already and KEEP, once more.
 * JOIN: on the same line, whatever was due. */
void html_fill_cell(struct html_fill *f, const char *between, bool keep, bool join);
/* The last word is whole: `col`, `lines` and `wraps` are up to date. */
void html_fill_settle(struct html_fill *f);

/* FIRST goes before the next line, REST (as long) before those after it. */
void html_fill_push(struct html_fill *f, const char *first, const char *rest);
/* To what prefix_len was. */
void html_fill_pop(struct html_fill *f, size_t len);

/* Ends the last line. */
void html_fill_finish(struct html_fill *f);

#endif
