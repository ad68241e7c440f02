#include "config.h"

#include "maildrop/query_inside.h"

#include <string.h>
#include <time.h>

#include "base/ascii.h"

#define DAY 86400.0
#define DIGITS_MAX 12

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits and a fraction; how many bytes, 0 where there is no number. */
static size_t read_decimal(const char *text, size_t len, double *value)
{
    size_t i = 0;
    double place = 0.1;
    *value = 0;
    while (i < len && is_digit(text[i]) && i <= DIGITS_MAX)
        *value = *value * 10 + (text[i++] - '0');
    if (!i || i > DIGITS_MAX)
        return 0;
    if (i + 1 < len && text[i] == '.' && is_digit(text[i + 1])) {
        for (i++; i < len && is_digit(text[i]); i++, place /= 10)
            *value += (text[i] - '0') * place;
    }
    return i;
}

/* A number and at most one of UNITS, which is worth so many. */
static bool read_with_unit(const char *text, size_t len, const char *units, const double *worth,
                           double *value)
{
    size_t used = read_decimal(text, len, value);
    if (!used || used + 1 < len)
        return false;
    if (used == len)
        return true;
    for (size_t i = 0; units[i]; i++) {
        if (ascii_lower(text[used]) == units[i]) {
            *value *= worth[i];
            return true;
        }
    }
    return false;
}

bool query_read_size(const char *text, size_t len, double *octets)
{
    static const double worth[] = {1024, 1048576, 1073741824};
    return read_with_unit(text, len, "kmg", worth, octets);
}

bool query_read_age(const char *text, size_t len, double *seconds)
{
    static const double worth[] = {3600, DAY, 7 * DAY, 30 * DAY, 365 * DAY};
    return len && !is_digit(text[len - 1]) &&
           read_with_unit(text, len, "hdwmy", worth, seconds);
}

bool query_read_number(const char *text, size_t len, double *number)
{
    bool negative = len && *text == '-';
    if (negative) {
        text++;
        len--;
    }
    if (!len || read_decimal(text, len, number) != len)
        return false;
    if (negative)
        *number = -*number;
    return true;
}

/* COUNT digits as a number; -1 where there are others. */
static int read_digits(const char *text, size_t count)
{
    int value = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_digit(text[i]))
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

static double second_of(int year, int month, int day)
{
    struct tm tm = {.tm_year = year - 1900, .tm_mon = month, .tm_mday = day, .tm_isdst = -1};
    return (double)mktime(&tm);
}

bool query_read_date(const char *text, size_t len, double *from, double *to)
{
    bool has_month = len >= 7, has_day = len == 10;
    if ((len != 4 && len != 7 && len != 10) || (has_month && text[4] != '-') ||
        (has_day && text[7] != '-'))
        return false;
    int year = read_digits(text, 4);
    int month = has_month ? read_digits(text + 5, 2) : 1;
    int day = has_day ? read_digits(text + 8, 2) : 1;
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    *from = second_of(year, month - 1, day);
    *to = has_day     ? second_of(year, month - 1, day + 1)
          : has_month ? second_of(year, month, 1)
                      : second_of(year + 1, 0, 1);
    return true;
}
