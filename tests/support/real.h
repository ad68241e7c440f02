/* Real servers other than Dovecot on loopback, started by tests/servers/real.sh: users "ann"
 * with 12 messages, "bob" with none and "carol" with 300; the password of all is "secret". */
#ifndef TESTS_REAL_H
#define TESTS_REAL_H

#include <stdint.h>

struct real;

/* NAME as real.sh knows it.  NULL with *WHY_NOT where it cannot be run here: the test skips and
 * says so. */
struct real *real_start(const char *name, const char **why_not);
void real_stop(struct real *r);

uint16_t real_plain_port(const struct real *r);
uint16_t real_tls_port(const struct real *r);
const char *real_ca(const struct real *r);

#endif
