/* What is kept from one run to the next: the store, the journal and the trash. */
#ifndef UI_KEPT_H
#define UI_KEPT_H

#include <stdbool.h>

#include "client/client.h"
#include "store/db.h"
#include "store/journal.h"
#include "store/trash.h"
#include "ui/cmd.h"

/* NULL where it cannot be had, which is said on standard error. */
struct kept {
    struct db *store;
    struct journal *journal;
    struct trash *trash;
};

/* The journal and the trash are only for what DELETES. */
void kept_open(struct kept *k, const struct cmd *cmd, bool deletes);
void kept_close(struct kept *k);
struct trash *kept_open_trash(const struct cmd *cmd);

/* A client of cmd->account with all that is there; borrows both for its life.  NULL where its
 * trace cannot be written, with E. */
struct client *kept_client(const struct kept *k, struct cmd *cmd, struct err *e);

#endif
