/* Challenges that the SASL library would take, and should not: pure. */
#ifndef CLIENT_SASL_CHECK_H
#define CLIENT_SASL_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* The decoded challenge behind STEPS answers: endless hashing, a refusal in place of a proof, a
 * piece of our memory asked for.  False with E set. */
bool sasl_check(const char *mechanism, unsigned steps, const char *bytes, size_t len,
                struct err *e);
/* Says that a challenge makes no sense; false. */
bool sasl_check_fail(const char *mechanism, struct err *e);

#endif
