/* What the batch commands print. */
#ifndef UI_OUTPUT_H
#define UI_OUTPUT_H

#include <stddef.h>

#include <jansson.h>

#include "maildrop/maildrop.h"
#include "maildrop/marks.h"

/* Clean text on standard output, in the charset of the user's locale. */
void output_text(const char *clean, size_t len);
/* Takes O over, and prints it on one line. */
void output_json(json_t *o);
/* A message as `dele list` shows it. */
json_t *output_message(const struct message *m, enum mark mark);
json_t *output_clean(const char *bytes);

#endif
