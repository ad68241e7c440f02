/* HTML's character references: "&eacute;", "&#233;", "&#xE9;".  The names are those of HTML 4,
 * those that HTML 5 takes without a semicolon, and what mail uses of the rest. */
#ifndef MAIL_HTML_ENTITY_H
#define MAIL_HTML_ENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Names are shorter, numbers have a value; longer ones are plain text. */
#define HTML_REFERENCE_NAME 32

/* One reference, which comes byte by byte.  Zeroed: the '&' has been read, nothing behind it.
 */
struct html_reference {
    enum {
        REFERENCE_START,
        REFERENCE_HASH,
        REFERENCE_X,
        REFERENCE_DECIMAL,
        REFERENCE_HEX,
        REFERENCE_NAME
    } state;
    char x;         /* 'x' or 'X', as it was sent */
    uint32_t value; /* of the digits, never above U+110000 */
    size_t len;
    char text[HTML_REFERENCE_NAME + 8]; /* while it comes: the name; at its end: what it
                                           stands for, LEN bytes of UTF-8 */
};

enum html_reference_end {
    REFERENCE_MORE,
    REFERENCE_TAKEN, /* it ended with this byte, a semicolon */
    REFERENCE_BEFORE /* it ended before this byte, which is to be read again */
};

/* IN_ATTRIBUTE: there "&copy=1" is a part of a URL, not a sign (HTML 13.2.5.73). */
enum html_reference_end html_reference_add(struct html_reference *r, char c, bool in_attribute);
/* The input ends here. */
void html_reference_finish(struct html_reference *r, bool in_attribute);

#endif
