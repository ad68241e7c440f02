/* The journal of deletions: a line of JSON for what was meant and one for what came of it, in
 * $XDG_STATE_HOME/dele/journal.jsonl.  A line is on the disk when its function returns. */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct journal;

/* PATH NULL: the place above; made where it is missing, for the user alone.  NULL with E
 * (ERR_IO). */
struct journal *journal_open(const char *path, struct err *e);
void journal_close(struct journal *j);

struct journal_message {
    const char *uidl, *message_id, *from, *subject, *cause;
    uint64_t size;
    const char *state; /* of a result: "gone", "still-there", ... */
};

/* About to delete these of ACCOUNT.  False with E where that cannot be written down. */
bool journal_intent(struct journal *j, const char *account, const char *certificate,
                    const struct journal_message *messages, size_t count, struct err *e);
/* What became of the intent before: OUTCOME is a word, WORDS a sentence (with the server's own
 * words); of each message the UIDL and the state. */
bool journal_result(struct journal *j, const char *account, const char *outcome, bool verified,
                    const char *words, const struct journal_message *messages, size_t count,
                    struct err *e);

/* The newest intent of ACCOUNT, where no result follows it: the program, or the machine, ended
 * before.  Calls TAKE for each of its messages; false where there is none.  *AT is when
 * (seconds since 1970). */
bool journal_unfinished(struct journal *j, const char *account, int64_t *at,
                        void (*take)(void *context, const char *uidl, uint64_t size),
                        void *context);

#endif
