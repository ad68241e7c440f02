#include "config.h"

#include "maildrop/marks.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "maildrop/intern.h"

/* Changes kept for undo, in all steps but the newest: 1,000 times "mark all, unmark all" in a
 * large maildrop must not eat the memory. */
#define CHANGES_KEPT 4000000u

struct decision {
    uint64_t octets; /* from when it was marked `delete` last */
    uint32_t why;    /* in `reasons`, counted from 1; 0: no more than the cause */
    uint8_t mark, cause;
    uint8_t life;    /* how often it was forgotten: older changes are void */
    bool is_changed; /* and stands in `changed` */
    bool is_refused; /* a rule's mark was taken back, or changed */
};

/* What a message's decision was before. */
struct change {
    uint32_t index, why;
    uint8_t mark, cause, life;
};

struct marks {
    struct decision *decisions; /* by message index; behind the end: none */
    size_t len;
    size_t count;
    uint64_t octets;

    struct change *changes;
    size_t change_count, change_alloc;
    size_t *steps; /* where in `changes` each step begins, oldest first */
    size_t step_count, step_alloc;
    uint64_t keep_changes;
    uint64_t height;   /* steps that were made and not taken back */
    size_t oldest;     /* the steps before are past undoing, and go at the next tidying */
    uint32_t *changed; /* since they were taken */
    size_t changed_count, changed_alloc;
    bool is_open;
    uint32_t open_why;
    size_t open_at; /* where the open step began */
    struct intern *reasons;
};

static const char *const cause_names[] = {
    [CAUSE_HAND] = "hand", [CAUSE_PATTERN] = "pattern",         [CAUSE_GROUP] = "group",
    [CAUSE_RULE] = "rule", [CAUSE_FOLDER_DATA] = "folder data",
};
_Static_assert(sizeof cause_names / sizeof *cause_names == CAUSE_COUNT,
               "a name for each cause");

struct marks *marks_new(void)
{
    static const uint8_t key[HASH_KEY_SIZE] = "reasons of marks"; /* they are the user's own */
    struct marks *k = xcalloc(1, sizeof *k);
    k->reasons = intern_new(key);
    return k;
}

void marks_free(struct marks *k)
{
    if (!k)
        return;
    free(k->decisions);
    free(k->changes);
    free(k->steps);
    free(k->changed);
    intern_free(k->reasons);
    free(k);
}

enum mark marks_get(const struct marks *k, size_t index)
{
    return index < k->len ? (enum mark)k->decisions[index].mark : MARK_NONE;
}

enum mark_cause marks_cause(const struct marks *k, size_t index)
{
    return index < k->len ? (enum mark_cause)k->decisions[index].cause : CAUSE_HAND;
}

static uint32_t put_reason(struct marks *k, const char *why)
{
    return why && *why ? intern_put(k->reasons, why, strlen(why)) + 1 : 0;
}

const char *marks_why(const struct marks *k, size_t index)
{
    size_t len;
    uint32_t why = index < k->len ? k->decisions[index].why : 0;
    return why ? intern_at(k->reasons, why - 1, &len) : cause_names[marks_cause(k, index)];
}

bool marks_refuse_rules(const struct marks *k, size_t index)
{
    return index < k->len && k->decisions[index].is_refused;
}

size_t marks_count(const struct marks *k)
{
    return k->count;
}

uint64_t marks_octets(const struct marks *k)
{
    return k->octets;
}

size_t marks_next(const struct marks *k, size_t from)
{
    for (size_t i = from; k->count && i < k->len; i++) {
        if (k->decisions[i].mark == MARK_DELETE)
            return i;
    }
    return SIZE_MAX;
}

static struct decision *decision_at(struct marks *k, size_t index)
{
    if (index >= k->len) {
        size_t len = k->len ? k->len : 64;
        while (index >= len)
            len *= 2;
        k->decisions = xreallocarray(k->decisions, len, sizeof *k->decisions);
        memset(k->decisions + k->len, 0, (len - k->len) * sizeof *k->decisions);
        k->len = len;
    }
    return &k->decisions[index];
}

static void note_change(struct marks *k, struct decision *d)
{
    if (d->is_changed)
        return;
    d->is_changed = true;
    if (k->changed_count == k->changed_alloc) {
        k->changed_alloc = k->changed_alloc ? k->changed_alloc * 2 : 64;
        k->changed = xreallocarray(k->changed, k->changed_alloc, sizeof *k->changed);
    }
    k->changed[k->changed_count++] = (uint32_t)(d - k->decisions);
}

static void decide(struct marks *k, struct decision *d, enum mark mark, enum mark_cause cause,
                   uint32_t why, uint64_t octets)
{
    note_change(k, d);
    k->keep_changes += d->mark == MARK_KEEP || mark == MARK_KEEP;
    d->is_refused |= d->mark != MARK_NONE && d->cause == CAUSE_RULE && cause != CAUSE_RULE;
    if (d->mark == MARK_DELETE) {
        k->count--;
        k->octets -= d->octets;
    }
    d->mark = (uint8_t)mark;
    d->cause = (uint8_t)cause;
    d->why = mark == MARK_NONE ? 0 : why;
    if (mark == MARK_DELETE) {
        d->octets = octets;
        k->count++;
        k->octets += octets;
    }
}

size_t marks_take_change(struct marks *k)
{
    if (!k->changed_count)
        return SIZE_MAX;
    size_t index = k->changed[--k->changed_count];
    k->decisions[index].is_changed = false;
    return index;
}

uint64_t marks_keep_changes(const struct marks *k)
{
    return k->keep_changes;
}

void marks_restore(struct marks *k, size_t index, enum mark mark, enum mark_cause cause,
                   const char *why, uint64_t octets)
{
    struct decision *d = decision_at(k, index);
    bool was_changed = d->is_changed;
    d->is_changed = true;
    decide(k, d, mark, cause, put_reason(k, why), octets);
    d->is_refused = mark == MARK_NONE && cause == CAUSE_RULE;
    d->is_changed = was_changed;
}

/* ---- the history ------------------------------------------------------------------------ */

static void remember(struct marks *k, size_t index, const struct decision *d)
{
    if (k->change_count == k->change_alloc) {
        k->change_alloc = k->change_alloc ? k->change_alloc * 2 : 64;
        k->changes = xreallocarray(k->changes, k->change_alloc, sizeof *k->changes);
    }
    k->changes[k->change_count++] =
        (struct change){(uint32_t)index, d->why, d->mark, d->cause, d->life};
}

/* Moves what can be undone to the front, when at least as much lies before it. */
static void tidy(struct marks *k)
{
    size_t steps = k->step_count - k->oldest;
    size_t from = steps ? k->steps[k->oldest] : k->change_count;
    if (k->oldest < LIMIT_UNDO && from < CHANGES_KEPT)
        return;
    memmove(k->changes, k->changes + from, (k->change_count - from) * sizeof *k->changes);
    k->change_count -= from;
    for (size_t i = 0; i < steps; i++)
        k->steps[i] = k->steps[k->oldest + i] - from;
    k->step_count = steps;
    k->oldest = 0;
}

static void add_step(struct marks *k, size_t begin)
{
    if (k->step_count == k->step_alloc) {
        k->step_alloc = k->step_alloc ? k->step_alloc * 2 : 64;
        k->steps = xreallocarray(k->steps, k->step_alloc, sizeof *k->steps);
    }
    k->steps[k->step_count++] = begin;
    k->height++;
    while (k->step_count - k->oldest > LIMIT_UNDO ||
           (begin - k->steps[k->oldest] > CHANGES_KEPT && k->oldest + 1 < k->step_count))
        k->oldest++;
    tidy(k);
}

void marks_begin(struct marks *k, const char *why)
{
    assert(!k->is_open);
    k->open_why = put_reason(k, why);
    k->is_open = true;
    k->open_at = k->change_count;
}

void marks_end(struct marks *k)
{
    assert(k->is_open);
    k->is_open = false;
    if (k->change_count > k->open_at)
        add_step(k, k->open_at);
}

bool marks_set(struct marks *k, size_t index, enum mark mark, enum mark_cause cause,
               uint64_t octets)
{
    assert(index < UINT32_MAX);
    if (marks_get(k, index) == mark)
        return false;
    struct decision *d = decision_at(k, index);
    size_t begin = k->change_count;
    remember(k, index, d);
    decide(k, d, mark, cause, k->is_open ? k->open_why : 0, octets);
    if (!k->is_open)
        add_step(k, begin);
    return true;
}

bool marks_set_unasked(struct marks *k, size_t index, enum mark mark, enum mark_cause cause,
                       const char *why, uint64_t octets)
{
    if (marks_get(k, index) != MARK_NONE ||
        (cause == CAUSE_RULE && marks_refuse_rules(k, index)))
        return false;
    decide(k, decision_at(k, index), mark, cause, put_reason(k, why), octets);
    return true;
}

static size_t undo_step(struct marks *k)
{
    size_t changed = 0, begin = k->steps[--k->step_count];
    k->height--;
    while (k->change_count > begin) {
        const struct change *c = &k->changes[--k->change_count];
        struct decision *d = &k->decisions[c->index];
        if (c->life != d->life)
            continue;
        decide(k, d, (enum mark)c->mark, (enum mark_cause)c->cause, c->why, d->octets);
        changed++;
    }
    return changed;
}

size_t marks_undo(struct marks *k)
{
    assert(!k->is_open);
    size_t changed = 0;
    /* A step whose messages were all forgotten is none any more. */
    while (changed == 0 && k->step_count > k->oldest)
        changed = undo_step(k);
    return changed;
}

uint64_t marks_height(const struct marks *k)
{
    return k->height;
}

size_t marks_undo_to(struct marks *k, uint64_t height)
{
    assert(!k->is_open);
    size_t changed = 0;
    while (k->height > height && k->step_count > k->oldest)
        changed += undo_step(k);
    return changed;
}

void marks_forget(struct marks *k, size_t index)
{
    if (index >= k->len)
        return;
    struct decision *d = &k->decisions[index];
    decide(k, d, MARK_NONE, CAUSE_HAND, 0, 0);
    d->is_refused = false;
    d->life++;
}
