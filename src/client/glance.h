/* A look at an account without opening it: how much is in the maildrop, and how much of that is
 * new.  Logs in, lists, and leaves by QUIT at once, so that the maildrop is locked no longer
 * than that; nothing can be deleted.  Nothing in it blocks. */
#ifndef CLIENT_GLANCE_H
#define CLIENT_GLANCE_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "client/client.h"
#include "store/account.h"
#include "store/secret.h"

/* The connection, or the pass-command. */
#define GLANCE_POLLFDS CLIENT_POLLFDS

enum glance_state {
    GLANCE_IDLE, /* not begun, or stopped */
    GLANCE_ASKING,
    GLANCE_DONE,
    GLANCE_NO_PASSWORD, /* it would have to be asked for: see glance_password() */
    GLANCE_FAILED
};

struct glance_counts {
    bool is_known;   /* else none of them is */
    bool is_counted; /* by the server; else remembered */
    size_t messages, marked;
    uint64_t octets;
    bool has_seen; /* messages of an earlier run: what came since is `arrived` */
    size_t arrived;
};

struct glance;

/* A is borrowed for its life.  What is remembered of the maildrop is counted. */
struct glance *glance_new(const struct account *a);
void glance_free(struct glance *g);

/* NOW is a monotonic clock in milliseconds. */
void glance_begin(struct glance *g, int64_t now);
/* Closes without QUIT what is open. */
void glance_stop(struct glance *g);
/* As client_poll() and client_turn(), in GLANCE_ASKING. */
size_t glance_poll(const struct glance *g, struct pollfd fds[GLANCE_POLLFDS], int64_t now,
                   int *timeout_ms);
bool glance_turn(struct glance *g, int64_t now);

enum glance_state glance_state(const struct glance *g);
/* In GLANCE_ASKING: how far it is; ONLINE_OFF while the password is got. */
enum online_state glance_online(const struct glance *g);
/* In GLANCE_FAILED: why. */
const struct err *glance_error(const struct glance *g);
const struct glance_counts *glance_counts(const struct glance *g);
/* When it was counted, seconds since 1970; 0: not by the server. */
int64_t glance_at(const struct glance *g);

/* The account was opened, and is left: its numbers are C's now. */
void glance_learn(struct glance *g, struct client *c);
/* The password that it uses, where one is set; the user's answer may be put there. */
struct secret *glance_password(struct glance *g);

#endif
