#include "config.h"

#include <string.h>

#include "mail/mime_inside.h"

/* Boundaries (RFC 2046 section 5.1.1). */

static bool is_padding(const char *text, size_t len)
{
    while (len && (text[len - 1] == ' ' || text[len - 1] == '\t'))
        len--;
    return !len;
}

/* LINE, without its end, against that of one level. */
static enum boundary match(const struct mime_part *p, const char *line, size_t len)
{
    if (len < 2 + p->boundary_len || memcmp(line + 2, p->boundary, p->boundary_len) != 0)
        return NO_BOUNDARY;
    line += 2 + p->boundary_len;
    len -= 2 + p->boundary_len;
    if (is_padding(line, len))
        return NEXT_PART;
    if (len >= 2 && line[0] == '-' && line[1] == '-' && is_padding(line + 2, len - 2))
        return LAST_BOUNDARY;
    return NO_BOUNDARY;
}

enum boundary mime_find_boundary(const struct mime *m, unsigned *level)
{
    const char *line = m->line.data;
    size_t len = m->line.len;
    if (len && line[len - 1] == '\n')
        len--;
    if (len && line[len - 1] == '\r')
        len--;
    if (m->line_is_cut || len < 2 || line[0] != '-' || line[1] != '-')
        return NO_BOUNDARY;
    for (*level = m->depth; (*level)-- > 0;) {
        enum boundary b = match(mime_part_at(m, m->levels[*level].part), line, len);
        if (b != NO_BOUNDARY)
            return b;
    }
    return NO_BOUNDARY;
}

bool mime_is_half_boundary(struct mime *m)
{
    for (unsigned i = 0; i < m->depth && m->line.len > 2; i++) {
        const struct mime_part *p = mime_part_at(m, m->levels[i].part);
        size_t len = m->line.len - 2, rest = len > p->boundary_len ? len - p->boundary_len : 0;
        if (m->line.data[1] == '-' && rest < 2 &&
            !memcmp(m->line.data + 2, p->boundary, len - rest) &&
            (!rest || m->line.data[m->line.len - 1] == '-')) {
            m->eol_len = 0;
            return true;
        }
    }
    return false;
}

bool mime_is_hopeless(const struct mime *m)
{
    return m->line.len > m->longest + 4 + PADDING_MOST ||
           (m->line.len >= 2 && m->line.data[1] != '-');
}
