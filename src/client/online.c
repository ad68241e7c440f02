#include "config.h"

#include "client/online.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "net/stream.h"
#include "net/tls.h"
#include "pop3/auth.h"

#define READ_SIZE 65536

struct online {
    const struct account *account;
    const struct secret *password;
    int (*open)(void *context);
    void *open_context;

    enum online_state state;
    struct err error;
    bool failed; /* and nobody has asked yet */
    struct dial *dial;
    struct stream *stream;
    struct pop3 *pop3;
    struct tls_trust *trust;

    bool loopback;
    const char *auth;     /* the mechanism in use */
    const char *warning;
    char *last_words;
    int64_t deadline;     /* of the login as a whole */
    int64_t active_at;    /* bytes last came or were submitted */
    int64_t asked_at;     /* the command that measures the round trip was submitted */
    int64_t rtt_ms;
    char buffer[READ_SIZE];
};

struct online *online_new(const struct account *account, const struct secret *password,
                          int (*open)(void *context), void *context)
{
    struct online *o = xcalloc(1, sizeof *o);
    o->account = account;
    o->password = password;
    o->open = open;
    o->open_context = context;
    o->auth = "";
    o->warning = "";
    return o;
}

static void drop_connection(struct online *o)
{
    dial_free(o->dial);
    stream_free(o->stream);
    pop3_free(o->pop3);
    o->dial = NULL;
    o->stream = NULL;
    o->pop3 = NULL;
    o->state = ONLINE_OFF;
}

void online_free(struct online *o)
{
    if (!o)
        return;
    drop_connection(o);
    tls_trust_free(o->trust);
    free(o->last_words);
    free(o);
}

void online_hang_up(struct online *o)
{
    drop_connection(o);
}

/* ---- failing ----------------------------------------------------------------------------- */

static void fail(struct online *o, enum err_code code, const char *text)
{
    char *clean = text_clean_line(text, strlen(text));
    err_set(&o->error, code, "%s", clean);
    o->failed = true;
    free(clean);
    drop_connection(o);
}

/* The server's words behind a sentence of ours. */
static void fail_with_words(struct online *o, enum err_code code, const char *what,
                            const char *words, size_t len)
{
    char *clean = text_clean_line(words, len);
    struct err e = {0};
    if (*clean)
        err_set(&e, code, _("%s The server said: %s"), what, clean);
    else
        err_set(&e, code, _("%s The server gave no reason."), what);
    free(clean);
    fail(o, code, e.text);
}

static void remember_last_words(struct online *o, const struct pop3_event *ev)
{
    free(o->last_words);
    o->last_words = text_clean_line(ev->text, ev->len);
}

/* ---- beginning --------------------------------------------------------------------------- */

static int64_t silence_ms(const struct online *o)
{
    if (o->state == ONLINE_LEAVING)
        return LIMIT_QUIT_MS;
    return o->account->timeout_s ? (int64_t)o->account->timeout_s * 1000 : LIMIT_SILENCE_MS;
}

static bool wants_tls(const struct online *o)
{
    return !o->open && o->account->tls != ACCOUNT_TLS_NONE;
}

static void start_tls(struct online *o)
{
    stream_start_tls(o->stream, o->trust, o->account->host);
    o->state = ONLINE_SECURING;
}

static void connected(struct online *o, int fd, int64_t now)
{
    o->stream = stream_new(fd);
    o->pop3 = pop3_new();
    o->active_at = now;
    if (wants_tls(o) && o->account->tls == ACCOUNT_TLS_IMPLICIT)
        start_tls(o);
    else
        o->state = ONLINE_GREETING;
}

void online_connect(struct online *o, int64_t now)
{
    drop_connection(o);
    err_clear(&o->error);
    free(o->last_words);
    o->last_words = NULL;
    o->auth = "";
    o->warning = "";
    o->rtt_ms = -1;
    int64_t limit = o->account->timeout_s ? (int64_t)o->account->timeout_s * 1000
                                          : LIMIT_CONNECT_MS;
    o->deadline = now + limit;
    if (o->open) {
        o->loopback = true;
        int fd = o->open(o->open_context);
        if (fd < 0)
            fail(o, ERR_UNAVAILABLE, _("the connection could not be opened"));
        else
            connected(o, fd, now);
        return;
    }
    o->dial = dial_new(o->account->host, o->account->port);
    o->state = ONLINE_LOOKING_UP;
    if (wants_tls(o) && !o->trust) { /* while the look-up runs */
        struct tls_config config = {o->account->tls_ca, o->account->tls_pin,
                                    o->account->insecure};
        struct err e = {0};
        o->trust = tls_trust_new(&config, &e);
        if (!o->trust)
            fail(o, e.code, e.text);
    }
}

/* ---- logging in -------------------------------------------------------------------------- */

static bool submit_login(struct online *o, const struct command *c, int64_t now)
{
    struct err e = {0};
    o->active_at = now;
    o->asked_at = now;
    if (pop3_submit(o->pop3, c, TAG_LOGIN, &e))
        return true;
    fail(o, e.code, e.text);
    return false;
}

static void ask_capa(struct online *o, int64_t now)
{
    o->state = ONLINE_CAPA;
    submit_login(o, &(struct command){.verb = COMMAND_CAPA}, now);
}

static bool may_send_password(struct online *o)
{
    if (stream_tls(o->stream) || o->loopback || o->account->insecure)
        return true;
    fail(o, ERR_AUTH,
         _("The connection is not encrypted: the password was not sent. Use pops://, or "
           "--insecure if the whole way to the server is yours."));
    return false;
}

static bool offers_plain(const struct online *o)
{
    const char *mechanisms = pop3_capa_args(o->pop3, CAPA_SASL);
    return mechanisms && reply_has_word(mechanisms, strlen(mechanisms), "PLAIN");
}

static void login_plain(struct online *o, int64_t now)
{
    struct buf response = BUF_INIT(LIMIT_AUTH_LINE);
    if (auth_plain(&response, o->account->user, o->password->text.data)) {
        /* RFC 5034 section 4: an initial response only where it fits into 255 octets. */
        bool fits = response.len + strlen("AUTH PLAIN \r\n") <= LIMIT_COMMAND;
        o->auth = "PLAIN";
        submit_login(o,
                     &(struct command){.verb = COMMAND_AUTH,
                                       .text = "PLAIN",
                                       .text2 = fits ? response.data : NULL},
                     now);
    } else {
        fail(o, ERR_AUTH, _("The user name or the password is too long for AUTH PLAIN."));
    }
    buf_wipe(&response);
}

static void login_user(struct online *o, int64_t now)
{
    o->auth = "USER";
    submit_login(o, &(struct command){.verb = COMMAND_USER, .text = o->account->user}, now);
}

static void login_apop(struct online *o, int64_t now)
{
    const char *challenge = pop3_challenge(o->pop3);
    if (!*challenge) {
        fail(o, ERR_AUTH,
             _("The server's greeting holds no APOP challenge: use --auth auto."));
        return;
    }
    struct buf digest = BUF_INIT(64);
    o->auth = "APOP";
    if (auth_apop_digest(&digest, challenge, o->password->text.data))
        submit_login(o,
                     &(struct command){.verb = COMMAND_APOP,
                                       .text = o->account->user,
                                       .text2 = digest.data},
                     now);
    buf_wipe(&digest);
}

static void log_in(struct online *o, int64_t now)
{
    o->state = ONLINE_LOGIN;
    if (o->account->auth == ACCOUNT_AUTH_APOP) {
        login_apop(o, now);
        return;
    }
    if (!may_send_password(o))
        return;
    if (o->account->auth == ACCOUNT_AUTH_PLAIN ||
        (o->account->auth == ACCOUNT_AUTH_AUTO && offers_plain(o)))
        login_plain(o, now);
    else
        login_user(o, now);
}

static void ask_stls(struct online *o, int64_t now)
{
    o->state = ONLINE_STLS;
    submit_login(o, &(struct command){.verb = COMMAND_STLS}, now);
}

static void refuse_clear(struct online *o)
{
    fail(o, ERR_AUTH,
         _("The server does not offer STLS, so nothing would be encrypted: nothing was sent. "
           "Try pops:// (TLS from the start, port 995), or --insecure if the whole way to the "
           "server is yours."));
}

static void capa_is_known(struct online *o, bool ok, int64_t now)
{
    bool secure = stream_tls(o->stream) != NULL;
    if (secure || !wants_tls(o)) {
        log_in(o, now);
    } else if (!ok || pop3_capa(o->pop3) & CAPA_STLS) {
        ask_stls(o, now); /* without CAPA too: it is asked for, and fails closed */
    } else if (o->loopback || o->account->insecure) {
        o->warning = _("not encrypted: the server does not offer STLS");
        log_in(o, now);
    } else {
        refuse_clear(o);
    }
}

static void stls_answered(struct online *o, const struct pop3_event *ev, int64_t now)
{
    if (ev->ok)
        start_tls(o);
    else if (o->loopback || o->account->insecure) {
        o->warning = _("not encrypted: the server refused STLS");
        log_in(o, now);
    } else {
        refuse_clear(o);
    }
}

static void logged_in(struct online *o, int64_t now)
{
    o->state = ONLINE_READY;
    online_set_window(o, 1);
    /* Capabilities change with the login (RFC 2449 section 5); what is queued behind this
       does not wait for it where the first answer promised pipelining. */
    if (pop3_capa(o->pop3))
        submit_login(o, &(struct command){.verb = COMMAND_CAPA}, now);
}

static void login_refused(struct online *o, const struct pop3_event *ev)
{
    static const struct {
        enum reply_code code;
        enum err_code error;
        const char *what;
    } reasons[] = {
        {REPLY_IN_USE, ERR_TRY_LATER,
         N_("The maildrop is in use by another session; try again in a minute.")},
        {REPLY_LOGIN_DELAY, ERR_TRY_LATER,
         N_("The server wants more time between two logins; try again in some minutes.")},
        {REPLY_SYS_TEMP, ERR_TRY_LATER,
         N_("The server has trouble that should pass; try again later.")},
        {REPLY_SYS_PERM, ERR_UNAVAILABLE,
         N_("The server has trouble that needs its administrator.")},
        {REPLY_AUTH, ERR_AUTH, N_("The user name or the password is wrong.")},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].code == ev->code) {
            fail_with_words(o, reasons[i].error, _(reasons[i].what), ev->text, ev->len);
            return;
        }
    fail_with_words(o, ERR_AUTH, _("The login was refused."), ev->text, ev->len);
}

static void login_reply(struct online *o, const struct pop3_event *ev, int64_t now)
{
    switch (o->state) {
    case ONLINE_CAPA:
        if (!ev->ok)
            capa_is_known(o, false, now);
        break;
    case ONLINE_STLS:
        stls_answered(o, ev, now);
        break;
    case ONLINE_LOGIN:
        if (!ev->ok)
            login_refused(o, ev);
        else if (ev->verb == COMMAND_USER)
            submit_login(
                o, &(struct command){.verb = COMMAND_PASS, .text = o->password->text.data},
                now);
        else
            logged_in(o, now);
        break;
    case ONLINE_READY: /* the second CAPA: -ERR to it leaves what is known forgotten */
        if (!ev->ok)
            online_set_window(o, 1);
        break;
    case ONLINE_OFF:
    case ONLINE_LOOKING_UP:
    case ONLINE_CONNECTING:
    case ONLINE_SECURING:
    case ONLINE_GREETING:
    case ONLINE_LEAVING:
    case ONLINE_STATE_COUNT:
        break;
    }
}

static void login_challenge(struct online *o, int64_t now)
{
    struct buf response = BUF_INIT(LIMIT_AUTH_LINE);
    struct err e = {0};
    o->active_at = now;
    if (o->state == ONLINE_LOGIN &&
        auth_plain(&response, o->account->user, o->password->text.data) &&
        !pop3_answer(o->pop3, response.data, &e))
        fail(o, e.code, e.text);
    buf_wipe(&response);
}

static void greeted(struct online *o, const struct pop3_event *ev, int64_t now)
{
    if (ev->ok)
        ask_capa(o, now);
    else
        fail_with_words(o, ERR_UNAVAILABLE, _("The server turned the connection away."),
                        ev->text, ev->len);
}

static void note_rtt(struct online *o, int64_t now)
{
    int64_t ms = now - o->asked_at;
    if (o->rtt_ms < 0 || ms < o->rtt_ms)
        o->rtt_ms = ms;
}

/* True where the event was the login's own. */
static bool take_login_event(struct online *o, const struct pop3_event *ev, int64_t now)
{
    switch (ev->type) {
    case POP3_EVENT_GREETING:
        greeted(o, ev, now);
        return true;
    case POP3_EVENT_BROKEN: {
        struct err e = *pop3_error(o->pop3);
        fail(o, e.code, e.text);
        return true;
    }
    case POP3_EVENT_FAREWELL:
        remember_last_words(o, ev);
        fail_with_words(o, ERR_IO, _("The server ended the session."), ev->text, ev->len);
        return true;
    case POP3_EVENT_CONTINUE:
        login_challenge(o, now);
        return true;
    case POP3_EVENT_REPLY:
        if (ev->verb == COMMAND_QUIT)
            remember_last_words(o, ev);
        if (ev->tag != TAG_LOGIN)
            return false;
        if (ev->verb != COMMAND_PASS) /* the server takes its time over a password */
            note_rtt(o, now);
        login_reply(o, ev, now);
        return true;
    case POP3_EVENT_END:
        if (ev->tag == TAG_LOGIN && o->state == ONLINE_CAPA)
            capa_is_known(o, true, now);
        return ev->tag == TAG_LOGIN;
    case POP3_EVENT_LINE:
        return ev->tag == TAG_LOGIN;
    }
    return false;
}

bool online_next(struct online *o, int64_t now, struct pop3_event *event)
{
    while (o->pop3 && pop3_next(o->pop3, event)) {
        if (!take_login_event(o, event, now))
            return true;
    }
    return false;
}

/* ---- moving bytes ------------------------------------------------------------------------ */

static void dial_on(struct online *o, int64_t now)
{
    switch (dial_turn(o->dial, now)) {
    case DIAL_LOOKING_UP:
        o->state = ONLINE_LOOKING_UP;
        break;
    case DIAL_CONNECTING:
        o->state = ONLINE_CONNECTING;
        break;
    case DIAL_CONNECTED: {
        o->loopback = dial_is_loopback(o->dial);
        int fd = dial_take(o->dial);
        dial_free(o->dial);
        o->dial = NULL;
        connected(o, fd, now);
        break;
    }
    case DIAL_FAILED: {
        struct err e = *dial_error(o->dial);
        fail(o, e.code, e.text);
        break;
    }
    }
}

static void stream_failed(struct online *o)
{
    struct err e = *stream_error(o->stream);
    fail(o, e.code ? e.code : ERR_IO, e.text);
}

static void handshake_on(struct online *o, int64_t now)
{
    switch (stream_handshake(o->stream)) {
    case STREAM_AGAIN:
        break;
    case STREAM_OK:
        o->active_at = now;
        if (*tls_warning(stream_tls(o->stream)))
            o->warning = tls_warning(stream_tls(o->stream));
        pop3_tls_started(o->pop3);
        if (pop3_state(o->pop3) == POP3_GREETING)
            o->state = ONLINE_GREETING;
        else
            ask_capa(o, now); /* what was said in clear is forgotten (RFC 2595) */
        break;
    case STREAM_EOF:
        fail(o, ERR_IO, _("The server closed the connection during the TLS handshake."));
        break;
    case STREAM_FAILED:
        stream_failed(o);
        break;
    }
}

static void closed_by_server(struct online *o)
{
    if (pop3_state(o->pop3) == POP3_CLOSED) /* QUIT was answered */
        drop_connection(o);
    else if (o->state < ONLINE_READY)
        fail(o, ERR_UNAVAILABLE, _("The server closed the connection during the login."));
    else
        fail(o, ERR_IO, _("The server closed the connection."));
}

static bool read_some(struct online *o, int64_t now)
{
    size_t got = 0;
    switch (stream_read(o->stream, o->buffer, sizeof o->buffer, &got)) {
    case STREAM_OK:
        o->active_at = now;
        pop3_recv(o->pop3, o->buffer, got);
        return true;
    case STREAM_AGAIN:
        return false;
    case STREAM_EOF:
        closed_by_server(o);
        return false;
    case STREAM_FAILED:
        stream_failed(o);
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
        enum stream_result r = stream_write(o->stream, bytes, len, &put);
        if (put)
            pop3_sent(o->pop3, put);
        if (r == STREAM_AGAIN)
            return;
        if (r != STREAM_OK) {
            /* What the server said before it closed may still be read: -ERR and the like. */
            if (!read_some(o, o->active_at) && o->stream)
                stream_failed(o);
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
    if (o->dial)
        dial_on(o, now);
    if (o->state == ONLINE_SECURING)
        handshake_on(o, now);
    bool more = false;
    if (o->stream && o->state != ONLINE_SECURING) {
        more = read_some(o, now); /* first: a reply before its command must be noticed */
        if (o->stream && o->state != ONLINE_SECURING)
            write_some(o);
    }
    if (now >= next_deadline(o))
        too_late(o);
    return more;
}

size_t online_poll(const struct online *o, struct pollfd fds[DIAL_POLLFDS], int64_t now,
                   int *timeout_ms)
{
    int64_t left = next_deadline(o) == INT64_MAX ? -1 : next_deadline(o) - now;
    if (left >= 0 && (*timeout_ms < 0 || left < *timeout_ms))
        *timeout_ms = (int)left;
    if (o->dial)
        return dial_poll(o->dial, fds, now, timeout_ms);
    if (!o->stream)
        return 0;
    if (stream_pending(o->stream))
        *timeout_ms = 0;
    const char *bytes;
    bool writing = o->state != ONLINE_SECURING && pop3_send(o->pop3, &bytes) > 0;
    fds[0] = (struct pollfd){stream_fd(o->stream), stream_events(o->stream, writing), 0};
    return 1;
}

/* ---- asking ------------------------------------------------------------------------------ */

bool online_submit(struct online *o, const struct command *c, enum online_tag tag, int64_t now)
{
    if (o->state != ONLINE_READY)
        return false;
    if (!pop3_in_flight(o->pop3))
        o->asked_at = now;
    o->active_at = now;
    if (!pop3_submit(o->pop3, c, tag, NULL))
        return false;
    if (c->verb == COMMAND_QUIT)
        o->state = ONLINE_LEAVING;
    return true;
}

bool online_may_quit(const struct online *o)
{
    return o->state == ONLINE_READY && !pop3_has_deletions(o->pop3);
}

size_t online_room(const struct online *o)
{
    return o->state == ONLINE_READY ? pop3_room(o->pop3) : 0;
}

bool online_pipelines(const struct online *o)
{
    if (!o->pop3 || o->account->pipelining == ACCOUNT_PIPELINING_OFF)
        return false;
    return o->account->pipelining == ACCOUNT_PIPELINING_FORCE ||
           (pop3_capa(o->pop3) & CAPA_PIPELINING);
}

void online_set_window(struct online *o, size_t window)
{
    if (o->pop3)
        pop3_set_window(o->pop3, online_pipelines(o) ? window : 1);
}

int64_t online_idle_ms(const struct online *o, int64_t now)
{
    if (o->state != ONLINE_READY || pop3_in_flight(o->pop3))
        return -1;
    return now - o->active_at;
}

int64_t online_rtt_ms(const struct online *o)
{
    return o->rtt_ms;
}

enum online_state online_state(const struct online *o)
{
    return o->state;
}

const char *online_tls(const struct online *o)
{
    return o->stream && stream_tls(o->stream) ? tls_version(stream_tls(o->stream)) : "";
}

const char *online_auth(const struct online *o)
{
    return o->auth;
}

const char *online_warning(const struct online *o)
{
    return o->warning;
}

const char *online_last_words(const struct online *o)
{
    return o->last_words ? o->last_words : "";
}

bool online_take_failure(struct online *o)
{
    bool failed = o->failed;
    o->failed = false;
    return failed;
}

const struct err *online_error(const struct online *o)
{
    return &o->error;
}
