/* Base64 and quoted-printable as they are really sent: junk inside is skipped, an end may be
 * missing.  Total: any bytes in, bytes out.  OUT's cap cuts silently. */
#ifndef MAIL_CODEC_H
#define MAIL_CODEC_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum codec_kind { CODEC_IDENTITY, CODEC_BASE64, CODEC_QUOTED_PRINTABLE };

/* A decoder whose text comes in pieces, however it is cut.  A value: no memory is held. */
struct codec {
    enum codec_kind kind;
    uint32_t bits; /* base64: digits not yet used, fewer than 8 bits of them */
    int count;
    char held[256]; /* quoted-printable: what the next byte decides about */
    size_t held_len;
};
void codec_begin(struct codec *c, enum codec_kind kind);
void codec_feed(struct codec *c, struct buf *out, const char *text, size_t len);
/* The text is over. */
void codec_end(struct codec *c, struct buf *out);

/* The same for a text that is whole. */
void codec_base64(struct buf *out, const char *text, size_t len);
/* RFC 2045 section 6.7: "=XX", soft line breaks, blanks before a line's end dropped. */
void codec_quoted_printable(struct buf *out, const char *text, size_t len);
/* RFC 2047 section 4.2: "=XX" and "_" for a blank. */
void codec_q(struct buf *out, const char *text, size_t len);

#endif
