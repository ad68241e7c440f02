#include <config.h> /* in quotes it would be the one beside this file */

#include "store/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "mail/date.h"
#include "store/place.h"

struct journal {
    int fd;
    char *path;
};

struct journal *journal_open(const char *path, struct err *e)
{
    struct buf own = BUF_INIT(4096);
    struct journal *j = NULL;
    if (!path && !place_path(&own, PLACE_STATE, "journal.jsonl")) {
        err_set(e, ERR_IO, _("there is no home directory for the journal"));
        return NULL;
    }
    const char *name = path ? path : own.data;
    int fd =
        place_make(name, e) ? open(name, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    if (fd >= 0) {
        j = xcalloc(1, sizeof *j);
        *j = (struct journal){fd, xstrdup(name)};
    } else if (e->code == ERR_NONE) {
        err_set(e, ERR_IO, _("the journal %s cannot be written: %s"), name, strerror(errno));
    }
    buf_release(&own);
    return j;
}

void journal_close(struct journal *j)
{
    if (!j)
        return;
    close(j->fd);
    free(j->path);
    free(j);
}

/* ---- writing ----------------------------------------------------------------------------- */

/* What a server or a message said, as JSON can have it. */
static json_t *clean(const char *text)
{
    char *line = text_clean_line(text ? text : "", text ? strlen(text) : 0);
    json_t *string = json_string(line);
    free(line);
    return string;
}

static json_t *line_of(const char *event, const char *account)
{
    char date[32];
    json_t *line = json_object();
    date_format_utc(date, (int64_t)time(NULL));
    json_object_set_new(line, "time", json_string(date));
    json_object_set_new(line, "event", json_string(event));
    json_object_set_new(line, "account", clean(account));
    return line;
}

/* One write, so that another program's line does not stand in the middle of it. */
static bool append(struct journal *j, json_t *line, struct err *e)
{
    char *text = json_dumps(line, JSON_COMPACT | JSON_PRESERVE_ORDER);
    size_t len = text ? strlen(text) : 0, at = 0;
    off_t end = lseek(j->fd, 0, SEEK_END);
    json_decref(line);
    if (text)
        text[len++] = '\n'; /* in the place of the NUL */
    while (at < len) {
        ssize_t n = write(j->fd, text + at, len - at);
        if (n < 0 && errno != EINTR)
            break;
        at += n > 0 ? (size_t)n : 0;
    }
    bool written = text && at == len && !fsync(j->fd);
    if (!written) {
        err_set(e, ERR_IO, _("the journal %s cannot be written: %s"), j->path, strerror(errno));
        struct stat st; /* half a line would spoil the next one */
        if (at && !fstat(j->fd, &st) && st.st_size == end + (off_t)at && ftruncate(j->fd, end))
            err_set(e, ERR_IO, _("the journal %s ends in half a line: %s"), j->path,
                    strerror(errno));
    }
    free(text);
    return written;
}

bool journal_intent(struct journal *j, const char *account, const char *certificate,
                    const struct journal_message *messages, size_t count, struct err *e)
{
    json_t *line = line_of("intent", account), *list = json_array();
    json_object_set_new(line, "certificate", clean(certificate));
    for (size_t i = 0; i < count; i++) {
        const struct journal_message *m = &messages[i];
        json_t *o = json_object();
        json_object_set_new(o, "uidl", clean(m->uidl));
        json_object_set_new(o, "size", json_integer((json_int_t)m->size));
        json_object_set_new(o, "message_id", clean(m->message_id));
        json_object_set_new(o, "from", clean(m->from));
        json_object_set_new(o, "subject", clean(m->subject));
        json_object_set_new(o, "cause", clean(m->cause));
        json_array_append_new(list, o);
    }
    json_object_set_new(line, "messages", list);
    return append(j, line, e);
}

bool journal_result(struct journal *j, const char *account, const char *outcome, bool verified,
                    const char *words, const struct journal_message *messages, size_t count,
                    struct err *e)
{
    json_t *line = line_of("result", account), *list = json_array();
    json_object_set_new(line, "outcome", json_string(outcome));
    json_object_set_new(line, "verified", json_boolean(verified));
    json_object_set_new(line, "words", clean(words));
    for (size_t i = 0; i < count; i++) {
        json_t *o = json_object();
        json_object_set_new(o, "uidl", clean(messages[i].uidl));
        json_object_set_new(o, "state", clean(messages[i].state));
        json_array_append_new(list, o);
    }
    json_object_set_new(line, "messages", list);
    return append(j, line, e);
}

/* ---- reading ----------------------------------------------------------------------------- */

/* The end of the file, from the beginning of a line on. */
static bool read_tail(const struct journal *j, struct buf *tail)
{
    struct stat st;
    char *piece = xmalloc(LIMIT_JOURNAL_TAIL);
    if (fstat(j->fd, &st)) {
        free(piece);
        return false;
    }
    off_t from =
        st.st_size > (off_t)LIMIT_JOURNAL_TAIL ? st.st_size - (off_t)LIMIT_JOURNAL_TAIL : 0;
    ssize_t n;
    while ((n = pread(j->fd, piece, LIMIT_JOURNAL_TAIL - tail->len, from)) > 0) {
        buf_append(tail, piece, (size_t)n);
        from += n;
    }
    free(piece);
    if (st.st_size > (off_t)LIMIT_JOURNAL_TAIL) {
        const char *lf = memchr(tail->data, '\n', tail->len);
        buf_consume(tail, lf ? (size_t)(lf - tail->data) + 1 : tail->len);
    }
    return true;
}

static const char *word(const json_t *line, const char *key)
{
    const char *text = json_string_value(json_object_get(line, key));
    return text ? text : "";
}

/* The newest intent of the account without a result behind it; NULL for none. */
static json_t *find_unfinished(const struct buf *tail, const char *account)
{
    json_t *found = NULL, *name = clean(account);
    for (size_t pos = 0; pos < tail->len;) {
        const char *lf = memchr(tail->data + pos, '\n', tail->len - pos);
        size_t len = lf ? (size_t)(lf - tail->data) - pos : tail->len - pos;
        json_t *line = json_loadb(tail->data + pos, len, 0, NULL);
        pos += len + 1;
        if (line && !strcmp(word(line, "account"), json_string_value(name))) {
            json_decref(found);
            found = !strcmp(word(line, "event"), "intent") ? json_incref(line) : NULL;
        }
        json_decref(line);
    }
    json_decref(name);
    return found;
}

bool journal_unfinished(struct journal *j, const char *account, int64_t *at,
                        void (*take)(void *context, const char *uidl, uint64_t size),
                        void *context)
{
    struct buf tail = BUF_INIT(LIMIT_JOURNAL_TAIL);
    json_t *intent = read_tail(j, &tail) ? find_unfinished(&tail, account) : NULL;
    buf_release(&tail);
    if (!intent)
        return false;
    const json_t *messages = json_object_get(intent, "messages");
    const char *when = word(intent, "time");
    if (!date_parse(when, strlen(when), at))
        *at = 0;
    for (size_t i = 0; i < json_array_size(messages); i++) {
        const json_t *m = json_array_get(messages, i);
        take(context, word(m, "uidl"),
             (uint64_t)json_integer_value(json_object_get(m, "size")));
    }
    json_decref(intent);
    return true;
}
