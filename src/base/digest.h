/* MD5 (for APOP only), SHA-256, and the printable forms of bytes. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define DIGEST_MD5_SIZE 16
#define DIGEST_SHA256_SIZE 32

void digest_md5(const void *bytes, size_t len, uint8_t out[DIGEST_MD5_SIZE]);
void digest_sha256(const void *bytes, size_t len, uint8_t out[DIGEST_SHA256_SIZE]);

/* Lower-case hexadecimal, and base64 (RFC 4648) without line breaks, appended to OUT.
 * False where OUT's cap is too small; then nothing was appended. */
bool digest_hex(struct buf *out, const uint8_t *bytes, size_t len);
bool digest_base64(struct buf *out, const void *bytes, size_t len);

#endif
