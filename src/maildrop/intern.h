/* Strings to numbers: equal strings have one number, counted from 0, and are kept once.  What
 * the strings are may be a stranger's choice; see intern_key(). */
#ifndef MAILDROP_INTERN_H
#define MAILDROP_INTERN_H

#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "maildrop/maildrop.h"

struct intern;

struct intern *intern_new(const uint8_t key[HASH_KEY_SIZE]);
void intern_free(struct intern *t);
uint32_t intern_put(struct intern *t, const char *bytes, size_t len);
/* A string without NULs is also NUL-terminated.  Valid until the next intern_put(). */
const char *intern_at(const struct intern *t, uint32_t number, size_t *len);
uint32_t intern_count(const struct intern *t);

/* A key that no sender can know, made of the header blocks of all messages, thus of what the
 * servers on the way wrote; the same for the same maildrop, in any order. */
void intern_key(const struct maildrop *m, uint8_t key[HASH_KEY_SIZE]);

#endif
