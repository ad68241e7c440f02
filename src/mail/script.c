#include "config.h"

#include "mail/script.h"

#include <stddef.h>
#include <string.h>
#include <unictype.h>
#include <unistr.h>

#include "base/ascii.h"

#define LEAST_LETTERS 4u

/* A bit for each script whose letters are taken for another's; 0 for all others. */
static unsigned script_bit(ucs4_t c)
{
    static const char *const names[] = {"Latin",    "Cyrillic", "Greek",
                                        "Armenian", "Cherokee", "Coptic"};
    const uc_script_t *script = uc_script(c);
    for (size_t i = 0; script && i < sizeof names / sizeof *names; i++)
        if (strcmp(script->name, names[i]) == 0)
            return 1u << i;
    return 0;
}

bool script_is_mixed(const char *utf8)
{
    unsigned scripts = 0, letters = 0;
    if (ascii_only(utf8))
        return false;
    const uint8_t *p = (const uint8_t *)utf8;
    for (ucs4_t c; (p = u8_next(&c, p)) != NULL;) {
        if (!uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M)) {
            scripts = letters = 0;
            continue;
        }
        letters++;
        scripts |= script_bit(c);
        if (letters >= LEAST_LETTERS && scripts & (scripts - 1))
            return true;
    }
    return false;
}
