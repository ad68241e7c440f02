#include "config.h"

#include "net/dial.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "net/eyeballs.h"
#include "net/host.h"
#include "net/lookup.h"
#include "net/sock.h"

struct target {
    struct sockaddr_storage address;
    socklen_t len;
    int fd;    /* of the attempt under way, or -1 */
    int error; /* errno of the attempt that failed, or 0 */
};

struct dial {
    enum dial_state state;
    struct err err;
    char *name; /* as given, for messages */
    char port[6];
    struct lookup *lookup;
    struct target targets[DIAL_POLLFDS]; /* in the order of the attempts */
    struct eyeballs pace;
    int fd; /* connected, until it is taken */
    char address[NI_MAXHOST];
    bool is_loopback;
};

struct dial *dial_new(const char *host, uint16_t port)
{
    struct dial *d = xcalloc(1, sizeof *d);
    struct host parsed;
    d->name = xstrdup(host);
    d->fd = -1;
    snprintf(d->port, sizeof d->port, "%u", (unsigned)port);
    if (host_parse(&parsed, host, &d->err))
        d->lookup = lookup_new(&parsed, d->port);
    else
        d->state = DIAL_FAILED;
    return d;
}

static void close_attempts(struct dial *d)
{
    for (size_t i = 0; i < d->pace.started; i++) {
        if (d->targets[i].fd >= 0)
            close(d->targets[i].fd);
        d->targets[i].fd = -1;
    }
}

void dial_free(struct dial *d)
{
    if (!d)
        return;
    close_attempts(d);
    if (d->fd >= 0)
        close(d->fd);
    lookup_free(d->lookup);
    free(d->name);
    free(d);
}

static void lower(int *timeout_ms, int to)
{
    if (to >= 0 && (*timeout_ms < 0 || to < *timeout_ms))
        *timeout_ms = to;
}

/* The attempts under way; which[i] (may be NULL) is the target of fds[i]. */
static size_t poll_attempts(const struct dial *d, struct pollfd *fds, size_t *which)
{
    size_t n = 0;
    for (size_t i = 0; i < d->pace.started; i++) {
        if (d->targets[i].fd < 0)
            continue;
        fds[n] = (struct pollfd){.fd = d->targets[i].fd, .events = POLLOUT};
        if (which)
            which[n] = i;
        n++;
    }
    return n;
}

size_t dial_poll(const struct dial *d, struct pollfd fds[DIAL_POLLFDS], int64_t now,
                 int *timeout_ms)
{
    if (d->state == DIAL_CONNECTING) {
        lower(timeout_ms, eyeballs_wait(&d->pace, now));
        return poll_attempts(d, fds, NULL);
    }
    if (d->state == DIAL_LOOKING_UP && lookup_fd(d->lookup) >= 0) {
        fds[0] = (struct pollfd){.fd = lookup_fd(d->lookup), .events = POLLIN};
        return 1;
    }
    lower(timeout_ms, 0);
    return 0;
}

static void fail_lookup(struct dial *d, int code, int system)
{
    d->state = DIAL_FAILED;
    const char *why = code == EAI_SYSTEM ? strerror(system) : gai_strerror(code);
    if (code == EAI_NONAME)
        err_set(&d->err, ERR_UNAVAILABLE, _("%.200s: no such host (%s); check its spelling"),
                d->name, why);
    else
        err_set(&d->err, ERR_UNAVAILABLE,
                _("%.200s: the name could not be looked up (%s); is this machine online?"),
                d->name, why);
}

/* The first DIAL_POLLFDS addresses, in the order in which they will be tried. */
static void take_addresses(struct dial *d, const struct addrinfo *list)
{
    const struct addrinfo *found[DIAL_POLLFDS];
    int families[DIAL_POLLFDS] = {0};
    size_t order[DIAL_POLLFDS], n = 0;
    for (; list && n < DIAL_POLLFDS; list = list->ai_next) {
        if (list->ai_addrlen > sizeof d->targets[0].address)
            continue;
        found[n] = list;
        families[n++] = list->ai_family;
    }
    eyeballs_interleave(families, n, order);
    for (size_t i = 0; i < n; i++) {
        const struct addrinfo *a = found[order[i]];
        d->targets[i] = (struct target){.len = a->ai_addrlen, .fd = -1};
        memcpy(&d->targets[i].address, a->ai_addr, a->ai_addrlen);
    }
    d->pace.total = n;
}

static void finish_lookup(struct dial *d)
{
    if (!lookup_has_finished(d->lookup))
        return;
    int system;
    int code = lookup_code(d->lookup, &system);
    if (code == 0) {
        take_addresses(d, lookup_addresses(d->lookup));
        d->state = DIAL_CONNECTING;
    } else {
        fail_lookup(d, code, system);
    }
    lookup_free(d->lookup);
    d->lookup = NULL;
}

static void write_address(const struct target *t, char *text, size_t size)
{
    if (getnameinfo((const struct sockaddr *)&t->address, t->len, text, (socklen_t)size, NULL,
                    0, NI_NUMERICHOST) != 0)
        snprintf(text, size, "?");
}

static bool is_loopback(const struct sockaddr_storage *address)
{
    if (address->ss_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, address, sizeof v6);
        return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr) ||
               (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr) && v6.sin6_addr.s6_addr[12] == 127);
    }
    struct sockaddr_in v4;
    memcpy(&v4, address, sizeof v4);
    return address->ss_family == AF_INET && ntohl(v4.sin_addr.s_addr) >> 24 == 127;
}

static void win(struct dial *d, struct target *t)
{
    d->fd = t->fd;
    t->fd = -1;
    close_attempts(d);
    write_address(t, d->address, sizeof d->address);
    d->is_loopback = is_loopback(&t->address);
    d->state = DIAL_CONNECTED;
}

static void fail_attempt(struct dial *d, size_t i, int error)
{
    if (d->targets[i].fd >= 0)
        close(d->targets[i].fd);
    d->targets[i].fd = -1;
    d->targets[i].error = error;
    eyeballs_fail(&d->pace, i);
}

static void begin_attempt(struct dial *d, size_t i, int64_t now)
{
    struct target *t = &d->targets[i];
    eyeballs_start(&d->pace, now);
    t->fd = socket(t->address.ss_family, SOCK_STREAM, 0);
    if (t->fd < 0 || !sock_prepare(t->fd))
        fail_attempt(d, i, errno);
    else if (connect(t->fd, (const struct sockaddr *)&t->address, t->len) == 0)
        win(d, t);
    else if (errno != EINPROGRESS && errno != EINTR)
        fail_attempt(d, i, errno);
}

static int answer(int fd)
{
    int error = 0;
    socklen_t len = sizeof error;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0 ? errno : error;
}

static void collect_answers(struct dial *d)
{
    struct pollfd fds[DIAL_POLLFDS];
    size_t which[DIAL_POLLFDS];
    size_t n = poll_attempts(d, fds, which);
    if (poll(fds, (nfds_t)n, 0) <= 0)
        return;
    for (size_t i = 0; i < n && d->state == DIAL_CONNECTING; i++) {
        if (!fds[i].revents)
            continue;
        int error = answer(fds[i].fd);
        if (error)
            fail_attempt(d, which[i], error);
        else
            win(d, &d->targets[which[i]]);
    }
}

static const char *error_words(int error)
{
    static const struct {
        int error;
        const char *words;
    } known[] = {
        {ECONNREFUSED, N_("refused")},
        {ETIMEDOUT, N_("no answer")},
        {ENETUNREACH, N_("no route")},
        {EHOSTUNREACH, N_("no route")},
        {EADDRNOTAVAIL, N_("no route")}, /* IPv6 without an address of its own */
        {EACCES, N_("forbidden by a firewall here")},
        {EPERM, N_("forbidden by a firewall here")},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i].error == error)
            return _(known[i].words);
    }
    return strerror(error);
}

static bool all_refused(const struct dial *d)
{
    for (size_t i = 0; i < d->pace.total; i++) {
        if (d->targets[i].error != ECONNREFUSED)
            return false;
    }
    return true;
}

static void fail_connect(struct dial *d)
{
    /* Leaves room in struct err for the name, the words and the advice. */
    struct buf answers = BUF_INIT(192);
    for (size_t i = 0; i < d->pace.total; i++) {
        char address[NI_MAXHOST];
        write_address(&d->targets[i], address, sizeof address);
        if (!buf_printf(&answers, "%s%s %s", i ? ", " : "", address,
                        error_words(d->targets[i].error)))
            break;
    }
    d->state = DIAL_FAILED;
    err_set(&d->err, ERR_UNAVAILABLE, _("cannot connect to %.100s port %s: %s; %s"), d->name,
            d->port, answers.data,
            all_refused(d) ? _("is this the right port, and is the server running?")
                           : _("is this machine online, and is the host right?"));
    buf_release(&answers);
}

static void go_on_connecting(struct dial *d, int64_t now)
{
    collect_answers(d);
    while (d->state == DIAL_CONNECTING && eyeballs_is_due(&d->pace, now))
        begin_attempt(d, d->pace.started, now);
    if (d->state == DIAL_CONNECTING && eyeballs_is_over(&d->pace))
        fail_connect(d);
}

enum dial_state dial_turn(struct dial *d, int64_t now)
{
    if (d->state == DIAL_LOOKING_UP)
        finish_lookup(d);
    if (d->state == DIAL_CONNECTING)
        go_on_connecting(d, now);
    return d->state;
}

int dial_take(struct dial *d)
{
    int fd = d->fd;
    d->fd = -1;
    return fd;
}

const char *dial_address(const struct dial *d)
{
    return d->address;
}

bool dial_is_loopback(const struct dial *d)
{
    return d->is_loopback;
}

const struct err *dial_error(const struct dial *d)
{
    return &d->err;
}
