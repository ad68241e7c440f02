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

Test(pop3, plays_every_dialogue_whole_split_and_byte_by_byte, .timeout = 120)
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
