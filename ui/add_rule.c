#include "config.h"

#include "ui/add_rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/config_add.h"
#include "ui/pattern.h"

/* A rule that was added in this run. */
struct added_rule {
    char *text;            /* in the file; NULL in the demo */
    uint64_t below, above; /* the height of the marks before it and behind */
};

static const char *sender(const struct app *app)
{
    const struct message *m = maildrop_at(client_maildrop(app->client), app->cursor);
    return summary_first_address(m->summary);
}

void add_rule_ask(struct app *app)
{
    const char *addr = sender(app), *at = strrchr(addr, '@');
    if (!app->config && !app->demo)
        app_say(app, false, _("There is no place for a configuration file."));
    else if (!at || at == addr || !at[1] || !config_can_add(addr))
        app_say(app, false, _("This sender has no address that a rule could name."));
    else
        app_ask(app, PROMPT_RULE);
}

void add_rule_question(const struct app *app, char *text, size_t size)
{
    const char *addr = sender(app), *at = strrchr(addr, '@');
    snprintf(text, size, _(" Rule to mark all from  s:%.60s  d:%.60s  Esc:nobody "), addr,
             at ? at : "");
}

static bool has_rule(const struct rules *r, const char *name)
{
    for (size_t i = 0; i < rules_count(r); i++) {
        if (!strcmp(rules_at(r, i).name, name))
            return true;
    }
    return false;
}

/* One step for undo; how many. */
static size_t mark_matching(struct app *app, const char *name, const char *match)
{
    struct query_view v = pattern_view(app);
    struct marks *marks = client_marks(app->client);
    struct query *q = query_new(match);
    struct buf why = BUF_INIT(LIMIT_TEXT);
    size_t marked = 0;
    buf_printf(&why, "rule %s", name);
    marks_begin(marks, why.data);
    for (size_t i = 0; q && i < maildrop_size(v.maildrop); i++) {
        const struct message *m = maildrop_at(v.maildrop, i);
        if (m->present && marks_get(marks, i) == MARK_NONE && query_matches(q, &v, i))
            marked += marks_set(marks, i, MARK_DELETE, CAUSE_RULE, m->size);
    }
    marks_end(marks);
    buf_release(&why);
    query_free(q);
    return marked;
}

static void remember(struct app *app, char *text, uint64_t below)
{
    app->added = xreallocarray(app->added, app->added_count + 1, sizeof *app->added);
    app->added[app->added_count++] =
        (struct added_rule){text, below, marks_height(client_marks(app->client))};
}

static void say_added(struct app *app, const char *name, size_t marked)
{
    struct buf text = BUF_INIT(sizeof app->notice - 1);
    buf_printf(&text,
               _n("%zu message marked by the rule '%s'; %s undoes it.",
                  "%zu messages marked by the rule '%s'; %s undoes it.", marked),
               marked, name, keymap_key_name(app->keymap, ACTION_UNDO));
    if (app->demo)
        buf_append_str(&text, _(" The demo writes it nowhere."));
    else
        buf_printf(&text, _(" It stands in %s."), app->config);
    app_say(app, false, "%s", text.data);
    buf_release(&text);
}

static void add(struct app *app, const char *name, const char *match)
{
    struct rules *rules = client_rules(app->client);
    struct buf text = BUF_INIT(4096);
    struct err e = {0};
    if (has_rule(rules, name)) {
        app_say(app, false, _("There is a rule '%s' already."), name);
        return;
    }
    if (!app->demo && !config_add_rule(app->config, name, match, RULE_MARK, &text, &e)) {
        app_say(app, true, _("%s. No rule was added, nothing marked."), e.text);
        buf_release(&text);
        return;
    }
    uint64_t below = marks_height(client_marks(app->client));
    size_t marked = mark_matching(app, name, match);
    rules_add(rules, name, match, RULE_MARK);
    client_finish_rules(app->client);
    remember(app, app->demo ? NULL : buf_detach(&text), below);
    app_marks_changed(app);
    say_added(app, name, marked);
    buf_release(&text);
}

void add_rule_answer(struct app *app, key_code key)
{
    app->prompt = PROMPT_NONE;
    if (app->cursor == APP_NO_MESSAGE || (key != 's' && key != 'd'))
        return;
    char *addr = xstrdup(sender(app));
    const char *at = strrchr(addr, '@'), *name = key == 's' || !at ? addr : at;
    struct buf match = BUF_INIT(LIMIT_TEXT + 16);
    buf_printf(&match, key == 's' ? "from:<%s>" : "from:%s>", name);
    add(app, name, match.data);
    buf_release(&match);
    free(addr);
}

bool add_rule_undo(struct app *app)
{
    struct marks *marks = client_marks(app->client);
    uint64_t height = marks_height(marks);
    while (app->added_count && height < app->added[app->added_count - 1].below)
        free(app->added[--app->added_count].text); /* what was marked before it is taken back */
    if (!app->added_count || height != app->added[app->added_count - 1].above)
        return false;
    struct added_rule *rule = &app->added[--app->added_count];
    struct err e = {0};
    size_t n = marks_undo_to(marks, rule->below);
    rules_drop_last(client_rules(app->client));
    app_marks_changed(app);
    if (rule->text && !config_take_rule(app->config, rule->text, &e))
        app_say(app, true, _n("undone: %zu mark; but %s", "undone: %zu marks; but %s", n), n,
                e.text);
    else
        app_say(app, false,
                _n("undone: the rule, and %zu mark", "undone: the rule, and %zu marks", n), n);
    free(rule->text);
    return true;
}

void add_rule_release(struct app *app)
{
    while (app->added_count)
        free(app->added[--app->added_count].text);
    free(app->added);
}
