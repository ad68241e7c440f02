/* A Kerberos 5 ticket for one service, shown to its server and answered by it (RFC 4120 section
 * 3.2): the only file that knows libkrb5, which may be missing. */
#ifndef NET_TICKET_H
#define NET_TICKET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct ticket;

bool ticket_is_built_in(void);

/* Begins to ask the KDC, in a thread, for a ticket for SERVICE ("pop") on HOST, by the user's
 * credential cache. */
struct ticket *ticket_new(const char *service, const char *host);
/* NULL is fine. */
void ticket_free(struct ticket *t);

/* Becomes readable when the KDC has answered, or cannot be asked; -1 where there is nothing to
 * wait for. */
int ticket_fd(const struct ticket *t);
bool ticket_has_arrived(struct ticket *t);

/* Once it has arrived: the AP-REQ to send, which asks the server to prove itself, too; it lives
 * as long as T.  False with a sentence in E (ERR_AUTH, or ERR_UNAVAILABLE for a KDC that is
 * silent) that says what is missing and what to do. */
bool ticket_request(const struct ticket *t, const char **ap_req, size_t *len, struct err *e);
/* The server's AP-REP proves that it holds the service's key.  False with E (ERR_AUTH). */
bool ticket_check_answer(const struct ticket *t, const char *ap_rep, size_t len, struct err *e);
/* What the server's KRB-ERROR says, into E (ERR_AUTH). */
void ticket_explain_refusal(const struct ticket *t, const char *krb_error, size_t len,
                            struct err *e);

#endif
