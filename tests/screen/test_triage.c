#include "config.h"

#include <criterion/criterion.h>
#include <criterion/logging.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/screen/term.h"
#include "tests/support/server.h"
#include "tests/support/triage.h"

/* From a thousand messages to those that matter: groups and campaigns in the real program. */

TestSuite(triage, .fini = term_home_drop, .timeout = 120);

#define WAIT 20000
#define SEED 7
#define ROWS 30
#define COLS 110
#define MOST_KEYS 40

struct stage {
    struct server *server;
    struct term *term;
    char url[64];
    unsigned keys;
};

static void add_triage(struct demo *demo, unsigned index)
{
    struct buf text = BUF_INIT(1u << 20);
    char uidl[16];
    snprintf(uidl, sizeof uidl, "u%u", index);
    triage_message(SEED, index, &text);
    demo_add(demo, uidl, text.data, text.len);
    buf_release(&text);
}

static struct stage open_maildrop(struct demo *demo, int rows, int cols)
{
    static char program[512];
    struct stage s = {.server = server_demo(demo)};
    demo_free(demo);
    snprintf(program, sizeof program, "%s/dele", getenv("top_builddir"));
    snprintf(s.url, sizeof s.url, "pop://ann@127.0.0.1:%u", server_port(s.server));
    const char *argv[] = {program,       "--tls", "none", "--pass-command",
                          "echo secret", s.url,   NULL};
    const char *env[] = {"TERM=xterm-256color", "LC_ALL=C.UTF-8", term_home(),
                         "PATH=/usr/bin:/bin",  "TZ=UTC",         NULL};
    s.term = term_start(rows, cols, argv, env);
    TERM_MUST(term_wait_text(s.term, "0 marked", WAIT), s.term);
    return s;
}

static void press(struct stage *s, const char *key)
{
    term_keys(s->term, key);
    s->keys++;
}

static void close_stage(struct stage *s)
{
    term_keys(s->term, "x");
    TERM_MUST(term_wait_exit(s->term, WAIT), s->term);
    term_free(s->term);
    server_stop(s->server);
}

/* The line with the cursor: what a person looks at before the next key. */
static const char *line_under_cursor(struct stage *s)
{
    for (int row = 0; row < ROWS; row++)
        if (*term_row(s->term, row) == '>')
            return term_row(s->term, row);
    return "";
}

static unsigned rest_of_spam(const struct stage *s, unsigned *wanted)
{
    char command[700], line[4000];
    unsigned spam = 0;
    snprintf(command, sizeof command,
             "env %s XDG_STATE_HOME=/nowhere %s/dele list --no-cache --format tsv --tls none "
             "--pass-command 'echo secret' %s 2>/dev/null",
             term_home(), getenv("top_builddir"), s->url);
    FILE *list = popen(command, "r");
    cr_assert_not_null(list);
    *wanted = 0;
    while (fgets(line, sizeof line, list)) {
        const char *tab = strchr(line, '\t');
        unsigned index = tab && tab[1] == 'u' ? (unsigned)strtoul(tab + 2, NULL, 10) : 0;
        if (triage_label((unsigned)index) <= TRIAGE_CAMPAIGNS)
            spam++;
        else
            ++*wanted;
    }
    pclose(list);
    return spam;
}

/* All spam goes, nothing that is wanted, and few keys are pressed for it. */
Test(triage, spam_is_marked_with_few_keys_and_nothing_else_is)
{
    struct demo *demo = demo_new_empty();
    for (unsigned i = 0; i < TRIAGE_COUNT; i++)
        add_triage(demo, i);
    struct stage s = open_maildrop(demo, ROWS, COLS);
    TERM_MUST(term_wait_text(s.term, "1000 messages  0 marked", WAIT), s.term);
    press(&s, "v");
    TERM_MUST(term_wait_text(s.term, "by sender", WAIT), s.term);
    static const char *const kinds[] = {"by domain", "by list", "by subject", "by campaign"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        press(&s, "\t");
        TERM_MUST(term_wait_text(s.term, kinds[i], WAIT), s.term);
    }
    TERM_MUST(term_wait_text(s.term, "(no campaign)", WAIT), s.term);
    char place[16];
    for (unsigned row = 2; !strstr(line_under_cursor(&s), "(no campaign)"); row++) {
        press(&s, "d");
        snprintf(place, sizeof place, "  %u/", row);
        TERM_MUST(term_wait_text(s.term, place, WAIT), s.term);
        cr_assert_leq(s.keys, MOST_KEYS);
    }
    cr_log_info("keys: %u", s.keys);
    cr_expect_leq(s.keys, MOST_KEYS, "%u keys", s.keys);
    TERM_MUST(term_wait_text(s.term, "700 marked", WAIT), s.term);
    term_keys(s.term, "$");
    TERM_MUST(term_wait_text(s.term, "group campaign", WAIT), s.term);
    term_keys(s.term, "y");
    TERM_MUST(term_wait_text(s.term, "Type 700", WAIT), s.term);
    term_keys(s.term, "700\r");
    TERM_MUST(term_wait_text(s.term, "700 of 700 gone", WAIT), s.term);
    term_keys(s.term, "x");
    TERM_MUST(term_wait_exit(s.term, WAIT), s.term);
    unsigned wanted;
    cr_expect_eq(rest_of_spam(&s, &wanted), 0);
    cr_expect_eq(wanted, 300, "%u", wanted);
    term_free(s.term);
    server_stop(s.server);
}

/* ---- the view ---------------------------------------------------------------------------- */

static void add(struct demo *demo, unsigned number, const char *from, const char *subject)
{
    char uidl[16], text[512];
    snprintf(uidl, sizeof uidl, "uid%u", number);
    snprintf(text, sizeof text,
             "From: %s\nTo: me@example.org\nSubject: %s\nMessage-ID: <%u@example.org>\n"
             "Date: Sun, %u Nov 2026 20:00:00 +0000\n\nText.\n",
             from, subject, number, 1 + number % 20);
    demo_add(demo, uidl, text, strlen(text));
}

/* Four of ann (the newest is 4), three of bob, one of carl. */
static struct stage open_eight(int rows, int cols)
{
    struct demo *demo = demo_new_empty();
    for (unsigned i = 1; i <= 4; i++)
        add(demo, i, "Ann <ann@one.example>", "Report 11");
    for (unsigned i = 5; i <= 7; i++)
        add(demo, i, "Bob <bob@one.example>", "Hello there");
    add(demo, 8, "Carl <carl@two.example>", "Lunch");
    struct stage s = open_maildrop(demo, rows, cols);
    TERM_MUST(term_wait_text(s.term, "8 messages  0 marked", WAIT), s.term);
    return s;
}

Test(triage, groups_are_marked_kept_and_undone)
{
    struct stage s = open_eight(24, 80);
    press(&s, "v");
    TERM_MUST(term_wait_text(s.term, "3 groups by sender", WAIT), s.term);
    TERM_MUST(strstr(term_row(s.term, 2), "ann@one.example"), s.term);
    press(&s, "d");
    TERM_MUST(term_wait_text(s.term, "4 messages marked", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "2/3", WAIT), s.term);
    cr_expect(!strncmp(term_row(s.term, 2), " D      4", 9), "%s", term_row(s.term, 2));
    press(&s, "K");
    TERM_MUST(term_wait_text(s.term, "3 messages kept", WAIT), s.term);
    press(&s, "\t");
    TERM_MUST(term_wait_text(s.term, "2 groups by domain", WAIT), s.term);
    press(&s, "d");
    TERM_MUST(term_wait_text(s.term, "0 messages marked; 3 kept are left alone", WAIT), s.term);
    term_keys(s.term, "zz");
    TERM_MUST(term_wait_text(s.term, "0 marked", WAIT), s.term);
    close_stage(&s);
}

Test(triage, all_but_the_newest_of_a_group)
{
    struct stage s = open_eight(24, 80);
    press(&s, "v");
    TERM_MUST(term_wait_text(s.term, "3 groups by sender", WAIT), s.term);
    press(&s, "a");
    TERM_MUST(term_wait_text(s.term, "3 messages marked", WAIT), s.term);
    term_keys(s.term, "g\r");
    TERM_MUST(term_wait_text(s.term, "limit:ann@one.example", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "1/4", WAIT), s.term);
    cr_expect(!strncmp(term_row(s.term, 2), ">     4", 7), "%s", term_row(s.term, 2));
    cr_expect(!strncmp(term_row(s.term, 3), " D    3", 7), "%s", term_row(s.term, 3));
    term_keys(s.term, "\x1b");
    TERM_MUST(term_wait_text(s.term, "3 groups by sender", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "3 marked", WAIT), s.term);
    term_keys(s.term, "q");
    TERM_MUST(term_wait_text(s.term, "limit:none", WAIT), s.term);
    term_keys(s.term, "$");
    TERM_MUST(term_wait_text(s.term, "group sender", WAIT), s.term);
    term_keys(s.term, "\r");
    close_stage(&s);
}

Test(triage, groups_are_sorted_and_fit_small_windows)
{
    struct stage s = open_eight(24, 80);
    press(&s, "v");
    TERM_MUST(term_wait_text(s.term, "3 groups by sender", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "ann@one.example", WAIT), s.term);
    press(&s, "O");
    TERM_MUST(term_wait_text(s.term, "3/3", WAIT), s.term); /* the cursor stays on ann */
    TERM_MUST(term_wait_text(s.term, "sort:count reversed", WAIT), s.term);
    press(&s, "g");
    TERM_MUST(term_wait_text(s.term, "1/3", WAIT), s.term);
    term_resize(s.term, 10, 40);
    TERM_MUST(term_wait_text(s.term, "carl@two.example", WAIT), s.term);
    term_resize(s.term, 5, 20);
    TERM_MUST(term_wait_text(s.term, "carl", WAIT), s.term);
    term_resize(s.term, 24, 80);
    TERM_MUST(term_wait_text(s.term, "[###", WAIT), s.term);
    close_stage(&s);
}

Test(triage, all_like_this_one_by_choice)
{
    struct stage s = open_eight(24, 80);
    term_keys(s.term, "G"); /* of ann */
    press(&s, "=");
    TERM_MUST(term_wait_text(s.term, "s:sender 4  d:domain 7  j:subject 4", WAIT), s.term);
    press(&s, "q");
    TERM_MUST(term_wait_text(s.term, "0 marked", WAIT), s.term);
    press(&s, "=");
    TERM_MUST(term_wait_text(s.term, "d:domain 7", WAIT), s.term);
    press(&s, "d");
    TERM_MUST(term_wait_text(s.term, "7 messages marked", WAIT), s.term);
    press(&s, "z");
    TERM_MUST(term_wait_text(s.term, "0 marked", WAIT), s.term);
    close_stage(&s);
}
