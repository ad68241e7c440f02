#include "config.h"

#include "ui/view.h"

#include "base/i18n.h"
#include "ui/screen.h"

/* Every action with its live keys, by group: made from the action table and the key map. */

#define KEYS_COLS 16

/* Draws a group from LINE on, as far as it is on the screen; returns the line of the next. */
static int draw_group(const struct keymap *keymap, int line, int row, int rows, int cols,
                      int group)
{
    if (line >= 0 && line < rows)
        draw_text(row + line, 1, cols - 1, ROLE_HELP_GROUP, action_group_name(group));
    for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
        const struct action_info *info = action_info((enum action)a);
        if ((int)info->group != group)
            continue;
        line++;
        if (line < 0 || line >= rows)
            continue;
        draw_text(row + line, 3, KEYS_COLS, ROLE_HELP_KEY, keymap_keys(keymap, (enum action)a));
        draw_text(row + line, 3 + KEYS_COLS, cols - 3 - KEYS_COLS, ROLE_HELP, _(info->help));
    }
    return line + 2;
}

void help_draw(const struct keymap *keymap, size_t *top, int row, int rows, int cols)
{
    size_t lines = ACTION_COUNT - 1 + 2 * GROUP_COUNT - 1;
    size_t most = lines > (size_t)rows ? lines - (size_t)rows : 0;
    if (*top > most)
        *top = most;
    int line = -(int)*top;
    for (int group = 0; group < GROUP_COUNT; group++)
        line = draw_group(keymap, line, row, rows, cols, group);
}

bool help_move(size_t *top, enum action action, int page)
{
    return view_move(action, top, ACTION_COUNT + 2 * GROUP_COUNT, page);
}

static void draw(struct app *app, int row, int rows, int cols)
{
    app->help_page = rows;
    help_draw(app->keymap, &app->help_top, row, rows, cols);
}

static void status(struct app *app, struct buf *out)
{
    (void)app;
    buf_append_str(out, _("Help: all keys, as they are bound now"));
}

static bool act(struct app *app, enum action action)
{
    if (help_move(&app->help_top, action, app->help_page))
        return true;
    if (action != ACTION_BACK && action != ACTION_QUIT)
        return false;
    app_show(app, app->below);
    return true;
}

const struct view view_help = {IN_HELP, draw, status, act};
