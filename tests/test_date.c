#include "config.h"

#include "mail/date.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct {
    const char *in;
    const char *want; /* in UTC; NULL: no date */
} dates[] = {
    {"Fri, 21 Nov 1997 09:55:06 -0600", "1997-11-21T15:55:06Z"},
    {"Tue, 1 Jul 2003 10:52:37 +0200", "2003-07-01T08:52:37Z"},
    {"Thu, 13 Feb 1969 23:32 -0330", "1969-02-14T03:02:00Z"},
    {"Thu,\r\n  13\r\n  Feb\r\n  1969\r\n  23:32\r\n  -0330 (Newfoundland Time)",
     "1969-02-14T03:02:00Z"},
    {"21 Nov 97 09:55:06 GMT", "1997-11-21T09:55:06Z"},
    {"Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", "1997-11-21T15:55:06Z"},
    {"Sun, 22 Nov 2026 20:50:11 +0000", "2026-11-22T20:50:11Z"},
    {"22 Nov 2026 20:50:11", "2026-11-22T20:50:11Z"},
    {"Mon, 22 Nov 2026 20:50:11 +0000", "2026-11-22T20:50:11Z"}, /* it was a Sunday */
    {"22 Nov 2026 20:50:11 EST", "2026-11-23T01:50:11Z"},
    {"22 Nov 2026 20:50:11 PDT", "2026-11-23T03:50:11Z"},
    {"22 Nov 2026 20:50:11 Z", "2026-11-22T20:50:11Z"},
    {"22 Nov 2026 20:50:11 A", "2026-11-22T20:50:11Z"}, /* RFC 5322: as -0000 */
    {"22 Nov 2026 20:50:11 NOSUCH", "2026-11-22T20:50:11Z"},
    {"22 Nov 2026 20:50:11 GMT+0200", "2026-11-22T18:50:11Z"},
    {"22 Nov 2026 20:50:11 +02:00", "2026-11-22T18:50:11Z"},
    {"22 Nov 2026 20:50:11 0200", "2026-11-22T18:50:11Z"},
    {"22 Nov 2026 20:50:11 +0530", "2026-11-22T15:20:11Z"},
    {"22 Nov 2026 20:50:11 -0000", "2026-11-22T20:50:11Z"},
    {"1 Jan 49 00:00 +0000", "2049-01-01T00:00:00Z"},
    {"1 Jan 50 00:00 +0000", "1950-01-01T00:00:00Z"},
    {"1 Jan 103 00:00 +0000", "2003-01-01T00:00:00Z"},
    {"1 January 2003 0:00:00 +0000", "2003-01-01T00:00:00Z"},
    {"1-Jan-2003 00:00:00 +0000", "2003-01-01T00:00:00Z"},
    {"Sun Nov 22 20:50:11 2026", "2026-11-22T20:50:11Z"},
    {"Sun Nov 22 20:50:11 CET 2026", "2026-11-22T19:50:11Z"},
    {"2026-11-22 21:14:00", "2026-11-22T21:14:00Z"},
    {"2026-11-22T21:14:00.123+01:00", "2026-11-22T20:14:00Z"},
    {"29 Feb 2024 00:00 +0000", "2024-02-29T00:00:00Z"},
    {"31 Dec 2016 23:59:60 +0000", "2016-12-31T23:59:59Z"},
    {"1 Jan 1970 00:00 +0000", "1970-01-01T00:00:00Z"},
    {"31 Dec 9999 23:59:59 +0000", "9999-12-31T23:59:59Z"},
    {"29 Feb 2023 00:00 +0000", NULL},
    {"32 Jan 2023 00:00 +0000", NULL},
    {"0 Jan 2023 00:00 +0000", NULL},
    {"1 Foo 2023 00:00 +0000", NULL},
    {"1 Jan 2023 24:00 +0000", NULL},
    {"1 Jan 2023 00:60 +0000", NULL},
    {"1 Jan 2023", NULL},
    {"1 Jan 99999 00:00 +0000", NULL},
    {"yesterday", NULL},
    {"((((((", NULL},
    {"", NULL},
};

Test(date, understands_what_is_really_sent)
{
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        int64_t utc;
        char text[32] = "";
        bool good = date_parse(dates[i].in, strlen(dates[i].in), &utc);
        cr_expect_eq(good, dates[i].want != NULL, "%s", dates[i].in);
        if (!good || !dates[i].want)
            continue;
        date_format_utc(text, utc);
        cr_expect_str_eq(text, dates[i].want, "%s: %s", dates[i].in, text);
    }
}

Test(date, survives_every_prefix_and_a_nul)
{
    static const char date[] = "Thu, 13 Feb 1969 23:32 -0330 (Newfoundland (nested) Time)";
    int64_t utc;
    for (size_t len = 0; len <= sizeof date; len++)
        date_parse(date, len, &utc);
    cr_expect_not(date_parse("1 Jan\0 2003 00:00", 17, &utc));
}

/* Against the C library, a day at a time. */
Test(date, agrees_with_the_calendar)
{
    for (int64_t t = -100 * 365 * 86400LL; t < 200 * 365 * 86400LL; t += 86400 * 17 + 3601) {
        char ours[32], theirs[32];
        time_t when = (time_t)t;
        struct tm tm;
        date_format_utc(ours, t);
        strftime(theirs, sizeof theirs, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&when, &tm));
        cr_assert_str_eq(ours, theirs);
        int64_t back;
        cr_assert(date_parse(ours, strlen(ours), &back));
        cr_assert_eq(back, t);
    }
}

Test(date, is_short_in_the_list)
{
    char text[16];
    setenv("TZ", "UTC", 1);
    tzset();
    date_format_short(text, 1795381200, 1795400000); /* 2026-11-22 21:00 */
    cr_expect_str_eq(text, "11-22 21:00");
    date_format_short(text, 1763845200, 1795400000);
    cr_expect_str_eq(text, "2025-11-22");
}
