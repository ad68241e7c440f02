#include <criterion/criterion.h>

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gnutls/gnutls.h>

#include "net/pin.h"
#include "net/stream.h"
#include "net/tls.h"
#include "tests/support/certs.h"

/* ---- a server in a thread -------------------------------------------------------------------
 */

struct server {
    /* what the test decides */
    const struct certs_pair *cert;
    const char *priority;           /* NULL: NORMAL */
    bool wants_cert;                /* of the client */
    void (*raw)(struct server *);   /* instead of TLS */
    void (*serve)(struct server *); /* after the handshake */
    const void *arg;
    /* what it does */
    int fd;
    gnutls_session_t session;
    pthread_t thread;
    /* what the test looks at afterwards */
    int handshake; /* gnutls_handshake()'s */
    int alert;     /* received, or -1 */
    char sni[256];
};

static void *serve(void *arg)
{
    struct server *s = arg;
    if (s->raw) {
        s->raw(s);
        close(s->fd);
        return NULL;
    }
    gnutls_certificate_credentials_t credentials;
    gnutls_certificate_allocate_credentials(&credentials);
    gnutls_x509_crt_t chain[] = {s->cert->crt};
    gnutls_certificate_set_x509_key(credentials, chain, 1, s->cert->key);
    gnutls_init(&s->session, GNUTLS_SERVER | GNUTLS_NO_SIGNAL);
    gnutls_priority_set_direct(s->session, s->priority ? s->priority : "NORMAL", NULL);
    gnutls_credentials_set(s->session, GNUTLS_CRD_CERTIFICATE, credentials);
    gnutls_transport_set_int(s->session, s->fd);
    if (s->wants_cert)
        gnutls_certificate_server_set_request(s->session, GNUTLS_CERT_REQUIRE);
    do
        s->handshake = gnutls_handshake(s->session);
    while (s->handshake < 0 && !gnutls_error_is_fatal(s->handshake));
    /* A TLS 1.3 client may refuse after the server has finished. */
    char byte;
    if (s->handshake == 0 && s->serve)
        s->serve(s);
    else if (s->handshake == 0)
        s->handshake = (int)gnutls_record_recv(s->session, &byte, 1);
    else
        gnutls_alert_send_appropriate(s->session, s->handshake);
    s->alert =
        s->handshake == GNUTLS_E_FATAL_ALERT_RECEIVED ? (int)gnutls_alert_get(s->session) : -1;
    size_t size = sizeof s->sni;
    unsigned type;
    if (gnutls_server_name_get(s->session, s->sni, &size, &type, 0) != 0)
        s->sni[0] = '\0';
    gnutls_deinit(s->session);
    gnutls_certificate_free_credentials(credentials);
    close(s->fd);
    return NULL;
}

/* Returns the client's end. */
static int start_server(struct server *s)
{
    int ends[2];
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    s->fd = ends[1];
    cr_assert_eq(pthread_create(&s->thread, NULL, serve, s), 0);
    return ends[0];
}

/* ---- the client -----------------------------------------------------------------------------
 */

static void wait_for(const struct stream *s, bool want_write)
{
    struct pollfd fd = {.fd = stream_fd(s), .events = stream_events(s, want_write)};
    poll(&fd, 1, -1);
}

static enum stream_result shake_hands(struct stream *s)
{
    enum stream_result result;
    while ((result = stream_handshake(s)) == STREAM_AGAIN)
        wait_for(s, false);
    return result;
}

/* At least one octet, or the end. */
static enum stream_result read_some(struct stream *s, char *bytes, size_t size, size_t *got)
{
    enum stream_result result;
    while ((result = stream_read(s, bytes, size, got)) == STREAM_AGAIN)
        wait_for(s, false);
    return result;
}

struct client {
    struct server server;
    struct tls_trust *trust;
    struct stream *stream;
    enum stream_result handshake;
};

static void connect_to_server(struct client *c, const struct tls_config *config,
                              const char *host)
{
    struct err e = {0};
    c->trust = tls_trust_new(config, &e);
    cr_assert_not_null(c->trust, "%s", e.text);
    c->stream = stream_new(start_server(&c->server));
    stream_start_tls(c->stream, c->trust, host);
    cr_expect_str_eq(tls_fingerprint(stream_tls(c->stream)), "");
    cr_expect_str_eq(tls_version(stream_tls(c->stream)), "");
    c->handshake = shake_hands(c->stream);
}

static const char *error_of(const struct client *c)
{
    return stream_error(c->stream)->text;
}

static void disconnect(struct client *c)
{
    stream_free(c->stream);
    tls_trust_free(c->trust);
    pthread_join(c->server.thread, NULL);
}

/* ---- certificates ---------------------------------------------------------------------------
 */

static struct certs_pair ca;
static char ca_file[] = "/tmp/dele-test-ca-XXXXXX";

static void make_ca(void)
{
    ca = certs_issue(&(struct certs_spec){.cn = "Test CA", .is_ca = true}, NULL);
    certs_write(&ca, ca_file);
}

static void drop_ca(void)
{
    unlink(ca_file);
    certs_release(&ca);
}

TestSuite(tls, .init = make_ca, .fini = drop_ca, .timeout = 60);

#define HOST "pop.example.org"
#define Y2020 1577934245 /* 2020-01-02 */
#define Y2099 4076263445 /* 2099-03-03 */

static bool connects_with(const struct certs_spec *spec, const char *host, const char *name)
{
    struct certs_pair cert = certs_issue(spec, &ca);
    struct client c = {.server = {.cert = &cert}};
    connect_to_server(&c, &(struct tls_config){.ca_file = ca_file}, host);
    bool connected = c.handshake == STREAM_OK;
    if (connected)
        cr_expect_str_eq(tls_warning(stream_tls(c.stream)), "", "%s", name);
    else
        cr_log_info("%s: %s\n", name, error_of(&c));
    disconnect(&c);
    certs_release(&cert);
    return connected;
}

Test(tls, accepts_a_certificate_for_the_host)
{
    static const struct {
        const char *name, *host;
        struct certs_spec spec;
    } cases[] = {
        {"the name", HOST, {.cn = "x", .dns = {HOST}}},
        {"in capitals", "POP.Example.ORG", {.cn = "x", .dns = {HOST}}},
        {"with a final dot", HOST ".", {.cn = "x", .dns = {HOST}}},
        {"one of several", HOST, {.cn = "x", .dns = {"a.example", "b.example", HOST}}},
        {"a wildcard", HOST, {.cn = "x", .dns = {"*.example.org"}}},
        {"an IDN",
         "b\xc3\xbc"
         "cher.example",
         {.cn = "x", .dns = {"xn--bcher-kva.example"}}},
        {"an address", "127.0.0.1", {.cn = "x", .ip = "127.0.0.1"}},
        {"an IPv6 address", "[::1]", {.cn = "x", .ip = "::1"}},
        {"any purpose", HOST, {.cn = "x", .dns = {HOST}, .purpose = GNUTLS_KP_ANY}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect(connects_with(&cases[i].spec, cases[i].host, cases[i].name), "%s",
                  cases[i].name);
}

Test(tls, names_the_fault_of_a_certificate_and_the_pin)
{
    static const struct {
        const char *name, *host;
        struct certs_spec spec;
        const char *want;
    } cases[] = {
        {"wrong name",
         HOST,
         {.cn = "x", .dns = {"pop.example.com", "mx.example.com"}},
         "refused: it was made for pop.example.com, mx.example.com; "},
        {"many names",
         HOST,
         {.cn = "x", .dns = {"a.x", "b.x", "c.x", "d.x", "e.x", "f.x"}},
         "it was made for a.x, b.x, c.x, d.x and 2 more; "},
        {"wildcard too deep",
         "a." HOST,
         {.cn = "x", .dns = {"*.example.org"}},
         "it was made for *.example.org; "},
        {"CN only", HOST, {.cn = HOST}, "it names no host (a CN without subjectAltName"},
        {"CN and a URI", HOST, {.cn = HOST, .uri = "pop://" HOST}, "it names no host"},
        {"CN and another address",
         HOST,
         {.cn = HOST, .ip = "192.0.2.1"},
         "it was made for 192.0.2.1; "},
        {"expired",
         HOST,
         {.cn = "x", .dns = {HOST}, .from = 1, .to = Y2020},
         "refused: it expired on 2020-01-02; "},
        {"not yet valid",
         HOST,
         {.cn = "x", .dns = {HOST}, .from = Y2099, .to = Y2099 + 9},
         "refused: it is not valid before 2099-03-03; "},
        {"for clients",
         HOST,
         {.cn = "x", .dns = {HOST}, .purpose = GNUTLS_KP_TLS_WWW_CLIENT},
         "refused: it was not made for a server; "},
        {"1024 bits", HOST, {.cn = "x", .dns = {HOST}, .is_weak = true}, "too weak; "},
        {"an address that only a CN has", "127.0.0.1", {.cn = "127.0.0.1"}, "it names no host"},
        {"an address as a name",
         "127.0.0.1",
         {.cn = "x", .dns = {"127.0.0.1"}},
         "it was made for 127.0.0.1; "},
        {"another address",
         "127.0.0.1",
         {.cn = "x", .ip = "192.0.2.1"},
         "it was made for 192.0.2.1; "},
        {"two faults",
         HOST,
         {.cn = "x", .dns = {"a.x"}, .from = 1, .to = Y2020},
         "it expired on 2020-01-02; it was made for a.x; "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct certs_pair cert = certs_issue(&cases[i].spec, &ca);
        struct client c = {.server = {.cert = &cert}};
        char advice[200] = "; to accept exactly this certificate use --tls-pin ";
        connect_to_server(&c, &(struct tls_config){.ca_file = ca_file}, cases[i].host);
        certs_fingerprint(&cert, advice + strlen(advice));
        cr_expect_eq(c.handshake, STREAM_FAILED, "%s", cases[i].name);
        cr_expect_eq(stream_error(c.stream)->code, ERR_AUTH, "%s", cases[i].name);
        cr_expect(strstr(error_of(&c), cases[i].want), "%s: %s", cases[i].name, error_of(&c));
        cr_expect(strstr(error_of(&c), cases[i].host), "%s: %s", cases[i].name, error_of(&c));
        const char *end = strstr(error_of(&c), advice);
        cr_expect(end && !end[strlen(advice)], "%s: %s", cases[i].name, error_of(&c));
        disconnect(&c);
        cr_expect_eq(c.server.alert, GNUTLS_A_BAD_CERTIFICATE, "%s: %d", cases[i].name,
                     c.server.alert);
        certs_release(&cert);
    }
}

Test(tls, names_an_issuer_that_is_not_trusted)
{
    struct certs_spec good = {.cn = "x", .dns = {HOST}};
    struct certs_pair other =
        certs_issue(&(struct certs_spec){.cn = "Other CA", .is_ca = true}, NULL);
    struct certs_pair certs[] = {certs_issue(&good, NULL), certs_issue(&good, &other)};
    static const char *const want[] = {
        "refused: it is signed by itself, not by a trusted authority; ",
        "refused: its issuer is not a trusted authority: Other CA; ",
    };
    for (size_t i = 0; i < 2; i++) {
        struct client c = {.server = {.cert = &certs[i]}};
        connect_to_server(&c, &(struct tls_config){.ca_file = ca_file}, HOST);
        cr_expect_eq(c.handshake, STREAM_FAILED);
        cr_expect(strstr(error_of(&c), want[i]), "%s", error_of(&c));
        disconnect(&c);
        certs_release(&certs[i]);
    }
    certs_release(&other);
}

Test(tls, refuses_what_an_expired_authority_signed)
{
    struct certs_pair old = certs_issue(
        &(struct certs_spec){.cn = "Old CA", .is_ca = true, .from = 1, .to = Y2020}, NULL);
    struct certs_pair cert = certs_issue(&(struct certs_spec){.cn = "x", .dns = {HOST}}, &old);
    char file[] = "/tmp/dele-test-ca-XXXXXX";
    certs_write(&old, file);
    struct client c = {.server = {.cert = &cert}};
    connect_to_server(&c, &(struct tls_config){.ca_file = file}, HOST);
    cr_expect_eq(c.handshake, STREAM_FAILED);
    cr_expect(strstr(error_of(&c), "a certificate of its issuers has expired; "), "%s",
              error_of(&c));
    disconnect(&c);
    unlink(file);
    certs_release(&cert);
    certs_release(&old);
}

/* Fails, with the whole advice at the end; then the caller looks at the rest. */
static void be_refused(struct client *c, const struct certs_pair *cert, const char *host)
{
    char end[200] = "; to accept exactly this certificate use --tls-pin ";
    certs_fingerprint(cert, end + strlen(end));
    c->server.cert = cert;
    connect_to_server(c, &(struct tls_config){.ca_file = ca_file}, host);
    cr_assert_eq(c->handshake, STREAM_FAILED);
    const char *text = error_of(c);
    cr_expect_str_eq(text + strlen(text) - strlen(end), end, "the advice is whole: %s", text);
}

static void expect_clean(const char *text)
{
    for (const char *p = text; *p; p++)
        cr_expect((unsigned char)*p >= ' ' && *p != 0x7f, "octet %d: %s", *p, text);
    cr_expect_null(strstr(text, "\xe2\x80\xae"), "%s", text);
    cr_expect_null(strchr(text, '\xff'), "%s", text);
}

Test(tls, cleans_the_names_in_a_certificate)
{
    struct certs_pair evil =
        certs_issue(&(struct certs_spec){.cn = "\x1b]0;CA\a\xe2\x80\xae", .is_ca = true}, NULL);
    struct certs_pair cert = certs_issue(
        &(struct certs_spec){.cn = "x", .raw_dns = "\x1b[31m\xe2\x80\xae\xff\n.example"},
        &evil);
    struct client c = {0};
    be_refused(&c, &cert, HOST);
    expect_clean(error_of(&c));
    cr_expect(strstr(error_of(&c), "its issuer is not a trusted authority: "), "%s",
              error_of(&c));
    cr_expect(strstr(error_of(&c), ".example; "), "%s", error_of(&c));
    disconnect(&c);
    certs_release(&cert);
    certs_release(&evil);
}

Test(tls, caps_the_names_in_a_certificate)
{
    struct certs_spec spec = {.cn = "x"};
    static char names[CERTS_NAMES_MAX][300], host[250];
    for (size_t i = 0; i < CERTS_NAMES_MAX; i++) {
        memset(names[i], 'a' + (int)(i % 26), sizeof names[i] - 1);
        spec.dns[i] = names[i];
    }
    memset(host, 'h', sizeof host - 1);
    for (size_t i = 50; i < sizeof host - 1; i += 50)
        host[i] = '.';
    struct certs_pair cert = certs_issue(&spec, &ca);
    struct client c = {0};
    be_refused(&c, &cert, host);
    cr_expect(strstr(error_of(&c), "it was made for aaaa"), "%s", error_of(&c));
    disconnect(&c);
    certs_release(&cert);
}

/* ---- pins, and trust without checks ---------------------------------------------------------
 */

Test(pin, is_read_in_the_forms_that_people_paste)
{
#define EIGHT "0123456789abcdef"
    static const struct {
        const char *name, *text;
        bool want;
    } cases[] = {
        {"plain", EIGHT EIGHT EIGHT EIGHT, true},
        {"capitals", "0123456789ABCDEF" EIGHT EIGHT EIGHT, true},
        {"colons",
         "01:23:45:67:89:ab:cd:ef:01:23:45:67:89:ab:cd:ef:01:23:45:67:89:ab:cd:ef:"
         "01:23:45:67:89:AB:CD:EF",
         true},
        {"empty", "", false},
        {"SHA-1", "0123456789abcdef0123456789abcdef01234567", false},
        {"a digit short", EIGHT EIGHT EIGHT "0123456789abcde", false},
        {"a digit more", EIGHT EIGHT EIGHT EIGHT "0", false},
        {"a colon within an octet", "0:123456789abcdef" EIGHT EIGHT EIGHT, false},
        {"two colons", "01::23456789abcdef" EIGHT EIGHT EIGHT, false},
        {"colon first", ":" EIGHT EIGHT EIGHT EIGHT, false},
        {"colon last", EIGHT EIGHT EIGHT EIGHT ":", false},
        {"no digit", "g123456789abcdef" EIGHT EIGHT EIGHT, false},
        {"blank", " " EIGHT EIGHT EIGHT EIGHT, false},
        {"8-bit", "\xff\xfe", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pin p;
        cr_expect_eq(pin_parse(&p, cases[i].text), cases[i].want, "%s", cases[i].name);
    }
}

Test(pin, is_written_as_it_is_read)
{
    struct pin p, again;
    char text[PIN_TEXT_SIZE];
    for (size_t i = 0; i < sizeof p.sha256; i++)
        p.sha256[i] = (uint8_t)(i * 9);
    pin_format(&p, text);
    cr_expect_eq(strlen(text), sizeof text - 1);
    cr_expect_eq(strncmp(text, "00:09:12:1B:", 12), 0, "%s", text);
    cr_expect(pin_parse(&again, text));
    cr_expect(pin_equals(&p, &again));
    again.sha256[31] ^= 1;
    cr_expect_not(pin_equals(&p, &again));
}

Test(tls, lets_a_pin_replace_all_other_checks)
{
    struct certs_spec bad = {.cn = "self", .from = 1, .to = Y2020};
    struct certs_pair cert = certs_issue(&bad, NULL);
    struct client c = {.server = {.cert = &cert}};
    char pin[96];
    certs_fingerprint(&cert, pin);
    connect_to_server(&c, &(struct tls_config){.pin = pin}, HOST);
    cr_expect_eq(c.handshake, STREAM_OK, "%s", error_of(&c));
    cr_expect_str_eq(tls_fingerprint(stream_tls(c.stream)), pin);
    cr_expect_str_eq(tls_warning(stream_tls(c.stream)), "");
    disconnect(&c);
    certs_release(&cert);
}

Test(tls, shows_both_fingerprints_where_a_pin_fails)
{
    static const char pin[] =
        "00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:"
        "00:00:00:00:00:00:00:00:00:AB";
    struct certs_pair cert = certs_issue(&(struct certs_spec){.cn = "x", .dns = {HOST}}, &ca);
    char shown[96];
    certs_fingerprint(&cert, shown);
    for (int insecure = 0; insecure < 2; insecure++) {
        struct client c = {.server = {.cert = &cert}};
        connect_to_server(
            &c, &(struct tls_config){.ca_file = ca_file, .pin = pin, .insecure = insecure},
            HOST);
        cr_expect_eq(c.handshake, STREAM_FAILED, "a good certificate is no excuse");
        cr_expect_eq(stream_error(c.stream)->code, ERR_AUTH);
        cr_expect(strstr(error_of(&c), shown), "%s", error_of(&c));
        cr_expect(strstr(error_of(&c), pin), "%s", error_of(&c));
        disconnect(&c);
    }
    certs_release(&cert);
}

Test(tls, accepts_anything_when_insecure_and_says_so)
{
    struct certs_pair cert =
        certs_issue(&(struct certs_spec){.cn = "x", .from = 1, .to = Y2020}, NULL);
    struct client c = {.server = {.cert = &cert}};
    char shown[96];
    certs_fingerprint(&cert, shown);
    connect_to_server(&c, &(struct tls_config){.insecure = true}, HOST);
    cr_expect_eq(c.handshake, STREAM_OK, "%s", error_of(&c));
    cr_expect_str_eq(tls_warning(stream_tls(c.stream)), "certificate not checked");
    cr_expect_str_eq(tls_fingerprint(stream_tls(c.stream)), shown);
    disconnect(&c);
    certs_release(&cert);
}

Test(tls, does_not_load_trust_that_cannot_be_used)
{
    char empty[] = "/tmp/dele-test-ca-XXXXXX";
    close(mkstemp(empty));
    const struct {
        const char *name;
        struct tls_config config;
        const char *want;
    } cases[] = {
        {"no file", {.ca_file = "/no/such/file"}, "cannot read the CA file /no/such/file"},
        {"an empty file", {.ca_file = empty}, "holds no certificate"},
        {"no PEM", {.ca_file = "/bin/sh"}, "holds no certificate"},
        {"a malformed pin", {.pin = "AB:CD"}, "tls-pin must be the 64 hexadecimal digits"},
        {"a malformed pin in spite of all",
         {.pin = "", .ca_file = ca_file, .insecure = true},
         "tls-pin must be"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e = {0};
        cr_expect_null(tls_trust_new(&cases[i].config, &e), "%s", cases[i].name);
        cr_expect_eq(e.code, ERR_CONFIG, "%s", cases[i].name);
        cr_expect(strstr(e.text, cases[i].want), "%s: %s", cases[i].name, e.text);
    }
    unlink(empty);
}

/* ---- our own certificate --------------------------------------------------------------------
 */

struct own {
    struct certs_pair pair, other;
    char cert[32], key[32], locked[32], others_key[32];
};

static void make_own(struct own *o)
{
    *o = (struct own){.cert = "/tmp/dele-test-own-XXXXXX",
                      .key = "/tmp/dele-test-own-XXXXXX",
                      .locked = "/tmp/dele-test-own-XXXXXX",
                      .others_key = "/tmp/dele-test-own-XXXXXX"};
    o->pair = certs_issue(
        &(struct certs_spec){.cn = "ann", .purpose = GNUTLS_KP_TLS_WWW_CLIENT}, NULL);
    o->other = certs_issue(&(struct certs_spec){.cn = "ann"}, NULL);
    certs_write(&o->pair, o->cert);
    certs_write_key(&o->pair, NULL, o->key);
    certs_write_key(&o->pair, "opensesame", o->locked);
    certs_write_key(&o->other, NULL, o->others_key);
}

static void drop_own(struct own *o)
{
    const char *const files[] = {o->cert, o->key, o->locked, o->others_key};
    for (size_t i = 0; i < 4; i++)
        unlink(files[i]);
    certs_release(&o->pair);
    certs_release(&o->other);
}

/* The name in the client's certificate; the server has not asked for any issuer. */
static void say_client(struct server *s)
{
    unsigned count = 0;
    char name[64] = "nobody", byte;
    size_t size = sizeof name;
    gnutls_x509_crt_t crt;
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(s->session, &count);
    gnutls_x509_crt_init(&crt);
    if (count && gnutls_x509_crt_import(crt, chain, GNUTLS_X509_FMT_DER) == 0)
        gnutls_x509_crt_get_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name, &size);
    gnutls_x509_crt_deinit(crt);
    gnutls_record_send(s->session, name, strlen(name));
    gnutls_record_recv(s->session, &byte, 1);
}

Test(tls, shows_its_own_certificate_to_a_server_that_asks)
{
    static const char *const priorities[] = {"NORMAL:-VERS-ALL:+VERS-TLS1.3",
                                             "NORMAL:-VERS-ALL:+VERS-TLS1.2"};
    struct own own;
    make_own(&own);
    struct certs_pair cert = certs_issue(&(struct certs_spec){.cn = "x", .dns = {HOST}}, &ca);
    for (size_t i = 0; i < 2; i++) {
        struct client c = {.server = {.cert = &cert,
                                      .serve = say_client,
                                      .wants_cert = true,
                                      .priority = priorities[i]}};
        char bytes[64] = "";
        size_t got;
        connect_to_server(
            &c, &(struct tls_config){.ca_file = ca_file, .cert = own.cert, .key = own.key},
            HOST);
        cr_assert_eq(c.handshake, STREAM_OK, "%s", error_of(&c));
        cr_expect_eq(read_some(c.stream, bytes, sizeof bytes - 1, &got), STREAM_OK);
        cr_expect_str_eq(bytes, "ann", "%s", priorities[i]);
        disconnect(&c);
    }
    certs_release(&cert);
    drop_own(&own);
}

Test(tls, does_not_load_a_certificate_of_its_own_that_cannot_be_used)
{
    struct own own;
    make_own(&own);
    const struct {
        const char *name;
        struct tls_config config;
        const char *want;
    } cases[] = {
        {"no file",
         {.cert = "/no/such/file"},
         "cannot read /no/such/file, which tls-cert names"},
        {"no key file",
         {.cert = own.cert, .key = "/no/such/file"},
         "cannot read /no/such/file, which tls-key names: No such file"},
        {"no certificate", {.key = own.key}, "tls-key is of no use without tls-cert"},
        {"no key", {.cert = own.cert}, "are no certificate and its key"},
        {"no PEM", {.cert = "/bin/sh", .key = own.key}, "are no certificate and its key"},
        {"another's key",
         {.cert = own.cert, .key = own.others_key},
         "does not belong to the certificate"},
        {"an encrypted key", {.cert = own.cert, .key = own.locked}, "is encrypted"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tls_config config = cases[i].config;
        struct err e = {0};
        config.ca_file = ca_file;
        cr_expect_null(tls_trust_new(&config, &e), "%s", cases[i].name);
        cr_expect_eq(e.code, ERR_CONFIG, "%s", cases[i].name);
        cr_expect(strstr(e.text, cases[i].want), "%s: %s", cases[i].name, e.text);
    }
    drop_own(&own);
}

Test(tls, does_not_find_a_private_authority_in_the_systems_trust)
{
    struct err e = {0};
    struct tls_trust *probe = tls_trust_new(&(struct tls_config){0}, &e);
    if (!probe) {
        cr_expect_eq(e.code, ERR_CONFIG);
        cr_skip("this system has no trusted certificates");
    }
    tls_trust_free(probe);
    struct certs_pair cert = certs_issue(&(struct certs_spec){.cn = "x", .dns = {HOST}}, &ca);
    struct client c = {.server = {.cert = &cert}};
    connect_to_server(&c, &(struct tls_config){0}, HOST);
    cr_expect_eq(c.handshake, STREAM_FAILED);
    cr_expect(strstr(error_of(&c), "its issuer is not a trusted authority: Test CA"), "%s",
              error_of(&c));
    disconnect(&c);
    certs_release(&cert);
}

/* ---- the handshake --------------------------------------------------------------------------
 */

/* A connection to a server with a good certificate. */
static void connect_well(struct client *c, struct certs_pair *cert, const char *host)
{
    *cert = certs_issue(&(struct certs_spec){.cn = "x", .dns = {HOST}}, &ca);
    c->server.cert = cert;
    connect_to_server(c, &(struct tls_config){.ca_file = ca_file}, host);
}

Test(tls, speaks_1_3_and_1_2_and_nothing_older)
{
    static const struct {
        const char *priority, *want;
    } cases[] = {
        {"NORMAL", "TLS1.3"},
        {"NORMAL:-VERS-ALL:+VERS-TLS1.3", "TLS1.3"},
        {"NORMAL:-VERS-ALL:+VERS-TLS1.2", "TLS1.2"},
        {"NORMAL:-VERS-ALL:+VERS-TLS1.1:+SHA1:%COMPAT", NULL},
        {"NORMAL:-VERS-ALL:+VERS-TLS1.0:+SHA1:%COMPAT", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct client c = {.server = {.priority = cases[i].priority}};
        struct certs_pair cert;
        connect_well(&c, &cert, HOST);
        if (cases[i].want) {
            cr_expect_eq(c.handshake, STREAM_OK, "%s: %s", cases[i].priority, error_of(&c));
            cr_expect_str_eq(tls_version(stream_tls(c.stream)), cases[i].want);
        } else {
            cr_expect_eq(c.handshake, STREAM_FAILED, "%s", cases[i].priority);
            cr_expect_eq(stream_error(c.stream)->code, ERR_PROTOCOL);
            cr_expect(strstr(error_of(&c), "older TLS than 1.2"), "%s: %s", cases[i].priority,
                      error_of(&c));
        }
        disconnect(&c);
        certs_release(&cert);
    }
}

Test(tls, names_the_server_that_it_wants)
{
    static const struct {
        const char *host, *want;
    } cases[] = {
        {HOST, HOST},
        {HOST ".", HOST},
        {"b\xc3\xbc"
         "cher.example",
         "xn--bcher-kva.example"},
        {"127.0.0.1", ""},
        {"[::1]", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct client c = {0};
        struct certs_pair cert;
        connect_well(&c, &cert, cases[i].host);
        disconnect(&c);
        cr_expect_str_eq(c.server.sni, cases[i].want, "%s: %s", cases[i].host, c.server.sni);
        certs_release(&cert);
    }
}

static void fail_on_a_bad_host(const char *host, const char *want)
{
    struct client c = {0};
    struct certs_pair cert;
    connect_well(&c, &cert, host);
    cr_expect_eq(c.handshake, STREAM_FAILED);
    cr_expect(strstr(error_of(&c), want), "%s", error_of(&c));
    disconnect(&c);
    certs_release(&cert);
}

Test(tls, needs_a_host_that_can_be_checked)
{
    fail_on_a_bad_host("", "the host name is empty");
    fail_on_a_bad_host("\xff.example", "not a valid host name");
}

/* Says ARG and waits until the client goes. */
static void say(struct server *s)
{
    char bytes[512];
    const char *text = s->arg;
    if (write(s->fd, text, strlen(text)) < 0)
        return;
    shutdown(s->fd, SHUT_WR);
    while (read(s->fd, bytes, sizeof bytes) > 0)
        ;
}

Test(tls, tells_a_server_that_speaks_no_tls)
{
    static const char *const words[] = {
        "+OK Dovecot ready.\r\n",         "+OK\r\n",  "-", "-ERR what?\r\n",
        "220 mail.example.org ESMTP\r\n", "\x80\x03",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct client c = {.server = {.raw = say, .arg = words[i]}};
        struct certs_pair cert;
        connect_well(&c, &cert, HOST);
        cr_expect_eq(c.handshake, STREAM_FAILED, "%s", words[i]);
        cr_expect_eq(stream_error(c.stream)->code, ERR_PROTOCOL, "%s", words[i]);
        cr_expect(strstr(error_of(&c), "does not speak TLS on this port"), "%s: %s", words[i],
                  error_of(&c));
        disconnect(&c);
        certs_release(&cert);
    }
}

static void send_alert(struct server *s)
{
    unsigned char record[] = {21, 3, 3, 0, 2, 2, *(const unsigned char *)s->arg};
    char bytes[512];
    if (write(s->fd, record, sizeof record) < 0)
        return;
    shutdown(s->fd, SHUT_WR);
    while (read(s->fd, bytes, sizeof bytes) > 0)
        ;
}

Test(tls, puts_alerts_into_words)
{
    static const struct {
        unsigned char alert;
        const char *want;
    } cases[] = {
        {GNUTLS_A_HANDSHAKE_FAILURE, "no cipher that is safe"},
        {GNUTLS_A_INSUFFICIENT_SECURITY, "no cipher that is safe"},
        {GNUTLS_A_PROTOCOL_VERSION, "older TLS than 1.2"},
        {GNUTLS_A_UNRECOGNIZED_NAME, "(alert 112)"},
        {GNUTLS_A_INTERNAL_ERROR, "the server ended TLS: Internal error (alert 80)"},
        {211, "the server ended TLS: ? (alert 211)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct client c = {.server = {.raw = send_alert, .arg = &cases[i].alert}};
        struct certs_pair cert;
        connect_well(&c, &cert, HOST);
        cr_expect_eq(c.handshake, STREAM_FAILED);
        cr_expect_eq(stream_error(c.stream)->code, ERR_PROTOCOL);
        cr_expect(strstr(error_of(&c), cases[i].want), "%s", error_of(&c));
        disconnect(&c);
        certs_release(&cert);
    }
}

static void close_when_spoken_to(struct server *s)
{
    char bytes[2048];
    if (read(s->fd, bytes, sizeof bytes) < 0)
        return;
    shutdown(s->fd, SHUT_RDWR);
}

/* An end closed with octets unread is a reset. */
static void reset(struct server *s)
{
    struct pollfd fd = {.fd = s->fd, .events = POLLIN};
    poll(&fd, 1, -1);
}

Test(tls, says_so_when_the_server_goes_during_the_handshake)
{
    static const struct {
        void (*raw)(struct server *);
        const char *want;
    } cases[] = {
        {close_when_spoken_to, "the server closed the connection while TLS was starting"},
        {reset, "the server reset the connection"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct client c = {.server = {.raw = cases[i].raw}};
        struct certs_pair cert;
        connect_well(&c, &cert, HOST);
        cr_expect_eq(c.handshake, STREAM_FAILED);
        cr_expect_eq(stream_error(c.stream)->code, ERR_IO);
        cr_expect_str_eq(error_of(&c), cases[i].want);
        cr_expect_eq(stream_handshake(c.stream), STREAM_FAILED, "it stays so");
        disconnect(&c);
        certs_release(&cert);
    }
}

/* ---- reading and writing --------------------------------------------------------------------
 */

static void say_and_close(struct server *s)
{
    gnutls_record_send(s->session, "hello", 5);
    if (!s->arg)
        gnutls_bye(s->session, GNUTLS_SHUT_WR);
    /* A real end of TCP, not a reset: nothing may be left unread. */
    shutdown(s->fd, SHUT_WR);
    char bytes[512];
    while (read(s->fd, bytes, sizeof bytes) > 0)
        ;
}

Test(tls, tells_a_proper_end_from_a_cut)
{
    for (int is_cut = 0; is_cut < 2; is_cut++) {
        struct client c = {.server = {.serve = say_and_close, .arg = is_cut ? "cut" : NULL}};
        struct certs_pair cert;
        char bytes[64];
        size_t got;
        connect_well(&c, &cert, HOST);
        cr_assert_eq(c.handshake, STREAM_OK, "%s", error_of(&c));
        cr_expect_eq(read_some(c.stream, bytes, sizeof bytes, &got), STREAM_OK);
        cr_expect(got == 5 && memcmp(bytes, "hello", 5) == 0);
        enum stream_result end = read_some(c.stream, bytes, sizeof bytes, &got);
        cr_expect_eq(got, 0);
        if (is_cut) {
            cr_expect_eq(end, STREAM_FAILED);
            cr_expect_str_eq(error_of(&c), "the connection was cut");
            cr_expect_eq(stream_error(c.stream)->code, ERR_IO);
        } else {
            cr_expect_eq(end, STREAM_EOF, "%s", error_of(&c));
        }
        disconnect(&c);
        certs_release(&cert);
    }
}

static void wait_for_the_end(struct server *s)
{
    char byte;
    s->handshake = (int)gnutls_record_recv(s->session, &byte, 1);
}

Test(tls, says_goodbye)
{
    struct client c = {.server = {.serve = wait_for_the_end}};
    struct certs_pair cert;
    connect_well(&c, &cert, HOST);
    cr_expect_eq(c.handshake, STREAM_OK, "%s", error_of(&c));
    disconnect(&c);
    cr_expect_eq(c.server.handshake, 0, "close_notify, not %s",
                 gnutls_strerror(c.server.handshake));
    certs_release(&cert);
}

static void say_one_record(struct server *s)
{
    char bytes[1000];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)i;
    gnutls_record_send(s->session, bytes, sizeof bytes);
    wait_for_the_end(s);
}

Test(tls, says_what_waits_inside_where_poll_would_see_nothing)
{
    struct client c = {.server = {.serve = say_one_record}};
    struct certs_pair cert;
    char bytes[10];
    size_t got, total = 0;
    connect_well(&c, &cert, HOST);
    cr_assert_eq(c.handshake, STREAM_OK, "%s", error_of(&c));
    cr_assert_eq(read_some(c.stream, bytes, sizeof bytes, &got), STREAM_OK);
    for (;;) {
        for (size_t i = 0; i < got; i++)
            cr_assert_eq(bytes[i], (char)(total + i), "octet %zu", total + i);
        total += got;
        if (!stream_pending(c.stream))
            break;
        cr_assert_eq(stream_read(c.stream, bytes, sizeof bytes, &got), STREAM_OK);
    }
    cr_expect_eq(total, 1000);
    cr_expect_eq(stream_read(c.stream, bytes, sizeof bytes, &got), STREAM_AGAIN);
    cr_expect_eq(stream_events(c.stream, false), POLLIN);
    cr_expect_eq(stream_events(c.stream, true), POLLIN | POLLOUT);
    disconnect(&c);
    certs_release(&cert);
}

static void ask_to_renegotiate(struct server *s)
{
    char byte;
    gnutls_rehandshake(s->session);
    ssize_t n = gnutls_record_recv(s->session, &byte, 1);
    s->handshake = (int)n;
    if (n == GNUTLS_E_WARNING_ALERT_RECEIVED)
        s->handshake = (int)gnutls_alert_get(s->session);
    gnutls_record_send(s->session, "hello", 5);
    gnutls_record_recv(s->session, &byte, 1);
}

Test(tls, declines_to_renegotiate_and_goes_on)
{
    struct client c = {
        .server = {.serve = ask_to_renegotiate, .priority = "NORMAL:-VERS-ALL:+VERS-TLS1.2"}};
    struct certs_pair cert;
    char bytes[64];
    size_t got;
    connect_well(&c, &cert, HOST);
    cr_assert_eq(c.handshake, STREAM_OK, "%s", error_of(&c));
    cr_expect_eq(read_some(c.stream, bytes, sizeof bytes, &got), STREAM_OK, "%s", error_of(&c));
    cr_expect_eq(got, 5);
    disconnect(&c);
    cr_expect_eq(c.server.handshake, GNUTLS_A_NO_RENEGOTIATION, "%d", c.server.handshake);
    certs_release(&cert);
}

static void change_keys_and_say(struct server *s)
{
    char byte;
    gnutls_session_key_update(s->session, GNUTLS_KU_PEER);
    gnutls_record_send(s->session, "hello", 5);
    /* GnuTLS says "again" after the client's own new keys, which carry no data. */
    do
        s->handshake = (int)gnutls_record_recv(s->session, &byte, 1);
    while (s->handshake == GNUTLS_E_AGAIN);
}

/* ---- channel binding ------------------------------------------------------------------------
 */

/* The server says what it has for tls-exporter or tls-unique. */
static void say_binding(struct server *s)
{
    char byte;
    gnutls_datum_t d = {NULL, 0};
    bool is_1_3 = gnutls_protocol_get_version(s->session) == GNUTLS_TLS1_3;
    s->handshake = gnutls_session_channel_binding(
        s->session, is_1_3 ? GNUTLS_CB_TLS_EXPORTER : GNUTLS_CB_TLS_UNIQUE, &d);
    gnutls_record_send(s->session, d.data, d.size);
    gnutls_record_recv(s->session, &byte, 1);
    gnutls_free(d.data);
}

Test(tls, shares_a_binding_with_its_server)
{
    static const struct {
        const char *priority;
        enum tls_binding_type type;
        size_t len;
    } cases[] = {
        {"NORMAL:-VERS-ALL:+VERS-TLS1.3", TLS_BINDING_EXPORTER, 32}, /* RFC 9266 section 2 */
        {"NORMAL:-VERS-ALL:+VERS-TLS1.2", TLS_BINDING_UNIQUE, 12},   /* RFC 5929 section 3 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct client c = {.server = {.serve = say_binding, .priority = cases[i].priority}};
        struct certs_pair cert;
        char bytes[80];
        size_t got;
        connect_well(&c, &cert, HOST);
        cr_assert_eq(c.handshake, STREAM_OK, "%s", error_of(&c));
        struct tls_binding ours = tls_channel_binding(stream_tls(c.stream));
        cr_expect_eq(ours.type, cases[i].type, "%s", cases[i].priority);
        cr_expect_eq(ours.len, cases[i].len, "%s", cases[i].priority);
        cr_assert_eq(read_some(c.stream, bytes, sizeof bytes, &got), STREAM_OK);
        cr_assert_eq(got, ours.len, "%s", cases[i].priority);
        cr_expect_arr_eq(bytes, ours.bytes, got, "%s", cases[i].priority);
        disconnect(&c);
        cr_expect_eq(c.server.handshake, 0);
        certs_release(&cert);
    }
}

Test(tls, has_no_binding_before_the_handshake)
{
    struct err e = {0};
    struct tls_trust *trust = tls_trust_new(&(struct tls_config){.ca_file = ca_file}, &e);
    struct tls *t = tls_new(trust, -1, HOST);
    cr_expect_eq(tls_channel_binding(t).type, TLS_BINDING_NONE);
    tls_free(t);
    tls_trust_free(trust);
}

Test(tls, goes_on_with_new_keys)
{
    struct client c = {.server = {.serve = change_keys_and_say}};
    struct certs_pair cert;
    char bytes[64];
    size_t n;
    connect_well(&c, &cert, HOST);
    cr_assert_eq(c.handshake, STREAM_OK, "%s", error_of(&c));
    cr_expect_eq(read_some(c.stream, bytes, sizeof bytes, &n), STREAM_OK, "%s", error_of(&c));
    cr_expect_eq(n, 5);
    cr_expect_eq(stream_write(c.stream, "!", 1, &n), STREAM_OK, "%s", error_of(&c));
    pthread_join(c.server.thread, NULL);
    cr_expect_eq(c.server.handshake, 1, "%s", gnutls_strerror(c.server.handshake));
    stream_free(c.stream);
    tls_trust_free(c.trust);
    certs_release(&cert);
}

static void warn_without_end(struct server *s)
{
    while (gnutls_alert_send(s->session, GNUTLS_AL_WARNING, GNUTLS_A_USER_CANCELED) == 0)
        ;
}

Test(tls, ends_an_endless_series_of_warnings)
{
    struct client c = {
        .server = {.serve = warn_without_end, .priority = "NORMAL:-VERS-ALL:+VERS-TLS1.2"}};
    struct certs_pair cert;
    char bytes[64];
    size_t got;
    connect_well(&c, &cert, HOST);
    cr_assert_eq(c.handshake, STREAM_OK, "%s", error_of(&c));
    cr_expect_eq(read_some(c.stream, bytes, sizeof bytes, &got), STREAM_FAILED);
    disconnect(&c);
    certs_release(&cert);
}

/* ---- the stream, in clear and under TLS -----------------------------------------------------
 */

#define MEGABYTE (1u << 20)

static ssize_t server_read(struct server *s, char *bytes, size_t size)
{
    return s->session ? gnutls_record_recv(s->session, bytes, size) : read(s->fd, bytes, size);
}

static void echo(struct server *s)
{
    char bytes[5000];
    ssize_t n;
    while ((n = server_read(s, bytes, sizeof bytes)) > 0) {
        for (ssize_t done = 0, put; done < n; done += put) {
            put = s->session ? gnutls_record_send(s->session, bytes + done, (size_t)(n - done))
                             : send(s->fd, bytes + done, (size_t)(n - done), MSG_NOSIGNAL);
            if (put <= 0)
                return;
        }
    }
}

static char octet(size_t i)
{
    return (char)(i * 2654435761u >> 13);
}

/* One try with what is left, at another place in memory each time, and of any length that is
 * not less than the last one that was not taken. */
static size_t write_some(struct stream *s, size_t from, size_t *refused)
{
    size_t len = MEGABYTE - from, put;
    if (len > 1000 + from % 40000 && *refused <= 1000 + from % 40000)
        len = 1000 + from % 40000;
    char *bytes = malloc(len);
    for (size_t i = 0; i < len; i++)
        bytes[i] = octet(from + i);
    enum stream_result result = stream_write(s, bytes, len, &put);
    free(bytes);
    cr_assert(result == STREAM_OK || result == STREAM_AGAIN, "%s", stream_error(s)->text);
    cr_assert_eq(result == STREAM_OK, put > 0);
    *refused = result == STREAM_AGAIN ? len : 0;
    return put;
}

static size_t read_and_compare(struct stream *s, size_t from)
{
    char bytes[3000];
    size_t got;
    enum stream_result result = stream_read(s, bytes, sizeof bytes, &got);
    cr_assert(result == STREAM_OK || result == STREAM_AGAIN, "%s", stream_error(s)->text);
    for (size_t i = 0; i < got; i++)
        cr_assert_eq(bytes[i], octet(from + i), "octet %zu", from + i);
    return got;
}

static void make_buffers_small(int fd)
{
    const int size = 4096;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

/* The server stops reading while it cannot write: a client that only writes would hang. */
static void exchange_a_megabyte(struct stream *s)
{
    size_t sent = 0, received = 0, refused = 0, refusals = 0;
    while (received < MEGABYTE) {
        size_t got = read_and_compare(s, received);
        size_t put = sent < MEGABYTE ? write_some(s, sent, &refused) : 0;
        received += got;
        sent += put;
        refusals += refused > 0;
        if (!got && !put && !stream_pending(s))
            wait_for(s, sent < MEGABYTE);
    }
    cr_expect_eq(sent, MEGABYTE);
    cr_expect_gt(refusals, 0, "the buffers were too large to test anything");
}

Test(stream, moves_a_megabyte_both_ways_in_clear, .timeout = 60)
{
    struct server server = {.raw = echo};
    int fd = start_server(&server);
    make_buffers_small(fd);
    make_buffers_small(server.fd);
    struct stream *s = stream_new(fd);
    exchange_a_megabyte(s);
    cr_expect_null(stream_tls(s));
    cr_expect_not(stream_pending(s));
    stream_free(s);
    pthread_join(server.thread, NULL);
}

Test(tls, moves_a_megabyte_both_ways)
{
    static const char *const priorities[] = {"NORMAL", "NORMAL:-VERS-ALL:+VERS-TLS1.2"};
    for (size_t i = 0; i < 2; i++) {
        struct client c = {.server = {.serve = echo, .priority = priorities[i]}};
        struct certs_pair cert;
        connect_well(&c, &cert, HOST);
        cr_assert_eq(c.handshake, STREAM_OK, "%s", error_of(&c));
        make_buffers_small(stream_fd(c.stream));
        make_buffers_small(c.server.fd);
        exchange_a_megabyte(c.stream);
        disconnect(&c);
        certs_release(&cert);
    }
}

Test(stream, tells_the_end_from_a_reset, .timeout = 30)
{
    int ends[2];
    char byte;
    size_t n;
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    struct stream *s = stream_new(ends[0]);
    cr_expect_eq(stream_read(s, &byte, 1, &n), STREAM_AGAIN);
    cr_expect_eq(stream_events(s, false), POLLIN);
    cr_expect_eq(stream_events(s, true), POLLIN | POLLOUT);
    cr_expect_eq(stream_write(s, "x", 1, &n), STREAM_OK);
    cr_assert_eq(write(ends[1], "y", 1), 1);
    cr_expect_eq(stream_read(s, &byte, 1, &n), STREAM_OK);
    shutdown(ends[1], SHUT_WR);
    cr_expect_eq(stream_read(s, &byte, 1, &n), STREAM_EOF);
    close(ends[1]); /* with "x" unread */
    cr_expect_eq(stream_read(s, &byte, 1, &n), STREAM_FAILED);
    cr_expect_str_eq(stream_error(s)->text, "the server reset the connection");
    cr_expect_eq(stream_error(s)->code, ERR_IO);
    stream_free(s);
}

Test(stream, survives_a_peer_that_went_without_a_word, .timeout = 30)
{
    int ends[2];
    size_t n;
    signal(SIGPIPE, SIG_DFL);
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    struct stream *s = stream_new(ends[0]);
    close(ends[1]);
    cr_expect_eq(stream_write(s, "x", 1, &n), STREAM_FAILED);
    cr_expect_eq(n, 0);
    cr_expect_str_eq(stream_error(s)->text, "the server reset the connection");
    cr_expect_eq(stream_write(s, "x", 1, &n), STREAM_FAILED, "it stays so");
    stream_free(s);
}

static void close_at_once(struct server *s)
{
    shutdown(s->fd, SHUT_RDWR);
}

Test(tls, survives_a_peer_that_went_without_a_word)
{
    signal(SIGPIPE, SIG_DFL);
    struct client c = {.server = {.serve = close_at_once}};
    struct certs_pair cert;
    size_t n;
    connect_well(&c, &cert, HOST);
    cr_assert_eq(c.handshake, STREAM_OK, "%s", error_of(&c));
    pthread_join(c.server.thread, NULL);
    cr_expect_eq(stream_write(c.stream, "x", 1, &n), STREAM_FAILED);
    cr_expect_str_eq(error_of(&c), "the server reset the connection");
    stream_free(c.stream);
    tls_trust_free(c.trust);
    certs_release(&cert);
}

Test(stream, says_so_where_the_descriptor_is_none)
{
    struct stream *s = stream_new(9999);
    char byte;
    size_t n;
    cr_expect_eq(stream_read(s, &byte, 1, &n), STREAM_FAILED);
    cr_expect(strstr(stream_error(s)->text, "the connection cannot be used"), "%s",
              stream_error(s)->text);
    stream_free(s);
}
