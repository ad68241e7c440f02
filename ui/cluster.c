#include "config.h"

#include "ui/cluster.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <unictype.h>
#include <unistr.h>

#include "base/text.h"

static bool can_be_shown(ucs4_t c, int width)
{
    const uint32_t unclean = UC_CATEGORY_MASK_C | UC_CATEGORY_MASK_Zl | UC_CATEGORY_MASK_Zp;
    char bytes[MB_LEN_MAX];
    mbstate_t state;
    memset(&state, 0, sizeof state);
    return !uc_is_general_category_withtable(c, unclean) &&
           wcrtomb(bytes, (wchar_t)c, &state) != (size_t)-1 && wcwidth((wchar_t)c) == width;
}

size_t cluster_next(const char *text, size_t len, struct cluster *out)
{
    ucs4_t c;
    size_t count = 1, at = (size_t)u8_mbtouc(&c, (const uint8_t *)text, len);
    *out = (struct cluster){.width = text_width(text, at)};
    bool is_shown = can_be_shown(c, out->width);
    out->chars[0] = is_shown ? (wchar_t)c : L'?';
    while (at < len) {
        size_t step = (size_t)u8_mbtouc(&c, (const uint8_t *)text + at, len - at);
        if (text_width(text + at, step) != 0)
            break;
        if (is_shown && count < CLUSTER_MAX && can_be_shown(c, 0))
            out->chars[count++] = (wchar_t)c;
        at += step;
    }
    return at;
}
