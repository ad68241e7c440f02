/* What is enclosed in a plain text by its lines alone: uuencoded and yEnc files, PGP armour
 * (RFC 9580 section 6.2).  Pages of letters that nobody reads become a line that names them. */
#ifndef MAIL_ENCLOSED_H
#define MAIL_ENCLOSED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Appends TEXT (lines ending in LF or CRLF) with each enclosed block replaced by a line such as
 * "[uuencoded file: x.jpg, 1234 octets of text]".  NOT clean: names come as they are.  False,
 * with nothing appended, where nothing is enclosed. */
bool enclosed_name(struct buf *out, const char *text, size_t len);

#endif
