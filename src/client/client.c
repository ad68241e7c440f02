#include "config.h"

#include "client/client.h"

#include <stdlib.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "client/client_inside.h"
#include "client/console.h"
#include "mail/trust.h"

/* Reads of one turn, each of some fifty headers and a millisecond or two; then keys and the
 * screen have their turn. */
#define TURN_READS 2

struct client *client_new(const struct account *account, const struct secret *password,
                          int (*open)(void *context), void *context)
{
    uint8_t key[HASH_KEY_SIZE];
    struct client *c = xcalloc(1, sizeof *c);
    c->account = account;
    c->settled = true;
    c->remembered = BUF_INIT(LIMIT_HEADER);
    c->maildrop = maildrop_new();
    c->marks = marks_new();
    hash_make_key(key);
    c->known = known_new(c->maildrop, c->marks, key);
    c->online = online_new(account, password, open, context);
    c->trace = trace_new();
    online_trace_to(c->online, c->trace);
    c->fetch = fetch_new(c->maildrop, account);
    fetch_tell_headers(c->fetch, client_take_header, c);
    c->whole = whole_new(c->maildrop);
    c->commit = commit_new(c->online, c->fetch, c->maildrop);
    c->memory = memory_new(NULL, account, c->maildrop, c->marks);
    c->copies = copies_new(account, c->maildrop, c->marks, c->whole);
    copies_recall_from(c->copies, c->memory);
    commit_copies(c->commit, c->copies);
    return c;
}

void client_free(struct client *c)
{
    if (!c)
        return;
    memory_free(c->memory);
    witness_free(c->witness);
    copies_free(c->copies);
    buf_release(&c->remembered);
    commit_free(c->commit);
    fetch_free(c->fetch);
    whole_free(c->whole);
    online_free(c->online);
    trace_free(c->trace);
    known_free(c->known);
    marks_free(c->marks);
    maildrop_free(c->maildrop);
    free(c);
}

/* ---- what the connection brings ---------------------------------------------------------- */

static void drop_marks_of_gone(struct client *c)
{
    size_t i = 0;
    while ((i = marks_next(c->marks, i)) != SIZE_MAX) {
        if (!maildrop_at(c->maildrop, i)->number) {
            marks_forget(c->marks, i);
            c->lost_marks++;
        }
        i++;
    }
}

/* ---- connecting, now or when it is allowed -------------------------------------------------
 */

static void connect_when_allowed(struct client *c, int64_t now)
{
    c->parked = false;
    c->changed = true;
    if (patience_earliest(&c->patience) > now)
        patience_wait_until(&c->patience, patience_earliest(&c->patience));
    else
        online_connect(c->online, now);
}

/* Milliseconds until the next login, the commit's or our own; -1 where none waits. */
static int64_t next_login_ms(const struct client *c, int64_t now)
{
    int64_t at = commit_retry_at(c->commit);
    return at > now ? at - now : patience_left(&c->patience, now);
}

/* The wait for the next login is shown by the second. */
static void wait_on(struct client *c, int64_t now)
{
    int64_t seconds = (next_login_ms(c, now) + 999) / 1000;
    c->changed |= seconds != c->shown_s;
    c->shown_s = seconds;
    if (patience_left(&c->patience, now) != 0)
        return;
    patience_wait_until(&c->patience, 0);
    err_clear(&c->error);
    online_connect(c->online, now);
}

/* A commit came to its end: marks of what is deleted are void.  Where it took the session and
 * the program stays, the maildrop is looked at again. */
static void settle_commit(struct client *c, int64_t now)
{
    if (c->settled || commit_is_running(c->commit))
        return;
    c->settled = true;
    c->changed = true;
    size_t count;
    const struct commit_item *items = commit_items(c->commit, &count);
    const struct commit_report *r = commit_report(c->commit);
    c->has_sent_deletions |= r->quit != QUIT_NOT_SENT || (r->sent && !r->verified);
    for (size_t i = 0; i < count; i++)
        if (items[i].state == ITEM_GONE ||
            (items[i].state == ITEM_ACCEPTED && r->quit == QUIT_OK))
            marks_forget(c->marks, items[i].index);
    if (r->quit != QUIT_NOT_SENT && !c->leaves_after_commit &&
        online_state(c->online) == ONLINE_OFF && online_error(c->online)->code == ERR_NONE)
        connect_when_allowed(c, now);
}

static void listed(struct client *c, int64_t now)
{
    c->listed = true;
    patience_logged_in(&c->patience, online_capa_args(c->online, CAPA_LOGIN_DELAY),
                       c->session_at);
    commit_login_not_before(c->commit, patience_earliest(&c->patience));
    struct maildrop_changes changes = fetch_changes(c->fetch);
    if (c->witness)
        witness_listed(c->witness, c->unfinished, sizeof c->unfinished);
    bool verifying = commit_phase(c->commit) == COMMIT_VERIFYING;
    commit_listed(c->commit, now);
    settle_commit(c, now);
    if (c->ever_listed && !verifying) /* what a commit deleted is no surprise */
        c->changes = changes;
    drop_marks_of_gone(c);
    if (changes.gone)
        memory_gone(c->memory);
    c->ever_listed = true;
    client_judge_all(c);
}

/* Once per message, when its header comes: the user may decide otherwise. */
static void keep_folder_data(struct client *c)
{
    size_t latest = fetch_latest(c->fetch);
    const struct message *m = latest != SIZE_MAX ? maildrop_at(c->maildrop, latest) : NULL;
    if (m && m->summary && m->summary->warnings & TRUST_FOLDER_DATA)
        marks_set_unasked(c->marks, latest, MARK_KEEP, CAUSE_FOLDER_DATA, NULL, 0);
}

/* One that was fetched by the user's will may be the first that is known of it. */
static void learn_from_whole(struct client *c, const struct pop3_event *event)
{
    size_t index = maildrop_by_number(c->maildrop, event->number);
    struct spool *spool;
    if (event->type != POP3_EVENT_END || index == SIZE_MAX ||
        whole_state(c->whole, index, &spool) != WHOLE_HERE)
        return;
    char *header = xmalloc(LIMIT_HEADER);
    size_t len = spool_read(spool, 0, header, LIMIT_HEADER);
    fetch_learn(c->fetch, index, header, len);
    free(header);
}

static void take_event(struct client *c, const struct pop3_event *event, int64_t now)
{
    whole_event(c->whole, event);
    switch (fetch_event(c->fetch, c->online, event, now)) {
    case FETCH_NOT_MINE:
        if (event->tag == TAG_COMMIT)
            commit_event(c->commit, event, now);
        if (event->tag == TAG_WHOLE)
            learn_from_whole(c, event);
        c->changed = true;
        break;
    case FETCH_MORE:
        break;
    case FETCH_LISTED:
        listed(c, now);
        c->changed = true;
        break;
    case FETCH_HEADER:
        keep_folder_data(c);
        c->changed = true;
        break;
    case FETCH_PREVIEW:
        c->changed = true;
        break;
    case FETCH_BROKEN:
        online_fail(c->online, fetch_error(c->fetch));
        break;
    }
}

static bool is_session(enum online_state state)
{
    return state == ONLINE_READY || state == ONLINE_LEAVING;
}

/* A session began or ended since the last look. */
static void follow_state(struct client *c, int64_t now)
{
    enum online_state before = c->seen_state, state = online_state(c->online);
    c->seen_state = state;
    c->changed |= state != before;
    if (is_session(state) && !is_session(before)) {
        c->needed_at = c->session_at = now;
        c->parked = false;
        memory_put_server(c->memory, online_presumed(c->online));
        fetch_list(c->fetch, c->online, now);
    }
    if (is_session(before) && !is_session(state)) {
        c->listed = false;
        if (online_error(c->online)->code == ERR_PROTOCOL)
            fetch_blame(c->fetch);
        if (online_error(c->online)->code == ERR_UNAVAILABLE)
            fetch_blame_unfinished(c->fetch);
        fetch_lost(c->fetch);
        whole_lost(c->whole);
    }
    if (online_take_failure(c->online)) {
        memory_put_server(c->memory, online_presumed(c->online));
        c->changed = true;
        c->parked = false;
        bool of_commit = commit_is_running(c->commit);
        commit_lost(c->commit, now);
        if (!of_commit) { /* else the commit's report says it */
            c->error = *online_error(c->online);
            if (c->is_patient)
                patience_refused(&c->patience, online_refusal(c->online), now);
        }
    }
}

/* Milliseconds until a NOOP is due; -1 while none is. */
static int64_t keepalive_ms(const struct client *c, int64_t now)
{
    int64_t idle = online_idle_ms(c->online, now);
    bool busy = commit_is_running(c->commit) && commit_phase(c->commit) != COMMIT_ASKING;
    if (idle < 0 || c->leaving || busy)
        return -1;
    return idle < LIMIT_KEEPALIVE_MS ? LIMIT_KEEPALIVE_MS - idle : 0;
}

static void keep_alive_or_park(struct client *c, int64_t now)
{
    if (keepalive_ms(c, now) < 0)
        return;
    if (c->account->idle_park_s && online_may_quit(c->online) &&
        !commit_is_running(c->commit) &&
        now - c->needed_at >= (int64_t)c->account->idle_park_s * 1000)
        c->parked = online_submit(c->online, &(struct command){.verb = COMMAND_QUIT},
                                  TAG_KEEPALIVE, now);
    else if (keepalive_ms(c, now) == 0)
        online_submit(c->online, &(struct command){.verb = COMMAND_NOOP}, TAG_KEEPALIVE, now);
}

/* While a commit runs, nothing else is asked of the server. */
void client_ask_for_more(struct client *c, int64_t now)
{
    if (c->leaving || commit_is_running(c->commit))
        return;
    if (c->listed)
        whole_more(c->whole, c->online, now);
    fetch_more(c->fetch, c->online, now);
}

/* A commit goes before what is written about headers. */
static bool writes_headers(const struct client *c)
{
    return !commit_is_running(c->commit);
}

bool client_turn(struct client *c, int64_t now)
{
    struct pop3_event event;
    wait_on(c, now);
    commit_turn(c->commit, now);
    bool more = true;
    for (int i = 0; i < TURN_READS && more; i++) {
        more = online_turn(c->online, now);
        while (online_next(c->online, now, &event))
            take_event(c, &event, now);
        follow_state(c, now);
        settle_commit(c, now);
        client_ask_for_more(c, now);
    }
    commit_turn_idle(c->commit);
    client_judge_rest(c);
    if (writes_headers(c))
        memory_turn(c->memory, !more && client_is_complete(c), now);
    else
        memory_write_marks(c->memory);
    keep_alive_or_park(c, now);
    bool changed = c->changed;
    c->changed = false;
    return changed;
}

size_t client_poll(const struct client *c, struct pollfd fds[CLIENT_POLLFDS], int64_t now,
                   int *timeout_ms)
{
    commit_poll(c->commit, now, timeout_ms);
    int64_t left = keepalive_ms(c, now);
    if (left >= 0 && (*timeout_ms < 0 || left < *timeout_ms))
        *timeout_ms = (int)left;
    left = writes_headers(c) ? memory_wait_ms(c->memory, now) : -1;
    if (left >= 0 && (*timeout_ms < 0 || left < *timeout_ms))
        *timeout_ms = (int)left;
    if (client_is_judging(c))
        *timeout_ms = 0;
    left = next_login_ms(c, now);
    if (left >= 0) /* to the next full second */
        left = left % 1000 ? left % 1000 : left ? 1000 : 0;
    if (left >= 0 && (*timeout_ms < 0 || left < *timeout_ms))
        *timeout_ms = (int)left;
    return online_poll(c->online, fds, now, timeout_ms);
}

/* ---- what the user asks for -------------------------------------------------------------- */

void client_refresh(struct client *c, int64_t now)
{
    c->needed_at = now;
    if (commit_is_running(c->commit))
        return;
    if (online_state(c->online) == ONLINE_READY && c->listed) {
        c->listed = !fetch_list(c->fetch, c->online, now);
    } else if (online_state(c->online) == ONLINE_OFF) {
        err_clear(&c->error);
        patience_stop(&c->patience);
        connect_when_allowed(c, now);
    }
}

/* POP3 has no word for "enough": a short rest is read and dropped, for a long one the
 * connection is given up and made again. */
static bool stop_fetching(struct client *c, int64_t now)
{
    uint64_t left;
    if (!whole_stop(c->whole, &left))
        return false;
    if (left > LIMIT_DRAIN && online_state(c->online) == ONLINE_READY) {
        online_hang_up(c->online);
        follow_state(c, now);
        connect_when_allowed(c, now);
    }
    return true;
}

bool client_cancel(struct client *c, int64_t now)
{
    if (commit_is_running(c->commit)) {
        commit_cancel(c->commit, now);
        return true;
    }
    if (patience_left(&c->patience, now) >= 0) {
        patience_stop(&c->patience);
        return true;
    }
    if (stop_fetching(c, now))
        return true;
    enum online_state state = online_state(c->online);
    if (state == ONLINE_OFF || state == ONLINE_READY)
        return false;
    online_hang_up(c->online);
    return true;
}

void client_leave(struct client *c, int64_t now)
{
    c->leaving = true;
    /* Behind answers that are still due QUIT would wait; closing deletes nothing either. */
    if (!online_may_quit(c->online) || commit_is_running(c->commit) ||
        online_idle_ms(c->online, now) < 0 ||
        !online_submit(c->online, &(struct command){.verb = COMMAND_QUIT}, TAG_KEEPALIVE, now))
        online_hang_up(c->online);
}

bool client_is_off(const struct client *c)
{
    return online_state(c->online) == ONLINE_OFF;
}

enum online_state client_state(const struct client *c)
{
    return online_state(c->online);
}

bool client_is_listed(const struct client *c)
{
    return c->listed;
}

bool client_is_complete(const struct client *c)
{
    return c->listed && maildrop_headers_done(c->maildrop) == maildrop_present(c->maildrop);
}

bool client_has_sent_deletions(const struct client *c)
{
    return c->has_sent_deletions;
}

void client_be_patient(struct client *c)
{
    c->is_patient = true;
}

int64_t client_retry_in(const struct client *c, int64_t now)
{
    int64_t left = patience_left(&c->patience, now);
    return left < 0 ? -1 : (left + 999) / 1000;
}

bool client_is_parked(const struct client *c)
{
    return c->parked && online_state(c->online) == ONLINE_OFF;
}

const struct err *client_error(const struct client *c)
{
    return &c->error;
}

void client_forget_error(struct client *c)
{
    err_clear(&c->error);
}

const char *client_tls(const struct client *c)
{
    return online_tls(c->online);
}

const char *client_auth(const struct client *c)
{
    return online_auth(c->online);
}

const char *client_warning(const struct client *c)
{
    return online_warning(c->online);
}

struct maildrop_changes client_take_changes(struct client *c)
{
    struct maildrop_changes changes = c->changes;
    c->changes = (struct maildrop_changes){0};
    return changes;
}

size_t client_take_lost_marks(struct client *c)
{
    size_t lost = c->lost_marks;
    c->lost_marks = 0;
    return lost;
}

const struct trace *client_trace(const struct client *c)
{
    return c->trace;
}

bool client_trace_to_file(struct client *c, struct err *e)
{
    return !c->account->trace || trace_to_file(c->trace, c->account->trace, e);
}

bool client_console(struct client *c, const char *line, int64_t now, struct err *e)
{
    char text[256];
    struct command command;
    if (!console_command(line, text, &command, e))
        return false;
    if (commit_is_running(c->commit))
        err_set(e, ERR_USAGE, "%s", _("A deletion is under way."));
    else if (online_state(c->online) != ONLINE_READY)
        err_set(e, ERR_USAGE, "%s", _("There is no connection."));
    else if (!online_submit(c->online, &command, TAG_CONSOLE, now))
        err_set(e, ERR_USAGE, "%s", _("This cannot be sent."));
    else
        c->needed_at = now;
    return e->code == ERR_NONE;
}

const char *client_expire(const struct client *c)
{
    const char *args = online_capa_args(c->online, CAPA_EXPIRE);
    return args && *args >= '0' && *args <= '9' ? args : "";
}

const struct account *client_account(const struct client *c)
{
    return c->account;
}

const struct maildrop *client_maildrop(const struct client *c)
{
    return c->maildrop;
}

struct marks *client_marks(struct client *c)
{
    return c->marks;
}

void client_ask_only(struct client *c)
{
    fetch_ask_only(c->fetch);
}

void client_want(struct client *c, const size_t *indexes, size_t count, int64_t now)
{
    fetch_want(c->fetch, indexes, count);
    client_ask_for_more(c, now);
}

bool client_commit(struct client *c, const size_t *indexes, size_t count, bool leaving,
                   int64_t now)
{
    if (!count || commit_is_running(c->commit) || c->account->read_only)
        return false;
    err_clear(&c->error);
    c->needed_at = now;
    c->leaves_after_commit = leaving;
    c->settled = false;
    commit_start(c->commit, indexes, count, !leaving || c->account->verify, now);
    return true;
}

void client_commit_go_on(struct client *c, int64_t now)
{
    if (commit_phase(c->commit) == COMMIT_ASKING)
        commit_go_on(c->commit, now);
}

const struct commit *client_commit_state(const struct client *c)
{
    return c->commit;
}
