#include "config.h"

#include "ui/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/text.h"
#include "mail/filename.h"
#include "store/save.h"
#include "ui/app.h"
#include "ui/filter.h"
#include "ui/screen.h"
#include "ui/view.h"

/* The part that is meant; NULL for the whole message. */
static const struct mime_part *chosen_part(const struct app *app)
{
    const struct reading *r = &app->reading;
    if (app->view != &view_parts || !r->body || r->index != app->cursor ||
        app->part_row >= mime_count(r->body->mime) || !app->part_row)
        return NULL;
    return mime_part(r->body->mime, (uint32_t)app->part_row);
}

static void append_name(const struct app *app, struct buf *out)
{
    const struct message *m = maildrop_at(client_maildrop(app->client), app->cursor);
    const struct mime_part *part = chosen_part(app);
    struct buf name = BUF_INIT(4096);
    if (part)
        buf_append_str(&name, part->name);
    else if (m->summary && *m->summary->subject)
        buf_printf(&name, "%s.eml", m->summary->subject);
    filename_safe(out, name.data,
                  !part                        ? "message.eml"
                  : part->kind == MIME_MESSAGE ? "message.eml"
                  : part->kind == MIME_HTML    ? "part.html"
                  : mime_part_is_text(part)    ? "part.txt"
                                               : "part.bin");
    buf_release(&name);
}

/* ---- asking ------------------------------------------------------------------------------ */

static void ask(struct app *app, enum action action)
{
    struct buf name = BUF_INIT(FILENAME_MOST + 16);
    if (action == ACTION_SAVE)
        append_name(app, &name);
    app_ask(app, action == ACTION_SAVE ? PROMPT_SAVE : PROMPT_PIPE);
    edit_release(&app->edit);
    edit_init(&app->edit, name.data);
    buf_release(&name);
}

void export_begin(struct app *app, enum action action)
{
    app->after_fetch = ACTION_NONE;
    if (app->cursor == APP_NO_MESSAGE)
        return;
    if (reading_fetch(app))
        ask(app, action);
    else
        app->after_fetch = action;
}

void export_follow(struct app *app)
{
    if (app->after_fetch == ACTION_NONE || app->prompt != PROMPT_NONE)
        return;
    struct client_message m = client_message(app->client, app->cursor, false, app->now);
    if (m.whole == WHOLE_WAITING || m.whole == WHOLE_COMING)
        return;
    enum action action = app->after_fetch;
    app->after_fetch = ACTION_NONE;
    if (m.whole == WHOLE_HERE)
        ask(app, action);
    else
        app_say(app, false, _("Not all of it was fetched: nothing was saved."));
}

/* ---- saving ------------------------------------------------------------------------------ */

/* "~/x" as a shell would have it. */
static void append_path(struct buf *out, const char *path)
{
    const char *home = getenv("HOME");
    if (path[0] == '~' && path[1] == '/' && home)
        buf_append_str(out, home), path++;
    buf_append_str(out, path);
}

static void say_saved(struct app *app, enum save_kind kind, const char *where)
{
    if (kind == SAVE_MBOX)
        app_say(app, false, _("Appended to the mbox %s."), where);
    else
        app_say(app, false, _("Saved: %s"), where);
}

void export_save(struct app *app, const char *path, bool overwrite)
{
    struct client_message m = client_message(app->client, app->cursor, false, app->now);
    const struct message *message = maildrop_at(client_maildrop(app->client), app->cursor);
    if (!*path || m.whole != WHOLE_HERE)
        return;
    struct err e = {0};
    struct buf full = BUF_INIT(4096), where = BUF_INIT(4096), name = BUF_INIT(512);
    append_path(&full, path);
    append_name(app, &name);
    const struct save_request request = {
        full.data,
        name.data,
        &m.source,
        chosen_part(app),
        message->env_from ? message->env_from : summary_first_address(message->summary),
        overwrite,
    };
    enum save_kind kind = request.part ? SAVE_FILE : save_kind(full.data);
    switch (save(&request, &where, &e)) {
    case SAVE_DONE:
        say_saved(app, kind, where.data);
        break;
    case SAVE_EXISTS:
        app_ask(app, PROMPT_OVERWRITE);
        edit_release(&app->edit);
        edit_init(&app->edit, path);
        break;
    case SAVE_FAILED:
        app_say(app, true, "%s", e.text);
        break;
    }
    buf_release(&full);
    buf_release(&where);
    buf_release(&name);
}

/* ---- piping ------------------------------------------------------------------------------ */

/* On the terminal as it was before: what the command says can be read. */
static void wait_for_enter(const char *command, int status)
{
    char c;
    char *clean = text_clean_line(command, strlen(command));
    printf(_("\ndele: %s ended with %d. Enter goes back."), clean, status);
    fflush(stdout);
    while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n')
        ;
    free(clean);
}

void export_pipe(struct app *app, const char *command)
{
    struct client_message m = client_message(app->client, app->cursor, false, app->now);
    if (!*command || m.whole != WHOLE_HERE)
        return;
    struct err e = {0};
    screen_pause();
    int status = filter_pipe(command, &m.source, chosen_part(app), &e);
    if (status >= 0)
        wait_for_enter(command, status);
    screen_resume();
    if (status < 0)
        app_say(app, true, "%s", e.text);
}
