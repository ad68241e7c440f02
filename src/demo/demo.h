/* A POP3 server inside the process, for `dele demo` and for tests: pure, bytes in and bytes out,
 * and the same thing behind a socket pair.  It knows RFC 1939, CAPA with PIPELINING, AUTH PLAIN
 * and USER/PASS with any password, dot-stuffing; deletes at QUIT only, in its own memory. */
#ifndef DEMO_DEMO_H
#define DEMO_DEMO_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

struct demo;

/* With the built-in sample maildrop, dated around NOW (seconds since the epoch). */
struct demo *demo_new(int64_t now);
/* Without messages. */
struct demo *demo_new_empty(void);
/* Adds a message (its lines may end in LF or CRLF) with a UIDL; copied. */
void demo_add(struct demo *d, const char *uidl, const char *message, size_t len);
void demo_free(struct demo *d);

/* Messages in the maildrop now. */
size_t demo_count(const struct demo *d);

/* A new session: the descriptor for the client's side.  A session before it is dropped. */
int demo_connect(struct demo *d);
/* The demo's side of the poll loop: what to wait for, and the turn after poll(2). */
struct pollfd demo_poll(const struct demo *d);
void demo_turn(struct demo *d);

#endif
