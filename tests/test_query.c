#include "config.h"

#include "maildrop/query.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "maildrop/folded.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* A summary whose senders are PAIRS of "name", "addr". */
static struct summary *summary(const char *subject, const char *const *senders, uint16_t pairs)
{
    struct buf text = BUF_INIT(SIZE_MAX / 2);
    for (unsigned i = 0; i < 2u * pairs; i++)
        cr_assert(buf_append(&text, senders[i], strlen(senders[i]) + 1));
    size_t at = text.len;
    cr_assert(buf_append(&text, subject, strlen(subject) + 1));
    struct summary *s = xcalloc(1, sizeof *s + text.len);
    memcpy(s + 1, text.data, text.len);
    buf_release(&text);
    s->subject = (char *)(s + 1) + at;
    s->message_id = "";
    s->lists[SUMMARY_FROM] = (char *)(s + 1);
    s->counts[SUMMARY_FROM] = pairs;
    return s;
}

Test(query, is_none_where_nothing_is_asked)
{
    static const char *const texts[] = {"", " ", " \t \n", "\xc2\xa0"};
    for (size_t i = 0; i < COUNT(texts); i++)
        cr_expect_null(query_new(texts[i]), "'%s'", texts[i]);
    query_free(NULL);
}

Test(query, matches_nothing_without_headers)
{
    struct query *q = query_new("a");
    struct message message = {.number = 1, .uidl = "a", .headers = HEADERS_ASKED};
    cr_expect_not(query_matches(q, &message));
    query_free(q);
}

Test(query, finds_words_in_sender_and_subject)
{
    static const struct {
        const char *name, *addr, *subject, *text;
        bool want;
    } cases[] = {
        {"Bob", "bob@example.org", "Hello World", "world", true},
        {"Bob", "bob@example.org", "Hello World", "BOB", true},
        {"Bob", "bob@example.org", "Hello World", "example.org", true},
        {"Bob", "bob@example.org", "Hello World", "ello wor", true},
        {"Bob", "bob@example.org", "Hello World", "  world \t bob ", true},
        {"Bob", "bob@example.org", "Hello World", "world alice", false},
        {"Bob", "bob@example.org", "Hello World", "hellow", false},
        {"Bob", "bob@example.org", "Hello World", "bobbob", false},
        {"Bob", "bob@example.org", "Hello World", "orghello", false},
        {"Bob", "bob@example.org", "Hello World", "w\xc3\xb6rld", true},
        {"Bob", "bob@example.org", "Hello World", "\xd0\xbc", false},
        {"", "", "", "a", false},
        {"", "", "aab", "ab", true},
        {"", "", "a", "aa", false},
        {"", "", "[1]", "[1]", true},
        {"", "", "{@`", "[", false}, /* neighbours of letters are no letters */
        {"J\xc3\xb6rg", "j@x", "Gru\xc3\x9f", "jorg", true},
        {"J\xc3\xb6rg", "j@x", "Gru\xc3\x9f", "J\xc3\x96RG", true},
        {"Jorg", "j@x", "Gruss", "j\xc3\xb6rg gru\xc3\x9f", true},
        {"J\xc3\xb6rg", "j@x", "Gru\xc3\x9f", "gruss", true},
        {"J\xc3\xb6rg", "j@x", "Gru\xc3\x9f", "jorgj", false},
        {"\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd", "i@x", "\xd0\xa1\xd0\xbf\xd0\xb0\xd0\xbc",
         "\xd0\xa1\xd0\x9f\xd0\x90\xd0\x9c \xd0\xb8\xd0\xb2\xd0\xb0\xd0\xbd", true},
        {"\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd", "i@x", "\xd0\xa1\xd0\xbf\xd0\xb0\xd0\xbc", "I@X",
         true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *sender[] = {cases[i].name, cases[i].addr};
        struct summary *s = summary(cases[i].subject, sender, *cases[i].addr != '\0');
        struct message message = {
            .headers = HEADERS_HERE, .uidl = "", .summary = s, .folded = folded_new(s)};
        struct query *q = query_new(cases[i].text);
        cr_assert_not_null(q, "%s", cases[i].text);
        cr_expect_eq(query_matches(q, &message), cases[i].want, "'%s' in '%s <%s> %s'",
                     cases[i].text, cases[i].name, cases[i].addr, cases[i].subject);
        query_free(q);
        free((char *)message.folded);
        free(s);
    }
}

Test(query, looks_at_every_sender)
{
    static const char *const senders[] = {"Ann", "ann@x", "", "bob@y"};
    struct summary *s = summary("Hi", senders, 2);
    struct message message = {
        .headers = HEADERS_HERE, .uidl = "", .summary = s, .folded = folded_new(s)};
    struct query *q = query_new("bob@y ann hi");
    cr_expect(query_matches(q, &message));
    query_free(q);
    q = query_new("carol");
    cr_expect_not(query_matches(q, &message));
    query_free(q);
    free((char *)message.folded);
    free(s);
}

Test(query, folds_only_what_is_not_ascii)
{
    static const char *const senders[] = {"J\xc3\xb6rg", "J@X", "", "k@y"};
    struct summary *s = summary("All ASCII", (const char *const[]){"Ann", "ann@x"}, 1);
    cr_expect_null(folded_new(s));
    free(s);
    s = summary("Gru\xc3\x9f", senders, 2);
    char *folded = folded_new(s);
    cr_expect_str_eq(folded, "gruss\njorg\nj@x\n\nk@y\n");
    static const char *const lines[] = {"gruss", "jorg", "j@x"};
    for (int i = 0; i <= FOLDED_ADDR; i++) {
        size_t len;
        const char *line = folded_line(folded, (enum folded_line)i, &len);
        cr_expect_eq(len, strlen(lines[i]));
        cr_expect_eq(strncmp(line, lines[i], len), 0);
        line = folded_line("", (enum folded_line)i, &len);
        cr_expect(len == 0 && !*line);
    }
    free(folded);
    free(s);
}

Test(query, bounds_what_folding_makes_of_a_text)
{
    char subject[LIMIT_TEXT * 3];
    for (size_t i = 0; i + 3 < sizeof subject; i += 3)
        memcpy(subject + i, "\xef\xb7\xba", 4); /* U+FDFA folds to 33 bytes */
    struct summary *s = summary(subject, NULL, 0);
    char *folded = folded_new(s);
    cr_assert_not_null(folded);
    cr_expect_eq(strlen(folded), LIMIT_HEADER);
    free(folded);
    free(s);
}

Test(query, takes_any_bytes_for_a_text)
{
    static const char *const sender[] = {"\xff\xfe", "\x80@x"};
    struct summary *s = summary("\xc3", sender, 1);
    struct message message = {
        .headers = HEADERS_HERE, .uidl = "", .summary = s, .folded = folded_new(s)};
    struct query *q = query_new("\xff \xc3 \x80");
    if (q)
        (void)query_matches(q, &message);
    query_free(q);
    free((char *)message.folded);
    free(s);
}
