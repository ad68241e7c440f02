#include "config.h"

#include "maildrop/rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "mail/trust.h"

/* What is known of a message: OPEN, NO_RULE, or FIRST_RULE + the rule's index. */
enum { OPEN, NO_RULE, FIRST_RULE };

struct own_rule {
    char *name;
    char *reason; /* of its marks: "rule NAME" */
    enum rule_action action;
    struct query *query;
    size_t matched, decided;
    uint64_t octets;
};

struct rules {
    struct own_rule *list;
    size_t count;
    uint32_t *decisions; /* by message index */
    size_t len;
    size_t staged;
};

static const char *const action_names[] = {
    [RULE_MARK] = "mark", [RULE_KEEP] = "keep", [RULE_HIGHLIGHT] = "highlight"};
_Static_assert(sizeof action_names / sizeof *action_names == RULE_ACTION_COUNT,
               "a name for each action");

const char *rule_action_name(enum rule_action action)
{
    return action_names[action];
}

bool rule_action_by_name(const char *name, enum rule_action *action)
{
    for (size_t i = 0; i < RULE_ACTION_COUNT; i++) {
        if (strcmp(name, action_names[i]) == 0) {
            *action = (enum rule_action)i;
            return true;
        }
    }
    return false;
}

struct rules *rules_new(void)
{
    return xcalloc(1, sizeof(struct rules));
}

static void release(struct own_rule *rule)
{
    free(rule->name);
    free(rule->reason);
    query_free(rule->query);
}

void rules_free(struct rules *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->count; i++)
        release(&r->list[i]);
    free(r->list);
    free(r->decisions);
    free(r);
}

void rules_add(struct rules *r, const char *name, const char *match, enum rule_action action)
{
    struct buf reason = BUF_INIT(SIZE_MAX / 8);
    char *clean = text_clean_line(name, strlen(name));
    buf_printf(&reason, "rule %s", clean);
    r->list = xreallocarray(r->list, r->count + 1, sizeof *r->list);
    r->list[r->count++] = (struct own_rule){.name = clean,
                                            .reason = buf_detach(&reason),
                                            .action = action,
                                            .query = query_new(match)};
    for (size_t i = 0; i < r->len; i++) {
        if (r->decisions[i] == NO_RULE)
            r->decisions[i] = OPEN;
    }
}

void rules_drop_last(struct rules *r)
{
    if (!r->count)
        return;
    uint32_t last = FIRST_RULE + (uint32_t)--r->count;
    release(&r->list[r->count]);
    for (size_t i = 0; i < r->len; i++) {
        if (r->decisions[i] == last)
            r->decisions[i] = OPEN;
    }
}

size_t rules_count(const struct rules *r)
{
    return r->count;
}

struct rule rules_at(const struct rules *r, size_t i)
{
    const struct own_rule *rule = &r->list[i];
    return (struct rule){rule->name,    rule->action,  rule->query,
                         rule->matched, rule->decided, rule->octets};
}

/* ---- deciding ---------------------------------------------------------------------------- */

static enum query_answer ask(struct own_rule *rule, const struct query_view *v, size_t index,
                             bool all)
{
    if (!rule->query || query_state(rule->query) != QUERY_GOOD)
        return QUERY_NO;
    if (!all && query_compares(rule->query))
        return QUERY_UNKNOWN;
    return query_ask(rule->query, v, index);
}

/* What the rules say, one after the other. */
struct hearing {
    size_t first;      /* that matches */
    size_t first_keep; /* that matches and keeps */
    bool is_open;      /* one before the first cannot tell */
    bool keep_is_open; /* one that keeps cannot tell */
};

static struct hearing hear(struct rules *r, const struct query_view *v, size_t index, bool all,
                           bool *matches)
{
    struct hearing h = {.first = RULES_NONE, .first_keep = RULES_NONE};
    for (size_t i = 0; i < r->count; i++) {
        enum query_answer a = ask(&r->list[i], v, index, all);
        bool keeps = r->list[i].action == RULE_KEEP;
        matches[i] = a == QUERY_YES;
        h.is_open |= a == QUERY_UNKNOWN && h.first == RULES_NONE;
        h.keep_is_open |= a == QUERY_UNKNOWN && keeps;
        if (a == QUERY_YES && h.first == RULES_NONE)
            h.first = i;
        if (a == QUERY_YES && keeps && h.first_keep == RULES_NONE)
            h.first_keep = i;
    }
    return h;
}

/* OPEN where it cannot be told yet. */
static uint32_t judge(const struct rules *r, const struct hearing *h)
{
    bool marks = h->first != RULES_NONE && r->list[h->first].action == RULE_MARK;
    if (h->is_open || (marks && h->first_keep == RULES_NONE && h->keep_is_open))
        return OPEN;
    if (h->first == RULES_NONE)
        return NO_RULE;
    return FIRST_RULE +
           (uint32_t)(marks && h->first_keep != RULES_NONE ? h->first_keep : h->first);
}

/* A mail server's own data is no mail. */
static bool stage(struct rules *r, const struct own_rule *rule, const struct message *m,
                  struct marks *k, size_t index)
{
    if (rule->action == RULE_HIGHLIGHT)
        return true;
    if (!k || m->summary->warnings & TRUST_FOLDER_DATA)
        return false;
    enum mark mark = rule->action == RULE_MARK ? MARK_DELETE : MARK_KEEP;
    bool staged = marks_set_unasked(k, index, mark, CAUSE_RULE, rule->reason, m->size);
    r->staged += staged && mark == MARK_DELETE;
    return staged;
}

static uint32_t *decision_at(struct rules *r, size_t index)
{
    if (index >= r->len) {
        size_t len = r->len ? r->len : 64;
        while (index >= len)
            len *= 2;
        r->decisions = xreallocarray(r->decisions, len, sizeof *r->decisions);
        memset(r->decisions + r->len, 0, (len - r->len) * sizeof *r->decisions);
        r->len = len;
    }
    return &r->decisions[index];
}

bool rules_look(struct rules *r, const struct query_view *v, struct marks *k, size_t index,
                bool all)
{
    const struct message *m = maildrop_at(v->maildrop, index);
    uint32_t *decision = decision_at(r, index);
    if (*decision != OPEN || !m->present || !m->summary)
        return false;
    bool *matches = xcalloc(r->count + 1, sizeof *matches);
    struct hearing h = hear(r, v, index, all, matches);
    *decision = judge(r, &h);
    for (size_t i = 0; i < r->count && *decision != OPEN; i++)
        r->list[i].matched += matches[i];
    free(matches);
    if (*decision < FIRST_RULE)
        return false;
    struct own_rule *rule = &r->list[*decision - FIRST_RULE];
    rule->decided++;
    rule->octets += m->size;
    return stage(r, rule, m, k, index);
}

size_t rules_of(const struct rules *r, size_t index)
{
    return index < r->len && r->decisions[index] >= FIRST_RULE
               ? r->decisions[index] - FIRST_RULE
               : RULES_NONE;
}

bool rules_highlights(const struct rules *r, size_t index)
{
    size_t rule = rules_of(r, index);
    return rule != RULES_NONE && r->list[rule].action == RULE_HIGHLIGHT;
}

size_t rules_staged(const struct rules *r)
{
    return r->staged;
}
