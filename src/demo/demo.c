#include "config.h"

#include "demo/demo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "demo/sample.h"

/* Answers wait here until the client reads; while so much waits, no command is read. */
#define OUTPUT_HIGH (1u << 20)

struct demo_message {
    char *uidl;
    struct buf text; /* CRLF line ends */
    bool deleted;    /* in this session */
};

enum demo_state { DEMO_NO_SESSION, DEMO_USER, DEMO_PASS, DEMO_SASL, DEMO_TRANSACTION, DEMO_OVER };

struct demo {
    struct demo_message *messages;
    size_t count;
    enum demo_state state;
    int fd; /* the demo's side, -1 without a session */
    struct buf in, out;
};

/* ---- the maildrop ------------------------------------------------------------------------ */

struct demo *demo_new_empty(void)
{
    struct demo *d = xcalloc(1, sizeof *d);
    d->fd = -1;
    d->in = BUF_INIT(LIMIT_LINE);
    d->out = BUF_INIT(SIZE_MAX / 8);
    return d;
}

struct demo *demo_new(int64_t now)
{
    struct demo *d = demo_new_empty();
    sample_fill(d, now);
    return d;
}

void demo_add(struct demo *d, const char *uidl, const char *message, size_t len)
{
    d->messages = xreallocarray(d->messages, d->count + 1, sizeof *d->messages);
    struct demo_message *m = &d->messages[d->count++];
    *m = (struct demo_message){xstrdup(uidl), BUF_INIT(SIZE_MAX / 8), false};
    for (size_t i = 0; i < len; i++) {
        if (message[i] == '\n' && (!i || message[i - 1] != '\r'))
            buf_append_char(&m->text, '\r');
        buf_append_char(&m->text, message[i]);
    }
    if (m->text.len < 2 || memcmp(m->text.data + m->text.len - 2, "\r\n", 2) != 0)
        buf_append(&m->text, "\r\n", 2);
}

static void release_message(struct demo_message *m)
{
    free(m->uidl);
    buf_release(&m->text);
}

static void end_session(struct demo *d)
{
    if (d->fd >= 0)
        close(d->fd);
    d->fd = -1;
    d->state = DEMO_NO_SESSION;
    buf_clear(&d->in);
    buf_clear(&d->out);
    for (size_t i = 0; i < d->count; i++)
        d->messages[i].deleted = false;
}

void demo_free(struct demo *d)
{
    if (!d)
        return;
    end_session(d);
    for (size_t i = 0; i < d->count; i++)
        release_message(&d->messages[i]);
    free(d->messages);
    buf_release(&d->in);
    buf_release(&d->out);
    free(d);
}

size_t demo_count(const struct demo *d)
{
    return d->count;
}

/* RFC 1939 section 6: only here messages go. */
static void update(struct demo *d)
{
    size_t kept = 0;
    for (size_t i = 0; i < d->count; i++) {
        if (d->messages[i].deleted)
            release_message(&d->messages[i]);
        else
            d->messages[kept++] = d->messages[i];
    }
    d->count = kept;
}

/* ---- answering --------------------------------------------------------------------------- */

static void say(struct demo *d, const char *line)
{
    buf_append_str(&d->out, line);
    buf_append(&d->out, "\r\n", 2);
}

/* LINES of the body (all where negative), dots stuffed, then the final dot. */
static void send_text(struct demo *d, const struct buf *text, long lines)
{
    bool body = false;
    for (size_t pos = 0; pos < text->len;) {
        const char *line = text->data + pos;
        const char *end = memchr(line, '\n', text->len - pos);
        size_t len = end ? (size_t)(end - line) + 1 : text->len - pos;
        if (body && lines >= 0 && lines-- == 0)
            break;
        if (*line == '.')
            buf_append_char(&d->out, '.');
        buf_append(&d->out, line, len);
        body |= len == 2;
        pos += len;
    }
    say(d, ".");
}

/* The message that an argument names; NULL, with -ERR said, where there is none. */
static struct demo_message *find(struct demo *d, const char *args, const char **rest)
{
    char *end;
    errno = 0;
    unsigned long n = strtoul(args, &end, 10);
    if (end == args || errno || n < 1 || n > d->count || d->messages[n - 1].deleted) {
        say(d, "-ERR There is no such message.");
        return NULL;
    }
    *rest = end + strspn(end, " ");
    return &d->messages[n - 1];
}

static size_t number_of(const struct demo *d, const struct demo_message *m)
{
    return (size_t)(m - d->messages) + 1;
}

static void scan_line(struct demo *d, const struct demo_message *m, bool uidl, const char *front)
{
    if (uidl)
        buf_printf(&d->out, "%s%zu %s\r\n", front, number_of(d, m), m->uidl);
    else
        buf_printf(&d->out, "%s%zu %zu\r\n", front, number_of(d, m), m->text.len);
}

static void scan(struct demo *d, const char *args, bool uidl)
{
    const char *rest;
    if (*args) {
        struct demo_message *m = find(d, args, &rest);
        if (m)
            scan_line(d, m, uidl, "+OK ");
        return;
    }
    say(d, "+OK");
    for (size_t i = 0; i < d->count; i++)
        if (!d->messages[i].deleted)
            scan_line(d, &d->messages[i], uidl, "");
    say(d, ".");
}

static void do_capa(struct demo *d, const char *args)
{
    (void)args;
    say(d, "+OK\r\nTOP\r\nUIDL\r\nUSER\r\nSASL PLAIN\r\nPIPELINING\r\nRESP-CODES\r\n"
           "AUTH-RESP-CODE\r\nIMPLEMENTATION dele-demo\r\n.");
}

static void do_user(struct demo *d, const char *args)
{
    (void)args;
    d->state = DEMO_PASS;
    say(d, "+OK");
}

static void do_pass(struct demo *d, const char *args)
{
    (void)args;
    d->state = DEMO_TRANSACTION;
    say(d, "+OK Logged in.");
}

static void do_auth(struct demo *d, const char *args)
{
    size_t len = strcspn(args, " ");
    if (!ascii_is(args, len, "PLAIN")) {
        say(d, "-ERR [AUTH] Only PLAIN is known here.");
    } else if (args[len]) {
        do_pass(d, args);
    } else {
        d->state = DEMO_SASL;
        say(d, "+ ");
    }
}

static void answer_sasl(struct demo *d, const char *line)
{
    if (strcmp(line, "*") != 0) {
        do_pass(d, line);
        return;
    }
    d->state = DEMO_USER; /* RFC 5034 section 4: called off */
    say(d, "-ERR Authentication called off.");
}

static void do_stat(struct demo *d, const char *args)
{
    size_t count = 0, octets = 0;
    (void)args;
    for (size_t i = 0; i < d->count; i++)
        if (!d->messages[i].deleted) {
            count++;
            octets += d->messages[i].text.len;
        }
    buf_printf(&d->out, "+OK %zu %zu\r\n", count, octets);
}

static void do_list(struct demo *d, const char *args)
{
    scan(d, args, false);
}

static void do_uidl(struct demo *d, const char *args)
{
    scan(d, args, true);
}

static void do_top(struct demo *d, const char *args)
{
    const char *rest;
    const struct demo_message *m = find(d, args, &rest);
    if (!m)
        return;
    say(d, "+OK");
    send_text(d, &m->text, strtol(rest, NULL, 10));
}

static void do_retr(struct demo *d, const char *args)
{
    const char *rest;
    const struct demo_message *m = find(d, args, &rest);
    if (!m)
        return;
    buf_printf(&d->out, "+OK %zu octets\r\n", m->text.len);
    send_text(d, &m->text, -1);
}

static void do_dele(struct demo *d, const char *args)
{
    const char *rest;
    struct demo_message *m = find(d, args, &rest);
    if (!m)
        return;
    m->deleted = true;
    say(d, "+OK Marked to be deleted.");
}

static void do_rset(struct demo *d, const char *args)
{
    (void)args;
    for (size_t i = 0; i < d->count; i++)
        d->messages[i].deleted = false;
    say(d, "+OK");
}

static void do_noop(struct demo *d, const char *args)
{
    (void)args;
    say(d, "+OK");
}

static void do_quit(struct demo *d, const char *args)
{
    (void)args;
    if (d->state == DEMO_TRANSACTION)
        update(d);
    d->state = DEMO_OVER;
    say(d, "+OK Goodbye.");
}

#define IN(state_) (1u << (state_))
#define BEFORE_LOGIN (IN(DEMO_USER) | IN(DEMO_PASS))
#define LOGGED_IN IN(DEMO_TRANSACTION)

static const struct {
    const char *word;
    unsigned states; /* where it is allowed */
    void (*run)(struct demo *d, const char *args);
} commands[] = {
    {"CAPA", BEFORE_LOGIN | LOGGED_IN, do_capa},
    {"QUIT", BEFORE_LOGIN | LOGGED_IN, do_quit},
    {"USER", BEFORE_LOGIN, do_user},
    {"PASS", IN(DEMO_PASS), do_pass},
    {"AUTH", BEFORE_LOGIN, do_auth},
    {"STAT", LOGGED_IN, do_stat},
    {"LIST", LOGGED_IN, do_list},
    {"UIDL", LOGGED_IN, do_uidl},
    {"TOP", LOGGED_IN, do_top},
    {"RETR", LOGGED_IN, do_retr},
    {"DELE", LOGGED_IN, do_dele},
    {"RSET", LOGGED_IN, do_rset},
    {"NOOP", LOGGED_IN, do_noop},
};

static void run_line(struct demo *d, const char *line)
{
    if (d->state == DEMO_SASL) {
        answer_sasl(d, line);
        return;
    }
    size_t len = strcspn(line, " ");
    const char *args = line + len + strspn(line + len, " ");
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (!ascii_is(line, len, commands[i].word))
            continue;
        if (!(commands[i].states & IN(d->state)))
            break;
        commands[i].run(d, args);
        return;
    }
    say(d, "-ERR Unknown command.");
}

/* ---- the socket -------------------------------------------------------------------------- */

int demo_connect(struct demo *d)
{
    int ends[2];
    end_session(d);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
        return -1;
    for (int i = 0; i < 2; i++)
        fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    d->fd = ends[1];
    d->state = DEMO_USER;
    say(d, "+OK dele's sample maildrop is ready.");
    return ends[0];
}

struct pollfd demo_poll(const struct demo *d)
{
    short events = 0;
    if (d->out.len < OUTPUT_HIGH)
        events |= POLLIN;
    if (d->out.len)
        events |= POLLOUT;
    return (struct pollfd){d->fd, events, 0};
}

static void run_lines(struct demo *d)
{
    char *end;
    while (d->state != DEMO_OVER && d->out.len < OUTPUT_HIGH &&
           (end = memchr(d->in.data, '\n', d->in.len))) {
        size_t len = (size_t)(end - d->in.data);
        char *line = xmemdup0(d->in.data, len && end[-1] == '\r' ? len - 1 : len);
        buf_consume(&d->in, len + 1);
        run_line(d, line);
        free(line);
    }
}

static void write_out(struct demo *d)
{
    while (d->out.len) {
        ssize_t n = send(d->fd, d->out.data, d->out.len, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        buf_consume(&d->out, (size_t)n);
    }
}

void demo_turn(struct demo *d)
{
    char bytes[4096];
    if (d->fd < 0)
        return;
    if (d->state != DEMO_OVER && d->out.len < OUTPUT_HIGH) {
        ssize_t n = recv(d->fd, bytes, sizeof bytes, 0);
        bool gone = n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
        if (gone || (n > 0 && !buf_append(&d->in, bytes, (size_t)n))) {
            end_session(d); /* without QUIT: nothing is deleted */
            return;
        }
    }
    run_lines(d);
    write_out(d);
    if (d->state == DEMO_OVER && !d->out.len)
        end_session(d);
}
