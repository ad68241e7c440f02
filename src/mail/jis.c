#include "config.h"

#include "mail/jis.h"

#include <stdbool.h>
#include <string.h>

enum set { ASCII, KANA, KANJI, SUPPLEMENT };

static const struct escape {
    const char *text;
    enum set set;
} escapes[] = {
    {"\033(B", ASCII}, {"\033(J", ASCII}, {"\033(I", KANA},   {"\033$(D", SUPPLEMENT},
    {"\033$@", KANJI}, {"\033$B", KANJI}, {"\033$(@", KANJI}, {"\033$(B", KANJI},
};

/* How EUC-JP marks a character of the set. */
static const char *const shifts[] = {"", "\x8E", "", "\x8F"};

static const struct escape *find_escape(const char *bytes, size_t len)
{
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
        size_t n = strlen(escapes[i].text);
        if (n <= len && memcmp(bytes, escapes[i].text, n) == 0)
            return &escapes[i];
    }
    return NULL;
}

void jis_to_euc(struct buf *out, const char *bytes, size_t len)
{
    enum set set = ASCII;
    bool second = false; /* of a double byte */
    for (size_t i = 0; i < len; i++) {
        char c = bytes[i];
        const struct escape *escape = c == '\033' ? find_escape(bytes + i, len - i) : NULL;
        if (escape) {
            set = escape->set;
            second = false;
            i += strlen(escape->text) - 1;
            continue;
        }
        bool graphic = c > ' ' && c < 127;
        if (c == '\033' || (unsigned char)c > 127)
            c = '\xFF';
        else if (set != ASCII && graphic)
            c = (char)(c | 0x80);
        if (set != ASCII && graphic && !second)
            buf_append_str(out, shifts[set]);
        buf_append_char(out, c);
        second = graphic && (set == KANJI || set == SUPPLEMENT) && !second;
    }
}
