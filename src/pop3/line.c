#include "config.h"

#include "pop3/line.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"

struct line_reader {
    struct buf bytes;
    size_t given;   /* bytes at the front that line_next() has given out */
    size_t scanned; /* bytes behind `given` known to hold no LF */
    bool inside;    /* a piece of the line was given out already */
};

struct line_reader *line_reader_new(void)
{
    struct line_reader *r = xcalloc(1, sizeof *r);
    r->bytes = BUF_INIT((size_t)-1 / 4);
    return r;
}

void line_reader_free(struct line_reader *r)
{
    if (!r)
        return;
    buf_wipe(&r->bytes); /* an AUTH challenge may be worth hiding */
    free(r);
}

void line_feed(struct line_reader *r, const char *bytes, size_t len)
{
    buf_consume(&r->bytes, r->given);
    r->given = 0;
    buf_append(&r->bytes, bytes, len);
}

bool line_pending(const struct line_reader *r)
{
    return r->given < r->bytes.len;
}

/* A full piece of a line that has no end yet.  A CR at its end may belong to the line end: it
 * waits for the next piece. */
static bool give_piece(struct line_reader *r, const char *start, struct line *line)
{
    size_t len = start[LIMIT_LINE - 1] == '\r' ? LIMIT_LINE - 1 : LIMIT_LINE;
    *line = (struct line){start, len, !r->inside, false, false};
    r->given += len;
    r->scanned = 0;
    r->inside = true;
    return true;
}

bool line_next(struct line_reader *r, struct line *line)
{
    const char *start = r->bytes.data + r->given;
    size_t held = r->bytes.len - r->given;
    size_t window = held < LIMIT_LINE ? held : LIMIT_LINE;
    const char *end = memchr(start + r->scanned, '\n', window - r->scanned);
    if (!end) {
        r->scanned = window;
        return window == LIMIT_LINE && give_piece(r, start, line);
    }
    size_t len = (size_t)(end - start);
    bool crlf = len > 0 && end[-1] == '\r';
    *line = (struct line){start, crlf ? len - 1 : len, !r->inside, true, crlf};
    r->given += len + 1;
    r->scanned = 0;
    r->inside = false;
    return true;
}
