/* One connection at a time: look up, connect, TLS, log in (login.h has the policy); then bytes
 * to and from the protocol core.  Every wait has a deadline: one for all from connecting to the
 * login's answer, then one for each silence. */
#ifndef CLIENT_ONLINE_H
#define CLIENT_ONLINE_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "client/trace.h"
#include "net/link.h"
#include "pop3/pop3.h"
#include "store/account.h"
#include "store/secret.h"

enum online_state {
    ONLINE_OFF, /* by our own will, or online_error() says why not */
    ONLINE_LOOKING_UP,
    ONLINE_CONNECTING,
    ONLINE_AUTHENTICATING, /* KPOP: the Kerberos ticket */
    ONLINE_SECURING,       /* TLS handshake */
    ONLINE_GREETING,
    ONLINE_CAPA,
    ONLINE_STLS,
    ONLINE_LOGIN,
    ONLINE_READY,   /* logged in: RFC 1939's TRANSACTION state */
    ONLINE_LEAVING, /* QUIT was submitted */
    ONLINE_STATE_COUNT
};

/* Who submitted a command: the tag that its events bring back. */
enum online_tag {
    TAG_LOGIN,
    TAG_LISTING,
    TAG_HEADER,
    TAG_ENVELOPE,
    TAG_PREVIEW,
    TAG_WHOLE,
    TAG_COMMIT,
    TAG_KEEPALIVE,
    TAG_CHECK,
    TAG_CONSOLE
};

struct online;

/* Borrows both for its life.  OPEN, if not NULL, gives a connected descriptor instead of
 * dialling (the demo); -1 means that it failed. */
struct online *online_new(const struct account *account, const struct secret *password,
                          int (*open)(void *context), void *context);
void online_free(struct online *o);
/* From here on the dialogue goes into T, which must outlive it. */
void online_trace_to(struct online *o, struct trace *t);

/* Begins anew; a connection that is up is hung up first. */
void online_connect(struct online *o, int64_t now);
/* What CAPA has said at an earlier login (login_learnt()): copied, and presumed at the next,
 * unless a login fails in between. */
void online_presume(struct online *o, const char *capa);
/* What the next login would presume; "" for nothing. */
const char *online_presumed(const struct online *o);
/* Closes at once, without QUIT: the server rolls deletions back (RFC 1939 section 6). */
void online_hang_up(struct online *o);

/* The same, because of WHY: as if the connection had failed by itself. */
void online_fail(struct online *o, const struct err *why);

/* What to wait for; see link_poll(). */
size_t online_poll(const struct online *o, struct pollfd fds[LINK_POLLFDS], int64_t now,
                   int *timeout_ms);
/* Reads and writes without blocking.  True while more may be waiting at once: drain
 * online_next() and call it again. */
bool online_turn(struct online *o, int64_t now);
/* The next event of a command that others submitted.  Those of the login stay inside. */
bool online_next(struct online *o, int64_t now, struct pop3_event *event);

/* False where the connection is not READY, or the command is refused. */
bool online_submit(struct online *o, const struct command *c, enum online_tag tag, int64_t now);
/* READY, and no deletion is outstanding: QUIT deletes nothing. */
bool online_may_quit(const struct online *o);
/* Commands that would leave at once. */
size_t online_room(const struct online *o);
void online_set_window(struct online *o, size_t window);
/* The server says that it takes many commands at once, or the account forces it. */
bool online_pipelines(const struct online *o);
/* What CAPA announced in this session (enum reply_capa bits, 0 without a session), and the
 * words behind WHICH or NULL. */
unsigned online_capa(const struct online *o);
const char *online_capa_args(const struct online *o, enum reply_capa which);
/* The server tells envelopes (SDPS), or the account says so. */
bool online_has_sdps(const struct online *o);
/* What it greeted with, clean; "" before. */
const char *online_greeting(const struct online *o);
/* The greeting offers APOP. */
bool online_offers_apop(const struct online *o);
/* "192.0.2.25", or "". */
const char *online_address(const struct online *o);
/* See tls_certificate(). */
bool online_certificate(const struct online *o, size_t i, struct buf *out);
const char *online_fingerprint(const struct online *o);
/* Why the server refused the newest login, where it said so. */
enum reply_code online_refusal(const struct online *o);
/* Milliseconds since something was last asked or answered, where nothing is in flight; -1 else.
 */
int64_t online_idle_ms(const struct online *o, int64_t now);
/* Round trip in milliseconds, the shortest seen in this connection; -1 before. */
int64_t online_rtt_ms(const struct online *o);

enum online_state online_state(const struct online *o);
/* "TLS1.3", "PLAIN"; "" where not known, or not used. */
const char *online_tls(const struct online *o);
const char *online_auth(const struct online *o);
/* "" or what is not as safe as it should be. */
const char *online_warning(const struct online *o);
/* True once after the connection failed. */
bool online_take_failure(struct online *o);
/* What it was doing then. */
enum online_state online_failed_in(const struct online *o);
/* Why it is off; ERR_NONE by our own will.  The text is clean. */
const struct err *online_error(const struct online *o);

#endif
