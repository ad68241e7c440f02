/* The configuration file (libconfuse): accounts, theme, key bindings.  Unknown options are
 * errors with file and line. */
#ifndef STORE_CONFIG_H
#define STORE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "store/account.h"
#include "store/trash.h"

struct config_key {
    char *action; /* as in the action table */
    char *keys;   /* blank-separated key names */
    int line;     /* of the file, for an error; 0 where it is not known */
};

struct config {
    struct account *accounts;
    size_t account_count;
    char *theme; /* "default" */
    struct trash_bounds trash;
    struct config_key *keys;
    size_t key_count;
};

/* PATH NULL: $XDG_CONFIG_HOME/dele/config, which may be missing (then: defaults).  False with C
 * empty and E (ERR_CONFIG: "/home/joe/.config/dele/config:12: there is no option 'colour';
 * there are: ..."). */
bool config_load(struct config *c, const char *path, struct err *e);
void config_release(struct config *c);
/* NULL where there is none of that name. */
const struct account *config_account(const struct config *c, const char *name);

#endif
