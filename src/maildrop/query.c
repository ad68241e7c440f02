#include "config.h"

#include "maildrop/query.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/ascii.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/text_fold.h"
#include "mail/header.h"
#include "mail/trust.h"
#include "maildrop/folded.h"
#include "maildrop/intern.h"
#include "maildrop/query_inside.h"

/* A query may live as long as the program, as a limit or a rule: what its regular expressions
 * take counts within so many seconds. */
#define REGEX_PERIOD_S 10
/* A regular expression begins anew at each octet: of a line as much is looked at. */
#define REGEX_LINE 2048

struct query *query_new(const char *text)
{
    if (!text[strspn(text, " \t\r\n\v\f\xC2\xA0")])
        return NULL;
    struct query *q = xcalloc(1, sizeof *q);
    q->text = xstrdup(text);
    q->lowered = BUF_INIT(SIZE_MAX / 8); /* each text is clean, and thus short */
    query_parse(q);
    return q;
}

void query_free(struct query *q)
{
    if (!q)
        return;
    for (size_t i = 0; i < q->term_count; i++) {
        free(q->terms[i].folded);
        free(q->terms[i].name);
        free(q->terms[i].pattern);
        if (q->terms[i].regex)
            regfree(q->terms[i].regex);
        free(q->terms[i].regex);
    }
    free(q->terms);
    free(q->nodes);
    free(q->is_dup);
    buf_release(&q->lowered);
    free(q->text);
    free(q);
}

enum query_state query_state(const struct query *q)
{
    return q->state;
}

const char *query_mistake(const struct query *q, size_t *at)
{
    *at = q->mistake_at;
    return q->mistake;
}

const char *query_text(const struct query *q)
{
    return q->text;
}

bool query_is_slow(const struct query *q)
{
    return q->is_slow;
}

bool query_looks_at_marks(const struct query *q)
{
    for (size_t i = 0; i < q->term_count; i++) {
        const struct query_term *t = &q->terms[i];
        if (t->field == QUERY_FIELD_IS && (t->flag == QUERY_MARKED || t->flag == QUERY_KEPT))
            return true;
    }
    return false;
}

bool query_needs_body(const struct query *q)
{
    for (size_t i = 0; i < q->term_count; i++) {
        if (q->terms[i].field == QUERY_FIELD_BODY)
            return true;
    }
    return false;
}

bool query_compares(const struct query *q)
{
    for (size_t i = 0; i < q->term_count; i++) {
        if (q->terms[i].field == QUERY_FIELD_IS && q->terms[i].flag == QUERY_DUP)
            return true;
    }
    return false;
}

static enum query_answer answer(bool yes)
{
    return yes ? QUERY_YES : QUERY_NO;
}

/* ---- texts ------------------------------------------------------------------------------- */

/* One question, and what it is asked of. */
struct asking {
    struct query *q;
    const struct query_view *view;
    size_t index;
    const struct message *message;
    const struct summary *summary; /* NULL while it is not here */
    double began;                  /* with a regular expression */
};

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

static bool is_ascii(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
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
static void begin_regex(struct query *q, double now)
{
    if (now - q->regex_since <= REGEX_PERIOD_S)
        return;
    q->regex_since = now;
    q->regex_seconds = 0;
}

static void end_regex(struct query *q, struct query_term *t, double began)
{
    double took = seconds() - began;
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

static bool contains(struct asking *a, struct query_term *t, const char *text)
{
    if (t->folded && contains_ascii(text, t->folded))
        return true;
    if (is_ascii(text))
        return t->regex && matches_ascii(a, t, text);
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
    struct buf both = BUF_INIT(LIMIT_TEXT + 2);
    buf_printf(&both, "<%s>", addr);
    bool found = contains(a, t, both.data);
    buf_release(&both);
    return found;
}

/* Any name or address of a list. */
static bool list_contains(struct asking *a, struct query_term *t, enum summary_list which)
{
    struct buf both = BUF_INIT(4 * LIMIT_TEXT);
    bool found = false;
    for (unsigned i = 0; i < a->summary->counts[which] && !found; i++) {
        const char *name, *addr;
        summary_address(a->summary, which, i, &name, &addr);
        if (is_bracketed(t)) {
            found = address_contains(a, t, addr) ||
                    (t->field == QUERY_FIELD_WORD && contains(a, t, name));
            continue;
        }
        if (!t->regex) {
            found = contains(a, t, name) || contains(a, t, addr);
            continue;
        }
        buf_clear(&both);
        buf_printf(&both, *name ? "%s <%s>" : "%s%s", name, addr);
        found = contains(a, t, both.data);
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

static bool subject_or_senders(struct asking *a, struct query_term *t, bool subject,
                               bool senders)
{
    if (!t->regex && a->message->folded && !is_bracketed(t))
        return folded_contains(a->message, t->folded, subject, senders);
    return (subject && contains(a, t, a->summary->subject)) ||
           (senders && list_contains(a, t, SUMMARY_FROM));
}

/* Addresses of an envelope (SDPS). */
static bool envelope_contains(struct asking *a, struct query_term *t, bool from, bool to)
{
    const struct message *m = a->message;
    return m->env_to &&
           ((from && contains(a, t, m->env_from)) || (to && contains(a, t, m->env_to)));
}

static enum query_answer header_contains(struct asking *a, struct query_term *t)
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
            found = answer(contains(a, t, clean));
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
        return contains(a, t, text);
    a->began = seconds(); /* without what it took to decode it */
    for (char *line = text, *end; *line; line = end + 1) {
        end = line + strcspn(line, "\n");
        bool is_last = !*end;
        if (end - line > REGEX_LINE)
            line[REGEX_LINE] = '\0';
        *end = '\0';
        if (contains(a, t, line))
            return true;
        if (is_last || (seconds() - a->began) * 1e3 > LIMIT_REGEX_MS)
            break;
    }
    return false;
}

static enum query_answer body_contains(struct asking *a, struct query_term *t)
{
    struct buf text = BUF_INIT(LIMIT_BODY);
    enum query_body here = QUERY_BODY_NOWHERE;
    if (a->view->body)
        here = a->view->body(a->view->context, a->index, &text);
    bool found = here != QUERY_BODY_NOWHERE && text_contains(a, t, text.data);
    buf_release(&text);
    return found ? QUERY_YES : here == QUERY_BODY_WHOLE ? QUERY_NO : QUERY_UNKNOWN;
}

/* ---- numbers and flags ------------------------------------------------------------------- */

static enum query_answer is_between(const struct query_term *t, double value)
{
    return answer(value >= t->low && value <= t->high);
}

/* The Message-ID, or else the header itself, is another message's too. */
static void find_duplicates(struct query *q, const struct maildrop *m)
{
    size_t size = maildrop_size(m), headers = maildrop_headers_done(m);
    if (q->is_dup && q->dup_size == size && q->dup_headers == headers)
        return;
    uint8_t key[HASH_KEY_SIZE];
    intern_key(m, key);
    struct intern *seen = intern_new(key);
    uint32_t *first = xcalloc(size + 1, sizeof *first); /* by number: 1 + index */
    free(q->is_dup);
    q->is_dup = xcalloc(size + 1, 1);
    q->dup_size = size;
    q->dup_headers = headers;
    for (size_t i = 0; i < size; i++) {
        const struct message *message = maildrop_at(m, i);
        const struct summary *s = message->summary;
        if (!message->present || !s)
            continue;
        bool has_id = *s->message_id != '\0';
        uint32_t number =
            has_id ? intern_put(seen, s->message_id, strlen(s->message_id))
                   : intern_put(seen, (const char *)s->fingerprint, sizeof s->fingerprint);
        if (!first[number])
            first[number] = (uint32_t)i + 1;
        else
            q->is_dup[i] = q->is_dup[first[number] - 1] = 1;
    }
    free(first);
    intern_free(seen);
}

static enum query_answer is_auth(struct asking *a, enum query_auth wanted)
{
    const struct query_view *v = a->view;
    enum query_auth known = v->auth ? v->auth(v->context, a->index) : QUERY_AUTH_UNKNOWN;
    return known == QUERY_AUTH_UNKNOWN ? QUERY_UNKNOWN : answer(known == wanted);
}

static enum query_answer has_flag(struct asking *a, enum query_flag flag)
{
    const struct marks *k = a->view->marks;
    switch (flag) {
    case QUERY_NEW:
        return answer(a->message->is_new);
    case QUERY_MARKED:
        return answer(k && marks_get(k, a->index) == MARK_DELETE);
    case QUERY_KEPT:
        return answer(k && marks_get(k, a->index) == MARK_KEEP);
    case QUERY_DUP:
        if (!a->summary)
            return QUERY_UNKNOWN;
        find_duplicates(a->q, a->view->maildrop);
        return answer(a->q->is_dup[a->index]);
    case QUERY_SUSPICIOUS:
        return a->summary ? answer(trust_is_suspicious(a->summary->warnings, a->summary->score))
                          : QUERY_UNKNOWN;
    case QUERY_PASS:
        return is_auth(a, QUERY_AUTH_PASS);
    case QUERY_FAIL:
        return is_auth(a, QUERY_AUTH_FAIL);
    case QUERY_NONE:
        return is_auth(a, QUERY_AUTH_NONE);
    case QUERY_ATTACHMENT:
        return a->summary ? answer(a->summary->has_attachment) : QUERY_UNKNOWN;
    }
    return QUERY_NO;
}

/* ---- the tree ---------------------------------------------------------------------------- */

static enum query_answer ask_summary(struct asking *a, struct query_term *t)
{
    const struct summary *s = a->summary;
    switch (t->field) {
    case QUERY_FIELD_WORD:
        return answer(subject_or_senders(a, t, true, true) ||
                      envelope_contains(a, t, true, true));
    case QUERY_FIELD_FROM:
        return answer(subject_or_senders(a, t, false, true) ||
                      envelope_contains(a, t, true, false));
    case QUERY_FIELD_TO:
        return answer(list_contains(a, t, SUMMARY_TO) || envelope_contains(a, t, false, true));
    case QUERY_FIELD_CC:
        return answer(list_contains(a, t, SUMMARY_CC));
    case QUERY_FIELD_SUBJECT:
        return answer(subject_or_senders(a, t, true, false));
    case QUERY_FIELD_LIST:
        return answer(*s->list_id && contains(a, t, s->list_id));
    case QUERY_FIELD_ID:
        return answer(contains(a, t, s->message_id));
    case QUERY_FIELD_CHARSET:
        return answer(*s->charset && contains(a, t, s->charset));
    case QUERY_FIELD_AGE:
        return s->date == SUMMARY_NO_DATE ? QUERY_NO
                                          : is_between(t, (double)(a->view->now - s->date));
    case QUERY_FIELD_DATE:
        return s->date == SUMMARY_NO_DATE ? QUERY_NO : is_between(t, (double)s->date);
    case QUERY_FIELD_SCORE:
        return isnan(s->score) ? QUERY_NO : is_between(t, s->score);
    case QUERY_FIELD_HEADER:
    case QUERY_FIELD_BODY:
    case QUERY_FIELD_AUTH:
    case QUERY_FIELD_SIZE:
    case QUERY_FIELD_IS:
    case QUERY_FIELD_HAS:
    case QUERY_FIELD_ALL:
        break;
    }
    return QUERY_UNKNOWN;
}

static enum query_answer ask_term(struct asking *a, struct query_term *t)
{
    enum query_answer found;
    if (t->field == QUERY_FIELD_ALL)
        return QUERY_YES;
    if (t->field == QUERY_FIELD_SIZE)
        return is_between(t, (double)a->message->size);
    if (t->field == QUERY_FIELD_IS || t->field == QUERY_FIELD_HAS ||
        t->field == QUERY_FIELD_AUTH)
        return has_flag(a, t->flag);
    if (t->regex && a->q->is_slow)
        return QUERY_UNKNOWN;
    if (t->regex)
        begin_regex(a->q, a->began = seconds());
    if (t->field == QUERY_FIELD_HEADER)
        found = header_contains(a, t);
    else if (t->field == QUERY_FIELD_BODY)
        found = body_contains(a, t);
    else
        found = a->summary ? ask_summary(a, t) : QUERY_UNKNOWN;
    if (t->regex)
        end_regex(a->q, t, a->began);
    return t->regex && a->q->is_slow ? QUERY_UNKNOWN : found;
}

static enum query_answer ask_node(struct asking *a, uint32_t at)
{
    static const enum query_answer opposite[] = {
        [QUERY_NO] = QUERY_YES, [QUERY_YES] = QUERY_NO, [QUERY_UNKNOWN] = QUERY_UNKNOWN};
    const struct query_node *n = &a->q->nodes[at];
    if (n->kind == QUERY_TERM)
        return ask_term(a, &a->q->terms[n->a]);
    enum query_answer left = ask_node(a, n->a), right;
    if (n->kind == QUERY_NOT)
        return opposite[left];
    enum query_answer decides = n->kind == QUERY_AND ? QUERY_NO : QUERY_YES;
    if (left == decides || (right = ask_node(a, n->b)) == decides)
        return decides;
    return left == QUERY_UNKNOWN ? left : right;
}

enum query_answer query_ask(struct query *q, const struct query_view *v, size_t index)
{
    const struct message *m = maildrop_at(v->maildrop, index);
    struct asking a = {q, v, index, m, m->summary, 0};
    return q->state == QUERY_GOOD ? ask_node(&a, q->root) : QUERY_NO;
}

bool query_matches(struct query *q, const struct query_view *v, size_t index)
{
    return query_ask(q, v, index) == QUERY_YES;
}
