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

#define EACH_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

/* Whether all eight are plain: no high bit, none below a blank, none of 0x7f. */
static bool is_plain_word(const char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return !((word | (word - EACH_BYTE(0x20)) | (word + EACH_BYTE(0x01))) & EACH_BYTE(0x80));
}

static size_t plain_run(const char *bytes, size_t len)
{
    size_t n = 0;
    while (len - n >= 8 && is_plain_word(bytes + n))
        n += 8;
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

/* False where OUT's cap was reached. */
static bool lay(struct buf *out, const uint8_t *bytes, size_t len)
{
    unsigned marks = LIMIT_COMBINING; /* none may start the text */
    int col = 0;
    for (size_t i = 0; i < len;) {
        ucs4_t c;
        i += (size_t)u8_mbtouc_unsafe(&c, bytes + i, len - i);
        if (c == '\n') {
            if (!buf_append_char(out, '\n'))
                return false;
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
            return false;
        col += width;
    }
    return true;
}

/* ---- letters that need neither pass -------------------------------------------------------
 */

/* Second bytes that follow a lead byte, both inclusive: assigned, graphic, in NFC whatever
 * stands beside them, and no part of a cluster. */
struct pair {
    unsigned char lead, first, last;
};

/* Latin, Greek, Cyrillic; dashes, quotes; kana, Han, Hangul. */
static const struct pair two_bytes[] = {
    {0xC2, 0xA1, 0xAC}, {0xC2, 0xAE, 0xBF}, {0xC3, 0x80, 0xBF}, {0xC4, 0x80, 0xBF},
    {0xC5, 0x80, 0xBF}, {0xCE, 0x91, 0xA1}, {0xCE, 0xA3, 0xBF}, {0xCF, 0x80, 0x8E},
    {0xD0, 0x80, 0xBF}, {0xD1, 0x80, 0xBF}, {0xD2, 0x8A, 0xBF}, {0xD3, 0x80, 0xBF},
};
static const struct pair three_bytes[] = {
    {0xE4, 0xB8, 0xBF}, {0xE5, 0x80, 0xBF}, {0xE6, 0x80, 0xBF}, {0xE7, 0x80, 0xBF},
    {0xE8, 0x80, 0xBF}, {0xE9, 0x80, 0xBE}, {0xEB, 0x80, 0xBF}, {0xEC, 0x80, 0xBF},
};

static bool is_among(const struct pair *pairs, size_t count, const unsigned char *bytes)
{
    for (size_t i = 0; i < count; i++)
        if (bytes[0] == pairs[i].lead && bytes[1] >= pairs[i].first &&
            bytes[1] <= pairs[i].last)
            return true;
    return false;
}

static bool is_continuation(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

/* Bytes of the simple letter at BYTES; 0 where there is none. */
static size_t simple_letter(const unsigned char *bytes, size_t len)
{
    if (len >= 2 && bytes[0] < 0xE0)
        return is_among(two_bytes, sizeof two_bytes / sizeof *two_bytes, bytes) ? 2 : 0;
    if (len < 3 || !is_continuation(bytes[2]))
        return 0;
    if (bytes[0] == 0xE2) /* U+2010 to U+2027 */
        return bytes[1] == 0x80 && bytes[2] >= 0x90 && bytes[2] <= 0xA7 ? 3 : 0;
    return is_among(three_bytes, sizeof three_bytes / sizeof *three_bytes, bytes) ? 3 : 0;
}

static bool is_simple(const char *bytes, size_t len)
{
    const unsigned char *p = (const unsigned char *)bytes;
    for (size_t i = plain_run(bytes, len), n; i < len;
         i += n + plain_run(bytes + i + n, len - i - n)) {
        n = simple_letter(p + i, len - i);
        if (!n)
            return false;
    }
    return true;
}

/* ---- all together ------------------------------------------------------------------------ */

/* What was cleaned, and whether all of it fitted. */
struct cleaned {
    size_t attempts;
    bool whole;
};

static struct cleaned clean_slowly(struct buf *out, const char *bytes, size_t len,
                                   enum text_lines lines, bool first)
{
    struct buf washed = BUF_INIT(SIZE_MAX / 8);
    struct washer w = {.out = &washed, .lines = lines, .before = first ? 0 : '\n'};
    wash(&w, (const uint8_t *)bytes, len);
    uint8_t *normal = NULL;
    size_t normal_len = 0;
    if (w.composed)
        normal = u8_normalize(UNINORM_NFC, (const uint8_t *)washed.data, washed.len, NULL,
                              &normal_len);
    bool whole = normal ? lay(out, normal, normal_len)
                        : lay(out, (const uint8_t *)washed.data, washed.len);
    free(normal);
    buf_release(&washed);
    return (struct cleaned){w.attempts, whole};
}

/* A line with its LF.  No character reaches over that, so that lines are cleaned one by one. */
static struct cleaned clean_line(struct buf *out, const char *bytes, size_t len, bool first)
{
    size_t text = len - (bytes[len - 1] == '\n');
    text -= text < len && text && bytes[text - 1] == '\r';
    if (!is_simple(bytes, text))
        return clean_slowly(out, bytes, len, TEXT_BODY, first);
    bool whole = buf_append_utf8(out, bytes, text);
    return (struct cleaned){0, whole && (text == len || buf_append_char(out, '\n'))};
}

size_t text_clean(struct buf *out, const char *bytes, size_t len, enum text_lines lines)
{
    if (lines == TEXT_ONE_LINE) {
        if (!is_simple(bytes, len))
            return clean_slowly(out, bytes, len, lines, true).attempts;
        buf_append_utf8(out, bytes, len);
        return 0;
    }
    struct cleaned line = {0, true};
    size_t attempts = 0;
    for (size_t at = 0; at < len && line.whole;) {
        const char *lf = memchr(bytes + at, '\n', len - at);
        size_t n = lf ? (size_t)(lf - bytes) + 1 - at : len - at;
        line = clean_line(out, bytes + at, n, !at);
        attempts += line.attempts;
        at += n;
    }
    return attempts;
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

bool text_parse_size(const char *text, unsigned long long *octets)
{
    static const char units[] = "kMG";
    size_t len = strspn(text, "0123456789");
    const char *unit = text[len] ? strchr(units, text[len]) : NULL;
    if (!len || len > 18 || (text[len] && (!unit || text[len + 1])))
        return false;
    unsigned shift = unit ? 10 * (unsigned)(unit - units + 1) : 0;
    *octets = strtoull(text, NULL, 10);
    if (*octets > (unsigned long long)INT64_MAX >> shift)
        return false;
    *octets <<= shift;
    return true;
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
