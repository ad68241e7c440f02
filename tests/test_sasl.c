#include "config.h"

#include "client/sasl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <gsasl.h>

#include "base/digest.h"
#include "base/limits.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* ---- fixed nonces ------------------------------------------------------------------------ */

/* Stands before the library's own, so that a client says what the RFCs' examples say: in base64
 * it is "fyko+d2lbbFgONRv9qkxdawL" (RFC 5802 section 5). */
int gsasl_nonce(char *data, size_t len);

static bool nonce_was_asked;

int gsasl_nonce(char *data, size_t len)
{
    static const char bytes[18] = "\x7f\x29\x28\xf9\xdd\xa5\x6d\xb1\x60\x38\xd4\x6f\xf6\xa9\x31"
                                  "\x75\xac\x0b";
    nonce_was_asked = true;
    for (size_t i = 0; i < len; i++)
        data[i] = bytes[i % sizeof bytes];
    return GSASL_OK;
}

static void need_fixed_nonce(void)
{
    if (!nonce_was_asked)
        cr_skip_test("the library's nonces cannot be fixed on this system");
}

/* ---- a client ---------------------------------------------------------------------------- */

struct talk {
    struct sasl *sasl;
    struct buf response; /* in base64 */
    struct err error;
};

static struct talk talk_with(const struct sasl_setup *setup)
{
    struct talk t = {.response = BUF_INIT(LIMIT_AUTH_LINE)};
    t.sasl = sasl_new(setup, &t.error);
    cr_assert_not_null(t.sasl, "%s: %s", setup->mechanism, t.error.text);
    return t;
}

static struct talk talk(const char *mechanism, const char *user, const char *secret)
{
    return talk_with(&(struct sasl_setup){.mechanism = mechanism,
                                          .user = user,
                                          .secret = secret,
                                          .host = "elwood.innosoft.com",
                                          .port = 995});
}

static void talk_end(struct talk *t)
{
    sasl_free(t->sasl);
    buf_wipe(&t->response);
}

/* The challenge as it comes from a server; NULL: none has come. */
static bool hear64(struct talk *t, const char *challenge)
{
    buf_clear(&t->response);
    return sasl_step(t->sasl, challenge, challenge ? strlen(challenge) : 0, &t->response,
                     &t->error);
}

/* The same in clear, encoded on the way. */
static bool hear(struct talk *t, const char *challenge)
{
    struct buf text = BUF_INIT(LIMIT_AUTH_LINE);
    digest_base64(&text, challenge, strlen(challenge));
    bool good = hear64(t, text.data);
    buf_release(&text);
    return good;
}

/* What was said, decoded; valid until the next call. */
static const char *said(const struct talk *t)
{
    static char text[1024];
    char *bytes = NULL;
    size_t len = 0;
    cr_assert_eq(gsasl_base64_from(t->response.data, t->response.len, &bytes, &len), GSASL_OK);
    cr_assert_lt(len, sizeof text);
    memcpy(text, bytes, len);
    text[len] = '\0';
    gsasl_free(bytes);
    return text;
}

/* ---- what each says ---------------------------------------------------------------------- */

static const struct vector {
    const char *name, *mechanism, *user, *secret, *host;
    uint16_t port;
    const char *steps[8]; /* challenge, response, ... in base64 */
} vectors[] = {
    {"RFC 4616 section 4",
     "PLAIN",
     "tim",
     "tanstaaftanstaaf",
     "h",
     110,
     {"", "AHRpbQB0YW5zdGFhZnRhbnN0YWFm"}},
    {"PLAIN, asked in words",
     "PLAIN",
     "tim",
     "tanstaaftanstaaf",
     "h",
     110,
     {"Go on", "AHRpbQB0YW5zdGFhZnRhbnN0YWFm"}},
    {"LOGIN",
     "LOGIN",
     "tim",
     "tanstaaftanstaaf",
     "h",
     110,
     {"VXNlcm5hbWU6", "dGlt", "UGFzc3dvcmQ6", "dGFuc3RhYWZ0YW5zdGFhZg=="}},
    {"LOGIN, asked in words",
     "LOGIN",
     "tim",
     "tanstaaftanstaaf",
     "h",
     110,
     {"User Name", "dGlt", "", "dGFuc3RhYWZ0YW5zdGFhZg=="}},
    {"EXTERNAL", "EXTERNAL", "tim", "", "h", 110, {"", "dGlt"}},
    {"RFC 7628 section 4.1",
     "OAUTHBEARER",
     "user@example.com",
     "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==",
     "server.example.com",
     143,
     {"",
      "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVy"
      "I"
      "HZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB",
      "eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIn0=", "AQ=="}},
    {"a name in OAUTHBEARER",
     "OAUTHBEARER",
     "a,b=c",
     "t",
     "h",
     1,
     {"", "bixhPWE9MkNiPTNEYywBaG9zdD1oAXBvcnQ9MQFhdXRoPUJlYXJlciB0AQE=", "", "AQ=="}},
    {"Google's example",
     "XOAUTH2",
     "someuser@example.com",
     "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg",
     "h",
     110,
     {"Go on",
      "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhk"
      "S"
      "FJoZG1semRHRXVZMjl0Q2cBAQ==",
      "eyJzdGF0dXMiOiI0MDEifQ==", ""}},
    {"RFC 2195 section 2",
     "CRAM-MD5",
     "tim",
     "tanstaaftanstaaf",
     "h",
     110,
     {"PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+",
      "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw"}},
    {"CRAM-MD5 with a blank behind",
     "CRAM-MD5",
     "tim",
     "tanstaaftanstaaf",
     "h",
     110,
     {"PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+ ",
      "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw"}},
};

Test(sasl, answers_as_the_examples_say)
{
    for (size_t i = 0; i < COUNT(vectors); i++) {
        const struct vector *v = &vectors[i];
        struct talk t = talk_with(&(struct sasl_setup){.mechanism = v->mechanism,
                                                       .user = v->user,
                                                       .secret = v->secret,
                                                       .host = v->host,
                                                       .port = v->port});
        size_t n = 0;
        for (; n < COUNT(v->steps) && v->steps[n]; n += 2) {
            cr_expect(hear64(&t, v->steps[n]), "%s: %s", v->name, t.error.text);
            cr_expect_str_eq(t.response.data, v->steps[n + 1], "%s", v->name);
            cr_expect(sasl_may_end(t.sasl), "%s: no proof is due", v->name);
        }
        cr_expect_not(hear64(&t, "AAAA"), "%s: it is over", v->name);
        cr_expect_eq(t.error.code, ERR_PROTOCOL, "%s: %s", v->name, t.error.text);
        talk_end(&t);
    }
}

#define NONCE "fyko+d2lbbFgONRv9qkxdawL"
#define FIRST_1 "r=" NONCE "3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096"
#define FINAL_1 "c=biws,r=" NONCE "3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="
#define FIRST_256 "r=" NONCE "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"

static const struct tls_binding exporter = {
    TLS_BINDING_EXPORTER, 32, {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                               16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31}};

/* RFC 5802 section 5 word by word; the others are that of RFC 7677 section 3 with this nonce,
 * computed by another program. */
static const struct scram {
    const char *mechanism;
    const struct tls_binding *binding;
    const char *first, *server_first, *final, *server_final;
} scrams[] = {
    {"SCRAM-SHA-1", NULL, "n,,n=user,r=" NONCE, FIRST_1, FINAL_1,
     "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="},
    {"SCRAM-SHA-256", NULL, "n,,n=user,r=" NONCE, FIRST_256,
     "c=biws,r=" NONCE "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
     "p=2FUSN0pPcS7P8hBhsxBJOiUDbRoW4KVNGZT0LxVnSek=",
     "v=zJZjsVp2g+W9jd01vgbsshippfH1sM0tLdBvs+e3DF4="},
    {"SCRAM-SHA-256-PLUS", &exporter, "p=tls-exporter,,n=user,r=" NONCE, FIRST_256,
     "c=cD10bHMtZXhwb3J0ZXIsLAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f,"
     "r=" NONCE "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
     "p=SmmG1yuBZlVCk2EJhIfhLzRXsoOjWihO8SG6z+wDEfM=",
     "v=SvfizvAzVzyK6DyZ4xGECzkVJAkYCszMtw8TNLohaIU="},
};

Test(sasl, proves_and_wants_proof_in_scram)
{
    for (size_t i = 0; i < COUNT(scrams); i++) {
        const struct scram *v = &scrams[i];
        if (v->binding && !sasl_knows(v->mechanism, v->binding->type))
            continue; /* an older library */
        struct talk t = talk_with(&(struct sasl_setup){.mechanism = v->mechanism,
                                                       .user = "user",
                                                       .secret = "pencil",
                                                       .host = "h",
                                                       .binding = v->binding});
        need_fixed_nonce();
        cr_expect(hear64(&t, NULL), "%s: %s", v->mechanism, t.error.text);
        cr_expect_str_eq(said(&t), v->first, "%s", v->mechanism);
        cr_expect(hear(&t, v->server_first), "%s: %s", v->mechanism, t.error.text);
        cr_expect_str_eq(said(&t), v->final, "%s", v->mechanism);
        cr_expect_not(sasl_may_end(t.sasl), "%s: the server has proven nothing", v->mechanism);
        cr_expect(hear(&t, v->server_final), "%s: %s", v->mechanism, t.error.text);
        cr_expect_str_eq(t.response.data, "", "%s", v->mechanism);
        cr_expect(sasl_may_end(t.sasl), "%s", v->mechanism);
        cr_expect_not(hear64(&t, ""), "%s: it is over", v->mechanism);
        talk_end(&t);
    }
}

/* The example of RFC 2831 section 4 with this nonce and service. */
Test(sasl, proves_and_wants_proof_in_digest_md5)
{
    struct talk t = talk("DIGEST-MD5", "chris", "secret");
    need_fixed_nonce();
    cr_expect(hear(&t, "realm=\"elwood.innosoft.com\",nonce=\"OA6MG9tEQGm2hh\",qop=\"auth\","
                       "algorithm=md5-sess,charset=utf-8"),
              "%s", t.error.text);
    cr_expect(strstr(said(&t), "response=12d27dcec3f5cb0358d48f61d06af88a"), "%s", said(&t));
    cr_expect(strstr(said(&t), "digest-uri=\"pop/elwood.innosoft.com\""), "%s", said(&t));
    cr_expect_not(sasl_may_end(t.sasl));
    cr_expect(hear(&t, "rspauth=115c5c4c1b1165e4567a986c519d04d4"), "%s", t.error.text);
    cr_expect_str_eq(t.response.data, "");
    cr_expect(sasl_may_end(t.sasl));
    talk_end(&t);
}

Test(sasl, sends_no_more_of_ntlm_than_the_server_named)
{
    if (!sasl_knows("NTLM", TLS_BINDING_NONE))
        cr_skip_test("this GNU SASL has no NTLM");
    /* type 2, its target's name "DOM" at 48; then names that reach behind the message */
    static const struct {
        const char *name, *bytes;
        size_t len;
        bool good;
    } cases[] = {
#define NTLM(size, at)                                                           \
    "NTLMSSP\0\2\0\0\0" size "\0" size "\0" at "\0\0\0\1\2\0\0\1\2\3\4\5\6\7\10" \
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0D\0O\0M\0"
        {"a name inside", NTLM("\6", "\60"), 54, true},
        {"no name", NTLM("\0", "\60"), 54, true},
        {"one octet too long", NTLM("\7", "\60"), 54, false},
        {"behind the end", NTLM("\6", "\67"), 54, false},
        {"a stub", NTLM("\6", "\60"), 31, false},
        {"a third message", "NTLMSSP\0\3\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 38,
         false},
        {"nothing", "", 0, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct talk t = talk("NTLM", "joe", "secret");
        struct buf text = BUF_INIT(1024);
        cr_expect(hear64(&t, "+OK"), "%s", t.error.text);
        cr_expect_eq(memcmp(said(&t), "NTLMSSP\0\1", 9), 0);
        digest_base64(&text, cases[i].bytes, cases[i].len);
        cr_expect_eq(hear64(&t, text.data), cases[i].good, "%s: %s", cases[i].name,
                     t.error.text);
        if (cases[i].good)
            cr_expect_eq(memcmp(said(&t), "NTLMSSP\0\3", 9), 0, "%s", cases[i].name);
        buf_release(&text);
        talk_end(&t);
    }
}

/* ---- a server that is hostile, or broken ------------------------------------------------- */

static const struct attack {
    const char *name;
    const char *challenges[2]; /* behind the client's first words; in clear */
    enum err_code code;
    const char *says;
} attacks[] = {
    {"a wrong signature", {FIRST_1, "v=rmF9pqV8S7suAoZWja4dJRkFsKX="}, ERR_AUTH, "impostor"},
    {"an empty signature", {FIRST_1, "v="}, 0, ""},
    {"no signature", {FIRST_1, ""}, ERR_PROTOCOL, "makes no sense"},
    {"a refusal", {FIRST_1, "e=invalid-proof"}, ERR_AUTH, "It said: invalid-proof"},
    {"another's nonce",
     {"r=fyko+d2lbbFgONRv9qkxdawX3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096", NULL},
     ERR_AUTH,
     "impostor"},
    {"days of hashing",
     {"r=" NONCE "x,s=QSXCR+Q6sek8bf92,i=4294967295", NULL},
     ERR_PROTOCOL,
     "1000000 rounds"},
    {"a round too many",
     {"r=" NONCE "x,s=QSXCR+Q6sek8bf92,i=1000001", NULL},
     ERR_PROTOCOL,
     "1000000 rounds"},
    {"a number that wraps",
     {"r=" NONCE "x,s=QSXCR+Q6sek8bf92,i=18446744073709551620", NULL},
     ERR_PROTOCOL,
     "1000000 rounds"},
    {"no number", {"r=" NONCE "x,s=QSXCR+Q6sek8bf92", NULL}, ERR_PROTOCOL, "makes no sense"},
    {"an empty number",
     {"r=" NONCE "x,s=QSXCR+Q6sek8bf92,i=", NULL},
     ERR_PROTOCOL,
     "makes no sense"},
    {"not a message", {"hello", NULL}, ERR_PROTOCOL, "makes no sense"},
};

Test(sasl, sees_through_a_false_scram_server)
{
    for (size_t i = 0; i < COUNT(attacks); i++) {
        const struct attack *a = &attacks[i];
        struct talk t = talk("SCRAM-SHA-1", "user", "pencil");
        need_fixed_nonce();
        cr_expect(hear64(&t, NULL));
        bool good = hear(&t, a->challenges[0]);
        if (a->challenges[1]) {
            cr_expect(good, "%s: %s", a->name, t.error.text);
            good = hear(&t, a->challenges[1]);
        }
        cr_expect_not(good, "%s", a->name);
        cr_expect_not(sasl_may_end(t.sasl), "%s", a->name);
        cr_expect(a->code == ERR_NONE || t.error.code == a->code, "%s: %d", a->name,
                  t.error.code);
        cr_expect(strstr(t.error.text, a->says), "%s: %s", a->name, t.error.text);
        talk_end(&t);
    }
}

Test(sasl, refuses_what_is_not_base64)
{
    static const char *const names[] = {"CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1"};
    for (size_t i = 0; i < COUNT(names); i++) {
        static const char nul[] = "AAAA\0AAAA";
        struct talk t = talk(names[i], "user", "pencil");
        if (i == 2)
            cr_expect(hear64(&t, NULL));
        cr_expect_not(hear64(&t, "Go on, please"), "%s", names[i]);
        cr_expect_eq(t.error.code, ERR_PROTOCOL, "%s", names[i]);
        buf_clear(&t.response);
        cr_expect_not(sasl_step(t.sasl, nul, sizeof nul - 1, &t.response, &t.error));
        cr_expect_str_eq(t.response.data, "", "%s", names[i]);
        talk_end(&t);
    }
}

Test(sasl, names_a_wrong_proof_of_digest_md5)
{
    struct talk t = talk("DIGEST-MD5", "chris", "secret");
    cr_expect(hear(&t, "realm=\"r\",nonce=\"n\",qop=\"auth\",algorithm=md5-sess"));
    cr_expect_not(hear(&t, "rspauth=00000000000000000000000000000000"));
    cr_expect_eq(t.error.code, ERR_AUTH);
    cr_expect(strstr(t.error.text, "impostor"), "%s", t.error.text);
    cr_expect_not(sasl_may_end(t.sasl));
    talk_end(&t);
}

Test(sasl, says_that_a_password_cannot_be_prepared)
{
    struct talk t = talk("CRAM-MD5", "user", "\xff\xfe");
    cr_expect_not(hear(&t, "<1.2@h>"));
    cr_expect_eq(t.error.code, ERR_AUTH);
    cr_expect(strstr(t.error.text, "'auth = plain'"), "%s", t.error.text);
    talk_end(&t);
}

Test(sasl, says_that_a_secret_is_too_long)
{
    static char secret[LIMIT_AUTH_LINE];
    memset(secret, 'x', sizeof secret - 1);
    struct talk t = talk("PLAIN", "user", secret);
    cr_expect_not(hear64(&t, NULL));
    cr_expect_eq(t.error.code, ERR_AUTH);
    cr_expect(strstr(t.error.text, "too long for AUTH PLAIN"), "%s", t.error.text);
    cr_expect_eq(t.response.len, 0);
    talk_end(&t);
}

Test(sasl, reads_what_a_server_says_against_a_token)
{
    static const struct {
        const char *json, *want;
    } cases[] = {
        {"{\"status\":\"invalid_token\"}", "status invalid_token"},
        {"{\"status\":\"401\",\"schemes\":\"bearer\",\"scope\":\"https://mail.example/\"}",
         "status 401, scope https://mail.example/"},
        {"{\"scope\":\"mail\"}", "scope mail"},
        {"{\"status\":\"\\u001b[2J\"}", "status \xe2\x90\x9b[2J"},
        {"{\"status\":401}", ""},
        {"{\"status\":\"\"}", ""},
        {"[]", ""},
        {"{", ""},
        {"", ""},
        {"\xff", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct talk t = talk("XOAUTH2", "user", "token");
        cr_expect(hear64(&t, ""));
        cr_expect_str_eq(sasl_refusal(t.sasl), "");
        cr_expect(hear(&t, cases[i].json), "%s", cases[i].json);
        cr_expect_str_eq(sasl_refusal(t.sasl), cases[i].want, "%s", cases[i].json);
        talk_end(&t);
    }
}

/* ---- the library's server ---------------------------------------------------------------- */

struct host {
    const char *password;
    const struct tls_binding *binding;
};

static int serve(Gsasl *library, Gsasl_session *session, Gsasl_property property)
{
    const struct host *h = gsasl_callback_hook_get(library);
    if (property == GSASL_PASSWORD)
        return gsasl_property_set(session, property, h->password);
    if (property == GSASL_SERVICE)
        return gsasl_property_set(session, property, "pop");
    if (property == GSASL_HOSTNAME || property == GSASL_REALM)
        return gsasl_property_set(session, property, "elwood.innosoft.com");
    bool wants = property == GSASL_CB_TLS_UNIQUE &&
                 (h->binding && h->binding->type == TLS_BINDING_UNIQUE);
#if GSASL_VERSION_NUMBER >= 0x020200
    wants |= property == GSASL_CB_TLS_EXPORTER &&
             (h->binding && h->binding->type == TLS_BINDING_EXPORTER);
#endif
    if (!wants)
        return GSASL_NO_CALLBACK;
    struct buf text = BUF_INIT(256);
    digest_base64(&text, h->binding->bytes, h->binding->len);
    gsasl_property_set(session, property, text.data);
    buf_release(&text);
    return GSASL_OK;
}

/* True where both sides are content. */
static bool meet(const char *mechanism, const char *password, const struct tls_binding *binding,
                 struct host *h)
{
    Gsasl *library;
    Gsasl_session *session;
    cr_assert_eq(gsasl_init(&library), GSASL_OK);
    gsasl_callback_hook_set(library, h);
    gsasl_callback_set(library, serve);
    cr_assert_eq(gsasl_server_start(library, mechanism, &session), GSASL_OK, "%s", mechanism);
    struct talk t = talk_with(&(struct sasl_setup){.mechanism = mechanism,
                                                   .user = "user",
                                                   .secret = password,
                                                   .host = "elwood.innosoft.com",
                                                   .binding = binding});
    bool client_first = !strncmp(mechanism, "SCRAM", 5);
    bool good = !client_first || hear64(&t, "");
    int code = GSASL_NEEDS_MORE;
    while (good && code == GSASL_NEEDS_MORE) {
        char *out = NULL;
        code = gsasl_step64(session, t.response.data, &out);
        if (code == GSASL_NEEDS_MORE || (code == GSASL_OK && out && *out))
            good = hear64(&t, out);
        gsasl_free(out);
    }
    good = good && code == GSASL_OK && sasl_may_end(t.sasl);
    talk_end(&t);
    gsasl_finish(session);
    gsasl_done(library);
    return good;
}

Test(sasl, meets_a_server)
{
    static const struct tls_binding unique = {TLS_BINDING_UNIQUE, 12, "tls-unique 1"};
    static const struct tls_binding other = {TLS_BINDING_UNIQUE, 12, "tls-unique 2"};
    static const struct {
        const char *name, *mechanism, *password;
        const struct tls_binding *ours, *theirs;
        bool good;
    } cases[] = {
        {"cram", "CRAM-MD5", "pencil", NULL, NULL, true},
        {"cram, wrong", "CRAM-MD5", "pen", NULL, NULL, false},
        {"digest", "DIGEST-MD5", "pencil", NULL, NULL, true},
        {"digest, wrong", "DIGEST-MD5", "pen", NULL, NULL, false},
        {"scram-1", "SCRAM-SHA-1", "pencil", NULL, NULL, true},
        {"scram-1, wrong", "SCRAM-SHA-1", "pen", NULL, NULL, false},
        {"scram-256", "SCRAM-SHA-256", "pencil", NULL, NULL, true},
        {"scram-256, wrong", "SCRAM-SHA-256", "pen", NULL, NULL, false},
        {"plus-1", "SCRAM-SHA-1-PLUS", "pencil", &unique, &unique, true},
        {"plus-256", "SCRAM-SHA-256-PLUS", "pencil", &unique, &unique, true},
        {"plus-256 by tls-exporter", "SCRAM-SHA-256-PLUS", "pencil", &exporter, &exporter,
         true},
        {"plus-256, wrong", "SCRAM-SHA-256-PLUS", "pen", &unique, &unique, false},
        {"somebody between", "SCRAM-SHA-256-PLUS", "pencil", &unique, &other, false},
        {"a binding that is not asked for", "SCRAM-SHA-256", "pencil", &unique, NULL, true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct host h = {"pencil", cases[i].theirs};
        if (cases[i].ours && !sasl_knows("SCRAM-SHA-256-PLUS", cases[i].ours->type))
            continue; /* an older library */
        cr_expect_eq(meet(cases[i].mechanism, cases[i].password, cases[i].ours, &h),
                     cases[i].good, "%s", cases[i].name);
    }
}

/* ---- what is here ------------------------------------------------------------------------ */

Test(sasl, knows_its_mechanisms)
{
    static const char *const names[] = {"PLAIN",       "LOGIN",       "EXTERNAL",
                                        "OAUTHBEARER", "XOAUTH2",     "CRAM-MD5",
                                        "DIGEST-MD5",  "SCRAM-SHA-1", "SCRAM-SHA-256"};
    for (size_t i = 0; i < COUNT(names); i++)
        cr_expect(sasl_knows(names[i], TLS_BINDING_NONE), "%s", names[i]);
    cr_expect_not(sasl_knows("SCRAM-SHA-256-PLUS", TLS_BINDING_NONE));
    cr_expect(sasl_knows("SCRAM-SHA-256-PLUS", TLS_BINDING_UNIQUE));
    cr_expect_not(sasl_knows("RPA", TLS_BINDING_NONE));
    struct err e = {0};
    cr_expect_null(sasl_new(&(struct sasl_setup){.mechanism = "RPA"}, &e));
    cr_expect_eq(e.code, ERR_CONFIG);
    cr_expect(strstr(e.text, "RPA"), "%s", e.text);
}

Test(sasl, looks_for_a_ticket)
{
    char dir[] = "/tmp/dele-ticket-XXXXXX", name[64], path[48];
    cr_assert(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/cc", dir);
    static const char *const forms[] = {"%s", "FILE:%s", "DIR:%s", "DIR::%s"};
    for (int there = 0; there < 2; there++) {
        for (size_t i = 0; i < COUNT(forms); i++) {
            size_t before = (size_t)(strchr(forms[i], '%') - forms[i]);
            snprintf(name, sizeof name, "%.*s%s", (int)before, forms[i], path);
            setenv("KRB5CCNAME", name, 1);
            cr_expect_eq(sasl_has_ticket(), there != 0, "%s", name);
        }
        if (!there)
            fclose(fopen(path, "w"));
    }
    setenv("KRB5CCNAME", "KCM:1000", 1);
    cr_expect(sasl_has_ticket(), "a cache that is no file");
    unlink(path);
    rmdir(dir);
}
