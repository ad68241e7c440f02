#include "config.h"

#include "net/ahead.h"

#include <string.h>
#include <sys/socket.h>

ssize_t ahead_recv(struct ahead *a, int fd, void *bytes, size_t size)
{
    if (!a->len) {
        ssize_t n = recv(fd, a->bytes, sizeof a->bytes, 0);
        if (n <= 0)
            return n;
        a->start = 0;
        a->len = (size_t)n;
    }
    size_t part = size < a->len ? size : a->len;
    memcpy(bytes, a->bytes + a->start, part);
    a->start += part;
    a->len -= part;
    return (ssize_t)part;
}
