/* A file name that a message proposes, made safe for any file system and any shell user: no
 * path, no control, no leading dot or dash, no device of DOS, of bounded length. */
#ifndef MAIL_FILENAME_H
#define MAIL_FILENAME_H

#include "base/buf.h"

/* Octets of a name; file systems take 255. */
#define FILENAME_MOST 150u

/* Appends the safe form of NAME (clean or not), or FALLBACK where nothing is left of it. */
void filename_safe(struct buf *out, const char *name, const char *fallback);

#endif
