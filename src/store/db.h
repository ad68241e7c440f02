/* What outlives the program, in one SQLite file: by account the messages that were listed, with
 * their summaries and header blocks, and the marks.  A message's key is its UIDL and size.
 * Many processes may use it: each writes only what it changed.  Writing is cheap: it reaches
 * the kernel at once, which survives the process, and the disk later. */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "maildrop/marks.h"

struct db;

/* PATH NULL: $XDG_STATE_HOME/dele/dele.db; made where it is missing, for the user alone.  NULL
 * with E (ERR_IO): it cannot be written, is damaged, or of a newer version. */
struct db *db_open(const char *path, struct err *e);
void db_close(struct db *d);
/* The first fault since it was opened; then nothing is written any more. */
const struct err *db_error(const struct db *d);

/* The maildrop of KEY ("ann@pop.example.org:995"), which all calls below mean. */
bool db_use(struct db *d, const char *key);

/* What is remembered of its server since AT (seconds since 1970), "" for nothing: put, and
 * appended to OUT; false where there is nothing. */
void db_put_server(struct db *d, const char *text, int64_t at);
bool db_server(struct db *d, struct buf *out, int64_t *at);

/* What there is of it. */
struct db_counts {
    size_t messages, marked;
    uint64_t octets;
};
bool db_count(struct db *d, struct db_counts *out);

struct db_message {
    const char *uidl;
    uint64_t size;
    uint32_t place;      /* its last number */
    const char *summary; /* summary_write(); NULL none */
    size_t summary_len;
    const char *folded; /* folded_new() of the summary; NULL where that is */
};
/* Each message known, in the order of their places, until TAKE says false; borrowed. */
bool db_each_message(struct db *d, bool (*take)(void *context, const struct db_message *m),
                     void *context);
/* With the header block that the summary is of (NULL none); replaces one of the same key. */
void db_put_message(struct db *d, const struct db_message *m, const char *header, size_t len);
void db_drop_message(struct db *d, const char *uidl, uint64_t size);
/* Appends the header block; false where there is none. */
bool db_header(struct db *d, const char *uidl, uint64_t size, struct buf *out);

struct db_mark {
    const char *uidl;
    uint64_t size;
    enum mark mark;
    enum mark_cause cause;
    const char *why; /* marks_why(); borrowed */
    int64_t at;      /* seconds since 1970 */
};
bool db_each_mark(struct db *d, bool (*take)(void *context, const struct db_mark *m),
                  void *context);
/* MARK_NONE takes it away; by CAUSE_RULE it is kept: no rule is to mark it again. */
void db_put_mark(struct db *d, const struct db_mark *m);

/* What is put between them is written at once, or not at all. */
void db_begin(struct db *d);
void db_end(struct db *d);

#endif
