/* What a server says against an OAuth token: a JSON object (RFC 7628 section 3.2.2; XOAUTH2 has
 * the same with other words in it). */
#ifndef CLIENT_OAUTH_H
#define CLIENT_OAUTH_H

#include <stddef.h>

#include "base/buf.h"

/* Appends clean words like "status invalid_token, scope mail" to OUT; nothing where JSON, which
 * may be anything, is no such object. */
void oauth_refusal(struct buf *out, const char *json, size_t len);

#endif
