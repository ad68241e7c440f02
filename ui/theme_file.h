/* A theme file, found, read and taken apart by libconfuse; what its words mean is theme.c's. */
#ifndef UI_THEME_FILE_H
#define UI_THEME_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct theme_file;

/* The path of theme NAME (see theme_load()), or NULL with E where there is none.  The caller
 * frees it. */
char *theme_file_find(const char *name, const char *const *dirs, struct err *e);

/* NULL with E (ERR_CONFIG, with path and line) where it cannot be read or is not well-formed.
 */
struct theme_file *theme_file_read(const char *path, struct err *e);
void theme_file_free(struct theme_file *f);

/* NULL where it inherits nothing.  Valid as long as F. */
const char *theme_file_inherits(const struct theme_file *f);

/* The entries of a SECTION ("palette", "style", "mono"), in the file's order.  False behind the
 * last one.  *KEY and *VALUE are valid as long as F. */
bool theme_file_entry(const struct theme_file *f, const char *section, size_t index,
                      const char **key, const char **value);

/* Sets E to "path:line: " and the formatted text, for a mistake at KEY of SECTION (NULL:
 * outside of sections). */
void theme_file_error(const struct theme_file *f, const char *section, const char *key,
                      struct err *e, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
