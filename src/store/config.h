/* The configuration file (libconfuse): accounts, theme, key bindings.  Unknown options are
 * errors with file and line. */
#ifndef STORE_CONFIG_H
#define STORE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "maildrop/rules.h"
#include "store/account.h"
#include "store/trash.h"

struct config_key {
    char *action; /* as in the action table */
    char *keys;   /* blank-separated key names */
    int line;     /* of the file, for an error; 0 where it is not known */
};

struct config_rule {
    char *name;
    char *account; /* the one it stands in; NULL: for all */
    char *match;   /* a query */
    enum rule_action action;
    char
        *fault; /* why it is not used, a sentence that begins with file and line; NULL: it is */
};

struct config {
    char *path; /* of the file, which may be missing; NULL: there is no place for one */
    struct account *accounts;
    size_t account_count;
    char *theme; /* "default" */
    struct trash_bounds trash;
    struct config_key *keys;
    size_t key_count;
    struct config_rule *rules;
    size_t rule_count;
};

/* PATH NULL: $XDG_CONFIG_HOME/dele/config, which may be missing (then: defaults).  False with C
 * empty and E (ERR_CONFIG: "/home/joe/.config/dele/config:12: there is no option 'colour';
 * there are: ..."). */
bool config_load(struct config *c, const char *path, struct err *e);
void config_release(struct config *c);
/* NULL where there is none of that name. */
const struct account *config_account(const struct config *c, const char *name);

/* The rules for an account (NULL: one that has no section), its own first; those that are at
 * fault are left out.  The caller frees them. */
struct rules *config_rules(const struct config *c, const char *account);
/* For I from 0, the fault of a rule of that account; NULL behind the last. */
const char *config_rule_fault(const struct config *c, const char *account, size_t i);

#endif
