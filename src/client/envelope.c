#include "config.h"

#include "client/envelope.h"

#include "base/limits.h"

#define SENDER_LINE 2
#define RECIPIENT_LINE 3

void envelope_init(struct envelope *e)
{
    *e = (struct envelope){.from = BUF_INIT(LIMIT_TEXT), .to = BUF_INIT(LIMIT_TEXT)};
}

void envelope_release(struct envelope *e)
{
    buf_release(&e->from);
    buf_release(&e->to);
}

static void forget(struct envelope *e)
{
    buf_clear(&e->from);
    buf_clear(&e->to);
    e->lines = 0;
}

void envelope_reset(struct envelope *e)
{
    forget(e);
    e->refused = false;
}

static void take_line(struct envelope *e, const struct pop3_event *ev)
{
    struct buf *to = e->lines == SENDER_LINE ? &e->from : &e->to;
    if (e->lines == SENDER_LINE || e->lines == RECIPIENT_LINE)
        buf_append_cut(to, ev->text, ev->len);
    e->lines += !ev->part;
}

void envelope_event(struct envelope *e, const struct pop3_event *ev, struct maildrop *m)
{
    if (ev->type == POP3_EVENT_REPLY && !ev->ok)
        e->refused = true;
    if (ev->type == POP3_EVENT_LINE)
        take_line(e, ev);
    if (ev->type != POP3_EVENT_END)
        return;
    size_t index = maildrop_by_number(m, ev->number);
    if (index != SIZE_MAX && e->lines > RECIPIENT_LINE)
        maildrop_set_envelope(m, index, &e->from, &e->to);
    forget(e);
}
