/* Bytes into lines.  Nobody above this file looks for a line end or a lone dot.
 * A line ends at LF, with or without a CR before it (RFC 1939 section 3 wants CRLF; real
 * servers send bare LF too).  A CR elsewhere is data.  A line of any length is read; it comes
 * in pieces of at most LIMIT_LINE bytes, cut at the same places however the bytes arrived. */
#ifndef POP3_LINE_H
#define POP3_LINE_H

#include <stdbool.h>
#include <stddef.h>

struct line_reader;

struct line {
    const char *data; /* without its line end; valid until the next call on the reader */
    size_t len;
    bool first; /* the piece begins a line */
    bool last;  /* the piece ends a line: its LF was seen */
    bool crlf;  /* with `last`: the end was CRLF, not a bare LF */
};

struct line_reader *line_reader_new(void);
void line_reader_free(struct line_reader *r);

/* Takes LEN bytes from the server, copying them. */
void line_feed(struct line_reader *r, const char *bytes, size_t len);
/* The next complete line or full piece; false when more bytes are needed. */
bool line_next(struct line_reader *r, struct line *line);
/* True while bytes are held that line_next() has not given out. */
bool line_pending(const struct line_reader *r);

#endif
