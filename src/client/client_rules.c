#include "config.h"

#include <time.h>

#include "client/client_inside.h"

/* Rules look at a message when its header comes, at what is remembered when it is listed, and
 * at what compares messages when all headers are here. */

void client_use_rules(struct client *c, struct rules *r, bool stage)
{
    c->rules = r;
    c->rules_stage = stage;
    c->rules_saw_all = false;
    c->rules_said = r ? rules_staged(r) : 0;
}

struct rules *client_rules(const struct client *c)
{
    return c->rules;
}

/* The header that is just here; that of another message is remembered. */
struct arriving {
    struct client *client;
    size_t index;
    const char *block;
    size_t len;
};

static bool find_arriving(void *context, size_t index, struct buf *out)
{
    struct arriving *a = context;
    if (index != a->index)
        return memory_find_header(a->client->memory, index, out);
    return buf_append_cut(out, a->block, a->len) || out->len > 0;
}

static struct marks *staged_in(const struct client *c)
{
    return c->rules_stage ? c->marks : NULL;
}

void client_judge(struct client *c, size_t index, const char *block, size_t len)
{
    if (!c->rules || !rules_count(c->rules))
        return;
    struct arriving arriving = {c, index, block, len};
    struct query_view v = client_query_view(c, (int64_t)time(NULL));
    v.header = find_arriving;
    v.context = &arriving;
    v.body = NULL;
    c->rules_saw_all = false;
    rules_look(c->rules, &v, staged_in(c), index, false);
}

void client_judge_all(struct client *c)
{
    if (!c->rules || !rules_count(c->rules))
        return;
    struct query_view v = client_query_view(c, (int64_t)time(NULL));
    bool all = client_is_complete(c);
    c->changed |= rules_look_at_all(c->rules, &v, staged_in(c), all) > 0;
    c->rules_saw_all = all;
}

void client_rules_changed(struct client *c)
{
    client_judge_all(c);
}

void client_judge_rest(struct client *c)
{
    if (!c->rules_saw_all && client_is_complete(c))
        client_judge_all(c);
}

size_t client_take_ruled(struct client *c)
{
    if (!c->rules || !client_is_complete(c))
        return 0;
    size_t staged = rules_staged(c->rules), fresh = staged - c->rules_said;
    c->rules_said = staged;
    return fresh;
}
