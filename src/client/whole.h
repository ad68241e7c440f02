/* Messages fetched whole (RETR), whoever asked for them, kept for the session: what was fetched
 * once is not fetched again. */
#ifndef CLIENT_WHOLE_H
#define CLIENT_WHOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/online.h"
#include "client/spool.h"
#include "maildrop/maildrop.h"

enum whole_state {
    WHOLE_NONE,
    WHOLE_WAITING, /* to be asked for */
    WHOLE_COMING,
    WHOLE_HERE,
    WHOLE_STOPPED, /* by the user, by a lost connection, or whole_error() says why */
    WHOLE_REFUSED,
};

struct whole;

/* Borrows M for its life. */
struct whole *whole_new(struct maildrop *m);
void whole_free(struct whole *w);

/* From the beginning, unless it is here or coming; instead of another that was wanted. */
void whole_want(struct whole *w, size_t index);
/* Submits what is wanted, where there is room. */
void whole_more(struct whole *w, struct online *o, int64_t now);
/* Every event of a RETR, also those that others submitted. */
void whole_event(struct whole *w, const struct pop3_event *event);
/* No more of what is coming or wanted: true where there was something to stop.  The rest of the
 * answer has still to be read; *LEFT is about how many octets that are. */
bool whole_stop(struct whole *w, uint64_t *left);
/* The connection is gone. */
void whole_lost(struct whole *w);

/* *SPOOL (NULL for none; valid until the next whole_more()) has the octets as the server sent
 * them, line ends and all, dot-stuffing undone. */
enum whole_state whole_state(struct whole *w, size_t index, struct spool **spool);
/* The message that is coming or waited for; SIZE_MAX none. */
size_t whole_wanted(const struct whole *w);
/* Octets that have come of it. */
uint64_t whole_octets(const struct whole *w);
/* Why the newest could not be kept. */
const struct err *whole_error(const struct whole *w);

#endif
