/* The elements that are open, at most LIMIT_HTML_DEPTH; deeper ones are only counted, by what
 * they are, so that their ends do not end others. */
#ifndef MAIL_HTML_STACK_H
#define MAIL_HTML_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "mail/html_style.h"
#include "mail/html_tag.h"

struct html_open {
    enum html_tag tag;
    uint32_t key;
    unsigned flags;             /* enum html_tag_flags */
    struct html_style own, in;  /* what it sets, and what holds inside it */
    size_t table;               /* the innermost table's place, this one's too; from 1 */
    size_t prefix;              /* length of the lines' prefix around it */
    long number;                /* TAG_OL: of its next item */
    size_t cells;               /* TAG_TABLE: begun in the row */
    size_t row_line, row_wraps; /* TAG_TABLE: the line of the row's first text */
    bool data;                  /* TAG_TABLE: of figures, not for the layout */
};

struct html_stack {
    size_t count;
    size_t open[TAG_COUNT]; /* of the items, by their tag */
    struct html_style root;
    size_t deeper;          /* elements open beyond the last item, */
    size_t deep[TAG_COUNT]; /* by their tag */
    bool deep_hides;        /* one of them hides what is inside: */
    enum html_tag hider;    /* the one of this tag */
    size_t hider_at;        /* that made deep[hider] this */
    size_t too_deep;        /* all that did not find room */
    struct html_open items[LIMIT_HTML_DEPTH];
};

enum html_scope {
    SCOPE_LINE,  /* within the innermost block */
    SCOPE_CELL,  /* within the table's cell */
    SCOPE_TABLE, /* within the table */
    SCOPE_ALL
};

/* What holds where the next text stands. */
const struct html_style *html_stack_style(const struct html_stack *s);
bool html_stack_hides(const struct html_stack *s);

/* The place (from 1) of the innermost element of this kind, which is KEY where that is not 0;
 * 0 for none. */
size_t html_stack_find(const struct html_stack *s, enum html_tag tag, uint32_t key,
                       enum html_scope scope);
/* Of the innermost list, and the innermost table; NULL. */
struct html_open *html_stack_list(struct html_stack *s);
struct html_open *html_stack_table(struct html_stack *s);

/* The new element; NULL where it is too deep. */
struct html_open *html_stack_push(struct html_stack *s, enum html_tag tag, uint32_t key,
                                  const struct html_style *own);
void html_stack_pop(struct html_stack *s);
/* Takes the item at PLACE out of the stack, those above it stay. */
void html_stack_remove(struct html_stack *s, size_t place);
/* The styles anew, from PLACE up. */
void html_stack_restyle(struct html_stack *s, size_t place);

/* An end tag; true where it ends one of those that are too deep. */
bool html_stack_pop_deep(struct html_stack *s, enum html_tag tag);
void html_stack_forget_deep(struct html_stack *s);

#endif
