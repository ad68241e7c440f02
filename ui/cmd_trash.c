#include "config.h"

#include "ui/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "mail/date.h"
#include "mail/filename.h"
#include "maildrop/folded.h"
#include "maildrop/query.h"
#include "store/save.h"
#include "ui/kept.h"
#include "ui/output.h"

/* `dele trash`: what was deleted, as far as copies are kept; and back into a file. */

/* One copy; `maildrop` has its message at the same index. */
struct copy {
    char *path;
    char *account;
    char *cause;
    uint64_t start; /* of the message in the file */
    int64_t deleted;
    bool is_full;
};

struct listing {
    const struct cmd *cmd;
    char *account; /* its key; NULL: all */
    struct maildrop *maildrop;
    struct copy *copies;
    size_t count;
    struct query *query;
};

/* ---- reading ----------------------------------------------------------------------------- */

static bool take_entry(void *listing, const struct trash_entry *entry)
{
    struct listing *l = listing;
    if (l->account && strcmp(l->account, entry->note.account) != 0)
        return true;
    struct summary *s = summary_new(entry->header, entry->header_len,
                                    (const char *const *)l->cmd->account.charsets);
    maildrop_remember(l->maildrop, entry->note.uidl, entry->note.size, (uint32_t)l->count + 1,
                      s, folded_new(s));
    if ((l->count & (l->count + 1)) == 0) /* full at 0, 1, 3, 7, ... */
        l->copies = xreallocarray(l->copies, 2 * l->count + 1, sizeof *l->copies);
    l->copies[l->count++] = (struct copy){
        .path = xstrdup(entry->path),
        .account = xstrdup(entry->note.account),
        .cause = xstrdup(entry->note.cause),
        .start = entry->start,
        .deleted = entry->note.deleted,
        .is_full = entry->note.is_full,
    };
    return l->count < LIMIT_MESSAGES;
}

static void release(struct listing *l)
{
    for (size_t i = 0; i < l->count; i++) {
        free(l->copies[i].path);
        free(l->copies[i].account);
        free(l->copies[i].cause);
    }
    free(l->copies);
    free(l->account);
    maildrop_free(l->maildrop);
    query_free(l->query);
}

/* The first argument where it names an account; the others are what is looked for. */
static int take_account(struct listing *l)
{
    struct cmd *cmd = (struct cmd *)l->cmd;
    const char *name = cmd->arg_count ? cmd->args[0] : NULL;
    const struct account *known = name ? config_account(&cmd->config, name) : NULL;
    struct err e = {0};
    if (known)
        account_copy(&cmd->account, known);
    else if (!name || !account_looks_like_url(name))
        return 0;
    else if (!account_from_url(&cmd->account, name, &e))
        return cmd_fail(e.code, "%s", e.text);
    struct buf key = BUF_INIT(2048);
    account_key(&cmd->account, &key);
    l->account = buf_detach(&key);
    cmd->args++;
    cmd->arg_count--;
    return 0;
}

static bool matches(const struct listing *l, size_t i)
{
    struct query_view view = {.maildrop = l->maildrop, .now = (int64_t)time(NULL)};
    return !l->query || query_matches(l->query, &view, i);
}

/* ---- listing ----------------------------------------------------------------------------- */

static void print_json(const struct message *m, const struct copy *c)
{
    char date[32];
    json_t *o = output_message(m, MARK_NONE, NULL);
    date_format_utc(date, c->deleted);
    json_object_set_new(o, "n", json_integer(m->place));
    json_object_set_new(o, "account", json_string(c->account));
    json_object_set_new(o, "deleted", json_string(date));
    json_object_set_new(o, "cause", json_string(c->cause));
    json_object_set_new(o, "copy", json_string(c->is_full ? "full" : "headers"));
    output_json(o);
}

/* "    12  11-22 21:14  full      48k  Ann <ann@example.org>  Subject": when it was deleted. */
static void print_table(const struct message *m, const struct copy *c)
{
    char date[16], size[8];
    struct buf line = BUF_INIT(16 * LIMIT_TEXT);
    text_size(size, m->size);
    date_format_short(date, c->deleted, (int64_t)time(NULL));
    buf_printf(&line, "%6u  %-11s  %-7s  %5s  ", (unsigned)m->place, date,
               c->is_full ? _("full") : _("headers"), size);
    output_append_sender(&line, m->summary);
    buf_printf(&line, "  %s\n", m->summary->subject);
    output_text(line.data, line.len);
    buf_release(&line);
}

static int list(const struct listing *l)
{
    bool json = l->cmd->format && !strcmp(l->cmd->format, "json");
    signal(SIGPIPE, SIG_DFL); /* "| head" is no failure */
    for (size_t i = 0; i < l->count; i++)
        if (matches(l, i))
            (json ? print_json : print_table)(maildrop_at(l->maildrop, i), &l->copies[i]);
    if (fflush(stdout) || ferror(stdout))
        return cmd_fail(ERR_IO, _("the listing could not be written"));
    return 0;
}

/* ---- saving ------------------------------------------------------------------------------ */

struct file {
    int fd;
    uint64_t start;
};

static size_t read_file(void *context, uint64_t offset, char *bytes, size_t size)
{
    const struct file *f = context;
    ssize_t n;
    do
        n = pread(f->fd, bytes, size, (off_t)(f->start + offset));
    while (n < 0 && errno == EINTR);
    return n > 0 ? (size_t)n : 0;
}

static int save_copy(const struct message *m, const struct copy *c, const char *path)
{
    struct err e = {0};
    struct buf name = BUF_INIT(FILENAME_MOST + 16), where = BUF_INIT(4096);
    struct buf subject = BUF_INIT(LIMIT_TEXT + 16);
    struct file file = {open(c->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), c->start};
    if (file.fd < 0)
        return cmd_fail(ERR_IO, "%s: %s", c->path, strerror(errno));
    if (*m->summary->subject)
        buf_printf(&subject, "%s.eml", m->summary->subject);
    filename_safe(&name, subject.data, "message.eml");
    const struct body_source source = {&file, read_file, !c->is_full};
    const struct save_request request = {
        .path = path,
        .name = name.data,
        .source = &source,
        .sender = summary_first_address(m->summary),
    };
    int status = 0;
    switch (save(&request, &where, &e)) {
    case SAVE_DONE:
        break;
    case SAVE_EXISTS:
        status = cmd_fail(ERR_IO, _("%s is there already"), where.data);
        break;
    case SAVE_FAILED:
        status = cmd_fail(e.code, "%s", e.text);
        break;
    }
    close(file.fd);
    buf_release(&name);
    buf_release(&where);
    buf_release(&subject);
    return status;
}

static int save_all(const struct listing *l, const char *path)
{
    size_t count = 0, headers = 0;
    for (size_t i = 0; i < l->count; i++)
        count += matches(l, i);
    if (!count)
        return cmd_fail(ERR_UNAVAILABLE, _("nothing in the trash matches"));
    if (count > 1 && save_kind(path) == SAVE_FILE)
        return cmd_fail(ERR_USAGE,
                        _("%zu messages match, and %s would hold one: save into FILE.mbox or "
                          "MAILDIR/"),
                        count, path);
    for (size_t i = 0; i < l->count; i++) {
        if (!matches(l, i))
            continue;
        int status = save_copy(maildrop_at(l->maildrop, i), &l->copies[i], path);
        if (status)
            return status;
        headers += !l->copies[i].is_full;
    }
    fprintf(stderr, _n("dele: %zu message saved", "dele: %zu messages saved", count), count);
    if (headers)
        fprintf(stderr,
                _n("; of %zu only the header was kept", "; of %zu only the headers were kept",
                   headers),
                headers);
    fputc('\n', stderr);
    return 0;
}

int cmd_trash(struct cmd *cmd)
{
    if (cmd->format && strcmp(cmd->format, "table") != 0 && strcmp(cmd->format, "json") != 0)
        return cmd_fail(ERR_USAGE, _("unknown format '%s': table or json"), cmd->format);
    struct err e = {0};
    struct listing l = {.cmd = cmd, .maildrop = maildrop_new()};
    struct trash *trash = kept_open_trash(cmd);
    int status = trash ? take_account(&l) : ERR_IO;
    if (!status)
        status = cmd_query(cmd, &l.query);
    if (!status) {
        trash_expire(trash, (int64_t)time(NULL));
        if (!trash_each(trash, take_entry, &l, &e))
            status = cmd_fail(e.code, "%s", e.text);
    }
    if (!status)
        status = cmd->save ? save_all(&l, cmd->save) : list(&l);
    trash_close(trash);
    release(&l);
    return status;
}
