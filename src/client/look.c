#include "config.h"

#include "client/look.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

void look_begin(struct look *l, unsigned capa, const char *expire)
{
    if (capa & CAPA_TOP)
        l->missing = false;
    l->expires = expire && *expire == '0' && (!expire[1] || expire[1] == ' ');
}

bool look_is_probe(const struct look *l, unsigned capa)
{
    return !l->works && !l->missing && !(capa & CAPA_TOP);
}

bool look_answered(struct look *l, enum command_verb verb, bool ok, unsigned capa)
{
    if (verb != COMMAND_TOP)
        return false;
    if (ok)
        l->works = true;
    else if (look_is_probe(l, capa))
        l->missing = true;
    return l->missing;
}

bool look_command(const struct look *l, const struct message *m, uint32_t lines,
                  enum look_reason reason, uint64_t retr_limit, struct command *c)
{
    if (!l->missing) {
        *c = (struct command){.verb = COMMAND_TOP, .number = m->number, .lines = lines};
        return true;
    }
    *c = (struct command){.verb = COMMAND_RETR, .number = m->number};
    if (l->expires)
        return false;
    return reason == LOOK_BY_HAND ||
           m->size <= (reason == LOOK_VISIBLE ? retr_limit : LIMIT_LOOK);
}

/* Some servers send the status line twice (FTGate V2): it is no header field. */
static bool is_second_status(const struct buf *to, const struct pop3_event *event)
{
    return !to->len && event->len >= 3 && !memcmp(event->text, "+OK", 3) &&
           (event->len == 3 || event->text[3] == ' ');
}

void look_append(struct buf *to, const struct pop3_event *ev, const char *eol)
{
    if (is_second_status(to, ev))
        return;
    buf_append_cut(to, ev->text, ev->len);
    if (!ev->part)
        buf_append_cut(to, eol, strlen(eol));
}
