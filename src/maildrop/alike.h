/* Letters of other scripts that look like Latin ones: those that spam writes Latin words with.
 * Unicode's list (UTS #39) has thousands; mail is read in fonts where these pass. */
#ifndef MAILDROP_ALIKE_H
#define MAILDROP_ALIKE_H

#include <stdint.h>

/* The Latin letter, small or capital as C is; 0 where C looks like none.  C is not ASCII, and
 * in its compatibility form (full-width and mathematical letters are ASCII then). */
uint32_t alike_latin(uint32_t c);

#endif
