#include "config.h"

#include "base/text.h"

#include <langinfo.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>
#include <uniwidth.h>

#include "base/limits.h"
#include "base/mem.h"

#define REPLACEMENT 0xFFFDu
#define CONTROL_PICTURES 0x2400u
#define PICTURE_DEL 0x2421u
#define ZWNJ 0x200Cu
#define ZWJ 0x200Du
#define BOM 0xFEFFu
#define SOFT_HYPHEN 0x00ADu
#define KEYCAP 0x20E3u
#define TAB_STOP 8

/* ---- characters -------------------------------------------------------------------------- */

static bool is_plain_ascii(unsigned char c)
{
    return c >= 0x20 && c < 0x7f;
}

static size_t plain_run(const char *bytes, size_t len)
{
    size_t n = 0;
    while (n < len && is_plain_ascii((unsigned char)bytes[n]))
        n++;
    return n;
}

/* Columns, by the C library's table as curses has them; in a locale that is not UTF-8 that
 * table knows ASCII only, and libunistring's serves.  -1: not to be shown. */
static int char_width(ucs4_t c)
{
    if (c < 0x7f)
        return c >= 0x20 ? 1 : -1;
    int width = wcwidth((wchar_t)c);
    if (width >= 0 || !strcmp(nl_langinfo(CODESET), "UTF-8"))
        return width;
    return uc_width(c, "UTF-8");
}

static bool in(ucs4_t c, ucs4_t first, ucs4_t last)
{
    return c >= first && c <= last;
}

static bool is_emoji(ucs4_t c)
{
    return in(c, 0x1F000, 0x1FAFF) || in(c, 0x2600, 0x27BF) || in(c, 0x2B00, 0x2BFF) ||
           in(c, 0x2190, 0x21FF) || in(c, 0x2300, 0x23FF);
}

static bool is_skin_tone(ucs4_t c)
{
    return in(c, 0x1F3FB, 0x1F3FF);
}

static bool is_variation_selector(ucs4_t c)
{
    return in(c, 0xFE00, 0xFE0F) || in(c, 0xE0100, 0xE01EF);
}

static bool is_keycap_base(ucs4_t c)
{
    return in(c, '0', '9') || c == '#' || c == '*';
}

/* Scripts in which ZWJ and ZWNJ shape letters: Hebrew to Khmer and Mongolian, by their blocks.
 */
static bool is_shaped(ucs4_t c)
{
    return in(c, 0x0590, 0x109F) || in(c, 0x1780, 0x18AF) || in(c, 0xA840, 0xABFF) ||
           in(c, 0xFB50, 0xFDFF) || in(c, 0xFE70, 0xFEFC);
}

static bool is_refused(ucs4_t c)
{
    return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Cf |
                                                   UC_CATEGORY_MASK_Cs | UC_CATEGORY_MASK_Co |
                                                   UC_CATEGORY_MASK_Cn) ||
           uc_is_property_default_ignorable_code_point(c);
}

/* An invisible or directing character, as opposed to one that is only unknown. */
static bool is_attempt(ucs4_t c)
{
    return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Cf) ||
           (uc_is_property_default_ignorable_code_point(c) &&
            !uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Cn));
}

static bool put_char(struct buf *out, ucs4_t c)
{
    uint8_t utf8[6];
    int len = u8_uctomb(utf8, c, sizeof utf8);
    return len > 0 && buf_append(out, utf8, (size_t)len);
}

/* ---- first pass: what may not be shown becomes a mark -------------------------------------
 */

struct washer {
    struct buf *out;
    enum text_lines lines;
    ucs4_t before; /* the character before, as it was sent; 0 at the start */
    bool joining;  /* ZWJ stood behind an emoji: the next one belongs to its cluster */
    bool composed; /* something may want normalising */
    size_t attempts;
};

static void wash_control(struct washer *w, ucs4_t c)
{
    bool body = w->lines == TEXT_BODY;
    if (c == '\t') {
        put_char(w->out, body ? '\t' : ' ');
    } else if (c == '\n') {
        if (w->before != '\r' || body)
            put_char(w->out, body ? '\n' : ' ');
    } else if (c == '\r' && !body) {
        put_char(w->out, ' ');
    } else {
        w->attempts++;
        put_char(w->out, c == 0x7f ? PICTURE_DEL : CONTROL_PICTURES + c);
    }
}

static void wash_refused(struct washer *w, ucs4_t c)
{
    if (c == BOM && !w->before)
        return;
    if ((c == ZWJ || c == ZWNJ) && is_shaped(w->before))
        return;
    if (c == ZWJ && is_emoji(w->before)) {
        w->joining = true;
        return;
    }
    w->attempts += is_attempt(c) && c != SOFT_HYPHEN;
    put_char(w->out, REPLACEMENT);
}

static void wash_char(struct washer *w, ucs4_t c)
{
    bool joined = w->joining;
    w->joining = false;
    if (c < 0x20 || c == 0x7f) {
        wash_control(w, c);
    } else if (is_variation_selector(c)) {
        w->joining = joined;
        return; /* `before` stays: a keycap or ZWJ may follow */
    } else if ((is_skin_tone(c) && is_emoji(w->before)) ||
               (c == KEYCAP && is_keycap_base(w->before))) {
        w->joining = joined;
        return;
    } else if (c == 0x2028 || c == 0x2029) {
        put_char(w->out, w->lines == TEXT_BODY ? '\n' : ' ');
    } else if (is_refused(c)) {
        wash_refused(w, c);
        if (w->joining)
            return; /* `before` stays the emoji */
    } else if (!(joined && is_emoji(c))) {
        w->composed |= c >= 0x300;
        put_char(w->out, c);
    }
    w->before = c;
}

static void wash(struct washer *w, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len;) {
        ucs4_t c;
        int n = u8_mbtoucr(&c, bytes + i, len - i);
        if (n <= 0) { /* one mark for each invalid byte */
            put_char(w->out, REPLACEMENT);
            w->before = REPLACEMENT;
            w->joining = false;
            i++;
            continue;
        }
        /* A lone CR in a body is a control; before LF it is the line's end. */
        if (c == '\r' && w->lines == TEXT_BODY && i + 1 < len && bytes[i + 1] == '\n')
            w->before = c;
        else
            wash_char(w, c);
        i += (size_t)n;
    }
}

/* ---- second pass: marks on a cell, tabs, what has no width --------------------------------
 */

static void lay(struct buf *out, const uint8_t *bytes, size_t len)
{
    unsigned marks = LIMIT_COMBINING; /* none may start the text */
    int col = 0;
    for (size_t i = 0; i < len;) {
        ucs4_t c;
        i += (size_t)u8_mbtouc_unsafe(&c, bytes + i, len - i);
        if (c == '\n') {
            buf_append_char(out, '\n');
            marks = LIMIT_COMBINING;
            col = 0;
            continue;
        }
        if (c == '\t') {
            do
                buf_append_char(out, ' ');
            while (++col % TAB_STOP);
            marks = 0;
            continue;
        }
        int width = char_width(c);
        if (width < 0) {
            c = REPLACEMENT;
            width = char_width(c) > 0 ? char_width(c) : 1;
        }
        if (width == 0 && ++marks > LIMIT_COMBINING)
            continue;
        if (width > 0)
            marks = 0;
        if (!put_char(out, c))
            return;
        col += width;
    }
}

size_t text_clean(struct buf *out, const char *bytes, size_t len, enum text_lines lines)
{
    if (plain_run(bytes, len) == len) { /* the common case */
        size_t room = out->cap - out->len;
        buf_append(out, bytes, len < room ? len : room);
        return 0;
    }
    struct buf washed = BUF_INIT(SIZE_MAX / 8);
    struct washer w = {.out = &washed, .lines = lines};
    wash(&w, (const uint8_t *)bytes, len);
    uint8_t *normal = NULL;
    size_t normal_len = 0;
    if (w.composed)
        normal = u8_normalize(UNINORM_NFC, (const uint8_t *)washed.data, washed.len, NULL,
                              &normal_len);
    if (normal)
        lay(out, normal, normal_len);
    else
        lay(out, (const uint8_t *)washed.data, washed.len);
    free(normal);
    buf_release(&washed);
    return w.attempts;
}

char *text_clean_line(const char *bytes, size_t len)
{
    struct buf line = BUF_INIT(LIMIT_TEXT);
    text_clean(&line, bytes, len, TEXT_ONE_LINE);
    return buf_detach(&line);
}

/* ---- columns ----------------------------------------------------------------------------- */

size_t text_fit(const char *clean, size_t len, int width, int *used)
{
    int col = 0;
    size_t i = 0;
    while (i < len) {
        ucs4_t c = (unsigned char)clean[i];
        size_t n = 1;
        if (c >= 0x80)
            n = (size_t)u8_mbtouc(&c, (const uint8_t *)clean + i, len - i);
        int w = char_width(c);
        if (w > 0 && col + w > width)
            break;
        col += w > 0 ? w : 0;
        i += n;
    }
    if (used)
        *used = col;
    return i;
}

int text_width(const char *clean, size_t len)
{
    int width;
    text_fit(clean, len, 0x7fffffff / 2, &width);
    return width;
}

bool text_pad(struct buf *out, const char *clean, int width, const char *ellipsis)
{
    size_t len = strlen(clean);
    if (width <= 0)
        return true;
    int used;
    size_t fits = text_fit(clean, len, width, &used);
    int dots = text_width(ellipsis, strlen(ellipsis));
    bool cut = fits < len && dots < width;
    if (cut)
        fits = text_fit(clean, len, width - dots, &used);
    bool whole = buf_append(out, clean, fits);
    if (cut) {
        whole = whole && buf_append_str(out, ellipsis);
        used += dots;
    }
    for (; used < width; used++)
        whole = whole && buf_append_char(out, ' ');
    return whole;
}

void text_size(char out[8], unsigned long long octets)
{
    static const char units[] = " kMGTPE";
    unsigned unit = 0;
    unsigned long long below = 0; /* tenths, rounded */
    if (octets < 1000) {
        snprintf(out, 8, "%u", (unsigned)octets);
        return;
    }
    while (octets >= 1000 && unit + 2 < sizeof units) {
        below = (octets % 1024) * 10 / 1024;
        octets /= 1024;
        unit++;
    }
    if (octets < 1 && unit) {
        octets = 1; /* 1000 to 1023: as good as one */
        below = 0;
    }
    if (octets < 10)
        snprintf(out, 8, "%u.%u%c", (unsigned)octets, (unsigned)below, units[unit]);
    else
        snprintf(out, 8, "%u%c", (unsigned)octets, units[unit]);
}

/* ---- folding ----------------------------------------------------------------------------- */

static char *fold_ascii(const char *bytes, size_t len)
{
    char *folded = xmemdup0(bytes, len);
    for (size_t i = 0; i < len; i++)
        if (folded[i] >= 'A' && folded[i] <= 'Z')
            folded[i] = (char)(folded[i] - 'A' + 'a');
    return folded;
}

char *text_fold(const char *bytes, size_t len)
{
    if (plain_run(bytes, len) == len)
        return fold_ascii(bytes, len);
    struct buf valid = BUF_INIT(SIZE_MAX / 8), folded = BUF_INIT(SIZE_MAX / 8);
    for (size_t i = 0; i < len;) {
        ucs4_t c;
        int n = u8_mbtoucr(&c, (const uint8_t *)bytes + i, len - i);
        put_char(&valid, n > 0 && c ? c : REPLACEMENT);
        i += n > 0 ? (size_t)n : 1;
    }
    size_t wide_len = 0;
    uint8_t *wide = u8_casefold((const uint8_t *)valid.data, valid.len, NULL, UNINORM_NFKD,
                                NULL, &wide_len);
    for (size_t i = 0; wide && i < wide_len;) {
        ucs4_t c;
        i += (size_t)u8_mbtouc_unsafe(&c, wide + i, wide_len - i);
        if (!uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Mn))
            put_char(&folded, c);
    }
    free(wide);
    buf_release(&valid);
    return buf_detach(&folded);
}
