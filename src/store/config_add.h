/* Rules that the program itself adds to the configuration file.  What stands there is never
 * changed, but for taking away again what was added last.  The file is replaced at once, with
 * the mode it had; a new one is for the user alone. */
#ifndef STORE_CONFIG_ADD_H
#define STORE_CONFIG_ADD_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "maildrop/rules.h"

/* Whether TEXT may stand in a rule's name or match as it is. */
bool config_can_add(const char *text);

/* Appends a rule, for which config_can_add(), and to ADDED the bytes that were appended.  False
 * with the file as it was and E (ERR_IO, ERR_CONFIG): it cannot be written, or the whole could
 * not be read back. */
bool config_add_rule(const char *path, const char *name, const char *match,
                     enum rule_action action, struct buf *added, struct err *e);
/* Takes what was ADDED away again, where it is still the end of the file; else false with E. */
bool config_take_rule(const char *path, const char *added, struct err *e);

#endif
