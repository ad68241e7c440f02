/* THE GROUP VIEW's model: messages put together by what they have in common, a row each, with
 * what it takes to decide about all of them at once. */
#ifndef MAILDROP_GROUP_H
#define MAILDROP_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "maildrop/campaign.h"
#include "maildrop/maildrop.h"
#include "maildrop/marks.h"

enum group_kind {
    GROUP_SENDER, /* the first address of From */
    GROUP_DOMAIN, /* its domain */
    GROUP_LIST,   /* List-Id */
    GROUP_STEM,   /* the subject's stem */
    GROUP_CAMPAIGN,
    GROUP_SIZE, /* a power of four */
    GROUP_AGE,  /* today, this week (from Monday), this month, this year, each year before */
    GROUP_KIND_COUNT
};
enum group_sort {
    GROUP_BY_COUNT,
    GROUP_BY_OCTETS,
    GROUP_BY_NEWEST,
    GROUP_BY_NAME,
    GROUP_SORTS
};

/* Rows of what cannot be told apart; they come last, however the others are sorted. */
enum group_rest {
    GROUP_REST_NONE,  /* a row like any other */
    GROUP_REST_EMPTY, /* "(no sender)", "(no list)", "(no date)", ...; no campaign */
    GROUP_REST_UNREAD /* "(not loaded)": no headers yet */
};

struct group_row {
    const char *label;       /* clean text, or a word for the class, translated */
    const uint32_t *members; /* message indexes, in the order in which they were given */
    size_t count;
    uint64_t octets;
    int64_t oldest, newest; /* by Date; SUMMARY_NO_DATE where none has one */
    size_t marked, kept;    /* MARK_DELETE, MARK_KEEP */
    enum group_rest rest;
    size_t campaign; /* in the campaigns given; SIZE_MAX for a row of another kind */
};

/* "sender", "domain", "list", "subject", "campaign", "size", "age". */
const char *group_kind_name(enum group_kind kind);
/* "count", "size", "date", "name". */
const char *group_sort_name(enum group_sort sort);

struct groups;

/* The COUNT messages of INDEXES (what is shown, each at most once).  CAMPAIGNS is needed for
 * GROUP_CAMPAIGN, and must outlive the result then; NOW in seconds since 1970, for GROUP_AGE.
 * Sorted by GROUP_BY_COUNT, the largest first; classes of size and age by their order. */
struct groups *groups_new(enum group_kind kind, const struct maildrop *m, const struct marks *k,
                          const uint32_t *indexes, size_t count,
                          const struct campaigns *campaigns, int64_t now);
void groups_free(struct groups *g);

enum group_kind groups_kind(const struct groups *g);
size_t groups_count(const struct groups *g);
/* Valid until groups_sort(). */
const struct group_row *groups_at(const struct groups *g, size_t row);
/* The row in which a message is; SIZE_MAX where it was not given. */
size_t groups_row_of(const struct groups *g, size_t index);

/* Most, largest, newest first, names from a to z; the other way round where REVERSED. */
void groups_sort(struct groups *g, enum group_sort sort, bool reversed);
/* Brings `marked` and `kept` up to date. */
void groups_recount(struct groups *g, const struct marks *k);

/* The cause of a mark that comes from the row, appended: "sender ann@example.org", "campaign
 * "cheap watches #"". */
void group_cause(struct buf *out, enum group_kind kind, const char *label);

/* ---- "all like this one" ----------------------------------------------------------------- */

/* By kind: what message INDEX and those like it are; count 0 where it is of no group (no
 * List-Id, no campaign, no headers yet).  For GROUP_SENDER to GROUP_CAMPAIGN. */
#define GROUP_LIKES (GROUP_CAMPAIGN + 1)
struct group_like {
    char *label;
    uint32_t *members; /* among those given, in their order */
    size_t count;
};
/* CAMPAIGNS may be NULL: then there are none.  INDEX need not be among INDEXES. */
void group_like(struct group_like likes[GROUP_LIKES], const struct maildrop *m, size_t index,
                const uint32_t *indexes, size_t count, const struct campaigns *campaigns);
void group_like_release(struct group_like likes[GROUP_LIKES]);

#endif
