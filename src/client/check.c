#include "config.h"

#include "client/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "maildrop/maildrop.h"

#define TEXT_MAX 2048
#define LATENCY_NOOPS 3
#define PIPELINED_NOOPS 8

struct check {
    struct account account; /* with pipelining forced: the window says how much of it */
    struct online *online;
    struct trace *trace;
    struct maildrop *maildrop;
    struct check_step *steps;
    size_t count;
    enum err_code result;
    bool begun, done;

    enum online_state seen;
    int64_t since; /* the present step began */
    size_t asked;  /* questions asked so far */
    size_t due;    /* answers to the present one */
    int64_t fastest;
    uint64_t octets; /* of the present answer */
    bool refused;
};

/* ---- steps ------------------------------------------------------------------------------- */

static void add_step(struct check *c, const char *name, enum check_verdict verdict, int64_t ms,
                     struct buf *text)
{
    c->steps = xreallocarray(c->steps, c->count + 1, sizeof *c->steps);
    c->steps[c->count++] =
        (struct check_step){name, verdict, ms, text_clean_line(text->data, text->len)};
    buf_release(text);
}

static void say_capabilities(const struct online *o, struct buf *out)
{
    static const struct {
        enum reply_capa which;
        const char *word, *meaning;
    } words[] = {
        {CAPA_TOP, "TOP", N_("looks without fetching")},
        {CAPA_UIDL, "UIDL", N_("names that stay")},
        {CAPA_USER, "USER", N_("name and password")},
        {CAPA_SASL, "SASL", NULL},
        {CAPA_STLS, "STLS", N_("TLS on this port")},
        {CAPA_PIPELINING, "PIPELINING", N_("many commands at once")},
        {CAPA_RESP_CODES, "RESP-CODES", NULL},
        {CAPA_AUTH_RESP_CODE, "AUTH-RESP-CODE", N_("says why a login failed")},
        {CAPA_EXPIRE, "EXPIRE", N_("days until it deletes by itself")},
        {CAPA_LOGIN_DELAY, "LOGIN-DELAY", N_("seconds between two logins")},
        {CAPA_IMPLEMENTATION, "IMPLEMENTATION", NULL},
        {CAPA_UTF8, "UTF8", NULL},
        {CAPA_LANG, "LANG", NULL},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *args = online_capa_args(o, words[i].which);
        if (!args)
            continue;
        buf_printf(out, "%s%s", out->len ? ", " : "", words[i].word);
        if (*args)
            buf_printf(out, " %s", args);
        const char *meaning = words[i].meaning;
        if (words[i].which == CAPA_EXPIRE && *args == '0')
            meaning = N_("deletes what was fetched");
        if (words[i].which == CAPA_EXPIRE && (*args < '0' || *args > '9'))
            meaning = NULL;
        if (meaning)
            buf_printf(out, " (%s)", _(meaning));
    }
    if (!out->len)
        buf_append_str(out, _("none: the server does not know CAPA"));
}

static void say_logins(const struct online *o, struct buf *out)
{
    const char *mechanisms = online_capa_args(o, CAPA_SASL);
    if (mechanisms)
        buf_append_str(out, mechanisms);
    if (!online_capa(o) || online_capa_args(o, CAPA_USER))
        buf_printf(out, "%sUSER", out->len ? " " : "");
    if (online_offers_apop(o))
        buf_printf(out, "%sAPOP", out->len ? " " : "");
}

static void add_certificates(struct check *c)
{
    struct buf text = BUF_INIT(TEXT_MAX);
    for (size_t i = 0; online_certificate(c->online, i, &text); i++) {
        add_step(c, i ? "issuer" : "certificate", CHECK_OK, -1, &text);
        text = BUF_INIT(TEXT_MAX);
    }
    if (*online_fingerprint(c->online)) {
        buf_printf(&text, "--tls-pin %s", online_fingerprint(c->online));
        add_step(c, "pin", CHECK_OK, -1, &text);
    }
    buf_release(&text);
}

/* How long known servers wait for a command after the login; RFC 1939 section 3 asks for at
 * least ten minutes. */
static void add_idle_limit(struct check *c)
{
    static const struct {
        const char *greeting;
        unsigned seconds;
    } known[] = {
        {"Dovecot", 600},     {"Cyrus POP3", 600}, {"POP3 Ready <", 600},
        {"Hello there", 300}, {"Solid POP3", 120},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!strstr(online_greeting(c->online), known[i].greeting))
            continue;
        struct buf text = BUF_INIT(TEXT_MAX);
        buf_printf(&text, _("such servers close after %u s without a command"),
                   known[i].seconds);
        add_step(c, "idle", known[i].seconds < 600 ? CHECK_NOTE : CHECK_OK, -1, &text);
        return;
    }
}

/* The login's stage STATE is over. */
static void stage_over(struct check *c, enum online_state state, int64_t ms)
{
    const struct online *o = c->online;
    struct buf text = BUF_INIT(TEXT_MAX);
    switch (state) {
    case ONLINE_LOOKING_UP:
        buf_append_str(&text, c->account.host);
        add_step(c, "look-up", CHECK_OK, ms, &text);
        break;
    case ONLINE_CONNECTING:
        buf_printf(&text, _("%s port %u"), online_address(o), (unsigned)c->account.port);
        add_step(c, "tcp", CHECK_OK, ms, &text);
        break;
    case ONLINE_AUTHENTICATING:
        buf_append_str(&text, _("the ticket was taken, and the server proved itself"));
        add_step(c, "kerberos", CHECK_OK, ms, &text);
        break;
    case ONLINE_SECURING:
        buf_printf(&text, "%s%s%s", online_tls(o), *online_warning(o) ? ", " : "",
                   online_warning(o));
        add_step(c, "tls", *online_warning(o) ? CHECK_NOTE : CHECK_OK, ms, &text);
        add_certificates(c);
        break;
    case ONLINE_GREETING:
        buf_append_str(&text, online_greeting(o));
        add_step(c, "greeting", CHECK_OK, ms, &text);
        break;
    case ONLINE_CAPA:
        say_capabilities(o, &text);
        add_step(c, "capa", online_capa(o) ? CHECK_OK : CHECK_NOTE, ms, &text);
        text = BUF_INIT(TEXT_MAX);
        say_logins(o, &text);
        add_step(c, "logins", CHECK_OK, -1, &text);
        break;
    case ONLINE_STLS:
        add_step(c, "stls", CHECK_OK, ms, &text);
        break;
    case ONLINE_LOGIN:
        buf_printf(&text, _("as %s by %s%s"), c->account.user, online_auth(o),
                   *online_tls(o) ? "" : _(", not encrypted"));
        add_step(c, "login", *online_tls(o) ? CHECK_OK : CHECK_NOTE, ms, &text);
        add_idle_limit(c);
        break;
    case ONLINE_OFF:
    case ONLINE_READY:
    case ONLINE_LEAVING:
    case ONLINE_STATE_COUNT:
        break;
    }
}

static void fail(struct check *c, const char *why, enum err_code code, int64_t now)
{
    static const char *const names[ONLINE_STATE_COUNT] = {
        [ONLINE_LOOKING_UP] = "look-up",
        [ONLINE_CONNECTING] = "tcp",
        [ONLINE_AUTHENTICATING] = "kerberos",
        [ONLINE_SECURING] = "tls",
        [ONLINE_GREETING] = "greeting",
        [ONLINE_CAPA] = "capa",
        [ONLINE_STLS] = "stls",
        [ONLINE_LOGIN] = "login",
        [ONLINE_READY] = "session",
        [ONLINE_LEAVING] = "quit",
    };
    struct buf text = BUF_INIT(TEXT_MAX);
    buf_append_str(&text, why);
    add_step(c, names[c->seen] ? names[c->seen] : "session", CHECK_FAIL, now - c->since, &text);
    c->result = code;
    c->done = true;
}

/* ---- questions --------------------------------------------------------------------------- */

static void say_refused(struct check *c, const char *name, const char *what, int64_t ms)
{
    struct buf text = BUF_INIT(TEXT_MAX);
    buf_append_str(&text, what);
    add_step(c, name, CHECK_NOTE, ms, &text);
}

static void stat_over(struct check *c, int64_t ms)
{
    struct buf text = BUF_INIT(TEXT_MAX);
    char size[8];
    text_size(size, c->octets);
    buf_printf(&text, _("%s octets in all, as the server counts"), size);
    add_step(c, "stat", CHECK_OK, ms, &text);
}

static void listing_over(struct check *c, int64_t ms)
{
    maildrop_list_end(c->maildrop);
    size_t all = maildrop_present(c->maildrop), unique = 0, named = 0;
    for (size_t i = 0; i < maildrop_size(c->maildrop); i++) {
        unique += maildrop_at(c->maildrop, i)->uidl_unique;
        named += *maildrop_at(c->maildrop, i)->uidl != '\0';
    }
    struct buf text = BUF_INIT(TEXT_MAX);
    if (unique == all)
        buf_printf(&text,
                   _n("%zu message, its UIDL usable",
                      "%zu messages, each with a UIDL of its own", all),
                   all);
    else
        buf_printf(&text,
                   _("%zu messages, %zu without a UIDL, %zu that share one: such messages are "
                     "proved by their header before a deletion"),
                   all, all - named, named - unique);
    add_step(c, "uidl", unique == all ? CHECK_OK : CHECK_NOTE, ms, &text);
}

static void top_over(struct check *c, int64_t ms)
{
    struct buf text = BUF_INIT(TEXT_MAX);
    buf_printf(&text, _("a header of %llu octets"), (unsigned long long)c->octets);
    add_step(c, "top", CHECK_OK, ms, &text);
}

static void latency_over(struct check *c, int64_t ms)
{
    struct buf text = BUF_INIT(TEXT_MAX);
    (void)ms;
    buf_printf(&text, _("%lld ms, the shortest of %d NOOPs"), (long long)c->fastest,
               LATENCY_NOOPS);
    add_step(c, "latency", CHECK_OK, -1, &text);
}

static void pipelining_over(struct check *c, int64_t ms)
{
    struct buf text = BUF_INIT(TEXT_MAX);
    bool says = online_capa(c->online) & CAPA_PIPELINING;
    buf_printf(&text, _("%d NOOPs at once were answered; %s"), PIPELINED_NOOPS,
               says ? _("the server says that it takes many")
                    : _("the server does not say so: pipelining = force would use it"));
    add_step(c, "pipelining", says ? CHECK_OK : CHECK_NOTE, ms, &text);
}

static const struct question {
    enum command_verb verb;
    size_t times;
    bool at_once;
    const char *name, *when_refused;
    void (*over)(struct check *c, int64_t ms);
} questions[] = {
    {COMMAND_STAT, 1, false, "stat", N_("STAT was refused"), stat_over},
    {COMMAND_LIST, 1, false, "list", N_("LIST was refused: nothing can be shown"), NULL},
    {COMMAND_UIDL, 1, false, "uidl",
     N_("no UIDL: messages are proved by their header before a deletion"), listing_over},
    {COMMAND_TOP, 1, false, "top", N_("no TOP: whole messages have to be fetched"), top_over},
    {COMMAND_NOOP, LATENCY_NOOPS, false, "latency", N_("NOOP was refused"), latency_over},
    {COMMAND_NOOP, PIPELINED_NOOPS, true, "pipelining", N_("NOOP was refused"),
     pipelining_over},
    {COMMAND_QUIT, 1, false, "quit", N_("QUIT was refused"), NULL},
};
#define QUESTIONS (sizeof questions / sizeof *questions)

static void submit(struct check *c, const struct question *q, int64_t now)
{
    struct command command = {.verb = q->verb};
    if (q->verb == COMMAND_TOP)
        command.number = maildrop_highest(c->maildrop);
    if (!online_submit(c->online, &command, TAG_CHECK, now))
        fail(c, _("the command could not be sent"), ERR_PROTOCOL, now);
}

/* What cannot be asked is left out: a header of an empty maildrop. */
static void ask_next(struct check *c, int64_t now)
{
    while (c->asked < QUESTIONS && questions[c->asked].verb == COMMAND_TOP &&
           !maildrop_present(c->maildrop))
        c->asked++;
    if (c->asked == QUESTIONS) {
        c->done = true;
        return;
    }
    const struct question *q = &questions[c->asked++];
    c->since = now;
    c->due = q->times;
    c->octets = 0;
    c->refused = false;
    c->fastest = INT64_MAX;
    if (q->verb == COMMAND_LIST)
        maildrop_list_begin(c->maildrop);
    online_set_window(c->online, q->at_once ? q->times : 1);
    for (size_t i = 0; i < (q->at_once ? q->times : 1) && !c->done; i++)
        submit(c, q, now);
}

static void take_line(struct check *c, const struct pop3_event *ev)
{
    uint32_t number;
    uint64_t octets;
    const char *uid;
    size_t len;
    c->octets += ev->len + (ev->part ? 0 : strlen("\r\n"));
    if (ev->verb == COMMAND_LIST && reply_list(ev->text, ev->len, &number, &octets))
        maildrop_list_size(c->maildrop, number, octets);
    if (ev->verb == COMMAND_UIDL && reply_uidl(ev->text, ev->len, &number, &uid, &len))
        maildrop_list_uidl(c->maildrop, number, uid, len);
}

static bool is_complete(const struct pop3_event *ev)
{
    unsigned flags = command_flags(&(struct command){.verb = ev->verb});
    return ev->type == POP3_EVENT_END ||
           (ev->type == POP3_EVENT_REPLY && (!ev->ok || !(flags & COMMAND_MULTILINE)));
}

static void answered(struct check *c, int64_t now)
{
    const struct question *q = &questions[c->asked - 1];
    int64_t ms = now - c->since;
    if (ms < c->fastest)
        c->fastest = ms;
    if (--c->due) {
        if (!q->at_once) {
            c->since = now;
            submit(c, q, now);
        }
        return;
    }
    if (c->refused)
        say_refused(c, q->name, _(q->when_refused), ms);
    if (q->over && (!c->refused || q->verb == COMMAND_UIDL))
        q->over(c, ms);
    ask_next(c, now);
}

static void take_event(struct check *c, const struct pop3_event *ev, int64_t now)
{
    uint64_t count;
    if (ev->type == POP3_EVENT_LINE)
        take_line(c, ev);
    if (ev->type == POP3_EVENT_REPLY && !ev->ok)
        c->refused = true;
    if (ev->type == POP3_EVENT_REPLY && ev->ok && ev->verb == COMMAND_STAT)
        c->refused |= !reply_stat(ev->text, ev->len, &count, &c->octets);
    if (is_complete(ev))
        answered(c, now);
}

/* ---- from the beginning to the end --------------------------------------------------------
 */

struct check *check_new(const struct account *account, const struct secret *password)
{
    struct check *c = xcalloc(1, sizeof *c);
    account_init(&c->account);
    account_copy(&c->account, account);
    c->account.pipelining = ACCOUNT_PIPELINING_FORCE;
    c->online = online_new(&c->account, password, NULL, NULL);
    c->trace = trace_new();
    online_trace_to(c->online, c->trace);
    c->maildrop = maildrop_new();
    return c;
}

bool check_trace_to_file(struct check *c, struct err *e)
{
    return !c->account.trace || trace_to_file(c->trace, c->account.trace, e);
}

void check_free(struct check *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->count; i++)
        free(c->steps[i].text);
    free(c->steps);
    online_free(c->online);
    trace_free(c->trace);
    maildrop_free(c->maildrop);
    account_release(&c->account);
    free(c);
}

static void follow_state(struct check *c, int64_t now)
{
    enum online_state state = online_state(c->online);
    if (state == c->seen || c->done)
        return;
    if (online_take_failure(c->online)) {
        if (online_failed_in(c->online) != c->seen) {
            stage_over(c, c->seen, now - c->since);
            c->seen = online_failed_in(c->online);
            c->since = now;
        }
        fail(c, online_error(c->online)->text, online_error(c->online)->code, now);
        return;
    }
    stage_over(c, c->seen, now - c->since);
    c->seen = state;
    c->since = now;
    if (state == ONLINE_READY)
        ask_next(c, now);
    if (state == ONLINE_OFF)
        c->done = true;
}

void check_turn(struct check *c, int64_t now)
{
    struct pop3_event event;
    if (!c->begun) {
        c->begun = true;
        c->since = now;
        online_connect(c->online, now);
        c->seen = online_state(c->online);
    }
    for (bool more = true; more && !c->done;) {
        more = online_turn(c->online, now);
        while (!c->done && online_next(c->online, now, &event))
            take_event(c, &event, now);
        follow_state(c, now);
    }
}

void check_stop(struct check *c, int64_t now)
{
    if (!c->done)
        fail(c, _("stopped"), ERR_UNAVAILABLE, now);
}

size_t check_poll(const struct check *c, struct pollfd fds[LINK_POLLFDS], int64_t now,
                  int *timeout_ms)
{
    if (!c->begun)
        *timeout_ms = 0;
    return c->begun ? online_poll(c->online, fds, now, timeout_ms) : 0;
}

bool check_is_done(const struct check *c)
{
    return c->done;
}

const struct check_step *check_steps(const struct check *c, size_t *count)
{
    *count = c->count;
    return c->steps;
}

enum err_code check_result(const struct check *c)
{
    return c->result;
}
