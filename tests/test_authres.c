#include "config.h"

#include "mail/authres.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct {
    const char *line, *id;
    const char *letters; /* SPF, DKIM, DMARC of authres_write(); NULL: no such field */
    enum authres_verdict verdict;
} fields[] = {
    /* RFC 8601 appendix B */
    {"example.org 1; none", "example.org", "---", AUTHRES_SAYS_NOTHING},
    {"example.com; auth=pass (cram-md5) smtp.auth=sender@example.net; "
     "spf=pass smtp.mailfrom=example.net",
     "example.com", "p--", AUTHRES_SAYS_PASS},
    {"example.com; sender-id=fail header.from=example.net; dkim=pass (good signature) "
     "header.d=example.net",
     "example.com", "-p-", AUTHRES_SAYS_PASS},
    {"example.com; dkim=pass reason=\"good signature\" header.i=@mail-router.example.net; "
     "dkim=fail reason=\"bad signature\" header.i=@newyork.example.com",
     "example.com", "-p-", AUTHRES_SAYS_PASS},
    {"foo.example.net (foobar) 1 (baz); dkim (Because I like it) / 1 (One yay) = (wait for it) "
     "fail policy (A dot can go here) . (like that) expired (this surprised me) = (as I wasn't "
     "expecting it) 1362471462",
     "foo.example.net", "-f-", AUTHRES_SAYS_FAIL},
    /* a failure of DMARC wins, whatever passes */
    {"mx.example; spf=pass smtp.mailfrom=example.net; dkim=pass header.d=example.net; "
     "dmarc=fail (p=REJECT) header.from=example.net",
     "mx.example", "ppf", AUTHRES_SAYS_FAIL},
    {"mx.example; dmarc=fail; dmarc=pass", "mx.example", "--f", AUTHRES_SAYS_FAIL},
    {"mx.example; dmarc=pass; dmarc=fail", "mx.example", "--f", AUTHRES_SAYS_FAIL},
    {"mx.example; spf=fail; dkim=fail; dmarc=pass", "mx.example", "ffp", AUTHRES_SAYS_PASS},
    /* who passes is somebody else */
    {"mx.example; spf=pass smtp.mailfrom=bounce@spam.example; dkim=pass header.d=spam.example",
     "mx.example", "ee-", AUTHRES_SAYS_NOTHING},
    {"mx.example; dkim=fail header.d=example.net; spf=pass smtp.mailfrom=spam.example",
     "mx.example", "ef-", AUTHRES_SAYS_FAIL},
    {"mx.example; dkim=pass header.d=spam.example; dkim=pass header.d=example.net",
     "mx.example", "-p-", AUTHRES_SAYS_PASS},
    {"mx.example; dkim=pass header.d=mail.example.net", "mx.example", "-p-", AUTHRES_SAYS_PASS},
    {"mx.example; dkim=pass header.d=net", "mx.example", "-e-", AUTHRES_SAYS_NOTHING},
    {"mx.example; dkim=pass header.d=notexample.net", "mx.example", "-e-",
     AUTHRES_SAYS_NOTHING},
    {"mx.example; spf=pass", "mx.example", "p--", AUTHRES_SAYS_PASS},
    {"mx.example; spf=softfail; dkim=temperror; dmarc=none", "mx.example", "nn-",
     AUTHRES_SAYS_NOTHING},
    {"mx.example; spf=hardfail", "mx.example", "f--", AUTHRES_SAYS_FAIL},
    {"MX.Example; SPF=Fail", "mx.example", "f--", AUTHRES_SAYS_FAIL},
    /* what looks like a result, and is none */
    {"mx.example; x-spf=pass; y=\"; dmarc=pass\"; (dmarc=pass)", "mx.example", "---",
     AUTHRES_SAYS_NOTHING},
    {"mx.example; spf=neutral (google.com: 192.0.2.1; dkim=pass is nothing)", "mx.example",
     "n--", AUTHRES_SAYS_NOTHING},
    {"mx.example; spf=pass) dkim=pass", "mx.example", "p--", AUTHRES_SAYS_PASS},
    {"\"mx example\"; spf=pass", "mx example", "p--", AUTHRES_SAYS_PASS},
    {"spf=pass smtp.mailfrom=example.net; dkim=pass", "", NULL, 0},
    {"", "", NULL, 0},
    {"(only a comment", "", NULL, 0},
    {"mx.example; spf", "mx.example", "---", AUTHRES_SAYS_NOTHING},
    {"mx.example; =pass; spf=", "mx.example", "---", AUTHRES_SAYS_NOTHING},
};

Test(authres, is_read_as_its_rfc_says)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        struct buf id = BUF_INIT(1024);
        struct authres a;
        char letters[AUTHRES_METHODS + 1];
        bool is_field = authres_parse(fields[i].line, "ann@example.net", &id, &a);
        cr_expect_eq(is_field, fields[i].letters != NULL, "%s", fields[i].line);
        cr_expect_str_eq(id.data, fields[i].id, "%s: %s", fields[i].line, id.data);
        authres_write(letters, &a);
        if (is_field) {
            struct authres again = authres_read(letters);
            cr_expect_str_eq(letters, fields[i].letters, "%s: %s", fields[i].line, letters);
            cr_expect_eq(authres_verdict(&again), fields[i].verdict, "%s", fields[i].line);
        }
        buf_release(&id);
    }
}

Test(authres, is_kept_in_letters_of_any_kind)
{
    struct authres a = authres_read("p");
    cr_expect_eq(a.results[AUTHRES_SPF], AUTHRES_PASS);
    cr_expect_eq(a.results[AUTHRES_DKIM], AUTHRES_NONE);
    a = authres_read("?fz and more");
    cr_expect_eq(a.results[AUTHRES_SPF], AUTHRES_NONE);
    cr_expect_eq(a.results[AUTHRES_DKIM], AUTHRES_FAIL);
    cr_expect_eq(a.results[AUTHRES_DMARC], AUTHRES_NONE);
}

Test(authres, adds_what_the_same_server_says_elsewhere)
{
    struct authres a = authres_read("p--"), other = authres_read("nef");
    authres_add(&a, &other);
    char letters[AUTHRES_METHODS + 1];
    authres_write(letters, &a);
    cr_expect_str_eq(letters, "pef");
}

Test(authres, is_said_in_words)
{
    struct buf out = BUF_INIT(256);
    struct authres a = authres_read("pef");
    authres_explain(&out, &a);
    cr_expect_str_eq(out.data, "SPF pass, DKIM pass for another domain, DMARC fail");
    buf_clear(&out);
    a = authres_read("n--");
    authres_explain(&out, &a);
    cr_expect_str_eq(out.data, "SPF undecided");
    buf_clear(&out);
    a = authres_read("---");
    authres_explain(&out, &a);
    cr_expect_str_eq(out.data, "");
    buf_release(&out);
}
