#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/servers/cutproxy.h"
#include "tests/support/dovecot.h"
#include "tests/support/drive.h"

/* The line to a real server is cut after each byte of a session that deletes two of five
 * messages.  Whatever happens, the maildrop holds all five or exactly the other three, and the
 * report says which. */

#define MESSAGES 5

static struct dovecot *server;
static struct cutproxy *proxy;

static void fill(unsigned round)
{
    dovecot_clear(server);
    for (unsigned i = 1; i <= MESSAGES; i++) {
        char name[16], text[128];
        snprintf(name, sizeof name, "r%um%u", round, i);
        snprintf(text, sizeof text, "From: a@example.org\nSubject: %u\n\nx\n", i);
        dovecot_put(server, name, text);
    }
}

static size_t index_of(const struct drive *d, const char *subject)
{
    const struct maildrop *m = client_maildrop(d->client);
    for (size_t i = 0; i < maildrop_size(m); i++)
        if (!strcmp(maildrop_at(m, i)->summary->subject, subject))
            return i;
    return SIZE_MAX;
}

/* What the maildrop shows: 5, 3 (the right ones), or -1 for anything else. */
static int truth(unsigned round)
{
    unsigned left = 0; /* a bit a message */
    for (unsigned i = 1; i <= MESSAGES; i++) {
        char name[16];
        snprintf(name, sizeof name, "r%um%u", round, i);
        left |= (unsigned)dovecot_has(server, name) << i;
    }
    return left == 0x3e ? MESSAGES : left == 0x2a ? MESSAGES - 2 : -1;
}

/* One session; false where the cut came before the commit could begin. */
static bool session(struct commit_report *report)
{
    struct drive d;
    drive_init(&d, cutproxy_port(proxy), ACCOUNT_TLS_NONE);
    bool committed = false;
    if (drive_open(&d)) {
        size_t two[] = {index_of(&d, "2"), index_of(&d, "4")};
        const struct commit_report *r = drive_commit(&d, two, 2);
        committed = r != NULL;
        if (r)
            *report = *r;
    }
    drive_release(&d);
    return committed;
}

static void check_round(unsigned round, const char *what, size_t byte, bool committed,
                        const struct commit_report *r)
{
    int left = truth(round);
    cr_assert_neq(left, -1, "%s %zu: other messages are left", what, byte);
    if (!committed) {
        cr_assert_eq(left, MESSAGES, "%s %zu: deleted without a commit", what, byte);
        return;
    }
    cr_assert(r->verified || (r->outcome == OUTCOME_NOTHING && !r->sent),
              "%s %zu: not verified: %s", what, byte, r->text);
    enum commit_outcome shown = left == MESSAGES ? OUTCOME_NOTHING : OUTCOME_DELETED;
    cr_assert_eq(r->outcome, shown, "%s %zu: %d messages left, reported: %s", what, byte, left,
                 r->text);
}

static void start(void)
{
    const char *why = NULL;
    server = dovecot_start(&why);
    if (!server)
        cr_skip_test("%s", why);
    proxy = cutproxy_start(dovecot_plain_port(server));
}

static void cut_everywhere(enum cut_direction direction, bool reset, const char *what)
{
    struct commit_report report;
    unsigned round = 0;
    start();
    fill(round);
    cutproxy_arm(proxy, direction, SIZE_MAX, reset);
    cr_assert(session(&report));
    cr_assert_eq(report.outcome, OUTCOME_DELETED, "%s", report.text);
    size_t bytes = cutproxy_passed(proxy, direction);
    cr_assert_gt(bytes, 100);
    for (size_t byte = 0; byte <= bytes; byte++) {
        fill(++round);
        cutproxy_arm(proxy, direction, byte, reset);
        bool committed = session(&report);
        check_round(round, what, byte, committed, &report);
    }
    cutproxy_stop(proxy);
    dovecot_stop(server);
}

TestSuite(cut, .timeout = 600);

Test(cut, after_each_byte_that_the_client_sends)
{
    cut_everywhere(CUT_UP, true, "up, reset, byte");
}

Test(cut, after_each_byte_that_the_server_sends)
{
    cut_everywhere(CUT_DOWN, true, "down, reset, byte");
}

Test(cut, after_each_byte_with_an_orderly_end)
{
    cut_everywhere(CUT_UP, false, "up, closed, byte");
}
