/* Any-case comparison of protocol words.  strcasecmp() follows the locale, and in a Turkish one
 * "ISO" and "iso" differ; words of a protocol are the same everywhere. */
#ifndef BASE_ASCII_H
#define BASE_ASCII_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static inline char ascii_lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c | 32 : c);
}

/* The first LEN bytes of both, which may hold anything. */
static inline bool ascii_same(const char *a, const char *b, size_t len)
{
    while (len && ascii_lower(*a) == ascii_lower(*b)) {
        a++;
        b++;
        len--;
    }
    return !len;
}

static inline bool ascii_is(const char *bytes, size_t len, const char *word)
{
    return strlen(word) == len && ascii_same(bytes, word, len);
}

/* All of TEXT is in ASCII. */
static inline bool ascii_only(const char *text)
{
    while (*text && !(*text & 0x80))
        text++;
    return !*text;
}

#endif
