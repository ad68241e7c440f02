#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "ui/add_rule.h"
#include "ui/alike.h"
#include "ui/app.h"
#include "ui/export.h"
#include "ui/pattern.h"
#include "ui/screen.h"
#include "ui/view.h"

/* Questions in the bottom row.  None has a default that deletes. */

void app_ask(struct app *app, enum app_prompt prompt)
{
    app->prompt = prompt;
    app->prompt_seen = false;
    edit_release(&app->edit);
    edit_init(&app->edit, "");
}

static void drop_marks(struct app *app)
{
    struct marks *marks = client_marks(app->client);
    app->dropped = marks_count(marks);
    for (size_t i = 0; (i = marks_next(marks, i)) != SIZE_MAX; i++)
        marks_forget(marks, i);
    client_write_marks(app->client);
}

static void leave_answer(struct app *app, key_code key)
{
    app->prompt = PROMPT_NONE;
    if (key == 'c') {
        app->leaving = true;
        app_review(app);
    } else if (key == 'd') {
        drop_marks(app);
        app->quit = true;
    } else if (key == 'k' && client_keeps_marks(app->client)) {
        app->quit = true;
    }
}

static void rest_answer(struct app *app, key_code key)
{
    app->prompt = PROMPT_NONE;
    if (key == 'y')
        client_commit_go_on(app->client, app->now);
    else
        client_cancel(app->client, app->now);
    app_update(app);
}

static void fetch_answer(struct app *app, key_code key)
{
    app->prompt = PROMPT_NONE;
    if (key == 'y')
        client_fetch_whole(app->client, app->cursor, app->now);
    else
        app->after_fetch = ACTION_NONE;
}

static void overwrite_answer(struct app *app, key_code key)
{
    app->prompt = PROMPT_NONE;
    if (key == 'y')
        export_save(app, edit_text(&app->edit), true);
    else
        app_say(app, false, _("Nothing was overwritten, nothing saved."));
}

/* The number must be what is to be deleted, nothing else. */
static void count_answer(struct app *app)
{
    char wanted[24];
    snprintf(wanted, sizeof wanted, "%zu", app->review_count);
    if (!strcmp(edit_text(&app->edit), wanted))
        app_commit(app);
    else
        app_say(app, false, _("That is not the number: nothing is deleted."));
}

static void send_command(struct app *app)
{
    struct err e = {0};
    if (*edit_text(&app->edit) &&
        !client_console(app->client, edit_text(&app->edit), app->now, &e))
        app_say(app, false, "%s", e.text);
    app->trace_follows = true;
}

/* The line's text may change with the next question. */
static void save_typed(struct app *app)
{
    char *path = xstrdup(edit_text(&app->edit));
    export_save(app, path, false);
    free(path);
}

static void pipe_typed(struct app *app)
{
    export_pipe(app, edit_text(&app->edit));
}

void prompt_key(struct app *app, key_code key)
{
    enum app_prompt prompt = app->prompt;
    static void (*const answers[PROMPT_KINDS])(struct app * app, key_code key) = {
        [PROMPT_LEAVE] = leave_answer, [PROMPT_REST] = rest_answer,
        [PROMPT_FETCH] = fetch_answer, [PROMPT_OVERWRITE] = overwrite_answer,
        [PROMPT_ALIKE] = alike_answer, [PROMPT_RULE] = add_rule_answer,
    };
    bool unasked = prompt == PROMPT_REST || prompt == PROMPT_FETCH;
    if (!app->prompt_seen && unasked)
        return; /* typed before it was asked */
    if (answers[prompt]) {
        answers[prompt](app, key);
        return;
    }
    enum edit_result result = edit_key(&app->edit, key);
    if (result == EDIT_MORE) {
        if (pattern_is_asked(app))
            pattern_typed(app);
        return;
    }
    bool is_pattern = pattern_is_asked(app);
    app->prompt = PROMPT_NONE;
    if (result == EDIT_CANCELLED)
        return;
    if (is_pattern)
        pattern_take(app, prompt);
    else if (prompt == PROMPT_FIND)
        message_find(app, edit_text(&app->edit));
    else if (prompt == PROMPT_SAVE)
        save_typed(app);
    else if (prompt == PROMPT_PIPE)
        pipe_typed(app);
    else if (prompt == PROMPT_CONSOLE)
        send_command(app);
    else if (prompt == PROMPT_COUNT)
        count_answer(app);
}

static void draw_question(int row, int cols, const char *question)
{
    draw_text(row, 0, cols, ROLE_PROMPT, question);
    int width = text_width(question, strlen(question));
    draw_cursor(row, width < cols ? width : cols - 1);
}

/* The character at which a query is wrong. */
static void draw_mistake(struct app *app, int row, int label, const struct edit_view *seen)
{
    size_t at = pattern_is_asked(app) ? pattern_mistake(app) : SIZE_MAX;
    if (at < seen->start || at >= seen->start + seen->len)
        return;
    const char *text = edit_text(&app->edit);
    int col = text_width(text + seen->start, at - seen->start);
    size_t len = text_fit(text + at, strlen(text + at), 2, NULL);
    char *part = xmemdup0(text + at, len && (unsigned char)text[at] < 0x80 ? 1 : len);
    draw_text(row, label + col, text_width(part, strlen(part)), ROLE_ERROR, part);
    free(part);
}

void prompt_draw(struct app *app, int row, int cols)
{
    char text[200];
    size_t marked = marks_count(client_marks(app->client));
    app->prompt_seen = true;
    switch (app->prompt) {
    case PROMPT_LEAVE:
        if (client_keeps_marks(app->client))
            snprintf(text, sizeof text,
                     _(" %zu marked:  c:commit  k:keep the marks, leave  d:drop them, leave  "
                       "Esc:stay "),
                     marked);
        else
            snprintf(
                text, sizeof text,
                _(" %zu marked, nothing is deleted:  c:commit  d:drop the marks and leave  "
                  "Esc:stay "),
                marked);
        draw_question(row, cols, text);
        return;
    case PROMPT_REST:
        draw_question(
            row, cols,
            commit_is_unwitnessed(client_commit_state(app->client))
                ? _(" Delete them without a journal?  y:delete them  Esc:delete nothing ")
                : _(" Delete the others?  y:delete them  Esc:delete nothing "));
        return;
    case PROMPT_COUNT:
        snprintf(text, sizeof text, _(" Type %zu to delete them all: "), app->review_count);
        break;
    case PROMPT_FETCH:
        reading_question(app, text, sizeof text);
        draw_question(row, cols, text);
        return;
    case PROMPT_RULE:
        add_rule_question(app, text, sizeof text);
        draw_question(row, cols, text);
        return;
    case PROMPT_OVERWRITE:
        draw_question(row, cols,
                      _(" A file of that name is there. Overwrite it?  y:overwrite  Esc:no "));
        return;
    case PROMPT_ALIKE: {
        struct buf question = BUF_INIT(sizeof text - 1);
        alike_question(app, &question);
        draw_question(row, cols, question.data);
        buf_release(&question);
        return;
    }
    case PROMPT_SEARCH:
        snprintf(text, sizeof text, "%s", _(" Search: "));
        break;
    case PROMPT_LIMIT:
        snprintf(text, sizeof text, "%s", _(" Limit to: "));
        break;
    case PROMPT_MARK:
        snprintf(text, sizeof text, "%s", _(" Mark what matches: "));
        break;
    case PROMPT_UNMARK:
        snprintf(text, sizeof text, "%s", _(" Unmark what matches: "));
        break;
    case PROMPT_FIND:
        snprintf(text, sizeof text, "%s", _(" Find: "));
        break;
    case PROMPT_SAVE:
        snprintf(text, sizeof text, "%s", _(" Save as: "));
        break;
    case PROMPT_PIPE:
        snprintf(text, sizeof text, "%s", _(" Pipe to: "));
        break;
    case PROMPT_CONSOLE:
        snprintf(text, sizeof text, "%s", _(" Command: "));
        break;
    case PROMPT_NONE:
    case PROMPT_KINDS:
        return;
    }
    int label = text_width(text, strlen(text));
    struct edit_view seen = edit_view(&app->edit, cols - label);
    char *part = text_clean_line(edit_text(&app->edit) + seen.start, seen.len);
    draw_text(row, 0, label, ROLE_PROMPT, text);
    draw_text(row, label, cols - label, ROLE_PROMPT, part);
    draw_mistake(app, row, label, &seen);
    draw_cursor(row, label + seen.cursor);
    free(part);
}
