#include "config.h"

#include "net/pin.h"

#include <stdio.h>

#include <nettle/memops.h>

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool pin_parse(struct pin *p, const char *text)
{
    for (size_t i = 0; i < DIGEST_SHA256_SIZE; i++) {
        if (i && *text == ':')
            text++;
        int high = digit(*text);
        int low = high < 0 ? -1 : digit(text[1]);
        if (low < 0)
            return false;
        p->sha256[i] = (uint8_t)(high << 4 | low);
        text += 2;
    }
    return *text == '\0';
}

void pin_format(const struct pin *p, char text[PIN_TEXT_SIZE])
{
    for (size_t i = 0; i < DIGEST_SHA256_SIZE; i++)
        snprintf(text + 3 * i, 4, i + 1 < DIGEST_SHA256_SIZE ? "%02X:" : "%02X", p->sha256[i]);
}

bool pin_equals(const struct pin *a, const struct pin *b)
{
    return memeql_sec(a->sha256, b->sha256, sizeof a->sha256);
}
