#include "config.h"

#include "maildrop/query_inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"

/* Brackets and "not" inside each other. */
#define DEPTH_MAX 50

/* ---- mistakes ---------------------------------------------------------------------------- */

/* The first one stays. */
bool query_fail(struct query_parser *r, enum query_state state, const char *at,
                const char *format, ...)
{
    struct query *q = r->q;
    if (q->state != QUERY_GOOD)
        return false;
    q->state = state;
    q->mistake_at = (size_t)(at - q->text);
    char text[sizeof q->mistake];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    char *clean = text_clean_line(text, strlen(text));
    snprintf(q->mistake, sizeof q->mistake, "%s", clean);
    free(clean);
    return false;
}

/* ---- words ------------------------------------------------------------------------------- */

bool query_is_blank(char c)
{
    return c && strchr(" \t\r\n\v\f", c);
}

/* A bracket that closes none is part of the text, as in "(was: lunch)". */
bool query_ends_word(const struct query_parser *r, char c)
{
    return !c || query_is_blank(c) || (c == ')' && r->open) || c == '|';
}

void query_skip_blanks(struct query_parser *r)
{
    while (query_is_blank(*r->p) || !strncmp(r->p, "\xC2\xA0", 2))
        r->p += *r->p == '\xC2' ? 2 : 1;
}

/* "and", "or", "not" as words of their own. */
static bool take_operator(struct query_parser *r, const char *word)
{
    size_t len = strlen(word);
    query_skip_blanks(r);
    if (!ascii_same(r->p, word, len) || (!query_ends_word(r, r->p[len]) && r->p[len] != '('))
        return false;
    r->p += len;
    return true;
}

static bool take_sign(struct query_parser *r, char sign)
{
    query_skip_blanks(r);
    if (*r->p != sign)
        return false;
    r->p++;
    return true;
}

/* ---- the tree ---------------------------------------------------------------------------- */

bool query_add_node(struct query_parser *r, enum query_kind kind, uint32_t a, uint32_t b,
                    uint32_t *node)
{
    struct query *q = r->q;
    if (q->node_count == LIMIT_QUERY_NODES)
        return query_fail(r, QUERY_WRONG, r->p, _("too many terms: at most %u"),
                          LIMIT_QUERY_NODES);
    q->nodes = xreallocarray(q->nodes, q->node_count + 1, sizeof *q->nodes);
    *node = (uint32_t)q->node_count;
    q->nodes[q->node_count++] = (struct query_node){kind, a, b};
    return true;
}

/* ---- and, or, not ------------------------------------------------------------------------ */

static bool parse_or(struct query_parser *r, uint32_t *node);

static bool parse_not(struct query_parser *r, uint32_t *node)
{
    const char *begin = r->p;
    uint32_t inner;
    query_skip_blanks(r);
    if (!*r->p)
        return query_fail(r, QUERY_INCOMPLETE, r->p, _("something is missing at the end"));
    if (*r->p == ')' || *r->p == '|')
        return query_fail(r, QUERY_WRONG, r->p, _("something is missing before \"%c\""), *r->p);
    if (r->depth == DEPTH_MAX)
        return query_fail(r, QUERY_WRONG, r->p, _("too many brackets inside each other"));
    bool good;
    r->depth++;
    if (take_sign(r, '!') || take_operator(r, "not")) {
        good = parse_not(r, &inner) && query_add_node(r, QUERY_NOT, inner, 0, node);
    } else if (take_sign(r, '(')) {
        r->open++;
        good = parse_or(r, node);
        r->open--;
        query_skip_blanks(r);
        if (good && !take_sign(r, ')'))
            good = query_fail(r, QUERY_INCOMPLETE, begin + strspn(begin, " "),
                              _("the closing bracket is missing"));
    } else {
        good = query_parse_term(r, node);
    }
    r->depth--;
    return good;
}

static bool parse_and(struct query_parser *r, uint32_t *node)
{
    uint32_t right;
    if (!parse_not(r, node))
        return false;
    for (;;) {
        const char *before = r->p;
        query_skip_blanks(r);
        if (!*r->p || *r->p == ')' || *r->p == '|')
            return true;
        if (take_operator(r, "or")) {
            r->p = before;
            return true;
        }
        take_operator(r, "and");
        if (!parse_not(r, &right) || !query_add_node(r, QUERY_AND, *node, right, node))
            return false;
    }
}

static bool parse_or(struct query_parser *r, uint32_t *node)
{
    uint32_t right;
    if (!parse_and(r, node))
        return false;
    for (;;) {
        bool is_sign = take_sign(r, '|');
        if (!is_sign && !take_operator(r, "or"))
            return true;
        if (is_sign && *r->p == '|')
            r->p++;
        if (!parse_and(r, &right) || !query_add_node(r, QUERY_OR, *node, right, node))
            return false;
    }
}

void query_parse(struct query *q)
{
    struct query_parser r = {.q = q, .p = q->text};
    if (strlen(q->text) > LIMIT_QUERY) {
        query_fail(&r, QUERY_WRONG, q->text + LIMIT_QUERY,
                   _("the query is longer than %u octets"), LIMIT_QUERY);
        return;
    }
    if (!parse_or(&r, &q->root))
        return;
    query_skip_blanks(&r);
    if (*r.p)
        query_fail(&r, QUERY_WRONG, r.p, _("there is no bracket for \"%c\" to close"), *r.p);
}
