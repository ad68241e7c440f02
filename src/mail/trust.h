/* What a header block itself says about how far to trust the message: a score that a filter on
 * the way wrote into it, and signs that need no filter.  Nothing is asked of anybody. */
#ifndef MAIL_TRUST_H
#define MAIL_TRUST_H

#include <stdbool.h>
#include <stddef.h>

#include "mail/address.h"
#include "mail/field.h"
#include "mail/header.h"

enum trust_warning {
    TRUST_CONTROLS = 1 << 0,        /* "controls": hidden or control characters in a field */
    TRUST_NAME_IS_ADDRESS = 1 << 1, /* "name-is-address": a display name holds another address
                                       than the real one */
    TRUST_REPLY_ELSEWHERE = 1 << 2, /* "reply-elsewhere": Reply-To in another domain */
    TRUST_NO_DATE = 1 << 3,         /* "no-date": missing or unreadable */
    TRUST_NO_MESSAGE_ID = 1 << 4,   /* "no-message-id" */
    TRUST_NO_FROM = 1 << 5,         /* "no-from" */
    TRUST_DUPLICATE_HEADER =
        1 << 6,                 /* "duplicate-header": From, Subject, Date, To, ... twice */
    TRUST_BLACKLISTED = 1 << 7, /* "blacklisted": X-Blacklisted-By and its like */
    TRUST_FOLDER_DATA = 1 << 8, /* "folder-data": a mail server keeps its own data in this
                                   message (X-IMAP): who deletes it loses all flags */
    TRUST_WARNING_COUNT = 9
};

/* What a careful reader would look at twice: signs of deceit, or a filter that is sure. */
bool trust_is_suspicious(unsigned warnings, double score);

/* The word for bit number I (0 to TRUST_WARNING_COUNT - 1), as in the JSON. */
const char *trust_warning_word(unsigned i);

/* A block's fields, in their order, behind trust_begin(). */
struct trust_reader {
    /* The first score found, as its filter wrote it, in this order: X-Spam-Status ("score=" or
     * "hits="), X-Spam-Score, X-Rspamd-Score, X-Spam-Rating; NAN where there is none. */
    double score;
    unsigned source, seen, warnings;
};
void trust_begin(struct trust_reader *r);
void trust_field(struct trust_reader *r, enum field_kind kind,
                 const struct header_field *field);
/* The warnings that the block alone shows: TRUST_DUPLICATE_HEADER, TRUST_BLACKLISTED,
 * TRUST_NO_MESSAGE_ID, TRUST_FOLDER_DATA. */
unsigned trust_of_block(const struct trust_reader *r);
/* The warnings that the first sender shows against itself and REPLY_TO. */
unsigned trust_of_sender(const struct address_list *from, const struct address_list *reply_to);

#endif
