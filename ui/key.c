#include "config.h"

#include "ui/key.h"

#include <stdio.h>
#include <unictype.h>
#include <unistr.h>

#include "base/ascii.h"

static const struct {
    const char *name;
    key_code key;
} names[] = {
    {"Space", ' '},
    {"Tab", KEY_CODE_TAB},
    {"Enter", KEY_CODE_ENTER},
    {"Esc", KEY_CODE_ESC},
    {"Backspace", KEY_CODE_BACKSPACE},
    {"Up", KEY_CODE_UP},
    {"Down", KEY_CODE_DOWN},
    {"Left", KEY_CODE_LEFT},
    {"Right", KEY_CODE_RIGHT},
    {"Home", KEY_CODE_HOME},
    {"End", KEY_CODE_END},
    {"PageUp", KEY_CODE_PAGE_UP},
    {"PageDown", KEY_CODE_PAGE_DOWN},
    {"Insert", KEY_CODE_INSERT},
    {"Delete", KEY_CODE_DELETE},
    {"F1", KEY_CODE_F1},
    {"F2", KEY_CODE_F1 + 1},
    {"F3", KEY_CODE_F1 + 2},
    {"F4", KEY_CODE_F1 + 3},
    {"F5", KEY_CODE_F1 + 4},
    {"F6", KEY_CODE_F1 + 5},
    {"F7", KEY_CODE_F1 + 6},
    {"F8", KEY_CODE_F1 + 7},
    {"F9", KEY_CODE_F1 + 8},
    {"F10", KEY_CODE_F1 + 9},
    {"F11", KEY_CODE_F1 + 10},
    {"F12", KEY_CODE_F12},
};
#define NAMES (sizeof names / sizeof *names)

static bool parse_control(unsigned char letter, key_code *key)
{
    if (letter == '?') {
        *key = KEY_CODE_BACKSPACE;
        return true;
    }
    if (letter >= 'a' && letter <= 'z')
        letter -= 'a' - 'A';
    if (letter <= '@' || letter > '_')
        return false;
    *key = key_from_char(letter - '@');
    return true;
}

/* No blanks, controls, marks, or characters that cannot be seen. */
static bool can_be_a_key(ucs4_t c)
{
    return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N |
                                                   UC_CATEGORY_MASK_P | UC_CATEGORY_MASK_S);
}

static bool parse_char(const char *name, size_t len, key_code *key)
{
    ucs4_t c;
    if (u8_mbtoucr(&c, (const uint8_t *)name, len) != (int)len || !can_be_a_key(c))
        return false;
    *key = c;
    return true;
}

key_code key_from_char(uint32_t c)
{
    if (c == '\b')
        return KEY_CODE_BACKSPACE;
    return c == '\n' ? KEY_CODE_ENTER : c;
}

bool key_parse(const char *name, size_t len, key_code *key)
{
    if (len == 2 && name[0] == '^')
        return parse_control((unsigned char)name[1], key);
    if (len == 3 && ascii_same(name, "C-", 2))
        return parse_control((unsigned char)name[2], key);
    for (size_t i = 0; i < NAMES; i++)
        if (ascii_is(name, len, names[i].name)) {
            *key = names[i].key;
            return true;
        }
    return len && parse_char(name, len, key);
}

void key_to_name(key_code key, char out[16])
{
    out[0] = '\0';
    for (size_t i = 0; i < NAMES; i++)
        if (names[i].key == key) {
            snprintf(out, 16, "%s", names[i].name);
            return;
        }
    if (key > 0 && key < ' ') {
        snprintf(out, 16, "^%c", (int)key + '@');
        return;
    }
    if (!can_be_a_key(key))
        return;
    int len = u8_uctomb((uint8_t *)out, key, 15);
    out[len > 0 ? len : 0] = '\0';
}
