#include "config.h"

#include "ui/view.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "mail/preview.h"
#include "ui/screen.h"

/* The first lines of one message: over the whole window, or in the list's preview pane. */

static void add_line(struct pager *p, size_t start, size_t len, enum theme_role role,
                     bool wrapped)
{
    if ((p->count & (p->count + 1)) == 0) /* full at 0, 1, 3, 7, ... */
        p->lines = xreallocarray(p->lines, 2 * p->count + 1, sizeof *p->lines);
    p->lines[p->count++] = (struct pager_line){start, len, role, wrapped};
}

/* One line of text into as many as the width needs. */
static void wrap_line(struct pager *p, size_t start, size_t len, enum theme_role role)
{
    bool wrapped = false;
    do {
        size_t fits = text_fit(p->text.data + start, len, p->width - wrapped, NULL);
        if (!fits && len)
            fits = len; /* a character wider than the window */
        add_line(p, start, fits, role, wrapped);
        start += fits;
        len -= fits;
        wrapped = true;
    } while (len);
}

static void wrap_all(struct pager *p, size_t body)
{
    p->count = 0;
    for (size_t pos = 0; pos < p->text.len;) {
        const char *line = p->text.data + pos;
        const char *end = memchr(line, '\n', p->text.len - pos);
        size_t len = end ? (size_t)(end - line) : p->text.len - pos;
        enum theme_role role = ROLE_VIEW;
        if (pos < body)
            role = ROLE_VIEW_HEADER;
        else if (len && *line == '>')
            role = ROLE_VIEW_QUOTE;
        wrap_line(p, pos, len, role);
        pos += len + 1;
    }
}

static void add_note(struct pager *p, const char *note)
{
    size_t start = p->text.len;
    if (buf_append_str(&p->text, note))
        wrap_line(p, start, strlen(note), ROLE_VIEW_NOTE);
}

static const char *why_not(const struct app *app, enum fetch_preview_state state)
{
    if (state == PREVIEW_REFUSED)
        return _("(the server refused to show the first lines of this message)");
    if (state == PREVIEW_LEFT)
        return _(
            "(not fetched: the server has no TOP, so only the whole message can be had; it is "
            "above retr-limit, or the server deletes what was fetched)");
    return client_state(app->client) == ONLINE_READY ? _("(loading)")
                                                     : _("(not loaded; offline)");
}

/* What the server knows of it beside the header (SDPS). */
static void add_envelope(struct pager *p, const struct message *m)
{
    if (m->env_to)
        buf_printf(&p->text, "%s: <%s>\n%s: <%s>\n", _("Envelope-From"), m->env_from,
                   _("Envelope-To"), m->env_to);
}

void message_layout(struct app *app, int width)
{
    struct pager *p = &app->pager;
    if (p->index == app->cursor && p->width == width && !p->loading)
        return;
    if (p->index != app->cursor)
        p->top = 0;
    p->index = app->cursor;
    p->width = width > 1 ? width : 1;
    buf_clear(&p->text);
    p->count = 0;
    if (app->cursor == APP_NO_MESSAGE)
        return;
    const char *const *charsets = (const char *const *)client_account(app->client)->charsets;
    const struct buf *bytes = NULL;
    enum fetch_preview_state state =
        client_preview(app->client, app->cursor, app->view == &view_message, &bytes, app->now);
    p->loading = state == PREVIEW_COMING || state == PREVIEW_LEFT;
    if (state != PREVIEW_HERE) {
        add_note(p, why_not(app, state));
        return;
    }
    add_envelope(p, maildrop_at(client_maildrop(app->client), app->cursor));
    preview_header(&p->text, bytes->data, bytes->len, p->all_headers, charsets);
    size_t body = p->text.len;
    buf_append_char(&p->text, '\n');
    preview_body(&p->text, bytes->data, bytes->len, charsets);
    while (p->text.len > body && p->text.data[p->text.len - 1] == '\n')
        buf_truncate(&p->text, p->text.len - 1);
    wrap_all(p, body);
    add_note(p, _("~ the first lines only"));
}

static void draw_header_line(int row, int cols, const char *line)
{
    const char *colon = strchr(line, ':');
    int name = colon ? (int)(colon - line) + 1 : 0; /* field names are ASCII */
    draw_text(row, 1, cols - 1, ROLE_VIEW_HEADER, line);
    if (name && name < cols) {
        char *word = xmemdup0(line, (size_t)name);
        draw_text(row, 1, name, ROLE_VIEW_HEADER_NAME, word);
        free(word);
    }
}

void message_draw_lines(struct app *app, int row, int rows, int cols, size_t first)
{
    struct pager *p = &app->pager;
    for (int i = 0; i < rows && first + (size_t)i < p->count; i++) {
        const struct pager_line *l = &p->lines[first + (size_t)i];
        char *line = xmemdup0(p->text.data + l->start, l->len);
        if (l->wrapped) {
            draw_text(row + i, 0, 1, ROLE_VIEW_NOTE, "+");
            draw_text(row + i, 1, cols - 1, l->role, line);
        } else if (l->role == ROLE_VIEW_HEADER)
            draw_header_line(row + i, cols, line);
        else
            draw_text(row + i, 1, cols - 1, l->role, line);
        free(line);
    }
}

static void draw(struct app *app, int row, int rows, int cols)
{
    message_layout(app, cols - 2);
    app->page = rows;
    size_t count = app->pager.count;
    if (app->pager.top + (size_t)rows > count)
        app->pager.top = count > (size_t)rows ? count - (size_t)rows : 0;
    message_draw_lines(app, row, rows, cols, app->pager.top);
}

static void status(struct app *app, struct buf *out)
{
    if (app->cursor == APP_NO_MESSAGE)
        return;
    const struct message *m = maildrop_at(client_maildrop(app->client), app->cursor);
    enum mark mark = marks_get(client_marks(app->client), app->cursor);
    char size[8];
    text_size(size, m->size);
    buf_printf(out, "%u: %s", (unsigned)m->place, size);
    if (*m->uidl) {
        char *uidl = text_clean_line(m->uidl, strlen(m->uidl));
        buf_printf(out, "  UIDL %s", uidl);
        free(uidl);
    }
    if (mark != MARK_NONE)
        buf_printf(out, "  %s", mark == MARK_DELETE ? _("marked for deletion") : _("kept"));
    buf_printf(out, "  %s", app->pager.all_headers ? _("all headers") : _("brief headers"));
}

static bool act(struct app *app, enum action action)
{
    size_t count = app->pager.count;
    size_t lines = count > (size_t)app->page ? count - (size_t)app->page + 1 : 1;
    if (view_move(action, &app->pager.top, lines, app->page))
        return true;
    if (action == ACTION_BACK || action == ACTION_QUIT) {
        app_show(app, &view_list);
        return true;
    }
    if (action == ACTION_HEADERS) {
        app->pager.all_headers = !app->pager.all_headers;
        app->pager.index = APP_NO_MESSAGE; /* lay it out again */
        return true;
    }
    /* What marks, undoes and searches is the list's; the cursor moves there and here. */
    return (action == ACTION_MARK || action == ACTION_UNMARK || action == ACTION_KEEP ||
            action == ACTION_UNDO || action == ACTION_SEARCH || action == ACTION_SEARCH_NEXT ||
            action == ACTION_SEARCH_PREVIOUS) &&
           view_list.act(app, action);
}

const struct view view_message = {IN_MESSAGE, draw, status, act};
