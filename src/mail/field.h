/* What a header field is, by its name: in one place, so that a block is looked through once. */
#ifndef MAIL_FIELD_H
#define MAIL_FIELD_H

#include <stdbool.h>

#include "mail/header.h"

enum field_kind {
    FIELD_OTHER,
    FIELD_FROM,
    FIELD_SENDER,
    FIELD_REPLY_TO,
    FIELD_TO,
    FIELD_CC,
    FIELD_SUBJECT,
    FIELD_DATE,
    FIELD_MESSAGE_ID,
    FIELD_IN_REPLY_TO,
    FIELD_REFERENCES,
    FIELD_CONTENT_TYPE,
    FIELD_CONTENT_TRANSFER_ENCODING,
    FIELD_LIST_ID,
    FIELD_LIST_POST,
    FIELD_X_MAILER,
    FIELD_USER_AGENT,
    FIELD_X_FAILED_RECIPIENTS,
    FIELD_AUTO_SUBMITTED,
    FIELD_X_IMAP,
    FIELD_DELIVERED_TO, /* and its like: whom the last server on the way delivered to */
    FIELD_AUTHENTICATION_RESULTS,
    /* what filters found (trust_score.h) */
    FIELD_X_SPAM_STATUS,
    FIELD_X_SPAM_SCORE,
    FIELD_X_SPAM_LEVEL,
    FIELD_X_SPAM_FLAG,
    FIELD_X_SPAM,
    FIELD_X_SPAMD_RESULT,
    FIELD_X_RSPAMD_SCORE,
    FIELD_X_RSPAMD_ACTION,
    FIELD_X_SPAM_RATING,
    FIELD_X_MS_EXCHANGE_ORGANIZATION_SCL,
    FIELD_X_FOREFRONT_ANTISPAM_REPORT,
    FIELD_X_BARRACUDA_SPAM_STATUS,
    FIELD_X_BARRACUDA_SPAM_SCORE,
    FIELD_X_BARRACUDA_SPAM_FLAG,
    FIELD_X_MAILSCANNER_SPAMCHECK,
    FIELD_X_MAILSCANNER_SPAMSCORE,
    FIELD_X_BLACKLISTED_BY,
    FIELD_X_RBL_WARNING,
    FIELD_KINDS
};

struct field_class {
    enum field_kind kind;
    bool says_nothing; /* of the mailer: servers and filters on the way write it, or it is about
                          the message */
};

struct field_class field_classify(const struct header_field *field);

#endif
