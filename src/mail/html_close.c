#include "config.h"

#include "mail/html_inside.h"

void html_look_again(struct html *h)
{
    h->hides = html_stack_hides(&h->stack);
}

/* ---- breaks ------------------------------------------------------------------------------ */

static size_t newlines_of(struct html *h, enum html_tag tag, unsigned flags)
{
    const struct html_open *table = html_stack_table(&h->stack);
    if (table && table->data && !(flags & TAG_IS_CELL))
        return 1; /* a row is a line */
    if (tag == TAG_TABLE)
        return table && table->data ? 2 : 1;
    if (tag == TAG_OL || tag == TAG_UL)
        return html_stack_list(&h->stack) ? 1 : 2;
    return flags & TAG_IS_APART ? 2 : 1;
}

void html_break(struct html *h, enum html_tag tag, unsigned flags)
{
    if (!(flags & TAG_IS_BLOCK) || (h->fill.cells && !(flags & TAG_IS_INSET)))
        return;
    html_fill_break(&h->fill, newlines_of(h, tag, flags));
}

/* ---- ends -------------------------------------------------------------------------------- */

/* ITEM is open no more. */
static void leave(struct html *h, const struct html_open *item)
{
    if (item->tag == TAG_A)
        html_anchor_close(h);
    if (item->tag == TAG_BUTTON && !h->hides && !h->skipped)
        html_fill_behind(&h->fill, "]");
    if (item->flags & TAG_IS_INSET)
        html_fill_pop(&h->fill, item->prefix);
    if (!html_is_gone(&item->in) && !h->skipped)
        html_break(h, item->tag, item->flags);
}

/* The innermost one. */
static void pop(struct html *h)
{
    struct html_stack *s = &h->stack;
    html_stack_forget_deep(s);
    struct html_open item = s->items[s->count - 1];
    bool list = item.tag == TAG_OL || item.tag == TAG_UL;
    if (list) /* whether it stands in another */
        html_stack_pop(s);
    leave(h, &item);
    if (!list)
        html_stack_pop(s);
    if (h->skipped > s->count)
        h->skipped = 0;
    html_look_again(h);
}

/* Out of the middle of the stack. */
static void take_out(struct html *h, size_t place)
{
    leave(h, &h->stack.items[place - 1]);
    html_stack_remove(&h->stack, place);
    if (h->skipped == place)
        h->skipped = 0;
    else if (h->skipped > place)
        h->skipped--;
}

/* As browsers reopen it behind the end of the block that it was opened in. */
static bool survives(const struct html_open *item)
{
    return item->flags & TAG_IS_FORMAT && (item->own.flags || item->own.color != COLOR_UNSET ||
                                           item->own.background != COLOR_UNSET);
}

static bool is_same(const struct html_open *a, const struct html_open *b)
{
    return a->key == b->key && a->own.flags == b->own.flags && a->own.color == b->own.color &&
           a->own.background == b->own.background;
}

void html_close_item(struct html *h, size_t place)
{
    struct html_stack *s = &h->stack;
    bool cell = s->items[place - 1].flags & TAG_IS_TABLE;
    while (s->count > place && (cell || !survives(&s->items[s->count - 1])))
        pop(h);
    if (s->count == place) {
        pop(h);
        return;
    }
    for (size_t inner = s->count - 1; inner > place; inner--)
        if (!survives(&s->items[inner - 1]))
            take_out(h, inner);
    take_out(h, place);
    if (place > 1 && place <= s->count && is_same(&s->items[place - 1], &s->items[place - 2]))
        html_stack_remove(s, place);
    html_look_again(h);
}

void html_close_open(struct html *h, enum html_tag tag, enum html_scope scope)
{
    size_t place = html_stack_find(&h->stack, tag, 0, scope);
    if (place)
        html_close_item(h, place);
}

/* A style whose end stands elsewhere than in its block. */
static void close_format(struct html *h, size_t place)
{
    struct html_stack *s = &h->stack;
    if (place == s->count) {
        pop(h);
        return;
    }
    take_out(h, place);
    html_look_again(h);
}

static enum html_scope scope_of(enum html_tag tag, unsigned flags)
{
    if (tag == TAG_TABLE)
        return SCOPE_ALL;
    if (flags & TAG_IS_TABLE)
        return SCOPE_TABLE;
    return flags & (TAG_IS_BLOCK | TAG_IS_FORMAT) ? SCOPE_CELL : SCOPE_LINE;
}

/* An end without a beginning. */
static void close_nothing(struct html *h, enum html_tag tag)
{
    if (tag == TAG_P && !h->hides && !h->skipped)
        html_break(h, TAG_P, html_tag_flags(TAG_P));
    else if (tag == TAG_BR && !h->hides && !h->skipped)
        html_fill_newline(&h->fill, 2);
    else if (tag == TAG_A)
        html_anchor_close(h);
}

void html_close_tag(struct html *h, const struct html_token *token)
{
    enum html_tag tag = token->tag;
    unsigned flags = html_tag_flags(tag);
    if (flags & TAG_IS_RAW || tag == TAG_HTML || tag == TAG_BODY || tag == TAG_HEAD)
        return;
    if (html_stack_pop_deep(&h->stack, tag)) {
        if (tag == TAG_A)
            html_anchor_close(h);
        if (!h->hides)
            html_break(h, tag, flags);
        html_look_again(h);
        return;
    }
    size_t place = html_stack_find(&h->stack, tag, tag == TAG_HEADING ? 0 : token->key,
                                   scope_of(tag, flags));
    if (!place)
        close_nothing(h, tag);
    else if (flags & TAG_IS_FORMAT)
        close_format(h, place);
    else
        html_close_item(h, place);
}

void html_close_all(struct html *h)
{
    while (h->stack.count)
        pop(h);
    html_anchor_close(h);
}
