#include "config.h"

#include "client/sasl_check.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"

bool sasl_check_fail(const char *mechanism, struct err *e)
{
    err_set(e, ERR_PROTOCOL, _("The server's challenge for %s makes no sense."), mechanism);
    return false;
}

/* The number behind ",i=" of a SCRAM server's first message (RFC 5802 section 5.1). */
static bool check_rounds(const char *mechanism, const char *bytes, size_t len, struct err *e)
{
    static const char key[] = ",i=";
    const char *end = bytes + len, *p = bytes;
    while (end - p >= (ptrdiff_t)strlen(key) && memcmp(p, key, strlen(key)))
        p++;
    if (end - p < (ptrdiff_t)strlen(key))
        return sasl_check_fail(mechanism, e);
    uint64_t rounds = 0;
    for (p += strlen(key); p < end && *p >= '0' && *p <= '9' && rounds <= LIMIT_SCRAM_ROUNDS;
         p++)
        rounds = rounds * 10 + (unsigned)(*p - '0');
    if (rounds <= LIMIT_SCRAM_ROUNDS)
        return true;
    err_set(e, ERR_PROTOCOL,
            _("The server asks %s for more than %u rounds of hashing, which is an attack or a "
              "mistake; the login was called off."),
            mechanism, LIMIT_SCRAM_ROUNDS);
    return false;
}

/* A SCRAM server's last message may be a refusal: "e=invalid-proof". */
static bool check_verdict(const char *mechanism, const char *bytes, size_t len, struct err *e)
{
    if (len < 2 || memcmp(bytes, "e=", 2))
        return true;
    err_set(e, ERR_AUTH, _("The server refused the login by %s. It said: %.*s"), mechanism,
            (int)(len > 100 ? 100 : len - 2), bytes + 2);
    return false;
}

static unsigned number_at(const char *bytes, size_t at)
{
    const unsigned char *u = (const unsigned char *)bytes + at;
    return u[0] | u[1] << 8 | u[2] << 16 | (unsigned)u[3] << 24;
}

/* NTLM's second message names a piece of itself to be sent back.  The library takes the rest of
 * its buffer, with whatever memory held before, for a part of the message. */
static bool check_ntlm(const char *mechanism, const char *bytes, size_t len, struct err *e)
{
    static const char head[12] = "NTLMSSP\0\2\0\0\0";
    enum { NAME_LEN = 12, NAME_AT = 16, FIXED = 32 };
    if (len < FIXED || memcmp(bytes, head, sizeof head))
        return sasl_check_fail(mechanism, e);
    unsigned size = number_at(bytes, NAME_LEN) & 0xffff, at = number_at(bytes, NAME_AT);
    if (at > len || size > len - at)
        return sasl_check_fail(mechanism, e);
    return true;
}

bool sasl_check(const char *mechanism, unsigned steps, const char *bytes, size_t len,
                struct err *e)
{
    bool is_scram = !strncmp(mechanism, "SCRAM-", strlen("SCRAM-"));
    if (is_scram && steps == 1)
        return check_rounds(mechanism, bytes, len, e);
    if (is_scram && steps == 2)
        return check_verdict(mechanism, bytes, len, e);
    return strcmp(mechanism, "NTLM") || check_ntlm(mechanism, bytes, len, e);
}
