/* Certificates made on the spot, good and bad ones, for tests of TLS.  Nothing is kept on disk
 * but the CA file that a test asks for. */
#ifndef TESTS_SUPPORT_CERTS_H
#define TESTS_SUPPORT_CERTS_H

#include <stdbool.h>
#include <time.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#define CERTS_NAMES_MAX 32

/* What is not said is as in a good certificate without names. */
struct certs_spec {
    const char *cn;
    const char *dns[CERTS_NAMES_MAX];
    const char *raw_dns; /* instead of `dns`: any octets, which GnuTLS would not write */
    const char *ip;
    const char *uri;
    time_t from, to;     /* 0: yesterday, tomorrow */
    const char *purpose; /* an OID; NULL: GNUTLS_KP_TLS_WWW_SERVER */
    bool is_ca;
    bool is_weak; /* RSA of 1024 bits */
};

struct certs_pair {
    gnutls_x509_crt_t crt;
    gnutls_x509_privkey_t key;
};

/* Signed by ISSUER, or by itself where that is NULL.  A fault ends the test. */
struct certs_pair certs_issue(const struct certs_spec *spec, const struct certs_pair *issuer);
void certs_release(struct certs_pair *c);

/* A new file in PEM form; its name goes into PATH ("/tmp/...XXXXXX").  The caller unlinks it.
 */
void certs_write(const struct certs_pair *c, char *path);
/* The same of its key, encrypted with PASSWORD if that is not NULL. */
void certs_write_key(const struct certs_pair *c, const char *password, char *path);
/* "AB:CD:...", the SHA-256 of the DER form. */
void certs_fingerprint(const struct certs_pair *c, char text[96]);

#endif
