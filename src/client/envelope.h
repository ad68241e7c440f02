/* SDPS: what "*ENV n" answers.  Two lines that no client knows a use for, the envelope's sender
 * (empty: the null sender), its recipient; more lines are ignored. */
#ifndef CLIENT_ENVELOPE_H
#define CLIENT_ENVELOPE_H

#include <stdbool.h>

#include "maildrop/maildrop.h"
#include "pop3/pop3.h"

struct envelope {
    bool refused;   /* the server does not know the command: not asked again in this session */
    unsigned lines; /* of the answer that is coming, whole ones */
    struct buf from, to;
};

void envelope_init(struct envelope *e);
void envelope_release(struct envelope *e);
/* A new session: nothing is coming, and nothing was refused. */
void envelope_reset(struct envelope *e);
/* A part of an answer; M learns it when it is complete. */
void envelope_event(struct envelope *e, const struct pop3_event *event, struct maildrop *m);

#endif
