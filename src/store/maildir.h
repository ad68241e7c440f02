/* Maildir: a file a message, whose name is unlike any other. */
#ifndef STORE_MAILDIR_H
#define STORE_MAILDIR_H

#include <stdbool.h>

#include "base/buf.h"

/* PATH and its cur, new and tmp, for the user alone, where they are missing.  False with errno.
 */
bool maildir_make(const char *path);
/* Appends "1795000000.M123456P4711Q2.host". */
void maildir_append_unique(struct buf *out);

#endif
