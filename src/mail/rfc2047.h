/* Encoded-words in header text (RFC 2047, RFC 2231 section 5 for the language).  Beyond the
 * letter, as mailers send it: inside quotes, without blanks around, with blanks inside, and
 * with a character cut between two adjacent words of one charset, which are joined before
 * decoding.  A word that is broken, or of an unknown charset, stays as it is. */
#ifndef MAIL_RFC2047_H
#define MAIL_RFC2047_H

#include <stddef.h>

#include "base/buf.h"

/* For bytes without a declared charset; see charset_decode_undeclared(). */
struct rfc2047_context {
    const char *hint;
    const char *const *fallbacks;
};

/* Appends the UTF-8 form of an unfolded field body.  CONTEXT may be NULL.  The result is
 * decoded, not clean: it still has to pass text_clean(). */
void rfc2047_decode(struct buf *out, const char *text, size_t len,
                    const struct rfc2047_context *context);

#endif
