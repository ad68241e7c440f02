#include "config.h"

#include "maildrop/marks.h"

#include <criterion/criterion.h>

#include "base/limits.h"

static bool set(struct marks *k, size_t index, enum mark mark)
{
    return marks_set(k, index, mark, CAUSE_HAND, 100);
}

Test(marks, tell_when_what_is_kept_has_changed)
{
    struct marks *k = marks_new();
    uint64_t before = marks_keep_changes(k);
    marks_set(k, 1, MARK_DELETE, CAUSE_HAND, 10);
    marks_set(k, 1, MARK_NONE, CAUSE_HAND, 10);
    cr_expect_eq(marks_keep_changes(k), before);
    marks_set(k, 1, MARK_KEEP, CAUSE_HAND, 10);
    cr_expect_gt(marks_keep_changes(k), before);
    before = marks_keep_changes(k);
    marks_undo(k);
    cr_expect_gt(marks_keep_changes(k), before);
    before = marks_keep_changes(k);
    marks_restore(k, 2, MARK_KEEP, CAUSE_RULE, NULL, 10);
    cr_expect_gt(marks_keep_changes(k), before);
    marks_free(k);
}

Test(marks, know_nothing_at_first)
{
    struct marks *k = marks_new();
    cr_expect_eq(marks_get(k, 0), MARK_NONE);
    cr_expect_eq(marks_get(k, SIZE_MAX), MARK_NONE);
    cr_expect_eq(marks_cause(k, 7), CAUSE_HAND);
    cr_expect_eq(marks_count(k), 0);
    cr_expect_eq(marks_octets(k), 0);
    cr_expect_eq(marks_next(k, 0), SIZE_MAX);
    cr_expect_eq(marks_undo(k), 0);
    marks_forget(k, 12);
    marks_free(k);
    marks_free(NULL);
}

Test(marks, name_their_causes)
{
    static const char *const names[CAUSE_COUNT] = {"hand", "pattern", "group", "rule",
                                                   "folder data"};
    struct marks *k = marks_new();
    for (size_t i = 0; i < CAUSE_COUNT; i++) {
        marks_set(k, i, MARK_DELETE, (enum mark_cause)i, 1);
        cr_expect_str_eq(marks_why(k, i), names[i]);
    }
    marks_free(k);
}

Test(marks, may_say_more_than_their_cause)
{
    struct marks *k = marks_new();
    marks_begin(k, "pattern from:casino");
    marks_set(k, 1, MARK_DELETE, CAUSE_PATTERN, 1);
    marks_set(k, 2, MARK_DELETE, CAUSE_PATTERN, 1);
    marks_end(k);
    set(k, 1, MARK_NONE);
    set(k, 2, MARK_KEEP);
    cr_expect_str_eq(marks_why(k, 1), "hand");
    cr_expect_str_eq(marks_why(k, 2), "hand");
    marks_undo(k);
    marks_undo(k);
    cr_expect_str_eq(marks_why(k, 1), "pattern from:casino");
    cr_expect_str_eq(marks_why(k, 2), "pattern from:casino");
    cr_expect(marks_set_unasked(k, 3, MARK_DELETE, CAUSE_RULE, "rule spam", 1));
    cr_expect_str_eq(marks_why(k, 3), "rule spam");
    cr_expect_not(marks_set_unasked(k, 3, MARK_KEEP, CAUSE_RULE, "rule ham", 1));
    marks_free(k);
}

Test(marks, count_only_what_will_be_deleted)
{
    struct marks *k = marks_new();
    cr_expect(marks_set(k, 3, MARK_DELETE, CAUSE_PATTERN, 40));
    cr_expect(marks_set(k, 900, MARK_DELETE, CAUSE_RULE, 2));
    cr_expect(marks_set(k, 5, MARK_KEEP, CAUSE_HAND, 1000));
    cr_expect_eq(marks_count(k), 2);
    cr_expect_eq(marks_octets(k), 42);
    cr_expect_eq(marks_get(k, 5), MARK_KEEP);
    cr_expect_eq(marks_cause(k, 3), CAUSE_PATTERN);
    cr_expect_eq(marks_next(k, 0), 3);
    cr_expect_eq(marks_next(k, 3), 3);
    cr_expect_eq(marks_next(k, 4), 900);
    cr_expect_eq(marks_next(k, 901), SIZE_MAX);
    cr_expect_eq(marks_next(k, SIZE_MAX), SIZE_MAX);
    cr_expect(marks_set(k, 3, MARK_KEEP, CAUSE_HAND, 40));
    cr_expect_eq(marks_count(k), 1);
    cr_expect_eq(marks_octets(k), 2);
    marks_free(k);
}

Test(marks, change_nothing_when_set_again)
{
    struct marks *k = marks_new();
    cr_expect_not(set(k, 0, MARK_NONE));
    cr_expect(marks_set(k, 0, MARK_DELETE, CAUSE_HAND, 10));
    cr_expect_not(marks_set(k, 0, MARK_DELETE, CAUSE_RULE, 99));
    cr_expect_eq(marks_cause(k, 0), CAUSE_HAND);
    cr_expect_eq(marks_octets(k), 10);
    cr_expect_eq(marks_undo(k), 1);
    cr_expect_eq(marks_undo(k), 0, "only one step was made");
    marks_free(k);
}

Test(marks, are_taken_back_one_by_one)
{
    struct marks *k = marks_new();
    marks_set(k, 0, MARK_DELETE, CAUSE_PATTERN, 10);
    marks_set(k, 0, MARK_KEEP, CAUSE_HAND, 0);
    marks_set(k, 0, MARK_NONE, CAUSE_HAND, 0);
    cr_expect_eq(marks_undo(k), 1);
    cr_expect_eq(marks_get(k, 0), MARK_KEEP);
    cr_expect_eq(marks_undo(k), 1);
    cr_expect_eq(marks_get(k, 0), MARK_DELETE);
    cr_expect_eq(marks_cause(k, 0), CAUSE_PATTERN);
    cr_expect_eq(marks_octets(k), 10);
    cr_expect_eq(marks_count(k), 1);
    cr_expect_eq(marks_undo(k), 1);
    cr_expect_eq(marks_get(k, 0), MARK_NONE);
    cr_expect_eq(marks_octets(k), 0);
    cr_expect_eq(marks_undo(k), 0);
    marks_free(k);
}

Test(marks, are_taken_back_step_by_step)
{
    struct marks *k = marks_new();
    set(k, 9, MARK_DELETE);
    marks_begin(k, NULL);
    for (size_t i = 0; i < 5; i++)
        set(k, i, MARK_DELETE);
    marks_end(k);
    marks_begin(k, NULL);
    set(k, 9, MARK_DELETE);
    marks_end(k); /* nothing changed: no step */
    cr_expect_eq(marks_count(k), 6);
    cr_expect_eq(marks_undo(k), 5);
    cr_expect_eq(marks_count(k), 1);
    cr_expect_eq(marks_next(k, 0), 9);
    cr_expect_eq(marks_undo(k), 1);
    cr_expect_eq(marks_undo(k), 0);
    marks_free(k);
}

Test(marks, are_taken_back_in_the_opposite_order_within_a_step)
{
    struct marks *k = marks_new();
    set(k, 1, MARK_KEEP);
    marks_begin(k, NULL);
    set(k, 1, MARK_DELETE);
    set(k, 1, MARK_NONE);
    marks_end(k);
    marks_undo(k);
    cr_expect_eq(marks_get(k, 1), MARK_KEEP);
    marks_free(k);
}

Test(marks, that_are_forgotten_do_not_come_back)
{
    struct marks *k = marks_new();
    set(k, 0, MARK_DELETE);
    marks_begin(k, NULL);
    set(k, 1, MARK_DELETE);
    set(k, 2, MARK_DELETE);
    marks_end(k);
    set(k, 1, MARK_NONE);
    marks_forget(k, 1);
    cr_expect_eq(marks_undo(k), 1, "the step of 1 alone is none any more");
    cr_expect_eq(marks_get(k, 1), MARK_NONE);
    cr_expect_eq(marks_get(k, 2), MARK_NONE);
    cr_expect_eq(marks_count(k), 1);
    marks_forget(k, 0);
    cr_expect_eq(marks_count(k), 0);
    cr_expect_eq(marks_octets(k), 0);
    cr_expect_eq(marks_undo(k), 0);
    cr_expect_eq(marks_get(k, 0), MARK_NONE);
    marks_free(k);
}

Test(marks, can_be_set_again_after_being_forgotten)
{
    struct marks *k = marks_new();
    set(k, 0, MARK_KEEP);
    marks_forget(k, 0);
    set(k, 0, MARK_DELETE);
    cr_expect_eq(marks_undo(k), 1);
    cr_expect_eq(marks_get(k, 0), MARK_NONE);
    cr_expect_eq(marks_undo(k), 0);
    marks_free(k);
}

Test(marks, keep_the_newest_steps_only)
{
    struct marks *k = marks_new();
    for (size_t i = 0; i < 5 * LIMIT_UNDO; i++)
        set(k, i, MARK_DELETE);
    size_t steps = 0;
    while (marks_undo(k))
        steps++;
    cr_expect_eq(steps, LIMIT_UNDO);
    cr_expect_eq(marks_count(k), 4 * LIMIT_UNDO);
    cr_expect_eq(marks_get(k, 4 * LIMIT_UNDO - 1), MARK_DELETE);
    cr_expect_eq(marks_get(k, 4 * LIMIT_UNDO), MARK_NONE);
    set(k, 4 * LIMIT_UNDO, MARK_DELETE);
    cr_expect_eq(marks_undo(k), 1, "and goes on after that");
    cr_expect_eq(marks_undo(k), 0);
    marks_free(k);
}

Test(marks, of_large_steps_do_not_eat_the_memory, .timeout = 60)
{
    enum { MANY = 1000000, ROUNDS = 12 };
    struct marks *k = marks_new();
    for (int round = 0; round < ROUNDS; round++) {
        marks_begin(k, NULL);
        for (size_t i = 0; i < MANY; i++)
            marks_set(k, i, round % 2 ? MARK_NONE : MARK_DELETE, CAUSE_PATTERN, 1);
        marks_end(k);
    }
    size_t steps = 0, changed;
    while ((changed = marks_undo(k))) {
        cr_assert_eq(changed, MANY);
        cr_assert_eq(marks_octets(k), steps % 2 ? 0 : MANY);
        steps++;
    }
    cr_expect(steps >= 4 && steps < ROUNDS, "%zu steps were kept", steps);
    marks_free(k);
}

Test(marks, tell_what_has_changed_once)
{
    struct marks *k = marks_new();
    set(k, 3, MARK_DELETE);
    set(k, 3, MARK_NONE);
    set(k, 5, MARK_KEEP);
    cr_expect_eq(marks_take_change(k), 5);
    cr_expect_eq(marks_take_change(k), 3);
    cr_expect_eq(marks_take_change(k), SIZE_MAX);
    marks_undo(k);
    cr_expect_eq(marks_take_change(k), 5);
    set(k, 3, MARK_DELETE);
    marks_forget(k, 3);
    cr_expect_eq(marks_take_change(k), 3);
    cr_expect_eq(marks_take_change(k), SIZE_MAX);
    marks_free(k);
}

Test(marks, that_are_restored_are_no_change_and_no_step)
{
    struct marks *k = marks_new();
    marks_restore(k, 2, MARK_DELETE, CAUSE_RULE, "rule spam", 10);
    cr_expect_str_eq(marks_why(k, 2), "rule spam");
    cr_expect_eq(marks_count(k), 1);
    cr_expect_eq(marks_octets(k), 10);
    cr_expect_eq(marks_cause(k, 2), CAUSE_RULE);
    cr_expect_eq(marks_take_change(k), SIZE_MAX);
    cr_expect_eq(marks_undo(k), 0);
    set(k, 2, MARK_NONE);
    cr_expect_eq(marks_take_change(k), 2);
    marks_free(k);
}
