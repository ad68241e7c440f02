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
                        .auth = "",
                        .warning = ""};
}

/* ---- failing ----------------------------------------------------------------------------- */

static enum login_step fail(struct login *l, enum err_code code, const char *text)
{
    err_set(&l->error, code, "%s", text);
    l->state = LOGIN_OVER;
    return LOGIN_FAILED;
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
    l->state = LOGIN_OVER;
    return LOGIN_FAILED;
}

static enum login_step submit(struct login *l, const struct command *c)
{
    struct err e = {0};
    if (pop3_submit(l->pop3, c, l->tag, &e))
        return LOGIN_GOES_ON;
    return fail(l, e.code, e.text);
}

/* ---- proving who we are ------------------------------------------------------------------ */

static enum login_step send_plain(struct login *l)
{
    struct buf response = BUF_INIT(LIMIT_AUTH_LINE);
    enum login_step step;
    l->auth = "PLAIN";
    if (auth_plain(&response, l->account->user, l->password->text.data)) {
        /* RFC 5034 section 4: an initial response only where it fits into 255 octets. */
        bool fits = response.len + strlen("AUTH PLAIN \r\n") <= LIMIT_COMMAND;
        step = submit(l, &(struct command){.verb = COMMAND_AUTH,
                                           .text = "PLAIN",
                                           .text2 = fits ? response.data : NULL});
    } else {
        step =
            fail(l, ERR_AUTH, _("The user name or the password is too long for AUTH PLAIN."));
    }
    buf_wipe(&response);
    return step;
}

static enum login_step answer_plain(struct login *l)
{
    struct buf response = BUF_INIT(LIMIT_AUTH_LINE);
    enum login_step step = LOGIN_GOES_ON;
    if (auth_plain(&response, l->account->user, l->password->text.data) &&
        !pop3_answer(l->pop3, response.data, &l->error))
        step = fail(l, ERR_AUTH, l->error.text);
    buf_wipe(&response);
    return step;
}

static enum login_step send_user(struct login *l)
{
    l->auth = "USER";
    return submit(l, &(struct command){.verb = COMMAND_USER, .text = l->account->user});
}

static enum login_step send_apop(struct login *l)
{
    const char *challenge = pop3_challenge(l->pop3);
    if (!*challenge)
        return fail(l, ERR_AUTH,
                    _("The server's greeting holds no APOP challenge: use --auth auto."));
    struct buf digest = BUF_INIT(64);
    enum login_step step = LOGIN_GOES_ON;
    l->auth = "APOP";
    if (auth_apop_digest(&digest, challenge, l->password->text.data))
        step = submit(l, &(struct command){.verb = COMMAND_APOP,
                                           .text = l->account->user,
                                           .text2 = digest.data});
    buf_wipe(&digest);
    return step;
}

static bool offers_plain(const struct login *l)
{
    const char *mechanisms = pop3_capa_args(l->pop3, CAPA_SASL);
    return mechanisms && reply_has_word(mechanisms, strlen(mechanisms), "PLAIN");
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

static enum login_step authenticate(struct login *l)
{
    ask_for_utf8(l);
    l->state = LOGIN_AUTH;
    if (l->account->auth == ACCOUNT_AUTH_APOP)
        return send_apop(l);
    if (!l->secure && !l->loopback && !l->account->insecure)
        return fail(
            l, ERR_AUTH,
            _("The connection is not encrypted: the password was not sent. Use pops://, "
              "or --insecure if the whole way to the server is yours."));
    if (l->account->auth == ACCOUNT_AUTH_PLAIN ||
        (l->account->auth == ACCOUNT_AUTH_AUTO && offers_plain(l)))
        return send_plain(l);
    return send_user(l);
}

/* A -ERR that may say why in its code (RFC 2449 section 8, RFC 3206); else it means OTHERWISE.
 */
static enum login_step refused(struct login *l, const struct pop3_event *ev,
                               enum err_code otherwise, const char *what)
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
    l->refusal = ev->code == REPLY_CODE_NONE ? reply_guess(ev->text, ev->len) : ev->code;
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].code == l->refusal)
            return fail_with_words(l, reasons[i].error, _(reasons[i].what), ev);
    return fail_with_words(l, otherwise, what, ev);
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
    l->state = LOGIN_CAPA;
    return submit(l, &(struct command){.verb = COMMAND_CAPA});
}

enum login_step login_secured(struct login *l)
{
    l->secure = true;
    pop3_tls_started(l->pop3);
    /* What was said in clear is forgotten: CAPA again (RFC 2595 section 4). */
    return l->state == LOGIN_GREETING ? LOGIN_GOES_ON : ask_capa(l);
}

/* ---- what the server says ---------------------------------------------------------------- */

static enum login_step authenticated(struct login *l)
{
    l->state = LOGIN_OVER;
    return LOGIN_DONE;
}

static enum login_step reply(struct login *l, const struct pop3_event *ev)
{
    if (ev->verb == COMMAND_UTF8 || ev->verb == COMMAND_LANG)
        return LOGIN_GOES_ON;
    switch (l->state) {
    case LOGIN_CAPA:
        return ev->ok ? LOGIN_GOES_ON : capa_known(l, false);
    case LOGIN_STLS:
        if (ev->ok)
            return LOGIN_WANTS_TLS;
        return go_on_in_clear(l, _("not encrypted: the server refused STLS"));
    case LOGIN_AUTH:
        if (!ev->ok)
            return refused(l, ev, ERR_AUTH, _("The login was refused."));
        if (ev->verb == COMMAND_USER)
            return submit(
                l, &(struct command){.verb = COMMAND_PASS, .text = l->password->text.data});
        return authenticated(l);
    case LOGIN_GREETING:
    case LOGIN_OVER:
        break;
    }
    return LOGIN_GOES_ON;
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
        if (ev->ok)
            return ask_capa(l);
        return refused(l, ev, ERR_UNAVAILABLE, _("The server turned the connection away."));
    case POP3_EVENT_REPLY:
        return reply(l, ev);
    case POP3_EVENT_END:
        return l->state == LOGIN_CAPA ? capa_known(l, true) : LOGIN_GOES_ON;
    case POP3_EVENT_CONTINUE:
        return l->state == LOGIN_AUTH ? answer_plain(l) : LOGIN_GOES_ON;
    case POP3_EVENT_LINE:
    case POP3_EVENT_FAREWELL:
    case POP3_EVENT_BROKEN:
        break;
    }
    return LOGIN_GOES_ON;
}
