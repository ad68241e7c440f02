#include "config.h"

#include <criterion/criterion.h>

/* GMime as a second opinion: on every message of tests/mail both find the same parts, types,
 * file names and octets, or the table says why not. */

TestSuite(second, .timeout = 120);

#if HAVE_GMIME

#include <dirent.h>
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "mail/body.h"

#define CORPUS_MOST 1000

/* What differs, and why ours is right, or does not matter. */
static const struct difference {
    const char *file, *why;
} differences[] = {
    {"cte-base64-cut.eml", "a last quantum that was cut gives the octets that are whole"},
    {"cte-base64-footer.eml", "GMime stops at the padding; lists append, and so do mailers"},
    {"cte-base64-no-padding.eml", "the last octets do not need their padding"},
    {"cte-base64-two-blobs.eml", "GMime stops at the padding between two texts"},
    {"cte-base64-urlsafe.eml",
     "both read past '-' and '_'; GMime drops what stands at the end"},
    {"cte-qp-cut.eml", "half an escape stays as it is; GMime drops it"},
    {"cte-qp-soft-blanks.eml",
     "blanks behind a soft line break are no text (RFC 2045 section 6.7)"},
    {"cte-quoted-name.eml", "an encoding in quotes is meant"},
    {"cte-semicolon.eml", "an encoding with a semicolon is meant"},
    {"cte-twice.eml", "the first field counts"},
    {"cte-x-uuencode.eml", "GMime decodes x-uuencode; ours names the file in the text"},
    {"ctype-comment-only.eml", "what has no type is text (RFC 2045 section 5.2)"},
    {"ctype-control.eml", "what has no type is text"},
    {"ctype-empty.eml", "what has no type is text"},
    {"ctype-no-slash.eml", "what has no type is text"},
    {"ctype-only-semicolons.eml", "what has no type is text"},
    {"ctype-quoted.eml", "a type in quotes is meant"},
    {"ctype-raw-8bit.eml", "a type is ASCII"},
    {"decode-broken.eml", "GMime gives up at a header with stray lines"},
    {"header-duplicate-fields.eml", "the first field counts"},
    {"header-empty-message.eml", "GMime has no message of no octets"},
    {"header-fold-first-field.eml", "GMime gives up at a header that begins with a fold"},
    {"header-no-separator.eml", "text without a blank line before it is text"},
    {"header-none-no-blank.eml", "GMime gives up at a message without a header"},
    {"header-separator-of-blanks.eml", "a line of blanks ends a header where no field follows"},
    {"mime-boundary-empty.eml", "an empty boundary is none: the text is shown as it is"},
    {"mime-boundary-missing.eml", "without a boundary the text is shown as it is"},
    {"mime-empty-parts.eml", "a part of nothing is a part"},
    {"mime-nested-120-unclosed.eml", "LIMIT_MIME_DEPTH"},
    {"mime-nested-120.eml", "LIMIT_MIME_DEPTH"},
    {"mime-part-header-8bit.eml", "a line that is no field begins the text"},
    {"mime-rfc822-nested-120.eml", "LIMIT_MIME_DEPTH"},
    {"name-disposition-comments.eml", "a name in a comment is none"},
    {"name-disposition-no-value.eml", "without a filename the name of Content-Type counts"},
    {"name-rfc2047-folded.eml", "encoded-words on folded lines are one name"},
    {"name-rfc2231-encoded-path.eml", "a NUL is shown; GMime ends the name there"},
    {"name-rfc2231-gap.eml", "behind a section that is missing nothing counts (RFC 2231)"},
    {"name-rfc2231-many.eml", "names end at LIMIT_TEXT"},
    {"name-rfc2231-mixed.eml", "the extended form of a name counts (RFC 2231 section 4)"},
    {"name-rfc2231-unknown-charset.eml",
     "windows-1252 where the charset is not known; GMime gives marks"},
    {"name-unclosed-quote.eml", "a quote that does not close is no part of the name"},
    {"name-very-long.eml", "names end at LIMIT_TEXT"},
    {"trunc-before-final-dashes.eml", "half a boundary at the end is none"},
    {"trunc-in-base64-attachment.eml",
     "a last quantum that was cut gives the octets that are whole"},
    {"trunc-in-base64-quantum.eml",
     "a last quantum that was cut gives the octets that are whole"},
    {"trunc-in-boundary.eml", "half a boundary at the end is none"},
    {"trunc-in-enclosed-header.eml", "a message inside has a text, if an empty one"},
    {"trunc-in-field-name.eml", "GMime gives up at half a field"},
    {"trunc-in-part-header.eml", "a quote that does not close is no part of the name"},
};

/* ---- both in the same words: a line for each part ---------------------------------------- */

/* Letters that both may write differently are left out: names are compared as they are clean.
 */
static void describe(struct buf *out, unsigned depth, const char *type, const char *name,
                     const char *octets, size_t len)
{
    char *lower = g_ascii_strdown(type, -1);
    char *sum = g_compute_checksum_for_data(G_CHECKSUM_MD5, (const guchar *)octets, len);
    buf_printf(out, "%*s%s", (int)(2 * depth), "", lower);
    if (*name)
        buf_printf(out, " '%s'", name);
    if (octets)
        buf_printf(out, " %zu %.8s", len, sum);
    buf_append_char(out, '\n');
    g_free(lower);
    g_free(sum);
}

struct ours {
    struct buf *octets;
    size_t count;
};

static void take_octets(void *context, const struct mime_part *part, const char *bytes,
                        size_t len)
{
    struct ours *o = context;
    cr_assert(part->index < o->count);
    buf_append_cut(&o->octets[part->index], bytes, len);
}

static void describe_ours(struct buf *out, const struct buf *message)
{
    struct ours o = {xcalloc(2000, sizeof *o.octets), 2000};
    const struct mime_sink sink = {&o, NULL, take_octets, NULL};
    for (size_t i = 0; i < o.count; i++)
        o.octets[i] = BUF_INIT(1 << 20);
    struct mime *m = mime_new(&sink, NULL);
    mime_feed(m, message->data, message->len);
    mime_end(m, false);
    for (uint32_t i = 0; i < mime_count(m); i++) {
        const struct mime_part *p = mime_part(m, i);
        bool leaf = mime_part_is_leaf(p);
        describe(out, p->depth, p->type, p->name, leaf ? o.octets[i].data : NULL,
                 o.octets[i].len);
    }
    mime_free(m);
    for (size_t i = 0; i < o.count; i++)
        buf_release(&o.octets[i]);
    free(o.octets);
}

static void describe_theirs(struct buf *out, GMimeObject *object, unsigned depth)
{
    GMimeContentType *type = g_mime_object_get_content_type(object);
    char *name_of_type = g_mime_content_type_get_mime_type(type);
    if (GMIME_IS_PART(object)) {
        GMimePart *part = GMIME_PART(object);
        GMimeStream *to = g_mime_stream_mem_new();
        GMimeDataWrapper *content = g_mime_part_get_content(part);
        const char *name = g_mime_part_get_filename(part);
        if (content)
            g_mime_data_wrapper_write_to_stream(content, to);
        GByteArray *octets = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(to));
        struct buf clean = BUF_INIT(2000);
        if (name)
            text_clean(&clean, name, strlen(name), TEXT_ONE_LINE);
        describe(out, depth, name_of_type, clean.data, octets->data ? (char *)octets->data : "",
                 octets->len);
        buf_release(&clean);
        g_object_unref(to);
    } else {
        describe(out, depth, name_of_type, "", NULL, 0);
    }
    if (GMIME_IS_MULTIPART(object)) {
        GMimeMultipart *multipart = GMIME_MULTIPART(object);
        for (int i = 0; i < g_mime_multipart_get_count(multipart); i++)
            describe_theirs(out, g_mime_multipart_get_part(multipart, i), depth + 1);
    } else if (GMIME_IS_MESSAGE_PART(object)) {
        GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
        if (inner && g_mime_message_get_mime_part(inner))
            describe_theirs(out, g_mime_message_get_mime_part(inner), depth + 1);
    }
    g_free(name_of_type);
}

static void ask_gmime(struct buf *out, const struct buf *message)
{
    GMimeStream *from = g_mime_stream_mem_new_with_buffer(message->data, message->len);
    GMimeParser *parser = g_mime_parser_new_with_stream(from);
    GMimeMessage *parsed = g_mime_parser_construct_message(parser, NULL);
    if (parsed && g_mime_message_get_mime_part(parsed))
        describe_theirs(out, g_mime_message_get_mime_part(parsed), 0);
    if (parsed)
        g_object_unref(parsed);
    g_object_unref(parser);
    g_object_unref(from);
}

/* ---- the corpus -------------------------------------------------------------------------- */

static bool is_expected(const char *file)
{
    for (size_t i = 0; i < sizeof differences / sizeof *differences; i++)
        if (!strcmp(differences[i].file, file))
            return true;
    return false;
}

static void compare(const char *dir, const char *file)
{
    char path[1024], piece[4096];
    struct buf message = BUF_INIT(1 << 20), ours = BUF_INIT(1 << 20),
               theirs = BUF_INIT(1 << 20);
    snprintf(path, sizeof path, "%s/%s", dir, file);
    FILE *f = fopen(path, "rb");
    cr_assert_not_null(f, "%s", path);
    for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0;)
        buf_append(&message, piece, n);
    fclose(f);
    describe_ours(&ours, &message);
    ask_gmime(&theirs, &message);
    bool same = !strcmp(ours.data, theirs.data);
    if (is_expected(file))
        cr_expect_not(same, "%s: both agree; it needs no excuse", file);
    else
        cr_expect(same, "%s: ours\n%sGMime\n%s", file, ours.data, theirs.data);
    buf_release(&message);
    buf_release(&ours);
    buf_release(&theirs);
}

Test(second, gmime_sees_the_same_parts)
{
    char dir[512];
    snprintf(dir, sizeof dir, "%s/tests/mail", getenv("top_srcdir"));
    g_mime_init();
    DIR *d = opendir(dir);
    cr_assert_not_null(d, "%s", dir);
    size_t count = 0;
    for (struct dirent *entry; (entry = readdir(d)) != NULL;) {
        size_t len = strlen(entry->d_name);
        if (len > 4 && !strcmp(entry->d_name + len - 4, ".eml")) {
            compare(dir, entry->d_name);
            count++;
        }
    }
    closedir(d);
    cr_expect(count > 100, "%zu messages", count);
    g_mime_shutdown();
}

#else

Test(second, gmime_sees_the_same_parts)
{
    cr_skip_test("this machine has no GMime 3");
}

#endif
