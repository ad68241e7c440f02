/* HTML to text: the same comes of it whole and in pieces; the body is UTF-8 and within its cap;
 * links and signs hold what their header says.  The first byte chooses the width, the second
 * the pieces. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "mail/charset.h"
#include "mail/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool held)
{
    if (!held)
        abort();
}

static struct html *convert(const char *text, size_t len, unsigned width, size_t piece)
{
    struct html *h = html_new(width);
    for (size_t at = 0; at < len; at += piece)
        html_feed(h, text + at, len - at < piece ? len - at : piece);
    html_end(h);
    return h;
}

static void check_links(const struct html *h)
{
    size_t numbers = 0;
    require(html_link_count(h) <= LIMIT_HTML_LINKS);
    for (size_t i = 0; i < html_link_count(h); i++) {
        const struct html_link *link = html_link(h, i);
        require(strlen(link->target) <= LIMIT_HTML_TARGET && *link->target);
        require(strlen(link->text) <= LIMIT_HTML_LINK_TEXT && *link->text);
        require(!(link->warnings & HTML_LINK_ELSEWHERE) == !*link->says);
        require(link->warnings >> HTML_LINK_WARNING_COUNT == 0);
        numbers += link->number != 0;
    }
    for (size_t i = 0; i < html_link_count(h); i++)
        require(html_link(h, i)->number <= numbers);
}

static void check_text(const struct html *h)
{
    const struct buf *text = html_text(h);
    size_t body = html_body_len(h);
    require(body <= LIMIT_HTML_TEXT && body <= text->len);
    require(charset_is_utf8(text->data, body));
    require(!memchr(text->data, '\0', text->len));
    require(!text->len || text->data[text->len - 1] == '\n' || html_signs(h)->left_out);
}

static void check_same(const struct html *a, const struct html *b)
{
    const struct buf *x = html_text(a), *y = html_text(b);
    require(x->len == y->len && !memcmp(x->data, y->data, x->len));
    require(!memcmp(html_signs(a), html_signs(b), sizeof *html_signs(a)));
    require(html_link_count(a) == html_link_count(b));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    const char *text = (const char *)data + 2;
    size_t len = size - 2;
    unsigned width = data[0] & 127;
    struct html *whole = convert(text, len, width, len ? len : 1);
    struct html *pieces = convert(text, len, width, data[1] % 16 + 1u);
    struct buf charset = BUF_INIT(64);
    check_text(whole);
    check_links(whole);
    check_same(whole, pieces);
    require(html_charset(&charset, text, len) == (charset.len > 0));
    buf_release(&charset);
    html_free(whole);
    html_free(pieces);
    return 0;
}
