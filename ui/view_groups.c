#include "config.h"

#include "ui/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "mail/date.h"
#include "ui/grouping.h"
#include "ui/marking.h"
#include "ui/screen.h"

/* What is listed in groups, a row each: how many, how large, from when to when. */

#define COUNT_COLS 6
#define SIZE_COLS 5
#define BAR_COLS 12
#define DATES_COLS 14
#define EXPLANATION_ROWS 2
#define WIDE_ENOUGH_FOR_SIZE 30
#define WIDE_ENOUGH_FOR_BAR 60
#define WIDE_ENOUGH_FOR_DATES 76

static const char *const kind_names[GROUP_KIND_COUNT] = {
    [GROUP_SENDER] = N_("Sender"), [GROUP_DOMAIN] = N_("Domain"),     [GROUP_LIST] = N_("List"),
    [GROUP_STEM] = N_("Subject"),  [GROUP_CAMPAIGN] = N_("Campaign"), [GROUP_SIZE] = N_("Size"),
    [GROUP_AGE] = N_("Age"),
};

/* ---- drawing ----------------------------------------------------------------------------- */

/* "10-05" of this year, else "2025-10". */
static void short_day(char text[16], int64_t date)
{
    char whole[16] = "";
    date_format_short(whole, date, (int64_t)time(NULL));
    bool is_other_year = whole[0] && whole[4] == '-';
    snprintf(text, 16, "%.*s", is_other_year ? 7 : 5, whole);
}

static void append_dates(struct buf *line, const struct group_row *row)
{
    char from[16] = "", to[16] = "", both[40] = "";
    if (row->newest != SUMMARY_NO_DATE) {
        short_day(from, row->oldest);
        short_day(to, row->newest);
        snprintf(both, sizeof both, strcmp(from, to) != 0 ? "%s..%s" : "%s", from, to);
    }
    text_pad(line, both, DATES_COLS, "");
    buf_append_str(line, "  ");
}

/* The largest of all in what they are sorted by; the rest has no bar. */
static uint64_t measure(const struct group_row *row, enum group_sort sort)
{
    return sort == GROUP_BY_OCTETS ? row->octets : row->count;
}

static uint64_t largest(const struct grouping *g)
{
    uint64_t most = 1;
    for (size_t i = 0; i < groups_count(g->groups); i++) {
        const struct group_row *row = groups_at(g->groups, i);
        if (!row->rest && measure(row, g->sort) > most)
            most = measure(row, g->sort);
    }
    return most;
}

static char state_of(const struct group_row *row)
{
    if (row->marked && row->marked + row->kept == row->count)
        return 'D';
    if (row->kept == row->count)
        return 'K';
    return row->marked || row->kept ? '+' : ' ';
}

static void draw_group(const struct grouping *g, int row, int cols, size_t at, uint64_t most)
{
    const struct group_row *group = groups_at(g->groups, at);
    struct buf line = BUF_INIT(8192);
    bool is_cursor = at == g->row;
    char size[8], state = state_of(group);
    text_size(size, group->octets);
    buf_printf(&line, "%c%c %*zu  ", is_cursor ? '>' : ' ', state, COUNT_COLS, group->count);
    if (cols >= WIDE_ENOUGH_FOR_SIZE)
        buf_printf(&line, "%*s  ", SIZE_COLS, size);
    if (cols >= WIDE_ENOUGH_FOR_BAR) {
        uint64_t part = group->rest ? 0 : measure(group, g->sort);
        view_bar(&line, (size_t)part, (size_t)most, BAR_COLS);
        buf_append_str(&line, "  ");
    }
    if (cols >= WIDE_ENOUGH_FOR_DATES)
        append_dates(&line, group);
    buf_append_str(&line, group->label);
    enum theme_role role = state == 'D'   ? ROLE_LIST_MARKED
                           : state == 'K' ? ROLE_LIST_KEPT
                           : group->rest  ? ROLE_LIST_LOADING
                                          : ROLE_LIST_ROW;
    draw_text_over(row, 0, cols, role, is_cursor ? ROLE_LIST_CURSOR : -1, line.data);
    buf_release(&line);
}

static void draw_heads(const struct grouping *g, int row, int cols)
{
    struct buf line = BUF_INIT(1024);
    buf_printf(&line, "   %*s  ", COUNT_COLS, "#");
    if (cols >= WIDE_ENOUGH_FOR_SIZE)
        buf_printf(&line, "%*s  ", SIZE_COLS, _("Size"));
    if (cols >= WIDE_ENOUGH_FOR_BAR)
        buf_printf(&line, "%*s  ", BAR_COLS, "");
    if (cols >= WIDE_ENOUGH_FOR_DATES) {
        text_pad(&line, _("Dates"), DATES_COLS, "");
        buf_append_str(&line, "  ");
    }
    buf_append_str(&line, _(kind_names[g->kind]));
    draw_text(row, 0, cols, ROLE_LIST_HEADER, line.data);
    buf_release(&line);
}

/* What else is to be known of the row: what was decided, and why a campaign's messages are one.
 */
static void draw_explanation(const struct app *app, int row, int cols)
{
    const struct grouping *g = &app->grouping;
    const struct group_row *group = grouping_current(g);
    struct buf text = BUF_INIT(1024), why = BUF_INIT(1024);
    if (group)
        buf_printf(&text, _n("%zu message", "%zu messages", group->count), group->count);
    if (group && group->marked)
        buf_printf(&text, _(", %zu marked"), group->marked);
    if (group && group->kept)
        buf_printf(&text, _(", %zu kept"), group->kept);
    if (group && g->campaigns && group->campaign != SIZE_MAX) {
        buf_append_char(&text, ':');
        campaign_explain(&why, campaigns_at(g->campaigns, group->campaign));
    }
    draw_text(row, 2, cols - 2, ROLE_VIEW_NOTE, text.data);
    draw_text(row + 1, 2, cols - 2, ROLE_VIEW_NOTE, why.data);
    buf_release(&text);
    buf_release(&why);
}

static void draw(struct app *app, int row, int rows, int cols)
{
    struct grouping *g = &app->grouping;
    grouping_update(app);
    size_t count = groups_count(g->groups);
    draw_heads(g, row, cols);
    g->page = rows > EXPLANATION_ROWS + 1 ? rows - EXPLANATION_ROWS - 1 : 1;
    g->top = view_scroll(g->top, g->row, count, g->page);
    uint64_t most = largest(g);
    for (int i = 0; i < g->page && g->top + (size_t)i < count; i++)
        draw_group(g, row + 1 + i, cols, g->top + (size_t)i, most);
    if (!count)
        draw_text(row + rows / 2, 2, cols - 2, ROLE_VIEW_NOTE, _("Nothing is listed."));
    if (rows > EXPLANATION_ROWS + 1)
        draw_explanation(app, row + rows - EXPLANATION_ROWS, cols);
}

static void status(struct app *app, struct buf *out)
{
    const struct grouping *g = &app->grouping;
    char size[8];
    const struct marks *marks = client_marks(app->client);
    size_t count = g->groups ? groups_count(g->groups) : 0;
    text_size(size, marks_octets(marks));
    buf_printf(out, _n("%zu group", "%zu groups", count), count);
    buf_printf(out, _(" by %s  %zu marked (%s)  sort:%s%s"), group_kind_name(g->kind),
               marks_count(marks), size, group_sort_name(g->sort),
               g->is_reversed ? _(" reversed") : "");
    if (count)
        buf_printf(out, "  %zu/%zu", g->row + 1, count);
}

/* ---- acting ------------------------------------------------------------------------------ */

static void mark_row(struct app *app, enum mark mark, const uint32_t *members, size_t count)
{
    const struct group_row *row = grouping_current(&app->grouping);
    struct buf why = BUF_INIT(512);
    buf_append_str(&why, _("group "));
    group_cause(&why, app->grouping.kind, row->label);
    struct marking r = marking_set(app, members, count, mark, why.data);
    marking_say(app, mark, &r);
    buf_release(&why);
    if (app->grouping.row + 1 < groups_count(app->grouping.groups))
        app->grouping.row++;
}

/* A message counts as newer by its date, or else by its place. */
static bool is_newer(const struct maildrop *m, size_t a, size_t b)
{
    const struct message *x = maildrop_at(m, a), *y = maildrop_at(m, b);
    int64_t of_x = x->summary ? x->summary->date : SUMMARY_NO_DATE;
    int64_t of_y = y->summary ? y->summary->date : SUMMARY_NO_DATE;
    return of_x != of_y ? of_x > of_y : x->place > y->place;
}

static void mark_all_but_newest(struct app *app, const struct group_row *row)
{
    const struct maildrop *m = client_maildrop(app->client);
    uint32_t *others = xcalloc(row->count + 1, sizeof *others);
    uint32_t newest = row->members[0];
    size_t count = 0;
    for (size_t i = 1; i < row->count; i++)
        if (is_newer(m, row->members[i], newest))
            newest = row->members[i];
    for (size_t i = 0; i < row->count; i++)
        if (row->members[i] != newest)
            others[count++] = row->members[i];
    mark_row(app, MARK_DELETE, others, count);
    free(others);
}

static bool act_on_row(struct app *app, enum action action, const struct group_row *row)
{
    if (action == ACTION_READ) {
        grouping_open(app);
        app->row = app->top = 0;
        app->cursor = APP_NO_MESSAGE;
        app_show(app, &view_list);
    } else if (action == ACTION_MARK)
        mark_row(app, MARK_DELETE, row->members, row->count);
    else if (action == ACTION_UNMARK)
        mark_row(app, MARK_NONE, row->members, row->count);
    else if (action == ACTION_TOGGLE)
        mark_row(app, row->marked ? MARK_NONE : MARK_DELETE, row->members, row->count);
    else if (action == ACTION_KEEP)
        mark_row(app, row->kept == row->count ? MARK_NONE : MARK_KEEP, row->members,
                 row->count);
    else if (action == ACTION_MARK_OLDER)
        mark_all_but_newest(app, row);
    else
        return false;
    return true;
}

static bool act(struct app *app, enum action action)
{
    struct grouping *g = &app->grouping;
    grouping_update(app);
    const struct group_row *row = grouping_current(g);
    if (view_move(action, &g->row, groups_count(g->groups), g->page))
        return true;
    if (row && act_on_row(app, action, row))
        return true;
    if (action == ACTION_NEXT_KIND)
        grouping_set_kind(app, (g->kind + 1) % GROUP_KIND_COUNT);
    else if (action == ACTION_SORT)
        grouping_sort_next(app);
    else if (action == ACTION_REVERSE)
        grouping_reverse(app);
    else if (action == ACTION_UNDO)
        list_undo(app);
    else if (action == ACTION_BACK || action == ACTION_QUIT || action == ACTION_GROUPS)
        app_show(app, &view_list);
    else
        return false;
    return true;
}

const struct view view_groups = {IN_GROUPS, draw, status, act};
