#include "config.h"

#include "mail/html_token.h"

#include <string.h>

#include "base/ascii.h"
#include "base/limits.h"
#include "mail/html_token_inside.h"

#define FNV_START 2166136261u
#define FNV_PRIME 16777619u
#define LOOK 256

void html_tokens_init(struct html_tokens *t)
{
    *t = (struct html_tokens){.values = BUF_INIT(LIMIT_HTML_ATTRIBUTES)};
}

void html_tokens_release(struct html_tokens *t)
{
    buf_release(&t->values);
}

static bool is_letter(char c)
{
    return (c | 32) >= 'a' && (c | 32) <= 'z';
}

/* ---- names ------------------------------------------------------------------------------- */

static void begin_name(struct html_tokens *t)
{
    t->name_len = 0;
    t->key = FNV_START;
}

/* The whole name counts in the key, its first letters are kept. */
void html_token_add_to_name(struct html_tokens *t, char c)
{
    c = c ? ascii_lower(c) : '?';
    t->key = (t->key ^ (unsigned char)c) * FNV_PRIME;
    if (t->name_len < HTML_NAME_SIZE)
        t->name[t->name_len++] = c;
}

void html_token_begin_tag(struct html_tokens *t, bool end_tag)
{
    t->end_tag = end_tag;
    t->scripted = false;
    memset(t->attributes, 0, sizeof t->attributes);
    buf_clear(&t->values);
    begin_name(t);
    t->state = TAG_NAME;
}

static void end_tag_name(struct html_tokens *t)
{
    t->tag = html_tag_find(t->name, t->name_len);
    if (!t->end_tag && html_tag_flags(t->tag) & TAG_IS_RAW) {
        memcpy(t->raw, t->name, t->name_len);
        t->raw_len = t->name_len;
    }
    t->state = BEFORE_ATTRIBUTE;
}

/* ---- tokens ------------------------------------------------------------------------------ */

static bool give_text(struct html_token *token, const char *text, size_t len)
{
    *token = (struct html_token){.kind = HTML_TEXT, .text = text, .len = len};
    return len > 0;
}

static bool give_tag(struct html_tokens *t, struct html_token *token)
{
    bool raw = !t->end_tag && html_tag_flags(t->tag) & TAG_IS_RAW;
    *token = (struct html_token){
        .kind = t->end_tag ? HTML_END : HTML_START, .tag = t->tag, .key = t->key};
    t->state = raw ? RAW : DATA;
    return true;
}

void html_token_begin_reference(struct html_tokens *t)
{
    t->back = t->state;
    t->state = REFERENCE;
    t->reference = (struct html_reference){0};
}

static bool end_reference(struct html_tokens *t, struct html_token *token)
{
    t->state = t->back;
    if (t->back == DATA)
        return give_text(token, t->reference.text, t->reference.len);
    html_token_add_to_value(t, t->reference.text, t->reference.len);
    return false;
}

/* ---- steps ------------------------------------------------------------------------------- */

/* The first STOP, '&' or NUL, or where this look ends: it is short, as it is repeated behind
 * each '&'. */
const char *html_token_find_stop(const char *p, const char *end, char stop)
{
    size_t len = end - p < LOOK ? (size_t)(end - p) : LOOK;
    const char *found = memchr(p, stop, len);
    len = found ? (size_t)(found - p) : len;
    found = memchr(p, '&', len);
    len = found ? (size_t)(found - p) : len;
    found = memchr(p, '\0', len);
    return found ? found : p + len;
}

static bool in_data(struct html_tokens *t, const char **at, const char *end,
                    struct html_token *token)
{
    const char *p = html_token_find_stop(*at, end, '<');
    bool text = give_text(token, *at, (size_t)(p - *at));
    *at = p;
    if (p == end || (*p && *p != '<' && *p != '&'))
        return text;
    ++*at;
    if (*p == '<')
        t->state = TAG_OPEN;
    else if (*p)
        html_token_begin_reference(t);
    return text;
}

static bool in_tag_open(struct html_tokens *t, const char **at, struct html_token *token)
{
    char c = **at;
    if (is_letter(c)) {
        html_token_begin_tag(t, false);
        return false;
    }
    if (c != '/' && c != '!' && c != '?') {
        t->state = DATA;
        return give_text(token, "<", 1);
    }
    ++*at;
    t->state = c == '/' ? END_TAG_OPEN : c == '!' ? MARKUP : BOGUS;
    t->matched = 0;
    return false;
}

static void in_end_tag_open(struct html_tokens *t, const char **at)
{
    if (is_letter(**at))
        html_token_begin_tag(t, true);
    else
        t->state = BOGUS;
}

static void in_tag_name(struct html_tokens *t, const char **at, const char *end)
{
    const char *p = *at;
    for (; p < end && !html_token_is_space(*p) && *p != '/' && *p != '>'; p++)
        html_token_add_to_name(t, *p);
    if (p < end)
        end_tag_name(t);
    *at = p;
}

static bool in_reference(struct html_tokens *t, const char **at, struct html_token *token)
{
    switch (html_reference_add(&t->reference, **at, t->back != DATA)) {
    case REFERENCE_MORE:
        ++*at;
        return false;
    case REFERENCE_TAKEN:
        ++*at;
        break;
    case REFERENCE_BEFORE:
        break;
    }
    return end_reference(t, token);
}

/* Behind the '<': true where a tag ends. */
static bool in_tag(struct html_tokens *t, const char **at, const char *end)
{
    if (t->state == END_TAG_OPEN)
        in_end_tag_open(t, at);
    else if (t->state == TAG_NAME)
        in_tag_name(t, at, end);
    else
        return html_token_in_tag(t, at, end);
    return false;
}

bool html_tokens_next(struct html_tokens *t, const char **at, const char *end,
                      struct html_token *token)
{
    while (*at < end) {
        bool found = false;
        if (t->state == DATA)
            found = in_data(t, at, end, token);
        else if (t->state == TAG_OPEN)
            found = in_tag_open(t, at, token);
        else if (t->state == REFERENCE)
            found = in_reference(t, at, token);
        else if (t->state <= VALUE)
            found = in_tag(t, at, end) && give_tag(t, token);
        else
            html_token_in_aside(t, at, end);
        if (found)
            return true;
    }
    return false;
}

bool html_tokens_finish(struct html_tokens *t, struct html_token *token)
{
    unsigned state = t->state;
    t->state = DATA;
    if (state == REFERENCE && t->back == DATA) {
        html_reference_finish(&t->reference, false);
        return end_reference(t, token);
    }
    return state == TAG_OPEN       ? give_text(token, "<", 1)
           : state == END_TAG_OPEN ? give_text(token, "</", 2)
                                   : false;
}
