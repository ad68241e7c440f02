#include "config.h"

#include "client/online.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "client/online_inside.h"
#include "net/tls.h"

struct online *online_new(const struct account *account, const struct secret *password,
                          int (*open)(void *context), void *context)
{
    struct online *o = xcalloc(1, sizeof *o);
    o->account = account;
    o->password = password;
    o->open = open;
    o->open_context = context;
    o->login.auth = o->login.warning = "";
    return o;
}

void online_trace_to(struct online *o, struct trace *t)
{
    o->trace = t;
}

static void note(const struct online *o, const char *text)
{
    if (o->trace)
        trace_note(o->trace, o->now, text);
}

static void drop_connection(struct online *o)
{
    if (o->link)
        note(o, _("closed"));
    link_free(o->link);
    if (o->state >= ONLINE_READY)
        o->good_until = o->now + LIMIT_LOCK_MS;
    login_end(&o->login);
    pop3_free(o->pop3);
    o->link = NULL;
    o->pop3 = NULL;
    o->login.warning = ""; /* it may have been the link's */
    o->state = ONLINE_OFF;
}

void online_free(struct online *o)
{
    if (!o)
        return;
    drop_connection(o);
    tls_trust_free(o->trust);
    free(o->greeting);
    free(o->presumed);
    free(o);
}

void online_presume(struct online *o, const char *capa)
{
    free(o->presumed);
    o->presumed = capa && *capa ? xstrdup(capa) : NULL;
}

const char *online_presumed(const struct online *o)
{
    return o->presumed ? o->presumed : "";
}

void online_hang_up(struct online *o)
{
    drop_connection(o);
}

/* ---- failing ----------------------------------------------------------------------------- */

static void fail(struct online *o, enum err_code code, const char *text)
{
    if (o->login.error.code != ERR_NONE) { /* called off on our side: that is why it ended */
        code = o->login.error.code;
        text = o->login.error.text;
    }
    char *clean = text_clean_line(text, strlen(text));
    err_set(&o->error, code, "%s", clean);
    o->failed = true;
    o->failed_in = o->state;
    note(o, clean);
    free(clean);
    if (o->state < ONLINE_READY) /* it may have been because of that */
        online_presume(o, NULL);
    drop_connection(o);
}

void online_fail(struct online *o, const struct err *why)
{
    fail(o, why->code, why->text);
}

/* The server's words behind a sentence of ours. */
static void fail_with_words(struct online *o, enum err_code code, const char *what,
                            const struct pop3_event *ev)
{
    char *words = text_clean_line(ev->text, ev->len);
    struct err e = {0};
    err_set(&e, code, _("%s The server said: %s"), what, words);
    free(words);
    fail(o, code, e.text);
}

/* ---- beginning --------------------------------------------------------------------------- */

static int64_t silence_ms(const struct online *o)
{
    if (o->state == ONLINE_LEAVING)
        return LIMIT_QUIT_MS;
    return o->account->timeout_s ? (int64_t)o->account->timeout_s * 1000 : LIMIT_SILENCE_MS;
}

static void load_trust(struct online *o)
{
    const struct account *a = o->account;
    struct tls_config config = {.ca_file = a->tls_ca,
                                .pin = a->tls_pin,
                                .insecure = a->insecure,
                                .cert = a->tls_cert,
                                .key = a->tls_key};
    struct err e = {0};
    o->trust = tls_trust_new(&config, &e);
    if (!o->trust)
        fail(o, e.code, e.text);
}

/* A tunnel is private by itself: TLS through it only where the user says so. */
static bool wants_tls(const struct account *a)
{
    return a->tls != ACCOUNT_TLS_NONE && (!a->tunnel || a->tls_given);
}

static void open_link(struct online *o)
{
    const struct account *a = o->account;
    if (o->open) {
        int fd = o->open(o->open_context);
        if (fd < 0)
            fail(o, ERR_UNAVAILABLE, _("The connection could not be opened."));
        else
            o->link = link_over(fd);
        return;
    }
    bool implicit = wants_tls(a) && a->tls == ACCOUNT_TLS_IMPLICIT;
    o->link = a->tunnel ? link_tunnel(a->tunnel, a->host, implicit)
              : a->kpop ? link_kpop(a->host, a->port)
                        : link_new(a->host, a->port, implicit);
    if (!wants_tls(a))
        return;
    if (!o->trust)
        load_trust(o); /* while the look-up runs */
    if (o->trust)
        link_set_trust(o->link, o->trust);
}

void online_connect(struct online *o, int64_t now)
{
    drop_connection(o);
    o->now = now;
    if (o->trace)
        trace_begin(o->trace, now);
    err_clear(&o->error);
    o->failed = false;
    o->login.auth = "";
    o->login.refusal = REPLY_CODE_NONE;
    err_clear(&o->login.error);
    o->rtt_ms = -1;
    o->active_at = now;
    o->deadline = now + (o->account->timeout_s ? (int64_t)o->account->timeout_s * 1000
                                               : LIMIT_CONNECT_MS);
    o->state = ONLINE_LOOKING_UP;
    open_link(o);
}

/* ---- logging in -------------------------------------------------------------------------- */

static void logged_in(struct online *o, int64_t now)
{
    o->state = ONLINE_READY;
    if (*login_learnt(&o->login))
        online_presume(o, login_learnt(&o->login));
    /* Capabilities change with the login (RFC 2449 section 5); what is queued behind this
       does not wait for it where the first answer promised pipelining. */
    if (pop3_capa(o->pop3) || !o->account->login) {
        o->asked_at = now;
        pop3_submit(o->pop3, &(struct command){.verb = COMMAND_CAPA}, TAG_LOGIN, NULL);
    }
}

static void follow_login(struct online *o, enum login_step step, int64_t now)
{
    static const enum online_state shown[] = {
        [LOGIN_GREETING] = ONLINE_GREETING, [LOGIN_CAPA] = ONLINE_CAPA,
        [LOGIN_STLS] = ONLINE_STLS,         [LOGIN_AUTH] = ONLINE_LOGIN,
        [LOGIN_OVER] = ONLINE_LOGIN,
    };
    o->active_at = o->asked_at = now;
    switch (step) {
    case LOGIN_GOES_ON:
        o->state = shown[o->login.state];
        break;
    case LOGIN_WANTS_TLS:
        link_start_tls(o->link);
        o->state = ONLINE_SECURING;
        break;
    case LOGIN_DONE:
        logged_in(o, now);
        break;
    case LOGIN_FAILED:
        fail(o, o->login.error.code, o->login.error.text);
        break;
    }
}

static void note_rtt(struct online *o, int64_t now)
{
    int64_t ms = now - o->asked_at;
    if (o->rtt_ms < 0 || ms < o->rtt_ms)
        o->rtt_ms = ms;
}

/* An event of TAG_LOGIN; in READY it is the second CAPA, which the core remembers. */
static void take_login_event(struct online *o, const struct pop3_event *ev, int64_t now)
{
    if (ev->type == POP3_EVENT_REPLY && ev->verb != COMMAND_PASS && ev->verb != COMMAND_AUTH)
        note_rtt(o, now); /* over a password the server takes its time */
    if (o->state != ONLINE_READY && o->state != ONLINE_LEAVING)
        follow_login(o, login_event(&o->login, ev), now);
}

/* True where the event was not for the one who submitted a command. */
static bool take_event(struct online *o, const struct pop3_event *ev, int64_t now)
{
    if (ev->type == POP3_EVENT_BROKEN) {
        struct err e = *pop3_error(o->pop3);
        fail(o, e.code, e.text);
        return true;
    }
    if (ev->type == POP3_EVENT_FAREWELL) {
        fail_with_words(o, ERR_IO, _("The server ended the session."), ev);
        return true;
    }
    if (ev->type == POP3_EVENT_GREETING) {
        free(o->greeting);
        o->greeting = text_clean_line(ev->text, ev->len);
    }
    if (ev->type != POP3_EVENT_GREETING && ev->type != POP3_EVENT_CONTINUE &&
        ev->tag != TAG_LOGIN)
        return false;
    take_login_event(o, ev, now);
    return true;
}

bool online_next(struct online *o, int64_t now, struct pop3_event *event)
{
    while (o->pop3 && pop3_next(o->pop3, event)) {
        if (!take_event(o, event, now))
            return true;
    }
    if (o->pop3 && pop3_state(o->pop3) == POP3_CLOSED) /* QUIT was answered */
        drop_connection(o);
    return false;
}

/* ---- moving bytes ------------------------------------------------------------------------ */

static void link_failed(struct online *o)
{
    struct err e = *link_error(o->link);
    fail(o, e.code ? e.code : ERR_IO, e.text);
}

static bool is_secured(const struct online *o)
{
    return link_tls(o->link) != NULL;
}

static void note_connected(const struct online *o)
{
    char text[200];
    snprintf(text, sizeof text, _("connected to %s %s port %u"), o->account->host,
             link_address(o->link), (unsigned)o->account->port);
    note(o, text);
}

static void note_tls(const struct online *o)
{
    char text[200];
    snprintf(text, sizeof text, _("%s, certificate SHA256 %s"), online_tls(o),
             online_fingerprint(o));
    note(o, text);
}

/* The link may carry POP3 now, for the first time or under TLS. */
static void link_ready(struct online *o, int64_t now)
{
    if (!o->pop3) {
        note_connected(o);
        o->pop3 = pop3_new();
        o->active_at = now;
        login_begin(&o->login, o->account, o->password, o->pop3, TAG_LOGIN);
        o->login.loopback = link_is_private(o->link);
        o->login.no_capa = o->no_capa;
        o->login.presumed = o->presumed;
        o->login.was_good = now < o->good_until;
        o->login.wants_tls = !o->open && wants_tls(o->account);
        o->state = ONLINE_GREETING;
    }
    if (is_secured(o)) {
        note_tls(o);
        if (*tls_warning(link_tls(o->link)))
            o->login.warning = tls_warning(link_tls(o->link));
        follow_login(o, login_secured(&o->login, tls_channel_binding(link_tls(o->link))), now);
    }
}

/* True when bytes of POP3 may move. */
static bool link_on(struct online *o, int64_t now)
{
    static const enum online_state shown[] = {
        [LINK_LOOKING_UP] = ONLINE_LOOKING_UP,
        [LINK_CONNECTING] = ONLINE_CONNECTING,
        [LINK_AUTHENTICATING] = ONLINE_AUTHENTICATING,
        [LINK_SECURING] = ONLINE_SECURING,
    };
    bool was_ready = o->pop3 && o->state != ONLINE_SECURING;
    enum link_state state = link_turn(o->link, now);
    switch (state) {
    case LINK_LOOKING_UP:
    case LINK_CONNECTING:
    case LINK_AUTHENTICATING:
    case LINK_SECURING:
        o->state = shown[state];
        return false;
    case LINK_READY:
        if (!was_ready)
            link_ready(o, now);
        return o->link && link_state(o->link) == LINK_READY;
    case LINK_FAILED:
        link_failed(o);
        break;
    }
    return false;
}

static void closed_by_server(struct online *o)
{
    if (o->state == ONLINE_CAPA && !o->no_capa &&
        !o->login.capa_began) { /* some do: once more, without */
        o->no_capa = true;
        online_connect(o, o->now);
    } else if (o->state < ONLINE_READY)
        fail(o, ERR_UNAVAILABLE, _("The server closed the connection during the login."));
    else
        fail(o, ERR_IO, _("The server closed the connection."));
}

static bool read_some(struct online *o, int64_t now)
{
    size_t got = 0;
    switch (link_read(o->link, o->buffer, sizeof o->buffer, &got)) {
    case STREAM_OK:
        o->active_at = now;
        if (o->trace)
            trace_received(o->trace, now, o->buffer, got);
        pop3_recv(o->pop3, o->buffer, got);
        return true;
    case STREAM_AGAIN:
        return false;
    case STREAM_EOF:
        closed_by_server(o);
        return false;
    case STREAM_FAILED:
        link_failed(o);
        return false;
    }
    return false;
}

static void write_some(struct online *o)
{
    const char *bytes;
    size_t len, put;
    while (o->pop3 && (len = pop3_send(o->pop3, &bytes)) > 0) {
        put = 0;
        enum stream_result r = link_write(o->link, bytes, len, &put);
        if (put && o->trace)
            trace_sent(o->trace, o->now, bytes, put, pop3_send_is_secret(o->pop3));
        if (put)
            pop3_sent(o->pop3, put);
        if (r == STREAM_AGAIN)
            return;
        if (r != STREAM_OK) {
            /* What the server said before it closed may still be read: -ERR and the like. */
            if (!read_some(o, o->active_at) && o->link)
                link_failed(o);
            return;
        }
    }
}

static bool waits(const struct online *o)
{
    return o->state != ONLINE_OFF && (o->state != ONLINE_READY || pop3_in_flight(o->pop3) > 0);
}

static int64_t next_deadline(const struct online *o)
{
    if (!waits(o))
        return INT64_MAX;
    if (o->state < ONLINE_READY)
        return o->deadline;
    return o->active_at + silence_ms(o);
}

static void too_late(struct online *o)
{
    static const char *const doing[ONLINE_STATE_COUNT] = {
        [ONLINE_LOOKING_UP] = N_("looking up the host name"),
        [ONLINE_CONNECTING] = N_("connecting"),
        [ONLINE_AUTHENTICATING] = N_("the answer to the Kerberos ticket"),
        [ONLINE_SECURING] = N_("the TLS handshake"),
        [ONLINE_GREETING] = N_("the greeting"),
        [ONLINE_CAPA] = N_("the answer to CAPA"),
        [ONLINE_STLS] = N_("the answer to STLS"),
        [ONLINE_LOGIN] = N_("the answer to the login"),
        [ONLINE_READY] = N_("an answer"),
        [ONLINE_LEAVING] = N_("the answer to QUIT"),
    };
    struct err e = {0};
    err_set(&e, ERR_UNAVAILABLE, _("The server is silent: gave up waiting for %s."),
            doing[o->state] ? _(doing[o->state]) : "");
    fail(o, e.code, e.text);
}

bool online_turn(struct online *o, int64_t now)
{
    bool more = false;
    o->now = now;
    if (o->link && link_on(o, now)) {
        more = read_some(o, now); /* first: a reply before its command must be noticed */
        if (o->link && link_state(o->link) == LINK_READY)
            write_some(o);
    }
    if (now >= next_deadline(o))
        too_late(o);
    return more;
}

size_t online_poll(const struct online *o, struct pollfd fds[LINK_POLLFDS], int64_t now,
                   int *timeout_ms)
{
    int64_t left = next_deadline(o) == INT64_MAX ? -1 : next_deadline(o) - now;
    if (o->failed) /* before there was anything to wait for */
        left = 0;
    if (left >= 0 && (*timeout_ms < 0 || left < *timeout_ms))
        *timeout_ms = (int)left;
    if (!o->link)
        return 0;
    const char *bytes;
    bool writing = o->pop3 && o->state != ONLINE_SECURING && pop3_send(o->pop3, &bytes) > 0;
    return link_poll(o->link, fds, writing, now, timeout_ms);
}
