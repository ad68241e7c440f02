/* Where a password comes from, before anything is connected: the account's pass-command, or the
 * user.  It has one owner, struct secret, and is wiped there. */
#ifndef STORE_SECRET_H
#define STORE_SECRET_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "store/account.h"

/* Octets.  OAuth tokens are long; more does not fit into LIMIT_AUTH_LINE. */
#define SECRET_MAX 8192

struct secret {
    struct buf text; /* NUL-terminated by struct buf; holds no CR, LF or NUL */
    bool is_set;
};

void secret_init(struct secret *s);
void secret_wipe(struct secret *s);
/* False, with nothing set, where BYTES are none, more than SECRET_MAX, or hold CR, LF or NUL.
 */
bool secret_set(struct secret *s, const char *bytes, size_t len);

/* Sets it from LINE of at most MAX octets; else says what is wrong with it (ERR_AUTH), in a
 * sentence that begins with SOURCE. */
bool secret_set_line(struct secret *s, const char *line, size_t len, size_t max,
                     const char *source, struct err *e);

/* Asks on the terminal /dev/tty with echo off, restored on every signal; takes 1,000 octets, as
 * terminals cut longer lines.  False with E (ERR_AUTH) where there is no terminal, or no
 * answer. */
bool secret_from_terminal(struct secret *s, const char *prompt, struct err *e);

/* Keeps secrets out of core dumps and other processes' reach. */
void secret_harden_process(void);

#endif
