#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/screen/term.h"
#include "tests/support/server.h"

/* How far to trust a message, as it is seen: a letter, a column, a line of reasons. */

TestSuite(trust_screen, .fini = term_home_drop, .timeout = 60);

#define WAIT 10000
#define AGO "Date: Mon, 2 Nov 2020 10:00:00 +0000\nMessage-ID: <1@x>\n"

static struct server *serve(void)
{
    static const char *const texts[] = {
        "From: Ann <ann@example.org>\nSubject: lunch\n" AGO
        "Authentication-Results: mx.example.net; dkim=pass header.d=example.org\n\nx\n",
        "From: win@casino.example\nSubject: you win\n" AGO
        "X-Spam-Status: Yes, score=7.5 required=5\n\nx\n",
        "From: bank@example.org\nSubject: account\n" AGO
        "Authentication-Results: mx.example.net; dmarc=fail\n\nx\n",
        "From: \"help@bank.example\" <x@evil.example>\nSubject: help\n" AGO
        "Authentication-Results: forged.example; dmarc=pass\nX-Spam-Score: 1.5\n\nx\n",
        "From: dan@example.org\nSubject: report\n" AGO "\nx\n",
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

static void write_config(unsigned port)
{
    static const char *const folders[] = {".config", ".config/dele"};
    const char *home = strchr(term_home(), '=') + 1;
    char path[300];
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", home, folders[i]);
        mkdir(path, 0700);
    }
    snprintf(path, sizeof path, "%s/.config/dele/config", home);
    FILE *f = fopen(path, "w");
    cr_assert(f);
    fprintf(f,
            "account \"box\" {\n url = \"pop://ann@127.0.0.1:%u\"\n tls = none\n"
            " pass-command = \"echo secret\"\n trust-authserv = \"mx.example.net\"\n}\n",
            port);
    cr_assert(!fclose(f));
}

static struct term *open_list(struct server *server, int cols)
{
    static const char *env[] = {"TERM=xterm-256color", "LC_ALL=C.UTF-8", NULL,
                                "PATH=/usr/bin:/bin",  "TZ=UTC",         NULL};
    static char program[512];
    const char *argv[] = {program, "box", NULL};
    env[2] = term_home();
    write_config(server_port(server));
    snprintf(program, sizeof program, "%s/dele", getenv("top_builddir"));
    struct term *term = term_start(24, cols, argv, env);
    TERM_MUST(term_wait_text(term, "<ann@", WAIT), term);
    return term;
}

static void leave(struct term *term, struct server *server)
{
    term_keys(term, "x");
    TERM_MUST(term_wait_exit(term, WAIT), term);
    term_free(term);
    server_stop(server);
}

Test(trust_screen, a_letter_stands_behind_each_number)
{
    struct server *server = serve();
    struct term *term = open_list(server, 80);
    cr_expect(!strncmp(term_row(term, 2), ">     5  ", 9), "%s", term_row(term, 2));
    cr_expect(!strncmp(term_row(term, 3), "      4! ", 9), "%s", term_row(term, 3));
    cr_expect(!strncmp(term_row(term, 4), "      3F ", 9), "%s", term_row(term, 4));
    cr_expect(!strncmp(term_row(term, 5), "      2S ", 9), "%s", term_row(term, 5));
    cr_expect(!strncmp(term_row(term, 6), "      1+ ", 9), "%s", term_row(term, 6));
    term_keys(term, "lauth:fail\r");
    TERM_MUST(term_wait_text(term, "1/1", WAIT), term);
    cr_expect(strstr(term_row(term, 2), "account"), "%s", term_row(term, 2));
    term_keys(term, "\x1b");
    term_keys(term, "lis:suspicious\r");
    TERM_MUST(term_wait_text(term, "/3", WAIT), term);
    leave(term, server);
}

Test(trust_screen, the_reasons_stand_in_the_preview)
{
    struct server *server = serve();
    struct term *term = open_list(server, 80);
    term_keys(term, "j\t");
    TERM_MUST(term_wait_text(
                  term, "Trust: spam score 1.5 of 5.0 (X-Spam-Score); the sender's name", WAIT),
              term);
    term_keys(term, "j");
    TERM_MUST(term_wait_text(term, "Trust: DMARC fail", WAIT), term);
    term_keys(term, "jj");
    TERM_MUST(term_wait_text(term, "Trust: DKIM pass", WAIT), term);
    term_keys(term, "g");
    TERM_MUST(term_wait_text(term, "report", WAIT), term);
    TERM_MUST(term_wait_no_text(term, "Trust:", WAIT), term);
    leave(term, server);
}

Test(trust_screen, a_wide_list_has_the_score_and_is_sorted_by_it)
{
    struct server *server = serve();
    struct term *term = open_list(server, 110);
    TERM_MUST(term_wait_text(term, "Score", WAIT), term);
    cr_expect(strstr(term_row(term, 5), "  7.5  "), "%s", term_row(term, 5));
    term_keys(term, "ooooo");
    TERM_MUST(term_wait_text(term, "sort:score", WAIT), term);
    term_keys(term, "g");
    TERM_MUST(term_wait_text(term, "1/5", WAIT), term);
    cr_expect(strstr(term_row(term, 2), "  7.5  "), "%s", term_row(term, 2));
    cr_expect(strstr(term_row(term, 3), "  1.5  "), "%s", term_row(term, 3));
    leave(term, server);
}
