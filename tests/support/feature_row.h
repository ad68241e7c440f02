/* One row of README's table of servers, as a server shows itself to a client. */
#ifndef TESTS_FEATURE_ROW_H
#define TESTS_FEATURE_ROW_H

#include <stdbool.h>
#include <stdint.h>

struct feature_row {
    const char *name;
    const char *user;    /* with a message or more; the password is "secret" */
    uint16_t plain, tls; /* ports; TLS 0: it has none */
    const char *ca;
    bool refuses_second; /* a second session on a maildrop */
};

/* Fails the test, with the row that should stand there, where README's is another. */
void feature_row_expect(const struct feature_row *row);

#endif
