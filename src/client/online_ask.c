#include "config.h"

#include "client/online_inside.h"

#include "net/tls.h"

/* ---- asking ------------------------------------------------------------------------------ */

bool online_submit(struct online *o, const struct command *c, enum online_tag tag, int64_t now)
{
    if (o->state != ONLINE_READY)
        return false;
    if (!pop3_in_flight(o->pop3))
        o->asked_at = now;
    o->active_at = now;
    if (!pop3_submit(o->pop3, c, tag, NULL))
        return false;
    if (c->verb == COMMAND_QUIT)
        o->state = ONLINE_LEAVING;
    return true;
}

bool online_may_quit(const struct online *o)
{
    return o->state == ONLINE_READY && !pop3_has_deletions(o->pop3);
}

size_t online_room(const struct online *o)
{
    return o->state == ONLINE_READY ? pop3_room(o->pop3) : 0;
}

unsigned online_capa(const struct online *o)
{
    return o->pop3 ? pop3_capa(o->pop3) : 0;
}

const char *online_capa_args(const struct online *o, enum reply_capa which)
{
    return o->pop3 ? pop3_capa_args(o->pop3, which) : NULL;
}

bool online_has_sdps(const struct online *o)
{
    return o->account->sdps == ACCOUNT_SDPS_YES ||
           (o->account->sdps == ACCOUNT_SDPS_AUTO && o->login.is_demon);
}

/* ---- telling ----------------------------------------------------------------------------- */

const char *online_greeting(const struct online *o)
{
    return o->greeting ? o->greeting : "";
}

bool online_offers_apop(const struct online *o)
{
    return o->pop3 && *pop3_challenge(o->pop3);
}

const char *online_address(const struct online *o)
{
    return o->link ? link_address(o->link) : "";
}

bool online_certificate(const struct online *o, size_t i, struct buf *out)
{
    return o->link && link_tls(o->link) && tls_certificate(link_tls(o->link), i, out);
}

const char *online_fingerprint(const struct online *o)
{
    return o->link && link_tls(o->link) ? tls_fingerprint(link_tls(o->link)) : "";
}

enum reply_code online_refusal(const struct online *o)
{
    return o->login.refusal;
}

bool online_pipelines(const struct online *o)
{
    if (!o->pop3 || o->account->pipelining == ACCOUNT_PIPELINING_OFF)
        return false;
    return o->account->pipelining == ACCOUNT_PIPELINING_FORCE ||
           (online_capa(o) & CAPA_PIPELINING);
}

void online_set_window(struct online *o, size_t window)
{
    if (o->pop3)
        pop3_set_window(o->pop3, online_pipelines(o) ? window : 1);
}

int64_t online_idle_ms(const struct online *o, int64_t now)
{
    if (o->state != ONLINE_READY || pop3_in_flight(o->pop3))
        return -1;
    return now - o->active_at;
}

int64_t online_rtt_ms(const struct online *o)
{
    return o->rtt_ms;
}

enum online_state online_state(const struct online *o)
{
    return o->state;
}

const char *online_tls(const struct online *o)
{
    return o->link && link_tls(o->link) ? tls_version(link_tls(o->link)) : "";
}

const char *online_auth(const struct online *o)
{
    return o->login.auth;
}

const char *online_warning(const struct online *o)
{
    return o->login.warning;
}

bool online_take_failure(struct online *o)
{
    bool failed = o->failed;
    o->failed = false;
    return failed;
}

const struct err *online_error(const struct online *o)
{
    return &o->error;
}

enum online_state online_failed_in(const struct online *o)
{
    return o->failed_in;
}
