#include "config.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "demo/demo.h"
#include "tests/support/program.h"
#include "tests/support/server.h"

/* `dele show` as a shell sees it. */

TestSuite(show, .init = program_home_make, .fini = program_home_drop, .timeout = 300);

#define LETTER                                                                          \
    "Received: from x by y\nFrom: Ann <ann@example.org>\nTo: me@example.org\nSubject: " \
    "=?utf-8?B?5pel5pys6Kqe?=\nX-Trick: a\x1b[2J\nContent-Type: multipart/mixed; "      \
    "boundary=b\n\n--b\n\nHello,\n> quoted\n--b\nContent-Type: application/pdf; "       \
    "name=a.pdf\nContent-Transfer-Encoding: base64\n\nYWJjAA==\n--b\nContent-Type: "    \
    "text/html\n\n<p>one</p><p>two</p>\n--b--\n"

static struct server *serve(void)
{
    struct demo *demo = demo_new_empty();
    static const char other[] = "Subject: other\n\nx\n";
    demo_add(demo, "uid-a", LETTER, strlen(LETTER));
    demo_add(demo, "uid-b", other, strlen(other));
    struct server *server = server_demo(demo);
    demo_free(demo);
    return server;
}

/* EXTRA: up to four arguments behind the message. */
static struct program show(const struct server *server, const char *which,
                           const char *const extra[4])
{
    char url[64];
    snprintf(url, sizeof url, "pop://ann@127.0.0.1:%u", server_port(server));
    struct program p = {.args = {"show", PROGRAM_PASS, url, which}};
    for (size_t i = 0; extra && i < 4 && extra[i]; i++)
        p.args[5 + i] = extra[i];
    program_run(&p);
    return p;
}

#define WITH(...) ((const char *const[4]){__VA_ARGS__})

static const struct sample {
    const char *name, *which, *extra[4], *want;
} samples[] = {
    {"text",
     "1",
     {NULL},
     "From: Ann <ann@example.org>\nTo: me@example.org\nSubject: 日本語\n"
     "Part: 1  text/plain  16\nPart: 2  application/pdf  a.pdf  4\nPart: 3  text/html  20\n\n"
     "Hello,\n> quoted\n"},
    {"by UIDL", "uidl:uid-b", {NULL}, "Subject: other\n\nx\n"},
    {"headers",
     "1",
     {"--headers"},
     "Received: from x by y\nFrom: Ann <ann@example.org>\nTo: me@example.org\nSubject: 日本語\n"
     "X-Trick: a\xE2\x90\x9B[2J\nContent-Type: multipart/mixed; boundary=b\n"},
    {"headers as they are", "2", {"--headers", "--raw"}, "Subject: other\r\n\r\n"},
    {"a part", "1", {"--part", "3"}, "one\n\ntwo\n"},
    {"the octets of a part", "1", {"--part", "3", "--raw"}, "<p>one</p><p>two</p>"},
    {"the octets of a message", "2", {"--raw"}, "Subject: other\r\n\r\nx\r\n"},
};

Test(show, prints_a_message_or_a_part_of_it)
{
    struct server *server = serve();
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        const struct sample *s = &samples[i];
        struct program p = show(server, s->which, s->extra);
        cr_expect_eq(p.status, 0, "%s: %s", s->name, p.err);
        cr_expect_str_eq(p.out, s->want, "%s: %s", s->name, p.out);
        cr_expect_str_eq(p.err, "", "%s", s->name);
        program_release(&p);
    }
    server_stop(server);
}

Test(show, octets_go_through_a_pipe_unchanged)
{
    struct server *server = serve();
    struct program p = show(server, "1", WITH("--part", "2", "--raw"));
    cr_expect_eq(p.out_len, 4);
    cr_expect(!memcmp(p.out, "abc", 4));
    program_release(&p);
    server_stop(server);
}

Test(show, json_has_the_list_keys_and_the_text)
{
    struct server *server = serve();
    struct program p = show(server, "1", WITH("--format", "json"));
    cr_assert_eq(p.status, 0, "%s", p.err);
    json_error_t e;
    json_t *o = json_loads(p.out, 0, &e);
    cr_assert_not_null(o, "%s", e.text);
    cr_expect_eq(json_integer_value(json_object_get(o, "n")), 1);
    cr_expect_str_eq(json_string_value(json_object_get(o, "uidl")), "uid-a");
    cr_expect_str_eq(json_string_value(json_object_get(o, "subject")), "日本語");
    cr_expect_str_eq(json_string_value(json_object_get(o, "text")), "Hello,\n> quoted");
    cr_expect_str_eq(json_string_value(json_object_get(o, "part")), "1");
    const json_t *parts = json_object_get(o, "parts");
    cr_expect_eq(json_array_size(parts), 4);
    const json_t *pdf = json_array_get(parts, 2);
    cr_expect_str_eq(json_string_value(json_object_get(pdf, "part")), "2");
    cr_expect_str_eq(json_string_value(json_object_get(pdf, "name")), "a.pdf");
    cr_expect_eq(json_integer_value(json_object_get(pdf, "size")), 4);
    const json_t *trick = json_array_get(json_object_get(o, "headers"), 4);
    cr_expect_str_eq(json_string_value(json_object_get(trick, "value")), "a\xE2\x90\x9B[2J");
    json_decref(o);
    program_release(&p);
    server_stop(server);
}

static const struct mistake {
    const char *name, *which, *extra[4], *says;
    int status;
} mistakes[] = {
    {"no such number", "3", {NULL}, "there is no message '3'", 64},
    {"no number", "x", {NULL}, "there is no message 'x'", 64},
    {"a number and more", "1x", {NULL}, "there is no message '1x'", 64},
    {"an endless number", "99999999999999999999", {NULL}, "there is no message", 64},
    {"no such UIDL", "uidl:c", {NULL}, "there is no message 'uidl:c'", 64},
    {"no such part", "1", {"--part", "4"}, "there is no part '4'", 64},
    {"a part that is no text", "1", {"--part", "2"}, "part 2 is application/pdf", 64},
    {"headers of a part", "1", {"--part", "2", "--headers"}, "exclude each other", 64},
    {"another format", "1", {"--format", "tsv"}, "unknown format 'tsv'", 64},
    {"one argument more", "1", {"2"}, "'2' is one argument too many", 64},
    {"no message", NULL, {NULL}, "which message?", 64},
};

Test(show, says_what_is_wrong)
{
    struct server *server = serve();
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        const struct mistake *m = &mistakes[i];
        struct program p = show(server, m->which, m->extra);
        program_expect_failure(&p, m->name, m->status, m->says);
        program_release(&p);
    }
    server_stop(server);
}

#define GREET "S: +OK ready", "C: CAPA"
#define EXPIRE_CAPA "S: +OK", "S: TOP", "S: UIDL", "S: SASL PLAIN", "S: EXPIRE 0", "S: ."

Test(show, fetches_nothing_where_that_deletes)
{
    static const char *const script[] = {
        GREET,      EXPIRE_CAPA, "C: AUTH PLAIN", "S: +OK", "C: CAPA", EXPIRE_CAPA,
        "C: UIDL",  "S: +OK",    "S: 1 a",        "S: .",   "C: LIST", "S: +OK",
        "S: 1 100", "S: .",      "C: QUIT",       "S: +OK", "quit",    NULL};
    struct server *server = server_start(script);
    struct program p = show(server, "1", NULL);
    program_expect_failure(&p, "EXPIRE 0", 69, "deletes what is fetched whole");
    program_release(&p);
    const char *missing = server_stop(server);
    cr_expect_null(missing, "%s", missing);
}

Test(show, asks_for_no_other_message)
{
    static const char *const script[] = {
        GREET,           "S: +OK",  "S: TOP",  "S: UIDL", "S: SASL PLAIN", "S: .",
        "C: AUTH PLAIN", "S: +OK",  "C: CAPA", "S: +OK",  "S: TOP",        "S: .",
        "C: UIDL",       "S: +OK",  "S: 1 a",  "S: 2 b",  "S: .",          "C: LIST",
        "S: +OK",        "S: 1 10", "S: 2 10", "S: .",    "C: RETR 1",     "S: +OK",
        "S: Subject: x", "S: ",     "S: hi",   "S: .",    "C: QUIT",       "S: +OK",
        "quit",          NULL};
    struct server *server = server_start(script);
    struct program p = show(server, "1", NULL);
    cr_expect_str_eq(p.out, "Subject: x\n\nhi\n", "%s", p.err);
    program_release(&p);
    const char *missing = server_stop(server);
    cr_expect_null(missing, "%s", missing);
}

#define HTML                                                                                   \
    "Subject: x\nContent-Type: text/html\n\n<p>hi <a href='http://192.0.2.7/'>there</a></p>\n" \
    "<img src=http://x.example/1>"

Test(show, another_program_may_read_html)
{
    struct demo *demo = demo_new_empty();
    demo_add(demo, "1", HTML, strlen(HTML));
    struct server *server = server_demo(demo);
    demo_free(demo);
    char config[300];
    snprintf(config, sizeof config,
             "account \"a\" {\n url = \"pop://ann@127.0.0.1:%u\"\n tls = none\n pass-command = "
             "\"echo x\"\n html-command = \"tr a-z A-Z\"\n}\n",
             server_port(server));
    char *path = program_home_put("config", config);
    struct program p = {.args = {"show", "--config", path, "a", "1"}};
    program_run(&p);
    cr_expect_eq(p.status, 0, "%s", p.err);
    cr_expect_str_eq(
        p.out,
        "Subject: x\n\n<P>HI <A HREF='HTTP://192.0.2.7/'>THERE</A></P>\n"
        "<IMG SRC=HTTP://X.EXAMPLE/1>\n\n[1] http://192.0.2.7/  ! the host is an IP "
        "address\n~ 1 image on the net, not fetched\n",
        "%s", p.out);
    program_release(&p);
    free(path);
    server_stop(server);
}

/* ---- the corpus -------------------------------------------------------------------------- */

/* tests/mail/NAME.eml is shown as tests/mail/NAME.txt has it.  DELE_GOLDEN=write writes those.
 */
#define CORPUS_MOST 1000

static char mail_dir[512];

static char *path_of(const char *name, const char *extension)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s%s", mail_dir, name, extension);
    return xstrdup(path);
}

static bool read_file(const char *path, struct buf *to)
{
    char piece[4096];
    FILE *f = fopen(path, "rb");
    for (size_t n; f && (n = fread(piece, 1, sizeof piece, f)) > 0;)
        buf_append(to, piece, n);
    if (f)
        fclose(f);
    return f != NULL;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Their names without ".eml", in order. */
static size_t list_corpus(char *names[CORPUS_MOST])
{
    size_t count = 0;
    snprintf(mail_dir, sizeof mail_dir, "%s/tests/mail", getenv("top_srcdir"));
    DIR *dir = opendir(mail_dir);
    cr_assert_not_null(dir, "%s", mail_dir);
    for (struct dirent *entry; count < CORPUS_MOST && (entry = readdir(dir)) != NULL;) {
        size_t len = strlen(entry->d_name);
        if (len > 4 && !strcmp(entry->d_name + len - 4, ".eml"))
            names[count++] = xmemdup0(entry->d_name, len - 4);
    }
    closedir(dir);
    qsort(names, count, sizeof *names, by_name);
    return count;
}

static void compare(const char *name, const struct program *p)
{
    struct buf golden = BUF_INIT(1 << 20), again = BUF_INIT(1 << 20);
    char *path = path_of(name, ".txt");
    const char *mode = getenv("DELE_GOLDEN");
    if (mode && !strcmp(mode, "write")) {
        FILE *f = fopen(path, "wb");
        fwrite(p->out, 1, p->out_len, f);
        fclose(f);
    }
    cr_expect(read_file(path, &golden), "%s is missing", path);
    cr_expect(golden.len == p->out_len && !memcmp(golden.data, p->out, golden.len),
              "%s is shown as:\n%s", name, p->out);
    cr_expect_eq(text_clean(&again, p->out, p->out_len, TEXT_BODY), 0, "%s is clean", name);
    cr_expect_str_eq(again.data, p->out, "%s is clean", name);
    free(path);
    buf_release(&golden);
    buf_release(&again);
}

Test(show, every_message_of_the_corpus_as_it_should_be)
{
    char *names[CORPUS_MOST];
    size_t count = list_corpus(names);
    struct demo *demo = demo_new_empty();
    for (size_t i = 0; i < count; i++) {
        struct buf bytes = BUF_INIT(1 << 20);
        char *path = path_of(names[i], ".eml");
        cr_assert(read_file(path, &bytes));
        demo_add(demo, names[i], bytes.data, bytes.len);
        buf_release(&bytes);
        free(path);
    }
    struct server *server = server_demo(demo);
    demo_free(demo);
    for (size_t i = 0; i < count; i++) {
        char number[24];
        snprintf(number, sizeof number, "%zu", i + 1);
        struct program p = show(server, number, NULL);
        cr_expect_eq(p.status, 0, "%s: %s", names[i], p.err);
        compare(names[i], &p);
        program_release(&p);
        free(names[i]);
    }
    server_stop(server);
}
