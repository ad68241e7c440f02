#include "config.h"

#include "mail/mime_part.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "mail/header.h"
#include "mail/rfc2231.h"

static const struct {
    const char *type; /* with a '/' at its end: all of them */
    enum mime_kind kind;
} kinds[] = {
    {"multipart/", MIME_MULTIPART},
    {"message/rfc822", MIME_MESSAGE},
    {"message/global", MIME_MESSAGE},
    {"message/delivery-status", MIME_REPORT},
    {"message/disposition-notification", MIME_REPORT},
    {"message/feedback-report", MIME_REPORT},
    {"message/", MIME_OTHER_TEXT},
    {"text/plain", MIME_TEXT},
    {"text/html", MIME_HTML},
    {"application/xhtml+xml", MIME_HTML},
    {"text/rfc822-headers", MIME_REPORT},
    {"text/", MIME_OTHER_TEXT},
    {"application/pgp-signature", MIME_SIGNATURE},
    {"application/pkcs7-signature", MIME_SIGNATURE},
    {"application/x-pkcs7-signature", MIME_SIGNATURE},
    {"application/pgp-encrypted", MIME_ENCRYPTED},
    {"application/pkcs7-mime", MIME_ENCRYPTED},
    {"application/x-pkcs7-mime", MIME_ENCRYPTED},
    {"image/", MIME_IMAGE},
    {"audio/", MIME_AUDIO},
    {"video/", MIME_VIDEO},
};

static enum mime_kind kind_of(const char *type)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t len = strlen(kinds[i].type);
        bool whole = kinds[i].type[len - 1] != '/';
        if (!strncmp(type, kinds[i].type, len) && (!whole || !type[len]))
            return kinds[i].kind;
    }
    return MIME_OTHER;
}

const char *mime_kind_word(enum mime_kind kind)
{
    static const char *const words[MIME_KIND_COUNT] = {
        [MIME_MESSAGE] = N_("message"),     [MIME_REPORT] = N_("report"),
        [MIME_SIGNATURE] = N_("signature"), [MIME_ENCRYPTED] = N_("encrypted"),
        [MIME_IMAGE] = N_("image"),         [MIME_AUDIO] = N_("audio"),
        [MIME_VIDEO] = N_("video"),
    };
    return words[kind] ? _(words[kind]) : "";
}

bool mime_part_is_leaf(const struct mime_part *p)
{
    return p->kind != MIME_MULTIPART && p->kind != MIME_MESSAGE;
}

bool mime_part_is_text(const struct mime_part *p)
{
    return p->kind == MIME_TEXT || p->kind == MIME_HTML || p->kind == MIME_OTHER_TEXT ||
           p->kind == MIME_REPORT;
}

/* ---- the fields -------------------------------------------------------------------------- */

static bool is_type_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c && strchr("!#$&^_.+-/", c));
}

/* RFC 2045 section 5.2: what is missing or makes no sense is plain text. */
static char *read_type(const struct header_field *field, const char *otherwise)
{
    struct buf line = BUF_INIT(LIMIT_TEXT);
    size_t len = 0, slashes = 0;
    header_unfold(&line, field);
    for (; len < line.len; len++) {
        line.data[len] = ascii_lower(line.data[len]);
        if (!is_type_char(line.data[len]))
            break;
        slashes += line.data[len] == '/';
    }
    bool good = slashes == 1 && line.data[0] != '/' && line.data[len - 1] != '/';
    char *type = good ? xmemdup0(line.data, len) : xstrdup(otherwise);
    buf_release(&line);
    return type;
}

static bool has_word(const struct header_field *type, const char *name, const char *word)
{
    struct buf value = BUF_INIT(LIMIT_TEXT);
    bool has = header_parameter(&value, type, name) && ascii_is(value.data, value.len, word);
    buf_release(&value);
    return has;
}

static void read_name(struct mime_part *p, const struct header_field *field, const char *name,
                      const struct rfc2047_context *context)
{
    struct buf value = BUF_INIT(LIMIT_TEXT);
    if (!*p->name && rfc2231_parameter(&value, field, name, context) && value.len) {
        free(p->name);
        p->name = text_clean_line(value.data, value.len);
    }
    buf_release(&value);
}

static void read_boundary(struct mime_part *p, const struct header_field *type)
{
    struct buf value = BUF_INIT(LIMIT_HEADER);
    if (rfc2231_parameter(&value, type, "boundary", NULL) && value.len) {
        while (value.len &&
               (value.data[value.len - 1] == ' ' || value.data[value.len - 1] == '\t'))
            buf_truncate(&value, value.len - 1);
        p->boundary_len = value.len;
        p->boundary = buf_detach(&value);
    }
    buf_release(&value);
}

static void read_content_type(struct mime_part *p, const struct header_field *type,
                              const char *otherwise, const struct rfc2047_context *context)
{
    struct buf charset = BUF_INIT(64);
    p->type = read_type(type, otherwise);
    p->kind = kind_of(p->type);
    rfc2231_charset(&charset, type);
    p->charset = buf_detach(&charset);
    read_name(p, type, "name", context);
    if (p->kind == MIME_TEXT) {
        p->is_flowed = has_word(type, "format", "flowed");
        p->deletes_space = p->is_flowed && has_word(type, "delsp", "yes");
    }
    if (p->kind == MIME_MULTIPART) {
        read_boundary(p, type);
        p->is_digest = !strcmp(p->type, "multipart/digest");
    }
}

static void read_encoding(struct mime_part *p, const struct header_field *field)
{
    static const struct {
        const char *word;
        enum codec_kind codec;
    } words[] = {
        {"base64", CODEC_BASE64},
        {"quoted-printable", CODEC_QUOTED_PRINTABLE},
    };
    struct buf line = BUF_INIT(LIMIT_TEXT);
    header_unfold(&line, field);
    const char *word = line.data + strspn(line.data, "\"'"); /* in quotes, with a comment */
    size_t len = strcspn(word, " \t;(\"'");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (ascii_is(word, len, words[i].word))
            p->codec = words[i].codec;
    buf_release(&line);
}

static void read_disposition(struct mime_part *p, const struct header_field *field,
                             const struct rfc2047_context *context)
{
    struct buf line = BUF_INIT(LIMIT_TEXT);
    header_unfold(&line, field);
    p->is_attachment = ascii_is(line.data, strcspn(line.data, " \t;("), "attachment");
    buf_release(&line);
    read_name(p, field, "filename", context);
}

/* A multipart or a message inside must not be encoded (RFC 2045 section 6.4): a multipart that
 * says so is believed to be none; a message that is, is a file. */
static void settle(struct mime_part *p)
{
    if (p->kind == MIME_MULTIPART)
        p->codec = CODEC_IDENTITY;
    if (p->kind == MIME_MULTIPART && !p->boundary)
        p->kind = MIME_TEXT;
    if (p->kind == MIME_MESSAGE && p->codec != CODEC_IDENTITY)
        p->kind = MIME_OTHER;
}

void mime_part_read(struct mime_part *p, const char *block, size_t len, bool in_digest,
                    const struct rfc2047_context *context)
{
    const char *otherwise = in_digest ? "message/rfc822" : "text/plain";
    struct header_field field;
    p->name = xstrdup("");
    p->head = BUF_INIT(256);
    if (header_find(block, len, "Content-Disposition", 0, &field))
        read_disposition(p, &field, context);
    if (!header_find(block, len, "Content-Type", 0, &field))
        field = (struct header_field){"", 0, "", 0};
    read_content_type(p, &field, otherwise, context);
    if (header_find(block, len, "Content-Transfer-Encoding", 0, &field))
        read_encoding(p, &field);
    settle(p);
}

void mime_part_release(struct mime_part *p)
{
    free(p->type);
    free(p->charset);
    free(p->name);
    free(p->boundary);
    buf_release(&p->head);
}
