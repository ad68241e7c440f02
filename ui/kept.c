#include "config.h"

#include "ui/kept.h"

#include "base/i18n.h"

static void say(struct err *e)
{
    cmd_fail(e->code, _("%s; going on without it"), e->text);
    err_clear(e);
}

struct trash *kept_open_trash(const struct cmd *cmd)
{
    struct err e = {0};
    struct trash *t = trash_open(NULL, &cmd->config.trash, &e);
    if (!t)
        say(&e);
    return t;
}

void kept_open(struct kept *k, const struct cmd *cmd, bool deletes)
{
    struct err e = {0};
    *k = (struct kept){.store = db_open(NULL, &e)};
    if (!k->store)
        say(&e);
    if (!deletes)
        return;
    k->journal = journal_open(NULL, &e);
    if (!k->journal)
        say(&e);
    k->trash = kept_open_trash(cmd);
}

void kept_close(struct kept *k)
{
    journal_close(k->journal);
    trash_close(k->trash);
    db_close(k->store);
}

struct client *kept_client(const struct kept *k, struct cmd *cmd, struct err *e)
{
    struct client *c = client_new(&cmd->account, &cmd->password, NULL, NULL);
    if (k->store)
        client_remember(c, k->store);
    if (k->journal)
        client_journal(c, k->journal);
    client_trash(c, k->trash);
    if (client_trace_to_file(c, e))
        return c;
    client_free(c);
    return NULL;
}
