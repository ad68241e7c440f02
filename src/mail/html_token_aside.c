#include "config.h"

#include <string.h>

#include "base/ascii.h"
#include "mail/html_token_inside.h"

static void in_markup(struct html_tokens *t, const char **at)
{
    if (**at != '-') {
        t->state = BOGUS;
        return;
    }
    ++*at;
    if (++t->matched < 2)
        return;
    t->state = COMMENT;
    t->dashes = 2; /* "<!-->" is a whole comment */
    t->fresh = true;
    t->bang = false;
}

static void in_bogus(struct html_tokens *t, const char **at, const char *end)
{
    const char *p = memchr(*at, '>', (size_t)(end - *at));
    if (p)
        t->state = DATA;
    *at = p ? p + 1 : end;
}

static void in_comment(struct html_tokens *t, const char **at, const char *end)
{
    if (!t->dashes && !t->bang) {
        const char *p = memchr(*at, '-', (size_t)(end - *at));
        *at = p ? p : end;
        if (!p)
            return;
    }
    char c = *(*at)++;
    if (c == '>' && (t->dashes >= 2 || t->bang)) {
        t->state = DATA;
        return;
    }
    t->bang = c == '!' && t->dashes >= 2 && !t->fresh;
    t->dashes = c == '-' ? t->dashes + (t->dashes < 2) : 0;
    t->fresh = false;
}

static void in_raw(struct html_tokens *t, const char **at, const char *end)
{
    const char *p = memchr(*at, '<', (size_t)(end - *at));
    if (p)
        t->state = RAW_OPEN;
    *at = p ? p + 1 : end;
}

static void in_raw_open(struct html_tokens *t, const char **at)
{
    t->state = **at == '/' ? RAW_NAME : RAW;
    *at += **at == '/';
    t->matched = 0;
}

static void in_raw_name(struct html_tokens *t, const char **at)
{
    char c = **at;
    if (t->matched < t->raw_len && ascii_lower(c) == t->raw[t->matched]) {
        t->matched++;
        ++*at;
    } else if (t->matched == t->raw_len && (html_token_is_space(c) || c == '/' || c == '>')) {
        html_token_begin_tag(t, true);
        for (size_t i = 0; i < t->raw_len; i++)
            html_token_add_to_name(t, t->raw[i]);
    } else {
        t->state = RAW;
    }
}

void html_token_in_aside(struct html_tokens *t, const char **at, const char *end)
{
    switch (t->state) {
    case MARKUP:
        in_markup(t, at);
        break;
    case BOGUS:
        in_bogus(t, at, end);
        break;
    case COMMENT:
        in_comment(t, at, end);
        break;
    case RAW:
        in_raw(t, at, end);
        break;
    case RAW_OPEN:
        in_raw_open(t, at);
        break;
    default:
        in_raw_name(t, at);
        break;
    }
}
