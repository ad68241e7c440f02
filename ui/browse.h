/* One maildrop on the screen, from the first key to the last. */
#ifndef UI_BROWSE_H
#define UI_BROWSE_H

#include "base/buf.h"
#include "client/client.h"
#include "demo/demo.h"
#include "ui/cmd.h"
#include "ui/keymap.h"

enum browse_end {
    BROWSE_LEFT,   /* the user is done with it */
    BROWSE_EXIT,   /* and with all others */
    BROWSE_STOPPED /* a signal, or the terminal is gone: without QUIT */
};

/* The screen has begun; it ends here unless there is a list of accounts to go back to.  What is
 * to be said on leaving is appended to RESULT, a line each. */
enum browse_end browse(struct cmd *cmd, struct client *client, struct demo *demo,
                       struct keymap *keymap, bool among_accounts, struct buf *result);

#endif
