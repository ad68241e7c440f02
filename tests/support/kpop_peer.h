/* The server's side of Kerberized POP, in a process of its own: checks the ticket, then takes
 * USER and PASS for the ticket's owner, and hands all else to a plain POP3 server. */
#ifndef TESTS_KPOP_PEER_H
#define TESTS_KPOP_PEER_H

#include <stdint.h>
#include <sys/types.h>

struct kpop_peer {
    pid_t pid;
    uint16_t port;
};

/* BACKEND is the port of the server behind it, where the password of "ann" is "secret". */
struct kpop_peer kpop_peer_start(const char *keytab, uint16_t backend);
void kpop_peer_stop(struct kpop_peer *p);

#endif
