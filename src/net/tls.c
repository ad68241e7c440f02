#include "config.h"

#include "net/tls.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gnutls/gnutls.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "net/ahead.h"
#include "net/host.h"
#include "net/pin.h"
#include "net/tls_chain.h"
#include "net/tls_check.h"

#define PRIORITY "NORMAL:%PROFILE_MEDIUM:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"
/* Events without data in a row: an endless series of warnings must not keep the program busy.
 */
#define NUISANCES_MAX 32

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* sock_prepare() has set SO_NOSIGPIPE */
#endif

struct tls_trust {
    gnutls_certificate_credentials_t credentials;
    gnutls_priority_t priority;
    struct pin pin;
    bool has_pin;
    bool insecure;
};

struct tls {
    const struct tls_trust *trust;
    gnutls_session_t session;
    int fd;
    int io_error; /* errno of the last read or write that failed */
    char *name;   /* as given, for messages */
    struct host host;
    bool is_checked; /* the certificate was shown and accepted */
    bool is_up;
    unsigned nuisances;
    size_t unsent;       /* octets that GnuTLS has taken and not finished sending */
    bool has_heard;      /* the server has sent something, */
    unsigned char heard; /* and it began with this octet */
    const char *version;
    char fingerprint[PIN_TEXT_SIZE];
    struct err err;
    struct ahead ahead;
};

/* ---- trust ---------------------------------------------------------------------------------
 */

static bool load_file(struct tls_trust *t, const char *file, struct err *e)
{
    int n = gnutls_certificate_set_x509_trust_file(t->credentials, file, GNUTLS_X509_FMT_PEM);
    if (n == GNUTLS_E_FILE_ERROR)
        err_set(e, ERR_CONFIG, _("cannot read the CA file %.300s"), file);
    else if (n <= 0)
        err_set(e, ERR_CONFIG, _("the CA file %.300s holds no certificate in PEM form"), file);
    return n > 0;
}

static bool load_system(struct tls_trust *t, struct err *e)
{
    if (gnutls_certificate_set_x509_system_trust(t->credentials) > 0)
        return true;
    err_set(e, ERR_CONFIG, "%s",
            _("this system has no trusted certificates; install them (ca-certificates), or use "
              "--tls-ca or --tls-pin"));
    return false;
}

static bool is_readable(const char *file, const char *setting, struct err *e)
{
    if (access(file, R_OK) == 0)
        return true;
    err_set(e, ERR_CONFIG, _("cannot read %.300s, which %s names: %s"), file, setting,
            strerror(errno));
    return false;
}

static bool load_own(struct tls_trust *t, const struct tls_config *config, struct err *e)
{
    const char *key = config->key ? config->key : config->cert;
    if (!config->cert) {
        err_set(e, ERR_CONFIG, "%s", _("tls-key is of no use without tls-cert"));
        return false;
    }
    if (!is_readable(config->cert, "tls-cert", e) || !is_readable(key, "tls-key", e))
        return false;
    int code = gnutls_certificate_set_x509_key_file(t->credentials, config->cert, key,
                                                    GNUTLS_X509_FMT_PEM);
    if (code >= 0)
        return true;
    if (code == GNUTLS_E_CERTIFICATE_KEY_MISMATCH)
        err_set(e, ERR_CONFIG,
                _("the key in %.150s does not belong to the certificate in "
                  "%.150s"),
                key, config->cert);
    else if (code == GNUTLS_E_DECRYPTION_FAILED)
        err_set(e, ERR_CONFIG,
                _("the key in %.300s is encrypted; decrypt it into a file that "
                  "only you can read"),
                key);
    else
        err_set(e, ERR_CONFIG,
                _("%.150s and %.150s are no certificate and its key in PEM form: "
                  "%s"),
                config->cert, key, gnutls_strerror(code));
    return false;
}

static bool load(struct tls_trust *t, const struct tls_config *config, struct err *e)
{
    if ((config->cert || config->key) && !load_own(t, config, e))
        return false;

    if (config->pin && !pin_parse(&t->pin, config->pin)) {
        err_set(e, ERR_CONFIG, "%s",
                _("tls-pin must be the 64 hexadecimal digits of a SHA-256, with or without "
                  "colons"));
        return false;
    }
    t->has_pin = config->pin != NULL;
    t->insecure = config->insecure;
    if (config->ca_file)
        return load_file(t, config->ca_file, e);
    return t->has_pin || t->insecure || load_system(t, e);
}

struct tls_trust *tls_trust_new(const struct tls_config *config, struct err *e)
{
    struct tls_trust *t = xcalloc(1, sizeof *t);
    int code = gnutls_certificate_allocate_credentials(&t->credentials);
    if (code == 0)
        code = gnutls_priority_init(&t->priority, PRIORITY, NULL);
    if (code != 0)
        err_set(e, ERR_CONFIG, _("TLS cannot be used here: %s"), gnutls_strerror(code));
    else if (load(t, config, e))
        return t;
    tls_trust_free(t);
    return NULL;
}

void tls_trust_free(struct tls_trust *t)
{
    if (!t)
        return;
    if (t->credentials)
        gnutls_certificate_free_credentials(t->credentials);
    if (t->priority)
        gnutls_priority_deinit(t->priority);
    free(t);
}

/* ---- the certificate -----------------------------------------------------------------------
 */

static void refuse(struct tls *t, const char *why)
{
    char head[sizeof t->err.text], advice[256];
    snprintf(advice, sizeof advice, _("to accept exactly this certificate use --tls-pin %s"),
             t->fingerprint);
    snprintf(head, sizeof head, _("the certificate of %.100s was refused: %s"), t->name, why);
    /* The advice is of no use when it is cut. */
    size_t room = sizeof t->err.text - strlen(advice) - sizeof "; ";
    err_set(&t->err, ERR_AUTH, "%.*s; %s", (int)room, head, advice);
}

static bool check_chain(struct tls *t)
{
    struct buf why = BUF_INIT(TLS_CHECK_WHY_MAX);
    bool passes = tls_check_peer(t->session, &t->host, &why);
    if (!passes)
        refuse(t, why.data);
    buf_release(&why);
    return passes;
}

static bool check_pin(struct tls *t, const struct pin *shown)
{
    if (pin_equals(&t->trust->pin, shown))
        return true;
    char pinned[PIN_TEXT_SIZE];
    pin_format(&t->trust->pin, pinned);
    err_set(&t->err, ERR_AUTH,
            _("the certificate of %.80s is not the one that tls-pin names: it has %s, the pin "
              "is %s; ask the server's owner whether it was replaced"),
            t->name, t->fingerprint, pinned);
    return false;
}

/* Called by GnuTLS within the handshake, so that nothing is said to a server that fails. */
static int check_peer(gnutls_session_t session)
{
    struct tls *t = gnutls_session_get_ptr(session);
    unsigned len = 0;
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &len);
    if (gnutls_certificate_type_get(session) != GNUTLS_CRT_X509 || !chain || len == 0) {
        err_set(&t->err, ERR_AUTH, _("%.200s showed no certificate"), t->name);
        return GNUTLS_E_CERTIFICATE_ERROR;
    }
    struct pin shown;
    digest_sha256(chain[0].data, chain[0].size, shown.sha256);
    pin_format(&shown, t->fingerprint);
    if (t->trust->has_pin)
        t->is_checked = check_pin(t, &shown);
    else
        t->is_checked = t->trust->insecure || check_chain(t);
    return t->is_checked ? 0 : GNUTLS_E_CERTIFICATE_ERROR;
}

/* ---- the session ---------------------------------------------------------------------------
 */

static ssize_t pull(gnutls_transport_ptr_t arg, void *bytes, size_t size)
{
    struct tls *t = arg;
    ssize_t n = ahead_recv(&t->ahead, t->fd, bytes, size);
    if (n > 0 && !t->has_heard) {
        t->has_heard = true;
        t->heard = *(unsigned char *)bytes;
    }
    if (n < 0)
        t->io_error = errno;
    return n;
}

static ssize_t push(gnutls_transport_ptr_t arg, const void *bytes, size_t len)
{
    struct tls *t = arg;
    ssize_t n = send(t->fd, bytes, len, MSG_NOSIGNAL);
    if (n < 0)
        t->io_error = errno;
    return n;
}

/* RFC 6066 section 3: the name without its final dot, never an address. */
static int name_server(struct tls *t)
{
    size_t len = strlen(t->host.ascii);
    if (t->host.address_len)
        return 0;
    if (len && t->host.ascii[len - 1] == '.')
        t->host.ascii[--len] = '\0';
    return gnutls_server_name_set(t->session, GNUTLS_NAME_DNS, t->host.ascii, len);
}

static int set_up(struct tls *t)
{
    /* One certificate at most, and the user named it: shown whichever issuers are asked for. */
    int code = gnutls_init(&t->session, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_TICKETS |
                                            GNUTLS_FORCE_CLIENT_CERT);
    if (code != 0)
        return code;
    gnutls_session_set_ptr(t->session, t);
    gnutls_session_set_verify_function(t->session, check_peer);
    gnutls_transport_set_ptr(t->session, t);
    gnutls_transport_set_pull_function(t->session, pull);
    gnutls_transport_set_push_function(t->session, push);
    code = gnutls_priority_set(t->session, t->trust->priority);
    if (code == 0)
        code =
            gnutls_credentials_set(t->session, GNUTLS_CRD_CERTIFICATE, t->trust->credentials);
    return code == 0 ? name_server(t) : code;
}

struct tls *tls_new(const struct tls_trust *trust, int fd, const char *host)
{
    struct tls *t = xcalloc(1, sizeof *t);
    t->trust = trust;
    t->fd = fd;
    t->name = xstrdup(host);
    t->version = "";
    if (!host_parse(&t->host, host, &t->err))
        return t;
    int code = set_up(t);
    if (code != 0)
        err_set(&t->err, ERR_PROTOCOL, _("TLS cannot be started: %s"), gnutls_strerror(code));
    return t;
}

void tls_free(struct tls *t)
{
    if (!t)
        return;
    if (t->session)
        gnutls_deinit(t->session);
    free(t->name);
    free(t);
}

static void fail_alert(struct tls *t)
{
    gnutls_alert_description_t alert = gnutls_alert_get(t->session);
    const char *name = gnutls_alert_get_name(alert);
    if (alert == GNUTLS_A_PROTOCOL_VERSION)
        err_set(&t->err, ERR_PROTOCOL, "%s",
                _("the server wants an older TLS than 1.2, which is not safe"));
    else if (alert == GNUTLS_A_HANDSHAKE_FAILURE || alert == GNUTLS_A_INSUFFICIENT_SECURITY)
        err_set(&t->err, ERR_PROTOCOL, "%s",
                _("the server knows no cipher that is safe, or refuses this client"));
    else
        err_set(&t->err, ERR_PROTOCOL, _("the server ended TLS: %s (alert %d)"),
                name ? name : "?", (int)alert);
}

static void fail_io(struct tls *t)
{
    if (t->io_error == ECONNRESET || t->io_error == EPIPE)
        err_set(&t->err, ERR_IO, "%s", _("the server reset the connection"));
    else
        err_set(&t->err, ERR_IO, _("the connection broke: %s"), strerror(t->io_error));
}

/* The record types with which a server may begin: alert and handshake (RFC 8446 section 5.1).
 */
static bool speaks_tls(const struct tls *t)
{
    return !t->has_heard || t->heard == 21 || t->heard == 22;
}

static enum tls_result fail(struct tls *t, int code)
{
    if (t->err.code != ERR_NONE)
        return TLS_FAILED;
    if (!speaks_tls(t))
        err_set(&t->err, ERR_PROTOCOL, "%s",
                _("the server does not speak TLS on this port; is it the port for STLS "
                  "(--tls starttls)?"));
    else if (code == GNUTLS_E_PULL_ERROR || code == GNUTLS_E_PUSH_ERROR)
        fail_io(t);
    else if (code == GNUTLS_E_PREMATURE_TERMINATION)
        err_set(&t->err, ERR_IO, "%s",
                t->is_up ? _("the connection was cut")
                         : _("the server closed the connection while TLS was starting"));
    else if (code == GNUTLS_E_FATAL_ALERT_RECEIVED)
        fail_alert(t);
    else if (code == GNUTLS_E_UNSUPPORTED_VERSION_PACKET)
        err_set(&t->err, ERR_PROTOCOL, "%s",
                _("the server wants an older TLS than 1.2, which is not safe"));
    else
        err_set(&t->err, ERR_PROTOCOL, _("TLS failed: %s"), gnutls_strerror(code));
    return TLS_FAILED;
}

/* What to do after CODE < 0: TLS_DONE means to try again at once. */
static enum tls_result sort_out(struct tls *t, int code)
{
    if (code == GNUTLS_E_AGAIN && gnutls_record_get_direction(t->session))
        return TLS_WANT_WRITE;
    if (code == GNUTLS_E_AGAIN) /* also behind new keys, while more is held */
        return t->ahead.len ? TLS_DONE : TLS_WANT_READ;
    if (gnutls_error_is_fatal(code) || ++t->nuisances > NUISANCES_MAX)
        return fail(t, code);
    /* TLS 1.2 only.  A second certificate would need a second check: decline. */
    if (code == GNUTLS_E_REHANDSHAKE &&
        (t->unsent ||
         gnutls_alert_send(t->session, GNUTLS_AL_WARNING, GNUTLS_A_NO_RENEGOTIATION) != 0))
        return fail(t, code);
    return TLS_DONE;
}

static enum tls_result finish_handshake(struct tls *t)
{
    if (!t->is_checked) {
        err_set(&t->err, ERR_AUTH, _("%.200s showed no certificate"), t->name);
        return TLS_FAILED;
    }
    t->is_up = true;
    t->nuisances = 0;
    t->version = gnutls_protocol_get_name(gnutls_protocol_get_version(t->session));
    return TLS_DONE;
}

enum tls_result tls_handshake(struct tls *t)
{
    if (t->err.code != ERR_NONE)
        return TLS_FAILED;
    for (;;) {
        int code = gnutls_handshake(t->session);
        if (code == 0)
            return finish_handshake(t);
        enum tls_result result = sort_out(t, code);
        if (result == TLS_FAILED)
            gnutls_alert_send_appropriate(t->session, code);
        if (result != TLS_DONE)
            return result;
    }
}

/* One record. */
static enum tls_result read_record(struct tls *t, char *bytes, size_t size, size_t *got)
{
    for (;;) {
        ssize_t n = gnutls_record_recv(t->session, bytes, size);
        if (n >= 0) {
            *got = (size_t)n;
            t->nuisances = 0;
            return n ? TLS_DONE : TLS_EOF;
        }
        enum tls_result result = sort_out(t, (int)n);
        if (result != TLS_DONE)
            return result;
    }
}

enum tls_result tls_read(struct tls *t, char *bytes, size_t size, size_t *got)
{
    *got = 0;
    if (t->err.code != ERR_NONE)
        return TLS_FAILED;
    enum tls_result result;
    do {
        size_t more = 0;
        result = read_record(t, bytes + *got, size - *got, &more);
        *got += more;
    } while (result == TLS_DONE && *got < size && t->ahead.len);
    return *got ? TLS_DONE : result;
}

enum tls_result tls_write(struct tls *t, const char *bytes, size_t len, size_t *put)
{
    *put = 0;
    if (t->err.code != ERR_NONE)
        return TLS_FAILED;
    assert(len >= t->unsent);
    for (;;) {
        /* What was taken before is encrypted already: GnuTLS only wants to be called again. */
        ssize_t n = t->unsent ? gnutls_record_send(t->session, NULL, 0)
                              : gnutls_record_send(t->session, bytes, len);
        if (n >= 0) {
            *put = (size_t)n;
            t->unsent = 0;
            return TLS_DONE;
        }
        if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED)
            t->unsent = len;
        enum tls_result result = sort_out(t, (int)n);
        if (result != TLS_DONE)
            return result;
    }
}

bool tls_pending(const struct tls *t)
{
    return t->is_up && (t->ahead.len || gnutls_record_check_pending(t->session));
}

void tls_bye(struct tls *t)
{
    if (t->is_up && t->err.code == ERR_NONE)
        gnutls_bye(t->session, GNUTLS_SHUT_WR);
}

struct tls_binding tls_channel_binding(const struct tls *t)
{
    struct tls_binding binding = {TLS_BINDING_NONE, 0, {0}};
    if (!t->is_up)
        return binding;
    bool is_1_3 = gnutls_protocol_get_version(t->session) == GNUTLS_TLS1_3;
    gnutls_datum_t d = {NULL, 0};
    int code = gnutls_session_channel_binding(
        t->session, is_1_3 ? GNUTLS_CB_TLS_EXPORTER : GNUTLS_CB_TLS_UNIQUE, &d);
    if (code == 0 && d.size <= sizeof binding.bytes) {
        binding.type = is_1_3 ? TLS_BINDING_EXPORTER : TLS_BINDING_UNIQUE;
        binding.len = d.size;
        memcpy(binding.bytes, d.data, d.size);
    }
    gnutls_free(d.data);
    return binding;
}

const char *tls_version(const struct tls *t)
{
    return t->version;
}

const char *tls_fingerprint(const struct tls *t)
{
    return t->fingerprint;
}

bool tls_certificate(const struct tls *t, size_t i, struct buf *out)
{
    return t->is_up && tls_chain_line(t->session, i, out);
}

const char *tls_warning(const struct tls *t)
{
    return t->trust->insecure && !t->trust->has_pin ? _("certificate not checked") : "";
}

const struct err *tls_error(const struct tls *t)
{
    return &t->err;
}
