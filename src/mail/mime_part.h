/* What the header of one MIME part says of it. */
#ifndef MAIL_MIME_PART_H
#define MAIL_MIME_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "mail/codec.h"
#include "mail/rfc2047.h"

/* What a part is for its reader. */
enum mime_kind {
    MIME_MULTIPART,
    MIME_MESSAGE, /* whose parts follow */
    MIME_TEXT,
    MIME_HTML,
    MIME_OTHER_TEXT, /* text that can be shown as it is: calendars, reports, sources */
    MIME_REPORT,     /* RFC 3464, RFC 8098: delivery status, notification */
    MIME_SIGNATURE,  /* RFC 3156, RFC 8551 */
    MIME_ENCRYPTED,
    MIME_IMAGE,
    MIME_AUDIO,
    MIME_VIDEO,
    MIME_OTHER,
    MIME_KIND_COUNT
};

struct mime_part {
    uint32_t index;
    uint32_t parent; /* the first has itself */
    uint32_t child;  /* its place among its siblings, from 1 */
    unsigned depth;
    enum mime_kind kind;
    char *type;     /* "text/plain": lower case, letters, digits and "!#$&^_.+-/" only */
    char *charset;  /* as declared, "" where it is not; unclean */
    char *name;     /* of the file; clean text, "" none */
    char *boundary; /* of a multipart; else NULL */
    size_t boundary_len;
    enum codec_kind codec;
    bool is_attachment; /* says so itself */
    bool is_flowed;     /* RFC 3676: format=flowed */
    bool deletes_space; /* and delsp=yes */
    bool is_digest;     /* multipart/digest: messages, where nothing else is said */
    bool is_open;       /* more of it may come */
    bool is_complete;   /* its end was seen */
    /* octets in the message */
    uint64_t start; /* of its header */
    uint64_t body;
    uint64_t end;
    uint64_t decoded; /* with the transfer encoding undone; of a leaf */
    uint32_t letters; /* octets that are no blanks, counted up to MIME_LETTERS_MOST */
    struct buf head;  /* a plain text's first octets */
};

#define MIME_LETTERS_MOST 4096u

/* Fills P's fields that come from a header block.  IN_DIGEST: the multipart around it says that
 * its parts are messages. */
void mime_part_read(struct mime_part *p, const char *block, size_t len, bool in_digest,
                    const struct rfc2047_context *context);
void mime_part_release(struct mime_part *p);

bool mime_part_is_leaf(const struct mime_part *p);
/* Can be shown as text. */
bool mime_part_is_text(const struct mime_part *p);
/* A word for the user: "message", "image", ...; "" for what the type says better. */
const char *mime_kind_word(enum mime_kind kind);

#endif
