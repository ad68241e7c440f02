/* What goes into one place on the screen: a character with its combining marks. */
#ifndef UI_CLUSTER_H
#define UI_CLUSTER_H

#include <stddef.h>
#include <wchar.h>

#define CLUSTER_MAX 5 /* what a cell of curses holds */

struct cluster {
    wchar_t chars[CLUSTER_MAX + 1];
    int width; /* columns, as text_width() counts them: 1 or 2; 0 for nothing that is seen */
};

/* Reads the first cluster of LEN > 0 bytes, and returns how many it took.  The last defence: a
 * control that has got past text_clean(), a character that the locale's charset lacks, or one
 * whose width is not the text's, becomes a '?' (WIDTH of them). */
size_t cluster_next(const char *text, size_t len, struct cluster *out);

#endif
