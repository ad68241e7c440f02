#include "config.h"

#include "store/journal.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/buf.h"

static char dir[64], path[128];

static void enter(void)
{
    strcpy(dir, "/tmp/dele-journal-XXXXXX");
    cr_assert_not_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/a/journal.jsonl", dir);
}

static void leave(void)
{
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", dir);
    cr_expect_eq(system(command), 0);
}

TestSuite(journal, .init = enter, .fini = leave, .timeout = 60);

static const struct journal_message two[] = {
    {"u1", "<1@x>", "ann@x", "hi \x1b[2J", "hand", 100, "gone"},
    {"u2", "", "", "", "rule", 200, "still-there"},
};

static struct journal *open_journal(void)
{
    struct err e = {0};
    struct journal *j = journal_open(path, &e);
    cr_assert_not_null(j, "%s", e.text);
    return j;
}

static void intend(struct journal *j, const char *account)
{
    struct err e = {0};
    cr_expect(journal_intent(j, account, "f00d", two, 2, &e), "%s", e.text);
}

static void conclude(struct journal *j, const char *account)
{
    struct err e = {0};
    cr_expect(journal_result(j, account, "deleted", true, "2 of 2 gone", two, 2, &e));
}

static void take(void *out, const char *uidl, uint64_t size)
{
    buf_printf(out, "%s/%llu ", uidl, (unsigned long long)size);
}

static void expect_unfinished(struct journal *j, const char *account, const char *want)
{
    struct buf out = BUF_INIT(1000);
    int64_t at = 0;
    bool found = journal_unfinished(j, account, &at, take, &out);
    cr_expect_eq(found, *want != '\0', "%s: %s", account, out.data);
    cr_expect_str_eq(out.data, want, "%s: %s", account, out.data);
    cr_expect(!found || at > 1700000000);
    buf_release(&out);
}

Test(journal, has_a_line_of_json_for_each_event)
{
    struct journal *j = open_journal();
    struct stat st;
    intend(j, "ann@x:1");
    conclude(j, "ann@x:1");
    journal_close(j);
    cr_assert(!stat(path, &st));
    cr_expect_eq(st.st_mode & 0777, 0600);
    FILE *f = fopen(path, "r");
    json_t *intent = json_loadf(f, JSON_DISABLE_EOF_CHECK, NULL);
    json_t *result = json_loadf(f, JSON_DISABLE_EOF_CHECK, NULL);
    fclose(f);
    cr_assert(intent && result);
    const json_t *first = json_array_get(json_object_get(intent, "messages"), 0);
    cr_expect_str_eq(json_string_value(json_object_get(intent, "event")), "intent");
    cr_expect_str_eq(json_string_value(json_object_get(intent, "certificate")), "f00d");
    cr_expect_str_eq(json_string_value(json_object_get(first, "uidl")), "u1");
    cr_expect_str_eq(json_string_value(json_object_get(first, "subject")),
                     "hi \xE2\x90\x9B[2J", "clean for whoever reads it on a terminal");
    cr_expect_str_eq(json_string_value(json_object_get(result, "outcome")), "deleted");
    cr_expect(json_is_true(json_object_get(result, "verified")));
    first = json_array_get(json_object_get(result, "messages"), 0);
    cr_expect_str_eq(json_string_value(json_object_get(first, "state")), "gone");
    json_decref(intent);
    json_decref(result);
}

Test(journal, tells_what_was_left_open)
{
    struct journal *j = open_journal();
    expect_unfinished(j, "a", "");
    intend(j, "a");
    intend(j, "b");
    expect_unfinished(j, "a", "u1/100 u2/200 ");
    conclude(j, "b");
    expect_unfinished(j, "a", "u1/100 u2/200 ");
    expect_unfinished(j, "b", "");
    conclude(j, "a");
    expect_unfinished(j, "a", "");
    journal_close(j);
}

Test(journal, half_a_line_and_noise_are_left_out)
{
    struct journal *j = open_journal();
    intend(j, "a");
    FILE *f = fopen(path, "a");
    fputs("noise\n{\"event\": 5}\n[1]\n{\"event\":\"result\",\"account\":\"a\"", f);
    fclose(f);
    expect_unfinished(j, "a", "u1/100 u2/200 ");
    journal_close(j);
}

Test(journal, finds_it_at_the_end_of_a_long_one)
{
    struct journal *j = open_journal();
    intend(j, "a");
    conclude(j, "a");
    FILE *f = fopen(path, "a");
    for (int i = 0; i < 200000; i++)
        fputs("{\"event\":\"result\",\"account\":\"other, long ago, with a long name\"}\n", f);
    fclose(f);
    intend(j, "a");
    expect_unfinished(j, "a", "u1/100 u2/200 ");
    journal_close(j);
}

Test(journal, what_cannot_be_written_is_said)
{
    struct err e = {0};
    cr_expect_null(journal_open("/dev/null/x/journal", &e));
    cr_expect(strstr(e.text, "/dev/null"), "%s", e.text);
    if (access("/dev/full", W_OK))
        return;
    e = (struct err){0};
    struct journal *j = journal_open("/dev/full", &e);
    cr_assert_not_null(j, "%s", e.text);
    cr_expect_not(journal_intent(j, "a", "", two, 2, &e));
    cr_expect_eq(e.code, ERR_IO);
    cr_expect(strstr(e.text, "/dev/full cannot be written"), "%s", e.text);
    journal_close(j);
}
