/* A message into parts and text: the same comes of it whole and in pieces; parts nest, their
 * octets lie inside what is around them, every cap holds, and the text is clean.  The first
 * byte chooses the pieces, the second whether the message is cut. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "mail/body.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool held)
{
    if (!held)
        abort();
}

/* What a parser tells: every call adds to a sum that does not depend on the pieces. */
struct told {
    uint64_t sum;
    uint64_t octets;
    uint32_t open;
};

static void add(struct told *t, unsigned value)
{
    t->sum = (t->sum ^ value) * 1099511628211u;
}

static void take_begin(void *context, const struct mime_part *part)
{
    struct told *t = context;
    t->open++;
    add(t, part->index);
}

static void take_body(void *context, const struct mime_part *part, const char *bytes,
                      size_t len)
{
    struct told *t = context;
    require(mime_part_is_leaf(part) && part->is_open);
    for (size_t i = 0; i < len; i++)
        add(t, (unsigned char)bytes[i]);
    t->octets += len;
}

static void take_end(void *context, const struct mime_part *part)
{
    struct told *t = context;
    require(t->open-- > 0);
    add(t, part->index + 1000000);
}

/* SIZES 0: whole; else pieces of 1 to 32 octets, in a row that it chooses. */
static struct mime *parse(const char *text, size_t len, unsigned sizes, bool cut,
                          struct told *t)
{
    const struct mime_sink sink = {t, take_begin, take_body, take_end};
    *t = (struct told){0};
    struct mime *m = mime_new(&sink, NULL);
    for (size_t at = 0, piece = len; at < len; at += piece) {
        if (sizes) {
            sizes = sizes * 75 % 65537;
            piece = 1 + sizes % 32;
        }
        mime_feed(m, text + at, len - at < piece ? len - at : piece);
    }
    mime_end(m, cut);
    require(!t->open);
    return m;
}

static void check_part(const struct mime *m, const struct mime_part *p, size_t len)
{
    const struct mime_part *parent = mime_part(m, p->parent);
    require(p->depth < LIMIT_MIME_DEPTH && !p->is_open);
    require(p->start <= p->body && p->body <= p->end && p->end <= len);
    if (p != parent) {
        require(parent->index < p->index && !mime_part_is_leaf(parent));
        require(p->depth == parent->depth + 1);
        require(parent->body <= p->start && p->end <= parent->end);
    }
    char *clean = text_clean_line(p->type, strlen(p->type));
    require(!strcmp(clean, p->type));
    free(clean);
}

static void check_same(const struct mime_part *a, const struct mime_part *b)
{
    require(a->parent == b->parent && a->child == b->child && a->kind == b->kind);
    require(!strcmp(a->type, b->type) && !strcmp(a->charset, b->charset) &&
            !strcmp(a->name, b->name));
    require(a->start == b->start && a->body == b->body && a->end == b->end);
    require(a->decoded == b->decoded && a->is_complete == b->is_complete);
}

/* Of the first ones, for time; as many as can be inside one another. */
static void check_numbers(const struct mime *m)
{
    for (uint32_t i = 0; i < mime_count(m) && i < LIMIT_MIME_DEPTH; i++) {
        struct buf number = BUF_INIT(MIME_NUMBER_MOST);
        mime_number(m, i, &number);
        require(mime_by_number(m, number.data) == i);
        buf_release(&number);
    }
}

static void check_text(const char *text, size_t len, bool cut)
{
    struct body_memory memory = {text, len};
    const struct body_source source = {&memory, body_read_memory, cut};
    const struct body_options options = {.part = MIME_NO_PART, .width = 40};
    struct body *b = body_new(&source, &options);
    struct buf again = BUF_INIT(b->text.cap);
    text_clean(&again, b->text.data, b->text.len, TEXT_BODY);
    require(again.len == b->text.len && !memcmp(again.data, b->text.data, again.len));
    buf_release(&again);
    body_free(b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    const char *text = (const char *)data + 2;
    size_t len = size - 2;
    bool cut = data[1] & 1;
    struct told a, b;
    struct mime *whole = parse(text, len, 0, cut, &a);
    struct mime *pieces = parse(text, len, data[0] + 1u, cut, &b);
    require(a.sum == b.sum && a.octets == b.octets);
    require(mime_count(whole) == mime_count(pieces) && mime_count(whole) <= LIMIT_PARTS);
    require(mime_choose(whole, 0) == mime_choose(pieces, 0));
    for (uint32_t i = 0; i < mime_count(whole); i++) {
        check_part(whole, mime_part(whole, i), len);
        check_same(mime_part(whole, i), mime_part(pieces, i));
    }
    check_numbers(whole);
    check_text(text, len, cut);
    mime_free(whole);
    mime_free(pieces);
    return 0;
}
