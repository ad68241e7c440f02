#include "config.h"

#include "tests/support/feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "pop3/pop3.h"

#define NO_LIMIT ((size_t)-1 / 4)
#define MOST_TAGS 64
#define NO_CUT ((size_t)-1)

/* ---- transcripts --------------------------------------------------------------------------
 */

struct step {
    char kind; /* '>' '!' 'C' 'S' 'E' */
    int line;
    struct buf text;
};

struct dialog {
    const char *file;
    struct step *steps;
    size_t count;
    struct buf server; /* all of its bytes, to choose the cuts by */
};

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* "{70000 ab}": the bytes taken, 0 where it is not of this form. */
static size_t unescape_run(struct buf *out, const char *text)
{
    char *start;
    unsigned long times = strtoul(text + 1, &start, 10);
    const char *end = strchr(text, '}');
    if (!end || *start != ' ')
        return 0;
    start++;
    while (times--)
        buf_append(out, start, (size_t)(end - start));
    return (size_t)(end - text) + 1;
}

/* One escape behind its backslash: the bytes taken, 0 where there is no such escape. */
static size_t unescape_one(struct buf *out, const char *text)
{
    static const char names[] = "rn0t\\", bytes[] = "\r\n\0\t\\";
    const char *name = *text ? strchr(names, *text) : NULL;
    if (name) {
        buf_append_char(out, bytes[name - names]);
        return 1;
    }
    if (*text == '{')
        return unescape_run(out, text);
    if (*text != 'x' || hex_digit(text[1]) < 0 || hex_digit(text[2]) < 0)
        return 0;
    buf_append_char(out, (char)(hex_digit(text[1]) * 16 + hex_digit(text[2])));
    return 3;
}

static bool unescape(struct buf *out, const char *text)
{
    while (*text) {
        if (*text != '\\') {
            buf_append_char(out, *text++);
            continue;
        }
        size_t taken = unescape_one(out, text + 1);
        if (!taken)
            return false;
        text += 1 + taken;
    }
    return true;
}

static bool read_step(struct dialog *d, const char *text, int line)
{
    static const char *const marks[] = {">", "!", "C:", "S:", "S-", "E:"};
    if (!*text || *text == '#')
        return true;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t len = strlen(marks[i]);
        if (strncmp(text, marks[i], len) != 0 || (text[len] && text[len] != ' '))
            continue;
        struct step step = {*text, line, BUF_INIT(NO_LIMIT)};
        bool good = unescape(&step.text, text + len + (text[len] == ' '));
        if (text[1] == ':' && step.kind != 'E')
            buf_append_str(&step.text, "\r\n");
        if (step.kind == 'S')
            buf_append(&d->server, step.text.data, step.text.len);
        d->steps = xreallocarray(d->steps, d->count + 1, sizeof *d->steps);
        d->steps[d->count++] = step;
        return good;
    }
    return false;
}

static void dialog_release(struct dialog *d)
{
    for (size_t i = 0; i < d->count; i++)
        buf_release(&d->steps[i].text);
    free(d->steps);
    buf_release(&d->server);
}

/* The number of the line that could not be read, or 0. */
static int dialog_read(struct dialog *d, FILE *in)
{
    char *text = NULL;
    size_t size = 0;
    int line = 0, bad = 0;
    ssize_t len;
    while (!bad && (len = getline(&text, &size, in)) >= 0) {
        text[strcspn(text, "\n")] = '\0';
        line++;
        if (!read_step(d, text, line))
            bad = line;
    }
    free(text);
    return bad;
}

/* ---- a play -------------------------------------------------------------------------------
 */

struct play {
    const struct dialog *dialog;
    size_t cut;    /* the server's bytes are cut in two here */
    bool bytewise; /* or everywhere; then what is written goes byte by byte too */
    struct pop3 *s;
    bool stalled;       /* what is given out is not written */
    size_t unwritten;   /* given out while stalled */
    size_t fed;         /* bytes of the server */
    struct buf sent;    /* given out, and not in the transcript yet */
    struct buf *events; /* come, and not in the transcript yet */
    size_t event_count;
    size_t tag; /* of the newest command */
    struct command commands[MOST_TAGS];
    const struct step *at;
    char *failure;
};

static void append_visible(struct buf *out, const char *bytes, size_t len)
{
    const size_t most = 200;
    for (size_t i = 0; i < len && i < most; i++) {
        if (bytes[i] >= ' ' && bytes[i] < 0x7f)
            buf_append_char(out, bytes[i]);
        else
            buf_printf(out, "\\x%02x", (unsigned char)bytes[i]);
    }
    if (len > most)
        buf_printf(out, "... (%zu bytes)", len);
}

static bool fail(struct play *p, const char *what, const char *bytes, size_t len)
{
    if (p->failure)
        return false;
    struct buf text = BUF_INIT(NO_LIMIT);
    buf_printf(&text, "%s:%d: ", p->dialog->file, p->at ? p->at->line : 0);
    if (p->bytewise)
        buf_append_str(&text, "(byte by byte) ");
    else if (p->cut != NO_CUT)
        buf_printf(&text, "(cut at byte %zu) ", p->cut);
    buf_append_str(&text, what);
    append_visible(&text, bytes, len);
    p->failure = buf_detach(&text);
    return false;
}

static bool fail_plain(struct play *p, const char *what)
{
    return fail(p, what, "", 0);
}

static void append_status(struct buf *out, const struct pop3_event *ev)
{
    static const char *const codes[] = {
        [REPLY_CODE_NONE] = "",
        [REPLY_IN_USE] = "/IN-USE",
        [REPLY_LOGIN_DELAY] = "/LOGIN-DELAY",
        [REPLY_SYS_TEMP] = "/SYS/TEMP",
        [REPLY_SYS_PERM] = "/SYS/PERM",
        [REPLY_AUTH] = "/AUTH",
        [REPLY_CODE_OTHER] = "/OTHER",
    };
    buf_printf(out, " %s%s", ev->ok ? "ok" : "err", codes[ev->code]);
}

static struct buf event_text(const struct pop3_event *ev)
{
    static const struct {
        const char *name;
        bool of_command, with_status;
    } kinds[] = {
        [POP3_EVENT_GREETING] = {"GREETING", false, true},
        [POP3_EVENT_REPLY] = {"REPLY", true, true},
        [POP3_EVENT_LINE] = {"LINE", true, false},
        [POP3_EVENT_END] = {"END", true, false},
        [POP3_EVENT_CONTINUE] = {"CONTINUE", false, false},
        [POP3_EVENT_FAREWELL] = {"FAREWELL", false, true},
        [POP3_EVENT_BROKEN] = {"BROKEN", false, false},
    };
    struct buf text = BUF_INIT(NO_LIMIT);
    buf_append_str(&text, ev->part ? "PART" : kinds[ev->type].name);
    if (kinds[ev->type].of_command)
        buf_printf(&text, " %s", ev->verb == COMMAND_RAW ? "RAW" : command_name(ev->verb));
    if (kinds[ev->type].of_command && ev->number)
        buf_printf(&text, " %u", (unsigned)ev->number);
    if (kinds[ev->type].with_status)
        append_status(&text, ev);
    if (ev->len || ev->type == POP3_EVENT_LINE)
        buf_append_char(&text, ' ');
    buf_append(&text, ev->text, ev->len);
    return text;
}

static void drain(struct play *p)
{
    struct pop3_event ev;
    while (pop3_next(p->s, &ev)) {
        bool of_command = ev.type == POP3_EVENT_REPLY || ev.type == POP3_EVENT_LINE ||
                          ev.type == POP3_EVENT_END || ev.type == POP3_EVENT_CONTINUE;
        if (of_command &&
            (ev.tag < 1 || ev.tag > p->tag || p->commands[ev.tag - 1].verb != ev.verb ||
             p->commands[ev.tag - 1].number != ev.number))
            fail_plain(p, "an event whose tag is not of its command");
        p->events = xreallocarray(p->events, p->event_count + 1, sizeof *p->events);
        p->events[p->event_count++] = event_text(&ev);
    }
}

static void write_out(struct play *p)
{
    const char *bytes;
    size_t len;
    if (p->stalled) {
        len = pop3_send(p->s, &bytes);
        buf_append(&p->sent, bytes + p->unwritten, len - p->unwritten);
        p->unwritten = len;
        return;
    }
    while ((len = pop3_send(p->s, &bytes)) > 0) {
        size_t part = p->bytewise ? 1 : len;
        buf_append(&p->sent, bytes, part);
        pop3_sent(p->s, part);
    }
}

static void feed(struct play *p, const char *bytes, size_t len)
{
    pop3_recv(p->s, bytes, len);
    drain(p);
    write_out(p);
    p->fed += len;
}

static void feed_burst(struct play *p, const struct buf *burst)
{
    if (p->bytewise) {
        for (size_t i = 0; i < burst->len; i++)
            feed(p, burst->data + i, 1);
        return;
    }
    size_t first = burst->len;
    if (p->cut >= p->fed && p->cut - p->fed < burst->len)
        first = p->cut - p->fed;
    if (first)
        feed(p, burst->data, first);
    if (first < burst->len)
        feed(p, burst->data + first, burst->len - first);
}

/* ---- steps --------------------------------------------------------------------------------
 */

static char *next_word(char **text)
{
    char *word = *text;
    size_t len = strcspn(word, " ");
    *text = word + len + (word[len] == ' ');
    word[len] = '\0';
    return word;
}

static bool find_verb(const char *name, struct command *c)
{
    c->multiline = !strcmp(name, "RAW+");
    c->verb = COMMAND_RAW;
    if (!strcmp(name, "RAW") || c->multiline)
        return true;
    for (int verb = 0; verb < COMMAND_RAW; verb++) {
        c->verb = (enum command_verb)verb;
        if (!strcmp(name, command_name(c->verb)))
            return true;
    }
    return false;
}

/* TEXT is cut into pieces, which the command points to. */
static bool read_command(char *text, struct command *c)
{
    *c = (struct command){0};
    if (!find_verb(next_word(&text), c))
        return false;
    if (c->verb == COMMAND_APOP || c->verb == COMMAND_AUTH) {
        c->text = next_word(&text);
        c->text2 = *text ? text : NULL;
    } else if (c->verb == COMMAND_USER || c->verb == COMMAND_PASS || c->verb == COMMAND_RAW) {
        c->text = text;
    } else {
        c->number = (uint32_t)strtoul(next_word(&text), NULL, 10);
        c->lines = (uint32_t)strtoul(next_word(&text), NULL, 10);
    }
    return true;
}

static bool submit(struct play *p, char *text, bool wanted)
{
    struct command c;
    struct err e = {0};
    if (!read_command(text, &c) || p->tag == MOST_TAGS)
        return fail_plain(p, "no such command, or too many");
    p->commands[p->tag] = c;
    p->commands[p->tag].text = p->commands[p->tag].text2 = NULL;
    if (pop3_submit(p->s, &c, p->tag + 1, &e) != wanted)
        return fail(p, "the command is taken, or refused: ", e.text, strlen(e.text));
    p->tag += wanted;
    return true;
}

static bool call_window(struct play *p, char *args)
{
    pop3_set_window(p->s, strtoul(args, NULL, 10));
    return true;
}

static bool call_submit_refused(struct play *p, char *args)
{
    return submit(p, args, false);
}

static bool call_answer(struct play *p, char *args)
{
    return pop3_answer(p->s, args, NULL);
}

static bool call_answer_refused(struct play *p, char *args)
{
    return !pop3_answer(p->s, args, NULL);
}

static bool call_tls_started(struct play *p, char *args)
{
    (void)args;
    pop3_tls_started(p->s);
    return true;
}

static bool call_stall(struct play *p, char *args)
{
    (void)args;
    p->stalled = true;
    return true;
}

static bool ask_state(struct play *p, char *args)
{
    return !strcmp(pop3_state_name(pop3_state(p->s)), args);
}

static bool ask_room(struct play *p, char *args)
{
    return pop3_room(p->s) == strtoul(args, NULL, 10);
}

static bool ask_in_flight(struct play *p, char *args)
{
    return pop3_in_flight(p->s) == strtoul(args, NULL, 10);
}

static bool ask_deletions(struct play *p, char *args)
{
    return pop3_has_deletions(p->s) == !strcmp(args, "yes");
}

static bool ask_challenge(struct play *p, char *args)
{
    return !strcmp(pop3_challenge(p->s), args);
}

static bool ask_error(struct play *p, char *args)
{
    return pop3_error(p->s)->code == ERR_PROTOCOL && strstr(pop3_error(p->s)->text, args);
}

/* "TOP UIDL": these and no others. */
static bool ask_capa(struct play *p, char *args)
{
    unsigned wanted = 0;
    while (*args) {
        const char *word = next_word(&args), *rest;
        size_t rest_len;
        wanted |= reply_capa(word, strlen(word), &rest, &rest_len);
    }
    return pop3_capa(p->s) == wanted;
}

/* "SASL PLAIN LOGIN"; "SASL" alone: announced, without arguments. */
static bool ask_args(struct play *p, char *args)
{
    const char *rest;
    size_t rest_len;
    const char *word = next_word(&args);
    enum reply_capa capa = reply_capa(word, strlen(word), &rest, &rest_len);
    const char *got = pop3_capa_args(p->s, capa);
    return got && !strcmp(got, args);
}

static const struct {
    const char *name;
    bool (*call)(struct play *p, char *args); /* false: not as written */
} calls[] = {
    {"window", call_window},
    {"submit-refused", call_submit_refused},
    {"answer", call_answer},
    {"answer-refused", call_answer_refused},
    {"tls-started", call_tls_started},
    {"stall", call_stall},
    {"state", ask_state},
    {"room", ask_room},
    {"in-flight", ask_in_flight},
    {"deletions", ask_deletions},
    {"challenge", ask_challenge},
    {"error", ask_error},
    {"capa", ask_capa},
    {"args", ask_args},
};

static bool call(struct play *p, char *text)
{
    const char *name = next_word(&text);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (!strcmp(calls[i].name, name))
            return calls[i].call(p, text) || fail_plain(p, "it is not so");
    return fail_plain(p, "no such call");
}

static bool expect_sent(struct play *p)
{
    const struct buf *want = &p->at->text;
    if (p->sent.len < want->len || memcmp(p->sent.data, want->data, want->len) != 0)
        return fail(p, "this was given out: ", p->sent.data, p->sent.len);
    buf_consume(&p->sent, want->len);
    return true;
}

static void forget_events(struct play *p)
{
    for (size_t i = 0; i < p->event_count; i++)
        buf_release(&p->events[i]);
    p->event_count = 0;
}

static bool expect_event(struct play *p, size_t i)
{
    const struct buf *want = &p->at->text;
    if (i >= p->event_count)
        return fail_plain(p, "this event did not come");
    const struct buf *got = &p->events[i];
    if (got->len != want->len || memcmp(got->data, want->data, want->len) != 0)
        return fail(p, "another event came: ", got->data, got->len);
    return true;
}

/* The server's lines and the events from step I on: the first step behind them. */
static size_t play_burst(struct play *p, size_t i)
{
    const struct dialog *d = p->dialog;
    struct buf burst = BUF_INIT(NO_LIMIT);
    size_t end = i, events = 0;
    for (; end < d->count && (d->steps[end].kind == 'S' || d->steps[end].kind == 'E'); end++)
        if (d->steps[end].kind == 'S')
            buf_append(&burst, d->steps[end].text.data, d->steps[end].text.len);
    if (p->sent.len)
        fail(p, "this was given out before: ", p->sent.data, p->sent.len);
    feed_burst(p, &burst);
    for (; !p->failure && i < end; i++) {
        p->at = &d->steps[i];
        if (p->at->kind == 'E')
            expect_event(p, events++);
    }
    if (!p->failure && events < p->event_count)
        fail(p, "one event more came: ", p->events[events].data, p->events[events].len);
    forget_events(p);
    buf_release(&burst);
    return end;
}

static void play_action(struct play *p)
{
    char *text = xstrdup(p->at->text.data);
    if (p->at->kind == '>')
        submit(p, text, true);
    else if (p->at->kind == '!')
        call(p, text);
    else
        expect_sent(p);
    free(text);
    drain(p);
    write_out(p);
    if (p->event_count)
        fail(p, "an event came out of nothing: ", p->events[0].data, p->events[0].len);
}

/* NULL, or what went wrong. */
static char *play(const struct dialog *d, size_t cut, bool bytewise)
{
    struct play p = {.dialog = d, .cut = cut, .bytewise = bytewise, .s = pop3_new()};
    p.sent = BUF_INIT(NO_LIMIT);
    for (size_t i = 0; i < d->count && !p.failure;) {
        p.at = &d->steps[i];
        if (p.at->kind == 'S' || p.at->kind == 'E') {
            i = play_burst(&p, i);
        } else {
            play_action(&p);
            i++;
        }
    }
    if (p.sent.len)
        fail(&p, "this was given out at the end: ", p.sent.data, p.sent.len);
    forget_events(&p);
    free(p.events);
    buf_release(&p.sent);
    pop3_free(p.s);
    return p.failure;
}

/* ---- all ways -----------------------------------------------------------------------------
 */

static bool worth_cutting(const struct buf *server, size_t at)
{
    const size_t near = 3;
    if (server->len <= FEED_EVERY_CUT || at % LIMIT_LINE < near ||
        at % LIMIT_LINE > LIMIT_LINE - near)
        return true;
    size_t from = at > near ? at - near : 0;
    size_t len = server->len - from < 2 * near ? server->len - from : 2 * near;
    return memchr(server->data + from, '\n', len) != NULL;
}

static char *play_all_ways(const struct dialog *d)
{
    char *failure = play(d, NO_CUT, false);
    if (!failure)
        failure = play(d, NO_CUT, true);
    for (size_t at = 1; !failure && at < d->server.len; at++)
        if (worth_cutting(&d->server, at))
            failure = play(d, at, false);
    return failure;
}

char *feed_dialog(const char *file)
{
    struct dialog d = {.file = file, .server = BUF_INIT(NO_LIMIT)};
    struct buf failure = BUF_INIT(NO_LIMIT);
    FILE *in = fopen(file, "r");
    int bad = in ? dialog_read(&d, in) : 0;
    if (in)
        fclose(in);
    if (!d.count)
        buf_printf(&failure, "%s: cannot be read, or is empty", file);
    else if (bad)
        buf_printf(&failure, "%s:%d: no line of a dialogue", file, bad);
    char *said = failure.len ? buf_detach(&failure) : play_all_ways(&d);
    dialog_release(&d);
    return said;
}
