#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text_fold.h"
#include "maildrop/query_inside.h"

/* One term of a query: a field, and what it takes. */

/* A regular expression's length. */
#define REGEX_OCTETS 256u

/* What a field takes. */
enum value_kind { VALUE_TEXT, VALUE_SIZE, VALUE_AGE, VALUE_DATE, VALUE_NUMBER, VALUE_FLAG };

static const struct {
    const char *name; /* "" no name, but a form of its own */
    enum query_field field;
    enum value_kind kind;
    char alias;       /* mutt's, 0 none */
    const char *form; /* for help */
    const char *meaning;
} fields[] = {
    {"", QUERY_FIELD_WORD, VALUE_TEXT, 0, "WORD \"SOME WORDS\"",
     N_("in the sender or the subject")},
    {"from", QUERY_FIELD_FROM, VALUE_TEXT, 'f', "from:TEXT", N_("in the sender")},
    {"to", QUERY_FIELD_TO, VALUE_TEXT, 't', "to:TEXT", N_("in To or the envelope")},
    {"cc", QUERY_FIELD_CC, VALUE_TEXT, 'c', "cc:TEXT", N_("in Cc")},
    {"subject", QUERY_FIELD_SUBJECT, VALUE_TEXT, 's', "subject:TEXT", N_("in the subject")},
    {"list", QUERY_FIELD_LIST, VALUE_TEXT, 0, "list:TEXT", N_("in List-Id")},
    {"id", QUERY_FIELD_ID, VALUE_TEXT, 'i', "id:TEXT", N_("in Message-ID")},
    {"header", QUERY_FIELD_HEADER, VALUE_TEXT, 'h', "header:NAME:TEXT",
     N_("in a field of the header")},
    {"body", QUERY_FIELD_BODY, VALUE_TEXT, 'b', "body:TEXT", N_("in what is here of the text")},
    {"charset", QUERY_FIELD_CHARSET, VALUE_TEXT, 0, "charset:TEXT",
     N_("in the name of the text's charset")},
    {"size", QUERY_FIELD_SIZE, VALUE_SIZE, 'z', "size>1M", N_("k, M, G; also size:1M..2M")},
    {"age", QUERY_FIELD_AGE, VALUE_AGE, 0, "age>30d", N_("since Date: h, d, w, m, y")},
    {"date", QUERY_FIELD_DATE, VALUE_DATE, 'd', "date:2026-10..2026-11",
     N_("years, months or days")},
    {"score", QUERY_FIELD_SCORE, VALUE_NUMBER, 0, "score>5", N_("what spam filters wrote; 5 is spam")},
    {"is", QUERY_FIELD_IS, VALUE_FLAG, 0, "is:FLAG", N_("new, marked, kept, dup, suspicious")},
    {"has", QUERY_FIELD_HAS, VALUE_FLAG, 0, "has:attachment",
     N_("has parts behind the text, as far as the header tells")},
    {"auth", QUERY_FIELD_AUTH, VALUE_FLAG, 0, "auth:fail",
     N_("SPF, DKIM or DMARC; or pass, none")},
    {"", QUERY_FIELD_WORD, VALUE_TEXT, 0, "/REGEX/",
     N_("POSIX extended, in the sender or the subject; from:/REGEX/")},
    {"", QUERY_FIELD_ALL, VALUE_TEXT, 0, "and or not ( )",
     N_("also | and !; side by side is \"and\"")},
};
#define FIELD_COUNT (sizeof fields / sizeof *fields)

static const struct {
    const char *word;
    enum query_field field;
    enum query_flag flag;
    char alias;
} flags[] = {
    {"new", QUERY_FIELD_IS, QUERY_NEW, 'N'},
    {"marked", QUERY_FIELD_IS, QUERY_MARKED, 'D'},
    {"kept", QUERY_FIELD_IS, QUERY_KEPT, 0},
    {"dup", QUERY_FIELD_IS, QUERY_DUP, '='},
    {"suspicious", QUERY_FIELD_IS, QUERY_SUSPICIOUS, 0},
    {"attachment", QUERY_FIELD_HAS, QUERY_ATTACHMENT, 'X'},
    {"pass", QUERY_FIELD_AUTH, QUERY_PASS, 0},
    {"fail", QUERY_FIELD_AUTH, QUERY_FAIL, 0},
    {"none", QUERY_FIELD_AUTH, QUERY_NONE, 0},
};

const char *query_form(size_t i, const char **meaning)
{
    if (i >= FIELD_COUNT)
        return NULL;
    *meaning = _(fields[i].meaning);
    return fields[i].form;
}

/* ---- mistakes ---------------------------------------------------------------------------- */

/* Wrong; where the text ends with it, the user may still be typing. */
static bool fail_value(struct query_parser *r, const char *at, size_t len, const char *sentence)
{
    bool may_go_on = !at[len] && len;
    return query_fail(r, may_go_on ? QUERY_INCOMPLETE : QUERY_WRONG, at, "\"%.*s\" %s",
                      (int)len, at, sentence);
}

static bool fail_field(struct query_parser *r, const char *name, size_t len)
{
    char list[300] = "";
    size_t used = 0;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (*fields[i].name)
            used += (size_t)snprintf(list + used, sizeof list - used, " %s:", fields[i].name);
    }
    return query_fail(r, QUERY_WRONG, name,
                      _("there is no field \"%.*s:\" (as a text, quote it); there are%s"),
                      (int)len, name, list);
}

/* T becomes the query's. */
static bool add_term(struct query_parser *r, const struct query_term *t, uint32_t *node)
{
    struct query *q = r->q;
    q->terms = xreallocarray(q->terms, q->term_count + 1, sizeof *q->terms);
    q->terms[q->term_count++] = *t;
    return query_add_node(r, QUERY_TERM, (uint32_t)q->term_count - 1, 0, node);
}

/* ---- values ------------------------------------------------------------------------------ */

struct value {
    const char *text;
    size_t len;
    bool is_regex, is_quoted;
};

/* Up to the closing quote or slash. */
static bool take_enclosed(struct query_parser *r, struct value *v)
{
    char end = *r->p;
    const char *begin = r->p++;
    v->text = r->p;
    while (*r->p && *r->p != end)
        r->p += *r->p == '\\' && end == '/' && r->p[1] ? 2 : 1;
    v->len = (size_t)(r->p - v->text);
    if (!*r->p)
        return query_fail(r, QUERY_INCOMPLETE, begin,
                          end == '/' ? _("the regular expression has no \"/\" at its end")
                                     : _("the closing quote is missing"));
    r->p++;
    v->is_regex = end == '/';
    v->is_quoted = end == '"';
    return true;
}

static bool take_value(struct query_parser *r, struct value *v)
{
    *v = (struct value){.text = r->p};
    if (*r->p == '"' || *r->p == '/')
        return take_enclosed(r, v);
    while (!query_ends_word(r, *r->p))
        r->p++;
    v->len = (size_t)(r->p - v->text);
    return true;
}

/* Texts are folded before they are matched, and so is the expression, but for what a backslash
 * makes special: \W is not \w.  False at a reference back, *AT. */
static bool fold_pattern(struct buf *out, const struct value *v, size_t *at)
{
    for (size_t i = 0; i < v->len;) {
        const char *slash = memchr(v->text + i, '\\', v->len - i);
        size_t run = slash ? (size_t)(slash - v->text) - i : v->len - i;
        char *folded = text_fold(v->text + i, run);
        buf_append_str(out, folded);
        free(folded);
        i += run;
        *at = i;
        char next = i + 1 < v->len ? v->text[i + 1] : '\0';
        if (next >= '1' && next <= '9' && slash)
            return false;
        if (slash && next != '/')
            buf_append_char(out, '\\');
        i += slash != NULL;
        if (slash && next && (unsigned char)next < 0x80) {
            buf_append_char(out, next);
            i++;
        }
    }
    for (char *upper = out->data; (upper = strstr(upper, "[:upper:]"));)
        memcpy(upper, "[:lower:]", 9);
    return true;
}

static bool compile(struct query_parser *r, const struct value *v, struct query_term *t)
{
    size_t at;
    if (v->len > REGEX_OCTETS)
        return query_fail(r, QUERY_WRONG, v->text,
                          _("the regular expression is longer than %u"), REGEX_OCTETS);
    struct buf pattern = BUF_INIT(20 * REGEX_OCTETS); /* a character may fold to eighteen */
    if (!fold_pattern(&pattern, v, &at)) {
        buf_release(&pattern);
        return query_fail(r, QUERY_WRONG, v->text + at,
                          _("a regular expression cannot refer back to what it has matched"));
    }
    t->pattern = buf_detach(&pattern);
    if (query_regex_length(t->pattern) > QUERY_REGEX_LENGTH)
        return query_fail(r, QUERY_WRONG, v->text,
                          _("the regular expression repeats too much"));
    t->literal = query_regex_literal(t->pattern);
    t->regex = xcalloc(1, sizeof *t->regex);
    int code = regcomp(t->regex, t->pattern, REG_EXTENDED | REG_NOSUB);
    if (!code)
        return true;
    char words[100];
    regerror(code, t->regex, words, sizeof words);
    free(t->regex);
    t->regex = NULL;
    return query_fail(r, QUERY_WRONG, v->text, _("the regular expression is wrong: %s"), words);
}

static bool set_text(struct query_parser *r, const struct value *v, struct query_term *t)
{
    if (v->is_regex)
        return compile(r, v, t);
    t->folded = text_fold(v->text, v->len);
    return true;
}

static bool need_value(struct query_parser *r, const struct value *v)
{
    if (v->len)
        return true;
    return query_fail(r, *r->p ? QUERY_WRONG : QUERY_INCOMPLETE, v->text,
                      _("a value is missing"));
}

/* "X-Mailer:bulk", "X-Mailer:", "X-Mailer:/regex/"; ANY: a text in any field. */
static bool take_header(struct query_parser *r, struct query_term *t, bool any)
{
    struct value v;
    const char *begin = r->p;
    size_t name_len = any || *r->p == '"' ? 0 : strcspn(r->p, ": \t()|");
    if (name_len && r->p[name_len] == ':') {
        t->name = xmemdup0(r->p, name_len);
        r->p += name_len + 1;
        return take_value(r, &v) && set_text(r, &v, t);
    }
    if (!take_value(r, &v) || !need_value(r, &v))
        return false;
    const char *colon = any ? NULL : memchr(v.text, ':', v.len);
    if (!any && !colon)
        return query_fail(r, *r->p ? QUERY_WRONG : QUERY_INCOMPLETE, begin,
                          _("header: takes a field's name, a colon and a text"));
    t->name = xmemdup0(v.text, colon ? (size_t)(colon - v.text) : 0);
    if (colon) {
        v.len -= (size_t)(colon + 1 - v.text);
        v.text = colon + 1;
        for (; v.len && query_is_blank(*v.text); v.len--)
            v.text++;
    }
    return set_text(r, &v, t);
}

/* ---- numbers and flags ------------------------------------------------------------------- */

/* FROM is the first that is meant, TO the first behind. */
static bool read_amount(enum value_kind kind, const char *text, size_t len, double *from,
                        double *to)
{
    bool good = kind == VALUE_SIZE  ? query_read_size(text, len, from)
                : kind == VALUE_AGE ? query_read_age(text, len, from)
                                    : query_read_number(text, len, from);
    if (kind == VALUE_DATE)
        return query_read_date(text, len, from, to);
    *to = nextafter(*from, INFINITY);
    return good;
}

static const char *amount_mistake(enum value_kind kind)
{
    static const char *const sentences[] = {
        [VALUE_SIZE] = N_("is no size such as 20k or 1M"),
        [VALUE_AGE] = N_("is no age such as 12h, 30d or 1y"),
        [VALUE_DATE] = N_("is no date such as 2026, 2026-10 or 2026-10-05"),
        [VALUE_NUMBER] = N_("is no number"),
    };
    return _(sentences[kind]);
}

static bool take_amount(struct query_parser *r, enum value_kind kind, const char *op,
                        size_t op_len, struct query_term *t)
{
    struct value v;
    double from, to;
    if (!take_value(r, &v) || !need_value(r, &v))
        return false;
    t->low = -INFINITY;
    t->high = INFINITY;
    const char *dots = NULL;
    for (size_t i = 0; i + 1 < v.len && !dots && *op != '<' && *op != '>'; i++)
        dots = v.text[i] == '.' && v.text[i + 1] == '.' ? v.text + i : NULL;
    size_t first = dots ? (size_t)(dots - v.text) : v.len;
    size_t second = dots ? v.len - first - 2 : 0;
    if (dots && !first && !second)
        return fail_value(r, v.text, v.len, amount_mistake(kind));
    if (first && !read_amount(kind, v.text, first, &from, &to))
        return fail_value(r, v.text, first, amount_mistake(kind));
    bool or_equal = op_len == 2;
    if (first && *op == '>')
        t->low = or_equal ? from : to;
    else if (first && *op == '<')
        t->high = nextafter(or_equal ? to : from, -INFINITY);
    else if (first) {
        t->low = from;
        t->high = nextafter(to, -INFINITY);
    }
    if (dots)
        t->high = INFINITY;
    if (second && !read_amount(kind, dots + 2, second, &from, &to))
        return fail_value(r, dots + 2, second, amount_mistake(kind));
    if (second)
        t->high = nextafter(to, -INFINITY);
    return true;
}

static bool take_flag(struct query_parser *r, enum query_field field, struct query_term *t)
{
    struct value v;
    char list[200] = "";
    size_t used = 0;
    if (!take_value(r, &v) || !need_value(r, &v))
        return false;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (flags[i].field != field)
            continue;
        if (ascii_is(v.text, v.len, flags[i].word)) {
            t->flag = flags[i].flag;
            return true;
        }
        used += (size_t)snprintf(list + used, sizeof list - used, " %s", flags[i].word);
    }
    return query_fail(r, v.text[v.len] ? QUERY_WRONG : QUERY_INCOMPLETE, v.text,
                      _("\"%.*s\" is none of these:%s"), (int)v.len, v.text, list);
}

/* ---- terms ------------------------------------------------------------------------------- */

static bool take_of_field(struct query_parser *r, size_t field, const char *op, size_t op_len,
                          struct query_term *t)
{
    t->field = fields[field].field;
    if (t->field == QUERY_FIELD_HEADER)
        return take_header(r, t, false);
    if (fields[field].kind == VALUE_FLAG)
        return take_flag(r, t->field, t);
    if (fields[field].kind != VALUE_TEXT)
        return take_amount(r, fields[field].kind, op, op_len, t);
    struct value v;
    return take_value(r, &v) && need_value(r, &v) && set_text(r, &v, t);
}

/* How long a name and the sign behind it are: "from:", "size>="; false for a plain word. */
static bool find_field(struct query_parser *r, size_t *field, const char **op, size_t *op_len,
                       bool *is_field)
{
    size_t len = 0;
    while (ascii_lower(r->p[len]) >= 'a' && ascii_lower(r->p[len]) <= 'z')
        len++;
    *is_field = false;
    *op = r->p + len;
    if (!len || !**op || !strchr(":<>=", **op))
        return true;
    *op_len = **op != ':' && (*op)[1] == '=' ? 2 : 1;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (!*fields[i].name || !ascii_is(r->p, len, fields[i].name))
            continue;
        bool is_amount = fields[i].kind != VALUE_TEXT && fields[i].kind != VALUE_FLAG;
        if (**op != ':' && !is_amount)
            continue;
        *field = i;
        *is_field = true;
        return true;
    }
    return **op != ':' || fail_field(r, r->p, len);
}

/* "~f text", "~z >1M", "~N": R stands behind the "~". */
static bool take_mutt(struct query_parser *r, struct query_term *t)
{
    char letter = *r->p;
    const char *begin = r->p - 1;
    if (!letter)
        return query_fail(r, QUERY_INCOMPLETE, begin, _("a letter is missing behind \"~\""));
    r->p++;
    t->field = QUERY_FIELD_ALL;
    if (letter == 'A')
        return true;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (flags[i].alias == letter) {
            t->field = flags[i].field;
            t->flag = flags[i].flag;
            return true;
        }
    }
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        if (fields[i].alias != letter)
            continue;
        query_skip_blanks(r);
        t->field = fields[i].field;
        if (letter == 'h')
            return take_header(r, t, true);
        const char *op = *r->p == '<' || *r->p == '>' ? r->p : ":";
        r->p += *op != ':' && fields[i].kind != VALUE_TEXT;
        if (letter == 'd' && *op != ':') { /* "~d >2w": how old */
            t->field = QUERY_FIELD_AGE;
            return take_amount(r, VALUE_AGE, op, 1, t);
        }
        return take_of_field(r, i, op, 1, t);
    }
    return query_fail(r, QUERY_WRONG, begin,
                      _("\"~%c\" is not known; there are ~f ~t ~c ~s ~h ~i ~z "
                        "~d ~N ~D ~= ~A"),
                      letter);
}

static void release_term(struct query_term *t)
{
    free(t->folded);
    free(t->name);
    free(t->pattern);
    free(t->literal);
    if (t->regex)
        regfree(t->regex);
    free(t->regex);
}

bool query_parse_term(struct query_parser *r, uint32_t *node)
{
    struct query_term t = {.field = QUERY_FIELD_WORD};
    size_t field = 0, op_len = 1;
    const char *op = ":";
    bool is_field = false, good;
    query_skip_blanks(r);
    if (*r->p == '~') {
        r->p++;
        good = take_mutt(r, &t);
    } else if (!find_field(r, &field, &op, &op_len, &is_field)) {
        good = false;
    } else if (is_field) {
        r->p = op + op_len;
        good = take_of_field(r, field, op, op_len, &t);
    } else {
        struct value v;
        good = take_value(r, &v) && set_text(r, &v, &t);
    }
    if (good)
        return add_term(r, &t, node);
    release_term(&t);
    return false;
}
