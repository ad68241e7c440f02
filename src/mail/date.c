#include "config.h"

#include "mail/date.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/ascii.h"

/* ---- tokens ------------------------------------------------------------------------------ */

/* A date is words, numbers and signs; comments (RFC 5322 section 3.2.2) are skipped. */
struct scan {
    const char *p, *end;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static void skip_comment(struct scan *s)
{
    int depth = 0;
    for (; s->p < s->end; s->p++) {
        if (*s->p == '\\' && s->p + 1 < s->end)
            s->p++;
        else if (*s->p == '(')
            depth++;
        else if (*s->p == ')' && --depth == 0) {
            s->p++;
            return;
        }
    }
}

static void skip_space(struct scan *s)
{
    while (s->p < s->end) {
        if (*s->p == '(')
            skip_comment(s);
        else if (strchr(" \t\r\n,", *s->p) && *s->p)
            s->p++;
        else
            return;
    }
}

static size_t take_word(struct scan *s, const char **word)
{
    skip_space(s);
    *word = s->p;
    while (s->p < s->end && is_letter(*s->p))
        s->p++;
    size_t len = (size_t)(s->p - *word);
    if (s->p < s->end && *s->p == '.') /* "Nov." */
        s->p += len > 0;
    return len;
}

/* Up to nine digits; how many there were, 0 for none. */
static int take_digits(struct scan *s, int *value)
{
    skip_space(s);
    int digits = 0, n = 0;
    for (; s->p < s->end && is_digit(*s->p) && digits < 9; s->p++, digits++)
        n = n * 10 + (*s->p - '0');
    if (digits)
        *value = n;
    return digits;
}

static bool take_char(struct scan *s, char c)
{
    skip_space(s);
    if (s->p >= s->end || *s->p != c)
        return false;
    s->p++;
    return true;
}

/* ---- the calendar ------------------------------------------------------------------------ */

struct moment {
    int year, month, day, hour, minute, second;
    int zone; /* minutes east of UTC */
};

/* Days since 1970-01-01 in the proleptic Gregorian calendar. */
static int64_t days_of(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

static bool moment_to_utc(const struct moment *m, int64_t *utc)
{
    if (m->year < 1 || m->year > 9999 || m->month < 1 || m->month > 12 || m->day < 1 ||
        m->day > month_days(m->year, m->month) || m->hour > 23 || m->minute > 59 ||
        m->second > 60)
        return false;
    int second = m->second == 60 ? 59 : m->second;
    *utc = days_of(m->year, m->month, m->day) * 86400 + m->hour * 3600 + m->minute * 60 +
           second - (int64_t)m->zone * 60;
    return true;
}

/* ---- parts of a date --------------------------------------------------------------------- */

static int find_month(const char *word, size_t len)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    for (int i = 0; len >= 3 && i < 12; i++)
        if (ascii_same(word, names + 3 * i, 3))
            return i + 1;
    return 0;
}

/* RFC 5322 section 4.3: two digits are 20xx below 50, else 19xx; three are 1900 and more. */
static int full_year(int year, int digits)
{
    if (digits <= 2)
        return year + (year < 50 ? 2000 : 1900);
    return digits == 3 ? year + 1900 : year;
}

static bool take_year(struct scan *s, struct moment *m)
{
    int digits = take_digits(s, &m->year);
    if (!digits || digits > 4)
        return false;
    m->year = full_year(m->year, digits);
    return true;
}

static bool take_time(struct scan *s, struct moment *m)
{
    if (!take_digits(s, &m->hour))
        return false;
    if (!take_char(s, ':') && !take_char(s, '.'))
        return false;
    if (!take_digits(s, &m->minute))
        return false;
    if (!take_char(s, ':') && !take_char(s, '.'))
        return true;
    if (!take_digits(s, &m->second))
        return false;
    if (take_char(s, '.')) { /* fractions, as ISO 8601 has them */
        int ignored;
        take_digits(s, &ignored);
    }
    return true;
}

static bool zone_by_name(const char *word, size_t len, int *minutes)
{
    static const struct {
        const char *name;
        int hours;
    } zones[] = {
        {"EDT", -4}, {"EST", -5}, {"CDT", -5}, {"CST", -6}, {"MDT", -6}, {"MST", -7},
        {"PDT", -7}, {"PST", -8}, {"CET", 1},  {"CEST", 2}, {"MET", 1},  {"MEST", 2},
        {"EET", 2},  {"EEST", 3}, {"MSK", 3},  {"BST", 1},  {"WEST", 1}, {"JST", 9},
    };
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        if (ascii_is(word, len, zones[i].name)) {
            *minutes = zones[i].hours * 60;
            return true;
        }
    return false; /* GMT, UT, Z, the military ones (RFC 5322 section 4.3), and the unknown */
}

/* "+0200", "+02:00", "+02", also without a sign. */
static void numeric_zone(struct scan *s, int sign, int *minutes)
{
    int value = 0, rest = 0;
    int digits = take_digits(s, &value);
    if (!digits)
        return;
    if (digits <= 2 && take_char(s, ':') && take_digits(s, &rest))
        value = value * 100 + rest;
    else if (digits <= 2)
        value *= 100;
    if (value <= 9959 && value % 100 < 60)
        *minutes = sign * (value / 100 * 60 + value % 100);
}

static void take_zone(struct scan *s, int *minutes)
{
    const char *word;
    size_t len = take_word(s, &word);
    *minutes = 0;
    bool known = len && zone_by_name(word, len, minutes);
    skip_space(s);
    if (known || s->p >= s->end)
        return;
    if (*s->p == '+' || *s->p == '-') /* also behind GMT: "GMT+0200" */
        numeric_zone(s, *s->p++ == '-' ? -1 : 1, minutes);
    else if (is_digit(*s->p) && !len)
        numeric_zone(s, 1, minutes);
}

/* ---- the forms --------------------------------------------------------------------------- */

/* "22 Nov 2026 21:14:00 +0000", the day's number taken already; dashes also between. */
static bool rfc_form(struct scan *s, struct moment *m)
{
    const char *word;
    take_char(s, '-');
    size_t len = take_word(s, &word);
    m->month = find_month(word, len);
    take_char(s, '-');
    return m->month && take_year(s, m) && take_time(s, m);
}

/* "2026-11-22 21:14:00", the year taken already. */
static bool iso_form(struct scan *s, struct moment *m)
{
    if (!take_char(s, '-') || !take_digits(s, &m->month) || !take_char(s, '-') ||
        !take_digits(s, &m->day))
        return false;
    if (!take_char(s, 'T'))
        take_char(s, 't');
    return take_time(s, m);
}

/* "Nov 22 21:14:00 2026", the month taken already; a zone's name may stand before the year. */
static bool asctime_form(struct scan *s, struct moment *m)
{
    if (!take_digits(s, &m->day) || !take_time(s, m))
        return false;
    skip_space(s);
    if (s->p < s->end && is_letter(*s->p))
        take_zone(s, &m->zone);
    return take_year(s, m);
}

bool date_parse(const char *text, size_t len, int64_t *utc)
{
    struct scan s = {text, text + len};
    struct moment m = {0};
    const char *word;
    size_t word_len = take_word(&s, &word);
    if (word_len && !find_month(word, word_len)) /* the day of the week, right or wrong */
        word_len = take_word(&s, &word);
    if (word_len) {
        m.month = find_month(word, word_len);
        return m.month && asctime_form(&s, &m) && moment_to_utc(&m, utc);
    }
    int first, digits = take_digits(&s, &first);
    if (!digits)
        return false;
    bool good;
    if (digits == 4) {
        m.year = first;
        good = iso_form(&s, &m);
    } else {
        m.day = first;
        good = digits <= 2 && rfc_form(&s, &m);
    }
    if (!good)
        return false;
    take_zone(&s, &m.zone);
    return moment_to_utc(&m, utc);
}

/* ---- writing ----------------------------------------------------------------------------- */

static void moment_of_utc(int64_t utc, struct moment *m)
{
    int64_t days = utc / 86400, rest = utc % 86400;
    if (rest < 0) {
        rest += 86400;
        days--;
    }
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t of_era = days - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;
    m->day = (int)(of_year - (153 * month + 2) / 5 + 1);
    m->month = (int)(month < 10 ? month + 3 : month - 9);
    m->year = (int)(year + era * 400 + (m->month <= 2));
    m->hour = (int)(rest / 3600);
    m->minute = (int)(rest / 60 % 60);
    m->second = (int)(rest % 60);
}

void date_format_utc(char out[32], int64_t utc)
{
    struct moment m;
    moment_of_utc(utc, &m);
    snprintf(out, 32, "%04d-%02d-%02dT%02d:%02d:%02dZ", m.year % 10000, m.month, m.day, m.hour,
             m.minute, m.second);
}

void date_format_short(char out[16], int64_t utc, int64_t now)
{
    time_t then_time = (time_t)utc, now_time = (time_t)now;
    struct tm then = {0}, today = {0};
    out[0] = '\0';
    if (!localtime_r(&then_time, &then) || !localtime_r(&now_time, &today))
        return;
    if (then.tm_year == today.tm_year)
        strftime(out, 16, "%m-%d %H:%M", &then);
    else
        snprintf(out, 16, "%04u-%02u-%02u", (unsigned)(then.tm_year + 1900) % 10000u,
                 (unsigned)(then.tm_mon + 1) % 100u, (unsigned)then.tm_mday % 100u);
}
