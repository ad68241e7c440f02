#include "config.h"

#include "maildrop/query.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text_fold.h"

struct query {
    char *folded;
    char **words; /* into `folded` */
    size_t count;
};

/* Folding has turned all Unicode blanks but a few rare ones into this set. */
static const char blanks[] = " \t\r\n\v\f";

struct query *query_new(const char *text)
{
    struct query *q = xcalloc(1, sizeof *q);
    q->folded = text_fold(text, strlen(text));
    char *p = q->folded + strspn(q->folded, blanks);
    while (*p) {
        q->words = xreallocarray(q->words, q->count + 1, sizeof *q->words);
        q->words[q->count++] = p;
        p += strcspn(p, blanks);
        if (*p)
            *p++ = '\0';
        p += strspn(p, blanks);
    }
    if (q->count)
        return q;
    query_free(q);
    return NULL;
}

void query_free(struct query *q)
{
    if (!q)
        return;
    free(q->words);
    free(q->folded);
    free(q);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* TEXT is ASCII, whose folded form is its lower case. */
static bool contains_ascii(const char *text, const char *word)
{
    for (; *text; text++) {
        if (lower(*text) != *word)
            continue;
        size_t i = 1;
        while (word[i] && lower(text[i]) == word[i])
            i++;
        if (!word[i])
            return true;
    }
    return false;
}

/* What is searched of a message: subject, then each sender's name and address.  NULL behind the
 * last. */
static const char *field(const struct summary *s, unsigned i)
{
    const char *name, *addr;
    if (i == 0)
        return s->subject;
    if ((i - 1) / 2 >= s->counts[SUMMARY_FROM])
        return NULL;
    summary_address(s, SUMMARY_FROM, (i - 1) / 2, &name, &addr);
    return i % 2 ? name : addr;
}

/* Addresses of an envelope; other than ASCII they do not occur. */
static bool envelope_contains(const struct message *m, const char *word)
{
    return m->env_to && (contains_ascii(m->env_from, word) || contains_ascii(m->env_to, word));
}

static bool contains_field(const struct summary *s, const char *word)
{
    const char *text;
    for (unsigned i = 0; (text = field(s, i)); i++) {
        if (contains_ascii(text, word))
            return true;
    }
    return false;
}

bool query_matches(const struct query *q, const struct message *message)
{
    if (!message->summary)
        return false;
    for (size_t i = 0; i < q->count; i++) {
        const char *word = q->words[i];
        if (envelope_contains(message, word))
            continue;
        if (message->folded ? !strstr(message->folded, word)
                            : !contains_field(message->summary, word))
            return false;
    }
    return true;
}
