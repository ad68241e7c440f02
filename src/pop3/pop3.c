#include "config.h"

#include "pop3/pop3.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "pop3/auth.h"
#include "pop3/capa.h"
#include "pop3/line.h"
#include "pop3/queue.h"

/* RFC 2449 gives SASL, EXPIRE, LOGIN-DELAY and IMPLEMENTATION arguments; LANG and UTF8 too. */

struct pop3 {
    enum pop3_state state;
    struct err error;
    struct line_reader *lines;
    struct queue queue;
    size_t window;

    bool reading_lines; /* the head's answer is +OK and multi-line: its lines come */
    bool challenged;    /* the head is AUTH, and waits for pop3_answer() */
    bool skipping;      /* the rest of a status line that is too long */
    bool bare_lf;       /* the greeting ended so: "." LF ends an answer too */

    struct buf out;
    uint64_t given_bytes, written_bytes; /* of the session: queued into `out`, and written */
    bool out_secret;

    struct capa capa;
    struct buf challenge;
    uint64_t deletes_to;   /* given_bytes behind the newest DELE; 0: undone or committed */
    size_t deletes_queued; /* not given out yet */
};

static const char *const state_names[] = {
    [POP3_GREETING] = "greeting", [POP3_AUTHORIZATION] = "authorization",
    [POP3_STLS] = "stls",         [POP3_TRANSACTION] = "transaction",
    [POP3_UPDATE] = "update",     [POP3_CLOSED] = "closed",
    [POP3_BROKEN] = "broken",
};
_Static_assert(sizeof state_names / sizeof *state_names == POP3_STATE_COUNT,
               "a name for each state");

/* ---- life cycle -------------------------------------------------------------------------- */

struct pop3 *pop3_new(void)
{
    struct pop3 *s = xcalloc(1, sizeof *s);
    s->lines = line_reader_new();
    s->window = 1;
    s->out = BUF_INIT((size_t)LIMIT_QUEUE * LIMIT_COMMAND + 2 * (size_t)LIMIT_AUTH_LINE);
    s->challenge = BUF_INIT(LIMIT_COMMAND);
    return s;
}

void pop3_free(struct pop3 *s)
{
    if (!s)
        return;
    line_reader_free(s->lines);
    queue_release(&s->queue);
    buf_wipe(&s->out);
    buf_release(&s->challenge);
    capa_release(&s->capa);
    free(s);
}

enum pop3_state pop3_state(const struct pop3 *s)
{
    return s->state;
}

const char *pop3_state_name(enum pop3_state state)
{
    return state_names[state];
}

const struct err *pop3_error(const struct pop3 *s)
{
    return &s->error;
}

static void set_state(struct pop3 *s, enum pop3_state state)
{
    if (s->state != POP3_BROKEN)
        s->state = state;
}

static bool out_of_step(struct pop3 *s, struct pop3_event *event, const char *what)
{
    err_set(&s->error, ERR_PROTOCOL,
            _("The server is out of step: %s. The connection was closed without QUIT."), what);
    set_state(s, POP3_BROKEN);
    *event = (struct pop3_event){.type = POP3_EVENT_BROKEN, .text = ""};
    return true;
}

/* ---- what is known ----------------------------------------------------------------------- */

unsigned pop3_capa(const struct pop3 *s)
{
    return s->capa.known;
}

const char *pop3_capa_args(const struct pop3 *s, enum reply_capa which)
{
    return capa_args(&s->capa, which);
}

const char *pop3_challenge(const struct pop3 *s)
{
    return s->challenge.data;
}

void pop3_tls_started(struct pop3 *s)
{
    if (s->state == POP3_STLS && line_pending(s->lines))
        return; /* pop3_next() has not been asked: it will say that this was injected */
    capa_begin(&s->capa);
    capa_end(&s->capa);
    if (s->state != POP3_STLS)
        return;
    /* The greeting came in clear: had its CR been taken off on the way, a "." LF in a message
     * would end an answer inside TLS, and the rest of the message be read as replies. */
    s->bare_lf = false;
    set_state(s, POP3_AUTHORIZATION);
}

void pop3_presume_capa(struct pop3 *s, const char *lines)
{
    capa_begin(&s->capa);
    for (const char *end; (end = strchr(lines, '\n')); lines = end + 1)
        capa_add_line(&s->capa, lines, (size_t)(end - lines));
    capa_end(&s->capa);
}

void pop3_logged_in(struct pop3 *s)
{
    if (s->state == POP3_AUTHORIZATION)
        set_state(s, POP3_TRANSACTION);
}

/* ---- what comes -------------------------------------------------------------------------- */

void pop3_recv(struct pop3 *s, const char *bytes, size_t len)
{
    if (s->state != POP3_BROKEN && s->state != POP3_CLOSED)
        line_feed(s->lines, bytes, len);
}

static struct pop3_event event_of(const struct queue_entry *head, enum pop3_event_type type)
{
    return (struct pop3_event){.type = type,
                               .verb = head->verb,
                               .tag = head->tag,
                               .number = head->number,
                               .ok = true,
                               .text = ""};
}

static bool take_greeting(struct pop3 *s, const struct line *line, struct pop3_event *event)
{
    struct reply r = reply_parse(line->data, line->len);
    if (r.status != REPLY_OK && r.status != REPLY_ERR)
        return out_of_step(s, event, _("what it greets with is not POP3"));
    s->bare_lf = line->last && !line->crlf;
    if (r.status == REPLY_OK)
        auth_apop_challenge(&s->challenge, r.text, r.len);
    set_state(s, r.status == REPLY_OK ? POP3_AUTHORIZATION : POP3_CLOSED);
    *event = (struct pop3_event){.type = POP3_EVENT_GREETING,
                                 .ok = r.status == REPLY_OK,
                                 .code = r.code,
                                 .text = r.text,
                                 .len = r.len};
    return true;
}

/* A line that nobody asked for. */
static bool take_unasked(struct pop3 *s, const struct line *line, struct pop3_event *event)
{
    struct reply r = reply_parse(line->data, line->len);
    if (r.status != REPLY_ERR)
        return out_of_step(s, event, _("an answer came that no command has asked for"));
    set_state(s, POP3_CLOSED);
    *event = (struct pop3_event){
        .type = POP3_EVENT_FAREWELL, .code = r.code, .text = r.text, .len = r.len};
    return true;
}

/* What the answer to a command, complete now, changes. */
static void command_done(struct pop3 *s, enum command_verb verb, bool ok)
{
    if (verb == COMMAND_CAPA)
        capa_end(&s->capa);
    if (verb == COMMAND_QUIT)
        set_state(s, POP3_CLOSED);
    /* RSET undoes what stands before it, not what was sent behind it. */
    bool undone = verb == COMMAND_RSET && s->deletes_to < queue_at(&s->queue, 0)->sent_at;
    if (ok && (undone || verb == COMMAND_QUIT))
        s->deletes_to = 0;
    if (ok && verb == COMMAND_STLS)
        set_state(s, POP3_STLS);
    if (ok && s->state == POP3_AUTHORIZATION &&
        (verb == COMMAND_PASS || verb == COMMAND_APOP || verb == COMMAND_AUTH))
        set_state(s, POP3_TRANSACTION);
    queue_pop(&s->queue);
}

/* In clear, behind the answer to STLS: taken up later, it would be read as if it had come
 * through TLS (CVE-2011-0411). */
static bool take_injected(struct pop3 *s, struct pop3_event *event)
{
    return out_of_step(s, event,
                       _("text came behind its answer to STLS, which is how an attacker would "
                         "inject commands"));
}

static bool take_status(struct pop3 *s, const struct line *line, struct pop3_event *event)
{
    struct queue_entry *head = queue_at(&s->queue, 0);
    struct reply r = reply_parse(line->data, line->len);
    bool asks = r.status == REPLY_OK && head->flags & COMMAND_OK_ASKS;
    bool challenge = (r.status == REPLY_CONTINUE && head->verb == COMMAND_AUTH) || asks;
    head->flags &= ~(unsigned)COMMAND_OK_ASKS;
    if (r.status != REPLY_OK && r.status != REPLY_ERR && !challenge)
        return out_of_step(s, event, _("a line that begins with + or - was due"));
    if (s->challenged && r.status != REPLY_ERR)
        return out_of_step(s, event, _("it went on though an answer of ours was due"));
    if (head->verb == COMMAND_STLS && r.status == REPLY_OK && !line->last)
        return take_injected(s, event);
    s->skipping = !line->last;
    *event = event_of(head, challenge ? POP3_EVENT_CONTINUE : POP3_EVENT_REPLY);
    event->ok = r.status != REPLY_ERR;
    event->code = r.code;
    event->text = r.text;
    event->len = r.len;
    s->challenged = challenge;
    if (challenge)
        return true;
    if (head->verb == COMMAND_CAPA)
        capa_begin(&s->capa);
    if (event->ok && head->flags & COMMAND_MULTILINE)
        s->reading_lines = true;
    else
        command_done(s, head->verb, event->ok);
    return true;
}

static bool is_end(const struct pop3 *s, const struct line *line)
{
    return line->first && line->last && line->len == 1 && line->data[0] == '.' &&
           (line->crlf || s->bare_lf);
}

static bool take_line(struct pop3 *s, const struct line *line, struct pop3_event *event)
{
    const struct queue_entry *head = queue_at(&s->queue, 0);
    if (is_end(s, line)) {
        *event = event_of(head, POP3_EVENT_END);
        s->reading_lines = false;
        command_done(s, head->verb, true);
        return true;
    }
    *event = event_of(head, POP3_EVENT_LINE);
    /* RFC 1939 section 3: a line that begins with a dot loses it. */
    bool stuffed = line->first && line->len > 1 && line->data[0] == '.';
    event->text = line->data + stuffed;
    event->len = line->len - stuffed;
    event->part = !line->last;
    event->crlf = line->crlf;
    if (head->verb == COMMAND_CAPA && line->first)
        capa_add_line(&s->capa, event->text, event->len);
    return true;
}

bool pop3_next(struct pop3 *s, struct pop3_event *event)
{
    struct line line;
    if (s->state == POP3_STLS && line_pending(s->lines))
        return take_injected(s, event);
    while (s->state != POP3_BROKEN && s->state != POP3_CLOSED && line_next(s->lines, &line)) {
        if (s->skipping) {
            s->skipping = !line.last;
            continue;
        }
        if (s->state == POP3_GREETING) {
            s->skipping = !line.last;
            return take_greeting(s, &line, event);
        }
        if (s->reading_lines)
            return take_line(s, &line, event);
        if (s->queue.out && queue_at(&s->queue, 0)->sent_at <= s->written_bytes)
            return take_status(s, &line, event);
        return take_unasked(s, &line, event);
    }
    return false;
}

/* ---- what goes --------------------------------------------------------------------------- */

/* The window and the barriers: may entry I (the first not given out) leave now? */
static bool may_leave(const struct pop3 *s, size_t i)
{
    if (s->state == POP3_GREETING || s->state == POP3_STLS || i >= s->window)
        return false;
    if (!i)
        return true;
    unsigned before = queue_at(&s->queue, i - 1)->flags;
    return !(before & COMMAND_BARRIER);
}

static bool deletes(const struct queue_entry *entry)
{
    static const char word[] = "DELE";
    return entry->verb == COMMAND_DELE ||
           (entry->verb == COMMAND_RAW && entry->len > strlen(word) &&
            ascii_same(entry->line, word, strlen(word)));
}

static void give_out(struct pop3 *s, struct queue_entry *entry)
{
    buf_append(&s->out, entry->line, entry->len);
    s->given_bytes += entry->len;
    entry->sent_at = s->given_bytes;
    s->out_secret |= (entry->flags & COMMAND_SECRET) != 0;
    if (deletes(entry)) {
        s->deletes_to = s->given_bytes;
        s->deletes_queued--;
    }
    mem_wipe(entry->line, entry->len);
    free(entry->line);
    entry->line = NULL;
    s->queue.out++;
}

size_t pop3_send(struct pop3 *s, const char **bytes)
{
    bool over = s->state == POP3_BROKEN || s->state == POP3_CLOSED;
    while (!over && s->queue.out < s->queue.count && may_leave(s, s->queue.out))
        give_out(s, queue_at(&s->queue, s->queue.out));
    *bytes = s->out.data;
    return over ? 0 : s->out.len;
}

void pop3_sent(struct pop3 *s, size_t len)
{
    s->written_bytes += len;
    if (s->out_secret)
        mem_wipe(s->out.data, len);
    buf_consume(&s->out, len);
    if (s->out.len)
        return;
    if (s->out_secret)
        buf_wipe(&s->out);
    s->out_secret = false;
}

bool pop3_send_is_secret(const struct pop3 *s)
{
    return s->out_secret;
}

static bool allowed(const struct pop3 *s, const struct command *c)
{
    unsigned flags = command_flags(c);
    if (s->state == POP3_GREETING || s->state == POP3_AUTHORIZATION)
        return flags & COMMAND_IN_AUTHORIZATION;
    return s->state == POP3_TRANSACTION && flags & COMMAND_IN_TRANSACTION;
}

bool pop3_submit(struct pop3 *s, const struct command *c, uint64_t tag, struct err *e)
{
    struct err unheard = {0};
    struct buf line = BUF_INIT(LIMIT_AUTH_LINE);
    if (!e)
        e = &unheard;
    if (!allowed(s, c)) {
        err_set(e, ERR_PROTOCOL, _("%s cannot be sent in the %s state"), command_name(c->verb),
                state_names[s->state]);
        return false;
    }
    if (!command_write(&line, c, e)) {
        buf_wipe(&line);
        return false;
    }
    struct queue_entry entry = {.tag = tag,
                                .number = c->number,
                                .flags = command_flags(c),
                                .verb = c->verb,
                                .len = line.len};
    entry.line = buf_detach(&line);
    if (!queue_push(&s->queue, entry)) {
        mem_wipe(entry.line, entry.len);
        free(entry.line);
        err_set(e, ERR_PROTOCOL, _("too many commands are waiting"));
        return false;
    }
    s->deletes_queued += deletes(&entry);
    if (c->verb == COMMAND_QUIT && s->state == POP3_TRANSACTION)
        set_state(s, POP3_UPDATE);
    return true;
}

bool pop3_answer(struct pop3 *s, const char *text, struct err *e)
{
    struct err unheard = {0};
    if (!e)
        e = &unheard;
    size_t len = strlen(text);
    bool over = s->state == POP3_BROKEN || s->state == POP3_CLOSED;
    if (over || !s->challenged || len + 2 > LIMIT_AUTH_LINE || text[strcspn(text, "\r\n")]) {
        err_set(e, ERR_PROTOCOL, _("nothing was asked, or the answer is too long"));
        return false;
    }
    buf_printf(&s->out, "%s\r\n", text); /* in one go: growing would leave a copy behind */
    s->given_bytes += len + 2;
    queue_at(&s->queue, 0)->sent_at = s->given_bytes;
    s->out_secret = true;
    s->challenged = false;
    return true;
}

void pop3_set_window(struct pop3 *s, size_t window)
{
    s->window = window ? window : 1;
}

size_t pop3_room(const struct pop3 *s)
{
    bool open = s->state == POP3_AUTHORIZATION || s->state == POP3_TRANSACTION;
    if (!open || s->queue.barriers || s->queue.count >= s->window)
        return 0;
    return s->window - s->queue.count;
}

size_t pop3_in_flight(const struct pop3 *s)
{
    return s->queue.count;
}

bool pop3_has_deletions(const struct pop3 *s)
{
    return s->deletes_to > 0 || s->deletes_queued > 0;
}
