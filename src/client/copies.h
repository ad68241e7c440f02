/* Copies of what is to be deleted: in the trash, and on the disk, before the first DELE. */
#ifndef CLIENT_COPIES_H
#define CLIENT_COPIES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "client/commit_item.h"
#include "client/memory.h"
#include "client/whole.h"
#include "maildrop/maildrop.h"
#include "maildrop/marks.h"
#include "store/account.h"
#include "store/trash.h"

struct copies;

/* Borrows all for its life. */
struct copies *copies_new(const struct account *account, const struct maildrop *m,
                          const struct marks *marks, struct whole *w);
/* Where headers are remembered, borrowed: the first thing to say. */
void copies_recall_from(struct copies *c, struct memory *y);
/* Where copies go; borrowed.  NULL, as in the beginning: none are made. */
void copies_go_to(struct copies *c, struct trash *t);
void copies_free(struct copies *c);

/* What is copied in the next commits; the account's setting at first. */
void copies_choose(struct copies *c, enum account_trash what);
enum account_trash copies_choice(const struct copies *c);

void copies_begin(struct copies *c);
/* What of this message must still be asked of the server. */
enum copies_need { COPIES_NEED_NOTHING, COPIES_NEED_HEADER, COPIES_NEED_ALL };
enum copies_need copies_need(struct copies *c, size_t index);
/* Makes the copy of ITEM's message.  HEADER is what the server has just shown of it; NULL or
 * empty: what was remembered, or nothing more than a note of it can be had.  A full copy is of
 * what was fetched whole.  False with E: nothing may be deleted. */
bool copies_make(struct copies *c, struct commit_item *item, const struct buf *header,
                 struct err *e);
/* The same where nothing must be asked of the server for it; else nothing is done. */
bool copies_make_ahead(struct copies *c, struct commit_item *item, struct err *e);
/* Brings some more of the copies to the disk; TO_THE_END: there are no more of them, and they
 * count from now on. */
enum trash_sync copies_sync(struct copies *c, bool to_the_end, struct err *e);
/* The commit is over: copies of what was not deleted go again, and what is too old. */
void copies_settle(struct copies *c, const struct commit_item *items, size_t count);

#endif
