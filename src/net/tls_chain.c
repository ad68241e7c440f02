#include "config.h"

#include "net/tls_chain.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <gnutls/x509.h>

#include "base/i18n.h"
#include "base/text.h"
#include "net/pin.h"

#define DAY_S 86400

static void append_name(struct buf *out, const gnutls_datum_t *name)
{
    char *clean = text_clean_line((const char *)name->data, name->size);
    buf_append_str(out, clean);
    free(clean);
}

static void append_day(struct buf *out, time_t when)
{
    struct tm tm;
    char day[16] = "?";
    if (gmtime_r(&when, &tm))
        strftime(day, sizeof day, "%Y-%m-%d", &tm);
    buf_append_str(out, day);
}

static void append_validity(struct buf *out, gnutls_x509_crt_t certificate)
{
    time_t from = gnutls_x509_crt_get_activation_time(certificate);
    time_t to = gnutls_x509_crt_get_expiration_time(certificate);
    long days = (long)((to - time(NULL)) / DAY_S);
    buf_append_str(out, _("; valid from "));
    append_day(out, from);
    buf_append_str(out, _(" to "));
    append_day(out, to);
    buf_printf(out, _n(" (%ld day left)", " (%ld days left)", (unsigned long)days), days);
}

static void append_names(struct buf *out, gnutls_x509_crt_t certificate)
{
    gnutls_datum_t name = {0};
    if (gnutls_x509_crt_get_dn3(certificate, &name, 0) == 0)
        append_name(out, &name);
    gnutls_free(name.data);
    char san[256];
    size_t len = sizeof san;
    for (unsigned i = 0; gnutls_x509_crt_get_subject_alt_name(certificate, i, san, &len,
                                                              NULL) == GNUTLS_SAN_DNSNAME;
         i++, len = sizeof san) {
        char *clean = text_clean_line(san, strnlen(san, len));
        buf_printf(out, ", %s", clean);
        free(clean);
    }
    name = (gnutls_datum_t){0};
    buf_append_str(out, _("; issued by "));
    if (gnutls_x509_crt_get_issuer_dn3(certificate, &name, 0) == 0)
        append_name(out, &name);
    gnutls_free(name.data);
}

bool tls_chain_line(gnutls_session_t session, size_t i, struct buf *out)
{
    unsigned count = 0;
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &count);
    gnutls_x509_crt_t certificate;
    if (!chain || i >= count || gnutls_x509_crt_init(&certificate))
        return false;
    if (gnutls_x509_crt_import(certificate, &chain[i], GNUTLS_X509_FMT_DER) == 0) {
        append_names(out, certificate);
        append_validity(out, certificate);
    }
    gnutls_x509_crt_deinit(certificate);
    struct pin pin;
    char text[PIN_TEXT_SIZE];
    digest_sha256(chain[i].data, chain[i].size, pin.sha256);
    pin_format(&pin, text);
    buf_printf(out, "; SHA256 %s", text);
    return true;
}
