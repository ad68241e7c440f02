#include "config.h"

#include "ui/app.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "mail/date.h"
#include "ui/add_rule.h"
#include "ui/export.h"
#include "ui/pattern.h"
#include "ui/loop.h"
#include "ui/screen.h"
#include "ui/view.h"

/* How often a list sorted by what is still loading is sorted again: at most; and where that
 * takes long, in one of so many parts of the time. */
#define RESORT_MS 250
#define RESORT_SHARE 20

void app_init(struct app *app, struct client *client, struct demo *demo, struct keymap *keymap)
{
    *app = (struct app){
        .client = client,
        .demo = demo,
        .keymap = keymap,
        .view = &view_list,
        .below = &view_list,
        .order = order_new(),
        .cursor = APP_NO_MESSAGE,
        .page = 1,
        .order_stale = true,
    };
    edit_init(&app->edit, "");
    reading_init(&app->reading);
}

void app_release(struct app *app)
{
    order_free(app->order);
    query_free(app->query);
    query_free(app->limit);
    grouping_release(&app->grouping);
    group_like_release(app->alike);
    reading_release(&app->reading);
    add_rule_release(app);
    free(app->review);
    edit_release(&app->edit);
}

void app_say(struct app *app, bool error, const char *format, ...)
{
    char text[sizeof app->notice];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    struct buf clean = BUF_INIT(sizeof app->notice - 1);
    text_clean(&clean, text, strlen(text), TEXT_ONE_LINE);
    memcpy(app->notice, clean.data, clean.len + 1);
    buf_release(&clean);
    app->error = error;
}

void app_show(struct app *app, const struct view *view)
{
    app->view = view;
}

/* ---- the order and the cursor ------------------------------------------------------------ */

static bool order_changes_while_loading(const struct app *app)
{
    return app->limit || app->view == &view_groups ||
           (order_key(app->order) != ORDER_NUMBER && order_key(app->order) != ORDER_SIZE);
}

static bool order_is_old(const struct app *app)
{
    int64_t pause = RESORT_SHARE * app->order_took;
    return app->now - app->order_built_at >= (pause > RESORT_MS ? pause : RESORT_MS);
}

void app_build_order(struct app *app)
{
    if (!app->order_stale)
        return;
    int64_t began = loop_now();
    order_build(app->order, client_maildrop(app->client), client_marks(app->client));
    app->order_stale = false;
    app->order_version++;
    app->order_is_partial = !client_is_complete(app->client);
    app->order_built_at = app->now;
    app->order_took = loop_now() - began;
    size_t count = order_count(app->order);
    size_t row = app->cursor == APP_NO_MESSAGE ? 0 : order_row_of(app->order, app->cursor);
    if (row == SIZE_MAX) /* it is gone: the one that took its place */
        row = app->row < count ? app->row : count - (count > 0);
    app->row = row;
    app->cursor = row < count ? order_at(app->order, row) : APP_NO_MESSAGE;
    if (app->cursor == APP_NO_MESSAGE &&
        (app->view == &view_message || app->view == &view_parts))
        app_show(app, &view_list);
}

static bool is_in_limit(void *app, size_t index)
{
    const struct app *a = app;
    const struct grouping *g = &a->grouping;
    return (!g->opened || (index < g->opened_size && g->opened[index])) &&
           (!a->limit || pattern_matches(a, a->limit, index));
}

void app_relimit(struct app *app)
{
    order_limit(app->order, app->limit || app->grouping.opened ? is_in_limit : NULL, app);
    app->order_stale = true;
}

void app_marks_changed(struct app *app)
{
    app->order_stale |=
        order_is_only_marked(app->order) || (app->limit && query_looks_at_marks(app->limit));
}

/* ---- what the client brings -------------------------------------------------------------- */

static void say_commit(struct app *app)
{
    const struct commit_report *r = commit_report(client_commit_state(app->client));
    bool good = r->outcome == OUTCOME_DELETED || (r->outcome == OUTCOME_NOTHING && r->verified);
    app_say(app, !good || r->refused, "%s", r->text);
}

static void follow_commit(struct app *app)
{
    if (app->view != &view_commit || app->review)
        return;
    enum commit_phase phase = commit_phase(client_commit_state(app->client));
    if (phase == COMMIT_ASKING && app->prompt != PROMPT_REST)
        app_ask(app, PROMPT_REST);
    if (phase != COMMIT_ASKING && app->prompt == PROMPT_REST)
        app->prompt = PROMPT_NONE;
    if (phase != COMMIT_DONE)
        return;
    say_commit(app);
    app->order_stale = true;
    app_show(app, &view_list);
    if (app->leaving &&
        commit_report(client_commit_state(app->client))->outcome == OUTCOME_DELETED)
        app->quit = true;
    app->leaving = false;
}

/* What the server does to mail by itself: said once, as it is easily missed. */
static void say_expire(struct app *app)
{
    const char *days = client_expire(app->client);
    if (app->expire_said || !client_is_listed(app->client))
        return;
    app->expire_said = true;
    app->login_refused = false;
    if (!strcmp(days, "0") || !strncmp(days, "0 ", 2))
        app_say(app, false,
                _("This server deletes by itself what was fetched whole (EXPIRE 0); looking at "
                  "first lines is harmless."));
    else if (*days)
        app_say(app, false, _("This server deletes messages by itself after so many days: %s"),
                days);
}

static void say_error(struct app *app)
{
    const struct err *e = client_error(app->client);
    if (e->code == ERR_NONE)
        return;
    app->login_refused =
        e->code == ERR_AUTH && account_needs_password(client_account(app->client));
    size_t marked = marks_count(client_marks(app->client));
    const char *nothing =
        client_has_sent_deletions(app->client) ? "" : _(" Nothing was deleted.");
    if (marked)
        app_say(app, true,
                _n("%s%s %zu mark is kept. %s reconnects.",
                   "%s%s %zu marks are kept. %s reconnects.", marked),
                e->text, nothing, marked, keymap_key_name(app->keymap, ACTION_REFRESH));
    else
        app_say(app, true,
                app->login_refused ? _("%s%s %s asks for the password again.")
                                   : _("%s%s %s tries again."),
                e->text, nothing, keymap_key_name(app->keymap, ACTION_REFRESH));
    client_forget_error(app->client);
}

/* "12 marks from 10:42 restored, 1 message is no longer there" */
static void say_recalled(struct app *app, size_t marks, int64_t at, size_t lost)
{
    char date[16] = "", gone[100] = "";
    date_format_short(date, at, (int64_t)time(NULL));
    if (lost)
        snprintf(
            gone, sizeof gone,
            _n(", %zu message is no longer there", ", %zu messages are no longer there", lost),
            lost);
    app_say(app, false,
            _n("%zu mark from %s restored%s.", "%zu marks from %s restored%s.", marks), marks,
            date, gone);
}

static void say_unfinished(struct app *app)
{
    char text[300];
    if (client_take_unfinished(app->client, text, sizeof text))
        app_say(app, true, "%s", text);
}

static void say_memory(struct app *app)
{
    const struct err *e = client_memory_error(app->client);
    if (e->code == ERR_NONE || app->memory_said)
        return;
    app->memory_said = true;
    app_say(app, true, _("%s. Nothing more is remembered; marks will not outlive dele."),
            e->text);
}

static void say_rules(struct app *app)
{
    size_t marked = client_take_ruled(app->client);
    if (!marked)
        return;
    app_marks_changed(app);
    app_say(app, false,
            _n("Rules marked %zu message. %s shows it, and why.",
               "Rules marked %zu messages. %s shows them, and why.", marked),
            marked, keymap_key_name(app->keymap, ACTION_REVIEW));
}

static void say_changes(struct app *app)
{
    struct maildrop_changes changes = client_take_changes(app->client);
    size_t lost = client_take_lost_marks(app->client);
    int64_t at;
    size_t recalled = client_take_recalled(app->client, &at);
    if (recalled)
        say_recalled(app, recalled, at, lost);
    else if (lost)
        app_say(app, true,
                _n("%zu marked message is no longer there: its mark was dropped.",
                   "%zu marked messages are no longer there: their marks were dropped.", lost),
                lost);
    else if (changes.arrived || changes.gone)
        app_say(app, false, _("%zu new, %zu gone since the last look"), changes.arrived,
                changes.gone);
    app->order_stale |= changes.arrived || changes.gone || lost;
}

void app_update(struct app *app)
{
    const struct maildrop *m = client_maildrop(app->client);
    if (order_count(app->order) != maildrop_present(m) && !app->limit &&
        !app->grouping.opened && !order_is_only_marked(app->order))
        app->order_stale = true;
    if (order_changes_while_loading(app) && app->order_is_partial &&
        (client_is_complete(app->client) || order_is_old(app)))
        app->order_stale = true;
    say_changes(app);
    if (!app->error)
        say_rules(app);
    say_unfinished(app);
    say_memory(app);
    say_expire(app);
    say_error(app);
    export_follow(app);
    follow_commit(app); /* the last, and thus what is read: what became of a deletion */
}

/* ---- actions that mean the same in every view -------------------------------------------- */

void app_review(struct app *app)
{
    struct marks *marks = client_marks(app->client);
    size_t count = marks_count(marks);
    if (!count) {
        app_say(app, false, _("Nothing is marked. %s marks a message for deletion."),
                keymap_key_name(app->keymap, ACTION_MARK));
        return;
    }
    if (client_account(app->client)->read_only) {
        app_say(app, true, _("This account is read-only: nothing is deleted."));
        app->leaving = false;
        return;
    }
    free(app->review);
    app->review = xcalloc(count, sizeof *app->review);
    app->review_count = app->review_top = 0;
    app->review_seen = false;
    for (size_t i = 0; app->review_count < count && (i = marks_next(marks, i)) != SIZE_MAX; i++)
        app->review[app->review_count++] = i;
    app_show(app, &view_commit);
}

void app_commit(struct app *app)
{
    if (app->has_no_password) {
        app->wants_password = app->commit_waits = true;
        return;
    }
    client_commit(app->client, app->review, app->review_count, app->leaving, app->now);
    free(app->review);
    app->review = NULL;
    app->review_count = 0;
}

static void refresh(struct app *app)
{
    app->wants_password = app->login_refused || app->has_no_password;
    if (!app->wants_password)
        client_refresh(app->client, app->now);
}

static void leave(struct app *app)
{
    if (commit_is_running(client_commit_state(app->client)))
        app_say(app, true, _("A deletion is under way; Esc calls it off."));
    else if (marks_count(client_marks(app->client)))
        app_ask(app, PROMPT_LEAVE);
    else
        app->quit = true;
}

/* Nothing is left to end or to clear: back to where it was opened from, marks and all. */
static void go_back(struct app *app)
{
    if (app->among_accounts && client_keeps_marks(app->client))
        app->quit = true;
    else if (app->among_accounts)
        leave(app);
}

static bool has_narrowed(const struct app *app)
{
    return app->query || app->limit || order_is_only_marked(app->order);
}

static void stop_or_clear(struct app *app)
{
    bool fetching = client_is_fetching(app->client);
    bool stopped = client_cancel(app->client, app->now);
    if (stopped)
        app_say(app, false, "%s",
                fetching ? _("Stopped fetching.") : _("Stopped. Nothing was deleted."));
    if (fetching)
        return;
    app->error = false;
    if (app->view == &view_list && grouping_close(app)) {
        app_show(app, &view_groups);
        return;
    }
    if (!stopped && app->view == &view_list && !has_narrowed(app))
        go_back(app);
    if (app->query) {
        query_free(app->query);
        app->query = NULL;
    }
    pattern_clear_limit(app);
    if (order_is_only_marked(app->order)) {
        order_only_marked(app->order, false);
        app->order_stale = true;
    }
}

static bool act_globally(struct app *app, enum action action)
{
    if (action == ACTION_REDRAW)
        screen_redraw();
    else if (action == ACTION_SUSPEND)
        screen_suspend();
    else if (action == ACTION_QUIT)
        leave(app);
    else if (action == ACTION_EXIT)
        app->quit = app->exits = true;
    else if (action == ACTION_REVIEW)
        app_review(app);
    else if (action == ACTION_BACK)
        stop_or_clear(app);
    else if (action == ACTION_REFRESH)
        refresh(app);
    else if (action == ACTION_SAVE || action == ACTION_PIPE)
        export_begin(app, action);
    else if (action == ACTION_HELP) {
        app->below = app->view;
        app->help_top = 0;
        app_show(app, &view_help);
    } else if (action == ACTION_TRACE) {
        app->trace_from = app->view;
        app->trace_follows = true;
        app_show(app, &view_trace);
    } else
        return false;
    return true;
}

/* True for what is pasted: it is no key, but may be text where text is typed. */
static bool take_paste(struct app *app, key_code key)
{
    if (key == KEY_CODE_PASTE_BEGIN || key == KEY_CODE_PASTE_END) {
        app->pasting = key == KEY_CODE_PASTE_BEGIN;
        return true;
    }
    if (!app->pasting)
        return false;
    bool is_text = key >= ' ' && key < KEY_CODE_SPECIAL && key != KEY_CODE_BACKSPACE;
    bool is_typing = app->prompt == PROMPT_SEARCH || app->prompt == PROMPT_CONSOLE ||
                     app->prompt == PROMPT_FIND || app->prompt == PROMPT_SAVE;
    if (is_typing && is_text)
        prompt_key(app, key);
    else if (!is_typing)
        app_say(app, app->error, _("Pasted text is no command: it was ignored."));
    return true;
}

void app_key(struct app *app, key_code key)
{
    if (take_paste(app, key))
        return;
    if (key == 3) /* ^C: the terminal is raw */
        key = KEY_CODE_ESC;
    if (app->prompt != PROMPT_NONE) {
        prompt_key(app, key);
        return;
    }
    enum action action = keymap_find(app->keymap, app->view->context, key);
    if (!app->error || action == ACTION_BACK)
        app->notice[0] = '\0';
    bool busy = commit_is_running(client_commit_state(app->client));
    if (action == ACTION_BACK && app->error && !busy) {
        app->error = false;
        return;
    }
    if (action == ACTION_NONE) {
        char name[16];
        key_to_name(key, name);
        app_say(app, app->error, _("%s does nothing here; %s shows the keys."), name,
                keymap_key_name(app->keymap, ACTION_HELP));
        return;
    }
    if (!app->view->act(app, action))
        act_globally(app, action);
}
