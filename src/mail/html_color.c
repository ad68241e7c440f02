#include "config.h"

#include "mail/html_color.h"

#include <string.h>

#include "base/ascii.h"
#include "mail/html_style.h"

/* What the eye does not see, of 255, in each of red, green and blue. */
#define NEAR 10

static const struct {
    char name[16];
    uint32_t color;
} colors[] = {
    {"white", 0xFFFFFF},       {"black", 0x000000},
    {"snow", 0xFFFAFA},        {"ivory", 0xFFFFF0},
    {"whitesmoke", 0xF5F5F5},  {"ghostwhite", 0xF8F8FF},
    {"floralwhite", 0xFFFAF0}, {"azure", 0xF0FFFF},
    {"mintcream", 0xF5FFFA},   {"red", 0xFF0000},
    {"green", 0x008000},       {"blue", 0x0000FF},
    {"yellow", 0xFFFF00},      {"orange", 0xFFA500},
    {"navy", 0x000080},        {"gray", 0x808080},
    {"grey", 0x808080},        {"silver", 0xC0C0C0},
    {"lightgray", 0xD3D3D3},   {"lightgrey", 0xD3D3D3},
    {"darkgray", 0xA9A9A9},    {"darkgrey", 0xA9A9A9},
    {"maroon", 0x800000},      {"purple", 0x800080},
    {"fuchsia", 0xFF00FF},     {"magenta", 0xFF00FF},
    {"lime", 0x00FF00},        {"olive", 0x808000},
    {"teal", 0x008080},        {"aqua", 0x00FFFF},
    {"cyan", 0x00FFFF},        {"transparent", COLOR_TRANSPARENT},
};

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* 3 or 6 digits, or one or two more for how opaque it is. */
static uint32_t read_hex(const char *text, size_t len)
{
    int digits[8];
    size_t width = len == 6 || len == 8 ? 2 : 1;
    if (len != 3 && len != 4 && len != 6 && len != 8)
        return COLOR_UNKNOWN;
    for (size_t i = 0; i < len; i++)
        if ((digits[i] = hex(text[i])) < 0)
            return COLOR_UNKNOWN;
    uint32_t color = 0;
    for (size_t i = 0; i < 3 * width; i += width)
        color = color << 8 | (uint32_t)(digits[i] * 16 + digits[i + width - 1]);
    bool clear = len == 4 * width && !digits[3 * width] && !digits[len - 1];
    return clear ? COLOR_TRANSPARENT : color;
}

/* "rgb(255 255 255 / 50%)", "rgba(0,0,0,0)": the numbers behind the bracket. */
static uint32_t read_rgb(const char *text, size_t len)
{
    double parts[4] = {0, 0, 0, 1};
    size_t count = 0;
    for (size_t i = 0; i < len && count < 4; count++) {
        double value = 0, place = 0;
        while (i < len && text[i] != '.' && (text[i] < '0' || text[i] > '9'))
            i++;
        if (i == len)
            break;
        for (; i < len && ((text[i] >= '0' && text[i] <= '9') || text[i] == '.'); i++) {
            if (text[i] == '.')
                place = 1;
            else if (place > 0)
                value += (place /= 10) * (text[i] - '0');
            else if (value < 1e6)
                value = value * 10 + (text[i] - '0');
        }
        if (i < len && text[i] == '%')
            value = count < 3 ? value * 2.55 : value / 100;
        parts[count] = value;
    }
    if (count < 3)
        return COLOR_UNKNOWN;
    if (parts[3] < 0.02)
        return COLOR_TRANSPARENT;
    uint32_t color = 0;
    for (size_t i = 0; i < 3; i++)
        color = color << 8 | (parts[i] < 255 ? (uint32_t)(parts[i] + 0.5) : 255u);
    return color;
}

uint32_t html_color_read(const char *text, size_t len, uint32_t before)
{
    if (!len || ascii_is(text, len, "inherit") || ascii_is(text, len, "currentcolor"))
        return before;
    if (text[0] == '#')
        return read_hex(text + 1, len - 1);
    if (len > 4 && ascii_same(text, "rgb", 3))
        return read_rgb(text + 3, len - 3);
    for (size_t i = 0; i < sizeof colors / sizeof *colors; i++)
        if (ascii_is(text, len, colors[i].name))
            return colors[i].color;
    return COLOR_UNKNOWN;
}

static bool holds(const char *text, size_t len, const char *word)
{
    size_t n = strlen(word);
    for (; len >= n; text++, len--)
        if (ascii_same(text, word, n))
            return true;
    return false;
}

/* A word of a shorthand; "rgb(1, 2, 3)" is one. */
static size_t word_end(const char *text, size_t len)
{
    size_t n = 0, open = 0;
    for (; n < len && (open || text[n] != ' '); n++) {
        if (text[n] == '(')
            open++;
        else if (text[n] == ')' && open)
            open--;
    }
    return n;
}

uint32_t html_color_background(const char *text, size_t len, uint32_t before)
{
    uint32_t found = before;
    if (holds(text, len, "url(") || holds(text, len, "gradient"))
        return COLOR_UNKNOWN;
    for (size_t i = 0; i < len;) {
        size_t n = word_end(text + i, len - i);
        uint32_t color = html_color_read(text + i, n, COLOR_UNSET);
        if (color == COLOR_TRANSPARENT)
            found = COLOR_UNSET; /* what is behind shines through */
        else if (color < COLOR_UNSET)
            found = color;
        else if (n > 4 && (ascii_same(text + i, "hsl", 3) || ascii_same(text + i, "var(", 4)))
            found = COLOR_UNKNOWN;
        i += n + 1;
    }
    return found;
}

uint32_t html_color_attribute(const char *text, size_t len)
{
    while (len && *text == ' ') {
        text++;
        len--;
    }
    while (len && text[len - 1] == ' ')
        len--;
    uint32_t bare = len == 6 ? read_hex(text, len) : COLOR_UNKNOWN;
    return bare != COLOR_UNKNOWN ? bare : html_color_read(text, len, COLOR_UNSET);
}

static bool near(uint32_t a, uint32_t b)
{
    a &= 0xFF;
    b &= 0xFF;
    return (a > b ? a - b : b - a) <= NEAR;
}

bool html_color_same(uint32_t color, uint32_t background)
{
    if (color == COLOR_TRANSPARENT)
        return true;
    if (color >= COLOR_UNSET || background >= COLOR_UNSET)
        return false;
    return near(color, background) && near(color >> 8, background >> 8) &&
           near(color >> 16, background >> 16);
}
