#include "config.h"

#include <string.h>
#include <time.h>

#include "base/ascii.h"
#include "client/client_inside.h"

/* How far a message is to be trusted: what its header says of itself, and what that means for
 * this account and among these senders. */

#define A_DAY 86400

void client_meet(struct client *c, size_t index)
{
    known_add(c->known, index);
}

/* The address is the account's: its user at the server's domain, or at the one above. */
static bool is_own_address(const struct account *a, const char *addr)
{
    const char *at = strrchr(addr, '@');
    if (!a->user || !at)
        return false;
    if (strchr(a->user, '@'))
        return ascii_is(addr, strlen(addr), a->user);
    if (!a->host || !ascii_is(addr, (size_t)(at - addr), a->user))
        return false;
    const char *above = strchr(a->host, '.');
    return ascii_is(at + 1, strlen(at + 1), a->host) ||
           (above && strchr(above + 1, '.') && ascii_is(at + 1, strlen(at + 1), above + 1));
}

static bool find_results(const struct account *a, const struct summary *s, struct authres *out)
{
    char id[256];
    bool found = false;
    *out = (struct authres){{AUTHRES_NONE}};
    for (const char *p = a->trust_authserv; *(p += strspn(p, " ,\t"));) {
        size_t len = strcspn(p, " ,\t");
        struct authres one;
        if (len < sizeof id) {
            memcpy(id, p, len);
            id[len] = '\0';
            if (summary_authres(s, id, &one)) {
                authres_add(out, &one);
                found = true;
            }
        }
        p += len;
    }
    return found;
}

struct trust client_trust(const struct client *c, size_t index)
{
    const struct summary *s = maildrop_at(c->maildrop, index)->summary;
    if (!s)
        return (struct trust){.score = trust_score_none()};
    struct trust t = summary_trust(s);
    t.is_asked = c->account->trust_authserv != NULL;
    if (t.is_asked)
        t.is_judged = find_results(c->account, s, &t.results);
    if (is_own_address(c->account, summary_first_address(s)))
        t.warnings |= TRUST_OWN_ADDRESS;
    if (s->date != SUMMARY_NO_DATE && s->date > (int64_t)time(NULL) + A_DAY)
        t.warnings |= TRUST_FUTURE_DATE;
    t.known = known_other_address(c->known, index);
    if (t.known)
        t.warnings |= TRUST_KNOWN_NAME;
    return t;
}

bool client_knows_sender(void *client, size_t index)
{
    const struct client *c = client;
    return known_is_sender(c->known, index);
}
