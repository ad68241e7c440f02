#include "config.h"

#include "tests/support/drive.h"

#include <poll.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"

#define LONG_MS 30000

int64_t drive_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int open_demo(void *demo)
{
    return demo_connect(demo);
}

void drive_init(struct drive *d, uint16_t port, enum account_tls tls)
{
    memset(d, 0, sizeof *d);
    account_init(&d->account);
    d->account.user = xstrdup("ann");
    d->account.host = xstrdup("localhost");
    d->account.port = port;
    d->account.tls = tls;
    secret_init(&d->password);
    secret_set(&d->password, "secret", 6);
}

void drive_init_demo(struct drive *d, struct demo *demo)
{
    drive_init(d, 0, ACCOUNT_TLS_NONE);
    d->demo = demo;
}

struct client *drive_client(struct drive *d)
{
    if (!d->client)
        d->client = client_new(&d->account, &d->password, d->demo ? open_demo : NULL, d->demo);
    return d->client;
}

void drive_release(struct drive *d)
{
    client_free(d->client);
    account_release(&d->account);
    secret_wipe(&d->password);
}

bool drive_until(struct drive *d, bool (*done)(const struct drive *d), int ms)
{
    struct client *c = drive_client(d);
    int64_t end = drive_now() + ms;
    while (!done(d)) {
        struct pollfd fds[CLIENT_POLLFDS + 1];
        int64_t left = end - drive_now();
        if (left <= 0)
            return false;
        int wait = (int)left;
        nfds_t n = (nfds_t)client_poll(c, fds, drive_now(), &wait);
        if (d->demo)
            fds[n++] = demo_poll(d->demo);
        poll(fds, n, wait);
        if (d->demo)
            demo_turn(d->demo);
        client_turn(c, drive_now());
    }
    return true;
}

static bool opened_or_failed(const struct drive *d)
{
    return client_is_complete(d->client) || client_error(d->client)->code != ERR_NONE;
}

bool drive_open(struct drive *d)
{
    client_refresh(drive_client(d), drive_now());
    return drive_until(d, opened_or_failed, LONG_MS) && client_is_complete(d->client);
}

bool drive_is_committed(const struct drive *d)
{
    return !commit_is_running(client_commit_state(d->client));
}

const struct commit_report *drive_commit(struct drive *d, const size_t *indexes, size_t count)
{
    struct client *c = drive_client(d);
    for (size_t i = 0; i < count; i++)
        marks_set(client_marks(c), indexes[i], MARK_DELETE, CAUSE_HAND, 0);
    if (!client_commit(c, indexes, count, false, drive_now()) ||
        !drive_until(d, drive_is_committed, LONG_MS))
        return NULL;
    return commit_report(client_commit_state(c));
}

bool drive_never(const struct drive *d)
{
    (void)d;
    return false;
}

bool drive_is_off(const struct drive *d)
{
    return client_is_off(d->client);
}

bool drive_is_sending(const struct drive *d)
{
    enum commit_phase phase = commit_phase(client_commit_state(d->client));
    return phase >= COMMIT_SENDING && phase != COMMIT_ASKING;
}

bool drive_read(struct drive *d, size_t index, int ms, struct buf *out)
{
    int64_t until = drive_now() + ms;
    struct client_message m = client_message(d->client, index, true, drive_now());
    while (!m.have && drive_now() < until) {
        drive_until(d, drive_never, 5);
        m = client_message(d->client, index, true, drive_now());
    }
    char piece[1000];
    for (size_t n; m.have && (n = m.source.read(m.source.context, out->len, piece,
                                                sizeof piece)) > 0;)
        if (!buf_append(out, piece, n))
            break;
    return m.have > 0;
}
