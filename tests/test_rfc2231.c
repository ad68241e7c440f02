#include "config.h"

#include "mail/rfc2231.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(rfc2231, .timeout = 30);

static const struct {
    const char *body;
    const char *want; /* NULL: there is none */
} cases[] = {
    /* RFC 2231 sections 3 and 4 */
    {"message/external-body; filename*0=\"ftp://\"; filename*1=\"cs.utk.edu/pub/x.tar\"",
     "ftp://cs.utk.edu/pub/x.tar"},
    {"application/x-stuff; filename*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A",
     "This is ***fun***"},
    {"application/x-stuff; filename*0*=us-ascii'en'This%20is%20even%20more%20; "
     "filename*1*=%2A%2A%2Afun%2A%2A%2A%20; filename*2=\"isn't it!\"",
     "This is even more ***fun*** isn't it!"},
    /* plain */
    {"a; filename=x.txt", "x.txt"},
    {"a; FileName=\"x \\\"y\\\".txt\"", "x \"y\".txt"},
    {"a; filename=my report.pdf; size=1", "my report.pdf"},
    {"a; filename=x.txt (a comment)", "x.txt"},
    {"a; filename=\"\"", ""},
    {"a; filename=", ""},
    {"a; filenames=x", NULL},
    {"a; name=x", NULL},
    {"", NULL},
    /* encoded-words, 8-bit */
    {"a; filename=\"=?utf-8?Q?z=C3=BCrich=2Epdf?=\"", "z\xc3\xbcrich.pdf"},
    {"a; filename==?utf-8?B?esO8cmljaC5wZGY=?=", "z\xc3\xbcrich.pdf"},
    {"a; filename=\"z\xc3\xbcrich.pdf\"", "z\xc3\xbcrich.pdf"},
    {"a; filename=\"z\xfcrich.pdf\"", "z\xc3\xbcrich.pdf"},
    /* charsets */
    {"a; filename*=iso-8859-15''%A4.txt", "\xe2\x82\xac.txt"},
    {"a; filename*=koi8-r'ru'%F0%D2%C9", "\xd0\x9f\xd1\x80\xd0\xb8"},
    {"a; filename*0*=utf-8''%E2%82; filename*1*=%AC.txt", "\xe2\x82\xac.txt"},
    {"a; filename*=x-nonsense''%C3%BC", "\xc3\xbc"},
    {"a; filename*=''%C3%BC", "\xc3\xbc"},
    {"a; filename*=utf-8''", ""},
    /* the extended form counts more than the plain one, and sections most */
    {"a; filename=plain; filename*=utf-8''ext", "ext"},
    {"a; filename*=utf-8''ext; filename*0=sec", "sec"},
    /* broken */
    {"a; filename*1=b; filename*0=a", "ab"},
    {"a; filename*0=a; filename*2=c", "a"},
    {"a; filename*0=a; filename*0=b", "a"},
    {"a; filename*1=b", NULL},
    {"a; filename*x=b", NULL},
    {"a; filename*99999999999=b", NULL},
    {"a; filename*=utf-8''50%25%zz%", "50%%zz%"},
    {"a; filename*=no quotes", "no"},
    {"a; filename*=\"utf-8''in%20quotes\"", "in quotes"},
};

Test(rfc2231, reads_parameters)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = BUF_INIT(1000);
        struct header_field field = {"X", 1, cases[i].body, strlen(cases[i].body)};
        bool found = rfc2231_parameter(&out, &field, "filename", NULL);
        cr_expect_eq(found, cases[i].want != NULL, "%s", cases[i].body);
        cr_expect_str_eq(out.data, cases[i].want ? cases[i].want : "", "%s: \"%s\"",
                         cases[i].body, out.data);
        buf_release(&out);
    }
}

/* Wherever a body is cut, nothing behind it is read (the sanitizers look). */
Test(rfc2231, stays_inside_a_body_cut_anywhere)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t len = 0; len < strlen(cases[i].body); len++) {
            struct buf out = BUF_INIT(1000);
            char *body = strndup(cases[i].body, len);
            char *exact = malloc(len ? len : 1);
            memcpy(exact, body, len);
            struct header_field field = {"X", 1, exact, len};
            rfc2231_parameter(&out, &field, "filename", NULL);
            free(exact);
            free(body);
            buf_release(&out);
        }
    }
}
