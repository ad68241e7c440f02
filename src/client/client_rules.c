#include "config.h"

#include <time.h>

#include "client/client_inside.h"

/* Rules look at a message when its header comes, at what is remembered when it is listed, and
 * at what compares messages when all headers are here. */

/* Messages of one turn: a header that is looked up takes some ten microseconds, and keys wait
 * meanwhile. */
#define A_TURN 1000
#define NO_PASS SIZE_MAX

void client_use_rules(struct client *c, struct rules *r, bool stage)
{
    c->rules = r;
    c->rules_stage = stage;
    c->rules_saw_all = false;
    c->rules_next = NO_PASS;
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

static struct trust trust_arriving(void *context, size_t index)
{
    const struct arriving *a = context;
    return client_trust(a->client, index);
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
    v.trust = trust_arriving;
    v.context = &arriving;
    v.body = NULL;
    c->rules_saw_all = false;
    rules_look(c->rules, &v, staged_in(c), index, false);
}

void client_judge_all(struct client *c)
{
    c->rules_next = 0;
    c->rules_has_all = client_is_complete(c);
}

static void judge_some(struct client *c)
{
    struct query_view v = client_query_view(c, (int64_t)time(NULL));
    size_t size = maildrop_size(c->maildrop);
    for (size_t n = 0; n < A_TURN && c->rules_next < size; n++, c->rules_next++)
        c->changed |= rules_look(c->rules, &v, staged_in(c), c->rules_next, c->rules_has_all);
    if (c->rules_next < size)
        return;
    c->rules_next = NO_PASS;
    c->rules_saw_all = c->rules_has_all;
    c->changed = true;
}

void client_judge_rest(struct client *c)
{
    if (!c->rules || !rules_count(c->rules))
        return;
    if (c->rules_next == NO_PASS && !c->rules_saw_all && client_is_complete(c))
        client_judge_all(c);
    if (c->rules_next != NO_PASS)
        judge_some(c);
}

bool client_is_judging(const struct client *c)
{
    return c->rules && rules_count(c->rules) && c->rules_next != NO_PASS;
}

void client_finish_rules(struct client *c)
{
    client_judge_all(c);
    while (client_is_judging(c))
        judge_some(c);
}

size_t client_take_ruled(struct client *c)
{
    if (!c->rules || !client_is_complete(c) || client_is_judging(c))
        return 0;
    size_t staged = rules_staged(c->rules), fresh = staged - c->rules_said;
    c->rules_said = staged;
    return fresh;
}
