#include "config.h"

#include "ui/reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "mail/preview.h"
#include "ui/app.h"
#include "ui/filter.h"

/* Parts that are named above the text; the others are in the list of parts. */
#define PARTS_NAMED 6u

void reading_init(struct reading *r)
{
    *r = (struct reading){.index = APP_NO_MESSAGE, .part = MIME_NO_PART};
    pager_init(&r->pager);
}

void reading_release(struct reading *r)
{
    body_free(r->body);
    pager_release(&r->pager);
    reading_init(r);
}

void reading_change(struct reading *r)
{
    r->is_stale = true;
    r->top = 0;
}

/* ---- fetching ---------------------------------------------------------------------------- */

static const struct message *message_of(const struct app *app)
{
    return maildrop_at(client_maildrop(app->client), app->cursor);
}

void reading_question(const struct app *app, char *out, size_t size)
{
    char octets[8];
    text_size(octets, message_of(app)->size);
    if (client_fetching_deletes(app->client))
        snprintf(out, size,
                 _(" This server deletes what is fetched whole (EXPIRE 0). Fetch %s?  y:fetch  "
                   "Esc:no "),
                 octets);
    else
        snprintf(out, size,
                 _(" All of it is %s, above retr-limit. Fetch it?  y:fetch  Esc:no "), octets);
}

static bool must_ask(const struct app *app)
{
    return client_fetching_deletes(app->client) ||
           message_of(app)->size > client_account(app->client)->retr_limit;
}

bool reading_fetch(struct app *app)
{
    struct client_message m = client_message(app->client, app->cursor, false, app->now);
    if (m.whole == WHOLE_HERE)
        return true;
    if (m.whole == WHOLE_COMING || m.whole == WHOLE_WAITING)
        return false;
    if (must_ask(app))
        app_ask(app, PROMPT_FETCH);
    else
        client_fetch_whole(app->client, app->cursor, app->now);
    return false;
}

/* By itself, once a message; what was stopped or refused waits for the user. */
static void fetch_unasked(struct app *app, const struct client_message *m)
{
    bool is_due = m->whole == WHOLE_NONE &&
                  (m->first_lines == PREVIEW_HERE || m->first_lines == PREVIEW_LEFT ||
                   client_has_no_top(app->client));
    if (!is_due || app->reading.asked || app->prompt != PROMPT_NONE ||
        !client_is_listed(app->client))
        return;
    app->reading.asked = true;
    reading_fetch(app);
}

/* ---- laying out -------------------------------------------------------------------------- */

static void add_text(struct reading *r, enum theme_role role, const char *clean)
{
    pager_add(&r->pager, role, clean, strlen(clean));
}

static const char *why_not(const struct app *app, const struct reading *r)
{
    if (r->whole == WHOLE_REFUSED)
        return _("(the server refused to give this message)");
    if (r->first_lines == PREVIEW_REFUSED)
        return _("(the server refused to show the first lines of this message)");
    if (r->first_lines == PREVIEW_LEFT)
        return _(
            "(not fetched: the server has no TOP, so only the whole message can be had; it is "
            "above retr-limit, or the server deletes what was fetched)");
    return client_state(app->client) == ONLINE_READY ? _("(loading)")
                                                     : _("(not loaded; offline)");
}

/* What the server knows of it beside the header (SDPS). */
static void add_envelope(struct reading *r, const struct message *m)
{
    struct buf line = BUF_INIT(4096);
    if (m->env_to)
        buf_printf(&line, "%s: <%s>\n%s: <%s>\n", _("Envelope-From"), m->env_from,
                   _("Envelope-To"), m->env_to);
    if (line.len)
        pager_add(&r->pager, ROLE_VIEW_HEADER, line.data, line.len);
    buf_release(&line);
}

/* Why it is to be trusted, or not. */
static void add_trust(struct app *app)
{
    struct trust t = client_trust(app->client, app->cursor);
    struct buf line = BUF_INIT(4096);
    buf_printf(&line, "%s: ", _("Trust"));
    size_t empty = line.len;
    trust_explain(&line, &t);
    if (line.len > empty)
        pager_add(&app->reading.pager,
                  trust_is_suspicious(&t) ? ROLE_VIEW_WARNING : ROLE_VIEW_HEADER, line.data,
                  line.len);
    buf_release(&line);
}

static size_t read_start(const struct body_source *source, struct buf *to, size_t most)
{
    char *piece = xmalloc(most);
    size_t n;
    while (to->len < most &&
           (n = source->read(source->context, to->len, piece, most - to->len)) > 0)
        buf_append(to, piece, n);
    free(piece);
    return to->len;
}

static void add_header(struct app *app, const struct body_source *source)
{
    struct reading *r = &app->reading;
    struct buf start = BUF_INIT(LIMIT_HEADER), header = BUF_INIT(8 * LIMIT_HEADER);
    read_start(source, &start, LIMIT_HEADER);
    preview_header(&header, start.data, start.len, r->all_headers,
                   (const char *const *)client_account(app->client)->charsets);
    if (header.len)
        pager_add(&r->pager, ROLE_VIEW_HEADER, header.data, header.len);
    buf_release(&start);
    buf_release(&header);
}

static bool is_worth_naming(const struct body *b, const struct mime_part *p)
{
    return p->index != b->part && p->kind != MIME_MULTIPART && p->index != p->parent;
}

/* What there is beside the text that is shown. */
static void add_parts(struct app *app)
{
    struct reading *r = &app->reading;
    size_t named = 0, more = 0;
    for (uint32_t i = 0; i < mime_count(r->body->mime); i++) {
        if (!is_worth_naming(r->body, mime_part(r->body->mime, i)))
            continue;
        if (named == PARTS_NAMED) {
            more++;
            continue;
        }
        struct buf line = BUF_INIT(2048);
        buf_append_str(&line, named++ ? "      " : _("Part: "));
        body_part_line(r->body->mime, i, &line);
        pager_add(&r->pager, ROLE_VIEW_NOTE, line.data, line.len);
        buf_release(&line);
    }
    if (more) {
        struct buf line = BUF_INIT(256);
        buf_printf(&line, _("      %zu more: %s lists them all"), more,
                   keymap_key_name(app->keymap, ACTION_PARTS));
        pager_add(&r->pager, ROLE_VIEW_NOTE, line.data, line.len);
        buf_release(&line);
    }
}

static void add_notes(struct reading *r)
{
    const struct buf *notes = &r->body->notes;
    for (size_t pos = 0; pos < notes->len;) {
        const char *end = memchr(notes->data + pos, '\n', notes->len - pos);
        size_t len = end ? (size_t)(end - notes->data) - pos : notes->len - pos;
        struct buf line = BUF_INIT(1024);
        buf_append_str(&line, "~ ");
        buf_append_cut(&line, notes->data + pos, len);
        pager_add(&r->pager, ROLE_VIEW_NOTE, line.data, line.len);
        buf_release(&line);
        pos += len + 1;
    }
}

/* How much of the message this is. */
static void add_extent(struct app *app)
{
    struct reading *r = &app->reading;
    char have[8], size[8], line[256];
    text_size(have, r->have);
    text_size(size, message_of(app)->size);
    const struct err *e = client_fetch_error(app->client);
    if (r->whole == WHOLE_STOPPED && e->code != ERR_NONE)
        add_text(r, ROLE_VIEW_WARNING, e->text);
    if (!r->is_cut)
        return;
    if (r->whole == WHOLE_STOPPED)
        snprintf(line, sizeof line, _("~ the first %s of %s"), have, size);
    else
        snprintf(line, sizeof line, _("~ the first lines only, %s of %s"), have, size);
    add_text(r, ROLE_VIEW_NOTE, line);
}

/* The octets as they came, controls made visible. */
static void add_source(struct reading *r, const struct body_source *source)
{
    struct buf raw = BUF_INIT(LIMIT_BODY), clean = BUF_INIT(4 * LIMIT_BODY);
    read_start(source, &raw, LIMIT_BODY);
    text_clean(&clean, raw.data, raw.len, TEXT_BODY);
    pager_add(&r->pager, ROLE_VIEW, clean.data, clean.len);
    if (r->have > raw.len) {
        char line[100];
        snprintf(line, sizeof line, _("~ %llu octets more are not shown"),
                 (unsigned long long)(r->have - raw.len));
        add_text(r, ROLE_VIEW_NOTE, line);
    }
    buf_release(&raw);
    buf_release(&clean);
}

static void add_message(struct app *app, const struct body_source *source)
{
    struct reading *r = &app->reading;
    const struct account *account = client_account(app->client);
    struct body_options options = {
        .charsets = (const char *const *)account->charsets,
        .part = r->part,
        .width = (unsigned)r->pager.width,
        .html = account->html_command ? filter_html : NULL,
        .html_context = account->html_command,
    };
    r->body = body_new(source, &options);
    add_envelope(r, message_of(app));
    add_header(app, source);
    add_trust(app);
    add_parts(app);
    add_text(r, ROLE_VIEW, "");
    size_t len = r->body->text.len;
    while (len && r->body->text.data[len - 1] == '\n')
        len--;
    if (len)
        pager_add_body(&r->pager, r->body->text.data, len);
    buf_release(&r->body->text); /* the pager has it */
    add_notes(r);
}

static void lay_out(struct app *app, const struct client_message *m, int width)
{
    struct reading *r = &app->reading;
    r->first_lines = m->first_lines;
    r->whole = m->whole;
    r->have = m->have;
    r->is_cut = m->have && m->source.is_cut;
    r->is_stale = false;
    body_free(r->body);
    r->body = NULL;
    pager_clear(&r->pager, width);
    if (!m->have && m->whole != WHOLE_HERE) {
        add_text(r, ROLE_VIEW_NOTE, why_not(app, r));
        return;
    }
    if (r->source)
        add_source(r, &m->source);
    else
        add_message(app, &m->source);
    add_extent(app);
}

/* While a message comes in, it is laid out at each doubling: in time linear to its size. */
static bool has_grown(const struct reading *r, const struct client_message *m)
{
    if (r->whole != m->whole || r->first_lines != m->first_lines)
        return true;
    return m->whole == WHOLE_COMING ? m->have > 2 * r->have : m->have != r->have;
}

/* Another message: shown from its beginning, as text. */
static void follow_cursor(struct app *app)
{
    struct reading *r = &app->reading;
    if (r->index == app->cursor)
        return;
    reading_change(r);
    r->index = app->cursor;
    r->part = MIME_NO_PART;
    r->source = r->asked = false;
}

void reading_update(struct app *app, int width, bool open)
{
    struct reading *r = &app->reading;
    width = width > 1 ? width : 1;
    follow_cursor(app);
    if (app->cursor == APP_NO_MESSAGE) {
        pager_clear(&r->pager, width);
        return;
    }
    bool ask = !open || !client_has_no_top(app->client);
    struct client_message m = client_message(app->client, app->cursor, ask, app->now);
    if (open) {
        fetch_unasked(app, &m);
        m = client_message(app->client, app->cursor, ask, app->now);
    }
    if (r->is_stale || r->pager.width != width || has_grown(r, &m))
        lay_out(app, &m, width);
}
