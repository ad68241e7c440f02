#include "config.h"

#include "mail/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>
#include <unistr.h>

#include "base/ascii.h"
#include "mail/jis.h"
#include "mail/label.h"

#define UNKNOWN ((iconv_t)-1)

static const char replacement[] = "\xEF\xBF\xBD";

/* ---- converters -------------------------------------------------------------------------- */

/* Those used last come first.  Failures are kept too: opening is what costs. */
static struct converter {
    char to[LABEL_SIZE], from[LABEL_SIZE];
    iconv_t cd;
} converters[12];
static size_t converter_count;

static void converter_close(const struct converter *c)
{
    if (c->cd != UNKNOWN)
        iconv_close(c->cd);
}

static void copy_name(char to[LABEL_SIZE], const char *from)
{
    memcpy(to, from, strlen(from) + 1);
}

static bool starts_with(const char *text, const char *prefix)
{
    size_t len = strlen(prefix);
    return strnlen(text, len) == len && ascii_same(text, prefix, len);
}

/* glibc's converters of these families keep the byte order they met past a reset. */
static bool keeps_byte_order(const char *from)
{
    static const char *const families[] = {"UTF-16",   "UTF16",     "UTF-32",    "UTF32",
                                           "UCS",      "UNICODE",   "ISO-10646", "10646",
                                           "ISO10646", "CSUNICODE", "CSUCS"};
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (starts_with(from, families[i]))
            return true;
    return false;
}

static size_t converter_search(const char *to, const char *from)
{
    size_t i = 0;
    while (i < converter_count &&
           (strcmp(converters[i].to, to) != 0 || strcmp(converters[i].from, from) != 0))
        i++;
    return i;
}

/* A converter in its initial state, or UNKNOWN. */
static iconv_t converter_get(const char *to, const char *from)
{
    const size_t max = sizeof converters / sizeof *converters;
    size_t i = converter_search(to, from);
    struct converter c;
    if (i < converter_count && !keeps_byte_order(from)) {
        c = converters[i];
    } else {
        copy_name(c.to, to);
        copy_name(c.from, from);
        c.cd = iconv_open(to, from);
        if (i == max)
            i--;
        if (i < converter_count)
            converter_close(&converters[i]);
        else
            converter_count++;
    }
    memmove(converters + 1, converters, i * sizeof *converters);
    converters[0] = c;
    if (c.cd != UNKNOWN)
        iconv(c.cd, NULL, NULL, NULL, NULL);
    return c.cd;
}

void charset_cleanup(void)
{
    while (converter_count)
        converter_close(&converters[--converter_count]);
}

/* How a charset is decoded: by ourselves, or by CD, which may need jis_to_euc() before. */
struct decoder {
    bool utf8, jis;
    iconv_t cd;
};

static bool decoder_find(struct decoder *d, const char *name, size_t len)
{
    struct label label;
    const char *names[LABEL_NAMES];
    if (!label_read(&label, name, len))
        return false;
    label_names(&label, names);
    d->utf8 = names[0] && strcmp(names[0], "UTF-8") == 0;
    d->jis = false;
    d->cd = UNKNOWN;
    for (size_t i = 0; !d->utf8 && d->cd == UNKNOWN && names[i]; i++) {
        if (strcmp(names[i], "ISO-2022-JP") == 0)
            d->cd = converter_get("UTF-8", "EUC-JP-MS");
        d->jis = d->cd != UNKNOWN;
        if (!d->jis)
            d->cd = converter_get("UTF-8", names[i]);
    }
    return d->utf8 || d->cd != UNKNOWN;
}

bool charset_is_known(const char *name, size_t name_len)
{
    struct decoder d;
    return decoder_find(&d, name, name_len);
}

/* ---- decoding ---------------------------------------------------------------------------- */

bool charset_is_utf8(const char *bytes, size_t len)
{
    return !u8_check((const uint8_t *)bytes, len);
}

static size_t count_leading(const char *bytes, const char *end)
{
    size_t count = 0;
    for (; bytes < end; bytes++)
        count += (unsigned char)*bytes >= 0xC0;
    return count;
}

/* A last character that a cut has gone through. */
static bool is_cut_character(const char *bytes, const char *end)
{
    static const unsigned char leads[] = {0xFF, 0xC2, 0xE0, 0xF0}; /* of as many bytes more */
    size_t len = (size_t)(end - bytes);
    if (len > 3 || (unsigned char)*bytes < leads[len])
        return false;
    for (size_t i = 1; i < len; i++)
        if (((unsigned char)bytes[i] & 0xC0) != 0x80)
            return false;
    return true;
}

bool charset_is_nearly_utf8(const char *bytes, size_t len)
{
    const char *end = bytes + len;
    size_t good = 0, bad = 0;
    for (const char *fault; bytes < end; bytes = fault + 1) {
        fault = (const char *)u8_check((const uint8_t *)bytes, (size_t)(end - bytes));
        good += count_leading(bytes, fault ? fault : end);
        if (!fault || is_cut_character(fault, end))
            break;
        bad++;
    }
    return good > bad || !bad;
}

/* Returns how many characters or bytes had to be replaced. */
static size_t decode_utf8(struct buf *out, const char *bytes, size_t len)
{
    const char *end = bytes + len;
    size_t replaced = 0;
    while (bytes < end) {
        size_t left = (size_t)(end - bytes);
        const char *bad = (const char *)u8_check((const uint8_t *)bytes, left);
        if (!buf_append_utf8(out, bytes, bad ? (size_t)(bad - bytes) : left) || !bad)
            break;
        replaced++;
        ucs4_t code;
        bool cut = u8_mbtoucr(&code, (const uint8_t *)bad, (size_t)(end - bad)) == -2;
        if (!buf_append_utf8(out, replacement, 3) || cut)
            break;
        bytes = bad + 1;
    }
    return replaced;
}

static void put_decoded(struct buf *out, const char *bytes, size_t len)
{
    /* Not every iconv refuses surrogates or UCS-4 above U+10FFFF. */
    decode_utf8(out, bytes, len);
}

static void put_encoded(struct buf *out, const char *bytes, size_t len)
{
    buf_append(out, bytes, len);
}

typedef void put_fn(struct buf *out, const char *bytes, size_t len);

/* Converts until the input is used up (0) or iconv stops with EILSEQ, EINVAL, or E2BIG for OUT
 * being full.  Without input: whatever the converter still holds. */
static int convert(struct buf *out, put_fn *put, iconv_t cd, const char **in, size_t *left)
{
    char chunk[256];
    for (;;) {
        size_t room = out->cap - out->len;
        size_t space = room < sizeof chunk ? room : sizeof chunk;
        char *to = chunk;
        int error = 0;
        if (iconv(cd, (ICONV_CONST char **)in, left, &to, &space) == (size_t)-1)
            error = errno;
        put(out, chunk, (size_t)(to - chunk));
        if (error != E2BIG || to == chunk)
            return error;
    }
}

static size_t decode_iconv(struct buf *out, iconv_t cd, const char *bytes, size_t len)
{
    size_t replaced = 0;
    int error = 0;
    while (len && (error = convert(out, put_decoded, cd, &bytes, &len)) == EILSEQ && len) {
        if (!buf_append_utf8(out, replacement, 3))
            break;
        replaced++;
        bytes++;
        len--;
    }
    /* Vietnamese and Hebrew converters hold a letter back for the mark that may follow. */
    convert(out, put_decoded, cd, NULL, NULL);
    if (error == EINVAL) {
        buf_append_utf8(out, replacement, 3);
        replaced++;
    }
    return replaced;
}

static size_t decode(struct buf *out, const struct decoder *d, const char *bytes, size_t len)
{
    if (d->utf8)
        return decode_utf8(out, bytes, len);
    if (!d->jis)
        return decode_iconv(out, d->cd, bytes, len);
    struct buf euc = BUF_INIT(2 * len);
    jis_to_euc(&euc, bytes, len);
    size_t replaced = decode_iconv(out, d->cd, euc.data, euc.len);
    buf_release(&euc);
    return replaced;
}

bool charset_decode(struct buf *out, const char *name, size_t name_len, const char *bytes,
                    size_t len)
{
    struct decoder d;
    if (!decoder_find(&d, name, name_len))
        return false;
    decode(out, &d, bytes, len);
    return true;
}

/* Only if nothing has to be replaced. */
static bool decode_whole(struct buf *out, const char *name, const char *bytes, size_t len)
{
    struct decoder d;
    size_t before = out->len;
    if (!decoder_find(&d, name, strlen(name)))
        return false;
    if (decode(out, &d, bytes, len) == 0)
        return true;
    buf_truncate(out, before);
    return false;
}

void charset_decode_undeclared(struct buf *out, const char *bytes, size_t len, const char *hint,
                               const char *const *fallbacks)
{
    /* Old Japanese mailers send bare ISO-2022-JP, which is 7-bit, in headers. */
    bool escapes = hint && starts_with(hint, "iso-2022-") && memchr(bytes, 27, len);
    if (!escapes && charset_is_utf8(bytes, len)) {
        buf_append_utf8(out, bytes, len);
        return;
    }
    /* A charset of ASCII says nothing about 8-bit bytes. */
    if (hint && ascii_is(hint, strlen(hint), "us-ascii"))
        hint = NULL;
    if (hint && decode_whole(out, hint, bytes, len))
        return;
    for (; fallbacks && *fallbacks; fallbacks++)
        if (decode_whole(out, *fallbacks, bytes, len))
            return;
    if (!hint || !charset_decode(out, hint, strlen(hint), bytes, len))
        charset_decode(out, "windows-1252", 12, bytes, len);
}

/* ---- encoding ---------------------------------------------------------------------------- */

void charset_encode(struct buf *out, const char *name, const char *utf8, size_t len)
{
    struct label label;
    bool valid = label_read(&label, name, strlen(name));
    if (valid && strcmp(label.key, "utf8") == 0) {
        decode_utf8(out, utf8, len);
        return;
    }
    iconv_t cd = valid ? converter_get(label.name, "UTF-8") : UNKNOWN;
    if (cd == UNKNOWN)
        cd = converter_get("US-ASCII", "UTF-8");
    if (cd == UNKNOWN)
        return;
    while (len) {
        int error = convert(out, put_encoded, cd, &utf8, &len);
        if (error == 0 || error == E2BIG)
            break;
        const char *mark = "?";
        size_t one = 1, skip = len > 0;
        convert(out, put_encoded, cd, &mark, &one);
        while (skip < len && ((unsigned char)utf8[skip] & 0xC0) == 0x80)
            skip++;
        utf8 += skip;
        len -= skip;
    }
    convert(out, put_encoded, cd, NULL, NULL);
}
