#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "tests/support/dovecot.h"
#include "tests/support/drive.h"
#include "tests/support/feature_row.h"

/* The client against a real server: in clear on loopback, by STLS, and under TLS. */

TestSuite(dovecot, .timeout = 120);

static struct dovecot *start(void)
{
    const char *why = NULL;
    struct dovecot *d = dovecot_start(&why);
    if (!d)
        cr_skip_test("%s", why);
    return d;
}

static void put_messages(struct dovecot *server, unsigned count)
{
    for (unsigned i = 1; i <= count; i++) {
        char name[16], text[256];
        snprintf(name, sizeof name, "m%u", i);
        snprintf(
            text, sizeof text,
            "From: Ann <ann@example.org>\nSubject: message %u\nMessage-ID: <%u@example.org>\n"
            "Date: Sun, 22 Nov 2026 20:00:00 +0000\n\n.A dot, and a body.\n",
            i, i);
        dovecot_put(server, name, text);
    }
}

static void drive_dovecot(struct drive *d, const struct dovecot *server, enum account_tls tls)
{
    uint16_t port =
        tls == ACCOUNT_TLS_IMPLICIT ? dovecot_tls_port(server) : dovecot_plain_port(server);
    drive_init(d, port, tls);
    d->account.tls_ca = xstrdup(dovecot_ca(server));
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

static const struct way {
    const char *name;
    enum account_tls tls;
    const char *shown;
} ways[] = {
    {"in clear", ACCOUNT_TLS_NONE, ""},
    {"by STLS", ACCOUNT_TLS_STARTTLS, "TLS1.3"},
    {"under TLS", ACCOUNT_TLS_IMPLICIT, "TLS1.3"},
};

Test(dovecot, deletes_exactly_the_three_that_were_marked)
{
    struct dovecot *server = start();
    for (size_t w = 0; w < 3; w++) {
        struct drive d;
        dovecot_clear(server);
        put_messages(server, 20);
        drive_dovecot(&d, server, ways[w].tls);
        cr_assert(drive_open(&d), "%s: %s", ways[w].name, client_error(d.client)->text);
        cr_expect_str_eq(client_tls(d.client), ways[w].shown, "%s", ways[w].name);
        cr_expect_eq(maildrop_present(client_maildrop(d.client)), 20, "%s", ways[w].name);
        size_t three[] = {index_of(&d, "message 3"), index_of(&d, "message 7"),
                          index_of(&d, "message 20")};
        const struct commit_report *r = drive_commit(&d, three, 3);
        cr_assert_not_null(r, "%s", ways[w].name);
        cr_expect_eq(r->outcome, OUTCOME_DELETED, "%s: %s", ways[w].name, r->text);
        cr_expect(r->verified, "%s: %s", ways[w].name, r->text);
        cr_expect_eq(dovecot_count(server), 17, "%s", ways[w].name);
        cr_expect_not(dovecot_has(server, "m3"), "%s", ways[w].name);
        cr_expect_not(dovecot_has(server, "m7"), "%s", ways[w].name);
        cr_expect_not(dovecot_has(server, "m20"), "%s", ways[w].name);
        cr_expect(dovecot_has(server, "m8"), "%s", ways[w].name);
        drive_release(&d);
    }
    dovecot_stop(server);
}

/* Everything but +OK to QUIT deletes nothing. */
Test(dovecot, marks_alone_delete_nothing)
{
    struct dovecot *server = start();
    struct drive d;
    put_messages(server, 5);
    drive_dovecot(&d, server, ACCOUNT_TLS_IMPLICIT);
    cr_assert(drive_open(&d), "%s", client_error(d.client)->text);
    for (size_t i = 0; i < 5; i++)
        marks_set(client_marks(d.client), i, MARK_DELETE, CAUSE_HAND, 1);
    drive_release(&d); /* closes without QUIT */
    cr_expect_eq(dovecot_count(server), 5);
    dovecot_stop(server);
}

/* The token that the pass-command would print. */
static void take_token(struct drive *d, const struct dovecot *server, const char *end)
{
    char token[1024] = "";
    FILE *f = fopen(dovecot_token_file(server), "r");
    cr_assert(f && fgets(token, (int)(sizeof token - 16), f));
    fclose(f);
    token[strcspn(token, "\n")] = '\0';
    strcat(token, end);
    secret_set(&d->password, token, strlen(token));
}

static bool is_oauth(enum account_auth auth)
{
    return auth == ACCOUNT_AUTH_OAUTHBEARER || auth == ACCOUNT_AUTH_XOAUTH2;
}

static const struct login_case {
    enum account_auth auth;
    bool oauth;
    const char *shown;
    const char *refusal; /* of a wrong secret; NULL: there is none to be wrong */
} logins[] = {
    {ACCOUNT_AUTH_AUTO, false, "SCRAM-SHA-256", "cannot check it by SCRAM-SHA-256"},
    {ACCOUNT_AUTH_AUTO, true, "OAUTHBEARER", "status invalid_token"},
    {ACCOUNT_AUTH_PLAIN, false, "PLAIN", "the password is wrong."},
    {ACCOUNT_AUTH_LOGIN, false, "LOGIN", "the password is wrong."},
    {ACCOUNT_AUTH_USER, false, "USER", "the password is wrong."},
    {ACCOUNT_AUTH_APOP, false, "APOP", "the password is wrong, or"},
    {ACCOUNT_AUTH_CRAM_MD5, false, "CRAM-MD5", "cannot check it by CRAM-MD5"},
    {ACCOUNT_AUTH_DIGEST_MD5, false, "DIGEST-MD5", "cannot check it by DIGEST-MD5"},
    {ACCOUNT_AUTH_SCRAM_SHA_1, false, "SCRAM-SHA-1", "cannot check it by SCRAM-SHA-1"},
    {ACCOUNT_AUTH_SCRAM_SHA_256, false, "SCRAM-SHA-256", "cannot check it by SCRAM-SHA-256"},
    {ACCOUNT_AUTH_EXTERNAL, false, "EXTERNAL", NULL},
    {ACCOUNT_AUTH_OAUTHBEARER, false, "OAUTHBEARER",
     "The server refused the token (status invalid_token)."},
    {ACCOUNT_AUTH_XOAUTH2, false, "XOAUTH2", "The server refused the token (status 401"},
};
#define LOGINS (sizeof logins / sizeof *logins)

static void drive_login(struct drive *d, const struct dovecot *server,
                        const struct login_case *login, enum account_tls tls, bool right)
{
    drive_dovecot(d, server, tls);
    d->account.auth = login->auth;
    d->account.oauth = login->oauth;
    if (login->auth == ACCOUNT_AUTH_EXTERNAL)
        d->account.tls_cert = xstrdup(dovecot_client_cert(server));
    if (login->oauth || is_oauth(login->auth))
        take_token(d, server, right ? "" : "x");
    else if (!right)
        secret_set(&d->password, "guess", 5);
}

Test(dovecot, logs_in_by_each_way_it_knows)
{
    struct dovecot *server = start();
    put_messages(server, 2);
    for (size_t w = 0; w < 3; w++) {
        for (size_t i = 0; i < LOGINS; i++) {
            struct drive d;
            if (logins[i].auth == ACCOUNT_AUTH_EXTERNAL && ways[w].tls == ACCOUNT_TLS_NONE)
                continue;
            drive_login(&d, server, &logins[i], ways[w].tls, true);
            cr_expect(drive_open(&d), "%s, %s: %s", ways[w].name, logins[i].shown,
                      client_error(d.client)->text);
            cr_expect_str_eq(client_auth(d.client), logins[i].shown, "%s", ways[w].name);
            drive_release(&d);
        }
    }
    dovecot_stop(server);
}

Test(dovecot, names_a_wrong_secret)
{
    struct dovecot *server = start();
    for (size_t i = 0; i < LOGINS; i++) {
        struct drive d;
        if (!logins[i].refusal)
            continue;
        drive_login(&d, server, &logins[i], ACCOUNT_TLS_IMPLICIT, false);
        cr_expect_not(drive_open(&d), "%s", logins[i].shown);
        const struct err *e = client_error(d.client);
        cr_expect_eq(e->code, ERR_AUTH, "%s", logins[i].shown);
        cr_expect(strstr(e->text, logins[i].refusal), "%s: %s", logins[i].shown, e->text);
        cr_expect(strstr(e->text, "The server said: "), "%s: %s", logins[i].shown, e->text);
        drive_release(&d);
    }
    dovecot_stop(server);
}

/* A certificate that says nothing of ann. */
Test(dovecot, names_a_certificate_that_does_not_fit)
{
    struct dovecot *server = start();
    struct drive d;
    drive_login(&d, server, &(struct login_case){.auth = ACCOUNT_AUTH_EXTERNAL},
                ACCOUNT_TLS_IMPLICIT, true);
    free(d.account.user);
    d.account.user = xstrdup("bob");
    cr_expect_not(drive_open(&d));
    cr_expect(strstr(client_error(d.client)->text, "certificate does not open this maildrop"),
              "%s", client_error(d.client)->text);
    drive_release(&d);
    dovecot_stop(server);
}

Test(dovecot, refuses_a_certificate_it_cannot_trust_and_says_what_to_pin)
{
    struct dovecot *server = start();
    struct drive d;
    drive_init(&d, dovecot_tls_port(server), ACCOUNT_TLS_IMPLICIT); /* the system's trust */
    cr_expect_not(drive_open(&d));
    const struct err *e = client_error(d.client);
    cr_expect_eq(e->code, ERR_AUTH);
    const char *pin = strstr(e->text, "--tls-pin ");
    cr_assert(pin, "%s", e->text);
    char fingerprint[96] = "";
    memcpy(fingerprint, pin + strlen("--tls-pin "), 95);
    drive_release(&d);

    put_messages(server, 1);
    drive_init(&d, dovecot_tls_port(server), ACCOUNT_TLS_IMPLICIT);
    d.account.tls_pin = xstrdup(fingerprint);
    cr_expect(drive_open(&d), "%s", client_error(d.client)->text);
    drive_release(&d);
    dovecot_stop(server);
}

/* Lock step and pipelining are one code path. */
Test(dovecot, lists_300_messages_with_and_without_pipelining)
{
    struct dovecot *server = start();
    put_messages(server, 300);
    for (int mode = ACCOUNT_PIPELINING_AUTO; mode <= ACCOUNT_PIPELINING_OFF; mode++) {
        struct drive d;
        drive_dovecot(&d, server, ACCOUNT_TLS_IMPLICIT);
        d.account.pipelining = (enum account_pipelining)mode;
        cr_assert(drive_open(&d), "%d: %s", mode, client_error(d.client)->text);
        cr_expect_eq(maildrop_headers_done(client_maildrop(d.client)), 300, "mode %d", mode);
        drive_release(&d);
    }
    dovecot_stop(server);
}

Test(dovecot, previews_the_first_lines)
{
    struct dovecot *server = start();
    struct drive d;
    put_messages(server, 1);
    drive_dovecot(&d, server, ACCOUNT_TLS_NONE);
    cr_assert(drive_open(&d), "%s", client_error(d.client)->text);
    struct buf bytes = BUF_INIT(LIMIT_PREVIEW);
    cr_assert(drive_read(&d, 0, 5000, &bytes));
    cr_expect(strstr(bytes.data, "\r\n\r\n.A dot, and a body.\r\n"), "%s", bytes.data);
    buf_release(&bytes);
    drive_release(&d);
    dovecot_stop(server);
}

Test(dovecot, refuses_a_second_session_and_is_in_the_table)
{
    struct dovecot *server = start();
    struct drive first, second;
    put_messages(server, 3);
    drive_dovecot(&first, server, ACCOUNT_TLS_NONE);
    cr_assert(drive_open(&first), "%s", client_error(first.client)->text);
    drive_dovecot(&second, server, ACCOUNT_TLS_NONE);
    cr_expect_not(drive_open(&second));
    cr_expect_eq(client_error(second.client)->code, ERR_TRY_LATER);
    cr_expect(strstr(client_error(second.client)->text, "in use by another session"), "%s",
              client_error(second.client)->text);
    drive_release(&second);
    client_leave(first.client, drive_now());
    drive_until(&first, drive_is_off, 5000);
    drive_release(&first);
    feature_row_expect(&(struct feature_row){.name = "Dovecot",
                                             .user = "ann",
                                             .plain = dovecot_plain_port(server),
                                             .tls = dovecot_tls_port(server),
                                             .ca = dovecot_ca(server),
                                             .refuses_second = true});
    dovecot_stop(server);
}
