#include "config.h"

#include "base/limits.h"
#include "client/fetch_inside.h"

/* The first lines of messages, of those looked at last. */

static struct preview *find_preview(struct fetch *f, size_t index)
{
    for (size_t i = 0; i < PREVIEWS_KEPT; i++)
        if (f->previews[i].index == index)
            return &f->previews[i];
    return NULL;
}

enum fetch_preview_state fetch_preview(struct fetch *f, size_t index, bool ask,
                                       const struct buf **bytes, bool *is_all)
{
    struct preview *p = find_preview(f, index);
    if (!p) {
        if (ask)
            f->preview_wanted = index;
        return PREVIEW_COMING;
    }
    p->used = ++f->clock;
    *bytes = &p->bytes;
    *is_all = p->is_all;
    return p->state;
}

void fetch_prefetch(struct fetch *f, size_t index)
{
    f->prefetch = index;
}

static bool is_coming(const struct preview *p)
{
    return p->index != NO_MESSAGE && p->state == PREVIEW_COMING;
}

/* NULL where all are coming in. */
static struct preview *take_place(struct fetch *f, size_t index)
{
    struct preview *oldest = NULL;
    for (size_t i = 0; i < PREVIEWS_KEPT; i++) {
        struct preview *p = &f->previews[i];
        if (!is_coming(p) && (!oldest || p->used < oldest->used))
            oldest = p;
    }
    if (!oldest)
        return NULL;
    struct buf bytes = oldest->bytes;
    buf_clear(&bytes);
    *oldest = (struct preview){
        .index = index, .bytes = bytes, .state = PREVIEW_COMING, .used = ++f->clock};
    return oldest;
}

void fetch_preview_ask(struct fetch *f, struct online *o, int64_t now)
{
    size_t index = f->preview_wanted;
    if (index == NO_MESSAGE || find_preview(f, index))
        return;
    const struct message *m = maildrop_at(f->maildrop, index);
    struct command c;
    if (!m->number || (look_is_probe(&f->look, online_capa(o)) && f->window.in_flight))
        return;
    struct preview *p = take_place(f, index);
    if (!p)
        return;
    if (!look_command(&f->look, m, FETCH_PREVIEW_LINES, LOOK_VISIBLE, f->account->retr_limit,
                      &c))
        p->state = PREVIEW_LEFT;
    else if (!online_submit(o, &c, TAG_PREVIEW, now))
        p->index = NO_MESSAGE;
    if (p->index != NO_MESSAGE)
        f->preview_wanted = NO_MESSAGE;
}

/* TOP gives all of a short message: then its lines end before they must, and the size that
 * LIST told is about what came. */
static bool is_all_of_it(const struct fetch *f, const struct preview *p, enum command_verb verb)
{
    bool is_cut = p->bytes.len == p->bytes.cap;
    bool fits = p->octets + p->octets / 8 >= maildrop_at(f->maildrop, p->index)->size;
    return !is_cut && (verb == COMMAND_RETR || (p->body_lines < FETCH_PREVIEW_LINES && fits));
}

static void take_preview_line(struct preview *p, const struct pop3_event *ev)
{
    look_append(&p->bytes, ev, ev->crlf ? "\r\n" : "\n");
    p->octets += ev->len + (ev->part ? 0 : ev->crlf ? 2 : 1);
    p->body_lines += p->in_body && !ev->part;
    p->in_body |= !ev->len && !ev->part;
}

enum fetch_result fetch_preview_event(struct fetch *f, const struct online *o,
                                      const struct pop3_event *ev)
{
    struct preview *p = find_preview(f, maildrop_by_number(f->maildrop, ev->number));
    if (!p || !is_coming(p))
        return FETCH_MORE;
    if (ev->type == POP3_EVENT_LINE)
        take_preview_line(p, ev);
    bool refused = ev->type == POP3_EVENT_REPLY && !ev->ok;
    if (ev->type != POP3_EVENT_END && !refused)
        return FETCH_MORE;
    p->state = refused ? PREVIEW_REFUSED : PREVIEW_HERE;
    p->is_all = !refused && is_all_of_it(f, p, ev->verb);
    if (look_answered(&f->look, ev->verb, !refused, online_capa(o))) {
        f->preview_wanted = p->index; /* once more, by RETR */
        p->index = NO_MESSAGE;
    } else if (!refused) {
        size_t len = p->bytes.len < LIMIT_HEADER ? p->bytes.len : LIMIT_HEADER;
        enum message_headers known = maildrop_at(f->maildrop, p->index)->headers;
        if (known == HEADERS_LEFT || known == HEADERS_UNKNOWN)
            fetch_learn(f, p->index, p->bytes.data, len);
    }
    return FETCH_PREVIEW;
}

void fetch_preview_ahead(struct fetch *f, struct online *o, int64_t now)
{
    bool is_busy =
        f->window.in_flight || f->preview_wanted != NO_MESSAGE || online_idle_ms(o, now) < 0;
    if (f->prefetch == NO_MESSAGE || is_busy || f->look.missing)
        return;
    if (!find_preview(f, f->prefetch))
        f->preview_wanted = f->prefetch;
    f->prefetch = NO_MESSAGE;
    fetch_preview_ask(f, o, now);
}

void fetch_preview_blame(struct fetch *f)
{
    for (size_t i = 0; i < PREVIEWS_KEPT; i++)
        if (is_coming(&f->previews[i]) && f->previews[i].bytes.len)
            f->previews[i].state = PREVIEW_REFUSED;
}

void fetch_preview_lost(struct fetch *f)
{
    for (size_t i = 0; i < PREVIEWS_KEPT; i++)
        if (is_coming(&f->previews[i]))
            f->previews[i].index = NO_MESSAGE;
}
