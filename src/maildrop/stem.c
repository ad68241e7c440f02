#include "config.h"

#include "maildrop/stem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "base/ascii.h"
#include "mail/address.h"
#include "maildrop/alike.h"

/* Of a subject as many characters are looked at: it is clean text of LIMIT_TEXT bytes at most,
 * and what stands behind these is no subject any more. */
#define CHARS 320u

/* A subject as characters, then as words of them. */
struct text {
    uint32_t chars[CHARS];
    size_t len;
    unsigned signs;
};

static bool is_latin(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* ---- what stands in front ---------------------------------------------------------------- */

/* Of replies and forwards, as mailers of many languages write them. */
static bool is_prefix(const char *word, size_t len)
{
    static const char *const prefixes[] = {
        "re", "fw", "fwd", "aw",  "wg",  "sv",  "vs",   "rv",   "tr",   "ref", "antw", "odp",
        "vb", "vl", "enc", "res", "rif", "ynt", "回复", "答复", "转发", "Отв", "отв"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        if (ascii_is(word, len, prefixes[i]))
            return true;
    }
    return false;
}

/* The length of "Re:", "Re[2]:", "Fwd :" or "AW(3):" at P; 0 where there is none. */
static size_t reply_prefix(const char *p, size_t len)
{
    static const char wide[] = "："; /* as Chinese mailers write it */
    size_t word = 0, at;
    while (word < len && word < 12 && (p[word] & 0x80 || is_latin((unsigned char)p[word])) &&
           (len - word < 3 || memcmp(p + word, wide, 3) != 0))
        word++;
    at = word;
    if (at < len && (p[at] == '[' || p[at] == '(')) {
        while (at < len && at < word + 6 && p[at] != ']' && p[at] != ')')
            at++;
        at++;
    }
    while (at < len && p[at] == ' ')
        at++;
    if (at >= len || !is_prefix(p, word))
        return 0;
    if (len - at >= 3 && !memcmp(p + at, wide, 3))
        return at + 3;
    return p[at] == ':' ? at + 1 : 0;
}

/* "[list]" at P, unless nothing stands behind it. */
static size_t tag_prefix(const char *p, size_t len)
{
    if (!len || *p != '[')
        return 0;
    const char *end = memchr(p, ']', len < 80 ? len : 80);
    if (!end)
        return 0;
    for (const char *rest = end + 1; rest < p + len; rest++) {
        if (*rest != ' ' && *rest != '\t')
            return (size_t)(end + 1 - p);
    }
    return 0;
}

static size_t skip_prefixes(const char *subject, size_t len, unsigned *signs)
{
    size_t at = 0;
    for (;;) {
        while (at < len && (subject[at] == ' ' || subject[at] == '\t'))
            at++;
        size_t reply = reply_prefix(subject + at, len - at);
        size_t skip = reply ? reply : tag_prefix(subject + at, len - at);
        *signs |= reply ? STEM_REPLY : 0;
        if (!skip)
            return at;
        at += skip;
    }
}

/* ---- characters -------------------------------------------------------------------------- */

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(uint32_t c)
{
    return c < 0x80 ? is_latin(c) : uc_is_alpha(c);
}

/* Nothing is to be seen of it, or only the mark that text_clean() put in its place. */
static bool is_hidden(uint32_t c)
{
    return c == 0xFFFD || (c >= 0x2400 && c <= 0x2426) ||
           uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Cf | UC_CATEGORY_MASK_Mn |
                                                   UC_CATEGORY_MASK_Me);
}

static bool is_mark(uint32_t c)
{
    return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Mn | UC_CATEGORY_MASK_Me);
}

/* Windows-1252: the byte that C was made of; 0 where it was none above 0x7f.  What that charset
 * lacks has become a mark: 0xff. */
static unsigned windows_byte(uint32_t c)
{
    static const uint16_t specials[] = {
        0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};
    if (c >= 0x80 && c <= 0xFF)
        return c;
    for (size_t i = 0; i < sizeof specials / sizeof *specials; i++) {
        if (specials[i] == c)
            return 0x80 + (unsigned)i;
    }
    return c == 0xFFFD ? 0xFF : 0;
}

/* UTF-8 that was taken for windows-1252, as senders do who name the wrong charset: becomes what
 * it was, and nothing where a part of it is lost.  The new count. */
static size_t undo_wrong_charset(uint32_t *chars, size_t count)
{
    size_t out = 0;
    for (size_t i = 0; i < count;) {
        uint32_t c = chars[i], real = 0;
        size_t len = c >= 0xC2 && c <= 0xF4 ? (c >= 0xF0) + (c >= 0xE0) + 2u : 1, n = 1;
        bool lost = false;
        for (real = c & (0x7Fu >> len); n < len && i + n < count; n++) {
            unsigned byte = windows_byte(chars[i + n]);
            if ((byte < 0x80 || byte > 0xBF) && byte != 0xFF)
                break;
            lost |= byte == 0xFF;
            real = real << 6 | (byte & 0x3F);
        }
        if (len == 1 || n < len) {
            chars[out++] = c;
            i++;
            continue;
        }
        if (!lost && real < 0x110000)
            chars[out++] = real;
        i += len;
    }
    return out;
}

/* The letters of the subject in their compatibility forms, without accents. */
static void take_wide(struct text *t, const char *bytes, size_t len)
{
    uint32_t valid[CHARS];
    size_t count = 0, wide_len = 0;
    for (size_t i = 0; i < len && count < CHARS;) {
        ucs4_t c;
        int n = u8_mbtoucr(&c, (const uint8_t *)bytes + i, len - i);
        valid[count++] = n > 0 && c ? c : 0xFFFD;
        i += n > 0 ? (size_t)n : 1;
    }
    count = undo_wrong_charset(valid, count);
    uint32_t *wide = u32_normalize(UNINORM_NFKD, valid, count, NULL, &wide_len);
    for (size_t i = 0; wide && i < wide_len && t->len < CHARS; i++) {
        bool inside = t->len && is_letter(t->chars[t->len - 1]) && i + 1 < wide_len &&
                      is_letter(wide[i + 1]);
        uint32_t before = t->len ? t->chars[t->len - 1] : 0;
        bool is_short_i = wide[i] == 0x0306 && (before == 0x0438 || before == 0x0418);
        if (!is_hidden(wide[i]) || is_short_i) /* a letter of its own in Russian */
            t->chars[t->len++] = wide[i];
        else if (inside && !is_mark(wide[i]))
            t->signs |= STEM_DISGUISED;
    }
    free(wide);
    /* Hangul, and that letter, were taken apart */
    wide_len = CHARS;
    wide = u32_normalize(UNINORM_NFC, t->chars, t->len, NULL, &wide_len);
    if (wide && wide_len <= CHARS)
        memcpy(t->chars, wide, (t->len = wide_len) * sizeof *wide);
    free(wide);
    /* full-width and mathematical forms of plain letters */
    for (size_t i = 0; i < count; i++) {
        if ((valid[i] >= 0xFF21 && valid[i] <= 0xFF5A) ||
            (valid[i] >= 0x1D400 && valid[i] <= 0x1D7FF))
            t->signs |= STEM_DISGUISED;
    }
}

static void take(struct text *t, const char *bytes, size_t len)
{
    size_t i = 0;
    while (i < len && i < CHARS && (unsigned char)bytes[i] < 0x80 && bytes[i]) {
        t->chars[i] = (unsigned char)bytes[i];
        i++;
    }
    t->len = i;
    if (i == len || i == CHARS)
        return;
    t->len = 0;
    take_wide(t, bytes, len);
}

/* ---- words ------------------------------------------------------------------------------- */

static bool is_in_word(uint32_t c)
{
    return is_letter(c) || is_digit(c);
}

/* More Latin letters than letters that can be no Latin ones. */
static bool is_latin_text(const struct text *t)
{
    size_t latin = 0, others = 0;
    for (size_t i = 0; i < t->len; i++) {
        uint32_t c = t->chars[i];
        latin += is_latin(c);
        others += c >= 0x80 && is_letter(c) && !alike_latin(c);
    }
    return latin > others;
}

/* Look-alikes become Latin where the rest of the word is, or could be in a Latin text. */
static void fold_alike(struct text *t, size_t from, size_t to, bool latin_text)
{
    size_t latin = 0, alike = 0, others = 0;
    for (size_t i = from; i < to; i++) {
        uint32_t c = t->chars[i];
        if (c < 0x80)
            latin += is_latin(c);
        else if (alike_latin(c))
            alike++;
        else
            others++;
    }
    if (!alike || (!latin_text && (!latin || others > latin)))
        return;
    for (size_t i = from; i < to; i++) {
        uint32_t c = t->chars[i], plain = c >= 0x80 ? alike_latin(c) : 0;
        if (plain) {
            t->chars[i] = plain;
            t->signs |= STEM_DISGUISED;
        }
    }
}

static char letter_of_digit(uint32_t c)
{
    static const char letters[] = "oi.ea..t.."; /* 5 and 8 stand in model names, too */
    return letters[c - '0'];
}

/* "v1agra", "0ff": few digits, one by one, each like a letter, in or in front of a word. */
static bool is_leet(const uint32_t *word, size_t len)
{
    size_t digits = 0;
    if (len < 3 || is_digit(word[len - 1]))
        return false;
    for (size_t i = 0; i < len; i++) {
        if (!is_digit(word[i]))
            continue;
        if (letter_of_digit(word[i]) == '.' || (i + 1 < len && is_digit(word[i + 1])) ||
            (i == 0 && word[i] != '0')) /* "1st" */
            return false;
        digits++;
    }
    return digits == 1 || digits * 4 <= len;
}

/* "OCUTAC-5462", "kBNMMC-6501": letters that belong to the number behind them, as no word is
 * written; END is behind the letters. */
static bool is_part_of_id(const struct text *t, size_t from, size_t end)
{
    size_t large = 0, digits = 0;
    if (end >= t->len || (t->chars[end] != '-' && t->chars[end] != '_' && t->chars[end] != '/'))
        return false;
    for (size_t i = from; i < end; i++) {
        if (t->chars[i] >= 0x80)
            return false;
        large += i > from && t->chars[i] >= 'A' && t->chars[i] <= 'Z';
    }
    for (size_t i = end + 1; i < t->len && is_digit(t->chars[i]); i++)
        digits++;
    return large && digits >= 3;
}

struct writer {
    struct buf *out;
    size_t start;   /* of the stem in OUT */
    bool numbered;  /* its last word is '#' */
    size_t singles; /* letters in a row that stand alone, the last words of the stem */
    unsigned signs;
};

static void put_char(struct writer *w, uint32_t c)
{
    uint8_t utf8[6];
    if (c < 0x80) {
        buf_append_char(w->out, ascii_lower((char)c));
        return;
    }
    int len = u8_uctomb(utf8, uc_tolower(c), sizeof utf8);
    if (len > 0)
        buf_append(w->out, utf8, (size_t)len);
}

static void put_blank(struct writer *w)
{
    if (w->out->len > w->start)
        buf_append_char(w->out, ' ');
}

static void put_number(struct writer *w)
{
    w->signs |= STEM_NUMBERS;
    w->singles = 0;
    if (w->numbered)
        return;
    put_blank(w);
    buf_append_char(w->out, '#');
    w->numbered = true;
}

static void put_letters(struct writer *w, const uint32_t *letters, size_t len)
{
    /* "W A T C H": the third letter and those behind it go to the word that they make */
    bool joins = len == 1 && letters[0] < 0x80 && w->singles >= 2;
    if (joins && w->singles == 2) {
        char second = w->out->data[w->out->len - 1];
        buf_truncate(w->out, w->out->len - 2);
        buf_append_char(w->out, second);
    }
    if (!joins)
        put_blank(w);
    else
        w->signs |= STEM_DISGUISED;
    w->singles = len == 1 && letters[0] < 0x80 ? w->singles + 1 : 0;
    for (size_t i = 0; i < len; i++)
        put_char(w, letters[i]);
    w->numbered = false;
}

/* A word of letters and digits: one with digits for letters, a word and its number, or an id.
 */
static void put_word(struct writer *w, uint32_t *word, size_t len)
{
    size_t digits = 0, changes = 0, head = 0;
    for (size_t i = 0; i < len; i++) {
        digits += is_digit(word[i]);
        changes += i && is_digit(word[i]) != is_digit(word[i - 1]);
    }
    if (!digits) {
        put_letters(w, word, len);
    } else if (digits < len && is_leet(word, len)) {
        for (size_t i = 0; i < len; i++) {
            if (is_digit(word[i]))
                word[i] = (unsigned char)letter_of_digit(word[i]);
        }
        w->signs |= STEM_DISGUISED;
        put_letters(w, word, len);
    } else if (changes == 1 && !is_digit(word[0]) && len - digits > 2) {
        while (!is_digit(word[head]))
            head++;
        put_letters(w, word, head);
        put_number(w);
    } else {
        put_number(w);
    }
}

unsigned stem_subject(struct buf *out, const char *subject, size_t len)
{
    struct text t = {.len = 0};
    struct writer w = {.out = out, .start = out->len};
    size_t begin = skip_prefixes(subject, len, &t.signs);
    take(&t, subject + begin, len - begin);
    bool latin_text = is_latin_text(&t);
    for (size_t i = 0, end; i < t.len; i = end) {
        for (end = i; end < t.len && is_in_word(t.chars[end]);)
            end++;
        if (end == i) {
            end++;
            continue;
        }
        fold_alike(&t, i, end, latin_text);
        if (out->len - w.start + 6 * (end - i) + 2 > STEM_BYTES)
            break;
        if (is_part_of_id(&t, i, end))
            put_number(&w);
        else
            put_word(&w, t.chars + i, end - i);
    }
    return t.signs | w.signs;
}

/* ---- senders ----------------------------------------------------------------------------- */

void stem_sender(struct buf *out, const char *addr)
{
    const char *end = strrchr(addr, '@');
    if (!end)
        end = addr + strlen(addr);
    for (const char *p = addr; p < end;) {
        unsigned char c = (unsigned char)*p;
        if (is_digit(c)) {
            buf_append_char(out, '#');
            while (p < end && is_digit((unsigned char)*p))
                p++;
        } else if (is_latin(c) || c >= 0x80) {
            buf_append_str(out, "aaa");
            while (p < end && (is_latin((unsigned char)*p) || (unsigned char)*p >= 0x80))
                p++;
        } else {
            buf_append_char(out, *p++);
        }
    }
    buf_append_char(out, '@');
}

void stem_domain(struct buf *out, const char *addr)
{
    for (const char *p = address_domain(addr); *p; p++)
        buf_append_char(out, ascii_lower(*p));
}
