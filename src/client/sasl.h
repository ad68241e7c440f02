/* A SASL mechanism in progress (RFC 4422), between the challenges and the responses of AUTH
 * (RFC 5034): both in base64.  Those with cryptography are GNU SASL's, of which this is the
 * only user; PLAIN, LOGIN, EXTERNAL, OAUTHBEARER and XOAUTH2 are a sentence each and made by
 * pop3/auth.  No policy: whether a mechanism may be used here says mechanism.h.
 *
 * Nothing blocks, but for GSSAPI, whose first step may ask a KDC: use it only where
 * sasl_has_ticket().  Secrets are borrowed and copied no longer than a step takes; what the
 * library computes from them inside is out of reach. */
#ifndef CLIENT_SASL_H
#define CLIENT_SASL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "net/tls.h"

/* All is borrowed until sasl_free(). */
struct sasl_setup {
    const char *mechanism; /* upper case, as on the wire */
    const char *user;
    const char *secret; /* the password, or the OAuth token; "" where there is none */
    const char *host;   /* as the user gave it */
    uint16_t port;
    /* For the -PLUS mechanisms.  (The others could tell by it that they would have bound
     * themselves, RFC 5802 section 6; GNU SASL 2.2.0 fails over that.) */
    const struct tls_binding *binding;
};

struct sasl;

/* NULL with E (ERR_CONFIG) where the library does not know the mechanism. */
struct sasl *sasl_new(const struct sasl_setup *setup, struct err *e);
void sasl_free(struct sasl *s); /* NULL is fine */

/* RESPONSE, empty before, gets the answer to the LEN bytes of CHALLENGE, which may be anything;
 * "" is an empty line.  Where the client begins, the first challenge is not looked at and may
 * be NULL: then RESPONSE is an initial response.  False with E (ERR_AUTH, or ERR_PROTOCOL for a
 * challenge that makes no sense) where nothing can be answered: cancel.  Wipe RESPONSE. */
bool sasl_step(struct sasl *s, const char *challenge, size_t len, struct buf *response,
               struct err *e);
/* False as long as the server owes a proof that it knows the password, or has the service's key
 * (SCRAM, DIGEST-MD5, GSSAPI): a +OK is worth nothing then. */
bool sasl_may_end(const struct sasl *s);
/* Nothing that was said so far depends on the secret. */
bool sasl_is_secret_untold(const struct sasl *s);
/* What the server said against an OAuth token (RFC 7628 section 3.2.2), in clean words; ""
 * where it said nothing.  Valid as long as S. */
const char *sasl_refusal(const struct sasl *s);

/* The library has MECHANISM (upper case), and can bind it so to TLS where it ends in -PLUS. */
bool sasl_knows(const char *mechanism, enum tls_binding_type type);
/* A Kerberos ticket cache is likely to be there: by KRB5CCNAME, or the default file. */
bool sasl_has_ticket(void);

#endif
