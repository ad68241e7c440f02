/* The octets of a message, or of a part of it, into an open file. */
#ifndef STORE_WRITER_H
#define STORE_WRITER_H

#include <stdbool.h>

#include "mail/body.h"

enum writer_form {
    WRITER_AS_IT_IS,
    WRITER_LF,   /* line ends become LF */
    WRITER_MBOX, /* and "From " is quoted (mboxrd), and an empty line follows */
};

/* PART NULL: the whole message.  False with errno. */
bool writer_copy(int fd, const struct body_source *source, const struct mime_part *part,
                 enum writer_form form);
/* What was written to many files goes to the disk at once, where the system can: each of them
 * is there sooner.  PATH is one of them, or a directory.  writer_sync() says what came of it.
 */
void writer_sync_many(const char *path);
/* What was written is on the disk, where FD is a file on one.  False with errno. */
bool writer_sync(int fd);

#endif
