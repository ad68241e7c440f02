#include "config.h"

#include "tests/support/triage.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/digest.h"
#include "tests/support/triage_text.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
#define NOW INT64_C(1795392000) /* 2026-11-23 */
#define DAY 86400u
#define TEXT_CAP 65536u

/* ---- chance ------------------------------------------------------------------------------ */

struct chance {
    uint64_t state;
};

/* splitmix64 */
static uint64_t draw(struct chance *r)
{
    uint64_t z = r->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static unsigned below(struct chance *r, unsigned n)
{
    return (unsigned)(draw(r) % n);
}

static bool percent(struct chance *r, unsigned n)
{
    return below(r, 100) < n;
}

static const char *one_of(struct chance *r, const char *const *list)
{
    unsigned n = 0;
    while (list[n])
        n++;
    return list[below(r, n)];
}

/* ---- the plan ---------------------------------------------------------------------------- */

/* What the wanted 300 are, and how many of each. */
static const struct {
    enum triage_wanted kind;
    unsigned count;
    const char *name;
} plan[] = {
    {TRIAGE_LIST, 90, "list"},   {TRIAGE_BOUNCE, 20, "bounce"},
    {TRIAGE_SHOP, 60, "shop"},   {TRIAGE_PERSONAL, 50, "personal"},
    {TRIAGE_REPLY, 40, "reply"}, {TRIAGE_WORDS, 25, "words"},
    {TRIAGE_SHAPE, 15, "shape"},
};

/* Which of its label the message is, too. */
static int place_of(unsigned index, unsigned *nth)
{
    unsigned k = index * 617u % TRIAGE_COUNT; /* 617 and 1,000 have no common divisor */
    for (int c = 0; triage_campaigns[c].size; k -= triage_campaigns[c++].size) {
        *nth = k;
        if (k < triage_campaigns[c].size)
            return c + 1;
    }
    for (size_t i = 0; i < COUNT(plan); k -= plan[i++].count) {
        *nth = k;
        if (k < plan[i].count)
            return (int)plan[i].kind;
    }
    abort();
}

int triage_label(unsigned index)
{
    unsigned nth;
    return place_of(index, &nth);
}

void triage_label_name(struct buf *out, int label)
{
    if (label <= TRIAGE_CAMPAIGNS)
        buf_printf(out, "campaign-%d", label);
    for (size_t i = 0; i < COUNT(plan); i++) {
        if ((int)plan[i].kind == label)
            buf_append_str(out, plan[i].name);
    }
}

/* ---- templates --------------------------------------------------------------------------- */

struct letter {
    struct chance chance;
    const char *local; /* of the sender's address: a template */
    const char *sender;
    const char *subject;
    const char *body;
    const char *extra; /* header lines behind the mailer's */
    char domain[64], from[256], date[48], parent[96];
    struct buf encoded; /* the subject as it is sent */
    bool is_reply;
    unsigned tricks;
};

static void expand(struct letter *l, struct buf *out, const char *template);

static void append_some(struct letter *l, struct buf *out, char kind, unsigned count)
{
    static const char digits[] = "0123456789", small[] = "abcdefghijklmnopqrstuvwxyz";
    static const char base64[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (unsigned i = 0; i < count; i++) {
        unsigned n = below(&l->chance, kind == 'm' ? 64 : kind == 'w' ? 62 : 26);
        unsigned hex = below(&l->chance, 16);
        if (kind == 'd')
            buf_append_char(out, digits[i ? hex % 10 : 1 + hex % 9]);
        else if (kind == 'h' || kind == 'H')
            buf_append_char(out, (kind == 'h' ? "0123456789abcdef" : "0123456789ABCDEF")[hex]);
        else if (kind == 'l')
            buf_append_char(out, small[n]);
        else
            buf_append_char(out, base64[n]); /* of "U": the capitals in front */
    }
}

static void append_name(struct letter *l, struct buf *out, const char *name, size_t len)
{
    static const char *const freemail[] = {"freemail.example", "mail.example", "inbox.example",
                                           NULL};
    /* one after the other: the order of what stands in one expression is not settled */
    const char *first = one_of(&l->chance, triage_first_names);
    const char *last = one_of(&l->chance, triage_last_names);
    const char *host = one_of(&l->chance, freemail);
    const struct {
        const char *name, *value;
    } known[] = {
        {"domain", l->domain}, {"from", l->from},        {"date", l->date},
        {"parent", l->parent}, {"to", "me@example.org"}, {"subject", l->encoded.data},
        {"first", first},      {"last", last},           {"freemail", host},
    };
    for (size_t i = 0; i < COUNT(known); i++) {
        if (strlen(known[i].name) == len && !memcmp(known[i].name, name, len)) {
            buf_append_str(out, known[i].value);
            return;
        }
    }
    append_some(l, out, name[0], (unsigned)strtoul(name + 1, NULL, 10));
}

/* "a|b {first}|c": alternatives may hold braces of their own, one level deep. */
static void append_choice(struct letter *l, struct buf *out, const char *list, size_t len)
{
    char copy[512], *parts[16];
    unsigned count = 1, depth = 0;
    snprintf(copy, sizeof copy, "%.*s", (int)len, list);
    parts[0] = copy;
    for (char *p = copy; *p; p++) {
        depth += *p == '{';
        depth -= *p == '}';
        if (*p == '|' && !depth && count < COUNT(parts)) {
            *p = '\0';
            parts[count++] = p + 1;
        }
    }
    expand(l, out, parts[below(&l->chance, count)]);
}

static const char *closing(const char *open)
{
    unsigned depth = 0;
    for (;; open++) {
        depth += *open == '{';
        if (*open == '}' && --depth == 0)
            return open;
    }
}

static void expand(struct letter *l, struct buf *out, const char *template)
{
    while (*template) {
        size_t plain = strcspn(template, "{");
        buf_append(out, template, plain);
        template += plain;
        if (!*template)
            return;
        const char *end = closing(template);
        size_t len = (size_t)(end - template) - 1;
        if (memchr(template + 1, '|', len))
            append_choice(l, out, template + 1, len);
        else
            append_name(l, out, template + 1, len);
        template = end + 1;
    }
}

/* ---- what spam does to a subject --------------------------------------------------------- */

static void change_case(struct letter *l, struct buf *out, const char *text)
{
    unsigned way = below(&l->chance, 5);
    bool start = true;
    for (; *text; text++) {
        bool small = *text >= 'a' && *text <= 'z';
        bool up = way == 0 || (way == 1 && start) || (way == 2 && percent(&l->chance, 30));
        buf_append_char(out, small && up ? (char)(*text & ~32) : *text);
        start = *text == ' ';
    }
}

/* Wider blanks, none behind a comma, or one word with its letters apart. */
static void change_spacing(struct letter *l, struct buf *out, const char *text)
{
    unsigned way = below(&l->chance, 6), word = 0, spaced = 1 + below(&l->chance, 4);
    for (; *text; text++) {
        word += *text == ' ';
        buf_append_char(out, *text);
        if (way == 0 && *text == ' ' && percent(&l->chance, 40))
            buf_append_str(out, "  ");
        bool letter = (*text & ~32) >= 'A' && (*text & ~32) <= 'Z' && !(*text & 128);
        bool next = (text[1] & ~32) >= 'A' && (text[1] & ~32) <= 'Z' && !(text[1] & 128);
        if (way == 1 && word == spaced && letter && next)
            buf_append_char(out, ' ');
    }
}

/* Cyrillic, Greek, full-width and mathematical letters that look like Latin ones. */
static const char *alike(struct letter *l, char c)
{
    static const struct {
        char latin;
        const char *others[3];
    } table[] = {
        {'a', {"а", "α", "ａ"}}, {'c', {"с", "ϲ", "ｃ"}}, {'e', {"е", "е", "𝐞"}},
        {'i', {"і", "ι", "ｉ"}}, {'o', {"о", "ο", "𝗈"}},  {'p', {"р", "ρ", "ｐ"}},
        {'s', {"ѕ", "ѕ", "𝘴"}},  {'x', {"х", "χ", "ｘ"}}, {'y', {"у", "γ", "ｙ"}},
        {'A', {"А", "Α", "Ａ"}}, {'B', {"В", "Β", "Ｂ"}}, {'C', {"С", "Ϲ", "Ｃ"}},
        {'E', {"Е", "Ε", "𝐄"}},  {'H', {"Н", "Η", "Ｈ"}}, {'K', {"К", "Κ", "𝐊"}},
        {'M', {"М", "Μ", "Ｍ"}}, {'O', {"О", "Ο", "Ｏ"}}, {'P', {"Р", "Ρ", "𝐏"}},
        {'S', {"Ѕ", "Ѕ", "Ｓ"}}, {'T', {"Т", "Τ", "Ｔ"}}, {'X', {"Х", "Χ", "Ｘ"}},
        {'Y', {"У", "Υ", "Ｙ"}},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        if (table[i].latin == c)
            return table[i].others[below(&l->chance, 3)];
    }
    return NULL;
}

static void disguise(struct letter *l, struct buf *out, const char *text)
{
    static const char *const hidden[] = {"\u200b", "\u200c", "\u2060",
                                         "\u00ad", "\ufeff", NULL};
    static const char leet[] = "o0i1e3a4";
    unsigned letters = l->tricks & TRICK_ALIKE && percent(&l->chance, 60) ? 25 : 0;
    unsigned blanks = l->tricks & TRICK_HIDDEN && percent(&l->chance, 50) ? 12 : 0;
    unsigned digits = l->tricks & TRICK_LEET && percent(&l->chance, 40) ? 25 : 0;
    for (; *text; text++) {
        const char *other = percent(&l->chance, letters) ? alike(l, *text) : NULL;
        const char *digit = memchr(leet, *text, sizeof leet - 1);
        if (other)
            buf_append_str(out, other);
        else if (digit && !((digit - leet) & 1) && percent(&l->chance, digits))
            buf_append_char(out, digit[1]);
        else
            buf_append_char(out, *text);
        if (!(text[1] & 128) && percent(&l->chance, blanks))
            buf_append_str(out, one_of(&l->chance, hidden));
    }
}

static void decorate(struct letter *l, struct buf *out, const char *text)
{
    static const char *const before[] = {"🔥 ",  ">>> ", "✅✅ ", "[{U3}] ", "** ", "⚠️ ",
                                         "💰💰💰", "",     "",    "",        NULL};
    static const char *const behind[] = {"!!!", " <<<", " 🎁", " ...", " [{d3}]",
                                         "!",   " ✔",   "",   "",     NULL};
    expand(l, out, one_of(&l->chance, before));
    buf_append_str(out, text);
    expand(l, out, one_of(&l->chance, behind));
}

typedef void trick(struct letter *l, struct buf *out, const char *text);

static void name_it(struct letter *l, struct buf *out, const char *text)
{
    bool front = percent(&l->chance, 25), end = percent(&l->chance, 15);
    expand(l, out, front ? "{first}, " : "");
    buf_append_str(out, text);
    expand(l, out, end ? ", {me|{first}}" : "");
}

static void dash_it(struct letter *l, struct buf *out, const char *text)
{
    const char *dash = percent(&l->chance, 50) ? strstr(text, " - ") : NULL;
    buf_append(out, text, dash ? (size_t)(dash - text) : strlen(text));
    if (dash)
        buf_printf(out, " – %s", dash + 3);
}

static void play(struct letter *l, struct buf *text)
{
    static const struct {
        unsigned trick;
        trick *run;
    } tricks[] = {
        {TRICK_NAME, name_it},
        {TRICK_CHARSET, dash_it},
        {TRICK_CASE, change_case},
        {TRICK_SPACING, change_spacing},
        {TRICK_ALIKE | TRICK_HIDDEN | TRICK_LEET, disguise},
        {TRICK_DECOR, decorate},
    };
    for (size_t i = 0; i < COUNT(tricks); i++) {
        if (!(l->tricks & tricks[i].trick))
            continue;
        struct buf changed = BUF_INIT(TEXT_CAP);
        tricks[i].run(l, &changed, text->data);
        buf_release(text);
        *text = changed;
    }
}

/* ---- how it is sent ---------------------------------------------------------------------- */

static void append_word(struct buf *out, const char *charset, bool base64, const char *text,
                        size_t len)
{
    buf_printf(out, "=?%s?%c?", charset, base64 ? 'B' : 'Q');
    if (base64)
        digest_base64(out, text, len);
    for (size_t i = 0; !base64 && i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (plain)
            buf_append_char(out, text[i]);
        else
            buf_printf(out, "=%02X", c);
    }
    buf_append_str(out, "?=");
}

/* Russian in windows-1251; false where it has other characters. */
static bool to_windows(struct buf *out, const char *utf8)
{
    for (; *utf8; utf8++) {
        unsigned char c = (unsigned char)*utf8;
        unsigned wide = (c & 31u) << 6 | ((unsigned char)utf8[1] & 63u);
        if (c < 128)
            buf_append_char(out, *utf8);
        else if ((c == 0xd0 || c == 0xd1) && wide >= 0x410 && wide <= 0x44f && *++utf8)
            buf_append_char(out, (char)(unsigned char)(wide - 0x410 + 0xc0));
        else
            return false;
    }
    return true;
}

static void encode(struct letter *l, const char *text)
{
    static const char *const wrong[] = {"iso-8859-1", "windows-1252", "iso-8859-15", "us-ascii",
                                        NULL};
    struct buf windows = BUF_INIT(TEXT_CAP);
    struct buf *out = &l->encoded;
    bool ascii = true, base64 = percent(&l->chance, 60),
         is_russian = to_windows(&windows, text);
    const char *charset = "utf-8";
    for (const char *p = text; *p; p++)
        ascii = ascii && !(*p & 128);
    if (l->tricks & TRICK_CHARSET && percent(&l->chance, 40))
        charset = one_of(&l->chance, wrong);
    if (!ascii && is_russian && percent(&l->chance, 50)) {
        append_word(out, "windows-1251", base64, windows.data, windows.len);
    } else if (ascii ? !l->tricks || percent(&l->chance, 80) : percent(&l->chance, 10)) {
        buf_append_str(out, text);
    } else {
        for (size_t at = 0, len = strlen(text), n; at < len; at += n) {
            for (n = len - at < 30 ? len - at : 30;
                 at + n < len && (text[at + n] & 0xc0) == 0x80;)
                n--;
            buf_append_str(out, at ? "\n " : "");
            append_word(out, charset, base64, text + at, n);
        }
    }
    buf_release(&windows);
}

static void set_date(char out[48], int64_t when)
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct tm tm;
    time_t t = (time_t)when;
    if (gmtime_r(&t, &tm))
        snprintf(out, 48, "%.3s, %02d %.3s %d %02d:%02d:%02d +0000", days + 3 * tm.tm_wday,
                 tm.tm_mday, months + 3 * tm.tm_mon, tm.tm_year + 1900, tm.tm_hour, tm.tm_min,
                 tm.tm_sec);
}

static void append_lines(struct letter *l, struct buf *out, char kind, unsigned count)
{
    for (; count; count -= count < 70 ? count : 70) {
        buf_append_str(out, "\n\t");
        append_some(l, out, kind, count < 70 ? count : 70);
    }
}

/* What the ways there and the receiving server put in front. */
static void append_way(struct letter *l, struct buf *out)
{
    buf_append_str(out, "Return-Path: ");
    expand(l, out, "<b-{h10}@{domain}>\nDelivered-To: me@example.org\n");
    for (unsigned hop = 0, hops = 2 + below(&l->chance, 3); hop < hops; hop++)
        expand(l, out,
               "Received: from {w6}.{domain} ({w6}.{domain} [192.0.2.{d2}])\n"
               "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\n"
               "\t(No client certificate requested)\n"
               "\tby mx{d1}.example.org (Postfix) with ESMTPS id {H11}\n"
               "\tfor <me@example.org>; {date}\n");
    if (percent(&l->chance, 60)) {
        expand(l, out,
               "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain};\n\ts=s{d1};"
               " h=from:to:subject:date:message-id:mime-version;\n\tbh={m43}=;\n\tb=");
        append_lines(l, out, 'm', 340);
        buf_append_str(out, "==\n");
    }
    if (percent(&l->chance, 30)) {
        buf_append_str(out, "ARC-Seal: i=1; a=rsa-sha256; d=example.org; s=arc; cv=none; b=");
        append_lines(l, out, 'm', 340);
        buf_append_str(out, "==\n");
    }
    expand(l, out,
           "Authentication-Results: mx.example.org;\n\tdkim={pass|none} header.d={domain};\n"
           "\tspf={pass|none|softfail} smtp.mailfrom={domain}\n");
    if (percent(&l->chance, 70))
        expand(l, out,
               "X-Spam-Status: No, score={0|1|2|3}.{d1} required=5.0 tests=HTML_MESSAGE,\n"
               "\tSPF_PASS,{U7}_{U4} autolearn=no version=4.0.0\n");
}

static void append_mailer(struct letter *l, struct buf *out, const struct triage_mailer *mailer)
{
    for (size_t i = 0; i < COUNT(mailer->lines) && mailer->lines[i]; i++) {
        const char *line = mailer->lines[i];
        bool sent = true;
        if (*line == '?') {
            sent = line[1] == 'r' ? l->is_reply
                                  : percent(&l->chance, (unsigned)strtoul(line + 1, NULL, 10));
            line += strcspn(line, " ") + 1;
        }
        if (!sent)
            continue;
        expand(l, out, line);
        buf_append_char(out, '\n');
    }
}

/* Lines of noise, so that the sizes are those of real mail: 2 to 60 kB, most of them small. */
static void append_padding(struct letter *l, struct buf *out)
{
    unsigned octets = 64u << below(&l->chance, 10);
    for (octets += below(&l->chance, octets); octets > 72; octets -= 72) {
        append_some(l, out, 'm', 71);
        buf_append_char(out, '\n');
    }
}

static void assemble(struct letter *l, struct buf *out, const struct triage_mailer *mailer)
{
    struct buf text = BUF_INIT(TEXT_CAP), from = BUF_INIT(TEXT_CAP);
    expand(l, &text, l->subject);
    play(l, &text);
    encode(l, text.data);
    expand(l, &from, l->sender);
    snprintf(l->from, sizeof l->from, "%s", from.data);
    append_way(l, out);
    append_mailer(l, out, mailer);
    expand(l, out, l->extra ? l->extra : "");
    buf_append_char(out, '\n');
    expand(l, out, l->body);
    append_padding(l, out);
    buf_release(&text);
    buf_release(&from);
}

/* ---- spam -------------------------------------------------------------------------------- */

static void set_domain(struct letter *l, struct chance *r)
{
    static const char *const tops[] = {"example", "test", "example.com", "example.net", NULL};
    const char *front = one_of(r, triage_words), *back = one_of(r, triage_words);
    const char *top = one_of(r, tops);
    snprintf(l->domain, sizeof l->domain, "%s%s%s.%s", front, percent(r, 50) ? "-" : "", back,
             top);
}

static void add_spam(struct letter *l, struct buf *out, uint64_t seed, int number)
{
    const struct triage_campaign *c = &triage_campaigns[number - 1];
    struct buf local = BUF_INIT(200), sender = BUF_INIT(600);
    struct chance own = l->chance, whole = {seed ^ (uint64_t)number << 32};
    unsigned variants = 0;
    int64_t begun = NOW - (int64_t)below(&whole, 50) * DAY;
    set_date(l->date, begun + below(&l->chance, 5 * DAY) - (int64_t)(5 * DAY));
    if (c->pool) { /* the sender depends on its place in the pool only */
        unsigned which = below(&l->chance, c->pool);
        own = l->chance;
        l->chance.state = whole.state + which;
    }
    set_domain(l, &l->chance);
    expand(l, &local, c->local);
    expand(l, &sender, c->sender);
    if (c->pool)
        l->chance = own;
    bool ascii = true;
    for (size_t i = 0; i < sender.len; i++)
        ascii = ascii && !(sender.data[i] & 128);
    struct buf shown = BUF_INIT(600);
    if (ascii)
        buf_printf(&shown, "\"%s\"", sender.data);
    else
        append_word(&shown, "utf-8", true, sender.data, sender.len);
    buf_printf(&shown, " <%s@%s>", local.data, l->domain);
    while (variants < COUNT(c->subjects) && c->subjects[variants])
        variants++;
    l->sender = shown.data;
    l->subject = c->subjects[below(&l->chance, variants)];
    l->tricks = c->tricks;
    l->body = c->body;
    assemble(l, out, &c->mailer);
    buf_release(&shown);
    buf_release(&local);
    buf_release(&sender);
}

/* ---- the wanted -------------------------------------------------------------------------- */

/* Twenty people, each with a program of their own. */
static void add_person(struct letter *l, struct buf *out, unsigned who, int mailer)
{
    static const char *const domains[] = {"home.example", "work.example", "uni.example",
                                          "post.example"};
    char sender[200];
    const char *first = triage_first_names[who % 20], *last = triage_last_names[who * 7 % 20];
    snprintf(l->domain, sizeof l->domain, "%s", domains[who % COUNT(domains)]);
    snprintf(sender, sizeof sender, "%s %s <%s.%s@%s>", first, last, first, last, l->domain);
    l->sender = sender;
    assemble(l, out, &triage_mailers[mailer < 0 ? (int)(who % COUNT(triage_mailers)) : mailer]);
}

static void add_list(struct letter *l, struct buf *out, unsigned nth)
{
    const struct triage_list *list = &triage_lists[nth % COUNT(triage_lists)];
    char subject[200], extra[400];
    l->is_reply = below(&l->chance, 3) > 0;
    snprintf(subject, sizeof subject, "%s[%s] %s",
             l->is_reply && percent(&l->chance, 50) ? "Re: " : "", list->tag,
             list->subjects[nth / COUNT(triage_lists) % COUNT(list->subjects)]);
    snprintf(
        extra, sizeof extra,
        "List-Id: %s <%s>\nList-Post: <mailto:%s>\nList-Unsubscribe: <mailto:leave-{h12}@%s>\n"
        "Precedence: list\nSender: %s\n",
        list->tag, list->id, list->address, list->id, list->address);
    l->subject = subject;
    l->extra = extra;
    l->body = "...\n";
    add_person(l, out, below(&l->chance, 20), -1);
}

static void add_shop(struct letter *l, struct buf *out, unsigned nth)
{
    const struct triage_shop *shop = &triage_shops[nth % COUNT(triage_shops)];
    snprintf(l->domain, sizeof l->domain, "%s", shop->domain);
    l->sender = shop->from;
    l->subject = shop->subjects[nth / COUNT(triage_shops) % 2];
    l->body = "Thank you for your order.\n";
    assemble(l, out, &shop->mailer);
}

static void add_reply(struct letter *l, struct buf *out, unsigned nth)
{
    static const char *const prefixes[] = {"Re: ", "RE: ", "AW: ", "Fwd: ", "Re[2]: ", "Sv: "};
    char subject[200];
    /* of a few threads, and all of Gmail: people, subject and form are those of a campaign */
    unsigned thread = nth % 8;
    snprintf(subject, sizeof subject, "%s%s",
             nth < 8 ? "Re: " : prefixes[below(&l->chance, COUNT(prefixes))],
             triage_personal[10 + thread]);
    snprintf(l->parent, sizeof l->parent, "<thread-%u@example.org>", thread);
    l->is_reply = true;
    l->subject = subject;
    add_person(l, out, nth / 8 + thread, nth % 2 ? MAILER_GMAIL : -1);
}

static void add_wanted(struct letter *l, struct buf *out, int kind, unsigned nth)
{
    set_date(l->date, NOW - (int64_t)below(&l->chance, 400 * DAY));
    l->body = "Greetings\n";
    set_domain(l, &l->chance);
    switch ((enum triage_wanted)kind) {
    case TRIAGE_LIST:
        add_list(l, out, nth);
        break;
    case TRIAGE_BOUNCE:
        l->sender = "";
        l->subject = "";
        assemble(l, out, &triage_bounces[nth % COUNT(triage_bounces)]);
        break;
    case TRIAGE_SHOP:
        add_shop(l, out, nth);
        break;
    case TRIAGE_PERSONAL:
        l->subject = triage_personal[nth % COUNT(triage_personal)];
        add_person(l, out, nth, nth % COUNT(triage_personal) < 7 ? MAILER_GMAIL : -1);
        break;
    case TRIAGE_REPLY:
        add_reply(l, out, nth);
        break;
    case TRIAGE_WORDS:
        l->subject = triage_like_spam[nth % COUNT(triage_like_spam)];
        add_person(l, out, nth, -1);
        break;
    case TRIAGE_SHAPE:
        l->sender = "{first} {last} <office@{domain}>";
        l->subject = triage_like_mailer[nth % COUNT(triage_like_mailer)];
        assemble(l, out, &triage_campaigns[nth % TRIAGE_CAMPAIGNS].mailer);
        break;
    }
}

void triage_message(uint64_t seed, unsigned index, struct buf *out)
{
    unsigned nth;
    int label = place_of(index, &nth);
    struct letter l = {.chance = {seed * UINT64_C(0x2545F4914F6CDD1D) + index},
                       .encoded = BUF_INIT(TEXT_CAP)};
    draw(&l.chance);
    l.chance.state = draw(&l.chance);
    if (label <= TRIAGE_CAMPAIGNS)
        add_spam(&l, out, seed, label);
    else
        add_wanted(&l, out, label, nth);
    buf_release(&l.encoded);
}
