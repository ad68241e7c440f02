/* Which key does what in which context: the defaults of the action table, changed by the
 * config. */
#ifndef UI_KEYMAP_H
#define UI_KEYMAP_H

#include <stdbool.h>

#include "base/err.h"
#include "ui/action.h"
#include "ui/key.h"

struct keymap;

struct keymap *keymap_new(void); /* the defaults */
void keymap_free(struct keymap *m);

/* Gives ACTION the blank-separated KEYS instead of those it had; a key that another action of
 * the same context had is taken from it; "none" leaves the action without a key.  False with E
 * for an unknown action or key name. */
bool keymap_bind(struct keymap *m, const char *action, const char *keys, struct err *e);

enum action keymap_find(const struct keymap *m, enum action_context context, key_code key);
/* The first key of an action, in the words of the config ("j", "PageDown", "^F"); "" where it
 * has none. */
const char *keymap_key_name(const struct keymap *m, enum action a);
/* All its keys, "j Down"; "" where it has none.  Valid until the next keymap_bind(). */
const char *keymap_keys(const struct keymap *m, enum action a);

#endif
