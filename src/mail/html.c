#include "config.h"

#include "mail/html.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "mail/html_inside.h"
#include "mail/html_url.h"

/* Where a document may say its charset. */
#define CHARSET_BYTES 1024
#define LONGEST_CHARSET 40
/* Footnotes and warnings beyond the targets themselves. */
#define NOTE_OCTETS 1024u

struct html *html_new(unsigned width)
{
    struct html *h = xcalloc(1, sizeof *h);
    html_tokens_init(&h->tokens);
    html_fill_init(&h->fill, width);
    h->stack.root = HTML_STYLE_ROOT;
    h->links = html_links_new();
    h->anchor.href = BUF_INIT(LIMIT_HTML_TARGET);
    h->anchor.text = BUF_INIT(LIMIT_HTML_LINK_TEXT);
    h->action = BUF_INIT(LIMIT_HTML_ATTRIBUTE);
    h->password_action = BUF_INIT(LIMIT_HTML_ATTRIBUTE);
    return h;
}

void html_free(struct html *h)
{
    if (!h)
        return;
    html_tokens_release(&h->tokens);
    html_fill_release(&h->fill);
    html_links_free(h->links);
    buf_release(&h->anchor.href);
    buf_release(&h->anchor.text);
    buf_release(&h->action);
    buf_release(&h->password_action);
    free(h);
}

static void take(struct html *h, const struct html_token *token)
{
    if (token->kind == HTML_TEXT) {
        html_show(h, token->text, token->len);
        return;
    }
    html_show_partial(h);
    h->signs.tags += token->tag != TAG_OTHER;
    if (token->kind == HTML_START)
        html_open_tag(h, token);
    else
        html_close_tag(h, token);
}

void html_feed(struct html *h, const char *utf8, size_t len)
{
    const char *at = utf8, *end = utf8 + len;
    struct html_token token;
    while (html_tokens_next(&h->tokens, &at, end, &token))
        take(h, &token);
}

/* ---- the end ----------------------------------------------------------------------------- */

static void warn_form(struct html *h, struct buf *text)
{
    struct buf target = BUF_INIT(LIMIT_HTML_TARGET);
    html_url_target(&target, h->password_action.data, h->password_action.len);
    buf_append_str(text, "! ");
    if (target.len)
        buf_printf(text, _("a form asks for a password, for %s"), target.data);
    else
        buf_append_str(text, _("a form asks for a password"));
    buf_append_char(text, '\n');
    buf_release(&target);
}

static void warn(struct html *h, struct buf *text)
{
    size_t hidden = h->signs.hidden;
    if (h->signs.form_password)
        warn_form(h, text);
    if (hidden) {
        buf_append_str(text, "! ");
        buf_printf(
            text, _n("%zu hidden character left out", "%zu hidden characters left out", hidden),
            hidden);
        buf_append_char(text, '\n');
    }
    if (h->signs.left_out || h->signs.links_left_out) {
        buf_append_str(text, "! ");
        buf_append_str(text, _("this is not all: the message is too long"));
        buf_append_char(text, '\n');
    }
}

void html_end(struct html *h)
{
    struct html_token token;
    if (h->ended)
        return;
    h->ended = true;
    if (html_tokens_finish(&h->tokens, &token))
        take(h, &token);
    html_show_partial(h);
    html_close_all(h);
    html_fill_finish(&h->fill);
    h->signs.left_out = h->fill.left_out;
    h->signs.too_deep = h->stack.too_deep;
    h->signs.links_left_out = html_links_left_out(h->links);
    struct buf *text = &h->fill.text;
    h->body_len = text->len;
    text->cap += LIMIT_HTML_LINK_OCTETS +
                 LIMIT_HTML_LINKS * NOTE_OCTETS; /* no warning is lost behind a long text */
    if (text->len)
        buf_append_char(text, '\n');
    size_t before = text->len;
    html_links_print(text, h->links);
    warn(h, text);
    if (text->len == before)
        buf_truncate(text, h->body_len);
}

const struct buf *html_text(const struct html *h)
{
    return &h->fill.text;
}

size_t html_body_len(const struct html *h)
{
    return h->ended ? h->body_len : h->fill.text.len;
}

size_t html_link_count(const struct html *h)
{
    return html_links_count(h->links);
}

const struct html_link *html_link(const struct html *h, size_t i)
{
    return html_links_at(h->links, i);
}

const struct html_signs *html_signs(const struct html *h)
{
    return &h->signs;
}

/* ---- charset ----------------------------------------------------------------------------- */

static bool append_charset(struct buf *out, const char *text)
{
    while (*text == ' ' || *text == '\t' || *text == '"' || *text == '\'')
        text++;
    size_t len = strcspn(text, " \t\r\n;\"'");
    if (!len || len > LONGEST_CHARSET)
        return false;
    /* It could be read so far, so it is not UTF-16. */
    return len >= 6 && ascii_same(text, "utf-16", 6) ? buf_append_str(out, "utf-8")
                                                     : buf_append(out, text, len);
}

/* "text/html; charset=utf-8" */
static bool append_content_charset(struct buf *out, const char *text)
{
    for (; strlen(text) >= 7; text++) {
        if (!ascii_same(text, "charset", 7))
            continue;
        const char *value = text + 7 + strspn(text + 7, " \t");
        if (*value == '=')
            return append_charset(out, value + 1);
    }
    return false;
}

bool html_charset(struct buf *out, const char *bytes, size_t len)
{
    struct html_tokens tokens;
    struct html_token token;
    const char *at = bytes, *end = bytes + (len < CHARSET_BYTES ? len : CHARSET_BYTES);
    bool found = false;
    if (len >= 3 && !memcmp(bytes, "\xEF\xBB\xBF", 3))
        return buf_append_str(out, "utf-8");
    html_tokens_init(&tokens);
    while (!found && html_tokens_next(&tokens, &at, end, &token)) {
        if (token.kind != HTML_START || token.tag != TAG_META)
            continue;
        const char *charset = html_tokens_value(&tokens, ATTRIBUTE_CHARSET);
        const char *equiv = html_tokens_value(&tokens, ATTRIBUTE_HTTP_EQUIV);
        const char *content = html_tokens_value(&tokens, ATTRIBUTE_CONTENT);
        if (charset)
            found = append_charset(out, charset);
        else if (equiv && content && ascii_is(equiv, strlen(equiv), "content-type"))
            found = append_content_charset(out, content);
    }
    html_tokens_release(&tokens);
    return found;
}
