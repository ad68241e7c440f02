#include "config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
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

static enum query_auth give_auth(void *context, size_t index)
{
    (void)context;
    return index ? QUERY_AUTH_PASS : QUERY_AUTH_FAIL;
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

Test(manual, its_queries_match_what_it_says)
{
    char path[500], line[500];
    const char *top = getenv("top_srcdir");
    snprintf(path, sizeof path, "%s/dele.1", top ? top : "..");
    FILE *page = fopen(path, "r");
    cr_assert_not_null(page, "%s", path);
    struct marks *k = marks_new();
    struct maildrop *m = make_maildrop(k);
    struct query_view view = {m, k, NOW, give_header, NULL, give_body, give_auth};
    bool inside = false;
    size_t count = 0;
    while (fgets(line, sizeof line, page)) {
        if (!strncmp(line, ".S", 2))
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
