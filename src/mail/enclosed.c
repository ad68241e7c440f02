#include "config.h"

#include "mail/enclosed.h"

#include <stdbool.h>
#include <string.h>

#include "base/i18n.h"

struct line {
    const char *text;
    size_t len; /* without its end */
    const char *next;
};

static struct line line_at(const char *p, const char *end)
{
    const char *lf = memchr(p, '\n', (size_t)(end - p));
    struct line l = {p, (size_t)((lf ? lf : end) - p), lf ? lf + 1 : end};
    if (l.len && p[l.len - 1] == '\r')
        l.len--;
    return l;
}

static bool begins(const struct line *l, const char *word)
{
    size_t len = strlen(word);
    return l->len >= len && !memcmp(l->text, word, len);
}

/* ---- how each kind begins ---------------------------------------------------------------- */

/* A line of uuencoded data: a length, then as many groups of four as that needs. */
static bool is_uuencoded(const struct line *l)
{
    if (!l->len || *l->text < ' ' || *l->text > '`')
        return false;
    size_t octets = (size_t)(*l->text - ' ') & 63;
    return octets && l->len >= 1 + (octets + 2) / 3 * 4;
}

/* "begin 644 NAME", and data behind it: the words alone may be prose. */
static const char *uu_name(const struct line *l, const char *end)
{
    size_t digits = 0;
    const char *mode = l->text + strlen("begin ");
    if (!begins(l, "begin "))
        return NULL;
    while (mode + digits < l->text + l->len && mode[digits] >= '0' && mode[digits] <= '7')
        digits++;
    if (digits < 3 || digits > 6 || mode + digits >= l->text + l->len || mode[digits] != ' ')
        return NULL;
    struct line data = line_at(l->next, end);
    return data.text == end || is_uuencoded(&data) ? mode + digits + 1 : NULL;
}

static const char *yenc_name(const struct line *l, const char *end)
{
    (void)end;
    if (!begins(l, "=ybegin "))
        return NULL;
    for (const char *p = l->text; p + 6 <= l->text + l->len; p++)
        if (!memcmp(p, " name=", 6))
            return p + 6;
    return NULL;
}

static const char *pgp_message(const struct line *l, const char *end)
{
    (void)end;
    return begins(l, "-----BEGIN PGP MESSAGE") ? l->text + l->len : NULL;
}

static const char *pgp_signature(const struct line *l, const char *end)
{
    (void)end;
    return begins(l, "-----BEGIN PGP SIGNATURE") ? l->text + l->len : NULL;
}

static const char *pgp_key(const struct line *l, const char *end)
{
    (void)end;
    return begins(l, "-----BEGIN PGP PUBLIC KEY") ? l->text + l->len : NULL;
}

static const struct kind {
    /* Its name, which goes to the line's end; NULL where the line begins none. */
    const char *(*name)(const struct line *l, const char *end);
    const char *last; /* how its last line begins */
    bool is_whole;    /* that line is this word, and no more */
    const char *what;
} kinds[] = {
    {uu_name, "end", true, N_("uuencoded file")},
    {yenc_name, "=yend", false, N_("yEnc file")},
    {pgp_message, "-----END PGP MESSAGE", false, N_("text encrypted with PGP")},
    {pgp_signature, "-----END PGP SIGNATURE", false, N_("PGP signature")},
    {pgp_key, "-----END PGP PUBLIC KEY", false, N_("PGP public key")},
};

/* ---- the text ---------------------------------------------------------------------------- */

/* Behind the last line of a block that begins with FIRST. */
static const char *find_end(const struct kind *kind, const struct line *first, const char *end)
{
    const char *p = first->next;
    while (p < end) {
        struct line l = line_at(p, end);
        p = l.next;
        if (begins(&l, kind->last) && (!kind->is_whole || l.len == strlen(kind->last)))
            break;
    }
    return p;
}

static const struct kind *find_kind(const struct line *l, const char *end, const char **name)
{
    if (!l->len || !strchr("b=-", *l->text)) /* how every kind begins */
        return NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if ((*name = kinds[i].name(l, end)) != NULL)
            return &kinds[i];
    return NULL;
}

static void append_name(struct buf *out, const struct kind *kind, const struct line *l,
                        const char *name, size_t octets)
{
    int name_len = (int)(l->text + l->len - name);
    buf_printf(out, "[%s", _(kind->what));
    if (name_len)
        buf_printf(out, ": %.*s", name_len < 255 ? name_len : 255, name);
    buf_append_str(out, ", ");
    buf_printf(out, _n("%zu octet of text", "%zu octets of text", octets), octets);
    buf_append_str(out, "]\n");
}

bool enclosed_name(struct buf *out, const char *text, size_t len)
{
    const char *p = text, *kept = text, *end = text + len, *name;
    while (p < end) {
        struct line l = line_at(p, end);
        const struct kind *kind = find_kind(&l, end, &name);
        if (kind) {
            buf_append_cut(out, kept, (size_t)(p - kept));
            const char *behind = find_end(kind, &l, end);
            append_name(out, kind, &l, name, (size_t)(behind - p));
            kept = l.next = behind;
        }
        p = l.next;
    }
    if (kept != text)
        buf_append_cut(out, kept, (size_t)(end - kept));
    return kept != text;
}
