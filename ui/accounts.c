#include "config.h"

#include "ui/accounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "ui/loop.h"
#include "ui/screen.h"
#include "ui/view.h"

static const struct account *account_at(const struct accounts *a, size_t i)
{
    return &a->cmd->config.accounts[i];
}

struct accounts *accounts_new(struct cmd *cmd, struct keymap *keymap)
{
    struct accounts *a = xcalloc(1, sizeof *a);
    a->cmd = cmd;
    a->keymap = keymap;
    a->count = cmd->config.account_count;
    a->glances = xcalloc(a->count, sizeof *a->glances);
    a->waits = xcalloc(a->count, sizeof *a->waits);
    a->page = 1;
    kept_open(&a->kept, cmd, true);
    for (size_t i = 0; i < a->count; i++) {
        a->glances[i] = glance_new(account_at(a, i));
        a->waits[i] = !cmd->offline;
    }
    return a;
}

void accounts_free(struct accounts *a)
{
    for (size_t i = 0; i < a->count; i++)
        glance_free(a->glances[i]);
    free(a->glances);
    free(a->waits);
    kept_close(&a->kept);
    free(a);
}

static void say(struct accounts *a, bool error, const char *text)
{
    struct buf clean = BUF_INIT(sizeof a->notice - 1);
    text_clean(&clean, text, strlen(text), TEXT_ONE_LINE);
    memcpy(a->notice, clean.data, clean.len + 1);
    a->error = error;
    buf_release(&clean);
}

/* ---- asking ------------------------------------------------------------------------------ */

static bool is_asking(const struct accounts *a, size_t i)
{
    return glance_state(a->glances[i]) == GLANCE_ASKING;
}

/* Those that wait, as far as they may. */
static bool begin_more(struct accounts *a)
{
    size_t asking = 0;
    bool begun = false;
    for (size_t i = 0; i < a->count; i++)
        asking += is_asking(a, i);
    for (size_t i = 0; i < a->count && asking < LIMIT_GLANCES; i++) {
        if (!a->waits[i])
            continue;
        a->waits[i] = false;
        glance_begin(a->glances[i], loop_now());
        asking += is_asking(a, i);
        begun = true;
    }
    return begun;
}

/* Waits for a key, a signal or an answer. */
static unsigned wait_for(struct accounts *a, int wait_ms)
{
    struct pollfd fds[LOOP_POLLFDS + LIMIT_GLANCES * GLANCE_POLLFDS];
    nfds_t n = LOOP_POLLFDS;
    for (size_t i = 0; i < a->count; i++)
        if (is_asking(a, i))
            n += (nfds_t)glance_poll(a->glances[i], fds + n, loop_now(), &wait_ms);
    return loop_poll(fds, n, screen_fd(), wait_ms);
}

static bool turn(struct accounts *a)
{
    bool changed = false;
    for (size_t i = 0; i < a->count; i++)
        changed |= glance_turn(a->glances[i], loop_now());
    return begin_more(a) || changed;
}

static void ask_all(struct accounts *a)
{
    for (size_t i = 0; i < a->count; i++)
        a->waits[i] = !is_asking(a, i);
}

/* ---- opening one ------------------------------------------------------------------------- */

/* The maildrop may be locked by the look at it: that ends first, as well as it can. */
static void end_look(struct accounts *a, size_t i)
{
    int64_t until = loop_now() + 1000;
    a->waits[i] = false;
    while (is_asking(a, i) && glance_online(a->glances[i]) >= ONLINE_READY &&
           loop_now() < until) {
        if (wait_for(a, 50) & (LOOP_STOPPED | LOOP_HUNG_UP))
            break;
        turn(a);
    }
    glance_stop(a->glances[i]);
}

/* The look at it has a password, or a command or the user is asked, on the terminal as it was
 * before. */
static bool get_password(struct accounts *a, size_t i)
{
    struct cmd *cmd = a->cmd;
    struct secret *known = glance_password(a->glances[i]);
    secret_wipe(&cmd->password);
    if (cmd->offline || !account_needs_password(&cmd->account))
        return true;
    if (known->is_set)
        return secret_set(&cmd->password, known->text.data, known->text.len);
    screen_pause();
    bool given = cmd_get_password(cmd) == 0;
    screen_resume();
    if (given)
        secret_set(known, cmd->password.text.data, cmd->password.text.len);
    else
        say(a, true, _("No password was given."));
    return given;
}

static enum browse_end open_account(struct accounts *a, size_t i, struct buf *result)
{
    struct cmd *cmd = a->cmd;
    struct err e = {0};
    enum browse_end end = BROWSE_LEFT;
    account_copy(&cmd->account, account_at(a, i));
    end_look(a, i);
    if (!get_password(a, i))
        return end;
    struct rules *rules = config_rules(&cmd->config, cmd->account.name);
    struct client *client = kept_client(&a->kept, cmd, &e);
    if (client) {
        client_use_rules(client, rules, true);
        end = browse(cmd, client, NULL, a->keymap, true, result);
        glance_learn(a->glances[i], client);
    } else {
        say(a, true, e.text);
    }
    client_free(client);
    rules_free(rules);
    return end;
}

/* ---- keys -------------------------------------------------------------------------------- */

static void act_on_help(struct accounts *a, enum action action)
{
    if (action == ACTION_BACK || action == ACTION_QUIT || action == ACTION_HELP)
        a->shows_help = false;
    else
        help_move(&a->help_top, action, a->page);
}

static void act(struct accounts *a, enum action action)
{
    if (view_move(action, &a->row, a->count, a->page))
        return;
    if (action == ACTION_READ)
        a->opens = true;
    else if (action == ACTION_REFRESH)
        ask_all(a);
    else if (action == ACTION_HELP)
        a->shows_help = true;
    else if (action == ACTION_SUSPEND)
        screen_suspend();
    else if (action == ACTION_QUIT || action == ACTION_EXIT)
        a->quit = true;
}

/* What is pasted is no key. */
static bool take_paste(struct accounts *a, key_code key)
{
    bool is_edge = key == KEY_CODE_PASTE_BEGIN || key == KEY_CODE_PASTE_END;
    if (is_edge)
        a->pasting = key == KEY_CODE_PASTE_BEGIN;
    else if (a->pasting)
        say(a, false, _("Pasted text is no command: it was ignored."));
    return is_edge || a->pasting;
}

static void say_unknown(struct accounts *a, key_code key)
{
    char name[16], text[200];
    key_to_name(key, name);
    snprintf(text, sizeof text, _("%s does nothing here; %s shows the keys."), name,
             keymap_key_name(a->keymap, ACTION_HELP));
    say(a, false, text);
}

static void take_key(struct accounts *a, key_code key)
{
    enum action action = keymap_find(a->keymap, a->shows_help ? IN_HELP : IN_ACCOUNTS, key);
    a->notice[0] = '\0';
    if (action == ACTION_REDRAW)
        screen_redraw();
    else if (action == ACTION_NONE)
        say_unknown(a, key);
    else if (a->shows_help)
        act_on_help(a, action);
    else
        act(a, action);
}

static void take_keys(struct accounts *a)
{
    for (key_code key; !a->quit && !a->opens && (key = screen_key()) != KEY_CODE_NONE;)
        if (!take_paste(a, key))
            take_key(a, key);
}

/* ---- all --------------------------------------------------------------------------------- */

/* False where a signal or a hang-up ends the program. */
static bool choose(struct accounts *a)
{
    bool dirty = true;
    while (!a->quit && !a->opens) {
        dirty |= begin_more(a);
        if (dirty)
            accounts_draw(a);
        unsigned woken = wait_for(a, -1);
        dirty = woken & (LOOP_KEYS | LOOP_RESIZED);
        if (woken & (LOOP_STOPPED | LOOP_HUNG_UP))
            return false;
        if (woken & LOOP_RESIZED)
            screen_resized();
        if (woken & LOOP_KEYS)
            take_keys(a);
        dirty |= turn(a);
    }
    return true;
}

enum browse_end accounts_run(struct accounts *a, struct buf *result)
{
    enum browse_end end = BROWSE_LEFT;
    loop_begin();
    while (end == BROWSE_LEFT && !a->quit) {
        if (!choose(a)) {
            end = BROWSE_STOPPED;
        } else if (a->opens) {
            a->opens = false;
            end = open_account(a, a->row, result);
            if (end == BROWSE_LEFT && result->len) {
                say(a, false, result->data);
                buf_clear(result);
            }
        }
    }
    screen_end();
    return end;
}
