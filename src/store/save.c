#include <config.h> /* in quotes it would be the one beside this file */

#include "store/save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/maildir.h"
#include "store/place.h"
#include "store/writer.h"

/* How long another program's lock on an mbox is waited for, in steps. */
#define LOCK_STEPS 20
#define LOCK_STEP_NS 50000000

/* ---- what is where ----------------------------------------------------------------------- */

static bool is_directory(const char *path)
{
    struct stat st;
    return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static bool has_directory(const char *path, const char *name)
{
    struct buf inside = BUF_INIT(4096);
    bool has = buf_printf(&inside, "%s/%s", path, name) && is_directory(inside.data);
    buf_release(&inside);
    return has;
}

static bool is_mbox(const char *path)
{
    char start[5];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool is = fd >= 0 && read(fd, start, 5) == 5 && !memcmp(start, "From ", 5);
    if (fd >= 0)
        close(fd);
    return is;
}

static bool ends_in(const char *path, const char *end)
{
    size_t len = strlen(path), n = strlen(end);
    return len >= n && ascii_same(path + len - n, end, n);
}

enum save_kind save_kind(const char *path)
{
    struct stat st;
    if (stat(path, &st))
        return ends_in(path, "/")       ? SAVE_MAILDIR
               : ends_in(path, ".mbox") ? SAVE_MBOX
                                        : SAVE_FILE;
    if (S_ISDIR(st.st_mode) && has_directory(path, "cur") && has_directory(path, "new") &&
        has_directory(path, "tmp"))
        return SAVE_MAILDIR;
    return S_ISREG(st.st_mode) && is_mbox(path) ? SAVE_MBOX : SAVE_FILE;
}

/* All of what is asked for, on the disk.  False with errno. */
static bool write_out(int fd, const struct save_request *r, enum writer_form form)
{
    return writer_copy(fd, r->source, r->part, form) && writer_sync(fd);
}

static enum save_result fail(struct err *e, const char *path)
{
    err_set(e, ERR_IO, _("%s: not saved: %s"), path, strerror(errno));
    return SAVE_FAILED;
}

/* ---- a file ------------------------------------------------------------------------------ */

static enum save_result save_file(const struct save_request *r, const char *path, struct err *e)
{
    struct buf temporary = BUF_INIT(4096);
    struct stat st;
    if (r->overwrite && !stat(path, &st) && S_ISREG(st.st_mode))
        buf_printf(&temporary, "%s.XXXXXX", path);
    const char *name = temporary.len ? temporary.data : path;
    int fd = temporary.len  ? mkstemp(temporary.data)
             : r->overwrite ? open(path, O_WRONLY | O_CLOEXEC)
                            : open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    enum save_result result = SAVE_DONE;
    if (fd < 0 && errno == EEXIST)
        result = SAVE_EXISTS;
    else if (fd < 0)
        result = fail(e, path);
    bool good = fd >= 0 && write_out(fd, r, WRITER_AS_IT_IS);
    int fault = errno;
    if (fd >= 0 && close(fd) && good) {
        good = false;
        fault = errno;
    }
    if (good && temporary.len && rename(temporary.data, path)) {
        good = false;
        fault = errno;
    }
    if (fd >= 0 && !good) {
        errno = fault;
        result = fail(e, path);
        if (temporary.len || !r->overwrite)
            unlink(name);
    }
    if (good)
        place_sync(path);
    buf_release(&temporary);
    return result;
}

/* ---- mbox (RFC 4155, "From " quoted as mboxrd does) -------------------------------------- */

static bool lock(int fd)
{
    const struct timespec step = {.tv_nsec = LOCK_STEP_NS};
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    for (int i = 0; i < LOCK_STEPS; i++) {
        if (!fcntl(fd, F_SETLK, &whole))
            return true;
        if (errno != EAGAIN && errno != EACCES)
            return false;
        nanosleep(&step, NULL);
    }
    errno = EBUSY;
    return false;
}

/* One word, as the line's form wants it. */
static void append_sender(struct buf *line, const char *sender)
{
    if (!*sender)
        buf_append_str(line, "MAILER-DAEMON");
    for (; *sender; sender++)
        buf_append_char(line, (unsigned char)*sender <= ' ' ? '-' : *sender);
}

static bool write_from_line(int fd, off_t end, const char *sender)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct buf line = BUF_INIT(2048);
    char last = '\n';
    time_t now = time(NULL);
    struct tm t;
    gmtime_r(&now, &t);
    if (end && pread(fd, &last, 1, end - 1) == 1 && last != '\n')
        buf_append_char(&line, '\n');
    buf_append_str(&line, "From ");
    append_sender(&line, sender);
    buf_printf(&line, " %s %s %2d %02d:%02d:%02d %d\n", days[t.tm_wday], months[t.tm_mon],
               t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, t.tm_year + 1900);
    ssize_t n = write(fd, line.data, line.len);
    bool good = n == (ssize_t)line.len;
    buf_release(&line);
    return good;
}

static enum save_result save_mbox(const struct save_request *r, struct err *e)
{
    int fd = open(r->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0 || !lock(fd)) {
        fail(e, r->path);
        if (fd >= 0)
            close(fd);
        return SAVE_FAILED;
    }
    off_t end = lseek(fd, 0, SEEK_END);
    enum save_result result = SAVE_DONE;
    if (!write_from_line(fd, end, r->sender) || !write_out(fd, r, WRITER_MBOX)) {
        result = fail(e, r->path);
        if (ftruncate(fd, end))
            err_set(e, ERR_IO, _("%s: not saved, and a piece of it is at its end: %s"), r->path,
                    strerror(errno));
    }
    close(fd);
    if (result == SAVE_DONE)
        place_sync(r->path);
    return result;
}

/* ---- Maildir ----------------------------------------------------------------------------- */

static enum save_result save_maildir(const struct save_request *r, struct buf *where,
                                     struct err *e)
{
    struct buf unique = BUF_INIT(256), tmp = BUF_INIT(4096), new = BUF_INIT(4096);
    enum save_result result = SAVE_DONE;
    int len = (int)strlen(r->path);
    while (len > 1 && r->path[len - 1] == '/')
        len--;
    maildir_append_unique(&unique);
    buf_printf(&tmp, "%.*s/tmp/%s", len, r->path, unique.data);
    buf_printf(&new, "%.*s/new/%s", len, r->path, unique.data);
    char *dir = xmemdup0(r->path, (size_t)len);
    int fd =
        maildir_make(dir) ? open(tmp.data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
    if (fd < 0 || !write_out(fd, r, WRITER_LF) || rename(tmp.data, new.data)) {
        result = fail(e, dir);
        if (fd >= 0)
            unlink(tmp.data);
    } else {
        place_sync(new.data);
        buf_append(where, new.data, new.len);
    }
    if (fd >= 0)
        close(fd);
    free(dir);
    buf_release(&unique);
    buf_release(&tmp);
    buf_release(&new);
    return result;
}

/* ---- all --------------------------------------------------------------------------------- */

enum save_result save(const struct save_request *r, struct buf *where, struct err *e)
{
    enum save_kind kind = r->part ? SAVE_FILE : save_kind(r->path);
    if (kind == SAVE_MAILDIR)
        return save_maildir(r, where, e);
    if (kind == SAVE_MBOX) {
        buf_append_str(where, r->path);
        return save_mbox(r, e);
    }
    bool inside = is_directory(r->path);
    buf_printf(where, "%s%s%s", r->path, inside && !ends_in(r->path, "/") ? "/" : "",
               inside ? r->name : "");
    return save_file(r, where->data, e);
}
