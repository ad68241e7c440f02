#include "config.h"

#include "ui/cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "client/commit.h"
#include "maildrop/query.h"
#include "ui/batch.h"
#include "ui/loop.h"
#include "ui/output.h"
#include "ui/plan.h"

/* `dele delete`: the same commit as the browser's, of what a query or a plan names.  Nothing
 * goes that was not printed and agreed to. */

struct deletion {
    struct cmd *cmd;
    struct batch batch;
    struct query *query; /* or the plan */
    struct plan plan;
    struct buf why; /* the cause of all marks */
    size_t *chosen; /* message indexes, by number */
    size_t count;
    uint64_t octets;
    size_t *kept; /* they match, and are left alone */
    size_t kept_count;
    size_t stale; /* lines of the plan that do not hold any more */
    bool is_json;
};

/* ---- what is meant ----------------------------------------------------------------------- */

/* By message index: the plan names it, and it holds. */
static bool *plan_marks(struct deletion *d, size_t size)
{
    bool *named = xcalloc(size + 1, sizeof *named);
    for (size_t i = 0; i < d->plan.count; i++) {
        if (d->plan.lines[i].verdict == PLAN_GOOD)
            named[d->plan.lines[i].index] = true;
        else
            d->stale++;
    }
    return named;
}

static void choose(struct deletion *d)
{
    const struct maildrop *m = client_maildrop(d->batch.client);
    size_t size = maildrop_size(m);
    plan_match(&d->plan, m);
    bool *named = plan_marks(d, size);
    struct query_view view = client_query_view(d->batch.client, (int64_t)time(NULL));
    d->chosen = xcalloc(size + 1, sizeof *d->chosen);
    d->kept = xcalloc(size + 1, sizeof *d->kept);
    for (uint32_t n = 1; n <= maildrop_highest(m); n++) {
        size_t index = maildrop_by_number(m, n);
        if (index == SIZE_MAX ||
            !(d->query ? query_matches(d->query, &view, index) : named[index]))
            continue;
        if (marks_get(client_marks(d->batch.client), index) == MARK_KEEP) {
            d->kept[d->kept_count++] = index;
            continue;
        }
        d->chosen[d->count++] = index;
        d->octets += maildrop_at(m, index)->size;
    }
    free(named);
}

/* ---- saying ------------------------------------------------------------------------------ */

/* NUMBER: the one it had; 0: it still has it. */
static void print_state(const struct deletion *d, size_t index, uint32_t number,
                        const char *state)
{
    const struct message *m = maildrop_at(client_maildrop(d->batch.client), index);
    struct trust t = client_trust(d->batch.client, index);
    json_t *o = output_message(m, MARK_DELETE, &t);
    json_object_set_new(o, "n", json_integer(number ? number : m->number));
    json_object_set_new(o, "cause", output_clean(d->why.data));
    json_object_set_new(o, "state", json_string(state));
    output_json(o);
}

static void print_plan(const struct deletion *d)
{
    const struct maildrop *m = client_maildrop(d->batch.client);
    for (size_t i = 0; i < d->count; i++)
        output_row(maildrop_at(m, d->chosen[i]));
    fflush(stdout);
}

static void say_stale(const struct deletion *d)
{
    for (size_t i = 0; i < d->plan.count; i++) {
        const struct plan_line *l = &d->plan.lines[i];
        if (l->verdict == PLAN_GOOD)
            continue;
        cmd_fail(0,
                 l->verdict == PLAN_GONE
                     ? _("not in the maildrop any more, left out: %s (%llu octets)")
                     : _("has changed since the plan was made, left out: %s (%llu octets)"),
                 l->uidl, (unsigned long long)l->size);
    }
    if (d->kept_count)
        cmd_fail(0,
                 _n("%zu message is kept, and left alone",
                    "%zu messages are kept, and left alone", d->kept_count),
                 d->kept_count);
}

/* What became of those that no DELE was meant for. */
static void print_left_out(const struct deletion *d)
{
    for (size_t i = 0; i < d->kept_count; i++)
        print_state(d, d->kept[i], 0, "kept");
    for (size_t i = 0; i < d->plan.count; i++) {
        const struct plan_line *l = &d->plan.lines[i];
        if (l->verdict != PLAN_GOOD)
            output_json(json_pack("{s:s, s:I, s:s}", "uidl", l->uidl, "size",
                                  (json_int_t)l->size, "state",
                                  l->verdict == PLAN_GONE ? "gone" : "changed"));
    }
}

static const char *state_word(const struct commit_item *item, const struct commit_report *r)
{
    static const char *const words[] = {
        [ITEM_STAGED] = "not-deleted", [ITEM_LEFT_OUT] = "left-out",
        [ITEM_UNCOPIED] = "uncopied",  [ITEM_SENT] = "unknown",
        [ITEM_REFUSED] = "refused",    [ITEM_ACCEPTED] = "unknown",
        [ITEM_GONE] = "deleted",       [ITEM_STILL_THERE] = "not-deleted",
    };
    bool is_open = item->state == ITEM_SENT || item->state == ITEM_ACCEPTED;
    if (is_open && r->outcome == OUTCOME_NOTHING)
        return "not-deleted";
    if (is_open && r->outcome == OUTCOME_DELETED)
        return "accepted"; /* +OK to QUIT, and nobody looked */
    return words[item->state];
}

static int say_result(const struct deletion *d)
{
    const struct commit *c = client_commit_state(d->batch.client);
    const struct commit_report *r = commit_report(c);
    size_t count;
    const struct commit_item *items = commit_items(c, &count);
    for (size_t i = 0; i < count && d->is_json; i++)
        print_state(d, items[i].index, items[i].number, state_word(&items[i], r));
    int status = r->outcome == OUTCOME_DELETED && !r->left_out && !r->uncopied && !d->stale ? 0
                 : r->outcome == OUTCOME_UNKNOWN ? ERR_IO
                                                 : ERR_TRY_LATER;
    if (d->is_json || status)
        return cmd_fail(status, "%s", r->text);
    printf("dele: %s\n", r->text);
    return 0;
}

/* ---- agreeing ---------------------------------------------------------------------------- */

static bool ask(const struct deletion *d)
{
    char line[64], wanted[24], size[8];
    size_t present = maildrop_present(client_maildrop(d->batch.client));
    bool by_number = d->count > LIMIT_AGREE_BY_KEY || d->count == present;
    const struct account *a = &d->cmd->account;
    text_size(size, d->octets);
    snprintf(wanted, sizeof wanted, "%zu\n", d->count);
    printf(_n("This will PERMANENTLY delete %zu of %zu messages (%s) from %s@%s.\n",
              "This will PERMANENTLY delete %zu of %zu messages (%s) from %s@%s.\n", d->count),
           d->count, present, size, a->user, a->host);
    if (by_number)
        printf(_("Type %zu to delete them all: "), d->count);
    else
        printf(_("Delete them? y or N: "));
    fflush(stdout);
    if (!fgets(line, sizeof line, stdin))
        return false;
    return by_number ? !strcmp(line, wanted) : !strcmp(line, "y\n");
}

/* ---- doing ------------------------------------------------------------------------------- */

static void mark_chosen(struct deletion *d)
{
    struct marks *marks = client_marks(d->batch.client);
    const struct maildrop *m = client_maildrop(d->batch.client);
    marks_begin(marks, d->why.data);
    for (size_t i = 0; i < d->count; i++)
        marks_set(marks, d->chosen[i], MARK_DELETE, CAUSE_PATTERN,
                  maildrop_at(m, d->chosen[i])->size);
    marks_end(marks);
}

/* A signal calls it off; what the server refuses calls it off, too: nobody can be asked. */
static void run_commit(struct deletion *d)
{
    struct client *c = d->batch.client;
    const struct commit *commit = client_commit_state(c);
    bool is_stopped = false;
    client_commit(c, d->chosen, d->count, true, loop_now());
    while (commit_phase(commit) != COMMIT_DONE) {
        bool stop = loop_turn(c, NULL, is_stopped ? 100 : -1) & LOOP_STOPPED;
        if (commit_phase(commit) == COMMIT_ASKING) {
            cmd_fail(0, "%s", commit_report(commit)->text);
            client_cancel(c, loop_now());
        } else if (stop && !is_stopped) {
            is_stopped = true;
            client_cancel(c, loop_now());
        }
    }
}

static int delete_chosen(struct deletion *d)
{
    struct client *c = d->batch.client;
    mark_chosen(d);
    run_commit(d);
    int status = say_result(d);
    /* A batch leaves no marks behind for the browser. */
    marks_undo(client_marks(c));
    client_write_marks(c);
    fflush(stdout);
    loop_die_of_signal();
    return status;
}

static int go_on(struct deletion *d)
{
    bool asks = !d->cmd->delete.yes && !d->cmd->delete.dry_run;
    choose(d);
    if (d->plan.count && !d->count && d->stale == d->plan.count)
        return cmd_fail(ERR_USAGE,
                        _("none of the plan's messages is in this maildrop as it was: "
                          "is it of another account? Nothing was deleted."));
    if (!d->is_json)
        print_plan(d);
    say_stale(d);
    if (d->is_json)
        print_left_out(d);
    if (!d->count) {
        cmd_fail(0, _("no message matches; nothing was deleted"));
        return d->stale ? ERR_TRY_LATER : 0;
    }
    if (d->cmd->delete.dry_run) {
        for (size_t i = 0; i < d->count && d->is_json; i++)
            print_state(d, d->chosen[i], 0, "planned");
        cmd_fail(0,
                 _n("%zu message would be deleted", "%zu messages would be deleted", d->count),
                 d->count);
        return d->stale ? ERR_TRY_LATER : 0;
    }
    if (asks && !ask(d))
        return cmd_fail(ERR_TRY_LATER, _("nothing was deleted"));
    return delete_chosen(d);
}

static int check(struct deletion *d)
{
    const struct cmd *cmd = d->cmd;
    struct err e = {0};
    const char *format = cmd->format ? cmd->format : "table";
    d->is_json = !strcmp(format, "json");
    if (!d->is_json && strcmp(format, "table") != 0)
        return cmd_fail(ERR_USAGE, _("unknown format '%s': table or json"), format);
    int status = cmd_query(cmd, &d->query);
    if (status)
        return status;
    if (!d->query == !cmd->delete.plan)
        return cmd_fail(ERR_USAGE, _("what is to be deleted? Say a QUERY, or --plan FILE"));
    bool can_ask = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && !d->is_json;
    if (!cmd->delete.yes && !cmd->delete.dry_run && !can_ask)
        return cmd_fail(ERR_USAGE, _("nobody can be asked here: say --yes, or --dry-run to see "
                                     "what would go. Nothing was deleted."));
    if (cmd->account.read_only && !cmd->delete.dry_run)
        return cmd_fail(ERR_USAGE, _("This account is read-only: nothing is deleted."));
    if (cmd->delete.plan && !plan_read(&d->plan, cmd->delete.plan, &e))
        return cmd_fail(e.code, "%s", e.text);
    if (d->query)
        buf_printf(&d->why, _("pattern %s"), query_text(d->query));
    else
        buf_printf(&d->why, _("plan %s"), cmd->delete.plan);
    return 0;
}

static int fetch_and_go_on(struct deletion *d)
{
    int status = batch_fetch_all(&d->batch);
    if (!status)
        status = go_on(d);
    loop_goodbye(d->batch.client, NULL);
    return status;
}

int cmd_delete(struct cmd *cmd)
{
    struct deletion d = {.cmd = cmd, .why = BUF_INIT(LIMIT_TEXT)};
    int status = check(&d);
    if (!status)
        status = cmd_get_password(cmd);
    if (!status) {
        status = batch_open(&d.batch, cmd, !cmd->delete.dry_run);
        if (!status)
            status = fetch_and_go_on(&d);
        batch_close(&d.batch);
    }
    query_free(d.query);
    plan_release(&d.plan);
    buf_release(&d.why);
    free(d.chosen);
    free(d.kept);
    return status;
}
