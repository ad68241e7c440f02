#include "config.h"

#include "client/mechanism.h"

#include <string.h>

#include <criterion/criterion.h>

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define BIT(auth_) (1u << ACCOUNT_AUTH_##auth_)

#define ALL                                                                                    \
    "PLAIN LOGIN CRAM-MD5 DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256 ANONYMOUS OAUTHBEARER XOAUTH2 " \
    "GSSAPI EXTERNAL NTLM SCRAM-SHA-1-PLUS SCRAM-SHA-256-PLUS"

#define TLS .tls = true, .binding = true

static const struct choice {
    const char *name;
    struct mechanism_ask ask;
    const char *want; /* NULL: none */
} choices[] = {
    /* everything on offer */
    {"all, TLS", {.sasl = ALL, .user = true, TLS}, "SCRAM-SHA-256-PLUS"},
    {"all, no binding", {.sasl = ALL, .user = true, .tls = true}, "SCRAM-SHA-256"},
    {"all, in clear", {.sasl = ALL, .user = true}, "SCRAM-SHA-256"},
    {"all, a private line", {.sasl = ALL, .user = true, .private = true}, "SCRAM-SHA-256"},
    {"all, a token", {.sasl = ALL, .user = true, .token = true, TLS}, "OAUTHBEARER"},
    {"all, a ticket", {.sasl = ALL, .ticket = true, TLS}, "SCRAM-SHA-256-PLUS"},
    {"all, no library",
     {.sasl = ALL,
      .missing = BIT(SCRAM_SHA_1) | BIT(SCRAM_SHA_256) | BIT(SCRAM_SHA_1_PLUS) |
                 BIT(SCRAM_SHA_256_PLUS) | BIT(GSSAPI) | BIT(CRAM_MD5) | BIT(DIGEST_MD5) |
                 BIT(NTLM),
      .ticket = true,
      TLS},
     "PLAIN"},

    /* down the list, inside TLS */
    {"SHA-1 bound before SHA-256 unbound",
     {.sasl = "SCRAM-SHA-256 SCRAM-SHA-1-PLUS SCRAM-SHA-1 PLAIN", TLS},
     "SCRAM-SHA-1-PLUS"},
    {"no -PLUS on offer", {.sasl = "PLAIN SCRAM-SHA-1 SCRAM-SHA-256", TLS}, "SCRAM-SHA-256"},
    {"SCRAM-SHA-1", {.sasl = "PLAIN SCRAM-SHA-1 GSSAPI", .ticket = true, TLS}, "SCRAM-SHA-1"},
    {"GSSAPI", {.sasl = "PLAIN GSSAPI", .ticket = true, TLS}, "GSSAPI"},
    {"GSSAPI without a ticket", {.sasl = "PLAIN GSSAPI", TLS}, "PLAIN"},
    {"OAuth without a token", {.sasl = "OAUTHBEARER XOAUTH2 PLAIN", TLS}, "PLAIN"},
    {"PLAIN", {.sasl = "DIGEST-MD5 CRAM-MD5 LOGIN PLAIN", .user = true, TLS}, "PLAIN"},
    {"LOGIN", {.sasl = "DIGEST-MD5 CRAM-MD5 LOGIN", .user = true, TLS}, "LOGIN"},
    {"USER", {.sasl = "DIGEST-MD5 CRAM-MD5", .user = true, TLS}, "USER"},
    {"DIGEST-MD5", {.sasl = "CRAM-MD5 DIGEST-MD5", TLS}, "DIGEST-MD5"},
    {"CRAM-MD5", {.sasl = "CRAM-MD5", TLS}, "CRAM-MD5"},
    {"EXTERNAL", {.sasl = "EXTERNAL CRAM-MD5", .certificate = true, TLS}, "EXTERNAL"},
    {"EXTERNAL behind PLAIN", {.sasl = "EXTERNAL PLAIN", .certificate = true, TLS}, "PLAIN"},
    {"APOP last", {.sasl = "", .challenge = true, TLS}, "APOP"},
    {"APOP behind USER", {.sasl = "", .user = true, .challenge = true, TLS}, "USER"},
    {"any case, any blanks",
     {.sasl = "\tgssapi  scram-sha-256-plus ", TLS},
     "SCRAM-SHA-256-PLUS"},
    {"whole words only", {.sasl = "XPLAIN PLAINX LOGIN-X PLAIN-", .user = true, TLS}, "USER"},

    /* OAuth */
    {"XOAUTH2", {.sasl = "PLAIN XOAUTH2", .token = true, TLS}, "XOAUTH2"},
    {"a token is no password",
     {.sasl = "PLAIN SCRAM-SHA-256", .user = true, .token = true, TLS},
     NULL},
    {"a token in clear", {.sasl = "OAUTHBEARER XOAUTH2", .token = true}, NULL},
    {"a token on a private line",
     {.sasl = "OAUTHBEARER", .token = true, .private = true},
     "OAUTHBEARER"},
    {"a token, no CAPA", {.sasl = "", .user = true, .token = true, TLS}, NULL},

    /* where others listen */
    {"DIGEST-MD5 in clear", {.sasl = "PLAIN CRAM-MD5 DIGEST-MD5", .user = true}, "DIGEST-MD5"},
    {"CRAM-MD5 in clear", {.sasl = "PLAIN LOGIN CRAM-MD5", .user = true}, "CRAM-MD5"},
    {"GSSAPI in clear", {.sasl = "PLAIN GSSAPI CRAM-MD5", .ticket = true}, "GSSAPI"},
    {"clear text only", {.sasl = "PLAIN LOGIN", .user = true}, NULL},
    {"no CAPA in clear", {.sasl = "", .user = true, .challenge = true}, NULL},
    {"no list in clear", {.sasl = "", .challenge = true}, NULL},
    {"insecure", {.sasl = "PLAIN LOGIN", .user = true, .insecure = true}, "PLAIN"},
    {"insecure is no reason to show it",
     {.sasl = "PLAIN LOGIN CRAM-MD5", .user = true, .insecure = true},
     "CRAM-MD5"},
    {"insecure, no CAPA", {.sasl = "", .user = true, .insecure = true}, "USER"},
    {"insecure is no reason to sign",
     {.sasl = "", .challenge = true, .insecure = true},
     "USER"},
    {"private", {.sasl = "PLAIN LOGIN CRAM-MD5", .user = true, .private = true}, "PLAIN"},

    /* no list */
    {"no CAPA, TLS", {.sasl = "", .user = true, TLS}, "USER"},
    {"a list without any way", {.sasl = "", TLS}, "USER"},
    {"nothing we know, and no USER", {.sasl = "RPA MSN", TLS}, NULL},
    {"NTLM only", {.sasl = "NTLM", TLS}, NULL},

    /* by name */
    {"CRAM-MD5 by name", {.wanted = ACCOUNT_AUTH_CRAM_MD5, .sasl = ALL, TLS}, "CRAM-MD5"},
    {"APOP by name, in clear",
     {.wanted = ACCOUNT_AUTH_APOP, .sasl = ALL, .challenge = true},
     "APOP"},
    {"APOP without a challenge", {.wanted = ACCOUNT_AUTH_APOP, .sasl = ALL, TLS}, NULL},
    {"unbound by name",
     {.wanted = ACCOUNT_AUTH_SCRAM_SHA_256, .sasl = ALL, TLS},
     "SCRAM-SHA-256"},
    {"bound by name",
     {.wanted = ACCOUNT_AUTH_SCRAM_SHA_1_PLUS, .sasl = ALL, TLS},
     "SCRAM-SHA-1-PLUS"},
    {"bound by name, nothing to bind to",
     {.wanted = ACCOUNT_AUTH_SCRAM_SHA_256_PLUS, .sasl = ALL, .tls = true},
     NULL},
    {"not on offer", {.wanted = ACCOUNT_AUTH_LOGIN, .sasl = "PLAIN", TLS}, NULL},
    {"no list to stand on",
     {.wanted = ACCOUNT_AUTH_LOGIN, .sasl = "", .user = true, TLS},
     "LOGIN"},
    {"USER though not announced", {.wanted = ACCOUNT_AUTH_USER, .sasl = "PLAIN", TLS}, "USER"},
    {"PLAIN in clear", {.wanted = ACCOUNT_AUTH_PLAIN, .sasl = ALL}, NULL},
    {"LOGIN in clear", {.wanted = ACCOUNT_AUTH_LOGIN, .sasl = ALL}, NULL},
    {"USER in clear", {.wanted = ACCOUNT_AUTH_USER, .sasl = ALL, .user = true}, NULL},
    {"XOAUTH2 in clear", {.wanted = ACCOUNT_AUTH_XOAUTH2, .sasl = ALL, .token = true}, NULL},
    {"NTLM in clear", {.wanted = ACCOUNT_AUTH_NTLM, .sasl = ALL}, NULL},
    {"NTLM by name", {.wanted = ACCOUNT_AUTH_NTLM, .sasl = ALL, TLS}, "NTLM"},
    {"PLAIN, insecure", {.wanted = ACCOUNT_AUTH_PLAIN, .sasl = ALL, .insecure = true}, "PLAIN"},
    {"GSSAPI without a ticket by name",
     {.wanted = ACCOUNT_AUTH_GSSAPI, .sasl = ALL, TLS},
     NULL},
    {"GSSAPI in clear by name",
     {.wanted = ACCOUNT_AUTH_GSSAPI, .sasl = ALL, .ticket = true},
     "GSSAPI"},
    {"EXTERNAL without a certificate",
     {.wanted = ACCOUNT_AUTH_EXTERNAL, .sasl = ALL, TLS},
     NULL},
    {"EXTERNAL without TLS",
     {.wanted = ACCOUNT_AUTH_EXTERNAL, .sasl = ALL, .certificate = true, .private = true},
     NULL},
    {"EXTERNAL",
     {.wanted = ACCOUNT_AUTH_EXTERNAL, .sasl = ALL, .certificate = true, TLS},
     "EXTERNAL"},
    {"a library without it",
     {.wanted = ACCOUNT_AUTH_NTLM, .sasl = ALL, .missing = BIT(NTLM), TLS},
     NULL},
};

Test(mechanism, chooses)
{
    for (size_t i = 0; i < COUNT(choices); i++) {
        const struct choice *c = &choices[i];
        struct err e = {0};
        const struct mechanism *m = mechanism_choose(&c->ask, &e);
        if (c->want)
            cr_expect(m && !strcmp(m->name, c->want), "%s: %s, %s", c->name, m ? m->name : "-",
                      e.text);
        else
            cr_expect(!m && e.code == ERR_AUTH && *e.text, "%s: %s", c->name,
                      m ? m->name : "-");
    }
}

/* Whatever is offered, wanted and known: nobody who listens sees the secret. */
Test(mechanism, never_shows_the_secret_to_who_listens)
{
    static const char *const offers[] = {"",
                                         ALL,
                                         "PLAIN",
                                         "PLAIN LOGIN",
                                         "LOGIN",
                                         "PLAIN GSSAPI",
                                         "OAUTHBEARER",
                                         "XOAUTH2 PLAIN"};
    for (unsigned wanted = 0; wanted < ACCOUNT_AUTH_COUNT; wanted++) {
        for (unsigned bits = 0; bits < 32 * COUNT(offers); bits++) {
            struct mechanism_ask ask = {.wanted = (enum account_auth)wanted,
                                        .sasl = offers[bits / 32],
                                        .user = bits & 1,
                                        .challenge = bits & 2,
                                        .token = bits & 4,
                                        .certificate = bits & 8,
                                        .ticket = bits & 16};
            struct err e = {0};
            const struct mechanism *m = mechanism_choose(&ask, &e);
            cr_expect(!m || !(m->flags & MECHANISM_SHOWS), "%u %u: %s", wanted, bits, m->name);
            cr_expect(m || *e.text, "%u %u says nothing", wanted, bits);
        }
    }
}

/* Where a server binds and we can, `auto` binds. */
Test(mechanism, never_leaves_a_binding_out)
{
    static const char *const others[] = {"PLAIN ", "SCRAM-SHA-256 SCRAM-SHA-1 ",
                                         "GSSAPI EXTERNAL "};
    static const char *const pluses[] = {"SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS"};
    for (size_t i = 0; i < COUNT(others) * COUNT(pluses); i++) {
        char sasl[128] = "";
        strcat(sasl, others[i / 2]);
        strcat(sasl, pluses[i % 2]);
        struct err e = {0};
        struct mechanism_ask ask = {.sasl = sasl,
                                    .user = true,
                                    .challenge = true,
                                    .certificate = true,
                                    .ticket = true,
                                    TLS};
        const struct mechanism *m = mechanism_choose(&ask, &e);
        cr_expect(m && !strcmp(m->name, pluses[i % 2]), "%s: %s", sasl, m ? m->name : e.text);
    }
}

static const struct sentence {
    struct mechanism_ask ask;
    const char *says;
} sentences[] = {
    {{.sasl = "PLAIN LOGIN", .user = true},
     "Nothing was sent, as none of the ways to log in that the server offers can be used: "
     "PLAIN: "
     "the connection is not encrypted and would show the password; use pops://, or --insecure "
     "if "
     "the whole way to the server is yours."},
    {{.sasl = "GSSAPI NTLM XOAUTH2", TLS},
     "Nothing was sent, as none of the ways to log in that the server offers can be used: "
     "GSSAPI: "
     "there is no Kerberos ticket, run kinit; XOAUTH2: it takes a token, set oauth = yes and a "
     "pass-command that prints one; NTLM: it is used only when --auth names it."},
    {{.sasl = "RPA MSN", TLS},
     "The server offers only ways to log in that dele does not know: RPA MSN."},
    {{.sasl = "PLAIN LOGIN", .user = true, .token = true, TLS},
     "The server takes no OAuth token (it offers: PLAIN LOGIN USER): take 'oauth' out of the "
     "account and give it a password."},
    {{.wanted = ACCOUNT_AUTH_CRAM_MD5, .sasl = "PLAIN LOGIN", TLS},
     "The server does not offer CRAM-MD5, but PLAIN LOGIN: set auth to one of these, or to "
     "auto."},
    {{.wanted = ACCOUNT_AUTH_SCRAM_SHA_256_PLUS, .sasl = ALL},
     "Nothing was sent, as SCRAM-SHA-256-PLUS cannot be used: it is bound to TLS, and there is "
     "none here to bind it to."},
    {{.wanted = ACCOUNT_AUTH_EXTERNAL, .sasl = ALL, TLS},
     "Nothing was sent, as EXTERNAL cannot be used: it needs TLS and a certificate of yours, "
     "set "
     "tls-cert."},
    {{.wanted = ACCOUNT_AUTH_APOP, .sasl = "", TLS},
     "Nothing was sent, as APOP cannot be used: the server's greeting holds no APOP "
     "challenge."},
};

Test(mechanism, says_what_is_offered_and_what_to_set)
{
    for (size_t i = 0; i < COUNT(sentences); i++) {
        struct err e = {0};
        cr_expect_null(mechanism_choose(&sentences[i].ask, &e));
        cr_expect_str_eq(e.text, sentences[i].says);
    }
}

Test(mechanism, has_a_row_for_each)
{
    for (unsigned i = 0; i < ACCOUNT_AUTH_COUNT; i++)
        cr_expect_eq(mechanism_of((enum account_auth)i)->auth, i);
}
