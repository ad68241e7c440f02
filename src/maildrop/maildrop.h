/* THE MODEL: the messages of one maildrop.  Pure: no I/O, no clock.
 * A message is known by its index, which never changes while the program runs.  Its number is
 * the server's, and good for one session only.  Its identity is the UIDL together with the
 * size; where the server has no usable UIDL (none, or the same one twice) it is the size and
 * the fingerprint of the header, which must be looked at again right before a DELE. */
#ifndef MAILDROP_MAILDROP_H
#define MAILDROP_MAILDROP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "mail/summary.h"

enum message_headers {
    HEADERS_UNKNOWN,
    HEADERS_ASKED,
    HEADERS_HERE,
    HEADERS_REFUSED,
    HEADERS_LEFT, /* not asked for: only all of the message could be had */
};

struct message {
    uint32_t number;  /* in the present session; 0: none, or gone */
    uint32_t place;   /* the last number it had, for the order of the list */
    uint64_t size;    /* octets as LIST said: a hint; 0 where LIST did not say */
    const char *uidl; /* "" where the server gave none that is usable */
    bool present;     /* in the maildrop, as far as the newest listing says */
    bool uidl_unique; /* no other message had it, in any listing since this one is known */
    bool proved_gone; /* not present, and the newest listing shows no trace of its UIDL */
    bool is_new;      /* came with a later listing than the first of this run */
    bool is_recalled; /* its summary is of an earlier run: not looked at in this one */
    enum message_headers headers;
    const struct summary *summary; /* with HEADERS_HERE, else NULL */
    const char *env_from,
        *env_to;        /* its envelope (SDPS), clean; "" the null sender; NULL not known
                         */
    const char *folded; /* see folded.h; NULL where the summary is ASCII, or none */
};

struct maildrop;

struct maildrop *maildrop_new(void);
void maildrop_free(struct maildrop *m);

/* Every index below this has a message, present or gone. */
size_t maildrop_size(const struct maildrop *m);
/* Valid until the next call that changes M. */
const struct message *maildrop_at(const struct maildrop *m, size_t index);
/* Those in the maildrop now, and their octets. */
size_t maildrop_present(const struct maildrop *m);
uint64_t maildrop_octets(const struct maildrop *m);
/* How many of them have their headers here, refused or left. */
size_t maildrop_headers_done(const struct maildrop *m);
/* The message with this number in the present session; SIZE_MAX where there is none. */
size_t maildrop_by_number(const struct maildrop *m, uint32_t number);

/* No message of the newest listing has a higher number. */
uint32_t maildrop_highest(const struct maildrop *m);

/* A new session's listing: begin, then the lines of LIST and UIDL in any order (a number in
 * only one of them counts; a second line for one number is ignored), then end, which maps the
 * messages known before onto the new numbers:
 *   - by UIDL and size, where the UIDL is unique in both listings.  The same UIDL with another
 *     size proves nothing: the old message is gone, another has come.  A size that one of the
 *     listings lacks is no other size.
 *   - else provisionally, by number, size and UIDL string, so that the list does not flicker.
 *     Such a message has no identity from then on.
 * Messages that come are added in the order of their numbers.  One that is not found is gone;
 * it is proved to be gone where every message listed has a UIDL, none of them its own. */
struct maildrop_changes {
    size_t gone;    /* were present, are not any more */
    size_t arrived; /* were not known */
};
void maildrop_list_begin(struct maildrop *m);
/* False where NUMBER is 0, above LIMIT_MESSAGES, or listed already.  A UIDL that is empty,
 * holds a NUL or is longer than LIMIT_UIDL counts as none. */
bool maildrop_list_size(struct maildrop *m, uint32_t number, uint64_t octets);
bool maildrop_list_uidl(struct maildrop *m, uint32_t number, const char *uidl, size_t len);
struct maildrop_changes maildrop_list_end(struct maildrop *m);
/* The listing broke off: the messages known before stay as they were, without numbers. */
void maildrop_list_abandon(struct maildrop *m);

/* A message that an earlier run has seen, before any listing: it counts as present until one
 * says otherwise, and what a listing brings beside is new.  UIDL as the server gave it; S (NULL
 * none) becomes the maildrop's, and FOLDED, which folded_new() said of it.  Its index. */
size_t maildrop_remember(struct maildrop *m, const char *uidl, uint64_t size, uint32_t place,
                         struct summary *s, char *folded);

/* The session ended: numbers are void until the next listing, the messages stay known and
 * counted as present; headers asked for are unknown again. */
void maildrop_session_lost(struct maildrop *m);

/* S becomes the maildrop's. */
void maildrop_set_summary(struct maildrop *m, size_t index, struct summary *s);
void maildrop_set_headers(struct maildrop *m, size_t index, enum message_headers state);
/* Its envelope; copied, cleaned and cut. */
void maildrop_set_envelope(struct maildrop *m, size_t index, const struct buf *from,
                           const struct buf *to);
/* True where the message can be proved by its UIDL alone. */
bool maildrop_has_identity(const struct maildrop *m, size_t index);

#endif
