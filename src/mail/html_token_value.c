#include "config.h"

#include <string.h>

#include "base/ascii.h"
#include "base/limits.h"
#include "mail/html_token_inside.h"

#define REPLACEMENT "\xEF\xBF\xBD"

/* ---- values ------------------------------------------------------------------------------ */

static void end_attribute_name(struct html_tokens *t)
{
    t->attribute = html_attribute_find(t->name, t->name_len);
    if (t->name_len > 2 && t->name[0] == 'o' && t->name[1] == 'n')
        t->scripted = true;
    if (t->end_tag || (t->attribute < ATTRIBUTE_COUNT && t->attributes[t->attribute].present))
        t->attribute = ATTRIBUTE_COUNT;
    if (t->attribute < ATTRIBUTE_COUNT)
        t->attributes[t->attribute] =
            (struct html_value){.from = t->values.len, .present = true};
}

void html_token_add_to_value(struct html_tokens *t, const char *bytes, size_t len)
{
    if (t->attribute == ATTRIBUTE_COUNT)
        return;
    struct html_value *value = &t->attributes[t->attribute];
    size_t room = LIMIT_HTML_ATTRIBUTE - value->len;
    size_t left = t->values.cap - t->values.len;
    if (left <= 1) /* one for the NUL */
        room = 0;
    else if (left - 1 < room)
        room = left - 1;
    if (len > room) {
        value->cut = true;
        len = room;
    }
    buf_append(&t->values, bytes, len);
    value->len += len;
}

static void end_value(struct html_tokens *t)
{
    if (t->attribute < ATTRIBUTE_COUNT)
        buf_append_char(&t->values, '\0');
    t->attribute = ATTRIBUTE_COUNT;
    t->state = BEFORE_ATTRIBUTE;
}

const char *html_tokens_value(const struct html_tokens *t, enum html_attribute which)
{
    const struct html_value *value = &t->attributes[which];
    return value->present ? value->len ? t->values.data + value->from : "" : NULL;
}

bool html_tokens_cut(const struct html_tokens *t, enum html_attribute which)
{
    return t->attributes[which].cut;
}

bool html_tokens_scripted(const struct html_tokens *t)
{
    return t->scripted;
}

/* ---- steps ------------------------------------------------------------------------------- */

static bool in_before_attribute(struct html_tokens *t, const char **at)
{
    char c = **at;
    if (c == '>') {
        ++*at;
        return true;
    }
    if (html_token_is_space(c) || c == '/') {
        ++*at;
        return false;
    }
    t->name_len = 0;
    t->state = ATTRIBUTE_NAME;
    if (c == '=') { /* a name may begin with it */
        t->name[t->name_len++] = c;
        ++*at;
    }
    return false;
}

static void in_attribute_name(struct html_tokens *t, const char **at, const char *end)
{
    const char *p = *at;
    for (; p < end && !html_token_is_space(*p) && *p != '/' && *p != '>' && *p != '='; p++)
        if (t->name_len < HTML_NAME_SIZE)
            t->name[t->name_len++] = *p ? ascii_lower(*p) : '?';
    if (p < end) {
        end_attribute_name(t);
        t->state = AFTER_ATTRIBUTE;
    }
    *at = p;
}

static void in_after_attribute(struct html_tokens *t, const char **at)
{
    if (html_token_is_space(**at)) {
        ++*at;
    } else if (**at == '=') {
        t->state = BEFORE_VALUE;
        ++*at;
    } else {
        end_value(t);
    }
}

static void in_before_value(struct html_tokens *t, const char **at)
{
    char c = **at;
    if (html_token_is_space(c)) {
        ++*at;
    } else if (c == '>') {
        end_value(t);
    } else {
        t->quote = c == '"' || c == '\'' ? c : '\0';
        *at += t->quote != '\0';
        t->state = VALUE;
    }
}

static bool ends_value(const struct html_tokens *t, char c)
{
    return t->quote ? c == t->quote : html_token_is_space(c) || c == '>';
}

static void in_value(struct html_tokens *t, const char **at, const char *end)
{
    const char *p = *at;
    if (t->attribute == ATTRIBUTE_COUNT && t->quote) {
        p = memchr(p, t->quote, (size_t)(end - p));
        p = p ? p : end;
    } else if (t->quote)
        p = html_token_find_stop(p, end, t->quote);
    while (!t->quote && p < end && *p && *p != '&' && !ends_value(t, *p))
        p++;
    html_token_add_to_value(t, *at, (size_t)(p - *at));
    *at = p;
    if (p == end || (*p && *p != '&' && !ends_value(t, *p)))
        return;
    if (ends_value(t, *p)) {
        *at += t->quote != '\0';
        end_value(t);
        return;
    }
    ++*at;
    if (*p)
        html_token_begin_reference(t);
    else
        html_token_add_to_value(t, REPLACEMENT, strlen(REPLACEMENT));
}

bool html_token_in_tag(struct html_tokens *t, const char **at, const char *end)
{
    switch (t->state) {
    case BEFORE_ATTRIBUTE:
        return in_before_attribute(t, at);
    case ATTRIBUTE_NAME:
        in_attribute_name(t, at, end);
        break;
    case AFTER_ATTRIBUTE:
        in_after_attribute(t, at);
        break;
    case BEFORE_VALUE:
        in_before_value(t, at);
        break;
    default:
        in_value(t, at, end);
        break;
    }
    return false;
}
