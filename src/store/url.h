/* The parts of a POP URL (RFC 2384), checked and percent-decoded. */
#ifndef STORE_URL_H
#define STORE_URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum url_scheme { URL_POP, URL_POPS, URL_KPOP };

/* Strings are owned; NULL where the URL lacks the part. */
struct url {
    enum url_scheme scheme;
    char *user;
    char *auth;    /* as written: a mechanism, "+APOP" or "*" */
    char *host;    /* an IPv6 address without its brackets; never NULL */
    uint16_t port; /* 0: none given */
};

/* False with E (ERR_USAGE), and U empty, where a part is wrong.  E names the part and never
 * quotes it: in "pop://joe:pass/word@host" a piece of the password stands where a port does. */
bool url_parse(struct url *u, const char *text, struct err *e);
void url_release(struct url *u);

/* A user, or a host as it may stand in `struct url`; true where it may be sent or dialled. */
bool url_user_is_valid(const char *user);
bool url_host_is_valid(const char *host);

#endif
