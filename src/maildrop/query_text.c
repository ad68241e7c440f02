#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/ascii.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/text_fold.h"
#include "mail/header.h"
#include "maildrop/folded.h"
#include "maildrop/query_inside.h"

/* Whether a text, or what a regular expression stands for, is in a message. */

/* A query may live as long as the program, as a limit or a rule: what its regular expressions
 * take counts within so many seconds. */
#define REGEX_PERIOD_S 10
/* A regular expression begins anew at each octet: of a line as much is looked at. */
#define REGEX_LINE 2048

/* WORD is folded; of an ASCII text that is its lower case. */
static bool contains_ascii(const char *text, const char *word)
{
    if (!*word)
        return true;
    for (; *text; text++) {
        if (ascii_lower(*text) != *word)
            continue;
        size_t i = 1;
        while (word[i] && ascii_lower(text[i]) == word[i])
            i++;
        if (!word[i])
            return true;
    }
    return false;
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* What a slow one has learnt of the texts takes memory, too: it begins anew. */
static void compile_again(struct query_term *t)
{
    regfree(t->regex);
    regcomp(t->regex, t->pattern, REG_EXTENDED | REG_NOSUB); /* it was good before */
}

/* Of what was spent long ago there is no need to speak. */
void query_begin_regex(struct asking *a)
{
    struct query *q = a->q;
    a->began = seconds();
    if (a->began - q->regex_since <= REGEX_PERIOD_S)
        return;
    q->regex_since = a->began;
    q->regex_seconds = 0;
}

void query_end_regex(struct asking *a, struct query_term *t)
{
    struct query *q = a->q;
    double took = seconds() - a->began;
    q->regex_seconds += took;
    if (took > 1e-3)
        compile_again(t);
    if (took * 1e3 > LIMIT_REGEX_MS || q->regex_seconds * 1e3 > LIMIT_REGEX_ALL_MS)
        q->is_slow = true;
}

static bool matches_ascii(struct asking *a, struct query_term *t, const char *text)
{
    struct buf *room = &a->q->lowered;
    buf_clear(room);
    buf_append_str(room, text);
    for (size_t i = 0; i < room->len; i++)
        room->data[i] = ascii_lower(room->data[i]);
    return !regexec(t->regex, room->data, 0, NULL, 0);
}

bool query_in_text(struct asking *a, struct query_term *t, const char *text)
{
    if (t->folded && contains_ascii(text, t->folded))
        return true;
    if (ascii_only(text))
        return t->regex && contains_ascii(text, t->literal) && matches_ascii(a, t, text);
    char *folded = text_fold(text, strlen(text));
    bool found =
        t->regex ? !regexec(t->regex, folded, 0, NULL, 0) : strstr(folded, t->folded) != NULL;
    free(folded);
    return found;
}

/* A text with an angle bracket means the address alone, whole or from one of its ends on, as
 * mail writes it: "<ann@example.org>", "@example.org>".  A name may lie. */
static bool is_bracketed(const struct query_term *t)
{
    return !t->regex && strpbrk(t->folded, "<>");
}

static bool address_contains(struct asking *a, struct query_term *t, const char *addr)
{
    char both[LIMIT_TEXT + 3]; /* an address is clean, and thus no longer */
    size_t len = strlen(addr);
    both[0] = '<';
    len = len < LIMIT_TEXT ? len : LIMIT_TEXT;
    memcpy(both + 1, addr, len);
    memcpy(both + 1 + len, ">", 2);
    return query_in_text(a, t, both);
}

/* Any name or address of a list. */
bool query_in_list(struct asking *a, struct query_term *t, enum summary_list which)
{
    struct buf both = BUF_INIT(4 * LIMIT_TEXT);
    bool found = false;
    for (unsigned i = 0; i < a->summary->counts[which] && !found; i++) {
        const char *name, *addr;
        summary_address(a->summary, which, i, &name, &addr);
        if (is_bracketed(t)) {
            found = address_contains(a, t, addr) ||
                    (t->field == QUERY_FIELD_WORD && query_in_text(a, t, name));
            continue;
        }
        if (!t->regex) {
            found = query_in_text(a, t, name) || query_in_text(a, t, addr);
            continue;
        }
        buf_clear(&both);
        buf_printf(&both, *name ? "%s <%s>" : "%s%s", name, addr);
        found = query_in_text(a, t, both.data);
    }
    buf_release(&both);
    return found;
}

/* The lines of folded.h: the first is the subject, the others are senders. */
static bool folded_contains(const struct message *m, const char *word, bool subject,
                            bool senders)
{
    size_t len;
    const char *line = folded_line(m->folded, FOLDED_SUBJECT, &len);
    if (subject && senders)
        return strstr(m->folded, word) != NULL;
    const char *found = strstr(subject ? line : line + len, word);
    return found && (!subject || found < line + len);
}

static bool has_text(const struct asking *a, const char *word)
{
    const struct summary *s = a->summary;
    if (a->message->folded)
        return strstr(a->message->folded, word) != NULL;
    if (contains_ascii(s->subject, word))
        return true;
    const char *text = s->lists[SUMMARY_FROM];
    for (unsigned i = 0; i < 2u * s->counts[SUMMARY_FROM]; i++, text += strlen(text) + 1) {
        if (contains_ascii(text, word))
            return true;
    }
    return false;
}

/* Most messages are out before the expression is looked at.  What may stand between a name and
 * its address is not in the texts. */
static bool may_match(const struct asking *a, const struct query_term *t)
{
    return !t->regex || strpbrk(t->literal, " <>") || has_text(a, t->literal);
}

bool query_in_main(struct asking *a, struct query_term *t, bool subject, bool senders)
{
    if (!may_match(a, t))
        return false;
    if (!t->regex && a->message->folded && !is_bracketed(t))
        return folded_contains(a->message, t->folded, subject, senders);
    return (subject && query_in_text(a, t, a->summary->subject)) ||
           (senders && query_in_list(a, t, SUMMARY_FROM));
}

/* Addresses of an envelope (SDPS). */
bool query_in_envelope(struct asking *a, struct query_term *t, bool from, bool to)
{
    const struct message *m = a->message;
    return m->env_to && ((from && query_in_text(a, t, m->env_from)) ||
                         (to && query_in_text(a, t, m->env_to)));
}

enum query_answer query_in_header(struct asking *a, struct query_term *t)
{
    struct buf block = BUF_INIT(LIMIT_HEADER), line = BUF_INIT(LIMIT_HEADER);
    enum query_answer found = QUERY_UNKNOWN;
    if (a->view->header && a->view->header(a->view->context, a->index, &block)) {
        struct header_field field;
        found = QUERY_NO;
        a->began = t->regex ? seconds() : 0; /* the store's time is not the expression's */
        for (size_t pos = 0;
             found != QUERY_YES && header_next(block.data, block.len, &pos, &field);) {
            if (*t->name && !header_is(&field, t->name))
                continue;
            buf_clear(&line);
            if (!*t->name) {
                buf_append_cut(&line, field.name, field.name_len);
                buf_append_cut(&line, ": ", 2);
            }
            header_unfold(&line, &field);
            char *clean = text_clean_line(line.data, line.len);
            found = query_answer_of(query_in_text(a, t, clean));
            free(clean);
        }
    }
    buf_release(&block);
    buf_release(&line);
    return found;
}

/* An expression is held against each line. */
static bool text_contains(struct asking *a, struct query_term *t, char *text)
{
    if (!t->regex)
        return query_in_text(a, t, text);
    a->began = seconds(); /* without what it took to decode it */
    for (char *line = text, *end; *line; line = end + 1) {
        end = line + strcspn(line, "\n");
        bool is_last = !*end;
        if (end - line > REGEX_LINE)
            line[REGEX_LINE] = '\0';
        *end = '\0';
        if (query_in_text(a, t, line))
            return true;
        if (is_last || (seconds() - a->began) * 1e3 > LIMIT_REGEX_MS)
            break;
    }
    return false;
}

enum query_answer query_in_body(struct asking *a, struct query_term *t)
{
    struct buf text = BUF_INIT(LIMIT_BODY);
    enum query_body here = QUERY_BODY_NOWHERE;
    if (a->view->body)
        here = a->view->body(a->view->context, a->index, &text);
    bool found = here != QUERY_BODY_NOWHERE && text_contains(a, t, text.data);
    buf_release(&text);
    return found ? QUERY_YES : here == QUERY_BODY_WHOLE ? QUERY_NO : QUERY_UNKNOWN;
}
