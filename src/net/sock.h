/* What every socket of ours is. */
#ifndef NET_SOCK_H
#define NET_SOCK_H

#include <stdbool.h>

/* Non-blocking, close-on-exec, no Nagle's delay, no SIGPIPE where that is an option.  False
 * with errno where the first two cannot be had; a socket that is not TCP is fine. */
bool sock_prepare(int fd);

#endif
