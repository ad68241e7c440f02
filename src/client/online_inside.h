/* The inside of a struct online, for online.c, which moves it, and online_ask.c, which asks it
 * and tells of it.  Nobody else includes this. */
#ifndef CLIENT_ONLINE_INSIDE_H
#define CLIENT_ONLINE_INSIDE_H

#include "client/login.h"
#include "client/online.h"
#include "net/link.h"

#define READ_SIZE 65536

struct online {
    const struct account *account;
    const struct secret *password;
    int (*open)(void *context);
    void *open_context;

    enum online_state state;
    struct err error;
    struct trace *trace; /* or NULL */
    bool no_capa;        /* the server closes the connection at CAPA */
    bool failed;         /* and nobody has asked yet */
    enum online_state failed_in;
    struct link *link;
    struct pop3 *pop3; /* once the link has been READY */
    struct tls_trust *trust;
    struct login login;

    char *greeting;
    int64_t good_until; /* a login that was taken is still known to be good */
    int64_t now;        /* of the newest turn */
    int64_t deadline;   /* of the login as a whole */
    int64_t active_at;  /* bytes last came or were submitted */
    int64_t asked_at;   /* the command that measures the round trip was submitted */
    int64_t rtt_ms;
    char *presumed; /* see online_presume() */
    char buffer[READ_SIZE];
};

#endif
