/* THE HEART: staged -> checked -> saved -> sent -> acknowledged -> committed -> verified.
 *   checked       a fresh listing: a message that is gone or has changed is left out
 *   saved         copies are in the trash, and what is meant in the journal, on the disk
 *   sent          DELE for each; every reply is read
 *   called off    a -ERR, or the user: RSET, nothing is deleted; then the user may agree to
 *                 the rest
 *   committed     only at +OK to QUIT
 *   verified      a new login, a new listing: is each of them gone?
 *
 * A line lost before QUIT left: nothing is deleted (RFC 1939 section 6), which is verified all
 * the same, because one server deletes at DELE.  A line lost after that: unknown until
 * verified.  QUIT never leaves with a DELE outstanding but here. */
#ifndef CLIENT_COMMIT_H
#define CLIENT_COMMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/commit_item.h"
#include "client/commit_report.h"
#include "client/copies.h"
#include "client/fetch.h"
#include "client/online.h"
#include "maildrop/maildrop.h"

enum commit_phase {
    COMMIT_IDLE,
    COMMIT_CHECKING,    /* connecting where needed, listing, looking again, copying */
    COMMIT_SAVING,      /* the copies go to the disk */
    COMMIT_SENDING,     /* DELE */
    COMMIT_CALLING_OFF, /* RSET */
    COMMIT_ASKING,      /* the server refused some, or it cannot be written down: commit_go_on()
                           or commit_cancel() */
    COMMIT_QUITTING,    /* QUIT is out */
    COMMIT_VERIFYING,   /* logging in again, listing */
    COMMIT_DONE,        /* the report is complete */
};

struct commit;

/* Borrows all for its life. */
struct commit *commit_new(struct online *o, struct fetch *f, struct maildrop *m);
/* BEGIN is called before the first DELE, and END when it is over: they write down what is meant
 * and what came of it.  Where BEGIN cannot (E says why), the user is asked: COMMIT_ASKING. */
void commit_witness(struct commit *c, bool (*begin)(void *context, struct err *e),
                    void (*end)(void *context), void *context);
/* Copies are made by COPIES, borrowed. */
void commit_copies(struct commit *c, struct copies *copies);
/* In COMMIT_ASKING: that is what is asked. */
bool commit_is_unwitnessed(const struct commit *c);
void commit_free(struct commit *c);

/* COUNT message indexes, copied.  Without VERIFY a +OK to QUIT is the end; what a lost line
 * left open is verified all the same.  Only from COMMIT_IDLE or COMMIT_DONE. */
void commit_start(struct commit *c, const size_t *indexes, size_t count, bool verify,
                  int64_t now);
/* The server wants no login before that time (LOGIN-DELAY): verification waits for it. */
void commit_login_not_before(struct commit *c, int64_t at);
/* When the wait for the next login ends; 0 where nothing is waited for. */
int64_t commit_retry_at(const struct commit *c);
/* From COMMIT_ASKING: the rest, without those that were refused. */
void commit_go_on(struct commit *c, int64_t now);
/* Calls it off; once more, and the connection is closed without waiting for the server.  False
 * in COMMIT_QUITTING, where it is too late: the waiting ends, and what was deleted is looked
 * at. */
bool commit_cancel(struct commit *c, int64_t now);

enum commit_phase commit_phase(const struct commit *c);
/* From COMMIT_CHECKING to before COMMIT_DONE: nothing else may be asked of the server. */
bool commit_is_running(const struct commit *c);
const struct commit_item *commit_items(const struct commit *c, size_t *count);
/* Items past the present phase's step, for a progress bar. */
size_t commit_progress(const struct commit *c);
/* Complete in COMMIT_DONE; in COMMIT_ASKING its text says what was refused and why. */
const struct commit_report *commit_report(const struct commit *c);

/* What happens, told by the client. */
void commit_event(struct commit *c, const struct pop3_event *event, int64_t now);
void commit_listed(struct commit *c, int64_t now);
void commit_lost(struct commit *c, int64_t now);
/* Time passes: retries, submits what there is room for.  */
void commit_turn(struct commit *c, int64_t now);
/* What is asked for has been sent: makes copies while the answer is under way. */
void commit_turn_idle(struct commit *c);
/* *TIMEOUT_MS is lowered to the time of the next retry. */
void commit_poll(const struct commit *c, int64_t now, int *timeout_ms);

#endif
