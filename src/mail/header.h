/* A header block of any shape into its fields (RFC 5322 section 2.2, RFC 7103 for the broken):
 * folded or not, CRLF or LF or CR CR LF ends, junk and "From " lines before or between, no
 * blank line at the end, NULs, 8-bit, lines without end.  The input is never changed. */
#ifndef MAIL_HEADER_H
#define MAIL_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct header_field {
    const char *name; /* inside the block, without the colon and blanks before it */
    size_t name_len;
    const char *body; /* behind the colon, with its folds and without the last line end */
    size_t body_len;
};

/* The next field at *POS (begin with 0); false at the end of the header: a blank line, or the
 * end of the bytes.  *POS then stands at the body, if there is one; do not go on from there. */
bool header_next(const char *block, size_t len, size_t *pos, struct header_field *field);

/* The Nth (from 0) field NAME, any case. */
bool header_find(const char *block, size_t len, const char *name, unsigned nth,
                 struct header_field *field);

/* Where the last field ends.  Lines behind it that are none are the text of a message that has
 * no blank line before it; mbox "From " lines are not. */
size_t header_fields_end(const char *block, size_t len);

/* Any-case comparison of a field's name. */
bool header_is(const struct header_field *field, const char *name);

/* Appends the body on one line: line ends removed, the blanks of a fold kept as one blank,
 * blanks at both ends dropped. */
void header_unfold(struct buf *out, const struct header_field *field);

/* A parameter of a field such as Content-Type ("; charset=...", RFC 2045 section 5.1), both
 * parts as they stand there: inside the block. */
struct header_parameter {
    const char *name; /* "charset", "filename*0*" */
    size_t name_len;
    const char *value; /* with its quotes, and what may follow it up to the ';' */
    size_t value_len;
};
/* The next one at *POS (begin with 0); false behind the last. */
bool header_next_parameter(const struct header_field *field, size_t *pos,
                           struct header_parameter *parameter);
/* Appends the value without quotes; one that is not quoted ends at a blank. */
void header_parameter_value(struct buf *out, const struct header_parameter *parameter);

/* Appends parameter NAME of a field such as Content-Type ("; charset=..."), quotes undone;
 * false where it is not there. */
bool header_parameter(struct buf *out, const struct header_field *field, const char *name);

#endif
