/* The accounts of the configuration, each with what is in its maildrop: all are asked at once,
 * and none waits for another. */
#ifndef UI_ACCOUNTS_H
#define UI_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "client/glance.h"
#include "ui/browse.h"
#include "ui/cmd.h"
#include "ui/kept.h"
#include "ui/keymap.h"

struct accounts {
    struct cmd *cmd;
    struct keymap *keymap;
    struct glance **glances; /* as cmd->config.accounts */
    bool *waits;             /* to be asked, when others are done */
    size_t count;
    struct kept kept;

    size_t row, top; /* the cursor's, the first on the screen */
    int page;
    bool pasting;
    bool shows_help;
    size_t help_top;
    bool quit;
    bool opens;        /* the account under the cursor */
    char notice[1200]; /* clean text */
    bool error;
};

/* Before the screen begins: what is wrong with the store is said. */
struct accounts *accounts_new(struct cmd *cmd, struct keymap *keymap);
void accounts_free(struct accounts *a);
/* The list, and the maildrops that are opened from it; the screen has begun, and ends here. */
enum browse_end accounts_run(struct accounts *a, struct buf *result);

/* view_accounts.c */
void accounts_draw(struct accounts *a);

#endif
