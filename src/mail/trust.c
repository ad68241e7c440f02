#include "config.h"

#include "mail/trust.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/limits.h"
#include "mail/header.h"

static const char *const words[TRUST_WARNING_COUNT] = {
    "controls", "name-is-address",  "reply-elsewhere", "no-date",     "no-message-id",
    "no-from",  "duplicate-header", "blacklisted",     "folder-data",
};

const char *trust_warning_word(unsigned i)
{
    return words[i];
}

/* ---- scores ------------------------------------------------------------------------------ */

/* A decimal number as filters write it, independent of the locale: "-1.25". */
static bool read_score(const char *text, double *score)
{
    bool negative = *text == '-';
    if (*text == '-' || *text == '+')
        text++;
    if (*text < '0' || *text > '9')
        return false;
    double value = 0, place = 0.1;
    for (int digits = 0; *text >= '0' && *text <= '9' && digits < 9; text++, digits++)
        value = value * 10 + (*text - '0');
    if (*text == '.')
        for (text++; *text >= '0' && *text <= '9' && place > 1e-7; text++, place /= 10)
            value += (*text - '0') * place;
    *score = negative ? -value : value;
    return true;
}

static bool score_behind(const char *text, const char *label, double *score)
{
    size_t len = strlen(label);
    for (; strlen(text) >= len; text++)
        if (ascii_same(text, label, len))
            return read_score(text + len, score);
    return false;
}

bool trust_score(const char *block, size_t len, double *score)
{
    static const struct {
        const char *field, *label; /* NULL: the field begins with the score */
    } sources[] = {
        {"X-Spam-Status", "score="}, {"X-Spam-Status", "hits="}, {"X-Spam-Score", NULL},
        {"X-Rspamd-Score", NULL},    {"X-Spam-Rating", NULL},
    };
    bool found = false;
    struct buf line = BUF_INIT(LIMIT_TEXT);
    for (size_t i = 0; !found && i < sizeof sources / sizeof *sources; i++) {
        struct header_field field;
        if (!header_find(block, len, sources[i].field, 0, &field))
            continue;
        buf_clear(&line);
        header_unfold(&line, &field);
        found = sources[i].label ? score_behind(line.data, sources[i].label, score)
                                 : read_score(line.data, score);
    }
    buf_release(&line);
    return found;
}

/* ---- the block --------------------------------------------------------------------------- */

/* RFC 5322 section 3.6: these may stand once. */
static const char *const unique[] = {"From", "Sender", "Reply-To",   "To",
                                     "Cc",   "Date",   "Message-ID", "Subject"};
#define UNIQUE (sizeof unique / sizeof *unique)

unsigned trust_of_block(const char *block, size_t len)
{
    unsigned warnings = TRUST_NO_MESSAGE_ID;
    unsigned seen = 0;
    struct header_field field;
    for (size_t pos = 0; header_next(block, len, &pos, &field);) {
        if (header_is(&field, "Message-ID"))
            warnings &= ~(unsigned)TRUST_NO_MESSAGE_ID;
        if (header_is(&field, "X-IMAP"))
            warnings |= TRUST_FOLDER_DATA;
        if (header_is(&field, "X-Blacklisted-By") || header_is(&field, "X-RBL-Warning"))
            warnings |= TRUST_BLACKLISTED;
        for (size_t i = 0; i < UNIQUE; i++) {
            if (!header_is(&field, unique[i]))
                continue;
            if (seen & 1u << i)
                warnings |= TRUST_DUPLICATE_HEADER;
            seen |= 1u << i;
        }
    }
    return warnings;
}

/* ---- the sender -------------------------------------------------------------------------- */

/* The first '@' or one of its look-alikes (U+FE6B, U+FF20); *LEN its bytes. */
static const char *find_at(const char *text, size_t *len)
{
    static const char *const signs[] = {"@", "\xEF\xB9\xAB", "\xEF\xBC\xA0"};
    const char *first = NULL;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        const char *found = strstr(text, signs[i]);
        if (found && (!first || found < first)) {
            first = found;
            *len = strlen(signs[i]);
        }
    }
    return first;
}

static bool is_label_char(char c)
{
    return c && !strchr(" \t<>()[]\"',;:", c);
}

/* An address in the name whose domain is not the real one's. */
static bool name_holds_other(const char *name, const char *addr)
{
    size_t sign = 0;
    const char *at = find_at(name, &sign), *real = strrchr(addr, '@');
    if (!at || at == name || !is_label_char(at[-1]) || !is_label_char(at[sign]))
        return false;
    const char *domain = at + sign;
    size_t len = 0;
    while (is_label_char(domain[len]))
        len++;
    while (len && domain[len - 1] == '.')
        len--;
    return !real || !ascii_is(domain, len, real + 1);
}

unsigned trust_of_sender(const struct address_list *from, const struct address_list *reply_to)
{
    if (!from->count || !*from->items[0].addr)
        return TRUST_NO_FROM;
    const struct address *sender = &from->items[0];
    unsigned warnings = 0;
    if (name_holds_other(sender->name, sender->addr))
        warnings |= TRUST_NAME_IS_ADDRESS;
    const char *reply = reply_to->count ? strrchr(reply_to->items[0].addr, '@') : NULL;
    const char *real = strrchr(sender->addr, '@');
    if (reply && real && !ascii_is(reply, strlen(reply), real))
        warnings |= TRUST_REPLY_ELSEWHERE;
    return warnings;
}
