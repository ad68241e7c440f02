/* format=flowed (RFC 3676): lines that were broken only to be sent, joined again. */
#ifndef MAIL_FLOWED_H
#define MAIL_FLOWED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Appends TEXT (UTF-8, lines ending in LF or CRLF) with each paragraph on one line, behind a
 * ">" for each level of its quote and a blank.  DELETES_SPACE: the blank that marks a soft
 * line break is no part of the text (DelSp=yes).  OUT's cap cuts silently. */
void flowed_join(struct buf *out, const char *text, size_t len, bool deletes_space);

#endif
