/* The query language: any text is good, begun or wrong, and says so with a place inside it; one
 * that is good gives its negation the opposite answers. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "maildrop/folded.h"
#include "maildrop/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const blocks[] = {
    "From: Ann <ann@example.org>\nTo: b@x\nSubject: hello a\nMessage-ID: <1@x>\n"
    "Date: Mon, 2 Nov 2026 10:00:00 +0000\nX-Spam-Score: 4\n\n",
    "From: =?utf-8?Q?J=C3=B6rg?= <j@x>\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\n"
    "Message-ID: <1@x>\nList-Id: <l.x>\nContent-Type: multipart/mixed; boundary=b\n\n",
};
#define BLOCKS (sizeof blocks / sizeof *blocks)

static void require(bool held)
{
    if (!held)
        abort();
}

static bool give_header(void *context, size_t index, struct buf *out)
{
    (void)context;
    return index < BLOCKS && buf_append_str(out, blocks[index]);
}

/* The last message has no header. */
static struct maildrop *make_maildrop(void)
{
    struct maildrop *m = maildrop_new();
    for (size_t i = 0; i <= BLOCKS; i++) {
        char uidl[8];
        struct summary *s = i < BLOCKS ? summary_new(blocks[i], strlen(blocks[i]), NULL) : NULL;
        snprintf(uidl, sizeof uidl, "%zu", i);
        maildrop_remember(m, uidl, 1000 * i, (uint32_t)i + 1, s, s ? folded_new(s) : NULL);
    }
    return m;
}

/* Where no bracket is open, one that closes is text like any other. */
static void check_opposite(struct query *q, const char *text, const struct query_view *v)
{
    struct buf opposite = BUF_INIT(SIZE_MAX / 8);
    buf_printf(&opposite, "not (%s)", text);
    struct query *other = query_new(opposite.data);
    for (size_t i = 0; query_state(other) == QUERY_GOOD && i < maildrop_size(v->maildrop);
         i++) {
        enum query_answer yes = query_ask(q, v, i), no = query_ask(other, v, i);
        if (query_is_slow(q) || query_is_slow(other))
            break;
        require((yes == QUERY_YES) == (no == QUERY_NO) &&
                (yes == QUERY_UNKNOWN) == (no == QUERY_UNKNOWN));
    }
    query_free(other);
    buf_release(&opposite);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct maildrop *m;
    static struct marks *k;
    if (!m) {
        m = make_maildrop();
        k = marks_new();
        marks_set(k, 0, MARK_DELETE, CAUSE_HAND, 1);
    }
    const struct query_view v = {m, k, 1799000000, give_header, NULL, NULL, NULL};
    char *text = xmemdup0((const char *)data, size);
    struct query *q = query_new(text);
    size_t at = 0;
    if (q && query_state(q) == QUERY_GOOD) {
        if (!strchr(text, ')'))
            check_opposite(q, text, &v);
    } else if (q) {
        require(*query_mistake(q, &at) && at <= strlen(text));
        require(query_ask(q, &v, 0) == QUERY_NO);
    }
    query_free(q);
    free(text);
    return 0;
}
