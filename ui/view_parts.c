#include "config.h"

#include "ui/view.h"

#include "base/i18n.h"
#include "base/text.h"
#include "ui/reading.h"
#include "ui/screen.h"

/* The parts of the message that is read, a row each.  A part is shown as text or saved; nothing
 * is ever run. */

static const struct mime *parts_of(const struct app *app)
{
    const struct reading *r = &app->reading;
    return r->body && r->index == app->cursor ? r->body->mime : NULL;
}

void parts_open(struct app *app)
{
    app->reading.source = false;
    reading_change(&app->reading);
    app->part_row = 0;
    if (app->reading.part != MIME_NO_PART)
        app->part_row = app->reading.part;
    app_show(app, &view_parts);
}

static void draw(struct app *app, int row, int rows, int cols)
{
    reading_update(app, cols - 2, true);
    const struct mime *m = parts_of(app);
    size_t count = m ? mime_count(m) : 0;
    app->page = rows;
    if (app->part_row >= count)
        app->part_row = count ? count - 1 : 0;
    app->part_top = view_scroll(app->part_top, app->part_row, count, rows);
    for (int i = 0; i < rows && app->part_top + (size_t)i < count; i++) {
        size_t at = app->part_top + (size_t)i;
        unsigned depth = mime_part(m, (uint32_t)at)->depth;
        struct buf line = BUF_INIT(4096);
        bool is_cursor = at == app->part_row;
        buf_printf(&line, "%c %*s", is_cursor ? '>' : ' ', (int)(2 * (depth < 10 ? depth : 10)),
                   "");
        body_part_line(m, (uint32_t)at, &line);
        draw_text_over(row + i, 0, cols, ROLE_LIST_ROW, is_cursor ? ROLE_LIST_CURSOR : -1,
                       line.data);
        buf_release(&line);
    }
    if (!count)
        draw_text(row, 2, cols - 2, ROLE_VIEW_NOTE, _("(loading)"));
}

static void status(struct app *app, struct buf *out)
{
    const struct mime *m = parts_of(app);
    size_t count = m ? mime_count(m) : 0;
    buf_printf(out, _n("%zu part", "%zu parts", count), count);
    if (app->reading.is_cut)
        buf_append_str(out, _(", as far as the message is here"));
}

static bool act(struct app *app, enum action action)
{
    reading_update(app, screen_cols() - 2, true);
    const struct mime *m = parts_of(app);
    size_t row = app->part_row;
    if (view_move(action, &row, m ? mime_count(m) : 0, app->page)) {
        app->part_row = row;
        return true;
    }
    if (action == ACTION_READ && m && mime_count(m)) {
        app->reading.part = (uint32_t)app->part_row;
        reading_change(&app->reading);
        app_show(app, &view_message);
    } else if (action == ACTION_BACK && client_is_fetching(app->client))
        return false;
    else if (action == ACTION_BACK || action == ACTION_QUIT)
        app_show(app, &view_message);
    else
        return false;
    return true;
}

const struct view view_parts = {IN_PARTS, draw, status, act};
