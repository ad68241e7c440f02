#include "config.h"

#include "mail/rfc2047.h"

#include <stdbool.h>
#include <string.h>

#include "base/ascii.h"
#include "mail/charset.h"
#include "mail/codec.h"

/* "=?charset*language?encoding?text?=" */
struct word {
    const char *start;
    const char *charset;
    size_t charset_len;
    bool base64;
    const char *text;
    size_t text_len;
    const char *end; /* behind "?=" */
};

/* Adjacent words of one charset.  Mailers cut characters in two at the words' ends, so their
 * bytes are joined before the charset is undone. */
struct run {
    const char *charset;
    size_t charset_len;
    const char *start, *end; /* the words as they stand in the text */
    bool filled;             /* one of them has a text */
    struct buf bytes;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool all_space(const char *text, const char *end)
{
    while (text < end && is_space(*text))
        text++;
    return text == end;
}

/* To "?=", or to where another word begins: a word without an end must not swallow the next
 * one, nor have the rest searched once for each of its kind. */
static const char *find_end(const char *p, const char *end)
{
    for (; end - p >= 2; p++) {
        if (p[0] == '?' && p[1] == '=')
            return p;
        if (p[0] == '=' && p[1] == '?' && (end - p == 2 || p[2] != '='))
            return NULL;
    }
    return NULL;
}

/* The language behind a "*" included. */
static bool is_charset_char(char c)
{
    return c > ' ' && c < 127 && c != '?' && c != '=';
}

/* The word that begins with the "=?" at P. */
static bool parse_word(struct word *w, const char *p, const char *end)
{
    w->start = p;
    w->charset = p += 2;
    while (p < end && is_charset_char(*p))
        p++;
    if (end - p < 3 || p[0] != '?' || p[2] != '?')
        return false;
    const char *language = memchr(w->charset, '*', (size_t)(p - w->charset));
    w->charset_len = (size_t)((language ? language : p) - w->charset);
    w->base64 = p[1] == 'B' || p[1] == 'b';
    if (!w->base64 && p[1] != 'Q' && p[1] != 'q')
        return false;
    w->text = p + 3;
    p = find_end(w->text, end);
    if (!p)
        return false;
    w->text_len = (size_t)(p - w->text);
    w->end = p + 2;
    return charset_is_known(w->charset, w->charset_len);
}

static void put_plain(struct buf *out, const char *text, const char *end,
                      const struct rfc2047_context *context)
{
    charset_decode_undeclared(out, text, (size_t)(end - text), context->hint,
                              context->fallbacks);
}

static void run_flush(struct run *run, struct buf *out, const struct rfc2047_context *context)
{
    if (run->filled && !run->bytes.len) /* base64 without base64 in it: broken */
        put_plain(out, run->start, run->end, context);
    else
        charset_decode(out, run->charset, run->charset_len, run->bytes.data, run->bytes.len);
    buf_clear(&run->bytes);
    run->start = NULL;
}

static bool run_continues(const struct run *run, const struct word *w)
{
    return run->charset_len == w->charset_len &&
           ascii_same(run->charset, w->charset, w->charset_len);
}

static void run_add(struct run *run, const struct word *w)
{
    if (!run->start) {
        run->start = w->start;
        run->charset = w->charset;
        run->charset_len = w->charset_len;
        run->filled = false;
    }
    run->end = w->end;
    run->filled |= w->text_len > 0;
    (w->base64 ? codec_base64 : codec_q)(&run->bytes, w->text, w->text_len);
}

static const char *find_start(const char *p, const char *end)
{
    while (end - p >= 2 && (p = memchr(p, '=', (size_t)(end - p - 1))) && p[1] != '?')
        p++;
    return p && end - p >= 2 ? p : NULL;
}

void rfc2047_decode(struct buf *out, const char *text, size_t len,
                    const struct rfc2047_context *context)
{
    static const struct rfc2047_context none = {NULL, NULL};
    const char *end = text + len, *plain = text, *p = text;
    struct run run = {.bytes = BUF_INIT(len)};
    struct word w;
    if (!context)
        context = &none;
    while ((p = find_start(p, end))) {
        if (!parse_word(&w, p, end)) {
            p += 2;
            continue;
        }
        bool adjacent = run.start && all_space(plain, p);
        if (run.start && (!adjacent || !run_continues(&run, &w)))
            run_flush(&run, out, context);
        if (!adjacent)
            put_plain(out, plain, p, context);
        run_add(&run, &w);
        plain = p = w.end;
    }
    if (run.start)
        run_flush(&run, out, context);
    put_plain(out, plain, end, context);
    buf_release(&run.bytes);
}
