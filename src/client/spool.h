/* Octets of any number, kept for reading anywhere: the first LIMIT_SPOOL_MEMORY in memory, all
 * in a file without a name in $TMPDIR once there are more. */
#ifndef CLIENT_SPOOL_H
#define CLIENT_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct spool;

struct spool *spool_new(void);
void spool_free(struct spool *s);

/* False with the reason in E (ERR_IO) where the file cannot be written; what is there stays. */
bool spool_append(struct spool *s, const char *bytes, size_t len, struct err *e);
uint64_t spool_len(const struct spool *s);
/* Up to SIZE octets from OFFSET on; 0 at the end.  SPOOL is a struct spool: the function of a
 * struct body_source. */
size_t spool_read(void *spool, uint64_t offset, char *bytes, size_t size);

#endif
