/* One message of a commit, and how far it has come. */
#ifndef CLIENT_COMMIT_ITEM_H
#define CLIENT_COMMIT_ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum commit_item_state {
    ITEM_STAGED,
    ITEM_LEFT_OUT, /* gone before, or not provably the same message: no DELE was sent */
    ITEM_UNCOPIED, /* the server did not give the copy that is to be kept: no DELE was sent */
    ITEM_SENT,
    ITEM_REFUSED,     /* -ERR to DELE */
    ITEM_ACCEPTED,    /* +OK to DELE */
    ITEM_GONE,        /* verified */
    ITEM_STILL_THERE, /* verified */
};

/* What is asked of the server about it before its DELE. */
enum commit_item_look { ITEM_LOOK_NONE, ITEM_LOOK_HEADER, ITEM_LOOK_ALL };

struct commit_item {
    size_t index;    /* in the maildrop */
    uint32_t number; /* that DELE was sent with */
    enum commit_item_state state;
    bool proved;  /* the message the user saw: by its UIDL, or its header looked at again */
    bool by_uidl; /* a listing can prove whether it is gone */
    enum commit_item_look look;
    bool has_copy;
    size_t copy; /* in the trash: its id */
};

#endif
