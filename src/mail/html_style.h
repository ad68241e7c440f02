/* What an element's style says about whether its text can be seen: inline CSS, colour
 * attributes.  Style sheets are not read; where one may have set a background, no text counts
 * as hidden by its colour. */
#ifndef MAIL_HTML_STYLE_H
#define MAIL_HTML_STYLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/html_token.h"

/* 0xRRGGBB, or one of these. */
#define COLOR_UNSET 0x1000000u       /* as the element around it */
#define COLOR_UNKNOWN 0x2000000u     /* an image, a gradient, a style sheet */
#define COLOR_TRANSPARENT 0x3000000u /* of text: it cannot be seen */

enum html_style_flags {
    STYLE_GONE = 1 << 0,      /* display: none and its like: nothing inside is seen */
    STYLE_INVISIBLE = 1 << 1, /* visibility: hidden; elements inside may be visible again */
    STYLE_VISIBLE = 1 << 2,
    STYLE_TINY = 1 << 3, /* letters of no size; elements inside may have one */
    STYLE_SIZED = 1 << 4,
    STYLE_LINES = 1 << 5, /* white-space: line ends count */
    STYLE_FLOW = 1 << 6,  /* they do not */
    STYLE_KEEP = 1 << 7,  /* blanks count too, and lines are not filled */
};

/* What one element sets, or what holds inside it. */
struct html_style {
    uint32_t color, background;
    unsigned flags;
};

#define HTML_STYLE_NONE ((struct html_style){COLOR_UNSET, COLOR_UNSET, 0})
/* Black on white. */
#define HTML_STYLE_ROOT ((struct html_style){0x000000, 0xFFFFFF, STYLE_VISIBLE | STYLE_SIZED})

/* What the tag just read sets.  SHEET: a style sheet was seen. */
struct html_style html_style_of(const struct html_tokens *t, enum html_tag tag, bool sheet);
/* What holds inside an element that sets OWN, inside AROUND. */
struct html_style html_style_inside(const struct html_style *around,
                                    const struct html_style *own);
/* Its text cannot be seen. */
bool html_style_hides(const struct html_style *style);
/* An image of at most one pixel by one, or without a width or height. */
bool html_style_is_pixel(const struct html_tokens *t);

#endif
