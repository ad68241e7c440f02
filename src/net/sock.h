/* What every socket of ours is. */
#ifndef NET_SOCK_H
#define NET_SOCK_H

#include <stdbool.h>

/* Non-blocking, close-on-exec, no Nagle's delay, no SIGPIPE where that is an option.  False
 * with errno where the first two cannot be had; a socket that is not TCP is fine. */
bool sock_prepare(int fd);

/* Acknowledges what was just read without delay.  A server that writes an answer in two pieces
 * with Nagle's delay on waits for that; the kernel forgets the wish, so it is said after each
 * read. */
void sock_acknowledge(int fd);

#endif
