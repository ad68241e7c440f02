/* The first bytes of a message (a TOP answer, cut off anywhere) as lines of clean text. */
#ifndef MAIL_PREVIEW_H
#define MAIL_PREVIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Appends "Name: value" lines: the fields a reader looks at first, or ALL of them, decoded,
 * each on one line ending in LF.  CHARSETS: fallbacks for undeclared text, may be NULL. */
void preview_header(struct buf *out, const char *message, size_t len, bool all,
                    const char *const *charsets);

/* Appends the body's lines: of a multipart message those of its first part that is text.
 * Transfer encodings and charsets are undone; HTML stays as it was sent. */
void preview_body(struct buf *out, const char *message, size_t len,
                  const char *const *charsets);

#endif
