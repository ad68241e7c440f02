#include "config.h"

#include "maildrop/folded.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ascii.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text_fold.h"

static bool append_line(struct buf *lines, const char *text)
{
    return buf_append_str(lines, text) && buf_append_char(lines, '\n');
}

/* Clean text has no line ends of its own. */
static void collect(struct buf *lines, const struct summary *s)
{
    bool fits = append_line(lines, s->subject);
    for (unsigned i = 0; fits && i < s->counts[SUMMARY_FROM]; i++) {
        const char *name, *addr;
        summary_address(s, SUMMARY_FROM, i, &name, &addr);
        fits = append_line(lines, name) && append_line(lines, addr);
    }
}

char *folded_new(const struct summary *s)
{
    struct buf lines = BUF_INIT(LIMIT_HEADER);
    char *folded = NULL;
    collect(&lines, s);
    if (!ascii_only(lines.data)) {
        char *all = text_fold(lines.data, lines.len);
        size_t len = strlen(all); /* a character may fold to eighteen */
        folded = xmemdup0(all, len < LIMIT_HEADER ? len : LIMIT_HEADER);
        free(all);
    }
    buf_release(&lines);
    return folded;
}

const char *folded_line(const char *folded, enum folded_line which, size_t *len)
{
    for (unsigned i = 0; i < which; i++) {
        folded += strcspn(folded, "\n");
        folded += *folded == '\n';
    }
    *len = strcspn(folded, "\n");
    return folded;
}
