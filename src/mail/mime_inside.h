/* What the files of the MIME parser share. */
#ifndef MAIL_MIME_INSIDE_H
#define MAIL_MIME_INSIDE_H

#include "base/limits.h"
#include "mail/mime.h"

/* Parts are allocated so many at a time. */
#define BLOCK 256u
/* Blanks behind a boundary. */
#define PADDING_MOST 256u
/* A line that is longer than any boundary, which stands in a header, is seen to be. */
#define LINE_MOST (LIMIT_HEADER + PADDING_MOST + 8)

enum state {
    IN_HEADER,
    IN_BODY, /* of a leaf */
    BETWEEN, /* before the first part of a multipart, behind its last, or in a part left out */
};

/* A multipart whose end has not come. */
struct level {
    uint32_t part;
    uint32_t children;
};

struct mime {
    const struct mime_sink *sink;
    const char *const *charsets;
    struct mime_part **blocks; /* of BLOCK: pointers given out stay good */
    uint32_t count;
    size_t left_out;

    enum state state;
    uint32_t current; /* the innermost part that is open */
    struct level levels[LIMIT_MIME_DEPTH];
    unsigned depth; /* of levels */
    size_t longest; /* boundary of them */

    uint64_t offset; /* of the byte that is looked at */
    struct buf header;
    uint64_t header_at;
    uint32_t header_parent;
    bool header_began;  /* a line of it was seen */
    bool header_is_cut; /* at LIMIT_HEADER */

    bool at_start; /* of a line */
    char eol[2];   /* the end of the line before: data, unless a boundary follows */
    size_t eol_len;
    struct buf line;  /* one that must be seen whole: of a header, or maybe a boundary */
    bool line_is_cut; /* it was longer */
    bool candidate;   /* `line` holds the beginning of what may be a boundary */
    uint64_t line_at;

    struct codec codec;
    struct buf decoded;
};

static inline struct mime_part *mime_part_at(const struct mime *m, uint32_t index)
{
    return &m->blocks[index / BLOCK][index % BLOCK];
}

/* mime.c */

/* The header is complete; the body begins at the present offset. */
void mime_begin_part(struct mime *m);
/* Octets of the body, in whatever state. */
void mime_take_body(struct mime *m, const char *bytes, size_t len);
/* The line that has just been read ends what was open.  False where it is none. */
bool mime_take_boundary(struct mime *m);
/* Takes bytes up to a line's end into `line`; true when it is complete. */
bool mime_collect_line(struct mime *m, const char **p, const char *end);

/* mime_boundary.c (RFC 2046 section 5.1.1) */

enum boundary { NO_BOUNDARY, NEXT_PART, LAST_BOUNDARY };
/* What the line is, of all levels that are open; *LEVEL is the innermost that fits. */
enum boundary mime_find_boundary(const struct mime *m, unsigned *level);
/* The message ends in the middle of a boundary; the line's end before it is no text. */
bool mime_is_half_boundary(struct mime *m);
/* The line has become longer than any boundary. */
bool mime_is_hopeless(const struct mime *m);

/* mime_header.c */

/* Takes bytes of a header, and begins its part at its end; where it stopped. */
const char *mime_feed_header(struct mime *m, const char *p, const char *end);
/* The message ends in a header, or CUT goes through it. */
void mime_end_header(struct mime *m, bool cut);

#endif
