#include "config.h"

#include "net/ticket.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

#ifdef HAVE_KRB5

#include <krb5.h>

#include "net/errand.h"

/* What the thread works on; read by others once that has finished. */
struct order {
    char *service, *host;
    krb5_context context; /* NULL where the library's configuration is broken */
    krb5_auth_context auth;
    krb5_data request;
    krb5_error_code code;
};

struct ticket {
    struct order *order;   /* the errand's where there is one */
    struct errand *errand; /* NULL where no thread could be started */
};

bool ticket_is_built_in(void)
{
    return true;
}

/* ---- in the thread ----------------------------------------------------------------------- */

static krb5_error_code get_credentials(struct order *o, krb5_ccache cache, krb5_creds **creds)
{
    krb5_creds wanted = {0};
    krb5_error_code code = krb5_sname_to_principal(o->context, o->host, o->service,
                                                   KRB5_NT_SRV_HST, &wanted.server);
    if (!code)
        code = krb5_cc_get_principal(o->context, cache, &wanted.client);
    if (!code)
        code = krb5_get_credentials(o->context, 0, cache, &wanted, creds);
    krb5_free_cred_contents(o->context, &wanted);
    return code;
}

static void make_request(void *what)
{
    struct order *o = what;
    krb5_ccache cache = NULL;
    krb5_creds *creds = NULL;
    o->code = krb5_init_context(&o->context);
    if (o->code) {
        o->context = NULL;
        return;
    }
    o->code = krb5_cc_default(o->context, &cache);
    if (!o->code)
        o->code = get_credentials(o, cache, &creds);
    if (!o->code)
        o->code = krb5_mk_req_extended(o->context, &o->auth, AP_OPTS_MUTUAL_REQUIRED, NULL,
                                       creds, &o->request);
    if (creds)
        krb5_free_creds(o->context, creds);
    if (cache)
        krb5_cc_close(o->context, cache);
}

static void drop(void *what)
{
    struct order *o = what;
    if (o->context) {
        krb5_free_data_contents(o->context, &o->request);
        if (o->auth)
            krb5_auth_con_free(o->context, o->auth);
        krb5_free_context(o->context);
    }
    free(o->service);
    free(o->host);
    free(o);
}

/* ---- outside ----------------------------------------------------------------------------- */

struct ticket *ticket_new(const char *service, const char *host)
{
    struct ticket *t = xcalloc(1, sizeof *t);
    t->order = xcalloc(1, sizeof *t->order);
    t->order->service = xstrdup(service);
    t->order->host = xstrdup(host);
    t->errand = errand_new(t->order, make_request, drop, &t->order->code);
    return t;
}

void ticket_free(struct ticket *t)
{
    if (!t)
        return;
    if (t->errand)
        errand_free(t->errand);
    else
        drop(t->order);
    free(t);
}

int ticket_fd(const struct ticket *t)
{
    return t->errand ? errand_fd(t->errand) : -1;
}

bool ticket_has_arrived(struct ticket *t)
{
    return !t->errand || errand_has_finished(t->errand);
}

/* The library's own words for CODE, clean. */
static char *words_of(const struct order *o, krb5_error_code code)
{
    const char *raw = o->context ? krb5_get_error_message(o->context, code) : NULL;
    const char *text = raw ? raw : strerror((int)code);
    char *clean = text_clean_line(text, strlen(text));
    if (raw)
        krb5_free_error_message(o->context, raw);
    return clean;
}

/* WHY, and what the library says. */
static void explain(struct err *e, enum err_code kind, const char *why, const struct order *o,
                    krb5_error_code code)
{
    char *words = words_of(o, code);
    err_set(e, kind, "%s (%s)", why, words);
    free(words);
}

static void explain_missing(const struct order *o, struct err *e)
{
    switch (o->code) {
    case KRB5_FCC_NOFILE:
    case KRB5_CC_NOTFOUND:
    case KRB5_CC_BADNAME:
        explain(e, ERR_AUTH, _("There is no Kerberos ticket: run kinit, then try again."), o,
                o->code);
        return;
    case KRB5KRB_AP_ERR_TKT_EXPIRED:
        explain(e, ERR_AUTH, _("The Kerberos ticket has expired: run kinit, then try again."),
                o, o->code);
        return;
    case KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN:
        explain(e, ERR_AUTH,
                _("Kerberos does not know this host as a POP server: write its name in full, "
                  "or ask its administrator."),
                o, o->code);
        return;
    case KRB5_KDC_UNREACH:
    case KRB5_REALM_CANT_RESOLVE:
    case KRB5_REALM_UNKNOWN:
        explain(e, ERR_UNAVAILABLE, _("The Kerberos server (KDC) cannot be reached."), o,
                o->code);
        return;
    case KRB5KRB_AP_ERR_SKEW:
        explain(e, ERR_AUTH,
                _("This machine's clock is too far from that of the Kerberos server."), o,
                o->code);
        return;
    default:
        explain(e, ERR_AUTH, _("No Kerberos ticket for this server could be had."), o, o->code);
        return;
    }
}

bool ticket_request(const struct ticket *t, const char **ap_req, size_t *len, struct err *e)
{
    const struct order *o = t->order;
    if (o->code) {
        explain_missing(o, e);
        return false;
    }
    *ap_req = o->request.data;
    *len = o->request.length;
    return true;
}

static krb5_data data_of(const char *bytes, size_t len)
{
    return (krb5_data){.data = (char *)bytes, .length = (unsigned)len};
}

bool ticket_check_answer(const struct ticket *t, const char *ap_rep, size_t len, struct err *e)
{
    const struct order *o = t->order;
    krb5_data answer = data_of(ap_rep, len);
    krb5_ap_rep_enc_part *part = NULL;
    krb5_error_code code = krb5_rd_rep(o->context, o->auth, &answer, &part);
    if (part)
        krb5_free_ap_rep_enc_part(o->context, part);
    if (code)
        explain(e, ERR_AUTH,
                _("The server did not prove that it is the one the ticket is for: it may be an "
                  "impostor, and the connection was closed."),
                o, code);
    return code == 0;
}

void ticket_explain_refusal(const struct ticket *t, const char *krb_error, size_t len,
                            struct err *e)
{
    const struct order *o = t->order;
    krb5_data message = data_of(krb_error, len);
    krb5_error *error = NULL;
    if (krb5_rd_error(o->context, &message, &error)) {
        err_set(e, ERR_AUTH, "%s",
                _("The server refused the Kerberos ticket, and its reason cannot be read."));
        return;
    }
    krb5_error_code code = (krb5_error_code)error->error + ERROR_TABLE_BASE_krb5;
    if (code == KRB5KRB_AP_ERR_TKT_EXPIRED)
        explain(e, ERR_AUTH,
                _("The server says that the Kerberos ticket has expired: run kinit, then try "
                  "again."),
                o, code);
    else if (code == KRB5KRB_AP_ERR_SKEW)
        explain(e, ERR_AUTH, _("This machine's clock is too far from that of the server."), o,
                code);
    else
        explain(e, ERR_AUTH, _("The server refused the Kerberos ticket."), o, code);
    krb5_free_error(o->context, error);
}

#else

struct ticket {
    char unused;
};

bool ticket_is_built_in(void)
{
    return false;
}

struct ticket *ticket_new(const char *service, const char *host)
{
    (void)service;
    (void)host;
    return xcalloc(1, sizeof(struct ticket));
}

void ticket_free(struct ticket *t)
{
    free(t);
}

int ticket_fd(const struct ticket *t)
{
    (void)t;
    return -1;
}

bool ticket_has_arrived(struct ticket *t)
{
    (void)t;
    return true;
}

static void explain_lack(struct err *e)
{
    err_set(e, ERR_UNAVAILABLE, "%s",
            _("This dele was built without Kerberos (libkrb5), which kpop:// needs."));
}

bool ticket_request(const struct ticket *t, const char **ap_req, size_t *len, struct err *e)
{
    (void)t;
    *ap_req = NULL;
    *len = 0;
    explain_lack(e);
    return false;
}

bool ticket_check_answer(const struct ticket *t, const char *ap_rep, size_t len, struct err *e)
{
    (void)t;
    (void)ap_rep;
    (void)len;
    explain_lack(e);
    return false;
}

void ticket_explain_refusal(const struct ticket *t, const char *krb_error, size_t len,
                            struct err *e)
{
    (void)t;
    (void)krb_error;
    (void)len;
    explain_lack(e);
}

#endif
