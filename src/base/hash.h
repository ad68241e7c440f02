/* SipHash-2-4: a hash for tables whose keys strangers choose.  With a key that they do not know
 * they cannot make strings that fall into one place. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_KEY_SIZE 16

/* A key that nobody knows: from /dev/urandom, else made of the time and the process. */
void hash_make_key(uint8_t key[HASH_KEY_SIZE]);

uint64_t hash_bytes(const uint8_t key[HASH_KEY_SIZE], const void *bytes, size_t len);

/* For numbers that are hashes already: each bit of the result depends on all of both. */
static inline uint64_t hash_mix(uint64_t a, uint64_t b)
{
    uint64_t z = a + b * UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

#endif
