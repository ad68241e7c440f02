/* Marks on many messages at once, in one step for undo: what is kept is left alone, and only
 * what could be seen is marked for deletion. */
#ifndef UI_MARKING_H
#define UI_MARKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/app.h"

/* Something of the message was on the screen, or could have been. */
bool marking_may_delete(const struct message *m);

struct marking {
    size_t changed;
    uint64_t octets; /* theirs */
    size_t kept;     /* left alone */
    size_t unseen;   /* their headers are not here */
};

/* COUNT message indexes to MARK: only from MARK_NONE to `delete` or `keep`, and to
 * MARK_NONE from either.  WHY as for marks_begin(). */
struct marking marking_set(struct app *app, const uint32_t *indexes, size_t count,
                           enum mark mark, const char *why);
/* Appends "; 3 kept are left alone; 2 are not loaded yet". */
void marking_say_rest(struct buf *out, const struct marking *m);
/* "37 messages marked; ..." as the notice. */
void marking_say(struct app *app, enum mark mark, const struct marking *m);

#endif
