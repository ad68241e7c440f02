/* Which way to log in: from what the server offers, what the account asks for, and what the
 * connection is like.  Pure.
 *
 * `auto` takes the strongest that is offered and can be used here: SCRAM bound to TLS, SCRAM,
 * GSSAPI with a ticket; then inside TLS or on a private line PLAIN, LOGIN, USER, EXTERNAL,
 * DIGEST-MD5, CRAM-MD5, and APOP inside TLS; where others may listen, DIGEST-MD5 and CRAM-MD5
 * come first.  Where the secret is an OAuth token: OAUTHBEARER, XOAUTH2 and nothing else.
 *
 * What shows the secret to whoever listens is never used outside TLS, except on a private line
 * or with `insecure`.  SCRAM goes without its binding only where the server offers none, or
 * there is nothing to bind it to; login.c may ask again without, and then warns.  A way that
 * the account names is taken as named or not at all. */
#ifndef CLIENT_MECHANISM_H
#define CLIENT_MECHANISM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/account.h"

enum mechanism_flags {
    MECHANISM_SASL = 1 << 0,    /* AUTH and its name; the others have commands of their own */
    MECHANISM_SHOWS = 1 << 1,   /* the secret, to whoever listens */
    MECHANISM_BINDS = 1 << 2,   /* itself to TLS */
    MECHANISM_INITIAL = 1 << 3, /* may begin with an initial response (RFC 5034 section 4) */
    MECHANISM_TOKEN = 1 << 4,   /* the secret is an OAuth token */
    MECHANISM_DIGEST = 1 << 5,  /* the server must know the password in a form of its own */
};

struct mechanism {
    const char *name; /* as on the wire; to be shown */
    enum account_auth auth;
    unsigned flags;
};

/* Facts; zero is "no". */
struct mechanism_ask {
    enum account_auth wanted;
    bool kpop;        /* a ticket was shown before the greeting: it decides, not a password */
    const char *sasl; /* the words behind CAPA's SASL, unclean; "" where there are none */
    bool user;        /* CAPA has USER, or there was no CAPA */
    bool challenge;   /* the greeting has one for APOP */
    bool tls;         /* is up */
    bool private;     /* nobody else sees the line */
    bool insecure;    /* the user does not mind */
    bool token;       /* the secret is an OAuth token */
    bool certificate; /* the account has one */
    bool ticket;      /* of Kerberos, is likely to be there */
    bool binding;     /* to TLS is possible */
    uint32_t missing; /* bit 1 << auth: the SASL library lacks it */
};

/* The way of an account_auth but AUTO. */
const struct mechanism *mechanism_of(enum account_auth auth);

/* NULL with one sentence in E (ERR_AUTH) that names what the server offers and what to do; the
 * server's words in it are unclean. */
const struct mechanism *mechanism_choose(const struct mechanism_ask *ask, struct err *e);

#endif
