#include "config.h"

#include "mail/codec.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* The value of each base64 digit; NO_DIGIT for the others, PADDING for '='. */
#define NO_DIGIT 64
#define PADDING 65
static unsigned char digit_value[256];

static void fill_table(void)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (digit_value['B'])
        return;
    memset(digit_value, NO_DIGIT, sizeof digit_value);
    digit_value['='] = PADDING;
    for (unsigned i = 0; i < 64; i++)
        digit_value[(unsigned char)digits[i]] = (unsigned char)i;
}

/* Whole groups of four digits, as far as nothing else stands between them and OUT has room; how
 * many bytes of text they were. */
static size_t take_groups(const unsigned char *text, size_t len, char *out, size_t room)
{
    size_t i = 0;
    for (; len - i >= 4 && room >= 3; i += 4, room -= 3) {
        unsigned a = digit_value[text[i]], b = digit_value[text[i + 1]],
                 c = digit_value[text[i + 2]], d = digit_value[text[i + 3]];
        if ((a | b | c | d) >= NO_DIGIT)
            break;
        *out++ = (char)(a << 2 | b >> 4);
        *out++ = (char)(b << 4 | c >> 2);
        *out++ = (char)(c << 6 | d);
    }
    return i;
}

/* One character; what it completes goes to BYTES, of which *N are used. */
static void take_digit(struct codec *c, unsigned value, char *bytes, size_t *n)
{
    if (value < NO_DIGIT) {
        c->bits = (c->bits << 6 | value) & 0x3FFF;
        c->count += 6;
    } else if (value == PADDING) {
        c->count = 0; /* what follows padding is another text, set behind the first */
    }
    if (c->count >= 8) {
        c->count -= 8;
        bytes[(*n)++] = (char)(c->bits >> c->count & 0xFF);
    }
}

static void feed_base64(struct codec *c, struct buf *out, const char *text, size_t len)
{
    char bytes[3072];
    size_t n = 0;
    fill_table();
    for (size_t i = 0; i < len;) {
        if (sizeof bytes - n < 4) {
            buf_append_cut(out, bytes, n);
            n = 0;
        }
        if (c->count == 0) {
            size_t took = take_groups((const unsigned char *)text + i, len - i, bytes + n,
                                      sizeof bytes - n);
            i += took;
            n += took / 4 * 3;
        }
        if (i < len && sizeof bytes - n >= 4)
            take_digit(c, digit_value[(unsigned char)text[i++]], bytes, &n);
    }
    buf_append_cut(out, bytes, n);
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that "=XX" at I stands for, or -1. */
static int hex_byte(const char *text, size_t len, size_t i)
{
    if (len - i < 3 || text[i] != '=')
        return -1;
    int high = hex_value(text[i + 1]), low = hex_value(text[i + 2]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* At most so many blanks are taken for padding; more are meant. */
#define PADDING_MOST 128

static size_t skip_blanks(const char *text, size_t len, size_t i)
{
    if (len - i > PADDING_MOST)
        len = i + PADDING_MOST;
    while (i < len && (text[i] == ' ' || text[i] == '\t'))
        i++;
    return i;
}

/* The line's end at I: 1 or 2 bytes, 0 where there is none; -1 where more must be seen. */
static int line_end(const char *text, size_t len, size_t i, bool final)
{
    if (i == len)
        return final ? 0 : -1;
    if (text[i] == '\n')
        return 1;
    if (text[i] != '\r')
        return 0;
    if (i + 1 == len)
        return final ? 1 : -1;
    return text[i + 1] == '\n' ? 2 : 0;
}

/* What stands at I, which is '=' or a blank, is decoded; returns where it ends, or I where more
 * must be seen. */
static size_t take_special(struct buf *out, const char *text, size_t len, size_t i, bool final)
{
    if (text[i] == '=') {
        int byte = hex_byte(text, len, i);
        if (byte >= 0) {
            buf_append_char(out, (char)byte);
            return i + 3;
        }
        if (!final && len - i < 3 && (len - i == 1 || hex_value(text[i + 1]) >= 0))
            return i;
    }
    size_t next = skip_blanks(text, len, i + 1);
    bool meant = text[i] != '=' && next - i > PADDING_MOST;
    int end = meant ? 0 : line_end(text, len, next, final);
    if (end < 0)
        return i;
    if (end > 0 ||
        (next == len && !meant)) /* a soft line break, or blanks before the line's end */
        return text[i] == '=' ? next + (size_t)end : next;
    if (text[i] == '=')
        next = i + 1;
    buf_append_cut(out, text + i, next - i);
    return next;
}

/* What take_special() must see; blanks between words need it not. */
static bool is_special(const char *text, size_t len, size_t i)
{
    if (text[i] != ' ' && text[i] != '\t')
        return text[i] == '=';
    return i + 1 == len || (unsigned char)text[i + 1] <= ' ';
}

/* Returns how much was decoded; the rest cannot be told yet. */
static size_t decode_quoted(struct buf *out, const char *text, size_t len, bool final)
{
    size_t i = 0;
    while (i < len) {
        size_t run = i;
        while (run < len && !is_special(text, len, run))
            run++;
        buf_append_cut(out, text + i, run - i);
        if (run == len)
            return len;
        i = take_special(out, text, len, run, final);
        if (i == run)
            return i;
    }
    return i;
}

static void feed_quoted(struct codec *c, struct buf *out, const char *text, size_t len)
{
    while (c->held_len && len) { /* a few bytes more decide */
        c->held[c->held_len++] = *text++;
        len--;
        size_t done = decode_quoted(out, c->held, c->held_len, c->held_len == sizeof c->held);
        memmove(c->held, c->held + done, c->held_len - done);
        c->held_len -= done;
    }
    size_t done = decode_quoted(out, text, len, false);
    memcpy(c->held, text + done, len - done);
    c->held_len += len - done;
}

/* ---- in pieces, and whole ---------------------------------------------------------------- */

void codec_begin(struct codec *c, enum codec_kind kind)
{
    *c = (struct codec){.kind = kind};
}

void codec_feed(struct codec *c, struct buf *out, const char *text, size_t len)
{
    switch (c->kind) {
    case CODEC_IDENTITY:
        buf_append_cut(out, text, len);
        break;
    case CODEC_BASE64:
        feed_base64(c, out, text, len);
        break;
    case CODEC_QUOTED_PRINTABLE:
        feed_quoted(c, out, text, len);
        break;
    }
}

void codec_end(struct codec *c, struct buf *out)
{
    decode_quoted(out, c->held, c->held_len, true);
    c->held_len = 0;
}

void codec_base64(struct buf *out, const char *text, size_t len)
{
    struct codec c;
    codec_begin(&c, CODEC_BASE64);
    feed_base64(&c, out, text, len);
}

void codec_quoted_printable(struct buf *out, const char *text, size_t len)
{
    decode_quoted(out, text, len, true);
}

void codec_q(struct buf *out, const char *text, size_t len)
{
    bool fits = true;
    for (size_t i = 0; fits && i < len; i++) {
        int byte = hex_byte(text, len, i);
        if (byte >= 0)
            i += 2;
        else
            byte = text[i] == '_' ? ' ' : text[i];
        fits = buf_append_char(out, (char)byte);
    }
}
