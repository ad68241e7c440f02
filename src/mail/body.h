/* One message, or a part of it, as clean text for a reader. */
#ifndef MAIL_BODY_H
#define MAIL_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "mail/body_text.h"
#include "mail/mime.h"

/* Where the message's octets are. */
struct body_source {
    void *context;
    /* Up to SIZE octets from OFFSET on into BYTES; 0 at the end. */
    size_t (*read)(void *context, uint64_t offset, char *bytes, size_t size);
    bool is_cut; /* the message has more of them */
};

/* A source in memory: the context of body_read_memory(). */
struct body_memory {
    const char *bytes;
    size_t len;
};
size_t body_read_memory(void *memory, uint64_t offset, char *bytes, size_t size);

struct body {
    struct mime *mime; /* all parts */
    uint32_t part;     /* the one whose text this is; MIME_NO_PART: there is none */
    struct buf text;   /* clean; "" for what is no text */
    struct buf notes;  /* clean lines: what was left out, what is not as it says */
};

/* At most LIMIT_BODY octets of the part are looked at.  The caller frees it with body_free().
 */
struct body *body_new(const struct body_source *source, const struct body_options *options);
void body_free(struct body *b);

/* Gives TAKE the octets of PART in pieces, with the transfer encoding undone (of a message or a
 * multipart: as they stand there), until it returns false. */
void body_decode(const struct body_source *source, const struct mime_part *part,
                 bool (*take)(void *context, const char *bytes, size_t len), void *context);

/* "1.2  image/png  photo.png  48k": one part for a list of them, clean, appended to OUT. */
void body_part_line(const struct mime *m, uint32_t part, struct buf *out);

#endif
