/* THE PROTOCOL CORE (RFC 1939, RFC 2449, RFC 2595, RFC 5034): bytes in, bytes out.  No socket,
 * no clock, no thread, no allocation by a server's number.
 *
 *   pop3_recv(s, bytes, n)      what came from the server
 *   while (pop3_next(s, &ev))   what it means
 *   pop3_submit(s, &cmd, tag)   what to ask
 *   n = pop3_send(s, &bytes)    what to write; then pop3_sent(s, how_much_was_written)
 *
 * Commands stand in one queue.  Replies match its head; how many may be in flight is a number
 * (pop3_set_window), not a second code path.  Nothing is sent before the greeting, nor behind
 * a command with COMMAND_BARRIER before its reply.
 *
 * Out of step (POP3_EVENT_BROKEN, final): a reply for a command whose last byte has not been
 * written yet; a line that is no status where a status is due; text behind the reply to STLS.
 * An unasked "-ERR" before any command in flight was written whole is a farewell (idle
 * time-out), not a fault. */
#ifndef POP3_POP3_H
#define POP3_POP3_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "pop3/command.h"
#include "pop3/reply.h"

enum pop3_state {
    POP3_GREETING,      /* connected, the greeting has not come */
    POP3_AUTHORIZATION, /* RFC 1939 section 4 */
    POP3_STLS,          /* +OK to STLS came: pop3_tls_started() must follow */
    POP3_TRANSACTION,   /* section 5 */
    POP3_UPDATE,        /* QUIT was submitted in TRANSACTION: section 6 */
    POP3_CLOSED,        /* QUIT was answered, or the server said farewell */
    POP3_BROKEN,        /* out of step: close without QUIT */
    POP3_STATE_COUNT
};

enum pop3_event_type {
    POP3_EVENT_GREETING, /* ok, text */
    POP3_EVENT_REPLY,    /* verb, tag, number, ok, code, text */
    POP3_EVENT_LINE,     /* verb, tag, number, text: one line of a multi-line answer, its
                            dot-stuffing undone; with `part` the line goes on in the next event */
    POP3_EVENT_END,      /* verb, tag, number: the multi-line answer is complete */
    POP3_EVENT_CONTINUE, /* AUTH: text is the challenge in base64; pop3_answer() it */
    POP3_EVENT_FAREWELL, /* text: the server is about to close */
    POP3_EVENT_BROKEN,   /* pop3_error() says why */
};

struct pop3_event {
    enum pop3_event_type type;
    enum command_verb verb;
    uint64_t tag;
    uint32_t number; /* of the command */
    bool ok;
    bool part;
    bool crlf; /* LINE: it ended with CR LF, not with a bare LF */
    enum reply_code code;
    const char *text; /* unclean bytes, not NUL-terminated; valid until the next call on S */
    size_t len;
};

struct pop3;

struct pop3 *pop3_new(void);
void pop3_free(struct pop3 *s); /* NULL is fine; wipes what may be secret */

/* Input.  Copies the bytes.  Drain pop3_next() after each call: what is held then is at most
 * one line. */
void pop3_recv(struct pop3 *s, const char *bytes, size_t len);
/* False when there is nothing more to say before more bytes come. */
bool pop3_next(struct pop3 *s, struct pop3_event *event);

/* Output: the bytes that may be written now, valid until the next call on S other than
 * pop3_sent(), which says how many of them were written. */
size_t pop3_send(struct pop3 *s, const char **bytes);
void pop3_sent(struct pop3 *s, size_t len);
/* Among those bytes are secrets: not for a trace. */
bool pop3_send_is_secret(const struct pop3 *s);

/* Queues a command; TAG comes back in its events.  False with the reason in E (if not NULL)
 * where the state does not allow it, command_write() refuses it, or LIMIT_QUEUE are waiting;
 * the session goes on. */
bool pop3_submit(struct pop3 *s, const struct command *c, uint64_t tag, struct err *e);
/* The answer to POP3_EVENT_CONTINUE: a base64 text, "" for an empty line, "*" to cancel. */
bool pop3_answer(struct pop3 *s, const char *text, struct err *e);

/* Commands that may be in flight at a time: 1 (the beginning) is lock step. */
void pop3_set_window(struct pop3 *s, size_t window);
/* How many more would leave at once if they were submitted now. */
size_t pop3_room(const struct pop3 *s);
/* Commands submitted whose answers are not complete. */
size_t pop3_in_flight(const struct pop3 *s);

/* TLS is up: capabilities learnt in clear are forgotten, AUTHORIZATION goes on.  Call it in
 * state POP3_STLS, or before the greeting for implicit TLS (where it changes nothing).  Bytes
 * that came in clear and were not drained keep it in POP3_STLS: pop3_next() says BROKEN. */
void pop3_tls_started(struct pop3 *s);

/* What CAPA said in an earlier session, lines that end with LF: taken as its answer in this
 * one, until CAPA is asked. */
void pop3_presume_capa(struct pop3 *s, const char *lines);

/* The other side has logged us in before it greeted (a tunnel to a server that knows its user):
 * from AUTHORIZATION to TRANSACTION without a command. */
void pop3_logged_in(struct pop3 *s);

enum pop3_state pop3_state(const struct pop3 *s);
const char *pop3_state_name(enum pop3_state state);
/* From the newest complete CAPA answer; 0 before, and after a -ERR to it. */
unsigned pop3_capa(const struct pop3 *s); /* enum reply_capa bits */
/* The words behind SASL, EXPIRE, LOGIN-DELAY, IMPLEMENTATION: NULL where not announced.
 * Unclean; valid until the next CAPA. */
const char *pop3_capa_args(const struct pop3 *s, enum reply_capa which);
/* The challenge of the greeting for APOP, "" where there is none. */
const char *pop3_challenge(const struct pop3 *s);
/* True when a DELE (or a RAW line that begins so) was submitted, and neither a RSET sent behind
 * it nor QUIT was answered +OK: a session that must not end with QUIT by accident. */
bool pop3_has_deletions(const struct pop3 *s);
const struct err *pop3_error(const struct pop3 *s);

#endif
