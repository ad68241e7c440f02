#include "config.h"

#include "mail/label.h"

#include <string.h>

#include "base/ascii.h"

/* What senders mean by a label, by its key: one row stands for iso-8859-1, ISO_8859-1 and
 * iso8859-1.  The first of the names that iconv knows is taken; none means unknown. */
static const struct alias {
    const char *key;
    const char *names[LABEL_NAMES];
} aliases[] = {
    {"utf8", {"UTF-8"}},
    {"utf8mb4", {"UTF-8"}},
    {"unicode11utf8", {"UTF-8"}},
    {"cp65001", {"UTF-8"}},
    {"ascii", {"CP1252"}},
    {"usascii", {"CP1252"}},
    {"ansix34", {"CP1252"}},
    {"ansix341968", {"CP1252"}},
    {"iso646us", {"CP1252"}},
    {"iso88591", {"CP1252"}},
    {"iso885911987", {"CP1252"}},
    {"isolatin1", {"CP1252"}},
    {"csisolatin1", {"CP1252"}},
    {"latin1", {"CP1252"}},
    {"l1", {"CP1252"}},
    {"cp819", {"CP1252"}},
    {"ibm819", {"CP1252"}},
    {"iso88599", {"CP1254"}},
    {"latin5", {"CP1254"}},
    {"iso88598i", {"ISO-8859-8"}},
    {"iso88598e", {"ISO-8859-8"}},
    {"iso885911", {"WINDOWS-874", "TIS-620"}},
    {"tis620", {"WINDOWS-874", "TIS-620"}},
    {"koi8", {"KOI8-R"}},
    {"koi8r", {"KOI8-R"}},
    {"koi8u", {"KOI8-U"}},
    {"maccyrillic", {"MAC-CYRILLIC", "MACCYRILLIC"}},
    {"macroman", {"MACINTOSH"}},
    {"gb2312", {"GB18030", "GBK"}},
    {"gb231280", {"GB18030", "GBK"}},
    {"euccn", {"GB18030", "GBK"}},
    {"gbk", {"GB18030", "GBK"}},
    {"cp936", {"GB18030", "GBK"}},
    {"big5", {"BIG5-HKSCS", "CP950", "BIG5"}},
    {"cnbig5", {"BIG5-HKSCS", "CP950", "BIG5"}},
    {"ksc5601", {"CP949", "UHC"}},
    {"ksc56011987", {"CP949", "UHC"}},
    {"ksc56011989", {"CP949", "UHC"}},
    {"euckr", {"CP949", "UHC"}},
    {"windows949", {"CP949", "UHC"}},
    {"shiftjis", {"CP932", "SHIFT_JIS"}},
    {"sjis", {"CP932", "SHIFT_JIS"}},
    {"mskanji", {"CP932", "SHIFT_JIS"}},
    {"eucjp", {"EUC-JP-MS", "CP51932", "EUC-JP"}},
    {"iso2022jp", {"CP50221", "ISO-2022-JP-MS", "ISO-2022-JP"}},
    {"csiso2022jp", {"CP50221", "ISO-2022-JP-MS", "ISO-2022-JP"}},
    {"utf7", {"UTF-7"}},
    {"unicode11utf7", {"UTF-7"}},
    {"unknown", {NULL}},
    {"unknown8bit", {NULL}},
    {"default", {NULL}},
    /* To iconv these are the locale's and the machine's own encodings. */
    {"char", {NULL}},
    {"wchart", {NULL}},
    {"internal", {NULL}},
    {"ucs2internal", {NULL}},
    {"ucs4internal", {NULL}},
};

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool label_read(struct label *label, const char *text, size_t len)
{
    if (len >= 2 && ascii_same(text, "x-", 2)) {
        text += 2;
        len -= 2;
    }
    if (len >= LABEL_SIZE)
        return false;
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (is_alnum(c))
            label->key[n++] = ascii_lower(c);
        else if (!c || !strchr("-_.:+()", c))
            return false;
        label->name[i] = c;
    }
    label->name[len] = label->key[n] = '\0';
    return n > 0;
}

/* windows-1251 as win-1251, cp-1251, windows1251, ... */
static bool is_windows(const char *key)
{
    static const char *const prefixes[] = {"windows", "win", "cp", "mscp", "ms"};
    size_t len = strlen(key);
    if (len < 4 || strncmp(key + len - 4, "125", 3) != 0 || key[len - 1] > '8')
        return false;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strlen(prefixes[i]) == len - 4 && strncmp(key, prefixes[i], len - 4) == 0)
            return true;
    return false;
}

void label_names(struct label *label, const char *names[LABEL_NAMES])
{
    memset(names, 0, LABEL_NAMES * sizeof *names);
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (strcmp(aliases[i].key, label->key) == 0) {
            memcpy(names, aliases[i].names, sizeof aliases[i].names);
            return;
        }
    if (is_windows(label->key)) {
        memmove(label->name + 2, label->key + strlen(label->key) - 4, 5);
        memcpy(label->name, "CP", 2);
    }
    names[0] = label->name;
}
