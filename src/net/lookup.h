/* A name look-up that nobody waits for: getaddrinfo() knows no time-out and may take a minute,
 * so it runs in a thread that is left alone when the answer is no longer wanted. */
#ifndef NET_LOOKUP_H
#define NET_LOOKUP_H

#include <netdb.h>
#include <stdbool.h>

#include "net/host.h"

struct lookup;

/* Begins.  For an address there is nothing to wait for: it has finished on return. */
struct lookup *lookup_new(const struct host *host, const char *port);
/* NULL is fine.  What a thread still needs is freed by that thread. */
void lookup_free(struct lookup *l);

/* Becomes readable when it has finished; -1 where there is nothing to wait for. */
int lookup_fd(const struct lookup *l);
bool lookup_has_finished(struct lookup *l);

/* Once it has finished: an EAI_ code (0 for success), with errno in *SYSTEM for EAI_SYSTEM; and
 * the addresses, which live until lookup_free(). */
int lookup_code(const struct lookup *l, int *system);
const struct addrinfo *lookup_addresses(const struct lookup *l);

#endif
