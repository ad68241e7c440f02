#include "config.h"

#include "base/digest.h"

#include <stdlib.h>

#include <nettle/base64.h>
#include <nettle/md5.h>
#include <nettle/sha2.h>

#include "base/mem.h"

void digest_md5(const void *bytes, size_t len, uint8_t out[DIGEST_MD5_SIZE])
{
    struct md5_ctx md5;
    md5_init(&md5);
    md5_update(&md5, len, bytes);
    md5_digest(&md5, DIGEST_MD5_SIZE, out);
    mem_wipe(&md5, sizeof md5);
}

void digest_sha256(const void *bytes, size_t len, uint8_t out[DIGEST_SHA256_SIZE])
{
    struct sha256_ctx sha;
    sha256_init(&sha);
    sha256_update(&sha, len, bytes);
    sha256_digest(&sha, DIGEST_SHA256_SIZE, out);
}

bool digest_hex(struct buf *out, const uint8_t *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    size_t start = out->len;
    for (size_t i = 0; i < len; i++) {
        char pair[2] = {digits[bytes[i] >> 4], digits[bytes[i] & 15]};
        if (!buf_append(out, pair, 2)) {
            buf_truncate(out, start);
            return false;
        }
    }
    return true;
}

bool digest_base64(struct buf *out, const void *bytes, size_t len)
{
    size_t size = BASE64_ENCODE_RAW_LENGTH(len);
    char *text = xmalloc(size);
    base64_encode_raw(text, len, bytes);
    bool fits = buf_append(out, text, size);
    mem_wipe(text, size); /* it may hold a password */
    free(text);
    return fits;
}
