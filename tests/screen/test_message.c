#include "config.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vterm.h>

#include "base/buf.h"
#include "tests/screen/term.h"
#include "tests/support/server.h"

/* Reading one message in the real program. */

TestSuite(message, .timeout = 60);

#define WAIT 10000 /* for what comes by the network; nothing waits longer than it takes */

#define LETTER                                                                               \
    "From: Ann <ann@example.org>\nTo: me@example.org\nSubject: Photos / of May\n"            \
    "Date: Sun, 22 Nov 2026 20:00:00 +0000\nMessage-ID: <1@example.org>\n"                   \
    "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative;" \
    " boundary=c\n\n--c\n\nHello Bob,\n> you said so\nbye \x1b[2J\n--c\nContent-Type: "      \
    "text/html\n\n<p>Hello <b>HTML</b> <a href='http://192.0.2.7/x'>bank.com</a></p>"        \
    "<img src='http://x.example/1.png' width=1 height=1>\n--c--\n"                           \
    "--b\nContent-Type: image/png; name=\"../../.may.png\"\nContent-Transfer-Encoding: "     \
    "base64\n\niVBORw0KGgo=\n--b--\n"

struct stage {
    struct server *server;
    struct term *term;
    char home[64];
};

static void add_long(struct demo *demo, const char *uidl, const char *subject, size_t lines)
{
    struct buf text = BUF_INIT(8 << 20);
    buf_printf(&text, "From: Bob <bob@example.org>\nSubject: %s\n\n", subject);
    for (size_t i = 1; i <= lines; i++)
        buf_printf(&text, "This is line %zu of a long letter, with some words.\n", i);
    demo_add(demo, uidl, text.data, text.len);
    buf_release(&text);
}

/* 4 messages, the newest first: a letter with parts, two long ones, and one of 3 MB. */
static struct stage open_list(int rows, int cols)
{
    static char program[512], url[64], home[80];
    struct stage s = {.home = "/tmp/dele-message-XXXXXX"};
    cr_assert_not_null(mkdtemp(s.home));
    cr_assert(!chdir(s.home));
    struct demo *demo = demo_new_empty();
    add_long(demo, "huge", "huge", 60000);
    add_long(demo, "second", "second", 300);
    add_long(demo, "first", "first", 300);
    demo_add(demo, "letter", LETTER, strlen(LETTER));
    s.server = server_demo(demo);
    demo_free(demo);
    snprintf(program, sizeof program, "%s/dele", getenv("top_builddir"));
    snprintf(home, sizeof home, "HOME=%s", s.home);
    snprintf(url, sizeof url, "pop://ann@127.0.0.1:%u", server_port(s.server));
    const char *argv[] = {program,          "--theme",     "nord", "--tls", "none",
                          "--pass-command", "echo secret", url,    NULL};
    const char *env[] = {"TERM=xterm-256color", "LC_ALL=C.UTF-8", home,
                         "PATH=/usr/bin:/bin",  "TZ=UTC",         NULL};
    s.term = term_start(rows, cols, argv, env);
    TERM_MUST(term_wait_text(s.term, "4 messages  0 marked", WAIT), s.term);
    TERM_MUST(term_wait_text(s.term, "Photos / of May", WAIT), s.term);
    return s;
}

static void must_see(struct stage *s, const char *text)
{
    if (!term_wait_text(s->term, text, WAIT)) {
        term_dump(s->term);
        cr_assert_fail("not seen: %s", text);
    }
}

static void must_not_see(struct stage *s, const char *text)
{
    int row, col;
    cr_expect_not(term_find(s->term, text, &row, &col), "%s", text);
}

static void leave(struct stage *s)
{
    char command[100];
    term_keys(s->term, "\x1b");
    term_keys(s->term, "x");
    TERM_MUST(term_wait_exit(s->term, WAIT), s->term);
    cr_expect(WIFEXITED(s->term->status) && WEXITSTATUS(s->term->status) == 0);
    term_free(s->term);
    server_stop(s->server);
    cr_assert(!chdir("/"));
    snprintf(command, sizeof command, "rm -rf %s", s->home);
    cr_expect_eq(system(command), 0);
}

static char *get(const char *path)
{
    static char text[8192];
    FILE *f = fopen(path, "r");
    cr_assert_not_null(f, "%s", path);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    return text;
}

Test(message, shows_text_quotes_parts_and_controls)
{
    struct stage s = open_list(24, 80);
    int row, col;
    term_keys(s.term, "\r");
    must_see(&s, "From: Ann <ann@example.org>");
    must_see(&s, "bye \xE2\x90\x9B[2J");
    must_see(&s, "Part: 1.2  text/html");
    must_see(&s, "2  image/png  ../../.may.png  8");
    must_see(&s, "part 1.1 text/plain");
    TERM_MUST(term_find(s.term, "> you said so", &row, &col), s.term);
    VTermColor quote = term_cell(s.term, row, col).fg,
               text = term_cell(s.term, row - 1, col).fg;
    cr_expect_not(vterm_color_is_equal(&quote, &text), "quoted text has a colour of its own");
    term_keys(s.term, "h");
    must_see(&s, "Message-ID: <1@example.org>");
    term_keys(s.term, "q");
    must_see(&s, "4 messages  0 marked");
    leave(&s);
}

Test(message, lists_its_parts_and_opens_one)
{
    struct stage s = open_list(24, 80);
    term_keys(s.term, "\rv");
    must_see(&s, "5 parts");
    must_see(&s, "2  image/png  ../../.may.png  8");
    term_keys(s.term, "jjj\r");
    must_see(&s, "Hello HTML bank.com [1]");
    must_see(&s, "[1] http://192.0.2.7/x  ! the text says bank.com; the host is an IP");
    must_see(&s, "~ 1 image on the net, not fetched; 1 of a pixel");
    term_keys(s.term, "\x1b");
    must_see(&s, "> you said so");
    term_keys(s.term, "vG\r");
    must_see(&s, "image/png: this cannot be shown as text");
    term_keys(s.term, "qq");
    must_see(&s, "4 messages  0 marked");
    leave(&s);
}

Test(message, shows_its_source_harmlessly)
{
    struct stage s = open_list(24, 80);
    term_keys(s.term, "\re");
    must_see(&s, "Content-Type: multipart/mixed; boundary=b");
    must_see(&s, "bye \xE2\x90\x9B[2J");
    must_see(&s, "source");
    term_keys(s.term, "e");
    must_see(&s, "part 1.1 text/plain");
    leave(&s);
}

Test(message, fetches_the_rest_and_goes_from_one_to_the_next)
{
    struct stage s = open_list(24, 80);
    term_keys(s.term, "j\r");
    must_see(&s, " 6%");
    term_keys(s.term, "G");
    must_see(&s, "This is line 300 of");
    term_keys(s.term, "\x0e");
    must_see(&s, "Subject: second");
    term_keys(s.term, "\x10");
    must_see(&s, "Subject: first");
    leave(&s);
}

Test(message, finds_what_is_in_it)
{
    struct stage s = open_list(24, 80);
    int row, col;
    term_keys(s.term, "j\r");
    must_see(&s, " 6%");
    term_keys(s.term, "/LINE 123\r");
    must_see(&s, "This is line 123 of");
    TERM_MUST(term_find(s.term, "This is line 123 of", &row, &col), s.term);
    cr_expect_eq(row, 1, "it stands in the first row");
    term_keys(s.term, "/nowhere\r");
    must_see(&s, "Not in this message.");
    leave(&s);
}

Test(message, above_the_limit_it_asks_first)
{
    struct stage s = open_list(24, 80);
    term_keys(s.term, "G\r");
    must_see(&s, "above retr-limit. Fetch it?");
    must_see(&s, "This is line 1 of");
    term_keys(s.term, "n");
    must_see(&s, "?:Help");
    term_keys(s.term, "G");
    must_see(&s, "~ the first lines only");
    term_keys(s.term, "\r");
    must_see(&s, "above retr-limit");
    term_keys(s.term, "y");
    must_see(&s, " 0%");
    term_keys(s.term, "G");
    must_see(&s, "This is line 60000 of");
    leave(&s);
}

Test(message, is_saved_under_a_safe_name_and_nothing_is_overwritten)
{
    struct stage s = open_list(24, 80);
    term_keys(s.term, "s");
    must_see(&s, "Save as: of May.eml");
    term_keys(s.term, "\r");
    must_see(&s, "Saved: of May.eml");
    const char *text = get("of May.eml");
    cr_expect(strstr(text, "Subject: Photos / of May\r\n"), "%s", text);
    cr_expect(strstr(text, "--b--\r\n"));
    term_keys(s.term, "s\r");
    must_see(&s, "Overwrite it?");
    term_keys(s.term, "\x1b");
    must_see(&s, "Nothing was overwritten, nothing saved.");
    term_keys(s.term, "s\x15"
                      "box.mbox\r");
    must_see(&s, "Appended to the mbox box.mbox.");
    cr_expect(!strncmp(get("box.mbox"), "From ann@example.org ", 21));
    term_keys(s.term, "s\x15mail/\r");
    must_see(&s, "Saved: mail/new/");
    term_keys(s.term, "s\x15/no/such/place\r");
    must_see(&s, "/no/such/place: not saved");
    leave(&s);
}

Test(message, a_part_is_saved_decoded)
{
    struct stage s = open_list(24, 80);
    term_keys(s.term, "\rv");
    must_see(&s, "5 parts");
    term_keys(s.term, "Gs");
    must_see(&s, "Save as: may.png");
    term_keys(s.term, "\r");
    must_see(&s, "Saved: may.png");
    cr_expect(!memcmp(get("may.png"), "\x89PNG\r\n\x1a\n", 8));
    term_keys(s.term, "qq");
    leave(&s);
}

Test(message, is_piped_to_a_command)
{
    struct stage s = open_list(24, 80);
    term_keys(s.term, "|");
    must_see(&s, "Pipe to:");
    term_keys(s.term, "grep -c Photos; exit 3\r");
    must_see(&s, "ended with 3. Enter goes back.");
    term_keys(s.term, "\r");
    must_see(&s, "4 messages  0 marked");
    leave(&s);
}

Test(message, marks_from_inside)
{
    struct stage s = open_list(24, 80);
    term_keys(s.term, "\rd");
    must_see(&s, "Subject: first");
    term_keys(s.term, "\x10");
    must_see(&s, "marked for deletion");
    term_keys(s.term, "u\x10K\x10");
    must_see(&s, "kept");
    leave(&s);
}

Test(message, previews_below_and_beside_the_list)
{
    struct stage s = open_list(30, 140);
    int row, col;
    term_keys(s.term, "\t");
    must_see(&s, "4  first lines");
    must_see(&s, "Hello Bob,");
    term_keys(s.term, "\t");
    must_see(&s, "| Hello Bob,");
    TERM_MUST(term_find(s.term, "| Hello Bob,", &row, &col), s.term);
    cr_expect_eq(col, 70);
    term_keys(s.term, "\tj");
    must_see(&s, "limit:none  2/4");
    must_not_see(&s, "Hello Bob,");
    leave(&s);
}
