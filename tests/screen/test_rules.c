#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/screen/term.h"
#include "tests/support/server.h"

/* Rules, as a person sees them in the browser. */

TestSuite(rules_screen, .fini = term_home_drop, .timeout = 60);

#define WAIT 10000

struct stage {
    struct server *server;
    struct term *term;
};

static struct server *serve(void)
{
    static const char *const texts[] = {
        "From: Ann <ann@example.org>\nSubject: lunch\n\nx\n",
        "From: win@casino.example\nSubject: you win\n\nx\n",
        "From: Boss <boss@example.org>\nSubject: win-win\n\nx\n",
        "From: more@casino.example\nSubject: again\n\nx\n",
        "From: dan@example.org\nSubject: report\n\nx\n",
    };
    struct demo *demo = demo_new_empty();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char uidl[16];
        snprintf(uidl, sizeof uidl, "uid%zu", i);
        demo_add(demo, uidl, texts[i], strlen(texts[i]));
    }
    struct server *server = server_demo(demo);
    demo_free(demo);
    return server;
}

static const char *config_path(void)
{
    static char path[300];
    snprintf(path, sizeof path, "%s/.config/dele/config", strchr(term_home(), '=') + 1);
    return path;
}

static void write_config(const char *text)
{
    char folder[300];
    snprintf(folder, sizeof folder, "%s/.config", strchr(term_home(), '=') + 1);
    mkdir(folder, 0700);
    snprintf(folder, sizeof folder, "%s/.config/dele", strchr(term_home(), '=') + 1);
    mkdir(folder, 0700);
    FILE *f = fopen(config_path(), "w");
    cr_assert(f && fputs(text, f) >= 0 && !fclose(f));
}

static bool config_has(const char *text)
{
    char bytes[2000];
    FILE *f = fopen(config_path(), "r");
    cr_assert_not_null(f);
    bytes[fread(bytes, 1, sizeof bytes - 1, f)] = '\0';
    fclose(f);
    return strstr(bytes, text) != NULL;
}

static struct stage open_list(const char *config)
{
    static const char *env[] = {"TERM=xterm-256color", "LC_ALL=C.UTF-8", NULL,
                                "PATH=/usr/bin:/bin",  "TZ=UTC",         NULL};
    static char program[512], url[64];
    const char *argv[] = {program, "--tls", "none", "--pass-command", "echo secret", url, NULL};
    struct stage s = {.server = serve()};
    env[2] = term_home();
    write_config(config);
    snprintf(program, sizeof program, "%s/dele", getenv("top_builddir"));
    snprintf(url, sizeof url, "pop://ann@127.0.0.1:%u", server_port(s.server));
    s.term = term_start(24, 100, argv, env);
    TERM_MUST(term_wait_text(s.term, "5 messages  ", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "<ann@", WAIT), s.term);
    return s;
}

static void leave(struct stage *s)
{
    term_keys(s->term, "x");
    TERM_MUST(term_wait_exit(s->term, WAIT), s->term);
    term_free(s->term);
    server_stop(s->server);
}

#define RULES                                           \
    "rule boss { match = 'from:boss' action = keep }\n" \
    "rule win { match = 'win' action = mark }\n"        \
    "rule look { match = 'subject:report' action = highlight }\n"

Test(rules_screen, mark_keep_and_highlight_and_say_why)
{
    struct stage s = open_list(RULES);
    TERM_MUST(term_wait_text(s.term, "Rules marked 1 message.", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "1 marked", WAIT), s.term);
    cr_expect(!strncmp(term_row(s.term, 2), ">  *  5", 7), "%s", term_row(s.term, 2));
    cr_expect(!strncmp(term_row(s.term, 4), " K    3", 7), "%s", term_row(s.term, 4));
    cr_expect(!strncmp(term_row(s.term, 5), " D    2", 7), "%s", term_row(s.term, 5));
    cr_expect(!strncmp(term_row(s.term, 6), "      1", 7), "%s", term_row(s.term, 6));
    cr_expect_not(term_find(s.term, "rule win", &(int){0}, &(int){0}));
    term_keys(s.term, "jjj");
    TERM_MUST(term_wait_text(s.term, "4/5  rule win", WAIT), s.term);
    term_keys(s.term, "$");
    TERM_MUST(term_wait_text(s.term, "[ Cancel ]", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "rule win", WAIT), s.term);
    term_keys(s.term, "\r");
    TERM_MUST(term_wait_text(s.term, "limit:none", WAIT), s.term);
    leave(&s);
}

Test(rules_screen, a_broken_one_is_said_and_the_others_work)
{
    struct stage s = open_list("rule bad { match = 'colour:red' action = mark }\n" RULES);
    TERM_MUST(term_wait_text(s.term, "config:1: the rule 'bad' is not used", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "1 marked", WAIT), s.term);
    leave(&s);
}

Test(rules_screen, one_for_the_sender_is_added_and_taken_back)
{
    struct stage s = open_list("theme = \"mono\"\n");
    term_keys(s.term, "jB");
    TERM_MUST(term_wait_text(s.term, "s:more@casino.example  d:@casino.example", WAIT), s.term);
    term_keys(s.term, "n");
    TERM_MUST(term_wait_no_text(s.term, "d:@casino.example", WAIT), s.term);
    cr_expect_not(config_has("rule"), "any other key adds none");
    term_keys(s.term, "Bs");
    TERM_MUST(term_wait_text(s.term,
                             "1 message marked by the rule 'more@casino.example'; z undoes it.",
                             WAIT),
              s.term);
    cr_expect(config_has("theme = \"mono\"\n\nrule 'more@casino.example' { match = "
                         "'from:<more@casino.example>' action = mark }\n"));
    term_keys(s.term, "Bd");
    TERM_MUST(term_wait_text(s.term, "2 marked", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "It stands in ", WAIT), s.term);
    cr_expect(config_has("from:@casino.example>"));
    term_keys(s.term, "Bd");
    TERM_MUST(term_wait_text(s.term, "There is a rule '@casino.example' already.", WAIT),
              s.term);
    term_keys(s.term, "z");
    TERM_MUST(term_wait_text(s.term, "undone: the rule, and 1 mark", WAIT), s.term);
    cr_expect_not(config_has("from:@casino.example>"));
    cr_expect(config_has("from:<more@casino.example>"));
    term_keys(s.term, "z");
    TERM_MUST(term_wait_text(s.term, "0 marked", WAIT), s.term);
    cr_expect_not(config_has("rule"));
    term_keys(s.term, "z");
    TERM_MUST(term_wait_text(s.term, "Nothing to undo.", WAIT), s.term);
    leave(&s);
}

Test(rules_screen, what_is_marked_since_is_undone_first)
{
    struct stage s = open_list("");
    term_keys(s.term, "jBskd");
    TERM_MUST(term_wait_text(s.term, "2 marked", WAIT), s.term);
    term_keys(s.term, "z");
    TERM_MUST(term_wait_text(s.term, "undone: 1 mark", WAIT), s.term);
    cr_expect(config_has("rule"));
    term_keys(s.term, "z");
    TERM_MUST(term_wait_text(s.term, "undone: the rule, and 1 mark", WAIT), s.term);
    cr_expect_not(config_has("rule"));
    leave(&s);
}
