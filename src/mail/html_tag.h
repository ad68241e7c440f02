/* The elements and attributes of HTML that change how a mail reads.  All others are told apart
 * by a hash of their name only. */
#ifndef MAIL_HTML_TAG_H
#define MAIL_HTML_TAG_H

#include <stddef.h>
#include <stdint.h>

enum html_tag {
    TAG_OTHER,
    TAG_A,
    TAG_AREA,
    TAG_BASE,
    TAG_BLOCK, /* div, section, center, ...: lines of its own */
    TAG_BLOCKQUOTE,
    TAG_BODY,
    TAG_BR,
    TAG_BUTTON,
    TAG_CAPTION,
    TAG_DD,
    TAG_DL,
    TAG_DT,
    TAG_FORM,
    TAG_FORMAT, /* b, font, ...: styles that misnesting does not end */
    TAG_HEAD,
    TAG_HEADING,
    TAG_HR,
    TAG_HTML,
    TAG_IMG,
    TAG_INPUT,
    TAG_LI,
    TAG_META,
    TAG_OL,
    TAG_P,
    TAG_PRE,
    TAG_RAW, /* title, iframe, ...: no markup inside, not shown */
    TAG_SCRIPT,
    TAG_SECTION, /* tbody, thead, tfoot */
    TAG_SELECT,
    TAG_SKIP, /* template, svg: markup inside, not shown */
    TAG_STYLE,
    TAG_TABLE,
    TAG_TD,
    TAG_TEXTAREA,
    TAG_TH,
    TAG_TR,
    TAG_UL,
    TAG_VOID, /* has no end, is not shown */
    TAG_WBR,
    TAG_COUNT
};

enum html_tag_flags {
    TAG_IS_EMPTY = 1 << 0,  /* has no end */
    TAG_IS_RAW = 1 << 1,    /* no markup inside but its own end */
    TAG_IS_BLOCK = 1 << 2,  /* begins and ends a line; ends an open paragraph */
    TAG_IS_APART = 1 << 3,  /* and a blank line */
    TAG_IS_CELL = 1 << 4,   /* what is open inside ends with it; nothing inside ends what is
                               outside */
    TAG_IS_TABLE = 1 << 5,  /* table, and its parts: end those inside them */
    TAG_IS_FORMAT = 1 << 6, /* its end may stand anywhere */
    TAG_IS_INSET = 1 << 7   /* lines with a prefix: never beside other text */
};

/* What the lower-case NAME is. */
enum html_tag html_tag_find(const char *name, size_t len);
unsigned html_tag_flags(enum html_tag tag);

enum html_attribute {
    ATTRIBUTE_ACTION,
    ATTRIBUTE_ALT,
    ATTRIBUTE_BACKGROUND,
    ATTRIBUTE_BGCOLOR,
    ATTRIBUTE_BORDER,
    ATTRIBUTE_CHARSET,
    ATTRIBUTE_CLASS,
    ATTRIBUTE_COLOR,
    ATTRIBUTE_CONTENT,
    ATTRIBUTE_HEIGHT,
    ATTRIBUTE_HIDDEN,
    ATTRIBUTE_HREF,
    ATTRIBUTE_HTTP_EQUIV,
    ATTRIBUTE_ID,
    ATTRIBUTE_SRC,
    ATTRIBUTE_START,
    ATTRIBUTE_STYLE,
    ATTRIBUTE_TEXT,
    ATTRIBUTE_TYPE,
    ATTRIBUTE_VALUE,
    ATTRIBUTE_WIDTH,
    ATTRIBUTE_COUNT
};

/* ATTRIBUTE_COUNT: none that matters. */
enum html_attribute html_attribute_find(const char *name, size_t len);

#endif
