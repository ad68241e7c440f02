/* What is remembered of a maildrop from one run to the next: its messages with their headers,
 * and the marks.  Joins the model and the store; a store that fails is done without. */
#ifndef CLIENT_MEMORY_H
#define CLIENT_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "maildrop/maildrop.h"
#include "maildrop/marks.h"
#include "store/account.h"
#include "store/db.h"

struct memory;

/* Borrows all for its life; D may be NULL: nothing is remembered. */
struct memory *memory_new(struct db *d, const struct account *account, struct maildrop *m,
                          struct marks *marks);
/* Writes what is not written yet. */
void memory_free(struct memory *y);

/* Fills the model with what is known: true where that is something. */
bool memory_recall(struct memory *y);
/* Of that: marks, and when the newest of them was set (seconds since 1970). */
size_t memory_recalled_marks(const struct memory *y, int64_t *at);

/* What is remembered of the server for online_presume(), unless it is too old: "" for nothing.
 */
const char *memory_server(const struct memory *y);
void memory_put_server(struct memory *y, const char *capa);

/* A header came, BLOCK up to its end: kept with the message's summary, and written when there
 * is time. */
void memory_header(struct memory *y, size_t index, const char *block, size_t len);
/* Appends the header block that was kept of a message; false where there is none. */
bool memory_find_header(struct memory *y, size_t index, struct buf *out);
/* A listing is complete, after which messages are gone: they are forgotten. */
void memory_gone(struct memory *y);
/* Writes the marks that have changed, and where the client IS_IDLE, or they have waited long
 * enough, some of the headers. */
void memory_turn(struct memory *y, bool is_idle, int64_t now);
/* Milliseconds until memory_turn() has something to do; -1 for nothing. */
int memory_wait_ms(const struct memory *y, int64_t now);
void memory_write_marks(struct memory *y);
/* Marks outlive the program. */
bool memory_keeps_marks(const struct memory *y);
/* Why nothing is remembered any more. */
const struct err *memory_error(const struct memory *y);

#endif
