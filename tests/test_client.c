#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "maildrop/query.h"
#include "tests/support/drive.h"
#include "tests/support/server.h"

/* The client against the demo server, and against scripts for what goes wrong. */

TestSuite(client, .timeout = 60);

#define MESSAGE(n)                                                             \
    "From: Ann <ann" n "@example.org>\nSubject: number " n "\nMessage-ID: <" n \
    "@example.org>\nDate: Sun, 22 Nov 2026 20:0" n ":00 +0000\n\nBody " n ".\n"

static struct demo *five(void)
{
    static const char *const texts[] = {MESSAGE("1"), MESSAGE("2"), MESSAGE("3"), MESSAGE("4"),
                                        MESSAGE("5")};
    struct demo *demo = demo_new_empty();
    for (size_t i = 0; i < 5; i++) {
        char uidl[8];
        snprintf(uidl, sizeof uidl, "u%zu", i + 1);
        demo_add(demo, uidl, texts[i], strlen(texts[i]));
    }
    return demo;
}

static bool is_off(const struct drive *d)
{
    return client_is_off(d->client);
}

Test(client, lists_every_message_with_its_header)
{
    struct demo *demo = five();
    struct drive d;
    drive_init_demo(&d, demo);
    cr_assert(drive_open(&d));
    const struct maildrop *m = client_maildrop(d.client);
    cr_assert_eq(maildrop_present(m), 5);
    const struct message *third = maildrop_at(m, maildrop_by_number(m, 3));
    cr_expect_str_eq(third->summary->subject, "number 3");
    cr_expect_str_eq(third->uidl, "u3");
    cr_expect_str_eq(client_auth(d.client), "PLAIN");
    drive_release(&d);
    demo_free(demo);
}

Test(client, deletes_what_was_confirmed_and_verifies_it)
{
    struct demo *demo = five();
    struct drive d;
    drive_init_demo(&d, demo);
    cr_assert(drive_open(&d));
    size_t two[] = {1, 3};
    const struct commit_report *r = drive_commit(&d, two, 2);
    cr_assert_not_null(r);
    cr_expect_eq(r->outcome, OUTCOME_DELETED);
    cr_expect(r->verified);
    cr_expect_eq(r->gone, 2);
    cr_expect_eq(demo_count(demo), 3);
    cr_expect_eq(maildrop_present(client_maildrop(d.client)), 3);
    cr_expect_eq(marks_count(client_marks(d.client)), 0, "their marks are gone with them");
    cr_expect_str_eq(r->text, "2 of 2 gone: deleted, and verified by a new login.");
    drive_release(&d);
    demo_free(demo);
}

Test(client, leaving_deletes_nothing)
{
    struct demo *demo = five();
    struct drive d;
    drive_init_demo(&d, demo);
    cr_assert(drive_open(&d));
    marks_set(client_marks(d.client), 0, MARK_DELETE, CAUSE_HAND, 1);
    client_leave(d.client, drive_now());
    cr_assert(drive_until(&d, is_off, 5000));
    cr_expect_eq(demo_count(demo), 5);
    drive_release(&d);
    demo_free(demo);
}

/* Between commits made elsewhere, a message may go. */
Test(client, leaves_out_what_is_gone_before)
{
    struct demo *demo = five();
    struct drive other, d;
    drive_init_demo(&d, demo);
    cr_assert(drive_open(&d));
    drive_init_demo(&other, demo); /* takes the maildrop over */
    cr_assert(drive_open(&other));
    size_t first[] = {0};
    cr_assert_eq(drive_commit(&other, first, 1)->outcome, OUTCOME_DELETED);
    drive_release(&other);
    cr_assert(drive_until(&d, is_off, 5000));
    client_forget_error(d.client);
    size_t two[] = {0, 1};
    const struct commit_report *r = drive_commit(&d, two, 2);
    cr_assert_not_null(r);
    cr_expect_eq(r->outcome, OUTCOME_DELETED);
    cr_expect_eq(r->left_out, 1);
    cr_expect_eq(r->gone, 1);
    cr_expect_eq(demo_count(demo), 3);
    drive_release(&d);
    demo_free(demo);
}

Test(client, read_only_deletes_nothing)
{
    struct demo *demo = five();
    struct drive d;
    drive_init_demo(&d, demo);
    d.account.read_only = true;
    cr_assert(drive_open(&d));
    size_t first[] = {0};
    cr_expect_null(drive_commit(&d, first, 1));
    cr_expect_eq(demo_count(demo), 5);
    drive_release(&d);
    demo_free(demo);
}

/* ---- scripts ----------------------------------------------------------------------------- */

#define GREET "S: +OK ready", "C: CAPA"
#define CAPA_LINES "S: +OK", "S: TOP", "S: UIDL", "S: SASL PLAIN", "S: ."
#define LOGIN GREET, CAPA_LINES, "C: AUTH PLAIN", "S: +OK", "C: CAPA", CAPA_LINES
/* What CAPA said is known from the login before. */
#define AGAIN "S: +OK ready", "C: AUTH PLAIN", "S: +OK", "C: CAPA", CAPA_LINES
#define HEADER(n) "S: +OK", "S: From: a@example.org", "S: Subject: s" n, "S: ", "S: ."
#define LIST2                                                                         \
    "C: UIDL", "S: +OK", "S: 1 a", "S: 2 b", "S: .", "C: LIST", "S: +OK", "S: 1 100", \
        "S: 2 200", "S: ."
#define OPEN2 LOGIN, LIST2, "C: TOP 2 0", HEADER("2"), "C: TOP 1 0", HEADER("1")

static const struct fault {
    const char *name;
    const char *script[40];
    enum err_code code;
    const char *says; /* stands in the sentence */
} faults[] = {
    {"a wrong password",
     {GREET, CAPA_LINES, "C: AUTH PLAIN", "S: -ERR [AUTH] No.", "close"},
     ERR_AUTH,
     "password is wrong. The server said: No."},
    {"a greeting that says why",
     {"S: -ERR [SYS/TEMP] busy", "close"},
     ERR_TRY_LATER,
     "trouble that should pass; try again later. The server said: busy"},
    {"an unmarked refusal",
     {GREET, "S: -ERR", "C: USER ann", "S: +OK", "C: PASS secret", "S: -ERR bad", "close"},
     ERR_AUTH,
     "login was refused. The server said: bad"},
    {"a locked maildrop",
     {GREET, CAPA_LINES, "C: AUTH", "S: -ERR [IN-USE] busy", "close"},
     ERR_TRY_LATER,
     "in use by another session"},
    {"a login delay",
     {GREET, CAPA_LINES, "C: AUTH", "S: -ERR [LOGIN-DELAY] wait", "close"},
     ERR_TRY_LATER,
     "more time between two logins"},
    {"a refusing greeting", {"S: -ERR go away", "close"}, ERR_UNAVAILABLE, "go away"},
    {"garbage instead of POP3", {"S: SSH-2.0-OpenSSH", "quit"}, ERR_PROTOCOL, "not POP3"},
    {"a connection closed at once", {"close"}, ERR_UNAVAILABLE, "closed the connection"},
    {"a stop in the middle of CAPA",
     {GREET, "S: +OK", "S- TOP\r\nUI", "close"},
     ERR_UNAVAILABLE,
     "closed"},
    {"a reset", {GREET, "reset"}, ERR_IO, "reset"},
    {"a refused LIST",
     {LOGIN, "C: UIDL", "S: -ERR", "C: LIST", "S: -ERR not today", "quit"},
     ERR_PROTOCOL,
     "not today"},
    {"a stop in the middle of LIST",
     {LOGIN, "C: UIDL", "S: +OK", "S: 1 a", "close"},
     ERR_IO,
     "closed the connection"},
    {"an answer too many",
     {LOGIN, "C: UIDL", "S: +OK", "S: 1 a", "S: .", "C: LIST", "S: +OK", "S: 1 9", "S: .",
      "C: TOP", "S: +OK", "S: Subject: x", "S: .", "S: oops", "quit"},
     ERR_PROTOCOL,
     "out of step"},
    {"a farewell",
     {LOGIN, "C: UIDL", "S: +OK", "S: .", "C: LIST", "S: +OK", "S: .", "S: -ERR idle", "close"},
     ERR_IO,
     "idle"},
};

static bool has_error(const struct drive *d)
{
    return client_error(d->client)->code != ERR_NONE;
}

Test(client, says_what_went_wrong)
{
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        const struct fault *f = &faults[i];
        struct server *server = server_start(f->script);
        struct drive d;
        drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
        drive_open(&d);
        cr_expect(drive_until(&d, has_error, 10000), "%s: no error", f->name);
        const struct err *e = client_error(d.client);
        cr_expect_eq(e->code, f->code, "%s: code %d, %s", f->name, e->code, e->text);
        cr_expect(strstr(e->text, f->says), "%s: says \"%s\"", f->name, e->text);
        drive_release(&d);
        const char *left = server_stop(server);
        cr_expect_null(left, "%s: the server stopped at \"%s\"", f->name, left ? left : "");
    }
}

Test(client, gives_up_on_a_silent_server)
{
    static const char *const script[] = {"S- +OK no end", "quit", NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    d.account.timeout_s = 1;
    cr_expect_not(drive_open(&d));
    cr_expect_eq(client_error(d.client)->code, ERR_UNAVAILABLE);
    cr_expect(strstr(client_error(d.client)->text, "silent"));
    drive_release(&d);
    server_stop(server);
}

Test(client, stls_must_be_offered_away_from_loopback)
{
    /* On loopback the missing STLS is only a warning. */
    static const char *const script[] = {OPEN2, "quit", NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_STARTTLS);
    cr_assert(drive_open(&d), "%s", client_error(d.client)->text);
    cr_expect(strstr(client_warning(d.client), "not encrypted"));
    drive_release(&d);
    cr_expect_null(server_stop(server));
}

Test(client, text_behind_the_stls_answer_is_an_attack)
{
    static const char *const script[] = {GREET,  "S: +OK",  "S: STLS",
                                         "S: .", "C: STLS", "S- +OK go\r\n+OK injected\r\n",
                                         "quit", NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_STARTTLS);
    cr_expect_not(drive_open(&d));
    cr_expect_eq(client_error(d.client)->code, ERR_PROTOCOL);
    cr_expect(strstr(client_error(d.client)->text, "STLS"), "%s", client_error(d.client)->text);
    drive_release(&d);
    server_stop(server);
}

/* ---- commits that go wrong --------------------------------------------------------------- */

static const struct commit_report *commit_both(struct drive *d)
{
    size_t both[] = {0, 1};
    return drive_commit(d, both, 2);
}

static bool is_asking(const struct drive *d)
{
    return commit_phase(client_commit_state(d->client)) == COMMIT_ASKING;
}

static bool is_done(const struct drive *d)
{
    return commit_phase(client_commit_state(d->client)) == COMMIT_DONE;
}

Test(client, a_refused_dele_is_called_off_by_rset)
{
    static const char *const script[] = {
        OPEN2,       LIST2,    "C: DELE 1", "S: -ERR no", "C: RSET", "S: +OK",
        "C: DELE 2", "S: +OK", "C: QUIT",   "S: +OK",     "next",    AGAIN,
        "C: UIDL",   "S: +OK", "S: 1 a",    "S: .",       "C: LIST", "S: +OK",
        "S: 1 100",  "S: .",   "quit",      NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    cr_assert(drive_open(&d), "%s", client_error(d.client)->text);
    size_t both[] = {0, 1};
    for (size_t i = 0; i < 2; i++)
        marks_set(client_marks(d.client), i, MARK_DELETE, CAUSE_HAND, 0);
    cr_assert(client_commit(d.client, both, 2, false, drive_now()));
    cr_assert(drive_until(&d, is_asking, 10000));
    cr_expect(strstr(commit_report(client_commit_state(d.client))->text, "refused 1 of 2: no"));
    client_commit_go_on(d.client, drive_now());
    const struct commit_report *r = commit_report(client_commit_state(d.client));
    cr_assert(drive_until(&d, is_done, 10000));
    cr_expect_eq(r->outcome, OUTCOME_DELETED);
    cr_expect_eq(r->gone, 1);
    drive_release(&d);
    cr_expect_null(server_stop(server));
}

Test(client, a_line_lost_before_quit_deleted_nothing_and_looks)
{
    static const char *const script[] = {OPEN2, LIST2, "C: DELE 1", "S: +OK", "reset",
                                         AGAIN, LIST2, "quit",      NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    cr_assert(drive_open(&d), "%s", client_error(d.client)->text);
    const struct commit_report *r = commit_both(&d);
    cr_assert_not_null(r);
    cr_expect_eq(r->outcome, OUTCOME_NOTHING);
    cr_expect(r->verified, "%s", r->text);
    cr_expect_eq(marks_count(client_marks(d.client)), 2, "marks are kept");
    drive_release(&d);
    cr_expect_null(server_stop(server));
}

Test(client, an_err_to_quit_is_unknown_until_looked_at)
{
    static const char *const script[] = {
        OPEN2,       LIST2,    "C: DELE 1", "S: +OK",
        "C: DELE 2", "S: +OK", "C: QUIT",   "S: -ERR some not removed",
        "next",      AGAIN,    "C: UIDL",   "S: +OK",
        "S: 1 b",    "S: .",   "C: LIST",   "S: +OK",
        "S: 1 200",  "S: .",   "quit",      NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    cr_assert(drive_open(&d), "%s", client_error(d.client)->text);
    const struct commit_report *r = commit_both(&d);
    cr_assert_not_null(r);
    cr_expect_eq(r->outcome, OUTCOME_PARTLY);
    cr_expect_eq(r->gone, 1);
    cr_expect(strstr(r->text, "1 of 2 gone, 1 still there"), "%s", r->text);
    cr_expect(strstr(r->text, "some not removed"), "%s", r->text);
    drive_release(&d);
    cr_expect_null(server_stop(server));
}

Test(client, an_unanswered_quit_stays_unknown_when_nobody_can_look)
{
    static const char *const script[] = {
        OPEN2,     LIST2,   "C: DELE 1",    "S: +OK",  "C: DELE 2",         "S: +OK",
        "C: QUIT", "reset", "S: +OK ready", "C: AUTH", "S: -ERR [AUTH] no", "close",
        NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    cr_assert(drive_open(&d), "%s", client_error(d.client)->text);
    const struct commit_report *r = commit_both(&d);
    cr_assert_not_null(r);
    cr_expect_eq(r->outcome, OUTCOME_UNKNOWN);
    cr_expect_not(r->verified);
    cr_expect(strstr(r->text, "not known"), "%s", r->text);
    drive_release(&d);
    cr_expect_null(server_stop(server));
}

/* Without UIDLs the header is looked at again; a message that changed is left out. */
Test(client, without_uidl_only_the_same_header_is_deleted)
{
    static const char *const script[] = {
        LOGIN,       "C: UIDL",   "S: -ERR",       "C: LIST",   "S: +OK",
        "S: 1 100",  "S: 2 200",  "S: .",          "C: TOP 2",  HEADER("2"),
        "C: TOP 1",  HEADER("1"), "C: UIDL",       "S: -ERR",   "C: LIST",
        "S: +OK",    "S: 1 100",  "S: 2 200",      "S: .",      "C: TOP 1",
        HEADER("1"), "C: TOP 2",  HEADER("other"), "C: DELE 1", "S: +OK",
        "C: QUIT",   "S: +OK",    "quit",          NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    cr_assert(drive_open(&d), "%s", client_error(d.client)->text);
    const struct commit_report *r = commit_both(&d);
    cr_assert_not_null(r);
    cr_expect_eq(r->outcome, OUTCOME_DELETED);
    cr_expect_not(r->verified, "nothing can prove it");
    cr_expect_eq(r->left_out, 1);
    cr_expect_eq(r->accepted, 1);
    drive_release(&d);
    cr_expect_null(server_stop(server));
}

/* ---- servers without TOP ----------------------------------------------------------------- */

#define LIST3                                                                       \
    "C: UIDL", "S: +OK", "S: 1 a", "S: 2 b", "S: 3 c", "S: .", "C: LIST", "S: +OK", \
        "S: 1 100", "S: 2 40000", "S: 3 200", "S: ."
#define BARE_LOGIN GREET, "S: -ERR", "C: USER ann", "S: +OK", "C: PASS secret", "S: +OK"

static enum message_headers headers_of(const struct drive *d, size_t index)
{
    return maildrop_at(client_maildrop(d->client), index)->headers;
}

static bool second_is_here(const struct drive *d)
{
    return headers_of(d, 1) == HEADERS_HERE;
}

Test(client, without_top_small_messages_are_fetched_whole_and_large_ones_when_seen)
{
    static const char *const script[] = {
        BARE_LOGIN,  LIST3,       "C: TOP 3 0", "S: -ERR unknown", "C: RETR 3", HEADER("3"),
        "C: RETR 1", HEADER("1"), "C: RETR 2",  HEADER("2"),       "quit",      NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    cr_assert(drive_open(&d), "%s", client_error(d.client)->text);
    cr_expect_eq(headers_of(&d, 0), HEADERS_HERE);
    cr_expect_eq(headers_of(&d, 1), HEADERS_LEFT, "40,000 octets");
    cr_expect_eq(headers_of(&d, 2), HEADERS_HERE);
    size_t second[] = {1};
    client_want(d.client, second, 1, drive_now());
    cr_expect(drive_until(&d, second_is_here, 5000));
    cr_expect_str_eq(maildrop_at(client_maildrop(d.client), 1)->summary->subject, "s2");
    drive_release(&d);
    cr_expect_null(server_stop(server));
}

Test(client, a_server_that_announces_top_may_refuse_one_message)
{
    static const char *const script[] = {
        LOGIN, LIST2, "C: TOP 2 0", "S: -ERR gone", "C: TOP 1 0", HEADER("1"), "quit", NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    cr_assert(drive_open(&d), "%s", client_error(d.client)->text);
    cr_expect_eq(headers_of(&d, 1), HEADERS_REFUSED);
    cr_expect_eq(headers_of(&d, 0), HEADERS_HERE);
    drive_release(&d);
    cr_expect_null(server_stop(server));
}

static bool preview_is_left(const struct drive *d)
{
    return client_message(d->client, 1, true, drive_now()).first_lines == PREVIEW_LEFT;
}

Test(client, without_top_nothing_is_fetched_where_that_deletes)
{
#define EXPIRE_CAPA "S: +OK", "S: UIDL", "S: SASL PLAIN", "S: EXPIRE 0", "S: ."
    static const char *const script[] = {
        GREET, EXPIRE_CAPA,  "C: AUTH PLAIN", "S: +OK", "C: CAPA", EXPIRE_CAPA,
        LIST2, "C: TOP 2 0", "S: -ERR",       "quit",   NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    cr_assert(drive_open(&d), "%s", client_error(d.client)->text);
    size_t both[] = {0, 1};
    client_want(d.client, both, 2, drive_now());
    cr_expect_eq(headers_of(&d, 0), HEADERS_LEFT);
    cr_expect_eq(headers_of(&d, 1), HEADERS_LEFT);
    cr_expect(drive_until(&d, preview_is_left, 5000));
    drive_release(&d);
    const char *missing = server_stop(server);
    cr_expect_null(missing, "%s", missing);
}

Test(client, without_top_and_uidl_the_same_message_is_found_by_retr)
{
    static const char *const script[] = {
        BARE_LOGIN, "C: UIDL",  "S: -ERR",   "C: LIST",   "S: +OK",    "S: 1 100",  "S: .",
        "C: TOP 1", "S: -ERR",  "C: RETR 1", HEADER("1"), "C: UIDL",   "S: -ERR",   "C: LIST",
        "S: +OK",   "S: 1 100", "S: .",      "C: RETR 1", HEADER("1"), "C: DELE 1", "S: +OK",
        "C: QUIT",  "S: +OK",   "quit",      NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    cr_assert(drive_open(&d), "%s", client_error(d.client)->text);
    size_t first[] = {0};
    const struct commit_report *r = drive_commit(&d, first, 1);
    cr_assert_not_null(r);
    cr_expect_eq(r->outcome, OUTCOME_DELETED);
    cr_expect_eq(r->accepted, 1);
    drive_release(&d);
    cr_expect_null(server_stop(server));
}

static bool second_is_whole(const struct drive *d)
{
    return client_message(d->client, 1, false, drive_now()).whole == WHOLE_HERE;
}

Test(client, without_top_a_large_message_is_fetched_by_hand_and_then_known)
{
    static const char *const script[] = {
        BARE_LOGIN,        "C: UIDL",      "S: +OK",    "S: 1 a",
        "S: 2 b",          "S: .",         "C: LIST",   "S: +OK",
        "S: 1 100",        "S: 2 9999999", "S: .",      "C: TOP 2 0",
        "S: -ERR unknown", "C: RETR 1",    HEADER("1"), "C: RETR 2",
        HEADER("2"),       "quit",         NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    cr_assert(drive_open(&d), "%s", client_error(d.client)->text);
    cr_expect(drive_until(&d, preview_is_left, 5000), "above retr-limit");
    cr_expect_eq(headers_of(&d, 1), HEADERS_LEFT);
    client_fetch_whole(d.client, 1, drive_now());
    cr_expect(drive_until(&d, second_is_whole, 5000));
    cr_expect_eq(headers_of(&d, 1), HEADERS_HERE);
    drive_release(&d);
    cr_expect_null(server_stop(server));
}

/* ---- verification proves, or says that it does not --------------------------------------- */

#define BOTH_DELETED "C: DELE 1", "S: +OK", "C: DELE 2", "S: +OK", "C: QUIT", "S: +OK", "next"

static const struct commit_report *commit_over(struct drive *d, struct server *server)
{
    drive_init(d, server_port(server), ACCOUNT_TLS_NONE);
    cr_assert(drive_open(d), "%s", client_error(d->client)->text);
    const struct commit_report *r = commit_both(d);
    cr_assert_not_null(r);
    return r;
}

Test(client, a_listing_without_uidls_proves_nothing)
{
    static const char *const script[] = {OPEN2,       LIST2,        BOTH_DELETED, AGAIN,
                                         "C: UIDL",   "S: -ERR no", "C: LIST",    "S: +OK",
                                         "S: 1 7777", "S: .",       "quit",       NULL};
    struct server *server = server_start(script);
    struct drive d;
    const struct commit_report *r = commit_over(&d, server);
    cr_expect_eq(r->outcome, OUTCOME_DELETED, "the server said so");
    cr_expect_not(r->verified);
    cr_expect(strstr(r->text, "could not be verified"), "%s", r->text);
    cr_expect_eq(marks_count(client_marks(d.client)), 0, "their marks are void");
    drive_release(&d);
    server_stop(server);
}

Test(client, a_uidl_with_another_size_is_not_gone)
{
    static const char *const script[] = {
        OPEN2,       LIST2,      "C: DELE 1", "S: +OK",
        "C: DELE 2", "S: +OK",   "C: QUIT",   "S: -ERR some remain",
        "next",      AGAIN,      "C: UIDL",   "S: +OK",
        "S: 1 a",    "S: 2 b",   "S: .",      "C: LIST",
        "S: +OK",    "S: 1 101", "S: 2 202",  "S: .",
        "quit",      NULL};
    struct server *server = server_start(script);
    struct drive d;
    const struct commit_report *r = commit_over(&d, server);
    cr_expect_eq(r->outcome, OUTCOME_UNKNOWN);
    cr_expect(strstr(r->text, "refused QUIT"), "%s", r->text);
    cr_expect(strstr(r->text, "some remain"), "%s", r->text);
    drive_release(&d);
    server_stop(server);
}

Test(client, a_refused_listing_ends_the_commit)
{
    static const char *const script[] = {OPEN2,        "C: UIDL", "S: -ERR", "C: LIST",
                                         "S: -ERR no", "quit",    NULL};
    struct server *server = server_start(script);
    struct drive d;
    const struct commit_report *r = commit_over(&d, server);
    cr_expect_eq(r->outcome, OUTCOME_NOTHING);
    cr_expect(strstr(r->text, "refused to list"), "%s", r->text);
    drive_release(&d);
    server_stop(server);
}

Test(client, after_a_refusal_the_rest_is_deleted_and_the_refused_named)
{
    static const char *const script[] = {
        OPEN2,     LIST2,    "C: DELE 1", "S: +OK", "C: DELE 2", "S: -ERR locked",
        "C: RSET", "S: +OK", "C: DELE 1", "S: +OK", "C: QUIT",   "S: +OK",
        "next",    AGAIN,    "C: UIDL",   "S: +OK", "S: 1 b",    "S: .",
        "C: LIST", "S: +OK", "S: 1 200",  "S: .",   "quit",      NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    cr_assert(drive_open(&d), "%s", client_error(d.client)->text);
    size_t both[] = {0, 1};
    client_commit(d.client, both, 2, false, drive_now());
    cr_assert(drive_until(&d, is_asking, 5000));
    client_commit_go_on(d.client, drive_now());
    cr_assert(drive_until(&d, is_done, 5000));
    const struct commit_report *r = commit_report(client_commit_state(d.client));
    cr_expect_str_eq(r->text, "1 of 1 gone: deleted, and verified by a new login. The server "
                              "refused 1: locked");
    drive_release(&d);
    server_stop(server);
}

Test(client, calling_off_twice_does_not_wait_for_a_silent_server)
{
    static const char *const script[] = {OPEN2,  LIST2, "C: DELE 1", "S: +OK", "C: DELE 2",
                                         "next", AGAIN, LIST2,       "quit",   NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    cr_assert(drive_open(&d), "%s", client_error(d.client)->text);
    size_t both[] = {0, 1};
    client_commit(d.client, both, 2, false, drive_now());
    client_cancel(d.client, drive_now());
    client_cancel(d.client, drive_now());
    cr_assert(drive_until(&d, is_done, 5000));
    cr_expect_eq(commit_report(client_commit_state(d.client))->outcome, OUTCOME_NOTHING);
    drive_release(&d);
    server_stop(server);
}

/* ---- waiting ----------------------------------------------------------------------------- */

static bool waits(const struct drive *d)
{
    return client_retry_in(d->client, drive_now()) > 0;
}

static bool is_complete(const struct drive *d)
{
    return client_is_complete(d->client);
}

Test(client, a_locked_maildrop_is_tried_again_until_the_user_stops_it)
{
    static const char *const script[] = {GREET,
                                         CAPA_LINES,
                                         "C: AUTH PLAIN",
                                         "S: -ERR [IN-USE] locked",
                                         "next",
                                         GREET,
                                         CAPA_LINES,
                                         "C: AUTH PLAIN",
                                         "S: -ERR maildrop is locked",
                                         "next",
                                         LOGIN,
                                         LIST2,
                                         "C: TOP 2 0",
                                         HEADER("2"),
                                         "C: TOP 1 0",
                                         HEADER("1"),
                                         "quit",
                                         NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    cr_expect_not(drive_open(&d));
    cr_expect_eq(client_retry_in(d.client, drive_now()), -1, "a command does not wait");
    client_be_patient(d.client);
    client_refresh(d.client, drive_now());
    cr_assert(drive_until(&d, waits, 5000));
    cr_expect(strstr(client_error(d.client)->text, "in use"), "%s",
              client_error(d.client)->text);
    cr_expect_eq(client_retry_in(d.client, drive_now()), 5);
    cr_assert(client_cancel(d.client, drive_now()));
    cr_expect_eq(client_retry_in(d.client, drive_now()), -1);
    client_refresh(d.client, drive_now());
    cr_assert(drive_until(&d, is_complete, 5000));
    drive_release(&d);
    cr_expect_null(server_stop(server));
}

/* perdition says no more than this when the server behind it still holds the lock. */
Test(client, a_login_that_was_good_a_moment_ago_may_meet_its_own_lock)
{
    static const char *const script[] = {LOGIN,        LIST2,       "C: TOP 2 0", HEADER("2"),
                                         "C: TOP 1 0", HEADER("1"), "close",      NULL};
    static const char *const refusing[] = {
        GREET,  CAPA_LINES, "C: AUTH PLAIN", "S: -ERR failed: Re-Authentication Failure",
        "quit", NULL};
    const char *both[64];
    size_t n = 0, login = 7; /* of `refusing`: its greeting and what follows CAPA */
    for (size_t i = 0; script[i + 1]; i++)
        both[n++] = script[i];
    both[n - 1] = "next";
    both[n++] = refusing[0];
    for (size_t i = login; refusing[i]; i++)
        both[n++] = refusing[i];
    both[n] = NULL;
    struct drive d;
    struct server *server = server_start(refusing);
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    cr_expect_not(drive_open(&d));
    cr_expect_eq(client_error(d.client)->code, ERR_AUTH, "the first one is about the password");
    drive_release(&d);
    cr_expect_null(server_stop(server));

    server = server_start(both);
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    drive_open(&d); /* closed with the last header */
    cr_assert(drive_until(&d, drive_is_off, 5000));
    client_forget_error(d.client);
    cr_expect_not(drive_open(&d));
    cr_expect_eq(client_error(d.client)->code, ERR_TRY_LATER);
    cr_expect(strstr(client_error(d.client)->text, "a moment ago"), "%s",
              client_error(d.client)->text);
    drive_release(&d);
    cr_expect_null(server_stop(server));
}

Test(client, the_wait_ends_with_another_login)
{
    static const char *const script[] = {
        GREET,  CAPA_LINES, "C: AUTH PLAIN", "S: -ERR [SYS/TEMP] busy", "next", LOGIN, LIST2,
        "quit", NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    client_be_patient(drive_client(&d));
    client_refresh(d.client, drive_now());
    cr_assert(drive_until(&d, waits, 5000));
    client_turn(d.client, drive_now() + 16000); /* as if that time had passed */
    cr_expect_eq(client_retry_in(d.client, drive_now()), -1);
    cr_expect_neq(client_state(d.client), ONLINE_OFF);
    drive_release(&d);
    server_stop(server);
}

#define DELAY_CAPA "S: +OK", "S: TOP", "S: UIDL", "S: SASL PLAIN", "S: LOGIN-DELAY 60", "S: ."

static bool verifies_later(const struct drive *d)
{
    const struct commit *c = client_commit_state(d->client);
    return commit_phase(c) == COMMIT_VERIFYING && commit_retry_at(c) > drive_now() + 30000;
}

Test(client, verification_waits_for_the_login_delay)
{
    static const char *const script[] = {
        GREET,       DELAY_CAPA, "C: AUTH PLAIN", "S: +OK",    "C: CAPA",
        DELAY_CAPA,  LIST2,      "C: TOP 2 0",    HEADER("2"), "C: TOP 1 0",
        HEADER("1"), LIST2,      "C: DELE 1",     "S: +OK",    "C: DELE 2",
        "S: +OK",    "C: QUIT",  "S: +OK",        "quit",      NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    cr_assert(drive_open(&d), "%s", client_error(d.client)->text);
    size_t both[] = {0, 1};
    client_commit(d.client, both, 2, false, drive_now());
    cr_assert(drive_until(&d, verifies_later, 5000));
    client_cancel(d.client, drive_now());
    const struct commit_report *r = commit_report(client_commit_state(d.client));
    cr_expect_eq(r->outcome, OUTCOME_DELETED, "the server said so");
    cr_expect_not(r->verified);
    drive_release(&d);
    cr_expect_null(server_stop(server));
}

/* ---- RFC 6856 ---------------------------------------------------------------------------- */

Test(client, asks_for_utf8_before_the_login_where_it_is_offered)
{
    static const char *const script[] = {
        GREET,       "S: +OK",   "S: TOP",      "S: UIDL",    "S: UTF8 USER", "S: .",
        "C: UTF8",   "S: +OK",   "C: USER ann", "S: +OK",     "C: PASS",      "S: +OK",
        "C: CAPA",   CAPA_LINES, LIST2,         "C: TOP 2 0", HEADER("2"),    "C: TOP 1 0",
        HEADER("1"), "quit",     NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    cr_expect(drive_open(&d), "%s", client_error(d.client)->text);
    drive_release(&d);
    const char *missing = server_stop(server);
    cr_expect_null(missing, "%s", missing);
}

Test(client, a_refused_utf8_is_no_refused_login)
{
    static const char *const script[] = {
        GREET,         "S: +OK",     "S: TOP",    "S: UIDL",
        "S: UTF8",     "S: .",       "C: UTF8",   "S: -ERR [AUTH] no",
        "C: USER ann", "S: +OK",     "C: PASS",   "S: +OK",
        "C: CAPA",     CAPA_LINES,   LIST2,       "C: TOP 2 0",
        HEADER("2"),   "C: TOP 1 0", HEADER("1"), "quit",
        NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    cr_expect(drive_open(&d), "%s", client_error(d.client)->text);
    drive_release(&d);
    cr_expect_null(server_stop(server));
}

/* ---- SDPS -------------------------------------------------------------------------------- */

static bool has_envelope(const struct drive *d, size_t index, const char *from, const char *to)
{
    const struct message *m = maildrop_at(client_maildrop(d->client), index);
    return m->env_to && !strcmp(m->env_from, from) && !strcmp(m->env_to, to);
}

Test(client, demons_greeting_brings_the_envelopes)
{
    static const char *const script[] = {"S: +OK POP3 server at pop3.demon.co.uk ready",
                                         "C: CAPA",
                                         CAPA_LINES,
                                         "C: AUTH PLAIN",
                                         "S: +OK",
                                         "C: CAPA",
                                         CAPA_LINES,
                                         LIST2,
                                         "C: *ENV 2",
                                         "S: +OK",
                                         "S: id",
                                         "S: relay",
                                         "S: bob@example.org",
                                         "S: ann@example.net",
                                         "S: more",
                                         "S: .",
                                         "C: TOP 2 0",
                                         HEADER("2"),
                                         "C: *ENV 1",
                                         "S: +OK",
                                         "S: id",
                                         "S: relay",
                                         "S: ",
                                         "S: ann+\x1b[2J@example.net",
                                         "S: .",
                                         "C: TOP 1 0",
                                         HEADER("1"),
                                         "quit",
                                         NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    cr_expect(drive_open(&d), "%s", client_error(d.client)->text);
    cr_expect(has_envelope(&d, 1, "bob@example.org", "ann@example.net"));
    cr_expect(has_envelope(&d, 0, "", "ann+\xe2\x90\x9b[2J@example.net"), "cleaned: %s",
              maildrop_at(client_maildrop(d.client), 0)->env_to);
    struct query *q = query_new("bob@");
    struct query_view view = client_query_view(d.client, 0);
    cr_expect(query_matches(q, &view, 1));
    cr_expect_not(query_matches(q, &view, 0));
    query_free(q);
    drive_release(&d);
    const char *missing = server_stop(server);
    cr_expect_null(missing, "%s", missing);
}

Test(client, a_server_that_does_not_know_env_is_asked_once)
{
    static const char *const script[] = {
        LOGIN,        LIST2,       "C: *ENV 2",  "S: -ERR unknown",
        "C: TOP 2 0", HEADER("2"), "C: TOP 1 0", HEADER("1"),
        "quit",       NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    d.account.sdps = ACCOUNT_SDPS_YES;
    cr_expect(drive_open(&d), "%s", client_error(d.client)->text);
    cr_expect_null(maildrop_at(client_maildrop(d.client), 1)->env_to);
    drive_release(&d);
    const char *missing = server_stop(server);
    cr_expect_null(missing, "%s", missing);
}

/* ---- a server that does not stuff dots ----------------------------------------------------
 */

Test(client, a_message_that_breaks_the_dialogue_is_not_asked_for_again)
{
    static const char *const script[] = {
        LOGIN,  LIST2,  "C: TOP 2 0", "S: +OK", "S: Subject: x", "S: .",      "S: broken: line",
        "S: .", "next", AGAIN,        LIST2,    "C: TOP 1 0",    HEADER("1"), "quit",
        NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    cr_expect_not(drive_open(&d));
    cr_expect(strstr(client_error(d.client)->text, "out of step"), "%s",
              client_error(d.client)->text);
    client_forget_error(d.client);
    cr_expect(drive_open(&d), "%s", client_error(d.client)->text);
    cr_expect_eq(headers_of(&d, 1), HEADERS_REFUSED);
    cr_expect_eq(headers_of(&d, 0), HEADERS_HERE);
    drive_release(&d);
    const char *missing = server_stop(server);
    cr_expect_null(missing, "%s", missing);
}

Test(client, a_message_whose_end_never_comes_is_not_asked_for_again)
{
    static const char *const script[] = {
        LOGIN,  LIST2, "C: TOP 2 0", "S: +OK",     "S: Subject: x", "S: no line end.",
        "quit", AGAIN, LIST2,        "C: TOP 1 0", HEADER("1"),     "quit",
        NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    d.account.timeout_s = 1;
    cr_expect_not(drive_open(&d));
    cr_expect(strstr(client_error(d.client)->text, "silent"), "%s",
              client_error(d.client)->text);
    client_forget_error(d.client);
    cr_expect(drive_open(&d), "%s", client_error(d.client)->text);
    cr_expect_eq(headers_of(&d, 1), HEADERS_REFUSED);
    cr_expect_eq(headers_of(&d, 0), HEADERS_HERE);
    drive_release(&d);
    const char *missing = server_stop(server);
    cr_expect_null(missing, "%s", missing);
}

Test(client, a_status_sent_twice_is_no_header)
{
    static const char *const script[] = {LOGIN,
                                         LIST2,
                                         "C: TOP 2 0",
                                         "S: +OK 10 octets",
                                         "S: +OK top: follows",
                                         "S: Subject: s2",
                                         "S: ",
                                         "S: .",
                                         "C: TOP 1 0",
                                         HEADER("1"),
                                         "quit",
                                         NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    cr_assert(drive_open(&d), "%s", client_error(d.client)->text);
    cr_expect_str_eq(maildrop_at(client_maildrop(d.client), 1)->summary->subject, "s2");
    drive_release(&d);
    cr_expect_null(server_stop(server));
}

/* "TOP n 0" brings the whole message on some servers. */
Test(client, a_top_that_brings_everything_is_read_to_its_end)
{
    static char text[200000] = "S- Subject: long\r\n\r\n";
    for (size_t len = strlen(text); len < sizeof text - 80; len = strlen(text))
        strcpy(text + len, "a line of the body\r\n");
    strcat(text, ".\r\n");
    const char *const script[] = {LOGIN,        LIST2,       "C: TOP 2 0", "S: +OK", text,
                                  "C: TOP 1 0", HEADER("1"), "quit",       NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    cr_assert(drive_open(&d), "%s", client_error(d.client)->text);
    cr_expect_str_eq(maildrop_at(client_maildrop(d.client), 1)->summary->subject, "long");
    cr_expect_str_eq(maildrop_at(client_maildrop(d.client), 0)->summary->subject, "s1");
    drive_release(&d);
    cr_expect_null(server_stop(server));
}

Test(client, a_server_that_closes_at_capa_is_asked_without)
{
    static const char *const script[] = {
        GREET,    "next", "S: +OK ready", "C: USER ann", "S: +OK",     "C: PASS secret",
        "S: +OK", LIST2,  "C: TOP 2 0",   HEADER("2"),   "C: TOP 1 0", HEADER("1"),
        "quit",   NULL};
    struct server *server = server_start(script);
    struct drive d;
    drive_init(&d, server_port(server), ACCOUNT_TLS_NONE);
    cr_expect(drive_open(&d), "%s", client_error(d.client)->text);
    cr_expect_eq(maildrop_headers_done(client_maildrop(d.client)), 2);
    drive_release(&d);
    const char *missing = server_stop(server);
    cr_expect_null(missing, "%s", missing);
}

Test(client, a_message_that_holds_a_servers_own_data_is_kept)
{
    static const char text[] =
        "From: MAILER-DAEMON <mailer-daemon@example.org>\nX-IMAP: 1795400000 0000000002\n"
        "Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\n\nThis text is not "
        "mail.\n";
    struct demo *demo = demo_new_empty();
    demo_add(demo, "u1", text, strlen(text));
    demo_add(demo, "u2", MESSAGE("2"), strlen(MESSAGE("2")));
    struct drive d;
    drive_init_demo(&d, demo);
    cr_assert(drive_open(&d));
    struct marks *marks = client_marks(d.client);
    cr_expect_eq(marks_get(marks, 0), MARK_KEEP);
    cr_expect_eq(marks_cause(marks, 0), CAUSE_FOLDER_DATA);
    cr_expect_eq(marks_get(marks, 1), MARK_NONE);
    cr_expect_eq(marks_undo(marks), 0);
    drive_release(&d);
    demo_free(demo);
}

Test(client, rules_look_at_a_large_maildrop_in_pieces)
{
    enum { MANY = 2300 };
    struct demo *demo = demo_new_empty();
    struct rules *rules = rules_new();
    for (int i = 0; i < MANY; i++) {
        char uidl[16], text[100];
        snprintf(uidl, sizeof uidl, "u%d", i);
        snprintf(text, sizeof text, "Message-ID: <%d@x>\nSubject: %s\n\n", i / 2,
                 i % 10 ? "x" : "win");
        demo_add(demo, uidl, text, strlen(text));
    }
    rules_add(rules, "win", "subject:win", RULE_MARK);
    rules_add(rules, "twice", "is:dup", RULE_HIGHLIGHT);
    struct drive d;
    drive_init_demo(&d, demo);
    client_use_rules(drive_client(&d), rules, true);
    cr_assert(drive_open(&d));
    size_t ruled = 0;
    while (!(ruled = client_take_ruled(d.client)))
        client_turn(d.client, drive_now());
    cr_expect_eq(ruled, MANY / 10);
    cr_expect_eq(rules_at(rules, 0).decided, MANY / 10);
    cr_expect_eq(rules_at(rules, 1).matched, MANY - MANY / 10,
                 "of the others it was not asked");
    cr_expect_eq(rules_at(rules, 1).decided, MANY - MANY / 10);
    drive_release(&d);
    demo_free(demo);
    rules_free(rules);
}
