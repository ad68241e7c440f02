/* The octets of one part that is text, as clean text: charset found out, HTML and format=flowed
 * undone, what is enclosed in it named. */
#ifndef MAIL_BODY_TEXT_H
#define MAIL_BODY_TEXT_H

#include <stddef.h>

#include "base/buf.h"
#include "mail/mime_part.h"

/* Appends to TEXT, lines ending in LF.  HTML is filled to WIDTH columns, 0: a line a paragraph.
 * CHARSETS: for undeclared text, in this order (NULL-terminated, may be NULL); without any a
 * guess is made.  Appends to NOTES a line (clean, ending in LF) for what a reader should know
 * of: a charset that was not as declared, images that were not fetched.  TEXT's cap cuts at a
 * whole character. */
void body_text(struct buf *text, struct buf *notes, const struct mime_part *part,
               const char *bytes, size_t len, const char *const *charsets, unsigned width);

#endif
