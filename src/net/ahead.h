/* Bytes that a socket holds, read ahead of what is asked for: TLS asks for each record in two
 * portions, and a server makes a record of each message. */
#ifndef NET_AHEAD_H
#define NET_AHEAD_H

#include <stddef.h>
#include <sys/types.h>

#define AHEAD_SIZE 32768

struct ahead {
    size_t start, len; /* what is held */
    char bytes[AHEAD_SIZE];
};

/* As recv(fd, bytes, size, 0); asks the socket only while nothing is held. */
ssize_t ahead_recv(struct ahead *a, int fd, void *bytes, size_t size);

#endif
