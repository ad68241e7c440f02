/* Encoded words, charsets and codecs: the result is UTF-8 and of a bounded size, with room or
 * without.  The first byte chooses what undeclared text is taken for. */
#include <stdint.h>
#include <stdlib.h>

#include "mail/charset.h"
#include "mail/codec.h"
#include "mail/rfc2047.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool held)
{
    if (!held)
        abort();
}

static void check_decode(const char *text, size_t len, size_t cap,
                         const struct rfc2047_context *context)
{
    struct buf out = BUF_INIT(cap);
    rfc2047_decode(&out, text, len, context);
    require(out.len <= cap && charset_is_utf8(out.data, out.len));
    buf_release(&out);
}

static void check_codecs(const char *text, size_t len)
{
    struct buf out = BUF_INIT(len);
    codec_base64(&out, text, len);
    require(out.len <= len / 4 * 3 + 2);
    buf_clear(&out);
    codec_quoted_printable(&out, text, len);
    buf_clear(&out);
    codec_q(&out, text, len);
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const hints[] = {NULL,          "utf-8",  "us-ascii", "koi8-r",
                                        "iso-2022-jp", "gb2312", "utf-7",    "none"};
    static const char *const fallbacks[] = {"euc-kr", "koi8-r", NULL};
    if (!size)
        return 0;
    const struct rfc2047_context context = {hints[data[0] & 7], data[0] & 8 ? fallbacks : NULL};
    const char *text = (const char *)data + 1;
    check_decode(text, size - 1, 16 * size, &context);
    check_decode(text, size - 1, data[0] >> 4, &context);
    check_codecs(text, size - 1);
    return 0;
}
