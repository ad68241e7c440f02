#include "config.h"

#include "mail/preview.h"

#include "base/limits.h"
#include "base/text.h"
#include "mail/header.h"
#include "mail/rfc2047.h"
#include "mail/rfc2231.h"

static const char *const brief[] = {"From", "Reply-To", "To", "Cc", "Date", "Subject"};

/* The charset that the message itself names, for its undeclared bytes. */
static bool content_charset(struct buf *charset, const char *part, size_t len)
{
    struct header_field type;
    return header_find(part, len, "Content-Type", 0, &type) && rfc2231_charset(charset, &type);
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
