#include "config.h"

#include "client/fetch.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "client/fetch_inside.h"

struct fetch *fetch_new(struct maildrop *m, const struct account *account)
{
    struct fetch *f = xcalloc(1, sizeof *f);
    f->maildrop = m;
    f->account = account;
    f->header = BUF_INIT(LIMIT_HEADER);
    envelope_init(&f->envelope);
    window_init(&f->window);
    f->preview_wanted = f->prefetch = f->latest = f->unfinished = NO_MESSAGE;
    for (size_t i = 0; i < PREVIEWS_KEPT; i++) {
        f->previews[i].index = NO_MESSAGE;
        f->previews[i].bytes = BUF_INIT(LIMIT_PREVIEW);
    }
    return f;
}

void fetch_free(struct fetch *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < PREVIEWS_KEPT; i++)
        buf_release(&f->previews[i].bytes);
    buf_release(&f->header);
    envelope_release(&f->envelope);
    window_release(&f->window);
    free(f->wanted);
    free(f);
}

struct maildrop_changes fetch_changes(const struct fetch *f)
{
    return f->changes;
}

const struct err *fetch_error(const struct fetch *f)
{
    return &f->error;
}

bool fetch_is_listing(const struct fetch *f)
{
    return f->listing > 0;
}

/* ---- the listing ------------------------------------------------------------------------- */

bool fetch_list(struct fetch *f, struct online *o, int64_t now)
{
    err_clear(&f->error);
    window_listing(&f->window);
    online_set_window(o, f->window.size);
    maildrop_list_begin(f->maildrop);
    /* UIDL first: mailutils adds headers with it, so that sizes told before would change. */
    if (!online_submit(o, &(struct command){.verb = COMMAND_UIDL}, TAG_LISTING, now) ||
        !online_submit(o, &(struct command){.verb = COMMAND_LIST}, TAG_LISTING, now)) {
        maildrop_list_abandon(f->maildrop);
        return false;
    }
    f->listing = 2;
    return true;
}

static enum fetch_result listing_done(struct fetch *f, struct online *o)
{
    window_listing_end(&f->window, online_rtt_ms(o));
    online_set_window(o, f->window.size);
    f->changes = maildrop_list_end(f->maildrop);
    f->numbered = true;
    look_begin(&f->look, online_capa(o), online_capa_args(o, CAPA_EXPIRE));
    f->next_number = UINT32_MAX;
    return FETCH_LISTED;
}

static void listing_line(struct fetch *f, const struct pop3_event *ev)
{
    uint32_t number;
    uint64_t octets;
    const char *uid;
    size_t uid_len;
    if (ev->verb == COMMAND_LIST) {
        if (reply_list(ev->text, ev->len, &number, &octets))
            maildrop_list_size(f->maildrop, number, octets);
    } else if (reply_uidl(ev->text, ev->len, &number, &uid, &uid_len)) {
        maildrop_list_uidl(f->maildrop, number, uid, uid_len);
    }
}

static enum fetch_result listing_event(struct fetch *f, struct online *o,
                                       const struct pop3_event *ev, int64_t now)
{
    if (!f->listing)
        return FETCH_MORE;
    if (ev->type == POP3_EVENT_LINE) {
        window_listed(&f->window, ev->len, now);
        listing_line(f, ev);
    }
    if (ev->type == POP3_EVENT_REPLY && !ev->ok && ev->verb == COMMAND_LIST) {
        char *words = text_clean_line(ev->text, ev->len);
        err_set(&f->error, ERR_PROTOCOL, _("The server refused to list the maildrop: %s"),
                *words ? words : _("no reason given"));
        free(words);
        maildrop_list_abandon(f->maildrop);
        f->listing = 0;
        return FETCH_BROKEN;
    }
    bool complete = ev->type == POP3_EVENT_END || (ev->type == POP3_EVENT_REPLY && !ev->ok);
    if (complete && --f->listing == 0)
        return listing_done(f, o);
    return FETCH_MORE;
}

/* ---- headers ----------------------------------------------------------------------------- */

/* There is no TOP: this message, and all before it in the queue, by RETR. */
static void ask_again(struct fetch *f, size_t index)
{
    if (index != NO_MESSAGE)
        maildrop_set_headers(f->maildrop, index, HEADERS_UNKNOWN);
    f->next_number = UINT32_MAX;
}

void fetch_set_summary(struct fetch *f, size_t index, const char *block, size_t len)
{
    maildrop_set_summary(f->maildrop, index,
                         summary_new(block, len, (const char *const *)f->account->charsets));
    if (f->told)
        f->told(f->told_context, index, block, len);
}

static enum fetch_result header_event(struct fetch *f, struct online *o,
                                      const struct pop3_event *ev, int64_t now)
{
    if (ev->type == POP3_EVENT_LINE) {
        f->unfinished = maildrop_by_number(f->maildrop, ev->number);
        look_append(&f->header, ev, "\n");
        return FETCH_MORE;
    }
    bool refused = ev->type == POP3_EVENT_REPLY && !ev->ok;
    if (ev->type != POP3_EVENT_END && !refused)
        return FETCH_MORE;
    window_answered(&f->window, now, online_rtt_ms(o));
    online_set_window(o, f->window.size);
    size_t index = maildrop_by_number(f->maildrop, ev->number);
    f->latest = index;
    if (look_answered(&f->look, ev->verb, !refused, online_capa(o)))
        ask_again(f, index);
    else if (index != NO_MESSAGE && refused)
        maildrop_set_headers(f->maildrop, index, HEADERS_REFUSED);
    else if (index != NO_MESSAGE)
        fetch_set_summary(f, index, f->header.data, f->header.len);
    buf_clear(&f->header);
    return FETCH_HEADER;
}

/* False where the connection takes no more. */
static bool ask_header(struct fetch *f, struct online *o, size_t index, enum look_reason reason,
                       int64_t now)
{
    const struct message *m = maildrop_at(f->maildrop, index);
    struct command c;
    bool is_open =
        m->headers == HEADERS_UNKNOWN || (m->headers == HEADERS_LEFT && reason == LOOK_VISIBLE);
    if (!m->number || !is_open)
        return true;
    if (look_is_probe(&f->look, online_capa(o)) && f->window.in_flight)
        return false;
    if (!look_command(&f->look, m, 0, reason, f->account->retr_limit, &c)) {
        if (m->headers != HEADERS_LEFT)
            maildrop_set_headers(f->maildrop, index, HEADERS_LEFT);
        return true;
    }
    struct command env = {.verb = COMMAND_ENV, .number = m->number};
    if (online_has_sdps(o) && !f->envelope.refused && !m->env_to &&
        !online_submit(o, &env, TAG_ENVELOPE, now))
        return false;
    if (!online_submit(o, &c, TAG_HEADER, now))
        return false;
    window_asked(&f->window, now);
    maildrop_set_headers(f->maildrop, index, HEADERS_ASKED);
    return true;
}

void fetch_tell_headers(struct fetch *f,
                        void (*told)(void *context, size_t index, const char *block,
                                     size_t len),
                        void *context)
{
    f->told = told;
    f->told_context = context;
}

void fetch_ask_only(struct fetch *f)
{
    f->only_asked = true;
}

void fetch_want(struct fetch *f, const size_t *indexes, size_t count)
{
    if (count == f->wanted_count &&
        (!count || !memcmp(f->wanted, indexes, count * sizeof *indexes)))
        return;
    f->wanted = xreallocarray(f->wanted, count, sizeof *indexes);
    if (count)
        memcpy(f->wanted, indexes, count * sizeof *indexes);
    f->wanted_count = count;
}

/* ---- looking ------------------------------------------------------------------------------
 */

bool fetch_look(const struct fetch *f, size_t index, struct command *c)
{
    return look_command(&f->look, maildrop_at(f->maildrop, index), 0, LOOK_BY_HAND, 0, c);
}

bool fetch_has_no_top(const struct fetch *f)
{
    return f->look.missing;
}

bool fetch_deletes(const struct fetch *f)
{
    return f->look.expires;
}

void fetch_learn(struct fetch *f, size_t index, const char *header, size_t len)
{
    const struct message *m = maildrop_at(f->maildrop, index);
    if (m->headers != HEADERS_HERE || m->is_recalled)
        fetch_set_summary(f, index, header, len);
}

/* ---- all together ------------------------------------------------------------------------ */

enum fetch_result fetch_event(struct fetch *f, struct online *o, const struct pop3_event *event,
                              int64_t now)
{
    switch ((enum online_tag)event->tag) {
    case TAG_LISTING:
        return listing_event(f, o, event, now);
    case TAG_HEADER:
        return header_event(f, o, event, now);
    case TAG_ENVELOPE:
        envelope_event(&f->envelope, event, f->maildrop);
        return FETCH_MORE;
    case TAG_PREVIEW:
        return fetch_preview_event(f, o, event);
    case TAG_LOGIN:
    case TAG_COMMIT:
    case TAG_KEEPALIVE:
    case TAG_CHECK:
    case TAG_CONSOLE:
    case TAG_WHOLE:
        break;
    }
    return FETCH_NOT_MINE;
}

void fetch_blame_unfinished(struct fetch *f)
{
    if (f->header.len && f->unfinished != NO_MESSAGE)
        maildrop_set_headers(f->maildrop, f->unfinished, HEADERS_REFUSED);
    fetch_preview_blame(f);
}

size_t fetch_latest(const struct fetch *f)
{
    return f->latest;
}

void fetch_blame(struct fetch *f)
{
    if (f->latest != NO_MESSAGE)
        maildrop_set_headers(f->maildrop, f->latest, HEADERS_REFUSED);
    f->latest = NO_MESSAGE;
}

void fetch_lost(struct fetch *f)
{
    maildrop_session_lost(f->maildrop);
    envelope_reset(&f->envelope);
    f->latest = NO_MESSAGE;
    f->listing = 0;
    f->numbered = false;
    window_lost(&f->window);
    buf_clear(&f->header);
    fetch_preview_lost(f);
}

void fetch_more(struct fetch *f, struct online *o, int64_t now)
{
    if (!f->numbered || f->listing)
        return;
    if (online_room(o))
        fetch_preview_ask(f, o, now);
    for (size_t i = 0; i < f->wanted_count && online_room(o); i++)
        if (!ask_header(f, o, f->wanted[i], LOOK_VISIBLE, now))
            return;
    size_t most = f->window.in_flight + window_room(&f->window);
    while (f->window.in_flight < most && online_room(o) && f->next_number > 1 &&
           !f->only_asked) {
        if (f->next_number == UINT32_MAX)
            f->next_number = maildrop_highest(f->maildrop) + 1;
        if (f->next_number <= 1)
            return;
        size_t index = maildrop_by_number(f->maildrop, f->next_number - 1);
        if (index != NO_MESSAGE && !ask_header(f, o, index, LOOK_BY_ITSELF, now))
            return;
        f->next_number--;
    }
    fetch_preview_ahead(f, o, now);
}
