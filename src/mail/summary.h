/* What the list, the search and the JSON need of a message's header block, decoded and cleaned,
 * in one allocation: a maildrop holds one for each message. */
#ifndef MAIL_SUMMARY_H
#define MAIL_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/digest.h"
#include "mail/rfc2047.h"
#include "mail/shape.h"
#include "mail/trust.h"

enum summary_list {
    SUMMARY_FROM,
    SUMMARY_TO,
    SUMMARY_CC,
    SUMMARY_REPLY_TO,
    SUMMARY_ADDRESS_LISTS,
    /* no addresses: each server that wrote Authentication-Results, and what it found, in the
       letters of authres_write() */
    SUMMARY_AUTHRES = SUMMARY_ADDRESS_LISTS,
    SUMMARY_LISTS
};

#define SUMMARY_NO_DATE INT64_MIN

struct summary {
    int64_t date; /* UTC, or SUMMARY_NO_DATE */
    struct trust_score score;
    unsigned warnings;                       /* enum trust_warning bits, of the block */
    uint8_t fingerprint[DIGEST_SHA256_SIZE]; /* SHA-256 of the header block, line ends folded to
                                                LF: identity where there is no UIDL */
    const char *subject;    /* clean text, "" where there is none; inside the allocation */
    const char *message_id; /* with its brackets; "" */
    const char *list_id;    /* inside <>, clean; "" */
    const char *charset;    /* of the text, or of the subject; "" where nothing is declared */
    bool has_attachment;    /* the Content-Type is one that messages with attachments have */
    struct shape shape;
    uint16_t counts[SUMMARY_LISTS];
    const char *lists[SUMMARY_LISTS]; /* counts[i] pairs "name NUL addr NUL" */
};

/* BLOCK is a message's first bytes (a TOP answer): the header ends at the blank line or the
 * end; what follows it is ignored.  Never fails.  CHARSETS: fallbacks for undeclared text, may
 * be NULL.  The caller frees the result with free(). */
struct summary *summary_new(const char *block, size_t len, const char *const *charsets);

/* Entry I (< counts[which]) of a list; *NAME and *ADDR live as long as S. */
void summary_address(const struct summary *s, enum summary_list which, unsigned i,
                     const char **name, const char **addr);

/* The first sender's address; "" where S is NULL or names none. */
const char *summary_first_address(const struct summary *s);

/* The sender for a list column, appended to OUT (clean text).  The real address is always
 * there: "Name <addr>", or the address alone. */
void summary_sender(struct buf *out, const struct summary *s);

/* What it says about trust, of itself: nothing of the account, nothing of the others. */
struct trust summary_trust(const struct summary *s);

/* What a server wrote of it in Authentication-Results, of all fields of that AUTHSERV_ID (any
 * case).  False where there are none. */
bool summary_authres(const struct summary *s, const char *authserv_id, struct authres *out);

/* Its bytes for the store, appended to OUT; and back: NULL where BYTES are not such, whatever
 * they are.  For this machine only.  The caller frees the result with free(). */
void summary_write(struct buf *out, const struct summary *s);
struct summary *summary_read(const char *bytes, size_t len);

#endif
