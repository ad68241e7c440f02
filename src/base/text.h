/* THE DISPLAY GATE.  Every byte that came from a message, a server, a certificate or a file
 * passes text_clean() before it reaches a screen, a log or a batch output that is a terminal.
 * It works by an allow-list, after decoding.  What it lets out is "clean text":
 *   - valid UTF-8 in NFC, without NUL, controls (C0, DEL, C1), line or paragraph separators;
 *   - no bidirectional controls, no zero-width or other invisible format characters, no
 *     unassigned, private-use, surrogate or noncharacter code points;
 *   - a cluster joined by ZWJ, or carrying VS16, a keycap or a skin tone, is reduced to its
 *     first code point (terminals disagree on its width; one base character they agree on);
 *   - at most LIMIT_COMBINING combining marks follow a base, and none starts the text;
 *   - its width, by the wcwidth() that curses uses, is what text_width() says.
 * Letters of all scripts stay, Hebrew and Arabic in logical order.
 * What is refused becomes a visible mark, one column wide: C0 and DEL their control picture
 * (U+2400 and on), everything else U+FFFD; invalid bytes U+FFFD each. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stddef.h>

#include "base/buf.h"

enum text_lines {
    TEXT_ONE_LINE, /* TAB, CR and LF become one blank (runs of blanks stay as they are) */
    TEXT_BODY,     /* LF is kept, CR LF becomes LF, TAB goes to the next 8th column by blanks;
                      a lone CR is a control like any other */
};

/* Appends the clean form of LEN bytes of (hopefully) UTF-8 to OUT.  Stops at a whole character
 * when OUT's cap is reached.  Returns how many attempts were made visible: C0 other than
 * TAB/CR/LF, DEL, C1, bidi controls, zero-width characters outside an emoji cluster or an
 * Indic/Arabic context where they shape letters.  Invalid bytes, plain U+FFFD and trimmed
 * combining marks are not attempts.  An attempt is itself a sign of spam. */
size_t text_clean(struct buf *out, const char *bytes, size_t len, enum text_lines lines);

/* The same into a new string, at most LIMIT_TEXT bytes long.  The caller frees it. */
char *text_clean_line(const char *bytes, size_t len);

/* Columns of clean text.  (On text that is not clean: whatever is drawn would not match.) */
int text_width(const char *clean, size_t len);

/* How many bytes of clean text fit into WIDTH columns without cutting a character from its
 * marks; *USED (may be NULL) receives the columns that they take: WIDTH, or WIDTH - 1 where a
 * wide character did not fit any more. */
size_t text_fit(const char *clean, size_t len, int width, int *used);

/* Appends clean text cut or padded with blanks to exactly WIDTH columns; a cut is shown by
 * replacing the last columns with ELLIPSIS (clean text, "" for a plain cut). */
bool text_pad(struct buf *out, const char *clean, int width, const char *ellipsis);

/* "912", "2.1k", "48k", "2.4M", "1.2G": octets in at most four columns, powers of 1024. */
void text_size(char out[8], unsigned long long octets);

/* Octets as people write them: digits, and one of k, M, G (powers of 1024) behind them.  False
 * for everything else, and for more than 2^63 - 1. */
bool text_parse_size(const char *text, unsigned long long *octets);

#endif
