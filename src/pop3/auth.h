/* What a login sends: pure functions from names and passwords to the words of the protocol.
 * All results may hold secrets: wipe them with buf_wipe(). */
#ifndef POP3_AUTH_H
#define POP3_AUTH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* RFC 4616, base64: the initial response of AUTH PLAIN.  False where OUT is too small. */
bool auth_plain(struct buf *out, const char *user, const char *password);

/* OAuth bearer tokens, base64.  RFC 7628 section 3.1; and what Google and Microsoft had before
 * it. */
bool auth_oauthbearer(struct buf *out, const char *user, const char *host, unsigned port,
                      const char *token);
bool auth_xoauth2(struct buf *out, const char *user, const char *token);

/* The challenge of a greeting (RFC 1939 APOP): the last "<...@...>" of printable ASCII without
 * blanks or further angle brackets inside; base64 characters occur.  False where there is none.
 * A challenge that is not of this form must not be signed (CVE-2007-1558). */
bool auth_apop_challenge(struct buf *out, const char *greeting, size_t len);
/* MD5 of challenge and password, 32 lower-case hexadecimal digits. */
bool auth_apop_digest(struct buf *out, const char *challenge, const char *password);

#endif
