/* What the parts of html share; for html*.c only. */
#ifndef MAIL_HTML_INSIDE_H
#define MAIL_HTML_INSIDE_H

#include "mail/html.h"
#include "mail/html_fill.h"
#include "mail/html_stack.h"
#include "mail/html_token.h"

/* The link whose text comes. */
struct html_anchor {
    bool open, cut, image;
    bool full;  /* its text is as long as it may be */
    bool blank; /* due before the next word of it */
    struct buf href, text;
};

struct html {
    struct html_tokens tokens;
    struct html_fill fill;
    struct html_stack stack;
    struct html_links *links;
    struct html_anchor anchor;
    struct html_signs signs;
    struct buf action;          /* of the form that is open */
    struct buf password_action; /* of the first form that asks for a password */
    char partial[4];            /* the beginning of a character */
    size_t partial_len;
    bool sheet;     /* a style sheet was seen */
    bool hides;     /* what comes is not seen */
    size_t skipped; /* the place of the open element that is left out uncounted, 0 */
    bool pre_fresh; /* a line end right behind <pre> is dropped */
    bool ended;
    size_t body_len;
};

/* html_text.c: text as it stands in the document, into the lines. */
void html_show(struct html *h, const char *text, size_t len);
/* The same for words of our own. */
void html_show_str(struct html *h, const char *text);
/* A character that was cut off stays one. */
void html_show_partial(struct html *h);

static inline bool html_is_gone(const struct html_style *style)
{
    return style->flags & STYLE_GONE;
}

/* html_open.c */
void html_open_tag(struct html *h, const struct html_token *token);

/* html_close.c: before and behind a block.  One at the beginning of a cell stays beside the
 * cell before. */
void html_break(struct html *h, enum html_tag tag, unsigned flags);
void html_close_tag(struct html *h, const struct html_token *token);
/* The item at PLACE, and with it all that is open inside but styles, as browsers open them
 * again. */
void html_close_item(struct html *h, size_t place);
/* The innermost TAG, if there is one. */
void html_close_open(struct html *h, enum html_tag tag, enum html_scope scope);
void html_close_all(struct html *h);
/* Something is no longer, or newly, hidden. */
void html_look_again(struct html *h);

/* html_inline.c: links, images, forms. */
void html_anchor_open(struct html *h);
void html_anchor_close(struct html *h);
void html_anchor_add(struct html *h, const char *text, size_t len);
void html_image(struct html *h);
void html_form(struct html *h);
void html_input(struct html *h);

#endif
