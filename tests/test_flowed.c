#include "config.h"

#include "mail/flowed.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(flowed, .timeout = 60);

static const struct sample {
    const char *name, *text, *want;
    bool deletes_space;
} samples[] = {
    {"nothing", "", "", false},
    {"a fixed line", "a\n", "a\n", false},
    {"no last line end", "a", "a\n", false},
    {"CRLF", "a\r\nb\r\n", "a\nb\n", false},
    {"flowed", "one \ntwo \nthree\nfour\n", "one two three\nfour\n", false},
    {"flowed, to the end", "one \ntwo ", "one two \n", false},
    {"the blank is no part", "\xE4\xB8\x80 \n\xE4\xBA\x8C\n", "\xE4\xB8\x80\xE4\xBA\x8C\n",
     true},
    {"a blank before it is", "one  \ntwo\n", "one two\n", true},
    {"stuffed", " >no quote\n From here\n  two\n", ">no quote\nFrom here\n two\n", false},
    {"quotes", "> a \n> b\n>> c\nd\n", "> a b\n>> c\nd\n", false},
    {"a quote ends a paragraph", "a \n> b \nc\n", "a \n> b \nc\n", false},
    {"blanks in quotes", "> > a\n", "> > a\n", false},
    {"empty lines", "a \n\n \nb\n", "a \n\nb\n", false},
    {"a signature", "a\n-- \nme\n", "a\n-- \nme\n", false},
    {"a signature ends a paragraph", "a \n-- \nme\n", "a \n-- \nme\n", false},
    {"a quoted signature", "> a \n> -- \n> me\n", "> a \n> -- \n> me\n", false},
    {"a lone blank", " \n", "\n", false},
};

Test(flowed, joins_what_was_broken_to_be_sent)
{
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct buf out = BUF_INIT(1000);
        flowed_join(&out, samples[i].text, strlen(samples[i].text), samples[i].deletes_space);
        cr_expect_str_eq(out.data, samples[i].want, "%s: '%s'", samples[i].name, out.data);
        buf_release(&out);
    }
}

Test(flowed, is_cut_at_the_cap)
{
    struct buf out = BUF_INIT(5);
    flowed_join(&out, "123 \n4567 \n", 11, false);
    cr_expect_str_eq(out.data, "123 4");
    buf_release(&out);
}

Test(flowed, endless_quotes_take_no_time)
{
    char *text = malloc(1 << 20);
    struct buf out = BUF_INIT(2 << 20);
    memset(text, '>', 1 << 20);
    flowed_join(&out, text, 1 << 20, false);
    cr_expect_eq(out.len, (1 << 20) + 2);
    buf_release(&out);
    free(text);
}
