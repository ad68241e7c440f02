/* What search and order see of a message whose header is not all ASCII, folded once when the
 * header comes: folding such a text takes microseconds, and a search looks at all messages. */
#ifndef MAILDROP_FOLDED_H
#define MAILDROP_FOLDED_H

#include <stddef.h>

#include "mail/summary.h"

enum folded_line { FOLDED_SUBJECT, FOLDED_NAME, FOLDED_ADDR };

/* One line for the subject, then two for each sender, its name and its address; at most
 * LIMIT_HEADER bytes.  NULL where all of it is ASCII, which needs no more than its lower case.
 * The caller frees it. */
char *folded_new(const struct summary *s);

/* A line of it (the first sender's, of several), "" where there is none; *LEN without the
 * line's end. */
const char *folded_line(const char *folded, enum folded_line which, size_t *len);

#endif
