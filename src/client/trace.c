#include "config.h"

#include "client/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

/* Lines of an answer that are kept. */
#define ANSWER_LINES 40

/* A line, or how much of an answer was left out: that is put into words when it is looked at,
 * as there is one for every header. */
struct kept {
    enum trace_kind kind;
    int64_t ms;
    size_t lines; /* left out; 0: it is a line */
    uint64_t octets;
    size_t len;
    char bytes[TRACE_LINE_OCTETS];
};

/* So many commands in a row whose answers are, or are not, messages. */
struct run {
    bool is_message;
    size_t count;
};

struct trace {
    struct kept *ring; /* of TRACE_LINES */
    size_t count;
    int64_t began;
    struct buf sent, received; /* the line that is not complete yet, as much as is kept of it */
    bool sent_secret;
    struct run *due; /* answers, in their order */
    size_t due_first, due_count, due_room;
    bool is_message;     /* the answer that is coming is one */
    size_t answer_lines; /* since the newest status line, and their octets */
    uint64_t answer_octets, line_octets;
    FILE *file;
};

struct trace *trace_new(void)
{
    struct trace *t = xcalloc(1, sizeof *t);
    t->ring = xcalloc(TRACE_LINES, sizeof *t->ring);
    t->sent = BUF_INIT(TRACE_LINE_OCTETS);
    t->received = BUF_INIT(TRACE_LINE_OCTETS);
    return t;
}

void trace_free(struct trace *t)
{
    if (!t)
        return;
    if (t->file)
        fclose(t->file);
    buf_wipe(&t->sent);
    buf_release(&t->received);
    free(t->ring);
    free(t->due);
    free(t);
}

bool trace_to_file(struct trace *t, const char *path, struct err *e)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600);
    t->file = fd < 0 ? NULL : fdopen(fd, "a");
    if (t->file)
        return true;
    err_set(e, ERR_IO, _("the trace cannot be written to %.200s: %s"), path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return false;
}

/* ---- keeping ----------------------------------------------------------------------------- */

static void put_into_words(struct kept *k)
{
    char size[8];
    text_size(size, k->octets);
    int len = snprintf(k->bytes, sizeof k->bytes, _("... %zu lines, %s"), k->lines, size);
    k->len = len < 0 ? 0 : (size_t)len < sizeof k->bytes ? (size_t)len : sizeof k->bytes - 1;
    k->lines = 0;
}

static void write_to_file(struct trace *t, const struct kept *k)
{
    static const char *const marks[] = {
        [TRACE_SENT] = "C:", [TRACE_RECEIVED] = "S:", [TRACE_NOTE] = "--"};
    struct timespec now;
    struct tm tm;
    char clock[16] = "";
    clock_gettime(CLOCK_REALTIME, &now);
    if (localtime_r(&now.tv_sec, &tm))
        strftime(clock, sizeof clock, "%H:%M:%S", &tm);
    char *clean = text_clean_line(k->bytes, k->len);
    fprintf(t->file, "%s.%03ld %s %s\n", clock, now.tv_nsec / 1000000, marks[k->kind], clean);
    fflush(t->file);
    free(clean);
}

static struct kept *next(struct trace *t, enum trace_kind kind, int64_t now)
{
    struct kept *k = &t->ring[t->count++ % TRACE_LINES];
    k->kind = kind;
    k->ms = now - t->began;
    k->lines = 0;
    return k;
}

static void keep(struct trace *t, enum trace_kind kind, int64_t now, const char *bytes,
                 size_t len)
{
    struct kept *k = next(t, kind, now);
    k->len = len < sizeof k->bytes ? len : sizeof k->bytes;
    memcpy(k->bytes, bytes, k->len);
    if (t->file)
        write_to_file(t, k);
}

void trace_note(struct trace *t, int64_t now, const char *text)
{
    keep(t, TRACE_NOTE, now, text, strlen(text));
}

/* How much of a long answer was left out. */
static void end_answer(struct trace *t, int64_t now)
{
    if (t->answer_lines > ANSWER_LINES || (t->is_message && t->answer_lines)) {
        struct kept *k = next(t, TRACE_RECEIVED, now);
        k->lines = t->answer_lines;
        k->octets = t->answer_octets;
        if (t->file) {
            put_into_words(k);
            write_to_file(t, k);
        }
    }
    t->answer_lines = 0;
    t->answer_octets = 0;
}

/* ---- which answers are messages ---------------------------------------------------------- */

static void expect_answer(struct trace *t, bool is_message)
{
    struct run *last = t->due_count ? &t->due[t->due_first + t->due_count - 1] : NULL;
    if (last && last->is_message == is_message) {
        last->count++;
        return;
    }
    if (t->due_first && t->due_first + t->due_count == t->due_room) {
        memmove(t->due, t->due + t->due_first, t->due_count * sizeof *t->due);
        t->due_first = 0;
    }
    if (t->due_count == t->due_room) {
        t->due_room = t->due_room ? 2 * t->due_room : 16;
        t->due = xreallocarray(t->due, t->due_room, sizeof *t->due);
    }
    t->due[t->due_first + t->due_count++] = (struct run){is_message, 1};
}

static bool answer_is_message(struct trace *t)
{
    if (!t->due_count)
        return false;
    struct run *run = &t->due[t->due_first];
    bool is_message = run->is_message;
    if (--run->count == 0) {
        t->due_first++;
        t->due_count--;
    }
    return is_message;
}

static bool asks_for_message(const char *line, size_t len)
{
    return (len > 4 && ascii_same(line, "TOP ", 4)) ||
           (len > 5 && ascii_same(line, "RETR ", 5));
}

/* ---- connections ------------------------------------------------------------------------- */

void trace_begin(struct trace *t, int64_t now)
{
    end_answer(t, now);
    buf_wipe(&t->sent);
    t->sent = BUF_INIT(TRACE_LINE_OCTETS);
    buf_clear(&t->received);
    t->line_octets = 0;
    t->began = now;
    t->due_first = t->due_count = 0;
    expect_answer(t, false); /* the greeting */
}

/* ---- what is sent ------------------------------------------------------------------------ */

/* Octets of a secret line that may be shown: its word, of AUTH and APOP also the next.  A line
 * that begins with none of the words is the answer to a challenge. */
static size_t open_part(const char *line, size_t len)
{
    static const struct {
        const char *word;
        int shown;
    } words[] = {{"PASS", 1}, {"APOP", 2}, {"AUTH", 2}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t at = strlen(words[i].word);
        if (len < at || !ascii_same(line, words[i].word, at) || (at < len && line[at] != ' '))
            continue;
        for (int shown = 1; shown < words[i].shown && at < len; shown++)
            for (at++; at < len && line[at] != ' '; at++)
                ;
        return at;
    }
    return 0;
}

static void sent_line(struct trace *t, int64_t now)
{
    size_t len = t->sent.len;
    while (len && (t->sent.data[len - 1] == '\r' || t->sent.data[len - 1] == '\n'))
        len--;
    size_t shown = t->sent_secret ? open_part(t->sent.data, len) : len;
    if (shown) /* else it answers a challenge */
        expect_answer(t, asks_for_message(t->sent.data, len));
    if (!t->sent_secret) {
        keep(t, TRACE_SENT, now, t->sent.data, len);
    } else {
        char text[TRACE_LINE_OCTETS + 8];
        snprintf(text, sizeof text, "%.*s%s", (int)shown, t->sent.data,
                 shown == len ? ""
                 : shown      ? " ****"
                              : "****");
        keep(t, TRACE_SENT, now, text, strlen(text));
    }
    if (t->sent_secret)
        mem_wipe(t->sent.data, t->sent.len);
    buf_clear(&t->sent);
    t->sent_secret = false;
}

void trace_sent(struct trace *t, int64_t now, const char *bytes, size_t len, bool secret)
{
    while (len) {
        const char *end = memchr(bytes, '\n', len);
        size_t part = end ? (size_t)(end - bytes) + 1 : len;
        t->sent_secret |= secret;
        buf_append_cut(&t->sent, bytes, part);
        if (end)
            sent_line(t, now);
        bytes += part;
        len -= part;
    }
}

/* ---- what comes -------------------------------------------------------------------------- */

static bool is_status(const char *line, size_t len)
{
    return (len >= 3 && ascii_same(line, "+OK", 3)) ||
           (len >= 4 && ascii_same(line, "-ERR", 4));
}

static void received_line(struct trace *t, int64_t now)
{
    const char *line = t->received.data;
    size_t len = t->received.len;
    while (len && (line[len - 1] == '\r' || line[len - 1] == '\n'))
        len--;
    if (len == 1 && *line == '.') {
        end_answer(t, now);
        t->is_message = false;
    } else if (!t->is_message && is_status(line, len)) {
        end_answer(t, now);
        t->is_message = answer_is_message(t) && *line == '+';
        keep(t, TRACE_RECEIVED, now, line, len);
    } else {
        t->answer_octets += t->line_octets;
        if (++t->answer_lines <= ANSWER_LINES && !t->is_message)
            keep(t, TRACE_RECEIVED, now, line, len);
    }
    t->line_octets = 0;
    buf_clear(&t->received);
}

void trace_received(struct trace *t, int64_t now, const char *bytes, size_t len)
{
    while (len) {
        const char *end = memchr(bytes, '\n', len);
        size_t part = end ? (size_t)(end - bytes) + 1 : len;
        if (end && t->is_message && !t->line_octets && *bytes != '.') {
            t->answer_octets += part; /* most of what comes: only counted */
            t->answer_lines++;
        } else {
            t->line_octets += part;
            buf_append_cut(&t->received, bytes, part);
            if (end)
                received_line(t, now);
        }
        bytes += part;
        len -= part;
    }
}

/* ---- looking ----------------------------------------------------------------------------- */

size_t trace_count(const struct trace *t)
{
    return t->count;
}

size_t trace_oldest(const struct trace *t)
{
    return t->count > TRACE_LINES ? t->count - TRACE_LINES : 0;
}

struct trace_line trace_at(const struct trace *t, size_t i)
{
    struct kept *k = &t->ring[i % TRACE_LINES];
    if (k->lines)
        put_into_words(k);
    return (struct trace_line){k->kind, k->ms, k->bytes, k->len};
}
