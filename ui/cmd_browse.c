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
#include "ui/accounts.h"
#include "ui/browse.h"
#include "ui/kept.h"
#include "ui/loop.h"
#include "ui/screen.h"

/* The browser: its theme and keys, what outlives it, and one maildrop or several. */

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

/* "dele: TEXT" for each line, on the terminal that is the user's again. */
static void print_result(const struct buf *lines)
{
    for (const char *p = lines->data; *p;) {
        size_t len = strcspn(p, "\n");
        printf("dele: %.*s\n", (int)len, p);
        p += len + (p[len] == '\n');
    }
}

/* Returns the exit status; ends by a signal where one came. */
static int finish(enum browse_end end, const struct buf *result)
{
    if (end == BROWSE_STOPPED) {
        loop_die_of_signal();
        return ERR_IO;
    }
    print_result(result);
    return 0;
}

static int browse_one(struct cmd *cmd, struct keymap *keymap, const struct theme *theme)
{
    struct err e = {0};
    struct kept kept;
    struct rules *rules = config_rules(&cmd->config, cmd->account.name);
    struct buf result = BUF_INIT(4096);
    int status;
    kept_open(&kept, cmd, true);
    struct client *client = kept_client(&kept, cmd, &e);
    if (!client || !screen_begin(theme, wants_mono(), &e)) {
        status = cmd_fail(e.code, "%s", e.text);
    } else {
        client_use_rules(client, rules, true);
        status = finish(browse(cmd, client, NULL, keymap, false, &result), &result);
    }
    client_free(client);
    rules_free(rules);
    kept_close(&kept);
    buf_release(&result);
    return status;
}

static int browse_demo(struct cmd *cmd, struct keymap *keymap, const struct theme *theme)
{
    struct err e = {0};
    struct demo *server = demo_new((int64_t)time(NULL));
    struct rules *rules = rules_new();
    struct client *client = client_new(&cmd->account, &cmd->password, open_demo, server);
    struct buf result = BUF_INIT(4096);
    int status;
    client_use_rules(client, rules, true);
    if (!screen_begin(theme, wants_mono(), &e))
        status = cmd_fail(e.code, "%s", e.text);
    else
        status = finish(browse(cmd, client, server, keymap, false, &result), &result);
    client_free(client);
    rules_free(rules);
    demo_free(server);
    buf_release(&result);
    return status;
}

static int browse_accounts(struct cmd *cmd, struct keymap *keymap, const struct theme *theme)
{
    struct err e = {0};
    struct buf result = BUF_INIT(4096);
    struct accounts *accounts = accounts_new(cmd, keymap);
    int status = 0;
    if (!screen_begin(theme, wants_mono(), &e))
        status = cmd_fail(e.code, "%s", e.text);
    else
        status = finish(accounts_run(accounts, &result), &result);
    accounts_free(accounts);
    buf_release(&result);
    return status;
}

/* With the theme and the keys of the configuration. */
static int with_looks(struct cmd *cmd, int (*show)(struct cmd *cmd, struct keymap *keymap,
                                                   const struct theme *theme))
{
    struct err e = {0};
    struct keymap *keymap = keymap_new();
    struct theme *theme = load_theme(cmd, &e);
    int status;
    mem_on_exhaustion(screen_end);
    if (!theme || !load_keys(keymap, &cmd->config, &e))
        status = cmd_fail(e.code, "%s", e.text);
    else
        status = show(cmd, keymap, theme);
    theme_free(theme);
    keymap_free(keymap);
    return status;
}

static int browse_with_password(struct cmd *cmd, struct keymap *keymap,
                                const struct theme *theme)
{
    int status = cmd->offline ? 0 : cmd_get_password(cmd);
    return status ? status : browse_one(cmd, keymap, theme);
}

int cmd_browse(struct cmd *cmd)
{
    return with_looks(cmd, cmd->is_of_all ? browse_accounts : browse_with_password);
}

int cmd_demo(struct cmd *cmd)
{
    cmd->account.user = xstrdup("you");
    cmd->account.host = xstrdup("demo");
    return with_looks(cmd, browse_demo);
}
