#include <criterion/criterion.h>

#include <locale.h>
#include <string.h>
#include <unistr.h>

#include "base/limits.h"
#include "base/text.h"
#include "ui/edit.h"

static void setup(void)
{
    setlocale(LC_ALL, "C.UTF-8");
}

TestSuite(edit, .init = setup, .timeout = 30);

#define L KEY_CODE_LEFT
#define R KEY_CODE_RIGHT
#define BS KEY_CODE_BACKSPACE
#define DEL KEY_CODE_DELETE
#define HOME KEY_CODE_HOME
#define END KEY_CODE_END
#define CTRL(c) ((c) - 'A' + 1)

/* Keys are a list that ends with 0. */
static enum edit_result press(struct edit *e, const key_code *keys)
{
    enum edit_result r = EDIT_MORE;
    for (; *keys; keys++)
        r = edit_key(e, *keys);
    return r;
}

Test(edit, does_what_its_keys_say)
{
    static const struct {
        const char *name, *before;
        key_code keys[12];
        const char *text;
        size_t cursor;
    } table[] = {
        {"types", "", {'a', 'b', ' ', 'c'}, "ab c", 4},
        {"types in the middle", "ac", {L, 'b'}, "abc", 2},
        {"left stops", "ab", {L, L, L, L, 'x'}, "xab", 1},
        {"right stops", "ab", {L, R, R, R, 'x'}, "abx", 3},
        {"home and end", "ab", {HOME, 'x', END, 'y'}, "xaby", 4},
        {"^A and ^E", "ab", {CTRL('A'), 'x', CTRL('E'), 'y'}, "xaby", 4},
        {"^B and ^F", "abc", {CTRL('B'), CTRL('B'), CTRL('F'), 'x'}, "abxc", 3},
        {"backspace", "abc", {L, BS}, "ac", 1},
        {"backspace at the start", "ab", {HOME, BS}, "ab", 0},
        {"backspace on nothing", "", {BS, BS}, "", 0},
        {"delete", "abc", {L, L, DEL}, "ac", 1},
        {"delete at the end", "ab", {DEL}, "ab", 2},
        {"^D is delete", "ab", {HOME, CTRL('D')}, "b", 0},
        {"^U", "abc def", {L, CTRL('U')}, "f", 0},
        {"^K", "abc def", {HOME, R, CTRL('K')}, "a", 1},
        {"^W", "one two", {CTRL('W')}, "one ", 4},
        {"^W takes blanks first", "one two  ", {CTRL('W')}, "one ", 4},
        {"^W twice", "one two", {CTRL('W'), CTRL('W')}, "", 0},
        {"^W in a word", "one two", {L, CTRL('W')}, "one o", 4},
        {"^W at the start", "one", {HOME, CTRL('W')}, "one", 0},
        {"letters of two bytes",
         "",
         {0x43f, 0x440, 0x438, L, BS},
         "п"
         "и",
         2},
        {"wide letters", "日本", {L, DEL}, "日", 3},
        {"a mark joins its base", "", {'e', 0x301}, "\xc3\xa9", 2},
        {"a mark that cannot join", "", {'x', 0x301, L, 'y'}, "yx\xcc\x81", 1},
        {"a mark on nothing", "", {0x301, 'a', HOME, 0x301}, "a", 0},
        {"marks go with their base", "x\xcc\x81z", {L, BS}, "z", 0},
        {"delete with marks", "x\xcc\x81z", {HOME, DEL}, "z", 0},
        {"controls are left out", "a", {CTRL('G'), CTRL('L'), 0x7, 0x9b, 0x80}, "a", 1},
        {"other keys too",
         "a",
         {KEY_CODE_UP, KEY_CODE_F1, KEY_CODE_TAB, KEY_CODE_PAGE_UP},
         "a",
         1},
        {"nothing invisible", "a", {0x202e, 0x200b, 0x2028, 0xe000, 0xfeff}, "a", 1},
        {"no surrogates", "a", {0xd800, 0xdfff, 0xffffffff}, "a", 1},
        {"the start is cleaned", "a\x1b[31m\tb\nc", {0}, "a\xe2\x90\x9b[31m b c", 12},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct edit e;
        edit_init(&e, table[i].before);
        cr_expect_eq(press(&e, table[i].keys), EDIT_MORE, "%s", table[i].name);
        cr_expect_str_eq(edit_text(&e), table[i].text, "%s: \"%s\"", table[i].name,
                         edit_text(&e));
        cr_expect_eq(e.cursor, table[i].cursor, "%s: cursor %zu", table[i].name, e.cursor);
        edit_release(&e);
        cr_expect_str_eq(edit_text(&e), "", "%s: released", table[i].name);
    }
}

Test(edit, ends_with_enter_esc_or_ctrl_c)
{
    struct edit e;
    edit_init(&e, "a");
    cr_expect_eq(edit_key(&e, 'b'), EDIT_MORE);
    cr_expect_eq(edit_key(&e, KEY_CODE_ENTER), EDIT_DONE);
    cr_expect_eq(edit_key(&e, KEY_CODE_ESC), EDIT_CANCELLED);
    cr_expect_eq(edit_key(&e, CTRL('C')), EDIT_CANCELLED);
    cr_expect_str_eq(edit_text(&e), "ab", "what was typed stays");
    edit_release(&e);
}

Test(edit, stops_at_its_cap)
{
    struct edit e;
    edit_init(&e, "");
    for (unsigned i = 0; i < LIMIT_TEXT + 10; i++)
        edit_key(&e, 'a');
    cr_expect_eq(strlen(edit_text(&e)), LIMIT_TEXT);
    edit_key(&e, KEY_CODE_HOME);
    edit_key(&e, 'b');
    edit_key(&e, 0x65e5);
    cr_expect_eq(strlen(edit_text(&e)), LIMIT_TEXT);
    cr_expect_eq(edit_text(&e)[0], 'a');
    cr_expect_eq(e.cursor, 0);
    edit_key(&e, KEY_CODE_DELETE);
    edit_key(&e, 'b');
    cr_expect_eq(edit_text(&e)[0], 'b', "there is room again");
    edit_release(&e);
}

Test(edit, shows_the_part_with_the_cursor)
{
    static const struct {
        const char *name, *text;
        key_code keys[4];
        int width;
        struct edit_view want;
    } table[] = {
        {"short", "abc", {0}, 10, {0, 3, 3}},
        {"its end must be free for the cursor", "abcdef", {0}, 6, {1, 5, 5}},
        {"fits with the cursor", "abcde", {0}, 6, {0, 5, 5}},
        {"from the start", "abcdefgh", {HOME}, 4, {0, 4, 0}},
        {"the last place", "abcdefgh", {HOME, R, R, R}, 4, {0, 4, 3}},
        {"wide letters scroll whole", "日本語", {0}, 4, {6, 3, 2}},
        {"wide letters are not cut", "日本語", {HOME}, 5, {0, 6, 0}},
        {"marks are not cut off", "x\xcc\x81yz", {0}, 3, {3, 2, 2}},
        {"one column", "abc", {0}, 1, {3, 0, 0}},
        {"no column", "abc", {0}, 0, {0, 0, 0}},
        {"negative", "abc", {0}, -5, {0, 0, 0}},
        {"empty", "", {0}, 5, {0, 0, 0}},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct edit e;
        edit_init(&e, table[i].text);
        press(&e, table[i].keys);
        struct edit_view v = edit_view(&e, table[i].width);
        cr_expect_eq(v.start, table[i].want.start, "%s: start %zu", table[i].name, v.start);
        cr_expect_eq(v.len, table[i].want.len, "%s: len %zu", table[i].name, v.len);
        cr_expect_eq(v.cursor, table[i].want.cursor, "%s: cursor %d", table[i].name, v.cursor);
        edit_release(&e);
    }
}

/* A fixed sequence of pseudo-random keys, so that a failure comes again. */
Test(edit, keeps_its_invariants_for_any_keys)
{
    static const key_code keys[] = {'a',     ' ',    L,      R,         BS,     DEL,    HOME,
                                    END,     0x301,  0x200d, 0x1f600,   0x65e5, 0xe9,   0x202e,
                                    0x1f1e6, 0xfe0f, 0x5d0,  CTRL('W'), 0x11a8, 0x1100, 0x1161};
    struct edit e;
    edit_init(&e, "");
    unsigned state = 1;
    for (int i = 0; i < 20000; i++) {
        state = state * 1103515245u + 12345u;
        edit_key(&e, keys[(state >> 16) % (sizeof keys / sizeof *keys)]);
        cr_assert_leq(e.cursor, e.text.len, "key %d", i);
        cr_assert_leq(e.text.len, LIMIT_TEXT, "key %d", i);
        cr_assert(!u8_check((const uint8_t *)e.text.data, e.text.len), "key %d", i);
        cr_assert(!u8_check((const uint8_t *)e.text.data, e.cursor), "key %d: in a character",
                  i);
        struct edit_view v = edit_view(&e, 10);
        cr_assert(v.cursor >= 0 && v.cursor < 10, "key %d: %d", i, v.cursor);
        cr_assert(v.start <= e.cursor && v.start + v.len <= e.text.len, "key %d", i);
    }
    edit_release(&e);
}
