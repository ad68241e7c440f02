#include "config.h"

#include "mail/html_fill.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"

/* Empty ones in a row. */
#define MOST_CELLS 64

void html_fill_init(struct html_fill *f, unsigned width)
{
    *f = (struct html_fill){.text = BUF_INIT(LIMIT_HTML_TEXT),
                            .moved = BUF_INIT(LIMIT_HTML_TEXT),
                            .width = width,
                            .due = true};
}

void html_fill_release(struct html_fill *f)
{
    buf_release(&f->text);
    buf_release(&f->moved);
}

/* ---- writing ----------------------------------------------------------------------------- */

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* Whole characters up to the cap, so that the text is the same however it came. */
static void put(struct html_fill *f, const char *bytes, size_t len)
{
    struct buf *text = &f->text;
    size_t room = text->cap - text->len;
    if (!f->full && len <= room && len < text->alloc - text->len) { /* nearly always */
        memcpy(text->data + text->len, bytes, len);
        text->len += len;
        text->data[text->len] = '\0';
        return;
    }
    if (f->full || len > room) {
        size_t fits = f->full ? 0 : room;
        while (fits && is_continuation(bytes[fits]))
            fits--;
        f->full = true;
        f->left_out += len - fits;
        len = fits;
    }
    buf_append(text, bytes, len);
}

static void put_prefix(struct html_fill *f, const char *prefix, size_t len)
{
    put(f, prefix, len);
    f->col = len;
}

/* A prefix without the blanks at its end, of a line without text. */
static void put_gap(struct html_fill *f)
{
    size_t len = f->gap_len;
    while (len && f->rest[len - 1] == ' ')
        len--;
    put(f, "\n", 1);
    put(f, f->rest, len);
}

/* To the next line, with what stands before it. */
static void move_word(struct html_fill *f)
{
    buf_clear(&f->moved);
    buf_append(&f->moved, f->text.data + f->word_at, f->text.len - f->word_at);
    buf_truncate(&f->text, f->gap_at);
    put(f, "\n", 1);
    put_prefix(f, f->rest, f->prefix_len);
    f->word_at = f->text.len;
    f->word_col = f->col;
    put(f, f->moved.data, f->moved.len);
    f->movable = false;
    f->wraps++;
}

static void end_word(struct html_fill *f)
{
    if (!f->in_word)
        return;
    const char *word = f->text.data + f->word_at;
    size_t len = f->text.len - f->word_at;
    size_t columns = f->narrow ? len - f->extra : (size_t)text_width(word, len);
    f->in_word = false;
    f->due = true;
    if (f->movable && f->width && !f->full && f->word_col + columns > f->width)
        move_word(f);
    f->col = f->word_col + columns;
}

static void begin_line(struct html_fill *f)
{
    if (f->text.len) {
        for (; f->newlines > 1; f->newlines--)
            put_gap(f);
        put(f, "\n", 1);
    }
    put_prefix(f, f->first, f->prefix_len);
    memcpy(f->first, f->rest, f->prefix_len);
    f->begun = true;
    f->lines++;
    f->newlines = 0;
    f->gap_len = f->prefix_len;
    f->movable = false;
    f->gap_at = f->text.len;
}

/* At a line's beginning without their first blank. */
static void put_cells(struct html_fill *f, bool first)
{
    for (; f->cells; f->cells--) {
        put(f, f->cell + first, strlen(f->cell) - first);
        first = false;
    }
}

/* What is due, and a word behind it. */
static void begin_word(struct html_fill *f)
{
    bool apart = f->newlines || !f->begun || f->cells || f->blank || f->soft;
    if (apart)
        end_word(f);
    f->due = false;
    if (f->newlines || !f->begun) {
        begin_line(f);
        put_cells(f, true);
    } else if (apart) {
        f->gap_at = f->text.len;
        f->movable = true;
        if (f->cells)
            put_cells(f, false);
        else if (f->blank)
            put(f, " ", 1);
    }
    if (f->blanks_len)
        put(f, f->blanks, f->blanks_len);
    if (apart) {
        f->word_at = f->text.len;
        f->word_col = f->col + (f->text.len - f->gap_at);
        f->narrow = true;
        f->extra = 0;
    }
    f->in_word = true;
    f->blank = f->soft = false;
    f->cells = f->blanks_len = 0;
}

/* ---- lines without blanks: Chinese, Japanese ----------------------------------------------
 */

static bool is_wide(uint32_t c)
{
    return (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0xFE30 && c <= 0xFE4F) || (c >= 0xFF00 && c <= 0xFFE6) ||
           (c >= 0x20000 && c <= 0x3FFFD);
}

/* These stand at no line's end, those at no line's beginning. */
static bool opens(uint32_t c)
{
    return c == 0x3008 || c == 0x300A || c == 0x300C || c == 0x300E || c == 0x3010 ||
           c == 0x3014 || c == 0xFF08 || c == 0xFF3B || c == 0xFF5B || c == '(' || c == '[';
}

static bool closes(uint32_t c)
{
    return c == 0x3001 || c == 0x3002 || c == 0x3009 || c == 0x300B || c == 0x300D ||
           c == 0x300F || c == 0x3011 || c == 0x3015 || c == 0x30FC || c == 0xFF01 ||
           c == 0xFF09 || c == 0xFF0C || c == 0xFF0E || c == 0xFF1A || c == 0xFF1B ||
           c == 0xFF1F || c == 0xFF3D || c == 0xFF5D;
}

/* Of one column for certain: letters of Latin, Greek, Cyrillic. */
static bool is_narrow(uint32_t c)
{
    return (c >= 0xA1 && c < 0x300) || (c >= 0x3B1 && c < 0x483) ||
           (c >= 0x2010 && c <= 0x2027);
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

void html_fill_word(struct html_fill *f, const char *bytes, size_t len)
{
    if (!f->due && is_wide(f->last) && !opens(f->last) && is_alnum(*bytes))
        html_fill_soft(f);
    if (f->due)
        begin_word(f);
    put(f, bytes, len);
    f->last = (unsigned char)bytes[len - 1];
}

void html_fill_char(struct html_fill *f, uint32_t c, const char *utf8, size_t len)
{
    if (!f->due && (is_wide(c) || is_wide(f->last)) && !opens(f->last) && !closes(c))
        html_fill_soft(f);
    if (f->due)
        begin_word(f);
    put(f, utf8, len);
    f->narrow = f->narrow && is_narrow(c);
    f->extra += len - 1;
    f->last = c;
}

/* ---- what is due ------------------------------------------------------------------------- */

void html_fill_behind(struct html_fill *f, const char *ascii)
{
    if (!f->begun) {
        html_fill_word(f, ascii, strlen(ascii));
        return;
    }
    bool ended = !f->in_word;
    f->in_word = true;
    put(f, ascii, strlen(ascii));
    f->last = (unsigned char)ascii[strlen(ascii) - 1];
    if (ended)
        end_word(f);
}

void html_fill_blank(struct html_fill *f)
{
    end_word(f);
    f->blank = f->due = true;
}

void html_fill_hard_blank(struct html_fill *f, char blank)
{
    if (f->blanks_len < sizeof f->blanks)
        f->blanks[f->blanks_len++] = blank;
    f->due = true;
}

void html_fill_soft(struct html_fill *f)
{
    end_word(f);
    f->soft = f->due = true;
}

static void drop_blanks(struct html_fill *f)
{
    end_word(f);
    f->blank = f->soft = false;
    f->blanks_len = 0;
    f->cells = 0;
    f->due = true;
}

void html_fill_break(struct html_fill *f, size_t newlines)
{
    drop_blanks(f);
    if (f->newlines < newlines)
        f->newlines = newlines;
}

void html_fill_newline(struct html_fill *f, size_t most)
{
    drop_blanks(f);
    if (f->newlines < most)
        f->newlines++;
}

void html_fill_cell(struct html_fill *f, const char *between, bool keep, bool join)
{
    size_t cells = f->cells;
    drop_blanks(f);
    if (join)
        f->newlines = 0;
    f->cell = between;
    f->cells = keep && cells < MOST_CELLS ? cells + 1 : 1;
}

void html_fill_settle(struct html_fill *f)
{
    end_word(f);
}

void html_fill_push(struct html_fill *f, const char *first, const char *rest)
{
    size_t len = strlen(first);
    end_word(f);
    if (len > sizeof f->first - f->prefix_len)
        return;
    memcpy(f->first + f->prefix_len, first, len);
    memcpy(f->rest + f->prefix_len, rest, len);
    f->prefix_len += len;
}

void html_fill_pop(struct html_fill *f, size_t len)
{
    end_word(f);
    if (len < f->prefix_len)
        f->prefix_len = len;
    if (len < f->gap_len)
        f->gap_len = len;
}

void html_fill_finish(struct html_fill *f)
{
    drop_blanks(f);
    if (f->text.len)
        put(f, "\n", 1);
}
