/* A non-blocking byte stream over a connected descriptor, in clear or under TLS. */
#ifndef NET_STREAM_H
#define NET_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "net/tls.h"

enum stream_result {
    STREAM_OK,
    STREAM_AGAIN, /* poll for stream_events() first */
    STREAM_EOF,   /* the other side closed */
    STREAM_FAILED /* stream_error() */
};

struct stream;

/* Owns FD and makes it non-blocking, close-on-exec, without Nagle's delay. */
struct stream *stream_new(int fd);
/* Closes at once (close_notify first under TLS); NULL is fine. */
void stream_free(struct stream *s);

/* From here on everything is TLS; TRUST must outlive S.  Call stream_handshake() until it is
 * not STREAM_AGAIN. */
void stream_start_tls(struct stream *s, const struct tls_trust *trust, const char *host);
enum stream_result stream_handshake(struct stream *s);

/* STREAM_OK with *GOT > 0, or *PUT of the LEN > 0 bytes.  After STREAM_AGAIN a write must begin
 * with the same bytes (under TLS they have been taken already); more may follow them. */
enum stream_result stream_read(struct stream *s, char *bytes, size_t size, size_t *got);
enum stream_result stream_write(struct stream *s, const char *bytes, size_t len, size_t *put);

int stream_fd(const struct stream *s);
/* What poll(2) should wait for, WANT_WRITE telling whether there is something to write. */
short stream_events(const struct stream *s, bool want_write);
/* Bytes wait inside: do not sleep in poll(2). */
bool stream_pending(const struct stream *s);
/* NULL in clear. */
const struct tls *stream_tls(const struct stream *s);
const struct err *stream_error(const struct stream *s);

#endif
