#include "config.h"

#include "client/memory.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "maildrop/query.h"
#include "tests/support/drive.h"
#include "tests/support/net.h"
#include "tests/support/server.h"

/* What one run leaves for the next. */

static char dir[64], path[128];

static void enter(void)
{
    strcpy(dir, "/tmp/dele-memory-XXXXXX");
    cr_assert_not_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/dele.db", dir);
}

static void leave(void)
{
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", dir);
    cr_expect_eq(system(command), 0);
}

TestSuite(memory, .init = enter, .fini = leave, .timeout = 60);

#define GREET "S: +OK ready", "C: CAPA"
#define CAPA_LINES "S: +OK", "S: TOP", "S: UIDL", "S: SASL PLAIN", "S: ."
#define LOGIN GREET, CAPA_LINES, "C: AUTH PLAIN", "S: +OK", "C: CAPA", CAPA_LINES
/* What CAPA said is known from the login before. */
#define AGAIN "S: +OK ready", "C: AUTH PLAIN", "S: +OK", "C: CAPA", CAPA_LINES
#define HEADER(n) "S: +OK", "S: From: a@example.org", "S: Subject: s" n, "S: ", "S: ."
#define TWO                                                                           \
    "C: UIDL", "S: +OK", "S: 1 a", "S: 2 b", "S: .", "C: LIST", "S: +OK", "S: 1 100", \
        "S: 2 200", "S: ."
#define BC                                                                            \
    "C: UIDL", "S: +OK", "S: 1 b", "S: 2 c", "S: .", "C: LIST", "S: +OK", "S: 1 200", \
        "S: 2 300", "S: ."
#define FIRST_RUN LOGIN, TWO, "C: TOP 2 0", HEADER("2"), "C: TOP 1 0", HEADER("1"), "quit"

struct run {
    struct server *server;
    struct drive d;
    struct db *db;
};

/* The account's key must be the same in all runs, whatever port is free. */
static int dial(void *port)
{
    return net_connect(*(uint16_t *)port);
}

static void begin(struct run *r, const char *const *script, bool cache)
{
    static uint16_t port;
    struct err e = {0};
    r->server = server_start(script);
    drive_init(&r->d, 0, ACCOUNT_TLS_NONE);
    r->d.account.cache = cache;
    port = server_port(r->server);
    r->d.client = client_new(&r->d.account, &r->d.password, dial, &port);
    r->db = db_open(path, &e);
    cr_assert_not_null(r->db, "%s", e.text);
    client_remember(r->d.client, r->db);
}

static void end(struct run *r)
{
    drive_release(&r->d);
    db_close(r->db);
    const char *missing = server_stop(r->server);
    cr_expect_null(missing, "%s", missing);
}

static void run_once(bool cache)
{
    static const char *const script[] = {FIRST_RUN, NULL};
    struct run r;
    begin(&r, script, cache);
    cr_expect_not(client_has_recalled(r.d.client));
    cr_assert(drive_open(&r.d), "%s", client_error(r.d.client)->text);
    marks_set(client_marks(r.d.client), 0, MARK_DELETE, CAUSE_HAND, 100);
    marks_set(client_marks(r.d.client), 1, MARK_KEEP, CAUSE_HAND, 200);
    client_write_marks(r.d.client);
    end(&r);
}

Test(memory, headers_and_marks_are_there_before_any_connection)
{
    static const char *const script[] = {AGAIN, TWO, "quit", NULL};
    struct run r;
    int64_t at;
    run_once(true);
    begin(&r, script, true);
    cr_expect(client_has_recalled(r.d.client));
    const struct maildrop *m = client_maildrop(r.d.client);
    cr_assert_eq(maildrop_present(m), 2);
    cr_expect_str_eq(maildrop_at(m, 1)->summary->subject, "s2");
    cr_expect_eq(marks_count(client_marks(r.d.client)), 1);
    cr_expect_eq(marks_get(client_marks(r.d.client), 1), MARK_KEEP);
    cr_expect_eq(client_take_recalled(r.d.client, &at), 0, "not before the listing");
    cr_assert(drive_open(&r.d), "%s", client_error(r.d.client)->text);
    cr_expect_eq(client_take_recalled(r.d.client, &at), 1);
    cr_expect_eq(client_take_recalled(r.d.client, &at), 0, "once");
    cr_expect_eq(maildrop_present(m), 2);
    end(&r);
}

Test(memory, a_mark_that_was_taken_from_a_rule_is_not_staged_again)
{
    static const char *const first[] = {FIRST_RUN, NULL};
    static const char *const script[] = {AGAIN, TWO, "quit", NULL};
    struct rules *rules = rules_new();
    struct run r;
    rules_add(rules, "all", "from:example", RULE_MARK);
    begin(&r, first, true);
    client_use_rules(r.d.client, rules, true);
    cr_assert(drive_open(&r.d), "%s", client_error(r.d.client)->text);
    cr_expect_eq(client_take_ruled(r.d.client), 2);
    cr_expect_eq(client_take_ruled(r.d.client), 0, "once");
    marks_set(client_marks(r.d.client), 0, MARK_NONE, CAUSE_HAND, 0);
    marks_set(client_marks(r.d.client), 1, MARK_NONE, CAUSE_HAND, 0);
    cr_expect_eq(marks_undo(client_marks(r.d.client)), 1);
    client_write_marks(r.d.client);
    end(&r);
    rules_free(rules);
    rules = rules_new();
    rules_add(rules, "all", "from:example", RULE_MARK);
    begin(&r, script, true);
    client_use_rules(r.d.client, rules, true);
    cr_expect_eq(marks_count(client_marks(r.d.client)), 1);
    cr_assert(drive_open(&r.d), "%s", client_error(r.d.client)->text);
    cr_expect_eq(client_take_ruled(r.d.client), 0);
    cr_expect_eq(marks_get(client_marks(r.d.client), 0), MARK_NONE);
    cr_expect_eq(marks_get(client_marks(r.d.client), 1), MARK_DELETE);
    cr_expect_str_eq(marks_why(client_marks(r.d.client), 1), "rule all");
    end(&r);
    rules_free(rules);
}

Test(memory, rules_look_at_what_is_recalled_and_at_headers_as_they_come)
{
    static const char *const first[] = {FIRST_RUN, NULL};
    static const char *const script[] = {
        AGAIN, BC,     "C: TOP 2 0", "S: +OK", "S: X-Spam: yes", "S: Subject: s9",
        "S: ", "S: .", "quit",       NULL};
    struct rules *rules = rules_new();
    struct run r;
    begin(&r, first, true);
    cr_assert(drive_open(&r.d), "%s", client_error(r.d.client)->text);
    end(&r);
    rules_add(rules, "spam", "subject:s2 or header:X-Spam:yes", RULE_MARK);
    begin(&r, script, true);
    client_use_rules(r.d.client, rules, true);
    cr_assert(drive_open(&r.d), "%s", client_error(r.d.client)->text);
    const struct maildrop *m = client_maildrop(r.d.client);
    for (size_t i = 0; i < maildrop_size(m); i++)
        cr_expect_eq(marks_get(client_marks(r.d.client), i),
                     maildrop_at(m, i)->present ? MARK_DELETE : MARK_NONE, "%zu", i);
    end(&r);
    rules_free(rules);
}

#define UMLAUT \
    "S: +OK", "S: From: a@example.org", "S: Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "S: ", "S: ."

Test(memory, what_is_recalled_can_be_searched)
{
    static const char *const first[] = {LOGIN,        TWO,         "C: TOP 2 0", UMLAUT,
                                        "C: TOP 1 0", HEADER("1"), "quit",       NULL};
    static const char *const none[] = {NULL};
    struct run r;
    begin(&r, first, true);
    cr_assert(drive_open(&r.d));
    end(&r);
    begin(&r, none, true);
    struct query *q = query_new("GRUSSE");
    struct query_view view = client_query_view(r.d.client, 0);
    cr_expect(query_matches(q, &view, 1));
    cr_expect_not(query_matches(q, &view, 0));
    query_free(q);
    end(&r);
}

Test(memory, what_is_gone_is_forgotten_and_what_came_is_new)
{
    static const char *const second[] = {AGAIN, BC, "C: TOP 2 0", HEADER("3"), "quit", NULL};
    static const char *const third[] = {AGAIN, BC, "quit", NULL};
    struct run r;
    run_once(true);
    begin(&r, second, true);
    cr_assert(drive_open(&r.d), "%s", client_error(r.d.client)->text);
    const struct maildrop *m = client_maildrop(r.d.client);
    cr_expect_eq(maildrop_present(m), 2);
    cr_expect_eq(marks_count(client_marks(r.d.client)), 0);
    cr_expect_eq(client_take_lost_marks(r.d.client), 1);
    cr_expect(maildrop_at(m, maildrop_by_number(m, 2))->is_new);
    cr_expect_not(maildrop_at(m, maildrop_by_number(m, 1))->is_new);
    end(&r);
    begin(&r, third, true);
    cr_assert_eq(maildrop_present(client_maildrop(r.d.client)), 2);
    cr_assert(drive_open(&r.d));
    end(&r);
}

Test(memory, a_refused_login_makes_it_ask_again_what_the_server_can_do)
{
    static const char *const refusing[] = {"S: +OK ready", "C: AUTH PLAIN",
                                           "S: -ERR no such mechanism", "close", NULL};
    static const char *const third[] = {LOGIN, TWO, "quit", NULL};
    struct run r;
    run_once(true);
    begin(&r, refusing, true);
    cr_expect_not(drive_open(&r.d));
    end(&r);
    begin(&r, third, true);
    cr_expect(drive_open(&r.d), "%s", client_error(r.d.client)->text);
    end(&r);
}

Test(memory, without_cache_marks_are_kept_and_headers_are_not)
{
    static const char *const script[] = {FIRST_RUN, NULL};
    struct run r;
    run_once(false);
    begin(&r, script, false);
    cr_expect_eq(marks_count(client_marks(r.d.client)), 1);
    cr_expect_null(maildrop_at(client_maildrop(r.d.client), 0)->summary);
    cr_assert(drive_open(&r.d), "%s", client_error(r.d.client)->text);
    end(&r);
}

/* The list of DIR's account, of messages "a" and so on, whose headers have come in another
 * order than the numbers'. */
static void come(struct memory *y, struct maildrop *m, const size_t *order, size_t count)
{
    for (size_t i = 0; i < count; i++)
        maildrop_remember(m, (char[]){(char)('a' + i), '\0'}, 100, (uint32_t)i + 1, NULL, NULL);
    for (size_t i = 0; i < count; i++) {
        char block[40];
        snprintf(block, sizeof block, "Subject: %c\n", (char)('a' + order[i]));
        struct summary *s = summary_new(block, strlen(block), NULL);
        maildrop_set_summary(m, order[i], s);
        memory_header(y, order[i], block, strlen(block));
    }
}

static void expect_header(struct memory *y, size_t index)
{
    struct buf header = BUF_INIT(LIMIT_HEADER);
    char want[40];
    snprintf(want, sizeof want, "Subject: %c\n", (char)('a' + index));
    cr_expect(memory_find_header(y, index, &header), "%zu", index);
    cr_expect_str_eq(header.data, want);
    buf_release(&header);
}

Test(memory, a_header_is_found_before_it_is_written_and_behind)
{
    static const size_t order[] = {1, 2, 0};
    struct err e = {0};
    struct account a;
    struct maildrop *m = maildrop_new();
    struct marks *k = marks_new();
    struct db *db = db_open(path, &e);
    struct buf none = BUF_INIT(LIMIT_HEADER);
    account_init(&a);
    struct memory *y = memory_new(db, &a, m, k);
    come(y, m, order, 3);
    maildrop_remember(m, "d", 100, 4, NULL, NULL);
    for (size_t i = 0; i < 3; i++)
        expect_header(y, i);
    memory_turn(y, false, 0);
    cr_expect_not(db_header(db, "a", 100, &none), "nothing was written yet");
    cr_expect_not(memory_find_header(y, 3, &none));
    memory_turn(y, true, 1);
    cr_expect(db_header(db, "a", 100, &none));
    for (size_t i = 0; i < 3; i++)
        expect_header(y, i);
    memory_free(y);
    marks_free(k);
    maildrop_free(m);
    account_release(&a);
    db_close(db);
    buf_release(&none);
}

Test(memory, a_header_of_an_earlier_run_is_shown_offline)
{
    static const char *const script[] = {NULL};
    struct run r;
    run_once(true);
    begin(&r, script, true);
    struct client_message m = client_message(r.d.client, 0, true, drive_now());
    char text[100] = "";
    cr_assert_gt(m.have, 0);
    cr_expect(m.source.is_cut);
    m.source.read(m.source.context, 0, text, sizeof text - 1);
    cr_expect(strstr(text, "Subject: s1"), "%s", text);
    end(&r);
}

/* ---- the journal ------------------------------------------------------------------------- */

static struct journal *open_journal(void)
{
    char name[150];
    struct err e = {0};
    snprintf(name, sizeof name, "%s/journal.jsonl", dir);
    struct journal *j = journal_open(name, &e);
    cr_assert_not_null(j, "%s", e.text);
    return j;
}

static void take_unfinished(void *out, const char *uidl, uint64_t size)
{
    (void)size;
    buf_printf(out, "%s ", uidl);
}

static void expect_unfinished(struct journal *j, const char *want)
{
    struct buf out = BUF_INIT(100);
    int64_t at;
    journal_unfinished(j, "ann@localhost:0", &at, take_unfinished, &out);
    cr_expect_str_eq(out.data, want, "%s", out.data);
    buf_release(&out);
}

#define ONLY_B "C: UIDL", "S: +OK", "S: 1 b", "S: .", "C: LIST", "S: +OK", "S: 1 200", "S: ."

Test(memory, a_deletion_is_written_down_before_and_after)
{
    static const char *const script[] = {LOGIN,        TWO,         "C: TOP 2 0", HEADER("2"),
                                         "C: TOP 1 0", HEADER("1"), TWO,          "C: DELE 1",
                                         "S: +OK",     "C: QUIT",   "S: +OK",     "next",
                                         AGAIN,        ONLY_B,      "quit",       NULL};
    struct run r;
    struct journal *j = open_journal();
    begin(&r, script, true);
    client_journal(r.d.client, j);
    cr_assert(drive_open(&r.d), "%s", client_error(r.d.client)->text);
    size_t first[] = {0};
    const struct commit_report *report = drive_commit(&r.d, first, 1);
    cr_assert_not_null(report);
    cr_expect_eq(report->outcome, OUTCOME_DELETED, "%s", report->text);
    expect_unfinished(j, "");
    end(&r);
    journal_close(j);
    char command[400];
    snprintf(
        command, sizeof command,
        "test $(grep -c '\"intent\".*\"uidl\":\"a\".*\"subject\":\"s1\".*hand' "
        "%s/journal.jsonl) = 1 && test $(grep -c '\"outcome\":\"deleted\",\"verified\":true' "
        "%s/journal.jsonl) = 1",
        dir, dir);
    cr_expect_eq(system(command), 0);
}

Test(memory, what_cannot_be_written_down_is_asked_about_first)
{
    static const char *const script[] = {LOGIN,        TWO,         "C: TOP 2 0", HEADER("2"),
                                         "C: TOP 1 0", HEADER("1"), TWO,          "C: DELE 1",
                                         "S: +OK",     "C: QUIT",   "S: +OK",     "next",
                                         AGAIN,        ONLY_B,      "quit",       NULL};
    struct run r;
    struct err e = {0};
    if (access("/dev/full", W_OK))
        cr_skip_test("this machine has no /dev/full");
    struct journal *j = journal_open("/dev/full", &e);
    cr_assert_not_null(j);
    begin(&r, script, true);
    client_journal(r.d.client, j);
    cr_assert(drive_open(&r.d), "%s", client_error(r.d.client)->text);
    size_t first[] = {0};
    cr_assert(client_commit(r.d.client, first, 1, false, drive_now()));
    const struct commit *c = client_commit_state(r.d.client);
    for (int i = 0; i < 500 && commit_phase(c) != COMMIT_ASKING; i++)
        drive_until(&r.d, drive_never, 10);
    cr_assert_eq(commit_phase(c), COMMIT_ASKING);
    cr_expect(commit_is_unwitnessed(c));
    cr_expect(strstr(commit_report(c)->text, "/dev/full cannot be written"), "%s",
              commit_report(c)->text);
    client_commit_go_on(r.d.client, drive_now());
    cr_expect(drive_until(&r.d, drive_is_committed, 5000));
    cr_expect_eq(commit_report(c)->outcome, OUTCOME_DELETED, "%s", commit_report(c)->text);
    end(&r);
    journal_close(j);
}

Test(memory, what_a_crash_left_open_is_found_out)
{
    static const char *const script[] = {LOGIN,       ONLY_B, "C: TOP 1 0",
                                         HEADER("2"), "quit", NULL};
    static const struct journal_message both[] = {
        {"a", "", "", "", "hand", 100, ""},
        {"b", "", "", "", "hand", 200, ""},
    };
    struct run r;
    struct err e = {0};
    char text[300];
    struct journal *j = open_journal();
    cr_assert(journal_intent(j, "ann@localhost:0", "", both, 2, &e));
    begin(&r, script, true);
    client_journal(r.d.client, j);
    cr_expect_not(client_take_unfinished(r.d.client, text, sizeof text));
    cr_assert(drive_open(&r.d), "%s", client_error(r.d.client)->text);
    cr_assert(client_take_unfinished(r.d.client, text, sizeof text));
    cr_expect(strstr(text, "A deletion of 2 messages"), "%s", text);
    cr_expect(strstr(text, "1 are gone, 1 still there"), "%s", text);
    cr_expect_not(client_take_unfinished(r.d.client, text, sizeof text));
    expect_unfinished(j, "");
    end(&r);
    journal_close(j);
}

/* A server may use a UIDL again: what was seen in another run is looked at before it goes. */
Test(memory, what_an_earlier_run_saw_is_looked_at_again_before_it_is_deleted)
{
    static const char *const script[] = {AGAIN,
                                         TWO,
                                         TWO,
                                         "C: TOP 1 0",
                                         "S: +OK",
                                         "S: From: b@example.org",
                                         "S: Subject: another",
                                         "S: ",
                                         "S: .",
                                         "quit",
                                         NULL};
    struct run r;
    run_once(true);
    begin(&r, script, true);
    cr_assert(drive_open(&r.d), "%s", client_error(r.d.client)->text);
    size_t first[] = {0};
    const struct commit_report *report = drive_commit(&r.d, first, 1);
    cr_assert_not_null(report);
    cr_expect_eq(report->outcome, OUTCOME_NOTHING);
    cr_expect_eq(report->left_out, 1);
    end(&r);
}
