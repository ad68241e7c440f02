/* A guess at the charset of a text that names none: the only file that knows uchardet. */
#ifndef MAIL_GUESS_H
#define MAIL_GUESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Appends a charset name for these bytes, of which the first 64 KiB are looked at; false where
 * there is no good guess, or dele was built without uchardet. */
bool guess_charset(struct buf *name, const char *bytes, size_t len);

#endif
