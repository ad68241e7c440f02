#include "config.h"

#include "ui/batch.h"

#include "ui/loop.h"

int batch_open(struct batch *b, struct cmd *cmd, bool deletes)
{
    struct err e = {0};
    kept_open(&b->kept, cmd, deletes);
    b->client = kept_client(&b->kept, cmd, &e);
    return b->client ? 0 : cmd_fail(e.code, "%s", e.text);
}

void batch_close(struct batch *b)
{
    client_free(b->client);
    kept_close(&b->kept);
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
