#include "config.h"

#include "mail/flowed.h"

#include <string.h>

/* One line of the text, what belongs to its form taken off (RFC 3676 section 4.5). */
struct line {
    const char *text;
    size_t len;
    size_t quotes;
    bool is_flowed; /* it goes on in the next line */
};

static const char *next_line(const char *p, const char *end, struct line *l)
{
    const char *lf = memchr(p, '\n', (size_t)(end - p));
    const char *stop = lf ? lf : end;
    l->quotes = 0;
    while (p + l->quotes < stop && p[l->quotes] == '>')
        l->quotes++;
    l->text = p + l->quotes;
    l->len = (size_t)(stop - l->text);
    if (l->len && l->text[l->len - 1] == '\r')
        l->len--;
    if (l->len && *l->text == ' ') { /* stuffed */
        l->text++;
        l->len--;
    }
    bool is_signature = l->len == 3 && !memcmp(l->text, "-- ", 3);
    l->is_flowed = l->len && l->text[l->len - 1] == ' ' && !is_signature;
    return lf ? lf + 1 : end;
}

static void append_quotes(struct buf *out, size_t quotes)
{
    for (size_t i = 0; i < quotes && out->len < out->cap; i++)
        buf_append_char(out, '>');
    if (quotes)
        buf_append_char(out, ' ');
}

void flowed_join(struct buf *out, const char *text, size_t len, bool deletes_space)
{
    const char *p = text, *end = text + len;
    struct line line;
    bool is_open = false; /* the line before goes on */
    size_t quotes = 0;
    while (p < end) {
        p = next_line(p, end, &line);
        bool is_signature = line.len == 3 && !memcmp(line.text, "-- ", 3);
        if (is_open && (line.quotes != quotes || is_signature)) {
            buf_append_char(out, '\n');
            is_open = false;
        }
        if (!is_open)
            append_quotes(out, line.quotes);
        buf_append_cut(out, line.text, line.len - (line.is_flowed && deletes_space));
        quotes = line.quotes;
        is_open = line.is_flowed;
        if (!is_open)
            buf_append_char(out, '\n');
    }
    if (is_open)
        buf_append_char(out, '\n');
}
