#include "config.h"

#include "pop3/auth.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/mem.h"

Test(auth, makes_the_initial_response_of_plain)
{
    static const struct {
        const char *user, *password, *want;
    } cases[] = {
        {"tim", "tanstaaftanstaaf", "AHRpbQB0YW5zdGFhZnRhbnN0YWFm"}, /* RFC 4616 section 4 */
        {"", "", "AAA="},
        {"a", "", "AGEA"},
        {"\xc3\xa9", "\xff", "AMOpAP8="},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = BUF_INIT(LIMIT_AUTH_LINE);
        cr_expect(auth_plain(&out, cases[i].user, cases[i].password));
        cr_expect_str_eq(out.data, cases[i].want);
        buf_wipe(&out);
    }
}

Test(auth, refuses_a_password_that_is_too_long_for_plain)
{
    char *password = xcalloc(1, LIMIT_AUTH_LINE + 1);
    memset(password, 'x', LIMIT_AUTH_LINE);
    struct buf out = BUF_INIT(LIMIT_AUTH_LINE);
    cr_expect_not(auth_plain(&out, "a", password));
    cr_expect_eq(out.len, 0);
    cr_expect_not(auth_plain(&out, password, "a"));
    cr_expect_eq(out.len, 0);
    /* three octets are four in base64 */
    password[LIMIT_AUTH_LINE / 4 * 3 - strlen("\1a\1")] = '\0';
    cr_expect(auth_plain(&out, "a", password));
    cr_expect_eq(out.len, LIMIT_AUTH_LINE);
    buf_wipe(&out);
    free(password);
}

Test(auth, finds_the_challenge_of_a_greeting)
{
    static const struct {
        const char *name, *greeting, *want;
    } cases[] = {
        {"RFC 1939", "POP3 server ready <1896.697170952@dbc.mtview.ca.us>",
         "<1896.697170952@dbc.mtview.ca.us>"},
        {"alone", "<a@b>", "<a@b>"},
        {"text behind", "ready <a@b> now", "<a@b>"},
        {"Dovecot's base64", "<b0d1.1.4b+/=.x==@example.org>",
         "<b0d1.1.4b+/=.x==@example.org>"},
        {"the last of two", "<a@b> <c@d>", "<c@d>"},
        {"the last that is one", "<a@b> <c>", "<a@b>"},
        {"a stray bracket behind", "<a@b> >", "<a@b>"},
        {"a stray bracket before", "< <a@b>", "<a@b>"},
        {"brackets inside", "<<a@b>>", "<a@b>"},
        {"no text", "", NULL},
        {"none", "ready", NULL},
        {"no @", "<123.456>", NULL},
        {"no end", "<a@b", NULL},
        {"no beginning", "a@b>", NULL},
        {"the wrong way round", ">a@b<", NULL},
        {"a blank", "<a @b>", NULL},
        {"a tab", "<a\t@b>", NULL},
        {"8-bit", "<a\x80@b>", NULL},
        {"DEL", "<a\x7f@b>", NULL},
        {"a control", "<a\x01@b>", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = BUF_INIT(LIMIT_COMMAND);
        const char *greeting = cases[i].greeting, *want = cases[i].want;
        bool found = auth_apop_challenge(&out, greeting, strlen(greeting));
        cr_expect_eq(found, want != NULL, "%s", cases[i].name);
        cr_expect_str_eq(out.data, want ? want : "", "%s", cases[i].name);
        buf_release(&out);
    }
}

Test(auth, finds_no_challenge_with_a_nul)
{
    struct buf out = BUF_INIT(LIMIT_COMMAND);
    cr_expect_not(auth_apop_challenge(&out, "<a\0@b>", 6));
    cr_expect_not(auth_apop_challenge(&out, "<a@b>", 4), "the bracket lies behind the end");
    buf_release(&out);
}

Test(auth, refuses_a_challenge_longer_than_the_buffer)
{
    struct buf out = BUF_INIT(4);
    cr_expect_not(auth_apop_challenge(&out, "<a@b>", 5));
    cr_expect_eq(out.len, 0);
    buf_release(&out);
}

/* Quadratic, this would take minutes. */
Test(auth, reads_an_endless_greeting_once, .timeout = 60)
{
    static const char *const fills[] = {"<", ">", "@", "<@", "@>", "<a@b"};
    struct buf greeting = BUF_INIT((size_t)-1 / 4), out = BUF_INIT(LIMIT_COMMAND);
    for (size_t i = 0; i < sizeof fills / sizeof *fills; i++) {
        buf_clear(&greeting);
        while (greeting.len < 4000000)
            buf_append_str(&greeting, fills[i]);
        cr_expect_not(auth_apop_challenge(&out, greeting.data, greeting.len), "%s", fills[i]);
    }
    buf_release(&greeting);
    buf_release(&out);
}

Test(auth, digests_challenge_and_password)
{
    struct buf out = BUF_INIT(64);
    cr_expect(auth_apop_digest(&out, "<1896.697170952@dbc.mtview.ca.us>", "tanstaaf"));
    cr_expect_str_eq(out.data, "c4c9334bac560ecc979e58001b3e22fb"); /* RFC 1939 section 7 */
    buf_clear(&out);
    cr_expect(auth_apop_digest(&out, "", ""));
    cr_expect_str_eq(out.data, "d41d8cd98f00b204e9800998ecf8427e"); /* RFC 1321 A.5 */
    buf_release(&out);
}

Test(auth, refuses_a_digest_without_room)
{
    struct buf out = BUF_INIT(31);
    cr_expect_not(auth_apop_digest(&out, "<a@b>", "x"));
    cr_expect_eq(out.len, 0);
    buf_release(&out);
}
