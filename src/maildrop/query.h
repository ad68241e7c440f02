/* What the user looks for.  At present: text that the sender, the subject or the envelope must
 * contain, in any case and with or without accents. */
#ifndef MAILDROP_QUERY_H
#define MAILDROP_QUERY_H

#include <stdbool.h>

#include "maildrop/maildrop.h"

struct query;

/* NULL for a text that is empty or only blanks. */
struct query *query_new(const char *text);
void query_free(struct query *q);
/* False as long as the message's headers are not here. */
bool query_matches(const struct query *q, const struct message *message);

#endif
