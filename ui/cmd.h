/* The commands of the command line.  Each returns an exit status of sysexits.h. */
#ifndef UI_CMD_H
#define UI_CMD_H

#include <stdbool.h>

#include "store/account.h"
#include "store/config.h"
#include "store/db.h"
#include "store/secret.h"

/* What the command line said. */
struct cmd {
    const char *program; /* argv[0] */
    struct config config;
    struct account account; /* with the options applied */
    struct secret password;
    const char *theme;
    const char *format; /* NULL: not given */
    bool offline;       /* begin with what is remembered */
    struct {            /* of `show` */
        bool raw, headers;
        const char *part; /* NULL: not given */
    } show;
    char **args; /* behind the account */
    int arg_count;
};

int cmd_browse(struct cmd *cmd);
int cmd_demo(struct cmd *cmd);
int cmd_list(struct cmd *cmd);
int cmd_show(struct cmd *cmd);
int cmd_check(struct cmd *cmd);

/* The store, or NULL where it cannot be had, which is said on standard error. */
struct db *cmd_open_store(void);
/* "dele: TEXT" on standard error, cleaned; returns CODE. */
int cmd_fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The password, if the account needs one, by its command or the terminal; 0 or the exit status,
 * said already. */
int cmd_get_password(struct cmd *cmd);

#endif
