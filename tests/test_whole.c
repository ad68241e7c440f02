#include "config.h"

#include "client/whole.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/spool.h"
#include "tests/support/drive.h"
#include "tests/support/server.h"

TestSuite(whole, .timeout = 60);

/* ---- the spool --------------------------------------------------------------------------- */

Test(whole, a_spool_gives_back_what_it_took_wherever_it_is_read)
{
    size_t len = 1000003, step = 777;
    char *bytes = xmalloc(len), *back = xmalloc(len);
    struct spool *s = spool_new();
    struct err e = {0};
    for (size_t i = 0; i < len; i++)
        bytes[i] = (char)(i * 7 + i / 251);
    for (size_t at = 0; at < len; at += step)
        cr_assert(spool_append(s, bytes + at, len - at < step ? len - at : step, &e));
    cr_assert_eq(spool_len(s), len);
    for (size_t from = 0; from < len; from += 65537) {
        size_t at = from, n;
        while ((n = spool_read(s, at, back + at, len - at)) > 0)
            at += n;
        cr_assert_eq(at, len);
        cr_assert(!memcmp(bytes + from, back + from, len - from), "from %zu", from);
    }
    cr_expect_eq(spool_read(s, len, back, 1), 0);
    spool_free(s);
    free(bytes);
    free(back);
}

Test(whole, a_spool_that_cannot_be_written_says_so)
{
    setenv("TMPDIR", "/nonexistent", 1);
    struct spool *s = spool_new();
    struct err e = {0};
    char piece[4096] = "";
    bool good = true;
    for (int i = 0; good && i < 1000; i++)
        good = spool_append(s, piece, sizeof piece, &e);
    cr_expect_not(good);
    cr_expect_eq(e.code, ERR_IO);
    cr_expect(spool_len(s) > 100000, "what is in memory stays");
    spool_free(s);
}

/* ---- fetching ---------------------------------------------------------------------------- */

#define GREET "S: +OK ready", "C: CAPA"
#define CAPA_LINES "S: +OK", "S: TOP", "S: UIDL", "S: SASL PLAIN", "S: ."
#define LOGIN GREET, CAPA_LINES, "C: AUTH PLAIN", "S: +OK", "C: CAPA", CAPA_LINES
#define SUBJECT "S: +OK", "S: Subject: x", "S: "
#define LIST(size) \
    "C: UIDL", "S: +OK", "S: 1 a", "S: .", "C: LIST", "S: +OK", "S: 1 " size, "S: ."
/* What CAPA said is known from the login before. */
#define AGAIN "S: +OK ready", "C: AUTH PLAIN", "S: +OK", "C: CAPA", CAPA_LINES
#define OPEN(size) LOGIN, LIST(size), "C: TOP 1 0", SUBJECT, "S: ."
#define LINES_20                                                                              \
    "S: 1", "S: 2", "S: 3", "S: 4", "S: 5", "S: 6", "S: 7", "S: 8", "S: 9", "S: 10", "S: 11", \
        "S: 12", "S: 13", "S: 14", "S: 15", "S: 16", "S: 17", "S: 18", "S: 19", "S: 20"

static void open_maildrop(struct drive *d, const struct server *server)
{
    drive_init(d, server_port(server), ACCOUNT_TLS_NONE);
    cr_assert(drive_open(d), "%s", client_error(d->client)->text);
}

static void close_maildrop(struct drive *d, struct server *server)
{
    drive_release(d);
    const char *missing = server_stop(server);
    cr_expect_null(missing, "%s", missing);
}

static enum whole_state state_of(const struct drive *d)
{
    return client_message(d->client, 0, false, drive_now()).whole;
}

static bool is_whole(const struct drive *d)
{
    return state_of(d) == WHOLE_HERE;
}

static bool has_first_lines(const struct drive *d)
{
    return client_message(d->client, 0, true, drive_now()).first_lines == PREVIEW_HERE;
}

static bool is_coming(const struct drive *d)
{
    return client_fetched(d->client) > 0;
}

static bool is_listed(const struct drive *d)
{
    return client_is_listed(d->client);
}

Test(whole, is_fetched_once_to_the_last_octet)
{
    static const char *const script[] = {
        OPEN("99"), "C: TOP 1 20", SUBJECT, LINES_20,
        "S: .",     "C: RETR 1",   SUBJECT, "S- ..\r\na\rb\n..x\r\n",
        "S: .",     "quit",        NULL};
    struct server *server = server_start(script);
    struct drive d;
    open_maildrop(&d, server);
    struct buf bytes = BUF_INIT(10000);
    cr_expect(drive_until(&d, has_first_lines, 5000));
    cr_expect_eq(state_of(&d), WHOLE_NONE, "there may be more");
    client_fetch_whole(d.client, 0, drive_now());
    cr_expect(drive_until(&d, is_whole, 5000));
    client_fetch_whole(d.client, 0, drive_now());
    cr_assert(drive_read(&d, 0, 5000, &bytes));
    cr_expect_str_eq(bytes.data, "Subject: x\r\n\r\n.\r\na\rb\n.x\r\n");
    buf_release(&bytes);
    close_maildrop(&d, server);
}

Test(whole, a_short_message_is_here_with_its_first_lines)
{
    static const char *const script[] = {OPEN("19"), "C: TOP 1 20", SUBJECT, "S: one",
                                         "S: .",     "quit",        NULL};
    struct server *server = server_start(script);
    struct drive d;
    open_maildrop(&d, server);
    cr_expect(drive_until(&d, has_first_lines, 5000));
    cr_expect_eq(state_of(&d), WHOLE_HERE);
    cr_expect_not(client_message(d.client, 0, true, drive_now()).source.is_cut);
    close_maildrop(&d, server);
}

Test(whole, a_size_that_says_more_is_believed)
{
    static const char *const script[] = {OPEN("5000"), "C: TOP 1 20", SUBJECT, "S: one",
                                         "S: .",       "quit",        NULL};
    struct server *server = server_start(script);
    struct drive d;
    open_maildrop(&d, server);
    cr_expect(drive_until(&d, has_first_lines, 5000));
    cr_expect_eq(state_of(&d), WHOLE_NONE, "a server whose TOP sends too little");
    close_maildrop(&d, server);
}

Test(whole, a_message_refused_is_said_to_be)
{
    static const char *const script[] = {OPEN("99"), "C: RETR 1", "S: -ERR no", "quit", NULL};
    struct server *server = server_start(script);
    struct drive d;
    open_maildrop(&d, server);
    client_fetch_whole(d.client, 0, drive_now());
    drive_until(&d, is_whole, 200);
    cr_expect_eq(state_of(&d), WHOLE_REFUSED);
    close_maildrop(&d, server);
}

Test(whole, what_was_looked_at_ahead_is_not_asked_for_again)
{
    static const char *const script[] = {OPEN("19"), "C: TOP 1 20", SUBJECT, "S: one",
                                         "S: .",     "quit",        NULL};
    struct server *server = server_start(script);
    struct drive d;
    open_maildrop(&d, server);
    struct buf bytes = BUF_INIT(1000);
    client_prefetch(d.client, 0, drive_now());
    cr_expect(drive_until(&d, is_whole, 5000), "without being asked for");
    client_prefetch(d.client, 0, drive_now());
    cr_assert(drive_read(&d, 0, 5000, &bytes));
    cr_expect(strstr(bytes.data, "one"));
    buf_release(&bytes);
    close_maildrop(&d, server);
}

#define BARE_LOGIN GREET, "S: -ERR", "C: USER ann", "S: +OK", "C: PASS secret", "S: +OK"

Test(whole, without_top_a_header_brings_the_message)
{
    static const char *const script[] = {BARE_LOGIN,  LIST("19"), "C: TOP 1 0", "S: -ERR",
                                         "C: RETR 1", SUBJECT,    "S: one",     "S: .",
                                         "quit",      NULL};
    struct server *server = server_start(script);
    struct drive d;
    open_maildrop(&d, server);
    cr_expect_eq(state_of(&d), WHOLE_HERE);
    close_maildrop(&d, server);
}

Test(whole, a_short_rest_is_read_and_dropped)
{
    static const char *const script[] = {OPEN("99"),      "C: RETR 1", "S: +OK",
                                         "S: Subject: x", "quit",      NULL};
    struct server *server = server_start(script);
    struct drive d;
    open_maildrop(&d, server);
    client_fetch_whole(d.client, 0, drive_now());
    cr_assert(drive_until(&d, is_coming, 5000));
    cr_expect(client_cancel(d.client, drive_now()));
    cr_expect_eq(state_of(&d), WHOLE_STOPPED);
    cr_expect_eq(client_state(d.client), ONLINE_READY, "the connection is kept");
    cr_expect_not(client_is_fetching(d.client));
    struct client_message m = client_message(d.client, 0, false, drive_now());
    cr_expect(m.have && m.source.is_cut, "what came is shown");
    close_maildrop(&d, server);
}

Test(whole, for_a_long_rest_the_connection_is_made_again)
{
    static const char *const script[] = {OPEN("9999999"), "C: RETR 1", SUBJECT,
                                         "S: one",        "quit",      AGAIN,
                                         LIST("9999999"), "quit",      NULL};
    struct server *server = server_start(script);
    struct drive d;
    open_maildrop(&d, server);
    client_fetch_whole(d.client, 0, drive_now());
    cr_assert(drive_until(&d, is_coming, 5000));
    cr_expect(client_cancel(d.client, drive_now()));
    cr_expect_eq(state_of(&d), WHOLE_STOPPED);
    cr_expect_not(is_listed(&d));
    cr_expect(drive_until(&d, is_listed, 5000));
    cr_expect_eq(client_error(d.client)->code, ERR_NONE, "%s", client_error(d.client)->text);
    close_maildrop(&d, server);
}

Test(whole, a_lost_connection_leaves_what_came)
{
    static const char *const script[] = {OPEN("9999"), "C: RETR 1", SUBJECT,
                                         "S: one",     "reset",     NULL};
    struct server *server = server_start(script);
    struct drive d;
    open_maildrop(&d, server);
    client_fetch_whole(d.client, 0, drive_now());
    cr_assert(drive_until(&d, drive_is_off, 5000));
    cr_expect_eq(state_of(&d), WHOLE_STOPPED);
    close_maildrop(&d, server);
}

#define EXPIRE_CAPA "S: +OK", "S: TOP", "S: UIDL", "S: SASL PLAIN", "S: EXPIRE 0", "S: ."

Test(whole, a_server_that_deletes_what_is_fetched_is_known)
{
    static const char *const script[] = {GREET,     EXPIRE_CAPA, "C: AUTH PLAIN", "S: +OK",
                                         "C: CAPA", EXPIRE_CAPA, LIST("99"),      "C: TOP 1 0",
                                         SUBJECT,   "S: .",      "quit",          NULL};
    struct server *server = server_start(script);
    struct drive d;
    open_maildrop(&d, server);
    cr_expect(client_fetching_deletes(d.client));
    close_maildrop(&d, server);
}
