/* TLS by GnuTLS, the only module that knows it.  Policy: NORMAL:%PROFILE_MEDIUM, TLS 1.3
 * and 1.2, the system's trust or one CA file, the certificate made for a server, its name in
 * the SAN (a CN alone is refused; RFC 9525), no session resumption, no early data.  A pin
 * (SHA-256 of the certificate) replaces all of these checks but the pin. */
#ifndef NET_TLS_H
#define NET_TLS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct tls_config {
    const char *ca_file; /* PEM; NULL: the system's trust */
    const char *pin;     /* SHA-256 of the certificate, hexadecimal, colons allowed; or NULL */
    bool insecure;       /* accept any certificate (and say so); a pin still counts */
    const char *cert;    /* our own, shown where the server asks for one; PEM; or NULL */
    const char *key;     /* its private key; NULL: it stands in the same file */
};

/* Trust, loaded once and shared by the sessions of one account.  NULL with E set where a file
 * cannot be read, holds no certificate or key, the two do not belong together, or the pin is
 * malformed. */
struct tls_trust;
struct tls_trust *tls_trust_new(const struct tls_config *config, struct err *e);
void tls_trust_free(struct tls_trust *t);

enum tls_result { TLS_DONE, TLS_WANT_READ, TLS_WANT_WRITE, TLS_EOF, TLS_FAILED };

struct tls;

/* A session over the connected non-blocking FD (not owned); TRUST must outlive it.  HOST is the
 * name to check, as the user gave it (IDN allowed), or an IP address; copied. */
struct tls *tls_new(const struct tls_trust *trust, int fd, const char *host);
void tls_free(struct tls *t);

/* Drive until it is not TLS_WANT_*.  A certificate fault gives ERR_AUTH, and a sentence that
 * names the fault in plain words, the certificate's own names or dates, and the fingerprint to
 * pin. */
enum tls_result tls_handshake(struct tls *t);
/* *GOT > 0 with TLS_DONE.  TLS_EOF only for a proper close_notify; a bare TCP end is TLS_FAILED
 * ("the connection was cut"). */
enum tls_result tls_read(struct tls *t, char *bytes, size_t size, size_t *got);
/* After TLS_WANT_* the same bytes must come again, more may follow them. */
enum tls_result tls_write(struct tls *t, const char *bytes, size_t len, size_t *put);
/* Decrypted bytes wait inside: read before polling. */
bool tls_pending(const struct tls *t);
/* Sends close_notify without waiting. */
void tls_bye(struct tls *t);

/* What only the two ends of this session know (RFC 5056): in a login it shows that nobody sits
 * between them.  tls-exporter (RFC 9266) in TLS 1.3, tls-unique (RFC 5929) in TLS 1.2; of type
 * NONE before the handshake is done. */
enum tls_binding_type { TLS_BINDING_NONE, TLS_BINDING_UNIQUE, TLS_BINDING_EXPORTER };
struct tls_binding {
    enum tls_binding_type type;
    size_t len;
    unsigned char bytes[64];
};
struct tls_binding tls_channel_binding(const struct tls *t);

/* "TLS1.3"; and the certificate's SHA-256 as colon-separated upper-case hexadecimal; "" before
 * the handshake. */
const char *tls_version(const struct tls *t);
const char *tls_fingerprint(const struct tls *t);
/* Certificate I of those that the server showed, its own first, in one line of clean text; false
 * behind the last. */
bool tls_certificate(const struct tls *t, size_t i, struct buf *out);
/* What was not checked, in words; "" where all was. */
const char *tls_warning(const struct tls *t);
const struct err *tls_error(const struct tls *t);

#endif
