#include "config.h"

#include "mail/script.h"

#include <criterion/criterion.h>

static const struct {
    const char *text;
    bool want;
} texts[] = {
    {"", false},
    {"PayPal", false},
    {"P\xD0\xB0yPal", true},                            /* a Cyrillic a */
    {"service of P\xD0\xB0yPal", true},                 /* in a later word */
    {"\xCE\x91pple", true},                             /* a Greek Alpha */
    {"App\xE2\x80\x8Ble", false},                       /* two words, both Latin */
    {"\xD0\x9F\xD0\xB5\xD1\x82\xD1\x80 Petrov", false}, /* a word of each */
    {"\xD0\x9F\xD0\xB5\xD1\x82\xD1\x80-Petrov", false},
    {"10 k\xCE\xA9", false},   /* a unit */
    {"M\xC3\xBCller", false},  /* Latin with a mark */
    {"Mu\xCC\x88ller", false}, /* the mark by itself */
    {"\xE6\x97\xA5\xE6\x9C\xAC"
     "abcd",
     false}, /* Japanese beside Latin */
    {"\xD0\xB0"
     "a\xCC\x88"
     "bc",
     true}, /* over a combining mark */
    {"\xE1\x8E\xAA"
     "pple",
     true}, /* a Cherokee Go */
};

Test(script, sees_words_of_two_alphabets)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        cr_expect_eq(script_is_mixed(texts[i].text), texts[i].want, "%s", texts[i].text);
}
