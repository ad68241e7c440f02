#include "config.h"

#include "net/link.h"

#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "net/kpop.h"
#include "net/tunnel.h"

struct link {
    const char *host;
    bool implicit_tls;
    bool private;
    struct tunnel *tunnel; /* or NULL */
    bool starts_tls;       /* at the first turn, when there is trust */
    char *address;         /* NULL before */
    const struct tls_trust *trust;
    enum link_state state;
    struct dial *dial;     /* until it is connected */
    struct stream *stream; /* from then on */
    struct kpop *kpop;     /* until the ticket was taken; or NULL */
    struct err error;
};

struct link *link_new(const char *host, uint16_t port, bool implicit_tls)
{
    struct link *l = xcalloc(1, sizeof *l);
    l->host = host;
    l->implicit_tls = implicit_tls;
    l->dial = dial_new(host, port);
    return l;
}

struct link *link_kpop(const char *host, uint16_t port)
{
    struct link *l = link_new(host, port, false);
    l->kpop = kpop_new(host);
    return l;
}

struct link *link_tunnel(const char *command, const char *host, bool implicit_tls)
{
    struct link *l = xcalloc(1, sizeof *l);
    int fd;
    l->host = host;
    l->private = true;
    l->tunnel = tunnel_new(command, &fd, &l->error);
    l->state = LINK_FAILED;
    if (!l->tunnel)
        return l;
    l->stream = stream_new(fd);
    l->state = LINK_READY;
    l->starts_tls = implicit_tls;
    return l;
}

struct link *link_over(int fd)
{
    struct link *l = xcalloc(1, sizeof *l);
    l->private = true;
    l->stream = stream_new(fd);
    l->state = LINK_READY;
    return l;
}

void link_free(struct link *l)
{
    if (!l)
        return;
    dial_free(l->dial);
    kpop_free(l->kpop);
    stream_free(l->stream);
    tunnel_free(l->tunnel); /* its input has ended */
    free(l->address);
    free(l);
}

void link_set_trust(struct link *l, const struct tls_trust *trust)
{
    l->trust = trust;
}

void link_start_tls(struct link *l)
{
    stream_start_tls(l->stream, l->trust, l->host);
    l->state = LINK_SECURING;
}

static void fail(struct link *l, const struct err *why)
{
    err_set(&l->error, why->code, "%s", why->text);
    l->state = LINK_FAILED;
}

static void dial_on(struct link *l, int64_t now)
{
    switch (dial_turn(l->dial, now)) {
    case DIAL_LOOKING_UP:
        l->state = LINK_LOOKING_UP;
        break;
    case DIAL_CONNECTING:
        l->state = LINK_CONNECTING;
        break;
    case DIAL_CONNECTED:
        l->private = dial_is_loopback(l->dial);
        l->address = xstrdup(dial_address(l->dial));
        l->stream = stream_new(dial_take(l->dial));
        dial_free(l->dial);
        l->dial = NULL;
        l->state = l->kpop ? LINK_AUTHENTICATING : LINK_READY;
        if (l->implicit_tls)
            link_start_tls(l);
        break;
    case DIAL_FAILED:
        fail(l, dial_error(l->dial));
        break;
    }
}

static void show_ticket(struct link *l)
{
    switch (kpop_turn(l->kpop, l->stream)) {
    case KPOP_GOES_ON:
        break;
    case KPOP_DONE:
        kpop_free(l->kpop);
        l->kpop = NULL;
        l->state = LINK_READY;
        break;
    case KPOP_FAILED:
        fail(l, kpop_error(l->kpop));
        break;
    }
}

static void handshake_on(struct link *l)
{
    switch (stream_handshake(l->stream)) {
    case STREAM_AGAIN:
        break;
    case STREAM_OK:
        l->state = LINK_READY;
        break;
    case STREAM_EOF:
        err_set(&l->error, ERR_IO, "%s",
                _("The server closed the connection during the TLS handshake."));
        l->state = LINK_FAILED;
        break;
    case STREAM_FAILED:
        fail(l, stream_error(l->stream));
        break;
    }
}

enum link_state link_turn(struct link *l, int64_t now)
{
    if (l->dial && l->state != LINK_FAILED)
        dial_on(l, now);
    if (l->starts_tls)
        link_start_tls(l);
    l->starts_tls = false;
    if (l->state == LINK_AUTHENTICATING)
        show_ticket(l);
    if (l->state == LINK_SECURING)
        handshake_on(l);
    return l->state;
}

enum link_state link_state(const struct link *l)
{
    return l->state;
}

size_t link_poll(const struct link *l, struct pollfd fds[LINK_POLLFDS], bool want_write,
                 int64_t now, int *timeout_ms)
{
    if (l->dial)
        return dial_poll(l->dial, fds, now, timeout_ms);
    if (!l->stream) {
        *timeout_ms = 0;
        return 0;
    }
    if (l->state == LINK_AUTHENTICATING) {
        fds[0] = kpop_poll(l->kpop, l->stream);
        return 1;
    }
    if (stream_pending(l->stream))
        *timeout_ms = 0;
    fds[0] = (struct pollfd){.fd = stream_fd(l->stream),
                             .events = stream_events(l->stream, want_write)};
    return 1;
}

static enum stream_result checked(struct link *l, enum stream_result result)
{
    if (result == STREAM_EOF && l->tunnel) {
        struct err e = {0};
        const char *words = tunnel_last_words(l->tunnel);
        err_set(&e, ERR_UNAVAILABLE,
                *words ? _("The tunnel command ended. It said: %s")
                       : _("The tunnel command ended without a word.%s"),
                words);
        fail(l, &e);
        return STREAM_FAILED;
    }
    if (result == STREAM_FAILED)
        fail(l, stream_error(l->stream));
    return result;
}

enum stream_result link_read(struct link *l, char *bytes, size_t size, size_t *got)
{
    return checked(l, stream_read(l->stream, bytes, size, got));
}

enum stream_result link_write(struct link *l, const char *bytes, size_t len, size_t *put)
{
    return checked(l, stream_write(l->stream, bytes, len, put));
}

bool link_is_private(const struct link *l)
{
    return l->private;
}

const char *link_address(const struct link *l)
{
    return l->address ? l->address : "";
}

const struct tls *link_tls(const struct link *l)
{
    return l->stream ? stream_tls(l->stream) : NULL;
}

const struct err *link_error(const struct link *l)
{
    return &l->error;
}
