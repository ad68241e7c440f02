/* Dates of messages (RFC 5322 section 3.3 and its obsolete forms). */
#ifndef MAIL_DATE_H
#define MAIL_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Seconds since 1970-01-01T00:00Z.  Understands comments, a missing or wrong day name, missing
 * seconds, one- to four-digit years (00-49: 20xx, 50-99: 19xx, three digits: 1900 + n),
 * alphabetic zones (military ones are +0000), zones without sign, a missing zone (UTC), ISO 8601
 * "2026-11-22 21:14:00", and asctime's order.  False for everything else, and for impossible
 * dates; a leap second counts as :59. */
bool date_parse(const char *text, size_t len, int64_t *utc);

/* "2026-11-22T21:14:05Z" (RFC 3339). */
void date_format_utc(char out[32], int64_t utc);
/* "11-22 21:14" in the local zone, "2025-11-22" where the year is not that of NOW; "" never. */
void date_format_short(char out[16], int64_t utc, int64_t now);

#endif
