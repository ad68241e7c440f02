/* A scripted POP3 server on 127.0.0.1, in a child process: for what no real server does on
 * demand. */
#ifndef TESTS_SERVER_H
#define TESTS_SERVER_H

#include <stdint.h>

#include "demo/demo.h"

/* A script is an array of steps that ends with NULL:
 *   "S: text"    sends the line with CRLF
 *   "S- text"    sends the text as it is
 *   "C: text"    waits for a line and goes on whatever it is, but it must begin with text
 *   "quit"       reads until the client goes
 *   "close"      closes with FIN          "reset"  closes with RST
 *   "next"       as close, and goes on with the next connection
 * After the last step of the last connection the listener closes. */
struct server;

struct server *server_start(const char *const *script);
/* Serves the maildrop of D, one session after the other; the child has a copy of it. */
struct server *server_demo(struct demo *d);
/* Cuts the session that is open now (RST), as a lost line would. */
void server_cut(struct server *s);
/* Messages left in the child's copy. */
int server_messages(const struct server *s);
uint16_t server_port(const struct server *s);
/* Ends it.  NULL when every step was played, else the first that was not; NULL for a demo. */
const char *server_stop(struct server *s);

#endif
