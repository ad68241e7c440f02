#include "config.h"

#include "mail/html_style.h"

#include <string.h>

#include "base/ascii.h"
#include "base/limits.h"
#include "mail/html_color.h"

/* A part of the style attribute. */
struct part {
    const char *text;
    size_t len;
};

/* What has been read of one attribute. */
struct reading {
    struct html_style style;
    unsigned important; /* flags that "!important" fixed */
    bool none;          /* display: none */
    bool none_fixed;    /* importantly so */
    bool clips;         /* overflow: hidden */
    bool flat;          /* width or height: 0 */
    bool positioned;
    bool outside; /* far left of or above the window */
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

static struct part trim(struct part part)
{
    while (part.len && is_space(*part.text)) {
        part.text++;
        part.len--;
    }
    while (part.len && is_space(part.text[part.len - 1]))
        part.len--;
    return part;
}

static bool is(struct part part, const char *word)
{
    return ascii_is(part.text, part.len, word);
}

/* ---- numbers ----------------------------------------------------------------------------- */

struct length {
    double value;
    struct part unit;
};

static bool read_length(struct part part, struct length *length)
{
    const char *p = part.text, *end = p + part.len;
    bool negative = p < end && *p == '-', digits = false;
    double value = 0, place = 1;
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    for (; p < end && *p >= '0' && *p <= '9'; p++, digits = true)
        value = value < 1e9 ? value * 10 + (*p - '0') : value;
    if (p < end && *p == '.')
        for (p++; p < end && *p >= '0' && *p <= '9'; p++, digits = true)
            value += (place /= 10) * (*p - '0');
    length->value = negative ? -value : value;
    length->unit = trim((struct part){p, (size_t)(end - p)});
    return digits;
}

static bool is_zero(struct part part)
{
    struct length length;
    return read_length(part, &length) && length.value <= 0;
}

/* Far more than any window has. */
static bool is_far_outside(struct part part)
{
    struct length length;
    return read_length(part, &length) && length.value <= -900;
}

static bool is_relative(struct part unit)
{
    return is(unit, "em") || is(unit, "%");
}

/* ---- properties -------------------------------------------------------------------------- */

/* Sets ON and clears OFF, unless an important one before said otherwise. */
static void set(struct reading *r, unsigned on, unsigned off, bool important)
{
    unsigned both = on | off;
    if (r->important & both && !important)
        return;
    r->style.flags = (r->style.flags & ~off) | on;
    r->important |= important ? both : 0;
}

static void read_size(struct reading *r, struct part value, bool important)
{
    struct length length;
    if (!read_length(value, &length))
        set(r, STYLE_SIZED, STYLE_TINY, important); /* "small", "inherit", ... */
    else if (length.value <= (is_relative(length.unit) ? 0.01 : 1.0) && !is(length.unit, "rem"))
        set(r, STYLE_TINY, STYLE_SIZED, important);
    else if (!is_relative(length.unit)) /* a multiple of nothing is nothing */
        set(r, STYLE_SIZED, STYLE_TINY, important);
}

static void read_white_space(struct reading *r, struct part value)
{
    bool keep = is(value, "pre"), lines = keep || is(value, "pre-wrap") ||
                                          is(value, "pre-line") || is(value, "break-spaces");
    r->style.flags &= ~(unsigned)(STYLE_LINES | STYLE_FLOW | STYLE_KEEP);
    r->style.flags |= lines ? STYLE_LINES : STYLE_FLOW;
    r->style.flags |= keep ? STYLE_KEEP : 0;
}

static void read_seen(struct reading *r, struct part name, struct part value, bool important)
{
    if (is(name, "display") && (important || !r->none_fixed)) {
        r->none = is(value, "none");
        r->none_fixed = important;
    } else if (is(name, "visibility") && is(value, "visible"))
        set(r, STYLE_VISIBLE, STYLE_INVISIBLE, important);
    else if (is(name, "visibility"))
        set(r, STYLE_INVISIBLE, STYLE_VISIBLE, important);
    else if (is(name, "font-size"))
        read_size(r, value, important);
    else if (is(name, "white-space"))
        read_white_space(r, value);
    else if (is(name, "color"))
        r->style.color = html_color_read(value.text, value.len, r->style.color);
    else if (is(name, "background") || is(name, "background-color") ||
             is(name, "background-image"))
        r->style.background = html_color_background(value.text, value.len, r->style.background);
}

static void read_box(struct reading *r, struct part name, struct part value)
{
    if (is(name, "opacity") || is(name, "max-height")) {
        struct length length;
        bool none =
            read_length(value, &length) && length.value <= (is(name, "opacity") ? 0.02 : 0.0);
        r->style.flags |= none ? STYLE_GONE : 0;
    } else if (is(name, "overflow")) {
        r->clips = is(value, "hidden");
    } else if (is(name, "width") || is(name, "height") || is(name, "max-width")) {
        r->flat |= is_zero(value);
    } else if (is(name, "position")) {
        r->positioned = is(value, "absolute") || is(value, "fixed");
    } else if (is(name, "left") || is(name, "top")) {
        r->outside |= is_far_outside(value);
    } else if (is(name, "text-indent") && is_far_outside(value)) {
        r->style.flags |= STYLE_GONE;
    }
}

/* "name: value !important" */
static void read_declaration(struct reading *r, struct part text)
{
    const char *colon = memchr(text.text, ':', text.len);
    if (!colon)
        return;
    size_t before = (size_t)(colon - text.text);
    struct part name = trim((struct part){text.text, before});
    struct part value = trim((struct part){colon + 1, text.len - before - 1});
    const char *bang = memchr(value.text, '!', value.len);
    bool important = bang != NULL;
    if (bang)
        value = trim((struct part){value.text, (size_t)(bang - value.text)});
    read_seen(r, name, value, important);
    read_box(r, name, value);
}

/* To the ';' that ends a declaration: not one inside quotes or brackets ("url(data:a;b)"). */
static size_t declaration_end(const char *text, size_t len)
{
    char quote = '\0';
    size_t i = 0, open = 0;
    for (; i < len && (quote || open || text[i] != ';'); i++) {
        if (quote)
            quote = text[i] == quote ? '\0' : quote;
        else if (text[i] == '"' || text[i] == '\'')
            quote = text[i];
        else if (text[i] == '(')
            open++;
        else if (text[i] == ')' && open)
            open--;
    }
    return i;
}

/* Comments, out of a copy of the attribute. */
static size_t drop_comments(char *out, const char *text, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '/' && i + 1 < len && text[i + 1] == '*') {
            for (i += 2; i < len && !(text[i] == '*' && i + 1 < len && text[i + 1] == '/'); i++)
                ;
            i++;
        } else {
            out[n++] = text[i];
        }
    }
    return n;
}

static size_t plain_end(const char *text, size_t len)
{
    const char *end = memchr(text, ';', len);
    return end ? (size_t)(end - text) : len;
}

static void read_declarations(struct reading *r, const char *text, size_t len)
{
    bool plain = !memchr(text, '(', len) && !memchr(text, '"', len) && !memchr(text, '\'', len);
    for (size_t i = 0; i < len;) {
        size_t n = plain ? plain_end(text + i, len - i) : declaration_end(text + i, len - i);
        read_declaration(r, (struct part){text + i, n});
        i += n + 1;
    }
    if (r->none || (r->clips && r->flat) || (r->positioned && r->outside))
        r->style.flags |= STYLE_GONE;
}

static void read_css(struct reading *r, const char *css)
{
    char plain[LIMIT_HTML_ATTRIBUTE];
    size_t len = strlen(css);
    if (strstr(css, "/*") && len <= sizeof plain)
        read_declarations(r, plain, drop_comments(plain, css, len));
    else
        read_declarations(r, css, len);
}

/* ---- elements ---------------------------------------------------------------------------- */

static uint32_t attribute_color(const struct html_tokens *t, enum html_attribute which)
{
    const char *value = html_tokens_value(t, which);
    return value ? html_color_attribute(value, strlen(value)) : COLOR_UNSET;
}

struct html_style html_style_of(const struct html_tokens *t, enum html_tag tag, bool sheet)
{
    struct reading r = {.style = HTML_STYLE_NONE};
    const char *css = html_tokens_value(t, ATTRIBUTE_STYLE);
    r.style.color = attribute_color(t, tag == TAG_BODY ? ATTRIBUTE_TEXT : ATTRIBUTE_COLOR);
    r.style.background = attribute_color(t, ATTRIBUTE_BGCOLOR);
    if (html_tokens_value(t, ATTRIBUTE_BACKGROUND))
        r.style.background = COLOR_UNKNOWN;
    if (tag == TAG_A && r.style.color == COLOR_UNSET && html_tokens_value(t, ATTRIBUTE_HREF))
        r.style.color = 0x0000EE; /* as browsers do */
    if (tag == TAG_PRE)
        r.style.flags = STYLE_LINES | STYLE_KEEP;
    r.none = html_tokens_value(t, ATTRIBUTE_HIDDEN) != NULL;
    read_css(&r, css ? css : "");
    bool named = html_tokens_value(t, ATTRIBUTE_CLASS) || html_tokens_value(t, ATTRIBUTE_ID);
    if (sheet && named && r.style.background == COLOR_UNSET)
        r.style.background = COLOR_UNKNOWN;
    return r.style;
}

/* Of flags that belong together, those that OWN sets, else those around. */
static unsigned choose(unsigned around, unsigned own, unsigned mask)
{
    return own & mask ? own & mask : around & mask;
}

struct html_style html_style_inside(const struct html_style *around,
                                    const struct html_style *own)
{
    struct html_style in = *around;
    if (own->color != COLOR_UNSET)
        in.color = own->color;
    if (own->background != COLOR_UNSET)
        in.background = own->background;
    in.flags = ((around->flags | own->flags) & STYLE_GONE) |
               choose(around->flags, own->flags, STYLE_INVISIBLE | STYLE_VISIBLE) |
               choose(around->flags, own->flags, STYLE_TINY | STYLE_SIZED) |
               choose(around->flags, own->flags, STYLE_LINES | STYLE_FLOW | STYLE_KEEP);
    return in;
}

bool html_style_hides(const struct html_style *style)
{
    return style->flags & (STYLE_GONE | STYLE_INVISIBLE | STYLE_TINY) ||
           html_color_same(style->color, style->background);
}

/* ---- images ------------------------------------------------------------------------------ */

static void read_side(struct part part, bool *one, bool *none)
{
    struct length length;
    if (!read_length(part, &length) || is(length.unit, "%"))
        return;
    *one = length.value <= 1;
    *none = length.value <= 0;
}

bool html_style_is_pixel(const struct html_tokens *t)
{
    bool one[2] = {false, false}, none[2] = {false, false};
    const char *values[2] = {html_tokens_value(t, ATTRIBUTE_WIDTH),
                             html_tokens_value(t, ATTRIBUTE_HEIGHT)};
    for (size_t i = 0; i < 2; i++)
        if (values[i])
            read_side(trim((struct part){values[i], strlen(values[i])}), &one[i], &none[i]);
    const char *css = html_tokens_value(t, ATTRIBUTE_STYLE);
    for (size_t len = css ? strlen(css) : 0, i = 0; i < len;) {
        size_t n = declaration_end(css + i, len - i);
        const char *colon = memchr(css + i, ':', n);
        size_t before = colon ? (size_t)(colon - css) - i : n;
        struct part name = trim((struct part){css + i, before});
        if (colon && (is(name, "width") || is(name, "height")))
            read_side(trim((struct part){colon + 1, n - before - 1}), &one[is(name, "height")],
                      &none[is(name, "height")]);
        i += n + 1;
    }
    return none[0] || none[1] || (one[0] && one[1]);
}
