#include "config.h"

#include "ui/cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "client/client.h"
#include "demo/demo.h"
#include "ui/app.h"
#include "ui/loop.h"
#include "ui/screen.h"

/* While headers stream in, the screen is drawn at most this often. */
#define FRAME_MS 25

static int open_demo(void *demo)
{
    return demo_connect(demo);
}

static bool wants_mono(void)
{
    const char *no_color = getenv("NO_COLOR");
    return no_color && *no_color;
}

static bool load_keys(struct keymap *keymap, const struct config *config, struct err *e)
{
    for (size_t i = 0; i < config->key_count; i++)
        if (!keymap_bind(keymap, config->keys[i].action, config->keys[i].keys, e))
            return false;
    return true;
}

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

/* False when a signal or a hang-up ends the program at once: without QUIT. */
static bool run(struct app *app, struct cmd *cmd)
{
    int64_t drawn_at = 0;
    bool dirty = true;
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
        if (dirty && since >= FRAME_MS) {
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
        }
    }
    return true;
}

/* The last sentence, on the terminal that is the user's again. */
static void say_result(struct app *app)
{
    const struct commit *commit = client_commit_state(app->client);
    size_t marked = marks_count(client_marks(app->client));
    if (commit_phase(commit) == COMMIT_DONE)
        printf("dele: %s\n", commit_report(commit)->text);
    bool is_open = commit_phase(commit) == COMMIT_DONE &&
                   commit_report(commit)->outcome == OUTCOME_UNKNOWN;
    size_t dropped = client_keeps_marks(app->client) ? app->dropped : marked + app->dropped;
    if (marked && client_keeps_marks(app->client))
        printf(_n("dele: %zu mark is kept for the next time; that message was not deleted.\n",
                  "dele: %zu marks are kept for the next time; those messages were not "
                  "deleted.\n",
                  marked),
               marked);
    else if (dropped && is_open)
        printf(_n("dele: %zu mark was dropped.\n", "dele: %zu marks were dropped.\n", dropped),
               dropped);
    else if (dropped)
        printf(_n("dele: %zu mark was dropped; that message was not deleted.\n",
                  "dele: %zu marks were dropped; those messages were not deleted.\n", dropped),
               dropped);
}

/* Returns the exit status; ends by a signal where one came. */
static int browse(struct cmd *cmd, struct client *client, struct demo *demo,
                  struct keymap *keymap)
{
    struct app app;
    client_be_patient(client);
    app_init(&app, client, demo, keymap);
    app.has_no_password = cmd->offline && account_needs_password(&cmd->account);
    app.config = demo ? NULL : cmd->config.path;
    loop_begin();
    bool orderly = run(&app, cmd);
    screen_end();
    if (orderly) {
        loop_goodbye(client, demo);
        say_result(&app);
    }
    app_release(&app);
    if (!orderly)
        loop_die_of_signal();
    return orderly ? 0 : ERR_IO;
}

/* Where it is installed; or, run from the build tree, where its source is. */
static struct theme *load_theme(const struct cmd *cmd, struct err *e)
{
    struct buf near = BUF_INIT(4096), up = BUF_INIT(4096);
    const char *slash = strrchr(cmd->program, '/');
    int len = slash ? (int)(slash - cmd->program) : 0;
    if (len) {
        buf_printf(&near, "%.*s/../themes", len, cmd->program);
        buf_printf(&up, "%.*s/../../themes", len, cmd->program);
    }
    const char *dirs[] = {THEMEDIR, len ? near.data : NULL, up.data, NULL};
    struct theme *theme = theme_load(cmd->theme, dirs, e);
    buf_release(&near);
    buf_release(&up);
    return theme;
}

static int browse_or_demo(struct cmd *cmd, bool demo)
{
    struct err e = {0};
    struct keymap *keymap = keymap_new();
    struct theme *theme = load_theme(cmd, &e);
    struct demo *server = NULL;
    struct client *client = NULL;
    struct db *store = NULL;
    struct journal *journal = NULL;
    struct trash *trash = NULL;
    struct rules *rules = demo ? rules_new() : config_rules(&cmd->config, cmd->account.name);
    int status = 0;
    if (!theme || !load_keys(keymap, &cmd->config, &e))
        status = cmd_fail(e.code, "%s", e.text);
    else if (!demo && !cmd->offline)
        status = cmd_get_password(cmd);
    if (!status) {
        store = demo ? NULL : cmd_open_store();
        server = demo ? demo_new((int64_t)time(NULL)) : NULL;
        client = client_new(&cmd->account, &cmd->password, demo ? open_demo : NULL, server);
        if (store)
            client_remember(client, store);
        client_use_rules(client, rules, true);
        journal = demo ? NULL : cmd_open_journal();
        if (journal)
            client_journal(client, journal);
        trash = demo ? NULL : cmd_open_trash(cmd);
        client_trash(client, trash);
        mem_on_exhaustion(screen_end);
        if (!client_trace_to_file(client, &e) || !screen_begin(theme, wants_mono(), &e))
            status = cmd_fail(e.code, "%s", e.text);
        else
            status = browse(cmd, client, server, keymap);
    }
    client_free(client);
    rules_free(rules);
    journal_close(journal);
    trash_close(trash);
    db_close(store);
    demo_free(server);
    theme_free(theme);
    keymap_free(keymap);
    return status;
}

int cmd_browse(struct cmd *cmd)
{
    return browse_or_demo(cmd, false);
}

int cmd_demo(struct cmd *cmd)
{
    cmd->account.user = xstrdup("you");
    cmd->account.host = xstrdup("demo");
    return browse_or_demo(cmd, true);
}
