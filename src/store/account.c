#include <config.h> /* in quotes it would be the one beside this file */

#include "store/account.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/url.h"

/* A day: longer waits are typing errors. */
#define SECONDS_MAX 86400u

/* RFC 1939 and RFC 2595; RFC 8314 section 3.1. */
#define PORT_POP3 110
#define PORT_POP3S 995
#define PORT_KPOP 1109 /* never registered; what its servers listen on */

/* Shared by all accounts without a list, so that a fresh account holds no memory. */
static char *no_charsets[1];

void account_init(struct account *a)
{
    *a = (struct account){
        .port = PORT_POP3S,
        .idle_park_s = 300,
        .verify = true,
        .cache = true,
        .login = true,
        .retr_limit = 1048576,
        .charsets = no_charsets,
    };
}

static void charsets_free(char **charsets)
{
    if (charsets == no_charsets)
        return;
    for (size_t i = 0; charsets[i]; i++)
        free(charsets[i]);
    free(charsets);
}

void account_release(struct account *a)
{
    free(a->name);
    free(a->user);
    free(a->host);
    free(a->pass_command);
    free(a->trust_authserv);
    free(a->html_command);
    free(a->tls_ca);
    free(a->trace);
    free(a->tunnel);
    free(a->tls_pin);
    free(a->tls_cert);
    free(a->tls_key);
    charsets_free(a->charsets);
    account_init(a);
}

static char *copy_string(const char *text)
{
    return text ? xstrdup(text) : NULL;
}

static void add_charset(struct account *a, const char *name, size_t len)
{
    size_t count = 0;
    while (a->charsets[count])
        count++;
    char **old = a->charsets == no_charsets ? NULL : a->charsets;
    a->charsets = xreallocarray(old, count + 2, sizeof *a->charsets);
    a->charsets[count] = xmemdup0(name, len);
    a->charsets[count + 1] = NULL;
}

void account_copy(struct account *to, const struct account *from)
{
    struct account copy = *from;
    copy.name = copy_string(from->name);
    copy.user = copy_string(from->user);
    copy.host = copy_string(from->host);
    copy.pass_command = copy_string(from->pass_command);
    copy.trust_authserv = copy_string(from->trust_authserv);
    copy.html_command = copy_string(from->html_command);
    copy.tls_ca = copy_string(from->tls_ca);
    copy.trace = copy_string(from->trace);
    copy.tunnel = copy_string(from->tunnel);
    copy.tls_pin = copy_string(from->tls_pin);
    copy.tls_cert = copy_string(from->tls_cert);
    copy.tls_key = copy_string(from->tls_key);
    copy.charsets = no_charsets;
    for (size_t i = 0; from->charsets[i]; i++)
        add_charset(&copy, from->charsets[i], strlen(from->charsets[i]));
    account_release(to);
    *to = copy;
}

/* ---- settings --------------------------------------------------------------------------- */

struct setting {
    const char *name;
    bool (*take)(struct account *a, const struct setting *s, const char *value, struct err *e);
    size_t offset;            /* of its field, where `take` serves several */
    const char *const *words; /* those allowed, in the order of its enum */
};

static void replace(char **slot, char *value)
{
    free(*slot);
    *slot = value;
}

/* The index of VALUE among WORDS; false with the words allowed in E. */
static bool parse_word(const struct setting *s, const char *const *words, const char *value,
                       unsigned *which, struct err *e)
{
    struct buf allowed = BUF_INIT(sizeof e->text);
    for (*which = 0; words[*which]; ++*which) {
        if (ascii_is(value, strlen(value), words[*which]))
            break;
        (void)buf_printf(&allowed, "%s%s", *which ? ", " : "", words[*which]);
    }
    if (!words[*which])
        err_set(e, ERR_USAGE, _("%s: '%s' is not one of: %s"), s->name, value, allowed.data);
    buf_release(&allowed);
    return words[*which] != NULL;
}

static bool take_word(struct account *a, const struct setting *s, const char *value,
                      struct err *e)
{
    unsigned which;
    if (!parse_word(s, s->words, value, &which, e))
        return false;
    _Static_assert(sizeof which == sizeof(enum account_auth), "an enum is an unsigned");
    memcpy((char *)a + s->offset, &which, sizeof which);
    return true;
}

static bool take_switch(struct account *a, const struct setting *s, const char *value,
                        struct err *e)
{
    static const char *const words[] = {"no", "yes", "false", "true", "off", "on", NULL};
    unsigned which;
    if (!parse_word(s, words, value, &which, e))
        return false;
    *(bool *)((char *)a + s->offset) = which % 2;
    return true;
}

static bool take_text(struct account *a, const struct setting *s, const char *value,
                      struct err *e)
{
    if (!*value) {
        err_set(e, ERR_USAGE, _("%s: the value is empty"), s->name);
        return false;
    }
    replace((char **)((char *)a + s->offset), xstrdup(value));
    return true;
}

static bool parse_number(const struct setting *s, const char *value, unsigned min, unsigned max,
                         unsigned *number, struct err *e)
{
    size_t len = strspn(value, "0123456789");
    if (len > 0 && len < 10 && !value[len]) {
        *number = (unsigned)strtoul(value, NULL, 10);
        if (*number >= min && *number <= max)
            return true;
    }
    err_set(e, ERR_USAGE, _("%s: '%s' is not a number from %u to %u"), s->name, value, min,
            max);
    return false;
}

static bool take_seconds(struct account *a, const struct setting *s, const char *value,
                         struct err *e)
{
    unsigned seconds;
    if (!parse_number(s, value, 0, SECONDS_MAX, &seconds, e))
        return false;
    *(unsigned *)((char *)a + s->offset) = seconds;
    return true;
}

/* Octets, or with k or M behind the digits. */
static bool take_size(struct account *a, const struct setting *s, const char *value,
                      struct err *e)
{
    unsigned long long size;
    if (!text_parse_size(value, &size)) {
        err_set(e, ERR_USAGE, _("%s: '%s' is not a size like 65536, 64k or 1M"), s->name,
                value);
        return false;
    }
    *(uint64_t *)((char *)a + s->offset) = size;
    return true;
}

static bool take_url(struct account *a, const struct setting *s, const char *value,
                     struct err *e)
{
    (void)s;
    return account_from_url(a, value, e);
}

static bool take_host(struct account *a, const struct setting *s, const char *value,
                      struct err *e)
{
    size_t len = strlen(value);
    bool in_brackets = len > 1 && value[0] == '[' && value[len - 1] == ']';
    char *host = in_brackets ? xmemdup0(value + 1, len - 2) : xstrdup(value);
    if (url_host_is_valid(host)) {
        replace(&a->host, host);
        return true;
    }
    free(host);
    err_set(e, ERR_USAGE, _("%s: '%s' is not a name or an address"), s->name, value);
    return false;
}

static bool take_port(struct account *a, const struct setting *s, const char *value,
                      struct err *e)
{
    unsigned port;
    if (!parse_number(s, value, 1, UINT16_MAX, &port, e))
        return false;
    a->port = (uint16_t)port;
    a->port_given = true;
    return true;
}

static bool take_user(struct account *a, const struct setting *s, const char *value,
                      struct err *e)
{
    if (url_user_is_valid(value))
        return take_text(a, s, value, e);
    err_set(e, ERR_USAGE, _("%s: it is empty or holds a control character"), s->name);
    return false;
}

static void set_tls(struct account *a, enum account_tls tls)
{
    a->tls = tls;
    if (!a->port_given)
        a->port = a->kpop ? PORT_KPOP : tls == ACCOUNT_TLS_IMPLICIT ? PORT_POP3S : PORT_POP3;
}

static bool take_tls(struct account *a, const struct setting *s, const char *value,
                     struct err *e)
{
    unsigned which;
    if (!parse_word(s, s->words, value, &which, e))
        return false;
    if (a->kpop && which != ACCOUNT_TLS_NONE) {
        err_set(
            e, ERR_USAGE,
            _("%s: kpop:// knows no TLS; pops:// with auth = gssapi takes a ticket inside it"),
            s->name);
        return false;
    }
    set_tls(a, (enum account_tls)which);
    a->tls_given = true;
    return true;
}

static bool take_path(struct account *a, const struct setting *s, const char *value,
                      struct err *e)
{
    const char *home = getenv("HOME");
    if (value[0] != '~' || (value[1] && value[1] != '/') || !home)
        return take_text(a, s, value, e);
    struct buf path = BUF_INIT(SIZE_MAX / 2);
    (void)buf_printf(&path, "%s%s", home, value + 1);
    replace((char **)((char *)a + s->offset), buf_detach(&path));
    return true;
}

static bool take_pin(struct account *a, const struct setting *s, const char *value,
                     struct err *e)
{
    size_t digits = 0;
    const char *p = value;
    for (; isxdigit((unsigned char)*p) || *p == ':'; p++)
        digits += *p != ':';
    if (!*p && digits == 64)
        return take_text(a, s, value, e);
    err_set(e, ERR_USAGE,
            _("%s: a pin is the SHA-256 of the certificate, 64 hexadecimal digits"), s->name);
    return false;
}

static bool take_charsets(struct account *a, const struct setting *s, const char *value,
                          struct err *e)
{
    static const char separators[] = " ,\t";
    struct account list;
    account_init(&list);
    for (const char *p = value; *(p += strspn(p, separators));) {
        size_t len = strcspn(p, separators);
        for (size_t i = 0; i < len; i++) {
            /* A '/' would ask iconv for more than a conversion ("//TRANSLIT"). */
            if (isalnum((unsigned char)p[i]) || strchr("-_.:+()", p[i]))
                continue;
            err_set(e, ERR_USAGE, _("%s: '%.*s' is not the name of a charset"), s->name,
                    len > 80 ? 80 : (int)len, p);
            account_release(&list);
            return false;
        }
        add_charset(&list, p, len);
        p += len;
    }
    charsets_free(a->charsets);
    a->charsets = list.charsets;
    return true;
}

static const char *const auth_words[] = {
    "auto",
    "plain",
    "user",
    "apop",
    "login",
    "cram-md5",
    "digest-md5",
    "scram-sha-1",
    "scram-sha-256",
    "scram-sha-1-plus",
    "scram-sha-256-plus",
    "gssapi",
    "external",
    "oauthbearer",
    "xoauth2",
    "ntlm",
    NULL,
};
_Static_assert(sizeof auth_words / sizeof *auth_words == ACCOUNT_AUTH_COUNT + 1,
               "a word for each");
static const char *const tls_words[] = {"implicit", "starttls", "none", NULL};
static const char *const sdps_words[] = {"auto", "yes", "no", NULL};
static const char *const trash_words[] = {"headers", "full", "none", NULL};
static const char *const pipelining_words[] = {"auto", "force", "off", NULL};

#define FIELD(field_) offsetof(struct account, field_)
static const struct setting settings[] = {
    {"url", take_url, 0, NULL},
    {"host", take_host, 0, NULL},
    {"port", take_port, 0, NULL},
    {"user", take_user, FIELD(user), NULL},
    {"auth", take_word, FIELD(auth), auth_words},
    {"oauth", take_switch, FIELD(oauth), NULL},
    {"pass-command", take_text, FIELD(pass_command), NULL},
    {"tls", take_tls, 0, tls_words},
    {"tls-ca", take_path, FIELD(tls_ca), NULL},
    {"trust-authserv", take_text, FIELD(trust_authserv), NULL},
    {"html-command", take_text, FIELD(html_command), NULL},
    {"tunnel", take_text, FIELD(tunnel), NULL},
    {"login", take_switch, FIELD(login), NULL},
    {"trace", take_path, FIELD(trace), NULL},
    {"tls-pin", take_pin, FIELD(tls_pin), NULL},
    {"tls-cert", take_path, FIELD(tls_cert), NULL},
    {"tls-key", take_path, FIELD(tls_key), NULL},
    {"insecure", take_switch, FIELD(insecure), NULL},
    {"read-only", take_switch, FIELD(read_only), NULL},
    {"pipelining", take_word, FIELD(pipelining), pipelining_words},
    {"sdps", take_word, FIELD(sdps), sdps_words},
    {"timeout", take_seconds, FIELD(timeout_s), NULL},
    {"idle-park", take_seconds, FIELD(idle_park_s), NULL},
    {"cache", take_switch, FIELD(cache), NULL},
    {"verify", take_switch, FIELD(verify), NULL},
    {"trash", take_word, FIELD(trash), trash_words},
    {"retr-limit", take_size, FIELD(retr_limit), NULL},
    {"charset", take_charsets, 0, NULL},
};
#define SETTING_COUNT (sizeof settings / sizeof *settings)

const char *account_setting(size_t i)
{
    return i < SETTING_COUNT ? settings[i].name : NULL;
}

static void refuse_name(const char *name, struct err *e)
{
    if (strcmp(name, "password") == 0) {
        err_set(e, ERR_USAGE,
                _("dele keeps no passwords: set pass-command to a command that prints it, or "
                  "type it when asked"));
        return;
    }
    struct buf known = BUF_INIT(sizeof e->text);
    for (size_t i = 0; i < SETTING_COUNT; i++)
        (void)buf_printf(&known, "%s%s", i ? ", " : "", settings[i].name);
    err_set(e, ERR_USAGE, _("there is no setting '%s'; there are: %s"), name, known.data);
    buf_release(&known);
}

bool account_set(struct account *a, const char *name, const char *value, struct err *e)
{
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        if (strcmp(name, settings[i].name) == 0)
            return settings[i].take(a, &settings[i], value, e);
    }
    refuse_name(name, e);
    return false;
}

bool account_needs_password(const struct account *a)
{
    return a->login && !a->kpop && a->auth != ACCOUNT_AUTH_EXTERNAL &&
           a->auth != ACCOUNT_AUTH_GSSAPI;
}

/* ---- URLs ------------------------------------------------------------------------------- */

bool account_looks_like_url(const char *text)
{
    size_t len = 0;
    while (isalnum((unsigned char)text[len]))
        len++;
    return len > 0 && strncmp(text + len, "://", 3) == 0;
}

/* RFC 2384 section 4: "*" is any mechanism, "+APOP" the one that is not SASL. */
static bool take_url_auth(struct account *a, const char *auth, struct err *e)
{
    if (strcmp(auth, "*") == 0)
        auth = "auto";
    else if (*auth == '+')
        auth++;
    return account_set(a, "auth", auth, e);
}

static void name_after_place(struct account *a)
{
    struct buf name = BUF_INIT(SIZE_MAX / 2);
    (void)buf_printf(&name, "%s%s%s", a->user ? a->user : "", a->user ? "@" : "", a->host);
    a->name = buf_detach(&name);
}

static void set_scheme(struct account *a, enum url_scheme scheme)
{
    static const enum account_tls tls[] = {[URL_POP] = ACCOUNT_TLS_STARTTLS,
                                           [URL_POPS] = ACCOUNT_TLS_IMPLICIT,
                                           [URL_KPOP] = ACCOUNT_TLS_NONE};
    a->kpop = scheme == URL_KPOP;
    set_tls(a, tls[scheme]);
}

bool account_from_url(struct account *a, const char *url, struct err *e)
{
    struct url u;
    if (!url_parse(&u, url, e))
        return false;
    if (u.auth && u.scheme == URL_KPOP)
        err_set(e, ERR_USAGE, "%s",
                _("kpop:// takes no auth: the Kerberos ticket is the login"));
    if (u.auth && (u.scheme == URL_KPOP || !take_url_auth(a, u.auth, e))) {
        url_release(&u);
        return false;
    }
    a->port_given = u.port != 0;
    a->port = u.port;
    set_scheme(a, u.scheme);
    replace(&a->host, u.host);
    if (u.user)
        replace(&a->user, u.user);
    free(u.auth);
    if (!a->name)
        name_after_place(a);
    return true;
}

void account_key(const struct account *a, struct buf *out)
{
    buf_printf(out, "%s@%s:%u", a->user ? a->user : "", a->host ? a->host : "",
               (unsigned)a->port);
}
