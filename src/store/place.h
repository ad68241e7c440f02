/* Where files of the program are: the directories of the XDG base directory specification. */
#ifndef STORE_PLACE_H
#define STORE_PLACE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

enum place {
    PLACE_CONFIG, /* $XDG_CONFIG_HOME, ~/.config */
    PLACE_STATE,  /* $XDG_STATE_HOME, ~/.local/state */
    PLACE_DATA,   /* $XDG_DATA_HOME, ~/.local/share */
};

/* Appends ".../dele/NAME"; false where there is no home.  A variable that is no absolute path
 * counts as not set. */
bool place_path(struct buf *out, enum place place, const char *name);
/* Makes the directories above PATH, for the user alone (0700).  False with the reason in E
 * (ERR_IO). */
bool place_make(const char *path, struct err *e);
/* A new entry in the directory above PATH is on the disk. */
void place_sync(const char *path);

#endif
