#include "config.h"

#include "mail/html_link.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "mail/html_url.h"

#define SLOTS (2 * LIMIT_HTML_LINKS)

struct kept {
    struct html_link link;
    uint32_t hash;
};

struct html_links {
    struct kept *items;
    size_t count, room, octets, left_out, numbers;
    uint16_t slots[SLOTS]; /* by hash: an index and 1, 0 for free */
};
_Static_assert(LIMIT_HTML_LINKS < UINT16_MAX, "slots hold 16 bits");

static const struct {
    const char *word, *text;
} warnings[HTML_LINK_WARNING_COUNT] = {
    {"elsewhere", N_("the text says %s")},
    {"punycode", N_("the host is written in punycode")},
    {"number", N_("the host is an IP address")},
    {"user", N_("a name before the host")},
    {"scheme", N_("this is no web address")},
    {"letters", N_("the host has letters beyond ASCII")},
    {"cut", N_("longer than shown")},
};

const char *html_link_warning_word(unsigned i)
{
    return warnings[i].word;
}

const char *html_link_warning_text(unsigned i)
{
    return _(warnings[i].text);
}

struct html_links *html_links_new(void)
{
    return xcalloc(1, sizeof(struct html_links));
}

static void drop_strings(struct html_link *link)
{
    free((char *)link->target);
    free((char *)link->text);
    free((char *)link->says);
}

void html_links_free(struct html_links *links)
{
    if (!links)
        return;
    for (size_t i = 0; i < links->count; i++)
        drop_strings(&links->items[i].link);
    free(links->items);
    free(links);
}

size_t html_links_count(const struct html_links *links)
{
    return links->count;
}

const struct html_link *html_links_at(const struct html_links *links, size_t i)
{
    return &links->items[i].link;
}

size_t html_links_left_out(const struct html_links *links)
{
    return links->left_out;
}

/* ---- warnings ---------------------------------------------------------------------------- */

static bool says_elsewhere(const struct html_url *url, const char *text, size_t len,
                           char says[HTML_HOST_SIZE])
{
    for (size_t pos = 0; *url->host && html_host_next(text, len, &pos, says);)
        if (!html_host_same(says, url->host))
            return true;
    says[0] = '\0';
    return false;
}

static unsigned warnings_of(const struct html_url *url)
{
    unsigned found = url->scheme == SCHEME_OTHER ? HTML_LINK_SCHEME : 0;
    found |= url->user ? HTML_LINK_USER : 0;
    found |= html_host_is_punycode(url->host) ? HTML_LINK_PUNYCODE : 0;
    found |= html_host_is_number(url->host) ? HTML_LINK_NUMBER : 0;
    found |= html_host_is_ascii(url->host) ? 0 : HTML_LINK_LETTERS;
    return found;
}

/* The text is the target, or all of it but "https://", "mailto:" and the last slash. */
static bool is_said(const char *target, size_t len, const char *text, size_t text_len)
{
    static const char *const prefixes[] = {"", "https://", "http://", "mailto:", "tel:"};
    if (len && target[len - 1] == '/')
        len--;
    if (text_len && text[text_len - 1] == '/')
        text_len--;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        size_t n = strlen(prefixes[i]);
        if (len - n == text_len && len >= n && ascii_same(target, prefixes[i], n) &&
            ascii_same(target + n, text, text_len))
            return true;
    }
    return false;
}

/* ---- keeping ----------------------------------------------------------------------------- */

static uint32_t hash_of(const char *bytes, size_t len)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * 16777619u;
    return hash ^ hash >> 15;
}

/* The slot of the target, or the free one where it would be. */
static size_t find_slot(const struct html_links *links, const struct buf *target, uint32_t hash)
{
    size_t slot = hash % SLOTS;
    for (; links->slots[slot]; slot = (slot + 1) % SLOTS) {
        const struct kept *kept = &links->items[links->slots[slot] - 1];
        if (kept->hash == hash && !strcmp(kept->link.target, target->data))
            break;
    }
    return slot;
}

static struct html_link *keep(struct html_links *links, size_t slot, const struct buf *target,
                              uint32_t hash)
{
    if (links->count == LIMIT_HTML_LINKS ||
        target->len > LIMIT_HTML_LINK_OCTETS - links->octets) {
        links->left_out++;
        return NULL;
    }
    if (links->count == links->room) {
        links->room = links->room ? 2 * links->room : 16;
        links->items = xreallocarray(links->items, links->room, sizeof *links->items);
    }
    links->octets += target->len;
    struct kept *kept = &links->items[links->count++];
    *kept = (struct kept){.link.target = xmemdup0(target->data, target->len), .hash = hash};
    links->slots[slot] = (uint16_t)links->count;
    return &kept->link;
}

/* The text of a link that warns counts more than that of one that does not. */
static void set_text(struct html_link *link, const char *text, size_t len, const char *says)
{
    if (link->text && !(*says && !*link->says))
        return;
    free((char *)link->text);
    free((char *)link->says);
    link->text = xmemdup0(text, len);
    link->says = xstrdup(says);
}

size_t html_links_add(struct html_links *links, const struct buf *target, bool cut,
                      const struct buf *text)
{
    struct html_url url;
    char says[HTML_HOST_SIZE];
    html_url_read(&url, target->data, target->len);
    unsigned found = warnings_of(&url) | (cut ? HTML_LINK_CUT : 0);
    if (says_elsewhere(&url, text->data, text->len, says))
        found |= HTML_LINK_ELSEWHERE;
    uint32_t hash = hash_of(target->data, target->len);
    size_t slot = find_slot(links, target, hash);
    struct html_link *link = links->slots[slot] ? &links->items[links->slots[slot] - 1].link
                                                : keep(links, slot, target, hash);
    if (!link)
        return 0;
    link->warnings |= found;
    set_text(link, text->data, text->len, says);
    if (!found && is_said(target->data, target->len, text->data, text->len))
        return 0;
    if (!link->number)
        link->number = ++links->numbers;
    return link->number;
}

/* ---- footnotes --------------------------------------------------------------------------- */

static void print_warnings(struct buf *out, const struct html_link *link)
{
    const char *before = "  ! ";
    for (unsigned i = 0; i < HTML_LINK_WARNING_COUNT; i++) {
        if (!(link->warnings & 1u << i))
            continue;
        const char *text = html_link_warning_text(i), *host = strstr(text, "%s");
        buf_append_str(out, before);
        buf_append(out, text, host ? (size_t)(host - text) : strlen(text));
        if (host) {
            buf_append_str(out, link->says);
            buf_append_str(out, host + 2);
        }
        before = "; ";
    }
}

void html_links_print(struct buf *out, const struct html_links *links)
{
    size_t number = 0;
    for (size_t i = 0; i < links->count; i++)
        number += links->items[i].link.number != 0;
    const struct html_link **by_number = xcalloc(number + 1, sizeof *by_number);
    for (size_t i = 0; i < links->count; i++)
        by_number[links->items[i].link.number] = &links->items[i].link;
    for (size_t i = 1; i <= number; i++) {
        buf_printf(out, "[%zu] %s", i, by_number[i]->target);
        print_warnings(out, by_number[i]);
        buf_append_char(out, '\n');
    }
    free(by_number);
}
