#include "config.h"

#include "store/account.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define PIN "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

Test(account, has_safe_defaults)
{
    struct account a;
    account_init(&a);
    cr_expect_null(a.name);
    cr_expect_null(a.user);
    cr_expect_null(a.host);
    cr_expect_eq(a.tls, ACCOUNT_TLS_IMPLICIT);
    cr_expect_eq(a.port, 995);
    cr_expect_eq(a.auth, ACCOUNT_AUTH_AUTO);
    cr_expect_eq(a.pipelining, ACCOUNT_PIPELINING_AUTO);
    cr_expect(a.verify && !a.insecure && !a.read_only);
    cr_expect_eq(a.timeout_s, 0);
    cr_expect_eq(a.idle_park_s, 300);
    cr_assert_not_null(a.charsets);
    cr_expect_null(a.charsets[0]);
    account_release(&a);
}

Test(account, comes_from_a_url)
{
    static const struct {
        const char *url, *name, *user, *host;
        int port;
        enum account_tls tls;
        enum account_auth auth;
    } cases[] = {
        {"pops://joe@pop.example.org", "joe@pop.example.org", "joe", "pop.example.org", 995,
         ACCOUNT_TLS_IMPLICIT, ACCOUNT_AUTH_AUTO},
        {"pop://joe@pop.example.org/", "joe@pop.example.org", "joe", "pop.example.org", 110,
         ACCOUNT_TLS_STARTTLS, ACCOUNT_AUTH_AUTO},
        {"POPS://h", "h", NULL, "h", 995, ACCOUNT_TLS_IMPLICIT, ACCOUNT_AUTH_AUTO},
        {"pop://h:1110", "h", NULL, "h", 1110, ACCOUNT_TLS_STARTTLS, ACCOUNT_AUTH_AUTO},
        {"pop://h:65535/", "h", NULL, "h", 65535, ACCOUNT_TLS_STARTTLS, ACCOUNT_AUTH_AUTO},
        {"pops://joe;AUTH=+APOP@h", "joe@h", "joe", "h", 995, ACCOUNT_TLS_IMPLICIT,
         ACCOUNT_AUTH_APOP},
        {"pops://joe;auth=plain@h", "joe@h", "joe", "h", 995, ACCOUNT_TLS_IMPLICIT,
         ACCOUNT_AUTH_PLAIN},
        {"pops://joe;Auth=USER@h", "joe@h", "joe", "h", 995, ACCOUNT_TLS_IMPLICIT,
         ACCOUNT_AUTH_USER},
        {"pops://joe;auth=*@h", "joe@h", "joe", "h", 995, ACCOUNT_TLS_IMPLICIT,
         ACCOUNT_AUTH_AUTO},
        {"pops://joe%40example.org@h", "joe@example.org@h", "joe@example.org", "h", 995,
         ACCOUNT_TLS_IMPLICIT, ACCOUNT_AUTH_AUTO},
        {"pops://joe@example.org@h", "joe@example.org@h", "joe@example.org", "h", 995,
         ACCOUNT_TLS_IMPLICIT, ACCOUNT_AUTH_AUTO},
        {"pops://a%3Bb%3ac%25%20d@h", "a;b:c% d@h", "a;b:c% d", "h", 995, ACCOUNT_TLS_IMPLICIT,
         ACCOUNT_AUTH_AUTO},
        {"pops://%C3%A9@b\xc3\xbc"
         "cher.example",
         "\xc3\xa9@b\xc3\xbc"
         "cher.example",
         "\xc3\xa9",
         "b\xc3\xbc"
         "cher.example",
         995, ACCOUNT_TLS_IMPLICIT, ACCOUNT_AUTH_AUTO},
        {"pops://[2001:db8::1]", "2001:db8::1", NULL, "2001:db8::1", 995, ACCOUNT_TLS_IMPLICIT,
         ACCOUNT_AUTH_AUTO},
        {"pop://joe@[::1]:1110/", "joe@::1", "joe", "::1", 1110, ACCOUNT_TLS_STARTTLS,
         ACCOUNT_AUTH_AUTO},
        {"pop://[fe80::1%25eth0]", "fe80::1%eth0", NULL, "fe80::1%eth0", 110,
         ACCOUNT_TLS_STARTTLS, ACCOUNT_AUTH_AUTO},
        {"kpop://joe@h", "joe@h", "joe", "h", 1109, ACCOUNT_TLS_NONE, ACCOUNT_AUTH_AUTO},
        {"KPOP://joe@h:1110", "joe@h", "joe", "h", 1110, ACCOUNT_TLS_NONE, ACCOUNT_AUTH_AUTO},
        {"pops://192.0.2.25:995", "192.0.2.25", NULL, "192.0.2.25", 995, ACCOUNT_TLS_IMPLICIT,
         ACCOUNT_AUTH_AUTO},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err e = {0};
        struct account a;
        account_init(&a);
        cr_assert(account_from_url(&a, cases[i].url, &e), "%s: %s", cases[i].url, e.text);
        cr_expect(same(a.name, cases[i].name), "%s: name %s", cases[i].url, a.name);
        cr_expect(same(a.user, cases[i].user), "%s: user %s", cases[i].url, a.user);
        cr_expect(same(a.host, cases[i].host), "%s: host %s", cases[i].url, a.host);
        cr_expect_eq(a.port, cases[i].port, "%s: port %d", cases[i].url, a.port);
        cr_expect_eq(a.tls, cases[i].tls, "%s: tls", cases[i].url);
        cr_expect_eq(a.auth, cases[i].auth, "%s: auth", cases[i].url);
        account_release(&a);
    }
}

Test(account, refuses_a_bad_url_and_names_the_part)
{
    static const struct {
        const char *url, *want;
    } cases[] = {
        {"", "pops://"},
        {"pop:", "pops://"},
        {"h", "pops://"},
        {"://h", "pops://"},
        {"imap://h", "pops://"},
        {"popx://h", "pops://"},
        {"kpop://joe;auth=PLAIN@h", "kpop:// takes no auth"},
        {"pops://", "host"},
        {"pops:///", "host"},
        {"pops://joe@", "host"},
        {"pops://@h", "user"},
        {"pops://;auth=plain@h", "user"},
        {"pops://joe:secret@h", "password"},
        {"pops://joe:@h", "password"},
        {"pops://:secret@h", "password"},
        {"pops://joe;auth=plain:secret@h", "password"},
        {"pops://joe;auth=rpa@h", "auto, plain, user, apop, login, cram-md5"},
        {"pops://joe;auth=@h", "auth="},
        {"pops://joe;auth=%zz@h", "auth="},
        {"pops://joe;@h", "auth=MECH"},
        {"pops://joe;x=y@h", "auth=MECH"},
        {"pops://jo%00e@h", "user"},
        {"pops://jo%0Ae@h", "user"},
        {"pops://jo%0de@h", "user"},
        {"pops://jo%1be@h", "user"},
        {"pops://jo%7fe@h", "user"},
        {"pops://jo\ne@h", "user"},
        {"pops://jo%4@h", "user"},
        {"pops://joe%@h", "user"},
        {"pops://joe%g0@h", "user"},
        {"pops://h%0a", "host"},
        {"pops://h%00", "host"},
        {"pops://h%2f", "host"},
        {"pops://a b", "host"},
        {"pops://::1", "host"},
        {"pops://[::1", "host"},
        {"pops://[::1]x", "host"},
        {"pops://[]", "host"},
        {"pops://[h]", "host"},
        {"pops://[::g]", "host"},
        {"pops://[::1%25]", "host"},
        {"pops://h:", "port"},
        {"pops://h:0", "port"},
        {"pops://h:65536", "port"},
        {"pops://h:995x", "port"},
        {"pops://h:+995", "port"},
        {"pops://h:99999999999999999999", "port"},
        {"pops://[::1]:", "port"},
        {"pops://h/INBOX", "follow the host"},
        {"pops://h?x", "follow the host"},
        {"pops://h#", "follow the host"},
        {"pops://h?", "follow the host"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err e = {0};
        struct account a;
        account_init(&a);
        cr_expect_not(account_from_url(&a, cases[i].url, &e), "%s", cases[i].url);
        cr_expect_eq(e.code, ERR_USAGE, "%s", cases[i].url);
        cr_expect(strstr(e.text, cases[i].want), "%s: %s", cases[i].url, e.text);
        cr_expect(!strstr(e.text, "secret"), "%s: %s", cases[i].url, e.text);
        cr_expect(!a.host && !a.user && !a.name && a.port == 995, "%s", cases[i].url);
        account_release(&a);
    }
}

Test(account, never_quotes_what_may_be_a_password)
{
    static const char *const urls[] = {
        "pops://joe:secret@h",
        "pops://joe:secret/x@h",
        "pops://joe:secret?x@h",
        "pops://joe:x/secret@h",
        "pops://joe:x#secret@h",
        "pops://joe:%zzsecret@h",
        "pops://[joe:secret@h",
        "pops://joe:secret]@h",
        "imap://joe:secret@h",
        "kpop://joe:secret@h",
        "joe:secret@h",
        "pops://joe;secret@h",
        "pops://joe;auth=secret@",
        "pops:// joe:secret /x@h",
        "pops://:secret/@h",
    };
    for (size_t i = 0; i < COUNT(urls); i++) {
        struct err e = {0};
        struct account a;
        account_init(&a);
        cr_expect_not(account_from_url(&a, urls[i], &e), "%s", urls[i]);
        cr_expect(*e.text && !strstr(e.text, "secret"), "%s: %s", urls[i], e.text);
        account_release(&a);
    }
}

Test(account, takes_a_host_of_any_length_for_bad_input_at_most, .timeout = 30)
{
    enum { LONG = 1 << 20 };
    char *url = xmalloc(LONG + 1);
    for (const char *c = "a:@%;[/="; *c; c++) {
        memset(url, *c, LONG);
        memcpy(url, "pops://", 7);
        url[LONG] = '\0';
        struct err e = {0};
        struct account a;
        account_init(&a);
        cr_expect_not(account_from_url(&a, url, &e), "%c", *c);
        account_release(&a);
    }
    free(url);
}

Test(account, keeps_what_the_url_does_not_say)
{
    struct account a;
    struct err e = {0};
    account_init(&a);
    a.name = xstrdup("work");
    cr_expect(account_set(&a, "user", "ann", &e));
    cr_expect(account_set(&a, "auth", "apop", &e));
    cr_expect(account_from_url(&a, "pop://h", &e));
    cr_expect_str_eq(a.name, "work");
    cr_expect_str_eq(a.user, "ann");
    cr_expect_eq(a.auth, ACCOUNT_AUTH_APOP);
    cr_expect(account_from_url(&a, "pops://joe@i:1995", &e), "twice: the newest counts");
    cr_expect_str_eq(a.user, "joe");
    cr_expect_str_eq(a.host, "i");
    cr_expect_eq(a.port, 1995);
    account_release(&a);
}

Test(account, port_follows_tls_unless_it_was_given)
{
    struct account a;
    struct err e = {0};
    account_init(&a);
    account_from_url(&a, "pops://h", &e);
    cr_expect(account_set(&a, "tls", "none", &e));
    cr_expect_eq(a.port, 110);
    cr_expect(account_set(&a, "tls", "implicit", &e));
    cr_expect_eq(a.port, 995);
    cr_expect(account_set(&a, "port", "1234", &e));
    cr_expect(account_set(&a, "tls", "starttls", &e));
    cr_expect_eq(a.port, 1234);
    account_from_url(&a, "pops://h:995", &e);
    cr_expect(account_set(&a, "tls", "none", &e));
    cr_expect_eq(a.port, 995, "given, although it is the default");
    account_release(&a);
}

Test(account, kpop_knows_no_tls_and_no_password)
{
    struct err e = {0};
    struct account a;
    account_init(&a);
    cr_assert(account_from_url(&a, "kpop://joe@h", &e));
    cr_expect(a.kpop);
    cr_expect_not(account_needs_password(&a));
    cr_expect(account_set(&a, "tls", "none", &e));
    cr_expect_not(account_set(&a, "tls", "starttls", &e));
    cr_expect(strstr(e.text, "kpop:// knows no TLS"), "%s", e.text);
    cr_expect_eq(a.port, 1109);
    cr_assert(account_from_url(&a, "pops://joe@h", &e));
    cr_expect_not(a.kpop);
    account_release(&a);
}

Test(account, looks_like_a_url_or_not)
{
    static const struct {
        const char *text;
        bool want;
    } cases[] = {
        {"pops://h", true},  {"POP://", true},  {"kpop://h", true}, {"imap://h", true},
        {"work", false},     {"", false},       {"://", false},     {"pop:", false},
        {"pop:/x/y", false}, {"a b://", false}, {"joe@h", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        cr_expect_eq(account_looks_like_url(cases[i].text), cases[i].want, "%s", cases[i].text);
}

/* The account after one setting, written down: what was set, or the error. */
Test(account, takes_each_setting_and_refuses_bad_values)
{
    static const struct {
        const char *name, *value;
        bool want;
        const char *says;
    } cases[] = {
        {"url", "pop://joe@h", true, NULL},
        {"url", "pop://", false, "host"},
        {"host", "h", true, NULL},
        {"host", "[::1]", true, NULL},
        {"host", "::1", true, NULL},
        {"host", "", false, "host"},
        {"host", "a b", false, "host"},
        {"host", "h:110", false, "host"},
        {"port", "1", true, NULL},
        {"port", "0", false, "from 1 to 65535"},
        {"port", "65536", false, "from 1 to 65535"},
        {"port", "-1", false, "from 1 to 65535"},
        {"port", "110 ", false, "from 1 to 65535"},
        {"port", "", false, "from 1 to 65535"},
        {"user", "joe user", true, NULL},
        {"user", "", false, "user"},
        {"user", "a\rb", false, "user"},
        {"auth", "Plain", true, NULL},
        {"auth", "rpa", false, "auto, plain, user, apop"},
        {"auth", "scram-sha-256-plu", false, "oauthbearer, xoauth2, ntlm"},
        {"oauth", "yes", true, NULL},
        {"oauth", "xoauth2", false, "yes"},
        {"pass-command", "pass show mail", true, NULL},
        {"pass-command", "", false, "empty"},
        {"tls", "starttls", true, NULL},
        {"tls", "", false, "implicit, starttls, none"},
        {"tls", "yes", false, "implicit, starttls, none"},
        {"tls-ca", "/etc/ca.pem", true, NULL},
        {"tls-ca", "", false, "empty"},
        {"tls-pin", PIN, true, NULL},
        {"tls-pin", PIN "00", false, "64 hexadecimal"},
        {"tls-pin", "abc", false, "64 hexadecimal"},
        {"tls-pin", "", false, "64 hexadecimal"},
        {"tls-pin", "z0112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", false,
         "64 hexadecimal"},
        {"tls-cert", "~/me.pem", true, NULL},
        {"tls-cert", "", false, "empty"},
        {"tls-key", "", false, "empty"},
        {"insecure", "yes", true, NULL},
        {"insecure", "1", false, "yes"},
        {"read-only", "TRUE", true, NULL},
        {"pipelining", "force", true, NULL},
        {"pipelining", "on", false, "auto, force, off"},
        {"timeout", "30", true, NULL},
        {"timeout", "0", true, NULL},
        {"timeout", "86401", false, "86400"},
        {"timeout", "4294967297", false, "86400"},
        {"timeout", "10s", false, "86400"},
        {"retr-limit", "64k", true, NULL},
        {"retr-limit", "2M", true, NULL},
        {"retr-limit", "0", true, NULL},
        {"retr-limit", "1g", false, "64k"},
        {"retr-limit", "kM", false, "64k"},
        {"retr-limit", "1234567890", true, NULL},
        {"retr-limit", "9999999999999999999", false, "64k"},
        {"trash", "full", true, NULL},
        {"trash", "yes", false, "headers, full, none"},
        {"idle-park", "0", true, NULL},
        {"idle-park", "", false, "86400"},
        {"verify", "off", true, NULL},
        {"verify", "maybe", false, "off"},
        {"charset", "koi8-r, windows-1251", true, NULL},
        {"charset", "", true, NULL},
        {"charset", "utf-8//TRANSLIT", false, "charset"},
        {"password", "x", false, "pass-command"},
        {"colour", "x", false, "'colour'; there are: url, host, port"},
        {"", "x", false, "there are: url"},
        {"TLS", "none", false, "there are: url"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err e = {0};
        struct account a;
        account_init(&a);
        cr_expect_eq(account_set(&a, cases[i].name, cases[i].value, &e), cases[i].want,
                     "%s = %s: %s", cases[i].name, cases[i].value, e.text);
        cr_expect_eq(e.code, cases[i].want ? ERR_NONE : ERR_USAGE, "%s = %s", cases[i].name,
                     cases[i].value);
        if (cases[i].says)
            cr_expect(strstr(e.text, cases[i].says), "%s = %s: %s", cases[i].name,
                      cases[i].value, e.text);
        account_release(&a);
    }
}

Test(account, settings_arrive_in_their_fields)
{
    static const char *const settings[][2] = {
        {"host", "[::1]"},      {"port", "1995"},    {"user", "joe"},
        {"auth", "apop"},       {"tls", "starttls"}, {"pass-command", "cat x"},
        {"tls-ca", "~/ca.pem"}, {"tls-pin", PIN},    {"insecure", "yes"},
        {"read-only", "on"},    {"timeout", "7"},    {"idle-park", "60"},
        {"verify", "no"},       {"charset", "big5"}, {"charset", "koi8-r,cp1251"},
        {"pipelining", "off"},  {"oauth", "yes"},    {"tls-cert", "~/me.pem"},
        {"tls-key", "/me.key"},
    };
    struct account a, b;
    struct err e = {0};
    account_init(&a);
    account_init(&b);
    setenv("HOME", "/home/joe", 1);
    for (size_t i = 0; i < COUNT(settings); i++)
        cr_assert(account_set(&a, settings[i][0], settings[i][1], &e), "%s", e.text);
    account_copy(&b, &a);
    account_release(&a);
    cr_expect_null(a.user, "released");
    cr_expect_str_eq(b.host, "::1");
    cr_expect_eq(b.port, 1995);
    cr_expect_str_eq(b.user, "joe");
    cr_expect_eq(b.auth, ACCOUNT_AUTH_APOP);
    cr_expect_eq(b.tls, ACCOUNT_TLS_STARTTLS);
    cr_expect_str_eq(b.pass_command, "cat x");
    cr_expect_str_eq(b.tls_ca, "/home/joe/ca.pem");
    cr_expect_str_eq(b.tls_pin, PIN);
    cr_expect_str_eq(b.tls_cert, "/home/joe/me.pem");
    cr_expect_str_eq(b.tls_key, "/me.key");
    cr_expect(b.oauth && b.insecure && b.read_only && !b.verify);
    cr_expect_eq(b.pipelining, ACCOUNT_PIPELINING_OFF);
    cr_expect_eq(b.timeout_s, 7);
    cr_expect_eq(b.idle_park_s, 60);
    cr_expect_str_eq(b.charsets[0], "koi8-r");
    cr_expect_str_eq(b.charsets[1], "cp1251");
    cr_expect_null(b.charsets[2]);
    account_copy(&a, &b);
    account_copy(&b, &b);
    cr_expect_str_eq(b.charsets[1], "cp1251", "a copy of itself");
    cr_expect_str_eq(a.user, b.user);
    account_release(&a);
    account_release(&b);
}

Test(account, takes_each_way_to_log_in_in_any_case)
{
    static const struct {
        const char *word;
        enum account_auth auth;
        bool asks;
    } cases[] = {
        {"Auto", ACCOUNT_AUTH_AUTO, true},
        {"PLAIN", ACCOUNT_AUTH_PLAIN, true},
        {"User", ACCOUNT_AUTH_USER, true},
        {"APOP", ACCOUNT_AUTH_APOP, true},
        {"LOGIN", ACCOUNT_AUTH_LOGIN, true},
        {"CRAM-MD5", ACCOUNT_AUTH_CRAM_MD5, true},
        {"digest-md5", ACCOUNT_AUTH_DIGEST_MD5, true},
        {"SCRAM-SHA-1", ACCOUNT_AUTH_SCRAM_SHA_1, true},
        {"SCRAM-SHA-256", ACCOUNT_AUTH_SCRAM_SHA_256, true},
        {"SCRAM-SHA-1-PLUS", ACCOUNT_AUTH_SCRAM_SHA_1_PLUS, true},
        {"SCRAM-SHA-256-PLUS", ACCOUNT_AUTH_SCRAM_SHA_256_PLUS, true},
        {"GSSAPI", ACCOUNT_AUTH_GSSAPI, false},
        {"External", ACCOUNT_AUTH_EXTERNAL, false},
        {"OAUTHBEARER", ACCOUNT_AUTH_OAUTHBEARER, true},
        {"XOAUTH2", ACCOUNT_AUTH_XOAUTH2, true},
        {"NTLM", ACCOUNT_AUTH_NTLM, true},
    };
    cr_expect_eq(COUNT(cases), ACCOUNT_AUTH_COUNT);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err e = {0};
        struct account a;
        char url[64];
        account_init(&a);
        cr_expect(account_set(&a, "auth", cases[i].word, &e), "%s", e.text);
        cr_expect_eq(a.auth, cases[i].auth, "%s", cases[i].word);
        cr_expect_eq(account_needs_password(&a), cases[i].asks, "%s", cases[i].word);
        account_release(&a);
        snprintf(url, sizeof url, "pops://joe;auth=%s@h", cases[i].word);
        cr_expect(account_from_url(&a, url, &e), "%s", e.text);
        cr_expect_eq(a.auth, cases[i].auth, "%s", url);
        account_release(&a);
    }
}

Test(account, expands_only_ones_own_home)
{
    static const struct {
        const char *home, *value, *want;
    } cases[] = {
        {"/h", "~/ca", "/h/ca"},    {"/h", "~", "/h"},      {"/h", "~joe/ca", "~joe/ca"},
        {"/h", "/a/~/b", "/a/~/b"}, {NULL, "~/ca", "~/ca"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err e = {0};
        struct account a;
        account_init(&a);
        if (cases[i].home)
            setenv("HOME", cases[i].home, 1);
        else
            unsetenv("HOME");
        cr_expect(account_set(&a, "tls-ca", cases[i].value, &e));
        cr_expect_str_eq(a.tls_ca, cases[i].want);
        account_release(&a);
    }
}

Test(account, lists_its_settings)
{
    size_t count = 0;
    while (account_setting(count))
        count++;
    cr_expect_eq(count, 28);
    cr_expect_str_eq(account_setting(0), "url");
    cr_expect_null(account_setting(SIZE_MAX));
}
