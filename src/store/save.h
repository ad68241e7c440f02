/* A message, or a part of it, into a file of the user's: written, synced to the disk, and only
 * then said to be saved.  Nothing is overwritten unasked; what fails leaves nothing behind. */
#ifndef STORE_SAVE_H
#define STORE_SAVE_H

#include <stdbool.h>

#include "base/err.h"
#include "mail/body.h"

enum save_kind {
    SAVE_FILE,    /* the octets as they came (.eml), or those of a part */
    SAVE_MBOX,    /* appended, lines ending in LF, "From " quoted (mboxrd) */
    SAVE_MAILDIR, /* into new/, lines ending in LF */
};

/* What PATH is for: a Maildir where one is there, or the path ends in "/"; an mbox where one is
 * there, or the name ends in ".mbox"; else a file. */
enum save_kind save_kind(const char *path);

enum save_result { SAVE_DONE, SAVE_EXISTS, SAVE_FAILED };

struct save_request {
    const char *path;
    const char *name; /* of the file where PATH is a directory */
    const struct body_source *source;
    const struct mime_part *part; /* NULL: the whole message */
    const char *sender;           /* of an mbox's "From " line; "" for MAILER-DAEMON */
    bool overwrite;
};

/* Appends to WHERE the path that was written.  SAVE_EXISTS: a file is there, and nothing was
 * written.  SAVE_FAILED has the reason in E. */
enum save_result save(const struct save_request *request, struct buf *where, struct err *e);

#endif
