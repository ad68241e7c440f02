/* What the batch commands share: a client with all that is kept, and its headers. */
#ifndef UI_BATCH_H
#define UI_BATCH_H

#include "client/client.h"
#include "ui/cmd.h"
#include "ui/kept.h"

struct batch {
    struct kept kept;
    struct client *client; /* NULL where it could not be opened */
};

/* Of cmd->account; what DELETES also writes a journal and a trash.  0, or the exit status,
 * which is said already; batch_close() in any case. */
int batch_open(struct batch *b, struct cmd *cmd, bool deletes);
void batch_close(struct batch *b);

/* Connects, and waits for the headers of all: 0, or the exit status. */
int batch_fetch_all(struct batch *b);

#endif
