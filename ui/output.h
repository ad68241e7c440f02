/* What the batch commands print. */
#ifndef UI_OUTPUT_H
#define UI_OUTPUT_H

#include <stddef.h>

#include <jansson.h>

#include "base/buf.h"
#include "mail/trust.h"
#include "maildrop/maildrop.h"
#include "maildrop/marks.h"

/* Clean text on standard output, in the charset of the user's locale. */
void output_text(const char *clean, size_t len);
/* The sender in as many columns of a table.  Where there is little room the name gives way; the
 * real address is never cut, and pushes what follows aside. */
#define OUTPUT_SENDER_COLS 32
void output_append_sender(struct buf *out, const struct summary *s);
/* A line of a table: number, date, size, sender, subject. */
void output_row(const struct message *m);
/* Takes O over, and prints it on one line. */
void output_json(json_t *o);
/* A message as `dele list` shows it.  T: how far it is to be trusted, else NULL. */
json_t *output_message(const struct message *m, enum mark mark, const struct trust *t);
/* {"score", "source", "auth", "suspicious", "reasons"}. */
json_t *output_trust(const struct trust *t);
json_t *output_clean(const char *bytes);

#endif
