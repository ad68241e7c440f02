/* Keys as the program knows them, apart from any terminal library. */
#ifndef UI_KEY_H
#define UI_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A Unicode character, or one of these. */
typedef uint32_t key_code;

enum {
    KEY_CODE_NONE = 0,
    KEY_CODE_TAB = 9,
    KEY_CODE_ENTER = 13,
    KEY_CODE_ESC = 27,
    KEY_CODE_BACKSPACE = 127,
    KEY_CODE_SPECIAL = 0x110000, /* above all characters */
    KEY_CODE_UP = KEY_CODE_SPECIAL,
    KEY_CODE_DOWN,
    KEY_CODE_LEFT,
    KEY_CODE_RIGHT,
    KEY_CODE_HOME,
    KEY_CODE_END,
    KEY_CODE_PAGE_UP,
    KEY_CODE_PAGE_DOWN,
    KEY_CODE_INSERT,
    KEY_CODE_DELETE,
    KEY_CODE_F1, /* to F12, in a row */
    KEY_CODE_F12 = KEY_CODE_F1 + 11,
    KEY_CODE_PASTE_BEGIN, /* what follows is no typing, */
    KEY_CODE_PASTE_END,   /* up to here */
};

/* The key of a character that a terminal sends: BS is Backspace, LF is Enter. */
key_code key_from_char(uint32_t c);

/* "j", "^F" (also "C-f"), "Space", "Enter", "Tab", "Esc", "Backspace", "PageDown", "F1", "ä".
 * False for a name that is none of these. */
bool key_parse(const char *name, size_t len, key_code *key);
/* Its name, in OUT: what key_parse() takes; "" for a code that is no key.  (curses has a
 * key_name() of its own.) */
void key_to_name(key_code key, char out[16]);

#endif
