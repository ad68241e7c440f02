#include "config.h"

#include "mail/html_token.h"

#include <string.h>

#include "base/ascii.h"
#include "base/limits.h"

#define FNV_START 2166136261u
#define FNV_PRIME 16777619u
#define REPLACEMENT "\xEF\xBF\xBD"

enum state {
    DATA,
    TAG_OPEN,
    END_TAG_OPEN,
    TAG_NAME,
    BEFORE_ATTRIBUTE,
    ATTRIBUTE_NAME,
    AFTER_ATTRIBUTE,
    BEFORE_VALUE,
    VALUE,
    MARKUP, /* behind "<!" */
    BOGUS,  /* to the next '>' */
    COMMENT,
    RAW,
    RAW_OPEN, /* '<' in RAW */
    RAW_NAME, /* "</" in RAW, and a part of the name */
    REFERENCE
};

void html_tokens_init(struct html_tokens *t)
{
    *t = (struct html_tokens){.values = BUF_INIT(LIMIT_HTML_ATTRIBUTES)};
}

void html_tokens_release(struct html_tokens *t)
{
    buf_release(&t->values);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
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
static void add_to_name(struct html_tokens *t, char c)
{
    c = c ? ascii_lower(c) : '?';
    t->key = (t->key ^ (unsigned char)c) * FNV_PRIME;
    if (t->name_len < HTML_NAME_SIZE)
        t->name[t->name_len++] = c;
}

static void begin_tag(struct html_tokens *t, bool end_tag)
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

/* ---- attributes -------------------------------------------------------------------------- */

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

static void add_to_value(struct html_tokens *t, const char *bytes, size_t len)
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

static void begin_reference(struct html_tokens *t)
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
    add_to_value(t, t->reference.text, t->reference.len);
    return false;
}

/* ---- states: each takes one byte or more from *AT, or leaves the byte to another state;
 * true: a token is there --------------------------------------------------------------------
 */

static bool in_data(struct html_tokens *t, const char **at, const char *end,
                    struct html_token *token)
{
    const char *p = *at;
    while (p < end && *p != '<' && *p != '&' && *p)
        p++;
    bool text = give_text(token, *at, (size_t)(p - *at));
    if (p < end && *p == '<')
        t->state = TAG_OPEN;
    else if (p < end && *p == '&')
        begin_reference(t);
    *at = p < end ? p + 1 : p;
    return text;
}

static bool in_tag_open(struct html_tokens *t, const char **at, struct html_token *token)
{
    char c = **at;
    if (is_letter(c)) {
        begin_tag(t, false);
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
        begin_tag(t, true);
    else
        t->state = BOGUS;
}

static void in_tag_name(struct html_tokens *t, const char **at, const char *end)
{
    const char *p = *at;
    for (; p < end && !is_space(*p) && *p != '/' && *p != '>'; p++)
        add_to_name(t, *p);
    if (p < end)
        end_tag_name(t);
    *at = p;
}

static bool in_before_attribute(struct html_tokens *t, const char **at,
                                struct html_token *token)
{
    char c = **at;
    if (c == '>') {
        ++*at;
        return give_tag(t, token);
    }
    if (is_space(c) || c == '/') {
        ++*at;
        return false;
    }
    uint32_t key = t->key; /* the tag's */
    begin_name(t);
    t->key = key;
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
    for (; p < end && !is_space(*p) && *p != '/' && *p != '>' && *p != '='; p++)
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
    if (is_space(**at)) {
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
    if (is_space(c)) {
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
    return t->quote ? c == t->quote : is_space(c) || c == '>';
}

static void in_value(struct html_tokens *t, const char **at, const char *end)
{
    const char *p = *at;
    if (t->attribute == ATTRIBUTE_COUNT && t->quote) {
        p = memchr(p, t->quote, (size_t)(end - p));
        p = p ? p : end;
    }
    while (p < end && *p && *p != '&' && !ends_value(t, *p))
        p++;
    add_to_value(t, *at, (size_t)(p - *at));
    *at = p;
    if (p == end)
        return;
    if (ends_value(t, *p)) {
        *at += t->quote != '\0';
        end_value(t);
        return;
    }
    ++*at;
    if (*p)
        begin_reference(t);
    else
        add_to_value(t, REPLACEMENT, strlen(REPLACEMENT));
}

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
    } else if (t->matched == t->raw_len && (is_space(c) || c == '/' || c == '>')) {
        begin_tag(t, true);
        for (size_t i = 0; i < t->raw_len; i++)
            add_to_name(t, t->raw[i]);
    } else {
        t->state = RAW;
    }
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

static bool in_tag(struct html_tokens *t, const char **at, const char *end,
                   struct html_token *token)
{
    switch (t->state) {
    case END_TAG_OPEN:
        in_end_tag_open(t, at);
        break;
    case TAG_NAME:
        in_tag_name(t, at, end);
        break;
    case BEFORE_ATTRIBUTE:
        return in_before_attribute(t, at, token);
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

static void in_hidden(struct html_tokens *t, const char **at, const char *end)
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
            found = in_tag(t, at, end, token);
        else
            in_hidden(t, at, end);
        if (found)
            return true;
    }
    return false;
}

bool html_tokens_finish(struct html_tokens *t, struct html_token *token)
{
    enum state state = t->state;
    t->state = DATA;
    if (state == REFERENCE && t->back == DATA) {
        html_reference_finish(&t->reference, false);
        return end_reference(t, token);
    }
    return state == TAG_OPEN       ? give_text(token, "<", 1)
           : state == END_TAG_OPEN ? give_text(token, "</", 2)
                                   : false;
}
