#include "config.h"

#include "client/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"

/* Written to the file at once. */
#define PIECE 65536u

struct spool {
    int fd; /* -1: all is in `held` */
    uint64_t written;
    struct buf held; /* behind what was written */
};

struct spool *spool_new(void)
{
    struct spool *s = xmalloc(sizeof *s);
    *s = (struct spool){.fd = -1, .held = BUF_INIT(LIMIT_SPOOL_MEMORY + PIECE)};
    return s;
}

void spool_free(struct spool *s)
{
    if (!s)
        return;
    if (s->fd >= 0)
        close(s->fd);
    buf_release(&s->held);
    free(s);
}

static int open_file(void)
{
    char path[4096];
    const char *dir = getenv("TMPDIR");
    int len = snprintf(path, sizeof path, "%s/dele-XXXXXX", dir && *dir ? dir : "/tmp");
    if (len < 0 || (size_t)len >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int fd = mkstemp(path);
    if (fd < 0)
        return -1;
    unlink(path);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    return fd;
}

/* What is held goes into the file. */
static bool flush(struct spool *s, struct err *e)
{
    if (s->fd < 0)
        s->fd = open_file();
    while (s->fd >= 0 && s->held.len) {
        ssize_t n = pwrite(s->fd, s->held.data, s->held.len, (off_t)s->written);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        buf_consume(&s->held, (size_t)n);
        s->written += (uint64_t)n;
    }
    if (s->held.len)
        err_set(e, ERR_IO, _("the message does not fit into a temporary file: %s"),
                strerror(errno));
    return !s->held.len;
}

bool spool_append(struct spool *s, const char *bytes, size_t len, struct err *e)
{
    while (len) {
        size_t most = s->fd < 0 ? LIMIT_SPOOL_MEMORY : PIECE;
        if (s->held.len >= most && !flush(s, e))
            return false;
        size_t room = s->held.cap - s->held.len, n = len < room ? len : room;
        buf_append(&s->held, bytes, n);
        bytes += n;
        len -= n;
    }
    return true;
}

uint64_t spool_len(const struct spool *s)
{
    return s->written + s->held.len;
}

size_t spool_read(void *spool, uint64_t offset, char *bytes, size_t size)
{
    const struct spool *s = spool;
    if (offset >= spool_len(s))
        return 0;
    if (offset < s->written) {
        uint64_t left = s->written - offset;
        ssize_t n;
        do
            n = pread(s->fd, bytes, left < size ? (size_t)left : size, (off_t)offset);
        while (n < 0 && errno == EINTR);
        return n < 0 ? 0 : (size_t)n;
    }
    size_t at = (size_t)(offset - s->written);
    size_t n = s->held.len - at < size ? s->held.len - at : size;
    memcpy(bytes, s->held.data + at, n);
    return n;
}
