/* What the files of the query share: the tree that query_parse.c makes and query.c asks. */
#ifndef MAILDROP_QUERY_INSIDE_H
#define MAILDROP_QUERY_INSIDE_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "maildrop/query.h"

enum query_field {
    QUERY_FIELD_WORD, /* from or subject */
    QUERY_FIELD_FROM,
    QUERY_FIELD_TO,
    QUERY_FIELD_CC,
    QUERY_FIELD_SUBJECT,
    QUERY_FIELD_LIST,
    QUERY_FIELD_ID,
    QUERY_FIELD_HEADER,
    QUERY_FIELD_BODY,
    QUERY_FIELD_CHARSET,
    QUERY_FIELD_SIZE,
    QUERY_FIELD_AGE,
    QUERY_FIELD_DATE,
    QUERY_FIELD_SCORE,
    QUERY_FIELD_IS,
    QUERY_FIELD_HAS,
    QUERY_FIELD_AUTH,
    QUERY_FIELD_ALL
};

enum query_flag {
    QUERY_NEW,
    QUERY_MARKED,
    QUERY_KEPT,
    QUERY_DUP,
    QUERY_SUSPICIOUS,
    QUERY_ATTACHMENT,
    QUERY_PASS,
    QUERY_FAIL,
    QUERY_NONE
};

struct query_term {
    enum query_field field;
    char *folded;   /* the text looked for; NULL with a regex, or for numbers and flags */
    char *name;     /* of a header field; "" any */
    char *pattern;  /* of the regex */
    regex_t *regex; /* NULL none */
    char *literal;  /* what each match of it holds; "" nothing is known */
    double low, high;
    enum query_flag flag;
};

enum query_kind { QUERY_TERM, QUERY_NOT, QUERY_AND, QUERY_OR };

struct query_node {
    enum query_kind kind;
    uint32_t a, b; /* nodes; of a term: a is the term */
};

struct query {
    char *text;
    enum query_state state;
    size_t mistake_at;
    char mistake[400];

    struct query_term *terms;
    size_t term_count;
    struct query_node *nodes;
    size_t node_count;
    uint32_t root;

    bool is_slow;
    double regex_since, regex_seconds; /* spent since then */

    struct buf lowered; /* the text that an expression is held against */

    uint8_t *is_dup; /* by index, as of so many messages and headers */
    size_t dup_size, dup_headers;
};

/* Fills terms, nodes and root, or the mistake. */
void query_parse(struct query *q);

/* One question, and what it is asked of. */
struct asking {
    struct query *q;
    const struct query_view *view;
    size_t index;
    const struct message *message;
    const struct summary *summary; /* NULL while it is not here */
    double began;                  /* with a regular expression */
};

static inline enum query_answer query_answer_of(bool yes)
{
    return yes ? QUERY_YES : QUERY_NO;
}

/* Whether the term's text, or its expression, is in a text; in the subject, in a sender; in the
 * envelope; in any name or address of a list; in the header; in the body. */
bool query_in_text(struct asking *a, struct query_term *t, const char *text);
bool query_in_main(struct asking *a, struct query_term *t, bool subject, bool senders);
bool query_in_envelope(struct asking *a, struct query_term *t, bool from, bool to);
bool query_in_list(struct asking *a, struct query_term *t, enum summary_list which);
enum query_answer query_in_header(struct asking *a, struct query_term *t);
enum query_answer query_in_body(struct asking *a, struct query_term *t);
/* Around what an expression is held against: it has only so much time. */
void query_begin_regex(struct asking *a);
void query_end_regex(struct asking *a, struct query_term *t);

struct query_parser {
    struct query *q;
    const char *p;
    unsigned depth;
    unsigned open; /* brackets */
};
/* The first mistake stays; false. */
bool query_fail(struct query_parser *r, enum query_state state, const char *at,
                const char *format, ...) __attribute__((format(printf, 4, 5)));
bool query_is_blank(char c);
void query_skip_blanks(struct query_parser *r);
bool query_ends_word(const struct query_parser *r, char c);
bool query_add_node(struct query_parser *r, enum query_kind kind, uint32_t a, uint32_t b,
                    uint32_t *node);
/* A term, as a new node. */
bool query_parse_term(struct query_parser *r, uint32_t *node);

/* What a regular expression comes to with its repetitions written out; above the most it is
 * only that: above. */
#define QUERY_REGEX_LENGTH 1000u
size_t query_regex_length(const char *pattern);
/* A text that each match of a good expression holds, the longest that is easily found; "" where
 * there is none.  The caller frees it. */
char *query_regex_literal(const char *pattern);

/* "1M", "20k": LEN bytes, all of them. */
bool query_read_size(const char *text, size_t len, double *octets);
/* "30d": seconds. */
bool query_read_age(const char *text, size_t len, double *seconds);
bool query_read_number(const char *text, size_t len, double *number);
/* "2026", "2026-10", "2026-10-05", in local time: its first second, and the first behind it. */
bool query_read_date(const char *text, size_t len, double *from, double *to);

#endif
