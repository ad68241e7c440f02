/* Another look at what is to be deleted, before the first DELE.  Messages that a listing cannot
 * prove to be the ones the user saw (no UIDL, or one that is not unique, or seen in an earlier
 * run): the header's fingerprint must be the same.  And messages of which there is to be a copy
 * that is not here. */
#ifndef CLIENT_RECHECK_H
#define CLIENT_RECHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "client/commit_item.h"
#include "client/copies.h"
#include "client/fetch.h"
#include "client/online.h"
#include "maildrop/maildrop.h"

struct recheck {
    struct copies *copies;     /* borrowed; NULL: none are made */
    struct commit_item *items; /* borrowed */
    size_t ahead, ahead_count; /* items whose copies were thought of before the listing, of */
    size_t count;
    size_t next;        /* to ask for */
    size_t answered;    /* answers come in the order of the items: all below have theirs */
    size_t outstanding; /* answers due */
    size_t stale;       /* answers due to an earlier run that was dropped */
    struct buf header;  /* of the message whose answer is coming */
    struct err error;   /* a copy cannot be kept: nothing may be deleted */
};

void recheck_init(struct recheck *r);
void recheck_release(struct recheck *r);

/* ITEMS that are staged; they stay where they are until the end. */
void recheck_start(struct recheck *r, struct commit_item *items, size_t count);
/* While the listing is under way: makes some of the copies that need nothing of the server, and
 * brings them to the disk.  False where nothing is left to do. */
bool recheck_ahead(struct recheck *r);
/* The listing is here. */
void recheck_begin(struct recheck *r, const struct fetch *f);
/* Asks for what there is room for.  True when every item is proved, and copied, or left out; or
 * there is an error. */
bool recheck_more(struct recheck *r, const struct fetch *f, struct online *o, int64_t now);
/* Some part of an answer to TOP or RETR; true when it was the last, so that there may be more
 * to ask. */
bool recheck_event(struct recheck *r, const struct pop3_event *event, const struct maildrop *m);
bool recheck_is_running(const struct recheck *r);
/* Items that are done. */
size_t recheck_progress(const struct recheck *r);
/* Nobody wants to know any more, but answers will still come. */
void recheck_drop(struct recheck *r);
/* The connection is lost: no answer will come. */
void recheck_lost(struct recheck *r);

#endif
