/* Gives the terminal back when the program crashes: cooked mode, the usual screen, a cursor.
 * Everything is prepared beforehand; the handler only writes it. */
#ifndef UI_RESTORE_H
#define UI_RESTORE_H

#include <stddef.h>
#include <termios.h>

/* From now on a fatal signal (SEGV, BUS, ABRT, FPE, ILL) writes the first LEN of BYTES (at most
 * RESTORE_MAX) to the standard output, sets MODES on the standard input, and goes on as it
 * would have done before.  Works on a stack of its own, after an overflow too. */
#define RESTORE_MAX 256
void restore_arm(const char *bytes, size_t len, const struct termios *modes);
/* Harmless when it is not armed. */
void restore_disarm(void);

#endif
