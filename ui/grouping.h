/* What is listed, put together in groups: built when it is looked at, and again, not too often,
 * while headers come. */
#ifndef UI_GROUPING_H
#define UI_GROUPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "maildrop/group.h"

struct app;

struct grouping {
    enum group_kind kind;
    enum group_sort sort;
    bool is_reversed;
    struct groups *groups; /* NULL: to be built */
    struct campaigns *campaigns;
    unsigned order_version; /* as of which it was built */
    size_t headers;         /* that were here when it was built */
    int64_t built_at, took; /* milliseconds */
    size_t row, top;        /* cursor, first on the screen */
    int page;
    bool *opened;       /* by message index: is in the group that is listed; NULL: none is */
    size_t opened_size; /* of it */
    char *opened_label;
};

void grouping_release(struct grouping *g);

/* Brings the groups up to date with what is listed; the cursor stays on its group. */
void grouping_update(struct app *app);
/* What is listed has changed: they are built anew. */
void grouping_forget(struct grouping *g);
void grouping_set_kind(struct app *app, enum group_kind kind);
void grouping_sort_next(struct app *app);
void grouping_reverse(struct app *app);
/* The row under the cursor; NULL where there is none. */
const struct group_row *grouping_current(const struct grouping *g);

/* Lists only the members of the row under the cursor; and all again (false: no group was open).
 */
void grouping_open(struct app *app);
bool grouping_close(struct app *app);

#endif
