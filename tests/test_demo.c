#include "config.h"

#include "demo/demo.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "demo/sample.h"
#include "mail/charset.h"
#include "mail/date.h"
#include "mail/header.h"

/* The demo server as a client sees it: bytes on a socket pair, answered at once. */

TestSuite(demo, .timeout = 60);

#define NOW 1795377600 /* 2026-11-22 20:00 */
#define HELLO "+OK dele's sample maildrop is ready.\r\n"
#define LOGIN "USER you\r\nPASS any\r\n"
#define LOGGED_IN "+OK\r\n+OK Logged in.\r\n"
#define ANY (SIZE_MAX / 8)

/* ---- a client ---------------------------------------------------------------------------- */

struct talk {
    struct demo *demo;
    int fd;
    bool over; /* the server has closed */
    struct buf heard;
};

static void hear(struct talk *t)
{
    char bytes[65536];
    ssize_t n;
    while ((n = recv(t->fd, bytes, sizeof bytes, MSG_DONTWAIT)) > 0)
        cr_assert(buf_append(&t->heard, bytes, (size_t)n));
    t->over |= n == 0;
}

/* Turns until the server has nothing to read, nothing to write, and nothing to close. */
static void turn(struct talk *t)
{
    struct pollfd p;
    do {
        p = demo_poll(t->demo);
        poll(&p, 1, 0);
        demo_turn(t->demo);
        hear(t);
    } while (p.fd >= 0 && p.revents);
}

/* Says it, and returns what comes back: good until the next call. */
static const char *say_bytes(struct talk *t, const char *bytes, size_t len)
{
    buf_clear(&t->heard);
    while (len) {
        ssize_t n = send(t->fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n > 0) {
            bytes += n;
            len -= (size_t)n;
        }
        turn(t);
        if (t->over)
            break;
    }
    turn(t);
    return t->heard.data;
}

static const char *say(struct talk *t, const char *commands)
{
    return say_bytes(t, commands, strlen(commands));
}

static struct talk open_talk(struct demo *demo)
{
    struct talk t = {.demo = demo, .fd = demo_connect(demo), .heard = BUF_INIT(ANY)};
    cr_assert_geq(t.fd, 0);
    cr_assert_str_eq(say(&t, ""), HELLO);
    return t;
}

static struct talk log_in(struct demo *demo)
{
    struct talk t = open_talk(demo);
    cr_assert_str_eq(say(&t, LOGIN), LOGGED_IN);
    return t;
}

static void hang_up(struct talk *t)
{
    close(t->fd);
    demo_turn(t->demo); /* sees the end */
    buf_release(&t->heard);
}

/* ---- a small maildrop -------------------------------------------------------------------- */

#define ONE "From: a@example.org\r\n\r\nfirst\r\nsecond\r\nthird\r\n"
#define TWO_SENT "Subject: dots\n\n.\n..two\nmid.dle\n."
#define TWO "Subject: dots\r\n\r\n.\r\n..two\r\nmid.dle\r\n.\r\n"
#define THREE "Subject: no body\r\n"

static struct demo *three(void)
{
    struct demo *d = demo_new_empty();
    demo_add(d, "uid-one", ONE, strlen(ONE));
    demo_add(d, "uid-two", TWO_SENT, strlen(TWO_SENT));
    demo_add(d, "uid-three", THREE, strlen(THREE));
    return d;
}

/* Says each line of a table in one session, and expects its answer. */
struct exchange {
    const char *says, *hears;
};

static void expect_exchanges(struct talk *t, const struct exchange *e, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *heard = say(t, e[i].says);
        cr_expect_str_eq(heard, e[i].hears, "%s\nwanted: %s\nheard: %s", e[i].says, e[i].hears,
                         heard);
    }
}
#define EXPECT_EXCHANGES(t_, table_) \
    expect_exchanges((t_), (table_), sizeof(table_) / sizeof *(table_))

/* ---- the dialogue ------------------------------------------------------------------------ */

Test(demo, says_what_it_can_do_before_and_after_the_login)
{
    struct demo *d = three();
    struct talk t = open_talk(d);
    char *before = xstrdup(say(&t, "CAPA\r\n"));
    cr_expect_eq(strncmp(before, "+OK\r\n", 5), 0);
    cr_expect(strstr(before, "\r\n.\r\n"));
    static const char *const words[] = {"TOP",        "UIDL",       "USER",
                                        "SASL PLAIN", "PIPELINING", "RESP-CODES"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char line[32];
        snprintf(line, sizeof line, "\r\n%s\r\n", words[i]);
        cr_expect(strstr(before, line), "%s: %s", words[i], before);
    }
    say(&t, LOGIN);
    cr_expect_str_eq(say(&t, "capa\r\n"), before);
    free(before);
    hang_up(&t);
    demo_free(d);
}

Test(demo, refuses_the_maildrop_before_the_login)
{
    static const char *const commands[] = {"STAT",   "LIST", "UIDL",   "TOP 1 0",
                                           "RETR 1", "NOOP", "DELE 1", "RSET"};
    struct demo *d = three();
    struct talk t = open_talk(d);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        char line[32];
        snprintf(line, sizeof line, "%s\r\n", commands[i]);
        cr_expect_eq(strncmp(say(&t, line), "-ERR", 4), 0, "%s: %s", line, t.heard.data);
    }
    cr_expect_str_eq(say(&t, LOGIN), LOGGED_IN, "none of them does any harm");
    hang_up(&t);
    demo_free(d);
}

/* RFC 1939 section 4: PASS only right behind USER, and both only before the login. */
Test(demo, refuses_login_commands_out_of_order)
{
    struct demo *d = three();
    struct talk t = open_talk(d);
    cr_expect_eq(strncmp(say(&t, "PASS any\r\n"), "-ERR", 4), 0, "%s", t.heard.data);
    cr_expect_eq(strncmp(say(&t, "STAT\r\n"), "-ERR", 4), 0, "%s", t.heard.data);
    cr_expect_str_eq(say(&t, LOGIN), LOGGED_IN);
    static const char *const late[] = {"USER you\r\n", "PASS any\r\n", "AUTH PLAIN\r\n",
                                       "AUTH PLAIN AHlvdQBhbnk=\r\n"};
    for (size_t i = 0; i < sizeof late / sizeof *late; i++) {
        cr_expect_eq(strncmp(say(&t, late[i]), "-ERR", 4), 0, "%s%s", late[i], t.heard.data);
        cr_expect_eq(strncmp(say(&t, "STAT\r\n"), "+OK 3 ", 6), 0, "%s", t.heard.data);
    }
    hang_up(&t);
    demo_free(d);
}

Test(demo, takes_auth_plain_with_and_without_an_initial_response)
{
    static const struct exchange at_once[] = {
        {"AUTH PLAIN AHlvdQBhbnk=\r\n", "+OK Logged in.\r\n"}};
    static const struct exchange asked[] = {
        {"AUTH PLAIN\r\n", "+ \r\n"},
        {"AHlvdQBhbnk=\r\n", "+OK Logged in.\r\n"},
    };
    struct demo *d = three();
    struct talk t = open_talk(d);
    EXPECT_EXCHANGES(&t, at_once);
    cr_expect_eq(strncmp(say(&t, "STAT\r\n"), "+OK 3 ", 6), 0);
    hang_up(&t);
    t = open_talk(d);
    EXPECT_EXCHANGES(&t, asked);
    cr_expect_eq(strncmp(say(&t, "STAT\r\n"), "+OK 3 ", 6), 0);
    hang_up(&t);
    demo_free(d);
}

Test(demo, refuses_other_mechanisms_and_a_login_called_off)
{
    static const char *const refused[] = {"AUTH CRAM-MD5\r\n", "AUTH PLAINER\r\n", "AUTH\r\n"};
    struct demo *d = three();
    struct talk t = open_talk(d);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        cr_expect_eq(strncmp(say(&t, refused[i]), "-ERR", 4), 0, "%s%s", refused[i],
                     t.heard.data);
    cr_expect_str_eq(say(&t, "AUTH PLAIN\r\n"), "+ \r\n");
    cr_expect_eq(strncmp(say(&t, "*\r\n"), "-ERR", 4), 0, "%s", t.heard.data);
    cr_expect_eq(strncmp(say(&t, "STAT\r\n"), "-ERR", 4), 0, "%s", t.heard.data);
    cr_expect_str_eq(say(&t, LOGIN), LOGGED_IN);
    hang_up(&t);
    demo_free(d);
}

Test(demo, lists_sizes_and_uidls)
{
    char stat[64], list[128], list_two[32];
    size_t one = strlen(ONE), two = strlen(TWO), last = strlen(THREE);
    snprintf(stat, sizeof stat, "+OK 3 %zu\r\n", one + two + last);
    snprintf(list, sizeof list, "+OK\r\n1 %zu\r\n2 %zu\r\n3 %zu\r\n.\r\n", one, two, last);
    snprintf(list_two, sizeof list_two, "+OK 2 %zu\r\n", two);
    const struct exchange exchanges[] = {
        {"STAT\r\n", stat},
        {"LIST\r\n", list},
        {"LIST 2\r\n", list_two},
        {"UIDL\r\n", "+OK\r\n1 uid-one\r\n2 uid-two\r\n3 uid-three\r\n.\r\n"},
        {"UIDL 3\r\n", "+OK 3 uid-three\r\n"},
        {"NOOP\r\n", "+OK\r\n"},
    };
    struct demo *d = three();
    struct talk t = log_in(d);
    EXPECT_EXCHANGES(&t, exchanges);
    hang_up(&t);
    demo_free(d);
}

Test(demo, refuses_numbers_that_are_no_message)
{
    static const char *const words[] = {"LIST", "UIDL", "RETR", "TOP", "DELE"};
    static const char *const numbers[] = {"0", "4", "-1", "x", "99999999999999999999"};
    struct demo *d = three();
    struct talk t = log_in(d);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        for (size_t j = 0; j < sizeof numbers / sizeof *numbers; j++) {
            char line[64];
            snprintf(line, sizeof line, "%s %s 0\r\n", words[i], numbers[j]);
            cr_expect_eq(strncmp(say(&t, line), "-ERR", 4), 0, "%s%s", line, t.heard.data);
        }
    }
    static const char *const bare[] = {"RETR\r\n", "TOP\r\n", "DELE\r\n"};
    for (size_t i = 0; i < sizeof bare / sizeof *bare; i++)
        cr_expect_eq(strncmp(say(&t, bare[i]), "-ERR", 4), 0, "%s%s", bare[i], t.heard.data);
    cr_expect_eq(strncmp(say(&t, "XYZZY\r\n"), "-ERR", 4), 0);
    cr_expect_eq(strncmp(say(&t, "\r\n"), "-ERR", 4), 0);
    hang_up(&t);
    demo_free(d);
}

Test(demo, stuffs_dots_and_ends_lines_in_crlf)
{
    static const struct exchange exchanges[] = {
        {"RETR 1\r\n",
         "+OK 45 octets\r\nFrom: a@example.org\r\n\r\nfirst\r\nsecond\r\nthird\r\n.\r\n"},
        {"RETR 2\r\n",
         "+OK 39 octets\r\nSubject: dots\r\n\r\n..\r\n...two\r\nmid.dle\r\n..\r\n.\r\n"},
        {"RETR 3\r\n", "+OK 18 octets\r\nSubject: no body\r\n.\r\n"},
        {"TOP 1 0\r\n", "+OK\r\nFrom: a@example.org\r\n\r\n.\r\n"},
        {"TOP 1 2\r\n", "+OK\r\nFrom: a@example.org\r\n\r\nfirst\r\nsecond\r\n.\r\n"},
        {"TOP 1 9\r\n", "+OK\r\nFrom: a@example.org\r\n\r\nfirst\r\nsecond\r\nthird\r\n.\r\n"},
        {"TOP 2 1\r\n", "+OK\r\nSubject: dots\r\n\r\n..\r\n.\r\n"},
        {"TOP 3 5\r\n", "+OK\r\nSubject: no body\r\n.\r\n"},
    };
    struct demo *d = three();
    struct talk t = log_in(d);
    EXPECT_EXCHANGES(&t, exchanges);
    hang_up(&t);
    demo_free(d);
}

Test(demo, answers_pipelined_commands_in_order_and_split_ones_whole)
{
    static const char commands[] = "UIDL 1\r\nTOP 1 0\r\nuidl 2\nRSET\r\n";
    static const char answers[] =
        "+OK 1 uid-one\r\n+OK\r\nFrom: a@example.org\r\n\r\n.\r\n+OK 2 uid-two\r\n+OK\r\n";
    struct demo *d = three();
    struct talk t = log_in(d);
    cr_expect_str_eq(say(&t, commands), answers);
    struct buf all = BUF_INIT(ANY);
    for (const char *p = commands; *p; p++) {
        say_bytes(&t, p, 1);
        buf_append(&all, t.heard.data, t.heard.len);
    }
    cr_expect_str_eq(all.data, answers);
    buf_release(&all);
    hang_up(&t);
    demo_free(d);
}

Test(demo, hangs_up_on_a_command_without_an_end)
{
    struct demo *d = three();
    struct talk t = log_in(d);
    struct buf endless = BUF_INIT(ANY);
    while (endless.len < 2 * LIMIT_LINE)
        buf_append_str(&endless, "NOOP NOOP NOOP NOOP ");
    say_bytes(&t, endless.data, endless.len);
    cr_expect(t.over);
    buf_release(&endless);
    hang_up(&t);
    demo_free(d);
}

/* ---- deleting ---------------------------------------------------------------------------- */

Test(demo, takes_deletions_back_at_rset)
{
    struct demo *d = three();
    struct talk t = log_in(d);
    cr_expect_eq(strncmp(say(&t, "DELE 1\r\nDELE 3\r\n"), "+OK", 3), 0);
    static const struct exchange gone[] = {
        {"UIDL\r\n", "+OK\r\n2 uid-two\r\n.\r\n"},
        {"LIST 1\r\n", "-ERR There is no such message.\r\n"},
        {"DELE 1\r\n", "-ERR There is no such message.\r\n"},
        {"STAT\r\n", "+OK 1 39\r\n"},
        {"RSET\r\n", "+OK\r\n"},
        {"UIDL\r\n", "+OK\r\n1 uid-one\r\n2 uid-two\r\n3 uid-three\r\n.\r\n"},
    };
    EXPECT_EXCHANGES(&t, gone);
    cr_expect_str_eq(say(&t, "QUIT\r\n"), "+OK Goodbye.\r\n");
    cr_expect(t.over);
    cr_expect_eq(demo_count(d), 3);
    hang_up(&t);
    demo_free(d);
}

Test(demo, deletes_at_quit_and_the_next_session_does_not_have_them)
{
    struct demo *d = three();
    struct talk t = log_in(d);
    say(&t, "DELE 2\r\n");
    cr_expect_eq(demo_count(d), 3, "not before QUIT");
    cr_expect_str_eq(say(&t, "QUIT\r\nSTAT\r\n"), "+OK Goodbye.\r\n", "nothing behind it");
    cr_expect(t.over);
    cr_expect_eq(demo_count(d), 2);
    hang_up(&t);
    t = log_in(d);
    cr_expect_str_eq(say(&t, "UIDL\r\n"), "+OK\r\n1 uid-one\r\n2 uid-three\r\n.\r\n");
    hang_up(&t);
    demo_free(d);
}

Test(demo, deletes_nothing_without_a_quit)
{
    struct demo *d = three();
    struct talk t = log_in(d);
    say(&t, "DELE 1\r\nDELE 2\r\n");
    hang_up(&t);
    cr_expect_eq(demo_count(d), 3);
    t = log_in(d);
    cr_expect_eq(strncmp(say(&t, "STAT\r\n"), "+OK 3 ", 6), 0, "after a lost line: %s",
                 t.heard.data);
    say(&t, "DELE 1\r\n");
    struct talk next = log_in(d); /* drops the one before it */
    cr_expect_eq(strncmp(say(&next, "STAT\r\n"), "+OK 3 ", 6), 0, "%s", next.heard.data);
    hear(&t);
    cr_expect(t.over);
    hang_up(&t);
    hang_up(&next);
    demo_free(d);
}

Test(demo, quit_before_the_login_deletes_nothing)
{
    struct demo *d = three();
    struct talk t = log_in(d);
    say(&t, "DELE 1\r\n");
    hang_up(&t);
    t = open_talk(d);
    cr_expect_str_eq(say(&t, "QUIT\r\n"), "+OK Goodbye.\r\n");
    cr_expect_eq(demo_count(d), 3);
    hang_up(&t);
    demo_free(d);
}

/* ---- the sample -------------------------------------------------------------------------- */

/* The text of message NUMBER with its dots unstuffed: good until the next call. */
static const struct buf *retrieve(struct talk *t, unsigned number)
{
    static struct buf text;
    char line[32];
    buf_release(&text);
    text = BUF_INIT(ANY);
    snprintf(line, sizeof line, "RETR %u\r\n", number);
    const char *heard = say(t, line), *end = heard + t->heard.len;
    cr_assert_eq(strncmp(heard, "+OK", 3), 0, "%s", line);
    cr_assert_str_eq(end - 5, "\r\n.\r\n", "%s", line);
    const char *p = strstr(heard, "\r\n") + 2;
    while (p < end - 3) {
        const char *next = strstr(p, "\r\n"); /* no message holds a NUL */
        cr_assert(next);
        p += *p == '.';
        buf_append(&text, p, (size_t)(next + 2 - p));
        p = next + 2;
    }
    return &text;
}

/* The number behind "N " in line N of a LIST answer; the word of a UIDL answer. */
static const char *scan_value(const char *answer, unsigned number)
{
    char front[16];
    snprintf(front, sizeof front, "\r\n%u ", number);
    const char *line = strstr(answer, front);
    cr_assert(line, "there is no %u", number);
    return line + strlen(front);
}

Test(demo, the_sample_tells_true_sizes_and_unique_uidls)
{
    struct demo *d = demo_new(NOW);
    struct talk t = log_in(d);
    unsigned count = (unsigned)demo_count(d);
    cr_expect_geq(count, 50);
    cr_expect_leq(count, 80);
    char *sizes = xstrdup(say(&t, "LIST\r\n")), *uidls = xstrdup(say(&t, "UIDL\r\n"));
    size_t sum = 0;
    for (unsigned n = 1; n <= count; n++) {
        size_t size = strtoul(scan_value(sizes, n), NULL, 10);
        cr_expect_eq(retrieve(&t, n)->len, size, "%u", n);
        sum += size;
        const char *uidl = scan_value(uidls, n);
        size_t len = strcspn(uidl, "\r") + 2;
        for (unsigned other = 1; other < n; other++)
            cr_expect_neq(strncmp(scan_value(uidls, other), uidl, len), 0, "%u and %u", other,
                          n);
    }
    char stat[64];
    snprintf(stat, sizeof stat, "+OK %u %zu\r\n", count, sum);
    cr_expect_str_eq(say(&t, "STAT\r\n"), stat);
    free(sizes);
    free(uidls);
    hang_up(&t);
    demo_free(d);
}

static bool holds(const struct buf *text, const char *what)
{
    return strstr(text->data, what) != NULL;
}

Test(demo, the_sample_holds_the_blacklisted_koi8_message)
{
    struct demo *d = demo_new(NOW);
    struct talk t = log_in(d);
    unsigned found = 0;
    for (unsigned n = 1; n <= demo_count(d); n++) {
        const struct buf *text = retrieve(&t, n);
        if (!holds(text, "\r\nX-Blacklisted-By: cbl.abuseat.org\r\n"))
            continue;
        found++;
        cr_expect(holds(text, "\r\nX-Spam-Rating: 83.69\r\n"), "%s", text->data);
        struct header_field type, subject;
        struct buf charset = BUF_INIT(64);
        cr_assert(header_find(text->data, text->len, "Content-Type", 0, &type));
        cr_assert(header_parameter(&charset, &type, "charset"));
        cr_expect_str_eq(charset.data, "koi8-r");
        cr_assert(header_find(text->data, text->len, "Subject", 0, &subject));
        struct buf decoded = BUF_INIT(ANY);
        cr_expect_not(charset_is_utf8(subject.body, subject.body_len));
        charset_decode(&decoded, charset.data, charset.len, subject.body, subject.body_len);
        cr_expect(strstr(decoded.data, "СУПЕР скидки"), "%s", decoded.data);
        buf_release(&decoded);
        buf_release(&charset);
    }
    cr_expect_eq(found, 1);
    hang_up(&t);
    demo_free(d);
}

#define CHARSETS 32

struct charsets {
    char names[CHARSETS][32];
    size_t count;
};

static void note_charset(struct charsets *c, const char *name, size_t len)
{
    if (!charset_is_known(name, len) || len >= sizeof *c->names)
        return;
    for (size_t i = 0; i < c->count; i++)
        if (ascii_is(name, len, c->names[i]))
            return;
    cr_assert_lt(c->count, CHARSETS);
    memcpy(c->names[c->count++], name, len);
}

static void note_charsets_of(struct charsets *c, const struct buf *text)
{
    for (const char *p = text->data; (p = strstr(p, "=?")); p += 2)
        note_charset(c, p + 2, strcspn(p + 2, "?"));
    for (const char *p = text->data; (p = strstr(p, "charset=")); p += 8)
        note_charset(c, p + 8, strcspn(p + 8, "; \r\n"));
}

Test(demo, the_sample_speaks_many_charsets)
{
    struct demo *d = demo_new(NOW);
    struct talk t = log_in(d);
    struct charsets c = {0};
    for (unsigned n = 1; n <= demo_count(d); n++)
        note_charsets_of(&c, retrieve(&t, n));
    cr_expect_geq(c.count, 6);
    hang_up(&t);
    demo_free(d);
}

/* The newest message comes last, as a server numbers them, and none is from the future. */
Test(demo, the_sample_is_dated_before_now)
{
    struct demo *d = demo_new(NOW);
    struct talk t = log_in(d);
    int64_t before = INT64_MIN, undated = 0;
    for (unsigned n = 1; n <= demo_count(d); n++) {
        const struct buf *text = retrieve(&t, n);
        struct header_field date;
        int64_t utc;
        if (!header_find(text->data, text->len, "Date", 0, &date)) {
            undated++;
            continue;
        }
        cr_assert(date_parse(date.body, date.body_len, &utc), "%u", n);
        cr_expect_leq(utc, NOW, "%u", n);
        cr_expect_geq(utc, before, "%u", n);
        before = utc;
    }
    cr_expect_gt(before, NOW - 3600, "the newest is of this hour");
    cr_expect_eq(undated, 1, "one has no date");
    hang_up(&t);
    demo_free(d);
}

Test(demo, the_sample_is_whole_again_at_the_next_start)
{
    struct demo *d = demo_new(NOW);
    size_t count = demo_count(d);
    struct talk t = log_in(d);
    char *first = xstrdup(say(&t, "LIST\r\nUIDL\r\n"));
    say(&t, "DELE 1\r\nDELE 2\r\nDELE 3\r\nQUIT\r\n");
    cr_expect_eq(demo_count(d), count - 3);
    hang_up(&t);
    demo_free(d);

    d = demo_new(NOW);
    t = log_in(d);
    cr_expect_str_eq(say(&t, "LIST\r\nUIDL\r\n"), first);
    free(first);
    hang_up(&t);
    demo_free(d);
}

Test(demo, the_sample_can_be_added_to_a_maildrop)
{
    struct demo *d = three();
    sample_fill(d, NOW);
    struct demo *sample = demo_new(NOW);
    cr_expect_eq(demo_count(d), 3 + demo_count(sample));
    demo_free(sample);
    demo_free(d);
}
