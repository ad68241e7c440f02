#include "config.h"

#include "mail/summary.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "mail/address.h"
#include "mail/date.h"
#include "mail/field.h"
#include "mail/header.h"
#include "mail/rfc2231.h"
#include "mail/script.h"
#include "mail/trust.h"

struct maker {
    struct header_field fields[FIELD_KINDS]; /* the first of each */
    bool has[FIELD_KINDS];
    size_t header_len;
    struct shape_reader shape;
    struct trust_reader trust;
    struct header_field authres[LIMIT_AUTHRES];
    unsigned authres_count;
    struct rfc2047_context context;
    struct buf charset;              /* behind context.hint */
    struct buf line, decoded, clean; /* for one field at a time */
    size_t attempts;
};

static void collect(struct maker *k, const char *block, size_t len)
{
    struct header_field field;
    const char *end = block;
    shape_begin(&k->shape);
    trust_begin(&k->trust);
    for (size_t pos = 0; header_next(block, len, &pos, &field);) {
        struct field_class class = field_classify(&field);
        end = field.body + field.body_len;
        shape_field(&k->shape, class, &field);
        trust_field(&k->trust, class.kind, &field);
        if (class.kind == FIELD_AUTHENTICATION_RESULTS && k->authres_count < LIMIT_AUTHRES)
            k->authres[k->authres_count++] = field;
        if (!k->has[class.kind])
            k->fields[class.kind] = field;
        k->has[class.kind] = true;
    }
    k->header_len = (size_t)(end - block);
}

/* The header with line ends folded to LF, up to its last field: a server that adds or omits the
 * blank line gives the same identity. */
static void take_fingerprint(struct summary *s, const char *block, size_t len)
{
    char folded[LIMIT_HEADER];
    size_t n = 0;
    for (size_t i = 0; i < len && n < sizeof folded;) {
        const char *cr = memchr(block + i, '\r', len - i);
        size_t run = cr ? (size_t)(cr - block) - i : len - i, room = sizeof folded - n;
        memcpy(folded + n, block + i, run < room ? run : room);
        n += run < room ? run : room;
        i += run + 1;
    }
    digest_sha256(folded, n, s->fingerprint);
}

static void append_text(struct maker *k, struct buf *out, enum field_kind kind)
{
    buf_clear(&k->clean);
    if (k->has[kind]) {
        buf_clear(&k->line);
        buf_clear(&k->decoded);
        header_unfold(&k->line, &k->fields[kind]);
        rfc2047_decode(&k->decoded, k->line.data, k->line.len, &k->context);
        k->attempts += text_clean(&k->clean, k->decoded.data, k->decoded.len, TEXT_ONE_LINE);
    }
    buf_append(out, k->clean.data, k->clean.len + 1);
}

/* RFC 2919: the last <...> of the field; without one, all of it. */
static void append_list_id(struct maker *k, struct buf *out)
{
    struct buf text = BUF_INIT(LIMIT_TEXT + 1);
    append_text(k, &text, FIELD_LIST_ID);
    const char *id = strrchr(text.data, '<');
    id = id ? id + 1 : text.data;
    buf_append(out, id, strcspn(id, ">"));
    buf_append_char(out, '\0');
    buf_release(&text);
}

/* The parameter of the Content-Type, or else that of the subject's first encoded-word. */
static void append_charset(struct maker *k, struct buf *out)
{
    struct buf name = BUF_INIT(64);
    const struct header_field *f = &k->fields[FIELD_SUBJECT];
    buf_append(&name, k->charset.data, k->charset.len);
    if (!name.len && k->has[FIELD_SUBJECT]) {
        buf_clear(&k->line);
        header_unfold(&k->line, f);
        const char *word = strstr(k->line.data, "=?");
        const char *end = word ? strpbrk(word + 2, "?*") : NULL;
        if (end)
            buf_append_cut(&name, word + 2, (size_t)(end - word - 2));
    }
    char *clean = text_clean_line(name.data, name.len);
    buf_append(out, clean, strlen(clean) + 1);
    free(clean);
    buf_release(&name);
}

static bool is_mixed(const struct maker *k)
{
    static const char type[] = "multipart/mixed";
    const struct header_field *f = &k->fields[FIELD_CONTENT_TYPE];
    size_t blanks = 0;
    while (blanks < f->body_len && strchr(" \t\r\n", f->body[blanks]))
        blanks++;
    return k->has[FIELD_CONTENT_TYPE] && f->body_len - blanks >= strlen(type) &&
           ascii_same(f->body + blanks, type, strlen(type));
}

static void parse_list(struct maker *k, enum field_kind kind, struct address_list *list)
{
    buf_clear(&k->line);
    if (k->has[kind])
        header_unfold(&k->line, &k->fields[kind]);
    address_parse(list, k->line.data, k->line.len, &k->context);
    k->attempts += list->attempts;
}

/* Pairs of a server and what it found about ADDR, the sender; how many. */
static unsigned append_authres(struct maker *k, struct buf *out, const char *addr)
{
    unsigned count = 0;
    for (unsigned i = 0; i < k->authres_count; i++) {
        struct authres found;
        char letters[AUTHRES_METHODS + 1];
        buf_clear(&k->line);
        buf_clear(&k->decoded);
        buf_clear(&k->clean);
        header_unfold(&k->line, &k->authres[i]);
        if (!authres_parse(k->line.data, addr, &k->decoded, &found))
            continue;
        text_clean(&k->clean, k->decoded.data, k->decoded.len, TEXT_ONE_LINE);
        authres_write(letters, &found);
        buf_append(out, k->clean.data, k->clean.len + 1);
        buf_append(out, letters, sizeof letters);
        count++;
    }
    return count;
}

/* The address that the message was delivered to is its sender's, too. */
static bool is_own(struct maker *k, const char *addr)
{
    struct address_list to;
    parse_list(k, FIELD_DELIVERED_TO, &to);
    bool same = to.count && *addr && ascii_is(addr, strlen(addr), to.items[0].addr);
    address_list_release(&to);
    return same;
}

static int64_t read_date(const struct maker *k)
{
    int64_t utc;
    const struct header_field *f = &k->fields[FIELD_DATE];
    return k->has[FIELD_DATE] && date_parse(f->body, f->body_len, &utc) ? utc : SUMMARY_NO_DATE;
}

/* The struct in front, its strings behind: one block. */
static struct summary *pack(const struct summary *head, const struct buf *strings,
                            const size_t offsets[SUMMARY_LISTS], size_t id_offset,
                            size_t list_offset, size_t charset_offset)
{
    char *block = xmalloc(sizeof *head + strings->len);
    struct summary *s = (struct summary *)(void *)block;
    char *text = block + sizeof *head;
    *s = *head;
    memcpy(text, strings->data, strings->len);
    s->subject = text;
    s->message_id = text + id_offset;
    s->list_id = text + list_offset;
    s->charset = text + charset_offset;
    for (size_t i = 0; i < SUMMARY_LISTS; i++)
        s->lists[i] = text + offsets[i];
    return s;
}

struct summary *summary_new(const char *block, size_t len, const char *const *charsets)
{
    static const enum field_kind list_fields[SUMMARY_ADDRESS_LISTS] = {
        FIELD_FROM, FIELD_TO, FIELD_CC, FIELD_REPLY_TO};
    struct maker k = {.context = {NULL, charsets},
                      .charset = BUF_INIT(64),
                      .line = BUF_INIT(SIZE_MAX / 8), /* bounded by the block that is given */
                      .decoded = BUF_INIT(SIZE_MAX / 8),
                      .clean = BUF_INIT(LIMIT_TEXT)};
    struct summary s = {0};
    struct buf strings = BUF_INIT(SIZE_MAX / 8);
    struct address_list lists[SUMMARY_ADDRESS_LISTS];
    size_t offsets[SUMMARY_LISTS], id_offset, list_offset, charset_offset;

    collect(&k, block, len);
    if (k.has[FIELD_CONTENT_TYPE] && rfc2231_charset(&k.charset, &k.fields[FIELD_CONTENT_TYPE]))
        k.context.hint = k.charset.data;
    take_fingerprint(&s, block, k.header_len);
    append_text(&k, &strings, FIELD_SUBJECT);
    id_offset = strings.len;
    append_text(&k, &strings, FIELD_MESSAGE_ID);
    list_offset = strings.len;
    append_list_id(&k, &strings);
    charset_offset = strings.len;
    append_charset(&k, &strings);
    s.has_attachment = is_mixed(&k);
    for (size_t i = 0; i < SUMMARY_ADDRESS_LISTS; i++) {
        parse_list(&k, list_fields[i], &lists[i]);
        offsets[i] = strings.len;
        s.counts[i] = (uint16_t)lists[i].count;
        for (size_t j = 0; j < lists[i].count; j++) {
            buf_append(&strings, lists[i].items[j].name, strlen(lists[i].items[j].name) + 1);
            buf_append(&strings, lists[i].items[j].addr, strlen(lists[i].items[j].addr) + 1);
        }
    }
    const struct address_list *from = &lists[SUMMARY_FROM];
    const char *sender = from->count ? from->items[0].addr : "";
    offsets[SUMMARY_AUTHRES] = strings.len;
    s.counts[SUMMARY_AUTHRES] = (uint16_t)append_authres(&k, &strings, sender);
    s.date = read_date(&k);
    s.shape = shape_end(&k.shape);
    s.score = k.trust.score;
    s.warnings = trust_of_block(&k.trust) | trust_of_sender(from, &lists[SUMMARY_REPLY_TO]);
    s.warnings |= is_own(&k, sender) ? TRUST_OWN_ADDRESS : 0;
    s.warnings |= script_is_mixed(strings.data) ? TRUST_MIXED_SCRIPTS : 0; /* the subject */
    s.warnings |= s.date == SUMMARY_NO_DATE ? TRUST_NO_DATE : 0;
    s.warnings |= k.attempts ? TRUST_CONTROLS : 0;

    struct summary *packed =
        pack(&s, &strings, offsets, id_offset, list_offset, charset_offset);
    for (size_t i = 0; i < SUMMARY_ADDRESS_LISTS; i++)
        address_list_release(&lists[i]);
    buf_release(&strings);
    buf_release(&k.charset);
    buf_release(&k.line);
    buf_release(&k.decoded);
    buf_release(&k.clean);
    return packed;
}

void summary_address(const struct summary *s, enum summary_list which, unsigned i,
                     const char **name, const char **addr)
{
    const char *p = s->lists[which];
    for (; i; i--) {
        p += strlen(p) + 1;
        p += strlen(p) + 1;
    }
    *name = p;
    *addr = p + strlen(p) + 1;
}

const char *summary_first_address(const struct summary *s)
{
    const char *name, *addr = "";
    if (s && s->counts[SUMMARY_FROM])
        summary_address(s, SUMMARY_FROM, 0, &name, &addr);
    return addr;
}

void summary_sender(struct buf *out, const struct summary *s)
{
    const char *name, *addr;
    if (!s->counts[SUMMARY_FROM])
        return;
    summary_address(s, SUMMARY_FROM, 0, &name, &addr);
    if (!*name)
        buf_append_str(out, addr);
    else if (!*addr)
        buf_append_str(out, name);
    else
        buf_printf(out, "%s <%s>", name, addr);
}

struct trust summary_trust(const struct summary *s)
{
    struct trust t = {.score = s->score, .warnings = s->warnings};
    const char *name;
    if (s->counts[SUMMARY_REPLY_TO])
        summary_address(s, SUMMARY_REPLY_TO, 0, &name, &t.reply_to);
    return t;
}

bool summary_authres(const struct summary *s, const char *authserv_id, struct authres *out)
{
    bool found = false;
    *out = (struct authres){{AUTHRES_NONE}};
    for (unsigned i = 0; i < s->counts[SUMMARY_AUTHRES]; i++) {
        const char *id, *letters;
        summary_address(s, SUMMARY_AUTHRES, i, &id, &letters);
        if (!ascii_is(id, strlen(id), authserv_id))
            continue;
        struct authres one = authres_read(letters);
        authres_add(out, &one);
        found = true;
    }
    return found;
}
