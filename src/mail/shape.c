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

static bool starts(const struct header_field *f, const char *prefix)
{
    size_t len = strlen(prefix);
    return f->name_len >= len && ascii_same(f->name, prefix, len);
}

/* Most names differ near their beginning: the lists are long, and each message passes them. */
static bool may_be(const struct header_field *f, const char *name)
{
    return f->name_len < 3 || (ascii_lower(f->name[0]) == ascii_lower(name[0]) &&
                               ascii_lower(f->name[2]) == ascii_lower(name[2]));
}

/* What servers and filters on the way write, and what says more of the message than of the
 * mailer. */
static bool is_passed_over(const struct header_field *f)
{
    static const char *const names[] = {
        "Received",
        "Return-Path",
        "Delivered-To",
        "X-Original-To",
        "Envelope-To",
        "Status",
        "X-Status",
        "X-UID",
        "X-UIDL",
        "X-Keywords",
        "Lines",
        "Content-Length",
        "X-Received",
        "Received-SPF",
        "DKIM-Signature",
        "DomainKey-Signature",
        "Authentication-Results",
        "In-Reply-To",
        "References",
        "Cc",
        "Bcc",
        "Delivery-Date",
        "X-Envelope-From",
        "X-Envelope-To",
        "X-Forwarded-To",
        "X-Forwarded-For",
        "X-Delivered-To",
        "X-SID-PRA",
        "X-SID-Result",
        "Old-Return-Path",
        "X-Loop",
        "X-Mozilla-Status",
        "X-Mozilla-Status2",
        "X-Mozilla-Keys",
        "X-IMAP",
        "X-IMAPbase",
        "Autocrypt",
        "X-Gm-Message-State",
    };
    static const char *const prefixes[] = {
        "ARC-",
        "X-Spam",
        "X-Rspamd",
        "X-Virus",
        "X-Greylist",
        "X-Google-",
        "X-MS-Exchange-",
        "X-Microsoft-Antispam",
        "X-Forefront",
        "X-Ham",
        "X-Bogosity",
        "X-Amavis",
        "X-Proofpoint",
        "X-Barracuda",
        "X-Scanned",
        "X-Blacklist",
        "X-RBL",
        "X-Antivirus",
        "X-AntiAbuse",
        "X-DSPAM",
        "X-Authentication",
        "X-GND-",
        "X-Getmail",
        "X-Ironport",
        "X-YMail",
        "X-Ovh",
        "X-UI-",
        "X-Razor",
        "X-DCC",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (may_be(f, names[i]) && header_is(f, names[i]))
            return true;
    }
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        if (may_be(f, prefixes[i]) && starts(f, prefixes[i]))
            return true;
    }
    return false;
}

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

struct reader {
    struct buf order, mailer, id, boundary, type;
    unsigned fields;
    uint32_t signs;
};

static void read_id(struct reader *r, const char *value, size_t len)
{
    const char *at = memchr(value, '@', len);
    if (r->id.len)
        return;
    if (at)
        len = (size_t)(at - value);
    append_form(&r->id, value, len);
}

static void read_type(struct reader *r, const struct header_field *f, const struct buf *value)
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

static void read_subject(struct reader *r, const char *value)
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

static void read_signs(struct reader *r, const struct header_field *f, const char *value)
{
    if (header_is(f, "In-Reply-To") || header_is(f, "References"))
        r->signs |= *value ? SHAPE_HAS_PARENT : 0;
    else if (header_is(f, "List-Id") || header_is(f, "List-Post"))
        r->signs |= SHAPE_IS_LIST;
    else if (header_is(f, "X-Failed-Recipients"))
        r->signs |= SHAPE_IS_REPORT;
    else if (header_is(f, "Auto-Submitted"))
        r->signs |= ascii_same(value, "auto-replied", strlen("auto-replied")) ||
                            ascii_same(value, "auto-notified", strlen("auto-notified"))
                        ? SHAPE_IS_REPORT
                        : 0;
}

/* Those that are read, not only noted. */
static bool is_read(const struct header_field *f)
{
    static const char *const names[] = {
        "In-Reply-To",
        "References",
        "List-Id",
        "List-Post",
        "Subject",
        "Content-Type",
        "Message-ID",
        "Content-Transfer-Encoding",
        "X-Mailer",
        "User-Agent",
        "X-Failed-Recipients",
        "Auto-Submitted",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (may_be(f, names[i]) && header_is(f, names[i]))
            return true;
    }
    return false;
}

static void read_value(struct reader *r, const struct header_field *f, const struct buf *value)
{
    if (header_is(f, "Message-ID"))
        read_id(r, value->data, value->len);
    else if (header_is(f, "Content-Type") && !r->type.len)
        read_type(r, f, value);
    else if (header_is(f, "Content-Transfer-Encoding"))
        buf_printf(&r->type, "/%s", value->data);
    else if (header_is(f, "Subject"))
        read_subject(r, value->data);
    else if ((header_is(f, "X-Mailer") || header_is(f, "User-Agent")) && !r->mailer.len) {
        append_words(&r->mailer, value->data, value->len);
        r->signs |= SHAPE_HAS_MAILER;
    }
}

static void read_field(struct reader *r, const struct header_field *f)
{
    struct header_field cut = *f;
    struct buf value = BUF_INIT(16 * VALUE_BYTES);
    if (cut.body_len > 16 * VALUE_BYTES)
        cut.body_len = 16 * VALUE_BYTES;
    header_unfold(&value, &cut);
    read_signs(r, f, value.data);
    read_value(r, &cut, &value);
    buf_release(&value);
}

struct shape shape_of(const char *block, size_t len)
{
    struct reader r = {.order = BUF_INIT(8 * VALUE_BYTES),
                       .mailer = BUF_INIT(VALUE_BYTES),
                       .id = BUF_INIT(VALUE_BYTES),
                       .boundary = BUF_INIT(VALUE_BYTES),
                       .type = BUF_INIT(VALUE_BYTES)};
    struct buf *const parts[SHAPE_PARTS] = {&r.order, &r.mailer, &r.id, &r.boundary, &r.type};
    struct header_field f;
    struct shape s = {.hash = 0};
    for (size_t pos = 0; r.fields < FIELDS && header_next(block, len, &pos, &f); r.fields++) {
        if (is_read(&f))
            read_field(&r, &f);
        if (is_passed_over(&f))
            continue;
        buf_append_cut(&r.order, f.name, f.name_len);
        buf_append_char(&r.order, '\n');
    }
    for (size_t i = 0; i < SHAPE_PARTS; i++) {
        s.parts[i] = hash_form(parts[i]);
        s.hash = hash_mix(s.hash, s.parts[i]);
        buf_release(parts[i]);
    }
    s.signs = r.signs;
    return s;
}
