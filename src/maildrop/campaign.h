/* Campaigns: messages that one mailer sent under many names, near-duplicates of each other, of
 * which a triager wants to see one row.  Found by the form of the header (mail/shape.h) and
 * what the subjects have in common (stem.h), and explained.
 *
 * No campaign, however alike its messages are: what a mailing list sent, answers (with
 * In-Reply-To or References), bounces and automatic answers, what comes from one sender only (a
 * shop's invoices), and subjects that anybody may write ("Hello") from an ordinary program. */
#ifndef MAILDROP_CAMPAIGN_H
#define MAILDROP_CAMPAIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "maildrop/maildrop.h"
#include "maildrop/marks.h"

enum campaign_reason {
    CAMPAIGN_SAME_SHAPE = 1 << 0,  /* else the parts of it that tell mailers apart */
    CAMPAIGN_SAME_STEM = 1 << 1,   /* else the subjects have most of their text in common */
    CAMPAIGN_NUMBERS = 1 << 2,     /* the subjects have numbers in them */
    CAMPAIGN_DISGUISED = 1 << 3,   /* look-alike letters, hidden characters */
    CAMPAIGN_SENDER_FORM = 1 << 4, /* all left sides of the senders are made alike */
    CAMPAIGN_SCORED = 1 << 5,      /* a filter on the way takes most of them for spam */
};

#define CAMPAIGN_SMALLEST 3u

struct campaign {
    const char *label;       /* the stem of its most frequent subject: clean text */
    const uint32_t *members; /* message indexes, rising */
    size_t count;
    unsigned reasons; /* campaign_reason bits */
    size_t senders, domains;
    /* they look alike, and are no members: */
    size_t kept;     /* marked `keep`, or known */
    size_t repeated; /* of senders of whom there are several, as of no other sender here */
};

struct campaigns;

/* Among the COUNT messages of INDEXES (each at most once).  K may be NULL: no marks.  IS_KNOWN
 * may be NULL; true for a message that is not to be mixed in.  The result does not depend on
 * the order of INDEXES.  Linear in their number but for sorting. */
struct campaigns *campaigns_find(const struct maildrop *m, const struct marks *k,
                                 const uint32_t *indexes, size_t count,
                                 bool (*is_known)(void *context, size_t index), void *context);
void campaigns_free(struct campaigns *c);

/* The largest first. */
size_t campaigns_count(const struct campaigns *c);
const struct campaign *campaigns_at(const struct campaigns *c, size_t i);
/* The campaign that a message is a member of; SIZE_MAX for none. */
size_t campaigns_of(const struct campaigns *c, size_t index);

/* Appends why these are one, in a sentence without an end: "same header form, subjects differ
 * in numbers, 57 senders in 40 domains; 2 kept or known ones look alike and are left out". */
void campaign_explain(struct buf *out, const struct campaign *c);

#endif
