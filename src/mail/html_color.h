/* Colours of CSS and of HTML's attributes, as far as a mail may hide text with them. */
#ifndef MAIL_HTML_COLOR_H
#define MAIL_HTML_COLOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "#fff", "rgb(255, 255, 255)", "white", "transparent"; BEFORE where it says nothing
 * ("inherit"), COLOR_UNKNOWN where it says something else. */
uint32_t html_color_read(const char *text, size_t len, uint32_t before);
/* The colour in a "background": COLOR_UNKNOWN for images and gradients. */
uint32_t html_color_background(const char *text, size_t len, uint32_t before);
/* A colour attribute: the '#' may be missing. */
uint32_t html_color_attribute(const char *text, size_t len);
/* Text of this colour cannot be told from its background. */
bool html_color_same(uint32_t color, uint32_t background);

#endif
