#include "config.h"

#include "mail/authres.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "mail/address.h"

static const char *const method_names[AUTHRES_METHODS] = {"spf", "dkim", "dmarc"};
static const char letters_of[AUTHRES_RESULTS + 1] = "-nfep";

/* ---- words ------------------------------------------------------------------------------- */

/* Blanks and comments, which may be nested (RFC 5322 section 3.2.2). */
static const char *skip_cfws(const char *p)
{
    unsigned depth = 0;
    for (; *p; p++) {
        if (*p == '\\' && depth && p[1])
            p++;
        else if (*p == '(')
            depth++;
        else if (*p == ')' && depth)
            depth--;
        else if (!depth && *p != ' ' && *p != '\t')
            break;
    }
    return p;
}

/* A token or a quoted string, appended to OUT; the position behind it and what follows. */
static const char *read_word(const char *p, struct buf *out)
{
    buf_clear(out);
    if (*p == '"') {
        for (p++; *p && *p != '"'; p++) {
            if (*p == '\\' && p[1])
                p++;
            buf_append_cut(out, p, 1);
        }
        return skip_cfws(*p ? p + 1 : p);
    }
    size_t len = strcspn(p, " \t;=()\"");
    buf_append_cut(out, p, len);
    return skip_cfws(p + len);
}

static void lower(struct buf *text)
{
    for (size_t i = 0; i < text->len; i++)
        text->data[i] = ascii_lower(text->data[i]);
}

/* ---- domains ----------------------------------------------------------------------------- */

/* A property may hold either. */
static const char *domain_of(const char *address_or_domain)
{
    const char *domain = address_domain(address_or_domain);
    return *domain ? domain : address_or_domain;
}

/* The same organization, as far as names show that: a domain without a dot is nobody's. */
static bool is_aligned(const char *domain, const char *sender)
{
    return (address_is_within(sender, domain) && strchr(domain, '.')) ||
           (address_is_within(domain, sender) && strchr(sender, '.'));
}

/* ---- a field ----------------------------------------------------------------------------- */

static enum authres_result result_of(const char *word)
{
    static const struct {
        const char *word;
        enum authres_result result;
    } results[] = {
        {"pass", AUTHRES_PASS},         {"fail", AUTHRES_FAIL},
        {"hardfail", AUTHRES_FAIL},     {"softfail", AUTHRES_NEUTRAL},
        {"neutral", AUTHRES_NEUTRAL},   {"policy", AUTHRES_NEUTRAL},
        {"temperror", AUTHRES_NEUTRAL}, {"permerror", AUTHRES_NEUTRAL},
    };
    for (size_t i = 0; i < sizeof results / sizeof *results; i++)
        if (ascii_is(word, strlen(word), results[i].word))
            return results[i].result;
    return AUTHRES_NONE;
}

static enum authres_method method_of(const char *word)
{
    enum authres_method m = 0;
    size_t len = strcspn(word, "/"); /* a version may follow */
    while (m < AUTHRES_METHODS && !ascii_is(word, len, method_names[m]))
        m++;
    return m;
}

/* The property that names whom a method passed: header.d, header.i, smtp.mailfrom. */
static bool names_domain(enum authres_method method, const char *property)
{
    static const char *const of_dkim[] = {"header.d", "header.i"};
    static const char *const of_spf[] = {"smtp.mailfrom", "smtp.mail", "smtp.helo"};
    size_t len = strlen(property);
    if (method == AUTHRES_DKIM)
        return ascii_is(property, len, of_dkim[0]) || ascii_is(property, len, of_dkim[1]);
    for (size_t i = 0; method == AUTHRES_SPF && i < sizeof of_spf / sizeof *of_spf; i++)
        if (ascii_is(property, len, of_spf[i]))
            return true;
    return false;
}

static void put(struct authres *a, enum authres_method method, enum authres_result result)
{
    enum authres_result *old = &a->results[method];
    bool fails = result == AUTHRES_FAIL || *old == AUTHRES_FAIL;
    if (method != AUTHRES_DKIM && fails)
        *old = AUTHRES_FAIL;
    else if (result > *old)
        *old = result;
}

/* One "method=result property=value ..." up to its ';' or the end. */
static const char *read_result(const char *p, const char *sender, struct authres *out)
{
    struct buf word = BUF_INIT(LIMIT_TEXT), value = BUF_INIT(LIMIT_TEXT);
    enum authres_method method = AUTHRES_METHODS;
    enum authres_result result = AUTHRES_NONE;
    bool is_named = false, is_own = false;
    for (bool is_first = true; *p && *p != ';'; is_first = false) {
        const char *start = p;
        p = read_word(p, &word);
        if (is_first && *p == '/') /* a version, with comments around it */
            p = read_word(skip_cfws(p + 1), &value);
        if (*p == '=') {
            p = read_word(skip_cfws(p + 1), &value);
            if (is_first) {
                method = method_of(word.data);
                result = result_of(value.data);
            } else if (names_domain(method, word.data) && !is_own) {
                is_named = true;
                is_own = is_aligned(domain_of(value.data), domain_of(sender));
            }
        } else if (p == start) {
            p++; /* what no word begins with */
        }
    }
    if (result == AUTHRES_PASS && is_named && !is_own)
        result = AUTHRES_ELSEWHERE;
    if (method < AUTHRES_METHODS)
        put(out, method, result);
    buf_release(&word);
    buf_release(&value);
    return p;
}

bool authres_parse(const char *line, const char *sender, struct buf *id, struct authres *out)
{
    struct buf word = BUF_INIT(LIMIT_TEXT);
    *out = (struct authres){{AUTHRES_NONE}};
    const char *p = read_word(skip_cfws(line), &word);
    lower(&word);
    bool has_id = word.len && *p != '=';
    buf_append(id, word.data, has_id ? word.len : 0);
    buf_release(&word);
    p += strcspn(p, ";"); /* the version */
    while (has_id && *p == ';')
        p = read_result(skip_cfws(p + 1), sender, out);
    return has_id;
}

void authres_add(struct authres *a, const struct authres *other)
{
    for (enum authres_method m = 0; m < AUTHRES_METHODS; m++)
        put(a, m, other->results[m]);
}

/* ---- what it comes to -------------------------------------------------------------------- */

void authres_write(char out[AUTHRES_METHODS + 1], const struct authres *a)
{
    for (enum authres_method m = 0; m < AUTHRES_METHODS; m++)
        out[m] = letters_of[a->results[m]];
    out[AUTHRES_METHODS] = '\0';
}

struct authres authres_read(const char *letters)
{
    struct authres a = {{AUTHRES_NONE}};
    for (enum authres_method m = 0; m < AUTHRES_METHODS && letters[m]; m++) {
        const char *letter = strchr(letters_of, letters[m]);
        a.results[m] = letter ? (enum authres_result)(letter - letters_of) : AUTHRES_NONE;
    }
    return a;
}

enum authres_verdict authres_verdict(const struct authres *a)
{
    const enum authres_result *r = a->results;
    if (r[AUTHRES_DMARC] == AUTHRES_FAIL)
        return AUTHRES_SAYS_FAIL;
    if (r[AUTHRES_DMARC] == AUTHRES_PASS || r[AUTHRES_SPF] == AUTHRES_PASS ||
        r[AUTHRES_DKIM] == AUTHRES_PASS)
        return AUTHRES_SAYS_PASS;
    if (r[AUTHRES_SPF] == AUTHRES_FAIL || r[AUTHRES_DKIM] == AUTHRES_FAIL)
        return AUTHRES_SAYS_FAIL;
    return AUTHRES_SAYS_NOTHING;
}

void authres_explain(struct buf *out, const struct authres *a)
{
    static const char *const methods[AUTHRES_METHODS] = {"SPF", "DKIM", "DMARC"};
    static const char *const results[AUTHRES_RESULTS] = {
        "", N_("undecided"), N_("fail"), N_("pass for another domain"), N_("pass")};
    const char *separator = "";
    for (enum authres_method m = 0; m < AUTHRES_METHODS; m++) {
        if (a->results[m] == AUTHRES_NONE)
            continue;
        buf_printf(out, "%s%s %s", separator, methods[m], _(results[a->results[m]]));
        separator = ", ";
    }
}
