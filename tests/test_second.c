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
    {"", ""},
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
