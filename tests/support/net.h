/* Loopback sockets for the tests' own servers. */
#ifndef TESTS_NET_H
#define TESTS_NET_H

#include <stdint.h>

/* A port on 127.0.0.1 that nobody listens on at this moment. */
uint16_t net_free_port(void);
/* A listening socket on a port of its own; *PORT receives it. */
int net_listen(uint16_t *port);
/* The next connection, whose bytes go out at once; -1 where there is none. */
int net_accept(int listener);
/* A connection to 127.0.0.1; -1 where nobody listens. */
int net_connect(uint16_t port);
/* Closes with RST instead of FIN. */
void net_reset(int fd);

#endif
