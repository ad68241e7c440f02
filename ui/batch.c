#include "config.h"

#include "ui/batch.h"

#include "ui/loop.h"

int batch_open(struct batch *b, struct cmd *cmd, bool deletes)
{
    struct err e = {0};
    *b = (struct batch){.client = client_new(&cmd->account, &cmd->password, NULL, NULL),
                        .store = cmd_open_store()};
    if (b->store)
        client_remember(b->client, b->store);
    if (deletes) {
        b->journal = cmd_open_journal();
        b->trash = cmd_open_trash(cmd);
    }
    if (b->journal)
        client_journal(b->client, b->journal);
    client_trash(b->client, b->trash);
    return client_trace_to_file(b->client, &e) ? 0 : cmd_fail(e.code, "%s", e.text);
}

void batch_close(struct batch *b)
{
    client_free(b->client);
    journal_close(b->journal);
    trash_close(b->trash);
    db_close(b->store);
}

int batch_fetch_all(struct batch *b)
{
    loop_begin();
    client_refresh(b->client, loop_now());
    while (!client_is_complete(b->client)) {
        if (loop_turn(b->client, NULL, -1) & LOOP_STOPPED)
            loop_die_of_signal();
        const struct err *e = client_error(b->client);
        if (e->code != ERR_NONE)
            return cmd_fail(e->code, "%s", e->text);
    }
    return 0;
}
