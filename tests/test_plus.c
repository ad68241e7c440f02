#include "config.h"

#include <criterion/criterion.h>
#include <gnutls/gnutls.h>
#include <gsasl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "client/sasl.h"
#include "tests/support/certs.h"
#include "tests/support/drive.h"
#include "tests/support/net.h"

/* SCRAM bound to TLS, over real TLS: against a small server with GNU SASL's other half. */

TestSuite(plus, .timeout = 60);

enum kind {
    HONEST,
    RELAYED,  /* somebody between: the server's end is that of another session */
    BOASTFUL, /* announces a binding and knows none */
    CYRUS,    /* knows tls-unique only */
};

struct host {
    const char *priority;
    const char *offers; /* SASL's words */
    enum kind kind;
    const struct certs_pair *cert;
    int listener;
    gnutls_session_t tls;
};

/* ---- lines ------------------------------------------------------------------------------- */

static void say(const struct host *h, const char *line, const char *more)
{
    char text[2048];
    int len = snprintf(text, sizeof text, "%s%s\r\n", line, more);
    gnutls_record_send(h->tls, text, (size_t)len);
}

static bool hear(const struct host *h, char *line, size_t size)
{
    size_t len = 0;
    while (len + 1 < size && gnutls_record_recv(h->tls, line + len, 1) == 1) {
        if (line[len] == '\n') {
            line[len - (len && line[len - 1] == '\r')] = '\0';
            return true;
        }
        len++;
    }
    return false;
}

/* ---- AUTH -------------------------------------------------------------------------------- */

static int give_binding(const struct host *h, Gsasl_session *session, Gsasl_property property,
                        gnutls_channel_binding_t kind)
{
    gnutls_datum_t d = {NULL, 0};
    char *text = NULL;
    if (h->kind == BOASTFUL || gnutls_session_channel_binding(h->tls, kind, &d))
        return GSASL_NO_CALLBACK;
    if (h->kind == RELAYED)
        d.data[0] ^= 1;
    gsasl_base64_to((char *)d.data, d.size, &text, NULL);
    gsasl_property_set(session, property, text);
    gsasl_free(text);
    gnutls_free(d.data);
    return GSASL_OK;
}

static int serve_property(Gsasl *library, Gsasl_session *session, Gsasl_property property)
{
    const struct host *h = gsasl_callback_hook_get(library);
    if (property == GSASL_PASSWORD) {
        gsasl_property_set(session, property, "secret");
        return GSASL_OK;
    }
    if (property == GSASL_CB_TLS_UNIQUE)
        return give_binding(h, session, property, GNUTLS_CB_TLS_UNIQUE);
#if GSASL_VERSION_NUMBER >= 0x020200
    if (property == GSASL_CB_TLS_EXPORTER && h->kind != CYRUS)
        return give_binding(h, session, property, GNUTLS_CB_TLS_EXPORTER);
#endif
    return GSASL_NO_CALLBACK;
}

static bool authenticate(const struct host *h, Gsasl_session *session, char *line, size_t size)
{
    int code = GSASL_NEEDS_MORE;
    while (code == GSASL_NEEDS_MORE) {
        char *out = NULL;
        code = gsasl_step64(session, line, &out);
        bool good = code == GSASL_OK || code == GSASL_NEEDS_MORE;
        if (good && out && *out) {
            say(h, "+ ", out);
            good = hear(h, line, size);
        }
        gsasl_free(out);
        if (!good)
            return false;
    }
    return !*line; /* the empty line behind the server's proof */
}

static void serve_auth(struct host *h, char *line, size_t size)
{
    Gsasl *library;
    Gsasl_session *session;
    char *mechanism = line + strlen("AUTH "), *initial = strchr(mechanism, ' ');
    if (!initial) {
        say(h, "-ERR", " an initial response is due");
        return;
    }
    *initial++ = '\0';
    gsasl_init(&library);
    gsasl_callback_hook_set(library, h);
    gsasl_callback_set(library, serve_property);
    if (!strstr(h->offers, mechanism) || gsasl_server_start(library, mechanism, &session)) {
        say(h, "-ERR", " unknown");
    } else {
        memmove(line, initial, strlen(initial) + 1);
        bool good = authenticate(h, session, line, size);
        say(h, good ? "+OK" : "-ERR [AUTH]", good ? "" : " No.");
        gsasl_finish(session);
    }
    gsasl_done(library);
}

/* ---- a session --------------------------------------------------------------------------- */

static void serve_lines(struct host *h)
{
    char line[2048];
    say(h, "+OK", "");
    while (hear(h, line, sizeof line)) {
        if (!strcmp(line, "CAPA")) {
            say(h, "+OK\r\nUIDL\r\nIMPLEMENTATION ",
                h->kind == CYRUS ? "Cyrus POP3 3.6.1" : "x");
            say(h, "SASL ", h->offers);
            say(h, ".", "");
        } else if (!strncmp(line, "AUTH ", 5)) {
            serve_auth(h, line, sizeof line);
        } else if (!strcmp(line, "UIDL") || !strcmp(line, "LIST")) {
            say(h, "+OK\r\n.", "");
        } else {
            say(h, "-ERR", "");
        }
    }
}

/* In a child. */
static void serve(struct host *h)
{
    gnutls_certificate_credentials_t credentials;
    gnutls_certificate_allocate_credentials(&credentials);
    gnutls_x509_crt_t chain[] = {h->cert->crt};
    gnutls_certificate_set_x509_key(credentials, chain, 1, h->cert->key);
    gnutls_init(&h->tls, GNUTLS_SERVER);
    gnutls_priority_set_direct(h->tls, h->priority, NULL);
    gnutls_credentials_set(h->tls, GNUTLS_CRD_CERTIFICATE, credentials);
    int fd = net_accept(h->listener), code;
    gnutls_transport_set_int(h->tls, fd);
    do
        code = gnutls_handshake(h->tls);
    while (code < 0 && !gnutls_error_is_fatal(code));
    if (code == 0)
        serve_lines(h);
    _exit(0);
}

/* ---- tests ------------------------------------------------------------------------------- */

#define TLS_1_3 "NORMAL:-VERS-ALL:+VERS-TLS1.3"
#define TLS_1_2 "NORMAL:-VERS-ALL:+VERS-TLS1.2"
#define REFUSED "SCRAM-SHA-256-PLUS was refused: the user name or the password is wrong, or TLS"
#define BOTH "PLAIN SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-1-PLUS SCRAM-SHA-256-PLUS"

static const struct plus_case {
    const char *name, *priority, *offers;
    enum account_auth auth;
    enum kind kind;
    const char *password;
    const char *shown; /* the mechanism; NULL: refused */
    const char *says;  /* in the error, or the warning */
} cases[] = {
    {"TLS 1.3", TLS_1_3, BOTH, ACCOUNT_AUTH_AUTO, HONEST, "secret", "SCRAM-SHA-256-PLUS", ""},
    {"TLS 1.2", TLS_1_2, BOTH, ACCOUNT_AUTH_AUTO, HONEST, "secret", "SCRAM-SHA-256-PLUS", ""},
    {"SHA-1, TLS 1.3", TLS_1_3, "SCRAM-SHA-256 SCRAM-SHA-1-PLUS", ACCOUNT_AUTH_AUTO, HONEST,
     "secret", "SCRAM-SHA-1-PLUS", ""},
    {"SHA-1 by name, TLS 1.2", TLS_1_2, BOTH, ACCOUNT_AUTH_SCRAM_SHA_1_PLUS, HONEST, "secret",
     "SCRAM-SHA-1-PLUS", ""},
    {"unbound", TLS_1_3, "SCRAM-SHA-256 PLAIN", ACCOUNT_AUTH_AUTO, HONEST, "secret",
     "SCRAM-SHA-256", ""},
    {"a wrong password", TLS_1_3, BOTH, ACCOUNT_AUTH_AUTO, HONEST, "guess", NULL, REFUSED},
    {"somebody between, TLS 1.3", TLS_1_3, BOTH, ACCOUNT_AUTH_AUTO, RELAYED, "secret", NULL,
     REFUSED},
    {"somebody between, TLS 1.2", TLS_1_2, BOTH, ACCOUNT_AUTH_AUTO, RELAYED, "secret", NULL,
     REFUSED},
    {"announced and not done", TLS_1_3, BOTH, ACCOUNT_AUTH_AUTO, BOASTFUL, "secret",
     "SCRAM-SHA-256", "login not bound to TLS"},
    {"the same with a wrong password", TLS_1_3, BOTH, ACCOUNT_AUTH_AUTO, BOASTFUL, "guess",
     NULL, "cannot check it by SCRAM-SHA-256 "},
    {"announced, not done, and named", TLS_1_3, BOTH, ACCOUNT_AUTH_SCRAM_SHA_256_PLUS, BOASTFUL,
     "secret", NULL, REFUSED},
    {"Cyrus, TLS 1.3", TLS_1_3, BOTH, ACCOUNT_AUTH_AUTO, CYRUS, "secret", "SCRAM-SHA-256",
     "login not bound to TLS"},
    {"Cyrus, TLS 1.2", TLS_1_2, BOTH, ACCOUNT_AUTH_AUTO, CYRUS, "secret", "SCRAM-SHA-256-PLUS",
     ""},
};

static void play(const struct plus_case *c, const struct certs_pair *cert, const char *ca_file)
{
    struct host host = {
        .priority = c->priority, .offers = c->offers, .kind = c->kind, .cert = cert};
    uint16_t port;
    host.listener = net_listen(&port);
    pid_t pid = fork();
    if (!pid)
        serve(&host);
    close(host.listener);
    struct drive d;
    drive_init(&d, port, ACCOUNT_TLS_IMPLICIT);
    d.account.tls_ca = xstrdup(ca_file);
    d.account.auth = c->auth;
    secret_set(&d.password, c->password, strlen(c->password));
    bool opened = drive_open(&d);
    const char *says = client_error(d.client)->text;
    cr_expect_eq(opened, c->shown != NULL, "%s: %s", c->name, says);
    if (c->shown) {
        cr_expect_str_eq(client_auth(d.client), c->shown, "%s", c->name);
        says = client_warning(d.client);
    }
    cr_expect(*c->says ? strstr(says, c->says) != NULL : !*says, "%s: %s", c->name, says);
    drive_release(&d);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

Test(plus, binds_the_login_to_tls)
{
    char ca_file[] = "/tmp/dele-test-ca-XXXXXX";
    if (!sasl_knows("SCRAM-SHA-256-PLUS", TLS_BINDING_EXPORTER))
        cr_skip_test("this GNU SASL knows no tls-exporter");
    struct certs_pair ca = certs_issue(&(struct certs_spec){.cn = "CA", .is_ca = true}, NULL);
    struct certs_pair cert =
        certs_issue(&(struct certs_spec){.cn = "x", .dns = {"localhost"}}, &ca);
    certs_write(&ca, ca_file);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        play(&cases[i], &cert, ca_file);
    unlink(ca_file);
    certs_release(&cert);
    certs_release(&ca);
}
