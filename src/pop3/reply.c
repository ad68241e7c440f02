#include "config.h"

#include "pop3/reply.h"

#include <string.h>

#include "base/ascii.h"
#include "base/limits.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void skip_blanks(const char **p, const char *end)
{
    while (*p < end && is_blank(**p))
        ++*p;
}

/* ---- status lines ------------------------------------------------------------------------ */

static bool starts_with(const char *line, size_t len, const char *word)
{
    size_t n = strlen(word);
    return len >= n && ascii_same(line, word, n) && (len == n || is_blank(line[n]));
}

/* "[CODE]" at the front of the text (RFC 2449 section 8, RFC 3206 section 4). */
static enum reply_code take_code(const char **text, const char *end)
{
    static const struct {
        const char *word;
        enum reply_code code;
    } codes[] = {
        {"IN-USE", REPLY_IN_USE},     {"LOGIN-DELAY", REPLY_LOGIN_DELAY},
        {"SYS/TEMP", REPLY_SYS_TEMP}, {"SYS/PERM", REPLY_SYS_PERM},
        {"AUTH", REPLY_AUTH},
    };
    const char *p = *text;
    const char *close = p < end && *p == '[' ? memchr(p, ']', (size_t)(end - p)) : NULL;
    if (!close)
        return REPLY_CODE_NONE;
    const char *word = p + 1;
    size_t len = (size_t)(close - word);
    if (memchr(word, ' ', len)) /* "[Errno 2]": an error of the server's own */
        return REPLY_CODE_NONE;
    *text = close + 1;
    skip_blanks(text, end);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (ascii_is(word, len, codes[i].word))
            return codes[i].code;
    return REPLY_CODE_OTHER;
}

struct reply reply_parse(const char *line, size_t len)
{
    struct reply r = {REPLY_GARBAGE, REPLY_CODE_NONE, line, len};
    const char *text = line, *end = line + len;
    if (starts_with(line, len, "+OK")) {
        r.status = REPLY_OK;
        text += 3;
    } else if (starts_with(line, len, "-ERR")) {
        r.status = REPLY_ERR;
        text += 4;
    } else if (starts_with(line, len, "+")) {
        r.status = REPLY_CONTINUE;
        text += 1;
    } else {
        return r;
    }
    skip_blanks(&text, end);
    if (r.status == REPLY_ERR)
        r.code = take_code(&text, end);
    r.text = text;
    r.len = (size_t)(end - text);
    return r;
}

static bool has_any(const char *text, size_t len, const char *const words[])
{
    for (; *words; words++)
        for (size_t n = strlen(*words), i = 0; i + n <= len; i++)
            if (ascii_same(text + i, *words, n))
                return true;
    return false;
}

enum reply_code reply_guess(const char *text, size_t len)
{
    static const char *const maildrops[] = {"maildrop",  "mail drop",  "mailbox", "mail box",
                                            "mail lock", "spool file", NULL};
    static const char *const locked[] = {"lock",       "in use",       "busy",
                                         "being used", "already open", NULL};
    static const char *const too_often[] = {"login limit",     "too frequent",
                                            "minutes between", "seconds between",
                                            "logins must be",  NULL};
    if (has_any(text, len, maildrops) && has_any(text, len, locked))
        return REPLY_IN_USE;
    return has_any(text, len, too_often) ? REPLY_LOGIN_DELAY : REPLY_CODE_NONE;
}

/* ---- numbers ----------------------------------------------------------------------------- */

/* Digits up to a blank or the end; blanks before them are skipped. */
static bool take_number(const char **p, const char *end, uint64_t *number)
{
    skip_blanks(p, end);
    uint64_t n = 0;
    const char *start = *p;
    for (; *p < end && **p >= '0' && **p <= '9'; ++*p) {
        unsigned digit = (unsigned)(**p - '0');
        if (n > (UINT64_MAX - digit) / 10)
            return false;
        n = n * 10 + digit;
    }
    if (*p == start || (*p < end && !is_blank(**p)))
        return false;
    *number = n;
    return true;
}

static bool take_message_number(const char **p, const char *end, uint32_t *number)
{
    uint64_t n;
    if (!take_number(p, end, &n) || n < 1 || n > LIMIT_MESSAGES)
        return false;
    *number = (uint32_t)n;
    return true;
}

bool reply_stat(const char *text, size_t len, uint64_t *count, uint64_t *octets)
{
    const char *p = text, *end = text + len;
    uint64_t n, size;
    if (!take_number(&p, end, &n) || !take_number(&p, end, &size))
        return false;
    *count = n;
    *octets = size;
    return true;
}

bool reply_list(const char *line, size_t len, uint32_t *number, uint64_t *octets)
{
    const char *p = line, *end = line + len;
    uint32_t n;
    uint64_t size;
    if (!take_message_number(&p, end, &n) || !take_number(&p, end, &size))
        return false;
    *number = n;
    *octets = size;
    return true;
}

static bool is_uid_byte(char c)
{
    unsigned char u = (unsigned char)c;
    return u > ' ' && u != 0x7f;
}

bool reply_uidl(const char *line, size_t len, uint32_t *number, const char **uid,
                size_t *uid_len)
{
    const char *p = line, *end = line + len;
    if (!take_message_number(&p, end, number))
        return false;
    skip_blanks(&p, end);
    while (end > p && is_blank(end[-1]))
        end--;
    *uid = p;
    *uid_len = (size_t)(end - p);
    bool usable = *uid_len <= LIMIT_UIDL;
    for (; usable && p < end; p++)
        usable = is_uid_byte(*p);
    if (!usable)
        *uid_len = 0;
    return true;
}

/* ---- capabilities ------------------------------------------------------------------------ */

enum reply_capa reply_capa(const char *line, size_t len, const char **args, size_t *args_len)
{
    static const struct {
        const char *word;
        enum reply_capa capa;
    } words[] = {
        {"TOP", CAPA_TOP},
        {"UIDL", CAPA_UIDL},
        {"USER", CAPA_USER},
        {"SASL", CAPA_SASL},
        {"PIPELINING", CAPA_PIPELINING},
        {"RESP-CODES", CAPA_RESP_CODES},
        {"AUTH-RESP-CODE", CAPA_AUTH_RESP_CODE},
        {"STLS", CAPA_STLS},
        {"EXPIRE", CAPA_EXPIRE},
        {"LOGIN-DELAY", CAPA_LOGIN_DELAY},
        {"IMPLEMENTATION", CAPA_IMPLEMENTATION},
        {"UTF8", CAPA_UTF8},
        {"LANG", CAPA_LANG},
    };
    const char *end = line + len, *p = line;
    while (p < end && !is_blank(*p))
        p++;
    size_t word_len = (size_t)(p - line);
    skip_blanks(&p, end);
    *args = p;
    *args_len = (size_t)(end - p);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (ascii_is(line, word_len, words[i].word))
            return words[i].capa;
    return 0;
}

bool reply_has_word(const char *args, size_t args_len, const char *word)
{
    const char *p = args, *end = args + args_len;
    while (p < end) {
        skip_blanks(&p, end);
        const char *start = p;
        while (p < end && !is_blank(*p))
            p++;
        if (ascii_is(start, (size_t)(p - start), word))
            return true;
    }
    return false;
}
