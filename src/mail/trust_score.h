/* What spam filters on the way wrote into a header, on one scale: at 5.0 the filter takes the
 * message for spam, whatever its own numbers are.
 *
 *   field                             its number              on the scale
 *   X-Spam-Status                     "score=7.1 required=5.0", "hits="   times 5 / required
 *   X-Barracuda-Spam-Status           "SCORE=7.1 ... TAG_LEVEL=3.5"       times 5 / TAG_LEVEL
 *   X-MailScanner-SpamCheck           "score=7.1, required 6"             times 5 / required
 *   X-Spamd-Result                    "default: True [8.1 / 15.00]"       times 5 / (0.4 * 15)
 *   X-Rspamd-Score                    "8.1"                   times 5 / 6, rspamd's own limit
 *   X-Spam-Score, X-Barracuda-Spam-Score  "7.1", "7.1 / 5.0", "*** (7.1)"
 *   X-Spam-Level, X-MailScanner-SpamScore "*******", "sssssss"            as many
 *   X-Spam-Rating                     "83.69" (of 100, spam from 90 on), "host 1.6.2 7/10/N"
 *   X-MS-Exchange-Organization-SCL    "6"                     as it is (spam from 5 on)
 *   X-Forefront-Antispam-Report       "...;SCL:6;SFV:SPM;..." as it is
 *
 * A verdict without a number (X-Spam-Flag: YES, X-Spam: yes, X-Rspamd-Action: add header,
 * X-Blacklisted-By, X-RBL-Warning, or the word before the number) is 5.0 at least; a verdict
 * that it is no spam says nothing.  Of several the highest counts: who forges one lowers it. */
#ifndef MAIL_TRUST_SCORE_H
#define MAIL_TRUST_SCORE_H

#include <stdbool.h>

#include "mail/field.h"

#define TRUST_SPAM_SCORE 5.0

/* In the order in which they are believed where they say the same. */
enum trust_source {
    TRUST_NO_SOURCE,
    TRUST_SPAM_STATUS,
    TRUST_SPAMD_RESULT,
    TRUST_RSPAMD_SCORE,
    TRUST_X_SPAM_SCORE,
    TRUST_BARRACUDA_STATUS,
    TRUST_BARRACUDA_SCORE,
    TRUST_MAILSCANNER_CHECK,
    TRUST_MAILSCANNER_SCORE,
    TRUST_FOREFRONT_REPORT,
    TRUST_EXCHANGE_SCL,
    TRUST_SPAM_RATING,
    TRUST_SPAM_LEVEL,
    TRUST_SPAM_FLAG,
    TRUST_X_SPAM,
    TRUST_BARRACUDA_FLAG,
    TRUST_RSPAMD_ACTION,
    TRUST_BLACKLISTED_BY,
    TRUST_RBL_WARNING,
    TRUST_SOURCE_COUNT
};

struct trust_score {
    double value; /* on the scale; NAN where no filter said anything */
    enum trust_source source;
    bool is_verdict;      /* the source said it in words, or the words say more */
    double written;       /* the highest of the numbers, as its filter wrote it; NAN */
    double written_value; /* the same on the scale */
};

/* Nothing was said yet. */
struct trust_score trust_score_none(void);
/* A field of the header.  Any but the filters', and those that say nothing, change nothing. */
void trust_score_field(struct trust_score *s, enum field_kind kind,
                       const struct header_field *field);
/* The name of the field that the score is from: "X-Spam-Status"; "" for TRUST_NO_SOURCE. */
const char *trust_source_name(enum trust_source source);

#endif
