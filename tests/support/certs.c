#include "tests/support/certs.h"

#include <criterion/criterion.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gnutls/x509-ext.h>

static void must(int code)
{
    cr_assert_geq(code, 0, "%s", gnutls_strerror(code));
}

/* SEQUENCE { [2] IA5String }, all of it shorter than 128 octets. */
static void add_raw_name(gnutls_x509_crt_t crt, const char *name)
{
    size_t len = strlen(name);
    unsigned char der[128] = {0x30, (unsigned char)(len + 2), 0x82, (unsigned char)len};
    cr_assert_lt(len, 120);
    memcpy(der + 4, name, len);
    must(gnutls_x509_crt_set_extension_by_oid(crt, GNUTLS_X509EXT_OID_SAN, der,
                                              (unsigned)len + 4, 0));
}

static void add_names(gnutls_x509_crt_t crt, const struct certs_spec *spec)
{
    for (size_t i = 0; i < CERTS_NAMES_MAX && spec->dns[i]; i++)
        must(gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME, spec->dns[i],
                                                  (unsigned)strlen(spec->dns[i]),
                                                  GNUTLS_FSAN_APPEND));
    if (spec->raw_dns)
        add_raw_name(crt, spec->raw_dns);
    if (spec->uri)
        must(gnutls_x509_crt_set_subject_alt_name(
            crt, GNUTLS_SAN_URI, spec->uri, (unsigned)strlen(spec->uri), GNUTLS_FSAN_APPEND));
    if (spec->ip) {
        unsigned char bytes[16];
        bool is_v6 = inet_pton(AF_INET6, spec->ip, bytes) == 1;
        cr_assert(is_v6 || inet_pton(AF_INET, spec->ip, bytes) == 1);
        must(gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, bytes,
                                                  is_v6 ? 16 : 4, GNUTLS_FSAN_APPEND));
    }
}

static gnutls_x509_privkey_t make_key(bool is_weak)
{
    gnutls_x509_privkey_t key;
    must(gnutls_x509_privkey_init(&key));
    if (is_weak)
        must(gnutls_x509_privkey_generate(key, GNUTLS_PK_RSA, 1024, 0));
    else
        must(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
                                          GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
    return key;
}

static void describe(gnutls_x509_crt_t crt, const struct certs_spec *spec)
{
    static unsigned char serial;
    unsigned char number[2] = {1, ++serial};
    const time_t day = 24 * 60 * 60;
    must(gnutls_x509_crt_set_version(crt, 3));
    must(gnutls_x509_crt_set_serial(crt, number, sizeof number));
    must(gnutls_x509_crt_set_activation_time(crt, spec->from ? spec->from : time(NULL) - day));
    must(gnutls_x509_crt_set_expiration_time(crt, spec->to ? spec->to : time(NULL) + day));
    must(gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, spec->cn,
                                       (unsigned)strlen(spec->cn)));
    must(gnutls_x509_crt_set_basic_constraints(crt, spec->is_ca, -1));
    if (spec->is_ca) {
        must(gnutls_x509_crt_set_key_usage(crt, GNUTLS_KEY_KEY_CERT_SIGN));
        return;
    }
    must(gnutls_x509_crt_set_key_usage(crt, GNUTLS_KEY_DIGITAL_SIGNATURE));
    must(gnutls_x509_crt_set_key_purpose_oid(
        crt, spec->purpose ? spec->purpose : GNUTLS_KP_TLS_WWW_SERVER, 0));
    add_names(crt, spec);
}

struct certs_pair certs_issue(const struct certs_spec *spec, const struct certs_pair *issuer)
{
    struct certs_pair c = {.key = make_key(spec->is_weak)};
    must(gnutls_x509_crt_init(&c.crt));
    describe(c.crt, spec);
    must(gnutls_x509_crt_set_key(c.crt, c.key));
    if (!issuer)
        issuer = &c;
    must(gnutls_x509_crt_sign2(c.crt, issuer->crt, issuer->key, GNUTLS_DIG_SHA256, 0));
    return c;
}

void certs_release(struct certs_pair *c)
{
    gnutls_x509_crt_deinit(c->crt);
    gnutls_x509_privkey_deinit(c->key);
}

static void write_pem(gnutls_datum_t pem, char *path)
{
    int fd = mkstemp(path);
    cr_assert(fd >= 0 && write(fd, pem.data, pem.size) == (ssize_t)pem.size);
    close(fd);
    gnutls_free(pem.data);
}

void certs_write(const struct certs_pair *c, char *path)
{
    gnutls_datum_t pem;
    must(gnutls_x509_crt_export2(c->crt, GNUTLS_X509_FMT_PEM, &pem));
    write_pem(pem, path);
}

void certs_write_key(const struct certs_pair *c, const char *password, char *path)
{
    gnutls_datum_t pem;
    must(gnutls_x509_privkey_export2_pkcs8(
        c->key, GNUTLS_X509_FMT_PEM, password,
        password ? GNUTLS_PKCS_PBES2_AES_256 : GNUTLS_PKCS_PLAIN, &pem));
    write_pem(pem, path);
}

void certs_fingerprint(const struct certs_pair *c, char text[96])
{
    unsigned char sha256[32];
    size_t size = sizeof sha256;
    must(gnutls_x509_crt_get_fingerprint(c->crt, GNUTLS_DIG_SHA256, sha256, &size));
    for (size_t i = 0; i < sizeof sha256; i++)
        snprintf(text + 3 * i, 4, i < 31 ? "%02X:" : "%02X", sha256[i]);
}
