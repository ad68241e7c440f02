#include "config.h"

#include "maildrop/group.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "maildrop/group_key.h"
#include "maildrop/intern.h"

#define NO_ROW UINT32_MAX

struct groups {
    enum group_kind kind;
    struct group_row *rows;
    unsigned *ranks; /* of the rows' classes */
    size_t count, alloc;
    uint32_t *members; /* of all rows */
    struct intern *texts;
    uint32_t *row_of; /* by message index */
    size_t indexes;
};

static const char *const kind_names[] = {
    [GROUP_SENDER] = "sender", [GROUP_DOMAIN] = "domain",     [GROUP_LIST] = "list",
    [GROUP_STEM] = "subject",  [GROUP_CAMPAIGN] = "campaign", [GROUP_SIZE] = "size",
    [GROUP_AGE] = "age",
};
_Static_assert(sizeof kind_names / sizeof *kind_names == GROUP_KIND_COUNT,
               "a name for each kind");
static const char *const sort_names[] = {
    [GROUP_BY_COUNT] = "count",
    [GROUP_BY_OCTETS] = "size",
    [GROUP_BY_NEWEST] = "date",
    [GROUP_BY_NAME] = "name",
};
_Static_assert(sizeof sort_names / sizeof *sort_names == GROUP_SORTS, "a name for each order");

const char *group_kind_name(enum group_kind kind)
{
    return kind_names[kind];
}

const char *group_sort_name(enum group_sort sort)
{
    return sort_names[sort];
}

static const char *rest_label(enum group_kind kind, enum group_rest rest)
{
    static const char *const empty[] = {
        [GROUP_SENDER] = N_("(no sender)"),     [GROUP_DOMAIN] = N_("(no domain)"),
        [GROUP_LIST] = N_("(no list)"),         [GROUP_STEM] = N_("(no subject)"),
        [GROUP_CAMPAIGN] = N_("(no campaign)"), [GROUP_SIZE] = "",
        [GROUP_AGE] = N_("(no date)"),
    };
    if (rest == GROUP_REST_NONE)
        return "";
    return rest == GROUP_REST_UNREAD ? _("(not loaded)") : _(empty[kind]);
}

/* ---- filling ----------------------------------------------------------------------------- */

static uint32_t add_row(struct groups *g, enum group_rest rest, unsigned rank)
{
    if (g->count == g->alloc) {
        g->alloc = g->alloc ? g->alloc * 2 : 64;
        g->rows = xreallocarray(g->rows, g->alloc, sizeof *g->rows);
        g->ranks = xreallocarray(g->ranks, g->alloc, sizeof *g->ranks);
    }
    g->ranks[g->count] = rank;
    g->rows[g->count] = (struct group_row){.label = rest_label(g->kind, rest),
                                           .oldest = SUMMARY_NO_DATE,
                                           .newest = SUMMARY_NO_DATE,
                                           .rest = rest,
                                           .campaign = SIZE_MAX};
    return (uint32_t)g->count++;
}

/* From what a message is to the number of its row. */
struct filler {
    struct groups *groups;
    const struct campaigns *campaigns;
    struct group_days days;
    struct buf text;
    uint32_t rests[GROUP_REST_UNREAD + 1];
    uint32_t *by_campaign;
    uint32_t *by_text; /* 1 + a row, by number of the text */
    size_t texts;
};

static uint32_t row_of_text(struct filler *f, unsigned rank)
{
    uint32_t text = intern_put(f->groups->texts, f->text.data, f->text.len);
    if (text >= f->texts) {
        size_t texts = f->texts ? f->texts * 2 : 256;
        f->by_text = xreallocarray(f->by_text, texts, sizeof *f->by_text);
        memset(f->by_text + f->texts, 0, (texts - f->texts) * sizeof *f->by_text);
        f->texts = texts;
    }
    if (!f->by_text[text])
        f->by_text[text] = add_row(f->groups, GROUP_REST_NONE, rank) + 1;
    return f->by_text[text] - 1;
}

static uint32_t row_of_campaign(struct filler *f, size_t campaign)
{
    uint32_t *row = &f->by_campaign[campaign];
    if (!*row) {
        *row = add_row(f->groups, GROUP_REST_NONE, 0) + 1;
        f->groups->rows[*row - 1].campaign = campaign;
        f->groups->rows[*row - 1].label = campaigns_at(f->campaigns, campaign)->label;
    }
    return *row - 1;
}

static uint32_t row_for(struct filler *f, const struct message *message, size_t index)
{
    enum group_kind kind = f->groups->kind;
    struct group_key key = {GROUP_REST_NONE, 0};
    if (kind == GROUP_CAMPAIGN) {
        size_t campaign = f->campaigns ? campaigns_of(f->campaigns, index) : SIZE_MAX;
        if (campaign != SIZE_MAX)
            return row_of_campaign(f, campaign);
        key.rest = message->summary ? GROUP_REST_EMPTY : GROUP_REST_UNREAD;
    } else {
        key = group_key_of(&f->text, kind, message, &f->days);
    }
    if (key.rest == GROUP_REST_NONE)
        return row_of_text(f, key.rank);
    if (f->rests[key.rest] == NO_ROW)
        f->rests[key.rest] = add_row(f->groups, key.rest, 0);
    return f->rests[key.rest];
}

static void add_up(struct group_row *row, const struct message *message)
{
    int64_t date = message->summary ? message->summary->date : SUMMARY_NO_DATE;
    row->count++;
    row->octets += message->size;
    if (date == SUMMARY_NO_DATE)
        return;
    if (row->oldest == SUMMARY_NO_DATE || date < row->oldest)
        row->oldest = date;
    if (row->newest == SUMMARY_NO_DATE || date > row->newest)
        row->newest = date;
}

/* The texts are all there now, and move no more. */
static void label_rows(struct filler *f)
{
    struct groups *g = f->groups;
    for (uint32_t i = 0; i < intern_count(g->texts); i++) {
        if (f->by_text[i])
            g->rows[f->by_text[i] - 1].label = intern_at(g->texts, i, NULL);
    }
}

/* Each row's members behind those of the row before. */
static void distribute(struct groups *g, const uint32_t *indexes, size_t count)
{
    uint32_t **ends = xcalloc(g->count ? g->count : 1, sizeof *ends);
    uint32_t *next = g->members = xcalloc(count ? count : 1, sizeof *g->members);
    for (size_t i = 0; i < g->count; i++) {
        g->rows[i].members = ends[i] = next;
        next += g->rows[i].count;
    }
    for (size_t i = 0; i < count; i++)
        *ends[g->row_of[indexes[i]]]++ = indexes[i];
    free(ends);
}

struct groups *groups_new(enum group_kind kind, const struct maildrop *m, const struct marks *k,
                          const uint32_t *indexes, size_t count,
                          const struct campaigns *campaigns, int64_t now)
{
    struct groups *g = xcalloc(1, sizeof *g);
    struct filler f = {.groups = g, .campaigns = campaigns, .text = BUF_INIT(LIMIT_TEXT)};
    uint8_t key[HASH_KEY_SIZE];
    intern_key(m, key);
    g->kind = kind;
    g->texts = intern_new(key);
    g->indexes = maildrop_size(m);
    g->row_of = xcalloc(g->indexes ? g->indexes : 1, sizeof *g->row_of);
    memset(g->row_of, 0xff, g->indexes * sizeof *g->row_of);
    memset(f.rests, 0xff, sizeof f.rests);
    f.by_campaign = xcalloc(campaigns ? campaigns_count(campaigns) + 1 : 1, sizeof(uint32_t));
    group_days_of(&f.days, now);
    for (size_t i = 0; i < count; i++) {
        const struct message *message = maildrop_at(m, indexes[i]);
        uint32_t row = row_for(&f, message, indexes[i]);
        g->row_of[indexes[i]] = row;
        add_up(&g->rows[row], message);
    }
    label_rows(&f);
    distribute(g, indexes, count);
    groups_recount(g, k);
    groups_sort(g, kind == GROUP_SIZE || kind == GROUP_AGE ? GROUP_BY_NAME : GROUP_BY_COUNT,
                false);
    buf_release(&f.text);
    free(f.by_campaign);
    free(f.by_text);
    return g;
}

void groups_free(struct groups *g)
{
    if (!g)
        return;
    intern_free(g->texts);
    free(g->rows);
    free(g->ranks);
    free(g->members);
    free(g->row_of);
    free(g);
}

enum group_kind groups_kind(const struct groups *g)
{
    return g->kind;
}

size_t groups_count(const struct groups *g)
{
    return g->count;
}

const struct group_row *groups_at(const struct groups *g, size_t row)
{
    return &g->rows[row];
}

size_t groups_row_of(const struct groups *g, size_t index)
{
    return index < g->indexes && g->row_of[index] != NO_ROW ? g->row_of[index] : SIZE_MAX;
}

void groups_recount(struct groups *g, const struct marks *k)
{
    for (size_t i = 0; i < g->count; i++) {
        struct group_row *row = &g->rows[i];
        row->marked = row->kept = 0;
        for (size_t n = 0; n < row->count; n++) {
            enum mark mark = marks_get(k, row->members[n]);
            row->marked += mark == MARK_DELETE;
            row->kept += mark == MARK_KEEP;
        }
    }
}

/* ---- sorting ----------------------------------------------------------------------------- */

struct place {
    uint64_t value; /* larger comes first */
    struct group_row row;
    unsigned rank;
    bool by_name, reversed;
};

static int by_label(const struct place *a, const struct place *b)
{
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    int order = strcmp(a->row.label, b->row.label);
    if (order)
        return order;
    return a->row.members[0] < b->row.members[0] ? -1 : 1; /* campaigns of one name */
}

static int compare(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    int order = 0;
    if (a->row.rest != b->row.rest)
        return a->row.rest < b->row.rest ? -1 : 1;
    if (a->by_name)
        order = by_label(a, b);
    else if (a->value != b->value)
        order = a->value > b->value ? -1 : 1;
    if (order)
        return a->reversed ? -order : order;
    return a == b ? 0 : by_label(a, b);
}

static uint64_t value_of(const struct group_row *row, enum group_sort sort)
{
    switch (sort) {
    case GROUP_BY_COUNT:
        return row->count;
    case GROUP_BY_OCTETS:
        return row->octets;
    case GROUP_BY_NEWEST:
        return (uint64_t)row->newest ^ (UINT64_C(1) << 63); /* in the order of int64_t */
    case GROUP_BY_NAME:
    case GROUP_SORTS:
        break;
    }
    return 0;
}

void groups_sort(struct groups *g, enum group_sort sort, bool reversed)
{
    struct place *places = xcalloc(g->count ? g->count : 1, sizeof *places);
    for (size_t i = 0; i < g->count; i++)
        places[i] = (struct place){value_of(&g->rows[i], sort), g->rows[i], g->ranks[i],
                                   sort == GROUP_BY_NAME, reversed};
    qsort(places, g->count, sizeof *places, compare);
    for (size_t i = 0; i < g->count; i++) {
        g->rows[i] = places[i].row;
        g->ranks[i] = places[i].rank;
        for (size_t k = 0; k < g->rows[i].count; k++)
            g->row_of[g->rows[i].members[k]] = (uint32_t)i;
    }
    free(places);
}

void group_cause(struct buf *out, enum group_kind kind, const char *label)
{
    bool quoted = kind == GROUP_STEM || kind == GROUP_CAMPAIGN;
    buf_printf(out, quoted ? "%s \"%s\"" : "%s %s", kind_names[kind], label);
}

/* ---- all like this one ------------------------------------------------------------------- */

static void add_member(struct group_like *like, size_t *alloc, uint32_t index)
{
    if (like->count == *alloc) {
        *alloc = *alloc ? *alloc * 2 : 16;
        like->members = xreallocarray(like->members, *alloc, sizeof *like->members);
    }
    like->members[like->count++] = index;
}

static void like_by_text(struct group_like *like, enum group_kind kind,
                         const struct maildrop *m, size_t index, const uint32_t *indexes,
                         size_t count)
{
    struct buf own = BUF_INIT(LIMIT_TEXT), other = BUF_INIT(LIMIT_TEXT);
    size_t alloc = 0;
    struct group_key key = group_key_of(&own, kind, maildrop_at(m, index), NULL);
    if (key.rest == GROUP_REST_NONE)
        like->label = xmemdup0(own.data, own.len);
    for (size_t i = 0; i < count && key.rest == GROUP_REST_NONE; i++) {
        group_key_of(&other, kind, maildrop_at(m, indexes[i]), NULL);
        if (own.len == other.len && !memcmp(own.data, other.data, own.len))
            add_member(like, &alloc, indexes[i]);
    }
    buf_release(&own);
    buf_release(&other);
}

static void like_by_campaign(struct group_like *like, size_t index, const uint32_t *indexes,
                             size_t count, const struct campaigns *campaigns)
{
    size_t own = campaigns ? campaigns_of(campaigns, index) : SIZE_MAX, alloc = 0;
    if (own == SIZE_MAX)
        return;
    like->label = xstrdup(campaigns_at(campaigns, own)->label);
    for (size_t i = 0; i < count; i++) {
        if (campaigns_of(campaigns, indexes[i]) == own)
            add_member(like, &alloc, indexes[i]);
    }
}

void group_like(struct group_like likes[GROUP_LIKES], const struct maildrop *m, size_t index,
                const uint32_t *indexes, size_t count, const struct campaigns *campaigns)
{
    memset(likes, 0, GROUP_LIKES * sizeof *likes);
    for (unsigned kind = 0; kind < GROUP_CAMPAIGN; kind++)
        like_by_text(&likes[kind], (enum group_kind)kind, m, index, indexes, count);
    like_by_campaign(&likes[GROUP_CAMPAIGN], index, indexes, count, campaigns);
}

void group_like_release(struct group_like likes[GROUP_LIKES])
{
    for (size_t i = 0; i < GROUP_LIKES; i++) {
        free(likes[i].label);
        free(likes[i].members);
    }
    memset(likes, 0, GROUP_LIKES * sizeof *likes);
}
