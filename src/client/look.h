/* How to look at a message: TOP; or where the server has none, RETR, which fetches all of it
 * and marks it as read on some servers. */
#ifndef CLIENT_LOOK_H
#define CLIENT_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "maildrop/maildrop.h"
#include "pop3/pop3.h"

enum look_reason {
    LOOK_BY_ITSELF, /* the list fills */
    LOOK_VISIBLE,   /* its row is on the screen */
    LOOK_BY_HAND,   /* what the user has confirmed depends on it */
};

/* What is known of a server's TOP; all zero is nothing. */
struct look {
    bool works;   /* it was answered +OK */
    bool missing; /* it was refused, and CAPA did not announce it */
    bool expires; /* EXPIRE 0: what was fetched by RETR is deleted after the session */
};

/* Capabilities of the present session; EXPIRE as pop3_capa_args() gives it. */
void look_begin(struct look *l, unsigned capa, const char *expire);
/* Only one TOP may go out, to see whether the server knows it: some close the connection after
 * a few commands that they do not know. */
bool look_is_probe(const struct look *l, unsigned capa);
/* A look was answered.  True where the answer says that the server has no TOP, nothing of the
 * message. */
bool look_answered(struct look *l, enum command_verb verb, bool ok, unsigned capa);

/* The command that shows M's header and LINES of its body.  False where it must not be asked
 * for: without TOP, anything where the server deletes what was fetched, and but by hand what is
 * larger than RETR_LIMIT octets (by itself, LIMIT_LOOK). */
bool look_command(const struct look *l, const struct message *m, uint32_t lines,
                  enum look_reason reason, uint64_t retr_limit, struct command *c);

/* One line of an answer, ending in EOL; what TO has no room for is dropped. */
void look_append(struct buf *to, const struct pop3_event *event, const char *eol);

#endif
