/* Address lists (RFC 5322 section 3.4, RFC 6854 groups, RFC 6532 UTF-8, RFC 6531), and what is
 * really sent under their name: comments as names, missing brackets, bare words, semicolons
 * for commas.  At most LIMIT_ADDRESSES are kept; the rest is counted. */
#ifndef MAIL_ADDRESS_H
#define MAIL_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "mail/rfc2047.h"

struct address {
    char *name; /* clean text: decoded, quotes and escapes undone; "" where there is none */
    char *addr; /* clean text: the addr-spec without brackets, comments and blanks, its domain
                   as sent (xn-- stays visible); "" for an entry that has none */
};

struct address_list {
    struct address *items;
    size_t count;
    size_t more;     /* entries behind LIMIT_ADDRESSES */
    size_t attempts; /* what text_clean() made visible in names and addresses */
};

/* Never fails; a body without any address gives an empty list or entries with addr "".
 * Members of groups are listed; an empty group ("undisclosed-recipients:;") gives one entry
 * with its name and addr "". */
void address_parse(struct address_list *list, const char *body, size_t len,
                   const struct rfc2047_context *context);
void address_list_release(struct address_list *list);

/* What stands behind the last '@' of ADDR; "" where there is none. */
const char *address_domain(const char *addr);
/* DOMAIN is ABOVE, in any case, or lies in it: mail.example.org in example.org.  Nothing lies
 * in "". */
bool address_is_within(const char *domain, const char *above);

#endif
