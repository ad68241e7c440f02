#include "config.h"

#include "ui/grouping.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "ui/app.h"
#include "ui/loop.h"

/* How often groups are built while headers come: at most; and where that takes long, in one of
 * so many parts of the time. */
#define REBUILD_MS 500
#define REBUILD_SHARE 20

void grouping_forget(struct grouping *g)
{
    groups_free(g->groups);
    campaigns_free(g->campaigns);
    g->groups = NULL;
    g->campaigns = NULL;
}

void grouping_release(struct grouping *g)
{
    grouping_forget(g);
    free(g->opened);
    free(g->opened_label);
    *g = (struct grouping){0};
}

const struct group_row *grouping_current(const struct grouping *g)
{
    return g->groups && g->row < groups_count(g->groups) ? groups_at(g->groups, g->row) : NULL;
}

static void build(struct app *app)
{
    struct grouping *g = &app->grouping;
    const struct maildrop *m = client_maildrop(app->client);
    const struct marks *marks = client_marks(app->client);
    size_t count = order_count(app->order);
    uint32_t *indexes = xcalloc(count + 1, sizeof *indexes);
    for (size_t i = 0; i < count; i++)
        indexes[i] = (uint32_t)order_at(app->order, i);
    int64_t began = loop_now();
    if (g->kind == GROUP_CAMPAIGN)
        g->campaigns =
            campaigns_find(m, marks, indexes, count, client_knows_sender, app->client);
    g->groups =
        groups_new(g->kind, m, marks, indexes, count, g->campaigns, (int64_t)time(NULL));
    if (g->sort != GROUP_BY_COUNT || g->is_reversed)
        groups_sort(g->groups, g->sort, g->is_reversed);
    g->headers = maildrop_headers_done(m);
    g->order_version = app->order_version;
    g->built_at = app->now;
    g->took = loop_now() - began;
    free(indexes);
}

/* The row with LABEL, or else the nearest to where the cursor was. */
static void find_cursor(struct grouping *g, const char *label)
{
    size_t count = groups_count(g->groups);
    for (size_t i = 0; label && i < count; i++) {
        if (!strcmp(groups_at(g->groups, i)->label, label)) {
            g->row = i;
            return;
        }
    }
    if (g->row >= count)
        g->row = count ? count - 1 : 0;
}

static bool is_old(const struct app *app)
{
    const struct grouping *g = &app->grouping;
    int64_t pause = REBUILD_SHARE * g->took;
    bool has_changed = g->order_version != app->order_version ||
                       g->headers != maildrop_headers_done(client_maildrop(app->client));
    return has_changed && (client_is_complete(app->client) ||
                           app->now - g->built_at >= (pause > REBUILD_MS ? pause : REBUILD_MS));
}

void grouping_update(struct app *app)
{
    struct grouping *g = &app->grouping;
    app_build_order(app);
    if (g->groups && !is_old(app)) {
        groups_recount(g->groups, client_marks(app->client));
        return;
    }
    const struct group_row *current = grouping_current(g);
    char *label = current ? xstrdup(current->label) : NULL;
    grouping_forget(g);
    build(app);
    find_cursor(g, label);
    free(label);
}

void grouping_set_kind(struct app *app, enum group_kind kind)
{
    struct grouping *g = &app->grouping;
    grouping_forget(g);
    g->kind = kind;
    g->row = g->top = 0;
    grouping_update(app);
}

static void sort_again(struct app *app)
{
    struct grouping *g = &app->grouping;
    const struct group_row *current = grouping_current(g);
    char *label = current ? xstrdup(current->label) : NULL;
    groups_sort(g->groups, g->sort, g->is_reversed);
    find_cursor(g, label);
    free(label);
}

void grouping_sort_next(struct app *app)
{
    app->grouping.sort = (app->grouping.sort + 1) % GROUP_SORTS;
    sort_again(app);
}

void grouping_reverse(struct app *app)
{
    app->grouping.is_reversed = !app->grouping.is_reversed;
    sort_again(app);
}

void grouping_open(struct app *app)
{
    struct grouping *g = &app->grouping;
    const struct group_row *row = grouping_current(g);
    if (!row)
        return;
    g->opened_size = maildrop_size(client_maildrop(app->client));
    g->opened = xcalloc(g->opened_size + 1, sizeof *g->opened);
    for (size_t i = 0; i < row->count; i++)
        g->opened[row->members[i]] = true;
    g->opened_label = xstrdup(row->label);
    app_relimit(app);
}

bool grouping_close(struct app *app)
{
    struct grouping *g = &app->grouping;
    if (!g->opened)
        return false;
    free(g->opened);
    free(g->opened_label);
    g->opened = NULL;
    g->opened_label = NULL;
    app_relimit(app);
    return true;
}
