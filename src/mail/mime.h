/* A message into its parts while its bytes come in (RFC 2045, RFC 2046): pieces of any size,
 * cut off anywhere, as TOP does.  Broken messages are read as a careful reader would: what has
 * no end ends with what is around it, what has no type is text.  Nothing is recursive; depth,
 * number, boundaries and headers of parts are capped, and what passes a cap is counted. */
#ifndef MAIL_MIME_H
#define MAIL_MIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "mail/mime_part.h"

struct mime;

/* What a parser tells while it reads; any function may be NULL.  PART is valid until
 * mime_free(); BYTES only during the call. */
struct mime_sink {
    void *context;
    void (*begin)(void *context, const struct mime_part *part);
    /* of a leaf: its octets with the transfer encoding undone */
    void (*body)(void *context, const struct mime_part *part, const char *bytes, size_t len);
    void (*end)(void *context, const struct mime_part *part);
};

#define MIME_NO_PART UINT32_MAX

/* SINK (may be NULL) and CHARSETS (fallbacks for undeclared text in names, may be NULL) must
 * outlive it. */
struct mime *mime_new(const struct mime_sink *sink, const char *const *charsets);
void mime_free(struct mime *m);

void mime_feed(struct mime *m, const char *bytes, size_t len);
/* No more bytes.  CUT: the message has more of them. */
void mime_end(struct mime *m, bool cut);

/* Parts in the order in which they begin; the first, if any, is the message itself. */
uint32_t mime_count(const struct mime *m);
const struct mime_part *mime_part(const struct mime *m, uint32_t index);
/* Octets of the longest number: five digits and a point for each level. */
#define MIME_NUMBER_MOST (6 * LIMIT_MIME_DEPTH)
/* "2.1": the place among its siblings, from the outermost; "1" for a message without parts,
 * "" for a multipart message itself. */
void mime_number(const struct mime *m, uint32_t index, struct buf *out);
/* The part with this number; MIME_NO_PART where there is none. */
uint32_t mime_by_number(const struct mime *m, const char *number);
/* Parts that were not told of: more than LIMIT_PARTS, or nested deeper than LIMIT_MIME_DEPTH.
 */
size_t mime_left_out(const struct mime *m);

/* Of the parts inside part AROUND (0: of all), the one that a reader should see first: the
 * first text that is no attachment; of several forms of one text the plain one, unless it is
 * empty or only says that there is another.  MIME_NO_PART where there is no text. */
uint32_t mime_choose(const struct mime *m, uint32_t around);

#endif
