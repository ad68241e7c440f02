/* Rules: queries with what is to be done about the messages that match.  The first rule that
 * matches decides, but one that keeps, wherever it stands, wins against one that marks.  Rules
 * stage marks, each once a message, and where the user has decided nothing; they never delete.
 * A rule whose query is wrong matches nothing. */
#ifndef MAILDROP_RULES_H
#define MAILDROP_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "maildrop/query.h"

enum rule_action { RULE_MARK, RULE_KEEP, RULE_HIGHLIGHT, RULE_ACTION_COUNT };

/* "mark", "keep", "highlight". */
const char *rule_action_name(enum rule_action action);
/* False for any other word. */
bool rule_action_by_name(const char *name, enum rule_action *action);

struct rules;

#define RULES_NONE SIZE_MAX

struct rules *rules_new(void);
void rules_free(struct rules *r);

/* Behind those that there are; messages that no rule decided are open again. */
void rules_add(struct rules *r, const char *name, const char *match, enum rule_action action);
/* The last one; messages that it decided are open again. */
void rules_drop_last(struct rules *r);
size_t rules_count(const struct rules *r);

struct rule {
    const char *name;
    enum rule_action action;
    const struct query *query; /* NULL: it asks for nothing, thus matches nothing */
    size_t matched;            /* messages, as far as it was known when they were decided */
    size_t decided;            /* of these: no other rule came first */
    uint64_t octets;           /* of those that it decided */
};
struct rule rules_at(const struct rules *r, size_t i);

/* Decides a message that is not yet decided, as far as it can be told, and stages what the rule
 * says in K (NULL: nothing is staged).  ALL: the headers of all messages are here, thus also
 * what depends on the others can be told.  True where the message changed its look. */
bool rules_look(struct rules *r, const struct query_view *v, struct marks *k, size_t index,
                bool all);
/* The rule that decided a message; RULES_NONE where none did (yet). */
size_t rules_of(const struct rules *r, size_t index);
bool rules_highlights(const struct rules *r, size_t index);
/* Marks `delete` that were staged. */
size_t rules_staged(const struct rules *r);

#endif
