#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "mail/trust.h"

#include "base/ascii.h"
#include "base/text_fold.h"
#include "mail/script.h"

/* What a sender shows against itself. */

static bool is_label_char(char c)
{
    return c && !strchr(" \t<>()[]\"',;:", c);
}

/* The domain behind AT is another than REAL. */
static bool is_other_domain(const char *name, const char *at, const char *real)
{
    const char *domain = at + 1;
    size_t len = 0;
    if (at == name || !is_label_char(at[-1]))
        return false;
    while (is_label_char(domain[len]) && domain[len] != '@')
        len++;
    while (len && domain[len - 1] == '.')
        len--;
    return len && !ascii_is(domain, len, real);
}

/* An address in the name whose domain is not the real one's; the look-alikes of '@' and of
 * letters (full-width forms) are folded to what they look like. */
static bool name_holds_other(const char *name, const char *addr)
{
    char *folded = ascii_only(name) ? NULL : text_fold(name, strlen(name));
    const char *text = folded ? folded : name, *real = address_domain(addr);
    bool found = false;
    for (const char *at = text; !found && (at = strchr(at, '@')) != NULL; at++)
        found = is_other_domain(text, at, real);
    free(folded);
    return found;
}

/* A label of the domain that is written in ASCII for another alphabet (RFC 5890). */
static bool has_punycode(const char *domain)
{
    for (const char *p = domain; *p; p += strcspn(p, "."), p += *p == '.')
        if (strlen(p) > 4 && ascii_same(p, "xn--", 4))
            return true;
    return false;
}

unsigned trust_of_sender(const struct address_list *from, const struct address_list *reply_to)
{
    if (!from->count || !*from->items[0].addr)
        return TRUST_NO_FROM;
    const struct address *sender = &from->items[0];
    const char *real = address_domain(sender->addr);
    const char *reply = reply_to->count ? address_domain(reply_to->items[0].addr) : "";
    unsigned warnings = 0;
    if (name_holds_other(sender->name, sender->addr))
        warnings |= TRUST_NAME_IS_ADDRESS;
    if (*reply && *real && !ascii_is(reply, strlen(reply), real))
        warnings |= TRUST_REPLY_ELSEWHERE;
    if (has_punycode(real))
        warnings |= TRUST_PUNYCODE;
    if (script_is_mixed(sender->name) || script_is_mixed(sender->addr))
        warnings |= TRUST_MIXED_SCRIPTS;
    return warnings;
}
