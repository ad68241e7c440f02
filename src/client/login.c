#include "config.h"

#include "client/login.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "pop3/auth.h"

void login_begin(struct login *l, const struct account *account, const struct secret *password,
                 struct pop3 *pop3, uint64_t tag)
{
    *l = (struct login){.account = account,
                        .password = password,
                        .pop3 = pop3,
                        .tag = tag,
                        .wants_tls = account->tls != ACCOUNT_TLS_NONE,
                        .first = BUF_INIT(LIMIT_AUTH_LINE),
                        .learnt = BUF_INIT(LIMIT_LEARNT_CAPA),
                        .auth = "",
                        .warning = ""};
}

static void forget_secrets(struct login *l)
{
    sasl_free(l->sasl);
    l->sasl = NULL;
    if (l->first_waits)
        buf_wipe(&l->first);
    l->first_waits = false;
}

void login_end(struct login *l)
{
    forget_secrets(l);
    buf_release(&l->learnt);
}

/* ---- failing ----------------------------------------------------------------------------- */

/* The error is set. */
static enum login_step give_up(struct login *l)
{
    l->state = LOGIN_OVER;
    return LOGIN_FAILED;
}

static enum login_step fail(struct login *l, enum err_code code, const char *text)
{
    err_set(&l->error, code, "%s", text);
    return give_up(l);
}

/* A sentence of ours, and the server's words. */
static enum login_step fail_with_words(struct login *l, enum err_code code, const char *what,
                                       const struct pop3_event *ev)
{
    char *words = text_clean_line(ev->text, ev->len);
    err_set(&l->error, code,
            *words ? _("%s The server said: %s")
                   : _("%s The server gave no "
                       "reason.%s"),
            what, words);
    free(words);
    return give_up(l);
}

static enum login_step submit(struct login *l, const struct command *c)
{
    return pop3_submit(l->pop3, c, l->tag, &l->error) ? LOGIN_GOES_ON : give_up(l);
}

/* ---- AUTH (RFC 5034) --------------------------------------------------------------------- */

/* Our side says no; the server answers -ERR to that, and the login ends with our reason. */
static enum login_step call_off(struct login *l)
{
    return pop3_answer(l->pop3, "*", NULL) ? LOGIN_GOES_ON : give_up(l);
}

static enum login_step answer(struct login *l, const char *response)
{
    return pop3_answer(l->pop3, response, &l->error) ? LOGIN_GOES_ON : give_up(l);
}

static enum login_step answer_challenge(struct login *l, const struct pop3_event *ev)
{
    if (l->error.code != ERR_NONE || !l->sasl) /* called off, and still asked */
        return fail(l, ERR_PROTOCOL, _("The server asks when nothing is left to say."));
    if (l->first_waits) {
        enum login_step step = answer(l, l->first.data);
        buf_wipe(&l->first);
        l->first_waits = false;
        return step;
    }
    struct buf response = BUF_INIT(LIMIT_AUTH_LINE);
    enum login_step step = sasl_step(l->sasl, ev->text, ev->len, &response, &l->error)
                               ? answer(l, response.data)
                               : call_off(l);
    buf_wipe(&response);
    return step;
}

/* What the client says first: with the command where it fits into 255 octets (section 4), else
 * when it is asked. */
static enum login_step begin_auth(struct login *l)
{
    const char *name = l->mechanism->name, *initial = NULL;
    if (l->mechanism->flags & MECHANISM_INITIAL) {
        if (!sasl_step(l->sasl, NULL, 0, &l->first, &l->error))
            return give_up(l);
        l->first_waits = strlen("AUTH  \r\n") + strlen(name) + l->first.len > LIMIT_COMMAND;
        if (!l->first_waits)
            initial = l->first.len ? l->first.data : "=";
    }
    enum login_step step =
        submit(l, &(struct command){.verb = COMMAND_AUTH, .text = name, .text2 = initial});
    if (!l->first_waits)
        buf_wipe(&l->first);
    return step;
}

static enum login_step send_auth(struct login *l)
{
    const struct sasl_setup setup = {
        .mechanism = l->mechanism->name,
        .user = l->account->user,
        .secret = l->password->text.data,
        .host = l->account->host,
        .port = l->account->port,
        .binding = &l->binding,
    };
    l->sasl = sasl_new(&setup, &l->error);
    return l->sasl ? begin_auth(l) : give_up(l);
}

/* ---- the ways without AUTH --------------------------------------------------------------- */

static enum login_step send_apop(struct login *l)
{
    struct buf digest = BUF_INIT(64);
    enum login_step step = LOGIN_GOES_ON;
    if (auth_apop_digest(&digest, pop3_challenge(l->pop3), l->password->text.data))
        step = submit(l, &(struct command){.verb = COMMAND_APOP,
                                           .text = l->account->user,
                                           .text2 = digest.data});
    buf_wipe(&digest);
    return step;
}

/* ---- choosing ---------------------------------------------------------------------------- */

static const char *offered_sasl(const struct login *l)
{
    const char *words = pop3_capa_args(l->pop3, CAPA_SASL);
    return words ? words : "";
}

static struct mechanism_ask facts(const struct login *l)
{
    const struct account *a = l->account;
    unsigned capa = pop3_capa(l->pop3);
    struct mechanism_ask ask = {
        .wanted = a->auth,
        .kpop = a->kpop,
        .sasl = offered_sasl(l),
        .user = !capa || capa & CAPA_USER,
        .challenge = *pop3_challenge(l->pop3) != '\0',
        .tls = l->secure,
        .private = l->loopback,
        .insecure = a->insecure,
        .token = a->oauth,
        .certificate = a->tls_cert != NULL,
        .ticket = sasl_has_ticket(),
        .binding = l->binding.type != TLS_BINDING_NONE,
    };
    for (unsigned i = ACCOUNT_AUTH_AUTO + 1; i < ACCOUNT_AUTH_COUNT; i++) {
        const struct mechanism *m = mechanism_of((enum account_auth)i);
        if (m->flags & MECHANISM_SASL && !sasl_knows(m->name, l->binding.type))
            ask.missing |= 1u << i;
    }
    return ask;
}

/* The language of the server's words, from the locale's: "de_AT.UTF-8" is "de-AT".  English is
 * what servers speak unasked. */
static void ask_language(struct login *l)
{
    const char *locale = setlocale(LC_MESSAGES, NULL);
    char tag[16];
    size_t len = locale ? strcspn(locale, ".@") : 0;
    if (len < 2 || len >= sizeof tag || !strncmp(locale, "en", 2) || !strcmp(locale, "POSIX"))
        return;
    snprintf(tag, sizeof tag, "%.*s", (int)len, locale);
    tag[strcspn(tag, "_")] = len > 2 ? '-' : '\0';
    submit(l, &(struct command){.verb = COMMAND_LANG, .text = tag});
}

/* RFC 6856: without UTF8 a server may send a mangled form of headers that need it.  Whether it
 * likes these commands changes nothing for the login. */
static void ask_for_utf8(struct login *l)
{
    unsigned capa = pop3_capa(l->pop3);
    if (capa & CAPA_UTF8)
        submit(l, &(struct command){.verb = COMMAND_UTF8});
    if (capa & CAPA_LANG)
        ask_language(l);
}

/* In TLS 1.3 Cyrus (seen: 3.6) announces -PLUS, and knows only tls-unique, which that lacks. */
static bool is_cyrus_in_1_3(const struct login *l)
{
    const char *name = pop3_capa_args(l->pop3, CAPA_IMPLEMENTATION);
    return l->binding.type == TLS_BINDING_EXPORTER && name &&
           reply_has_word(name, strlen(name), "Cyrus");
}

static bool choose(struct login *l)
{
    struct mechanism_ask ask = facts(l);
    l->mechanism = mechanism_choose(&ask, &l->error);
    bool binds = l->mechanism && l->mechanism->flags & MECHANISM_BINDS;
    if (binds && ask.wanted == ACCOUNT_AUTH_AUTO && (l->unbound || is_cyrus_in_1_3(l))) {
        ask.binding = false;
        l->warning = _("login not bound to TLS: the server announces that and cannot do it");
        l->mechanism = mechanism_choose(&ask, &l->error);
    }
    return l->mechanism != NULL;
}

static enum login_step authenticate(struct login *l)
{
    if (l->state != LOGIN_AUTH) /* else it is another try, without a binding */
        ask_for_utf8(l);
    l->state = LOGIN_AUTH;
    if (!choose(l))
        return give_up(l);
    l->auth = l->mechanism->name;
    if (l->account->kpop && !l->loopback)
        l->warning = _("not encrypted: a ticket proves who is who, and hides no mail");
    if (l->mechanism->flags & MECHANISM_SASL)
        return send_auth(l);
    if (l->mechanism->auth == ACCOUNT_AUTH_APOP)
        return send_apop(l);
    return submit(l, &(struct command){.verb = COMMAND_USER, .text = l->account->user});
}

/* ---- the verdict ------------------------------------------------------------------------- */

/* PLAIN could be used instead. */
static bool may_show(const struct login *l)
{
    return l->secure || l->loopback || l->account->insecure;
}

/* Why the server says no, in words of ours, where it does not say it itself.  A server may
 * offer what it cannot check: it keeps passwords in one form, and each digest wants its own. */
static void explain_refusal(const struct login *l, struct buf *why)
{
    const char *token = l->sasl ? sasl_refusal(l->sasl) : "";
    if (*token)
        buf_printf(why, _("The server refused the token (%s)."), token);
    else if (l->mechanism->flags & MECHANISM_TOKEN)
        buf_printf(why, _("The user name is wrong, or the token has expired."));
    else if (l->mechanism->auth == ACCOUNT_AUTH_GSSAPI || l->account->kpop)
        buf_printf(why, _("The Kerberos ticket does not open this maildrop."));
    else if (l->mechanism->auth == ACCOUNT_AUTH_EXTERNAL)
        buf_printf(why, _("The certificate does not open this maildrop."));
    else if (l->mechanism->flags & MECHANISM_BINDS)
        buf_printf(
            why,
            _("%s was refused: the user name or the password is wrong, or TLS does not end "
              "at the server but at a proxy or an attacker (for a proxy that you trust set "
              "auth = scram-sha-256)."),
            l->mechanism->name);
    else if (l->mechanism->flags & MECHANISM_DIGEST && may_show(l))
        buf_printf(why,
                   _("The user name or the password is wrong, or the server cannot check it by "
                     "%s (then set auth = plain)."),
                   l->mechanism->name);
    else
        buf_printf(why, _("The user name or the password is wrong."));
}

/* The server announces a binding and refuses it, and the password has not been tried yet. */
static bool can_unbind(const struct login *l, const struct pop3_event *ev)
{
    bool is_plain_no = ev->code == REPLY_CODE_NONE || ev->code == REPLY_AUTH;
    return l->account->auth == ACCOUNT_AUTH_AUTO && l->mechanism->flags & MECHANISM_BINDS &&
           is_plain_no && sasl_is_secret_untold(l->sasl);
}

/* A -ERR that says by its code, or its words, that it is not about the password (RFC 2449
 * section 8, RFC 3206).  False where it does not; else *STEP is set. */
static bool says_why(struct login *l, const struct pop3_event *ev, enum login_step *step)
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
    };
    l->refusal = ev->code == REPLY_CODE_NONE ? reply_guess(ev->text, ev->len) : ev->code;
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        if (reasons[i].code == l->refusal) {
            *step = fail_with_words(l, reasons[i].error, _(reasons[i].what), ev);
            return true;
        }
    }
    return false;
}

/* Where passwords are switched off (Office 365), the offer of another way is all there is. */
static void hint_at_tokens(const struct login *l, struct buf *why)
{
    const char *words = offered_sasl(l);
    bool offers = reply_has_word(words, strlen(words), "XOAUTH2") ||
                  reply_has_word(words, strlen(words), "OAUTHBEARER");
    if (offers && !(l->mechanism->flags & MECHANISM_TOKEN))
        buf_printf(why, " %s",
                   _("It takes OAuth tokens, too (oauth = yes, with a pass-command that prints "
                     "one)."));
}

static enum login_step refused(struct login *l, const struct pop3_event *ev)
{
    enum login_step step;
    if (l->error.code != ERR_NONE) /* it was us */
        return give_up(l);
    if (can_unbind(l, ev)) {
        forget_secrets(l);
        l->unbound = true;
        return authenticate(l);
    }
    if (says_why(l, ev, &step))
        return step;
    if (ev->code == REPLY_CODE_NONE && l->was_good) {
        l->refusal = REPLY_IN_USE;
        return fail_with_words(l, ERR_TRY_LATER,
                               _("The server took this login a moment ago and refuses it now: "
                                 "it may still lock the "
                                 "maildrop for the session before; try again in a minute."),
                               ev);
    }
    struct buf why = BUF_INIT(sizeof l->error.text);
    if (ev->code == REPLY_AUTH || (l->sasl && *sasl_refusal(l->sasl)))
        explain_refusal(l, &why);
    else
        buf_append_str(&why, _("The login was refused."));
    hint_at_tokens(l, &why);
    step = fail_with_words(l, ERR_AUTH, why.data, ev);
    buf_release(&why);
    return step;
}

static enum login_step turned_away(struct login *l, const struct pop3_event *ev)
{
    enum login_step step;
    if (says_why(l, ev, &step))
        return step;
    return fail_with_words(l, ERR_UNAVAILABLE, _("The server turned the connection away."), ev);
}

static enum login_step accepted(struct login *l)
{
    if (l->sasl && !sasl_may_end(l->sasl)) {
        err_set(
            &l->error, ERR_AUTH,
            _("The server let us in by %s without proving that it knows the password: it may "
              "be an impostor, and the connection was closed."),
            l->auth);
        return fail(l, ERR_AUTH, l->error.text);
    }
    if (l->error.code != ERR_NONE) /* called off, and let in all the same */
        return give_up(l);
    forget_secrets(l);
    l->state = LOGIN_OVER;
    return LOGIN_DONE;
}

/* ---- TLS --------------------------------------------------------------------------------- */

static enum login_step go_on_in_clear(struct login *l, const char *why)
{
    if (!l->loopback && !l->account->insecure)
        return fail(l, ERR_AUTH,
                    _("The server does not offer STLS, so nothing would be encrypted: nothing "
                      "was sent. Try pops:// (TLS from the start, port 995), or --insecure if "
                      "the whole way to the server is yours."));
    l->warning = why;
    return authenticate(l);
}

/* ---- capabilities ------------------------------------------------------------------------ */

#define IN_TLS "tls\n"
#define IN_CLEAR "clear\n"

static bool was_learnt(const struct login *l, const char *circumstances)
{
    return l->presumed && !strncmp(l->presumed, circumstances, strlen(circumstances));
}

static void learn(struct login *l, const struct pop3_event *ev)
{
    if (memchr(ev->text, '\0', ev->len))
        return;
    buf_append_cut(&l->learnt, ev->text, ev->len);
    if (!ev->part)
        buf_append_cut(&l->learnt, "\n", 1);
}

const char *login_learnt(const struct login *l)
{
    return l->learnt.len < LIMIT_LEARNT_CAPA ? l->learnt.data : "";
}

/* CAPA is answered; OK: with a list. */
static enum login_step capa_known(struct login *l, bool ok)
{
    if (l->secure || !l->wants_tls)
        return authenticate(l);
    if (ok && !(pop3_capa(l->pop3) & CAPA_STLS))
        return go_on_in_clear(l, _("not encrypted: the server does not offer STLS"));
    l->state = LOGIN_STLS; /* without CAPA too: it is asked for, and fails closed */
    return submit(l, &(struct command){.verb = COMMAND_STLS});
}

static enum login_step ask_capa(struct login *l)
{
    if (l->no_capa)
        return capa_known(l, false);
    bool is_before_tls = l->wants_tls && !l->secure;
    const char *now = l->secure ? IN_TLS : IN_CLEAR;
    if (is_before_tls && was_learnt(l, IN_TLS))
        return capa_known(l, false);
    if (!is_before_tls && was_learnt(l, now)) {
        pop3_presume_capa(l->pop3, l->presumed + strlen(now));
        return authenticate(l);
    }
    buf_clear(&l->learnt);
    buf_append_str(&l->learnt, now);
    l->state = LOGIN_CAPA;
    return submit(l, &(struct command){.verb = COMMAND_CAPA});
}

enum login_step login_secured(struct login *l, struct tls_binding binding)
{
    l->secure = true;
    l->binding = binding;
    pop3_tls_started(l->pop3);
    /* What was said in clear is forgotten: CAPA again (RFC 2595 section 4). */
    return l->state == LOGIN_GREETING ? LOGIN_GOES_ON : ask_capa(l);
}

/* ---- what the server says ---------------------------------------------------------------- */

/* Behind a Kerberos ticket something must be said, and the password must not (fetchmail says
 * this). */
static const char *password(const struct login *l)
{
    return l->account->kpop ? "krb_ticket" : l->password->text.data;
}

static enum login_step reply(struct login *l, const struct pop3_event *ev)
{
    if (ev->verb == COMMAND_UTF8 || ev->verb == COMMAND_LANG)
        return LOGIN_GOES_ON;
    switch (l->state) {
    case LOGIN_CAPA:
        l->capa_began = true;
        return ev->ok ? LOGIN_GOES_ON : capa_known(l, false);
    case LOGIN_STLS:
        if (ev->ok)
            return LOGIN_WANTS_TLS;
        if (l->presumed) { /* no more */
            l->presumed = NULL;
            return ask_capa(l);
        }
        return go_on_in_clear(l, _("not encrypted: the server refused STLS"));
    case LOGIN_AUTH:
        if (!ev->ok)
            return refused(l, ev);
        if (ev->verb == COMMAND_USER)
            return submit(l, &(struct command){.verb = COMMAND_PASS, .text = password(l)});
        return accepted(l);
    case LOGIN_GREETING:
    case LOGIN_OVER:
        break;
    }
    return LOGIN_GOES_ON;
}

static enum login_step need_no_login(struct login *l)
{
    pop3_logged_in(l->pop3);
    l->state = LOGIN_OVER;
    return LOGIN_DONE;
}

static bool shows_demon(const char *text, size_t len)
{
    static const char word[] = "demon.";
    for (size_t i = 0; i + strlen(word) <= len; i++)
        if (ascii_same(text + i, word, strlen(word)))
            return true;
    return false;
}

enum login_step login_event(struct login *l, const struct pop3_event *ev)
{
    switch (ev->type) {
    case POP3_EVENT_GREETING:
        l->is_demon = shows_demon(ev->text, ev->len);
        if (ev->ok && !l->account->login)
            return need_no_login(l);
        if (ev->ok)
            return ask_capa(l);
        return turned_away(l, ev);
    case POP3_EVENT_REPLY:
        return reply(l, ev);
    case POP3_EVENT_END:
        return l->state == LOGIN_CAPA ? capa_known(l, true) : LOGIN_GOES_ON;
    case POP3_EVENT_CONTINUE:
        return l->state == LOGIN_AUTH ? answer_challenge(l, ev) : LOGIN_GOES_ON;
    case POP3_EVENT_LINE:
        if (l->state == LOGIN_CAPA)
            learn(l, ev);
        break;
    case POP3_EVENT_FAREWELL:
    case POP3_EVENT_BROKEN:
        break;
    }
    return LOGIN_GOES_ON;
}
