#include "config.h"

#include "mail/html_stack.h"

#include <string.h>

const struct html_style *html_stack_style(const struct html_stack *s)
{
    return s->count ? &s->items[s->count - 1].in : &s->root;
}

bool html_stack_hides(const struct html_stack *s)
{
    return s->deep_hides || html_style_hides(html_stack_style(s));
}

static bool leaves(const struct html_open *item, enum html_scope scope)
{
    switch (scope) {
    case SCOPE_LINE:
        return item->flags & (TAG_IS_BLOCK | TAG_IS_CELL);
    case SCOPE_CELL:
        return item->flags & TAG_IS_CELL;
    case SCOPE_TABLE:
        return item->tag == TAG_TABLE;
    case SCOPE_ALL:
        break;
    }
    return false;
}

size_t html_stack_find(const struct html_stack *s, enum html_tag tag, uint32_t key,
                       enum html_scope scope)
{
    for (size_t place = s->open[tag] ? s->count : 0; place; place--) {
        const struct html_open *item = &s->items[place - 1];
        if (item->tag == tag && (!key || item->key == key))
            return place;
        if (leaves(item, scope))
            break;
    }
    return 0;
}

struct html_open *html_stack_list(struct html_stack *s)
{
    for (size_t place = s->count; place; place--)
        if (s->items[place - 1].tag == TAG_OL || s->items[place - 1].tag == TAG_UL)
            return &s->items[place - 1];
    return NULL;
}

struct html_open *html_stack_table(struct html_stack *s)
{
    size_t table = s->count ? s->items[s->count - 1].table : 0;
    return table ? &s->items[table - 1] : NULL;
}

/* What the item at PLACE takes from those around it. */
static void settle(struct html_stack *s, size_t place)
{
    struct html_open *item = &s->items[place - 1];
    const struct html_open *around = place > 1 ? item - 1 : NULL;
    item->in = html_style_inside(around ? &around->in : &s->root, &item->own);
    item->table = item->tag == TAG_TABLE ? place : around ? around->table : 0;
}

static bool push_deep(struct html_stack *s, enum html_tag tag, const struct html_style *own)
{
    if (s->count < LIMIT_HTML_DEPTH)
        return false;
    struct html_style in = html_style_inside(html_stack_style(s), own);
    s->deeper++;
    s->too_deep++;
    s->deep[tag]++;
    if (!s->deep_hides && html_style_hides(&in)) {
        s->deep_hides = true;
        s->hider = tag;
        s->hider_at = s->deep[tag];
    }
    return true;
}

struct html_open *html_stack_push(struct html_stack *s, enum html_tag tag, uint32_t key,
                                  const struct html_style *own)
{
    if (push_deep(s, tag, own))
        return NULL;
    struct html_open *item = &s->items[s->count++];
    *item =
        (struct html_open){.tag = tag, .key = key, .flags = html_tag_flags(tag), .own = *own};
    s->open[tag]++;
    settle(s, s->count);
    return item;
}

void html_stack_restyle(struct html_stack *s, size_t place)
{
    for (; place <= s->count; place++)
        settle(s, place);
}

void html_stack_pop(struct html_stack *s)
{
    s->open[s->items[--s->count].tag]--;
}

void html_stack_remove(struct html_stack *s, size_t place)
{
    s->open[s->items[place - 1].tag]--;
    memmove(&s->items[place - 1], &s->items[place], (s->count - place) * sizeof *s->items);
    s->count--;
    html_stack_restyle(s, place);
}

bool html_stack_pop_deep(struct html_stack *s, enum html_tag tag)
{
    if (!s->deep[tag])
        return false;
    s->deep[tag]--;
    s->deeper--;
    if (s->deep_hides && s->hider == tag && s->deep[tag] < s->hider_at)
        s->deep_hides = false;
    return true;
}

void html_stack_forget_deep(struct html_stack *s)
{
    if (!s->deeper)
        return;
    s->deeper = 0;
    s->deep_hides = false;
    memset(s->deep, 0, sizeof s->deep);
}
