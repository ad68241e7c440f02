/* The certificates that a TLS server showed, in words.  With tls.c and tls_check.c the only
 * place that knows GnuTLS. */
#ifndef NET_TLS_CHAIN_H
#define NET_TLS_CHAIN_H

#include <stdbool.h>
#include <stddef.h>

#include <gnutls/gnutls.h>

#include "base/buf.h"

/* Certificate I of the chain, the server's own first, as one line of clean text: whose it is,
 * who issued it, from when to when it is valid, its SHA-256.  False behind the last. */
bool tls_chain_line(gnutls_session_t session, size_t i, struct buf *out);

#endif
