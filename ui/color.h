/* Colours as a theme names them, and the nearest that a terminal has. */
#ifndef UI_COLOR_H
#define UI_COLOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A colour: COLOR_DEFAULT, an index (0-7, 8-15 their bright forms, 16-255 xterm's cube and
 * greys), or COLOR_RGB | 0xRRGGBB. */
#define COLOR_DEFAULT (-1)
#define COLOR_RGB 0x1000000

/* "default", "red", "bright-red", "0" to "255", "#rrggbb". */
bool color_parse(const char *word, size_t len, int32_t *color);

/* The nearest on a terminal with COLORS colours (8, 16, 256, or COLOR_RGB for direct colour):
 * an index, or 0xRRGGBB at COLOR_RGB.  Names stay what the user's terminal makes of them; on
 * direct colour terminals that holds for 0-7, which are indices there too.  At 8 a bright
 * colour becomes its base, and *BOLD true (BOLD may be NULL). */
int32_t color_nearest(int32_t color, int32_t colors, bool *bold);

/* What xterm shows for an index. */
uint32_t color_rgb(int index);

#endif
