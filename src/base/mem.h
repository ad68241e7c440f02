/* Allocation that cannot fail.  Every size that comes from the network is capped first
 * (limits.h), so running out of memory means that the machine is out of memory: the program
 * says so and exits, after the hook has restored the terminal. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* Called once, before the message and exit(74).  NULL removes it. */
void mem_on_exhaustion(void (*hook)(void));

/* Like their namesakes, but never NULL.  The caller frees with free(). */
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xreallocarray(void *old, size_t count, size_t size);
char *xstrdup(const char *text);
/* The first LEN bytes and a NUL; the bytes may hold NULs themselves. */
char *xmemdup0(const void *bytes, size_t len);

/* Overwrites in a way that the compiler keeps.  For secrets. */
void mem_wipe(void *bytes, size_t len);

#endif
