#include "config.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <gnutls/gnutls.h>
#include <jansson.h>

#include "base/buf.h"
#include "base/text.h"
#include "demo/demo.h"
#include "mail/charset.h"
#include "mail/date.h"
#include "tests/support/certs.h"
#include "tests/support/net.h"
#include "tests/support/program.h"
#include "tests/support/server.h"

/* `dele list` as a shell sees it: what it prints, what it says, and its exit status. */

TestSuite(list, .init = program_home_make, .fini = program_home_drop, .timeout = 60);

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define PASSWORD PROGRAM_PASSWORD
#define PASS PROGRAM_PASS
#define URL_SIZE 64

static const char *url_of(const struct server *server, char url[URL_SIZE])
{
    snprintf(url, URL_SIZE, "pop://ann@127.0.0.1:%u", server_port(server));
    return url;
}

/* Lists the maildrop of SERVER; QUERY may be NULL. */
static struct program list(const struct server *server, const char *format, const char *query)
{
    char url[URL_SIZE];
    struct program p = {.args = {"list", "--format", format, PASS, url_of(server, url), query}};
    program_run(&p);
    cr_assert_eq(p.status, 0, "%d: %s", p.status, p.err);
    cr_expect_str_eq(p.err, "");
    return p;
}

/* The lines of TEXT, cut in place: calls EACH for every one; returns how many there were. */
static size_t each_line(char *text, void (*each)(char *line, size_t number))
{
    size_t count = 0;
    for (char *line = text, *end; *line; line = end + 1) {
        end = strchr(line, '\n');
        cr_assert(end, "the last line has no end: %s", line);
        *end = '\0';
        each(line, ++count);
    }
    return count;
}

/* ---- three messages that are known ------------------------------------------------------- */

#define ANN                                                                           \
    "From: Ann Lee <ann@example.org>\nTo: you@example.org, =?utf-8?Q?Zo=C3=AB?= "     \
    "<zoe@example.net>\nCc: bob@example.org\nReply-To: Ann <ann@home.example.org>\n"  \
    "Subject: =?koi8-r?B?8NLJ18XU?=, \"you\"\nDate: Thu, 2 Jan 2020 04:05:06 +0100\n" \
    "Message-ID: <1@example.org>\nX-Spam-Score: 2.5\n\nHello.\n"
#define MALLORY                                                                \
    "From: \"service@bank.example\" <mallory-with-a-long-name@evil.example>\n" \
    "Subject: clear\t\x1b[2J yo\xE2\x80\x8Bur screen\nDate: yesterday\n"       \
    "X-Blacklisted-By: cbl.abuseat.org\n\n"
#define NOTHING "\nno header\n"

static struct server *known_server(void)
{
    static const char *const texts[] = {ANN, MALLORY, NOTHING};
    static const char *const uidls[] = {"first", "second", "third"};
    struct demo *demo = demo_new_empty();
    for (size_t i = 0; i < COUNT(texts); i++)
        demo_add(demo, uidls[i], texts[i], strlen(texts[i]));
    struct server *server = server_demo(demo);
    demo_free(demo);
    return server;
}

Test(list, prints_a_table)
{
    struct server *server = known_server();
    struct program p = list(server, "table", NULL);
    cr_expect_str_eq(p.out,
                     "     1  2020-01-02     288  Ann Lee <ann@example.org>         "
                     "Привет, \"you\"\n"
                     "     2                 160  <mallory-with-a-long-name@evil.example>  "
                     "clear ␛[2J yo\uFFFDur screen\n"
                     "     3                  13                                    \n");
    program_release(&p);

    struct program by_default = {
        .args = {"list", PASS, "--", url_of(server, (char[URL_SIZE]){""}), "you"}};
    program_run(&by_default);
    cr_expect_str_eq(by_default.out, "     1  2020-01-02     288  Ann Lee <ann@example.org>"
                                     "         Привет, \"you\"\n");
    program_release(&by_default);
    server_stop(server);
}

Test(list, prints_tsv)
{
    struct server *server = known_server();
    struct program p = list(server, "tsv", NULL);
    cr_expect_str_eq(p.out,
                     "1\tfirst\t288\t2020-01-02T03:05:06Z\tAnn Lee <ann@example.org>\t"
                     "Привет, \"you\"\n"
                     "2\tsecond\t160\t\tservice@bank.example "
                     "<mallory-with-a-long-name@evil.example>\tclear ␛[2J yo\uFFFDur screen\n"
                     "3\tthird\t13\t\t\t\n");
    program_release(&p);
    server_stop(server);
}

Test(list, prints_json)
{
    struct server *server = known_server();
    struct program p = list(server, "json", NULL);
    cr_expect_str_eq(
        p.out, "{\"n\":1,\"uidl\":\"first\",\"size\":288,\"date\":\"2020-01-02T03:05:06Z\","
               "\"from\":[{\"name\":\"Ann Lee\",\"addr\":\"ann@example.org\"}],"
               "\"to\":[{\"name\":\"\",\"addr\":\"you@example.org\"},"
               "{\"name\":\"Zoë\",\"addr\":\"zoe@example.net\"}],"
               "\"cc\":[{\"name\":\"\",\"addr\":\"bob@example.org\"}],"
               "\"reply_to\":[{\"name\":\"Ann\",\"addr\":\"ann@home.example.org\"}],"
               "\"subject\":\"Привет, \\\"you\\\"\",\"message_id\":\"<1@example.org>\","
               "\"new\":false,\"marked\":false,\"spam_score\":2.5,"
               "\"warnings\":[\"reply-elsewhere\"]}\n"
               "{\"n\":2,\"uidl\":\"second\",\"size\":160,\"date\":null,"
               "\"from\":[{\"name\":\"service@bank.example\","
               "\"addr\":\"mallory-with-a-long-name@evil.example\"}],"
               "\"to\":[],\"cc\":[],\"reply_to\":[],"
               "\"subject\":\"clear ␛[2J yo\uFFFDur screen\",\"message_id\":\"\","
               "\"new\":false,\"marked\":false,\"spam_score\":null,"
               "\"warnings\":[\"controls\",\"name-is-address\",\"no-date\",\"no-message-id\","
               "\"blacklisted\"]}\n"
               "{\"n\":3,\"uidl\":\"third\",\"size\":13,\"date\":null,\"from\":[],\"to\":[],"
               "\"cc\":[],\"reply_to\":[],\"subject\":\"\",\"message_id\":\"\","
               "\"new\":false,\"marked\":false,\"spam_score\":null,"
               "\"warnings\":[\"no-date\",\"no-message-id\",\"no-from\"]}\n");
    program_release(&p);
    server_stop(server);
}

/* What the name is made of must not push the real address out of sight. */
Test(list, never_cuts_the_senders_address_in_the_table)
{
    static const struct {
        const char *from, *shown;
    } cases[] = {
        {"Ann <ann@example.org>", "  Ann <ann@example.org>             s\n"},
        {"A person with a long name <ann@example.org>",
         "  A person wit.. <ann@example.org>  s\n"},
        {"No room <a-sender-with-27-octets@x.test>", "  <a-sender-with-27-octets@x.test>  s\n"},
        {"\xE5\x96\xB6\xE6\xA5\xAD\xE9\x83\xA8\xE5\x96\xB6\xE6\xA5\xAD\xE9\x83\xA8 "
         "<sales-department@shop.test>",
         "  <sales-department@shop.test>      s\n"},
        {"an-address-of-thirty-four@cols.test", "  an-address-of-thirty-four@cols.test  s\n"},
        {"A name that has no address but is long <>",
         "  A name that has no address but..  s\n"},
    };
    struct demo *demo = demo_new_empty();
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[256];
        snprintf(text, sizeof text, "From: %s\nSubject: s\n\n", cases[i].from);
        demo_add(demo, "uidl", text, strlen(text));
    }
    struct server *server = server_demo(demo);
    demo_free(demo);
    struct program p = list(server, "table", NULL);
    for (size_t i = 0; i < COUNT(cases); i++)
        cr_expect(strstr(p.out, cases[i].shown), "%s: %s", cases[i].from, p.out);
    program_release(&p);
    server_stop(server);
}

/* ---- the whole sample -------------------------------------------------------------------- */

static struct server *sample_server(size_t *count)
{
    struct demo *demo = demo_new((int64_t)time(NULL));
    struct server *server = server_demo(demo);
    *count = demo_count(demo);
    demo_free(demo);
    return server;
}

static bool is_string(const json_t *value)
{
    return json_is_string(value);
}

static bool is_integer(const json_t *value)
{
    return json_is_integer(value) && json_integer_value(value) > 0;
}

static bool is_boolean(const json_t *value)
{
    return json_is_boolean(value);
}

static bool is_number_or_null(const json_t *value)
{
    return json_is_number(value) || json_is_null(value);
}

/* RFC 3339 in UTC: "2020-01-02T03:05:06Z". */
static bool is_date_text(const char *text)
{
    static const char form[] = "0000-00-00T00:00:00Z";
    int64_t utc;
    bool same = strlen(text) == strlen(form);
    for (size_t i = 0; same && form[i]; i++)
        same = form[i] == '0' ? text[i] >= '0' && text[i] <= '9' : text[i] == form[i];
    return same && date_parse(text, strlen(text), &utc);
}

static bool is_date(const json_t *value)
{
    return json_is_null(value) ||
           (json_is_string(value) && is_date_text(json_string_value(value)));
}

static bool is_address_list(const json_t *value)
{
    size_t i;
    json_t *entry;
    json_array_foreach(value, i, entry)
    {
        if (!json_is_object(entry) || json_object_size(entry) != 2 ||
            !json_is_string(json_object_get(entry, "name")) ||
            !json_is_string(json_object_get(entry, "addr")))
            return false;
    }
    return json_is_array(value);
}

static bool is_word_list(const json_t *value)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz-";
    size_t i;
    json_t *entry;
    json_array_foreach(value, i, entry)
    {
        const char *word = json_string_value(entry);
        if (!word || !*word || word[strspn(word, letters)])
            return false;
    }
    return json_is_array(value);
}

static const struct {
    const char *name;
    bool (*is_right)(const json_t *value);
} keys[] = {
    {"n", is_integer},
    {"uidl", is_string},
    {"size", is_integer},
    {"date", is_date},
    {"from", is_address_list},
    {"to", is_address_list},
    {"cc", is_address_list},
    {"reply_to", is_address_list},
    {"subject", is_string},
    {"message_id", is_string},
    {"new", is_boolean},
    {"marked", is_boolean},
    {"spam_score", is_number_or_null},
    {"warnings", is_word_list},
};

/* The caller drops it. */
static json_t *parse(const char *line)
{
    json_error_t e;
    json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, &e);
    cr_assert(json_is_object(object), "%s: %s", e.text, line);
    return object;
}

static void check_object(char *line, size_t number)
{
    json_t *object = parse(line);
    cr_expect_eq(json_object_size(object), COUNT(keys), "%s", line);
    for (size_t i = 0; i < COUNT(keys); i++) {
        const json_t *value = json_object_get(object, keys[i].name);
        cr_expect(value && keys[i].is_right(value), "%s in %s", keys[i].name, line);
    }
    cr_expect_eq((size_t)json_integer_value(json_object_get(object, "n")), number, "%s", line);
    json_decref(object);
}

Test(list, writes_one_json_object_a_line_with_the_keys_that_are_promised)
{
    size_t count;
    struct server *server = sample_server(&count);
    struct program p = list(server, "json", NULL);
    cr_expect_eq(each_line(p.out, check_object), count);
    program_release(&p);
    server_stop(server);
}

static bool has_word(const json_t *array, const char *wanted)
{
    size_t i;
    json_t *word;
    json_array_foreach(array, i, word)
    {
        if (!strcmp(json_string_value(word), wanted))
            return true;
    }
    return false;
}

Test(list, shows_what_the_filters_wrote_into_a_koi8_message)
{
    size_t count;
    struct server *server = sample_server(&count);
    struct program p = list(server, "json", "скидки");
    json_t *object = parse(p.out);
    json_t *sender = json_array_get(json_object_get(object, "from"), 0);
    cr_expect_str_eq(json_string_value(json_object_get(object, "subject")),
                     "СУПЕР скидки только сегодня");
    cr_expect_str_eq(json_string_value(json_object_get(sender, "name")), "Ярмарка");
    cr_expect_str_eq(json_string_value(json_object_get(sender, "addr")), "fair@example.test");
    cr_expect(strstr(p.out, "\"spam_score\":83.69,"), "%s", p.out);
    cr_expect(has_word(json_object_get(object, "warnings"), "blacklisted"), "%s", p.out);
    json_decref(object);
    program_release(&p);
    server_stop(server);
}

static void check_tsv_line(char *line, size_t number)
{
    char *fields[6], *p = line;
    for (size_t i = 0; i < 6; i++) {
        fields[i] = p;
        p += strcspn(p, "\t");
        cr_assert_eq(*p, i < 5 ? '\t' : '\0', "six fields: %s", line);
        *p++ = '\0';
    }
    cr_expect_eq(strtoul(fields[0], NULL, 10), number, "%s", line);
    cr_expect_eq(strncmp(fields[1], "demo", 4), 0, "%s", fields[1]);
    cr_expect_gt(strtoul(fields[2], NULL, 10), 0, "%s", fields[2]);
    cr_expect(!*fields[3] || is_date_text(fields[3]), "%s", fields[3]);
}

Test(list, writes_six_fields_a_line_of_tsv)
{
    size_t count;
    struct server *server = sample_server(&count);
    struct program p = list(server, "tsv", NULL);
    cr_expect_eq(each_line(p.out, check_tsv_line), count);
    program_release(&p);
    server_stop(server);
}

static void check_row(char *line, size_t number)
{
    cr_expect_eq(strtoul(line, NULL, 10), number, "%s", line);
    int used;
    size_t to_sender = text_fit(line, strlen(line), 28, &used);
    cr_expect_eq(used, 28, "%s", line);
    cr_expect_eq(strncmp(line + to_sender - 2, "  ", 2), 0, "%s", line);
    cr_expect_neq(line[to_sender - 3], ' ', "the size ends here: %s", line);
}

Test(list, writes_a_row_for_each_message)
{
    size_t count;
    struct server *server = sample_server(&count);
    struct program p = list(server, "table", NULL);
    cr_expect_eq(each_line(p.out, check_row), count);
    program_release(&p);
    server_stop(server);
}

/* ---- what may stand in the output -------------------------------------------------------- */

/* Clean UTF-8: of the controls only those that the format is made of. */
static void expect_clean(const struct program *p, const char *name, bool tabs)
{
    struct buf clean = BUF_INIT(SIZE_MAX / 8), joined = BUF_INIT(SIZE_MAX / 8);
    cr_expect(p->out_len > 0, "%s", name);
    cr_expect(charset_is_utf8(p->out, p->out_len), "%s", name);
    for (size_t i = 0; i < p->out_len; i++)
        buf_append_char(&joined, p->out[i] == '\t' && tabs ? ' ' : p->out[i]);
    size_t attempts = text_clean(&clean, joined.data, joined.len, TEXT_BODY);
    cr_expect_eq(attempts, 0, "%s: %zu", name, attempts);
    cr_expect(clean.len == joined.len && !memcmp(clean.data, joined.data, clean.len), "%s",
              name);
    buf_release(&clean);
    buf_release(&joined);
}

static const char *const formats[] = {"table", "json", "tsv"};

Test(list, writes_clean_utf8_in_every_format)
{
    size_t count;
    struct server *server = sample_server(&count);
    for (size_t i = 0; i < COUNT(formats); i++) {
        struct program p = list(server, formats[i], NULL);
        expect_clean(&p, formats[i], !strcmp(formats[i], "tsv"));
        program_release(&p);
    }
    server_stop(server);
}

Test(list, keeps_to_the_locales_charset_but_for_json)
{
    size_t count;
    struct server *server = sample_server(&count);
    char url[URL_SIZE];
    for (size_t i = 0; i < COUNT(formats); i++) {
        struct program p = {.args = {"list", "--format", formats[i], PASS, url_of(server, url)},
                            .env = {{"LC_ALL", "C"}}};
        program_run(&p);
        cr_expect_eq(p.status, 0, "%s", p.err);
        bool is_ascii = true;
        for (size_t k = 0; k < p.out_len; k++)
            is_ascii &=
                p.out[k] == '\n' || p.out[k] == '\t' || (p.out[k] >= ' ' && p.out[k] < 0x7f);
        cr_expect_eq(is_ascii, strcmp(formats[i], "json") != 0, "%s", formats[i]);
        cr_expect(charset_is_utf8(p.out, p.out_len), "%s", formats[i]);
        program_release(&p);
    }
    server_stop(server);
}

/* ---- the query --------------------------------------------------------------------------- */

static size_t lines_of(const char *text)
{
    size_t count = 0;
    for (; (text = strchr(text, '\n')); text++)
        count++;
    return count;
}

Test(list, lists_only_what_the_query_matches)
{
    static const struct {
        const char *words[4];
        size_t rows;
    } queries[] = {
        {{"prize dept"}, 13},
        {{"PRIZE"}, 13},
        {{"prize", "dept", "48213)"}, 2},
        {{"prize", "x97@"}, 1},
        {{"gro\xC3\x9F"}, 1},
        {{"aNDERUNGEN"}, 1},
        {{"no such words anywhere"}, 0},
        {{"prize", "cron"}, 0},
    };
    size_t count;
    struct server *server = sample_server(&count);
    for (size_t f = 0; f < COUNT(formats); f++) {
        for (size_t i = 0; i < COUNT(queries); i++) {
            char url[URL_SIZE];
            struct program p = {
                .args = {"list", "--format", formats[f], PASS, url_of(server, url)}};
            memcpy(p.args + 6, queries[i].words, sizeof queries[i].words);
            program_run(&p);
            cr_expect_eq(p.status, 0, "%s", p.err);
            cr_expect_eq(lines_of(p.out), queries[i].rows, "%s, %s: %s", formats[f],
                         queries[i].words[0], p.out);
            program_release(&p);
        }
    }
    server_stop(server);
}

Test(list, lists_everything_for_a_query_of_blanks)
{
    size_t count;
    struct server *server = sample_server(&count);
    struct program p = list(server, "tsv", "  ");
    cr_expect_eq(lines_of(p.out), count);
    program_release(&p);
    server_stop(server);
}

Test(list, prints_nothing_for_an_empty_maildrop)
{
    struct demo *demo = demo_new_empty();
    struct server *server = server_demo(demo);
    demo_free(demo);
    for (size_t i = 0; i < COUNT(formats); i++) {
        struct program p = list(server, formats[i], NULL);
        cr_expect_str_eq(p.out, "", "%s", formats[i]);
        program_release(&p);
    }
    server_stop(server);
}

/* A listing only looks. */
Test(list, deletes_nothing)
{
    size_t count;
    struct server *server = sample_server(&count);
    struct program p = list(server, "table", "prize");
    cr_expect_eq((size_t)server_messages(server), count);
    program_release(&p);
    server_stop(server);
}

/* ---- odd servers ------------------------------------------------------------------------- */

#define GREETING "S: +OK ready"
#define CAPA "C: CAPA", "S: +OK", "S: TOP", "S: ."
#define LOGIN GREETING, CAPA, "C: USER ann", "S: +OK", "C: PASS " PASSWORD, "S: +OK", CAPA
#define UIDL "C: UIDL", "S: +OK", "S: 1 one", "S: 2 two", "S: ."
#define SIZES "C: LIST", "S: +OK", "S: 1 100", "S: 2 200", "S: ."

Test(list, lists_what_a_server_without_capa_uidl_and_manners_shows)
{
    static const char *const script[] = {
        GREETING,    "C: CAPA",          "S: -ERR what?",
        "C: STLS",   "S: -ERR what?",    "C: USER ann",
        "S: +OK",    "C: PASS",          "S: +OK",
        "C: UIDL",   "S: -ERR what?",    "C: LIST",
        "S: +OK",    "S: 1 100",         "S: 2 2000",
        "S: .",      "C: TOP 2 0",       "S: -ERR \x1bno",
        "C: RETR 2", "S: -ERR \x1bno",   "C: RETR 1",
        "S: +OK",    "S: Subject: seen", "S: ",
        "S: .",      "C: QUIT",          "reset",
        NULL,
    };
    struct server *server = server_start(script);
    struct program p = list(server, "json", NULL);
    char *second = strchr(p.out, '\n');
    cr_assert(second, "%s", p.out);
    *second++ = '\0';
    check_object(p.out, 1);
    check_object(second, 2);
    cr_expect(strstr(p.out, "\"uidl\":\"\""), "%s", p.out);
    cr_expect(strstr(p.out, "\"subject\":\"seen\""), "%s", p.out);
    cr_expect(strstr(second, "\"warnings\":[\"no-headers\"]"), "%s", second);
    program_release(&p);
    cr_expect_null(server_stop(server));
}

Test(list, says_in_the_table_that_a_header_was_refused)
{
    static const char *const script[] = {
        LOGIN,        UIDL,         SIZES,        "C: TOP 2 0",
        "S: -ERR no", "C: TOP 1 0", "S: +OK",     "S: Subject: seen",
        "S: .",       "C: QUIT",    "S: +OK bye", NULL,
    };
    struct server *server = server_start(script);
    struct program p = list(server, "table", NULL);
    cr_expect(strstr(p.out, "  seen\n"), "%s", p.out);
    cr_expect(strstr(p.out, "     2                 200  (refused)  "), "%s", p.out);
    program_release(&p);
    cr_expect_null(server_stop(server));
}

/* One with a control is no UIDL at all; the others are shown as any text is. */
Test(list, cleans_uidls)
{
    static const char *const script[] = {
        LOGIN,
        "C: UIDL",
        "S: +OK",
        "S: 1 \x1b[2Jone",
        "S: 2 two\x9b\xff\xE2\x80\xAE\"\\",
        "S: .",
        SIZES,
        "C: TOP 2 0",
        "S: +OK",
        "S: .",
        "C: TOP 1 0",
        "S: +OK",
        "S: .",
        "C: QUIT",
        "S: +OK",
        NULL,
    };
    static const char *const wanted[][2] = {
        {"{\"n\":1,\"uidl\":\"\",", "{\"n\":2,\"uidl\":\"two\uFFFD\uFFFD\uFFFD\\\"\\\\\","},
        {"1\t\t100\t", "2\ttwo\uFFFD\uFFFD\uFFFD\"\\\t200\t"},
    };
    for (size_t i = 1; i < COUNT(formats); i++) {
        struct server *server = server_start(script);
        struct program p = list(server, formats[i], NULL);
        expect_clean(&p, formats[i], i == 2);
        cr_expect(strstr(p.out, wanted[i - 1][0]), "%s", p.out);
        cr_expect(strstr(p.out, wanted[i - 1][1]), "%s", p.out);
        program_release(&p);
        cr_expect_null(server_stop(server));
    }
}

/* ---- failing ----------------------------------------------------------------------------- */

Test(list, says_that_nobody_listens)
{
    const char *script[] = {NULL};
    char url[URL_SIZE];
    struct server *server = server_start(script); /* closes at once */
    struct program p = {.args = {"list", PASS, url_of(server, url)}};
    server_stop(server);
    program_run(&p);
    program_expect_failure(&p, "refused", 69, "127.0.0.1");
    cr_expect(strstr(p.err, "is the server running?"), "%s", p.err);
    program_release(&p);
}

/* Whether there is a name server to say so or not. */
Test(list, says_that_a_host_is_unknown)
{
    struct program p = {
        .args = {"list", "--timeout", "30", PASS, "pops://ann@pop.nosuch.invalid"}};
    program_run(&p);
    program_expect_failure(&p, "unknown host", 69, "pop.nosuch.invalid");
    program_release(&p);
}

static const struct trouble {
    const char *name;
    int status;
    const char *says;
    const char *script[40];
} troubles[] = {
    {"turned away", 69, "turned the connection away", {"S: -ERR too many", "close"}},
    {"hung up at once", 69, "closed the connection during the login", {"close"}},
    {"garbage for a greeting",
     76,
     "out of step",
     {"S: HTTP/1.1 400 Bad Request", "S: Server: x", "quit"}},
    {"binary for a greeting", 76, "out of step", {"S- \x15\x03\x01\xff\xfe\r\n", "quit"}},
    {"garbage for a status",
     76,
     "out of step",
     {LOGIN, "C: UIDL", "S: WELL, HERE THEY ARE", "quit"}},
    {"a reply before its command", 76, "out of step", {"S- +OK ready\r\n+OK\r\n", "quit"}},
    {"a wrong password",
     77,
     "password is wrong. The server said: [2Jno",
     {GREETING, CAPA, "C: USER", "S: +OK", "C: PASS", "S: -ERR [AUTH] [2Jno", "quit"}},
    {"an escape sequence for a reason",
     77,
     "\xE2\x90\x9B[2J",
     {GREETING, CAPA, "C: USER", "S: +OK", "C: PASS", "S: -ERR \x1b[2J\x9b\xff", "quit"}},
    {"a maildrop in use",
     75,
     "in use",
     {GREETING, CAPA, "C: USER", "S: +OK", "C: PASS", "S: -ERR [IN-USE] locked", "quit"}},
    {"trouble that stays",
     69,
     "administrator",
     {GREETING, CAPA, "C: USER", "S: +OK", "C: PASS", "S: -ERR [SYS/PERM] disk", "quit"}},
    {"a listing refused", 76, "refused to list", {LOGIN, UIDL, "C: LIST", "S: -ERR", "quit"}},
    {"the end in a listing",
     74,
     "The server closed the connection",
     {LOGIN, UIDL, "C: LIST", "S: +OK", "S: 1 100", "close"}},
    {"the end in a line",
     74,
     "The server closed the connection",
     {LOGIN, "C: UIDL", "S: +OK", "S- 1 o", "close"}},
    {"the end in a header",
     74,
     "The server closed the connection",
     {LOGIN, UIDL, SIZES, "C: TOP 2 0", "S: +OK", "S: Subject: half", "close"}},
    {"a reset in a header",
     74,
     "reset",
     {LOGIN, UIDL, SIZES, "C: TOP 2 0", "S: +OK", "S: Subject: half", "reset"}},
    {"a farewell in between",
     74,
     "The server said: shutting down",
     {LOGIN, UIDL, SIZES, "C: TOP 2 0", "S: +OK", "S- .\r\n-ERR shutting down\r\n", "close"}},
};

Test(list, says_what_is_wrong_with_the_server)
{
    for (size_t i = 0; i < COUNT(troubles); i++) {
        const struct trouble *t = &troubles[i];
        char url[URL_SIZE];
        struct server *server = server_start(t->script);
        struct program p = {.args = {"list", PASS, url_of(server, url)}};
        program_run(&p);
        program_expect_failure(&p, t->name, t->status, t->says);
        program_release(&p);
        server_stop(server);
    }
}

Test(list, gives_up_on_a_silent_server)
{
    static const char *const scripts[][24] = {
        {"quit"},
        {GREETING, CAPA, "C: USER", "quit"},
        {LOGIN, UIDL, "C: LIST", "S: +OK", "S: 1 100", "quit"},
    };
    for (size_t i = 0; i < COUNT(scripts); i++) {
        char url[URL_SIZE];
        struct server *server = server_start(scripts[i]);
        struct program p = {.args = {"list", "--timeout", "2", PASS, url_of(server, url)}};
        program_run(&p);
        program_expect_failure(&p, "silence", 69, "silent");
        program_release(&p);
        cr_expect_null(server_stop(server));
    }
}

/* ---- TLS --------------------------------------------------------------------------------- */

/* A maildrop of one message; a client without pipelining says one line at a time. */
static void serve_under_tls(gnutls_session_t session)
{
    static const char *const answers[][2] = {
        {"CAPA", "+OK\r\nUSER\r\n.\r\n"},
        {"UIDL", "+OK\r\n1 one\r\n.\r\n"},
        {"LIST", "+OK\r\n1 100\r\n.\r\n"},
        {"TOP ", "+OK\r\nSubject: under TLS\r\n\r\n.\r\n"},
        {"", "+OK\r\n"},
    };
    char line[256] = "";
    ssize_t n = 0;
    gnutls_record_send(session, "+OK ready\r\n", 11);
    while (strncmp(line, "QUIT", 4) != 0 &&
           (n = gnutls_record_recv(session, line, sizeof line - 1)) > 0) {
        size_t i = 0;
        line[n] = '\0';
        while (strncmp(line, answers[i][0], strlen(answers[i][0])) != 0)
            i++;
        gnutls_record_send(session, answers[i][1], strlen(answers[i][1]));
    }
}

static pid_t start_tls_server(const struct certs_pair *cert, uint16_t *port)
{
    int listener = net_listen(port);
    pid_t pid = fork();
    if (pid) {
        close(listener);
        return pid;
    }
    alarm(60); /* a test that crashes leaves nobody behind */
    gnutls_certificate_credentials_t credentials;
    gnutls_x509_crt_t chain[] = {cert->crt};
    gnutls_certificate_allocate_credentials(&credentials);
    gnutls_certificate_set_x509_key(credentials, chain, 1, cert->key);
    for (int fd; (fd = accept(listener, NULL, NULL)) >= 0; close(fd)) {
        gnutls_session_t session;
        int code;
        gnutls_init(&session, GNUTLS_SERVER | GNUTLS_NO_SIGNAL);
        gnutls_set_default_priority(session);
        gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
        gnutls_transport_set_int(session, fd);
        while ((code = gnutls_handshake(session)) < 0 && !gnutls_error_is_fatal(code))
            ;
        if (code == 0)
            serve_under_tls(session);
        gnutls_deinit(session);
    }
    _exit(0);
}

struct tls_place {
    struct certs_pair ca, cert;
    char ca_file[32], pin[96], url[URL_SIZE];
    pid_t pid;
};

/* A server whose certificate, for HOST, is signed by an authority of its own. */
static void open_tls_place(struct tls_place *t, const char *host)
{
    uint16_t port;
    t->ca = certs_issue(&(struct certs_spec){.cn = host, .is_ca = true}, NULL);
    t->cert = certs_issue(&(struct certs_spec){.cn = "x", .dns = {host}}, &t->ca);
    strcpy(t->ca_file, "/tmp/dele-test-ca-XXXXXX");
    certs_write(&t->ca, t->ca_file);
    certs_fingerprint(&t->cert, t->pin);
    t->pid = start_tls_server(&t->cert, &port);
    snprintf(t->url, sizeof t->url, "pops://ann@localhost:%u", port);
}

static void close_tls_place(struct tls_place *t)
{
    kill(t->pid, SIGKILL);
    waitpid(t->pid, NULL, 0);
    unlink(t->ca_file);
    certs_release(&t->cert);
    certs_release(&t->ca);
}

static struct program list_under_tls(const struct tls_place *t, const char *option,
                                     const char *value)
{
    struct program p = {.args = {"list", "--format", "tsv", PASS, t->url, option, value}};
    program_run(&p);
    return p;
}

Test(list, lists_under_tls_what_it_can_trust)
{
    struct tls_place t;
    open_tls_place(&t, "localhost");
    const char *const ways[][2] = {
        {"--tls-ca", t.ca_file},
        {"--tls-pin", t.pin},
        {"--insecure", NULL},
    };
    for (size_t i = 0; i < COUNT(ways); i++) {
        struct program p = list_under_tls(&t, ways[i][0], ways[i][1]);
        cr_expect_eq(p.status, 0, "%s: %s", ways[i][0], p.err);
        cr_expect_str_eq(p.out, "1\tone\t100\t\t\tunder TLS\n", "%s", ways[i][0]);
        program_release(&p);
    }
    close_tls_place(&t);
}

Test(list, refuses_a_certificate_and_says_why_and_what_to_pin)
{
    struct tls_place right, other;
    open_tls_place(&right, "localhost");
    open_tls_place(&other, "pop.example.org");
    struct program p = list_under_tls(&right, "--tls-ca", other.ca_file);
    program_expect_failure(&p, "another authority", 77,
                           "its issuer is not a trusted authority");
    cr_expect(strstr(p.err, "--tls-pin ") && strstr(p.err, right.pin), "%s", p.err);
    program_release(&p);
    p = list_under_tls(&other, "--tls-ca", other.ca_file);
    program_expect_failure(&p, "another name", 77, "it was made for pop.example.org");
    program_release(&p);
    p = list_under_tls(&right, "--tls-pin", other.pin);
    program_expect_failure(&p, "another pin", 77, "is not the one that tls-pin names");
    program_release(&p);
    close_tls_place(&right);
    close_tls_place(&other);
}

Test(list, says_that_a_port_does_not_speak_tls)
{
    static const char *const script[] = {GREETING, "quit", NULL};
    struct server *server = server_start(script);
    char url[URL_SIZE];
    snprintf(url, sizeof url, "pops://ann@127.0.0.1:%u", server_port(server));
    struct program p = {.args = {"list", "--tls-ca", NULL, PASS, url}};
    struct certs_pair ca = certs_issue(&(struct certs_spec){.cn = "CA", .is_ca = true}, NULL);
    char file[] = "/tmp/dele-test-ca-XXXXXX";
    certs_write(&ca, file);
    p.args[2] = file;
    program_run(&p);
    program_expect_failure(&p, "a plain server", 76, "does not speak TLS on this port");
    program_release(&p);
    unlink(file);
    certs_release(&ca);
    server_stop(server);
}

/* What stands behind the answer to STLS in clear could be anybody's. */
Test(list, refuses_words_in_clear_behind_stls)
{
    static const char *const script[] = {
        GREETING,
        "C: CAPA",
        "S: +OK",
        "S: STLS",
        "S: .",
        "C: STLS",
        "S- +OK\r\n+OK injected\r\n",
        "quit",
        NULL,
    };
    struct server *server = server_start(script);
    char url[URL_SIZE];
    struct program p = {.args = {"list", "--insecure", PASS, url_of(server, url)}};
    program_run(&p);
    program_expect_failure(&p, "injected", 76, "");
    program_release(&p);
    cr_expect_null(server_stop(server));
}

/* ---- the output -------------------------------------------------------------------------- */

Test(list, says_that_the_output_cannot_be_written)
{
    if (access("/dev/full", W_OK))
        cr_skip_test("there is no /dev/full");
    struct server *server = known_server();
    char url[URL_SIZE];
    for (size_t i = 0; i < COUNT(formats); i++) {
        struct program p = {.args = {"list", "--format", formats[i], PASS, url_of(server, url)},
                            .out_to = "/dev/full"};
        program_run(&p);
        program_expect_failure(&p, formats[i], 74, "could not be written");
        program_release(&p);
    }
    server_stop(server);
}

#define TOPS                                                                            \
    "C: TOP 2 0", "S: +OK", "S: From: b@example.org", "S: Subject: two", "S: ", "S: .", \
        "C: TOP 1 0", "S: +OK", "S: From: a@example.org", "S: Subject: one", "S: ", "S: ."

Test(list, asks_for_a_header_that_it_knows_no_second_time)
{
    static const char *const script[] = {LOGIN, UIDL,  SIZES, TOPS,   "quit",
                                         LOGIN, UIDL,  SIZES, "quit", LOGIN,
                                         UIDL,  SIZES, TOPS,  "quit", NULL};
    struct server *server = server_start(script);
    struct program first = list(server, "tsv", NULL), second = list(server, "tsv", NULL);
    char url[URL_SIZE];
    struct program third = {
        .args = {"list", "--no-cache", "--format", "tsv", PASS, url_of(server, url)}};
    program_run(&third);
    cr_expect(strstr(first.out, "\ttwo\n"), "%s", first.out);
    cr_expect_str_eq(second.out, first.out);
    cr_expect_str_eq(third.out, first.out, "%s", third.err);
    program_release(&first);
    program_release(&second);
    program_release(&third);
    const char *missing = server_stop(server);
    cr_expect_null(missing, "%s", missing);
}
