#include "config.h"

#include "ui/edit.h"

#include <string.h>
#include <unictype.h>
#include <unigbrk.h>
#include <unistr.h>

#include "base/limits.h"
#include "base/text.h"

static size_t previous(const struct edit *e)
{
    const uint8_t *text = (const uint8_t *)e->text.data;
    const uint8_t *p = u8_grapheme_prev(text + e->cursor, text);
    return p ? (size_t)(p - text) : 0;
}

static size_t next(const struct edit *e)
{
    const uint8_t *text = (const uint8_t *)e->text.data;
    const uint8_t *p = u8_grapheme_next(text + e->cursor, text + e->text.len);
    return p ? (size_t)(p - text) : e->text.len;
}

static size_t word(const struct edit *e)
{
    size_t at = e->cursor;
    while (at && e->text.data[at - 1] == ' ')
        at--;
    while (at && e->text.data[at - 1] != ' ')
        at--;
    return at;
}

/* Puts BEFORE in the place of what is before byte REST. */
static void replace(struct edit *e, struct buf *before, size_t rest)
{
    size_t cursor = before->len;
    if (buf_append(before, e->text.data + rest, e->text.len - rest)) {
        buf_wipe(&e->text);
        e->text = *before;
        e->cursor = cursor;
    } else {
        buf_wipe(before);
    }
}

static void cut(struct edit *e, size_t from, size_t to)
{
    struct buf before = BUF_INIT(LIMIT_TEXT);
    buf_append(&before, e->text.data, from);
    replace(e, &before, to);
}

/* A mark alone is not clean text, but is welcome behind its base. */
static bool is_welcome(const struct edit *e, ucs4_t c, const char *bytes, size_t len)
{
    if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_M))
        return e->cursor > 0;
    struct buf clean = BUF_INIT(LIMIT_TEXT);
    text_clean(&clean, bytes, len, TEXT_ONE_LINE);
    bool same = clean.len == len && memcmp(clean.data, bytes, len) == 0;
    buf_wipe(&clean);
    return same;
}

static void insert(struct edit *e, key_code key)
{
    char bytes[6];
    int len = u8_uctomb((uint8_t *)bytes, key, sizeof bytes);
    if (len <= 0 || uc_is_cntrl(key) || !is_welcome(e, key, bytes, (size_t)len))
        return;
    struct buf typed = BUF_INIT(LIMIT_TEXT);
    struct buf before = BUF_INIT(LIMIT_TEXT);
    /* A mark joins its base here (NFC), or is dropped where there are too many. */
    if (buf_append(&typed, e->text.data, e->cursor) && buf_append(&typed, bytes, (size_t)len)) {
        text_clean(&before, typed.data, typed.len, TEXT_ONE_LINE);
        replace(e, &before, e->cursor);
    }
    buf_wipe(&typed);
}

void edit_init(struct edit *e, const char *text)
{
    *e = (struct edit){.text = BUF_INIT(LIMIT_TEXT)};
    text_clean(&e->text, text, strlen(text), TEXT_ONE_LINE);
    e->cursor = e->text.len;
}

void edit_release(struct edit *e)
{
    buf_wipe(&e->text);
    e->cursor = 0;
}

enum {
    CTRL_A = 1,
    CTRL_B = 2,
    CTRL_C = 3,
    CTRL_D = 4,
    CTRL_E = 5,
    CTRL_F = 6,
    CTRL_K = 11,
    CTRL_U = 21,
    CTRL_W = 23
};

enum edit_result edit_key(struct edit *e, key_code key)
{
    switch (key) {
    case KEY_CODE_ENTER:
        return EDIT_DONE;
    case KEY_CODE_ESC:
    case CTRL_C:
        return EDIT_CANCELLED;
    case KEY_CODE_LEFT:
    case CTRL_B:
        e->cursor = previous(e);
        break;
    case KEY_CODE_RIGHT:
    case CTRL_F:
        e->cursor = next(e);
        break;
    case KEY_CODE_HOME:
    case CTRL_A:
        e->cursor = 0;
        break;
    case KEY_CODE_END:
    case CTRL_E:
        e->cursor = e->text.len;
        break;
    case KEY_CODE_BACKSPACE:
        cut(e, previous(e), e->cursor);
        break;
    case KEY_CODE_DELETE:
    case CTRL_D: {
        size_t at = e->cursor;
        cut(e, at, next(e));
        break;
    }
    case CTRL_U:
        cut(e, 0, e->cursor);
        break;
    case CTRL_K:
        cut(e, e->cursor, e->text.len);
        break;
    case CTRL_W:
        cut(e, word(e), e->cursor);
        break;
    default:
        insert(e, key);
    }
    return EDIT_MORE;
}

const char *edit_text(const struct edit *e)
{
    return e->text.data;
}

struct edit_view edit_view(const struct edit *e, int width)
{
    struct edit_view v = {0};
    const uint8_t *text = (const uint8_t *)e->text.data;
    int before = text_width(e->text.data, e->cursor);
    if (width < 1)
        return v;
    while (before >= width && v.start < e->cursor) {
        const uint8_t *p = u8_grapheme_next(text + v.start, text + e->cursor);
        size_t step = p ? (size_t)(p - text) - v.start : e->cursor - v.start;
        before -= text_width(e->text.data + v.start, step);
        v.start += step;
    }
    v.len = text_fit(e->text.data + v.start, e->text.len - v.start, width, NULL);
    v.cursor = before;
    return v;
}
