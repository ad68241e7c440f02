/* The commands of the command line.  Each returns an exit status of sysexits.h. */
#ifndef UI_CMD_H
#define UI_CMD_H

#include <stdbool.h>

#include "store/account.h"
#include "store/config.h"
#include "store/secret.h"

struct query;

/* What the command line said. */
struct cmd {
    const char *program; /* argv[0] */
    struct config config;
    struct account account; /* with the options applied */
    struct secret password;
    const char *theme;
    const char *format; /* NULL: not given */
    bool offline;       /* begin with what is remembered */
    bool is_of_all;     /* of all accounts of the configuration: the browser's list */
    struct {            /* of `show` */
        bool raw, headers;
        const char *part; /* NULL: not given */
    } show;
    struct { /* of `delete` */
        bool yes, dry_run;
        const char *plan; /* NULL: not given */
    } delete;
    const char *save; /* of `trash`: a file; NULL: not given */
    char **args;      /* behind the account */
    int arg_count;
};

int cmd_browse(struct cmd *cmd);
int cmd_demo(struct cmd *cmd);
int cmd_list(struct cmd *cmd);
int cmd_rules(struct cmd *cmd);
int cmd_show(struct cmd *cmd);
int cmd_check(struct cmd *cmd);
int cmd_trash(struct cmd *cmd);
int cmd_delete(struct cmd *cmd);

/* The arguments as one query; NULL where there are none.  0, or the exit status where it is
 * wrong, which is said already. */
int cmd_query(const struct cmd *cmd, struct query **query);
/* "dele: TEXT" on standard error, cleaned; returns CODE. */
int cmd_fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The password, if the account needs one, by its command or the terminal; 0 or the exit status,
 * said already. */
int cmd_get_password(struct cmd *cmd);

#endif
