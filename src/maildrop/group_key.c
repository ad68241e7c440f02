#include "config.h"

#include "maildrop/group_key.h"

#include <string.h>
#include <time.h>

#include "base/ascii.h"
#include "base/i18n.h"
#include "maildrop/stem.h"

/* ---- classes ----------------------------------------------------------------------------- */

static struct group_key size_class(struct buf *text, uint64_t octets)
{
    static const char *const names[] = {N_("under 4k"),    N_("4k to 16k"),   N_("16k to 64k"),
                                        N_("64k to 256k"), N_("256k to 1M"),  N_("1M to 4M"),
                                        N_("4M to 16M"),   N_("16M and more")};
    unsigned class = 0;
    while (class < sizeof names / sizeof *names - 1 && octets >= 4096ull << (2 * class))
        class ++;
    buf_append_str(text, _(names[class]));
    return (struct group_key){GROUP_REST_NONE, class + 1};
}

static int64_t midnight(struct tm tm, int days, int month)
{
    tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
    tm.tm_mday = days;
    tm.tm_mon = month;
    tm.tm_isdst = -1;
    return (int64_t)mktime(&tm);
}

void group_days_of(struct group_days *d, int64_t now)
{
    time_t t = (time_t)now;
    struct tm tm;
    memset(d, 0, sizeof *d);
    if (!localtime_r(&t, &tm))
        return;
    d->today = midnight(tm, tm.tm_mday, tm.tm_mon);
    d->tomorrow = midnight(tm, tm.tm_mday + 1, tm.tm_mon);
    d->week = midnight(tm, tm.tm_mday - (tm.tm_wday + 6) % 7, tm.tm_mon);
    d->month = midnight(tm, 1, tm.tm_mon);
    d->year = midnight(tm, 1, 0);
}

#define RANK_YEARS 10u

static struct group_key year_of(struct buf *text, int64_t date)
{
    time_t t = (time_t)date;
    struct tm tm;
    int year = localtime_r(&t, &tm) ? tm.tm_year + 1900 : 0;
    buf_printf(text, "%d", year);
    return (struct group_key){GROUP_REST_NONE, RANK_YEARS + (unsigned)(20000 - year)};
}

/* A week may begin in the month before, a month never before its year. */
static struct group_key age_class(struct buf *text, int64_t date, const struct group_days *d)
{
    const struct {
        int64_t from;
        const char *name;
    } classes[] = {{d->tomorrow, N_("in the future")},
                   {d->today, N_("today")},
                   {d->week, N_("this week")},
                   {d->month, N_("this month")},
                   {d->year, N_("this year")}};
    if (date == SUMMARY_NO_DATE)
        return (struct group_key){GROUP_REST_EMPTY, 0};
    for (unsigned i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (date >= classes[i].from) {
            buf_append_str(text, _(classes[i].name));
            return (struct group_key){GROUP_REST_NONE, i + 1};
        }
    }
    return year_of(text, date);
}

/* ---- texts ------------------------------------------------------------------------------- */

static void append_lower(struct buf *text, const char *more)
{
    for (; *more; more++)
        buf_append_char(text, ascii_lower(*more));
}

static void append_sender(struct buf *text, const struct summary *s, bool domain)
{
    const char *name, *addr;
    if (!s->counts[SUMMARY_FROM])
        return;
    summary_address(s, SUMMARY_FROM, 0, &name, &addr);
    if (domain)
        stem_domain(text, addr);
    else
        append_lower(text, *addr ? addr : name);
}

static void append_text(struct buf *text, enum group_kind kind, const struct summary *s)
{
    switch (kind) {
    case GROUP_SENDER:
    case GROUP_DOMAIN:
        append_sender(text, s, kind == GROUP_DOMAIN);
        break;
    case GROUP_LIST:
        append_lower(text, s->list_id);
        break;
    case GROUP_STEM:
        stem_subject(text, s->subject, strlen(s->subject));
        break;
    case GROUP_CAMPAIGN:
    case GROUP_SIZE:
    case GROUP_AGE:
    case GROUP_KIND_COUNT:
        break;
    }
}

struct group_key group_key_of(struct buf *text, enum group_kind kind,
                              const struct message *message, const struct group_days *days)
{
    struct group_key key = {GROUP_REST_NONE, 0};
    buf_clear(text);
    if (kind == GROUP_SIZE)
        return size_class(text, message->size);
    if (!message->summary)
        return (struct group_key){GROUP_REST_UNREAD, 0};
    if (kind == GROUP_AGE)
        return age_class(text, message->summary->date, days);
    append_text(text, kind, message->summary);
    key.rest = text->len ? GROUP_REST_NONE : GROUP_REST_EMPTY;
    return key;
}
