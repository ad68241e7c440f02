#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "mail/html_inside.h"

#define DATA_CELL " | "
#define LAYOUT_CELL "  "
/* Columns of a row, where lines are not filled, behind which the next cell begins a line. */
#define LONG_ROW 76
#define LONGEST_RULE 72

/* ---- beginnings -------------------------------------------------------------------------- */

/* What TAG ends without an end tag, HTML 13.2.6.4. */
static void close_implied(struct html *h, enum html_tag tag, unsigned flags)
{
    if (flags & TAG_IS_BLOCK && tag != TAG_TR)
        html_close_open(h, TAG_P, SCOPE_CELL);
    switch ((unsigned)tag) {
    case TAG_A:
        html_close_open(h, TAG_A, SCOPE_CELL);
        html_anchor_close(h);
        break;
    case TAG_LI: {
        size_t item = html_stack_find(&h->stack, TAG_LI, 0, SCOPE_CELL);
        struct html_open *list = html_stack_list(&h->stack);
        if (item && (!list || &h->stack.items[item - 1] > list))
            html_close_item(h, item);
        break;
    }
    case TAG_DD:
    case TAG_DT:
        html_close_open(h, TAG_DD, SCOPE_CELL);
        html_close_open(h, TAG_DT, SCOPE_CELL);
        break;
    case TAG_TD:
    case TAG_TH:
        html_close_open(h, TAG_TD, SCOPE_TABLE);
        html_close_open(h, TAG_TH, SCOPE_TABLE);
        break;
    case TAG_SECTION:
        html_close_open(h, TAG_SECTION, SCOPE_TABLE);
        html_close_open(h, TAG_TR, SCOPE_TABLE);
        break;
    case TAG_TR:
        html_close_open(h, TAG_TR, SCOPE_TABLE);
        break;
    }
}

/* A decimal number of a few digits, or NONE. */
static long read_number(const char *text, long none)
{
    long number = 0;
    if (!text || *text < '0' || *text > '9')
        return none;
    for (; *text >= '0' && *text <= '9' && number < 1000000; text++)
        number = number * 10 + (*text - '0');
    return number;
}

static void open_item(struct html *h)
{
    struct html_open *list = html_stack_list(&h->stack);
    char mark[HTML_PREFIX_SIZE] = "* ", blanks[HTML_PREFIX_SIZE];
    if (list && list->tag == TAG_OL) {
        list->number =
            read_number(html_tokens_value(&h->tokens, ATTRIBUTE_VALUE), list->number);
        snprintf(mark, sizeof mark, "%ld. ", list->number++);
    }
    memset(blanks, ' ', sizeof blanks);
    blanks[strlen(mark)] = '\0';
    html_fill_push(&h->fill, mark, blanks);
}

/* Beside the cell before it, where that has one line. */
static void open_cell(struct html *h, enum html_tag tag)
{
    struct html_open *table = html_stack_table(&h->stack);
    struct html_fill *f = &h->fill;
    if (!table) {
        html_fill_blank(f);
        return;
    }
    table->data |= tag == TAG_TH;
    if (table->cells++ == 0)
        return;
    html_fill_settle(f);
    bool begun = f->lines >= table->row_line, one = f->lines == table->row_line;
    bool whole = f->wraps == table->row_wraps && (f->width || f->col <= LONG_ROW);
    if (!begun && !table->data)
        return;
    if (begun && (!one || !(whole || table->data)))
        html_fill_break(f, 1);
    else
        html_fill_cell(f, table->data ? DATA_CELL : LAYOUT_CELL, table->data, begun);
}

static void open_row(struct html *h)
{
    struct html_open *table = html_stack_table(&h->stack);
    html_fill_break(&h->fill, 1);
    if (!table)
        return;
    table->cells = 0;
    table->row_line = h->fill.lines + 1;
    table->row_wraps = h->fill.wraps;
}

static void open_rule(struct html *h)
{
    struct html_fill *f = &h->fill;
    size_t room = f->width > f->prefix_len ? f->width - f->prefix_len : LONGEST_RULE;
    char rule[LONGEST_RULE];
    memset(rule, '-', sizeof rule);
    html_fill_word(f, rule, room < sizeof rule ? room : sizeof rule);
    html_fill_break(f, 1);
}

static void open_table(struct html *h, struct html_open *item)
{
    item->data = read_number(html_tokens_value(&h->tokens, ATTRIBUTE_BORDER), 0) > 0;
    open_row(h);
}

/* What is seen of an element that has an end, behind its beginning.  ITEM: NULL if too deep. */
static void enter(struct html *h, enum html_tag tag, struct html_open *item)
{
    switch ((unsigned)tag) {
    case TAG_A:
        html_anchor_open(h);
        break;
    case TAG_BLOCKQUOTE:
        if (item)
            html_fill_push(&h->fill, "> ", "> ");
        break;
    case TAG_BUTTON:
        html_show_str(h, _("[button: "));
        break;
    case TAG_DD:
        if (item)
            html_fill_push(&h->fill, "    ", "    ");
        break;
    case TAG_LI:
        if (item)
            open_item(h);
        break;
    case TAG_OL:
        if (item)
            item->number = read_number(html_tokens_value(&h->tokens, ATTRIBUTE_START), 1);
        break;
    case TAG_PRE:
        h->pre_fresh = true;
        break;
    case TAG_SELECT:
        html_show_str(h, "[____]");
        break;
    case TAG_TABLE:
        if (item)
            open_table(h, item);
        break;
    case TAG_TD:
    case TAG_TH:
        open_cell(h, tag);
        break;
    case TAG_TR:
        open_row(h);
        break;
    }
}

/* An element without an end, or without markup inside. */
static void show_empty(struct html *h, enum html_tag tag)
{
    switch ((unsigned)tag) {
    case TAG_BR:
        html_fill_newline(&h->fill, 2);
        break;
    case TAG_HR:
        open_rule(h);
        break;
    case TAG_TEXTAREA:
        html_show_str(h, "[____]");
        break;
    case TAG_WBR:
        html_fill_soft(&h->fill);
        break;
    }
}

static void open_empty(struct html *h, enum html_tag tag, const struct html_style *own)
{
    struct html_style in = html_style_inside(html_stack_style(&h->stack), own);
    bool outside = h->hides;
    h->hides = h->stack.deep_hides || html_style_hides(&in);
    if (tag == TAG_IMG) /* letters without size leave images as they are */
        h->hides = h->stack.deep_hides || in.flags & (STYLE_GONE | STYLE_INVISIBLE);
    if (tag == TAG_IMG)
        html_image(h);
    else if (tag == TAG_INPUT)
        html_input(h);
    else if (!html_is_gone(&in) && !h->skipped) {
        html_break(h, tag, html_tag_flags(tag));
        show_empty(h, tag);
    }
    h->hides = outside;
}

/* Elements that change how all the rest is read. */
static bool open_document(struct html *h, enum html_tag tag, const struct html_style *own)
{
    h->signs.scripts |= tag == TAG_SCRIPT || html_tokens_scripted(&h->tokens);
    h->sheet |= tag == TAG_STYLE;
    if (tag == TAG_FORM)
        html_form(h);
    if (tag != TAG_HTML && tag != TAG_BODY)
        return tag == TAG_HEAD;
    h->stack.root = html_style_inside(&h->stack.root, own);
    html_stack_restyle(&h->stack, 1);
    html_look_again(h);
    return true;
}

void html_open_tag(struct html *h, const struct html_token *token)
{
    enum html_tag tag = token->tag;
    unsigned flags = html_tag_flags(tag);
    struct html_style own = html_style_of(&h->tokens, tag, h->sheet);
    if (open_document(h, tag, &own))
        return;
    close_implied(h, tag, flags);
    if (flags & (TAG_IS_EMPTY | TAG_IS_RAW)) {
        open_empty(h, tag, &own);
        return;
    }
    struct html_style in = html_style_inside(html_stack_style(&h->stack), &own);
    bool seen = !html_is_gone(&in) && !h->skipped;
    if (seen)
        html_break(h, tag, flags);
    struct html_open *item = html_stack_push(&h->stack, tag, token->key, &own);
    if (item)
        item->prefix = h->fill.prefix_len;
    html_look_again(h);
    if (seen)
        enter(h, tag, item);
    if (item && !h->skipped && (tag == TAG_SKIP || tag == TAG_SELECT))
        h->skipped = h->stack.count;
}
