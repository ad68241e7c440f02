/* When a login may be tried again, and when it is: after the LOGIN-DELAY that the server
 * announced (RFC 2449 section 6.5), and in growing waits while a maildrop is in use or the
 * server has passing trouble.  Never after a wrong password.  A value; times are milliseconds
 * of a monotonic clock. */
#ifndef CLIENT_PATIENCE_H
#define CLIENT_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "pop3/reply.h"

struct patience {
    int64_t retry_at; /* 0: nothing is waited for */
    unsigned tries;   /* since the last login */
    int64_t login_at; /* of the last login; 0: none in this run */
    int64_t delay_ms; /* LOGIN-DELAY, 0 where it is not known */
};

/* LOGIN_DELAY: the words behind the capability, or NULL. */
void patience_logged_in(struct patience *p, const char *login_delay, int64_t now);
/* False where another try is of no use: no temporary reason, or tried often enough. */
bool patience_refused(struct patience *p, enum reply_code why, int64_t now);
/* Before this no login should be tried. */
int64_t patience_earliest(const struct patience *p);
void patience_wait_until(struct patience *p, int64_t at);
void patience_stop(struct patience *p);
/* Milliseconds to the next try, 0 when it is due; -1 where nothing is waited for. */
int64_t patience_left(const struct patience *p, int64_t now);

#endif
