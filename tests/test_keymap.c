#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "ui/action.h"
#include "ui/key.h"
#include "ui/keymap.h"

TestSuite(keymap, .timeout = 30);

static const enum action_context contexts[] = {IN_LIST, IN_MESSAGE, IN_REVIEW, IN_HELP};
#define CONTEXTS (sizeof contexts / sizeof *contexts)

Test(keymap, reads_the_names_of_keys)
{
    static const struct {
        const char *name;
        key_code want;
    } table[] = {
        {"j", 'j'},
        {"J", 'J'},
        {"$", '$'},
        {"^", '^'},
        {"-", '-'},
        {"Space", ' '},
        {"space", ' '},
        {"Enter", KEY_CODE_ENTER},
        {"Tab", KEY_CODE_TAB},
        {"Esc", KEY_CODE_ESC},
        {"Backspace", KEY_CODE_BACKSPACE},
        {"PageDown", KEY_CODE_PAGE_DOWN},
        {"Delete", KEY_CODE_DELETE},
        {"F1", KEY_CODE_F1},
        {"F12", KEY_CODE_F12},
        {"F", 'F'},
        {"C", 'C'},
        {"^F", 6},
        {"^f", 6},
        {"C-f", 6},
        {"C-F", 6},
        {"^I", KEY_CODE_TAB},
        {"^M", KEY_CODE_ENTER},
        {"^J", KEY_CODE_ENTER}, /* as screen_key() hands it over */
        {"^H", KEY_CODE_BACKSPACE},
        {"^?", KEY_CODE_BACKSPACE},
        {"^[", KEY_CODE_ESC},
        {"^_", 31},
        {"\xc3\xa4", 0xe4},
        {"\xd0\x96", 0x416},
        {"\xe6\x97\xa5", 0x65e5},
        {"\xf0\x9f\x98\x80", 0x1f600},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        key_code key = KEY_CODE_NONE;
        cr_expect(key_parse(table[i].name, strlen(table[i].name), &key), "%s", table[i].name);
        cr_expect_eq(key, table[i].want, "%s: %x, not %x", table[i].name, key, table[i].want);
    }
}

Test(keymap, refuses_what_is_no_key)
{
    static const struct {
        const char *name;
        size_t len;
    } table[] = {
        {"", 0},
        {"jj", 2},
        {"Spac", 4},
        {"Spaces", 6},
        {"F0", 2},
        {"F13", 3},
        {"^", 0},
        {"^1", 2},
        {"^@", 2},
        {"^\x01", 2},
        {"^\xff", 2},
        {"C-", 2},
        {"C-1", 3},
        {"C-ff", 4},
        {"\xc3", 1},
        {"\xff", 1},
        {"\xc3\xa4x", 3},
        {"\x01", 1},
        {"\x7f", 1},
        {"\xc2\x80", 2},
        {"\xed\xa0\x80", 3},
        {"\xe2\x80\xae", 3},
        {"\0", 1},
        {" ", 1},
        {"j\0", 2},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        key_code key = 'x';
        cr_expect(!key_parse(table[i].name, table[i].len, &key), "%zu: %s", i, table[i].name);
        cr_expect_eq(key, 'x', "%zu: left alone", i);
    }
}

Test(keymap, names_keys_as_it_reads_them)
{
    size_t named = 0;
    for (key_code key = 0; key < KEY_CODE_SPECIAL + 100; key++) {
        char name[16];
        key_code back = KEY_CODE_NONE;
        key_to_name(key, name);
        if (!name[0])
            continue;
        named++;
        cr_assert(key_parse(name, strlen(name), &back), "%x: \"%s\"", key, name);
        cr_assert_eq(back, key_from_char(key), "%x: \"%s\" is %x", key, name, back);
    }
    cr_expect_gt(named, 100000);
    char name[16];
    key_to_name(KEY_CODE_NONE, name);
    cr_expect_str_eq(name, "");
    key_to_name(0xffffffff, name);
    cr_expect_str_eq(name, "");
}

/* keymap_find() gives the first of two, so the second one fails here. */
Test(keymap, defaults_give_a_key_to_one_action_of_a_context)
{
    struct keymap *m = keymap_new();
    for (enum action a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
        const struct action_info *info = action_info(a);
        const char *name = info->default_keys;
        for (size_t len; (len = strcspn(name, " ")); name += len, name += *name == ' ') {
            key_code key;
            cr_assert(key_parse(name, len, &key), "%s: %s", info->name, name);
            for (size_t c = 0; c < CONTEXTS; c++) {
                enum action got = keymap_find(m, contexts[c], key);
                if (info->contexts & contexts[c])
                    cr_expect_eq(got, a, "%.*s is both %s and %s", (int)len, name, info->name,
                                 action_info(got)->name);
            }
        }
    }
    keymap_free(m);
}

Test(keymap, every_action_is_described_and_can_be_reached)
{
    for (enum action a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
        const struct action_info *info = action_info(a);
        cr_expect(info->name && info->name[0] && !strchr(info->name, ' '), "%d", a);
        cr_expect(info->help && info->help[0], "%s", info->name);
        cr_expect(info->contexts, "%s", info->name);
        cr_expect(info->default_keys[0], "%s", info->name);
        cr_expect_lt(info->group, GROUP_COUNT, "%s", info->name);
        cr_expect(action_group_name(info->group)[0], "%s", info->name);
        cr_expect_eq(action_by_name(info->name), a, "%s is there twice", info->name);
    }
    cr_expect_eq(action_by_name("bogus"), ACTION_NONE);
    cr_expect_eq(action_by_name(""), ACTION_NONE);
}

Test(keymap, every_context_can_be_left_and_explained)
{
    for (size_t c = 0; c < CONTEXTS; c++) {
        cr_expect(action_info(ACTION_BACK)->contexts & contexts[c], "%zu", c);
        cr_expect(action_info(ACTION_QUIT)->contexts & contexts[c], "%zu", c);
        cr_expect(action_info(ACTION_REDRAW)->contexts & contexts[c], "%zu", c);
        /* The help needs no help. */
        if (contexts[c] != IN_HELP)
            cr_expect(action_info(ACTION_HELP)->contexts & contexts[c], "%zu", c);
    }
}

/* Promise 1: no key that moves, or that one hits by habit, confirms. */
Test(keymap, only_y_confirms)
{
    struct keymap *m = keymap_new();
    for (key_code key = 1; key < KEY_CODE_SPECIAL + 40; key++)
        if (key != 'y')
            cr_assert_neq(keymap_find(m, IN_REVIEW, key), ACTION_CONFIRM, "%x", key);
    cr_expect_eq(keymap_find(m, IN_REVIEW, 'y'), ACTION_CONFIRM);
    keymap_free(m);
}

Test(keymap, finds_by_context)
{
    struct keymap *m = keymap_new();
    cr_expect_eq(keymap_find(m, IN_LIST, 'j'), ACTION_DOWN);
    cr_expect_eq(keymap_find(m, IN_LIST, KEY_CODE_DOWN), ACTION_DOWN);
    cr_expect_eq(keymap_find(m, IN_LIST, ' '), ACTION_TOGGLE);
    cr_expect_eq(keymap_find(m, IN_HELP, ' '), ACTION_NONE);
    cr_expect_eq(keymap_find(m, IN_LIST, 'y'), ACTION_NONE);
    cr_expect_eq(keymap_find(m, IN_LIST, KEY_CODE_NONE), ACTION_NONE);
    cr_expect_str_eq(keymap_key_name(m, ACTION_DOWN), "j");
    cr_expect_str_eq(keymap_keys(m, ACTION_DOWN), "j Down");
    cr_expect_str_eq(keymap_keys(m, ACTION_PAGE_DOWN), "PageDown ^F");
    keymap_free(m);
}

Test(keymap, binds_takes_and_leaves_alone)
{
    static const struct {
        const char *name, *action, *keys;
        enum action_context context;
        key_code key;
        enum action want;
        const char *names; /* of WANT */
    } table[] = {
        {"another key", "mark", "x Delete", IN_LIST, 'x', ACTION_MARK, "x Delete"},
        {"the old one is free", "mark", "x", IN_LIST, 'd', ACTION_NONE, ""},
        {"taken from another", "mark", "j", IN_LIST, 'j', ACTION_MARK, "j"},
        {"the other keeps the rest", "mark", "j", IN_LIST, KEY_CODE_DOWN, ACTION_DOWN, "Down"},
        {"other contexts keep theirs", "toggle", "y", IN_REVIEW, 'y', ACTION_CONFIRM, "y"},
        {"none", "exit", "none", IN_LIST, 'x', ACTION_NONE, ""},
        {"none among blanks", "exit", " none  ", IN_LIST, 'x', ACTION_NONE, ""},
        {"twice the same", "mark", "^X C-x", IN_LIST, 24, ACTION_MARK, "^X"},
        {"blanks", "mark", "  a\t b ", IN_LIST, 'b', ACTION_MARK, "a b"},
        {"a key called n", "mark", "n o n e", IN_LIST, 'n', ACTION_MARK, "n o e"},
        {"its own key again", "down", "Down j", IN_LIST, 'j', ACTION_DOWN, "Down j"},
        {"eight", "mark", "1 2 3 4 5 6 7 8", IN_LIST, '8', ACTION_MARK, "1 2 3 4 5 6 7 8"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct err e = {0};
        struct keymap *m = keymap_new();
        cr_expect(keymap_bind(m, table[i].action, table[i].keys, &e), "%s: %s", table[i].name,
                  e.text);
        enum action got = keymap_find(m, table[i].context, table[i].key);
        cr_expect_eq(got, table[i].want, "%s: %d", table[i].name, got);
        if (got)
            cr_expect_str_eq(keymap_keys(m, got), table[i].names, "%s", table[i].name);
        keymap_free(m);
    }
}

Test(keymap, refuses_with_a_sentence_and_changes_nothing)
{
    static const struct {
        const char *action, *keys, *says;
    } table[] = {
        {"bogus", "j", "bogus"},     {"", "j", "no action"},
        {"mark", "bogus", "bogus"},  {"mark", "x bogus", "PageDown"},
        {"mark", "", "none"},        {"mark", "  ", "none"},
        {"mark", "none j", "none"},  {"mark", "j none", "none"},
        {"mark", "\xff", "unknown"}, {"mark", "1 2 3 4 5 6 7 8 9", "8"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct err e = {0};
        struct keymap *m = keymap_new();
        cr_expect(!keymap_bind(m, table[i].action, table[i].keys, &e), "%s %s", table[i].action,
                  table[i].keys);
        cr_expect_eq(e.code, ERR_CONFIG, "%s", table[i].keys);
        cr_expect(strstr(e.text, table[i].says), "%s: %s", table[i].keys, e.text);
        cr_expect_str_eq(keymap_keys(m, ACTION_MARK), "d", "%s", table[i].keys);
        cr_expect_str_eq(keymap_keys(m, ACTION_DOWN), "j Down", "%s", table[i].keys);
        keymap_free(m);
    }
}

Test(keymap, names_the_keys_that_are_left)
{
    struct err e = {0};
    struct keymap *m = keymap_new();
    cr_assert(keymap_bind(m, "mark", "j Down", &e), "%s", e.text);
    cr_expect_str_eq(keymap_key_name(m, ACTION_DOWN), "");
    cr_expect_str_eq(keymap_keys(m, ACTION_DOWN), "");
    cr_assert(keymap_bind(m, "down", "Down", &e), "%s", e.text);
    cr_expect_str_eq(keymap_keys(m, ACTION_MARK), "j");
    cr_expect_str_eq(keymap_key_name(m, ACTION_DOWN), "Down");
    keymap_free(m);
}
