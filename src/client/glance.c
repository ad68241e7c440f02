#include "config.h"

#include "client/glance.h"

#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "client/client_inside.h"
#include "store/netrc.h"
#include "store/secret_command.h"

/* A command may not ask here, and nobody waits for it alone. */
#define COMMAND_MS 20000
/* How long the answer to QUIT is waited for: the maildrop is locked until then. */
#define GOODBYE_MS 3000

struct glance {
    const struct account *account;
    enum glance_state state;
    struct secret password;
    struct secret_command *command; /* runs */
    struct db *store;
    struct client *client; /* asks, or leaves */
    bool is_leaving;
    int64_t leaves_until;
    struct glance_counts counts;
    int64_t at;
    struct err error;
};

/* ---- what is known without asking -------------------------------------------------------- */

static void recall(struct glance *g)
{
    struct err e = {0};
    struct db_counts known;
    struct buf key = BUF_INIT(2048);
    struct db *d = db_open(NULL, &e);
    account_key(g->account, &key);
    if (d && db_use(d, key.data) && db_count(d, &known) && known.messages)
        g->counts = (struct glance_counts){.is_known = true,
                                           .messages = known.messages,
                                           .marked = known.marked,
                                           .octets = known.octets,
                                           .has_seen = true};
    db_close(d);
    buf_release(&key);
}

struct glance *glance_new(const struct account *a)
{
    struct glance *g = xcalloc(1, sizeof *g);
    g->account = a;
    secret_init(&g->password);
    recall(g);
    return g;
}

void glance_stop(struct glance *g)
{
    secret_command_free(g->command);
    client_free(g->client);
    db_close(g->store);
    g->command = NULL;
    g->client = NULL;
    g->store = NULL;
    g->is_leaving = false;
    if (g->state == GLANCE_ASKING)
        g->state = GLANCE_IDLE;
}

void glance_free(struct glance *g)
{
    if (!g)
        return;
    glance_stop(g);
    secret_wipe(&g->password);
    free(g);
}

/* ---- asking ------------------------------------------------------------------------------ */

static void fail(struct glance *g)
{
    glance_stop(g);
    g->state = GLANCE_FAILED;
}

static void begin_session(struct glance *g, int64_t now)
{
    struct err ignored = {0};
    g->store = db_open(NULL, &ignored); /* without it only `arrived` is not known */
    g->client = client_new(g->account, &g->password, NULL, NULL);
    client_ask_only(g->client);
    if (g->store)
        client_remember(g->client, g->store);
    if (client_trace_to_file(g->client, &g->error))
        client_refresh(g->client, now);
    else
        fail(g);
}

/* Sets the password, or begins to. */
static void get_password(struct glance *g)
{
    if (!account_needs_password(g->account) || g->password.is_set)
        return;
    if (g->account->pass_command) {
        g->command = secret_command_new(g->account, COMMAND_MS, &g->error);
        if (!g->command)
            fail(g);
        return;
    }
    switch (netrc_find_at_home(&g->password, g->account, &g->error)) {
    case NETRC_FOUND:
        break;
    case NETRC_FAULT:
        fail(g);
        break;
    case NETRC_NONE:
        g->state = GLANCE_NO_PASSWORD;
        break;
    }
}

void glance_begin(struct glance *g, int64_t now)
{
    glance_stop(g);
    err_clear(&g->error);
    g->state = GLANCE_ASKING;
    get_password(g);
    if (g->state == GLANCE_ASKING && !g->command)
        begin_session(g, now);
}

static void take_counts(struct glance *g, struct client *c)
{
    const struct maildrop *m = client_maildrop(c);
    bool had_seen = g->counts.has_seen;
    g->counts = (struct glance_counts){.is_known = true,
                                       .is_counted = true,
                                       .messages = maildrop_present(m),
                                       .octets = maildrop_octets(m),
                                       .marked = marks_count(client_marks(c)),
                                       .has_seen = had_seen};
    for (size_t i = 0; i < maildrop_size(m); i++)
        g->counts.arrived += maildrop_at(m, i)->present && maildrop_at(m, i)->is_new;
    g->at = (int64_t)time(NULL);
}

void glance_learn(struct glance *g, struct client *c)
{
    g->counts.marked = marks_count(client_marks(c));
    if (!c->session_at || !c->ever_listed)
        return;
    take_counts(g, c);
    g->counts.has_seen = true;
    g->state = GLANCE_DONE;
}

/* A password that was refused is not tried again. */
static void follow(struct glance *g, int64_t now)
{
    const struct err *e = client_error(g->client);
    if (g->is_leaving) {
        if (!client_is_off(g->client) && now < g->leaves_until)
            return;
        glance_stop(g);
        g->state = GLANCE_DONE;
    } else if (e->code != ERR_NONE) {
        g->error = *e;
        if (e->code == ERR_AUTH)
            secret_wipe(&g->password);
        fail(g);
    } else if (client_is_listed(g->client)) {
        take_counts(g, g->client);
        g->is_leaving = true;
        g->leaves_until = now + GOODBYE_MS;
        client_leave(g->client, now);
    }
}

static bool follow_command(struct glance *g, int64_t now)
{
    switch (secret_command_turn(g->command, &g->password, &g->error)) {
    case SECRET_WAITED_FOR:
        return false;
    case SECRET_HERE:
        secret_command_free(g->command);
        g->command = NULL;
        begin_session(g, now);
        break;
    case SECRET_FAILED:
        fail(g);
        break;
    }
    return true;
}

bool glance_turn(struct glance *g, int64_t now)
{
    if (g->state != GLANCE_ASKING)
        return false;
    if (g->command)
        return follow_command(g, now);
    bool changed = client_turn(g->client, now);
    follow(g, now);
    return changed || g->state != GLANCE_ASKING;
}

size_t glance_poll(const struct glance *g, struct pollfd fds[GLANCE_POLLFDS], int64_t now,
                   int *timeout_ms)
{
    if (g->command) {
        fds[0] = (struct pollfd){secret_command_fd(g->command, timeout_ms), POLLIN, 0};
        return 1;
    }
    if (g->is_leaving) {
        int64_t left = g->leaves_until > now ? g->leaves_until - now : 0;
        if (*timeout_ms < 0 || left < *timeout_ms)
            *timeout_ms = (int)left;
    }
    return client_poll(g->client, fds, now, timeout_ms);
}

/* ---- what it says ------------------------------------------------------------------------ */

enum glance_state glance_state(const struct glance *g)
{
    return g->state;
}

enum online_state glance_online(const struct glance *g)
{
    return g->client ? client_state(g->client) : ONLINE_OFF;
}

const struct err *glance_error(const struct glance *g)
{
    return &g->error;
}

const struct glance_counts *glance_counts(const struct glance *g)
{
    return &g->counts;
}

int64_t glance_at(const struct glance *g)
{
    return g->at;
}

struct secret *glance_password(struct glance *g)
{
    return &g->password;
}
