#include "config.h"

#include "mail/body_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "mail/charset.h"
#include "mail/enclosed.h"
#include "mail/flowed.h"
#include "mail/guess.h"
#include "mail/html.h"

/* A charset's name in a note. */
#define NAME_MOST 64u

/* ---- the charset ------------------------------------------------------------------------- */

static bool has_8bit(const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)bytes[i] >= 0x80)
            return true;
    return false;
}

static bool is_named(const struct buf *name, const char *what)
{
    return ascii_is(name->data, name->len, what);
}

/* What mailers write where they do not know. */
static bool says_nothing(const struct buf *name)
{
    return !name->len || is_named(name, "us-ascii") || is_named(name, "unknown-8bit") ||
           is_named(name, "x-unknown") || is_named(name, "unknown");
}

static bool is_named_utf8(const struct buf *name)
{
    return is_named(name, "utf-8") || is_named(name, "utf8");
}

/* ISO-2022, HZ and UTF-7 text is ASCII, and UTF-8 by that. */
static bool is_utf8_for_certain(const char *bytes, size_t len)
{
    return has_8bit(bytes, len) && charset_is_utf8(bytes, len);
}

/* What the first bytes say (Unicode 23.8), against any declaration. */
static const char *byte_order_mark(const char *bytes, size_t len)
{
    if (len >= 3 && !memcmp(bytes, "\xEF\xBB\xBF", 3))
        return "utf-8";
    if (len >= 4 && !memcmp(bytes, "\xFF\xFE\0\0", 4))
        return "utf-32";
    if (len >= 2 && (!memcmp(bytes, "\xFF\xFE", 2) || !memcmp(bytes, "\xFE\xFF", 2)))
        return "utf-16";
    return NULL;
}

/* The charset that the part itself names, unless its bytes are something else for certain. */
static bool decode_declared(struct buf *utf8, struct buf *notes, const struct buf *declared,
                            const char *bytes, size_t len)
{
    if (says_nothing(declared))
        return false;
    bool says_utf8 = is_named_utf8(declared), done = false;
    char *name =
        text_clean_line(declared->data, declared->len < NAME_MOST ? declared->len : NAME_MOST);
    if (!says_utf8 && is_utf8_for_certain(bytes, len)) {
        buf_printf(notes, _("declared as %s, but it is UTF-8\n"), name);
        buf_append_cut(utf8, bytes, len);
        done = true;
    } else if (says_utf8 && !charset_is_nearly_utf8(bytes, len)) {
        buf_printf(notes, _("declared as %s, but it is not\n"), name);
    } else {
        done = charset_decode(utf8, declared->data, declared->len, bytes, len);
        if (!done)
            buf_printf(notes, _("the charset %s is not known here: guessed\n"), name);
    }
    free(name);
    return done;
}

static void decode(struct buf *utf8, struct buf *notes, const struct mime_part *part,
                   const char *bytes, size_t len, const char *const *charsets)
{
    struct buf name = BUF_INIT(256);
    const char *mark = byte_order_mark(bytes, len);
    if (mark)
        buf_append_str(&name, mark);
    else if (*part->charset)
        buf_append_str(&name, part->charset);
    else if (part->kind == MIME_HTML)
        html_charset(&name, bytes, len);
    bool done = decode_declared(utf8, notes, &name, bytes, len);
    if (!done && !(charsets && *charsets) && !charset_is_utf8(bytes, len)) {
        buf_clear(&name);
        done = guess_charset(&name, bytes, len) &&
               charset_decode(utf8, name.data, name.len, bytes, len);
    }
    if (!done)
        charset_decode_undeclared(utf8, bytes, len, NULL, charsets);
    if (mark && utf8->len >= 3 && !memcmp(utf8->data, "\xEF\xBB\xBF", 3))
        buf_consume(utf8, 3);
    buf_release(&name);
}

/* ---- the form ---------------------------------------------------------------------------- */

static void note_images(struct buf *notes, const struct html_signs *signs)
{
    if (signs->remote_images)
        buf_printf(notes,
                   _n("%zu image on the net, not fetched", "%zu images on the net, not fetched",
                      signs->remote_images),
                   signs->remote_images);
    if (signs->pixels) {
        buf_append_str(notes, signs->remote_images ? "; " : "");
        buf_printf(notes,
                   _n("%zu of a pixel, which tells the sender that it was seen",
                      "%zu of a pixel, which tell the sender that they were seen",
                      signs->pixels),
                   signs->pixels);
    }
    if (signs->remote_images || signs->pixels)
        buf_append_char(notes, '\n');
}

/* Footnotes and warnings are ours, whoever made the text.  False, with nothing appended, where
 * there is not one tag: plain text that calls itself HTML keeps its lines. */
static bool append_html(struct buf *text, struct buf *notes, const struct buf *utf8,
                        const struct body_options *options)
{
    struct buf other = BUF_INIT(LIMIT_HTML_TEXT);
    struct html *h = html_new(options->width);
    html_feed(h, utf8->data, utf8->len);
    html_end(h);
    if (!html_signs(h)->tags) {
        html_free(h);
        return false;
    }
    const struct buf *own = html_text(h);
    size_t from = 0;
    if (options->html &&
        options->html(options->html_context, utf8, options->width, &other, notes)) {
        text_clean(text, other.data, other.len, TEXT_BODY);
        from = html_body_len(h);
    }
    text_clean(text, own->data + from, own->len - from, TEXT_BODY);
    note_images(notes, html_signs(h));
    html_free(h);
    buf_release(&other);
    return true;
}

/* The lines that a reader sees; UTF8 is given back as soon as it can be. */
static void append_plain(struct buf *text, struct buf *utf8, const struct mime_part *part)
{
    struct buf named = BUF_INIT(utf8->cap), joined = BUF_INIT(utf8->cap);
    struct buf *lines = utf8;
    if (enclosed_name(&named, utf8->data, utf8->len)) {
        buf_release(utf8);
        lines = &named;
    }
    if (part->is_flowed) {
        flowed_join(&joined, lines->data, lines->len, part->deletes_space);
        buf_release(lines);
        lines = &joined;
    }
    text_clean(text, lines->data, lines->len, TEXT_BODY);
    buf_release(&named);
    buf_release(&joined);
}

void body_text(struct buf *text, struct buf *notes, const struct mime_part *part,
               struct buf *octets, const struct body_options *options)
{
    struct buf utf8 = BUF_INIT(4 * LIMIT_BODY);
    decode(&utf8, notes, part, octets->data, octets->len, options->charsets);
    buf_release(octets);
    if (part->kind != MIME_HTML || !append_html(text, notes, &utf8, options))
        append_plain(text, &utf8, part);
    buf_release(&utf8);
}
