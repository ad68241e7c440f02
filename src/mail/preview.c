#include "config.h"

#include "mail/preview.h"

#include <string.h>

#include "base/ascii.h"
#include "base/limits.h"
#include "base/text.h"
#include "mail/charset.h"
#include "mail/codec.h"
#include "mail/header.h"
#include "mail/rfc2047.h"
#include "mail/rfc2231.h"

static const char *const brief[] = {"From", "Reply-To", "To", "Cc", "Date", "Subject"};

/* ---- the header -------------------------------------------------------------------------- */

/* The charset that the message itself names, for its undeclared bytes. */
static bool content_charset(struct buf *charset, const char *part, size_t len)
{
    struct header_field type;
    return header_find(part, len, "Content-Type", 0, &type) &&
           rfc2231_charset(charset, &type);
}

static void append_field(struct buf *out, const struct header_field *field,
                         const struct rfc2047_context *context)
{
    struct buf line = BUF_INIT(LIMIT_HEADER), decoded = BUF_INIT(LIMIT_HEADER);
    header_unfold(&line, field);
    rfc2047_decode(&decoded, line.data, line.len, context);
    text_clean(out, field->name, field->name_len, TEXT_ONE_LINE);
    buf_append_str(out, ": ");
    text_clean(out, decoded.data, decoded.len, TEXT_ONE_LINE);
    buf_append_char(out, '\n');
    buf_release(&line);
    buf_release(&decoded);
}

void preview_header(struct buf *out, const char *message, size_t len, bool all,
                    const char *const *charsets)
{
    struct buf charset = BUF_INIT(64);
    struct rfc2047_context context = {NULL, charsets};
    if (content_charset(&charset, message, len))
        context.hint = charset.data;
    struct header_field field;
    if (all) {
        for (size_t pos = 0; header_next(message, len, &pos, &field);)
            append_field(out, &field, &context);
    } else {
        for (size_t i = 0; i < sizeof brief / sizeof *brief; i++)
            if (header_find(message, len, brief[i], 0, &field))
                append_field(out, &field, &context);
    }
    buf_release(&charset);
}

/* ---- the body ---------------------------------------------------------------------------- */

static size_t body_start(const char *part, size_t len)
{
    size_t pos = 0;
    struct header_field field;
    while (header_next(part, len, &pos, &field))
        ;
    return pos;
}

static bool begins_with(const char *text, size_t len, const char *word)
{
    size_t n = strlen(word);
    return len >= n && ascii_same(text, word, n);
}

/* The type of a part, without its parameters; "text/plain" where it says nothing. */
static bool type_is(const char *part, size_t len, const char *wanted)
{
    struct header_field field;
    if (!header_find(part, len, "Content-Type", 0, &field))
        return begins_with("text/plain", 10, wanted);
    while (field.body_len && strchr(" \t\r\n", *field.body)) {
        field.body++;
        field.body_len--;
    }
    return begins_with(field.body, field.body_len, wanted);
}

/* Where the next line that begins with "--BOUNDARY" starts, at or behind POS; LEN for none. */
static size_t find_boundary(const char *text, size_t len, size_t pos,
                            const struct buf *boundary)
{
    while (pos < len) {
        const char *line = text + pos;
        if (len - pos >= boundary->len + 2 && line[0] == '-' && line[1] == '-' &&
            !memcmp(line + 2, boundary->data, boundary->len))
            return pos;
        const char *end = memchr(line, '\n', len - pos);
        pos = end ? (size_t)(end - text) + 1 : len;
    }
    return len;
}

/* RFC 2046 section 5.1.1: "--BOUNDARY--" ends the last part; what follows is no part. */
static bool is_last_boundary(const char *text, size_t len, size_t pos,
                             const struct buf *boundary)
{
    size_t end = pos + 2 + boundary->len;
    return end + 2 <= len && text[end] == '-' && text[end + 1] == '-';
}

static size_t line_after(const char *text, size_t len, size_t pos)
{
    const char *end = memchr(text + pos, '\n', len - pos);
    return end ? (size_t)(end - text) + 1 : len;
}

/* Narrows *PART to its first part that is text; multiparts inside are entered, a few deep. */
static void enter_multipart(const char **part, size_t *len)
{
    for (int depth = 0; depth < 4 && type_is(*part, *len, "multipart/"); depth++) {
        struct buf boundary = BUF_INIT(256);
        struct header_field type;
        if (!header_find(*part, *len, "Content-Type", 0, &type) ||
            !header_parameter(&boundary, &type, "boundary") || !boundary.len) {
            buf_release(&boundary);
            return;
        }
        size_t start = find_boundary(*part, *len, body_start(*part, *len), &boundary);
        size_t end = *len;
        while (start < *len) {
            if (is_last_boundary(*part, *len, start, &boundary)) {
                start = *len;
                break;
            }
            start = line_after(*part, *len, start);
            end = find_boundary(*part, *len, start, &boundary);
            if (type_is(*part + start, end - start, "text/") ||
                type_is(*part + start, end - start, "multipart/"))
                break;
            start = end;
        }
        buf_release(&boundary);
        *part += start;
        *len = end > start ? end - start : 0;
    }
}

static void append_cut(struct buf *out, const char *bytes, size_t len)
{
    size_t room = out->cap - out->len;
    buf_append(out, bytes, len < room ? len : room);
}

static void undo_transfer_encoding(struct buf *out, const char *part, size_t len, size_t start)
{
    struct header_field field;
    struct buf name = BUF_INIT(64);
    if (header_find(part, len, "Content-Transfer-Encoding", 0, &field))
        header_unfold(&name, &field);
    if (ascii_is(name.data, name.len, "base64"))
        codec_base64(out, part + start, len - start);
    else if (ascii_is(name.data, name.len, "quoted-printable"))
        codec_quoted_printable(out, part + start, len - start);
    else
        append_cut(out, part + start, len - start);
    buf_release(&name);
}

void preview_body(struct buf *out, const char *message, size_t len, const char *const *charsets)
{
    enter_multipart(&message, &len);
    size_t start = body_start(message, len);
    struct buf bytes = BUF_INIT(LIMIT_PREVIEW), utf8 = BUF_INIT(4 * LIMIT_PREVIEW);
    struct buf charset = BUF_INIT(64);
    undo_transfer_encoding(&bytes, message, len, start);
    bool named = content_charset(&charset, message, len);
    if (!named || !charset_decode(&utf8, charset.data, charset.len, bytes.data, bytes.len))
        charset_decode_undeclared(&utf8, bytes.data, bytes.len, NULL, charsets);
    text_clean(out, utf8.data, utf8.len, TEXT_BODY);
    buf_release(&charset);
    buf_release(&bytes);
    buf_release(&utf8);
}
