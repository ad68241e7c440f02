#include <config.h> /* in quotes it would be the one beside this file */

#include "store/trash.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "mail/date.h"
#include "store/maildir.h"
#include "store/place.h"
#include "store/trash_list.h"
#include "store/writer.h"

/* Files brought to the disk in one go. */
#define SYNC_AT_ONCE 16
/* What a Maildir's tmp holds that long was left by a program that ended (maildir(5)). */
#define LEFT_BEHIND_S (36 * 3600)

struct trash {
    char *path;
    struct trash_bounds bounds;
    char **names; /* the batch; NULL: taken back */
    size_t count;
    size_t synced;
    size_t gathered; /* that went to the disk together, before they are looked at one by one */
    bool is_new;     /* the batch is in new/, else in tmp/ */
    bool is_made;
};

struct trash *trash_open(const char *path, const struct trash_bounds *bounds, struct err *e)
{
    struct buf own = BUF_INIT(4096);
    struct trash *t = NULL;
    if (path || place_path(&own, PLACE_DATA, "trash")) {
        t = xcalloc(1, sizeof *t);
        t->path = xstrdup(path ? path : own.data);
        t->bounds = *bounds;
    } else {
        err_set(e, ERR_IO, _("there is no home directory for the trash"));
    }
    buf_release(&own);
    return t;
}

void trash_begin(struct trash *t)
{
    for (size_t i = 0; i < t->count; i++)
        free(t->names[i]);
    free(t->names);
    t->names = NULL;
    t->count = t->synced = t->gathered = 0;
    t->is_new = false;
}

void trash_close(struct trash *t)
{
    if (!t)
        return;
    trash_begin(t);
    free(t->path);
    free(t);
}

/* ---- a batch ----------------------------------------------------------------------------- */

static void append_place(const struct trash *t, struct buf *out, const char *where,
                         const char *name)
{
    buf_clear(out);
    buf_printf(out, "%s/%s/%s", t->path, where, name);
}

static bool fail(const struct trash *t, struct err *e)
{
    char *path = text_clean_line(t->path, strlen(t->path));
    err_set(e, ERR_IO,
            _("No copy can be kept in the trash %s: %s; trash = none deletes without."), path,
            strerror(errno));
    free(path);
    return false;
}

static bool write_note(int fd, const struct trash_note *note)
{
    char date[32];
    struct buf lines = BUF_INIT(16384);
    char *account = text_clean_line(note->account, strlen(note->account));
    char *uidl = text_clean_line(note->uidl, strlen(note->uidl));
    char *cause = text_clean_line(note->cause, strlen(note->cause));
    date_format_utc(date, note->deleted);
    bool fits = buf_printf(&lines,
                           "X-Dele-Account: %s\nX-Dele-UIDL: %s\nX-Dele-Size: %llu\n"
                           "X-Dele-Deleted: %s\nX-Dele-Cause: %s\nX-Dele-Copy: %s\n",
                           account, uidl, (unsigned long long)note->size, date, cause,
                           note->is_full ? "full" : "headers");
    const struct body_memory memory = {lines.data, lines.len};
    const struct body_source source = {(void *)&memory, body_read_memory, false};
    bool written = fits && writer_copy(fd, &source, NULL, WRITER_AS_IT_IS);
    buf_release(&lines);
    free(account);
    free(uidl);
    free(cause);
    return written;
}

static void take_name(struct trash *t, char *name, size_t *id)
{
    if ((t->count & (t->count + 1)) == 0) /* full at 0, 1, 3, 7, ... */
        t->names = xreallocarray(t->names, 2 * t->count + 1, sizeof *t->names);
    *id = t->count;
    t->names[t->count++] = name;
}

bool trash_add(struct trash *t, const struct trash_note *note, const struct body_source *source,
               size_t *id, struct err *e)
{
    struct buf name = BUF_INIT(256), path = BUF_INIT(8192);
    maildir_append_unique(&name);
    append_place(t, &path, "tmp", name.data);
    t->is_made = t->is_made || (place_make(t->path, e) && maildir_make(t->path));
    int fd = t->is_made ? open(path.data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
    bool good = fd >= 0 && write_note(fd, note) &&
                (!source || writer_copy(fd, source, NULL, WRITER_LF));
    int fault = errno;
    if (fd >= 0 && close(fd) && good) {
        good = false;
        fault = errno;
    }
    if (fd >= 0 && !good)
        unlink(path.data);
    errno = fault;
    if (good)
        take_name(t, buf_detach(&name), id);
    else if (e->code == ERR_NONE)
        fail(t, e);
    buf_release(&name);
    buf_release(&path);
    return good;
}

static bool sync_file(const struct trash *t, const char *name)
{
    struct buf path = BUF_INIT(8192);
    append_place(t, &path, "tmp", name);
    int fd = open(path.data, O_RDONLY | O_CLOEXEC);
    bool good = fd >= 0 && writer_sync(fd);
    if (fd >= 0)
        close(fd);
    buf_release(&path);
    return good;
}

/* All at once: from here on they count. */
static bool deliver(struct trash *t)
{
    struct buf from = BUF_INIT(8192), to = BUF_INIT(8192);
    bool good = true;
    t->is_new = true;
    for (size_t i = 0; i < t->count && good; i++) {
        if (!t->names[i])
            continue;
        append_place(t, &from, "tmp", t->names[i]);
        append_place(t, &to, "new", t->names[i]);
        good = !rename(from.data, to.data);
    }
    if (to.len)
        place_sync(to.data);
    buf_release(&from);
    buf_release(&to);
    return good;
}

enum trash_sync trash_sync(struct trash *t, bool to_the_end, struct err *e)
{
    if (t->count - t->gathered > SYNC_AT_ONCE) {
        writer_sync_many(t->path);
        t->gathered = t->count;
    }
    for (int i = 0; i < SYNC_AT_ONCE && t->synced < t->count; i++, t->synced++)
        if (t->names[t->synced] && !sync_file(t, t->names[t->synced]))
            return fail(t, e), TRASH_SYNC_FAILED;
    if (t->synced < t->count)
        return TRASH_SYNC_MORE;
    if (to_the_end && !t->is_new && !deliver(t))
        return fail(t, e), TRASH_SYNC_FAILED;
    return TRASH_SYNC_DONE;
}

void trash_take_back(struct trash *t, size_t id)
{
    static const char *const places[] = {"tmp", "new"};
    struct buf path = BUF_INIT(8192);
    for (size_t i = 0; i < 2 && t->names[id]; i++) {
        append_place(t, &path, places[i], t->names[id]);
        unlink(path.data);
    }
    free(t->names[id]);
    t->names[id] = NULL;
    buf_release(&path);
}

/* ---- what is there ----------------------------------------------------------------------- */

bool trash_each(struct trash *t, bool (*take)(void *context, const struct trash_entry *entry),
                void *context, struct err *e)
{
    struct trash_list list;
    if (!trash_list_read(&list, t->path)) {
        err_set(e, ERR_IO, _("the trash %s cannot be read: %s"), t->path, strerror(errno));
        return false;
    }
    bool more = true;
    for (size_t i = 0; i < list.count && more; i++)
        more = trash_list_open(&list.files[i], take, context);
    trash_list_release(&list);
    return true;
}

static bool is_of_batch(const struct trash *t, const char *path)
{
    const char *name = strrchr(path, '/') + 1;
    for (size_t i = 0; i < t->count; i++)
        if (t->names[i] && !strcmp(t->names[i], name))
            return true;
    return false;
}

static void expire_left_behind(const struct trash *t, int64_t now)
{
    struct buf path = BUF_INIT(8192);
    buf_printf(&path, "%s/tmp", t->path);
    DIR *dir = opendir(path.data);
    for (struct dirent *d; dir && (d = readdir(dir)) != NULL;) {
        struct stat st;
        append_place(t, &path, "tmp", d->d_name);
        if (*d->d_name != '.' && !stat(path.data, &st) && st.st_mtime < now - LEFT_BEHIND_S)
            unlink(path.data);
    }
    if (dir)
        closedir(dir);
    buf_release(&path);
}

void trash_expire(struct trash *t, int64_t now)
{
    const struct trash_bounds *most = &t->bounds;
    struct trash_list list;
    uint64_t total = 0;
    expire_left_behind(t, now);
    if (!trash_list_read(&list, t->path))
        return;
    for (size_t i = 0; i < list.count; i++)
        total += list.files[i].octets;
    for (size_t i = 0; i < list.count; i++) { /* the oldest first */
        const struct trash_file *f = &list.files[i];
        bool is_old = most->days && f->at < now - (int64_t)most->days * 86400;
        bool is_too_much = most->octets && total > most->octets;
        if (!is_old && !is_too_much)
            break;
        if (!is_of_batch(t, f->path) && !unlink(f->path))
            total -= f->octets;
    }
    trash_list_release(&list);
}
