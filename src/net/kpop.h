/* Kerberized POP: before the greeting the client shows a ticket for the service "pop" as
 * krb5_sendauth() does, with the words "KPOPV1.0", and the server proves itself in return.  The
 * framing is ours, so that nothing blocks and no length of the server's is trusted:
 *   C: length "KRB5_SENDAUTH_V1.0\0"  length "KPOPV1.0\0"     (lengths: 32 bits, big endian)
 *   S: one byte: 0 go on, 1 or 2 the words are not known
 *   C: length AP-REQ
 *   S: 0 for yes, or length KRB-ERROR
 *   S: length AP-REP
 * What follows is POP3 in clear. */
#ifndef NET_KPOP_H
#define NET_KPOP_H

#include <poll.h>

#include "base/err.h"
#include "net/stream.h"

enum kpop_step { KPOP_GOES_ON, KPOP_DONE, KPOP_FAILED };

struct kpop;

/* Begins to ask for the ticket: the connection to HOST may still be under way. */
struct kpop *kpop_new(const char *host);
/* NULL is fine. */
void kpop_free(struct kpop *k);

/* Goes on over S, which is connected; reads no byte behind the AP-REP. */
enum kpop_step kpop_turn(struct kpop *k, struct stream *s);
/* What kpop_turn() waits for. */
struct pollfd kpop_poll(const struct kpop *k, const struct stream *s);
const struct err *kpop_error(const struct kpop *k);

#endif
