/* Parameters that say more than ASCII, or more than fits on a line (RFC 2231 sections 3 and 4):
 * "filename*0*=utf-8'en'%E2%82%AC; filename*1=\"...\"".  Beyond the letter, as mailers send it:
 * encoded-words in plain values, 8-bit, sections out of order, blanks in a name without quotes,
 * broken escapes. */
#ifndef MAIL_RFC2231_H
#define MAIL_RFC2231_H

#include <stdbool.h>

#include "base/buf.h"
#include "mail/header.h"
#include "mail/rfc2047.h"

/* Appends parameter NAME of FIELD as UTF-8, decoded and not yet clean; false where it is not
 * there.  CONTEXT, for undeclared bytes, may be NULL. */
bool rfc2231_parameter(struct buf *out, const struct header_field *field, const char *name,
                       const struct rfc2047_context *context);
/* Appends the parameter `charset`, a single word; false where it is not there. */
bool rfc2231_charset(struct buf *out, const struct header_field *field);

#endif
