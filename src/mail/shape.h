/* The form of a header block: what a mailer leaves in all it sends, whatever the senders,
 * subjects and numbers are.  What the servers on the way add is not looked at. */
#ifndef MAIL_SHAPE_H
#define MAIL_SHAPE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "mail/field.h"

enum shape_part {
    SHAPE_ORDER,    /* the fields' names as they are written, one behind the other */
    SHAPE_MAILER,   /* X-Mailer or User-Agent, numbers folded */
    SHAPE_ID,       /* the Message-ID's left side: runs of letters and digits by their kind */
    SHAPE_BOUNDARY, /* the same of the boundary, with the way it is quoted and folded */
    SHAPE_TYPE,     /* Content-Type, its charset, Content-Transfer-Encoding */
    SHAPE_PARTS
};

enum shape_sign {
    SHAPE_HAS_MAILER = 1 << 0,
    SHAPE_HAS_PARENT = 1 << 1, /* In-Reply-To or References */
    SHAPE_IS_LIST = 1 << 2,    /* List-Id or List-Post */
    SHAPE_IS_REPORT = 1 << 3, /* a mail server's own: a bounce, a receipt, an automatic reply */
    SHAPE_WORD_B = 1 << 4,    /* encoded-words in the subject */
    SHAPE_WORD_Q = 1 << 5,
};

struct shape {
    uint64_t hash; /* of all parts */
    uint32_t parts[SHAPE_PARTS];
    uint32_t signs;
};

/* A block's fields, in their order, between begin and end; never fails. */
struct shape_reader {
    struct buf order, mailer, id, boundary, type, value;
    unsigned fields;
    uint32_t signs;
};
void shape_begin(struct shape_reader *r);
void shape_field(struct shape_reader *r, struct field_class field_class,
                 const struct header_field *field);
/* Releases what R holds. */
struct shape shape_end(struct shape_reader *r);

#endif
