#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/screen/term.h"
#include "tests/support/server.h"

/* What a person sees in the real program. */

TestSuite(browser, .fini = term_home_drop, .timeout = 60);

#define WAIT 10000 /* for what comes by the network; nothing waits longer than it takes */

struct stage {
    struct server *server;
    struct term *term;
};

static struct server *serve(unsigned count)
{
    struct demo *demo = demo_new_empty();
    for (unsigned i = 1; i <= count; i++) {
        char uidl[16], text[512];
        snprintf(uidl, sizeof uidl, "uid%u", i);
        snprintf(text, sizeof text,
                 "From: %s %u <ann%u@example.org>\nTo: me@example.org\nSubject: %s %u\n"
                 "Message-ID: <%u@example.org>\nDate: Sun, 22 Nov 2026 20:%02u:00 +0000\n\n"
                 "First line of %u.\n> quoted\n",
                 i % 2 ? "Ann" : "\xD0\x98\xD0\xB2\xD0\xB0\xD0\xBD", i, i,
                 i % 3 ? "plain" : "=?utf-8?B?5pel5pys6Kqe?=", i, i, i % 60, i);
        demo_add(demo, uidl, text, strlen(text));
    }
    struct server *server = server_demo(demo);
    demo_free(demo);
    return server;
}

static struct term *start(uint16_t port, int rows, int cols, const char *const extra[])
{
    static const char *env[] = {"TERM=xterm-256color",
                                "LC_ALL=C.UTF-8",
                                NULL,
                                "PATH=/usr/bin:/bin",
                                "TZ=UTC",
                                NULL,
                                NULL};
    static char program[512], url[64];
    const char *argv[] = {program, "--tls", "none", "--pass-command", "echo secret", url,
                          NULL,    NULL,    NULL};
    snprintf(program, sizeof program, "%s/dele", getenv("top_builddir"));
    snprintf(url, sizeof url, "pop://ann@127.0.0.1:%u", port);
    env[2] = term_home();
    env[5] = NULL;
    for (size_t i = 0; extra && extra[i]; i++) {
        if (strchr(extra[i], '=') && extra[i][0] != '-')
            env[5] = extra[i];
        else
            argv[6 + i] = extra[i];
    }
    return term_start(rows, cols, argv, env);
}

static struct stage open_list(unsigned count, int rows, int cols)
{
    struct stage s = {.server = serve(count)};
    char complete[32];
    s.term = start(server_port(s.server), rows, cols, NULL);
    snprintf(complete, sizeof complete, "%u message%s  0 marked", count, count == 1 ? "" : "s");
    TERM_MUST(term_wait_text(s.term, complete, WAIT), s.term);
    TERM_MUST(count > 15 || term_wait_text(s.term, "<ann1@", WAIT), s.term);
    return s;
}

static void close_stage(struct stage *s)
{
    term_free(s->term);
    server_stop(s->server);
}

/* Leaves by `x` and expects a clean end. */
static void leave(struct stage *s)
{
    term_keys(s->term, "x");
    TERM_MUST(term_wait_exit(s->term, WAIT), s->term);
    cr_expect(WIFEXITED(s->term->status) && WEXITSTATUS(s->term->status) == 0);
    cr_expect_not(s->term->alt_screen);
    cr_expect(s->term->cursor_visible);
    cr_expect(term_is_cooked(s->term));
    close_stage(s);
}

Test(browser, shows_the_newest_first_with_state_letters_and_decoded_text)
{
    struct stage s = open_list(10, 24, 80);
    cr_expect(strstr(term_row(s.term, 0), "ann@127.0.0.1"), "%s", term_row(s.term, 0));
    cr_expect(strstr(term_row(s.term, 0), "10 messages"), "%s", term_row(s.term, 0));
    cr_expect(!strncmp(term_row(s.term, 2), ">    10  11-22 20:10 ", 21), "%s",
              term_row(s.term, 2));
    cr_expect(strstr(term_row(s.term, 2), "Иван 10 <ann10@exa"), "%s", term_row(s.term, 2));
    int row, col;
    TERM_MUST(term_find(s.term, "日本語", &row, &col), s.term);
    cr_expect_eq(row, 3, "message 9 stands in the second row");
    cr_expect_eq(term_cell(s.term, row, col).width, 2);
    cr_expect(term_cell(s.term, 2, 0).attrs.reverse, "the cursor's row is reversed");
    cr_expect(strstr(term_row(s.term, 22), "10 messages  0 marked (0)"), "%s",
              term_row(s.term, 22));
    cr_expect(strstr(term_row(s.term, 23), "?:Help"), "%s", term_row(s.term, 23));
    leave(&s);
}

Test(browser, marks_unmarks_toggles_and_undoes)
{
    struct stage s = open_list(10, 24, 80);
    term_keys(s.term, "d ");
    TERM_MUST(term_wait_text(s.term, "2 marked", WAIT), s.term);
    cr_expect(!strncmp(term_row(s.term, 2), " D   10", 7), "%s", term_row(s.term, 2));
    cr_expect(!strncmp(term_row(s.term, 3), " D    9", 7), "%s", term_row(s.term, 3));
    cr_expect(!strncmp(term_row(s.term, 4), ">     8", 7), "%s", term_row(s.term, 4));
    term_keys(s.term, "ku");
    TERM_MUST(term_wait_text(s.term, "1 marked", WAIT), s.term);
    term_keys(s.term, "z");
    TERM_MUST(term_wait_text(s.term, "2 marked", WAIT), s.term);
    term_keys(s.term, "A");
    TERM_MUST(term_wait_text(s.term, "0 marked", WAIT), s.term);
    term_keys(s.term, "z");
    TERM_MUST(term_wait_text(s.term, "2 marked", WAIT), s.term);
    term_keys(s.term, "m");
    TERM_MUST(term_wait_no_text(s.term, "ann8@", WAIT), s.term);
    term_keys(s.term, "\x1b");
    TERM_MUST(term_wait_text(s.term, "ann8@", WAIT), s.term);
    term_keys(s.term, "K");
    TERM_MUST(term_wait_text(s.term, " K ", WAIT), s.term);
    cr_expect_eq(server_messages(s.server), 10);
    leave(&s);
}

Test(browser, moves_searches_and_sorts)
{
    struct stage s = open_list(40, 24, 80);
    term_keys(s.term, "G");
    TERM_MUST(term_wait_text(s.term, "40/40", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, ">     1", WAIT), s.term);
    term_keys(s.term, "g");
    TERM_MUST(term_wait_text(s.term, "1/40", WAIT), s.term);
    term_keys(s.term, "/ann25\r");
    TERM_MUST(term_wait_text(s.term, "16/40", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "1 of 40 matches", WAIT), s.term);
    term_keys(s.term, "/nowhere\r");
    TERM_MUST(term_wait_text(s.term, "0 of 40 match", WAIT), s.term);
    term_keys(s.term, "O");
    TERM_MUST(term_wait_text(s.term, "reversed", WAIT), s.term);
    term_keys(s.term, "oooo");
    TERM_MUST(term_wait_text(s.term, "sort:size", WAIT), s.term);
    leave(&s);
}

Test(browser, previews_and_reads_the_first_lines)
{
    struct stage s = open_list(10, 24, 80);
    term_keys(s.term, "\t");
    TERM_MUST(term_wait_text(s.term, "First line of 10.", WAIT), s.term);
    term_keys(s.term, "j");
    TERM_MUST(term_wait_text(s.term, "First line of 9.", WAIT), s.term);
    term_keys(s.term, "\t\r");
    TERM_MUST(term_wait_text(s.term, "From: Ann 9 <ann9@example.org>", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "text/plain  brief headers", WAIT), s.term);
    term_keys(s.term, "h");
    TERM_MUST(term_wait_text(s.term, "Message-ID:", WAIT), s.term);
    term_keys(s.term, "q");
    TERM_MUST(term_wait_text(s.term, "10 messages  0 marked", WAIT), s.term);
    leave(&s);
}

Test(browser, review_lists_what_goes_and_enter_cancels)
{
    struct stage s = open_list(10, 24, 80);
    term_keys(s.term, "$");
    TERM_MUST(term_wait_text(s.term, "Nothing is marked", WAIT), s.term);
    term_keys(s.term, "djd$");
    TERM_MUST(term_wait_text(s.term, "PERMANENTLY delete 2 of 10 messages", WAIT), s.term);
    int row, col;
    TERM_MUST(term_wait_text(s.term, "Enter cancels", WAIT), s.term);
    TERM_MUST(term_find(s.term, "ann10@exa", &row, &col), s.term);
    TERM_MUST(term_find(s.term, "ann8@exa", &row, &col), s.term);
    cr_expect_not(term_find(s.term, "ann9@exa", &row, &col), "9 is not marked");
    TERM_MUST(term_find(s.term, "hand", &row, &col), s.term);
    TERM_MUST(term_find(s.term, "[ Cancel ]", &row, &col), s.term);
    cr_expect(term_cell(s.term, row, col).attrs.reverse, "the focus is on Cancel");
    term_keys(s.term, "\r");
    TERM_MUST(term_wait_text(s.term, "Nothing was deleted.", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "2 marked", WAIT), s.term);
    cr_expect_eq(server_messages(s.server), 10);
    leave(&s);
}

Test(browser, commits_what_was_confirmed_and_stays)
{
    struct stage s = open_list(10, 24, 80);
    term_keys(s.term, "djd$y"); /* typed ahead: nothing was on the screen to be confirmed */
    TERM_MUST(term_wait_text(s.term, "must be on the screen before", WAIT), s.term);
    cr_expect_eq(server_messages(s.server), 10);
    term_keys(s.term, "y");
    TERM_MUST(term_wait_text(s.term, "2 of 2 gone: deleted, and verified", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "8 messages  0 marked", WAIT), s.term);
    cr_expect_eq(server_messages(s.server), 8);
    int row, col;
    cr_expect_not(term_find(s.term, "ann10@", &row, &col));
    cr_expect(term_find(s.term, "ann9@", &row, &col));
    leave(&s);
}

static size_t count_files(const char *below, const char *holding)
{
    char command[400];
    size_t count = 0;
    snprintf(command, sizeof command, "grep -rl '%s' %s/%s 2>/dev/null | wc -l", holding,
             term_home() + strlen("HOME="), below);
    FILE *f = popen(command, "r");
    cr_assert_eq(fscanf(f, "%zu", &count), 1);
    pclose(f);
    return count;
}

Test(browser, copies_are_in_the_trash_before_it_is_deleted)
{
    struct stage s = open_list(10, 24, 80);
    term_keys(s.term, "d$");
    TERM_MUST(term_wait_text(s.term, "b:headers go to the trash", WAIT), s.term);
    term_keys(s.term, "y");
    TERM_MUST(term_wait_text(s.term, "1 of 1 gone: deleted, and verified", WAIT), s.term);
    cr_expect_eq(count_files(".local/share/dele/trash/new", "Subject: plain 10"), 1);
    cr_expect_eq(count_files(".local/share/dele/trash/new", "First line of 10"), 0);
    term_keys(s.term, "d$");
    TERM_MUST(term_wait_text(s.term, "b:headers go to the trash", WAIT), s.term);
    term_keys(s.term, "b");
    TERM_MUST(term_wait_text(s.term, "b:fetched whole into the trash first", WAIT), s.term);
    term_keys(s.term, "y");
    TERM_MUST(term_wait_text(s.term, "8 messages  0 marked", WAIT), s.term);
    cr_expect_eq(count_files(".local/share/dele/trash/new", "First line of 9"), 1);
    term_keys(s.term, "d$");
    TERM_MUST(term_wait_text(s.term, "b:fetched whole into the trash first", WAIT), s.term);
    term_keys(s.term, "b");
    TERM_MUST(term_wait_text(s.term, "b:no copies", WAIT), s.term);
    term_keys(s.term, "y");
    TERM_MUST(term_wait_text(s.term, "7 messages  0 marked", WAIT), s.term);
    cr_expect_eq(count_files(".local/share/dele/trash/new", "X-Dele-Account"), 2);
    leave(&s);
}

Test(browser, the_whole_maildrop_needs_its_number_typed)
{
    struct stage s = open_list(3, 24, 80);
    term_keys(s.term, "ddd$");
    TERM_MUST(term_wait_text(s.term, "PERMANENTLY delete 3 of 3", WAIT), s.term);
    term_keys(s.term, "y");
    TERM_MUST(term_wait_text(s.term, "Type 3 to delete them all", WAIT), s.term);
    term_keys(s.term, "4\r");
    TERM_MUST(term_wait_text(s.term, "not the number", WAIT), s.term);
    cr_expect_eq(server_messages(s.server), 3);
    term_keys(s.term, "y3\r");
    TERM_MUST(term_wait_text(s.term, "3 of 3 gone", WAIT), s.term);
    cr_expect_eq(server_messages(s.server), 0);
    leave(&s);
}

Test(browser, quit_asks_when_marks_exist)
{
    struct stage s = open_list(10, 24, 80);
    term_keys(s.term, "dq");
    TERM_MUST(term_wait_text(s.term, "1 marked:  c:commit  k:keep the marks", WAIT), s.term);
    term_keys(s.term, "\x1b");
    TERM_MUST(term_wait_text(s.term, "?:Help", WAIT), s.term);
    term_keys(s.term, "q");
    TERM_MUST(term_wait_text(s.term, "d:drop them", WAIT), s.term);
    term_keys(s.term, "d");
    TERM_MUST(term_wait_exit(s.term, WAIT), s.term);
    int row, col;
    cr_expect(term_find(s.term, "1 mark was dropped", &row, &col), "it says so");
    cr_expect_eq(server_messages(s.server), 10);
    close_stage(&s);
}

static void start_again(struct stage *s, const char *const extra[])
{
    TERM_MUST(term_wait_exit(s->term, WAIT), s->term);
    term_free(s->term);
    s->term = start(server_port(s->server), 24, 80, extra);
}

Test(browser, marks_and_headers_are_there_the_next_time)
{
    static const char *const offline[] = {"--offline", NULL};
    struct stage s = open_list(10, 24, 80);
    term_keys(s.term, "djdqk");
    start_again(&s, NULL);
    TERM_MUST(term_wait_text(s.term, "2 marks from", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "restored.", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "2 marked", WAIT), s.term);
    term_keys(s.term, "ux"); /* one mark less, and leave at once */
    start_again(&s, offline);
    TERM_MUST(term_wait_text(s.term, "OFFLINE", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "What is remembered; R connects.", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "1 marked", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "Ann 9 <ann9@", WAIT), s.term);
    term_keys(s.term, "\r");
    TERM_MUST(term_wait_text(s.term, "Subject: plain 10", WAIT), s.term);
    term_keys(s.term, "qR");
    TERM_MUST(term_wait_text(s.term, "NO TLS  PLAIN", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "1 mark from", WAIT), s.term);
    term_keys(s.term, "$");
    TERM_MUST(term_wait_text(s.term, "PERMANENTLY delete 1 of 10", WAIT), s.term);
    term_keys(s.term, "y");
    TERM_MUST(term_wait_text(s.term, "1 of 1 gone: deleted, and verified", WAIT), s.term);
    cr_expect_eq(server_messages(s.server), 9);
    leave(&s);
}

Test(browser, quit_can_commit_first)
{
    struct stage s = open_list(10, 24, 80);
    term_keys(s.term, "dqc");
    TERM_MUST(term_wait_text(s.term, "PERMANENTLY delete 1 of 10", WAIT), s.term);
    term_keys(s.term, "y");
    TERM_MUST(term_wait_exit(s.term, WAIT), s.term);
    int row, col;
    cr_expect(term_find(s.term, "1 of 1 gone: deleted, and verified", &row, &col));
    cr_expect_eq(server_messages(s.server), 9);
    close_stage(&s);
}

Test(browser, a_lost_line_keeps_the_marks_and_r_reconnects)
{
    struct stage s = open_list(10, 24, 80);
    term_keys(s.term, "dd");
    TERM_MUST(term_wait_text(s.term, "2 marked", WAIT), s.term);
    server_cut(s.server);
    TERM_MUST(term_wait_text(s.term, "Nothing was deleted. 2 marks are kept", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "OFFLINE", WAIT), s.term);
    term_keys(s.term, "R");
    TERM_MUST(term_wait_no_text(s.term, "OFFLINE", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "2 marked", WAIT), s.term);
    term_keys(s.term, "\x1b$");
    TERM_MUST(term_wait_text(s.term, "PERMANENTLY delete 2 of 10", WAIT), s.term);
    term_keys(s.term, "y");
    TERM_MUST(term_wait_text(s.term, "2 of 2 gone", WAIT), s.term);
    cr_expect_eq(server_messages(s.server), 8);
    leave(&s);
}

Test(browser, help_is_made_from_the_live_keys)
{
    struct stage s = open_list(3, 40, 80);
    term_keys(s.term, "?");
    TERM_MUST(term_wait_text(s.term, "mark for deletion", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "j Down", WAIT), s.term);
    term_keys(s.term, "q");
    TERM_MUST(term_wait_text(s.term, "3 messages  0 marked", WAIT), s.term);
    leave(&s);
}

Test(browser, fits_every_window)
{
    struct stage s = open_list(20, 24, 80);
    int row, col;
    term_resize(s.term, 10, 40);
    TERM_MUST(term_wait_text(s.term, ">    20 ", WAIT), s.term);
    TERM_MUST(term_wait_no_text(s.term, "11-22", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "20 messages  0 marked", WAIT), s.term);
    TERM_MUST(term_find(s.term, "20 messages  0 marked", &row, &col), s.term);
    cr_expect_eq(row, 8, "the status row is the last but one");
    term_resize(s.term, 3, 19);
    TERM_MUST(term_wait_text(s.term, "small (need 20x5)", WAIT), s.term);
    term_resize(s.term, 30, 100);
    TERM_MUST(term_wait_text(s.term, "11-22 20:20", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "20 messages  0 marked", WAIT), s.term);
    TERM_MUST(term_find(s.term, "20 messages  0 marked", &row, &col), s.term);
    cr_expect_eq(row, 28);
    leave(&s);
}

static bool has_color(struct term *t)
{
    for (int row = 0; row < t->rows; row++)
        for (int col = 0; col < t->cols; col++) {
            VTermScreenCell cell = term_cell(t, row, col);
            if (!VTERM_COLOR_IS_DEFAULT_FG(&cell.fg) || !VTERM_COLOR_IS_DEFAULT_BG(&cell.bg))
                return true;
        }
    return false;
}

Test(browser, no_color_means_none)
{
    static const char *const no_color[] = {"NO_COLOR=1", NULL};
    struct stage s = {.server = serve(5)};
    s.term = start(server_port(s.server), 24, 80, no_color);
    TERM_MUST(term_wait_text(s.term, "5 messages  0 marked", WAIT), s.term);
    term_keys(s.term, "d");
    TERM_MUST(term_wait_text(s.term, "1 marked", WAIT), s.term);
    cr_expect_not(has_color(s.term));
    cr_expect(!strncmp(term_row(s.term, 2), " D    5", 7), "%s", term_row(s.term, 2));
    leave(&s);
}

Test(browser, themes_have_colors)
{
    char theme[512];
    snprintf(theme, sizeof theme, "%s/themes/nord.theme", getenv("top_srcdir"));
    const char *const nord[] = {"--theme", theme, NULL};
    struct stage s = {.server = serve(5)};
    s.term = start(server_port(s.server), 24, 80, nord);
    TERM_MUST(term_wait_text(s.term, "5 messages  0 marked", WAIT), s.term);
    cr_expect(has_color(s.term));
    leave(&s);
}

/* Nothing of a message reaches the terminal but through the gate. */
Test(browser, hostile_text_is_harmless)
{
    struct demo *demo = demo_new_empty();
    static const char text[] = "From: \"\x1b[31mred\x1b[0m \xE2\x80\xAE"
                               "evil\" <a@example.org>\n"
                               "Subject: =?utf-8?Q?=1B]0;title=07=C2=9B31m?= \x1b[2Jx\n\n"
                               "body \x1b[2J\x1b[H \xC2\x9B"
                               "5n end\n";
    demo_add(demo, "1", text, strlen(text));
    struct stage s = {.server = server_demo(demo)};
    demo_free(demo);
    s.term = start(server_port(s.server), 24, 80, NULL);
    TERM_MUST(term_wait_text(s.term, "1 message  0 marked", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "␛[31mred", WAIT), s.term);
    term_keys(s.term, "\r");
    TERM_MUST(term_wait_text(s.term, "body ␛[2J␛[H", WAIT), s.term);
    cr_expect(strstr(term_row(s.term, 0), "dele"), "the title is still there");
    term_keys(s.term, "q");
    TERM_MUST(term_wait_text(s.term, "1 message  0 marked", WAIT), s.term);
    leave(&s);
}

Test(browser, esc_ends_a_message_that_is_no_longer_shown)
{
    struct stage s = open_list(5, 24, 80);
    term_keys(s.term, "dm");
    TERM_MUST(term_wait_text(s.term, "limit:marked  1/1", WAIT), s.term);
    term_keys(s.term, "\r");
    TERM_MUST(term_wait_text(s.term, "brief headers", WAIT), s.term);
    term_keys(s.term, "u"); /* now nothing is marked: there is no message to show */
    TERM_MUST(term_wait_text(s.term, "Nothing is marked", WAIT), s.term);
    term_keys(s.term, "\x1b");
    TERM_MUST(term_wait_text(s.term, "limit:none", WAIT), s.term);
    leave(&s);
}

Test(browser, read_only_says_so_instead_of_a_review)
{
    static const char *const extra[] = {"--read-only", NULL};
    struct stage s = {.server = serve(5)};
    s.term = start(server_port(s.server), 24, 80, extra);
    TERM_MUST(term_wait_text(s.term, "5 messages  0 marked", WAIT), s.term);
    term_keys(s.term, "d$");
    TERM_MUST(term_wait_text(s.term, "This account is read-only", WAIT), s.term);
    term_keys(s.term, "\x1bqc");
    TERM_MUST(term_wait_text(s.term, "This account is read-only", WAIT), s.term);
    term_keys(s.term, "\x1bx");
    TERM_MUST(term_wait_exit(s.term, WAIT), s.term);
    cr_expect_eq(server_messages(s.server), 5);
    close_stage(&s);
}

Test(browser, a_query_limits_the_list)
{
    struct stage s = open_list(40, 24, 80);
    term_keys(s.term, "lann3");
    TERM_MUST(term_wait_text(s.term, "11 of 40 match", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "limit:none", WAIT), s.term);
    term_keys(s.term, "\r");
    TERM_MUST(term_wait_text(s.term, "limit:ann3", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "1/11", WAIT), s.term);
    term_keys(s.term, "lsize:huge colour:red");
    TERM_MUST(term_wait_text(s.term, "column 6: \"huge\" is no size", WAIT), s.term);
    term_keys(s.term, "\r");
    TERM_MUST(term_wait_text(s.term, "! column 6", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "limit:ann3", WAIT), s.term);
    term_keys(s.term, "l\r"); /* nothing typed: no limit */
    TERM_MUST(term_wait_text(s.term, "/40", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "limit:none", WAIT), s.term);
    cr_expect_eq(server_messages(s.server), 40);
    leave(&s);
}

Test(browser, a_query_marks_and_unmarks)
{
    struct stage s = open_list(40, 24, 80);
    term_keys(s.term, "K"); /* the newest, ann40 */
    term_keys(s.term, "Dann4");
    TERM_MUST(term_wait_text(s.term, "marks 1 of 40", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "1 kept is left alone", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "0 marked", WAIT), s.term);
    term_keys(s.term, "\r");
    TERM_MUST(term_wait_text(s.term, "1 message marked; 1 kept", WAIT), s.term);
    term_keys(s.term, "D~A\r");
    TERM_MUST(term_wait_text(s.term, "38 messages marked", WAIT), s.term);
    term_keys(s.term, "$");
    TERM_MUST(term_wait_text(s.term, "pattern ~A", WAIT), s.term);
    term_keys(s.term, "\x1b");
    term_keys(s.term, "Unot ann1\r");
    TERM_MUST(term_wait_text(s.term, "28 marks taken back", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "11 marked", WAIT), s.term);
    term_keys(s.term, "z");
    TERM_MUST(term_wait_text(s.term, "undone: 28 marks", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "39 marked", WAIT), s.term);
    term_keys(s.term, "zz");
    TERM_MUST(term_wait_text(s.term, "0 marked", WAIT), s.term);
    cr_expect_eq(server_messages(s.server), 40);
    leave(&s);
}

Test(browser, pasted_text_is_no_command)
{
    struct stage s = open_list(5, 24, 80);
    term_keys(s.term, "\x1b[200~cd $yard\ry\ry\x1b[201~");
    TERM_MUST(term_wait_text(s.term, "Pasted text is no command", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "5 messages  0 marked", WAIT), s.term);
    term_keys(s.term, "/\x1b[200~ann3@\r\x1b[201~");
    TERM_MUST(term_wait_text(s.term, "Search: ann3@", WAIT), s.term);
    term_keys(s.term, "\r");
    TERM_MUST(term_wait_text(s.term, "1 of 5 matches", WAIT), s.term);
    cr_expect_eq(server_messages(s.server), 5);
    leave(&s);
}

Test(browser, shows_the_dialogue_and_sends_commands_by_hand)
{
    struct stage s = open_list(5, 24, 80);
    term_keys(s.term, "t");
    TERM_MUST(term_wait_text(s.term, "The dialogue, passwords masked", WAIT), s.term);
    term_keys(s.term, "g");
    TERM_MUST(term_wait_text(s.term, "C: AUTH PLAIN ****", WAIT), s.term);
    term_keys(s.term, ":stat\r");
    TERM_MUST(term_wait_text(s.term, "C: stat", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "S: +OK 5 ", WAIT), s.term);
    term_keys(s.term, ": dele 1\r");
    TERM_MUST(term_wait_text(s.term, "DELE is sent only after a review", WAIT), s.term);
    int row, col;
    cr_expect_not(term_find(s.term, "C: dele", &row, &col));
    term_resize(s.term, 10, 40);
    TERM_MUST(term_wait_text(s.term, "S: +OK 5 ", WAIT), s.term);
    term_resize(s.term, 24, 80);
    term_keys(s.term, "?");
    TERM_MUST(term_wait_text(s.term, "Help: all keys", WAIT), s.term);
    term_keys(s.term, "q");
    TERM_MUST(term_wait_text(s.term, "The dialogue", WAIT), s.term);
    term_keys(s.term, "q");
    TERM_MUST(term_wait_text(s.term, "5 messages  0 marked", WAIT), s.term);
    cr_expect_eq(server_messages(s.server), 5);
    leave(&s);
}

/* One try, then the user is asked again. */
Test(browser, a_wrong_password_is_asked_for_again)
{
    static const char *const script[] = {"S: +OK ready",
                                         "C: CAPA",
                                         "S: +OK",
                                         "S: SASL PLAIN",
                                         "S: .",
                                         "C: AUTH PLAIN AGFubgB3cm9uZw==",
                                         "S: -ERR [AUTH] no",
                                         "next",
                                         "S: +OK ready",
                                         "C: CAPA",
                                         "S: +OK",
                                         "S: SASL PLAIN",
                                         "S: EXPIRE 30",
                                         "S: .",
                                         "C: AUTH PLAIN AGFubgBzZWNyZXQ=",
                                         "S: +OK",
                                         "C: CAPA",
                                         "S: +OK",
                                         "S: SASL PLAIN",
                                         "S: EXPIRE 30",
                                         "S: .",
                                         "C: UIDL",
                                         "S: +OK",
                                         "S: .",
                                         "C: LIST",
                                         "S: +OK",
                                         "S: .",
                                         "quit",
                                         NULL};
    const char *env[] = {"TERM=xterm-256color", "LC_ALL=C.UTF-8", term_home(),
                         "PATH=/usr/bin:/bin", NULL};
    char program[512], url[64];
    struct stage s = {.server = server_start(script)};
    snprintf(program, sizeof program, "%s/dele", getenv("top_builddir"));
    snprintf(url, sizeof url, "pop://ann@127.0.0.1:%u", server_port(s.server));
    const char *argv[] = {program, "--tls", "none", url, NULL};
    s.term = term_start(24, 80, argv, env);
    TERM_MUST(term_wait_text(s.term, "Password for ann", WAIT), s.term);
    term_keys(s.term, "wrong\r");
    TERM_MUST(term_wait_text(s.term, "R asks for the password again", WAIT), s.term);
    term_keys(s.term, "R");
    while (strncmp(term_row(s.term, 1), "Password for ann", 16)) /* below the first one */
        TERM_MUST(term_pump(s.term, WAIT), s.term);
    cr_expect_not(s.term->alt_screen);
    term_keys(s.term, "secret\r");
    TERM_MUST(term_wait_text(s.term, "0 messages", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "deletes messages by itself", WAIT), s.term);
    leave(&s);
}

/* A list sorted by what is loading is sorted once more when all is there. */
Test(browser, the_last_header_finds_its_place)
{
    static const char *const script[] = {"S: +OK ready",
                                         "C: CAPA",
                                         "S: +OK",
                                         "S: SASL PLAIN",
                                         "S: TOP",
                                         "S: UIDL",
                                         "S: PIPELINING",
                                         "S: .",
                                         "C: AUTH PLAIN",
                                         "S: +OK",
                                         "C: CAPA",
                                         "S: +OK",
                                         "S: TOP",
                                         "S: UIDL",
                                         "S: PIPELINING",
                                         "S: .",
                                         "C: UIDL",
                                         "S: +OK",
                                         "S: 1 a",
                                         "S: 2 b",
                                         "S: 3 c",
                                         "S: .",
                                         "C: LIST",
                                         "S: +OK",
                                         "S: 1 100",
                                         "S: 2 100",
                                         "S: 3 100",
                                         "S: .",
                                         "C: TOP 3 0",
                                         "S: +OK",
                                         "S: Subject: alpha",
                                         "S: ",
                                         "S: .",
                                         "C: TOP 2 0",
                                         "S: +OK",
                                         "S: Subject: beta",
                                         "S: ",
                                         "S: .",
                                         "C: TOP 1 0",
                                         "C: NOOP",
                                         "S: +OK",
                                         "S: Subject: gamma",
                                         "S: ",
                                         "S: .",
                                         "S: +OK",
                                         "quit",
                                         NULL};
    struct stage s = {.server = server_start(script)};
    s.term = start(server_port(s.server), 24, 80, NULL);
    TERM_MUST(term_wait_text(s.term, "headers 2/3", WAIT), s.term);
    term_keys(s.term, "ooo");
    TERM_MUST(term_wait_text(s.term, "sort:subject", WAIT), s.term);
    cr_expect(strstr(term_row(s.term, 2), "beta"), "%s", term_row(s.term, 2));
    cr_expect(strstr(term_row(s.term, 4), "loading"), "%s", term_row(s.term, 4));
    term_keys(s.term, "t:NOOP\r\033");
    TERM_MUST(term_wait_text(s.term, "3 messages  0 marked", WAIT), s.term);
    static const char *const subjects[] = {"gamma", "beta", "alpha"};
    for (int i = 0; i < 3; i++)
        cr_expect(strstr(term_row(s.term, 2 + i), subjects[i]), "%s", term_row(s.term, 2 + i));
    leave(&s);
}
