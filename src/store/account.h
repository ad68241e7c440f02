/* Where a maildrop is and how to get in: from a URL (RFC 2384) or a section of the config. */
#ifndef STORE_ACCOUNT_H
#define STORE_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum account_tls { ACCOUNT_TLS_IMPLICIT, ACCOUNT_TLS_STARTTLS, ACCOUNT_TLS_NONE };
enum account_auth {
    ACCOUNT_AUTH_AUTO,
    ACCOUNT_AUTH_PLAIN,
    ACCOUNT_AUTH_USER,
    ACCOUNT_AUTH_APOP,
    ACCOUNT_AUTH_LOGIN,
    ACCOUNT_AUTH_CRAM_MD5,
    ACCOUNT_AUTH_DIGEST_MD5,
    ACCOUNT_AUTH_SCRAM_SHA_1,
    ACCOUNT_AUTH_SCRAM_SHA_256,
    ACCOUNT_AUTH_SCRAM_SHA_1_PLUS,
    ACCOUNT_AUTH_SCRAM_SHA_256_PLUS,
    ACCOUNT_AUTH_GSSAPI,
    ACCOUNT_AUTH_EXTERNAL,
    ACCOUNT_AUTH_OAUTHBEARER,
    ACCOUNT_AUTH_XOAUTH2,
    ACCOUNT_AUTH_NTLM,
    ACCOUNT_AUTH_COUNT
};
enum account_pipelining {
    ACCOUNT_PIPELINING_AUTO,
    ACCOUNT_PIPELINING_FORCE,
    ACCOUNT_PIPELINING_OFF
};

/* Demon's SDPS, which tells the envelope of a message: AUTO where the greeting shows it. */
enum account_sdps { ACCOUNT_SDPS_AUTO, ACCOUNT_SDPS_YES, ACCOUNT_SDPS_NO };

/* What is kept of a message that is deleted. */
enum account_trash {
    ACCOUNT_TRASH_HEADERS,
    ACCOUNT_TRASH_FULL,
    ACCOUNT_TRASH_NONE,
    ACCOUNT_TRASH_COUNT
};

/* Strings are owned; NULL where not set. */
struct account {
    char *name; /* of the section, or "user@host" */
    char *user;
    char *host;
    uint16_t port;   /* never 0 */
    bool port_given; /* else it follows the scheme and `tls`: 995, 110 or 1109 */
    enum account_tls tls;
    enum account_auth auth;
    bool kpop;  /* a Kerberos ticket is shown before the greeting; no TLS, no password */
    bool oauth; /* what pass_command prints is an OAuth token, not a password */
    char *pass_command;
    char *trust_authserv; /* authserv-ids (RFC 8601) that are believed, blanks between */
    char *html_command; /* reads HTML, writes text: words, no shell; NULL: our own reader */
    char *tls_ca;
    char *tunnel;   /* a command that is the connection; NULL: dial */
    bool login;     /* no: the tunnel's other side has done that */
    bool tls_given; /* by a setting, not only by the URL */
    char *trace;    /* a file for the dialogue */
    char *tls_pin;
    char *tls_cert; /* PEM: the client's own, for EXTERNAL */
    char *tls_key;  /* NULL: it stands in tls_cert */
    bool insecure;
    bool read_only;
    enum account_pipelining pipelining;
    enum account_sdps sdps;
    unsigned timeout_s;   /* of silence; 0: LIMIT_SILENCE_MS */
    unsigned idle_park_s; /* 0: never */
    bool cache;           /* headers are remembered */
    bool verify;
    enum account_trash trash;
    uint64_t retr_limit; /* octets of a message that is fetched whole without asking */
    char **charsets;     /* NULL-terminated fallbacks for undeclared text; never NULL */
};

void account_init(struct account *a);    /* the defaults */
void account_release(struct account *a); /* to the defaults */
/* TO is initialised; what it held is released. */
void account_copy(struct account *to, const struct account *from);

/* SCHEME://[user[;auth=MECH]@]host[:port][/], percent-encoded.  pops: TLS from the start, port
 * 995; pop: STLS, port 110; kpop: Kerberos, port 1109.  A is initialised; it gets the parts
 * that the URL has, and a name where it had none.  False with A as it was and E (ERR_USAGE)
 * naming the part that is wrong; a password in the URL is refused. */
bool account_from_url(struct account *a, const char *url, struct err *e);
/* True for "WORD://": also for schemes that are not served, which account_from_url() explains.
 */
bool account_looks_like_url(const char *text);

/* One setting by the name it has in the config and on the command line ("tls", "tls-ca", ...).
 * Switches take yes or no.  False with A as it was and E (ERR_USAGE) where the name is unknown
 * or the value not allowed. */
bool account_set(struct account *a, const char *name, const char *value, struct err *e);
/* The names that account_set() knows, for I from 0; NULL behind the last. */
const char *account_setting(size_t i);

/* False where the way to log in that A names takes no password: do not ask for one. */
bool account_needs_password(const struct account *a);

/* Appends what the maildrop is known by in the store: "ann@pop.example.org:995". */
void account_key(const struct account *a, struct buf *out);

#endif
