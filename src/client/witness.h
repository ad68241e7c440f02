/* Writes down in the journal what a commit means to delete and what became of it; and finds
 * out, by UIDL, what became of one that an earlier run did not see the end of. */
#ifndef CLIENT_WITNESS_H
#define CLIENT_WITNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/commit.h"
#include "client/online.h"
#include "maildrop/maildrop.h"
#include "maildrop/marks.h"
#include "store/account.h"
#include "store/journal.h"

struct witness;

/* Borrows all for its life, and becomes C's witness. */
struct witness *witness_new(struct journal *j, const struct account *account, struct commit *c,
                            const struct online *o, const struct maildrop *m,
                            const struct marks *marks);
void witness_free(struct witness *w);

/* A listing is complete: what was left open is found out, and written down.  Before the first
 * commit of this run goes on, whose intent would look like one.  True, once, with a sentence in
 * TEXT where there was something. */
bool witness_listed(struct witness *w, char *text, size_t size);

#endif
