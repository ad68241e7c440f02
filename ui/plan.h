/* The plan of `dele delete --plan`: messages as `dele list --format json` wrote them, perhaps
 * cut down, and what has become of them since. */
#ifndef UI_PLAN_H
#define UI_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "maildrop/maildrop.h"

enum plan_verdict {
    PLAN_GOOD,
    PLAN_GONE,    /* no message has this UIDL */
    PLAN_CHANGED, /* it has another size or Message-ID, or the UIDL is not its own */
};

struct plan_line {
    char *uidl; /* clean, as in the JSON */
    uint64_t size;
    char *message_id; /* NULL: not said */
    enum plan_verdict verdict;
    size_t index; /* where it is PLAN_GOOD */
};

struct plan {
    struct plan_line *lines;
    size_t count;
};

/* PATH "-" is standard input.  JSON objects one behind the other, each over any number of
 * lines, or in arrays.  False with E (ERR_USAGE: "plan.json, line 3, column 7: ..."; ERR_IO).
 */
bool plan_read(struct plan *p, const char *path, struct err *e);
void plan_release(struct plan *p);

/* Finds each in M, whose listing is complete; a message that stands in two lines is found once,
 * the second is dropped. */
void plan_match(struct plan *p, const struct maildrop *m);

#endif
