#include "config.h"

#include "ui/filter.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "ui/loop.h"

TestSuite(filter, .timeout = 60);

static const struct sample {
    const char *name, *command, *input, *want, *notes;
} samples[] = {
    {"its output is the text", "cat", "<p>hi", "<p>hi", ""},
    {"words are arguments", "tr  a-c\tx-z", "abc", "xyz", ""},
    {"no shell reads it", "echo $HOME;rm *", "", "$HOME;rm *\n", ""},
    {"it need not read", "echo x", "<p>hi", "x\n", ""},
    {"the window's width", "printenv COLUMNS", "", "72\n", ""},
    {"it says nothing", "true", "x", "", "html-command: true failed (0)\n"},
    {"it is not there", "/no/such/\x1B[2Jprogram -x", "x", "",
     "html-command: /no/such/\xE2\x90\x9B[2Jprogram failed (127)\n"},
    {"no words", "  ", "x", "", "html-command:  took too long, or cannot be started\n"},
};

Test(filter, html_goes_through_a_command_without_a_shell)
{
    setenv("HOME", "/wrong", 1);
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        const struct sample *s = &samples[i];
        struct buf in = BUF_INIT(1000), out = BUF_INIT(1000), notes = BUF_INIT(1000);
        char command[100];
        strcpy(command, s->command);
        buf_append_str(&in, s->input);
        bool good = filter_html(command, &in, 72, &out, &notes);
        cr_expect_eq(good, !*s->notes, "%s", s->name);
        cr_expect_str_eq(out.data, s->want, "%s: %s", s->name, out.data);
        cr_expect_str_eq(notes.data, s->notes, "%s: %s", s->name, notes.data);
        buf_release(&in);
        buf_release(&out);
        buf_release(&notes);
    }
}

Test(filter, much_goes_through_at_once)
{
    struct buf in = BUF_INIT(3000000), out = BUF_INIT(3000000), notes = BUF_INIT(1000);
    char command[] = "cat";
    while (in.len < 2000000)
        buf_append_str(&in, "0123456789\n");
    cr_expect(filter_html(command, &in, 72, &out, &notes));
    cr_expect_eq(out.len, in.len);
    buf_release(&in);
    buf_release(&out);
    buf_release(&notes);
}

Test(filter, a_command_without_end_is_ended)
{
    struct buf in = BUF_INIT(10), out = BUF_INIT(10), notes = BUF_INIT(1000);
    char sleeps[] = "sleep 1000", speaks[] = "yes";
    int64_t start = loop_now();
    cr_expect_not(filter_html(sleeps, &in, 72, &out, &notes));
    cr_expect(strstr(notes.data, "sleep took too long"), "%s", notes.data);
    cr_expect(loop_now() - start >= LIMIT_FILTER_MS);
    cr_expect(filter_html(speaks, &in, 72, &out, &notes), "what it said is shown");
    cr_expect_eq(out.len, 10);
    buf_release(&out);
    buf_release(&notes);
}

Test(filter, a_pipe_gives_all_octets_and_the_exit_status)
{
    static const char text[] = "a\r\nb\0c";
    struct body_memory memory = {text, sizeof text - 1};
    const struct body_source source = {&memory, body_read_memory, false};
    struct err e = {0};
    cr_expect_eq(
        filter_pipe("test \"$(od -An -tx1)\" = ' 61 0d 0a 62 00 63'", &source, NULL, &e), 0);
    cr_expect_eq(filter_pipe("exit 7", &source, NULL, &e), 7);
    cr_expect_eq(filter_pipe("kill -9 $$", &source, NULL, &e), 128 + 9);
}
