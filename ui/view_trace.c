#include "config.h"

#include "ui/view.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/i18n.h"
#include "base/text.h"
#include "client/trace.h"
#include "ui/screen.h"

/* The dialogue as it happens.  It follows its end until the user scrolls up. */

#define TIME_COLS 10

static size_t line_count(const struct app *app)
{
    const struct trace *t = client_trace(app->client);
    return trace_count(t) - trace_oldest(t);
}

static void draw_line(const struct trace_line *line, int row, int cols)
{
    static const enum theme_role roles[] = {[TRACE_SENT] = ROLE_VIEW_HEADER_NAME,
                                            [TRACE_RECEIVED] = ROLE_VIEW,
                                            [TRACE_NOTE] = ROLE_VIEW_NOTE};
    static const char *const marks[] = {
        [TRACE_SENT] = "C:", [TRACE_RECEIVED] = "S:", [TRACE_NOTE] = "--"};
    bool refused = line->kind == TRACE_RECEIVED && line->len && *line->text == '-';
    enum theme_role role = refused ? ROLE_VIEW_WARNING : roles[line->kind];
    char time[32];
    snprintf(time, sizeof time, "%5lld.%03d", (long long)(line->ms / 1000),
             (int)(line->ms % 1000));
    char *clean = text_clean_line(line->text, line->len);
    draw_text(row, 0, TIME_COLS, ROLE_VIEW_NOTE, time);
    draw_text(row, TIME_COLS, 3, role, marks[line->kind]);
    draw_text(row, TIME_COLS + 3, cols - TIME_COLS - 3, role, clean);
    free(clean);
}

static void draw(struct app *app, int row, int rows, int cols)
{
    const struct trace *t = client_trace(app->client);
    size_t count = line_count(app), last = count > (size_t)rows ? count - (size_t)rows : 0;
    app->trace_page = rows;
    if (app->trace_follows || app->trace_top > last)
        app->trace_top = last;
    for (int i = 0; i < rows && app->trace_top + (size_t)i < count; i++) {
        struct trace_line line = trace_at(t, trace_oldest(t) + app->trace_top + (size_t)i);
        draw_line(&line, row + i, cols);
    }
}

static void status(struct app *app, struct buf *out)
{
    buf_printf(out,
               _("The dialogue, passwords masked: %zu lines.  + before a command: its answer "
                 "has lines"),
               line_count(app));
}

static bool act(struct app *app, enum action action)
{
    size_t count = line_count(app), page = (size_t)app->trace_page;
    size_t positions = count > page ? count - page + 1 : 1;
    if (view_move(action, &app->trace_top, positions, app->trace_page)) {
        app->trace_follows = app->trace_top + 1 >= positions;
        return true;
    }
    if (action == ACTION_CONSOLE)
        app_ask(app, PROMPT_CONSOLE);
    else if (action == ACTION_BACK || action == ACTION_QUIT)
        app_show(app, app->trace_from);
    else
        return false;
    return true;
}

const struct view view_trace = {IN_TRACE, draw, status, act};
