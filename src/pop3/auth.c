#include "config.h"

#include "pop3/auth.h"

#include "base/digest.h"
#include "base/limits.h"

bool auth_plain(struct buf *out, const char *user, const char *password)
{
    /* message = [authzid] NUL authcid NUL passwd (RFC 4616 section 2) */
    struct buf message = BUF_INIT(LIMIT_AUTH_LINE);
    bool fits = buf_append_char(&message, '\0') && buf_append_str(&message, user) &&
                buf_append_char(&message, '\0') && buf_append_str(&message, password) &&
                digest_base64(out, message.data, message.len);
    buf_wipe(&message);
    return fits;
}

/* RFC 5801 section 4: a name in a GS2 header. */
static bool append_saslname(struct buf *out, const char *name)
{
    bool fits = true;
    for (; fits && *name; name++)
        fits = *name == ','   ? buf_append_str(out, "=2C")
               : *name == '=' ? buf_append_str(out, "=3D")
                              : buf_append_char(out, *name);
    return fits;
}

bool auth_oauthbearer(struct buf *out, const char *user, const char *host, unsigned port,
                      const char *token)
{
    struct buf message = BUF_INIT(LIMIT_AUTH_LINE);
    bool fits =
        buf_append_str(&message, "n,a=") && append_saslname(&message, user) &&
        buf_printf(&message, ",\1host=%s\1port=%u\1auth=Bearer %s\1\1", host, port, token) &&
        digest_base64(out, message.data, message.len);
    buf_wipe(&message);
    return fits;
}

bool auth_xoauth2(struct buf *out, const char *user, const char *token)
{
    struct buf message = BUF_INIT(LIMIT_AUTH_LINE);
    bool fits = buf_printf(&message, "user=%s\1auth=Bearer %s\1\1", user, token) &&
                digest_base64(out, message.data, message.len);
    buf_wipe(&message);
    return fits;
}

/* What may stand between the angle brackets of a challenge. */
static bool is_challenge_byte(char c)
{
    return c > ' ' && c < 0x7f && c != '<' && c != '>';
}

bool auth_apop_challenge(struct buf *out, const char *greeting, size_t len)
{
    for (size_t end = len; end > 0; end--) {
        if (greeting[end - 1] != '>')
            continue;
        size_t start = end - 1;
        bool at = false;
        while (start > 0 && is_challenge_byte(greeting[start - 1]))
            at |= greeting[--start] == '@';
        if (at && start > 0 && greeting[start - 1] == '<')
            return buf_append(out, greeting + start - 1, end - start + 1);
    }
    return false;
}

bool auth_apop_digest(struct buf *out, const char *challenge, const char *password)
{
    struct buf text = BUF_INIT(2 * LIMIT_AUTH_LINE);
    uint8_t md5[DIGEST_MD5_SIZE];
    bool fits = buf_append_str(&text, challenge) && buf_append_str(&text, password);
    if (fits) {
        digest_md5(text.data, text.len, md5);
        fits = digest_hex(out, md5, sizeof md5);
    }
    buf_wipe(&text);
    return fits;
}
