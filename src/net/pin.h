/* The SHA-256 of a certificate, as people write and compare it. */
#ifndef NET_PIN_H
#define NET_PIN_H

#include <stdbool.h>

#include "base/digest.h"

#define PIN_TEXT_SIZE (3 * DIGEST_SHA256_SIZE)

struct pin {
    uint8_t sha256[DIGEST_SHA256_SIZE];
};

/* 64 hexadecimal digits in either case, with or without a colon between octets. */
bool pin_parse(struct pin *p, const char *text);
/* "AB:CD:...", upper case. */
void pin_format(const struct pin *p, char text[PIN_TEXT_SIZE]);
/* In a time that does not depend on where they differ. */
bool pin_equals(const struct pin *a, const struct pin *b);

#endif
