#include "config.h"

#include "ui/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "mail/date.h"
#include "ui/add_rule.h"
#include "ui/alike.h"
#include "ui/pattern.h"
#include "ui/screen.h"

/* The message list, with the preview pane below it where there is room. */

#define FLAG_COLS 4 /* cursor, mark, new, highlighted */
#define WIDE_ENOUGH_FOR_SCORE 100
#define SCORE_COLS 5
#define WIDE_ENOUGH_FOR_DATE 64
#define WIDE_ENOUGH_FOR_SIZE 52
#define DATE_COLS 11
#define SIZE_COLS 5
#define GAP 2
#define LEAST_LIST_ROWS 5 /* with the preview below */
#define WIDE_ENOUGH_FOR_PANE 120

struct columns {
    int number, date, size, score, from, subject; /* widths; 0: not shown */
};

static int digits(size_t n)
{
    int d = 1;
    while (n >= 10) {
        n /= 10;
        d++;
    }
    return d;
}

static struct columns lay_out(const struct app *app, int cols)
{
    int number = digits(maildrop_highest(client_maildrop(app->client)));
    struct columns c = {.number = number > 3 ? number : 3};
    int rest = cols - FLAG_COLS - c.number - GAP;
    if (cols >= WIDE_ENOUGH_FOR_DATE)
        rest -= (c.date = DATE_COLS) + GAP;
    if (cols >= WIDE_ENOUGH_FOR_SIZE)
        rest -= (c.size = SIZE_COLS) + GAP;
    if (cols >= WIDE_ENOUGH_FOR_SCORE)
        rest -= (c.score = SCORE_COLS) + GAP;
    c.from = rest * 2 / 5;
    c.subject = rest - c.from - GAP;
    return c;
}

/* The sender in WIDTH columns.  Its real address is always to be seen: where both do not fit,
 * the name has half of the room at most. */
static void append_sender(struct buf *out, const struct summary *s, int width)
{
    struct buf whole = BUF_INIT(4 * LIMIT_TEXT);
    const char *name = "", *addr = "";
    summary_sender(&whole, s);
    if (s->counts[SUMMARY_FROM])
        summary_address(s, SUMMARY_FROM, 0, &name, &addr);
    int name_cols = text_width(name, strlen(name));
    if (text_width(whole.data, whole.len) > width && *addr && name_cols > width / 2) {
        buf_clear(&whole);
        text_pad(&whole, name, width / 2, "..");
        buf_printf(&whole, " <%s>", addr);
    }
    text_pad(out, whole.data, width, "..");
    buf_release(&whole);
}

static bool is_highlighted(const struct app *app, size_t index)
{
    const struct rules *rules = client_rules(app->client);
    return rules && rules_highlights(rules, index);
}

static enum theme_role row_role(const struct app *app, size_t index, enum mark mark)
{
    const struct message *m = maildrop_at(client_maildrop(app->client), index);
    if (mark == MARK_DELETE)
        return ROLE_LIST_MARKED;
    if (mark == MARK_KEEP)
        return ROLE_LIST_KEPT;
    if (m->headers != HEADERS_HERE)
        return ROLE_LIST_LOADING;
    if (is_highlighted(app, index))
        return ROLE_LIST_HIGHLIGHT;
    return m->is_new ? ROLE_LIST_NEW : ROLE_LIST_ROW;
}

static void append_texts(struct buf *line, const struct message *m, const struct columns *c,
                         const char *cause)
{
    int cause_cols = cause ? text_width(cause, strlen(cause)) : 0;
    if (cause_cols > c->subject / 2)
        cause_cols = c->subject / 2;
    int subject_cols = c->subject - (cause ? cause_cols + GAP : 0);
    if (m->summary) {
        append_sender(line, m->summary, c->from);
        buf_printf(line, "%*s", GAP, "");
        text_pad(line, *m->summary->subject ? m->summary->subject : _("(no subject)"),
                 subject_cols > 0 ? subject_cols : 0, "");
    } else {
        static const char *const why_not[] = {
            [HEADERS_UNKNOWN] = N_("(loading)"),
            [HEADERS_ASKED] = N_("(loading)"),
            [HEADERS_HERE] = "",
            [HEADERS_REFUSED] = N_("(refused)"),
            [HEADERS_LEFT] = N_("(no TOP)"),
        };
        const char *why = _(why_not[m->headers]);
        text_pad(line, why, c->from, "");
        buf_printf(line, "%*s", GAP, "");
        text_pad(line, why, subject_cols > 0 ? subject_cols : 0, "");
    }
    if (cause) {
        buf_printf(line, "%*s", GAP, "");
        text_pad(line, cause, cause_cols, "..");
    }
}

/* What stands before the sender. */
static void append_facts(struct buf *line, const struct app *app, const struct columns *c,
                         size_t index, bool is_cursor)
{
    const struct message *m = maildrop_at(client_maildrop(app->client), index);
    struct trust trust = client_trust(app->client, index);
    char date[16] = "", size[8], score[TRUST_SCORE_SIZE];
    text_size(size, m->size);
    trust_format_score(score, &trust.score);
    if (m->summary && m->summary->date != SUMMARY_NO_DATE)
        date_format_short(date, m->summary->date, (int64_t)time(NULL));
    buf_printf(line, "%c%c%c%c", is_cursor ? '>' : ' ',
               " DK"[marks_get(client_marks(app->client), index)], m -> is_new ? 'N' : ' ',
               is_highlighted(app, index) ? '*' : ' ');
    if (m->number)
        buf_printf(line, "%*u", c->number, (unsigned)m->number);
    else
        buf_printf(line, "%*s", c->number, "-");
    /* in the gap: a column of its own would cost the sender's address */
    buf_printf(line, "%c%*s", trust_letter(&trust), GAP - 1, "");
    if (c->date)
        buf_printf(line, "%-*s%*s", c->date, date, GAP, "");
    if (c->size)
        buf_printf(line, "%*s%*s", c->size, size, GAP, "");
    if (c->score)
        buf_printf(line, "%*s%*s", c->score, score, GAP, "");
}

void list_draw_row(struct app *app, int row, int cols, size_t index, bool is_cursor,
                   const char *cause)
{
    const struct message *m = maildrop_at(client_maildrop(app->client), index);
    enum mark mark = marks_get(client_marks(app->client), index);
    struct columns c = lay_out(app, cols);
    struct buf line = BUF_INIT(8192);
    append_facts(&line, app, &c, index, is_cursor);
    append_texts(&line, m, &c, cause);
    int over = -1;
    if (is_cursor)
        over = ROLE_LIST_CURSOR;
    else if (app->query && pattern_matches(app, app->query, index))
        over = ROLE_LIST_MATCH;
    draw_text_over(row, 0, cols, row_role(app, index, mark), over, line.data);
    buf_release(&line);
}

void list_draw_heads(struct app *app, int row, int cols, const char *last)
{
    struct columns c = lay_out(app, cols);
    struct buf line = BUF_INIT(2048);
    buf_printf(&line, "%*s%*s%*s", FLAG_COLS, "", c.number, "#", GAP, "");
    if (c.date) {
        text_pad(&line, _("Date"), c.date, "");
        buf_printf(&line, "%*s", GAP, "");
    }
    view_append_right(&line, c.size, _("Size"));
    view_append_right(&line, c.score, _("Score"));
    text_pad(&line, _("From"), c.from, "");
    buf_printf(&line, "%*s", GAP, "");
    int last_cols = last ? text_width(last, strlen(last)) : 0;
    text_pad(&line, _("Subject"), c.subject > last_cols ? c.subject - last_cols : 0, "");
    if (last)
        buf_append_str(&line, last);
    draw_text(row, 0, cols, ROLE_LIST_HEADER, line.data);
    buf_release(&line);
}

/* ---- drawing ----------------------------------------------------------------------------- */

/* Where the pane is, of ROWS and COLS; PANE_NONE where there is no room for it. */
static enum app_pane pane_of(const struct app *app, int rows, int cols)
{
    if (app->preview == PANE_BELOW && rows - rows / 2 < LEAST_LIST_ROWS + 1)
        return PANE_NONE;
    if (app->preview == PANE_RIGHT && cols < WIDE_ENOUGH_FOR_PANE)
        return PANE_NONE;
    return app->preview;
}

static void draw_pane(struct app *app, int row, int col, int rows, int cols)
{
    reading_update(app, cols - 2, false);
    pager_draw(&app->reading.pager, row, col, rows, cols, 0);
}

static void draw_pane_below(struct app *app, int row, int rows, int cols)
{
    char title[64];
    const struct message *m = maildrop_at(client_maildrop(app->client), app->cursor);
    draw_rule(row, 0, cols, ROLE_VIEW_RULE);
    snprintf(title, sizeof title, _(" %u  first lines "), (unsigned)m->place);
    draw_text(row, 2, text_width(title, strlen(title)), ROLE_VIEW_RULE, title);
    draw_pane(app, row + 1, 0, rows - 1, cols);
}

static void draw_pane_right(struct app *app, int row, int col, int rows, int cols)
{
    for (int i = 0; i < rows; i++)
        draw_text(row + i, col, 1, ROLE_VIEW_RULE, "|");
    draw_pane(app, row, col + 1, rows, cols - 1);
}

/* Tells the client what is on the screen. */
static void want_visible(struct app *app)
{
    size_t wanted[512], n = 0;
    size_t count = order_count(app->order);
    for (size_t row = app->top; row < count && row < app->top + (size_t)app->page && n < 512;
         row++)
        wanted[n++] = order_at(app->order, row);
    client_want(app->client, wanted, n, app->now);
}

bool list_is_full(const struct app *app)
{
    const struct maildrop *m = client_maildrop(app->client);
    size_t end = app->top + (size_t)app->page, count = order_count(app->order);
    for (size_t row = app->top; row < end && row < count; row++) {
        enum message_headers state = maildrop_at(m, order_at(app->order, row))->headers;
        if (state == HEADERS_UNKNOWN || state == HEADERS_ASKED)
            return false;
    }
    return count > 0;
}

static void draw_empty(const struct app *app, int row, int cols)
{
    char text[128] = "";
    if (app->limit)
        snprintf(text, sizeof text, _("Nothing here matches the limit. %s shows all messages."),
                 keymap_key_name(app->keymap, ACTION_BACK));
    else if (order_is_only_marked(app->order))
        snprintf(text, sizeof text, _("Nothing is marked. %s shows all messages."),
                 keymap_key_name(app->keymap, ACTION_BACK));
    else if (client_is_listed(app->client))
        snprintf(text, sizeof text, "%s", _("The maildrop is empty."));
    draw_text(row, 2, cols - 2, ROLE_VIEW_NOTE, text);
}

static void draw(struct app *app, int row, int rows, int cols)
{
    size_t count = order_count(app->order);
    bool has_heads = rows > 4 && cols >= WIDE_ENOUGH_FOR_SIZE;
    enum app_pane pane = count ? pane_of(app, rows - has_heads, cols) : PANE_NONE;
    int list_cols = pane == PANE_RIGHT ? cols / 2 : cols;
    if (has_heads) {
        list_draw_heads(app, row++, list_cols, NULL);
        rows--;
    }
    app->page = pane == PANE_BELOW ? rows - rows / 2 : rows;
    app->top = view_scroll(app->top, app->row, count, app->page);
    for (int i = 0; i < app->page && app->top + (size_t)i < count; i++) {
        size_t at = app->top + (size_t)i;
        list_draw_row(app, row + i, list_cols, order_at(app->order, at), at == app->row, NULL);
    }
    if (!count)
        draw_empty(app, row + rows / 2, cols);
    want_visible(app);
    if (app->cursor != APP_NO_MESSAGE)
        client_prefetch(app->client, app->cursor, app->now);
    if (pane == PANE_BELOW)
        draw_pane_below(app, row + app->page, rows / 2, cols);
    if (pane == PANE_RIGHT)
        draw_pane_right(app, row - has_heads, list_cols, rows + has_heads, cols - list_cols);
}

static void append_marked(struct buf *out, const struct marks *marks)
{
    char size[8];
    text_size(size, marks_octets(marks));
    buf_printf(out, _("%zu marked (%s)"), marks_count(marks), size);
}

/* Why the message under the cursor is marked, where that was not the user's hand. */
static void append_reason(const struct app *app, struct buf *out)
{
    const struct marks *marks = client_marks(app->client);
    if (app->cursor != APP_NO_MESSAGE && marks_get(marks, app->cursor) != MARK_NONE &&
        marks_cause(marks, app->cursor) != CAUSE_HAND)
        buf_printf(out, "  %s", marks_why(marks, app->cursor));
}

static void status(struct app *app, struct buf *out)
{
    const struct maildrop *m = client_maildrop(app->client);
    size_t count = order_count(app->order), present = maildrop_present(m);
    if (client_is_listed(app->client) && !client_is_complete(app->client)) {
        buf_printf(out, _("headers %zu/%zu "), maildrop_headers_done(m), present);
        view_bar(out, maildrop_headers_done(m), present, 16);
    } else {
        buf_printf(out, _n("%zu message", "%zu messages", present), present);
    }
    buf_append_str(out, "  ");
    append_marked(out, client_marks(app->client));
    buf_printf(out, _("  sort:%s%s"), order_key_name(order_key(app->order)),
               order_is_reversed(app->order) ? _(" reversed") : "");
    buf_printf(out, _("  limit:%s"),
               app->grouping.opened               ? app->grouping.opened_label
               : app->limit                       ? query_text(app->limit)
               : order_is_only_marked(app->order) ? _("marked")
                                                  : _("none"));
    if (count)
        buf_printf(out, "  %zu/%zu", app->row + 1, count);
    append_reason(app, out);
}

/* ---- acting ------------------------------------------------------------------------------ */

static void go_to(struct app *app, size_t row)
{
    app->row = row;
    app->cursor = row < order_count(app->order) ? order_at(app->order, row) : APP_NO_MESSAGE;
}

static void go_on(struct app *app)
{
    if (app->row + 1 < order_count(app->order))
        go_to(app, app->row + 1);
}

/* Only what the user can see may be marked for deletion. */
static bool may_mark(struct app *app)
{
    const struct message *m = maildrop_at(client_maildrop(app->client), app->cursor);
    if (m->headers == HEADERS_HERE || m->headers == HEADERS_REFUSED)
        return true;
    if (m->headers == HEADERS_LEFT) {
        app_say(app, false, _("Nothing of it was seen yet: %s fetches it."),
                keymap_key_name(app->keymap, ACTION_READ));
        return false;
    }
    app_say(app, false, _("Not loaded yet: only what you can see can be marked."));
    return false;
}

static void set_mark(struct app *app, enum mark mark)
{
    const struct message *m = maildrop_at(client_maildrop(app->client), app->cursor);
    if (mark == MARK_DELETE && !may_mark(app))
        return;
    marks_set(client_marks(app->client), app->cursor, mark, CAUSE_HAND, m->size);
    app_marks_changed(app);
    go_on(app);
}

static void unmark_all(struct app *app)
{
    struct marks *marks = client_marks(app->client);
    size_t n = marks_count(marks);
    marks_begin(marks, NULL);
    for (size_t i = 0; (i = marks_next(marks, i)) != SIZE_MAX; i++)
        marks_set(marks, i, MARK_NONE, CAUSE_HAND, 0);
    marks_end(marks);
    app_marks_changed(app);
    app_say(app, false,
            _n("%zu mark taken back; %s undoes it", "%zu marks taken back; %s undoes it", n), n,
            keymap_key_name(app->keymap, ACTION_UNDO));
}

void list_undo(struct app *app)
{
    if (add_rule_undo(app))
        return;
    size_t n = marks_undo(client_marks(app->client));
    app_marks_changed(app);
    if (n)
        app_say(app, false, _n("undone: %zu mark", "undone: %zu marks", n), n);
    else
        app_say(app, false, _("Nothing to undo."));
}

static void search_on(struct app *app, bool forward)
{
    size_t count = order_count(app->order);
    if (!app->query) {
        app_ask(app, PROMPT_SEARCH);
        return;
    }
    for (size_t i = 1; i <= count; i++) {
        size_t row = forward ? (app->row + i) % count : (app->row + count - i) % count;
        size_t index = order_at(app->order, row);
        if (pattern_matches(app, app->query, index)) {
            go_to(app, row);
            return;
        }
    }
    app_say(app, false, _("No match in what is loaded."));
}

static void sort_by_next(struct app *app)
{
    enum order_key next = (order_key(app->order) + 1) % ORDER_KEY_COUNT;
    order_sort_by(app->order, next, order_is_reversed(app->order));
    app->order_stale = true;
}

/* Actions that need no message under the cursor. */
static bool act_on_list(struct app *app, enum action action)
{
    size_t row = app->row;
    if (view_move(action, &row, order_count(app->order), app->page))
        go_to(app, row);
    else if (action == ACTION_SORT)
        sort_by_next(app);
    else if (action == ACTION_REVERSE) {
        order_sort_by(app->order, order_key(app->order), !order_is_reversed(app->order));
        app->order_stale = true;
    } else if (action == ACTION_ONLY_MARKED) {
        order_only_marked(app->order, !order_is_only_marked(app->order));
        app->order_stale = true;
    } else if (action == ACTION_PREVIEW)
        app->preview = (app->preview + 1) % PANE_COUNT;
    else if (action == ACTION_SEARCH)
        app_ask(app, PROMPT_SEARCH);
    else if (action == ACTION_LIMIT)
        app_ask(app, PROMPT_LIMIT);
    else if (action == ACTION_MARK_PATTERN)
        app_ask(app, PROMPT_MARK);
    else if (action == ACTION_UNMARK_PATTERN)
        app_ask(app, PROMPT_UNMARK);
    else if (action == ACTION_GROUPS)
        app_show(app, &view_groups);
    else if (action == ACTION_UNDO)
        list_undo(app);
    else if (action == ACTION_UNMARK_ALL)
        unmark_all(app);
    else
        return false;
    return true;
}

static bool act_on_message(struct app *app, enum action action)
{
    enum mark mark = marks_get(client_marks(app->client), app->cursor);
    if (action == ACTION_MARK)
        set_mark(app, MARK_DELETE);
    else if (action == ACTION_UNMARK)
        set_mark(app, MARK_NONE);
    else if (action == ACTION_KEEP)
        set_mark(app, mark == MARK_KEEP ? MARK_NONE : MARK_KEEP);
    else if (action == ACTION_TOGGLE)
        set_mark(app, mark == MARK_DELETE ? MARK_NONE : MARK_DELETE);
    else if (action == ACTION_SEARCH_NEXT || action == ACTION_SEARCH_PREVIOUS)
        search_on(app, action == ACTION_SEARCH_NEXT);
    else if (action == ACTION_MARK_ALIKE)
        alike_ask(app);
    else if (action == ACTION_RULE)
        add_rule_ask(app);
    else if (action == ACTION_READ) {
        app->reading.top = 0;
        app_show(app, &view_message);
    } else
        return false;
    return true;
}

static bool act(struct app *app, enum action action)
{
    app_build_order(app);
    if (act_on_list(app, action))
        return true;
    return app->cursor != APP_NO_MESSAGE && act_on_message(app, action);
}

const struct view view_list = {IN_LIST, draw, status, act};
