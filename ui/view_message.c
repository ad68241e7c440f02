#include "config.h"

#include "ui/view.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "ui/reading.h"
#include "ui/screen.h"

/* One message over the whole window: its text, one of its parts, or its source. */

static void draw(struct app *app, int row, int rows, int cols)
{
    struct reading *r = &app->reading;
    app->page = rows;
    reading_update(app, cols - 2, true);
    size_t count = r->pager.count;
    if (r->top + (size_t)rows > count)
        r->top = count > (size_t)rows ? count - (size_t)rows : 0;
    pager_draw(&r->pager, row, 0, rows, cols, r->top);
    if (app->row + 1 < order_count(app->order)) /* most likely the next to be read */
        client_prefetch(app->client, order_at(app->order, app->row + 1), app->now);
}

/* ---- status ------------------------------------------------------------------------------ */

static void append_progress(struct app *app, struct buf *out, uint64_t size)
{
    char have[8], all[8];
    uint64_t octets = client_fetched(app->client);
    text_size(have, octets);
    text_size(all, size);
    buf_printf(out, _("fetching %s of %s "), have, all);
    view_bar(out, (size_t)(octets < size ? octets : size), (size_t)size, 16);
    buf_printf(out, _("  %s stops"), keymap_key_name(app->keymap, ACTION_BACK));
}

/* Of what is shown. */
static void append_place(const struct reading *r, struct buf *out)
{
    if (r->source) {
        buf_append_str(out, _("source"));
        return;
    }
    if (r->body && r->body->part != MIME_NO_PART && mime_count(r->body->mime) > 1) {
        buf_append_str(out, _("part "));
        mime_number(r->body->mime, r->body->part, out);
        buf_printf(out, " %s", mime_part(r->body->mime, r->body->part)->type);
    } else if (r->body && r->body->part != MIME_NO_PART) {
        buf_append_str(out, mime_part(r->body->mime, r->body->part)->type);
    }
    buf_printf(out, "  %s", r->all_headers ? _("all headers") : _("brief headers"));
}

static void append_extent(const struct app *app, struct buf *out)
{
    const struct reading *r = &app->reading;
    size_t page = app->page > 0 ? (size_t)app->page : 1;
    size_t last = r->top + page < r->pager.count ? r->top + page : r->pager.count;
    if (r->pager.count > page)
        buf_printf(out, "  %zu%%", last * 100 / r->pager.count);
}

static void status(struct app *app, struct buf *out)
{
    const struct reading *r = &app->reading;
    if (app->cursor == APP_NO_MESSAGE)
        return;
    const struct message *m = maildrop_at(client_maildrop(app->client), app->cursor);
    enum mark mark = marks_get(client_marks(app->client), app->cursor);
    char size[8];
    text_size(size, m->size);
    buf_printf(out, "%u: %s  ", (unsigned)m->place, size);
    if (mark != MARK_NONE)
        buf_printf(out, "%s  ", mark == MARK_DELETE ? _("marked for deletion") : _("kept"));
    if (r->whole == WHOLE_COMING || r->whole == WHOLE_WAITING) {
        append_progress(app, out, m->size);
        return;
    }
    append_place(r, out);
    append_extent(app, out);
    if (*m->uidl) {
        char *uidl = text_clean_line(m->uidl, strlen(m->uidl));
        buf_printf(out, "  UIDL %s", uidl);
        free(uidl);
    }
}

/* ---- acting ------------------------------------------------------------------------------ */

static void find_next(struct app *app, bool forward)
{
    struct reading *r = &app->reading;
    if (!r->pager.query) {
        app_ask(app, PROMPT_FIND);
        return;
    }
    size_t line = pager_find(&r->pager, r->top, forward);
    if (line == SIZE_MAX)
        app_say(app, false,
                r->is_cut ? _("Not in what is here of this message.")
                          : _("Not in this message."));
    else
        r->top = line;
}

void message_find(struct app *app, const char *text)
{
    struct reading *r = &app->reading;
    pager_search(&r->pager, text);
    if (!r->pager.query)
        return;
    r->top = r->top ? r->top - 1 : r->pager.count - (r->pager.count > 0);
    find_next(app, true);
}

static void go_back(struct app *app)
{
    struct reading *r = &app->reading;
    if (r->part == MIME_NO_PART && !r->source) {
        pager_search(&r->pager, "");
        app_show(app, &view_list);
        return;
    }
    r->part = MIME_NO_PART; /* from a part, or the source, to the message */
    r->source = false;
    reading_change(r);
}

static void fetch_rest(struct app *app)
{
    if (reading_fetch(app))
        app_say(app, false, _("All of this message is here."));
}

/* What shows the message in another way. */
static bool act_on_view(struct app *app, enum action action)
{
    struct reading *r = &app->reading;
    if (action == ACTION_HEADERS)
        r->all_headers = !r->all_headers;
    else if (action == ACTION_SOURCE)
        r->source = !r->source;
    else
        return false;
    reading_change(r);
    return true;
}

static bool act(struct app *app, enum action action)
{
    struct reading *r = &app->reading;
    reading_update(app, screen_cols() - 2, true); /* a key may come before the first frame */
    if (app->prompt != PROMPT_NONE)
        return true; /* and the question before what the key meant */
    size_t count = r->pager.count, page = (size_t)app->page;
    if (view_move(action, &r->top, count > page ? count - page + 1 : 1, app->page))
        return true;
    if (act_on_view(app, action))
        return true;
    if (action == ACTION_BACK && (client_is_fetching(app->client) || app->error))
        return false; /* stops it */
    if (action == ACTION_BACK || action == ACTION_QUIT)
        go_back(app);
    else if (action == ACTION_NEXT_MESSAGE)
        return view_list.act(app, ACTION_DOWN);
    else if (action == ACTION_PREVIOUS_MESSAGE)
        return view_list.act(app, ACTION_UP);
    else if (action == ACTION_SEARCH)
        app_ask(app, PROMPT_FIND);
    else if (action == ACTION_SEARCH_NEXT || action == ACTION_SEARCH_PREVIOUS)
        find_next(app, action == ACTION_SEARCH_NEXT);
    else if (action == ACTION_FETCH)
        fetch_rest(app);
    else if (action == ACTION_PARTS)
        parts_open(app);
    else /* what marks and undoes is the list's; the cursor moves there and here */
        return (action == ACTION_MARK || action == ACTION_UNMARK || action == ACTION_KEEP ||
                action == ACTION_UNDO || action == ACTION_RULE) &&
               view_list.act(app, action);
    return true;
}

const struct view view_message = {IN_MESSAGE, draw, status, act};
