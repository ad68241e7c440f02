#include "config.h"

#include "client/trace.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

TestSuite(trace, .timeout = 30);

/* All lines: "C TEXT\n", "S TEXT\n", "- TEXT\n". */
static char *lines_of(const struct trace *t)
{
    struct buf all = BUF_INIT(1 << 20);
    for (size_t i = trace_oldest(t); i < trace_count(t); i++) {
        struct trace_line line = trace_at(t, i);
        buf_printf(&all, "%c ", "CS-"[line.kind]);
        buf_append(&all, line.text, line.len);
        buf_append_char(&all, '\n');
    }
    return buf_detach(&all);
}

static void expect_lines(const struct trace *t, const char *want)
{
    char *got = lines_of(t);
    cr_expect_str_eq(got, want);
    free(got);
}

static void sent(struct trace *t, const char *bytes, bool secret)
{
    trace_sent(t, 0, bytes, strlen(bytes), secret);
}

static void received(struct trace *t, const char *bytes)
{
    trace_received(t, 0, bytes, strlen(bytes));
}

static struct trace *greeted(void)
{
    struct trace *t = trace_new();
    trace_begin(t, 0);
    received(t, "+OK\r\n");
    return t;
}

Test(trace, keeps_the_dialogue_in_its_order)
{
    struct trace *t = trace_new();
    trace_begin(t, 1000);
    trace_note(t, 1005, "connected");
    trace_received(t, 1010, "+OK ready\r\n", 11);
    trace_sent(t, 1020, "CAPA\r\n", 6, false);
    received(t, "+OK\r\nTOP\r\nSASL PLAIN\r\n.\r\n");
    expect_lines(t, "- connected\nS +OK ready\nC CAPA\nS +OK\nS TOP\nS SASL PLAIN\n");
    cr_expect_eq(trace_at(t, 0).ms, 5);
    cr_expect_eq(trace_at(t, 1).ms, 10);
    cr_expect_eq(trace_at(t, 2).ms, 20);
    trace_free(t);
}

Test(trace, puts_lines_together_from_any_portions)
{
    static const char in[] = "+OK 1 2\r\n-ERR no\n", out[] = "STAT\r\nNOOP\r\n";
    struct trace *t = greeted();
    for (size_t i = 0; i < strlen(out); i++)
        trace_sent(t, 0, &out[i], 1, false);
    for (size_t i = 0; i < strlen(in); i++)
        trace_received(t, 0, &in[i], 1);
    expect_lines(t, "S +OK\nC STAT\nC NOOP\nS +OK 1 2\nS -ERR no\n");
    trace_free(t);
}

Test(trace, masks_every_secret)
{
    static const struct {
        const char *line, *kept;
    } cases[] = {
        {"PASS hunter2\r\n", "S +OK\nC PASS ****\n"},
        {"pass hunter2 with blanks\r\n", "S +OK\nC pass ****\n"},
        {"AUTH PLAIN AGFubgBodW50ZXIy\r\n", "S +OK\nC AUTH PLAIN ****\n"},
        {"AUTH LOGIN\r\n", "S +OK\nC AUTH LOGIN\n"},
        {"APOP ann 0123456789abcdef\r\n", "S +OK\nC APOP ann ****\n"},
        {"AGFubgBodW50ZXIy\r\n", "S +OK\nC ****\n"},
        {"PASSWORD hunter2\r\n", "S +OK\nC ****\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t cut = 0; cut <= strlen(cases[i].line); cut++) {
            struct trace *t = greeted();
            trace_sent(t, 0, cases[i].line, cut, true);
            trace_sent(t, 0, cases[i].line + cut, strlen(cases[i].line) - cut, true);
            expect_lines(t, cases[i].kept);
            trace_free(t);
        }
    }
}

Test(trace, tells_of_messages_only_their_size)
{
    struct trace *t = greeted();
    sent(t, "STAT\r\nTOP 2 0\r\nRETR 1\r\nTOP 3 0\r\nNOOP\r\n", false);
    received(t, "+OK 2 20\r\n+OK\r\nA: b\r\n+OK no status\r\n-ERR nor this\r\n.\r\n");
    received(t, "+OK 9\r\n\r\n.\r\n-ERR no such\r\n+OK\r\n");
    expect_lines(t, "S +OK\nC STAT\nC TOP 2 0\nC RETR 1\nC TOP 3 0\nC NOOP\nS +OK 2 20\nS +OK\n"
                    "S ... 3 lines, 36\nS +OK 9\nS ... 1 lines, 2\nS -ERR no such\nS +OK\n");
    trace_free(t);
}

Test(trace, knows_a_thousand_answers_in_flight)
{
    struct trace *t = greeted();
    for (int i = 0; i < 1000; i++)
        sent(t, i % 3 ? "TOP 1 0\r\n" : "NOOP\r\n", false);
    for (int i = 0; i < 1000; i++)
        received(t, i % 3 ? "+OK\r\n+OK in a message\r\n.\r\n" : "+OK\r\n");
    char *lines = lines_of(t);
    cr_expect_not(strstr(lines, "+OK in a message"));
    free(lines);
    cr_expect_eq(trace_count(t), 1 + 1000 + 1000 + 666,
                 "the greeting, commands, answers, sizes");
    trace_free(t);
}

Test(trace, cuts_long_answers_and_long_lines)
{
    struct trace *t = greeted();
    char line[400];
    sent(t, "UIDL\r\n", false);
    received(t, "+OK\r\n");
    for (int i = 1; i <= 100; i++) {
        snprintf(line, sizeof line, "%d x\r\n", i);
        received(t, line);
    }
    received(t, ".\r\n");
    cr_expect_eq(trace_count(t), 3 + 40 + 1);
    struct trace_line last = trace_at(t, trace_count(t) - 1);
    cr_expect(last.len > 14 && !memcmp(last.text, "... 100 lines,", 14), "%.*s", (int)last.len,
              last.text);
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    sent(t, line, false);
    sent(t, "\r\n", false);
    cr_expect_eq(trace_at(t, trace_count(t) - 1).len, TRACE_LINE_OCTETS);
    trace_free(t);
}

Test(trace, keeps_the_newest)
{
    struct trace *t = trace_new();
    trace_begin(t, 0);
    for (int i = 0; i < TRACE_LINES + 5; i++)
        sent(t, i == TRACE_LINES + 4 ? "LAST\r\n" : "NOOP\r\n", false);
    cr_expect_eq(trace_count(t), TRACE_LINES + 5);
    cr_expect_eq(trace_oldest(t), 5);
    cr_expect(!memcmp(trace_at(t, trace_count(t) - 1).text, "LAST", 4));
    trace_free(t);
}

Test(trace, writes_a_clean_file_for_its_owner_only)
{
    char folder[] = "/tmp/dele-trace-XXXXXX", path[64], text[256] = "";
    struct stat st;
    struct err e = {0};
    cr_assert(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/trace", folder);
    struct trace *t = trace_new();
    cr_assert(trace_to_file(t, path, &e), "%s", e.text);
    trace_begin(t, 0);
    received(t, "+OK \x1b[2J\r\n");
    sent(t, "PASS hunter2\r\n", true);
    trace_free(t);
    cr_assert_eq(stat(path, &st), 0);
    cr_expect_eq(st.st_mode & 0777, 0600);
    FILE *f = fopen(path, "r");
    cr_assert(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    cr_expect(strstr(text, " S: +OK \xe2\x90\x9b[2J\n"), "%s", text);
    cr_expect(strstr(text, " C: PASS ****\n"), "%s", text);
    cr_expect_not(strstr(text, "hunter2"));
    unlink(path);
    rmdir(folder);
    t = trace_new();
    cr_expect_not(trace_to_file(t, "/nonexistent/trace", &e));
    cr_expect_eq(e.code, ERR_IO);
    cr_expect(strstr(e.text, "/nonexistent/trace: No such file"), "%s", e.text);
    trace_free(t);
}
