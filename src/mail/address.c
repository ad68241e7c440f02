#include "config.h"

#include "mail/address.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"

/* One entry while it is read.  Everything outside brackets and comments collects in `words`;
 * whether that is a name or an address is known only at the end. */
struct entry {
    struct buf words;   /* phrase or bare address, quotes undone */
    struct buf addr;    /* between < and > */
    struct buf comment; /* the last one */
    bool has_addr;
    bool in_group;
    bool quoted_at; /* an '@' of `words` stood inside quotes */
};

struct parser {
    struct address_list *list;
    const struct rfc2047_context *context;
    const char *p, *end;
    struct entry entry;
};

static void entry_clear(struct entry *e)
{
    buf_clear(&e->words);
    buf_clear(&e->addr);
    buf_clear(&e->comment);
    e->has_addr = e->quoted_at = false;
}

/* ---- finishing an entry ------------------------------------------------------------------ */

/* Cuts blanks at both ends. */
static void trim(const char **text, size_t *len)
{
    while (*len && strchr(" \t\r\n", **text) && **text) {
        ++*text;
        --*len;
    }
    while (*len && strchr(" \t\r\n", (*text)[*len - 1]) && (*text)[*len - 1])
        --*len;
}

static char *clean_name(struct parser *p, const struct buf *raw)
{
    const char *text = raw->data;
    size_t len = raw->len;
    struct buf decoded = BUF_INIT(LIMIT_HEADER), clean = BUF_INIT(LIMIT_TEXT);
    trim(&text, &len);
    rfc2047_decode(&decoded, text, len, p->context);
    text = decoded.data;
    len = decoded.len;
    trim(&text, &len);
    /* Names that were quoted before they were encoded. */
    if (len > 1 && text[0] == '"' && text[len - 1] == '"') {
        text++;
        len -= 2;
    }
    p->list->attempts += text_clean(&clean, text, len, TEXT_ONE_LINE);
    buf_release(&decoded);
    return buf_detach(&clean);
}

static char *clean_addr(struct parser *p, const struct buf *raw)
{
    const char *text = raw->data;
    size_t len = raw->len;
    struct buf decoded = BUF_INIT(LIMIT_HEADER), clean = BUF_INIT(LIMIT_TEXT);
    trim(&text, &len);
    const char *route = len && *text == '@' ? memchr(text, ':', len) : NULL;
    if (route) { /* obsolete: <@one,@two:user@host> */
        len -= (size_t)(route + 1 - text);
        text = route + 1;
    }
    rfc2047_decode(&decoded, text, len, p->context);
    p->list->attempts += text_clean(&clean, decoded.data, decoded.len, TEXT_ONE_LINE);
    buf_release(&decoded);
    return buf_detach(&clean);
}

static bool is_bare_address(const struct entry *e)
{
    const char *text = e->words.data;
    size_t len = e->words.len;
    trim(&text, &len);
    return len && memchr(text, '@', len) && !e->quoted_at && !memchr(text, ' ', len);
}

static void finish_entry(struct parser *p)
{
    struct entry *e = &p->entry;
    struct buf *name = &e->words, *addr = &e->addr;
    if (!e->has_addr && is_bare_address(e)) {
        name = &e->comment; /* ann@example.org (Ann) */
        addr = &e->words;
    } else if (!name->len) {
        name = &e->comment;
    }
    if (name->len || addr->len) {
        if (p->list->count == LIMIT_ADDRESSES) {
            p->list->more++;
        } else {
            struct address a = {clean_name(p, name), clean_addr(p, addr)};
            if (*a.name || *a.addr) {
                p->list->items = xreallocarray(p->list->items, p->list->count + 1, sizeof a);
                p->list->items[p->list->count++] = a;
            } else {
                free(a.name);
                free(a.addr);
            }
        }
    }
    entry_clear(e);
}

/* ---- reading ----------------------------------------------------------------------------- */

static void take_quoted(struct parser *p, struct buf *to)
{
    for (p->p++; p->p < p->end && *p->p != '"'; p->p++) {
        if (*p->p == '\\' && p->p + 1 < p->end)
            p->p++;
        if (*p->p == '@' && to == &p->entry.words)
            p->entry.quoted_at = true;
        buf_append_char(to, *p->p);
    }
    if (p->p < p->end)
        p->p++;
}

static void take_comment(struct parser *p)
{
    unsigned depth = 1;
    buf_clear(&p->entry.comment);
    for (p->p++; p->p < p->end && depth; p->p++) {
        if (*p->p == '\\' && p->p + 1 < p->end)
            p->p++;
        else if (*p->p == '(')
            depth++;
        else if (*p->p == ')' && --depth == 0)
            continue;
        buf_append_char(&p->entry.comment, *p->p);
    }
}

/* Between angle brackets; an end that is missing is the list's end. */
static void take_angle(struct parser *p)
{
    struct entry *e = &p->entry;
    buf_clear(&e->addr);
    e->has_addr = true;
    for (p->p++; p->p < p->end && *p->p != '>';) {
        if (*p->p == '(')
            take_comment(p);
        else if (*p->p == '"') { /* a quoted local part keeps its quotes */
            buf_append_char(&e->addr, '"');
            take_quoted(p, &e->addr);
            buf_append_char(&e->addr, '"');
        } else {
            if (*p->p != '<' && !(strchr(" \t\r\n", *p->p) && *p->p))
                buf_append_char(&e->addr, *p->p);
            p->p++;
        }
    }
    while (p->p < p->end && *p->p == '>')
        p->p++;
}

/* A group's name and its colon stand before its members; without members the name stays. */
static void end_of_group_name(struct parser *p)
{
    const char *next = p->p + 1;
    while (next < p->end && strchr(" \t\r\n", *next) && *next)
        next++;
    p->entry.in_group = true;
    if (next < p->end && *next != ';')
        entry_clear(&p->entry);
}

static void take_char(struct parser *p)
{
    struct entry *e = &p->entry;
    switch (*p->p) {
    case '"':
        take_quoted(p, &e->words);
        return;
    case '(':
        take_comment(p);
        return;
    case '<':
        take_angle(p);
        return;
    case ',':
        finish_entry(p);
        break;
    case ';':
        finish_entry(p);
        e->in_group = false;
        break;
    case ':':
        if (!e->in_group && !e->has_addr)
            end_of_group_name(p);
        else
            buf_append_char(&e->words, ':');
        break;
    case '\r':
    case '\n':
    case '\t':
        buf_append_char(&e->words, ' ');
        break;
    default:
        buf_append_char(&e->words, *p->p);
        break;
    }
    p->p++;
}

void address_parse(struct address_list *list, const char *body, size_t len,
                   const struct rfc2047_context *context)
{
    *list = (struct address_list){0};
    struct parser p = {.list = list, .context = context, .p = body, .end = body + len};
    p.entry.words = BUF_INIT(LIMIT_HEADER);
    p.entry.addr = BUF_INIT(LIMIT_HEADER);
    p.entry.comment = BUF_INIT(LIMIT_HEADER);
    while (p.p < p.end)
        take_char(&p);
    finish_entry(&p);
    buf_release(&p.entry.words);
    buf_release(&p.entry.addr);
    buf_release(&p.entry.comment);
}

void address_list_release(struct address_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].name);
        free(list->items[i].addr);
    }
    free(list->items);
    *list = (struct address_list){0};
}

const char *address_domain(const char *addr)
{
    const char *at = strrchr(addr, '@');
    return at ? at + 1 : "";
}

bool address_is_within(const char *domain, const char *above)
{
    size_t len = strlen(domain), tail = strlen(above);
    return tail && tail <= len && ascii_is(domain + (len - tail), tail, above) &&
           (tail == len || domain[len - tail - 1] == '.');
}
