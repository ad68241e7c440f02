/* Base64 and quoted-printable as they are really sent: junk inside is skipped, an end may be
 * missing.  Total: any bytes in, bytes out.  OUT's cap cuts silently. */
#ifndef MAIL_CODEC_H
#define MAIL_CODEC_H

#include <stddef.h>

#include "base/buf.h"

void codec_base64(struct buf *out, const char *text, size_t len);
/* RFC 2045 section 6.7: "=XX", soft line breaks, blanks before a line's end dropped. */
void codec_quoted_printable(struct buf *out, const char *text, size_t len);
/* RFC 2047 section 4.2: "=XX" and "_" for a blank. */
void codec_q(struct buf *out, const char *text, size_t len);

#endif
