/* Whom the user knows: the senders of what is kept, and those of three messages or more
 * over a month or more.  A stranger under the name of one of them is worth a warning. */
#ifndef MAILDROP_KNOWN_H
#define MAILDROP_KNOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/hash.h"
#include "maildrop/maildrop.h"
#include "maildrop/marks.h"

struct known;

/* Borrows M and K for its life.  KEY: see hash_make_key(). */
struct known *known_new(const struct maildrop *m, const struct marks *k,
                        const uint8_t key[HASH_KEY_SIZE]);
void known_free(struct known *n);

/* The summary of a message is here: once for each. */
void known_add(struct known *n, size_t index);

/* The message is from a known sender, whoever really sent it. */
bool known_is_sender(struct known *n, size_t index);

/* The message has the name of a known sender, and is from another, unknown address in another
 * domain: that sender's address (valid as long as the maildrop); else NULL. */
const char *known_other_address(struct known *n, size_t index);

#endif
