/* What the user types to choose messages: search, limit, mark and unmark by pattern.  The count
 * is said while it is typed, before anything is done; a mistake, with its column. */
#ifndef UI_PATTERN_H
#define UI_PATTERN_H

#include "ui/app.h"

/* Where a query of the user looks now. */
struct query_view pattern_view(const struct app *app);
bool pattern_matches(const struct app *app, struct query *q, size_t index);

/* The prompt takes a query. */
bool pattern_is_asked(const struct app *app);
/* The line was changed: says what it would do. */
void pattern_typed(struct app *app);
/* Enter: does it, for PROMPT. */
void pattern_take(struct app *app, enum app_prompt prompt);
/* The byte of the line at which the mistake is; SIZE_MAX for none. */
size_t pattern_mistake(const struct app *app);

/* Shows all messages again; false where all are shown. */
bool pattern_clear_limit(struct app *app);

#endif
