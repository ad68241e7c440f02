#include "config.h"

#include "mail/trust.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/limits.h"
#include "mail/header.h"

static const char *const words[TRUST_WARNING_COUNT] = {
    "controls", "name-is-address",  "reply-elsewhere", "no-date",     "no-message-id",
    "no-from",  "duplicate-header", "blacklisted",     "folder-data",
};

const char *trust_warning_word(unsigned i)
{
    return words[i];
}

/* What filters take for spam, on the scale that most of them use. */
#define SPAM_SCORE 5.0

bool trust_is_suspicious(unsigned warnings, double score)
{
    const unsigned deceit = TRUST_CONTROLS | TRUST_NAME_IS_ADDRESS | TRUST_NO_FROM |
                            TRUST_DUPLICATE_HEADER | TRUST_BLACKLISTED;
    return warnings & deceit || score >= SPAM_SCORE; /* false for NAN */
}

/* ---- scores ------------------------------------------------------------------------------ */

/* A decimal number as filters write it, independent of the locale: "-1.25". */
static bool read_score(const char *text, double *score)
{
    bool negative = *text == '-';
    if (*text == '-' || *text == '+')
        text++;
    if (*text < '0' || *text > '9')
        return false;
    double value = 0, place = 0.1;
    for (int digits = 0; *text >= '0' && *text <= '9' && digits < 9; text++, digits++)
        value = value * 10 + (*text - '0');
    if (*text == '.')
        for (text++; *text >= '0' && *text <= '9' && place > 1e-7; text++, place /= 10)
            value += (*text - '0') * place;
    *score = negative ? -value : value;
    return true;
}

static bool score_behind(const char *text, const char *label, double *score)
{
    size_t len = strlen(label);
    for (; strlen(text) >= len; text++)
        if (ascii_same(text, label, len))
            return read_score(text + len, score);
    return false;
}

/* In the order in which they are believed. */
static const struct {
    enum field_kind kind;
    const char *label; /* NULL: the field begins with the score */
} sources[] = {
    {FIELD_X_SPAM_STATUS, "score="}, {FIELD_X_SPAM_STATUS, "hits="}, {FIELD_X_SPAM_SCORE, NULL},
    {FIELD_X_RSPAMD_SCORE, NULL},    {FIELD_X_SPAM_RATING, NULL},
};
#define SOURCES (sizeof sources / sizeof *sources)

static void read_source(struct trust_reader *r, enum field_kind kind,
                        const struct header_field *field)
{
    struct buf line = BUF_INIT(LIMIT_TEXT);
    for (unsigned i = 0; i < SOURCES && i < r->source; i++) {
        if (sources[i].kind != kind)
            continue;
        if (!line.len)
            header_unfold(&line, field);
        double score;
        if (sources[i].label ? score_behind(line.data, sources[i].label, &score)
                             : read_score(line.data, &score)) {
            r->score = score;
            r->source = i;
        }
    }
    buf_release(&line);
}

/* ---- the block --------------------------------------------------------------------------- */

/* RFC 5322 section 3.6: these may stand once. */
#define BIT(kind) (1u << (kind))
#define UNIQUE                                                                   \
    (BIT(FIELD_FROM) | BIT(FIELD_SENDER) | BIT(FIELD_REPLY_TO) | BIT(FIELD_TO) | \
     BIT(FIELD_CC) | BIT(FIELD_DATE) | BIT(FIELD_MESSAGE_ID) | BIT(FIELD_SUBJECT))
_Static_assert(FIELD_KINDS <= 32, "a bit for each");

void trust_begin(struct trust_reader *r)
{
    *r = (struct trust_reader){.score = NAN, .source = SOURCES};
}

void trust_field(struct trust_reader *r, enum field_kind kind, const struct header_field *field)
{
    unsigned bit = BIT(kind);
    bool is_first = !(r->seen & bit);
    r->seen |= bit;
    if (!is_first)
        r->warnings |= bit & UNIQUE ? TRUST_DUPLICATE_HEADER : 0;
    if (kind == FIELD_X_IMAP)
        r->warnings |= TRUST_FOLDER_DATA;
    else if (kind == FIELD_X_BLACKLISTED_BY || kind == FIELD_X_RBL_WARNING)
        r->warnings |= TRUST_BLACKLISTED;
    else if (is_first && kind >= FIELD_X_SPAM_STATUS && kind <= FIELD_X_SPAM_RATING)
        read_source(r, kind, field);
}

unsigned trust_of_block(const struct trust_reader *r)
{
    return r->warnings | (r->seen & BIT(FIELD_MESSAGE_ID) ? 0 : TRUST_NO_MESSAGE_ID);
}

/* ---- the sender -------------------------------------------------------------------------- */

/* The first '@' or one of its look-alikes (U+FE6B, U+FF20); *LEN its bytes. */
static const char *find_at(const char *text, size_t *len)
{
    static const char *const signs[] = {"@", "\xEF\xB9\xAB", "\xEF\xBC\xA0"};
    const char *first = NULL;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        const char *found = strstr(text, signs[i]);
        if (found && (!first || found < first)) {
            first = found;
            *len = strlen(signs[i]);
        }
    }
    return first;
}

static bool is_label_char(char c)
{
    return c && !strchr(" \t<>()[]\"',;:", c);
}

/* An address in the name whose domain is not the real one's. */
static bool name_holds_other(const char *name, const char *addr)
{
    size_t sign = 0;
    const char *at = find_at(name, &sign), *real = strrchr(addr, '@');
    if (!at || at == name || !is_label_char(at[-1]) || !is_label_char(at[sign]))
        return false;
    const char *domain = at + sign;
    size_t len = 0;
    while (is_label_char(domain[len]))
        len++;
    while (len && domain[len - 1] == '.')
        len--;
    return !real || !ascii_is(domain, len, real + 1);
}

unsigned trust_of_sender(const struct address_list *from, const struct address_list *reply_to)
{
    if (!from->count || !*from->items[0].addr)
        return TRUST_NO_FROM;
    const struct address *sender = &from->items[0];
    unsigned warnings = 0;
    if (name_holds_other(sender->name, sender->addr))
        warnings |= TRUST_NAME_IS_ADDRESS;
    const char *reply = reply_to->count ? strrchr(reply_to->items[0].addr, '@') : NULL;
    const char *real = strrchr(sender->addr, '@');
    if (reply && real && !ascii_is(reply, strlen(reply), real))
        warnings |= TRUST_REPLY_ELSEWHERE;
    return warnings;
}
