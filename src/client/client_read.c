#include "config.h"

#include "client/client_inside.h"

/* What is here of one message, and fetching the rest. */

/* The user needs the server now. */
static void need(struct client *c, int64_t now)
{
    c->needed_at = now;
    if (client_is_parked(c))
        client_refresh(c, now);
    client_ask_for_more(c, now);
}

struct client_message client_message(struct client *c, size_t index, bool ask, int64_t now)
{
    struct client_message m = {.first_lines = PREVIEW_COMING};
    const struct buf *bytes = NULL;
    struct spool *spool;
    bool is_all = false;
    m.whole = whole_state(c->whole, index, &spool);
    if (m.whole == WHOLE_HERE) {
        m.first_lines = PREVIEW_HERE;
    } else {
        m.first_lines = fetch_preview(c->fetch, index, ask, &bytes, &is_all);
        if (m.first_lines == PREVIEW_COMING && ask) {
            need(c, now);
            m.first_lines = fetch_preview(c->fetch, index, ask, &bytes, &is_all);
        }
    }
    buf_clear(&c->remembered);
    if (m.first_lines == PREVIEW_COMING && !c->listed &&
        memory_find_header(c->memory, index, &c->remembered)) {
        bytes = &c->remembered;
        m.first_lines = PREVIEW_HERE;
    }
    bool has_lines = m.first_lines == PREVIEW_HERE && bytes;
    if (m.whole != WHOLE_HERE && is_all) {
        m.whole = WHOLE_HERE;
        spool = NULL;
    }
    if (spool && (!has_lines || spool_len(spool) > bytes->len)) {
        m.source = (struct body_source){spool, spool_read, m.whole != WHOLE_HERE};
        m.have = spool_len(spool);
    } else if (has_lines) {
        c->first_lines = (struct body_memory){bytes->data, bytes->len};
        m.source = (struct body_source){&c->first_lines, body_read_memory, !is_all};
        m.have = bytes->len;
    }
    return m;
}

enum query_body client_body(struct client *c, size_t index, struct buf *text)
{
    struct spool *spool;
    const struct buf *bytes = NULL;
    struct body_memory memory;
    struct body_source source;
    bool is_all = false;
    if (whole_state(c->whole, index, &spool) == WHOLE_HERE) {
        is_all = true;
        source = (struct body_source){spool, spool_read, false};
    } else if (fetch_preview(c->fetch, index, false, &bytes, &is_all) == PREVIEW_HERE) {
        memory = (struct body_memory){bytes->data, bytes->len};
        source = (struct body_source){&memory, body_read_memory, !is_all};
    } else {
        return QUERY_BODY_NOWHERE;
    }
    if (text) {
        const struct body_options options = {
            .charsets = (const char *const *)c->account->charsets, .part = MIME_NO_PART};
        struct body *body = body_new(&source, &options);
        buf_append_utf8(text, body->text.data, body->text.len);
        body_free(body);
    }
    return is_all ? QUERY_BODY_WHOLE : QUERY_BODY_BEGINS;
}

void client_prefetch(struct client *c, size_t index, int64_t now)
{
    struct spool *spool;
    if (whole_state(c->whole, index, &spool) == WHOLE_HERE)
        return;
    fetch_prefetch(c->fetch, index);
    client_ask_for_more(c, now);
}

void client_fetch_whole(struct client *c, size_t index, int64_t now)
{
    whole_want(c->whole, index);
    need(c, now);
}

bool client_is_fetching(const struct client *c)
{
    return whole_wanted(c->whole) != SIZE_MAX;
}

uint64_t client_fetched(const struct client *c)
{
    return whole_octets(c->whole);
}

bool client_fetching_deletes(const struct client *c)
{
    return fetch_deletes(c->fetch);
}

bool client_has_no_top(const struct client *c)
{
    return fetch_has_no_top(c->fetch);
}

const struct err *client_fetch_error(const struct client *c)
{
    return whole_error(c->whole);
}
