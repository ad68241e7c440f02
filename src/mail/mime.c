#include "config.h"

#include "mail/mime.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/limits.h"
#include "base/mem.h"
#include "mail/mime_inside.h"

/* What is decoded at once. */
#define PIECE 49152u

/* ---- parts ------------------------------------------------------------------------------- */

static struct mime_part *add_part(struct mime *m)
{
    if (m->count % BLOCK == 0) {
        m->blocks = xreallocarray(m->blocks, m->count / BLOCK + 1, sizeof *m->blocks);
        m->blocks[m->count / BLOCK] = xcalloc(BLOCK, sizeof **m->blocks);
    }
    struct mime_part *p = mime_part_at(m, m->count);
    p->index = m->count++;
    return p;
}

struct mime *mime_new(const struct mime_sink *sink, const char *const *charsets)
{
    struct mime *m = xcalloc(1, sizeof *m);
    m->sink = sink;
    m->charsets = charsets;
    m->current = m->header_parent = MIME_NO_PART;
    m->header = BUF_INIT(LIMIT_HEADER);
    m->line = BUF_INIT(LINE_MOST);
    m->decoded = BUF_INIT(2 * PIECE);
    return m;
}

void mime_free(struct mime *m)
{
    if (!m)
        return;
    for (uint32_t i = 0; i < m->count; i++)
        mime_part_release(mime_part_at(m, i));
    for (uint32_t i = 0; i < m->count; i += BLOCK)
        free(m->blocks[i / BLOCK]);
    free(m->blocks);
    buf_release(&m->header);
    buf_release(&m->line);
    buf_release(&m->decoded);
    free(m);
}

uint32_t mime_count(const struct mime *m)
{
    return m->count;
}

const struct mime_part *mime_part(const struct mime *m, uint32_t index)
{
    return mime_part_at(m, index);
}

size_t mime_left_out(const struct mime *m)
{
    return m->left_out;
}

/* ---- the body of a leaf ------------------------------------------------------------------ */

static void count_letters(struct mime_part *p, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len && p->letters < MIME_LETTERS_MOST; i++)
        p->letters += (unsigned char)bytes[i] > ' ';
    if (p->kind == MIME_TEXT && p->head.len < p->head.cap)
        buf_append_cut(&p->head, bytes, len);
}

static void give(struct mime *m, const char *bytes, size_t len)
{
    struct mime_part *p = mime_part_at(m, m->current);
    if (!len)
        return;
    p->decoded += len;
    count_letters(p, bytes, len);
    if (m->sink && m->sink->body)
        m->sink->body(m->sink->context, p, bytes, len);
}

static void give_decoded(struct mime *m)
{
    give(m, m->decoded.data, m->decoded.len);
    buf_clear(&m->decoded);
}

void mime_take_body(struct mime *m, const char *bytes, size_t len)
{
    if (m->state != IN_BODY)
        return;
    if (m->codec.kind == CODEC_IDENTITY) {
        give(m, bytes, len);
        return;
    }
    while (len) {
        size_t n = len < PIECE ? len : PIECE;
        codec_feed(&m->codec, &m->decoded, bytes, n);
        give_decoded(m);
        bytes += n;
        len -= n;
    }
}

static void flush_eol(struct mime *m)
{
    mime_take_body(m, m->eol, m->eol_len);
    m->eol_len = 0;
}

/* ---- beginning and ending ---------------------------------------------------------------- */

static void begin_header(struct mime *m, uint32_t parent)
{
    m->state = IN_HEADER;
    m->header_parent = parent;
    m->header_began = m->header_is_cut = false;
    m->header_at = m->offset;
    buf_clear(&m->header);
    buf_clear(&m->line);
    m->line_is_cut = false;
    m->eol_len = 0;
}

static void begin_body(struct mime *m)
{
    m->at_start = true;
    m->candidate = false;
    m->eol_len = 0;
    buf_clear(&m->line);
}

/* It is too deep, or there are too many. */
static void leave_out(struct mime *m)
{
    m->left_out++;
    m->state = BETWEEN;
    m->current = m->header_parent;
    begin_body(m);
}

static void enter_multipart(struct mime *m, struct mime_part *p)
{
    m->levels[m->depth++] = (struct level){p->index, 0};
    if (p->boundary_len > m->longest)
        m->longest = p->boundary_len;
    m->state = BETWEEN;
}

void mime_begin_part(struct mime *m)
{
    bool is_first = m->header_parent == MIME_NO_PART;
    struct mime_part *parent = is_first ? NULL : mime_part_at(m, m->header_parent);
    if (m->count == LIMIT_PARTS || (parent && parent->depth + 1 >= LIMIT_MIME_DEPTH)) {
        leave_out(m);
        return;
    }
    struct mime_part *p = add_part(m);
    const struct rfc2047_context context = {NULL, m->charsets};
    p->parent = is_first ? p->index : m->header_parent;
    p->depth = is_first ? 0 : parent->depth + 1;
    p->child =
        parent && parent->kind == MIME_MULTIPART ? ++m->levels[m->depth - 1].children : 1;
    p->is_open = true;
    p->start = m->header_at;
    p->body = m->offset;
    mime_part_read(p, m->header.data, m->header.len, parent && parent->is_digest, &context);
    m->current = p->index;
    if (m->sink && m->sink->begin)
        m->sink->begin(m->sink->context, p);
    m->state = IN_BODY;
    codec_begin(&m->codec, p->codec);
    begin_body(m);
    if (p->kind == MIME_MULTIPART)
        enter_multipart(m, p);
    else if (p->kind == MIME_MESSAGE)
        begin_header(m, p->index);
}

static void end_part(struct mime *m, struct mime_part *p, uint64_t at, bool complete)
{
    if (m->state == IN_BODY && p->index == m->current) {
        codec_end(&m->codec, &m->decoded);
        give_decoded(m);
    }
    p->end = at > p->body ? at : p->body;
    p->is_complete = complete;
    p->is_open = false;
    if (m->sink && m->sink->end)
        m->sink->end(m->sink->context, p);
}

/* Ends what is open inside part UNTIL. */
static void end_inside(struct mime *m, uint32_t until, uint64_t at)
{
    while (m->current != until) {
        struct mime_part *p = mime_part_at(m, m->current);
        bool is_level = m->depth && m->levels[m->depth - 1].part == p->index;
        m->depth -= is_level;
        end_part(m, p, at, !is_level);
        m->state = BETWEEN;
        m->current = p->parent;
    }
}

/* ---- a boundary was found ---------------------------------------------------------------- */

bool mime_take_boundary(struct mime *m)
{
    unsigned level;
    enum boundary b = mime_find_boundary(m, &level);
    if (b == NO_BOUNDARY)
        return false;
    uint32_t part = m->levels[level].part;
    end_inside(m, part, m->line_at - m->eol_len);
    m->eol_len = 0;
    buf_clear(&m->line);
    if (b == NEXT_PART) {
        begin_header(m, part);
        return true;
    }
    struct mime_part *p = mime_part_at(m, part);
    m->depth = level;
    end_part(m, p, m->offset, true);
    m->state = BETWEEN;
    m->current = p->parent;
    begin_body(m);
    return true;
}

/* ---- lines ------------------------------------------------------------------------------- */

bool mime_collect_line(struct mime *m, const char **p, const char *end)
{
    const char *lf = memchr(*p, '\n', (size_t)(end - *p));
    size_t len = (size_t)((lf ? lf + 1 : end) - *p);
    if (!m->line.len)
        m->line_at = m->offset;
    m->line_is_cut |= !buf_append_cut(&m->line, *p, len);
    *p += len;
    m->offset += len;
    return lf != NULL;
}

/* A line that looked like a boundary is one, or text. */
static void take_candidate(struct mime *m)
{
    m->candidate = false;
    if (mime_take_boundary(m))
        return;
    size_t len = m->line.len;
    flush_eol(m);
    m->at_start = len && m->line.data[len - 1] == '\n';
    if (m->at_start)
        m->eol_len = len > 1 && m->line.data[len - 2] == '\r' ? 2 : 1;
    else if (len && m->line.data[len - 1] == '\r')
        m->eol_len = 1; /* half of the line's end */
    len -= m->eol_len;
    memcpy(m->eol, m->line.data + len, m->eol_len);
    mime_take_body(m, m->line.data, len);
    buf_clear(&m->line);
    m->line_is_cut = false;
}

static const char *find_line_dash(const char *p, const char *end)
{
    while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
        if (p + 1 == end || p[1] == '-')
            return p;
        p++;
    }
    return NULL;
}

/* The middle of lines, up to what may be a boundary or to the end of the bytes. */
static const char *take_lines(struct mime *m, const char *p, const char *end)
{
    const char *lf = find_line_dash(p, end);
    const char *stop = lf ? lf : end;
    size_t cr = stop > p && stop[-1] == '\r';
    mime_take_body(m, p, (size_t)(stop - p) - cr);
    m->eol_len = cr;
    memcpy(m->eol, "\r", 1);
    if (lf) {
        m->eol[m->eol_len++] = '\n';
        m->at_start = true;
        stop++;
    }
    m->offset += (size_t)(stop - p);
    return stop;
}

/* A CR at the end of the bytes before: with this LF it is a line's end. */
static const char *join_eol(struct mime *m, const char *p)
{
    if (m->eol_len != 1 || m->eol[0] != '\r')
        return p;
    if (*p != '\n') {
        flush_eol(m);
        return p;
    }
    m->eol[m->eol_len++] = '\n';
    m->at_start = true;
    m->offset++;
    return p + 1;
}

static const char *feed_body(struct mime *m, const char *p, const char *end)
{
    if (m->candidate) {
        size_t enough = m->longest + 5 + PADDING_MOST - m->line.len;
        if (mime_collect_line(m, &p, (size_t)(end - p) < enough ? end : p + enough) ||
            mime_is_hopeless(m))
            take_candidate(m);
        return p;
    }
    if (!m->at_start) {
        const char *q = join_eol(m, p);
        return q == p ? take_lines(m, p, end) : q;
    }
    m->at_start = false;
    if (*p == '-' && m->depth) {
        m->candidate = true;
        buf_clear(&m->line);
        m->line_is_cut = false;
    } else {
        flush_eol(m);
    }
    return p;
}

/* ---- the whole --------------------------------------------------------------------------- */

void mime_feed(struct mime *m, const char *bytes, size_t len)
{
    const char *p = bytes, *end = bytes + len;
    while (p < end) {
        if (m->state == IN_HEADER) {
            p = mime_feed_header(m, p, end);
        } else if (m->state == BETWEEN && !m->depth) {
            m->offset += (size_t)(end - p); /* behind the last part of all */
            return;
        } else {
            p = feed_body(m, p, end);
        }
    }
}

void mime_end(struct mime *m, bool cut)
{
    while (m->state == IN_HEADER) /* a message in a message has a header of its own */
        mime_end_header(m, cut);
    if (m->candidate && !mime_is_half_boundary(m))
        take_candidate(m);
    flush_eol(m);
    while (m->count && mime_part_at(m, m->current)->is_open) {
        struct mime_part *p = mime_part_at(m, m->current);
        end_part(m, p, m->offset, !cut && p->kind != MIME_MULTIPART);
        m->state = BETWEEN;
        m->current = p->parent;
    }
    m->depth = 0;
}
