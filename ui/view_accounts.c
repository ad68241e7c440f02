#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/i18n.h"
#include "base/text.h"
#include "mail/date.h"
#include "ui/accounts.h"
#include "ui/screen.h"
#include "ui/view.h"

/* The list of accounts: a row for each, with what is in its maildrop, or why that is not known.
 */

#define NAME_COLS 16
#define COUNT_COLS 8
#define SIZE_COLS 5
#define WIDE_ENOUGH_FOR_SIZE 50
#define WIDE_ENOUGH_FOR_MARKED 60
#define GAP 2

static void append_number(struct buf *line, bool is_known, size_t number, int cols)
{
    if (is_known)
        buf_printf(line, "%*zu%*s", cols, number, GAP, "");
    else
        buf_printf(line, "%*s%*s", cols, "-", GAP, "");
}

static void append_state(struct buf *line, const struct accounts *a, size_t i)
{
    const struct glance *g = a->glances[i];
    char date[16] = "";
    if (a->waits[i]) {
        buf_append_str(line, _("waiting"));
        return;
    }
    switch (glance_state(g)) {
    case GLANCE_IDLE:
        buf_append_str(line, _("not asked"));
        break;
    case GLANCE_ASKING:
        buf_append_str(line, glance_online(g) == ONLINE_OFF
                                 ? _("getting the password")
                                 : view_state_word(glance_online(g)));
        break;
    case GLANCE_DONE:
        date_format_short(date, glance_at(g), (int64_t)time(NULL));
        buf_append_str(line, date);
        break;
    case GLANCE_NO_PASSWORD:
        buf_append_str(line, _("asks for the password when opened"));
        break;
    case GLANCE_FAILED:
        buf_append_str(line, glance_error(g)->text);
        break;
    }
}

static enum theme_role role_of(const struct accounts *a, size_t i)
{
    const struct glance_counts *counts = glance_counts(a->glances[i]);
    if (glance_state(a->glances[i]) == GLANCE_FAILED)
        return ROLE_ERROR;
    if (!counts->is_counted)
        return ROLE_LIST_LOADING;
    return counts->arrived ? ROLE_LIST_NEW : ROLE_LIST_ROW;
}

static void draw_account(const struct accounts *a, int row, int cols, size_t i)
{
    const struct account *account = &a->cmd->config.accounts[i];
    const struct glance_counts *counts = glance_counts(a->glances[i]);
    struct buf line = BUF_INIT(4096);
    char size[8];
    char *name = text_clean_line(account->name, strlen(account->name));
    text_size(size, counts->octets);
    buf_printf(&line, "%c ", i == a->row ? '>' : ' ');
    text_pad(&line, name, NAME_COLS, "..");
    buf_printf(&line, "%*s", GAP, "");
    append_number(&line, counts->is_known, counts->messages, COUNT_COLS);
    if (cols >= WIDE_ENOUGH_FOR_SIZE)
        buf_printf(&line, "%*s%*s", SIZE_COLS, counts->is_known ? size : "-", GAP, "");
    append_number(&line, counts->is_counted && counts->has_seen, counts->arrived, SIZE_COLS);
    if (cols >= WIDE_ENOUGH_FOR_MARKED)
        append_number(&line, counts->is_known, counts->marked, SIZE_COLS + 1);
    append_state(&line, a, i);
    draw_text_over(row, 0, cols, role_of(a, i), i == a->row ? (int)ROLE_LIST_CURSOR : -1,
                   line.data);
    free(name);
    buf_release(&line);
}

static void draw_heads(int row, int cols)
{
    struct buf line = BUF_INIT(1024);
    buf_append_str(&line, "  ");
    text_pad(&line, _("Account"), NAME_COLS, "");
    buf_printf(&line, "%*s", GAP, "");
    view_append_right(&line, COUNT_COLS, _("Messages"));
    if (cols >= WIDE_ENOUGH_FOR_SIZE)
        view_append_right(&line, SIZE_COLS, _("Size"));
    view_append_right(&line, SIZE_COLS, _("New"));
    if (cols >= WIDE_ENOUGH_FOR_MARKED)
        view_append_right(&line, SIZE_COLS + 1, _("Marked"));
    buf_append_str(&line, _("State"));
    draw_text(row, 0, cols, ROLE_LIST_HEADER, line.data);
    buf_release(&line);
}

/* All of them that are known together. */
static void draw_status(const struct accounts *a, int row, int cols)
{
    struct buf line = BUF_INIT(1024);
    size_t messages = 0, asking = 0;
    uint64_t octets = 0;
    char size[8];
    for (size_t i = 0; i < a->count; i++) {
        messages += glance_counts(a->glances[i])->messages;
        octets += glance_counts(a->glances[i])->octets;
        asking += a->waits[i] || glance_state(a->glances[i]) == GLANCE_ASKING;
    }
    text_size(size, octets);
    buf_printf(&line, _n("%zu account", "%zu accounts", a->count), a->count);
    buf_append_str(&line, "  ");
    buf_printf(&line, _n("%zu message  %s", "%zu messages  %s", messages), messages, size);
    if (asking)
        buf_printf(&line, _("  asking %zu"), asking);
    draw_text(row, 0, cols, ROLE_STATUS, line.data);
    buf_release(&line);
}

/* What there is to say, else why the account under the cursor has no numbers. */
static void draw_notice(const struct accounts *a, int status_row, int cols)
{
    const struct glance *g = a->glances[a->row];
    if (*a->notice)
        view_draw_notice(a->notice, a->error, status_row, cols);
    else if (glance_state(g) == GLANCE_FAILED)
        view_draw_notice(glance_error(g)->text, true, status_row, cols);
}

void accounts_draw(struct accounts *a)
{
    int rows = screen_rows(), cols = screen_cols();
    screen_clear();
    draw_text(0, 0, cols, ROLE_TITLE, _(" dele  accounts"));
    if (a->shows_help) {
        a->page = rows - 3;
        help_draw(a->keymap, &a->help_top, 1, a->page, cols);
    } else {
        draw_heads(1, cols);
        a->page = rows > 7 ? rows - 6 : 1;
        a->top = view_scroll(a->top, a->row, a->count, a->page);
        for (int i = 0; i < a->page && a->top + (size_t)i < a->count; i++)
            draw_account(a, 2 + i, cols, a->top + (size_t)i);
        draw_notice(a, rows - 2, cols);
    }
    draw_status(a, rows - 2, cols);
    view_draw_hints(a->keymap, a->shows_help ? IN_HELP : IN_ACCOUNTS, rows - 1, cols);
    screen_show();
}
