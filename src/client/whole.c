#include "config.h"

#include "client/whole.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

#define NO_MESSAGE SIZE_MAX

struct kept {
    size_t index;
    enum whole_state state;
    struct spool *spool;
    uint64_t used; /* for throwing out the one not looked at longest */
};

struct whole {
    struct maildrop *maildrop;
    struct kept kept[LIMIT_WHOLE];
    size_t wanted; /* to be asked for */
    size_t asked;
    bool in_flight;         /* an answer to what was asked is due */
    struct kept *receiving; /* where the present answer goes; NULL: nowhere */
    struct err error;
    uint64_t clock;
};

struct whole *whole_new(struct maildrop *m)
{
    struct whole *w = xcalloc(1, sizeof *w);
    w->maildrop = m;
    w->wanted = w->asked = NO_MESSAGE;
    for (size_t i = 0; i < LIMIT_WHOLE; i++)
        w->kept[i].index = NO_MESSAGE;
    return w;
}

static void forget(struct kept *k)
{
    spool_free(k->spool);
    *k = (struct kept){.index = NO_MESSAGE};
}

void whole_free(struct whole *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < LIMIT_WHOLE; i++)
        forget(&w->kept[i]);
    free(w);
}

static struct kept *find(struct whole *w, size_t index)
{
    for (size_t i = 0; i < LIMIT_WHOLE; i++)
        if (w->kept[i].index == index)
            return &w->kept[i];
    return NULL;
}

static uint64_t octets_kept(const struct whole *w)
{
    uint64_t octets = 0;
    for (size_t i = 0; i < LIMIT_WHOLE; i++)
        octets += w->kept[i].spool ? spool_len(w->kept[i].spool) : 0;
    return octets;
}

static struct kept *oldest(struct whole *w, bool used)
{
    struct kept *found = NULL;
    for (size_t i = 0; i < LIMIT_WHOLE; i++) {
        struct kept *k = &w->kept[i];
        if (k == w->receiving || (used && k->index == NO_MESSAGE))
            continue;
        if (!found || k->used < found->used)
            found = k;
    }
    return found;
}

/* A place for this one; what is too much is thrown out. */
static struct kept *begin(struct whole *w, size_t index, enum whole_state state)
{
    struct kept *k = find(w, index), *old;
    if (k)
        forget(k);
    while (octets_kept(w) > LIMIT_WHOLE_OCTETS && (old = oldest(w, true)) != NULL)
        forget(old);
    k = oldest(w, false);
    forget(k);
    *k = (struct kept){index, state, spool_new(), ++w->clock};
    return k;
}

void whole_want(struct whole *w, size_t index)
{
    const struct kept *k = find(w, index);
    if (index != w->asked && (!k || k->state != WHOLE_HERE))
        w->wanted = index;
}

void whole_more(struct whole *w, struct online *o, int64_t now)
{
    if (w->wanted == NO_MESSAGE || w->in_flight || !online_room(o))
        return;
    const struct message *m = maildrop_at(w->maildrop, w->wanted);
    struct command retr = {.verb = COMMAND_RETR, .number = m->number};
    if (m->number) {
        if (!online_submit(o, &retr, TAG_WHOLE, now))
            return;
        w->asked = w->wanted;
        w->in_flight = true;
        err_clear(&w->error);
    }
    w->wanted = NO_MESSAGE;
}

static void take_reply(struct whole *w, const struct pop3_event *ev)
{
    size_t index = maildrop_by_number(w->maildrop, ev->number);
    bool is_asked = ev->tag == TAG_WHOLE;
    w->receiving = NULL;
    if (index == NO_MESSAGE || (is_asked && w->asked != index)) /* or it was stopped before */
        return;
    if (ev->ok)
        w->receiving = begin(w, index, WHOLE_COMING);
    else if (is_asked)
        begin(w, index, WHOLE_REFUSED);
}

static void take_line(struct whole *w, const struct pop3_event *ev)
{
    struct spool *s = w->receiving->spool;
    const char *end = ev->crlf ? "\r\n" : "\n";
    if (spool_append(s, ev->text, ev->len, &w->error) &&
        (ev->part || spool_append(s, end, strlen(end), &w->error)))
        return;
    w->receiving->state = WHOLE_STOPPED;
    w->receiving = NULL;
}

void whole_event(struct whole *w, const struct pop3_event *ev)
{
    if (ev->verb != COMMAND_RETR)
        return;
    if (ev->type == POP3_EVENT_REPLY)
        take_reply(w, ev);
    if (ev->type == POP3_EVENT_LINE && w->receiving)
        take_line(w, ev);
    if (ev->type == POP3_EVENT_END) {
        if (w->receiving)
            w->receiving->state = WHOLE_HERE;
        w->receiving = NULL;
    }
    bool is_over = ev->type == POP3_EVENT_END || (ev->type == POP3_EVENT_REPLY && !ev->ok);
    if (is_over && ev->tag == TAG_WHOLE) {
        w->asked = NO_MESSAGE;
        w->in_flight = false;
    }
}

bool whole_stop(struct whole *w, uint64_t *left)
{
    size_t index = whole_wanted(w);
    *left = 0;
    if (w->asked != NO_MESSAGE) {
        uint64_t size = maildrop_at(w->maildrop, w->asked)->size, have = whole_octets(w);
        *left = size > have ? size - have : 0;
        if (w->receiving)
            w->receiving->state = WHOLE_STOPPED;
        else
            begin(w, w->asked, WHOLE_STOPPED);
        w->receiving = NULL;
    }
    w->wanted = w->asked = NO_MESSAGE;
    return index != NO_MESSAGE;
}

void whole_lost(struct whole *w)
{
    if (w->receiving)
        w->receiving->state = WHOLE_STOPPED;
    w->receiving = NULL;
    w->asked = NO_MESSAGE;
    w->in_flight = false;
}

enum whole_state whole_state(struct whole *w, size_t index, struct spool **spool)
{
    struct kept *k = find(w, index);
    *spool = NULL;
    if (k) {
        k->used = ++w->clock;
        *spool = k->spool;
    }
    if (index == w->wanted || (index == w->asked && !w->receiving))
        return WHOLE_WAITING;
    return k ? k->state : WHOLE_NONE;
}

size_t whole_wanted(const struct whole *w)
{
    return w->asked != NO_MESSAGE ? w->asked : w->wanted;
}

uint64_t whole_octets(const struct whole *w)
{
    bool is_coming = w->receiving && w->receiving->index == w->asked;
    return is_coming ? spool_len(w->receiving->spool) : 0;
}

const struct err *whole_error(const struct whole *w)
{
    return &w->error;
}
