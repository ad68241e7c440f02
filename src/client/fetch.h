/* What to ask the server for next, and where its answers go: the listing (UIDL, LIST), then the
 * headers of the rows on the screen, then all others from the newest to the oldest; a preview
 * before both.  The window of commands in flight opens while the answers keep coming promptly
 * and closes when they queue up, so that the line is full, yet what the user jumps to comes
 * within two round trips. */
#ifndef CLIENT_FETCH_H
#define CLIENT_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/online.h"
#include "maildrop/maildrop.h"

/* Body lines of a preview. */
#define FETCH_PREVIEW_LINES 20

struct fetch;

/* Borrows both for its life. */
struct fetch *fetch_new(struct maildrop *m, const struct account *account);
void fetch_free(struct fetch *f);

/* Asks for the listing; false where the connection does not take it. */
bool fetch_list(struct fetch *f, struct online *o, int64_t now);
bool fetch_is_listing(const struct fetch *f);

enum fetch_result {
    FETCH_NOT_MINE,
    FETCH_MORE,
    FETCH_LISTED, /* the listing is complete: fetch_changes() */
    FETCH_HEADER,
    FETCH_PREVIEW,
    FETCH_BROKEN, /* the listing was refused: the server is of no use; fetch_error() */
};
enum fetch_result fetch_event(struct fetch *f, struct online *o, const struct pop3_event *event,
                              int64_t now);
struct maildrop_changes fetch_changes(const struct fetch *f);
const struct err *fetch_error(const struct fetch *f);

/* The server fell silent in the middle of an answer (Exchange 2000 sets the final dot behind a
 * last line without an end): that message is not asked for again either. */
void fetch_blame_unfinished(struct fetch *f);
/* The message whose header came last; SIZE_MAX none. */
size_t fetch_latest(const struct fetch *f);
/* The answers fell out of step: the message whose answer came last is not asked for again, or
 * it would happen at every connection (a server that does not stuff dots). */
void fetch_blame(struct fetch *f);
/* The connection is gone: what was asked for is forgotten. */
void fetch_lost(struct fetch *f);
/* Submits what is next, as far as there is room. */
void fetch_more(struct fetch *f, struct online *o, int64_t now);

/* TOLD is given each header block as it comes, once its summary is in the model. */
void fetch_tell_headers(struct fetch *f,
                        void (*told)(void *context, size_t index, const char *block,
                                     size_t len),
                        void *context);
/* No headers by themselves. */
void fetch_ask_only(struct fetch *f);
/* The messages on the screen, in their order; copied. */
void fetch_want(struct fetch *f, const size_t *indexes, size_t count);

/* The command that fetches a message's header (and on a server without TOP, all of it).  False
 * where fetching it would delete it. */
bool fetch_look(const struct fetch *f, size_t index, struct command *c);

enum fetch_preview_state {
    PREVIEW_COMING,
    PREVIEW_HERE,
    PREVIEW_REFUSED,
    PREVIEW_LEFT, /* there is no TOP, and all of the message is too much, or would be deleted */
};

/* The first bytes of a message (header and FETCH_PREVIEW_LINES lines, as the server sent them),
 * at most LIMIT_PREVIEW of them, kept for the messages looked at last: in *BYTES with
 * PREVIEW_HERE, valid until the next fetch_event(); *IS_ALL where that is the whole message.
 * With ASK, where they are not here they are asked for at the next fetch_more(). */
enum fetch_preview_state fetch_preview(struct fetch *f, size_t index, bool ask,
                                       const struct buf **bytes, bool *is_all);
/* The same, of a message that is likely to be looked at next: by TOP, and only while the line
 * is idle. */
void fetch_prefetch(struct fetch *f, size_t index);

/* Of the present session: it has no TOP; it deletes what is fetched by RETR (EXPIRE 0). */
bool fetch_has_no_top(const struct fetch *f);
bool fetch_deletes(const struct fetch *f);
/* The header of a message that was fetched whole, where nothing is known of it. */
void fetch_learn(struct fetch *f, size_t index, const char *header, size_t len);

#endif
