/* A message, or a part, out of dele: saved as a file, or piped to a command that the user
 * types.  All of it is fetched first. */
#ifndef UI_EXPORT_H
#define UI_EXPORT_H

#include <stdbool.h>

#include "ui/action.h"

struct app;

/* ACTION_SAVE or ACTION_PIPE: of the part under the cursor in the list of parts, else of the
 * message.  Asks where to, once everything is here. */
void export_begin(struct app *app, enum action action);
/* The fetch that it waits for may have ended. */
void export_follow(struct app *app);
/* What the user typed. */
void export_save(struct app *app, const char *path, bool overwrite);
void export_pipe(struct app *app, const char *command);

#endif
