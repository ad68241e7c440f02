/* A rule for the sender of the message under the cursor: into the configuration file, and its
 * marks. */
#ifndef UI_ADD_RULE_H
#define UI_ADD_RULE_H

#include "ui/app.h"

/* Asks whether for the address or for its domain. */
void add_rule_ask(struct app *app);
/* The question, with room for SIZE bytes; and the key that answers it. */
void add_rule_question(const struct app *app, char *text, size_t size);
void add_rule_answer(struct app *app, key_code key);

/* Takes the newest rule back, and its marks, where nothing was marked since; false where it is
 * not that which is to be undone. */
bool add_rule_undo(struct app *app);
void add_rule_release(struct app *app);

#endif
