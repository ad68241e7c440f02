#include "config.h"

#include "client/commit.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "client/recheck.h"
#include "client/verify.h"

/* A maildrop stays locked for a moment after a lost line: waits between logins, in ms. */
static const int64_t retry_after[] = {200, 500, 1000, 2000, 4000, 8000};
#define RETRIES (sizeof retry_after / sizeof *retry_after)

struct commit {
    struct online *online;
    struct fetch *fetch;
    struct maildrop *maildrop;

    enum commit_phase phase;
    struct commit_item *items;
    size_t count;
    size_t next;        /* item to look at, or to send, next */
    size_t answered;    /* answers come in the order of the items: all below have theirs */
    size_t outstanding; /* answers due */
    size_t refused;
    bool verify;     /* also after +OK to QUIT */
    bool is_ahead;   /* copies are made while the listing is under way */
    bool called_off; /* by the user */
    char *words;     /* the first refusal */
    struct recheck recheck;
    size_t retries;
    int64_t retry_at; /* 0: none is waiting */
    int64_t login_not_before;
    struct commit_report report;

    bool (*begin)(void *context, struct err *e); /* the witness */
    void (*end)(void *context);
    void *witness;
    bool witnessed, unwitnessed; /* in this commit: begun; or could not be, and asked */
};

struct commit *commit_new(struct online *o, struct fetch *f, struct maildrop *m)
{
    struct commit *c = xcalloc(1, sizeof *c);
    c->online = o;
    c->fetch = f;
    c->maildrop = m;
    recheck_init(&c->recheck);
    return c;
}

void commit_free(struct commit *c)
{
    if (!c)
        return;
    recheck_release(&c->recheck);
    free(c->items);
    free(c->words);
    free(c);
}

void commit_witness(struct commit *c, bool (*begin)(void *context, struct err *e),
                    void (*end)(void *context), void *context)
{
    c->begin = begin;
    c->end = end;
    c->witness = context;
}

void commit_copies(struct commit *c, struct copies *copies)
{
    c->recheck.copies = copies;
}

bool commit_is_unwitnessed(const struct commit *c)
{
    return c->unwitnessed;
}

enum commit_phase commit_phase(const struct commit *c)
{
    return c->phase;
}

bool commit_is_running(const struct commit *c)
{
    return c->phase != COMMIT_IDLE && c->phase != COMMIT_DONE;
}

const struct commit_item *commit_items(const struct commit *c, size_t *count)
{
    *count = c->count;
    return c->items;
}

size_t commit_progress(const struct commit *c)
{
    if (c->phase == COMMIT_CHECKING)
        return recheck_progress(&c->recheck);
    return c->next - c->outstanding;
}

const struct commit_report *commit_report(const struct commit *c)
{
    return &c->report;
}

static size_t count_state(const struct commit *c, enum commit_item_state state)
{
    size_t n = 0;
    for (size_t i = 0; i < c->count; i++)
        n += c->items[i].state == state;
    return n;
}

/* ---- the end ----------------------------------------------------------------------------- */

static void finish(struct commit *c, enum commit_outcome outcome, bool verified)
{
    c->report.outcome = outcome;
    c->report.verified = verified;
    c->report.left_out = count_state(c, ITEM_LEFT_OUT);
    c->report.uncopied = count_state(c, ITEM_UNCOPIED);
    c->report.refused = count_state(c, ITEM_REFUSED);
    c->report.gone = count_state(c, ITEM_GONE);
    c->report.still_there = count_state(c, ITEM_STILL_THERE);
    c->phase = COMMIT_DONE;
    c->retry_at = 0;
    c->is_ahead = false;
    const struct err *why = &c->recheck.error;
    commit_report_write(&c->report, c->words,
                        why->code != ERR_NONE ? why : online_error(c->online));
    if (c->recheck.copies)
        copies_settle(c->recheck.copies, c->items, c->count);
    if (c->witnessed)
        c->end(c->witness);
    c->witnessed = false;
}

/* Nobody can look: what is known without. */
static void finish_unverified(struct commit *c)
{
    size_t sent = count_state(c, ITEM_SENT) + count_state(c, ITEM_ACCEPTED);
    finish(c, verify_outcome(c->items, c->count, sent, c->report.quit), false);
}

/* ---- verifying --------------------------------------------------------------------------- */

static void begin_verification(struct commit *c, int64_t now)
{
    c->report.trusted = !c->verify && c->report.quit == QUIT_OK;
    if (c->report.trusted || !verify_is_possible(c->items, c->count)) {
        finish_unverified(c);
        return;
    }
    c->phase = COMMIT_VERIFYING;
    c->retries = 0;
    c->retry_at = now > c->login_not_before ? now : c->login_not_before;
}

/* The listing of the new session is in the model. */
static void verified(struct commit *c)
{
    size_t unproved = verify_items(c->items, c->count, c->maildrop);
    finish(c, verify_outcome(c->items, c->count, unproved, c->report.quit), unproved == 0);
}

static void retry_login(struct commit *c, int64_t now)
{
    enum err_code why = online_error(c->online)->code;
    bool hopeless = why == ERR_AUTH || why == ERR_CONFIG || why == ERR_USAGE;
    if (hopeless || c->retries == RETRIES) {
        finish_unverified(c);
        return;
    }
    c->retry_at = now + retry_after[c->retries++];
}

/* ---- sending ----------------------------------------------------------------------------- */

static void submit_or_lose(struct commit *c, enum command_verb verb, int64_t now)
{
    if (online_submit(c->online, &(struct command){.verb = verb}, TAG_COMMIT, now))
        return;
    online_hang_up(c->online);
    commit_lost(c, now);
}

static void quit(struct commit *c, int64_t now)
{
    c->phase = COMMIT_QUITTING;
    c->report.accepted = count_state(c, ITEM_ACCEPTED);
    c->report.quit = QUIT_UNANSWERED;
    submit_or_lose(c, COMMAND_QUIT, now);
}

static void call_off(struct commit *c, int64_t now)
{
    c->phase = COMMIT_CALLING_OFF;
    submit_or_lose(c, COMMAND_RSET, now);
}

static bool is_stopped(const struct commit *c)
{
    return c->called_off || c->refused;
}

static void send_more(struct commit *c, int64_t now)
{
    while (c->next < c->count && !is_stopped(c) && online_room(c->online)) {
        struct commit_item *item = &c->items[c->next];
        if (item->state == ITEM_STAGED) {
            if (!online_submit(c->online,
                               &(struct command){.verb = COMMAND_DELE, .number = item->number},
                               TAG_COMMIT, now))
                return;
            item->state = ITEM_SENT;
            c->report.sent++;
            c->outstanding++;
        }
        c->next++;
    }
    if (c->outstanding)
        return;
    if (is_stopped(c))
        call_off(c, now);
    else if (c->next == c->count)
        quit(c, now);
}

/* It is written down before anything is sent. */
static bool is_written_down(struct commit *c)
{
    struct err e = {0};
    if (c->witnessed || c->unwitnessed || !c->begin)
        return true;
    c->witnessed = c->begin(c->witness, &e);
    if (c->witnessed)
        return true;
    c->unwitnessed = true;
    c->phase = COMMIT_ASKING;
    commit_report_ask_unwitnessed(&c->report, &e);
    return false;
}

static void begin_sending(struct commit *c, int64_t now)
{
    c->next = c->answered = c->refused = 0;
    c->phase = COMMIT_SENDING;
    if (c->called_off || !count_state(c, ITEM_STAGED))
        finish(c, OUTCOME_NOTHING, false);
    else if (is_written_down(c))
        send_more(c, now);
}

/* ---- saving ------------------------------------------------------------------------------ */

static void save_more(struct commit *c, int64_t now)
{
    struct recheck *r = &c->recheck;
    if (r->error.code == ERR_NONE && r->copies &&
        copies_sync(r->copies, true, &r->error) == TRASH_SYNC_MORE)
        return;
    if (r->error.code == ERR_NONE)
        begin_sending(c, now);
    else
        finish(c, OUTCOME_NOTHING, false);
}

static void remember_words(struct commit *c, const struct pop3_event *ev)
{
    if (!c->words)
        c->words = text_clean_line(ev->text, ev->len);
}

static void dele_answered(struct commit *c, const struct pop3_event *ev, int64_t now)
{
    while (c->answered < c->next && c->items[c->answered].state != ITEM_SENT)
        c->answered++;
    if (c->phase != COMMIT_SENDING || c->answered == c->next)
        return;
    c->items[c->answered++].state = ev->ok ? ITEM_ACCEPTED : ITEM_REFUSED;
    c->outstanding--;
    if (!ev->ok) {
        c->refused++;
        remember_words(c, ev);
    }
    send_more(c, now);
}

static void rset_answered(struct commit *c, const struct pop3_event *ev, int64_t now)
{
    if (!ev->ok) {
        /* Closing without QUIT rolls back too. */
        online_hang_up(c->online);
        commit_lost(c, now);
        return;
    }
    for (size_t i = 0; i < c->count; i++)
        if (c->items[i].state == ITEM_SENT || c->items[i].state == ITEM_ACCEPTED)
            c->items[i].state = ITEM_STAGED;
    c->report.sent = 0;
    if (c->called_off || !count_state(c, ITEM_STAGED)) {
        finish(c, OUTCOME_NOTHING, false);
        return;
    }
    c->phase = COMMIT_ASKING;
    c->report.refused = count_state(c, ITEM_REFUSED);
    commit_report_ask(&c->report, c->words);
}

static void quit_answered(struct commit *c, const struct pop3_event *ev, int64_t now)
{
    c->report.quit = ev->ok ? QUIT_OK : QUIT_REFUSED;
    if (!ev->ok)
        remember_words(c, ev);
    online_hang_up(c->online);
    begin_verification(c, now);
}

/* ---- checking ---------------------------------------------------------------------------- */

static void look_again(struct commit *c, int64_t now)
{
    if (!recheck_more(&c->recheck, c->fetch, c->online, now))
        return;
    recheck_drop(&c->recheck); /* an error leaves answers due */
    c->phase = COMMIT_SAVING;
    save_more(c, now);
}

static void check_listed(struct commit *c, int64_t now)
{
    for (size_t i = 0; i < c->count; i++) {
        struct commit_item *item = &c->items[i];
        const struct message *m = maildrop_at(c->maildrop, item->index);
        item->number = m->number;
        item->by_uidl = m->number && maildrop_has_identity(c->maildrop, item->index);
        item->proved = item->by_uidl && !m->is_recalled; /* a UIDL may be used again */
        if (item->state == ITEM_STAGED && (!m->number || (!item->proved && !m->summary)))
            item->state = ITEM_LEFT_OUT;
    }
    c->is_ahead = false;
    recheck_begin(&c->recheck, c->fetch);
    look_again(c, now);
}

/* ---- what happens ------------------------------------------------------------------------ */

void commit_start(struct commit *c, const size_t *indexes, size_t count, bool verify,
                  int64_t now)
{
    free(c->items);
    free(c->words);
    c->items = xcalloc(count, sizeof *c->items);
    for (size_t i = 0; i < count; i++)
        c->items[i].index = indexes[i];
    c->count = count;
    c->words = NULL;
    c->next = c->answered = c->outstanding = c->refused = c->retries = 0;
    c->called_off = c->witnessed = c->unwitnessed = false;
    recheck_start(&c->recheck, c->items, count);
    c->is_ahead = true;
    c->verify = verify;
    c->report = (struct commit_report){.staged = count};
    c->phase = COMMIT_CHECKING;
    c->retry_at = 0;
    if (online_state(c->online) != ONLINE_READY)
        c->retry_at = now; /* log in; the listing follows by itself */
    else if (!fetch_is_listing(c->fetch) && !fetch_list(c->fetch, c->online, now))
        finish(c, OUTCOME_NOTHING, false);
}

void commit_login_not_before(struct commit *c, int64_t at)
{
    c->login_not_before = at;
}

int64_t commit_retry_at(const struct commit *c)
{
    return c->retry_at;
}

void commit_go_on(struct commit *c, int64_t now)
{
    begin_sending(c, now);
}

bool commit_cancel(struct commit *c, int64_t now)
{
    switch (c->phase) {
    case COMMIT_CHECKING:
    case COMMIT_SAVING:
    case COMMIT_ASKING:
        recheck_drop(&c->recheck);
        finish(c, OUTCOME_NOTHING, false);
        return true;
    case COMMIT_SENDING:
        if (!c->called_off) {
            c->called_off = true;
            send_more(c, now);
            return true;
        }
        /* fall through */
    case COMMIT_CALLING_OFF: /* the server is silent: closing without QUIT rolls back too */
        online_hang_up(c->online);
        commit_lost(c, now);
        return true;
    case COMMIT_QUITTING:
        online_hang_up(c->online);
        begin_verification(c, now);
        return false;
    case COMMIT_VERIFYING:
        online_hang_up(c->online);
        finish_unverified(c);
        return true;
    case COMMIT_IDLE:
    case COMMIT_DONE:
        break;
    }
    return false;
}

void commit_event(struct commit *c, const struct pop3_event *ev, int64_t now)
{
    if (ev->verb == COMMAND_DELE)
        dele_answered(c, ev, now);
    else if (ev->verb == COMMAND_RSET)
        rset_answered(c, ev, now);
    else if (ev->verb == COMMAND_QUIT)
        quit_answered(c, ev, now);
    else if (recheck_event(&c->recheck, ev, c->maildrop))
        look_again(c, now);
}

void commit_listed(struct commit *c, int64_t now)
{
    if (c->phase == COMMIT_CHECKING)
        check_listed(c, now);
    else if (c->phase == COMMIT_VERIFYING)
        verified(c);
}

void commit_lost(struct commit *c, int64_t now)
{
    c->outstanding = 0;
    recheck_lost(&c->recheck);
    switch (c->phase) {
    case COMMIT_CHECKING:
    case COMMIT_SAVING:
    case COMMIT_ASKING:
        finish(c, OUTCOME_NOTHING, false);
        break;
    case COMMIT_SENDING:
    case COMMIT_CALLING_OFF:
    case COMMIT_QUITTING:
        begin_verification(c, now);
        break;
    case COMMIT_VERIFYING:
        retry_login(c, now);
        break;
    case COMMIT_IDLE:
    case COMMIT_DONE:
        break;
    }
}

void commit_turn(struct commit *c, int64_t now)
{
    if (c->retry_at && now >= c->retry_at) {
        c->retry_at = 0;
        online_connect(c->online, now);
    }
    if (c->phase == COMMIT_SENDING)
        send_more(c, now);
    else if (c->phase == COMMIT_SAVING)
        save_more(c, now);
    else if (c->phase == COMMIT_CHECKING && recheck_is_running(&c->recheck))
        look_again(c, now);
}

void commit_turn_idle(struct commit *c)
{
    if (c->is_ahead)
        c->is_ahead = recheck_ahead(&c->recheck);
}

void commit_poll(const struct commit *c, int64_t now, int *timeout_ms)
{
    bool is_busy = c->phase == COMMIT_SAVING || c->is_ahead;
    if (!c->retry_at && !is_busy)
        return;
    int64_t left = !is_busy && c->retry_at > now ? c->retry_at - now : 0;
    if (*timeout_ms < 0 || left < *timeout_ms)
        *timeout_ms = (int)left;
}
