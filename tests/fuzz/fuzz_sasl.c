/* What a server may say while we log in: the first byte chooses the mechanism, the lines behind
 * it are challenges, encoded on the way where they do not begin with '!'.  An answer is one line
 * of base64, and what has none has a reason. */
#include <gsasl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/limits.h"
#include "client/sasl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stands before the library's own, so that the corpus can answer it. */
int gsasl_nonce(char *data, size_t len);
int gsasl_nonce(char *data, size_t len)
{
    memset(data, 'n', len);
    return GSASL_OK;
}

static void require(bool held)
{
    if (!held)
        abort();
}

static bool is_base64(const char *text)
{
    static const char set[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    return !text[strspn(text, set)];
}

/* One challenge; false where it ends the login. */
static bool challenge(struct sasl *s, const char *text, size_t len)
{
    struct buf line = BUF_INIT(SIZE_MAX / 4), response = BUF_INIT(LIMIT_AUTH_LINE);
    struct err e = {0};
    if (len && *text == '!')
        buf_append(&line, text + 1, len - 1);
    else
        digest_base64(&line, text, len);
    bool good = sasl_step(s, line.data, line.len, &response, &e);
    require(good == (e.code == ERR_NONE) && is_base64(response.data));
    buf_wipe(&response);
    buf_release(&line);
    return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"SCRAM-SHA-1", "SCRAM-SHA-256", "DIGEST-MD5",
                                        "CRAM-MD5",    "NTLM",          "LOGIN",
                                        "OAUTHBEARER", "XOAUTH2"};
    if (!size || !sasl_knows(names[data[0] & 7], TLS_BINDING_NONE))
        return 0;
    struct err e = {0};
    struct sasl *s = sasl_new(&(struct sasl_setup){.mechanism = names[data[0] & 7],
                                                   .user = "user",
                                                   .secret = "pencil",
                                                   .host = "h",
                                                   .port = 995},
                              &e);
    require(s != NULL);
    const char *text = (const char *)data + 1, *end = (const char *)data + size;
    bool goes_on = true;
    while (goes_on && text < end) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        goes_on = challenge(s, text, (size_t)((stop ? stop : end) - text));
        text = stop ? stop + 1 : end;
    }
    sasl_free(s);
    return 0;
}
