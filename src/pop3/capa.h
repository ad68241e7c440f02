/* What a server can do: the newest complete answer to CAPA (RFC 2449 section 5).  A value; all
 * zero is nothing known. */
#ifndef POP3_CAPA_H
#define POP3_CAPA_H

#include <stddef.h>

#include "pop3/reply.h"

#define CAPA_KINDS 13

struct capa {
    unsigned known; /* enum reply_capa bits */
    unsigned coming;
    unsigned lines; /* of the answer that is coming */
    char *args[CAPA_KINDS], *args_coming[CAPA_KINDS];
};

void capa_release(struct capa *c);

/* An answer: begin, its lines (LIMIT_CAPA_LINES count), end.  At the end what was known before
 * is void, whether or not a list came. */
void capa_begin(struct capa *c);
void capa_add_line(struct capa *c, const char *line, size_t len);
void capa_end(struct capa *c);

/* The words behind WHICH, NULL where it was not announced; valid until the next capa_end(). */
const char *capa_args(const struct capa *c, enum reply_capa which);

#endif
