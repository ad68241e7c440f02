#include "config.h"

#include "maildrop/order.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* A summary as mail/summary.h describes it: its strings behind it, in one allocation. */
static struct summary *summary(int64_t date, const char *name, const char *addr,
                               const char *subject)
{
    size_t name_size = strlen(name) + 1, addr_size = strlen(addr) + 1;
    size_t subject_size = strlen(subject) + 1;
    struct summary *s = xcalloc(1, sizeof *s + name_size + addr_size + subject_size + 1);
    char *text = (char *)(s + 1);
    memcpy(text, name, name_size);
    memcpy(text + name_size, addr, addr_size);
    memcpy(text + name_size + addr_size, subject, subject_size);
    s->date = date;
    s->score = trust_score_none();
    s->lists[SUMMARY_FROM] = text;
    s->counts[SUMMARY_FROM] = *name || *addr;
    s->subject = text + name_size + addr_size;
    s->message_id = s->subject + subject_size;
    return s;
}

/* COUNT messages, numbers from 1, sizes 100, each with a UIDL of its own. */
static struct maildrop *maildrop(uint32_t count)
{
    struct maildrop *m = maildrop_new();
    char uidl[16];
    maildrop_list_begin(m);
    for (uint32_t n = 1; n <= count; n++) {
        int len = snprintf(uidl, sizeof uidl, "u%u", n);
        maildrop_list_size(m, n, 100);
        maildrop_list_uidl(m, n, uidl, (size_t)len);
    }
    maildrop_list_end(m);
    return m;
}

/* The rows as a word of indexes: "210". */
static const char *rows(const struct order *o, char out[16])
{
    size_t len = 0;
    for (; len < order_count(o) && len < 15; len++)
        out[len] = (char)('0' + order_at(o, len));
    out[len] = '\0';
    for (size_t i = 0; i < len; i++)
        cr_assert_eq(order_row_of(o, order_at(o, i)), i);
    return out;
}

Test(order, names_its_keys)
{
    static const char *const names[ORDER_KEY_COUNT] = {"number",  "date", "from",
                                                       "subject", "size", "score"};
    for (int i = 0; i < ORDER_KEY_COUNT; i++)
        cr_expect_str_eq(order_key_name((enum order_key)i), names[i]);
}

Test(order, is_by_number_newest_first_at_the_beginning)
{
    char out[16];
    struct order *o = order_new();
    struct marks *k = marks_new();
    struct maildrop *m = maildrop(3);
    cr_expect_eq(order_key(o), ORDER_NUMBER);
    cr_expect_not(order_is_reversed(o));
    cr_expect_not(order_is_only_marked(o));
    cr_expect_eq(order_count(o), 0);
    cr_expect_eq(order_row_of(o, 0), SIZE_MAX);
    order_build(o, m, k);
    cr_expect_str_eq(rows(o, out), "210");
    order_sort_by(o, ORDER_NUMBER, true);
    cr_expect(order_is_reversed(o));
    cr_expect_str_eq(rows(o, out), "210", "not before the next build");
    order_build(o, m, k);
    cr_expect_str_eq(rows(o, out), "012");
    cr_expect_eq(order_row_of(o, 3), SIZE_MAX);
    order_free(o);
    order_free(NULL);
    marks_free(k);
    maildrop_free(m);
}

Test(order, of_an_empty_maildrop_is_empty)
{
    struct order *o = order_new();
    struct marks *k = marks_new();
    struct maildrop *m = maildrop_new();
    for (int key = 0; key < ORDER_KEY_COUNT; key++) {
        order_sort_by(o, (enum order_key)key, key % 2);
        order_build(o, m, k);
        cr_expect_eq(order_count(o), 0);
        cr_expect_eq(order_row_of(o, 0), SIZE_MAX);
    }
    order_free(o);
    marks_free(k);
    maildrop_free(m);
}

Test(order, stays_when_the_session_is_lost_and_follows_the_new_numbers)
{
    char out[16];
    struct order *o = order_new();
    struct marks *k = marks_new();
    struct maildrop *m = maildrop(3);
    maildrop_session_lost(m);
    order_build(o, m, k);
    cr_expect_str_eq(rows(o, out), "210");
    maildrop_list_begin(m);
    static const char *const uidls[] = {"u3", "new", "u1"};
    for (uint32_t n = 1; n <= 3; n++) {
        maildrop_list_size(m, n, 100);
        maildrop_list_uidl(m, n, uidls[n - 1], strlen(uidls[n - 1]));
    }
    maildrop_list_end(m);
    order_build(o, m, k);
    cr_expect_str_eq(rows(o, out), "032", "u2 is gone, the new one in the middle");
    cr_expect_eq(order_row_of(o, 1), SIZE_MAX);
    order_free(o);
    marks_free(k);
    maildrop_free(m);
}

Test(order, sorts_by_each_key_in_both_directions)
{
    enum { NO_HEADERS = 2 };
    static const struct {
        int64_t date;
        const char *name, *addr, *subject;
    } messages[] = {
        {100, "bob", "z@x", "Re: zebra"},
        {-5, "", "Alice@x", "re[2]: FWD: Apple"},
        {0, "", "", ""}, /* headers not here */
        {SUMMARY_NO_DATE, "Bob", "a@x", "zebra"},
        {INT64_MAX, "", "b\xc3\xb6@x", "\xc3\xa4pfel"},
    };
    static const struct {
        enum order_key key;
        bool reversed;
        const char *want;
    } cases[] = {
        {ORDER_NUMBER, false, "43210"}, {ORDER_NUMBER, true, "01234"},
        {ORDER_DATE, false, "40132"},   {ORDER_DATE, true, "10432"},
        {ORDER_FROM, false, "30412"}, /* 3 and 0 are equal: newest first */
        {ORDER_FROM, true, "14302"},    {ORDER_SUBJECT, false, "30142"}, /* "apple" > "apfel" */
        {ORDER_SUBJECT, true, "41302"}, {ORDER_SIZE, false, "43210"},
        {ORDER_SIZE, true, "43210"},
    };
    char out[16];
    struct order *o = order_new();
    struct marks *k = marks_new();
    struct maildrop *m = maildrop(COUNT(messages));
    for (size_t i = 0; i < COUNT(messages); i++) {
        if (i != NO_HEADERS)
            maildrop_set_summary(m, i,
                                 summary(messages[i].date, messages[i].name, messages[i].addr,
                                         messages[i].subject));
    }
    for (size_t i = 0; i < COUNT(cases); i++) {
        order_sort_by(o, cases[i].key, cases[i].reversed);
        order_build(o, m, k);
        cr_expect_str_eq(rows(o, out), cases[i].want, "by %s, %s: %s",
                         order_key_name(cases[i].key), cases[i].reversed ? "reversed" : "not",
                         out);
    }
    order_free(o);
    marks_free(k);
    maildrop_free(m);
}

Test(order, sorts_by_score_those_without_last)
{
    static const double scores[] = {5.25, NAN, -1.5, 5.26, -1.5};
    char out[16];
    struct order *o = order_new();
    struct marks *k = marks_new();
    struct maildrop *m = maildrop(COUNT(scores));
    for (size_t i = 0; i < COUNT(scores); i++) {
        struct summary *s = summary(0, "", "a@x", "");
        s->score.value = scores[i];
        maildrop_set_summary(m, i, s);
    }
    order_sort_by(o, ORDER_SCORE, false);
    order_build(o, m, k);
    cr_expect_str_eq(rows(o, out), "30421", "%s", out);
    order_sort_by(o, ORDER_SCORE, true);
    order_build(o, m, k);
    cr_expect_str_eq(rows(o, out), "42031", "%s", out);
    order_free(o);
    marks_free(k);
    maildrop_free(m);
}

Test(order, sorts_by_size_without_headers)
{
    char out[16];
    struct order *o = order_new();
    struct marks *k = marks_new();
    struct maildrop *m = maildrop_new();
    static const uint64_t sizes[] = {5, UINT64_MAX, 7, 5};
    maildrop_list_begin(m);
    for (uint32_t n = 1; n <= 4; n++)
        maildrop_list_size(m, n, sizes[n - 1]);
    maildrop_list_end(m);
    order_sort_by(o, ORDER_SIZE, false);
    order_build(o, m, k);
    cr_expect_str_eq(rows(o, out), "1230");
    order_sort_by(o, ORDER_SIZE, true);
    order_build(o, m, k);
    cr_expect_str_eq(rows(o, out), "3021");
    order_free(o);
    marks_free(k);
    maildrop_free(m);
}

/* Each subject must sort as the same as "M". */
Test(order, sorts_subjects_without_their_prefixes)
{
    static const char *const same[] = {"M",          "Re: M",       "RE:M",      "re : m",
                                       "Fwd: M",     "Fw: M",       "Re: Fw: M", "Re[2]: M",
                                       "Re [12]: M", " Fwd:  Re: M"};
    static const char *const other[] = {"Regards: M", "Re M",     "Re[2 M",      "Rem: M",
                                        "F: M",       "Re[:] [M", "Reply: Re: M"};
    struct order *o = order_new();
    struct marks *k = marks_new();
    for (size_t i = 0; i < COUNT(same) + COUNT(other); i++) {
        const char *subject = i < COUNT(same) ? same[i] : other[i - COUNT(same)];
        /* Between two "M": only an equal one stays between them in both directions. */
        struct maildrop *m = maildrop(3);
        maildrop_set_summary(m, 0, summary(0, "", "", "M"));
        maildrop_set_summary(m, 1, summary(0, "", "", subject));
        maildrop_set_summary(m, 2, summary(0, "", "", "M"));
        bool is_equal = true;
        for (int reversed = 0; reversed < 2; reversed++) {
            char out[16];
            order_sort_by(o, ORDER_SUBJECT, reversed);
            order_build(o, m, k);
            is_equal = is_equal && strcmp(rows(o, out), "210") == 0;
        }
        cr_expect_eq(is_equal, i < COUNT(same), "%s", subject);
        maildrop_free(m);
    }
    order_free(o);
    marks_free(k);
}

Test(order, shows_only_the_marked_ones)
{
    char out[16];
    struct order *o = order_new();
    struct marks *k = marks_new();
    struct maildrop *m = maildrop(4);
    marks_set(k, 0, MARK_DELETE, CAUSE_HAND, 1);
    marks_set(k, 1, MARK_KEEP, CAUSE_HAND, 1);
    marks_set(k, 3, MARK_DELETE, CAUSE_HAND, 1);
    order_only_marked(o, true);
    cr_expect(order_is_only_marked(o));
    order_build(o, m, k);
    cr_expect_str_eq(rows(o, out), "30");
    cr_expect_eq(order_row_of(o, 1), SIZE_MAX);
    order_sort_by(o, ORDER_DATE, false);
    order_build(o, m, k);
    cr_expect_str_eq(rows(o, out), "30");
    order_only_marked(o, false);
    order_build(o, m, k);
    cr_expect_str_eq(rows(o, out), "3210");
    order_free(o);
    marks_free(k);
    maildrop_free(m);
}

Test(order, sorts_many_of_a_kind, .timeout = 60)
{
    enum { MANY = 200000 };
    struct order *o = order_new();
    struct marks *k = marks_new();
    struct maildrop *m = maildrop(MANY);
    char name[32], subject[64];
    for (uint32_t i = 0; i < MANY; i++) {
        uint32_t random = i * 2654435761u;
        snprintf(name, sizeof name, "Sender %u", random % 1000);
        snprintf(subject, sizeof subject, "Re: [list] The same words again, %u", random >> 8);
        maildrop_set_summary(m, i, summary(random, name, "a@example.org", subject));
    }
    for (int key = 0; key < ORDER_KEY_COUNT; key++) {
        order_sort_by(o, (enum order_key)key, false);
        order_build(o, m, k);
        cr_assert_eq(order_count(o), MANY);
        for (size_t row = 1; key == ORDER_DATE && row < MANY; row++)
            cr_assert(maildrop_at(m, order_at(o, row - 1))->summary->date >=
                      maildrop_at(m, order_at(o, row))->summary->date);
    }
    order_free(o);
    marks_free(k);
    maildrop_free(m);
}
