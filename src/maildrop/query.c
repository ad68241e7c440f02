#include "config.h"

#include "maildrop/query.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mail/trust.h"
#include "maildrop/intern.h"
#include "maildrop/query_inside.h"

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
        free(q->terms[i].literal);
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

static bool has_field(const struct query *q, enum query_field field)
{
    for (size_t i = 0; i < q->term_count; i++) {
        if (q->terms[i].field == field)
            return true;
    }
    return false;
}

bool query_needs_body(const struct query *q)
{
    return has_field(q, QUERY_FIELD_BODY);
}

bool query_needs_header(const struct query *q)
{
    return has_field(q, QUERY_FIELD_HEADER);
}

bool query_compares(const struct query *q)
{
    for (size_t i = 0; i < q->term_count; i++) {
        if (q->terms[i].field == QUERY_FIELD_IS && q->terms[i].flag == QUERY_DUP)
            return true;
    }
    return false;
}

/* ---- numbers and flags ------------------------------------------------------------------- */

static enum query_answer is_between(const struct query_term *t, double value)
{
    return query_answer_of(value >= t->low && value <= t->high);
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

static struct trust trust_in(struct asking *a)
{
    const struct query_view *v = a->view;
    return v->trust ? v->trust(v->context, a->index) : summary_trust(a->summary);
}

/* What the servers that the user names found; where none is named, nothing is known. */
static enum query_answer is_found(struct asking *a, enum authres_verdict wanted)
{
    if (!a->summary)
        return QUERY_UNKNOWN;
    struct trust t = trust_in(a);
    return t.is_asked ? query_answer_of(trust_verdict(&t) == wanted) : QUERY_UNKNOWN;
}

static enum query_answer is_suspicious(struct asking *a)
{
    if (!a->summary)
        return QUERY_UNKNOWN;
    struct trust t = trust_in(a);
    return query_answer_of(trust_is_suspicious(&t));
}

static enum query_answer has_flag(struct asking *a, enum query_flag flag)
{
    const struct marks *k = a->view->marks;
    switch (flag) {
    case QUERY_NEW:
        return query_answer_of(a->message->is_new);
    case QUERY_MARKED:
        return query_answer_of(k && marks_get(k, a->index) == MARK_DELETE);
    case QUERY_KEPT:
        return query_answer_of(k && marks_get(k, a->index) == MARK_KEEP);
    case QUERY_DUP:
        if (!a->summary)
            return QUERY_UNKNOWN;
        find_duplicates(a->q, a->view->maildrop);
        return query_answer_of(a->q->is_dup[a->index]);
    case QUERY_SUSPICIOUS:
        return is_suspicious(a);
    case QUERY_PASS:
        return is_found(a, AUTHRES_SAYS_PASS);
    case QUERY_FAIL:
        return is_found(a, AUTHRES_SAYS_FAIL);
    case QUERY_NONE:
        return is_found(a, AUTHRES_SAYS_NOTHING);
    case QUERY_ATTACHMENT:
        return a->summary ? query_answer_of(a->summary->has_attachment) : QUERY_UNKNOWN;
    }
    return QUERY_NO;
}

/* ---- the tree ---------------------------------------------------------------------------- */

static enum query_answer ask_summary(struct asking *a, struct query_term *t)
{
    const struct summary *s = a->summary;
    switch (t->field) {
    case QUERY_FIELD_WORD:
        return query_answer_of(query_in_main(a, t, true, true) ||
                               query_in_envelope(a, t, true, true));
    case QUERY_FIELD_FROM:
        return query_answer_of(query_in_main(a, t, false, true) ||
                               query_in_envelope(a, t, true, false));
    case QUERY_FIELD_TO:
        return query_answer_of(query_in_list(a, t, SUMMARY_TO) ||
                               query_in_envelope(a, t, false, true));
    case QUERY_FIELD_CC:
        return query_answer_of(query_in_list(a, t, SUMMARY_CC));
    case QUERY_FIELD_SUBJECT:
        return query_answer_of(query_in_main(a, t, true, false));
    case QUERY_FIELD_LIST:
        return query_answer_of(*s->list_id && query_in_text(a, t, s->list_id));
    case QUERY_FIELD_ID:
        return query_answer_of(query_in_text(a, t, s->message_id));
    case QUERY_FIELD_CHARSET:
        return query_answer_of(*s->charset && query_in_text(a, t, s->charset));
    case QUERY_FIELD_AGE:
        return s->date == SUMMARY_NO_DATE ? QUERY_NO
                                          : is_between(t, (double)(a->view->now - s->date));
    case QUERY_FIELD_DATE:
        return s->date == SUMMARY_NO_DATE ? QUERY_NO : is_between(t, (double)s->date);
    case QUERY_FIELD_SCORE:
        return isnan(s->score.value) ? QUERY_NO : is_between(t, s->score.value);
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
        query_begin_regex(a);
    if (t->field == QUERY_FIELD_HEADER)
        found = query_in_header(a, t);
    else if (t->field == QUERY_FIELD_BODY)
        found = query_in_body(a, t);
    else
        found = a->summary ? ask_summary(a, t) : QUERY_UNKNOWN;
    if (t->regex)
        query_end_regex(a, t);
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
