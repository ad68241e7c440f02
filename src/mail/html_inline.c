#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/ascii.h"
#include "base/i18n.h"
#include "mail/html_inside.h"
#include "mail/html_url.h"

/* ---- links ------------------------------------------------------------------------------- */

void html_anchor_open(struct html *h)
{
    const char *href = html_tokens_value(&h->tokens, ATTRIBUTE_HREF);
    struct html_anchor *a = &h->anchor;
    if (!href)
        return;
    buf_clear(&a->href);
    a->cut = !html_url_target(&a->href, href, strlen(href)) ||
             html_tokens_cut(&h->tokens, ATTRIBUTE_HREF);
    if (!a->href.len || *a->href.data == '#') /* a place in the mail itself */
        return;
    a->open = true;
    a->image = a->full = a->blank = false;
    buf_clear(&a->text);
}

/* A word of the link's text, or a part of one. */
void html_anchor_add(struct html *h, const char *text, size_t len)
{
    struct html_anchor *a = &h->anchor;
    if (!a->open)
        return;
    if (a->blank && a->text.len && !a->full)
        buf_append_char(&a->text, ' ');
    a->blank = false;
    size_t room = a->text.cap - a->text.len;
    bool ascii = (unsigned char)*text < 0x80;
    if (len > room) {
        a->full = true;
        len = ascii ? room : 0;
    }
    if (len && !(a->full && !ascii))
        buf_append(&a->text, text, len);
}

void html_anchor_close(struct html *h)
{
    struct html_anchor *a = &h->anchor;
    if (!a->open)
        return;
    if (!a->text.len && a->image && !h->hides)
        html_show_str(h, _("[image]"));
    a->open = false;
    if (!a->text.len)
        return; /* nobody can follow it */
    if (ascii_same(a->href.data, "javascript:", strlen("javascript:")))
        h->signs.scripts = true;
    size_t number = html_links_add(h->links, &a->href, a->cut, &a->text);
    char mark[32];
    snprintf(mark, sizeof mark, " [%zu]", number);
    if (number)
        html_fill_behind(&h->fill, mark);
}

/* ---- images ------------------------------------------------------------------------------ */

static bool is_remote(const char *src)
{
    return src && (ascii_same(src, "http:", 5) || ascii_same(src, "https:", 6) ||
                   !strncmp(src, "//", 2));
}

/* Some text of the sender in brackets. */
static void show_bracketed(struct html *h, const char *before, const char *text)
{
    html_show_str(h, before);
    html_show_str(h, text);
    html_show_partial(h);
    html_fill_behind(&h->fill, "]");
    html_anchor_add(h, "]", 1);
}

void html_image(struct html *h)
{
    const char *alt = html_tokens_value(&h->tokens, ATTRIBUTE_ALT);
    h->signs.remote_images += is_remote(html_tokens_value(&h->tokens, ATTRIBUTE_SRC));
    if (html_style_is_pixel(&h->tokens)) {
        h->signs.pixels++;
        return;
    }
    h->signs.images++;
    while (alt && *alt && (unsigned char)*alt <= ' ')
        alt++;
    if (h->hides || h->skipped)
        return;
    if (alt && *alt)
        show_bracketed(h, "[", alt);
    else
        h->anchor.image = true;
}

/* ---- forms ------------------------------------------------------------------------------- */

void html_form(struct html *h)
{
    const char *action = html_tokens_value(&h->tokens, ATTRIBUTE_ACTION);
    h->signs.forms = true;
    buf_clear(&h->action);
    if (action)
        buf_append_str(&h->action, action);
}

static void ask_password(struct html *h)
{
    if (h->signs.form_password)
        return;
    h->signs.form_password = true;
    buf_append(&h->password_action, h->action.data, h->action.len);
}

void html_input(struct html *h)
{
    const char *type = html_tokens_value(&h->tokens, ATTRIBUTE_TYPE);
    const char *value = html_tokens_value(&h->tokens, ATTRIBUTE_VALUE);
    const size_t len = type ? strlen(type) : 0;
    type = type ? type : "";
    h->signs.forms = true;
    if (ascii_is(type, len, "password"))
        ask_password(h);
    if (h->hides || h->skipped || ascii_is(type, len, "hidden"))
        return;
    if (ascii_is(type, len, "checkbox"))
        html_show_str(h, "[_]");
    else if (ascii_is(type, len, "radio"))
        html_show_str(h, "(_)");
    else if (ascii_is(type, len, "image"))
        show_bracketed(h, _("[button: "), value ? value : "");
    else if (ascii_is(type, len, "submit") || ascii_is(type, len, "button") ||
             ascii_is(type, len, "reset"))
        show_bracketed(h, _("[button: "), value ? value : type);
    else
        html_show_str(h, "[____]");
}
