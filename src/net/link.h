/* The way to a server, however it is made: dialled, or opened by the caller; in clear, under
 * TLS from the start, or TLS begun later (STLS).  Nothing blocks.  No policy: who calls decides
 * what may be sent over it. */
#ifndef NET_LINK_H
#define NET_LINK_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "net/dial.h"
#include "net/stream.h"

#define LINK_POLLFDS DIAL_POLLFDS

enum link_state {
    LINK_LOOKING_UP,
    LINK_CONNECTING,
    LINK_AUTHENTICATING, /* KPOP: the ticket */
    LINK_SECURING,       /* TLS handshake */
    LINK_READY,          /* bytes may go both ways */
    LINK_FAILED,         /* link_error() */
};

struct link;

/* Begins to look up HOST, which must outlive it.  IMPLICIT_TLS: link_set_trust() before the
 * first turn. */
struct link *link_new(const char *host, uint16_t port, bool implicit_tls);
/* The same for Kerberized POP (kpop.h), which knows no TLS. */
struct link *link_kpop(const char *host, uint16_t port);
/* Over a command (tunnel.h); HOST is for TLS.  Where it cannot be started the state is FAILED.
 */
struct link *link_tunnel(const char *command, const char *host, bool implicit_tls);
/* Over FD, which is connected, and the link's from now on. */
struct link *link_over(int fd);
/* Closes at once; NULL is fine. */
void link_free(struct link *l);

/* Whom TLS believes; must outlive it. */
void link_set_trust(struct link *l, const struct tls_trust *trust);
/* TLS from here on: SECURING until the handshake is done. */
void link_start_tls(struct link *l);

/* Fills FDS, as dial_poll(); WANT_WRITE where there is something to write. */
size_t link_poll(const struct link *l, struct pollfd fds[LINK_POLLFDS], bool want_write,
                 int64_t now, int *timeout_ms);
/* Goes on without blocking; call it after each poll(2). */
enum link_state link_turn(struct link *l, int64_t now);
enum link_state link_state(const struct link *l);

/* In LINK_READY; see stream_read() and stream_write().  STREAM_FAILED makes it LINK_FAILED. */
enum stream_result link_read(struct link *l, char *bytes, size_t size, size_t *got);
enum stream_result link_write(struct link *l, const char *bytes, size_t len, size_t *put);

/* Nobody outside this machine sees its bytes. */
bool link_is_private(const struct link *l);
/* "192.0.2.25", "" before it is connected, or where it was not dialled. */
const char *link_address(const struct link *l);
/* NULL in clear. */
const struct tls *link_tls(const struct link *l);
const struct err *link_error(const struct link *l);

#endif
