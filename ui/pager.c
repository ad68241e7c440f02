#include "config.h"

#include "ui/pager.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/text_fold.h"
#include "ui/screen.h"

void pager_init(struct pager *p)
{
    *p = (struct pager){.width = 1, .text = BUF_INIT(5 * LIMIT_BODY)};
}

void pager_release(struct pager *p)
{
    buf_release(&p->text);
    free(p->lines);
    free(p->query);
    pager_init(p);
}

void pager_clear(struct pager *p, int width)
{
    buf_clear(&p->text);
    p->count = 0;
    p->width = width > 1 ? width : 1;
}

/* ---- laying out -------------------------------------------------------------------------- */

static void add_line(struct pager *p, size_t start, size_t len, enum theme_role role,
                     bool wrapped)
{
    if ((p->count & (p->count + 1)) == 0) /* full at 0, 1, 3, 7, ... */
        p->lines = xreallocarray(p->lines, 2 * p->count + 1, sizeof *p->lines);
    p->lines[p->count++] = (struct pager_line){start, len, role, wrapped};
}

/* How much of TEXT goes into one line: up to the last blank, where one is near. */
static size_t fit_words(const char *text, size_t len, int width)
{
    size_t fits = text_fit(text, len, width, NULL);
    if (!fits)
        return len; /* a character wider than the window */
    for (size_t back = fits; fits < len && back > fits / 2; back--)
        if (text[back - 1] == ' ')
            return back;
    return fits;
}

static void wrap_line(struct pager *p, size_t start, size_t len, enum theme_role role)
{
    bool wrapped = false;
    do {
        size_t fits = len ? fit_words(p->text.data + start, len, p->width - wrapped) : 0;
        add_line(p, start, fits, role, wrapped);
        start += fits;
        len -= fits;
        wrapped = true;
    } while (len);
}

static void add(struct pager *p, enum theme_role role, bool is_body, const char *clean,
                size_t len)
{
    size_t pos = p->text.len;
    bool ends = len && clean[len - 1] == '\n';
    buf_append_cut(&p->text, clean, len);
    if (!ends)
        buf_append_char(&p->text, '\n');
    while (pos < p->text.len) {
        const char *line = p->text.data + pos;
        const char *end = memchr(line, '\n', p->text.len - pos);
        size_t n = end ? (size_t)(end - line) : p->text.len - pos;
        wrap_line(p, pos, n, is_body && n && *line == '>' ? ROLE_VIEW_QUOTE : role);
        pos += n + 1;
    }
}

void pager_add(struct pager *p, enum theme_role role, const char *clean, size_t len)
{
    add(p, role, false, clean, len);
}

void pager_add_body(struct pager *p, const char *clean, size_t len)
{
    add(p, ROLE_VIEW, true, clean, len);
}

/* ---- searching --------------------------------------------------------------------------- */

void pager_search(struct pager *p, const char *text)
{
    free(p->query);
    p->query = *text ? text_fold(text, strlen(text)) : NULL;
}

static bool contains(const struct pager *p, size_t start, size_t len)
{
    char *folded = text_fold(p->text.data + start, len);
    bool found = strstr(folded, p->query) != NULL;
    free(folded);
    return found;
}

/* The line of text that begins in line I, over all the lines it is wrapped into. */
static size_t whole_len(const struct pager *p, size_t i)
{
    size_t len = p->lines[i].len;
    while (++i < p->count && p->lines[i].wrapped)
        len += p->lines[i].len;
    return len;
}

size_t pager_find(const struct pager *p, size_t from, bool forward)
{
    for (size_t n = 1; p->query && n <= p->count; n++) {
        size_t i = (from + (forward ? n : p->count - n)) % p->count;
        if (!p->lines[i].wrapped && contains(p, p->lines[i].start, whole_len(p, i)))
            return i;
    }
    return SIZE_MAX;
}

/* ---- drawing ----------------------------------------------------------------------------- */

/* "Subject: ...": the name in its own role. */
static void draw_header_name(int row, int col, int cols, const char *line)
{
    const char *colon = strchr(line, ':');
    int len = colon ? (int)(colon - line) + 1 : 0; /* field names are ASCII */
    if (!len || len >= cols)
        return;
    char *name = xmemdup0(line, (size_t)len);
    draw_text(row, col, len, ROLE_VIEW_HEADER_NAME, name);
    free(name);
}

void pager_draw(const struct pager *p, int row, int col, int rows, int cols, size_t first)
{
    for (int i = 0; i < rows && first + (size_t)i < p->count; i++) {
        const struct pager_line *l = &p->lines[first + (size_t)i];
        char *line = xmemdup0(p->text.data + l->start, l->len);
        bool is_match = p->query && contains(p, l->start, l->len);
        if (l->wrapped)
            draw_text(row + i, col, 1, ROLE_VIEW_NOTE, "+");
        draw_text_over(row + i, col + 1, cols - 1, l->role, is_match ? ROLE_LIST_MATCH : -1,
                       line);
        if (l->role == ROLE_VIEW_HEADER && !l->wrapped)
            draw_header_name(row + i, col + 1, cols - 1, line);
        free(line);
    }
}
