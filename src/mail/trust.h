/* What a header block itself says about how far to trust the message: what filters and servers
 * on the way wrote into it, and signs that need neither.  Nothing is asked of anybody. */
#ifndef MAIL_TRUST_H
#define MAIL_TRUST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "mail/address.h"
#include "mail/authres.h"
#include "mail/field.h"
#include "mail/header.h"
#include "mail/trust_score.h"

enum trust_warning {
    TRUST_CONTROLS = 1 << 0,        /* "controls": hidden or control characters in a field */
    TRUST_NAME_IS_ADDRESS = 1 << 1, /* "name-is-address": a display name holds another address
                                       than the real one, also in full-width letters */
    TRUST_REPLY_ELSEWHERE = 1 << 2, /* "reply-elsewhere": Reply-To in another domain */
    TRUST_NO_DATE = 1 << 3,         /* "no-date": missing or unreadable */
    TRUST_NO_MESSAGE_ID = 1 << 4,   /* "no-message-id" */
    TRUST_NO_FROM = 1 << 5,         /* "no-from" */
    TRUST_DUPLICATE_HEADER =
        1 << 6,                   /* "duplicate-header": From, Subject, Date, To, ... twice */
    TRUST_BLACKLISTED = 1 << 7,   /* "blacklisted": X-Blacklisted-By and its like */
    TRUST_FOLDER_DATA = 1 << 8,   /* "folder-data": a mail server keeps its own data in this
                                     message (X-IMAP): who deletes it loses all flags */
    TRUST_MIXED_SCRIPTS = 1 << 9, /* "mixed-scripts": letters of two scripts in one word of the
                                     sender or the subject */
    TRUST_PUNYCODE = 1 << 10,     /* "punycode": an xn-- label in the sender's domain */
    TRUST_OWN_ADDRESS = 1 << 11, /* "own-address": sent under the address it was delivered to */
    /* What the block alone does not show: */
    TRUST_FUTURE_DATE = 1 << 12, /* "future-date": more than a day ahead */
    TRUST_KNOWN_NAME = 1 << 13,  /* "known-name": the name of a known sender who writes from
                                    another address */
    TRUST_WARNING_COUNT = 14
};

/* The word for bit number I (0 to TRUST_WARNING_COUNT - 1), as in the JSON. */
const char *trust_warning_word(unsigned i);

/* ---- a block's fields, in their order, behind trust_begin() ---- */

struct trust_reader {
    struct trust_score score;
    uint64_t seen; /* field kinds, a bit for each */
    unsigned warnings;
};
void trust_begin(struct trust_reader *r);
void trust_field(struct trust_reader *r, enum field_kind kind,
                 const struct header_field *field);
/* The warnings that the block alone shows: TRUST_DUPLICATE_HEADER, TRUST_BLACKLISTED,
 * TRUST_NO_MESSAGE_ID, TRUST_FOLDER_DATA. */
unsigned trust_of_block(const struct trust_reader *r);
/* The warnings that the first sender shows against itself and REPLY_TO. */
unsigned trust_of_sender(const struct address_list *from, const struct address_list *reply_to);

/* ---- all that is known of a message ---- */

struct trust {
    struct trust_score score;
    unsigned warnings;
    bool is_asked;  /* the user names servers whose Authentication-Results are believed */
    bool is_judged; /* one of them wrote down what it found */
    struct authres results;
    const char *reply_to; /* with TRUST_REPLY_ELSEWHERE; clean */
    const char *known;    /* with TRUST_KNOWN_NAME: the address; clean */
};

enum authres_verdict trust_verdict(const struct trust *t);

/* What a careful reader would look at twice: signs of deceit, a filter that is sure, a server
 * that found the sender forged. */
bool trust_is_suspicious(const struct trust *t);

/* For a column: 'F' a server found the sender forged, 'S' a filter takes it for spam, '!' there
 * are signs of deceit, '+' the sender is proved, ' ' nothing of all that. */
char trust_letter(const struct trust *t);

/* "14.2", "-1.5"; "" where no filter said anything. */
#define TRUST_SCORE_SIZE 16
void trust_format_score(char out[TRUST_SCORE_SIZE], const struct trust_score *s);

/* Appends the reasons for it, "; " between them: the score with its source, what the server
 * found, each warning in words.  Nothing where there are none. */
void trust_explain(struct buf *out, const struct trust *t);

#endif
