#include "config.h"

#include "mail/shape.h"

#include <stdbool.h>
#include <string.h>

#include "base/ascii.h"
#include "base/hash.h"
#include "mail/header.h"

/* Not more of a value than this tells one mailer from another. */
#define VALUE_BYTES 256u
#define FIELDS 200u

/* Anybody may copy a form; there is nothing to be won by one that only hashes the same. */
static const uint8_t key[HASH_KEY_SIZE] = "form of a header";

/* ---- forms ------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
    return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
}

/* Bits for digits, small letters up to 'f' and behind, and large ones. */
static unsigned kind_of(char c)
{
    if (!is_alnum(c))
        return 0;
    if (is_digit(c))
        return 1;
    unsigned letter = ascii_lower(c) <= 'f' ? 2 : 2 | 4; /* other words have these, too */
    return c >= 'a' ? letter : letter << 2;
}

/* Numbers become '#', in what people write for people. */
static void append_words(struct buf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (!is_digit(text[i]))
            buf_append_char(out, text[i]);
        else if (!out->len || out->data[out->len - 1] != '#')
            buf_append_char(out, '#');
    }
}

/* Of an id what does not change: what stands before the first number or long word, the marks
 * between its runs, of which kind all of its characters are, and how long it is, coarsely.  A
 * single run tells little: four hex digits may have no letter by chance. */
static void append_form(struct buf *out, const char *text, size_t len)
{
    bool is_random = false;
    unsigned kinds = 0;
    for (size_t i = 0, end; i < len; i = end) {
        bool digits = false;
        for (end = i;
             end < len && (is_alnum(text[end]) || text[end] == '+' || text[end] == '/');)
            digits |= is_digit(text[end++]);
        is_random |= digits || end - i > 8;
        if (end == i)
            buf_append_char(out, text[end++]);
        else if (is_random)
            buf_append_char(out, 'a');
        else
            buf_append(out, text + i, end - i);
        for (size_t k = i; k < end && is_random; k++)
            kinds |= kind_of(text[k]);
    }
    buf_printf(out, "|%u|%zu", kinds, (len + 4) / 8);
}

static uint32_t hash_form(const struct buf *form)
{
    return (uint32_t)hash_bytes(key, form->data, form->len);
}

/* ---- parts ------------------------------------------------------------------------------- */

static void read_id(struct shape_reader *r, const char *value, size_t len)
{
    const char *at = memchr(value, '@', len);
    if (r->id.len)
        return;
    if (at)
        len = (size_t)(at - value);
    append_form(&r->id, value, len);
}

static void read_type(struct shape_reader *r, const struct header_field *f,
                      const struct buf *value)
{
    struct buf boundary = BUF_INIT(VALUE_BYTES), charset = BUF_INIT(64);
    size_t end = strcspn(value->data, "; \t");
    for (size_t i = 0; i < end; i++)
        buf_append_char(&r->type, ascii_lower(value->data[i]));
    if (ascii_is(value->data, end, "multipart/report"))
        r->signs |= SHAPE_IS_REPORT;
    if (header_parameter(&charset, f, "charset"))
        buf_printf(&r->type, ";%s", charset.data);
    if (header_parameter(&boundary, f, "boundary")) {
        const char *before = f->body + f->body_len, *p = memchr(f->body, ';', f->body_len);
        /* ";\n\tboundary=" or "; boundary=" */
        for (p = p ? p + 1 : before; p < before && !is_alnum(*p); p++) {
            if (*p != '\r')
                buf_append_char(&r->boundary, *p);
        }
        append_form(&r->boundary, boundary.data, boundary.len);
    }
    buf_release(&boundary);
    buf_release(&charset);
}

static void read_subject(struct shape_reader *r, const char *value)
{
    for (const char *p = value; (p = strstr(p, "=?")); p += 2) {
        const char *mark = strchr(p + 2, '?');
        if (!mark)
            return;
        if (ascii_lower(mark[1]) == 'b' && mark[2] == '?')
            r->signs |= SHAPE_WORD_B;
        if (ascii_lower(mark[1]) == 'q' && mark[2] == '?')
            r->signs |= SHAPE_WORD_Q;
    }
}

static bool is_automatic(const char *value)
{
    return ascii_same(value, "auto-replied", strlen("auto-replied")) ||
           ascii_same(value, "auto-notified", strlen("auto-notified"));
}

static void read_mailer(struct shape_reader *r, const struct buf *value)
{
    if (r->mailer.len)
        return;
    append_words(&r->mailer, value->data, value->len);
    r->signs |= SHAPE_HAS_MAILER;
}

static void read_value(struct shape_reader *r, enum field_kind kind,
                       const struct header_field *f, const struct buf *value)
{
    if (kind == FIELD_IN_REPLY_TO || kind == FIELD_REFERENCES)
        r->signs |= value->len ? SHAPE_HAS_PARENT : 0;
    else if (kind == FIELD_LIST_ID || kind == FIELD_LIST_POST)
        r->signs |= SHAPE_IS_LIST;
    else if (kind == FIELD_X_FAILED_RECIPIENTS)
        r->signs |= SHAPE_IS_REPORT;
    else if (kind == FIELD_AUTO_SUBMITTED)
        r->signs |= is_automatic(value->data) ? SHAPE_IS_REPORT : 0;
    else if (kind == FIELD_MESSAGE_ID)
        read_id(r, value->data, value->len);
    else if (kind == FIELD_CONTENT_TYPE && !r->type.len)
        read_type(r, f, value);
    else if (kind == FIELD_CONTENT_TRANSFER_ENCODING)
        buf_printf(&r->type, "/%s", value->data);
    else if (kind == FIELD_SUBJECT)
        read_subject(r, value->data);
    else if (kind == FIELD_X_MAILER || kind == FIELD_USER_AGENT)
        read_mailer(r, value);
}

/* Those of whom more than the name is looked at. */
static const bool is_read[FIELD_KINDS] = {
    [FIELD_IN_REPLY_TO] = true,
    [FIELD_REFERENCES] = true,
    [FIELD_LIST_ID] = true,
    [FIELD_LIST_POST] = true,
    [FIELD_SUBJECT] = true,
    [FIELD_CONTENT_TYPE] = true,
    [FIELD_MESSAGE_ID] = true,
    [FIELD_CONTENT_TRANSFER_ENCODING] = true,
    [FIELD_X_MAILER] = true,
    [FIELD_USER_AGENT] = true,
    [FIELD_X_FAILED_RECIPIENTS] = true,
    [FIELD_AUTO_SUBMITTED] = true,
};

void shape_begin(struct shape_reader *r)
{
    *r = (struct shape_reader){.order = BUF_INIT(8 * VALUE_BYTES),
                               .mailer = BUF_INIT(VALUE_BYTES),
                               .id = BUF_INIT(VALUE_BYTES),
                               .boundary = BUF_INIT(VALUE_BYTES),
                               .type = BUF_INIT(VALUE_BYTES),
                               .value = BUF_INIT(16 * VALUE_BYTES)};
}

void shape_field(struct shape_reader *r, struct field_class class, const struct header_field *f)
{
    if (r->fields++ >= FIELDS)
        return;
    if (is_read[class.kind]) {
        struct header_field cut = *f;
        if (cut.body_len > r->value.cap)
            cut.body_len = r->value.cap;
        buf_clear(&r->value);
        header_unfold(&r->value, &cut);
        read_value(r, class.kind, &cut, &r->value);
    }
    if (class.says_nothing)
        return;
    buf_append_cut(&r->order, f->name, f->name_len);
    buf_append_char(&r->order, '\n');
}

struct shape shape_end(struct shape_reader *r)
{
    struct buf *const parts[SHAPE_PARTS] = {&r->order, &r->mailer, &r->id, &r->boundary,
                                            &r->type};
    struct shape s = {.signs = r->signs};
    for (size_t i = 0; i < SHAPE_PARTS; i++) {
        s.parts[i] = hash_form(parts[i]);
        s.hash = hash_mix(s.hash, s.parts[i]);
        buf_release(parts[i]);
    }
    buf_release(&r->value);
    return s;
}
