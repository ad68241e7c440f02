#include "config.h"

#include "client/patience.h"

#include <stdlib.h>

#define TRIES 8
#define LONGEST_MS 300000
#define SECOND_MS 1000

void patience_logged_in(struct patience *p, const char *login_delay, int64_t now)
{
    *p = (struct patience){.login_at = now};
    long seconds = login_delay ? strtol(login_delay, NULL, 10) : 0;
    if (seconds > 0)
        p->delay_ms = seconds < LONGEST_MS / SECOND_MS ? seconds * SECOND_MS : LONGEST_MS;
}

bool patience_refused(struct patience *p, enum reply_code why, int64_t now)
{
    int64_t wait;
    p->retry_at = 0;
    switch (why) {
    case REPLY_IN_USE:
        wait = 5 * SECOND_MS;
        break;
    case REPLY_SYS_TEMP:
        wait = 15 * SECOND_MS;
        break;
    case REPLY_LOGIN_DELAY:
        wait = p->delay_ms ? p->delay_ms : 30 * SECOND_MS;
        break;
    case REPLY_CODE_NONE:
    case REPLY_SYS_PERM:
    case REPLY_AUTH:
    case REPLY_CODE_OTHER:
    default:
        return false;
    }
    if (p->tries == TRIES)
        return false;
    wait <<= p->tries++;
    p->retry_at = now + (wait < LONGEST_MS ? wait : LONGEST_MS);
    return true;
}

int64_t patience_earliest(const struct patience *p)
{
    return p->login_at ? p->login_at + p->delay_ms : 0;
}

void patience_wait_until(struct patience *p, int64_t at)
{
    p->retry_at = at;
}

void patience_stop(struct patience *p)
{
    p->retry_at = 0;
    p->tries = 0;
}

int64_t patience_left(const struct patience *p, int64_t now)
{
    if (!p->retry_at)
        return -1;
    return p->retry_at > now ? p->retry_at - now : 0;
}
