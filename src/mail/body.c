#include "config.h"

#include "mail/body.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "mail/preview.h"

/* Read at once. */
#define PIECE 65536u
/* All notes of a message. */
#define NOTES_MOST 4096u

size_t body_read_memory(void *memory, uint64_t offset, char *bytes, size_t size)
{
    const struct body_memory *m = memory;
    if (offset >= m->len)
        return 0;
    size_t len = m->len - (size_t)offset < size ? m->len - (size_t)offset : size;
    memcpy(bytes, m->bytes + offset, len);
    return len;
}

static struct mime *read_parts(const struct body_source *source, const char *const *charsets)
{
    struct mime *m = mime_new(NULL, charsets);
    char *piece = xmalloc(PIECE);
    uint64_t offset = 0;
    for (size_t n; (n = source->read(source->context, offset, piece, PIECE)) > 0; offset += n)
        mime_feed(m, piece, n);
    mime_end(m, source->is_cut);
    free(piece);
    return m;
}

void body_decode(const struct body_source *source, const struct mime_part *part,
                 bool (*take)(void *context, const char *bytes, size_t len), void *context)
{
    struct codec codec;
    struct buf decoded = BUF_INIT(2 * PIECE);
    char *piece = xmalloc(PIECE);
    bool more = true;
    codec_begin(&codec, mime_part_is_leaf(part) ? part->codec : CODEC_IDENTITY);
    for (uint64_t at = part->body; more && at < part->end;) {
        size_t size = part->end - at < PIECE ? (size_t)(part->end - at) : PIECE;
        size_t n = source->read(source->context, at, piece, size);
        if (!n)
            break;
        codec_feed(&codec, &decoded, piece, n);
        more = take(context, decoded.data, decoded.len);
        buf_clear(&decoded);
        at += n;
    }
    codec_end(&codec, &decoded);
    if (more && decoded.len)
        take(context, decoded.data, decoded.len);
    buf_release(&decoded);
    free(piece);
}

/* ---- one part ---------------------------------------------------------------------------- */

static bool take_octets(void *octets, const char *bytes, size_t len)
{
    return buf_append_cut(octets, bytes, len);
}

static void append_part(struct body *b, const struct body_source *source,
                        const struct mime_part *part, const struct body_options *options)
{
    struct buf octets = BUF_INIT(LIMIT_BODY);
    body_decode(source, part, take_octets, &octets);
    if (part->decoded > octets.len) {
        buf_printf(&b->notes, _("%llu octets more are not shown"),
                   (unsigned long long)(part->decoded - octets.len));
        buf_append_char(&b->notes, '\n');
    }
    body_text(&b->text, &b->notes, part, &octets, options);
}

/* The header of a message in a message. */
static void append_header(struct body *b, const struct body_source *source,
                          const struct mime_part *message, const struct body_options *options)
{
    const struct mime_part *inside = mime_part(b->mime, message->index + 1);
    size_t len = (size_t)(inside->body - inside->start);
    char *piece = xmalloc(LIMIT_HEADER);
    len = source->read(source->context, inside->start, piece,
                       len < LIMIT_HEADER ? len : LIMIT_HEADER);
    preview_header(&b->text, piece, len, false, options->charsets);
    buf_append_char(&b->text, '\n');
    free(piece);
}

static bool has_parts(const struct mime *m, const struct mime_part *part)
{
    return !mime_part_is_leaf(part) && part->index + 1 < mime_count(m) &&
           mime_part(m, part->index + 1)->parent == part->index;
}

/* A multipart around it was never closed, and this is where it stopped. */
static bool is_unfinished(const struct mime *m, const struct mime_part *part)
{
    uint64_t end = part->end;
    while (part->index != part->parent) {
        part = mime_part(m, part->parent);
        if (part->kind == MIME_MULTIPART && !part->is_complete)
            return part->end == end;
    }
    return false;
}

static void note_part(struct body *b, const struct body_source *source)
{
    const struct mime_part *part = mime_part(b->mime, b->part);
    if (!mime_part_is_text(part) && !has_parts(b->mime, part))
        buf_printf(&b->notes, _("%s: this cannot be shown as text\n"), part->type);
    else if (is_unfinished(b->mime, part) && !source->is_cut)
        buf_append_str(&b->notes, _("the end of this part is missing\n"));
}

/* The innermost message around PART; NULL where that is the one that is read. */
static const struct mime_part *message_around(const struct mime *m,
                                              const struct mime_part *part)
{
    while (part->kind != MIME_MESSAGE && part->index != part->parent)
        part = mime_part(m, part->parent);
    return part->kind == MIME_MESSAGE ? part : NULL;
}

static void append_text(struct body *b, const struct body_source *source,
                        const struct body_options *options)
{
    const struct mime_part *part = mime_part(b->mime, b->part);
    const struct mime_part *message =
        options->part == MIME_NO_PART ? message_around(b->mime, part) : NULL;
    if (message && has_parts(b->mime, message))
        append_header(b, source, message, options);
    if (has_parts(b->mime, part)) {
        if (part->kind == MIME_MESSAGE)
            append_header(b, source, part, options);
        uint32_t inside = mime_choose(b->mime, b->part);
        if (inside == MIME_NO_PART)
            return;
        if (part->kind != MIME_MESSAGE)
            b->part = inside;
        part = mime_part(b->mime, inside);
    }
    if (mime_part_is_text(part))
        append_part(b, source, part, options);
}

/* It says that it has parts, and has none: its boundary is wrong, or did not come. */
static void append_as_it_is(struct body *b, const struct body_source *source,
                            const struct body_options *options)
{
    struct mime_part text = *mime_part(b->mime, 0);
    text.kind = MIME_TEXT;
    text.codec = CODEC_IDENTITY;
    text.decoded = text.end - text.body;
    buf_append_str(&b->notes, _("the parts of this message were not found\n"));
    append_part(b, source, &text, options);
}

static bool is_without_parts(const struct mime *m)
{
    return mime_count(m) == 1 && mime_part(m, 0)->kind == MIME_MULTIPART &&
           !mime_part_is_leaf(mime_part(m, 0));
}

static void note_no_text(struct body *b, const struct body_source *source)
{
    for (uint32_t i = 0; i < mime_count(b->mime); i++) {
        const struct mime_part *part = mime_part(b->mime, i);
        if (part->kind != MIME_ENCRYPTED)
            continue;
        buf_printf(&b->notes, _("encrypted, or signed in a form that is not read here: %s\n"),
                   part->type);
        return;
    }
    buf_append_str(&b->notes, source->is_cut ? _("no text in what is here\n")
                                             : _("this message has no text\n"));
}

/* ---- the whole --------------------------------------------------------------------------- */

struct body *body_new(const struct body_source *source, const struct body_options *options)
{
    struct body *b = xmalloc(sizeof *b);
    b->mime = read_parts(source, options->charsets);
    b->text = BUF_INIT(4 * LIMIT_BODY);
    b->notes = BUF_INIT(NOTES_MOST);
    b->part = options->part != MIME_NO_PART ? options->part : mime_choose(b->mime, 0);
    if (b->part != MIME_NO_PART) {
        append_text(b, source, options);
        note_part(b, source);
    } else if (!source->is_cut && is_without_parts(b->mime)) {
        append_as_it_is(b, source, options);
    } else {
        note_no_text(b, source);
    }
    size_t left_out = mime_left_out(b->mime);
    if (left_out) {
        buf_printf(&b->notes,
                   _n("%zu part more was not looked at: too many, or too deep",
                      "%zu parts more were not looked at: too many, or too deep", left_out),
                   left_out);
        buf_append_char(&b->notes, '\n');
    }
    return b;
}

void body_free(struct body *b)
{
    if (!b)
        return;
    mime_free(b->mime);
    buf_release(&b->text);
    buf_release(&b->notes);
    free(b);
}

void body_part_line(const struct mime *m, uint32_t part, struct buf *out)
{
    const struct mime_part *p = mime_part(m, part);
    const char *word = mime_kind_word(p->kind);
    char size[8];
    uint64_t octets = mime_part_is_leaf(p) ? p->decoded : p->end - p->body;
    mime_number(m, part, out);
    text_size(size, octets);
    buf_printf(out, "  %s", p->type);
    if (*word && !strstr(p->type, word))
        buf_printf(out, " (%s)", word);
    if (*p->name)
        buf_printf(out, "  %s", p->name);
    buf_printf(out, "  %s", size);
}
