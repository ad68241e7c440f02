#include "config.h"

#include "mail/address.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"

/* The list as "name|addr; name|addr". */
static const struct {
    const char *name, *in, *want;
} cases[] = {
    {"bare", "ann@example.org", "|ann@example.org"},
    {"name and address", "Ann Lee <ann@example.org>", "Ann Lee|ann@example.org"},
    {"quoted", "\"Lee, Ann\" <ann@example.org>", "Lee, Ann|ann@example.org"},
    {"quoted pair", "\"Joe \\\"Q\\\" Public\" <joe@example.org>",
     "Joe \"Q\" Public|joe@example.org"},
    {"two", "a@x.example, B <b@x.example>", "|a@x.example; B|b@x.example"},
    {"semicolon for a comma", "a@x.example; b@x.example", "|a@x.example; |b@x.example"},
    {"comment as name", "ann@example.org (Ann Lee)", "Ann Lee|ann@example.org"},
    {"comment beside a name", "Ann (office) <ann@example.org>", "Ann|ann@example.org"},
    {"nested comment", "ann@example.org (Ann (Lee) \\) )", "Ann (Lee) )|ann@example.org"},
    {"group", "team: a@x.example, B <b@x.example>;", "|a@x.example; B|b@x.example"},
    {"empty group", "undisclosed-recipients:;", "undisclosed-recipients|"},
    {"route", "<@one.example,@two.example:ann@example.org>", "|ann@example.org"},
    {"unclosed", "Ann <ann@example.org", "Ann|ann@example.org"},
    {"doubled brackets", "Ann <<ann@example.org>>", "Ann|ann@example.org"},
    {"blanks inside brackets", "Ann < ann @ example.org >", "Ann|ann@example.org"},
    {"quoted local part", "<\"a b\"@example.org>", "|\"a b\"@example.org"},
    {"an address as name", "\"service@paypal.example\" <x@evil.example>",
     "service@paypal.example|x@evil.example"},
    {"encoded-word", "=?utf-8?Q?Zo=C3=AB?= <zoe@example.net>", "Zoë|zoe@example.net"},
    {"encoded-word in quotes", "\"=?utf-8?B?Wm/Dqw==?=\" <zoe@example.net>",
     "Zoë|zoe@example.net"},
    {"raw UTF-8", "Zoë <zoë@exämple.net>", "Zoë|zoë@exämple.net"},
    {"raw latin1", "J\xFCrgen <j@example.org>", "Jürgen|j@example.org"},
    {"punycode stays visible", "<a@xn--exmple-cua.net>", "|a@xn--exmple-cua.net"},
    {"control characters", "\"a\x1b[2J\" <a@example.org>", "a␛[2J|a@example.org"},
    {"only a word", "root", "root|"},
    {"empty", "", ""},
    {"commas only", ",,, ,", ""},
    {"full-width comma is data", "a，b <c@example.org>", "a，b|c@example.org"},
};

Test(address, reads_what_is_really_sent)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct address_list list;
        struct buf got = BUF_INIT(1024);
        address_parse(&list, cases[i].in, strlen(cases[i].in), NULL);
        for (size_t j = 0; j < list.count; j++)
            buf_printf(&got, "%s%s|%s", j ? "; " : "", list.items[j].name, list.items[j].addr);
        cr_expect_str_eq(got.data, cases[i].want, "%s: %s", cases[i].name, got.data);
        address_list_release(&list);
        buf_release(&got);
    }
}

Test(address, counts_attempts)
{
    static const char from[] = "\"\xE2\x80\xAE"
                               "evil\" <a\x1b@example.org>";
    struct address_list list;
    address_parse(&list, from, strlen(from), NULL);
    cr_expect_eq(list.attempts, 2);
    address_list_release(&list);
}

/* CVE-2021-3181: semicolons ate the memory of another program. */
Test(address, bounds_floods, .timeout = 20)
{
    static const char *const floods[] = {";", ",",  "a@b.example,", "x:;", "(",
                                         "<", "\"", "a:",           "\\"};
    for (size_t i = 0; i < sizeof floods / sizeof *floods; i++) {
        struct buf body = BUF_INIT(1 << 21);
        struct address_list list;
        while (body.len < 1 << 20)
            buf_append_str(&body, floods[i]);
        address_parse(&list, body.data, body.len, NULL);
        cr_expect_leq(list.count, LIMIT_ADDRESSES, "%s", floods[i]);
        if (i == 2)
            cr_expect_eq(list.count + list.more, body.len / strlen(floods[i]));
        address_list_release(&list);
        buf_release(&body);
    }
}

Test(address, survives_every_prefix)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t len = 0; len < strlen(cases[i].in); len++) {
            struct address_list list;
            address_parse(&list, cases[i].in, len, NULL);
            address_list_release(&list);
        }
}

Test(address, its_domain)
{
    cr_expect_str_eq(address_domain("ann@example.org"), "example.org");
    cr_expect_str_eq(address_domain("\"a@b\"@example.org"), "example.org");
    cr_expect_str_eq(address_domain("ann@"), "");
    cr_expect_str_eq(address_domain("ann"), "");
}

Test(address, a_domain_lies_within_itself_and_those_above)
{
    cr_expect(address_is_within("example.org", "example.org"));
    cr_expect(address_is_within("Mail.Example.ORG", "example.org"));
    cr_expect_not(address_is_within("example.org", "mail.example.org"));
    cr_expect_not(address_is_within("badexample.org", "example.org"));
    cr_expect_not(address_is_within("example.org", ""));
    cr_expect_not(address_is_within("", "example.org"));
}
