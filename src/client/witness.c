#include "config.h"

#include "client/witness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "mail/date.h"

struct left_open {
    char *uidl; /* clean, as the journal has it */
    uint64_t size;
};

struct witness {
    struct journal *journal;
    const struct account *account;
    struct commit *commit;
    const struct online *online;
    const struct maildrop *maildrop;
    const struct marks *marks;
    char *key;
    struct left_open *open; /* of an earlier run */
    size_t open_count;
    int64_t open_at;
    bool looked;
};

/* ---- a commit ---------------------------------------------------------------------------- */

static const char *state_word(enum commit_item_state state)
{
    static const char *const words[] = {
        [ITEM_STAGED] = "kept",       [ITEM_LEFT_OUT] = "left-out",
        [ITEM_UNCOPIED] = "uncopied", [ITEM_SENT] = "sent",
        [ITEM_REFUSED] = "refused",   [ITEM_ACCEPTED] = "accepted",
        [ITEM_GONE] = "gone",         [ITEM_STILL_THERE] = "still-there",
    };
    return words[state];
}

/* Those of the items that are still meant, or ALL.  The caller frees the array. */
static struct journal_message *write_items(const struct witness *w, bool all, size_t *count)
{
    size_t items_count;
    const struct commit_item *items = commit_items(w->commit, &items_count);
    struct journal_message *list = xcalloc(items_count + 1, sizeof *list);
    *count = 0;
    for (size_t i = 0; i < items_count; i++) {
        const struct message *m = maildrop_at(w->maildrop, items[i].index);
        if (!all && items[i].state != ITEM_STAGED)
            continue;
        list[(*count)++] = (struct journal_message){
            .uidl = m->uidl,
            .message_id = m->summary ? m->summary->message_id : "",
            .from = summary_first_address(m->summary),
            .subject = m->summary ? m->summary->subject : "",
            .cause = marks_why(w->marks, items[i].index),
            .size = m->size,
            .state = state_word(items[i].state),
        };
    }
    return list;
}

static bool begin(void *witness, struct err *e)
{
    struct witness *w = witness;
    size_t count;
    struct journal_message *list = write_items(w, false, &count);
    bool written =
        journal_intent(w->journal, w->key, online_fingerprint(w->online), list, count, e);
    free(list);
    return written;
}

static void end(void *witness)
{
    static const char *const outcomes[] = {
        [OUTCOME_NOTHING] = "nothing",
        [OUTCOME_DELETED] = "deleted",
        [OUTCOME_PARTLY] = "partly",
        [OUTCOME_UNKNOWN] = "unknown",
    };
    struct witness *w = witness;
    const struct commit_report *r = commit_report(w->commit);
    struct err e = {0}; /* the report says what came of it, with or without a journal */
    size_t count;
    struct journal_message *list = write_items(w, true, &count);
    journal_result(w->journal, w->key, outcomes[r->outcome], r->verified, r->text, list, count,
                   &e);
    free(list);
}

/* ---- what an earlier run left open ------------------------------------------------------- */

static void take_open(void *witness, const char *uidl, uint64_t size)
{
    struct witness *w = witness;
    if ((w->open_count & (w->open_count + 1)) == 0) /* full at 0, 1, 3, 7, ... */
        w->open = xreallocarray(w->open, 2 * w->open_count + 1, sizeof *w->open);
    w->open[w->open_count++] = (struct left_open){xstrdup(uidl), size};
}

struct witness *witness_new(struct journal *j, const struct account *account, struct commit *c,
                            const struct online *o, const struct maildrop *m,
                            const struct marks *marks)
{
    struct witness *w = xcalloc(1, sizeof *w);
    *w = (struct witness){j, account, c, o, m, marks, NULL, NULL, 0, 0, false};
    struct buf key = BUF_INIT(2048);
    account_key(account, &key);
    w->key = buf_detach(&key);
    commit_witness(c, begin, end, w);
    return w;
}

void witness_free(struct witness *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->open_count; i++)
        free(w->open[i].uidl);
    free(w->open);
    free(w->key);
    free(w);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The UIDLs of the newest listing, clean, sorted.  *ALL: every message has one. */
static char **list_uidls(const struct maildrop *m, size_t *count, bool *all)
{
    char **names = xcalloc(maildrop_size(m) + 1, sizeof *names);
    *count = 0;
    *all = true;
    for (size_t i = 0; i < maildrop_size(m); i++) {
        const struct message *message = maildrop_at(m, i);
        if (!message->number)
            continue;
        *all = *all && *message->uidl;
        names[(*count)++] = text_clean_line(message->uidl, strlen(message->uidl));
    }
    qsort(names, *count, sizeof *names, by_name);
    return names;
}

static size_t count_gone(const struct witness *w, struct journal_message *list, bool *proved)
{
    size_t count, gone = 0;
    char **names = list_uidls(w->maildrop, &count, proved);
    for (size_t i = 0; i < w->open_count; i++) {
        char *uidl = w->open[i].uidl;
        bool is_there = bsearch(&uidl, names, count, sizeof *names, by_name) != NULL;
        *proved = *proved && *uidl;
        gone += !is_there;
        list[i] =
            (struct journal_message){.uidl = uidl, .state = is_there ? "still-there" : "gone"};
    }
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
    return gone;
}

bool witness_listed(struct witness *w, char *text, size_t size)
{
    if (w->looked)
        return false;
    w->looked = true;
    if (!journal_unfinished(w->journal, w->key, &w->open_at, take_open, w) || !w->open_count)
        return false;
    char date[16];
    bool proved;
    struct err e = {0};
    struct journal_message *list = xcalloc(w->open_count, sizeof *list);
    size_t gone = count_gone(w, list, &proved);
    date_format_short(date, w->open_at, (int64_t)time(NULL));
    if (proved)
        snprintf(
            text, size,
            _("A deletion of %zu messages (%s) was cut off: %zu are gone, %zu still there."),
            w->open_count, date, gone, w->open_count - gone);
    else
        snprintf(text, size,
                 _("A deletion of %zu messages (%s) was cut off; this server cannot show what "
                   "became of it."),
                 w->open_count, date);
    journal_result(w->journal, w->key,
                   !proved                 ? "unknown"
                   : gone == w->open_count ? "deleted"
                   : gone                  ? "partly"
                                           : "nothing",
                   proved, text, list, w->open_count, &e);
    free(list);
    return true;
}
