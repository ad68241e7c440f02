#include "config.h"

#include "maildrop/query.h"
#include "maildrop/query_inside.h"

#include <criterion/criterion.h>

#include <stdio.h>
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
    s->message_id = s->list_id = s->charset = "";
    s->lists[SUMMARY_FROM] = (char *)(s + 1);
    s->counts[SUMMARY_FROM] = pairs;
    return s;
}

/* What TEXT says of a message of 3,000 octets whose summary is S, which is taken. */
static enum query_answer ask(const char *text, struct summary *s)
{
    struct maildrop *m = maildrop_new();
    struct query_view view = {.maildrop = m};
    maildrop_remember(m, "a", 3000, 1, s, s ? folded_new(s) : NULL);
    struct query *q = query_new(text);
    cr_assert_not_null(q, "%s", text);
    enum query_answer answer = query_ask(q, &view, 0);
    query_free(q);
    maildrop_free(m);
    return answer;
}

Test(query, is_none_where_nothing_is_asked)
{
    static const char *const texts[] = {"", " ", " \t \n", "\xc2\xa0"};
    for (size_t i = 0; i < COUNT(texts); i++)
        cr_expect_null(query_new(texts[i]), "'%s'", texts[i]);
    query_free(NULL);
}

Test(query, cannot_tell_without_headers)
{
    cr_expect_eq(ask("a", NULL), QUERY_UNKNOWN);
    cr_expect_eq(ask("not a", NULL), QUERY_UNKNOWN);
    cr_expect_eq(ask("a or size>1k", NULL), QUERY_YES);
    cr_expect_eq(ask("a and size<1k", NULL), QUERY_NO);
    cr_expect_eq(ask("a and size>1k", NULL), QUERY_UNKNOWN);
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
        cr_expect_eq(ask(cases[i].text, s), cases[i].want ? QUERY_YES : QUERY_NO,
                     "'%s' in '%s <%s> %s'", cases[i].text, cases[i].name, cases[i].addr,
                     cases[i].subject);
    }
}

Test(query, looks_at_every_sender)
{
    static const char *const senders[] = {"Ann", "ann@x", "", "bob@y"};
    cr_expect_eq(ask("bob@y ann hi", summary("Hi", senders, 2)), QUERY_YES);
    cr_expect_eq(ask("carol", summary("Hi", senders, 2)), QUERY_NO);
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
    (void)ask("\xff \xc3 \x80", summary("\xc3", sender, 1));
}

/* ---- forms ------------------------------------------------------------------------------- */

#define NOW 1795435200 /* 2026-11-23 12:00 UTC */

static const char block[] = "From: Ann Miller <ann@example.org>\r\n"
                            "To: Bob <bob@example.net>, carol@example.net\r\n"
                            "Cc: Dave <dave@example.com>\r\n"
                            "Subject: Your parcel 1234 (is here)\r\n"
                            "Date: Sat, 10 Oct 2026 12:00:00 +0000\r\n"
                            "Message-ID: <abc.1@example.org>\r\n"
                            "List-Id: Dev <dev.lists.example.org>\r\n"
                            "X-Mailer: BulkMail 3.1\r\n"
                            "X-Spam-Score: 6.5\r\n"
                            "Content-Type: multipart/mixed; boundary=x; charset=GB2312\r\n"
                            "\r\n";

static bool give_header(void *context, size_t index, struct buf *out)
{
    (void)context;
    return index == 0 && buf_append(out, block, strlen(block));
}

/* Message 0 is the block above, marked; 1 has the same Message-ID; 2 is new, kept, and has no
 * headers; its size is 9,999 octets, that of the others 3,000. */
static enum query_answer ask_three(const char *text, size_t index)
{
    static const char twin[] = "From: x@y\r\nMessage-ID: <abc.1@example.org>\r\n\r\n";
    struct maildrop *m = maildrop_new();
    struct marks *k = marks_new();
    struct query_view view = {m, k, NOW, give_header, NULL, NULL, NULL};
    maildrop_remember(m, "a", 3000, 1, summary_new(block, strlen(block), NULL), NULL);
    maildrop_remember(m, "b", 3000, 2, summary_new(twin, strlen(twin), NULL), NULL);
    maildrop_list_begin(m);
    static const char *const uidls[] = {"a", "b", "c"};
    for (uint32_t i = 0; i < 3; i++) {
        maildrop_list_uidl(m, i + 1, uidls[i], 1);
        maildrop_list_size(m, i + 1, i < 2 ? 3000 : 9999);
    }
    maildrop_list_end(m);
    marks_set(k, 0, MARK_DELETE, CAUSE_HAND, 1);
    marks_set(k, 2, MARK_KEEP, CAUSE_HAND, 1);
    struct query *q = query_new(text);
    cr_assert_not_null(q);
    size_t at;
    cr_assert_eq(query_state(q), QUERY_GOOD, "%s: %s", text, query_mistake(q, &at));
    enum query_answer answer = query_ask(q, &view, index);
    query_free(q);
    marks_free(k);
    maildrop_free(m);
    return answer;
}

static const struct {
    const char *text;
    bool want; /* of message 0 */
} forms[] = {
    {"parcel", true},
    {"parcel ann", true},
    {"\"your parcel\"", true},
    {"\"parcel your\"", false},
    {"from:ann", true},
    {"from:parcel", false},
    {"from:\"ann miller\"", true},
    {"FROM:ANN", true},
    {"subject:parcel", true},
    {"subject:ann", false},
    {"to:carol", true},
    {"to:bob@example.net", true},
    {"to:ann", false},
    {"cc:dave", true},
    {"list:dev.lists", true},
    {"list:other", false},
    {"id:abc.1", true},
    {"header:X-Mailer:bulk", true},
    {"header:x-mailer:other", false},
    {"header:X-Mailer:", true},
    {"header:X-Other:", false},
    {"header:\"X-Mailer: bulkmail 3\"", true},
    {"header:X-Mailer:/^bulk.*[0-9]$/", true},
    {"charset:gb", true},
    {"charset:utf", false},
    {"size>1k", true},
    {"size<1k", false},
    {"size=3000", true},
    {"size>=3000", true},
    {"size>3000", false},
    {"size<=3000", true},
    {"size<3000", false},
    {"size:1k..2M", true},
    {"size:..1k", false},
    {"size:1k..", true},
    {"size:2.5k..3k", true},
    {"age>30d", true},
    {"age<30d", false},
    {"age>6w", true},
    {"age>7w", false},
    {"age<1y", true},
    {"age:1m..2m", true},
    {"date:2026-10", true},
    {"date:2026", true},
    {"date:2026-10-10", true},
    {"date:2026-10-11", false},
    {"date:2026-09..2026-10", true},
    {"date:2026-11..", false},
    {"date:..2026-10", true},
    {"date:..2026-09", false},
    {"date>2026-10", false},
    {"date>=2026-10", true},
    {"date<2026-10", false},
    {"date<=2026-10", true},
    {"date>2026-09", true},
    {"score>5", true},
    {"score>6.5", false},
    {"score>=6.5", true},
    {"score<0", false},
    {"score>-1", true},
    {"is:marked", true},
    {"is:kept", false},
    {"is:new", false},
    {"is:dup", true},
    {"is:suspicious", true},
    {"has:attachment", true},
    {"/par.el [0-9]+/", true},
    {"/^your parcel/", true},
    {"/PARCEL/", true},
    {"/^parcel/", false},
    {"/a\\/b|miller </", true},
    {"from:/^ann .*<ann@/", true},
    {"subject:/^ann/", false},
    {"parcel and ann", true},
    {"parcel AND nobody", false},
    {"parcel or nobody", true},
    {"nobody or parcel", true},
    {"parcel | nobody", true},
    {"nobody || parcel", true},
    {"nobody|parcel", true},
    {"not nobody", true},
    {"!nobody", true},
    {"! nobody", true},
    {"!!parcel", true},
    {"not parcel", false},
    {"not (nobody or parcel)", false},
    {"(nobody or parcel) ann", true},
    {"not(nobody)ann", true},
    {"nobody ann or parcel", true},
    {"nobody (ann or parcel)", false},
    {"not nobody parcel", true},
    {"nothing or android or parcel", true},
    {"~f ann", true},
    {"~f nobody", false},
    {"~t carol", true},
    {"~c dave", true},
    {"~s parcel", true},
    {"~s \"your parcel\"", true},
    {"~h bulkmail", true},
    {"~h \"x-mailer: bulk\"", true},
    {"~i abc", true},
    {"~z >1k", true},
    {"~z <1k", false},
    {"~d >30d", true},
    {"~d <30d", false},
    {"~d 2026-10", true},
    {"~N", false},
    {"~D", true},
    {"~=", true},
    {"~A", true},
    {"!~A", false},
    {"~f ann ~s parcel", true},
    {"~f ann | ~s nobody", true},
    {"a=b", false},
    {"1234", true},
    {"here)", true},
    {"(here)", true},
    {"12:30", false},
    {"-parcel", false},
};

Test(query, has_these_forms)
{
    for (size_t i = 0; i < COUNT(forms); i++)
        cr_expect_eq(ask_three(forms[i].text, 0), forms[i].want ? QUERY_YES : QUERY_NO, "%s",
                     forms[i].text);
}

Test(query, knows_what_is_new_or_kept_without_headers)
{
    cr_expect_eq(ask_three("is:new", 2), QUERY_YES);
    cr_expect_eq(ask_three("is:kept", 2), QUERY_YES);
    cr_expect_eq(ask_three("size>9k", 2), QUERY_YES);
    cr_expect_eq(ask_three("is:dup", 2), QUERY_UNKNOWN);
    cr_expect_eq(ask_three("is:dup", 1), QUERY_YES);
    cr_expect_eq(ask_three("header:X-Mailer:", 1), QUERY_UNKNOWN);
    cr_expect_eq(ask_three("date:2026", 1), QUERY_NO, "it has none");
    cr_expect_eq(ask_three("score<100", 1), QUERY_NO, "nor that");
}

static const struct {
    const char *text;
    enum query_state state;
    size_t at;
    const char *says;
} mistakes[] = {
    {"colour:red", QUERY_WRONG, 0, "no field \"colour:\""},
    {"ann colour:red", QUERY_WRONG, 4, "there are from: to:"},
    {"from:", QUERY_INCOMPLETE, 5, "a value is missing"},
    {"from: ann", QUERY_WRONG, 5, "a value is missing"},
    {"size>", QUERY_INCOMPLETE, 5, "a value is missing"},
    {"size>x", QUERY_INCOMPLETE, 5, "no size such as"},
    {"size>x ann", QUERY_WRONG, 5, "\"x\" is no size such as"},
    {"size>1T ann", QUERY_WRONG, 5, "no size"},
    {"size>9999999999999999 a", QUERY_WRONG, 5, "no size"},
    {"size:.. a", QUERY_WRONG, 5, "no size"},
    {"age>30 a", QUERY_WRONG, 4, "no age such as"},
    {"date:2026-13 a", QUERY_WRONG, 5, "no date such as"},
    {"date:2026-1", QUERY_INCOMPLETE, 5, "no date"},
    {"score>high a", QUERY_WRONG, 6, "no number"},
    {"is:ne", QUERY_INCOMPLETE, 3, "none of these: new marked kept"},
    {"is:ne ann", QUERY_WRONG, 3, "none of these"},
    {"has:legs a", QUERY_WRONG, 4, "none of these: attachment"},
    {"header:", QUERY_INCOMPLETE, 7, "missing"},
    {"header:X-Mailer", QUERY_INCOMPLETE, 7, "a field's name, a colon"},
    {"header:X-Mailer a", QUERY_WRONG, 7, "a field's name, a colon"},
    {"\"open", QUERY_INCOMPLETE, 0, "closing quote"},
    {"from:\"open", QUERY_INCOMPLETE, 5, "closing quote"},
    {"/open", QUERY_INCOMPLETE, 0, "no \"/\" at its end"},
    {"/a(b/", QUERY_WRONG, 1, "is wrong: "},
    {"/(a)\\1/", QUERY_WRONG, 4, "refer back"},
    {"/((a{99}){99}){99}/", QUERY_WRONG, 1, "repeats too much"},
    {"/a{1,}{2,999999999999}/", QUERY_WRONG, 1, "repeats too much"},
    {"(a", QUERY_INCOMPLETE, 0, "closing bracket"},
    {"(a) )", QUERY_WRONG, 4, "no bracket for \")\""},
    {"(here))", QUERY_WRONG, 6, "no bracket for \")\""},
    {"()", QUERY_WRONG, 1, "missing before \")\""},
    {"a or", QUERY_INCOMPLETE, 4, "missing at the end"},
    {"a or | b", QUERY_WRONG, 5, "missing before"},
    {"not", QUERY_INCOMPLETE, 3, "missing at the end"},
    {"| a", QUERY_WRONG, 0, "missing before \"|\""},
    {"~", QUERY_INCOMPLETE, 0, "a letter is missing"},
    {"~q", QUERY_WRONG, 0, "\"~q\" is not known"},
    {"~f", QUERY_INCOMPLETE, 2, "a value is missing"},
};

Test(query, says_what_is_wrong_and_where)
{
    for (size_t i = 0; i < COUNT(mistakes); i++) {
        struct query *q = query_new(mistakes[i].text);
        size_t at = SIZE_MAX;
        cr_assert_not_null(q);
        const char *what = query_mistake(q, &at);
        cr_expect_eq(query_state(q), mistakes[i].state, "%s: %d %s", mistakes[i].text,
                     query_state(q), what);
        cr_expect_eq(at, mistakes[i].at, "%s: %zu", mistakes[i].text, at);
        cr_expect(strstr(what, mistakes[i].says), "%s: %s", mistakes[i].text, what);
        query_free(q);
    }
}

static void expect_mistake(const char *text, const char *says)
{
    struct query *q = query_new(text);
    size_t at;
    cr_expect_eq(query_state(q), QUERY_WRONG);
    cr_expect(strstr(query_mistake(q, &at), says), "%s", query_mistake(q, &at));
    query_free(q);
}

Test(query, is_bounded)
{
    struct buf text = BUF_INIT(2000000);
    for (int i = 0; i < 1000000; i++)
        buf_append_str(&text, "a");
    expect_mistake(text.data, "longer than");
    buf_clear(&text);
    for (int i = 0; i < 1000; i++)
        buf_append_str(&text, "a ");
    expect_mistake(text.data, "too many terms");
    buf_clear(&text);
    for (int i = 0; i < 1000; i++)
        buf_append_str(&text, "(");
    expect_mistake(text.data, "too many brackets");
    buf_clear(&text);
    for (int i = 0; i < 1000; i++)
        buf_append_str(&text, "!");
    expect_mistake(text.data, "too many brackets");
    buf_clear(&text);
    buf_append_char(&text, '/');
    for (int i = 0; i < 1000; i++)
        buf_append_str(&text, "a");
    buf_append_char(&text, '/');
    expect_mistake(text.data, "longer than 256");
    buf_release(&text);
}

/* Every piece of every form: no crash, no leak, and a mistake has a sentence and a place. */
Test(query, may_end_anywhere)
{
    for (size_t i = 0; i < COUNT(forms); i++) {
        for (size_t len = 1; len < strlen(forms[i].text); len++) {
            char *part = xmemdup0(forms[i].text, len);
            struct query *q = query_new(part);
            size_t at = 0;
            if (q && query_state(q) != QUERY_GOOD) {
                cr_expect(*query_mistake(q, &at), "%s", part);
                cr_expect_leq(at, len, "%s", part);
            }
            query_free(q);
            free(part);
        }
    }
}

/* 2^20 states: it is given up, and says so. */
Test(query, a_regular_expression_has_a_time_limit, .timeout = 30)
{
    char subject[LIMIT_TEXT];
    struct maildrop *m = maildrop_new();
    struct query_view view = {.maildrop = m};
    for (size_t i = 0; i + 1 < sizeof subject; i++)
        subject[i] = (i * 2654435761u >> 7) % 3 ? 'a' : 'b';
    subject[sizeof subject - 1] = '\0';
    for (uint32_t i = 0; i < 2000; i++) {
        char uidl[16];
        snprintf(uidl, sizeof uidl, "u%u", i);
        subject[i % 1000] ^= 3;
        maildrop_remember(m, uidl, 1, i + 1, summary(subject, NULL, 0), NULL);
    }
    struct query *q = query_new("/(a|b)*a(a|b){120}(a|b)*a(a|b){7}c/");
    size_t unknown = 0;
    for (size_t i = 0; i < 2000; i++)
        unknown += query_ask(q, &view, i) == QUERY_UNKNOWN;
    cr_expect(query_is_slow(q));
    cr_expect_gt(unknown, 0);
    query_free(q);
    maildrop_free(m);
}

Test(query, describes_its_forms)
{
    const char *meaning;
    size_t count = 0;
    for (const char *form; (form = query_form(count, &meaning)); count++)
        cr_expect(*form && *meaning);
    cr_expect_gt(count, 10);
}

Test(query, brackets_mean_the_address_alone)
{
    static const struct {
        const char *text;
        const char *name, *addr;
        bool want;
    } cases[] = {
        {"from:<a@b.example>", "Ann", "a@b.example", true},
        {"from:<a@b.example>", "", "A@B.example", true},
        {"from:<a@b.example>", "Ann", "maria@b.example", false},
        {"from:<a@b.example>", "Ann", "a@b.example.com", false},
        {"from:<a@b.example>", "<a@b.example>", "x@y", false},
        {"from:@b.example>", "Ann", "maria@b.example", true},
        {"from:@b.example>", "Ann", "maria@b.example.com", false},
        {"from:@b.example>", "J\xc3\xb6rg", "j@b.example", true},
        {"from:@b.example>", "J\xc3\xb6rg @b.example>", "j@x", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char header[200];
        int len = snprintf(header, sizeof header, "From: \"%s\" <%s>\n\n", cases[i].name,
                           cases[i].addr);
        struct maildrop *m = maildrop_new();
        struct summary *s = summary_new(header, (size_t)len, NULL);
        maildrop_remember(m, "u", 1, 1, s, folded_new(s));
        struct query_view v = {.maildrop = m};
        struct query *q = query_new(cases[i].text);
        cr_expect_eq(query_matches(q, &v, 0), cases[i].want, "%s in %s", cases[i].text, header);
        query_free(q);
        maildrop_free(m);
    }
}

Test(query, expressions_ignore_case_and_accents)
{
    static const struct {
        const char *text, *subject;
        bool want;
    } cases[] = {
        {"subject:/GR\xc3\x9c[S\xc3\x9f]+E/",
         "Gr\xc3\xbc\xc3\x9f"
         "e",
         true},
        {"subject:/^grusse$/",
         "Gr\xc3\xbc\xc3\x9f"
         "e",
         true},
        {"subject:/^[A-Z]+ [0-9]$/", "hello 1", true},
        {"subject:/[[:upper:]]/", "hello", true},
        {"subject:/\\W/", "hello", false},
        {"subject:/\\W/", "he llo", true},
        {"subject:/a\\/b/", "A/B", true},
        {"subject:/a\\.b/", "axb", false},
        {"subject:/a\\\\1/", "A\\1", true},
        {"subject:/\\$[0-9]+/", "win $100", true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char header[200];
        int len = snprintf(header, sizeof header, "Subject: %s\n\n", cases[i].subject);
        struct maildrop *m = maildrop_new();
        struct summary *s = summary_new(header, (size_t)len, NULL);
        maildrop_remember(m, "u", 1, 1, s, folded_new(s));
        struct query_view v = {.maildrop = m};
        struct query *q = query_new(cases[i].text);
        size_t at;
        cr_assert_eq(query_state(q), QUERY_GOOD, "%s: %s", cases[i].text,
                     query_mistake(q, &at));
        cr_expect_eq(query_matches(q, &v, 0), cases[i].want, "%s in %s", cases[i].text,
                     cases[i].subject);
        query_free(q);
        maildrop_free(m);
    }
}

Test(query, refuses_an_expression_that_grows_when_it_is_written_out)
{
    static const struct {
        const char *text;
        bool good;
    } cases[] = {
        {"/((a{255}){255}){255}/", false},
        {"/a++++++++++++++++++++++++++++++++++++++++/", false},
        {"/(((((((((((a+)+)+)+)+)+)+)+)+)+)+b{2}/", false},
        {"/[]a]{200}[^]]{200}[[:alpha:]]{700}/", false},
        {"/(x|y{600}){2}/", false},
        {"/))++++++++++++++++++++++++++++/", false},
        {"/(+++++++++++++++++++++++++++++)/", false},
        {"/a|++++++++++++++++++++++++++++++/", false},
        {"/a{900}/", true},
        {"/[a+]+[+]*x?(y|z)*/", true},
        {"/[[:alpha:]]+@[[:alnum:].-]+[.](com|net)/", true},
        {"/a{2,3}b{4}c{5,}/", true},
        {"/\\{999999/", true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct query *q = query_new(cases[i].text);
        size_t at;
        cr_expect_eq(query_state(q) == QUERY_GOOD, cases[i].good, "%s: %s", cases[i].text,
                     query_mistake(q, &at));
        query_free(q);
    }
}

static enum query_body give_text(void *context, size_t index, struct buf *text)
{
    static const char *const texts[] = {"one\nGr\xc3\xbc\xc3\x9f"
                                        "e aus Wien\n",
                                        "one\n"};
    (void)context;
    if (index > 1)
        return QUERY_BODY_NOWHERE;
    buf_append_str(text, texts[index]);
    return index ? QUERY_BODY_BEGINS : QUERY_BODY_WHOLE;
}

Test(query, asks_for_bodies)
{
    static const struct {
        const char *text;
        enum query_answer want[4];
    } cases[] = {
        {"body:grusse", {QUERY_YES, QUERY_UNKNOWN, QUERY_UNKNOWN, QUERY_UNKNOWN}},
        {"body:one", {QUERY_YES, QUERY_YES, QUERY_UNKNOWN, QUERY_UNKNOWN}},
        {"not body:one", {QUERY_NO, QUERY_NO, QUERY_UNKNOWN, QUERY_UNKNOWN}},
        {"~b two", {QUERY_NO, QUERY_UNKNOWN, QUERY_UNKNOWN, QUERY_UNKNOWN}},
        {"body:/^grusse.*wien$/", {QUERY_YES, QUERY_UNKNOWN, QUERY_UNKNOWN, QUERY_UNKNOWN}},
        {"body:/one.*grusse/", {QUERY_NO, QUERY_UNKNOWN, QUERY_UNKNOWN, QUERY_UNKNOWN}},
    };
    struct maildrop *m = maildrop_new();
    for (size_t i = 0; i < 4; i++)
        maildrop_remember(m, "u", i + 1, (uint32_t)i + 1, NULL, NULL);
    struct query_view v = {.maildrop = m, .body = give_text};
    const struct query_view none = {.maildrop = m};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct query *q = query_new(cases[i].text);
        for (size_t k = 0; k < 4; k++) {
            cr_expect_eq(query_ask(q, &v, k), cases[i].want[k], "%s: %zu", cases[i].text, k);
            cr_expect_eq(query_ask(q, &none, k), QUERY_UNKNOWN, "%s", cases[i].text);
        }
        cr_expect(query_needs_body(q));
        query_free(q);
    }
    maildrop_free(m);
}

/* Message 0: nobody is asked; 1: it says nothing; 2: pass; 3: fail. */
static struct trust give_trust(void *context, size_t index)
{
    (void)context;
    struct trust t = {
        .score = trust_score_none(), .is_asked = index > 0, .is_judged = index > 1};
    t.results.results[AUTHRES_DMARC] = index == 3 ? AUTHRES_FAIL : AUTHRES_PASS;
    return t;
}

Test(query, asks_how_far_to_trust)
{
    static const struct {
        const char *text;
        enum query_answer want[4];
    } cases[] = {
        {"auth:none", {QUERY_UNKNOWN, QUERY_YES, QUERY_NO, QUERY_NO}},
        {"auth:pass", {QUERY_UNKNOWN, QUERY_NO, QUERY_YES, QUERY_NO}},
        {"auth:fail", {QUERY_UNKNOWN, QUERY_NO, QUERY_NO, QUERY_YES}},
        {"is:suspicious", {QUERY_NO, QUERY_NO, QUERY_NO, QUERY_YES}},
    };
    static const char sender[] = "From: Ann <ann@example.org>\n";
    struct maildrop *m = maildrop_new();
    for (size_t i = 0; i < 4; i++)
        maildrop_remember(m, "u", i + 1, (uint32_t)i + 1,
                          summary_new(sender, strlen(sender), NULL), NULL);
    size_t unseen = maildrop_remember(m, "v", 9, 9, NULL, NULL);
    struct query_view v = {.maildrop = m, .trust = give_trust};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct query *q = query_new(cases[i].text);
        for (size_t k = 0; k < 4; k++)
            cr_expect_eq(query_ask(q, &v, k), cases[i].want[k], "%s: %zu", cases[i].text, k);
        cr_expect_eq(query_ask(q, &v, unseen), QUERY_UNKNOWN, "%s", cases[i].text);
        query_free(q);
    }
    maildrop_free(m);
}

Test(query, knows_a_text_that_an_expression_needs)
{
    static const struct {
        const char *pattern, *literal;
    } cases[] = {
        {"casino", "casino"},
        {"s[eo]nder49", "nder49"},
        {"par.*cular$", "cular"},
        {"a|b", ""},
        {"(casino|x)ab", "ab"},
        {"casinos?", "casino"},
        {"ab*", "a"},
        {"ab{2,3}cd", "cd"},
        {"ab+c", "a"},
        {"fr[e3]{2} +mone?y", "mon"},
        {"@casino[.]example>$", "example>"},
        {"\\.com\\b", ".com"},
        {"\\w+abc", "abc"},
        {"a(b(c)d)*ef", "ef"},
        {"[]x]yz", "yz"},
        {"[[:alpha:]]k", "k"},
        {"x{y", ""},
        {"a)b", ""},
        {"", ""},
        {"*a", "a"},
        {"([)]|a)bc", "bc"},
        {"ab\xc3\xa4?c", "ab"},
        {"a\\\\b", "a\\b"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *literal = query_regex_literal(cases[i].pattern);
        cr_expect_str_eq(literal, cases[i].literal, "%s: %s", cases[i].pattern, literal);
        free(literal);
    }
}
