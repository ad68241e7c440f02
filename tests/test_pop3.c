#include "config.h"

#include "pop3/pop3.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "tests/support/feed.h"

static const char *dialog_folder(char folder[4096])
{
    const char *top = getenv("top_srcdir");
    snprintf(folder, 4096, "%s/tests/dialogs", top ? top : "..");
    return folder;
}

static int is_dialog(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot && !strcmp(dot, ".txt");
}

/* The next event, of the type WANT. */
static struct pop3_event next(struct pop3 *s, enum pop3_event_type want)
{
    struct pop3_event ev = {.type = want};
    cr_assert(pop3_next(s, &ev), "no event");
    cr_assert_eq(ev.type, want, "event %d, not %d", (int)ev.type, (int)want);
    return ev;
}

static void server_says(struct pop3 *s, const char *bytes)
{
    pop3_recv(s, bytes, strlen(bytes));
}

/* All that may go, written at once. */
static void write_all(struct pop3 *s)
{
    const char *bytes;
    pop3_sent(s, pop3_send(s, &bytes));
}

static struct pop3 *greeted(void)
{
    struct pop3 *s = pop3_new();
    server_says(s, "+OK\r\n");
    next(s, POP3_EVENT_GREETING);
    return s;
}

static void submit(struct pop3 *s, enum command_verb verb, uint32_t number)
{
    struct command c = {.verb = verb, .number = number, .text = "x"};
    struct err e = {0};
    cr_assert(pop3_submit(s, &c, 0, &e), "%s: %s", command_name(verb), e.text);
}

/* ---- dialogues -----------------------------------------------------------------------------
 */

Test(pop3, plays_every_dialogue_whole_split_and_byte_by_byte, .timeout = 60)
{
    char folder[4096], file[8192];
    struct dirent **entries = NULL;
    int count = scandir(dialog_folder(folder), &entries, is_dialog, alphasort);
    cr_assert(count > 0, "no dialogue in %s", folder);
    for (int i = 0; i < count; i++) {
        snprintf(file, sizeof file, "%s/%s", folder, entries[i]->d_name);
        char *failure = feed_dialog(file);
        cr_expect_null(failure, "%s", failure);
        free(failure);
        free(entries[i]);
    }
    free(entries);
}

/* ---- what a transcript cannot say ---------------------------------------------------------
 */

Test(pop3, keeps_injected_bytes_out_of_tls_where_nobody_drained_them)
{
    struct pop3 *s = greeted();
    submit(s, COMMAND_STLS, 0);
    write_all(s);
    server_says(s, "+OK\r\n");
    next(s, POP3_EVENT_REPLY);
    server_says(s, "+OK capa");
    pop3_tls_started(s);
    cr_expect_eq(pop3_state(s), POP3_STLS);
    next(s, POP3_EVENT_BROKEN);
    pop3_free(s);
}

Test(pop3, holds_a_full_queue_of_the_longest_commands, .timeout = 60)
{
    char name[LIMIT_COMMAND - sizeof "USER \r\n" + 2];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    struct command c = {.verb = COMMAND_USER, .text = name};
    struct pop3 *s = greeted();
    struct err e = {0};
    const char *bytes;
    pop3_set_window(s, SIZE_MAX);
    for (size_t i = 0; i < LIMIT_QUEUE; i++)
        cr_assert(pop3_submit(s, &c, i, NULL));
    cr_expect_not(pop3_submit(s, &c, 0, &e));
    cr_expect_eq(e.code, ERR_PROTOCOL);
    cr_expect_eq(pop3_in_flight(s), LIMIT_QUEUE);
    cr_expect_eq(pop3_send(s, &bytes), (size_t)LIMIT_QUEUE * LIMIT_COMMAND);
    write_all(s);
    for (size_t i = 0; i < LIMIT_QUEUE; i++) {
        server_says(s, "+OK\r\n");
        cr_assert_eq(next(s, POP3_EVENT_REPLY).tag, i);
    }
    cr_expect_eq(pop3_in_flight(s), 0);
    pop3_free(s);
}

Test(pop3, gives_nothing_out_after_the_end)
{
    const char *bytes;
    struct pop3 *s = greeted();
    submit(s, COMMAND_PASS, 0);
    cr_expect_gt(pop3_send(s, &bytes), 0, "the password waits to be written");
    server_says(s, "-ERR go away\r\n");
    next(s, POP3_EVENT_FAREWELL);
    cr_expect_eq(pop3_send(s, &bytes), 0);
    cr_expect_not(pop3_submit(s, &(struct command){.verb = COMMAND_QUIT}, 0, NULL));
    pop3_free(s);
}

Test(pop3, takes_what_is_written_in_any_portions)
{
    static const char want[] = "USER x\r\nPASS x\r\n";
    const char *bytes;
    struct pop3 *s = greeted();
    pop3_set_window(s, 2);
    submit(s, COMMAND_USER, 0);
    submit(s, COMMAND_PASS, 0);
    for (size_t at = 0; at < strlen(want); at++) {
        cr_assert_eq(pop3_send(s, &bytes), strlen(want) - at);
        cr_expect_str_eq(bytes, &want[at]);
        pop3_sent(s, 1);
    }
    cr_expect_eq(pop3_send(s, &bytes), 0);
    server_says(s, "+OK\r\n+OK\r\n");
    next(s, POP3_EVENT_REPLY);
    next(s, POP3_EVENT_REPLY);
    cr_expect_eq(pop3_state(s), POP3_TRANSACTION);
    pop3_free(s);
}

Test(pop3, names_every_state)
{
    for (int state = 0; state < POP3_STATE_COUNT; state++)
        for (int other = 0; other < state; other++)
            cr_expect_str_neq(pop3_state_name((enum pop3_state)state),
                              pop3_state_name((enum pop3_state)other));
}

Test(pop3, keeps_no_more_than_so_many_capabilities)
{
    struct pop3 *s = greeted();
    submit(s, COMMAND_CAPA, 0);
    write_all(s);
    server_says(s, "+OK\r\n");
    next(s, POP3_EVENT_REPLY);
    for (unsigned i = 1; i <= LIMIT_CAPA_LINES + 1; i++) {
        server_says(s, i < LIMIT_CAPA_LINES    ? "X\r\n"
                       : i == LIMIT_CAPA_LINES ? "TOP\r\n"
                                               : "UIDL\r\n");
        next(s, POP3_EVENT_LINE);
    }
    server_says(s, ".\r\n");
    next(s, POP3_EVENT_END);
    cr_expect_eq(pop3_capa(s), CAPA_TOP);
    pop3_free(s);
}

Test(pop3, treats_a_window_of_zero_as_lock_step)
{
    struct pop3 *s = greeted();
    pop3_set_window(s, 0);
    cr_expect_eq(pop3_room(s), 1);
    pop3_free(s);
}
