#include "config.h"

#include "mail/trust_score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/limits.h"

/* What one field says: NAN for what it leaves out. */
struct said {
    double number;
    double limit; /* of the filter itself, on its own scale */
    bool is_spam; /* its verdict, in words */
};

/* ---- numbers ----------------------------------------------------------------------------- */

/* A decimal number as filters write it, independent of the locale ("-1.25"); *TEXT goes behind
 * it.  False with *TEXT as it was where there is none. */
static bool read_number(const char **text, double *number)
{
    const char *p = *text;
    bool negative = *p == '-';
    if (*p == '-' || *p == '+')
        p++;
    if (*p < '0' || *p > '9')
        return false;
    double value = 0, place = 0.1;
    for (int digits = 0; *p >= '0' && *p <= '9'; p++)
        value = digits++ < 9 ? value * 10 + (*p - '0') : value;
    if (*p == '.')
        for (p++; *p >= '0' && *p <= '9'; p++, place /= 10)
            value += (*p - '0') * place;
    *number = negative ? -value : value;
    *text = p;
    return true;
}

/* Behind the first LABEL, in any case, which a blank, a ';' or a bracket stands before; NULL.
 */
static const char *behind(const char *text, const char *label)
{
    size_t len = strlen(label), whole = strlen(text);
    for (const char *p = text; (size_t)(p - text) + len <= whole; p++)
        if ((p == text || strchr(" ;,(", p[-1])) && ascii_same(p, label, len))
            return p + len;
    return NULL;
}

static double number_behind(const char *text, const char *label)
{
    double number;
    const char *p = behind(text, label);
    return p && read_number(&p, &number) ? number : NAN;
}

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " \t");
}

/* "N / M", from the N on. */
static void read_ratio(const char *text, struct said *said)
{
    if (!read_number(&text, &said->number))
        return;
    text = skip_blanks(text);
    if (*text++ != '/')
        return;
    text = skip_blanks(text);
    read_number(&text, &said->limit);
}

/* ---- fields ------------------------------------------------------------------------------ */

static bool begins_with(const char *text, const char *word)
{
    size_t len = strlen(word);
    return strlen(text) >= len && ascii_same(text, word, len);
}

static void read_status(const char *text, struct said *said)
{
    said->is_spam = begins_with(text, "yes");
    said->number = number_behind(text, "score=");
    if (isnan(said->number))
        said->number = number_behind(text, "hits=");
    said->limit = number_behind(text, "required=");
}

/* A level of 1000 is Barracuda's for "off". */
static void read_barracuda_status(const char *text, struct said *said)
{
    read_status(text, said);
    said->limit = number_behind(text, "TAG_LEVEL=");
    if (said->limit >= 1000)
        said->limit = NAN;
}

static void read_mailscanner_check(const char *text, struct said *said)
{
    said->is_spam = begins_with(text, "spam");
    said->number = number_behind(text, "score=");
    said->limit = number_behind(text, "required ");
}

/* The limit that is written is the one for refusing the message; rspamd marks it as spam from
 * two fifths of that on (its own numbers: 6 of 15). */
static void read_spamd_result(const char *text, struct said *said)
{
    const char *bracket = strchr(text, '[');
    said->is_spam = behind(text, "True") != NULL;
    if (bracket)
        read_ratio(skip_blanks(bracket + 1), said);
    said->limit *= 0.4;
}

static void read_rspamd_score(const char *text, struct said *said)
{
    read_ratio(text, said);
    said->limit = 6;
}

/* One sign a point. */
static void read_level(const char *text, struct said *said)
{
    if (!*text || (*text >= '0' && *text <= '9'))
        return;
    said->number = 0;
    for (const char *p = text; *p == *text; p++)
        said->number++;
}

/* Exim's bar stands before the number in brackets, behind it, or alone. */
static void read_score(const char *text, struct said *said)
{
    read_ratio(text, said);
    if (!isnan(said->number) || (*text != '*' && *text != '+'))
        return;
    const char *bracket = strchr(text, '(');
    if (bracket)
        read_ratio(bracket + 1, said);
    if (isnan(said->number))
        read_level(text, said);
}

/* "83.69" of 100, or "host 1.6.2 0/1000/N". */
static void read_rating(const char *text, struct said *said)
{
    const char *last = strrchr(text, ' ');
    last = last ? last + 1 : text;
    read_ratio(last, said);
    const char *verdict = strrchr(last, '/');
    said->is_spam = verdict && begins_with(verdict, "/Y");
    if (isnan(said->limit))
        said->limit = 90;
    if (strchr(text, ' ') && !verdict)
        said->number = NAN;
}

static void read_scl(const char *text, struct said *said)
{
    read_number(&text, &said->number);
}

static void read_forefront(const char *text, struct said *said)
{
    said->number = number_behind(text, "SCL:");
    said->is_spam = behind(text, "SFV:SPM") != NULL;
}

static void read_flag(const char *text, struct said *said)
{
    said->is_spam = begins_with(text, "yes") || begins_with(text, "true");
}

static void read_action(const char *text, struct said *said)
{
    static const char *const actions[] = {"add header", "rewrite subject", "quarantine",
                                          "reject", "discard"};
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        said->is_spam |= begins_with(text, actions[i]);
}

static void read_listed(const char *text, struct said *said)
{
    said->is_spam = *text != '\0';
}

/* ---- the scale --------------------------------------------------------------------------- */

static const struct {
    enum field_kind kind;
    const char *name;
    void (*read)(const char *text, struct said *said);
} sources[TRUST_SOURCE_COUNT] = {
    [TRUST_NO_SOURCE] = {FIELD_OTHER, "", NULL},
    [TRUST_SPAM_STATUS] = {FIELD_X_SPAM_STATUS, "X-Spam-Status", read_status},
    [TRUST_SPAMD_RESULT] = {FIELD_X_SPAMD_RESULT, "X-Spamd-Result", read_spamd_result},
    [TRUST_RSPAMD_SCORE] = {FIELD_X_RSPAMD_SCORE, "X-Rspamd-Score", read_rspamd_score},
    [TRUST_X_SPAM_SCORE] = {FIELD_X_SPAM_SCORE, "X-Spam-Score", read_score},
    [TRUST_BARRACUDA_STATUS] = {FIELD_X_BARRACUDA_SPAM_STATUS, "X-Barracuda-Spam-Status",
                                read_barracuda_status},
    [TRUST_BARRACUDA_SCORE] = {FIELD_X_BARRACUDA_SPAM_SCORE, "X-Barracuda-Spam-Score",
                               read_score},
    [TRUST_MAILSCANNER_CHECK] = {FIELD_X_MAILSCANNER_SPAMCHECK, "X-MailScanner-SpamCheck",
                                 read_mailscanner_check},
    [TRUST_MAILSCANNER_SCORE] = {FIELD_X_MAILSCANNER_SPAMSCORE, "X-MailScanner-SpamScore",
                                 read_level},
    [TRUST_FOREFRONT_REPORT] = {FIELD_X_FOREFRONT_ANTISPAM_REPORT,
                                "X-Forefront-Antispam-Report", read_forefront},
    [TRUST_EXCHANGE_SCL] = {FIELD_X_MS_EXCHANGE_ORGANIZATION_SCL,
                            "X-MS-Exchange-Organization-SCL", read_scl},
    [TRUST_SPAM_RATING] = {FIELD_X_SPAM_RATING, "X-Spam-Rating", read_rating},
    [TRUST_SPAM_LEVEL] = {FIELD_X_SPAM_LEVEL, "X-Spam-Level", read_level},
    [TRUST_SPAM_FLAG] = {FIELD_X_SPAM_FLAG, "X-Spam-Flag", read_flag},
    [TRUST_X_SPAM] = {FIELD_X_SPAM, "X-Spam", read_flag},
    [TRUST_BARRACUDA_FLAG] = {FIELD_X_BARRACUDA_SPAM_FLAG, "X-Barracuda-Spam-Flag", read_flag},
    [TRUST_RSPAMD_ACTION] = {FIELD_X_RSPAMD_ACTION, "X-Rspamd-Action", read_action},
    [TRUST_BLACKLISTED_BY] = {FIELD_X_BLACKLISTED_BY, "X-Blacklisted-By", read_listed},
    [TRUST_RBL_WARNING] = {FIELD_X_RBL_WARNING, "X-RBL-Warning", read_listed},
};

static double on_scale(const struct said *said)
{
    double value = said->number;
    if (said->limit > 0)
        value *= TRUST_SPAM_SCORE / said->limit;
    return value > LIMIT_SCORE ? LIMIT_SCORE : value < -LIMIT_SCORE ? -LIMIT_SCORE : value;
}

static bool is_higher(double a, double b)
{
    return !isnan(a) && !(a <= b);
}

static bool is_more(double value, enum trust_source source, const struct trust_score *s)
{
    return is_higher(value, s->value) || (value >= s->value && source < s->source);
}

struct trust_score trust_score_none(void)
{
    return (struct trust_score){.value = NAN, .written = NAN, .written_value = NAN};
}

void trust_score_field(struct trust_score *s, enum field_kind kind,
                       const struct header_field *field)
{
    if (kind < FIELD_X_SPAM_STATUS || kind > FIELD_X_RBL_WARNING)
        return;
    enum trust_source source = TRUST_NO_SOURCE + 1;
    while (source < TRUST_SOURCE_COUNT - 1 && sources[source].kind != kind)
        source++;
    struct buf line = BUF_INIT(LIMIT_TEXT);
    struct said said = {NAN, NAN, false};
    header_unfold(&line, field);
    sources[source].read(line.data, &said);
    double value = on_scale(&said);
    if (is_higher(value, s->written_value)) {
        s->written = said.number;
        s->written_value = value;
    }
    bool is_verdict = said.is_spam && !(value >= TRUST_SPAM_SCORE);
    value = is_verdict ? TRUST_SPAM_SCORE : value;
    if (is_more(value, source, s)) {
        s->value = value;
        s->source = source;
        s->is_verdict = is_verdict;
    }
    buf_release(&line);
}

const char *trust_source_name(enum trust_source source)
{
    return sources[source].name;
}
