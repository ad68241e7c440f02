#include "config.h"

#include "ui/browse.h"

#include "base/i18n.h"
#include "client/client.h"
#include "ui/app.h"
#include "ui/loop.h"
#include "ui/screen.h"
#include "ui/view.h"

/* While headers stream in, the screen is drawn at most this often; but see milestone(). */
#define FRAME_MS 50

/* On the terminal as it was before, where a pass-command may speak, too. */
static void ask_password(struct app *app, struct cmd *cmd)
{
    app->wants_password = false;
    screen_pause();
    bool given = cmd_get_password(cmd) == 0;
    app->has_no_password = app->has_no_password && !given;
    screen_resume();
    app->now = loop_now();
    bool commits = app->commit_waits;
    app->commit_waits = false;
    if (given && commits)
        app_commit(app);
    else if (given)
        client_refresh(app->client, app->now);
    else
        app_say(app, true, _("No password was given; %s asks again."),
                keymap_key_name(app->keymap, ACTION_REFRESH));
}

/* The first mistake, and how many more there are. */
static void say_faults(struct app *app, const struct cmd *cmd)
{
    const char *first = config_rule_fault(&cmd->config, cmd->account.name, 0);
    size_t count = 0;
    while (config_rule_fault(&cmd->config, cmd->account.name, count))
        count++;
    if (count == 1)
        app_say(app, true, "%s", first);
    else if (count)
        app_say(app, true, _n("%s; and %zu more", "%s; and %zu more", count - 1), first,
                count - 1);
}

static void take_keys(struct app *app)
{
    for (key_code key; !app->quit && (key = screen_key()) != KEY_CODE_NONE;)
        app_key(app, key);
}

/* What the user waits for is drawn at once when it changes: all rows of the screen are here, or
 * all headers, or a deletion has come a step further. */
static int milestone(const struct app *app)
{
    int phase = (int)commit_phase(client_commit_state(app->client));
    return 4 * phase + 2 * client_is_complete(app->client) + list_is_full(app);
}

/* False when a signal or a hang-up ends the program at once: without QUIT. */
static bool run(struct app *app, struct cmd *cmd)
{
    int64_t drawn_at = 0;
    bool dirty = true;
    int reached = 0, drawn = 0;
    app->now = loop_now();
    if (!cmd->offline)
        client_refresh(app->client, app->now);
    else
        app_say(app, false, _("What is remembered; %s connects."),
                keymap_key_name(app->keymap, ACTION_REFRESH));
    if (!app->demo)
        say_faults(app, cmd);
    while (!app->quit) {
        int64_t since = loop_now() - drawn_at;
        if (dirty && (since >= FRAME_MS || reached != drawn)) {
            drawn = reached;
            app_draw(app);
            drawn_at = loop_now();
            since = 0;
            dirty = false;
        }
        unsigned woken = loop_wait(app->client, app->demo, screen_fd(),
                                   dirty ? (int)(FRAME_MS - since) : -1);
        app->now = loop_now();
        if (woken & (LOOP_STOPPED | LOOP_HUNG_UP))
            return false;
        if (woken & LOOP_RESIZED) {
            screen_resized();
            dirty = true;
        }
        if (woken & LOOP_KEYS) { /* before the network: a user does not wait for it */
            take_keys(app);
            if (app->wants_password)
                ask_password(app, cmd);
            app_update(app);
            client_write_marks(app->client); /* no mark is seen that could be lost */
            app_draw(app);                   /* what the user does is seen at once */
            drawn_at = loop_now();
            dirty = false;
        }
        if (!app->quit && loop_work(app->client, app->demo)) {
            app->now = loop_now();
            app_update(app);
            dirty = true;
            reached = milestone(app);
        }
    }
    return true;
}

/* What is said on leaving, a line each. */
static void append_result(struct app *app, struct buf *out)
{
    const struct commit *commit = client_commit_state(app->client);
    size_t marked = marks_count(client_marks(app->client));
    bool is_done = commit_phase(commit) == COMMIT_DONE;
    bool is_open = is_done && commit_report(commit)->outcome == OUTCOME_UNKNOWN;
    size_t dropped = client_keeps_marks(app->client) ? app->dropped : marked + app->dropped;
    if (is_done)
        buf_printf(out, "%s\n", commit_report(commit)->text);
    if (marked && client_keeps_marks(app->client))
        buf_printf(out,
                   _n("%zu mark is kept for the next time; that message was not deleted.\n",
                      "%zu marks are kept for the next time; those messages were not "
                      "deleted.\n",
                      marked),
                   marked);
    else if (dropped && is_open)
        buf_printf(out, _n("%zu mark was dropped.\n", "%zu marks were dropped.\n", dropped),
                   dropped);
    else if (dropped)
        buf_printf(out,
                   _n("%zu mark was dropped; that message was not deleted.\n",
                      "%zu marks were dropped; those messages were not deleted.\n", dropped),
                   dropped);
}

enum browse_end browse(struct cmd *cmd, struct client *client, struct demo *demo,
                       struct keymap *keymap, bool among_accounts, struct buf *result)
{
    struct app app;
    client_be_patient(client);
    app_init(&app, client, demo, keymap);
    app.has_no_password = cmd->offline && account_needs_password(&cmd->account);
    app.config = demo ? NULL : cmd->config.path;
    app.among_accounts = among_accounts;
    loop_begin();
    bool orderly = run(&app, cmd);
    if (!orderly || !among_accounts)
        screen_end();
    if (orderly) {
        loop_goodbye(client, demo);
        append_result(&app, result);
    }
    enum browse_end end = !orderly ? BROWSE_STOPPED : app.exits ? BROWSE_EXIT : BROWSE_LEFT;
    app_release(&app);
    return end;
}
