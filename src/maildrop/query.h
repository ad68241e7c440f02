/* THE QUERY LANGUAGE: what limit, search, marks by pattern, rules, and the arguments of `dele
 * list`, `dele delete` and `dele trash` are written in.
 *
 *   casino "free money"        words: in the sender or the subject, in any case, with or
 *                              without accents; side by side: all of them
 *   from: to: cc: subject:     in one field: from:paypal, subject:"your parcel"
 *   list: id:                  List-Id, Message-ID
 *   body:casino                in what is here of the text
 *   header:X-Mailer:bulk       any field of the header; header:X-Mailer: has it
 *   charset:gb                 of the text, as the header says
 *   size>1M  size<=20k         also size:1M..2M; k, M, G
 *   age>30d                    since Date: h, d, w, m (30 days), y
 *   date:2026-10..2026-11      years, months, days; open: date:..2025, date>2026-10-01
 *   score>5                    what spam filters wrote, on one scale: spam from 5 on
 *   is:new is:marked is:kept is:dup is:suspicious  has:attachment
 *   auth:fail                  SPF, DKIM or DMARC; or pass, none
 *   /regex/                    POSIX extended, in any case; from:/regex/ in one field
 *   and or not ( )             also | and !; not binds closest, or widest
 *   ~f ~t ~c ~s ~h ~i ~z ~d ~N ~D ~A   as in mutt
 *
 * A message whose headers are not here yet matches neither a query about them nor its opposite.
 */
#ifndef MAILDROP_QUERY_H
#define MAILDROP_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "mail/trust.h"
#include "maildrop/maildrop.h"
#include "maildrop/marks.h"

struct query;

enum query_state {
    QUERY_GOOD,
    QUERY_INCOMPLETE, /* something more must come: a value, a closing bracket */
    QUERY_WRONG
};

/* NULL for a text that is empty or only blanks. */
struct query *query_new(const char *text);
void query_free(struct query *q);

/* Only one that is QUERY_GOOD matches anything. */
enum query_state query_state(const struct query *q);
/* Else: what is wrong, in a sentence (clean, translated), and at which byte of the text. */
const char *query_mistake(const struct query *q, size_t *at);
/* The text it was made of. */
const char *query_text(const struct query *q);

/* How much of a message's text is here. */
enum query_body { QUERY_BODY_NOWHERE, QUERY_BODY_BEGINS, QUERY_BODY_WHOLE };

/* Where a query looks. */
struct query_view {
    const struct maildrop *maildrop;
    const struct marks *marks; /* NULL: nothing is marked or kept */
    int64_t now;               /* seconds since 1970 */
    /* Appends the header block of a message; false where it is not here.  NULL: never is. */
    bool (*header)(void *context, size_t index, struct buf *out);
    void *context;
    /* Appends what is here of its text, decoded and clean.  NULL: nothing is. */
    enum query_body (*body)(void *context, size_t index, struct buf *text);
    /* How far it is to be trusted.  NULL: no more is known than its summary says. */
    struct trust (*trust)(void *context, size_t index);
};

enum query_answer { QUERY_NO, QUERY_YES, QUERY_UNKNOWN };

enum query_answer query_ask(struct query *q, const struct query_view *v, size_t index);
/* QUERY_YES. */
bool query_matches(struct query *q, const struct query_view *v, size_t index);

/* A regular expression took too long, and was given up: it answers QUERY_UNKNOWN from then on.
 */
bool query_is_slow(const struct query *q);
/* It changes with the marks. */
bool query_looks_at_marks(const struct query *q);

/* It looks into bodies, into header blocks: each takes a look into the store, or decoding. */
bool query_needs_body(const struct query *q);
bool query_needs_header(const struct query *q);
/* What it says of a message depends on the others (is:dup). */
bool query_compares(const struct query *q);

/* The forms for help: "from:TEXT" and what it means; NULL behind the last. */
const char *query_form(size_t i, const char **meaning);

#endif
