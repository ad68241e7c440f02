/* Text in a form for comparing and searching. */
#ifndef BASE_TEXT_FOLD_H
#define BASE_TEXT_FOLD_H

#include <stddef.h>

/* NFKD, full case folding, combining marks removed.  The caller frees it.  Total: any bytes in,
 * a string out. */
char *text_fold(const char *bytes, size_t len);

#endif
