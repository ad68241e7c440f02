#include "config.h"

#include <criterion/criterion.h>

/* GMime as a second opinion: on every message of tests/mail both find the same parts, types,
 * charsets, file names and octets, or the table says what differs and why. */

TestSuite(second, .timeout = 120);

#ifdef HAVE_GMIME

#include <dirent.h>
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "mail/mime.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

enum {
    PARTS = 1, /* how many, and which is inside which; the rest is not compared then */
    TYPES = 2,
    CHARSETS = 4, /* as declared */
    NAMES = 8,
    OCTETS = 16, /* of a leaf, decoded */
};

/* What differs, no more and no less, and why ours is right, or why it does not matter. */
static const struct difference {
    const char *file;
    unsigned what;
    const char *why;
} differences[] = {
    {"charset-name-comment-before.eml", CHARSETS,
     "a comment is no part of the charset (RFC 2045 section 5.1)"},
    {"charset-name-commented.eml", CHARSETS,
     "a comment is no part of the charset (RFC 2045 section 5.1)"},
    {"charset-name-hybrid.eml", CHARSETS, "a charset ends at a blank, in quotes, too"},
    {"charset-name-long-name.eml", CHARSETS, "no charset has a name of more than 64 letters"},
    {"charset-name-unclosed-quote.eml", CHARSETS,
     "a quote that does not close is no part of the charset"},
    {"cte-base64-cut.eml", OCTETS,
     "a last quantum that was cut gives the octets that are whole"},
    {"cte-base64-footer.eml", OCTETS,
     "GMime stops at the padding; lists append, and so do mailers"},
    {"cte-base64-no-padding.eml", OCTETS, "the last octets do not need their padding"},
    {"cte-base64-two-blobs.eml", OCTETS, "GMime stops at the padding between two texts"},
    {"cte-base64-urlsafe.eml", OCTETS,
     "both read past '-' and '_'; GMime drops what stands at the end"},
    {"cte-qp-cut.eml", OCTETS, "half an escape stays as it is; GMime drops it"},
    {"cte-qp-soft-blanks.eml", OCTETS,
     "blanks behind a soft line break are no text (RFC 2045 section 6.7)"},
    {"cte-quoted-name.eml", OCTETS, "an encoding in quotes is meant"},
    {"cte-semicolon.eml", OCTETS, "an encoding with a semicolon is meant"},
    {"cte-twice.eml", OCTETS, "the first field counts"},
    {"cte-x-uuencode.eml", OCTETS, "GMime decodes x-uuencode; ours names the file in the text"},
    {"ctype-comment-only.eml", TYPES, "what has no type is text (RFC 2045 section 5.2)"},
    {"ctype-control.eml", TYPES, "what has no type is text"},
    {"ctype-empty.eml", TYPES, "what has no type is text"},
    {"ctype-no-slash.eml", TYPES, "what has no type is text"},
    {"ctype-nul.eml", CHARSETS, "a NUL does not end the field"},
    {"ctype-only-semicolons.eml", TYPES, "what has no type is text"},
    {"ctype-quoted.eml", TYPES | CHARSETS, "a type in quotes is meant"},
    {"ctype-raw-8bit.eml", TYPES, "a type is ASCII"},
    {"ctype-unclosed-comment.eml", CHARSETS,
     "a comment that does not close takes the rest; ours then guesses"},
    {"decode-broken.eml", PARTS, "GMime gives up at a header with stray lines"},
    {"header-duplicate-fields.eml", TYPES, "the first field counts"},
    {"header-empty-message.eml", PARTS, "GMime has no message of no octets"},
    {"header-fold-first-field.eml", PARTS,
     "GMime gives up at a header that begins with a fold"},
    {"header-no-separator.eml", OCTETS, "text without a blank line before it is text"},
    {"header-none-no-blank.eml", PARTS, "GMime gives up at a message without a header"},
    {"header-separator-of-blanks.eml", OCTETS,
     "a line of blanks ends a header where no field follows"},
    {"mime-boundary-empty.eml", PARTS, "an empty boundary is none: the text is shown as it is"},
    {"mime-boundary-missing.eml", OCTETS, "without a boundary the text is shown as it is"},
    {"mime-empty-parts.eml", PARTS, "a part of nothing is a part"},
    {"mime-nested-120-unclosed.eml", PARTS, "LIMIT_MIME_DEPTH"},
    {"mime-nested-120.eml", PARTS, "LIMIT_MIME_DEPTH"},
    {"mime-part-header-8bit.eml", OCTETS, "a line that is no field begins the text"},
    {"mime-rfc822-nested-120.eml", PARTS, "LIMIT_MIME_DEPTH"},
    {"name-disposition-comments.eml", NAMES, "a name in a comment is none"},
    {"name-disposition-no-value.eml", NAMES,
     "without a filename the name of Content-Type counts"},
    {"name-rfc2047-folded.eml", NAMES, "encoded-words on folded lines are one name"},
    {"name-rfc2231-encoded-path.eml", NAMES, "a NUL is shown; GMime ends the name there"},
    {"name-rfc2231-gap.eml", NAMES,
     "behind a section that is missing nothing counts (RFC 2231)"},
    {"name-rfc2231-many.eml", NAMES, "sections of a name behind the 64th are left out"},
    {"name-rfc2231-mixed.eml", NAMES,
     "the extended form of a name counts (RFC 2231 section 4)"},
    {"name-rfc2231-unknown-charset.eml", NAMES,
     "windows-1252 where the charset is not known; GMime gives marks"},
    {"name-unclosed-quote.eml", NAMES, "a quote that does not close is no part of the name"},
    {"name-very-long.eml", NAMES, "names end at LIMIT_TEXT"},
    {"trunc-before-final-dashes.eml", OCTETS,
     "half a boundary at the end of a message is no text"},
    {"trunc-in-base64-attachment.eml", OCTETS,
     "a last quantum that was cut gives the octets that are whole"},
    {"trunc-in-base64-quantum.eml", OCTETS,
     "a last quantum that was cut gives the octets that are whole"},
    {"trunc-in-boundary.eml", OCTETS, "half a boundary at the end of a message is no text"},
    {"trunc-in-enclosed-header.eml", PARTS, "a message inside has a text, if an empty one"},
    {"trunc-in-field-name.eml", PARTS, "GMime gives up at half a field"},
    {"trunc-in-part-header.eml", NAMES, "a quote that does not close is no part of the name"},
};

/* ---- what each of them sees -------------------------------------------------------------- */

struct seen {
    unsigned depth;
    char *type, *charset, *name;
    char *octets; /* how many, and their checksum; "" where it is no leaf */
};

struct sight {
    struct seen *parts;
    size_t count;
};

/* Controls that both may write differently are left out: words are compared as they are clean,
 * and whole. */
static char *clean(const char *text)
{
    struct buf out = BUF_INIT(1 << 20);
    if (text)
        text_clean(&out, text, strlen(text), TEXT_ONE_LINE);
    return buf_detach(&out);
}

static char *sum_up(const char *octets, size_t len)
{
    struct buf out = BUF_INIT(100);
    char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)octets, len);
    buf_printf(&out, "%zu %.16s", len, sum);
    g_free(sum);
    return buf_detach(&out);
}

static struct seen *add_seen(struct sight *s, unsigned depth, const char *type)
{
    char *lower = g_ascii_strdown(type, -1);
    s->parts = xreallocarray(s->parts, s->count + 1, sizeof *s->parts);
    s->parts[s->count] = (struct seen){depth, clean(lower), NULL, NULL, NULL};
    g_free(lower);
    return &s->parts[s->count++];
}

static void release(struct sight *s)
{
    for (size_t i = 0; i < s->count; i++) {
        free(s->parts[i].type);
        free(s->parts[i].charset);
        free(s->parts[i].name);
        free(s->parts[i].octets);
    }
    free(s->parts);
}

static void write_down(struct buf *out, const struct sight *s)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct seen *p = &s->parts[i];
        buf_printf(out, "%*s%s [%s] '%s' %s\n", (int)(2 * p->depth), "", p->type, p->charset,
                   p->name, p->octets);
    }
}

static unsigned compare_sights(const struct sight *a, const struct sight *b)
{
    unsigned what = a->count == b->count ? 0 : PARTS;
    for (size_t i = 0; i < a->count && !(what & PARTS); i++) {
        const struct seen *x = &a->parts[i], *y = &b->parts[i];
        if (x->depth != y->depth)
            return PARTS;
        what |= strcmp(x->type, y->type) ? TYPES : 0;
        what |= strcmp(x->charset, y->charset) ? CHARSETS : 0;
        what |= strcmp(x->name, y->name) ? NAMES : 0;
        what |= strcmp(x->octets, y->octets) ? OCTETS : 0;
    }
    return what;
}

/* ---- ours -------------------------------------------------------------------------------- */

struct octets {
    struct buf *of_part;
    size_t count;
};

static void take_begin(void *context, const struct mime_part *part)
{
    struct octets *o = context;
    cr_assert_eq(part->index, o->count);
    o->of_part = xreallocarray(o->of_part, o->count + 1, sizeof *o->of_part);
    o->of_part[o->count++] = BUF_INIT(1 << 20);
}

static void take_octets(void *context, const struct mime_part *part, const char *bytes,
                        size_t len)
{
    struct octets *o = context;
    cr_assert(buf_append(&o->of_part[part->index], bytes, len));
}

static void ask_ours(struct sight *s, const struct buf *message)
{
    struct octets o = {NULL, 0};
    const struct mime_sink sink = {&o, take_begin, take_octets, NULL};
    struct mime *m = mime_new(&sink, NULL);
    mime_feed(m, message->data, message->len);
    mime_end(m, false);
    for (uint32_t i = 0; i < mime_count(m); i++) {
        const struct mime_part *p = mime_part(m, i);
        struct seen *seen = add_seen(s, p->depth, p->type);
        seen->charset = clean(p->charset);
        seen->name = xstrdup(p->name);
        seen->octets =
            mime_part_is_leaf(p) ? sum_up(o.of_part[i].data, o.of_part[i].len) : xstrdup("");
        buf_release(&o.of_part[i]);
    }
    free(o.of_part);
    mime_free(m);
}

/* ---- theirs ------------------------------------------------------------------------------ */

static char *decode(GMimePart *part)
{
    GMimeStream *to = g_mime_stream_mem_new();
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    if (content)
        g_mime_data_wrapper_write_to_stream(content, to);
    GByteArray *octets = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(to));
    char *sum = sum_up((const char *)octets->data, octets->len);
    g_object_unref(to);
    return sum;
}

/* PART, then what is inside it: as deep as GMime itself went. */
static void ask_object(struct sight *s, GMimeObject *part, unsigned depth)
{
    char *type = g_mime_content_type_get_mime_type(g_mime_object_get_content_type(part));
    struct seen *seen = add_seen(s, depth, type);
    bool is_leaf = GMIME_IS_PART(part);
    seen->charset = clean(g_mime_object_get_content_type_parameter(part, "charset"));
    seen->name = clean(is_leaf ? g_mime_part_get_filename(GMIME_PART(part)) : NULL);
    seen->octets = is_leaf ? decode(GMIME_PART(part)) : xstrdup("");
    g_free(type);
    if (GMIME_IS_MULTIPART(part)) {
        GMimeMultipart *multipart = GMIME_MULTIPART(part);
        for (int i = 0; i < g_mime_multipart_get_count(multipart); i++)
            ask_object(s, g_mime_multipart_get_part(multipart, i), depth + 1);
    } else if (GMIME_IS_MESSAGE_PART(part)) {
        GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(part));
        if (inner && g_mime_message_get_mime_part(inner))
            ask_object(s, g_mime_message_get_mime_part(inner), depth + 1);
    }
}

static void ask_gmime(struct sight *s, const struct buf *message)
{
    GMimeStream *from = g_mime_stream_mem_new_with_buffer(message->data, message->len);
    GMimeParser *parser = g_mime_parser_new_with_stream(from);
    GMimeMessage *parsed = g_mime_parser_construct_message(parser, NULL);
    if (parsed && g_mime_message_get_mime_part(parsed))
        ask_object(s, g_mime_message_get_mime_part(parsed), 0);
    if (parsed)
        g_object_unref(parsed);
    g_object_unref(parser);
    g_object_unref(from);
}

/* ---- the corpus -------------------------------------------------------------------------- */

static void read_message(struct buf *message, const char *path)
{
    char piece[4096];
    FILE *f = fopen(path, "rb");
    cr_assert_not_null(f, "%s", path);
    for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0;)
        cr_assert(buf_append(message, piece, n), "%s", path);
    fclose(f);
}

static unsigned expected(const char *file, bool *met)
{
    for (size_t i = 0; i < COUNT(differences); i++)
        if (!strcmp(differences[i].file, file)) {
            met[i] = true;
            return differences[i].what;
        }
    return 0;
}

static void compare(const char *dir, const char *file, bool *met)
{
    char path[1024];
    struct buf message = BUF_INIT(1 << 20), a = BUF_INIT(1 << 20), b = BUF_INIT(1 << 20);
    struct sight ours = {NULL, 0}, theirs = {NULL, 0};
    snprintf(path, sizeof path, "%s/%s", dir, file);
    read_message(&message, path);
    ask_ours(&ours, &message);
    ask_gmime(&theirs, &message);
    write_down(&a, &ours);
    write_down(&b, &theirs);
    unsigned want = expected(file, met), what = compare_sights(&ours, &theirs);
    cr_expect_eq(what, want, "%s differs in %#x, not %#x: ours\n%sGMime\n%s", file, what, want,
                 a.data, b.data);
    release(&ours);
    release(&theirs);
    buf_release(&message);
    buf_release(&a);
    buf_release(&b);
}

Test(second, gmime_sees_the_same_parts)
{
    char dir[512];
    bool met[COUNT(differences)] = {false};
    snprintf(dir, sizeof dir, "%s/tests/mail", getenv("top_srcdir"));
    g_mime_init();
    DIR *d = opendir(dir);
    cr_assert_not_null(d, "%s", dir);
    size_t count = 0;
    for (struct dirent *entry; (entry = readdir(d)) != NULL;) {
        size_t len = strlen(entry->d_name);
        if (len > 4 && !strcmp(entry->d_name + len - 4, ".eml")) {
            compare(dir, entry->d_name, met);
            count++;
        }
    }
    closedir(d);
    cr_expect(count > 100, "%zu messages", count);
    for (size_t i = 0; i < COUNT(differences); i++)
        cr_expect(met[i], "%s: there is no such message", differences[i].file);
    g_mime_shutdown();
}

#else

Test(second, gmime_sees_the_same_parts)
{
    cr_skip_test("this machine has no GMime 3");
}

#endif
