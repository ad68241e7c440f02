/* The protocol core against any server.  The first bytes choose the client: what it asks and
 * how its bytes come; the rest is what the server says, some of it in a second part, behind
 * which TLS may have begun.  However the bytes are cut, the same must come of them. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "pop3/pop3.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST_COMMANDS 15

enum { HEAD_COUNT, HEAD_WINDOW, HEAD_CHUNK, HEAD_PART, HEAD_SIZE };
enum flags { STALL = 1 << 4, CANCEL = 1 << 5, SILENT = 1 << 7 };

/* What the client does, the same in each run. */
struct plan {
    unsigned flags;
    size_t window, chunk, count;
    struct command commands[MOST_COMMANDS];
    const char *server;
    size_t first, len; /* the server's bytes before and behind the middle */
};

struct run {
    const struct plan *plan;
    struct pop3 *s;
    struct buf story;   /* all events and all that was given out */
    size_t next;        /* the command to submit next; tags count from 1 */
    uint64_t answering; /* the tag whose lines come, 0 */
    uint64_t answered;  /* the newest tag that was answered */
    bool stalled, deletes, over;
};

static void require(bool held)
{
    if (!held)
        abort();
}

static void write_out(struct run *r)
{
    const char *bytes;
    size_t len = pop3_send(r->s, &bytes);
    if (r->stalled)
        return;
    buf_append(&r->story, bytes, len);
    pop3_sent(r->s, len);
    require(pop3_send(r->s, &bytes) == 0);
}

static void ask_on(struct run *r)
{
    while (r->next < r->plan->count &&
           pop3_submit(r->s, &r->plan->commands[r->next], r->next + 1, NULL)) {
        enum command_verb verb = r->plan->commands[r->next].verb;
        r->deletes |= verb == COMMAND_DELE || verb == COMMAND_RAW;
        r->next++;
    }
    require(pop3_room(r->s) <= r->plan->window);
    require(pop3_in_flight(r->s) <= r->next);
    write_out(r);
}

/* Every reader of a line takes every line. */
static void read_text(const char *text, size_t len)
{
    uint32_t number;
    uint64_t octets, count;
    const char *part;
    size_t part_len;
    if (reply_list(text, len, &number, &octets))
        require(number >= 1 && number <= LIMIT_MESSAGES);
    if (reply_uidl(text, len, &number, &part, &part_len)) {
        require(number >= 1 && number <= LIMIT_MESSAGES && part_len <= LIMIT_UIDL);
        require(part >= text && part + part_len <= text + len);
    }
    reply_stat(text, len, &count, &octets);
    reply_capa(text, len, &part, &part_len);
    require(part >= text && part + part_len == text + len);
    reply_has_word(text, len, "PLAIN");
}

static void check_order(struct run *r, const struct pop3_event *ev)
{
    bool of_command = ev->type == POP3_EVENT_REPLY || ev->type == POP3_EVENT_LINE ||
                      ev->type == POP3_EVENT_END || ev->type == POP3_EVENT_CONTINUE;
    require(!r->over && ev->len <= LIMIT_LINE);
    if (!of_command) {
        require(!r->answering);
        return;
    }
    require(ev->tag >= 1 && ev->tag <= r->next);
    const struct command *c = &r->plan->commands[ev->tag - 1];
    require(c->verb == ev->verb && c->number == ev->number);
    bool in_answer = ev->type == POP3_EVENT_LINE || ev->type == POP3_EVENT_END;
    require(in_answer ? ev->tag == r->answering : !r->answering && ev->tag > r->answered);
    if (ev->type == POP3_EVENT_CONTINUE)
        return;
    r->answered = ev->tag;
    if (!in_answer && ev->ok && command_flags(c) & COMMAND_MULTILINE)
        r->answering = ev->tag;
    else if (ev->type == POP3_EVENT_END)
        r->answering = 0;
}

static void check_state(struct run *r, const struct pop3_event *ev)
{
    enum pop3_state state = pop3_state(r->s);
    r->over = state == POP3_BROKEN || state == POP3_CLOSED;
    require((ev->type == POP3_EVENT_BROKEN) == (state == POP3_BROKEN));
    require((state == POP3_BROKEN) == (pop3_error(r->s)->code != ERR_NONE));
    require(ev->type != POP3_EVENT_FAREWELL || state == POP3_CLOSED);
    require(r->deletes || !pop3_has_deletions(r->s));
    require(!r->over || !pop3_room(r->s));
}

static void drain(struct run *r)
{
    struct pop3_event ev;
    while (pop3_next(r->s, &ev)) {
        check_order(r, &ev);
        buf_printf(&r->story, "<%d %d %d %d %d %zu ", (int)ev.type, (int)ev.tag, ev.ok, ev.part,
                   (int)ev.code, ev.len);
        buf_append(&r->story, ev.text, ev.len);
        read_text(ev.text, ev.len);
        check_state(r, &ev);
        if (ev.type == POP3_EVENT_CONTINUE && !(r->plan->flags & SILENT))
            require(pop3_answer(r->s, r->plan->flags & CANCEL ? "*" : "AGE=", NULL));
        ask_on(r);
    }
}

static void feed(struct run *r, const char *bytes, size_t len, size_t chunk)
{
    while (len) {
        size_t part = chunk < len ? chunk : len;
        pop3_recv(r->s, bytes, part);
        drain(r);
        bytes += part;
        len -= part;
    }
}

static void middle(struct run *r)
{
    r->stalled = (r->plan->flags & STALL) != 0;
    if (pop3_state(r->s) == POP3_STLS)
        pop3_tls_started(r->s);
    ask_on(r);
}

static void end(struct run *r)
{
    buf_printf(&r->story, "<%s %u '%s'", pop3_state_name(pop3_state(r->s)), pop3_capa(r->s),
               pop3_challenge(r->s));
    for (unsigned capa = CAPA_TOP; capa <= CAPA_LANG; capa <<= 1) {
        const char *args = pop3_capa_args(r->s, (enum reply_capa)capa);
        require((args != NULL) == ((pop3_capa(r->s) & capa) != 0));
        buf_append_str(&r->story, args ? args : "");
    }
    if (!r->over)
        return;
    const char *bytes;
    struct pop3_event ev;
    pop3_recv(r->s, "+OK\r\n-ERR\r\n", 11);
    require(!pop3_next(r->s, &ev) && !pop3_send(r->s, &bytes));
    require(!pop3_submit(r->s, &(struct command){.verb = COMMAND_QUIT}, 0, NULL));
}

static struct buf play(const struct plan *p, size_t chunk)
{
    struct run r = {.plan = p, .s = pop3_new(), .story = BUF_INIT((size_t)-1 / 4)};
    pop3_set_window(r.s, p->window);
    ask_on(&r);
    feed(&r, p->server, p->first, chunk);
    middle(&r);
    feed(&r, p->server + p->first, p->len - p->first, chunk);
    end(&r);
    pop3_free(r.s);
    return r.story;
}

static bool read_plan(struct plan *p, const uint8_t *data, size_t size)
{
    size_t count = size ? data[HEAD_COUNT] & MOST_COMMANDS : 0;
    if (size < HEAD_SIZE + count)
        return false;
    *p = (struct plan){.flags = data[HEAD_COUNT],
                       .window = data[HEAD_WINDOW] + 1u,
                       .chunk = data[HEAD_CHUNK] + 2u,
                       .count = count};
    for (size_t i = 0; i < count; i++) {
        unsigned byte = data[HEAD_SIZE + i], number = byte / COMMAND_COUNT;
        enum command_verb verb = byte % COMMAND_COUNT;
        bool all = verb == COMMAND_LIST || verb == COMMAND_UIDL;
        bool second = verb == COMMAND_APOP || (verb == COMMAND_AUTH && number);
        p->commands[i] = (struct command){.verb = verb,
                                          .number = number || all ? number : 1,
                                          .text = verb == COMMAND_RAW ? "dele 1" : "PLAIN",
                                          .text2 = second ? "AGE=" : NULL,
                                          .multiline = number};
    }
    p->server = (const char *)data + HEAD_SIZE + count;
    p->len = size - HEAD_SIZE - count;
    p->first = p->len * data[HEAD_PART] / 255;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct plan plan;
    if (!read_plan(&plan, data, size))
        return 0;
    const size_t chunks[] = {1, plan.chunk};
    struct buf whole = play(&plan, (size_t)-1);
    for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++) {
        struct buf cut = play(&plan, chunks[i]);
        require(cut.len == whole.len && !memcmp(cut.data, whole.data, cut.len));
        buf_release(&cut);
    }
    buf_release(&whole);
    return 0;
}
