#include "config.h"

#include "client/mechanism.h"

#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "pop3/reply.h"

#define ROW(auth_, name_, flags_) [ACCOUNT_AUTH_##auth_] = {name_, ACCOUNT_AUTH_##auth_, flags_}

static const struct mechanism mechanisms[] = {
    ROW(AUTO, "", 0),
    ROW(PLAIN, "PLAIN", MECHANISM_SASL | MECHANISM_SHOWS | MECHANISM_INITIAL),
    ROW(USER, "USER", MECHANISM_SHOWS),
    ROW(APOP, "APOP", MECHANISM_DIGEST),
    /* The servers that take an initial response here disagree on what is in it. */
    ROW(LOGIN, "LOGIN", MECHANISM_SASL | MECHANISM_SHOWS),
    ROW(CRAM_MD5, "CRAM-MD5", MECHANISM_SASL | MECHANISM_DIGEST),
    ROW(DIGEST_MD5, "DIGEST-MD5", MECHANISM_SASL | MECHANISM_DIGEST),
    ROW(SCRAM_SHA_1, "SCRAM-SHA-1", MECHANISM_SASL | MECHANISM_INITIAL | MECHANISM_DIGEST),
    ROW(SCRAM_SHA_256, "SCRAM-SHA-256", MECHANISM_SASL | MECHANISM_INITIAL | MECHANISM_DIGEST),
    ROW(SCRAM_SHA_1_PLUS, "SCRAM-SHA-1-PLUS",
        MECHANISM_SASL | MECHANISM_BINDS | MECHANISM_INITIAL | MECHANISM_DIGEST),
    ROW(SCRAM_SHA_256_PLUS, "SCRAM-SHA-256-PLUS",
        MECHANISM_SASL | MECHANISM_BINDS | MECHANISM_INITIAL | MECHANISM_DIGEST),
    ROW(GSSAPI, "GSSAPI", MECHANISM_SASL | MECHANISM_INITIAL),
    ROW(EXTERNAL, "EXTERNAL", MECHANISM_SASL | MECHANISM_INITIAL),
    ROW(OAUTHBEARER, "OAUTHBEARER",
        MECHANISM_SASL | MECHANISM_SHOWS | MECHANISM_INITIAL | MECHANISM_TOKEN),
    /* Office 365 breaks off over an initial response. */
    ROW(XOAUTH2, "XOAUTH2", MECHANISM_SASL | MECHANISM_SHOWS | MECHANISM_TOKEN),
    /* Its hash is cracked in hours. */
    ROW(NTLM, "NTLM", MECHANISM_SASL | MECHANISM_SHOWS),
};
_Static_assert(sizeof mechanisms / sizeof *mechanisms == ACCOUNT_AUTH_COUNT, "a row for each");

/* Not chosen, but what is left to say behind a ticket. */
static const struct mechanism kpop = {"KPOP", ACCOUNT_AUTH_USER, 0};

#define END ACCOUNT_AUTH_AUTO

static const enum account_auth among_ourselves[] = {
    ACCOUNT_AUTH_SCRAM_SHA_256_PLUS,
    ACCOUNT_AUTH_SCRAM_SHA_1_PLUS,
    ACCOUNT_AUTH_SCRAM_SHA_256,
    ACCOUNT_AUTH_SCRAM_SHA_1,
    ACCOUNT_AUTH_GSSAPI,
    ACCOUNT_AUTH_PLAIN,
    ACCOUNT_AUTH_LOGIN,
    ACCOUNT_AUTH_USER,
    ACCOUNT_AUTH_EXTERNAL,
    ACCOUNT_AUTH_DIGEST_MD5,
    ACCOUNT_AUTH_CRAM_MD5,
    ACCOUNT_AUTH_APOP,
    END,
};

static const enum account_auth with_listeners[] = {
    ACCOUNT_AUTH_SCRAM_SHA_256, ACCOUNT_AUTH_SCRAM_SHA_1, ACCOUNT_AUTH_GSSAPI,
    ACCOUNT_AUTH_DIGEST_MD5,    ACCOUNT_AUTH_CRAM_MD5,    ACCOUNT_AUTH_PLAIN,
    ACCOUNT_AUTH_LOGIN,         ACCOUNT_AUTH_USER,        END,
};

static const enum account_auth by_token[] = {
    ACCOUNT_AUTH_OAUTHBEARER,
    ACCOUNT_AUTH_XOAUTH2,
    END,
};

const struct mechanism *mechanism_of(enum account_auth auth)
{
    return &mechanisms[auth];
}

/* ---- what is in the way ------------------------------------------------------------------ */

static bool is_offered(const struct mechanism_ask *ask, const struct mechanism *m)
{
    if (m->flags & MECHANISM_SASL)
        return ask->sasl && reply_has_word(ask->sasl, strlen(ask->sasl), m->name);
    return m->auth == ACCOUNT_AUTH_USER ? ask->user : ask->challenge;
}

/* Why M cannot be used here, to be set behind its name; NULL where it can. */
static const char *hindrance(const struct mechanism_ask *ask, const struct mechanism *m)
{
    if (ask->missing & 1u << m->auth)
        return N_("this system's GNU SASL library lacks it");
    if (m->flags & MECHANISM_BINDS && !ask->binding)
        return N_("it is bound to TLS, and there is none here to bind it to");
    if (m->auth == ACCOUNT_AUTH_GSSAPI && !ask->ticket)
        return N_("there is no Kerberos ticket, run kinit");
    if (m->auth == ACCOUNT_AUTH_EXTERNAL && !(ask->tls && ask->certificate))
        return N_("it needs TLS and a certificate of yours, set tls-cert");
    if (m->auth == ACCOUNT_AUTH_APOP && !ask->challenge)
        return N_("the server's greeting holds no APOP challenge");
    if (m->flags & MECHANISM_SHOWS && !ask->tls && !ask->private && !ask->insecure)
        return N_(
            "the connection is not encrypted and would show the password; use pops://, or "
            "--insecure if the whole way to the server is yours");
    return NULL;
}

/* ---- one that is named ------------------------------------------------------------------- */

static const struct mechanism *take_named(const struct mechanism_ask *ask, struct err *e)
{
    const struct mechanism *m = mechanism_of(ask->wanted);
    const char *why = hindrance(ask, m);
    if (why)
        err_set(e, ERR_AUTH, _("Nothing was sent, as %s cannot be used: %s."), m->name, _(why));
    else if (m->flags & MECHANISM_SASL && *ask->sasl && !is_offered(ask, m))
        err_set(e, ERR_AUTH,
                _("The server does not offer %s, but %.200s: set auth to one of these, or to "
                  "auto."),
                m->name, ask->sasl);
    else
        return m;
    return NULL;
}

/* ---- auto -------------------------------------------------------------------------------- */

static const struct mechanism *pick(const struct mechanism_ask *ask)
{
    const enum account_auth *order = among_ourselves;
    if (ask->token)
        order = by_token;
    else if (!ask->tls && !ask->private)
        order = with_listeners;
    for (; *order != END; order++) {
        const struct mechanism *m = mechanism_of(*order);
        /* It signs what anybody may have put into the greeting (CVE-2007-1558). */
        bool is_unsafe = m->auth == ACCOUNT_AUTH_APOP && !ask->tls;
        if (is_offered(ask, m) && !hindrance(ask, m) && !is_unsafe)
            return m;
    }
    return NULL;
}

static const char *reason(const struct mechanism_ask *ask, const struct mechanism *m)
{
    if (m->flags & MECHANISM_TOKEN && !ask->token)
        return N_("it takes a token, set oauth = yes and a pass-command that prints one");
    const char *why = hindrance(ask, m);
    return why ? why : N_("it is used only when --auth names it");
}

/* What the server offers and we know, with the reason against it; each reason once. */
static void list_reasons(const struct mechanism_ask *ask, struct buf *out)
{
    for (size_t i = ACCOUNT_AUTH_AUTO + 1; i < ACCOUNT_AUTH_COUNT; i++) {
        const struct mechanism *m = mechanism_of((enum account_auth)i);
        bool is_ours = is_offered(ask, m) && (!ask->token || m->flags & MECHANISM_TOKEN);
        if (is_ours && !strstr(out->data, _(reason(ask, m))))
            buf_printf(out, "%s%s: %s", out->len ? "; " : "", m->name, _(reason(ask, m)));
    }
}

static const struct mechanism *refuse_all(const struct mechanism_ask *ask, struct err *e)
{
    struct buf why = BUF_INIT(sizeof e->text);
    list_reasons(ask, &why);
    if (why.len)
        err_set(
            e, ERR_AUTH,
            _("Nothing was sent, as none of the ways to log in that the server offers can be "
              "used: %s."),
            why.data);
    else if (ask->token)
        err_set(
            e, ERR_AUTH,
            _("The server takes no OAuth token (it offers: %.200s%s): take 'oauth' out of the "
              "account and give it a password."),
            ask->sasl, ask->user ? " USER" : "");
    else
        err_set(e, ERR_AUTH,
                _("The server offers only ways to log in that dele does not know: %.200s."),
                ask->sasl);
    buf_release(&why);
    return NULL;
}

const struct mechanism *mechanism_choose(const struct mechanism_ask *ask, struct err *e)
{
    if (ask->kpop)
        return &kpop;
    if (ask->wanted != ACCOUNT_AUTH_AUTO)
        return take_named(ask, e);
    struct mechanism_ask all = *ask;
    const struct mechanism *m = pick(&all);
    if (!m && !*ask->sasl && !ask->token) {
        all.user = true; /* a list that names no way at all must have forgotten it */
        m = pick(&all);
    }
    return m ? m : refuse_all(&all, e);
}
