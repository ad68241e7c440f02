#include "config.h"

#include "mail/header.h"

#include <string.h>

#include "base/ascii.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_space(char c)
{
    return is_blank(c) || c == '\r' || c == '\n';
}

/* ---- fields ----------------------------------------------------------------------------- */

/* A line of the block, without the LF and the CRs before it, and where the next one is. */
struct line {
    const char *text;
    size_t len;
    size_t next;
};

static struct line line_at(const char *block, size_t len, size_t pos)
{
    const char *text = block + pos;
    const char *lf = memchr(text, '\n', len - pos);
    size_t n = lf ? (size_t)(lf - text) : len - pos;
    struct line line = {text, n, lf ? pos + n + 1 : len};
    while (line.len && text[line.len - 1] == '\r')
        line.len--;
    return line;
}

static bool line_is_folded(const struct line *line)
{
    return line->len && is_blank(line->text[0]);
}

static bool line_is_white(const struct line *line)
{
    for (size_t i = 0; i < line->len; i++)
        if (!is_blank(line->text[i]))
            return false;
    return true;
}

/* The name before a colon, RFC 5322 section 3.6.8, with blanks before the colon (4.5.8).  The
 * "From " of an mbox has no colon right behind it, and so is no field. */
static bool line_field(const struct line *line, struct header_field *field)
{
    size_t n = 0, colon;
    while (n < line->len && line->text[n] > ' ' && line->text[n] < 127 && line->text[n] != ':')
        n++;
    for (colon = n; colon < line->len && is_blank(line->text[colon]);)
        colon++;
    if (!n || colon == line->len || line->text[colon] != ':')
        return false;
    *field =
        (struct header_field){line->text, n, line->text + colon + 1, line->len - colon - 1};
    return true;
}

/* A blank line ends the header.  One of blanks alone is part of a fold (RFC 5322 section 4.2)
 * where the header goes on behind it, and a blank line with padding where it does not. */
static bool line_ends_header(const struct line *line, const char *block, size_t len)
{
    struct header_field unused;
    if (!line->len)
        return true;
    if (!line_is_white(line))
        return false;
    struct line next = line_at(block, len, line->next);
    return next.len && !line_is_folded(&next) && !line_field(&next, &unused);
}

bool header_next(const char *block, size_t len, size_t *pos, struct header_field *field)
{
    bool found = false;
    while (*pos < len) {
        struct line line = line_at(block, len, *pos);
        bool folded = line_is_folded(&line);
        if (line_ends_header(&line, block, len)) {
            if (!found)
                *pos = line.next;
            break;
        }
        if (folded && found)
            field->body_len = (size_t)(line.text + line.len - field->body);
        else if (found)
            break;
        else
            found = !folded && line_field(&line, field);
        *pos = line.next;
    }
    return found;
}

bool header_is(const struct header_field *field, const char *name)
{
    return ascii_is(field->name, field->name_len, name);
}

static bool is_mbox_line(const char *line, size_t len)
{
    return (len >= 5 && !memcmp(line, "From ", 5)) || (len >= 6 && !memcmp(line, ">From ", 6));
}

size_t header_fields_end(const char *block, size_t len)
{
    size_t end = 0, pos = 0;
    struct header_field field;
    while (header_next(block, len, &pos, &field))
        end = pos;
    while (is_mbox_line(block + end, len - end)) {
        const char *lf = memchr(block + end, '\n', len - end);
        end = lf ? (size_t)(lf - block) + 1 : len;
    }
    return end;
}

bool header_find(const char *block, size_t len, const char *name, unsigned nth,
                 struct header_field *field)
{
    size_t pos = 0;
    while (header_next(block, len, &pos, field))
        if (header_is(field, name) && nth-- == 0)
            return true;
    return false;
}

void header_unfold(struct buf *out, const struct header_field *field)
{
    const char *p = field->body, *end = p + field->body_len;
    while (p < end && is_space(*p))
        p++;
    while (p < end && is_space(end[-1]))
        end--;
    while (p < end) {
        const char *text = p;
        while (p < end && !is_space(*p))
            p++;
        const char *space = p;
        bool fold = false, blank = false;
        for (; p < end && is_space(*p); p++) {
            fold |= *p == '\n';
            blank |= is_blank(*p);
        }
        buf_append_cut(out, text, (size_t)((fold ? space : p) - text));
        if (fold && blank)
            buf_append_char(out, ' ');
    }
}

/* ---- parameters, RFC 2045 section 5.1 ---------------------------------------------------- */

struct scan {
    const char *p, *end;
};

/* Over a quoted string or comment (which nests) and its escapes; an end may be missing. */
static void skip_enclosed(struct scan *s)
{
    bool quoted = *s->p++ == '"';
    size_t depth = 1;
    for (; s->p < s->end && depth; s->p++) {
        if (*s->p == '\\' && s->end - s->p > 1)
            s->p++;
        else if (*s->p == (quoted ? '"' : ')'))
            depth--;
        else if (!quoted && *s->p == '(')
            depth++;
    }
}

static void skip_space(struct scan *s)
{
    while (s->p < s->end && (is_space(*s->p) || *s->p == '('))
        if (*s->p == '(')
            skip_enclosed(s);
        else
            s->p++;
}

static void skip_word(struct scan *s, const char *stops)
{
    while (s->p < s->end && !is_space(*s->p) && (!*s->p || !strchr(stops, *s->p)))
        s->p++;
}

/* To the next parameter. */
static bool skip_to_semicolon(struct scan *s)
{
    while (s->p < s->end && *s->p != ';')
        if (*s->p == '"' || *s->p == '(')
            skip_enclosed(s);
        else
            s->p++;
    if (s->p == s->end)
        return false;
    s->p++;
    return true;
}

static void append_quoted(struct buf *out, const char *text, const char *end)
{
    for (; text < end && *text != '"'; text++) {
        if (*text == '\\' && end - text > 1)
            text++;
        else if (*text == '\r' || *text == '\n')
            continue;
        if (!buf_append_char(out, *text))
            break;
    }
}

static void append_value(struct buf *out, struct scan *s)
{
    const char *value = s->p;
    if (s->p < s->end && *s->p == '"') {
        skip_enclosed(s);
        append_quoted(out, value + 1, s->p);
    } else {
        skip_word(s, ";(\"");
        buf_append_cut(out, value, (size_t)(s->p - value));
    }
}

bool header_next_parameter(const struct header_field *field, size_t *pos,
                           struct header_parameter *parameter)
{
    struct scan s = {field->body + *pos, field->body + field->body_len};
    while (s.p < s.end) {
        skip_space(&s);
        parameter->name = s.p;
        skip_word(&s, "=;(\"");
        parameter->name_len = (size_t)(s.p - parameter->name);
        skip_space(&s);
        bool found = parameter->name_len && s.p < s.end && *s.p == '=';
        if (found) {
            s.p++;
            skip_space(&s);
            parameter->value = s.p;
        }
        if (!skip_to_semicolon(&s))
            s.p = s.end;
        *pos = (size_t)(s.p - field->body);
        if (found) {
            parameter->value_len = (size_t)(s.p - parameter->value);
            return true;
        }
    }
    return false;
}

void header_parameter_value(struct buf *out, const struct header_parameter *parameter)
{
    struct scan s = {parameter->value, parameter->value + parameter->value_len};
    append_value(out, &s);
}

bool header_parameter(struct buf *out, const struct header_field *field, const char *name)
{
    struct header_parameter parameter;
    for (size_t pos = 0; header_next_parameter(field, &pos, &parameter);) {
        if (!ascii_is(parameter.name, parameter.name_len, name))
            continue;
        header_parameter_value(out, &parameter);
        return true;
    }
    return false;
}
