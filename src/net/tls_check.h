/* Whether the certificate that a TLS server showed is good for a host, and the words for why it
 * is not.  With tls.c the only place that knows GnuTLS. */
#ifndef NET_TLS_CHECK_H
#define NET_TLS_CHECK_H

#include <stdbool.h>

#include <gnutls/gnutls.h>

#include "base/buf.h"
#include "net/host.h"

/* Room for the reasons; the most certain ones come first, so that a cut hits the names. */
#define TLS_CHECK_WHY_MAX 400

/* The certificate is valid now, leads to a trusted authority by SESSION's credentials, was made
 * for a server, and has HOST in its subjectAltName.  Otherwise false, with the reasons appended
 * to WHY: clean text, joined by "; ". */
bool tls_check_peer(gnutls_session_t session, const struct host *host, struct buf *why);

#endif
