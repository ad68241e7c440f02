#include "config.h"

#include "maildrop/campaign.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "mail/trust.h"
#include "maildrop/campaign_link.h"
#include "maildrop/intern.h"
#include "maildrop/stem.h"

/* A score from which on filters commonly call a message spam. */

/* What is needed of a message. */
struct note {
    uint32_t index;
    uint32_t stem, sender, domain, form; /* interned */
    uint32_t unit, root;                 /* UINT32_MAX: none */
    uint32_t of_sender;                  /* how many of this sender are in its set */
    unsigned signs;                      /* stem_sign */
    const struct shape *shape;
    bool is_scored;
    bool is_known;
    bool is_left_out;
};

struct finder {
    const struct maildrop *maildrop;
    struct intern *texts; /* stems, senders, their domains and forms */
    struct note *notes;
    size_t count;
    struct linker *linker;
};

struct campaigns {
    struct campaign *items;
    size_t count, alloc;
    uint32_t *members; /* of all, one behind the other */
    size_t member_count;
    uint32_t *of; /* by message index: 1 + a campaign, 0: none */
    size_t indexes;
};

/* ---- what may be in a campaign ----------------------------------------------------------- */

/* A mail server's own, whatever it writes into the header. */
static bool is_daemon(const char *addr)
{
    const char *at = strrchr(addr, '@');
    size_t len = at ? (size_t)(at - addr) : strlen(addr);
    return ascii_is(addr, len, "mailer-daemon") || ascii_is(addr, len, "postmaster");
}

static bool is_candidate(const struct message *message, const char *addr)
{
    const struct summary *s = message->summary;
    return !*s->list_id && !is_daemon(addr) &&
           !(s->shape.signs & (SHAPE_IS_LIST | SHAPE_IS_REPORT | SHAPE_HAS_PARENT));
}

static void fill_note(struct finder *f, struct note *n, const struct summary *s,
                      const char *addr)
{
    struct buf text = BUF_INIT(1024);
    n->signs = stem_subject(&text, s->subject, strlen(s->subject));
    n->stem = intern_put(f->texts, text.data, text.len);
    buf_clear(&text);
    stem_domain(&text, addr);
    n->domain = intern_put(f->texts, text.data, text.len);
    buf_clear(&text);
    stem_sender(&text, addr);
    n->form = intern_put(f->texts, text.data, text.len);
    buf_clear(&text);
    for (const char *p = addr; *p; p++)
        buf_append_char(&text, ascii_lower(*p));
    n->sender = intern_put(f->texts, text.data, text.len);
    n->shape = &s->shape;
    n->is_scored = s->score.value >= TRUST_SPAM_SCORE || s->warnings & TRUST_BLACKLISTED;
    n->unit = n->root = UINT32_MAX;
    buf_release(&text);
}

static void take_notes(struct finder *f, const struct marks *k, const uint32_t *indexes,
                       size_t count, bool (*is_known)(void *context, size_t index),
                       void *context)
{
    f->notes = xcalloc(count ? count : 1, sizeof *f->notes);
    for (size_t i = 0; i < count; i++) {
        const struct message *message = maildrop_at(f->maildrop, indexes[i]);
        const char *name, *addr = "";
        if (!message->summary)
            continue;
        if (message->summary->counts[SUMMARY_FROM])
            summary_address(message->summary, SUMMARY_FROM, 0, &name, &addr);
        if (!is_candidate(message, addr))
            continue;
        struct note *n = &f->notes[f->count++];
        n->index = indexes[i];
        fill_note(f, n, message->summary, addr);
        n->is_known = (k && marks_get(k, indexes[i]) == MARK_KEEP) ||
                      (is_known && is_known(context, indexes[i]));
    }
}

/* ---- sets of what belongs together ------------------------------------------------------- */

/* qsort() knows no context; the order is by what the messages are, not by when they came. */
struct keyed {
    const char *stem;
    struct note *note;
};

static int by_shape_and_stem(const void *a, const void *b)
{
    const struct keyed *left = a, *right = b;
    if (left->note->is_known != right->note->is_known)
        return left->note->is_known ? 1 : -1;
    if (left->note->shape->hash != right->note->shape->hash)
        return left->note->shape->hash < right->note->shape->hash ? -1 : 1;
    return left->note->stem == right->note->stem ? 0 : strcmp(left->stem, right->stem);
}

static void link_notes(struct finder *f, const uint8_t key[HASH_KEY_SIZE])
{
    struct keyed *order = xcalloc(f->count ? f->count : 1, sizeof *order);
    const struct note *before = NULL;
    uint32_t units = 0;
    for (size_t i = 0; i < f->count; i++)
        order[i] = (struct keyed){intern_at(f->texts, f->notes[i].stem, NULL), &f->notes[i]};
    qsort(order, f->count, sizeof *order, by_shape_and_stem);
    f->linker = linker_new(f->count, key);
    for (size_t i = 0; i < f->count; before = order[i++].note) {
        struct note *n = order[i].note;
        bool same = before && before->is_known == n->is_known && before->stem == n->stem &&
                    before->shape->hash == n->shape->hash;
        if (same)
            n->unit = before->unit;
        else if (n->is_known)
            n->unit = linker_find(f->linker, n->shape, order[i].stem, strlen(order[i].stem));
        else
            n->unit = units++;
        if (!same && !n->is_known)
            linker_add(f->linker, n->shape, order[i].stem, strlen(order[i].stem));
    }
    for (size_t i = 0; i < f->count; i++) {
        struct note *n = &f->notes[i];
        n->root = n->unit == UINT32_MAX ? UINT32_MAX : linker_root(f->linker, n->unit);
    }
    free(order);
}

static int by_root_and_sender(const void *a, const void *b)
{
    const struct note *left = a, *right = b;
    if (left->root != right->root)
        return left->root < right->root ? -1 : 1;
    if (left->is_known != right->is_known)
        return left->is_known ? 1 : -1;
    if (left->sender != right->sender)
        return left->sender < right->sender ? -1 : 1;
    return left->index < right->index ? -1 : left->index > right->index;
}

static int by_number(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return left < right ? -1 : left > right;
}

/* How many different numbers there are, of which VALUES is a list; it is sorted. */
static size_t count_different(uint32_t *values, size_t count)
{
    size_t different = 0;
    qsort(values, count, sizeof *values, by_number);
    for (size_t i = 0; i < count; i++)
        different += !i || values[i] != values[i - 1];
    return different;
}

/* ---- judging a set ----------------------------------------------------------------------- */

/* A sender who wrote much more of it than the others do is one who writes often: the shop
 * whose invoices look like those of the spam. */
static size_t leave_out_repeated(struct note *set, size_t count, uint32_t *scratch)
{
    size_t senders = 0, left_out = 0;
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i; end < count && set[end].sender == set[i].sender;)
            end++;
        for (size_t k = i; k < end; k++)
            set[k].of_sender = (uint32_t)(end - i);
        scratch[senders++] = (uint32_t)(end - i);
    }
    qsort(scratch, senders, sizeof *scratch, by_number);
    uint32_t most = 3 * scratch[senders / 2];
    for (size_t i = 0; i < count; i++) {
        set[i].is_left_out = set[i].of_sender > most;
        left_out += set[i].is_left_out;
    }
    return left_out;
}

/* A subject that people do not happen to have in common: three words, or long ones. */
static bool is_telling(const char *stem)
{
    size_t words = 0, letters = 0;
    for (const char *p = stem; *p; p++) {
        unsigned char c = (unsigned char)*p;
        letters += c >= 'a' && c <= 'z';
        letters += c >= 0xC0 && c < 0xE0; /* a letter of two bytes; of three and more: a word */
        letters += c >= 0xE0 ? 5 : 0;
        words += *p != ' ' && *p != '#' && (p == stem || p[-1] == ' ');
    }
    return (words >= 3 && letters >= 10) || letters >= 18;
}

struct facts {
    size_t count, senders, domains, forms, stems, shapes;
    size_t disguised, scored, numbered, with_mailer;
    uint32_t label; /* the most frequent stem */
};

static size_t gather(const struct note *set, size_t count, size_t offset, uint32_t *scratch)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (!set[i].is_left_out)
            memcpy(&scratch[n++], (const char *)&set[i] + offset, sizeof *scratch);
    }
    return n;
}

#define COUNT_OF(field) \
    count_different(scratch, gather(set, count, offsetof(struct note, field), scratch))

/* Of the sorted numbers the one that stands there most often; of several, the one whose text
 * comes first. */
static uint32_t most_frequent(const struct intern *texts, const uint32_t *sorted, size_t count)
{
    uint32_t best = 0;
    size_t most = 0;
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i; end < count && sorted[end] == sorted[i];)
            end++;
        if (end - i > most || (end - i == most && strcmp(intern_at(texts, sorted[i], NULL),
                                                         intern_at(texts, best, NULL)) < 0)) {
            best = sorted[i];
            most = end - i;
        }
    }
    return best;
}

static struct facts facts_of(const struct finder *f, const struct note *set, size_t count,
                             uint32_t *scratch)
{
    struct facts x = {.count = 0};
    for (size_t i = 0; i < count; i++) {
        const struct note *n = &set[i];
        if (n->is_left_out)
            continue;
        x.count++;
        x.disguised += (n->signs & STEM_DISGUISED) != 0;
        x.numbered += (n->signs & STEM_NUMBERS) != 0;
        x.scored += n->is_scored;
        x.with_mailer += (n->shape->signs & SHAPE_HAS_MAILER) != 0;
        x.shapes += !linker_same_shape(f->linker, n->unit, set[0].unit);
    }
    x.shapes++;
    x.senders = COUNT_OF(sender);
    x.domains = COUNT_OF(domain);
    x.forms = COUNT_OF(form);
    x.stems = COUNT_OF(stem);
    x.label = most_frequent(f->texts, scratch, x.count);
    return x;
}

/* Wanted mail is not disguised, and a filter is wrong about one message, not about most. */
static bool is_campaign(const struct finder *f, const struct facts *x)
{
    if (x->count < CAMPAIGN_SMALLEST || x->senders < 2)
        return false;
    bool telling = is_telling(intern_at(f->texts, x->label, NULL));
    if (x->disguised * 5 >= x->count || (telling && x->scored * 2 > x->count))
        return true;
    if (x->senders < 3 || x->domains < 2 || x->senders * 10 < x->count * 3)
        return false;
    return telling || (x->count >= 12 && x->with_mailer == x->count);
}

/* ---- the result -------------------------------------------------------------------------- */

static void add_campaign(struct campaigns *c, const struct finder *f, const struct facts *x,
                         const struct note *set, size_t count)
{
    if (c->count == c->alloc) {
        c->alloc = c->alloc ? c->alloc * 2 : 16;
        c->items = xreallocarray(c->items, c->alloc, sizeof *c->items);
    }
    struct campaign *item = &c->items[c->count++];
    uint32_t *members = c->members + c->member_count;
    *item = (struct campaign){.label = xstrdup(intern_at(f->texts, x->label, NULL)),
                              .members = members,
                              .count = x->count,
                              .senders = x->senders,
                              .domains = x->domains};
    item->reasons = (x->shapes == 1 ? CAMPAIGN_SAME_SHAPE : 0u) |
                    (x->stems == 1 ? CAMPAIGN_SAME_STEM : 0u) |
                    (x->numbered * 2 > x->count ? CAMPAIGN_NUMBERS : 0u) |
                    (x->disguised ? CAMPAIGN_DISGUISED : 0u) |
                    (x->forms == 1 ? CAMPAIGN_SENDER_FORM : 0u) |
                    (x->scored * 2 > x->count ? CAMPAIGN_SCORED : 0u);
    c->member_count += gather(set, count, offsetof(struct note, index), members);
    qsort(members, item->count, sizeof *members, by_number);
}

static void judge(struct campaigns *c, const struct finder *f, struct note *set, size_t count,
                  uint32_t *scratch)
{
    size_t members = 0;
    while (members < count && !set[members].is_known)
        members++;
    if (members < CAMPAIGN_SMALLEST)
        return;
    size_t repeated = leave_out_repeated(set, members, scratch);
    struct facts x = facts_of(f, set, members, scratch);
    if (!is_campaign(f, &x))
        return;
    add_campaign(c, f, &x, set, members);
    c->items[c->count - 1].kept = count - members;
    c->items[c->count - 1].repeated = repeated;
}

static int largest_first(const void *a, const void *b)
{
    const struct campaign *left = a, *right = b;
    if (left->count != right->count)
        return left->count > right->count ? -1 : 1;
    return left->members[0] < right->members[0] ? -1 : 1;
}

static void index_members(struct campaigns *c, size_t indexes)
{
    c->indexes = indexes;
    c->of = xcalloc(indexes ? indexes : 1, sizeof *c->of);
    for (size_t i = 0; i < c->count; i++) {
        for (size_t k = 0; k < c->items[i].count; k++)
            c->of[c->items[i].members[k]] = (uint32_t)i + 1;
    }
}

struct campaigns *campaigns_find(const struct maildrop *m, const struct marks *k,
                                 const uint32_t *indexes, size_t count,
                                 bool (*is_known)(void *context, size_t index), void *context)
{
    struct campaigns *c = xcalloc(1, sizeof *c);
    uint8_t key[HASH_KEY_SIZE];
    intern_key(m, key);
    struct finder f = {.maildrop = m, .texts = intern_new(key)};
    take_notes(&f, k, indexes, count, is_known, context);
    link_notes(&f, key);
    qsort(f.notes, f.count, sizeof *f.notes, by_root_and_sender);
    uint32_t *scratch = xcalloc(f.count ? f.count : 1, sizeof *scratch);
    c->members = xcalloc(f.count ? f.count : 1, sizeof *c->members);
    for (size_t i = 0, end; i < f.count && f.notes[i].root != UINT32_MAX; i = end) {
        for (end = i; end < f.count && f.notes[end].root == f.notes[i].root;)
            end++;
        judge(c, &f, &f.notes[i], end - i, scratch);
    }
    if (c->count)
        qsort(c->items, c->count, sizeof *c->items, largest_first);
    index_members(c, maildrop_size(m));
    free(scratch);
    free(f.notes);
    linker_free(f.linker);
    intern_free(f.texts);
    return c;
}

void campaigns_free(struct campaigns *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->count; i++)
        free((char *)c->items[i].label);
    free(c->items);
    free(c->members);
    free(c->of);
    free(c);
}

size_t campaigns_count(const struct campaigns *c)
{
    return c->count;
}

const struct campaign *campaigns_at(const struct campaigns *c, size_t i)
{
    return &c->items[i];
}

size_t campaigns_of(const struct campaigns *c, size_t index)
{
    return index < c->indexes && c->of[index] ? c->of[index] - 1 : SIZE_MAX;
}

/* ---- in words ---------------------------------------------------------------------------- */

static const char *subjects_in_words(unsigned reasons)
{
    if (!(reasons & CAMPAIGN_SAME_STEM))
        return _("subjects alike");
    return reasons & CAMPAIGN_NUMBERS ? _("subjects differ in numbers") : _("same subject");
}

void campaign_explain(struct buf *out, const struct campaign *c)
{
    buf_append_str(out, c->reasons & CAMPAIGN_SAME_SHAPE ? _("same header form")
                                                         : _("nearly the same header form"));
    buf_printf(out, ", %s", subjects_in_words(c->reasons));
    if (c->reasons & CAMPAIGN_DISGUISED)
        buf_printf(out, ", %s", _("letters disguised or hidden"));
    buf_append_str(out, ", ");
    buf_printf(out, _n("%zu sender", "%zu senders", c->senders), c->senders);
    buf_append_char(out, ' ');
    buf_printf(out, _n("in %zu domain", "in %zu domains", c->domains), c->domains);
    if (c->reasons & CAMPAIGN_SENDER_FORM)
        buf_printf(out, ", %s", _("addresses made alike"));
    if (c->reasons & CAMPAIGN_SCORED)
        buf_printf(out, ", %s", _("most of them scored as spam"));
    if (c->kept) {
        buf_append_str(out, "; ");
        buf_printf(out,
                   _n("%zu kept or known one looks alike and is left out",
                      "%zu kept or known ones look alike and are left out", c->kept),
                   c->kept);
    }
    if (c->repeated) {
        buf_append_str(out, "; ");
        buf_printf(out,
                   _n("%zu of a sender who writes often is left out",
                      "%zu of senders who write often are left out", c->repeated),
                   c->repeated);
    }
}
