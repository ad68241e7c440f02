/* What the user decided: `delete` or `keep` for a message, each with its cause, and an undo
 * history.  Marks are local: no command goes to the server because of a mark. */
#ifndef MAILDROP_MARKS_H
#define MAILDROP_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mark { MARK_NONE, MARK_DELETE, MARK_KEEP };
enum mark_cause {
    CAUSE_HAND,
    CAUSE_PATTERN,
    CAUSE_GROUP,
    CAUSE_RULE,
    CAUSE_FOLDER_DATA, /* a mail server's own message: kept */
    CAUSE_COUNT
};

struct marks;

struct marks *marks_new(void);
void marks_free(struct marks *k);

enum mark marks_get(const struct marks *k, size_t index);
enum mark_cause marks_cause(const struct marks *k, size_t index);

/* What the user is told: "hand", "pattern", "group", "rule", "folder data", or more of it:
 * "pattern from:casino", "rule spam". Valid until the next mark is set. */
const char *marks_why(const struct marks *k, size_t index);

/* Marks set between begin and end are one undo step; alone, each is its own.  WHY, for all of
 * them, may be NULL: then there is no more to say than the cause.  OCTETS is the
 * message's size, for marks_octets().  False where nothing changed (no step is made then). */
void marks_begin(struct marks *k, const char *why);
bool marks_set(struct marks *k, size_t index, enum mark mark, enum mark_cause cause,
               uint64_t octets);
void marks_end(struct marks *k);
/* A message about which nothing was decided; no undo step.  False where something was, or where
 * a rule would mark again what marks_refuse_rules(). */
bool marks_set_unasked(struct marks *k, size_t index, enum mark mark, enum mark_cause cause,
                       const char *why, uint64_t octets);
/* A rule had marked it, and the user decided otherwise. */
bool marks_refuse_rules(const struct marks *k, size_t index);
/* Takes the newest step back (at most LIMIT_UNDO are kept): how many marks it changed; 0 where
 * there is none. */
size_t marks_undo(struct marks *k);
/* How many steps were made and not taken back; and takes back those above HEIGHT, also where
 * their messages were forgotten: how many marks that changed. */
uint64_t marks_height(const struct marks *k);
size_t marks_undo_to(struct marks *k, uint64_t height);
/* Takes a mark away for good, also from the history: the message was deleted, or is gone. */
void marks_forget(struct marks *k, size_t index);

/* What the program remembered of an earlier run; no undo step, and no change.  MARK_NONE by
 * CAUSE_RULE: it refuses rules. */
void marks_restore(struct marks *k, size_t index, enum mark mark, enum mark_cause cause,
                   const char *why, uint64_t octets);
/* The next message whose mark has changed since it was last taken; SIZE_MAX for none. */
size_t marks_take_change(struct marks *k);
/* Rises with each change to `keep` or from it, whoever made it. */
uint64_t marks_keep_changes(const struct marks *k);

/* Marked `delete`, and their octets. */
size_t marks_count(const struct marks *k);
uint64_t marks_octets(const struct marks *k);
/* The next index >= FROM marked `delete`; SIZE_MAX where there is none. */
size_t marks_next(const struct marks *k, size_t from);

#endif
