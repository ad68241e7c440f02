/* A command whose standard input and output are the connection: "ssh host nc localhost 110". */
#ifndef NET_TUNNEL_H
#define NET_TUNNEL_H

#include "base/err.h"

struct tunnel;

/* Runs COMMAND by /bin/sh, in a session of its own, so that it cannot write to our terminal or
 * read from it.  *FD is its other end, the caller's from now on.  NULL with E (ERR_UNAVAILABLE)
 * where it cannot be started. */
struct tunnel *tunnel_new(const char *command, int *fd, struct err *e);
/* Ends it and its children; NULL is fine. */
void tunnel_free(struct tunnel *t);
/* The last line that it wrote to its standard error so far, clean; "" none.  Valid until the
 * next call. */
const char *tunnel_last_words(struct tunnel *t);

#endif
