/* The account's pass-command: the first line that it writes is the password. */
#ifndef STORE_SECRET_COMMAND_H
#define STORE_SECRET_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/account.h"
#include "store/secret.h"

#define SECRET_COMMAND_MS 60000

/* Runs it by /bin/sh with nothing to read on standard input.  False with E (ERR_AUTH) where it
 * fails, says nothing, or takes longer than 60 s; it and its children are ended then.  Blocks:
 * call it before the screen is up. */
bool secret_from_command(struct secret *s, const struct account *a, struct err *e);
/* The same with another limit than SECRET_COMMAND_MS. */
bool secret_from_command_within(struct secret *s, const struct account *a, int limit_ms,
                                struct err *e);

/* ---- the same without blocking ---- */

struct secret_command;

/* A stays the caller's, and must live as long.  NULL with E. */
struct secret_command *secret_command_new(const struct account *a, int limit_ms, struct err *e);
/* Ends what still runs. */
void secret_command_free(struct secret_command *c);
/* What to poll for reading (-1: nothing), and for how long at most. */
int secret_command_fd(const struct secret_command *c, int *timeout_ms);
enum secret_state { SECRET_WAITED_FOR, SECRET_HERE, SECRET_FAILED };
/* Goes on.  SECRET_HERE with S set, SECRET_FAILED with E: then free it. */
enum secret_state secret_command_turn(struct secret_command *c, struct secret *s,
                                      struct err *e);

#endif
