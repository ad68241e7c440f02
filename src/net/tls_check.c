#include "config.h"

#include "net/tls_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <gnutls/x509-ext.h>
#include <gnutls/x509.h>

#include "base/i18n.h"
#include "base/text.h"

/* Octets of a name from a certificate that go into a sentence, and how many names. */
#define NAME_MAX_SHOWN 48
#define NAMES_MAX_SHOWN 4

/* LEN octets, or fewer so that at most MAX are left and no UTF-8 character is cut. */
static int cut(const char *text, size_t len, size_t max)
{
    if (len > max) {
        len = max;
        while (len && ((unsigned char)text[len] & 0xc0) == 0x80)
            len--;
    }
    return (int)len;
}

static void add_reason(struct buf *why, const char *reason)
{
    buf_printf(why, "%s%s", why->len ? "; " : "", reason);
}

/* A name that the server chose. */
static bool add_name(struct buf *why, const char *before, const void *name, size_t len)
{
    char *clean = text_clean_line(name, len);
    bool fits =
        buf_printf(why, "%s%.*s", before, cut(clean, strlen(clean), NAME_MAX_SHOWN), clean);
    free(clean);
    return fits;
}

/* ---- faults that need no words from the certificate ----------------------------------------
 */

static void add_plain_faults(struct buf *why, unsigned status)
{
    static const struct {
        unsigned bits;
        const char *words;
    } faults[] = {
        {GNUTLS_CERT_REVOKED, N_("it was revoked by its issuer")},
        {GNUTLS_CERT_PURPOSE_MISMATCH, N_("it was not made for a server")},
        {GNUTLS_CERT_INSECURE_ALGORITHM, N_("its key or its signature is too weak")},
        {GNUTLS_CERT_SIGNATURE_FAILURE, N_("its signature is wrong")},
        {GNUTLS_CERT_SIGNER_NOT_CA, N_("its issuer may not issue certificates")},
        {GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE,
         N_("its issuer may not issue certificates like this one")},
        {GNUTLS_CERT_UNKNOWN_CRIT_EXTENSIONS,
         N_("it makes conditions that are not understood")},
        {GNUTLS_CERT_MISSING_OCSP_STATUS,
         N_("the server must prove that it was not revoked, and did not")},
        {GNUTLS_CERT_INVALID_OCSP_STATUS | GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED |
             GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE,
         N_("the server's proof that it was not revoked is not valid")},
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        if (status & faults[i].bits)
            add_reason(why, _(faults[i].words));
    }
}

/* ---- dates ---------------------------------------------------------------------------------
 */

static void format_date(char date[16], time_t when)
{
    struct tm tm;
    if (!gmtime_r(&when, &tm) || !strftime(date, 16, "%Y-%m-%d", &tm))
        snprintf(date, 16, "?");
}

static void add_date_faults(struct buf *why, gnutls_x509_crt_t leaf, unsigned status)
{
    time_t now = time(NULL);
    time_t from = gnutls_x509_crt_get_activation_time(leaf);
    time_t to = gnutls_x509_crt_get_expiration_time(leaf);
    char date[16], text[128];
    if (status & GNUTLS_CERT_EXPIRED) {
        format_date(date, to);
        snprintf(text, sizeof text, _("it expired on %s"), date);
        add_reason(why, to < now ? text : _("a certificate of its issuers has expired"));
    }
    if (status & GNUTLS_CERT_NOT_ACTIVATED) {
        format_date(date, from);
        snprintf(text, sizeof text, _("it is not valid before %s"), date);
        add_reason(why, from > now ? text : _("a certificate of its issuers is not valid yet"));
    }
}

/* ---- the issuer ----------------------------------------------------------------------------
 */

static bool import(gnutls_x509_crt_t *crt, const gnutls_datum_t *der)
{
    if (gnutls_x509_crt_init(crt) != 0)
        return false;
    if (gnutls_x509_crt_import(*crt, der, GNUTLS_X509_FMT_DER) == 0)
        return true;
    gnutls_x509_crt_deinit(*crt);
    return false;
}

static bool add_issuer_name(struct buf *why, gnutls_x509_crt_t crt, const char *oid)
{
    char name[256];
    size_t size = sizeof name;
    return gnutls_x509_crt_get_issuer_dn_by_oid(crt, oid, 0, 0, name, &size) == 0 && size > 0 &&
           add_name(why, ": ", name, size);
}

/* LAST is the end of the chain that the server showed: its issuer is the one that is missing.
 */
static void add_issuer_fault(struct buf *why, const gnutls_datum_t *last, bool is_alone)
{
    gnutls_x509_crt_t crt;
    if (!import(&crt, last))
        return;
    if (is_alone && gnutls_x509_crt_check_issuer(crt, crt)) {
        add_reason(why, _("it is signed by itself, not by a trusted authority"));
    } else {
        add_reason(why, _("its issuer is not a trusted authority"));
        if (!add_issuer_name(why, crt, GNUTLS_OID_X520_COMMON_NAME))
            add_issuer_name(why, crt, GNUTLS_OID_X520_ORGANIZATION_NAME);
    }
    gnutls_x509_crt_deinit(crt);
}

/* ---- names ---------------------------------------------------------------------------------
 */

/* The subjectAltName of CRT, parsed once (asking the certificate for each name would take
 * quadratic time); NULL where it has none. */
static gnutls_subject_alt_names_t get_names(gnutls_x509_crt_t crt)
{
    gnutls_subject_alt_names_t names;
    gnutls_datum_t der = {0};
    if (gnutls_subject_alt_names_init(&names) != 0)
        return NULL;
    int code =
        gnutls_x509_crt_get_extension_by_oid2(crt, GNUTLS_X509EXT_OID_SAN, 0, &der, NULL);
    if (code == 0)
        code = gnutls_x509_ext_import_subject_alt_names(&der, names, 0);
    gnutls_free(der.data);
    if (code == 0)
        return names;
    gnutls_subject_alt_names_deinit(names);
    return NULL;
}

static bool get_name(gnutls_subject_alt_names_t names, unsigned i, unsigned *type,
                     gnutls_datum_t *value)
{
    return names && gnutls_subject_alt_names_get(names, i, type, value, NULL) == 0;
}

static bool has_name_of_type(gnutls_subject_alt_names_t names, unsigned wanted)
{
    gnutls_datum_t value;
    unsigned type;
    for (unsigned i = 0; get_name(names, i, &type, &value); i++) {
        if (type == wanted)
            return true;
    }
    return false;
}

static bool add_one_name(struct buf *why, const char *before, unsigned type,
                         const gnutls_datum_t *value)
{
    char address[HOST_ADDRESS_SIZE];
    if (type == GNUTLS_SAN_DNSNAME)
        return add_name(why, before, value->data, value->size);
    return host_format_address(value->data, value->size, address) &&
           buf_printf(why, "%s%s", before, address);
}

static void add_name_fault(struct buf *why, gnutls_subject_alt_names_t names)
{
    gnutls_datum_t value;
    unsigned type, shown = 0, left_out = 0;
    if (!has_name_of_type(names, GNUTLS_SAN_DNSNAME) &&
        !has_name_of_type(names, GNUTLS_SAN_IPADDRESS)) {
        add_reason(why, _("it names no host (a CN without subjectAltName does not count)"));
        return;
    }
    add_reason(why, _("it was made for"));
    for (unsigned i = 0; get_name(names, i, &type, &value); i++) {
        if (type != GNUTLS_SAN_DNSNAME && type != GNUTLS_SAN_IPADDRESS)
            continue;
        if (shown < NAMES_MAX_SHOWN && add_one_name(why, shown ? ", " : " ", type, &value))
            shown++;
        else
            left_out++;
    }
    if (left_out)
        buf_printf(why, _(" and %u more"), left_out);
}

/* ---- the judgement -------------------------------------------------------------------------
 */

static void add_faults(struct buf *why, gnutls_x509_crt_t leaf, const gnutls_datum_t *last,
                       bool is_alone, unsigned status)
{
    add_plain_faults(why, status);
    add_date_faults(why, leaf, status);
    if (status & GNUTLS_CERT_SIGNER_NOT_FOUND)
        add_issuer_fault(why, last, is_alone);
}

static bool judge(const gnutls_datum_t *chain, unsigned len, const struct host *host,
                  unsigned status, struct buf *why)
{
    gnutls_x509_crt_t leaf;
    if (!import(&leaf, &chain[0])) {
        add_reason(why, _("it cannot be read"));
        return false;
    }
    /* RFC 9525 section 6.3: only the subjectAltName counts; GnuTLS would fall back to a CN. */
    gnutls_subject_alt_names_t names = get_names(leaf);
    bool fits =
        !(status & GNUTLS_CERT_UNEXPECTED_OWNER) &&
        has_name_of_type(names, host->address_len ? GNUTLS_SAN_IPADDRESS : GNUTLS_SAN_DNSNAME);
    bool passes = status == 0 && fits;
    add_faults(why, leaf, &chain[len - 1], len == 1, status);
    if (!fits)
        add_name_fault(why, names);
    if (!passes && !why->len)
        add_reason(why, _("it is not valid"));
    if (names)
        gnutls_subject_alt_names_deinit(names);
    gnutls_x509_crt_deinit(leaf);
    return passes;
}

bool tls_check_peer(gnutls_session_t session, const struct host *host, struct buf *why)
{
    struct host wanted = *host;
    gnutls_typed_vdata_st data[2] = {
        {.type = GNUTLS_DT_DNS_HOSTNAME, .data = (unsigned char *)wanted.ascii},
        {.type = GNUTLS_DT_KEY_PURPOSE_OID, .data = (unsigned char *)GNUTLS_KP_TLS_WWW_SERVER},
    };
    if (host->address_len)
        data[0] = (gnutls_typed_vdata_st){.type = GNUTLS_DT_IP_ADDRESS,
                                          .data = wanted.address,
                                          .size = (unsigned)wanted.address_len};
    unsigned status = 0, len = 0;
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &len);
    int code = gnutls_certificate_verify_peers(session, data, 2, &status);
    if (code == 0 && chain && len) /* which only says that STATUS is worth reading */
        return judge(chain, len, host, status, why);
    add_reason(why, gnutls_strerror(code));
    return false;
}
