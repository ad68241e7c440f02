#include "config.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/screen/term.h"

/* However the program ends, the terminal is the user's again. */

TestSuite(life, .fini = term_home_drop, .timeout = 60);

#define WAIT 10000

static const char *const env[] = {"TERM=xterm-256color",
                                  "LC_ALL=C.UTF-8",
                                  "HOME=/nonexistent",
                                  "TZ=UTC",
                                  "PATH=/usr/bin:/bin",
                                  "PS1=prompt$ ",
                                  NULL};

static const char *program(void)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/dele", getenv("top_builddir"));
    return path;
}

static struct term *start_demo(void)
{
    const char *argv[] = {program(), "demo", NULL};
    struct term *t = term_start(24, 80, argv, env);
    TERM_MUST(term_wait_text(t, "limit:none  1/", WAIT), t);
    cr_expect(t->alt_screen);
    cr_expect_not(term_is_cooked(t));
    return t;
}

static void expect_restored(struct term *t, const char *how)
{
    TERM_MUST(term_wait_exit(t, WAIT), t);
    cr_expect_not(t->alt_screen, "%s: still in the alternate screen", how);
    cr_expect(t->cursor_visible, "%s: the cursor is hidden", how);
    cr_expect(term_is_cooked(t), "%s: still raw", how);
}

Test(life, signals_restore_the_terminal)
{
    static const int numbers[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGFPE};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct term *t = start_demo();
        term_keys(t, "d");
        TERM_MUST(term_wait_text(t, "1 marked", WAIT), t);
        kill(t->pid, numbers[i]);
        expect_restored(t, strsignal(numbers[i]));
        cr_expect(WIFSIGNALED(t->status) || WIFEXITED(t->status));
        term_free(t);
    }
}

Test(life, a_terminal_that_goes_away_ends_the_program)
{
    struct term *t = start_demo();
    term_hang_up(t);
    cr_expect(term_wait_exit(t, WAIT));
    term_free(t);
}

/* Under a shell, as job control needs it. */
Test(life, suspends_and_comes_back)
{
    const char *argv[] = {"/bin/bash", "--norc", "--noprofile", "-i", NULL};
    char command[600];
    if (access(argv[0], X_OK))
        cr_skip_test("there is no bash");
    struct term *t = term_start(24, 80, argv, env);
    TERM_MUST(term_wait_text(t, "prompt$", WAIT), t);
    snprintf(command, sizeof command, "%s demo\r", program());
    term_keys(t, command);
    TERM_MUST(term_wait_text(t, "limit:none  1/", WAIT), t);
    term_keys(t, "d\x1a");
    TERM_MUST(term_wait_text(t, "Stopped", WAIT), t);
    cr_expect_not(t->alt_screen);
    term_resize(t, 30, 100);
    term_keys(t, "fg\r");
    TERM_MUST(term_wait_text(t, "1 marked", WAIT), t);
    cr_expect(t->alt_screen);
    int row, col;
    TERM_MUST(term_find(t, "1 marked", &row, &col), t);
    cr_expect_eq(row, 28, "it has taken the new size");
    term_keys(t, "x");
    TERM_MUST(term_wait_text(t, "mark was dropped", WAIT), t);
    term_free(t);
}

struct refusal {
    const char *name;
    const char *argv[6]; /* behind the program */
    const char *term;    /* TERM; NULL: as usual */
    int status;
    const char *says;
};

Test(life, refuses_with_one_clear_sentence)
{
    static const struct refusal refusals[] = {
        {"a dumb terminal", {"demo"}, "TERM=dumb", 74, "dumb"},
        {"a theme that is not there", {"--theme", "nosuch", "demo"}, NULL, 78, "nosuch"},
        {"a configuration that is not there",
         {"--config", "/nonexistent/x", "demo"},
         NULL,
         78,
         "/nonexistent/x"},
        {"an unknown option", {"--nosuch"}, NULL, 64, "nosuch"},
        {"an unknown account", {"work"}, NULL, 78, "work"},
        {"a URL without a user", {"pops://host"}, NULL, 64, "no user name"},
        {"a password in the URL", {"pops://ann:secret@host"}, NULL, 64, "password"},
        {"an unknown format", {"list", "--format", "xml", "pops://a@b"}, NULL, 64, "xml"},
    };
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const struct refusal *r = &refusals[i];
        const char *argv[8] = {program()}, *envp[8];
        memcpy(envp, env, sizeof env);
        if (r->term)
            envp[0] = r->term;
        for (size_t j = 0; r->argv[j]; j++)
            argv[j + 1] = r->argv[j];
        struct term *t = term_start(24, 80, argv, envp);
        TERM_MUST(term_wait_exit(t, WAIT), t);
        cr_expect(WIFEXITED(t->status) && WEXITSTATUS(t->status) == r->status, "%s: status %d",
                  r->name, WEXITSTATUS(t->status));
        int row, col;
        if (!term_find(t, r->says, &row, &col)) {
            term_dump(t);
            cr_expect(false, "%s: does not say \"%s\"", r->name, r->says);
        }
        cr_expect_not(t->alt_screen, "%s", r->name);
        term_free(t);
    }
}
