#include "config.h"

#include "mail/codec.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* The value of a base64 digit, or -1. */
static int base64_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

void codec_base64(struct buf *out, const char *text, size_t len)
{
    uint32_t bits = 0;
    int count = 0; /* bits held, less than 8 after each round */
    for (size_t i = 0; i < len; i++) {
        int value = base64_value(text[i]);
        if (value >= 0) {
            bits = (bits << 6 | (uint32_t)value) & 0x3FFF;
            count += 6;
        } else if (text[i] == '=') {
            count = 0; /* what follows padding is another text, set behind the first */
        }
        if (count >= 8) {
            count -= 8;
            if (!buf_append_char(out, (char)(bits >> count & 0xFF)))
                return;
        }
    }
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

static size_t skip_blanks(const char *text, size_t len, size_t i)
{
    while (i < len && (text[i] == ' ' || text[i] == '\t'))
        i++;
    return i;
}

static bool is_line_end(const char *text, size_t len, size_t i)
{
    return i == len || text[i] == '\n' ||
           (text[i] == '\r' && (i + 1 == len || text[i + 1] == '\n'));
}

/* Behind a soft line break at I, or 0. */
static size_t soft_break(const char *text, size_t len, size_t i)
{
    if (text[i] != '=')
        return 0;
    i = skip_blanks(text, len, i + 1);
    if (!is_line_end(text, len, i))
        return 0;
    i += i < len && text[i] == '\r';
    return i + (i < len);
}

void codec_quoted_printable(struct buf *out, const char *text, size_t len)
{
    size_t i = 0;
    bool fits = true;
    while (fits && i < len) {
        int byte = hex_byte(text, len, i);
        size_t next = byte < 0 ? soft_break(text, len, i) : i + 3;
        if (byte >= 0) {
            fits = buf_append_char(out, (char)byte);
        } else if (!next) {
            next = skip_blanks(text, len, i);
            if (next == i)
                fits = buf_append_char(out, text[next++]);
            else if (!is_line_end(text, len, next))
                fits = buf_append(out, text + i, next - i);
        }
        i = next;
    }
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
