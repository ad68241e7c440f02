#include "config.h"

#include "mail/rfc2231.h"

#include <string.h>

#include "base/ascii.h"
#include "base/limits.h"
#include "mail/charset.h"

/* Sections of one parameter; more are left out. */
#define SECTIONS_MOST 64

/* What was found under one name. */
struct found {
    struct header_parameter plain;    /* NAME */
    struct header_parameter extended; /* NAME* */
    struct section {
        struct header_parameter parameter; /* NAME*N, NAME*N* */
        bool is_extended;
    } sections[SECTIONS_MOST];
};

/* "*12" or "*12*" behind the name; false for anything else. */
static bool read_section(const char *text, size_t len, unsigned *number, bool *is_extended)
{
    *is_extended = len > 0 && text[len - 1] == '*';
    len -= *is_extended;
    if (len < 2 || len > 3 || text[0] != '*')
        return false;
    *number = 0;
    for (size_t i = 1; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *number = *number * 10 + (unsigned)(text[i] - '0');
    }
    return *number < SECTIONS_MOST;
}

static void sort_in(struct found *f, const struct header_parameter *p, size_t name_len)
{
    const char *rest = p->name + name_len;
    size_t len = p->name_len - name_len;
    unsigned number;
    bool is_extended;
    if (!len) {
        if (!f->plain.name)
            f->plain = *p;
    } else if (len == 1 && *rest == '*') {
        if (!f->extended.name)
            f->extended = *p;
    } else if (read_section(rest, len, &number, &is_extended) &&
               !f->sections[number].parameter.name) {
        f->sections[number] = (struct section){*p, is_extended};
    }
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* RFC 2231 section 4.1; a '%' that begins no escape stays. */
static void append_unescaped(struct buf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        int high = text[i] == '%' && len - i > 2 ? hex_digit(text[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
        buf_append_char(out, low >= 0 ? (char)(high << 4 | low) : text[i]);
        i += low >= 0 ? 2 : 0;
    }
}

/* "charset'language'"; returns where the value begins. */
static size_t read_charset(const struct buf *value, struct buf *charset)
{
    const char *first = memchr(value->data, '\'', value->len);
    const char *second =
        first ? memchr(first + 1, '\'', value->len - (size_t)(first + 1 - value->data)) : NULL;
    if (!second)
        return 0;
    buf_append(charset, value->data, (size_t)(first - value->data));
    return (size_t)(second + 1 - value->data);
}

static void append_section(struct buf *bytes, const struct header_parameter *p,
                           bool is_extended, struct buf *charset)
{
    struct buf value = BUF_INIT(LIMIT_HEADER);
    header_parameter_value(&value, p);
    size_t start = is_extended && charset ? read_charset(&value, charset) : 0;
    if (is_extended)
        append_unescaped(bytes, value.data + start, value.len - start);
    else
        buf_append(bytes, value.data, value.len);
    buf_release(&value);
}

static void append_decoded(struct buf *out, const struct buf *bytes, const struct buf *charset,
                           const struct rfc2047_context *context)
{
    if (charset->len &&
        charset_decode(out, charset->data, charset->len, bytes->data, bytes->len))
        return;
    charset_decode_undeclared(out, bytes->data, bytes->len, context ? context->hint : NULL,
                              context ? context->fallbacks : NULL);
}

/* Blanks in a name that nobody quoted: it goes on to the ';', without a comment. */
static void append_plain(struct buf *out, const struct header_parameter *p,
                         const struct rfc2047_context *context)
{
    struct buf value = BUF_INIT(LIMIT_HEADER);
    if (p->value_len && *p->value == '"') {
        header_parameter_value(&value, p);
    } else {
        size_t len = 0;
        while (len < p->value_len && p->value[len] != ';' && p->value[len] != '(')
            len++;
        const struct header_field rest = {"", 0, p->value, len};
        header_unfold(&value, &rest);
    }
    rfc2047_decode(out, value.data, value.len, context);
    buf_release(&value);
}

bool rfc2231_parameter(struct buf *out, const struct header_field *field, const char *name,
                       const struct rfc2047_context *context)
{
    struct found found;
    struct header_parameter p;
    size_t name_len = strlen(name);
    memset(&found, 0, sizeof found);
    for (size_t pos = 0; header_next_parameter(field, &pos, &p);)
        if (p.name_len >= name_len && ascii_same(p.name, name, name_len))
            sort_in(&found, &p, name_len);
    bool in_sections = found.sections[0].parameter.name != NULL;
    if (!in_sections && !found.extended.name) {
        if (found.plain.name)
            append_plain(out, &found.plain, context);
        return found.plain.name != NULL;
    }
    struct buf bytes = BUF_INIT(LIMIT_HEADER), charset = BUF_INIT(64);
    if (!in_sections)
        append_section(&bytes, &found.extended, true, &charset);
    for (unsigned i = 0; in_sections && i < SECTIONS_MOST; i++) {
        const struct section *s = &found.sections[i];
        if (!s->parameter.name)
            break;
        append_section(&bytes, &s->parameter, s->is_extended, i ? NULL : &charset);
    }
    append_decoded(out, &bytes, &charset, context);
    buf_release(&bytes);
    buf_release(&charset);
    return true;
}

bool rfc2231_charset(struct buf *out, const struct header_field *field)
{
    size_t start = out->len;
    if (!rfc2231_parameter(out, field, "charset", NULL))
        return false;
    buf_truncate(out, start + strcspn(out->data + start, " \t"));
    return true;
}
