/* Words made of the letters of two scripts that look alike: Latin with Cyrillic or Greek in
 * between, as in a name that shall be taken for another. */
#ifndef MAIL_SCRIPT_H
#define MAIL_SCRIPT_H

#include <stdbool.h>

/* A word of at least four letters of UTF8 mixes Latin, Cyrillic, Greek, Armenian, Cherokee or
 * Coptic ones.  Scripts that are written side by side (Japanese, Korean) do not count, and
 * units of measure are shorter. */
bool script_is_mixed(const char *utf8);

#endif
