/* From a host name to a connected TCP socket: look-up in a helper thread, IDNA, then happy
 * eyeballs (RFC 8305): IPv6 and IPv4 in turn, 250 ms apart, the first to connect wins. */
#ifndef NET_DIAL_H
#define NET_DIAL_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define DIAL_ATTEMPT_DELAY_MS 250
#define DIAL_POLLFDS 16 /* the most that dial_poll() fills in */

enum dial_state { DIAL_LOOKING_UP, DIAL_CONNECTING, DIAL_CONNECTED, DIAL_FAILED };

struct dial;

/* HOST may be an IP address (also in brackets) or an internationalised name. */
struct dial *dial_new(const char *host, uint16_t port);
/* Cancels what is under way; a look-up thread is left to end by itself. */
void dial_free(struct dial *d);

/* Fills FDS with what to wait for, returns how many; *TIMEOUT_MS is lowered to the time after
 * which dial_turn() must be called anyhow (-1 means none).  NOW: milliseconds of a monotonic
 * clock. */
size_t dial_poll(const struct dial *d, struct pollfd fds[DIAL_POLLFDS], int64_t now,
                 int *timeout_ms);
/* Goes on without blocking; call it after each poll(2). */
enum dial_state dial_turn(struct dial *d, int64_t now);

/* With DIAL_CONNECTED: the socket, the caller's from now on. */
int dial_take(struct dial *d);
/* "192.0.2.25", the address connected to. */
const char *dial_address(const struct dial *d);
/* True where that address is a loopback address. */
bool dial_is_loopback(const struct dial *d);
/* With DIAL_FAILED: unknown host, or what each address answered, in one sentence. */
const struct err *dial_error(const struct dial *d);

#endif
