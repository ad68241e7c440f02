#include <config.h> /* in quotes it would be the one beside this file */

#include "store/url.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/i18n.h"
#include "base/mem.h"

#define HOST_MAX 255u /* RFC 1035 section 2.3.4 */

/* A part of the text under way; nothing is copied before it is decoded. */
struct part {
    const char *bytes;
    size_t len;
};

void url_release(struct url *u)
{
    free(u->user);
    free(u->auth);
    free(u->host);
    *u = (struct url){0};
}

/* ---- what may be in a part -------------------------------------------------------------- */

static bool has_control(const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return true;
    }
    return false;
}

bool url_user_is_valid(const char *user)
{
    return *user && !has_control(user);
}

/* With the scope that a link-local address needs ("fe80::1%eth0", RFC 4007). */
static bool is_ipv6(const char *host)
{
    char address[INET6_ADDRSTRLEN];
    unsigned char bytes[16];
    size_t len = strcspn(host, "%");
    if (len >= sizeof address || (host[len] && !host[len + 1]))
        return false;
    memcpy(address, host, len);
    address[len] = '\0';
    return inet_pton(AF_INET6, address, bytes) == 1;
}

bool url_host_is_valid(const char *host)
{
    if (!*host || strlen(host) > HOST_MAX || has_control(host))
        return false;
    if (strchr(host, ':'))
        return is_ipv6(host) && !strpbrk(host, " /@[]");
    return !strpbrk(host, " /@[]?#%;\\\"<>");
}

/* ---- taking the text apart -------------------------------------------------------------- */

/* The part before the first of STOPS, or all; *REST begins behind what was found, and *STOP is
 * the stop itself, NUL for none. */
static struct part cut(struct part *rest, const char *stops, char *stop)
{
    size_t len = 0;
    while (len < rest->len && !strchr(stops, rest->bytes[len]))
        len++;
    struct part head = {rest->bytes, len};
    *stop = len < rest->len ? rest->bytes[len] : '\0';
    size_t used = len + (*stop != '\0');
    *rest = (struct part){rest->bytes + used, rest->len - used};
    return head;
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    char lower = c >= 'A' && c <= 'F' ? (char)(c | 0x20) : c;
    const char *found = c ? strchr(digits, lower) : NULL;
    return found ? (int)(found - digits) : -1;
}

/* NULL where an escape is broken or stands for NUL. */
static char *decode(struct part part)
{
    char *text = xmalloc(part.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < part.len; i++) {
        char c = part.bytes[i];
        if (c == '%') {
            int high = i + 2 < part.len ? hex_digit(part.bytes[i + 1]) : -1;
            int low = high >= 0 ? hex_digit(part.bytes[i + 2]) : -1;
            if (low < 0 || high + low == 0) {
                free(text);
                return NULL;
            }
            c = (char)(high * 16 + low);
            i += 2;
        }
        text[len++] = c;
    }
    text[len] = '\0';
    return text;
}

/* "user", "user;auth=MECH" */
static bool parse_login(struct url *u, struct part login, struct err *e)
{
    static const char key[] = "auth=";
    char stop, more;
    struct part user = cut(&login, ";:", &stop);
    struct part auth = cut(&login, ":", &more);
    if (stop == ':' || more == ':') {
        err_set(e, ERR_USAGE,
                _("a password in the URL could be read by others; leave it out, and set "
                  "pass-command or type it when asked"));
        return false;
    }
    u->user = decode(user);
    if (!u->user || !url_user_is_valid(u->user)) {
        err_set(e, ERR_USAGE,
                _("the user in the URL is empty, or holds a control character or a broken "
                  "%%-escape"));
        return false;
    }
    if (!stop)
        return true;
    if (auth.len < sizeof key || !ascii_same(auth.bytes, key, sizeof key - 1)) {
        err_set(e, ERR_USAGE,
                _("only ';auth=MECH' may follow the user in the URL; write %%3B for a ';' in "
                  "the user's name"));
        return false;
    }
    auth.bytes += sizeof key - 1;
    auth.len -= sizeof key - 1;
    u->auth = decode(auth);
    if (u->auth)
        return true;
    err_set(e, ERR_USAGE, _("the auth= in the URL has a broken %%-escape"));
    return false;
}

static bool parse_port(struct url *u, struct part port, struct err *e)
{
    unsigned long number = 0;
    size_t i = 0;
    for (; i < port.len && i < 5 && port.bytes[i] >= '0' && port.bytes[i] <= '9'; i++)
        number = number * 10 + (unsigned long)(port.bytes[i] - '0');
    u->port = (uint16_t)number;
    if (i > 0 && i == port.len && number > 0 && number <= UINT16_MAX)
        return true;
    err_set(e, ERR_USAGE, _("the port in the URL is not a number from 1 to 65535"));
    return false;
}

/* "host", "host:port", "[address]", "[address]:port" */
static bool parse_place(struct url *u, struct part place, struct err *e)
{
    char stop = '\0';
    bool in_brackets = place.len > 0 && *place.bytes == '[';
    struct part rest = place, host;
    if (in_brackets) {
        rest = (struct part){place.bytes + 1, place.len - 1};
        host = cut(&rest, "]", &stop);
        struct part nothing = stop ? cut(&rest, ":", &stop) : (struct part){"]", 1};
        u->host = nothing.len == 0 ? decode(host) : NULL;
    } else {
        host = cut(&rest, ":", &stop);
        u->host = decode(host);
    }
    if (!u->host || !url_host_is_valid(u->host) || in_brackets != !!strchr(u->host, ':')) {
        err_set(e, ERR_USAGE,
                _("the host in the URL is not a name or an address (an IPv6 address stands in "
                  "brackets)"));
        return false;
    }
    return stop ? parse_port(u, rest, e) : true;
}

static bool parse_scheme(struct url *u, struct part *rest, struct err *e)
{
    static const char *const words[] = {
        [URL_POP] = "pop", [URL_POPS] = "pops", [URL_KPOP] = "kpop"};
    const char *end = strstr(rest->bytes, "://");
    size_t len = end ? (size_t)(end - rest->bytes) : 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!ascii_is(rest->bytes, len, words[i]))
            continue;
        u->scheme = (enum url_scheme)i;
        *rest = (struct part){end + 3, rest->len - len - 3};
        return true;
    }
    err_set(e, ERR_USAGE,
            _("the URL does not begin with pops:// (TLS from the start), pop:// (STLS) or "
              "kpop:// (Kerberos)"));
    return false;
}

static bool parse_parts(struct url *u, const char *text, struct err *e)
{
    struct part rest = {text, strlen(text)};
    char stop;
    if (!parse_scheme(u, &rest, e))
        return false;
    struct part authority = cut(&rest, "/?#", &stop);
    /* Of several '@' the last one ends the user: people write "joe@example.org@pop...". */
    size_t at = authority.len;
    while (at > 0 && authority.bytes[at - 1] != '@')
        at--;
    if (at > 0 && !parse_login(u, (struct part){authority.bytes, at - 1}, e))
        return false;
    struct part place = {authority.bytes + at, authority.len - at};
    if (!parse_place(u, place, e))
        return false;
    if (rest.len == 0 && (stop == '/' || stop == '\0'))
        return true;
    err_set(e, ERR_USAGE, _("nothing may follow the host in the URL"));
    return false;
}

bool url_parse(struct url *u, const char *text, struct err *e)
{
    *u = (struct url){0};
    if (parse_parts(u, text, e))
        return true;
    url_release(u);
    return false;
}
