#include "config.h"

#include "ui/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "ui/screen.h"

/* The review of what is to be deleted, and the deletion as it goes on. */

static bool must_type_number(const struct app *app)
{
    return app->review_count > LIMIT_AGREE_BY_KEY ||
           app->review_count == maildrop_present(client_maildrop(app->client));
}

static uint64_t review_octets(const struct app *app)
{
    uint64_t octets = 0;
    for (size_t i = 0; i < app->review_count; i++)
        octets += maildrop_at(client_maildrop(app->client), app->review[i])->size;
    return octets;
}

static void draw_question(const struct app *app, int row, int cols)
{
    const struct account *a = client_account(app->client);
    char size[8], text[512];
    text_size(size, review_octets(app));
    snprintf(text, sizeof text,
             _n(" This will PERMANENTLY delete %zu of %zu messages (%s) from %s@%s:",
                " This will PERMANENTLY delete %zu of %zu messages (%s) from %s@%s:",
                app->review_count),
             app->review_count, maildrop_present(client_maildrop(app->client)), size, a->user,
             a->host);
    char *clean = text_clean_line(text, strlen(text));
    draw_text(row, 0, cols, ROLE_DIALOG_DANGER, clean);
    free(clean);
}

/* What is kept in the trash of what goes. */
static const char *const copies_words[ACCOUNT_TRASH_COUNT] = {
    [ACCOUNT_TRASH_HEADERS] = N_("headers go to the trash"),
    [ACCOUNT_TRASH_FULL] = N_("fetched whole into the trash first"),
    [ACCOUNT_TRASH_NONE] = N_("no copies"),
};

static void choose_copies(struct app *app)
{
    struct copies *copies = client_copies(app->client);
    copies_choose(copies, (copies_choice(copies) + 1) % ACCOUNT_TRASH_COUNT);
}

static void draw_buttons(const struct app *app, int row, int cols)
{
    const char *cancel = _("[ Cancel ]"), *confirm = _("Delete");
    int col = 2, width = text_width(cancel, strlen(cancel));
    draw_text(row, 0, cols, ROLE_DIALOG, "");
    draw_text(row, col, width, ROLE_DIALOG_FOCUS, cancel);
    col += width + 2;
    char text[128];
    snprintf(text, sizeof text,
             must_type_number(app) ? _("%s:%s, by typing the number") : "%s:%s",
             keymap_key_name(app->keymap, ACTION_CONFIRM), confirm);
    draw_text(row, col, cols - col, ROLE_DIALOG_DANGER, text);
    col += text_width(text, strlen(text)) + 2;
    snprintf(text, sizeof text, "%s:%s", keymap_key_name(app->keymap, ACTION_COPIES),
             _(copies_words[copies_choice(client_copies(app->client))]));
    draw_text(row, col, cols - col, ROLE_DIALOG, text);
}

static void draw_review(struct app *app, int row, int rows, int cols)
{
    draw_question(app, row, cols);
    int list = rows - 3;
    if (list < 1)
        list = 1;
    list_draw_heads(app, row + 1, cols, _("marked by"));
    app->review_page = list;
    size_t count = app->review_count, page = (size_t)list;
    if (app->review_top + page > count)
        app->review_top = count > page ? count - page : 0;
    for (int i = 0; i < list && app->review_top + (size_t)i < count; i++) {
        size_t index = app->review[app->review_top + (size_t)i];
        list_draw_row(app, row + 2 + i, cols, index, false,
                      marks_why(client_marks(app->client), index));
        app->review_seen |= i + 3 < rows; /* above the buttons */
    }
    draw_buttons(app, row + rows - 1, cols);
}

static void draw_running(struct app *app, int row, int cols)
{
    static const char *const steps[] = {
        [COMMIT_IDLE] = "",
        [COMMIT_CHECKING] = N_("checking that they are still the same messages"),
        [COMMIT_SAVING] = N_("writing the copies to the disk"),
        [COMMIT_SENDING] = N_("sending DELE"),
        [COMMIT_CALLING_OFF] = N_("calling it off: RSET"),
        [COMMIT_ASKING] = N_("called off: RSET was sent"),
        [COMMIT_QUITTING] = N_("QUIT is sent: waiting for the server to delete"),
        [COMMIT_VERIFYING] = N_("logging in again to verify"),
        [COMMIT_DONE] = "",
    };
    const struct commit *c = client_commit_state(app->client);
    size_t count;
    commit_items(c, &count);
    draw_text(row, 0, cols, ROLE_DIALOG, "");
    int64_t wait = commit_retry_at(c) - app->now;
    char step[160];
    if (commit_phase(c) == COMMIT_VERIFYING && wait > 1000)
        snprintf(step, sizeof step,
                 _("the server wants some time between logins: verifying in %d s"),
                 (int)((wait + 999) / 1000));
    else if (commit_phase(c) == COMMIT_ASKING && commit_is_unwitnessed(c))
        snprintf(step, sizeof step, "%s", _("what is to be deleted cannot be written down"));
    else
        snprintf(step, sizeof step, "%s", _(steps[commit_phase(c)]));
    draw_text(row + 1, 2, cols - 2, ROLE_DIALOG, step);
    if (commit_phase(c) == COMMIT_SENDING || commit_phase(c) == COMMIT_CHECKING) {
        struct buf bar = BUF_INIT(256);
        view_bar(&bar, commit_progress(c), count, cols > 60 ? 40 : cols / 2);
        buf_printf(&bar, " %zu/%zu", commit_progress(c), count);
        draw_text(row + 2, 2, cols - 2, ROLE_STATUS_BAR, bar.data);
        buf_release(&bar);
    }
    if (commit_phase(c) == COMMIT_ASKING)
        draw_text(row + 2, 2, cols - 2, ROLE_DIALOG_DANGER, commit_report(c)->text);
}

static void draw(struct app *app, int row, int rows, int cols)
{
    if (app->review)
        draw_review(app, row, rows, cols);
    else
        draw_running(app, row, cols);
}

static void status(struct app *app, struct buf *out)
{
    if (!app->review) {
        buf_printf(out,
                   commit_phase(client_commit_state(app->client)) == COMMIT_QUITTING
                       ? _("it is too late to call it off; %s stops waiting")
                       : _("%s calls it off"),
                   keymap_key_name(app->keymap, ACTION_BACK));
        return;
    }
    char size[8];
    text_size(size, review_octets(app));
    size_t last = app->review_top + (size_t)app->review_page;
    buf_printf(out, _("%zu marked (%s)  lines %zu-%zu of %zu  %s cancels"), app->review_count,
               size, app->review_top + 1, last < app->review_count ? last : app->review_count,
               app->review_count, keymap_key_name(app->keymap, ACTION_CANCEL));
}

static void close_review(struct app *app)
{
    free(app->review);
    app->review = NULL;
    app->review_count = 0;
    app->leaving = false;
    app_say(app, false, _("Nothing was deleted."));
    app_show(app, &view_list);
}

static bool act_running(struct app *app, enum action action)
{
    if (action == ACTION_BACK)
        client_cancel(app->client, app->now);
    return action == ACTION_BACK || action == ACTION_CONFIRM || action == ACTION_CANCEL;
}

static bool act(struct app *app, enum action action)
{
    if (!app->review)
        return act_running(app, action);
    size_t page = (size_t)app->review_page, count = app->review_count;
    if (view_move(action, &app->review_top, count > page ? count - page + 1 : 1,
                  app->review_page))
        return true;
    if (action == ACTION_BACK || action == ACTION_CANCEL || action == ACTION_QUIT) {
        close_review(app);
        return true;
    }
    if (action == ACTION_COPIES) {
        choose_copies(app);
        return true;
    }
    if (action != ACTION_CONFIRM)
        return false;
    if (!app->review_seen) /* typed ahead, or no room to show a message */
        app_say(app, false, _("What goes must be on the screen before it is confirmed."));
    else if (must_type_number(app))
        app_ask(app, PROMPT_COUNT);
    else
        app_commit(app);
    return true;
}

const struct view view_commit = {IN_REVIEW, draw, status, act};
