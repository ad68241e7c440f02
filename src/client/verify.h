/* What a commit did, told from the listing of a new session. */
#ifndef CLIENT_VERIFY_H
#define CLIENT_VERIFY_H

#include <stdbool.h>
#include <stddef.h>

#include "client/commit_item.h"
#include "client/commit_report.h"
#include "maildrop/maildrop.h"

/* True where a listing can show the fate of at least one item that was sent. */
bool verify_is_possible(const struct commit_item *items, size_t count);
/* M has the new listing: each item that was sent becomes GONE or STILL_THERE where the listing
 * proves it, else stays as it is.  Returns how many stay. */
size_t verify_items(struct commit_item *items, size_t count, const struct maildrop *m);
/* What it comes to, QUIT having come so far.  UNPROVED as verify_items() returned it, or the
 * number sent where nobody looked. */
enum commit_outcome verify_outcome(const struct commit_item *items, size_t count,
                                   size_t unproved, enum commit_quit quit);

#endif
