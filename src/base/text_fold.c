#include "config.h"

#include "base/text_fold.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "base/buf.h"
#include "base/mem.h"

/* Decomposition and case folding look at one character at a time; what looks further, the order
 * of combining marks, goes with the marks.  So a character is folded by the library once, and
 * kept: in the first plane, which is nearly all of what is read. */

#define REPLACEMENT 0xFFFDu
#define PLANE 0x10000u
#define PAGE 256u
#define CHARACTER_MOST 6
/* U+FDFA, the longest there is, becomes 33 octets. */
#define FOLDED_MOST 255u

/* Where in `pool` a character's folded form stands, its length in front; 0: not known yet. */
static uint32_t *pages[PLANE / PAGE];
static struct buf pool = {buf_empty, 0, SIZE_MAX / 8, 0};

static void append_folded(struct buf *out, ucs4_t c)
{
    uint8_t utf8[CHARACTER_MOST];
    size_t len = 0;
    int n = u8_uctomb(utf8, c, sizeof utf8);
    uint8_t *wide = u8_casefold(utf8, n > 0 ? (size_t)n : 0, NULL, UNINORM_NFKD, NULL, &len);
    for (size_t i = 0; wide && i < len; i += (size_t)n) {
        n = u8_mbtouc_unsafe(&c, wide + i, len - i);
        if (!uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Mn))
            buf_append(out, wide + i, (size_t)n);
    }
    free(wide);
}

/* Its place in the pool. */
static uint32_t learn(ucs4_t c)
{
    struct buf folded = BUF_INIT(FOLDED_MOST);
    if (!pages[c / PAGE])
        pages[c / PAGE] = xcalloc(PAGE, sizeof **pages);
    if (!pool.len)
        buf_append_char(&pool, '\0');
    append_folded(&folded, c);
    uint32_t at = (uint32_t)pool.len;
    buf_append_char(&pool, (char)folded.len);
    buf_append(&pool, folded.data, folded.len);
    buf_release(&folded);
    pages[c / PAGE][c % PAGE] = at;
    return at;
}

static void fold_character(struct buf *out, ucs4_t c)
{
    if (c >= PLANE) {
        append_folded(out, c);
        return;
    }
    const uint32_t *page = pages[c / PAGE];
    uint32_t at = page ? page[c % PAGE] : 0;
    if (!at)
        at = learn(c);
    buf_append(out, pool.data + at + 1, (unsigned char)pool.data[at]);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* The length of the ASCII text at the start, without NULs. */
static size_t ascii_run(const char *bytes, size_t len)
{
    size_t n = 0;
    while (n < len && (unsigned char)(bytes[n] - 1) < 0x7f)
        n++;
    return n;
}

char *text_fold(const char *bytes, size_t len)
{
    struct buf folded = BUF_INIT(SIZE_MAX / 8);
    for (size_t i = 0; i < len;) {
        size_t run = ascii_run(bytes + i, len - i), start = folded.len;
        buf_append(&folded, bytes + i, run);
        for (size_t k = start; k < folded.len; k++)
            folded.data[k] = lower(folded.data[k]);
        i += run;
        if (i == len)
            break;
        ucs4_t c;
        int n = u8_mbtoucr(&c, (const uint8_t *)bytes + i, len - i);
        fold_character(&folded, n > 0 && c ? c : REPLACEMENT);
        i += n > 0 ? (size_t)n : 1;
    }
    return buf_detach(&folded);
}
