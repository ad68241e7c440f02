#include "config.h"

#include "maildrop/rules.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* A maildrop whose messages arrive one by one. */
struct fixture {
    struct maildrop *m;
    struct marks *k;
    struct rules *r;
    struct query_view v;
    const char *blocks[8];
    bool has_headers; /* blocks can be had */
};

static bool find_block(void *fixture, size_t index, struct buf *out)
{
    struct fixture *f = fixture;
    return f->has_headers && buf_append_str(out, f->blocks[index]);
}

static void begin(struct fixture *f, uint32_t count)
{
    char uidl[16];
    *f = (struct fixture){.m = maildrop_new(), .k = marks_new(), .r = rules_new()};
    f->v = (struct query_view){
        .maildrop = f->m, .marks = f->k, .now = 1795377600, .header = find_block, .context = f};
    maildrop_list_begin(f->m);
    for (uint32_t n = 1; n <= count; n++) {
        snprintf(uidl, sizeof uidl, "u%u", (unsigned)n);
        maildrop_list_size(f->m, n, 100 * n);
        maildrop_list_uidl(f->m, n, uidl, strlen(uidl));
    }
    maildrop_list_end(f->m);
}

static void end(struct fixture *f)
{
    rules_free(f->r);
    marks_free(f->k);
    maildrop_free(f->m);
}

static bool arrive(struct fixture *f, size_t index, const char *block, bool all)
{
    f->blocks[index] = block;
    maildrop_set_summary(f->m, index, summary_new(block, strlen(block), NULL));
    return rules_look(f->r, &f->v, f->k, index, all);
}

/* With all headers here; how many changed. */
static size_t look_at_all(struct fixture *f, struct rules *r, struct marks *k)
{
    size_t changed = 0;
    for (size_t i = 0; i < maildrop_size(f->m); i++)
        changed += rules_look(r, &f->v, k, i, true);
    return changed;
}

Test(rules, know_their_actions)
{
    static const char *const names[RULE_ACTION_COUNT] = {"mark", "keep", "highlight"};
    enum rule_action action;
    for (size_t i = 0; i < RULE_ACTION_COUNT; i++) {
        cr_expect_str_eq(rule_action_name((enum rule_action)i), names[i]);
        cr_expect(rule_action_by_name(names[i], &action));
        cr_expect_eq(action, i);
    }
    cr_expect_not(rule_action_by_name("delete", &action));
    cr_expect_not(rule_action_by_name("", &action));
}

Test(rules, stage_a_mark_with_their_name)
{
    struct fixture f;
    begin(&f, 3);
    rules_add(f.r, "no ca\033sino", "from:casino", RULE_MARK);
    cr_expect_eq(rules_count(f.r), 1);
    cr_expect(arrive(&f, 1, "From: win@casino.example\n\n", false));
    cr_expect_not(arrive(&f, 0, "From: ann@example.org\n\n", false));
    cr_expect_eq(marks_get(f.k, 1), MARK_DELETE);
    cr_expect_eq(marks_cause(f.k, 1), CAUSE_RULE);
    cr_expect_str_eq(marks_why(f.k, 1), "rule no ca\u241bsino");
    cr_expect_eq(marks_octets(f.k), 200);
    cr_expect_eq(marks_get(f.k, 0), MARK_NONE);
    cr_expect_eq(rules_of(f.r, 1), 0);
    cr_expect_eq(rules_of(f.r, 0), RULES_NONE);
    cr_expect_eq(rules_of(f.r, 2), RULES_NONE, "its header is not here");
    cr_expect_eq(rules_staged(f.r), 1);
    struct rule rule = rules_at(f.r, 0);
    cr_expect_eq(rule.matched, 1);
    cr_expect_eq(rule.decided, 1);
    cr_expect_eq(rule.octets, 200);
    end(&f);
}

Test(rules, the_first_decides_but_to_keep_wins_against_to_mark)
{
    static const struct {
        const char *name;
        struct {
            const char *match;
            enum rule_action action;
        } rules[3];
        size_t decides;
        enum mark mark;
        bool highlighted;
    } cases[] = {
        {"two marks", {{"a", RULE_MARK}, {"b", RULE_MARK}}, 0, MARK_DELETE, false},
        {"only the second", {{"x", RULE_MARK}, {"b", RULE_MARK}}, 1, MARK_DELETE, false},
        {"none", {{"x", RULE_MARK}, {"y", RULE_KEEP}}, RULES_NONE, MARK_NONE, false},
        {"keep first", {{"a", RULE_KEEP}, {"b", RULE_MARK}}, 0, MARK_KEEP, false},
        {"keep last",
         {{"a", RULE_MARK}, {"x", RULE_MARK}, {"b", RULE_KEEP}},
         2,
         MARK_KEEP,
         false},
        {"keep not matching", {{"a", RULE_MARK}, {"x", RULE_KEEP}}, 0, MARK_DELETE, false},
        {"highlight", {{"a", RULE_HIGHLIGHT}, {"b", RULE_MARK}}, 0, MARK_NONE, true},
        {"highlight and keep", {{"a", RULE_HIGHLIGHT}, {"b", RULE_KEEP}}, 0, MARK_NONE, true},
        {"wrong ones match nothing",
         {{"size>", RULE_KEEP}, {"", RULE_KEEP}, {"a", RULE_MARK}},
         2,
         MARK_DELETE,
         false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture f;
        begin(&f, 1);
        for (size_t k = 0; k < 3 && cases[i].rules[k].match; k++)
            rules_add(f.r, "x", cases[i].rules[k].match, cases[i].rules[k].action);
        arrive(&f, 0, "Subject: a b\n\n", false);
        cr_expect_eq(rules_of(f.r, 0), cases[i].decides, "%s", cases[i].name);
        cr_expect_eq(marks_get(f.k, 0), cases[i].mark, "%s", cases[i].name);
        cr_expect_eq(rules_highlights(f.r, 0), cases[i].highlighted, "%s", cases[i].name);
        end(&f);
    }
}

Test(rules, wait_where_it_cannot_be_told)
{
    struct fixture f;
    begin(&f, 1);
    rules_add(f.r, "spam", "win", RULE_MARK);
    rules_add(f.r, "friends", "header:X-Friend:yes", RULE_KEEP);
    cr_expect_not(arrive(&f, 0, "Subject: win\nX-Friend: yes\n\n", false));
    cr_expect_eq(marks_get(f.k, 0), MARK_NONE, "it may be a friend's");
    cr_expect_eq(rules_at(f.r, 0).matched, 0, "counted once, when it is decided");
    f.has_headers = true;
    cr_expect_eq(look_at_all(&f, f.r, f.k), 1);
    cr_expect_eq(marks_get(f.k, 0), MARK_KEEP);
    cr_expect_eq(rules_at(f.r, 0).matched, 1);
    cr_expect_eq(rules_at(f.r, 0).decided, 0);
    cr_expect_eq(rules_at(f.r, 1).decided, 1);
    cr_expect_eq(look_at_all(&f, f.r, f.k), 0, "once");
    end(&f);
}

Test(rules, an_earlier_one_that_cannot_be_told_holds_up_the_later)
{
    struct fixture f;
    begin(&f, 1);
    rules_add(f.r, "look", "header:X-Friend:yes", RULE_HIGHLIGHT);
    rules_add(f.r, "spam", "win", RULE_MARK);
    arrive(&f, 0, "Subject: win\n\n", false);
    cr_expect_eq(marks_get(f.k, 0), MARK_NONE);
    f.has_headers = true;
    look_at_all(&f, f.r, f.k);
    cr_expect_eq(marks_get(f.k, 0), MARK_DELETE);
    end(&f);
}

Test(rules, that_compare_messages_wait_for_all)
{
    struct fixture f;
    begin(&f, 2);
    rules_add(f.r, "twice", "is:dup", RULE_MARK);
    arrive(&f, 0, "Message-ID: <1@x>\n\n", false);
    arrive(&f, 1, "Message-ID: <1@x>\nSubject: again\n\n", false);
    cr_expect_eq(marks_count(f.k), 0);
    cr_expect_eq(look_at_all(&f, f.r, f.k), 2);
    end(&f);
}

Test(rules, leave_alone_what_the_user_decided)
{
    struct fixture f;
    begin(&f, 4);
    rules_add(f.r, "all", "~A", RULE_MARK);
    marks_set(f.k, 0, MARK_KEEP, CAUSE_HAND, 1);
    arrive(&f, 0, "Subject: x\n\n", false);
    cr_expect_eq(marks_get(f.k, 0), MARK_KEEP);
    cr_expect_str_eq(marks_why(f.k, 0), "hand");
    arrive(&f, 1, "Subject: x\n\n", false);
    marks_set(f.k, 1, MARK_NONE, CAUSE_HAND, 0);
    cr_expect(marks_refuse_rules(f.k, 1));
    cr_expect_eq(look_at_all(&f, f.r, f.k), 0);
    cr_expect_eq(marks_get(f.k, 1), MARK_NONE);
    struct rules *next = rules_new(); /* of the next run */
    rules_add(next, "all", "~A", RULE_MARK);
    marks_restore(f.k, 2, MARK_NONE, CAUSE_RULE, NULL, 0);
    arrive(&f, 2, "Subject: x\n\n", false);
    arrive(&f, 3, "Subject: x\n\n", false);
    look_at_all(&f, next, f.k);
    cr_expect_eq(marks_get(f.k, 1), MARK_NONE);
    cr_expect_eq(marks_get(f.k, 2), MARK_NONE);
    cr_expect_eq(marks_get(f.k, 3), MARK_DELETE);
    rules_free(next);
    end(&f);
}

Test(rules, leave_a_servers_own_data_alone)
{
    struct fixture f;
    begin(&f, 1);
    rules_add(f.r, "all", "~A", RULE_MARK);
    cr_expect_not(arrive(&f, 0, "Subject: DON'T DELETE THIS MESSAGE\nX-IMAP: 1 2\n\n", false));
    cr_expect_eq(marks_get(f.k, 0), MARK_NONE);
    end(&f);
}

Test(rules, stage_nothing_without_marks)
{
    struct fixture f;
    begin(&f, 2);
    rules_add(f.r, "spam", "win", RULE_MARK);
    maildrop_set_summary(f.m, 0, summary_new("Subject: win\n\n", 14, NULL));
    cr_expect_eq(look_at_all(&f, f.r, NULL), 0);
    cr_expect_eq(rules_of(f.r, 0), 0);
    cr_expect_eq(rules_at(f.r, 0).decided, 1);
    cr_expect_eq(rules_staged(f.r), 0);
    end(&f);
}

Test(rules, may_be_added_later_and_dropped_again)
{
    struct fixture f;
    begin(&f, 2);
    rules_add(f.r, "a", "a", RULE_MARK);
    arrive(&f, 0, "Subject: a b\n\n", true);
    arrive(&f, 1, "Subject: b\n\n", true);
    cr_expect_eq(marks_count(f.k), 1);
    rules_add(f.r, "b", "b", RULE_HIGHLIGHT);
    cr_expect_eq(look_at_all(&f, f.r, f.k), 1);
    cr_expect_eq(rules_of(f.r, 0), 0, "it was decided");
    cr_expect(rules_highlights(f.r, 1));
    rules_drop_last(f.r);
    cr_expect_eq(rules_count(f.r), 1);
    cr_expect_not(rules_highlights(f.r, 1));
    rules_drop_last(f.r);
    rules_drop_last(f.r);
    cr_expect_eq(rules_count(f.r), 0);
    rules_free(NULL);
    end(&f);
}
