#include "config.h"

#include "mail/mime.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

TestSuite(mime, .timeout = 60);

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* What a parser tells, written down: a line for each part, then what each leaf holds. */
struct record {
    struct buf bodies[64];
    unsigned ended;
};

static void take_body(void *context, const struct mime_part *part, const char *bytes,
                      size_t len)
{
    struct record *r = context;
    if (part->index < COUNT(r->bodies))
        buf_append(&r->bodies[part->index], bytes, len);
}

static void take_end(void *context, const struct mime_part *part)
{
    struct record *r = context;
    (void)part;
    r->ended++;
}

static void write_part(const struct mime *m, const struct record *r, uint32_t i,
                       struct buf *out)
{
    const struct mime_part *p = mime_part(m, i);
    struct buf number = BUF_INIT(100);
    mime_number(m, i, &number);
    buf_printf(out, "%s %s", number.len ? number.data : "-", p->type);
    buf_release(&number);
    if (*p->name)
        buf_printf(out, " '%s'", p->name);
    if (p->is_attachment)
        buf_append_str(out, " attached");
    if (!p->is_complete)
        buf_append_str(out, " open");
    if (mime_part_is_leaf(p))
        buf_printf(out, " [%s]", r->bodies[i].data);
    buf_append_str(out, "\n");
}

static char *parse(const char *text, size_t len, size_t first, size_t step, bool cut)
{
    struct record r;
    struct buf out = BUF_INIT(100000);
    const struct mime_sink sink = {&r, NULL, take_body, take_end};
    r.ended = 0;
    for (size_t i = 0; i < COUNT(r.bodies); i++)
        r.bodies[i] = BUF_INIT(10000);
    struct mime *m = mime_new(&sink, NULL);
    mime_feed(m, text, first);
    for (size_t at = first; at < len; at += step)
        mime_feed(m, text + at, len - at < step ? len - at : step);
    mime_end(m, cut);
    for (uint32_t i = 0; i < mime_count(m); i++)
        write_part(m, &r, i, &out);
    cr_expect_eq(r.ended, mime_count(m), "each part ends once: %s", text);
    uint32_t chosen = mime_choose(m, 0);
    if (chosen != MIME_NO_PART) {
        buf_append_str(&out, "> ");
        mime_number(m, chosen, &out);
    } else {
        buf_append_str(&out, "> none");
    }
    mime_free(m);
    for (size_t i = 0; i < COUNT(r.bodies); i++)
        buf_release(&r.bodies[i]);
    return buf_detach(&out);
}

#define MIXED "Content-Type: multipart/mixed; boundary=b\n\n"
#define ALTERNATIVE "Content-Type: multipart/alternative; boundary=b\n\n"
#define HTML "Content-Type: text/html\n\n<p>hi\n"

static const struct sample {
    const char *name, *text, *want;
} samples[] = {
    {"nothing", "", "1 text/plain []\n> 1"},
    {"a header alone", "Subject: x\n", "1 text/plain []\n> 1"},
    {"no blank line", "Subject: x\nDear reader\nand you\n\nmore\n",
     "1 text/plain [Dear reader\nand you\n\nmore\n]\n> 1"},
    {"no blank line, and no end", "Subject: x\nDear reader", "1 text/plain [Dear reader]\n> 1"},
    {"no header, no blank line", "just text\nmore\n", "1 text/plain [just text\nmore\n]\n> 1"},
    {"a stray line between fields", "From: a\nstray\nContent-Type: text/html\n\nhi",
     "1 text/html [hi]\n> 1"},
    {"an mbox line", "From a b\nSubject: x\n>From a b\n\nhi", "1 text/plain [hi]\n> 1"},
    {"the beginning of a field", "Subject: x\nDat", "1 text/plain []\n> 1"},
    {"a boundary in sections",
     "Content-Type: multipart/mixed; boundary*0=b; boundary*1=c\n\n--bc\n\none\n--bc--",
     "- multipart/mixed\n1 text/plain [one]\n> 1"},
    {"an encoding in quotes",
     "Content-Transfer-Encoding: \"base64\"\n\naGk=", "1 text/plain [hi]\n> 1"},
    {"half a boundary at the end", MIXED "--b\n\none\n--b-",
     "- multipart/mixed open\n1 text/plain [one]\n> 1"},
    {"plain", "Subject: x\n\nhi\nyou\n", "1 text/plain [hi\nyou\n]\n> 1"},
    {"CRLF", "Subject: x\r\n\r\nhi\r\nyou\r\n", "1 text/plain [hi\r\nyou\r\n]\n> 1"},
    {"no last line end", "Subject: x\n\nhi", "1 text/plain [hi]\n> 1"},
    {"a body alone", "\nhi\n", "1 text/plain [hi\n]\n> 1"},
    {"dashes in a simple body", "A: b\n\n--b\n-\n--\n", "1 text/plain [--b\n-\n--\n]\n> 1"},
    {"two parts",
     MIXED "pre\n--b\n\none\n--b\nContent-Type: text/x\n\ntwo\n\n--b--\npost\n--b\n",
     "- multipart/mixed\n1 text/plain [one]\n2 text/x [two\n]\n> 1"},
    {"CRLF in two parts",
     "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n"
     "--b--\r\n",
     "- multipart/mixed\n1 text/plain [one]\n2 text/plain [two]\n> 1"},
    {"a CR before the line's end", MIXED "--b\n\none\r\r\n--b--\n",
     "- multipart/mixed\n1 text/plain [one\r]\n> 1"},
    {"CRLF behind what began as a boundary", MIXED "--b\n\n-d\r\n--b\n\n--c\r\n--b--\n",
     "- multipart/mixed\n1 text/plain [-d]\n2 text/plain [--c]\n> 1"},
    {"blanks behind a boundary", MIXED "--b \t\n\none\n--b-- \n",
     "- multipart/mixed\n1 text/plain [one]\n> 1"},
    {"almost a boundary", MIXED "--b\n\n--bc\n--b-\n-b\n --b\nb--\n--b-- x\n--b--",
     "- multipart/mixed\n1 text/plain [--bc\n--b-\n-b\n --b\nb--\n--b-- x]\n> 1"},
    {"a boundary with blanks at its end",
     "Content-Type: multipart/mixed; boundary=\"b \"\n\n--b\n\none\n--b--\n",
     "- multipart/mixed\n1 text/plain [one]\n> 1"},
    {"the first line is a boundary",
     "Content-Type: multipart/mixed; boundary=b\n--b\n\none\n--b--",
     "- multipart/mixed\n1 text/plain [one]\n> 1"},
    {"unclosed", MIXED "--b\n\none\n", "- multipart/mixed open\n1 text/plain [one\n]\n> 1"},
    {"no boundary at all", MIXED "text\n", "- multipart/mixed open\n> none"},
    {"no boundary named", "Content-Type: multipart/mixed\n\n--b\n\none\n--b--\n",
     "1 multipart/mixed [--b\n\none\n--b--\n]\n> 1"},
    {"empty parts", MIXED "--b\n--b\n\n--b\n\n\n--b--\n",
     "- multipart/mixed\n1 text/plain []\n2 text/plain []\n3 text/plain []\n> 1"},
    {"a part without a blank line", MIXED "--b\nContent-Type: text/html\n--b--\n",
     "- multipart/mixed\n1 text/html []\n> 1"},
    {"a part without a blank line before its text",
     MIXED "--b\nContent-Type: text/html\nhi\nyou\n--b\n\ntwo\n--b--\n",
     "- multipart/mixed\n1 text/html [hi\nyou]\n2 text/plain [two]\n> 1"},
    {"a multipart without a blank line before its parts",
     MIXED "--b\nContent-Type: multipart/x; boundary=c\npre\n--c\none\n--c--\n--b--\n",
     "- multipart/mixed\n1 multipart/x\n1.1 text/plain [one]\n> 1.1"},
    {"a part without a header", MIXED "--b\nno field here\nmore\n--b--\n",
     "- multipart/mixed\n1 text/plain [no field here\nmore]\n> 1"},
    {"nested",
     MIXED "--b\nContent-Type: multipart/x; boundary=bb\n\n--bb\n\none\n--bb--\nx\n--b\n\n"
           "two\n--b--\n",
     "- multipart/mixed\n1 multipart/x\n1.1 text/plain [one]\n2 text/plain [two]\n> 1.1"},
    {"nested and unclosed",
     MIXED "--b\nContent-Type: multipart/x; boundary=bb\n\n--bb\n\none\n"
           "--b\n\ntwo\n--b--\n",
     "- multipart/mixed\n1 multipart/x open\n1.1 text/plain [one]\n2 text/plain [two]\n> 1.1"},
    {"the same boundary inside",
     MIXED "--b\nContent-Type: multipart/x; boundary=b\n\n--b\n\none\n"
           "--b--\n--b\n\ntwo\n--b--\n",
     "- multipart/mixed\n1 multipart/x\n1.1 text/plain [one]\n2 text/plain [two]\n> 1.1"},
    {"a message inside", MIXED "--b\nContent-Type: message/rfc822\n\nSubject: y\n\nin\n--b--\n",
     "- multipart/mixed\n1 message/rfc822\n1.1 text/plain [in]\n> 1.1"},
    {"a message that is a message", "Content-Type: message/rfc822\n\nSubject: y\n\nin",
     "1 message/rfc822\n1.1 text/plain [in]\n> 1.1"},
    {"a message that is a message, no blank lines",
     "Content-Type: message/rfc822\nSubject: y\nin it",
     "1 message/rfc822\n1.1 text/plain [in it]\n> 1.1"},
    {"a message that is a text", "Content-Type: message/rfc822\nin it\n",
     "1 message/rfc822\n1.1 text/plain [in it\n]\n> 1.1"},
    {"a message that is a text without an end", "Content-Type: message/rfc822\nin it",
     "1 message/rfc822\n1.1 text/plain [in it]\n> 1.1"},
    {"a message inside, no blank line before its text",
     MIXED "--b\nContent-Type: message/rfc822\n\nSubject: y\nin it\n--b--\n",
     "- multipart/mixed\n1 message/rfc822\n1.1 text/plain [in it]\n> 1.1"},
    {"a message inside, its header alone",
     MIXED "--b\nContent-Type: message/rfc822\n\nSubject: y\n--b--\n",
     "- multipart/mixed\n1 message/rfc822\n1.1 text/plain []\n> 1.1"},
    {"a message inside, of which nothing is there",
     MIXED "--b\nContent-Type: message/rfc822\n--b--\n",
     "- multipart/mixed\n1 message/rfc822\n1.1 text/plain []\n> 1.1"},
    {"a message of parts inside",
     MIXED
     "--b\nContent-Type: message/rfc822\n\nContent-Type: multipart/x; boundary=c\n\n--c\n\n"
     "one\n--c\n\ntwo\n--c--\n--b\n\nthree\n--b--\n",
     "- multipart/mixed\n1 message/rfc822\n1.1 multipart/x\n1.1.1 text/plain [one]\n"
     "1.1.2 text/plain [two]\n2 text/plain [three]\n> 1.1.1"},
    {"a message that is encoded, which it must not be",
     MIXED "--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
           "U3ViamVjdDogeAo=\n--b--\n",
     "- multipart/mixed\n1 message/rfc822 [Subject: x\n]\n> none"},
    {"a digest",
     "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: y\n\nin\n--b--\n",
     "- multipart/digest\n1 message/rfc822\n1.1 text/plain [in]\n> 1.1"},
    {"a digest of texts",
     "Content-Type: multipart/digest; boundary=b\n\n--b\nDear reader\nand you\n--b--\n",
     "- multipart/digest\n1 message/rfc822\n1.1 text/plain [Dear reader\nand you]\n> 1.1"},
    {"base64", "Content-Transfer-Encoding: BASE64\n\naGkg\neW91\n",
     "1 text/plain [hi you]\n> 1"},
    {"base64 in a part", MIXED "--b\nContent-Transfer-Encoding: base64\n\naGkg\neW91\n--b--\n",
     "- multipart/mixed\n1 text/plain [hi you]\n> 1"},
    {"quoted-printable in a part",
     MIXED "--b\nContent-Transfer-Encoding: quoted-printable\n\na=3Db=\n c\n--b--\n",
     "- multipart/mixed\n1 text/plain [a=b c]\n> 1"},
    {"a multipart that says it is encoded",
     "Content-Transfer-Encoding: base64\n" MIXED "--b\n\none\n--b--\n",
     "- multipart/mixed\n1 text/plain [one]\n> 1"},
    {"an encoding nobody knows", "Content-Transfer-Encoding: x-rot\n\nuv\n",
     "1 text/plain [uv\n]\n> 1"},
    {"types that make no sense",
     MIXED
     "--b\nContent-Type: garbage\n\n1\n--b\nContent-Type: /\n\n2\n--b\nContent-Type: a/b/c\n\n"
     "3\n--b\nContent-Type: Text/HTML; charset=x\n\n4\n--b\nContent-Type:\n\n5\n--b--\n",
     "- multipart/mixed\n1 text/plain [1]\n2 text/plain [2]\n3 text/plain [3]\n4 text/html "
     "[4]\n"
     "5 text/plain [5]\n> 1"},
    {"names",
     MIXED
     "--b\nContent-Type: a/b; name=x\nContent-Disposition: attachment; filename=\"../y\"\n\n1\n"
     "--b\nContent-Type: a/b; name=\"=?utf-8?Q?=C3=BC?=\"\n\n2\n"
     "--b\nContent-Disposition: attachment;\n filename*0*=utf-8''%C3;\n filename*1*=%BC\n\n3\n"
     "--b\nContent-Type: a/b; name=\"a\x1b[2Jb\"\n\n4\n--b--\n",
     "- multipart/mixed\n1 a/b '../y' attached [1]\n2 a/b '\xc3\xbc' [2]\n"
     "3 text/plain '\xc3\xbc' attached [3]\n4 a/b 'a\xe2\x90\x9b[2Jb' [4]\n> 3"},
    /* the choice */
    {"plain before HTML", ALTERNATIVE "--b\n\nplain\n--b\n" HTML "--b--\n",
     "- multipart/alternative\n1 text/plain [plain]\n2 text/html [<p>hi]\n> 1"},
    {"plain behind HTML", ALTERNATIVE "--b\n" HTML "--b\n\nplain\n--b--\n",
     "- multipart/alternative\n1 text/html [<p>hi]\n2 text/plain [plain]\n> 2"},
    {"plain is blank", ALTERNATIVE "--b\n\n \t\n\n--b\n" HTML "--b--\n",
     "- multipart/alternative\n1 text/plain [ \t\n]\n2 text/html [<p>hi]\n> 2"},
    {"plain is a stub", ALTERNATIVE "--b\n\nYour program shows no HTML.\n--b\n" HTML "--b--\n",
     "- multipart/alternative\n1 text/plain [Your program shows no HTML.]\n"
     "2 text/html [<p>hi]\n> 2"},
    {"HTML in a related part",
     ALTERNATIVE "--b\n\n\n--b\nContent-Type: multipart/related; boundary=c\n\n"
                 "--c\n" HTML "--c--\n--b--\n",
     "- multipart/alternative\n1 text/plain []\n2 multipart/related\n2.1 text/html [<p>hi]\n> "
     "2.1"},
    {"a list's footer is not the text", MIXED "--b\n" HTML "--b\n\nfooter\n--b--\n",
     "- multipart/mixed\n1 text/html [<p>hi]\n2 text/plain [footer]\n> 1"},
    {"an attached text is not the text",
     MIXED "--b\nContent-Disposition: attachment\n\nlog\n--b\n" HTML "--b--\n",
     "- multipart/mixed\n1 text/plain attached [log]\n2 text/html [<p>hi]\n> 2"},
    {"but where there is no other",
     MIXED "--b\nContent-Disposition: attachment\n\nlog\n--b--\n",
     "- multipart/mixed\n1 text/plain attached [log]\n> 1"},
    {"no text", "Content-Type: image/png\n\nx\n", "1 image/png [x\n]\n> none"},
};

Test(mime, reads_whole_split_and_byte_by_byte)
{
    for (size_t i = 0; i < COUNT(samples); i++) {
        const struct sample *s = &samples[i];
        size_t len = strlen(s->text);
        for (size_t first = 0; first <= len; first++) {
            char *got = parse(s->text, len, first, len, false);
            cr_expect_str_eq(got, s->want, "%s, cut at %zu:\n%s\nnot\n%s", s->name, first, got,
                             s->want);
            free(got);
        }
        char *got = parse(s->text, len, 0, 1, false);
        cr_expect_str_eq(got, s->want, "%s, byte by byte:\n%s\nnot\n%s", s->name, got, s->want);
        free(got);
    }
}

/* A message that TOP cut is read as far as it goes, and what is open says so. */
Test(mime, is_cut_anywhere)
{
    for (size_t i = 0; i < COUNT(samples); i++) {
        const char *text = samples[i].text;
        for (size_t len = 0; len <= strlen(text); len++) {
            char *exact = xmalloc(len + 1);
            memcpy(exact, text, len);
            char *got = parse(exact, len, len, 1, true);
            if (len > 0)
                cr_expect(strstr(got, " open") || strstr(got, "multipart"),
                          "%s, cut at %zu: %s", samples[i].name, len, got);
            free(got);
            free(exact);
        }
    }
}

/* Where the parts of a message stand in it. */
Test(mime, knows_the_places_of_parts)
{
    static const char text[] = MIXED "--b\nA: b\n\none\n--b\n\ntwo\r\n--b--\n";
    struct mime *m = mime_new(NULL, NULL);
    mime_feed(m, text, strlen(text));
    mime_end(m, false);
    cr_assert_eq(mime_count(m), 3);
    const struct mime_part *one = mime_part(m, 1), *two = mime_part(m, 2);
    cr_expect_eq(memcmp(text + one->start, "A: b\n\none", one->end - one->start), 0);
    cr_expect_eq(memcmp(text + one->body, "one", one->end - one->body), 0);
    cr_expect_eq(one->end - one->body, 3);
    cr_expect_eq(two->end - two->body, 3);
    cr_expect_eq(memcmp(text + two->body, "two", 3), 0);
    cr_expect_eq(one->decoded, 3);
    cr_expect_eq(mime_by_number(m, "2"), 2);
    cr_expect_eq(mime_by_number(m, "3"), MIME_NO_PART);
    mime_free(m);
}

/* However deep or many, no two parts have the same number. */
Test(mime, finds_each_part_by_its_number)
{
    struct mime *m = mime_new(NULL, NULL);
    for (unsigned depth = 0; depth + 1 < LIMIT_MIME_DEPTH; depth++) {
        char text[128];
        snprintf(text, sizeof text, "Content-Type: multipart/x; boundary=b%u\n\n", depth);
        mime_feed(m, text, strlen(text));
        snprintf(text, sizeof text, "--b%u\n\n", depth);
        for (unsigned i = 0; i < 10; i++)
            mime_feed(m, text, strlen(text));
        snprintf(text, sizeof text, "--b%u\n", depth);
        mime_feed(m, text, strlen(text));
    }
    mime_feed(m, "\n", 1);
    mime_end(m, false);
    cr_assert_eq(mime_count(m), 1 + 11 * (LIMIT_MIME_DEPTH - 1));
    for (uint32_t i = 0; i < mime_count(m); i += 9) {
        struct buf number = BUF_INIT(MIME_NUMBER_MOST);
        mime_number(m, i, &number);
        cr_expect_eq(mime_by_number(m, number.data), i, "%s", number.data);
        buf_release(&number);
    }
    mime_free(m);
}

static size_t feed_times(struct mime *m, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++)
        mime_feed(m, text, strlen(text));
    mime_end(m, false);
    return mime_count(m);
}

Test(mime, caps_what_is_endless, .timeout = 30)
{
    struct mime *m = mime_new(NULL, NULL);
    mime_feed(m, MIXED, strlen(MIXED));
    cr_expect_eq(feed_times(m, "--b\n\nx\n", 100000), LIMIT_PARTS);
    cr_expect_eq(mime_left_out(m), 100001 - LIMIT_PARTS);
    mime_free(m);

    m = mime_new(NULL, NULL);
    cr_expect_eq(feed_times(m, MIXED "--b\n", 100000), LIMIT_MIME_DEPTH);
    mime_free(m);
    m = mime_new(NULL, NULL);
    cr_expect_eq(feed_times(m, "Content-Type: message/rfc822\n\n", 100000), LIMIT_MIME_DEPTH);
    mime_free(m);

    /* endless lines that could be boundaries, against as many as there may be */
    m = mime_new(NULL, NULL);
    feed_times(m, MIXED "--b\n", LIMIT_MIME_DEPTH - 1);
    mime_free(m);
    m = mime_new(NULL, NULL);
    for (size_t i = 0; i + 1 < LIMIT_MIME_DEPTH; i++)
        mime_feed(m, MIXED "--b\n", strlen(MIXED "--b\n"));
    mime_feed(m, "\n", 1);
    feed_times(m, "--\n--x\n--bb\n-\n", 1000000);
    mime_free(m);

    m = mime_new(NULL, NULL);
    feed_times(m, "Header-without-an-end", 1000000);
    cr_expect_eq(mime_count(m), 1);
    mime_free(m);
    m = mime_new(NULL, NULL);
    feed_times(m, "A: b\n", 2000000);
    cr_expect_eq(mime_count(m), 1);
    mime_free(m);
}

/* Longer than anybody needs, and still a boundary. */
Test(mime, takes_a_boundary_of_ten_thousand_octets)
{
    char *text = xmalloc(50000), boundary[10001];
    memset(boundary, 'b', 10000);
    boundary[10000] = '\0';
    sprintf(text, "Content-Type: multipart/mixed; boundary=%s\n\n--%s\n\none\n--%s--\n",
            boundary, boundary, boundary);
    char *got = parse(text, strlen(text), 0, 1000, false);
    cr_expect_str_eq(got, "- multipart/mixed\n1 text/plain [one]\n> 1");
    free(got);
    free(text);
}

/* A first line that is no field is text, however long. */
Test(mime, takes_a_line_of_any_length_without_a_header)
{
    static const size_t pieces[] = {1, 1000, 16384, 200000};
    char *text = xmalloc(100000);
    size_t at = (size_t)sprintf(text, "%s--b\n", MIXED);
    memset(text + at, 'x', 60000);
    at += 60000;
    at += (size_t)sprintf(text + at, "\r\n--b--\n");
    for (size_t i = 0; i < COUNT(pieces); i++) {
        struct mime *m = mime_new(NULL, NULL);
        for (size_t fed = 0; fed < at; fed += pieces[i])
            mime_feed(m, text + fed, at - fed < pieces[i] ? at - fed : pieces[i]);
        mime_end(m, false);
        cr_assert_eq(mime_count(m), 2);
        cr_expect_eq(mime_part(m, 1)->decoded, 60000, "by %zu", pieces[i]);
        cr_expect_eq(mime_part(m, 1)->end - mime_part(m, 1)->start, 60000, "by %zu", pieces[i]);
        mime_free(m);
    }
    free(text);
}

/* A line that begins like a boundary is text, however long, and the next may be one. */
Test(mime, takes_a_line_of_any_length_that_is_no_boundary)
{
    static const size_t boundaries[] = {1, 100, 10000, 16300};
    static const size_t pieces[] = {1, 1000, 16384, 200000};
    const size_t len = 60000;
    char *text = xmalloc(200000), *boundary = xmalloc(20000);
    for (size_t b = 0; b < COUNT(boundaries); b++)
        for (size_t i = 0; i < COUNT(pieces); i++) {
            memset(boundary, 'b', boundaries[b]);
            boundary[boundaries[b]] = '\0';
            size_t at = (size_t)sprintf(
                text, "Content-Type: multipart/mixed; boundary=%s\n\n--%s\n\n--", boundary,
                boundary);
            memset(text + at, 'x', len);
            at += len;
            at += (size_t)sprintf(text + at, "\r\n--%s--\n", boundary);
            struct mime *m = mime_new(NULL, NULL);
            for (size_t fed = 0; fed < at; fed += pieces[i])
                mime_feed(m, text + fed, at - fed < pieces[i] ? at - fed : pieces[i]);
            mime_end(m, false);
            cr_assert_eq(mime_count(m), 2);
            cr_expect_eq(mime_part(m, 1)->decoded, len + 2, "%zu by %zu: %zu", boundaries[b],
                         pieces[i], (size_t)mime_part(m, 1)->decoded);
            cr_expect(mime_part(m, 0)->is_complete, "%zu by %zu", boundaries[b], pieces[i]);
            mime_free(m);
        }
    free(boundary);
    free(text);
}
