#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/kpop.h"
#include "tests/support/dovecot.h"
#include "tests/support/drive.h"
#include "tests/support/kdc.h"
#ifdef HAVE_KRB5
#include "tests/support/kpop_peer.h"
#endif

/* Logging in by a ticket: AUTH GSSAPI, and Kerberized POP. */

TestSuite(kerberos, .timeout = 120);

static struct kdc *start_kdc(void)
{
    const char *why = NULL;
    struct kdc *k = kdc_start(&why);
    if (!k)
        cr_skip_test("%s", why);
    return k;
}

static struct dovecot *start_dovecot(struct kdc *k)
{
    const char *why = NULL;
    struct dovecot *d = dovecot_start(&why);
    if (!d) {
        kdc_stop(k);
        cr_skip_test("%s", why);
    }
    for (int i = 1; i <= 3; i++) {
        char name[16], text[128];
        snprintf(name, sizeof name, "m%d", i);
        snprintf(text, sizeof text,
                 "From: Ann <ann@example.org>\nSubject: message %d\n\nBody %d.\n", i, i);
        dovecot_put(d, name, text);
    }
    return d;
}

/* Deletes the first message, with proof. */
static void delete_first(struct drive *d, const char *way)
{
    size_t first = 0;
    const struct commit_report *r = drive_commit(d, &first, 1);
    cr_assert_not_null(r, "%s", way);
    cr_expect_eq(r->outcome, OUTCOME_DELETED, "%s: %s", way, r->text);
    cr_expect(r->verified, "%s: %s", way, r->text);
}

static void expect_error(struct drive *d, const char *says)
{
    cr_expect_not(drive_open(d), "%s", says);
    cr_expect(strstr(client_error(d->client)->text, says), "%s: %s", says,
              client_error(d->client)->text);
    drive_release(d);
}

Test(kerberos, gssapi)
{
    struct kdc *k = start_kdc();
    setenv("DELE_KEYTAB", kdc_keytab(k), 1);
    struct dovecot *server = start_dovecot(k);
    for (int is_auto = 0; is_auto <= 1; is_auto++) {
        struct drive d;
        drive_init(&d, dovecot_plain_port(server), ACCOUNT_TLS_NONE);
        d.account.auth = is_auto ? ACCOUNT_AUTH_AUTO : ACCOUNT_AUTH_GSSAPI;
        cr_assert(drive_open(&d), "%s", client_error(d.client)->text);
        cr_expect(is_auto || !strcmp(client_auth(d.client), "GSSAPI"));
        delete_first(&d, "GSSAPI");
        drive_release(&d);
    }
    cr_expect_eq(dovecot_count(server), 1);

    struct drive d;
    kdc_logout(k);
    drive_init(&d, dovecot_plain_port(server), ACCOUNT_TLS_NONE);
    d.account.auth = ACCOUNT_AUTH_GSSAPI;
    expect_error(&d, "there is no Kerberos ticket, run kinit");

    cr_assert(kdc_login(k, 1) && kdc_wait_for_end(k));
    drive_init(&d, dovecot_plain_port(server), ACCOUNT_TLS_NONE);
    d.account.auth = ACCOUNT_AUTH_GSSAPI;
    expect_error(&d, "run kinit");
    dovecot_stop(server);
    kdc_stop(k);
}

#ifdef HAVE_KRB5

static void drive_kpop(struct drive *d, uint16_t port)
{
    struct err e = {0};
    char url[64];
    snprintf(url, sizeof url, "kpop://ann@localhost:%u", port);
    drive_init(d, port, ACCOUNT_TLS_NONE);
    secret_wipe(&d->password);
    cr_assert(account_from_url(&d->account, url, &e), "%s", e.text);
}

Test(kerberos, kpop)
{
    struct kdc *k = start_kdc();
    struct dovecot *server = start_dovecot(k);
    struct kpop_peer peer = kpop_peer_start(kdc_keytab(k), dovecot_plain_port(server));
    struct drive d;
    drive_kpop(&d, peer.port);
    cr_assert(drive_open(&d), "%s", client_error(d.client)->text);
    cr_expect_str_eq(client_auth(d.client), "KPOP");
    delete_first(&d, "KPOP");
    drive_release(&d);
    cr_expect_eq(dovecot_count(server), 2);

    drive_kpop(&d, peer.port);
    free(d.account.user);
    d.account.user = xstrdup("bob");
    expect_error(&d, "The Kerberos ticket does not open this maildrop.");

    drive_kpop(&d, dovecot_plain_port(server));
    expect_error(&d, "does not speak KPOP on this port");

    drive_kpop(&d, peer.port);
    free(d.account.host);
    d.account.host = xstrdup("127.0.0.1");
    expect_error(&d, "Kerberos does not know this host as a POP server");

    kdc_logout(k);
    drive_kpop(&d, peer.port);
    expect_error(&d, "There is no Kerberos ticket: run kinit");

    cr_assert(kdc_login(k, 1) && kdc_wait_for_end(k));
    drive_kpop(&d, peer.port);
    expect_error(&d, "The Kerberos ticket has expired: run kinit");

    kpop_peer_stop(&peer);
    dovecot_stop(server);
    kdc_stop(k);
}

/* What a peer that is no KPOP server, or a hostile one, says. */
Test(kerberos, kpop_peers_that_are_not)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *says;
    } peers[] = {
        {"", 0, "closed the connection instead of taking a Kerberos ticket"},
        {"+OK POP3 ready\r\n", 16, "does not speak KPOP on this port"},
        {"\1", 1, "not KPOP version 1.0"},
        {"\2", 1, "not KPOP version 1.0"},
        {"\0", 1, "closed the connection instead"},
        {"\0\377\377\377\377", 5, "malformed"},
        {"\0\0\0\0\3abc", 8, "its reason cannot be read"},
        {"\0\0\0\0\0\0\0\0\0", 9, "malformed"},
        {"\0\0\0\0\0\177\377\377\377", 9, "malformed"},
        {"\0\0\0\0\0\0\0\0\3abc", 12, "it may be an impostor"},
    };
    struct kdc *k = start_kdc();
    for (size_t i = 0; i < sizeof peers / sizeof *peers; i++) {
        int ends[2];
        enum kpop_step step;
        cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
        cr_assert_eq(write(ends[1], peers[i].bytes, peers[i].len), (ssize_t)peers[i].len);
        shutdown(ends[1], SHUT_WR);
        struct stream *s = stream_new(ends[0]);
        struct kpop *kpop = kpop_new("localhost");
        while ((step = kpop_turn(kpop, s)) == KPOP_GOES_ON) {
            struct pollfd fd = kpop_poll(kpop, s);
            cr_assert_gt(poll(&fd, 1, 20000), 0, "%s", peers[i].says);
        }
        cr_expect_eq(step, KPOP_FAILED, "%s", peers[i].says);
        cr_expect(strstr(kpop_error(kpop)->text, peers[i].says), "%s: %s", peers[i].says,
                  kpop_error(kpop)->text);
        kpop_free(kpop);
        stream_free(s);
        close(ends[1]);
    }
    kdc_stop(k);
}

#else

Test(kerberos, kpop)
{
    cr_skip_test("%s", "built without libkrb5");
}

#endif
