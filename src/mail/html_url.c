#include "config.h"

#include "mail/html_url.h"

#include <string.h>

#include "base/ascii.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
    return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static bool is_hex(char c)
{
    return is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'f');
}

/* ---- targets ----------------------------------------------------------------------------- */

/* The bytes of U+0085, U+2028 and U+2029, where lines end too; 0 for others. */
static size_t line_end(const char *p, size_t len)
{
    if (len >= 2 && !memcmp(p, "\xC2\x85", 2))
        return 2;
    bool ends = len >= 3 && (!memcmp(p, "\xE2\x80\xA8", 3) || !memcmp(p, "\xE2\x80\xA9", 3));
    return ends ? 3 : 0;
}

static bool is_blank(char c)
{
    return (unsigned char)c <= ' ';
}

/* What may stand in a line as it is. */
static size_t plain_run(const char *p, size_t len)
{
    size_t n = 0;
    while (n < len && !is_blank(p[n]) && p[n] != 0x7f && !line_end(p + n, len - n))
        n++;
    return n;
}

bool html_url_target(struct buf *out, const char *href, size_t len)
{
    while (len && is_blank(*href)) {
        href++;
        len--;
    }
    while (len && is_blank(href[len - 1]))
        len--;
    bool whole = true;
    for (size_t i = 0; whole && i < len;) {
        size_t plain = plain_run(href + i, len - i), room = out->cap - out->len;
        whole = plain <= room;
        buf_append(out, href + i, whole ? plain : room);
        i += plain;
        size_t end = i < len ? line_end(href + i, len - i) : 0;
        for (size_t last = i + (end ? end : 1); whole && i < last && i < len; i++)
            if (!strchr("\t\r\n", href[i]) || !href[i])
                whole = buf_printf(out, "%%%02X", (unsigned char)href[i]);
    }
    return whole;
}

/* RFC 3986 section 3.1; the length with the colon, or 0. */
static size_t scheme_length(const char *target, size_t len)
{
    size_t n = 0;
    while (n < len && (is_alpha(target[n]) || is_digit(target[n]) ||
                       (target[n] && strchr("+-.", target[n]))))
        n++;
    return n && n < len && target[n] == ':' && is_alpha(*target) ? n + 1 : 0;
}

static enum html_scheme scheme_of(const char *scheme, size_t len)
{
    if (!len)
        return SCHEME_NONE;
    if (ascii_is(scheme, len, "http:") || ascii_is(scheme, len, "https:"))
        return SCHEME_WEB;
    if (ascii_is(scheme, len, "mailto:"))
        return SCHEME_MAILTO;
    return ascii_is(scheme, len, "tel:") ? SCHEME_TEL : SCHEME_OTHER;
}

static bool is_slash(char c)
{
    return c == '/' || c == '\\';
}

static int hex_value(char c)
{
    return is_digit(c) ? c - '0' : (c | 32) - 'a' + 10;
}

/* The host at TEXT, without the port. */
static void copy_host(char host[HTML_HOST_SIZE], const char *text, size_t len)
{
    size_t n = 0;
    bool bracket = len && *text == '[';
    for (size_t i = 0; i < len && n < HTML_HOST_SIZE - 1; i++) {
        char c = text[i];
        if (c == ':' && !bracket)
            break;
        if (c == '%' && i + 2 < len && is_hex(text[i + 1]) && is_hex(text[i + 2])) {
            c = (char)(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
            i += 2;
        }
        if (c == ']')
            bracket = false;
        if (c)
            host[n++] = ascii_lower(c);
    }
    while (n && host[n - 1] == '.')
        n--;
    host[n] = '\0';
}

/* What stands between the slashes. */
static void read_authority(struct html_url *url, const char *text, size_t len)
{
    size_t end = 0, start = 0;
    while (end < len && !is_slash(text[end]) && text[end] != '?' && text[end] != '#')
        end++;
    for (size_t i = 0; i < end; i++)
        if (text[i] == '@')
            start = i + 1;
    url->user = start > 0;
    copy_host(url->host, text + start, end - start);
}

/* RFC 6068: the domain of the first address. */
static void read_mailto(struct html_url *url, const char *text, size_t len)
{
    size_t end = 0, start = 0;
    while (end < len && text[end] != '?' && text[end] != ',')
        end++;
    for (size_t i = 0; i < end; i++)
        if (text[i] == '@')
            start = i + 1;
    if (start)
        copy_host(url->host, text + start, end - start);
}

void html_url_read(struct html_url *url, const char *target, size_t len)
{
    size_t behind = scheme_length(target, len);
    *url = (struct html_url){.scheme = scheme_of(target, behind)};
    const char *text = target + behind;
    size_t text_len = len - behind;
    if (url->scheme == SCHEME_MAILTO) {
        read_mailto(url, text, text_len);
        return;
    }
    size_t slashes = 0;
    while (slashes < text_len && is_slash(text[slashes]))
        slashes++;
    if (url->scheme == SCHEME_WEB || (url->scheme == SCHEME_NONE && slashes >= 2))
        read_authority(url, text + slashes, text_len - slashes);
}

/* ---- hosts ------------------------------------------------------------------------------- */

/* Decimal, octal, or "0x" and hexadecimal digits. */
static bool is_number(const char *label, size_t len)
{
    bool hex = len > 1 && label[0] == '0' && (label[1] | 32) == 'x';
    for (size_t i = hex ? 2 : 0; i < len; i++)
        if (!(hex ? is_hex(label[i]) : is_digit(label[i])))
            return false;
    return len > 0;
}

bool html_host_is_number(const char *host)
{
    const char *dot = strrchr(host, '.');
    const char *last = dot ? dot + 1 : host;
    return *host == '[' || is_number(last, strlen(last));
}

bool html_host_is_punycode(const char *host)
{
    for (const char *p = host; p; p = strchr(p, '.') ? strchr(p, '.') + 1 : NULL)
        if (!strncmp(p, "xn--", 4))
            return true;
    return false;
}

bool html_host_is_ascii(const char *host)
{
    for (; *host; host++)
        if ((unsigned char)*host >= 0x80)
            return false;
    return true;
}

/* Under these, of a country, names are given out ("example.co.uk"). */
static bool is_second_level(const char *label, size_t len)
{
    static const char *const words[] = {"ac",  "co",  "com", "edu", "gob", "gov", "go", "gouv",
                                        "ltd", "mil", "ne",  "net", "nom", "or",  "org"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (ascii_is(label, len, words[i]))
            return true;
    return false;
}

/* The last labels, of which one owner is told from another. */
static const char *owner_of(const char *host)
{
    const char *starts[3] = {host, host, host}; /* of the last labels, the last one first */
    for (const char *p = host; (p = strchr(p, '.'));) {
        p++;
        starts[2] = starts[1];
        starts[1] = starts[0];
        starts[0] = p;
    }
    if (starts[0] == host)
        return host;
    size_t len = (size_t)(starts[0] - 1 - starts[1]);
    bool country = strlen(starts[0]) == 2;
    return country && is_second_level(starts[1], len) ? starts[2] : starts[1];
}

bool html_host_same(const char *a, const char *b)
{
    if (html_host_is_number(a) || html_host_is_number(b))
        return !strcmp(a, b);
    return !strcmp(owner_of(a), owner_of(b));
}

/* ---- hosts in text ----------------------------------------------------------------------- */

static bool is_host_char(char c)
{
    return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || (unsigned char)c >= 0x80;
}

static bool is_domain(const char *word, size_t len)
{
    static const char *const words[] = {
        "com",  "org",  "net",    "edu",   "gov",  "mil",  "int",   "info",  "biz",  "name",
        "pro",  "aero", "coop",   "jobs",  "mobi", "xyz",  "shop",  "site",  "top",  "store",
        "app",  "dev",  "online", "cloud", "live", "tech", "email", "news",  "link", "bank",
        "club", "blog", "click",  "world", "life", "page", "today", "travel"};
    static const char *const files[] = {"md", "py", "sh", "rs", "ps", "so", "pl", "cc"};
    if (len == 2 && is_alpha(word[0]) && is_alpha(word[1])) {
        for (size_t i = 0; i < sizeof files / sizeof *files; i++)
            if (ascii_is(word, len, files[i]))
                return false;
        return true;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (ascii_is(word, len, words[i]))
            return true;
    return false;
}

/* A host that a reader takes for one; behind "http://", "www." or "@" (SURE) of any ending. */
static bool looks_like_host(const char *host, bool sure)
{
    size_t len = strlen(host);
    const char *last = strrchr(host, '.');
    if (!last || strstr(host, "..") || *host == '.' || *host == '-')
        return false;
    const char *before = last;
    while (before > host && before[-1] != '.')
        before--;
    if (sure)
        return html_host_is_number(host) || len - (size_t)(last - host) > 2;
    size_t ending = len - (size_t)(last - host) - 1;
    bool country = ending == 2; /* "Dr.No" is none, "example.co.uk" is */
    bool second = before > host && is_second_level(before, (size_t)(last - before));
    return (!country || second || last - before > 2) && is_domain(last + 1, ending);
}

static size_t web_prefix(const char *text, size_t len)
{
    static const char *const prefixes[] = {"http://", "https://"};
    for (size_t i = 0; i < 2; i++)
        if (len >= strlen(prefixes[i]) && ascii_same(text, prefixes[i], strlen(prefixes[i])))
            return strlen(prefixes[i]);
    return 0;
}

bool html_host_next(const char *text, size_t len, size_t *pos, char host[HTML_HOST_SIZE])
{
    while (*pos < len) {
        size_t prefix = web_prefix(text + *pos, len - *pos), start = *pos + prefix, end = start;
        bool sure = prefix || (start && text[start - 1] == '@');
        while (end < len && is_host_char(text[end]))
            end++;
        bool user = end < len && text[end] == '@';
        *pos = end > start ? end : start + 1;
        if (end == start || user)
            continue;
        sure = sure || (end - start > 4 && ascii_same(text + start, "www.", 4));
        copy_host(host, text + start, end - start);
        if (looks_like_host(host, sure)) {
            while (*pos < len && !is_blank(text[*pos])) /* the path names none */
                ++*pos;
            return true;
        }
    }
    return false;
}
