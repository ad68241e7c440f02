#include "config.h"

#include "net/stream.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "net/sock.h"

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* sock_prepare() has set SO_NOSIGPIPE */
#endif

struct stream {
    int fd;
    struct tls *tls; /* NULL in clear */
    bool is_shaking_hands;
    short read_needs;  /* what the last read, or handshake, waits for */
    short write_needs; /* what the last write waits for */
    struct err err;
};

struct stream *stream_new(int fd)
{
    struct stream *s = xcalloc(1, sizeof *s);
    *s = (struct stream){.fd = fd, .read_needs = POLLIN, .write_needs = POLLOUT};
    if (!sock_prepare(fd))
        err_set(&s->err, ERR_IO, _("the connection cannot be used: %s"), strerror(errno));
    return s;
}

void stream_free(struct stream *s)
{
    if (!s)
        return;
    if (s->tls)
        tls_bye(s->tls);
    tls_free(s->tls);
    close(s->fd);
    free(s);
}

void stream_start_tls(struct stream *s, const struct tls_trust *trust, const char *host)
{
    s->tls = tls_new(trust, s->fd, host);
    s->is_shaking_hands = true;
}

/* NEEDS receives what to poll for. */
static enum stream_result from_tls(struct stream *s, enum tls_result result, short *needs)
{
    switch (result) {
    case TLS_DONE:
        return STREAM_OK;
    case TLS_WANT_READ:
        *needs = POLLIN;
        return STREAM_AGAIN;
    case TLS_WANT_WRITE:
        *needs = POLLOUT;
        return STREAM_AGAIN;
    case TLS_EOF:
        return STREAM_EOF;
    case TLS_FAILED:
        break;
    }
    const struct err *why = tls_error(s->tls);
    err_set(&s->err, why->code, "%s", why->text);
    return STREAM_FAILED;
}

static enum stream_result from_errno(struct stream *s)
{
    if (errno == EAGAIN || errno == EWOULDBLOCK)
        return STREAM_AGAIN;
    if (errno == ECONNRESET || errno == EPIPE)
        err_set(&s->err, ERR_IO, "%s", _("the server reset the connection"));
    else
        err_set(&s->err, ERR_IO, _("the connection broke: %s"), strerror(errno));
    return STREAM_FAILED;
}

enum stream_result stream_handshake(struct stream *s)
{
    if (s->err.code != ERR_NONE)
        return STREAM_FAILED;
    enum stream_result result = from_tls(s, tls_handshake(s->tls), &s->read_needs);
    if (result != STREAM_OK)
        return result;
    s->is_shaking_hands = false;
    s->read_needs = POLLIN;
    return STREAM_OK;
}

static enum stream_result read_clear(struct stream *s, char *bytes, size_t size, size_t *got)
{
    ssize_t n;
    while ((n = recv(s->fd, bytes, size, 0)) < 0 && errno == EINTR)
        ;
    if (n < 0)
        return from_errno(s);
    *got = (size_t)n;
    return n ? STREAM_OK : STREAM_EOF;
}

static enum stream_result read_some(struct stream *s, char *bytes, size_t size, size_t *got)
{
    *got = 0;
    s->read_needs = POLLIN;
    if (!s->tls)
        return read_clear(s, bytes, size, got); /* also after a write that failed: last words */
    if (s->err.code != ERR_NONE)
        return STREAM_FAILED;
    return from_tls(s, tls_read(s->tls, bytes, size, got), &s->read_needs);
}

/* A full read is one of many: the kernel acknowledges those by itself. */
#define SHORT_READ 2048

enum stream_result stream_read(struct stream *s, char *bytes, size_t size, size_t *got)
{
    enum stream_result result = read_some(s, bytes, size, got);
    if (result == STREAM_OK && *got < SHORT_READ)
        sock_acknowledge(s->fd);
    return result;
}

static enum stream_result write_clear(struct stream *s, const char *bytes, size_t len,
                                      size_t *put)
{
    ssize_t n;
    while ((n = send(s->fd, bytes, len, MSG_NOSIGNAL)) < 0 && errno == EINTR)
        ;
    if (n < 0)
        return from_errno(s);
    *put = (size_t)n;
    return STREAM_OK;
}

enum stream_result stream_write(struct stream *s, const char *bytes, size_t len, size_t *put)
{
    *put = 0;
    if (s->err.code != ERR_NONE)
        return STREAM_FAILED;
    s->write_needs = POLLOUT;
    if (!s->tls)
        return write_clear(s, bytes, len, put);
    return from_tls(s, tls_write(s->tls, bytes, len, put), &s->write_needs);
}

int stream_fd(const struct stream *s)
{
    return s->fd;
}

short stream_events(const struct stream *s, bool want_write)
{
    if (s->is_shaking_hands || !want_write)
        return s->read_needs;
    return (short)(s->read_needs | s->write_needs);
}

bool stream_pending(const struct stream *s)
{
    return s->tls && tls_pending(s->tls);
}

const struct tls *stream_tls(const struct stream *s)
{
    return s->tls;
}

const struct err *stream_error(const struct stream *s)
{
    return &s->err;
}
