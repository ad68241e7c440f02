/* The one poll(2) loop over the terminal, the connection, the demo and a pipe that signal
 * handlers write to. */
#ifndef UI_LOOP_H
#define UI_LOOP_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "client/client.h"
#include "demo/demo.h"

/* A monotonic clock in milliseconds. */
int64_t loop_now(void);

/* Catches TERM, HUP, INT, QUIT, WINCH and CONT, ignores PIPE. */
void loop_begin(void);

enum loop_woken {
    LOOP_KEYS = 1 << 0,    /* the key descriptor is readable */
    LOOP_RESIZED = 1 << 1, /* the window's size may have changed */
    LOOP_HUNG_UP = 1 << 2, /* the terminal is gone */
    LOOP_STOPPED = 1 << 3, /* a signal asks us to end: loop_die_of_signal() */
    LOOP_CHANGED = 1 << 4, /* client_turn() said so */
};

/* Fills the first LOOP_POLLFDS of the N FDS, waits at most WAIT_MS (-1: for ever) for any of
 * them, and says what of the first happened.  KEY_FD may be -1. */
#define LOOP_POLLFDS 2
unsigned loop_poll(struct pollfd *fds, nfds_t n, int key_fd, int wait_ms);

/* Waits at most WAIT_MS (-1: for ever) for something to happen: all but LOOP_CHANGED.  C, D may
 * be NULL; KEY_FD may be -1. */
unsigned loop_wait(struct client *c, struct demo *d, int key_fd, int wait_ms);
/* Gives client and demo their turn; what client_turn() said. */
bool loop_work(struct client *c, struct demo *d);
/* One after the other, without keys. */
unsigned loop_turn(struct client *c, struct demo *d, int wait_ms);
/* Leaves by QUIT, which deletes nothing, and waits a moment for the answer. */
void loop_goodbye(struct client *c, struct demo *d);
/* Ends the process by the signal that stopped the loop, as the caller's shell expects. */
void loop_die_of_signal(void);

#endif
