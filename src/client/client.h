/* The face for the user interface and the commands: one maildrop, its marks, and the connection
 * behind them.  It joins net, pop3 and maildrop, and is where policy lives.  Nothing in it
 * blocks: the caller's poll(2) loop drives it.
 *
 *   n = client_poll(c, fds, now, &timeout);  poll(fds, n, timeout);  client_turn(c, now);
 */
#ifndef CLIENT_CLIENT_H
#define CLIENT_CLIENT_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "client/commit.h"
#include "client/copies.h"
#include "client/fetch.h"
#include "client/online.h"
#include "client/whole.h"
#include "mail/body.h"
#include "maildrop/maildrop.h"
#include "maildrop/marks.h"
#include "maildrop/query.h"
#include "maildrop/rules.h"
#include "net/link.h"
#include "store/account.h"
#include "store/db.h"
#include "store/journal.h"
#include "store/secret.h"
#include "store/trash.h"

#define CLIENT_POLLFDS LINK_POLLFDS

struct client;

/* Borrows all for its life; OPEN as for online_new(). */
struct client *client_new(const struct account *account, const struct secret *password,
                          int (*open)(void *context), void *context);
/* Remembers the maildrop in D, which must outlive C, and recalls what D knows of it. */
void client_remember(struct client *c, struct db *d);
/* Deletions are written down in J, which must outlive C. */
void client_journal(struct client *c, struct journal *j);
/* Copies of what is deleted go to T, which must outlive C. */
void client_trash(struct client *c, struct trash *t);
struct copies *client_copies(struct client *c);
/* Once, when it was found out: what became of a deletion that an earlier run did not see the
 * end of, in a sentence; false where there is none. */
bool client_take_unfinished(struct client *c, char *text, size_t size);
/* Closes without QUIT whatever is open. */
void client_free(struct client *c);

/* NOW is a monotonic clock in milliseconds. */
size_t client_poll(const struct client *c, struct pollfd fds[CLIENT_POLLFDS], int64_t now,
                   int *timeout_ms);
/* True where something that can be seen has changed. */
bool client_turn(struct client *c, int64_t now);

/* Connects where it is off, else lists the maildrop again. */
void client_refresh(struct client *c, int64_t now);
/* Ends a wait: a connection that is being made, a message that is fetched whole, or a commit
 * (see commit_cancel()).  False where there was nothing to end. */
bool client_cancel(struct client *c, int64_t now);
/* QUIT where nothing is to be deleted, else hang up; then client_is_off() becomes true soon. */
void client_leave(struct client *c, int64_t now);
bool client_is_off(const struct client *c);

enum online_state client_state(const struct client *c);
/* The listing of this session is complete. */
bool client_is_listed(const struct client *c);
/* Every header is here or refused. */
bool client_is_complete(const struct client *c);
/* From here on a login that was refused for a reason that passes is tried again, in growing
 * waits that client_cancel() ends. */
void client_be_patient(struct client *c);
/* Seconds until then, or until the server allows the next login; -1 where nothing is waited
 * for.
 */
int64_t client_retry_in(const struct client *c, int64_t now);
/* A QUIT with deletions before it may have reached the server in this run. */
bool client_has_sent_deletions(const struct client *c);
/* Quit by itself after a time without need: the next need logs in again. */
bool client_is_parked(const struct client *c);
/* Why it is off; ERR_NONE by our own will.  Clean text. */
const struct err *client_error(const struct client *c);
void client_forget_error(struct client *c);
const char *client_tls(const struct client *c);
const char *client_auth(const struct client *c);
const char *client_warning(const struct client *c);
/* The days after which this server deletes by itself (RFC 2449 section 6.7), as it says it;
 * "0" where it deletes what was fetched; "" where it says nothing of the kind. */
const char *client_expire(const struct client *c);
/* What is changed is written: call it before it is drawn. */
void client_write_marks(struct client *c);
/* Marks outlive the program. */
bool client_keeps_marks(const struct client *c);
/* Something is shown that an earlier run saw. */
bool client_has_recalled(const struct client *c);
/* Once, when the first listing has come: the marks of an earlier run that still stand, and when
 * (seconds since 1970) the newest was set; 0 where there were none. */
size_t client_take_recalled(struct client *c, int64_t *at);
/* Why nothing is remembered any more; ERR_NONE. */
const struct err *client_memory_error(const struct client *c);
/* Of the newest listing after the first; both 0 once taken. */
struct maildrop_changes client_take_changes(struct client *c);
/* Marks that were dropped because their message is gone, since last asked. */
size_t client_take_lost_marks(struct client *c);

/* Rules for this maildrop, borrowed (NULL none): they look at each message once.  STAGE: what
 * they decide becomes marks. */
void client_use_rules(struct client *c, struct rules *r, bool stage);
struct rules *client_rules(const struct client *c);
/* They look at all that is here now: one was added, or the result is asked for. */
void client_finish_rules(struct client *c);
/* How many messages they marked for deletion since last asked; 0 until all headers are here. */
size_t client_take_ruled(struct client *c);

/* The dialogue with the server.  Never NULL. */
const struct trace *client_trace(const struct client *c);
/* It goes to the account's trace file too; false with E where that cannot be written.  Nothing
 * without one. */
bool client_trace_to_file(struct client *c, struct err *e);
/* Sends a command typed by the user (console.h); its answer is seen in the trace.  False with E
 * where it is refused, or nothing can be sent now. */
bool client_console(struct client *c, const char *line, int64_t now, struct err *e);

const struct account *client_account(const struct client *c);
const struct maildrop *client_maildrop(const struct client *c);
struct marks *client_marks(struct client *c);
/* How far a message is to be trusted, in this account and among these senders; good as long as
 * its summary.  Nothing where that is not here. */
struct trust client_trust(const struct client *c, size_t index);
/* Its sender is known (maildrop/known.h); for campaigns_find(). */
bool client_knows_sender(void *client, size_t index);

/* Where a query of this maildrop looks; NOW in seconds since 1970. */
struct query_view client_query_view(const struct client *c, int64_t now);

/* From here on headers come only for what is asked for: not of all messages. */
void client_ask_only(struct client *c);
/* The rows on the screen: their headers come first. */
void client_want(struct client *c, const size_t *indexes, size_t count, int64_t now);
/* What is here of a message, and what has become of the rest. */
struct client_message {
    enum fetch_preview_state first_lines;
    enum whole_state whole;
    struct body_source source; /* of `have` octets; valid until the next client_turn() */
    uint64_t have;             /* 0: nothing is here */
};
/* ASK for its first lines where they are not here; logs in again for that where the session was
 * parked. */
struct client_message client_message(struct client *c, size_t index, bool ask, int64_t now);
/* Appends its text as far as it is here (TEXT NULL: only says how far). */
enum query_body client_body(struct client *c, size_t index, struct buf *text);
/* A message that is likely to be looked at next: its first lines, while the line is idle. */
void client_prefetch(struct client *c, size_t index, int64_t now);
/* All of it, by RETR.  Where client_fetching_deletes(), the server deletes it behind that. */
void client_fetch_whole(struct client *c, size_t index, int64_t now);
bool client_is_fetching(const struct client *c);
/* Octets of it that are here. */
uint64_t client_fetched(const struct client *c);
bool client_fetching_deletes(const struct client *c);
/* No TOP here: first lines come only with all others. */
bool client_has_no_top(const struct client *c);
/* Why the newest whole message could not be kept. */
const struct err *client_fetch_error(const struct client *c);

/* Deletes exactly these messages, which the user has seen and confirmed.  LEAVING: verified
 * only where the account says so.  False, and nothing happens, where a commit is running, the
 * account is read-only, or COUNT is 0. */
bool client_commit(struct client *c, const size_t *indexes, size_t count, bool leaving,
                   int64_t now);
void client_commit_go_on(struct client *c, int64_t now);
const struct commit *client_commit_state(const struct client *c);

#endif
