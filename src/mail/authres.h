/* Authentication-Results (RFC 8601): what a server on the way found by SPF, DKIM and DMARC.
 * Anybody can write such a field: only those of a server that the user names are believed. */
#ifndef MAIL_AUTHRES_H
#define MAIL_AUTHRES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum authres_method { AUTHRES_SPF, AUTHRES_DKIM, AUTHRES_DMARC, AUTHRES_METHODS };

/* Of several for one method the highest counts; for DMARC and SPF a failure always does. */
enum authres_result {
    AUTHRES_NONE,
    AUTHRES_NEUTRAL,   /* "neutral", "softfail", "policy", "temperror", "permerror" */
    AUTHRES_FAIL,      /* "fail", "hardfail" */
    AUTHRES_ELSEWHERE, /* passes, for another domain than the sender's */
    AUTHRES_PASS,
    AUTHRES_RESULTS
};

struct authres {
    enum authres_result results[AUTHRES_METHODS];
};

/* A field's body on one line.  SENDER: the address in From; a signature or an envelope of its
 * domain, one above or one below it passes, where the field names none any does.  The
 * authserv-id is appended to ID, in lower case.  False where there is none; what is not
 * understood is left out. */
bool authres_parse(const char *line, const char *sender, struct buf *id, struct authres *out);

/* What another field of the same server says, too. */
void authres_add(struct authres *a, const struct authres *other);

/* "-", "n", "f", "e", "p" for each method, in AUTHRES_METHODS letters and a NUL; and back,
 * AUTHRES_NONE for what is no such letter. */
void authres_write(char out[AUTHRES_METHODS + 1], const struct authres *a);
struct authres authres_read(const char *letters);

/* DMARC's word where it says pass or fail; else pass where SPF or DKIM pass for the sender's
 * domain, fail where one of them fails. */
enum authres_verdict { AUTHRES_SAYS_NOTHING, AUTHRES_SAYS_PASS, AUTHRES_SAYS_FAIL };
enum authres_verdict authres_verdict(const struct authres *a);

/* Appends "SPF pass, DKIM fail, DMARC fail"; nothing where there are no results. */
void authres_explain(struct buf *out, const struct authres *a);

#endif
