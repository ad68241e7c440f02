#include "config.h"

#include "mail/trust.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "base/i18n.h"
#include "base/limits.h"

static const struct {
    const char *word, *reason;
} warnings[] = {
    {"controls", N_("hidden characters in the header")},
    {"name-is-address", N_("the sender's name holds another address")},
    {"reply-elsewhere", N_("answers go to another domain")},
    {"no-date", N_("no readable Date")},
    {"no-message-id", N_("no Message-ID")},
    {"no-from", N_("no sender")},
    {"duplicate-header", N_("a field stands twice that may stand once")},
    {"blacklisted", N_("a server on the way found it on a blacklist")},
    {"folder-data", N_("a mail server's own data")},
    {"mixed-scripts", N_("letters of two scripts in one word")},
    {"punycode", N_("an xn-- domain")},
    {"own-address", N_("sent under your own address")},
    {"future-date", N_("dated in the future")},
    {"known-name", N_("you know this name from another address")},
};
_Static_assert(sizeof warnings / sizeof *warnings == TRUST_WARNING_COUNT, "words for each");

const char *trust_warning_word(unsigned i)
{
    return warnings[i].word;
}

/* ---- the block --------------------------------------------------------------------------- */

/* RFC 5322 section 3.6: these may stand once. */
#define BIT(kind) (UINT64_C(1) << (kind))
#define UNIQUE                                                                   \
    (BIT(FIELD_FROM) | BIT(FIELD_SENDER) | BIT(FIELD_REPLY_TO) | BIT(FIELD_TO) | \
     BIT(FIELD_CC) | BIT(FIELD_DATE) | BIT(FIELD_MESSAGE_ID) | BIT(FIELD_SUBJECT))
_Static_assert(FIELD_KINDS <= 64, "a bit for each");

void trust_begin(struct trust_reader *r)
{
    *r = (struct trust_reader){.score = trust_score_none()};
}

void trust_field(struct trust_reader *r, enum field_kind kind, const struct header_field *field)
{
    uint64_t bit = BIT(kind);
    bool is_first = !(r->seen & bit);
    r->seen |= bit;
    if (!is_first)
        r->warnings |= bit & UNIQUE ? TRUST_DUPLICATE_HEADER : 0;
    if (kind == FIELD_X_IMAP)
        r->warnings |= TRUST_FOLDER_DATA;
    else if (kind == FIELD_X_BLACKLISTED_BY || kind == FIELD_X_RBL_WARNING)
        r->warnings |= TRUST_BLACKLISTED;
    if (is_first) /* the topmost is of the last server on the way */
        trust_score_field(&r->score, kind, field);
}

unsigned trust_of_block(const struct trust_reader *r)
{
    return r->warnings | (r->seen & BIT(FIELD_MESSAGE_ID) ? 0 : TRUST_NO_MESSAGE_ID);
}

/* ---- what it comes to -------------------------------------------------------------------- */

static bool is_spam(const struct trust *t)
{
    return t->score.value >= TRUST_SPAM_SCORE || t->warnings & TRUST_BLACKLISTED;
}

enum authres_verdict trust_verdict(const struct trust *t)
{
    return t->is_judged ? authres_verdict(&t->results) : AUTHRES_SAYS_NOTHING;
}

/* An own address that a server proved is the user's own. */
static bool is_deceitful(const struct trust *t)
{
    const unsigned deceit = TRUST_CONTROLS | TRUST_NAME_IS_ADDRESS | TRUST_NO_FROM |
                            TRUST_DUPLICATE_HEADER | TRUST_MIXED_SCRIPTS | TRUST_PUNYCODE |
                            TRUST_FUTURE_DATE | TRUST_KNOWN_NAME;
    return t->warnings & deceit ||
           (t->warnings & TRUST_OWN_ADDRESS && trust_verdict(t) != AUTHRES_SAYS_PASS);
}

bool trust_is_suspicious(const struct trust *t)
{
    return is_spam(t) || is_deceitful(t) || trust_verdict(t) == AUTHRES_SAYS_FAIL;
}

char trust_letter(const struct trust *t)
{
    if (trust_verdict(t) == AUTHRES_SAYS_FAIL)
        return 'F';
    if (is_spam(t))
        return 'S';
    if (is_deceitful(t))
        return '!';
    return trust_verdict(t) == AUTHRES_SAYS_PASS ? '+' : ' ';
}

/* ---- in words ---------------------------------------------------------------------------- */

static void separate(struct buf *out, size_t start)
{
    if (out->len > start)
        buf_append_str(out, "; ");
}

void trust_format_score(char out[TRUST_SCORE_SIZE], const struct trust_score *s)
{
    int tenths = isnan(s->value) ? 0 : (int)lround(s->value * 10);
    out[0] = '\0';
    if (!isnan(s->value)) /* the point is not the locale's */
        snprintf(out, TRUST_SCORE_SIZE, "%s%d.%d", tenths < 0 ? "-" : "",
                 abs(tenths) / 10 % 1000, abs(tenths) % 10);
}

static void explain_score(struct buf *out, const struct trust_score *s)
{
    char score[TRUST_SCORE_SIZE];
    trust_format_score(score, s);
    if (s->is_verdict)
        buf_printf(out, _("spam (%s)"), trust_source_name(s->source));
    else if (*score)
        buf_printf(out, _("spam score %s of 5.0 (%s)"), score, trust_source_name(s->source));
}

void trust_explain(struct buf *out, const struct trust *t)
{
    size_t start = out->len;
    struct buf found = BUF_INIT(256);
    explain_score(out, &t->score);
    if (t->is_judged)
        authres_explain(&found, &t->results);
    if (found.len) {
        separate(out, start);
        buf_append(out, found.data, found.len);
    }
    for (unsigned i = 0; i < TRUST_WARNING_COUNT; i++) {
        unsigned bit = 1u << i;
        if (!(t->warnings & bit))
            continue;
        separate(out, start);
        buf_append_str(out, _(warnings[i].reason));
        if (bit == TRUST_REPLY_ELSEWHERE && t->reply_to)
            buf_printf(out, " (%s)", t->reply_to);
        if (bit == TRUST_KNOWN_NAME && t->known)
            buf_printf(out, " (%s)", t->known);
    }
    buf_release(&found);
}
