/* A maildrop to be triaged, made up: 700 messages of spam in twelve campaigns and 300 that are
 * wanted.  A campaign comes from one mailer (an order of fields, an X-Mailer, forms of boundary
 * and Message-ID) and changes what spam changes: senders, numbers, words, case, blanks,
 * decoration, look-alike letters, hidden characters, encodings.  Among the wanted are such as
 * look like it: shops whose subjects differ in numbers only, subjects that spam has too, and
 * spam's own mailers.  The same seed gives the same bytes on every machine. */
#ifndef SUPPORT_TRIAGE_H
#define SUPPORT_TRIAGE_H

#include <stdint.h>

#include "base/buf.h"

#define TRIAGE_COUNT 1000u
#define TRIAGE_CAMPAIGNS 12

/* A campaign is its number, from 1; what is wanted is one of these. */
enum triage_wanted {
    TRIAGE_LIST = 100, /* a mailing list's */
    TRIAGE_BOUNCE,
    TRIAGE_SHOP,     /* invoices and notices of one sender, numbers changing */
    TRIAGE_PERSONAL, /* several friends wish a happy birthday */
    TRIAGE_REPLY,    /* in threads */
    TRIAGE_WORDS,    /* a subject that spam might have */
    TRIAGE_SHAPE     /* sent by a mailer that spam uses */
};

/* Message INDEX (< TRIAGE_COUNT) as it lies on a server, line ends LF, appended to OUT. */
void triage_message(uint64_t seed, unsigned index, struct buf *out);
/* The same for every seed. */
int triage_label(unsigned index);
/* "campaign-7", "list", ... */
void triage_label_name(struct buf *out, int label);

#endif
