#include "config.h"

#include "ui/color.h"

#include <string.h>

static const char *const names[8] = {"black", "red",     "green", "yellow",
                                     "blue",  "magenta", "cyan",  "white"};

static const uint32_t basic[16] = {
    0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
    0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
};

static const uint8_t levels[6] = {0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff};

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c) : NULL;
    return at ? (int)(at - digits) : -1;
}

static bool parse_rgb(const char *digits, size_t len, int32_t *color)
{
    int32_t rgb = 0;
    for (size_t i = 0; i < len; i++) {
        int digit = hex_digit(digits[i]);
        if (digit < 0)
            return false;
        rgb = rgb * 16 + digit;
    }
    *color = COLOR_RGB | rgb;
    return true;
}

static bool parse_index(const char *digits, size_t len, int32_t *color)
{
    int32_t n = 0;
    if (!len || len > 3)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return false;
        n = n * 10 + (digits[i] - '0');
    }
    *color = n;
    return n <= 255;
}

static bool is_word(const char *name, const char *word, size_t len)
{
    return strlen(name) == len && memcmp(name, word, len) == 0;
}

static bool parse_name(const char *word, size_t len, int32_t *color)
{
    static const char bright[] = "bright-";
    size_t skip = strlen(bright);
    bool is_bright = len > skip && memcmp(word, bright, skip) == 0;
    if (!is_bright)
        skip = 0;
    for (int i = 0; i < 8; i++)
        if (is_word(names[i], word + skip, len - skip)) {
            *color = is_bright ? i + 8 : i;
            return true;
        }
    return false;
}

bool color_parse(const char *word, size_t len, int32_t *color)
{
    if (is_word("default", word, len)) {
        *color = COLOR_DEFAULT;
        return true;
    }
    if (len == 7 && word[0] == '#')
        return parse_rgb(word + 1, 6, color);
    return parse_index(word, len, color) || parse_name(word, len, color);
}

uint32_t color_rgb(int index)
{
    if (index < 0 || index > 255)
        return 0;
    if (index < 16)
        return basic[index];
    if (index >= 232)
        return 0x010101u * (uint32_t)(8 + 10 * (index - 232));
    int n = index - 16;
    return (uint32_t)levels[n / 36] << 16 | (uint32_t)levels[n / 6 % 6] << 8 | levels[n % 6];
}

static int red(uint32_t rgb)
{
    return (int)(rgb >> 16 & 255);
}

static int green(uint32_t rgb)
{
    return (int)(rgb >> 8 & 255);
}

static int blue(uint32_t rgb)
{
    return (int)(rgb & 255);
}

static int distance(uint32_t a, uint32_t b)
{
    int r = red(a) - red(b), g = green(a) - green(b), y = blue(a) - blue(b);
    return r * r + g * g + y * y;
}

static int nearest_of(const int *indices, int count, uint32_t rgb)
{
    int best = indices[0];
    for (int i = 1; i < count; i++)
        if (distance(color_rgb(indices[i]), rgb) < distance(color_rgb(best), rgb))
            best = indices[i];
    return best;
}

/* 0-15 are the user's own, so that their place among the rest is unknown. */
static int nearest_256(uint32_t rgb)
{
    int best = 16;
    for (int i = 17; i < 256; i++)
        if (distance(color_rgb(i), rgb) < distance(color_rgb(best), rgb))
            best = i;
    return best;
}

/* The basic colour of the same hue: 0 to 60 degrees either side of red, and so on. */
static int hue(uint32_t rgb, int most, int chroma)
{
    static const int around[7] = {1, 3, 2, 6, 4, 5, 1};
    int r = red(rgb), g = green(rgb), b = blue(rgb);
    int degrees; /* of 360 */
    if (most == r)
        degrees = 60 * (g - b) / chroma + (g < b ? 360 : 0);
    else if (most == g)
        degrees = 60 * (b - r) / chroma + 120;
    else
        degrees = 60 * (r - g) / chroma + 240;
    return around[(degrees + 30) / 60];
}

/* Of few colours the nearest by distance is mostly a grey: a soft red would lose its meaning.
 * So the hue decides first, and the brightness next. */
static int nearest_basic(uint32_t rgb, int colors)
{
    static const int greys[4] = {0, 7, 8, 15};
    enum { CHROMA_OF_A_GREY = 40 };
    int r = red(rgb), g = green(rgb), b = blue(rgb);
    int most = r > g ? r : g, least = r < g ? r : g;
    most = most > b ? most : b;
    least = least < b ? least : b;
    if (most - least < CHROMA_OF_A_GREY)
        return nearest_of(greys, colors < 16 ? 2 : 4, rgb);
    int base = hue(rgb, most, most - least);
    const int pair[2] = {base, base + 8};
    return nearest_of(pair, colors < 16 ? 1 : 2, rgb);
}

static int32_t direct(int32_t color)
{
    if (color < 8)
        return color;
    uint32_t rgb = color & COLOR_RGB ? (uint32_t)color & 0xffffff : color_rgb((int)color);
    /* The lowest values are indices there, so that the darkest blues are not to be had. */
    return (int32_t)(rgb < 256 ? rgb | 0x010000 : rgb);
}

int32_t color_nearest(int32_t color, int32_t colors, bool *bold)
{
    if (color == COLOR_DEFAULT || colors < 8)
        return COLOR_DEFAULT;
    if (colors >= COLOR_RGB)
        return direct(color);
    bool is_rgb = color & COLOR_RGB;
    if (colors >= 256)
        return is_rgb ? nearest_256((uint32_t)color & 0xffffff) : color;
    if (is_rgb || color > 15)
        return nearest_basic(is_rgb ? (uint32_t)color & 0xffffff : color_rgb((int)color),
                             (int)colors);
    if (colors < 16 && color > 7) {
        if (bold)
            *bold = true;
        return color - 8;
    }
    return color;
}
