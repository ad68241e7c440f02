/* Character sets: the only file that knows iconv.  Charset names come from mail, so they pass
 * a table of aliases and an allow-list of characters first; "//TRANSLIT" and paths never reach
 * iconv_open().  As the web does, iso-8859-1 and us-ascii are read as windows-1252, and other
 * labels as what senders mean by them (gb2312 as gb18030, ks_c_5601 as cp949, ...).
 * Converters stay open between calls: for one thread only. */
#ifndef MAIL_CHARSET_H
#define MAIL_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Appends the UTF-8 form of bytes in the charset NAME (not NUL-terminated).  What cannot be
 * decoded becomes U+FFFD, a byte each; a last character that is cut off becomes one U+FFFD.
 * False, with nothing appended, where the charset is unknown.  OUT's cap cuts silently. */
bool charset_decode(struct buf *out, const char *name, size_t name_len, const char *bytes,
                    size_t len);
bool charset_is_known(const char *name, size_t name_len);

/* Strict UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF. */
bool charset_is_utf8(const char *bytes, size_t len);
/* More whole characters beyond ASCII than bytes that belong to none: a text in UTF-8 with a
 * broken place, or a cut. */
bool charset_is_nearly_utf8(const char *bytes, size_t len);

/* Appends undeclared 8-bit text: strict UTF-8 if it is that; else by the first of HINT (the
 * message's own Content-Type, may be NULL) and FALLBACKS (NULL-terminated list, may be NULL)
 * that decodes every byte; else by HINT as far as it goes; else as windows-1252.  A hint of
 * us-ascii says nothing; one of ISO-2022 is believed for 7-bit text with escapes. */
void charset_decode_undeclared(struct buf *out, const char *bytes, size_t len, const char *hint,
                               const char *const *fallbacks);

/* Appends UTF-8 text in the charset NAME (of the user's locale); what it lacks becomes '?'. */
void charset_encode(struct buf *out, const char *name, const char *utf8, size_t len);

/* Closes the converters kept open between calls. */
void charset_cleanup(void);

#endif
