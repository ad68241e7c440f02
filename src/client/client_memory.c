#include "config.h"

#include <stdio.h>

#include "client/client_inside.h"

/* What is remembered from one run to the next, and what is written down. */

void client_take_header(void *client, size_t index, const char *block, size_t len)
{
    struct client *c = client;
    memory_header(c->memory, index, block, len);
    client_meet(c, index);
    client_judge(c, index, block, len);
}

void client_remember(struct client *c, struct db *d)
{
    memory_free(c->memory);
    c->memory = memory_new(d, c->account, c->maildrop, c->marks);
    c->recalled = c->ever_listed = memory_recall(c->memory);
    for (size_t i = 0; i < maildrop_size(c->maildrop); i++)
        client_meet(c, i);
    copies_recall_from(c->copies, c->memory);
    online_presume(c->online, memory_server(c->memory));
}

void client_journal(struct client *c, struct journal *j)
{
    witness_free(c->witness);
    c->witness = witness_new(j, c->account, c->commit, c->online, c->maildrop, c->marks);
}

void client_trash(struct client *c, struct trash *t)
{
    copies_go_to(c->copies, t);
}

struct copies *client_copies(struct client *c)
{
    return c->copies;
}

bool client_take_unfinished(struct client *c, char *text, size_t size)
{
    if (!*c->unfinished)
        return false;
    snprintf(text, size, "%s", c->unfinished);
    c->unfinished[0] = '\0';
    return true;
}

void client_write_marks(struct client *c)
{
    memory_write_marks(c->memory);
}

bool client_keeps_marks(const struct client *c)
{
    return memory_keeps_marks(c->memory);
}

bool client_has_recalled(const struct client *c)
{
    return c->recalled;
}

size_t client_take_recalled(struct client *c, int64_t *at)
{
    if (!c->listed || c->recalled_said)
        return 0;
    c->recalled_said = true;
    return memory_recalled_marks(c->memory, at) ? marks_count(c->marks) : 0;
}

const struct err *client_memory_error(const struct client *c)
{
    return memory_error(c->memory);
}

static bool find_header(void *client, size_t index, struct buf *out)
{
    struct client *c = client;
    return memory_find_header(c->memory, index, out);
}

static enum query_body find_body(void *client, size_t index, struct buf *text)
{
    return client_body(client, index, text);
}

static struct trust find_trust(void *client, size_t index)
{
    return client_trust(client, index);
}

struct query_view client_query_view(const struct client *c, int64_t now)
{
    return (struct query_view){.maildrop = c->maildrop,
                               .marks = c->marks,
                               .now = now,
                               .header = find_header,
                               .context = (struct client *)c,
                               .body = find_body,
                               .trust = find_trust};
}
