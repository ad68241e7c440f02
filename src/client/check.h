/* What a server can do and how well, step by step with times: look-up, TCP, TLS and its
 * certificates, greeting, capabilities, login, then questions that change nothing.  It logs in
 * once and deletes nothing. */
#ifndef CLIENT_CHECK_H
#define CLIENT_CHECK_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/online.h"

enum check_verdict { CHECK_OK, CHECK_NOTE, CHECK_FAIL };

struct check_step {
    const char *name; /* a word, untranslated */
    enum check_verdict verdict;
    int64_t ms; /* how long it took; -1 where that says nothing */
    char *text; /* clean */
};

struct check;

/* Borrows both for its life; begins at the first turn. */
struct check *check_new(const struct account *account, const struct secret *password);
void check_free(struct check *c);
/* As client_trace_to_file(). */
bool check_trace_to_file(struct check *c, struct err *e);

/* As client_poll() and client_turn(). */
size_t check_poll(const struct check *c, struct pollfd fds[LINK_POLLFDS], int64_t now,
                  int *timeout_ms);
void check_turn(struct check *c, int64_t now);
/* Ends the waiting: the step that is under way has failed. */
void check_stop(struct check *c, int64_t now);

bool check_is_done(const struct check *c);
/* Steps grow while it goes on. */
const struct check_step *check_steps(const struct check *c, size_t *count);
/* ERR_NONE, or why it came to an early end. */
enum err_code check_result(const struct check *c);

#endif
