#include "config.h"

#include "client/sasl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gsasl.h>

#include "base/digest.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "client/oauth.h"
#include "client/sasl_check.h"
#include "pop3/auth.h"

#define REFUSAL_MAX 200

struct sasl {
    struct sasl_setup setup;
    const struct own *own; /* or NULL: the library's */
    Gsasl *library;
    Gsasl_session *session;
    unsigned steps;     /* answers made so far */
    bool done;          /* nothing more is to be said, and what was owed has come */
    struct buf refusal; /* of an OAuth token */
};

/* ---- our own ----------------------------------------------------------------------------- */

enum said { SAID_ALL, SAID_TOO_LONG, SAID_TOO_MUCH };

static enum said fitting(bool fits)
{
    return fits ? SAID_ALL : SAID_TOO_LONG;
}

static enum said say_plain(const struct sasl *s, struct buf *out)
{
    if (s->steps)
        return SAID_TOO_MUCH;
    return fitting(auth_plain(out, s->setup.user, s->setup.secret));
}

/* Whatever is asked: the user, then the password. */
static enum said say_login(const struct sasl *s, struct buf *out)
{
    if (s->steps > 1)
        return SAID_TOO_MUCH;
    const char *text = s->steps ? s->setup.secret : s->setup.user;
    return fitting(digest_base64(out, text, strlen(text)));
}

/* RFC 4422 appendix A: the certificate says who, this whose maildrop. */
static enum said say_external(const struct sasl *s, struct buf *out)
{
    if (s->steps)
        return SAID_TOO_MUCH;
    return fitting(digest_base64(out, s->setup.user, strlen(s->setup.user)));
}

/* A second challenge is the refusal of the token, and wants an answer before -ERR comes. */
static enum said say_oauthbearer(const struct sasl *s, struct buf *out)
{
    if (s->steps)
        return s->steps == 1 ? fitting(buf_append_str(out, "AQ==")) : SAID_TOO_MUCH;
    return fitting(
        auth_oauthbearer(out, s->setup.user, s->setup.host, s->setup.port, s->setup.secret));
}

static enum said say_xoauth2(const struct sasl *s, struct buf *out)
{
    if (s->steps)
        return s->steps == 1 ? SAID_ALL : SAID_TOO_MUCH;
    return fitting(auth_xoauth2(out, s->setup.user, s->setup.secret));
}

static const struct own {
    const char *name;
    enum said (*say)(const struct sasl *s, struct buf *out);
    bool is_oauth;
} owns[] = {
    {"PLAIN", say_plain, false},       {"LOGIN", say_login, false},
    {"EXTERNAL", say_external, false}, {"OAUTHBEARER", say_oauthbearer, true},
    {"XOAUTH2", say_xoauth2, true},
};

static const struct own *find_own(const char *mechanism)
{
    for (size_t i = 0; i < sizeof owns / sizeof *owns; i++)
        if (!strcmp(owns[i].name, mechanism))
            return &owns[i];
    return NULL;
}

/* Decoded, or NULL.  The caller frees it.  A NUL stands behind the bytes: the library's parsers
 * look for one, and its decoder sets none. */
static char *decode(const char *challenge, size_t len, size_t *size)
{
    char *bytes = NULL;
    while (len && (challenge[len - 1] == ' ' || challenge[len - 1] == '\t'))
        len--;
    if (gsasl_base64_from(challenge, len, &bytes, size) != GSASL_OK)
        return NULL;
    char *copy = xmemdup0(bytes, *size);
    gsasl_free(bytes);
    return copy;
}

static bool fail_end(const struct sasl *s, struct err *e)
{
    err_set(e, ERR_PROTOCOL, _("The server goes on asking behind the end of AUTH %s."),
            s->setup.mechanism);
    return false;
}

static bool step_own(struct sasl *s, const char *challenge, size_t len, struct buf *response,
                     struct err *e)
{
    if (s->own->is_oauth && s->steps == 1) {
        size_t size;
        char *json = decode(challenge, len, &size);
        if (json)
            oauth_refusal(&s->refusal, json, size);
        free(json);
    }
    switch (s->own->say(s, response)) {
    case SAID_ALL:
        s->steps++;
        return true;
    case SAID_TOO_LONG:
        err_set(e, ERR_AUTH, _("The user name or the password is too long for AUTH %s."),
                s->own->name);
        break;
    case SAID_TOO_MUCH:
        return fail_end(s, e);
    }
    return false;
}

/* ---- the library's ----------------------------------------------------------------------- */

static bool is(const struct sasl *s, const char *mechanism)
{
    return !strcmp(s->setup.mechanism, mechanism);
}

static bool is_scram(const struct sasl *s)
{
    return !strncmp(s->setup.mechanism, "SCRAM-", strlen("SCRAM-"));
}

static bool is_plus(const char *mechanism)
{
    static const char plus[] = "-PLUS";
    size_t len = strlen(mechanism), end = strlen(plus);
    return len > end && !strcmp(mechanism + len - end, plus);
}

static int give(Gsasl_session *session, Gsasl_property property, const char *text)
{
    gsasl_property_set(session, property, text);
    return GSASL_OK;
}

static int give_binding(const struct sasl *s, Gsasl_session *session, Gsasl_property property,
                        enum tls_binding_type type)
{
    const struct tls_binding *binding = s->setup.binding;
    struct buf text = BUF_INIT(256);
    if (!is_plus(s->setup.mechanism) || !binding || binding->type != type ||
        !digest_base64(&text, binding->bytes, binding->len))
        return GSASL_NO_CALLBACK;
    give(session, property, text.data);
    buf_release(&text);
    return GSASL_OK;
}

/* The library asks for what it needs when it needs it. */
static int answer(Gsasl *library, Gsasl_session *session, Gsasl_property property)
{
    const struct sasl *s = gsasl_callback_hook_get(library);
    if (property == GSASL_AUTHID)
        return give(session, property, s->setup.user);
    if (property == GSASL_PASSWORD)
        return give(session, property, s->setup.secret);
    if (property == GSASL_SERVICE)
        return give(session, property, "pop");
    if (property == GSASL_HOSTNAME)
        return give(session, property, s->setup.host);
    /* The ticket says who; this, whose maildrop. */
    if (property == GSASL_AUTHZID && is(s, "GSSAPI"))
        return give(session, property, s->setup.user);
    if (property == GSASL_CB_TLS_UNIQUE)
        return give_binding(s, session, property, TLS_BINDING_UNIQUE);
#if GSASL_VERSION_NUMBER >= 0x020200
    if (property == GSASL_CB_TLS_EXPORTER)
        return give_binding(s, session, property, TLS_BINDING_EXPORTER);
#endif
    return GSASL_NO_CALLBACK;
}

/* The library frees its copies as they are.  They are not const, and nobody reads them any
 * more.
 */
static void forget(Gsasl_session *session, Gsasl_property property)
{
    char *copy = (char *)gsasl_property_fast(session, property);
    if (!copy)
        return;
    mem_wipe(copy, strlen(copy));
    gsasl_property_set(session, property, NULL);
}

static bool fail_step(const struct sasl *s, int code, struct err *e)
{
    const char *name = s->setup.mechanism;
    if (code == GSASL_AUTHENTICATION_ERROR)
        err_set(
            e, ERR_AUTH,
            _("The server has not proven that it knows the password: it may be an impostor. "
              "The login by %s was called off."),
            name);
    else if (code == GSASL_MECHANISM_PARSE_ERROR)
        return sasl_check_fail(s->setup.mechanism, e);
    else if (code == GSASL_SASLPREP_ERROR)
        err_set(
            e, ERR_AUTH,
            _("The user name or the password holds characters that %s does not take; inside "
              "TLS 'auth = plain' does."),
            name);
    else if (code == GSASL_GSSAPI_INIT_SEC_CONTEXT_ERROR)
        err_set(e, ERR_AUTH,
                _("Kerberos gives no ticket for pop@%s: run kinit, and name the host as its "
                  "realm does."),
                s->setup.host);
    else
        err_set(e, ERR_AUTH, _("AUTH %s failed on this side: %s."), name, gsasl_strerror(code));
    return false;
}

/* ---- a step ------------------------------------------------------------------------------ */

/* The library's answer to BYTES, which are decoded. */
static bool ask_library(struct sasl *s, const char *bytes, size_t len, struct buf *response,
                        struct err *e)
{
    char *out = NULL;
    size_t size = 0;
    int code = gsasl_step(s->session, bytes, len, &out, &size);
    forget(s->session, GSASL_PASSWORD);
    forget(s->session, GSASL_SCRAM_SALTED_PASSWORD);
    bool good = code == GSASL_OK || code == GSASL_NEEDS_MORE;
    bool fits = good && digest_base64(response, out, size);
    if (out)
        mem_wipe(out, size);
    gsasl_free(out);
    if (!good)
        return fail_step(s, code, e);
    if (!fits) {
        err_set(e, ERR_AUTH, _("The answer for AUTH %s is too long."), s->setup.mechanism);
        return false;
    }
    s->done = code == GSASL_OK;
    s->steps++;
    return true;
}

static bool server_begins(const struct sasl *s)
{
    return is(s, "CRAM-MD5") || is(s, "DIGEST-MD5");
}

static bool step_library(struct sasl *s, const char *challenge, size_t len,
                         struct buf *response, struct err *e)
{
    if (s->done)
        return fail_end(s, e);
    if (!s->steps && !server_begins(s))
        return ask_library(s, NULL, 0, response, e);
    size_t size = 0;
    char *bytes = decode(challenge, len, &size);
    bool good = bytes ? sasl_check(s->setup.mechanism, s->steps, bytes, size, e) &&
                            ask_library(s, bytes, size, response, e)
                      : sasl_check_fail(s->setup.mechanism, e);
    free(bytes);
    return good;
}

bool sasl_step(struct sasl *s, const char *challenge, size_t len, struct buf *response,
               struct err *e)
{
    return s->own ? step_own(s, challenge, len, response, e)
                  : step_library(s, challenge, len, response, e);
}

/* ---- life cycle -------------------------------------------------------------------------- */

struct sasl *sasl_new(const struct sasl_setup *setup, struct err *e)
{
    struct sasl *s = xcalloc(1, sizeof *s);
    s->setup = *setup;
    s->refusal = BUF_INIT(REFUSAL_MAX);
    s->own = find_own(setup->mechanism);
    if (s->own)
        return s;
    int code = gsasl_init(&s->library);
    if (code == GSASL_OK) {
        gsasl_callback_hook_set(s->library, s);
        gsasl_callback_set(s->library, answer);
        code = gsasl_client_start(s->library, setup->mechanism, &s->session);
    }
    if (code == GSASL_OK)
        return s;
    err_set(e, ERR_CONFIG, _("AUTH %s cannot be used here: %s."), setup->mechanism,
            gsasl_strerror(code));
    sasl_free(s);
    return NULL;
}

void sasl_free(struct sasl *s)
{
    if (!s)
        return;
    if (s->session)
        gsasl_finish(s->session);
    if (s->library)
        gsasl_done(s->library);
    buf_release(&s->refusal);
    free(s);
}

bool sasl_may_end(const struct sasl *s)
{
    bool owes = is_scram(s) || is(s, "DIGEST-MD5") || is(s, "GSSAPI");
    return !owes || s->done;
}

bool sasl_is_secret_untold(const struct sasl *s)
{
    return !s->steps || (is_scram(s) && s->steps == 1);
}

const char *sasl_refusal(const struct sasl *s)
{
    return s->refusal.data;
}

/* ---- what is here ------------------------------------------------------------------------ */

static bool can_bind(enum tls_binding_type type)
{
#if GSASL_VERSION_NUMBER >= 0x020200
    return type != TLS_BINDING_NONE;
#else
    return type == TLS_BINDING_UNIQUE;
#endif
}

bool sasl_knows(const char *mechanism, enum tls_binding_type type)
{
    if (find_own(mechanism))
        return true;
    Gsasl *library = NULL;
    bool knows = gsasl_init(&library) == GSASL_OK && gsasl_client_support_p(library, mechanism);
    if (library)
        gsasl_done(library);
    return knows && (!is_plus(mechanism) || can_bind(type));
}

/* What a name of a cache looks like: MIT's ccache types; only some of them are files. */
bool sasl_has_ticket(void)
{
    const char *name = getenv("KRB5CCNAME");
    char path[64];
    if (!name || !*name) {
        snprintf(path, sizeof path, "/tmp/krb5cc_%lu", (unsigned long)geteuid());
        name = path;
    }
    if (!strncmp(name, "FILE:", 5))
        name += 5;
    else if (!strncmp(name, "DIR:", 4))
        name += strspn(name + 4, ":") + 4;
    else if (*name != '/' && strchr(name, ':'))
        return true;
    return access(name, R_OK) == 0;
}
