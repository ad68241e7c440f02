/* From the greeting to TRANSACTION: which commands a login sends, and when it must not go on.
 * It knows the protocol core and the account, no socket and no clock.
 *   - mechanism.h says by which way, sasl.h what is said on it (RFC 5034);
 *   - nothing secret outside TLS, except on loopback or where the account says `insecure`;
 * APOP, which shows no password, only where it is asked for by name;
 *   - a server that announces -PLUS and cannot do it (Cyrus in TLS 1.3), or refuses it before
 *     anything secret was said, gets SCRAM without, and `warning` says so; once a proof was
 *     sent, a refusal is final;
 *   - a +OK counts only where the server has proven what the mechanism makes it prove;
 *   - STLS, where the account asks for it, must succeed; it is only left out on loopback or
 * with `insecure`, and then `warning` says so;
 *   - a password is tried once; one that was taken just now and is refused without a reason may
 *     meet the lock of its own last session, which proxies hide (perdition: "Re-Authentication
 *     Failure"), and may be tried again later. */
#ifndef CLIENT_LOGIN_H
#define CLIENT_LOGIN_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "client/mechanism.h"
#include "client/sasl.h"
#include "net/tls.h"
#include "pop3/pop3.h"
#include "store/account.h"
#include "store/secret.h"

enum login_state { LOGIN_GREETING, LOGIN_CAPA, LOGIN_STLS, LOGIN_AUTH, LOGIN_OVER };

enum login_step {
    LOGIN_GOES_ON,
    LOGIN_WANTS_TLS, /* start TLS now, then login_secured() */
    LOGIN_DONE,
    LOGIN_FAILED, /* login_error() */
};

struct login {
    const struct account *account; /* borrowed, as the next two */
    const struct secret *password;
    struct pop3 *pop3;
    uint64_t tag; /* of the commands submitted */
    bool loopback;
    bool wants_tls;       /* the account does, and this is not the demo */
    bool secure;          /* TLS is up */
    bool was_good;        /* this very login was taken, and its session ended just now */
    const char *presumed; /* what CAPA said at an earlier login to this server, see
                             login_learnt(); borrowed; NULL */
    struct buf learnt;
    bool no_capa;    /* the server closes the connection at CAPA */
    bool capa_began; /* its answer did */
    bool is_demon;   /* the greeting is Demon's: SDPS */
    enum login_state state;
    bool unbound;                      /* the server cannot do what it announces */
    struct tls_binding binding;        /* of that TLS */
    const struct mechanism *mechanism; /* chosen, NULL before */
    struct sasl *sasl;                 /* while AUTH is under way */
    struct buf first; /* the initial response that waits for the first challenge; secret */
    bool first_waits;
    const char *auth;        /* the mechanism in use, "" before */
    const char *warning;     /* what is not as safe as it should be, or "" */
    enum reply_code refusal; /* why, where the server refused and said so */
    struct err error;
};

/* Before the greeting; login_end() for each. */
void login_begin(struct login *l, const struct account *account, const struct secret *password,
                 struct pop3 *pop3, uint64_t tag);
/* Wipes what is secret; `auth` and the error stay.  For a login that never began, too. */
void login_end(struct login *l);
/* A TLS handshake is complete: before the greeting, or after LOGIN_WANTS_TLS. */
enum login_step login_secured(struct login *l, struct tls_binding binding);
/* An event of TAG, a greeting or a challenge. */
enum login_step login_event(struct login *l, const struct pop3_event *event);

/* What this login has learnt from CAPA, for `presumed` of a later one, which saves a round trip
 * or two; "" where it presumed it itself, or there is nothing to tell.  The first line says
 * whether TLS was up. */
const char *login_learnt(const struct login *l);

#endif
