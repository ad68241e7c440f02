/* What is left of a subject and of a sender when all that changes from copy to copy is taken
 * away: two subjects with one stem say the same. */
#ifndef MAILDROP_STEM_H
#define MAILDROP_STEM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* What was met on the way. */
enum stem_sign {
    STEM_NUMBERS = 1 << 0,   /* digits, or an id of digits and letters: they became '#' */
    STEM_DISGUISED = 1 << 1, /* letters that look like others, digits for letters, hidden
                                characters inside words, letters set apart */
    STEM_REPLY = 1 << 2,     /* "Re:" and its like in front */
};

/* Appends the stem of a subject (any bytes; meant for clean text) to OUT, at most STEM_BYTES:
 * words in small letters with one blank between.  Dropped: "Re:", "Fwd:", "AW:", "SV:" and
 * "[list]" in front, punctuation and decoration, accents, hidden characters.  Folded: digits to
 * one '#', compatibility forms (NFKC), and in words that are Latin else, look-alike letters of
 * other scripts.  Returns stem_sign bits. */
#define STEM_BYTES 256u
unsigned stem_subject(struct buf *out, const char *subject, size_t len);

/* Appends the form of an address: of its left side a run of letters as "aaa", of digits as
 * "#", the rest as it is; then '@'.  "ann.lee84@example.org" gives "aaa.aaa#@". */
void stem_sender(struct buf *out, const char *addr);
/* The domain of an address, in small letters, appended to OUT; nothing where it has none. */
void stem_domain(struct buf *out, const char *addr);

#endif
