#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "ui/app.h"
#include "ui/screen.h"
#include "ui/view.h"

/* What stays the same around every view: the title row, notices, the status row, the hints. */

#define LEAST_ROWS 5
#define LEAST_COLS 20
#define NOTICE_ROWS 2

/* ---- helpers for views ------------------------------------------------------------------- */

bool view_move(enum action action, size_t *position, size_t count, int page)
{
    /* How far, in lines, half pages, or all the way. */
    static const struct {
        enum action action;
        bool down;
        size_t lines, halves, ends;
    } moves[] = {
        {ACTION_DOWN, true, 1, 0, 0},      {ACTION_UP, false, 1, 0, 0},
        {ACTION_PAGE_DOWN, true, 0, 2, 0}, {ACTION_PAGE_UP, false, 0, 2, 0},
        {ACTION_HALF_DOWN, true, 0, 1, 0}, {ACTION_HALF_UP, false, 0, 1, 0},
        {ACTION_BOTTOM, true, 0, 0, 1},    {ACTION_TOP, false, 0, 0, 1},
    };
    size_t last = count ? count - 1 : 0, half = page > 1 ? ((size_t)page + 1) / 2 : 1;
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        if (moves[i].action != action)
            continue;
        size_t step = moves[i].lines + moves[i].halves * half + moves[i].ends * last;
        size_t room = moves[i].down ? last - *position : *position;
        step = step < room ? step : room;
        *position = moves[i].down ? *position + step : *position - step;
        return true;
    }
    return false;
}

size_t view_scroll(size_t top, size_t position, size_t count, int page)
{
    size_t rows = page > 1 ? (size_t)page : 1;
    if (position < top)
        top = position;
    else if (position >= top + rows)
        top = position - rows + 1;
    if (top + rows > count)
        top = count > rows ? count - rows : 0;
    return top;
}

void view_bar(struct buf *out, size_t done, size_t all, int width)
{
    int inside = width - 2;
    int filled = all ? (int)(done * (size_t)inside / all) : 0;
    buf_append_char(out, '[');
    for (int i = 0; i < inside; i++)
        buf_append_char(out, i < filled ? '#' : ' ');
    buf_append_char(out, ']');
}

void view_append_right(struct buf *line, int cols, const char *head)
{
    int blanks = cols - text_width(head, strlen(head));
    if (cols)
        buf_printf(line, "%*s%s  ", blanks > 0 ? blanks : 0, "", head);
}

/* ---- title ------------------------------------------------------------------------------- */

/* Where the next login waits. */
static void append_wait(const struct app *app, struct buf *out)
{
    int64_t seconds = client_retry_in(app->client, app->now);
    if (seconds >= 0)
        buf_printf(out, _("  connecting in %d s"), (int)seconds);
}

const char *view_state_word(enum online_state state)
{
    static const char *const words[ONLINE_STATE_COUNT] = {
        [ONLINE_OFF] = N_("OFFLINE"),
        [ONLINE_LOOKING_UP] = N_("looking up the host"),
        [ONLINE_CONNECTING] = N_("connecting"),
        [ONLINE_AUTHENTICATING] = N_("showing the Kerberos ticket"),
        [ONLINE_SECURING] = N_("TLS handshake"),
        [ONLINE_GREETING] = N_("waiting for the greeting"),
        [ONLINE_CAPA] = N_("asking for capabilities"),
        [ONLINE_STLS] = N_("starting TLS"),
        [ONLINE_LOGIN] = N_("logging in"),
        [ONLINE_READY] = N_("listing"),
        [ONLINE_LEAVING] = N_("saying QUIT"),
    };
    return _(words[state]);
}

static const char *state_word(const struct app *app)
{
    enum online_state state = client_state(app->client);
    if (client_is_parked(app->client))
        return _("parked");
    if (state == ONLINE_READY && client_is_listed(app->client))
        return "";
    return view_state_word(state);
}

static void draw_title(const struct app *app, int cols)
{
    const struct account *account = client_account(app->client);
    const struct maildrop *m = client_maildrop(app->client);
    struct buf left = BUF_INIT(512), right = BUF_INIT(128);
    buf_append_str(&left, " dele  ");
    if (app->demo)
        buf_append_str(&left, _("demo: a built-in sample, no network"));
    else {
        account_key(account, &left);
        const char *tls = client_tls(app->client), *auth = client_auth(app->client);
        if (client_state(app->client) >= ONLINE_LOGIN)
            buf_printf(&left, "  %s  %s",
                       *tls              ? tls
                       : account->tunnel ? _("tunnel")
                                         : _("NO TLS"),
                       auth);
    }
    const char *state = state_word(app);
    if (*state)
        buf_printf(&left, "  %s", state);
    append_wait(app, &left);
    char size[8];
    text_size(size, maildrop_octets(m));
    if (maildrop_present(m))
        buf_printf(&right,
                   cols < 60 ? "%zu "
                             : _n("%zu message  %s ", "%zu messages  %s ", maildrop_present(m)),
                   maildrop_present(m), size);
    char *clean = text_clean_line(left.data, left.len);
    int right_width = text_width(right.data, right.len);
    if (right_width > cols / 2)
        right_width = 0;
    struct buf line = BUF_INIT(2048);
    text_pad(&line, clean, cols - right_width, "..");
    draw_text(0, 0, cols - right_width, ROLE_TITLE, line.data);
    draw_text(0, cols - right_width, right_width, ROLE_TITLE, right.data);
    free(clean);
    buf_release(&line);
    buf_release(&left);
    buf_release(&right);
}

/* ---- bottom ------------------------------------------------------------------------------ */

int view_draw_notice(const char *text, bool error, int status_row, int cols)
{
    if (!*text)
        return 0;
    enum theme_role role = error ? ROLE_ERROR : ROLE_NOTICE;
    int width = cols - 2;
    size_t len = strlen(text), cut = text_fit(text, len, width, NULL);
    int rows = cut < len && status_row > LEAST_ROWS ? NOTICE_ROWS : 1;
    for (size_t back = cut; rows > 1 && back > cut / 2; back--)
        if (text[back] == ' ') { /* break between words */
            cut = back + 1;
            break;
        }
    for (int i = 0; i < rows; i++) {
        char *part = i ? text_clean_line(text + cut, len - cut)
                       : text_clean_line(text, rows > 1 ? cut : len);
        int row = status_row - rows + i;
        draw_text(row, 0, 2, role, error ? "! " : "  ");
        draw_text(row, 2, width, role, part);
        free(part);
    }
    return rows;
}

/* What there is to say, else what is to be known of the connection. */
static int draw_notice(const struct app *app, int status_row, int cols)
{
    if (*app->notice)
        return view_draw_notice(app->notice, app->error, status_row, cols);
    return view_draw_notice(client_warning(app->client), true, status_row, cols);
}

static void draw_status(struct app *app, int row, int cols)
{
    struct buf text = BUF_INIT(1024);
    app->view->status(app, &text);
    draw_text(row, 0, cols, ROLE_STATUS, text.data);
    buf_release(&text);
}

void view_draw_hints(const struct keymap *keymap, enum action_context context, int row,
                     int cols)
{
    static const enum action first[] = {ACTION_HELP};
    draw_text(row, 0, cols, ROLE_HINT, "");
    int col = 1;
    for (int i = -1; i < ACTION_COUNT; i++) {
        enum action a = i < 0 ? first[0] : (enum action)i;
        if (i == ACTION_NONE || i == (int)first[0])
            continue;
        const struct action_info *info = action_info(a);
        const char *key = keymap_key_name(keymap, a);
        if (!info->hint || !*key || !(info->contexts & context))
            continue;
        int key_width = text_width(key, strlen(key));
        int text_cols = text_width(_(info->hint), strlen(_(info->hint)));
        if (col + key_width + 1 + text_cols > cols)
            return;
        draw_text(row, col, key_width, ROLE_HINT_KEY, key);
        draw_text(row, col + key_width, 1, ROLE_HINT, ":");
        draw_text(row, col + key_width + 1, text_cols, ROLE_HINT, _(info->hint));
        col += key_width + 1 + text_cols + 2;
    }
}

static void draw_too_small(const struct app *app, int rows, int cols)
{
    char line[128];
    size_t marked = marks_count(client_marks(app->client));
    snprintf(line, sizeof line, _("dele: %dx%d is too"), cols, rows);
    draw_text(0, 0, cols, ROLE_BASE, line);
    snprintf(line, sizeof line, _("small (need %dx%d)"), LEAST_COLS, LEAST_ROWS);
    draw_text(1, 0, cols, ROLE_BASE, line);
    snprintf(line, sizeof line, _("%s:quit  %zu marked"),
             keymap_key_name(app->keymap, ACTION_QUIT), marked);
    draw_text(2, 0, cols, ROLE_BASE, line);
}

void app_draw(struct app *app)
{
    int rows = screen_rows(), cols = screen_cols();
    app_build_order(app);
    screen_clear();
    if (rows < LEAST_ROWS || cols < LEAST_COLS) {
        draw_too_small(app, rows, cols);
        screen_show();
        return;
    }
    draw_title(app, cols);
    int status_row = rows - 2;
    int notice_rows = draw_notice(app, status_row, cols);
    app->view->draw(app, 1, status_row - notice_rows - 1, cols);
    draw_status(app, status_row, cols);
    if (app->prompt != PROMPT_NONE)
        prompt_draw(app, rows - 1, cols);
    else
        view_draw_hints(app->keymap, app->view->context, rows - 1, cols);
    screen_show();
}
