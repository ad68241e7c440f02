/* "Mark all like this one": by what, is chosen from those that there are, with their counts. */
#ifndef UI_ALIKE_H
#define UI_ALIKE_H

#include "ui/app.h"

/* Of the message under the cursor. */
void alike_ask(struct app *app);
/* What is asked, for the bottom row. */
void alike_question(const struct app *app, struct buf *out);
/* A key for it; others than those offered mark nothing. */
void alike_answer(struct app *app, key_code key);

#endif
