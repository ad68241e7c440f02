/* The header of a message (which may be cut off anywhere) as lines of clean text. */
#ifndef MAIL_PREVIEW_H
#define MAIL_PREVIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Appends "Name: value" lines: the fields a reader looks at first, or ALL of them, decoded,
 * each on one line ending in LF.  CHARSETS: fallbacks for undeclared text, may be NULL. */
void preview_header(struct buf *out, const char *message, size_t len, bool all,
                    const char *const *charsets);

#endif
