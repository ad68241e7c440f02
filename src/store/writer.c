#include <config.h> /* in quotes it would be the one beside this file */

#include "store/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

/* Read or written at once. */
#define PIECE 65536u

struct writer {
    int fd;
    bool to_lf;  /* CRLF becomes LF */
    bool quotes; /* ">*From " gets one ">" more */
    bool at_start;
    bool has_cr;     /* the octet before, which an LF may follow */
    struct buf line; /* quoting: a line's start, until it is clear what it is */
    struct buf out;
    int fault; /* errno; 0: none */
};

static void flush(struct writer *w)
{
    size_t at = 0;
    while (at < w->out.len && !w->fault) {
        ssize_t n = write(w->fd, w->out.data + at, w->out.len - at);
        if (n < 0 && errno != EINTR)
            w->fault = errno;
        at += n > 0 ? (size_t)n : 0;
    }
    buf_clear(&w->out);
}

static void put(struct writer *w, const char *bytes, size_t len)
{
    while (len) {
        size_t room = w->out.cap - w->out.len, n = len < room ? len : room;
        buf_append(&w->out, bytes, n);
        bytes += n;
        len -= n;
        if (w->out.len == w->out.cap)
            flush(w);
    }
}

/* Whether the line that begins with LINE may still be, or is, ">*From ". */
static bool may_be_from(const struct buf *line, bool *is)
{
    static const char from[] = "From ";
    size_t quotes = 0;
    while (quotes < line->len && line->data[quotes] == '>')
        quotes++;
    size_t rest = line->len - quotes;
    *is = rest == sizeof from - 1 && !memcmp(line->data + quotes, from, rest);
    return rest < sizeof from && !memcmp(line->data + quotes, from, rest);
}

static void put_char(struct writer *w, char c)
{
    bool is = false;
    if (w->quotes && w->at_start) {
        buf_append_char(&w->line, c);
        if (may_be_from(&w->line, &is) && !is && w->line.len < w->line.cap)
            return;
        if (is)
            put(w, ">", 1);
        put(w, w->line.data, w->line.len);
        buf_clear(&w->line);
        w->at_start = c == '\n';
        return;
    }
    put(w, &c, 1);
    w->at_start = c == '\n';
}

static void put_lf(struct writer *w, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (w->has_cr && bytes[i] != '\n')
            put_char(w, '\r');
        w->has_cr = bytes[i] == '\r';
        if (!w->has_cr)
            put_char(w, bytes[i]);
    }
}

static bool take(void *writer, const char *bytes, size_t len)
{
    struct writer *w = writer;
    if (w->to_lf)
        put_lf(w, bytes, len);
    else
        put(w, bytes, len);
    return !w->fault;
}

static void copy_source(struct writer *w, const struct body_source *source)
{
    char *piece = xmalloc(PIECE);
    uint64_t at = 0;
    size_t n;
    while ((n = source->read(source->context, at, piece, PIECE)) > 0 && take(w, piece, n))
        at += n;
    free(piece);
}

bool writer_copy(int fd, const struct body_source *source, const struct mime_part *part,
                 enum writer_form form)
{
    struct writer w = {.fd = fd,
                       .to_lf = form != WRITER_AS_IT_IS,
                       .quotes = form == WRITER_MBOX,
                       .at_start = true,
                       .line = BUF_INIT(1024),
                       .out = BUF_INIT(PIECE)};
    if (part)
        body_decode(source, part, take, &w);
    else
        copy_source(&w, source);
    if (w.has_cr)
        put_char(&w, '\r');
    put(&w, w.line.data, w.line.len);
    if (form == WRITER_MBOX)
        put(&w, w.at_start && !w.line.len ? "\n" : "\n\n", w.at_start && !w.line.len ? 1 : 2);
    flush(&w);
    buf_release(&w.line);
    buf_release(&w.out);
    errno = w.fault;
    return !w.fault;
}

void writer_sync_many(const char *path)
{
#ifdef HAVE_SYNCFS
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        syncfs(fd);
        close(fd);
    }
#else
    (void)path;
#endif
}

bool writer_sync(int fd)
{
    return !fsync(fd) || errno == EINVAL || errno == EROFS; /* a pipe or a device */
}
