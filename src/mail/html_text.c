#include "config.h"

#include <string.h>

#include <unistr.h>

#include "mail/html_inside.h"

#define REPLACEMENT 0xFFFDu
#define REPLACEMENT_UTF8 "\xEF\xBF\xBD"
/* A line may end at a no-break space when there has been none for so many octets: some mailers
 * write no others. */
#define LONG_WORD 40

static bool in(uint32_t c, uint32_t first, uint32_t last)
{
    return c >= first && c <= last;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

/* ---- characters beyond ASCII ------------------------------------------------------------- */

/* No-break and fixed spaces, in columns; 0 for letters. */
static unsigned blank_columns(uint32_t c)
{
    if (c == 0x3000)
        return 2;
    return c == 0xA0 || in(c, 0x2000, 0x200A) || c == 0x202F || c == 0x205F;
}

/* Letters that ZWJ and ZWNJ shape, and emoji that ZWJ joins. */
static bool is_joined(uint32_t before, uint32_t joiner)
{
    return in(before, 0x0590, 0x109F) || in(before, 0x1780, 0x18AF) ||
           in(before, 0xA840, 0xABFF) || in(before, 0xFB50, 0xFEFC) ||
           (joiner == 0x200D && (in(before, 0x2190, 0x2BFF) || before >= 0xFE0F));
}

/* Without width, and without sense where it stands: newsletters fill the preview of their first
 * lines with these, and spam cuts its words. */
static bool is_padding(const struct html *h, uint32_t c)
{
    if (c == 0x200C || c == 0x200D)
        return h->fill.due || !is_joined(h->fill.last, c);
    return c == 0x034F || c == 0x200B || c == 0xFEFF || c == 0x180E || in(c, 0x2060, 0x2064);
}

static void show_blank(struct html *h, unsigned columns)
{
    struct html_fill *f = &h->fill;
    if (h->hides)
        return;
    h->anchor.blank = true;
    if (f->in_word && f->text.len - f->word_at > LONG_WORD) {
        html_fill_blank(f);
        return;
    }
    for (; columns; columns--)
        html_fill_hard_blank(f, ' ');
}

static void show_char(struct html *h, uint32_t c, const char *utf8, size_t len)
{
    unsigned blank = blank_columns(c);
    if (blank || in(c, 0x2028, 0x2029)) {
        show_blank(h, blank ? blank : 1);
    } else if (c == 0xAD) { /* a place to cut the word, which nobody sees */
        return;
    } else if (h->hides || is_padding(h, c)) {
        h->signs.hidden++;
        if (c == 0x200B && !h->hides)
            html_fill_soft(&h->fill);
    } else {
        html_fill_char(&h->fill, c, utf8, len);
        html_anchor_add(h, utf8, len);
    }
}

static void show_broken(struct html *h)
{
    show_char(h, REPLACEMENT, REPLACEMENT_UTF8, strlen(REPLACEMENT_UTF8));
}

/* A byte of a character that comes in pieces, or is none. */
static void add_partial(struct html *h, char byte)
{
    h->partial[h->partial_len++] = byte;
    while (h->partial_len) {
        ucs4_t c;
        int n = u8_mbtoucr(&c, (const uint8_t *)h->partial, h->partial_len);
        if (n == -2)
            return;
        if (n > 0)
            show_char(h, c, h->partial, (size_t)n);
        else
            show_broken(h);
        size_t used = n > 0 ? (size_t)n : 1;
        h->partial_len -= used;
        memmove(h->partial, h->partial + used, h->partial_len);
    }
}

void html_show_partial(struct html *h)
{
    for (; h->partial_len; h->partial_len--)
        show_broken(h);
}

/* As u8_mbtoucr(), which is slow for what is nearly always there. */
static int read_char(ucs4_t *c, const char *p, const char *end)
{
    unsigned char first = (unsigned char)p[0];
    if (first < 0xC2 || first > 0xDF || end - p < 2 || (p[1] & 0xC0) != 0x80)
        return u8_mbtoucr(c, (const uint8_t *)p, (size_t)(end - p));
    *c = (first & 0x1Fu) << 6 | (p[1] & 0x3Fu);
    return 2;
}

static const char *show_wide(struct html *h, const char *p, const char *end)
{
    ucs4_t c;
    int n = h->partial_len ? 0 : read_char(&c, p, end);
    if (n > 0) {
        show_char(h, c, p, (size_t)n);
        return p + n;
    }
    add_partial(h, *p);
    return p + 1;
}

/* ---- ASCII ------------------------------------------------------------------------------- */

static void show_line_blank(struct html *h, char c, unsigned style)
{
    struct html_fill *f = &h->fill;
    if (c == '\n' && !h->pre_fresh)
        html_fill_newline(f, SIZE_MAX);
    else if (c == '\t' || (c == ' ' && (f->due || style & STYLE_KEEP)))
        html_fill_hard_blank(f, c);
    else if (c == ' ')
        html_fill_blank(f);
    h->pre_fresh = h->pre_fresh && c == '\r';
}

static const char *show_space(struct html *h, const char *p, const char *end)
{
    unsigned style = html_stack_style(&h->stack)->flags;
    h->anchor.blank = true;
    if (h->hides)
        return p + 1;
    if (style & STYLE_LINES) {
        show_line_blank(h, *p, style);
        return p + 1;
    }
    html_fill_blank(&h->fill);
    while (p < end && is_space(*p))
        p++;
    return p;
}

static const char *word_end(const char *p, const char *end)
{
    for (; p < end; p++) {
        unsigned char c = (unsigned char)*p;
        if (c >= 0x80 || (c <= ' ' && is_space(*p)))
            break;
    }
    return p;
}

static const char *show_word(struct html *h, const char *p, const char *end)
{
    const char *word = p;
    p = word_end(p, end);
    size_t len = (size_t)(p - word);
    if (h->hides) {
        h->signs.hidden += len;
        return p;
    }
    h->pre_fresh = false;
    html_fill_word(&h->fill, word, len);
    html_anchor_add(h, word, len);
    return p;
}

void html_show(struct html *h, const char *text, size_t len)
{
    const char *p = text, *end = text + len;
    if (h->skipped)
        return;
    while (p < end) {
        if ((unsigned char)*p >= 0x80) {
            p = show_wide(h, p, end);
            continue;
        }
        html_show_partial(h);
        p = is_space(*p) ? show_space(h, p, end) : show_word(h, p, end);
    }
}

void html_show_str(struct html *h, const char *text)
{
    html_show(h, text, strlen(text));
}
