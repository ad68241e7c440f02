/* Passwords from ~/.netrc, the file that ftp, curl and fetchmail share: "machine HOST login USER
 * password WORD", "default", "macdef" and "#" comments; words may stand in double quotes. */
#ifndef STORE_NETRC_H
#define STORE_NETRC_H

#include "base/err.h"
#include "store/account.h"
#include "store/secret.h"

enum netrc_result {
    NETRC_FOUND, /* S is set */
    NETRC_NONE,  /* no file, or no entry for this user and host */
    NETRC_FAULT, /* E (ERR_CONFIG) says what is wrong with the file, and where */
};

/* The first entry whose machine is A's host and whose login, if it has one, is A's user; a
 * "default" counts only with that very login.  A file with a password for A that others may
 * read is a fault. */
enum netrc_result netrc_find(struct secret *s, const struct account *a, const char *path,
                             struct err *e);
/* The same in ~/.netrc. */
enum netrc_result netrc_find_at_home(struct secret *s, const struct account *a, struct err *e);

#endif
