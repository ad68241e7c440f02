/* The trash: a Maildir in $XDG_DATA_HOME/dele/trash/ with a file for each message that was
 * deleted, of its header block or of all of it.  Above that stand lines of our own:
 *     X-Dele-Account: ann@pop.example.org:995
 *     X-Dele-UIDL: 000012af
 *     X-Dele-Size: 48213
 *     X-Dele-Deleted: 2026-11-22T21:14:05Z
 *     X-Dele-Cause: hand
 *     X-Dele-Copy: headers            (or "full"; always the last of them)
 * What is added since trash_begin() is a batch: on the disk, all of it, before the first of it
 * is deleted on the server. */
#ifndef STORE_TRASH_H
#define STORE_TRASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "mail/body.h"

struct trash;

/* What it holds at most; 0 is no bound. */
struct trash_bounds {
    unsigned days;
    uint64_t octets;
};

/* PATH NULL: the place above.  Nothing is made before something is added.  NULL with E
 * (ERR_IO): there is no home. */
struct trash *trash_open(const char *path, const struct trash_bounds *bounds, struct err *e);
void trash_close(struct trash *t);

struct trash_note {
    const char *account; /* account_key() */
    const char *uidl;
    const char *cause;
    uint64_t size;   /* octets on the server */
    int64_t deleted; /* seconds since 1970 */
    bool is_full;
};

/* ---- a batch ----------------------------------------------------------------------------- */

void trash_begin(struct trash *t);
/* SOURCE NULL: nothing but the note is known.  *ID is for trash_take_back().  False with E:
 * nothing of it is left behind. */
bool trash_add(struct trash *t, const struct trash_note *note, const struct body_source *source,
               size_t *id, struct err *e);
enum trash_sync { TRASH_SYNC_MORE, TRASH_SYNC_DONE, TRASH_SYNC_FAILED };
/* Brings some more of the batch to the disk, for not much longer than a frame takes.
 * TO_THE_END: nothing will be added; once done, all of it is in new/, and counts. */
enum trash_sync trash_sync(struct trash *t, bool to_the_end, struct err *e);
/* Was not deleted after all: it goes from the trash again. */
void trash_take_back(struct trash *t, size_t id);

/* ---- what is there ----------------------------------------------------------------------- */

struct trash_entry {
    struct trash_note note;
    const char *path;
    uint64_t start; /* where in the file the message begins */
    const char *header;
    size_t header_len; /* at most LIMIT_HEADER */
};
/* Each message, the oldest first, until TAKE says false; borrowed.  Files that are not ours are
 * passed over.  False with E where the directory cannot be read; one that is missing is empty.
 */
bool trash_each(struct trash *t, bool (*take)(void *context, const struct trash_entry *entry),
                void *context, struct err *e);

/* Removes what was deleted too long ago, and the oldest of what is too much; the batch stays.
 * NOW in seconds since 1970. */
void trash_expire(struct trash *t, int64_t now);

#endif
