#include "config.h"

#include <string.h>

#include "base/ascii.h"
#include "mail/mime.h"

/* Questions about the parts that a message has been found to have. */

/* ---- numbers ----------------------------------------------------------------------------- */

void mime_number(const struct mime *m, uint32_t index, struct buf *out)
{
    const struct mime_part *path[LIMIT_MIME_DEPTH], *p = mime_part(m, index);
    size_t depth = 0;
    for (; p->parent != p->index; p = mime_part(m, p->parent))
        path[depth++] = p;
    if (p->kind != MIME_MULTIPART)
        buf_append_str(out, depth ? "1." : "1");
    for (size_t i = depth; i-- > 0;)
        buf_printf(out, "%s%u", i + 1 < depth ? "." : "", (unsigned)path[i]->child);
}

uint32_t mime_by_number(const struct mime *m, const char *number)
{
    for (uint32_t i = 0; i < mime_count(m); i++) {
        struct buf own = BUF_INIT(MIME_NUMBER_MOST);
        mime_number(m, i, &own);
        bool same = !strcmp(own.data, number);
        buf_release(&own);
        if (same)
            return i;
    }
    return MIME_NO_PART;
}

/* ---- which text to show ------------------------------------------------------------------ */

/* Few words, and they speak of HTML: "Your mail program does not show HTML". */
static bool is_stub(const struct mime_part *p)
{
    static const char *const words[] = {"html", "browser", "view this"};
    if (!p->letters)
        return true;
    if (p->letters > 200)
        return false;
    for (size_t i = 0; i < p->head.len; i++)
        for (size_t w = 0; w < sizeof words / sizeof *words; w++)
            if (p->head.len - i >= strlen(words[w]) &&
                ascii_same(p->head.data + i, words[w], strlen(words[w])))
                return true;
    return false;
}

static bool is_inside(const struct mime *m, const struct mime_part *p, uint32_t around)
{
    while (p->index != around && p->index != p->parent)
        p = mime_part(m, p->parent);
    return p->index == around;
}

/* The outermost multipart/alternative around P, but inside AROUND; MIME_NO_PART for none. */
static uint32_t alternative_around(const struct mime *m, const struct mime_part *p,
                                   uint32_t around)
{
    uint32_t found = MIME_NO_PART;
    while (p->index != p->parent && p->index != around) {
        p = mime_part(m, p->parent);
        if (p->kind == MIME_MULTIPART && !strcmp(p->type, "multipart/alternative"))
            found = p->index;
    }
    return found;
}

/* One that its sender wants to be read at once. */
static bool is_candidate(const struct mime_part *p)
{
    return mime_part_is_text(p) && !p->is_attachment;
}

/* Of the forms of one text the best. */
static uint32_t best_form(const struct mime *m, uint32_t alternative)
{
    uint32_t html = MIME_NO_PART, other = MIME_NO_PART;
    for (uint32_t i = alternative + 1; i < mime_count(m); i++) {
        const struct mime_part *p = mime_part(m, i);
        if (!is_inside(m, p, alternative))
            break;
        if (!is_candidate(p))
            continue;
        if (p->kind == MIME_TEXT && !is_stub(p))
            return i;
        if (p->kind == MIME_HTML && html == MIME_NO_PART)
            html = i;
        else if (p->letters && other == MIME_NO_PART)
            other = i;
    }
    return html != MIME_NO_PART ? html : other;
}

uint32_t mime_choose(const struct mime *m, uint32_t around)
{
    uint32_t empty = MIME_NO_PART, attached = MIME_NO_PART, tried = MIME_NO_PART;
    for (uint32_t i = around; i < mime_count(m); i++) {
        const struct mime_part *p = mime_part(m, i);
        if (!is_inside(m, p, around))
            break;
        uint32_t alternative = alternative_around(m, p, around);
        if (is_candidate(p) && alternative != tried) {
            tried = alternative;
            uint32_t best = best_form(m, alternative);
            if (best != MIME_NO_PART)
                return best;
        }
        if (is_candidate(p) && p->letters)
            return i;
        if (is_candidate(p) && empty == MIME_NO_PART)
            empty = i;
        if (mime_part_is_text(p) && p->letters && attached == MIME_NO_PART)
            attached = i;
    }
    return attached != MIME_NO_PART ? attached : empty;
}
