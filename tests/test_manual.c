#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "client/client_inside.h"
#include "maildrop/folded.h"
#include "maildrop/query.h"
#include "store/config.h"

/* The examples of the man page do what it says. */

#define NOW 1799000000 /* 2027-01-03 */
#define PLAIN \
    "From: Ann <ann@example.org>\nTo: me@example.org\nDate: Fri, 1 Jan 2027 10:00:00 +0000\n"

/* Each query of the page matches one of these at least, or a new one without a header; none
 * matches the last. */
static const char *const blocks[] = {
    "From: Casino Royal <win@casino.example>\nTo: ann@example.org\nCc: the team "
    "<t@example.org>\n"
    "Subject: free money at the lottery\nMessage-ID: <4711@casino.example>\n"
    "List-Id: <news.example>\nX-Mailer: BulkMail\nX-Spam-Score: 12\n"
    "Date: Mon, 2 Nov 2026 10:00:00 +0000\n"
    "Content-Type: multipart/mixed; boundary=x; charset=gb2312\n\n",
    "From: x@y.example\nMessage-ID: <4711@casino.example>\n\n",
    PLAIN "Subject: lunch?\nMessage-ID: <2@example.org>\n\n",
};
#define BLOCKS (sizeof blocks / sizeof *blocks)

static bool give_header(void *context, size_t index, struct buf *out)
{
    (void)context;
    return index < BLOCKS && buf_append(out, blocks[index], strlen(blocks[index]));
}

static enum query_body give_body(void *context, size_t index, struct buf *text)
{
    (void)context;
    buf_append_str(text, index ? "Hello." : "You won a prize!");
    return QUERY_BODY_WHOLE;
}

static struct trust give_trust(void *m, size_t index)
{
    struct trust t = summary_trust(maildrop_at(m, index)->summary);
    t.is_asked = t.is_judged = true;
    t.results.results[AUTHRES_SPF] = index ? AUTHRES_PASS : AUTHRES_FAIL;
    return t;
}

static struct maildrop *make_maildrop(struct marks *k)
{
    struct maildrop *m = maildrop_new();
    for (size_t i = 0; i < BLOCKS; i++) {
        char uidl[8];
        snprintf(uidl, sizeof uidl, "%zu", i);
        maildrop_remember(m, uidl, i ? 100 : 2000000, (uint32_t)i + 1,
                          summary_new(blocks[i], strlen(blocks[i]), NULL), NULL);
    }
    maildrop_list_begin(m);
    for (uint32_t i = 0; i <= BLOCKS; i++) {
        char uidl[8];
        int len = snprintf(uidl, sizeof uidl, "%u", (unsigned)i);
        maildrop_list_uidl(m, i + 1, uidl, (size_t)len);
        maildrop_list_size(m, i + 1, i ? 100 : 2000000);
    }
    maildrop_list_end(m);
    marks_set(k, 0, MARK_DELETE, CAUSE_HAND, 1);
    marks_set(k, 1, MARK_KEEP, CAUSE_HAND, 1);
    return m;
}

/* A section begins. */
static bool is_head(const char *line)
{
    return !strncmp(line, ".Sh", 3) || !strncmp(line, ".Ss", 3);
}

/* What stands behind ".It Li ", without the page's own signs. */
static void unescape(char *text)
{
    char *to = text;
    for (char *from = text; *from && *from != '\n';) {
        if (!strncmp(from, "\\(dq", 4)) {
            *to++ = '"';
            from += 4;
        } else {
            *to++ = *from++;
        }
    }
    *to = '\0';
}

static void expect_match(const char *text, const struct query_view *view)
{
    struct query *q = query_new(text);
    size_t at, matching = 0;
    cr_assert_not_null(q);
    cr_assert_eq(query_state(q), QUERY_GOOD, "%s: %s", text, query_mistake(q, &at));
    for (size_t i = 0; i < maildrop_size(view->maildrop); i++)
        matching += query_matches(q, view, i);
    cr_expect(matching, "%s matches nothing", text);
    cr_expect_not(query_matches(q, view, BLOCKS - 1), "%s", text);
    query_free(q);
}

/* The lines of a literal block of the page, the first behind HEAD. */
static char *block_behind(const char *head)
{
    char path[500], line[500];
    const char *top = getenv("top_srcdir");
    snprintf(path, sizeof path, "%s/dele.1", top ? top : "..");
    FILE *page = fopen(path, "r");
    cr_assert_not_null(page, "%s", path);
    struct buf block = BUF_INIT(10000);
    bool behind = false, inside = false;
    while (fgets(line, sizeof line, page) && !(inside && !strcmp(line, ".Ed\n"))) {
        if (inside)
            buf_append_str(&block, line);
        behind |= !strcmp(line, head);
        inside |= behind && !strcmp(line, ".Bd -literal\n");
    }
    fclose(page);
    return buf_detach(&block);
}

Test(manual, its_configurations_can_be_read)
{
    static const struct {
        const char *head, *account;
        size_t rules;
    } cases[] = {{".Ss Rules\n", NULL, 3},
                 {".It Pa $XDG_CONFIG_HOME/dele/config\n", "work", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[] = "/tmp/dele-manual-XXXXXX", *text = block_behind(cases[i].head);
        int fd = mkstemp(path);
        cr_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
        close(fd);
        struct config c;
        struct err e = {0};
        cr_assert(config_load(&c, path, &e), "%s: %s", text, e.text);
        cr_expect_null(config_rule_fault(&c, cases[i].account, 0));
        struct rules *r = config_rules(&c, cases[i].account);
        cr_expect_eq(rules_count(r), cases[i].rules, "%s", text);
        rules_free(r);
        config_release(&c);
        unlink(path);
        free(text);
    }
}

/* ---- trust ------------------------------------------------------------------------------- */

static const char *const honest[] = {
    "From: Ann Lee <ann@example.org>", "To: you@example.net",
    "Delivered-To: you@example.net",   "Date: Thu, 1 Oct 2026 10:00:00 +0000",
    "Message-ID: <4711@example.org>",  "Subject: the meeting",
};

/* An honest header with EXAMPLE in the place of its own field, beside it ("a second Subject"),
 * or without a field ("no Message-ID"). */
static char *block_of(const char *example)
{
    struct buf block = BUF_INIT(4096);
    bool second = !strncmp(example, "a second ", 9), none = !strncmp(example, "no ", 3);
    const char *name = second ? example + 9 : none ? example + 3 : example;
    size_t len = strcspn(name, ":");
    if (!second && !none)
        buf_printf(&block, "%s\n", example);
    for (size_t i = 0; i < sizeof honest / sizeof *honest; i++) {
        bool is_same = strcspn(honest[i], ":") == len && ascii_same(honest[i], name, len);
        if (is_same && second)
            buf_printf(&block, "%s\n", honest[i]);
        if (!is_same || second)
            buf_printf(&block, "%s\n", honest[i]);
    }
    return buf_detach(&block);
}

static void meet(struct client *c, const char *block)
{
    uint32_t place = (uint32_t)maildrop_size(c->maildrop) + 1;
    struct summary *s = summary_new(block, strlen(block), NULL);
    client_meet(c, maildrop_remember(c->maildrop, "", 100, place, s, folded_new(s)));
}

static void expect_reasons(struct client *c, const char *example, const char *want)
{
    char *block = block_of(example);
    struct buf reasons = BUF_INIT(4096);
    meet(c, block);
    struct trust t = client_trust(c, maildrop_size(c->maildrop) - 1);
    trust_explain(&reasons, &t);
    cr_expect_str_eq(reasons.data, want, "%s: %s", example, reasons.data);
    buf_release(&reasons);
    free(block);
}

static struct client *client_with_a_friend(const struct account *a)
{
    static const char *const dates[] = {"1 Sep", "20 Sep", "9 Oct"};
    struct client *c = client_new(a, NULL, NULL, NULL);
    for (size_t i = 0; i < 3; i++) {
        char block[200];
        snprintf(block, sizeof block,
                 "From: Bob Lee <bob@example.com>\nDate: %s 2026 10:00:00 +0000\n", dates[i]);
        meet(c, block);
    }
    return c;
}

Test(manual, its_reasons_for_trust_are_what_is_shown)
{
    char path[500], line[500], example[500] = "";
    const char *top = getenv("top_srcdir");
    struct account a;
    account_init(&a);
    account_set(&a, "trust-authserv", "mx.example.org", &(struct err){0});
    struct client *c = client_with_a_friend(&a);
    snprintf(path, sizeof path, "%s/dele.1", top ? top : "..");
    FILE *page = fopen(path, "r");
    cr_assert_not_null(page, "%s", path);
    bool inside = false;
    size_t count = 0;
    expect_reasons(c, "X-Nothing: at all", "");
    while (fgets(line, sizeof line, page)) {
        if (is_head(line))
            inside = !strcmp(line, ".Ss Trust\n");
        bool is_example = inside && !strncmp(line, ".It Li ", 7);
        unescape(line);
        if (*example) { /* what is shown stands below it */
            expect_reasons(c, example, line);
            count++;
        }
        snprintf(example, sizeof example, "%s", is_example ? line + 7 : "");
    }
    cr_expect_gt(count, 33, "%zu", count);
    fclose(page);
    client_free(c);
    account_release(&a);
}

Test(manual, its_queries_match_what_it_says)
{
    char path[500], line[500];
    const char *top = getenv("top_srcdir");
    snprintf(path, sizeof path, "%s/dele.1", top ? top : "..");
    FILE *page = fopen(path, "r");
    cr_assert_not_null(page, "%s", path);
    struct marks *k = marks_new();
    struct maildrop *m = make_maildrop(k);
    struct query_view view = {m, k, NOW, give_header, m, give_body, give_trust};
    bool inside = false;
    size_t count = 0;
    while (fgets(line, sizeof line, page)) {
        if (is_head(line))
            inside = !strcmp(line, ".Ss Queries\n");
        if (!inside || strncmp(line, ".It Li ", 7) != 0)
            continue;
        unescape(line + 7);
        expect_match(line + 7, &view);
        count++;
    }
    cr_expect_gt(count, 25, "%zu", count);
    fclose(page);
    maildrop_free(m);
    marks_free(k);
}
