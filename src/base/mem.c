#include "config.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void (*exhaustion_hook)(void);

void mem_on_exhaustion(void (*hook)(void))
{
    exhaustion_hook = hook;
}

static void *checked(void *p)
{
    if (p)
        return p;
    if (exhaustion_hook)
        exhaustion_hook();
    fputs("dele: out of memory\n", stderr);
    _Exit(74);
}

void *xmalloc(size_t size)
{
    return checked(malloc(size ? size : 1));
}

void *xcalloc(size_t count, size_t size)
{
    return checked(calloc(count ? count : 1, size ? size : 1));
}

void *xreallocarray(void *old, size_t count, size_t size)
{
    if (size && count > (size_t)-1 / size)
        return checked(NULL);
    size_t bytes = count * size;
    return checked(realloc(old, bytes ? bytes : 1));
}

char *xstrdup(const char *text)
{
    return xmemdup0(text, strlen(text));
}

char *xmemdup0(const void *bytes, size_t len)
{
    char *copy = xmalloc(len + 1);
    if (len)
        memcpy(copy, bytes, len);
    copy[len] = '\0';
    return copy;
}

void mem_wipe(void *bytes, size_t len)
{
    if (!len)
        return;
#ifdef HAVE_EXPLICIT_BZERO
    explicit_bzero(bytes, len);
#else
    volatile unsigned char *p = bytes;
    while (len--)
        *p++ = 0;
#endif
}
