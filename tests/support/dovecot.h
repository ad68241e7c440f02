/* A private Dovecot on loopback for one test program: user "ann", password "secret", one
 * Maildir, whose files tell the truth about what was deleted. */
#ifndef TESTS_DOVECOT_H
#define TESTS_DOVECOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dovecot;

/* NULL with *WHY_NOT where there is no Dovecot or openssl: the test skips and says so. */
struct dovecot *dovecot_start(const char **why_not);
void dovecot_stop(struct dovecot *d);

uint16_t dovecot_plain_port(const struct dovecot *d);
uint16_t dovecot_tls_port(const struct dovecot *d);
const char *dovecot_ca(const struct dovecot *d);
/* A certificate for ann, with its key; and a file whose first line is an OAuth token for her.
 */
const char *dovecot_client_cert(const struct dovecot *d);
const char *dovecot_token_file(const struct dovecot *d);

/* Adds a message as the file NAME; the maildrop lists them by the order of adding. */
void dovecot_put(struct dovecot *d, const char *name, const char *text);
void dovecot_clear(struct dovecot *d);
bool dovecot_has(const struct dovecot *d, const char *name);
size_t dovecot_count(const struct dovecot *d);

#endif
