#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "tests/support/drive.h"
#include "tests/support/feature_row.h"
#include "tests/support/real.h"

/* The whole session against other real servers, and two of our own: every login they take,
 * listing, preview, deletion with verification, a deletion called off, a lost line, a second
 * session, one that was idle too long, no messages, and many. */

TestSuite(real, .timeout = 180);

struct kind {
    const char *name;
    const char *row; /* in README's table; NULL: it is one of our own */
    bool has_tls;
    const char *wrong; /* stands in the sentence about a wrong password */
    const enum account_auth *logins;
    const char *second; /* and in the one about a second session; NULL: that is allowed */
    bool poor;          /* no TOP, and no dots stuffed */
};

static const enum account_auth user_only[] = {ACCOUNT_AUTH_USER, ACCOUNT_AUTH_AUTO};
static const enum account_auth courier_logins[] = {ACCOUNT_AUTH_USER, ACCOUNT_AUTH_PLAIN,
                                                   ACCOUNT_AUTH_LOGIN, ACCOUNT_AUTH_CRAM_MD5,
                                                   ACCOUNT_AUTH_AUTO};
static const enum account_auth cyrus_logins[] = {
    ACCOUNT_AUTH_USER,        ACCOUNT_AUTH_PLAIN,         ACCOUNT_AUTH_LOGIN,
    ACCOUNT_AUTH_CRAM_MD5,    ACCOUNT_AUTH_DIGEST_MD5,    ACCOUNT_AUTH_APOP,
    ACCOUNT_AUTH_SCRAM_SHA_1, ACCOUNT_AUTH_SCRAM_SHA_256, ACCOUNT_AUTH_AUTO};
static const enum account_auth nginx_logins[] = {ACCOUNT_AUTH_USER,     ACCOUNT_AUTH_PLAIN,
                                                 ACCOUNT_AUTH_LOGIN,    ACCOUNT_AUTH_APOP,
                                                 ACCOUNT_AUTH_CRAM_MD5, ACCOUNT_AUTH_AUTO};

static void drive_as(struct drive *d, const struct real *server, const char *user,
                     enum account_tls tls)
{
    uint16_t port =
        tls == ACCOUNT_TLS_IMPLICIT ? real_tls_port(server) : real_plain_port(server);
    drive_init(d, port, tls);
    free(d->account.user);
    d->account.user = xstrdup(user);
    d->account.tls_ca = xstrdup(real_ca(server));
}

/* A maildrop stays locked for a moment after another session; and a message whose dots were not
 * stuffed costs one session, in which it is found out. */
static bool open_patiently(struct drive *d)
{
    for (int i = 0; i < 20; i++) {
        if (drive_open(d))
            return true;
        enum err_code code = client_error(d->client)->code;
        bool locked = strstr(client_error(d->client)->text, "Re-Authentication Failure");
        if (code != ERR_TRY_LATER && code != ERR_PROTOCOL && !locked)
            return false;
        client_forget_error(d->client);
        drive_until(d, drive_never, 250);
    }
    return false;
}

static void must_open(struct drive *d, const char *what)
{
    cr_assert(open_patiently(d), "%s: %s", what, client_error(d->client)->text);
}

static void leave(struct drive *d)
{
    client_leave(d->client, drive_now());
    drive_until(d, drive_is_off, 5000);
    drive_release(d);
}

static size_t count_as(const struct real *server, const char *user, enum account_tls tls)
{
    struct drive d;
    drive_as(&d, server, user, tls);
    must_open(&d, user);
    size_t count = maildrop_present(client_maildrop(d.client));
    leave(&d);
    return count;
}

static size_t index_of(const struct drive *d, const char *subject)
{
    const struct maildrop *m = client_maildrop(d->client);
    for (size_t i = 0; i < maildrop_size(m); i++)
        if (maildrop_at(m, i)->summary && !strcmp(maildrop_at(m, i)->summary->subject, subject))
            return i;
    cr_assert_fail("there is no \"%s\"", subject);
    return 0;
}

static void try_logins(const struct real *server, const struct kind *kind)
{
    for (size_t i = 0;; i++) {
        struct drive d;
        drive_as(&d, server, "carol", ACCOUNT_TLS_NONE);
        d.account.auth = kind->logins[i];
        must_open(&d, client_auth(drive_client(&d)));
        cr_expect_eq(maildrop_present(client_maildrop(d.client)), 300);
        leave(&d);
        if (kind->logins[i] == ACCOUNT_AUTH_AUTO)
            return;
    }
}

static void try_wrong_password(const struct real *server, const struct kind *kind)
{
    struct drive d;
    drive_as(&d, server, "bob", ACCOUNT_TLS_NONE);
    secret_wipe(&d.password);
    secret_set(&d.password, "wrong", 5);
    cr_expect_not(drive_open(&d));
    cr_expect_eq(client_error(d.client)->code, ERR_AUTH);
    cr_expect(strstr(client_error(d.client)->text, kind->wrong), "%s",
              client_error(d.client)->text);
    drive_release(&d);
}

static void try_preview(struct drive *d)
{
    struct buf bytes = BUF_INIT(LIMIT_PREVIEW);
    cr_assert(drive_read(d, 1, 10000, &bytes));
    cr_expect(strstr(bytes.data, "\r\n\r\n.\r\n..\r\n.x\r\nend\r\n"), "dots as they were: %s",
              bytes.data);
    buf_release(&bytes);
}

static void try_deletion(const struct real *server, const struct kind *kind)
{
    struct drive d;
    drive_as(&d, server, "ann", ACCOUNT_TLS_NONE);
    must_open(&d, "ann");
    cr_assert_eq(maildrop_present(client_maildrop(d.client)), 12);
    if (!kind->poor)
        try_preview(&d);
    size_t three[] = {index_of(&d, "ann 1"), index_of(&d, "ann 6"), index_of(&d, "ann 12")};
    const struct commit_report *r = drive_commit(&d, three, 3);
    cr_assert_not_null(r);
    cr_expect_eq(r->outcome, OUTCOME_DELETED, "%s", r->text);
    cr_expect(r->verified, "%s", r->text);
    leave(&d);
    cr_expect_eq(count_as(server, "ann", ACCOUNT_TLS_NONE), 9);
}

/* Where two sessions are allowed, what one deletes is gone for the other, too: it is left out
 * where the server shows that, or deleted once more where it does not. */
static void try_second_session(const struct real *server, const struct kind *kind)
{
    struct drive first, second;
    drive_as(&first, server, "ann", ACCOUNT_TLS_NONE);
    must_open(&first, "first");
    drive_as(&second, server, "ann", ACCOUNT_TLS_NONE);
    if (kind->second) {
        cr_expect_not(drive_open(&second));
        cr_expect(strstr(client_error(second.client)->text, kind->second), "%s",
                  client_error(second.client)->text);
        drive_release(&second);
        leave(&first);
        return;
    }
    must_open(&second, "second");
    size_t one[] = {index_of(&first, "ann 5")};
    const struct commit_report *r = drive_commit(&first, one, 1);
    cr_assert_not_null(r);
    cr_expect_eq(r->outcome, OUTCOME_DELETED, "%s", r->text);
    leave(&first);
    r = drive_commit(&second, one, 1);
    cr_assert_not_null(r);
    cr_expect(r->left_out == 1 || r->verified, "%s", r->text);
    leave(&second);
    cr_expect_eq(count_as(server, "ann", ACCOUNT_TLS_NONE), 8);
}

/* Called off while DELEs are under way; then the line is lost with all of them sent. */
static void try_calling_off(const struct real *server)
{
    struct drive d;
    size_t all[300];
    for (size_t i = 0; i < 300; i++)
        all[i] = i;
    for (int times = 1; times <= 2; times++) { /* once: RSET; twice: closed without QUIT */
        drive_as(&d, server, "carol", ACCOUNT_TLS_NONE);
        must_open(&d, "carol");
        client_commit(d.client, all, 300, false, drive_now());
        cr_assert(drive_until(&d, drive_is_sending, 10000));
        for (int i = 0; i < times; i++)
            client_cancel(d.client, drive_now());
        cr_assert(drive_until(&d, drive_is_committed, 30000));
        const struct commit_report *r = commit_report(client_commit_state(d.client));
        cr_expect_eq(r->outcome, OUTCOME_NOTHING, "%s", r->text);
        leave(&d);
        cr_expect_eq(count_as(server, "carol", ACCOUNT_TLS_NONE), 300);
    }
}

static void try_pipelining(const struct real *server, const struct kind *kind)
{
    struct drive d;
    drive_as(&d, server, "carol", ACCOUNT_TLS_NONE);
    d.account.pipelining = ACCOUNT_PIPELINING_FORCE;
    must_open(&d, "carol");
    for (size_t i = 0; i < 300; i++) {
        char subject[16];
        if (kind->poor && (i == 1 || i == 2)) /* breaks the dialogue; is too large for RETR */
            continue;
        snprintf(subject, sizeof subject, "carol %zu", i + 1);
        cr_assert_str_eq(maildrop_at(client_maildrop(d.client), i)->summary->subject, subject);
    }
    leave(&d);
}

static void expect_row(const struct real *server, const struct kind *kind)
{
    feature_row_expect(&(struct feature_row){
        .name = kind->row,
        .user = "ann",
        .plain = real_plain_port(server),
        .tls = kind->has_tls ? real_tls_port(server) : 0,
        .ca = kind->has_tls ? real_ca(server) : NULL,
        .refuses_second = kind->second != NULL,
    });
}

static struct real *start(const char *name)
{
    const char *why = NULL;
    struct real *server = real_start(name, &why);
    if (!server)
        cr_skip_test("%s", why);
    return server;
}

static void try_everything(const struct kind *kind)
{
    struct real *server = start(kind->name);
    try_logins(server, kind);
    cr_expect_eq(count_as(server, "bob", ACCOUNT_TLS_NONE), 0);
    try_pipelining(server, kind);
    try_calling_off(server);
    try_deletion(server, kind);
    if (kind->has_tls) {
        cr_expect_eq(count_as(server, "ann", ACCOUNT_TLS_STARTTLS), 9);
        cr_expect_eq(count_as(server, "ann", ACCOUNT_TLS_IMPLICIT), 9);
    }
    try_second_session(server, kind);
    if (kind->row)
        expect_row(server, kind);
    try_wrong_password(server, kind);
    real_stop(server);
}

#define REFUSED "The login was refused."
#define WRONG "password is wrong"

Test(real, popa3d)
{
    try_everything(&(struct kind){
        .name = "popa3d", .row = "popa3d", .wrong = REFUSED, .logins = user_only});
}

Test(real, solid_pop3d)
{
    try_everything(&(struct kind){
        .name = "solid-pop3d", .row = "solid-pop3d", .wrong = REFUSED, .logins = user_only});
}

Test(real, mailutils)
{
    try_everything(&(struct kind){.name = "mailutils",
                                  .row = "GNU mailutils",
                                  .has_tls = true,
                                  .wrong = WRONG,
                                  .logins = user_only,
                                  .second = "in use"});
}

Test(real, courier)
{
    try_everything(&(struct kind){.name = "courier",
                                  .row = "Courier",
                                  .has_tls = true,
                                  .wrong = REFUSED,
                                  .logins = courier_logins});
}

Test(real, cyrus)
{
    try_everything(&(struct kind){.name = "cyrus",
                                  .row = "Cyrus",
                                  .has_tls = true,
                                  .wrong = WRONG,
                                  .logins = cyrus_logins});
}

Test(real, perdition)
{
    try_everything(&(struct kind){.name = "perdition",
                                  .row = "perdition (mailutils)",
                                  .has_tls = true,
                                  .wrong = REFUSED,
                                  .logins = user_only,
                                  .second = "Re-Authentication Failure"});
}

Test(real, nginx)
{
    try_everything(&(struct kind){.name = "nginx",
                                  .row = "nginx (mailutils)",
                                  .has_tls = true,
                                  .wrong = REFUSED,
                                  .logins = nginx_logins,
                                  .second = "in use"});
}

Test(real, one_without_top_that_stuffs_no_dots)
{
    try_everything(
        &(struct kind){.name = "poor", .wrong = REFUSED, .logins = user_only, .poor = true});
}

Test(real, demons)
{
    try_everything(&(struct kind){.name = "sdps", .wrong = REFUSED, .logins = user_only});
    struct real *server = start("sdps");
    struct drive d;
    drive_as(&d, server, "ann", ACCOUNT_TLS_NONE);
    must_open(&d, "ann");
    const struct message *m = maildrop_at(client_maildrop(d.client), index_of(&d, "ann 7"));
    cr_expect_str_eq(m->env_from, "bounce7@example.net");
    cr_expect_str_eq(m->env_to, "ann@example.org");
    leave(&d);
    real_stop(server);
}

/* The server ends the session while the user reads; marks stay, and the deletion logs in again.
 */
Test(real, idle_for_too_long)
{
    setenv("IDLE", "1", 1);
    struct real *server = start("solid-pop3d");
    struct drive d;
    drive_as(&d, server, "ann", ACCOUNT_TLS_NONE);
    must_open(&d, "ann");
    size_t one[] = {index_of(&d, "ann 9")};
    marks_set(client_marks(d.client), one[0], MARK_DELETE, CAUSE_HAND, 0);
    cr_assert(drive_until(&d, drive_is_off, 10000), "the server did not end it");
    cr_expect_eq(marks_count(client_marks(d.client)), 1);
    client_forget_error(d.client);
    const struct commit_report *r = drive_commit(&d, one, 1);
    cr_assert_not_null(r, "%s", client_error(d.client)->text);
    cr_expect_eq(r->outcome, OUTCOME_DELETED, "%s", r->text);
    leave(&d);
    unsetenv("IDLE");
    real_stop(server);
}
