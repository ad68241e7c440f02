#include "config.h"

#include "ui/pattern.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/i18n.h"
#include "base/text.h"
#include "ui/marking.h"

/* Header blocks that are looked into at each key, in some tens of milliseconds. */
#define HEADERS_AS_TYPED 5000

struct query_view pattern_view(const struct app *app)
{
    return client_query_view(app->client, (int64_t)time(NULL));
}

bool pattern_matches(const struct app *app, struct query *q, size_t index)
{
    struct query_view v = pattern_view(app);
    return query_matches(q, &v, index);
}

bool pattern_is_asked(const struct app *app)
{
    return app->prompt == PROMPT_SEARCH || app->prompt == PROMPT_LIMIT ||
           app->prompt == PROMPT_MARK || app->prompt == PROMPT_UNMARK;
}

/* ---- counting ---------------------------------------------------------------------------- */

struct tally {
    size_t looked_at, matching;
    size_t to_change; /* of the matching */
    uint64_t octets;  /* theirs */
    size_t kept;      /* and are left alone */
    size_t unknown;   /* their headers are not here */
    size_t bodies;    /* are here, at least their beginning; of a query that needs them */
    size_t first;     /* row that matches, from the cursor on, around the end; SIZE_MAX none */
};

static void count_one(const struct app *app, size_t index, enum app_prompt prompt,
                      struct tally *t)
{
    const struct message *m = maildrop_at(client_maildrop(app->client), index);
    enum mark mark = marks_get(client_marks(app->client), index);
    t->matching++;
    if (prompt == PROMPT_MARK && mark == MARK_KEEP) {
        t->kept++;
    } else if (prompt == PROMPT_MARK ? mark == MARK_NONE && marking_may_delete(m)
                                     : mark == MARK_DELETE) {
        t->to_change++;
        t->octets += m->size;
    }
}

static bool has_body(const struct app *app, const struct query *q, size_t index)
{
    return query_needs_body(q) && client_body(app->client, index, NULL) != QUERY_BODY_NOWHERE;
}

/* Over what is listed. */
static struct tally count(const struct app *app, struct query *q, enum app_prompt prompt)
{
    struct query_view v = pattern_view(app);
    struct tally t = {.first = SIZE_MAX, .looked_at = order_count(app->order)};
    for (size_t i = 0; i < t.looked_at; i++) {
        size_t row = (app->row + i) % t.looked_at, index = order_at(app->order, row);
        enum query_answer answer = query_ask(q, &v, index);
        t.unknown += answer == QUERY_UNKNOWN;
        t.bodies += has_body(app, q, index);
        if (answer != QUERY_YES)
            continue;
        if (t.first == SIZE_MAX)
            t.first = row;
        count_one(app, index, prompt, &t);
    }
    return t;
}

/* ---- saying ------------------------------------------------------------------------------ */

static void say_mistake(struct app *app, const struct query *q)
{
    size_t at;
    const char *what = query_mistake(q, &at);
    app_say(app, query_state(q) == QUERY_WRONG, _("column %d: %s"),
            text_width(query_text(q), at) + 1, what);
}

static void append_rest(struct buf *out, const struct query *q, const struct tally *t)
{
    if (t->kept)
        buf_printf(out, _n("; %zu kept is left alone", "; %zu kept are left alone", t->kept),
                   t->kept);
    if (query_is_slow(q))
        buf_append_str(out, _("; the regular expression takes too long and was given up"));
    else if (query_needs_body(q))
        buf_printf(out, _("; bodies of %zu of %zu messages are here"), t->bodies, t->looked_at);
    else if (t->unknown)
        buf_printf(out, _("; %zu cannot be told yet"), t->unknown);
}

static void say_tally(struct app *app, const struct query *q, enum app_prompt prompt,
                      const struct tally *t)
{
    struct buf text = BUF_INIT(sizeof app->notice - 1);
    char size[8];
    text_size(size, t->octets);
    if (prompt == PROMPT_MARK)
        buf_printf(&text, _("marks %zu of %zu for deletion (%s)"), t->to_change, t->looked_at,
                   size);
    else if (prompt == PROMPT_UNMARK)
        buf_printf(&text, _("takes back %zu marks (%s)"), t->to_change, size);
    else
        buf_printf(&text, _n("%zu of %zu matches", "%zu of %zu match", t->matching),
                   t->matching, t->looked_at);
    append_rest(&text, q, t);
    app_say(app, false, "%s", text.data);
    buf_release(&text);
}

size_t pattern_mistake(const struct app *app)
{
    size_t at = SIZE_MAX;
    struct query *q = query_new(edit_text(&app->edit));
    if (q && query_state(q) == QUERY_WRONG)
        query_mistake(q, &at);
    query_free(q);
    return at;
}

/* The limit is set on all messages, the others work on what is listed. */
static struct tally count_all(struct app *app, struct query *q, enum app_prompt prompt)
{
    if (prompt != PROMPT_LIMIT || !app->limit)
        return count(app, q, prompt);
    struct query_view v = pattern_view(app);
    struct tally t = {.first = SIZE_MAX, .looked_at = maildrop_present(v.maildrop)};
    for (size_t i = 0; i < maildrop_size(v.maildrop); i++) {
        enum query_answer answer =
            maildrop_at(v.maildrop, i)->present ? query_ask(q, &v, i) : QUERY_NO;
        t.unknown += answer == QUERY_UNKNOWN;
        t.matching += answer == QUERY_YES;
        t.bodies += maildrop_at(v.maildrop, i)->present && has_body(app, q, i);
    }
    return t;
}

/* Too much for a key: each header is looked up in the store. */
static bool waits_for_enter(const struct app *app, const struct query *q)
{
    return query_needs_header(q) &&
           maildrop_present(client_maildrop(app->client)) > HEADERS_AS_TYPED;
}

void pattern_typed(struct app *app)
{
    struct query *q = query_new(edit_text(&app->edit));
    if (!q) {
        app_say(app, false, "%s", "");
    } else if (query_state(q) != QUERY_GOOD) {
        say_mistake(app, q);
    } else if (waits_for_enter(app, q)) {
        app_say(app, false, _("Enter looks into the headers of %zu messages."),
                maildrop_present(client_maildrop(app->client)));
    } else {
        app_build_order(app);
        struct tally t = count_all(app, q, app->prompt);
        say_tally(app, q, app->prompt, &t);
    }
    query_free(q);
}

/* ---- doing ------------------------------------------------------------------------------- */

static void go_to_first(struct app *app, struct query *q, const struct tally *t)
{
    query_free(app->query);
    app->query = q;
    if (t->first == SIZE_MAX)
        return;
    app->row = t->first;
    app->cursor = order_at(app->order, t->first);
}

static void set_limit(struct app *app, struct query *q)
{
    query_free(app->limit);
    app->limit = q;
    app_relimit(app);
}

bool pattern_clear_limit(struct app *app)
{
    if (!app->limit)
        return false;
    query_free(app->limit);
    app->limit = NULL;
    app_relimit(app);
    return true;
}

/* One step for undo. */
static void change_marks(struct app *app, struct query *q, enum app_prompt prompt)
{
    struct query_view v = pattern_view(app);
    struct marks *marks = client_marks(app->client);
    struct buf why = BUF_INIT(LIMIT_TEXT);
    buf_printf(&why, _("pattern %s"), query_text(q));
    marks_begin(marks, why.data);
    for (size_t row = 0; row < order_count(app->order); row++) {
        size_t index = order_at(app->order, row);
        struct tally one = {0};
        if (!query_matches(q, &v, index))
            continue;
        count_one(app, index, prompt, &one);
        if (one.to_change)
            marks_set(marks, index, prompt == PROMPT_MARK ? MARK_DELETE : MARK_NONE,
                      CAUSE_PATTERN, maildrop_at(v.maildrop, index)->size);
    }
    marks_end(marks);
    buf_release(&why);
    app_marks_changed(app);
}

static void say_marked(struct app *app, const struct query *q, enum app_prompt prompt,
                       const struct tally *t)
{
    struct buf text = BUF_INIT(sizeof app->notice - 1);
    buf_printf(&text,
               prompt == PROMPT_MARK
                   ? _n("%zu message marked", "%zu messages marked", t->to_change)
                   : _n("%zu mark taken back", "%zu marks taken back", t->to_change),
               t->to_change);
    append_rest(&text, q, t);
    app_say(app, false, "%s", text.data);
    buf_release(&text);
}

void pattern_take(struct app *app, enum app_prompt prompt)
{
    struct query *q = query_new(edit_text(&app->edit));
    if (!q) {
        if (prompt == PROMPT_LIMIT)
            pattern_clear_limit(app);
        return;
    }
    if (query_state(q) != QUERY_GOOD) {
        say_mistake(app, q);
        app->error = true;
        query_free(q);
        return;
    }
    app_build_order(app);
    struct tally t = count_all(app, q, prompt);
    say_tally(app, q, prompt, &t);
    if (prompt == PROMPT_SEARCH) {
        go_to_first(app, q, &t);
        return;
    }
    if (prompt == PROMPT_LIMIT) {
        set_limit(app, q);
        return;
    }
    change_marks(app, q, prompt);
    say_marked(app, q, prompt, &t);
    query_free(q);
}
