/* A host as the user wrote it, in the forms that look-up, SNI and certificates need. */
#ifndef NET_HOST_H
#define NET_HOST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct host {
    char ascii[256]; /* the name in ASCII (IDNA 2008), or the address, without brackets */
    unsigned char address[16]; /* in network order */
    size_t address_len;        /* 4 or 16; 0 where TEXT is a name */
};

/* TEXT is UTF-8: "pop.example.org", "почта.example", "192.0.2.1", "[2001:db8::1]".  False with
 * ERR_USAGE in E where it is empty, too long, or no valid name. */
bool host_parse(struct host *h, const char *text, struct err *e);

/* "192.0.2.1", "2001:db8::1".  False where LEN is neither 4 nor 16. */
#define HOST_ADDRESS_SIZE 46
bool host_format_address(const unsigned char *bytes, size_t len, char text[HOST_ADDRESS_SIZE]);

#endif
