#include "config.h"

#include "base/hash.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static uint64_t rotate(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

static uint64_t load(const uint8_t *p, size_t len)
{
    uint64_t x = 0;
    for (size_t i = 0; i < len; i++)
        x |= (uint64_t)p[i] << (8 * i);
    return x;
}

static void stir(uint64_t v[4], int rounds)
{
    while (rounds--) {
        v[0] += v[1];
        v[2] += v[3];
        v[1] = rotate(v[1], 13) ^ v[0];
        v[3] = rotate(v[3], 16) ^ v[2];
        v[0] = rotate(v[0], 32) + v[3];
        v[2] += v[1];
        v[1] = rotate(v[1], 17) ^ v[2];
        v[3] = rotate(v[3], 21) ^ v[0];
        v[2] = rotate(v[2], 32);
    }
}

static void take(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    stir(v, 2);
    v[0] ^= word;
}

uint64_t hash_bytes(const uint8_t key[HASH_KEY_SIZE], const void *bytes, size_t len)
{
    const uint8_t *p = bytes;
    uint64_t k0 = load(key, 8), k1 = load(key + 8, 8);
    uint64_t v[4] = {k0 ^ UINT64_C(0x736f6d6570736575), k1 ^ UINT64_C(0x646f72616e646f6d),
                     k0 ^ UINT64_C(0x6c7967656e657261), k1 ^ UINT64_C(0x7465646279746573)};
    size_t left = len;
    for (; left >= 8; left -= 8, p += 8)
        take(v, load(p, 8));
    take(v, load(p, left) | (uint64_t)len << 56);
    v[2] ^= 0xff;
    stir(v, 4);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void hash_make_key(uint8_t key[HASH_KEY_SIZE])
{
    int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    bool is_done = fd >= 0 && read(fd, key, HASH_KEY_SIZE) == HASH_KEY_SIZE;
    if (fd >= 0)
        close(fd);
    if (is_done)
        return;
    struct timespec now;
    pid_t process = getpid();
    clock_gettime(CLOCK_REALTIME, &now);
    memset(key, 0, HASH_KEY_SIZE);
    memcpy(key, &process, sizeof process);
    memcpy(key + 8, &now.tv_nsec, sizeof now.tv_nsec);
}
