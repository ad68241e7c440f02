#include "config.h"

#include <string.h>

#include "mail/header.h"
#include "mail/mime_inside.h"

/* The header of a part, line by line. */

static bool is_blank_line(const struct buf *line)
{
    return (line->len == 1 && line->data[0] == '\n') ||
           (line->len == 2 && line->data[0] == '\r' && line->data[1] == '\n');
}

/* "Name: ..." or a fold: for a part that may begin without a header. */
static bool is_field(const struct buf *line, bool is_first)
{
    size_t len = 0;
    if (!is_first && (*line->data == ' ' || *line->data == '\t'))
        return true;
    while (line->data[len] > ' ' && line->data[len] != ':' && line->data[len] != 0x7F)
        len++;
    return len && line->data[len] == ':';
}

/* The header ended without a blank line: its last line belongs to the body. */
static void begin_part_with_line(struct mime *m)
{
    struct buf line = m->line;
    m->line = BUF_INIT(LINE_MOST);
    uint64_t behind = m->offset;
    m->offset = m->line_at;
    mime_begin_part(m);
    mime_feed(m, line.data, line.len);
    m->offset = behind;
    buf_release(&line);
}

/* Its last line is a single word without an end: the beginning of a field. */
static bool ends_in_word(const struct buf *header)
{
    size_t at = header->len;
    while (at && (unsigned char)header->data[at - 1] > ' ')
        at--;
    return at < header->len && at && header->data[at - 1] == '\n';
}

/* The header has ended, or the message.  What stands behind its last field is text. */
static void begin_part_at_text(struct mime *m)
{
    size_t end = header_fields_end(m->header.data, m->header.len);
    if (end == m->header.len || m->header_is_cut) {
        buf_clear(&m->line);
        mime_begin_part(m);
        return;
    }
    struct buf text = BUF_INIT(2 * LIMIT_HEADER);
    buf_append(&text, m->header.data + end, m->header.len - end);
    buf_append(&text, m->line.data, m->line.len);
    buf_truncate(&m->header, end);
    buf_clear(&m->line);
    m->offset = m->header_at + end;
    mime_begin_part(m);
    mime_feed(m, text.data, text.len);
    buf_release(&text);
}

/* The first line of a part is no field: the part has no header. */
static bool is_without_header(const struct mime *m)
{
    return m->header_parent != MIME_NO_PART && !m->header_began &&
           mime_part_at(m, m->header_parent)->kind == MIME_MULTIPART &&
           !is_field(&m->line, true);
}

static void take_header_line(struct mime *m)
{
    if (m->depth && mime_find_boundary(m, &(unsigned){0}) != NO_BOUNDARY) {
        struct buf line = m->line; /* a part without a body */
        bool cut = m->line_is_cut;
        uint64_t at = m->line_at, behind = m->offset;
        m->line = BUF_INIT(LINE_MOST);
        m->offset = at;
        while (m->state == IN_HEADER) /* of a message in a message, too */
            begin_part_at_text(m);
        buf_release(&m->line);
        m->line = line;
        m->line_is_cut = cut;
        m->line_at = at;
        m->offset = behind;
        mime_take_boundary(m);
        return;
    }
    if (is_blank_line(&m->line)) {
        begin_part_at_text(m);
        return;
    }
    if (is_without_header(m)) {
        begin_part_with_line(m);
        return;
    }
    m->header_began = true;
    m->header_is_cut |= !buf_append_cut(&m->header, m->line.data, m->line.len);
    m->header_is_cut |= m->line_is_cut;
    if (m->line_is_cut)
        buf_append_char(&m->header, '\n');
    buf_clear(&m->line);
    m->line_is_cut = false;
}

const char *mime_feed_header(struct mime *m, const char *p, const char *end)
{
    size_t room = m->line.cap - m->line.len;
    if (mime_collect_line(m, &p, room && room < (size_t)(end - p) ? p + room : end))
        take_header_line(m);
    else if (m->line.len == m->line.cap && is_without_header(m))
        begin_part_with_line(m);
    return p;
}

void mime_end_header(struct mime *m, bool cut)
{
    if (m->line.len)
        take_header_line(m);
    if (m->state != IN_HEADER)
        return;
    if (cut || ends_in_word(&m->header))
        mime_begin_part(m);
    else
        begin_part_at_text(m);
}
