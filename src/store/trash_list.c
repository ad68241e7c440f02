#include <config.h> /* in quotes it would be the one beside this file */

#include "store/trash_list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "mail/date.h"

/* Room for the lines of our own. */
#define NOTE_MOST 16384u

/* ---- the files --------------------------------------------------------------------------- */

/* "1795000000.M123456P4711Q2.host:2,S": 0 for a name of another form. */
static int64_t time_of(const char *name)
{
    char *end;
    long long at = strtoll(name, &end, 10);
    return *name >= '1' && *name <= '9' && *end == '.' && end - name < 15 ? at : 0;
}

static void add(struct trash_list *list, const char *dir, const char *name)
{
    struct stat st;
    struct buf path = BUF_INIT(8192);
    int64_t at = time_of(name);
    if (at && buf_printf(&path, "%s/%s", dir, name) && !lstat(path.data, &st) &&
        S_ISREG(st.st_mode)) {
        if ((list->count & (list->count + 1)) == 0) /* full at 0, 1, 3, 7, ... */
            list->files = xreallocarray(list->files, 2 * list->count + 1, sizeof *list->files);
        list->files[list->count++] =
            (struct trash_file){at, (uint64_t)st.st_size, buf_detach(&path)};
    }
    buf_release(&path);
}

static bool read_directory(struct trash_list *list, const char *path, const char *part)
{
    struct buf name = BUF_INIT(8192);
    buf_printf(&name, "%s/%s", path, part);
    DIR *dir = opendir(name.data);
    bool good = dir || errno == ENOENT;
    for (struct dirent *d; dir && (d = readdir(dir)) != NULL;)
        add(list, name.data, d->d_name);
    if (dir)
        closedir(dir);
    buf_release(&name);
    return good;
}

static int by_age(const void *a, const void *b)
{
    const struct trash_file *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return strcmp(strrchr(x->path, '/'), strrchr(y->path, '/'));
}

bool trash_list_read(struct trash_list *list, const char *path)
{
    *list = (struct trash_list){0};
    if (!read_directory(list, path, "new") || !read_directory(list, path, "cur")) {
        trash_list_release(list);
        return false;
    }
    if (list->count)
        qsort(list->files, list->count, sizeof *list->files, by_age);
    return true;
}

void trash_list_release(struct trash_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->files[i].path);
    free(list->files);
    *list = (struct trash_list){0};
}

/* ---- one of them ------------------------------------------------------------------------- */

/* The value of the line at *TEXT, which begins with LABEL and is ended here; *TEXT is then
 * behind it.  NULL for another line. */
static char *take_line(char **text, const char *label)
{
    size_t len = strlen(label);
    char *value = *text + len, *end = strchr(*text, '\n');
    if (strncmp(*text, label, len) != 0 || !end)
        return NULL;
    *end = '\0';
    *text = end + 1;
    return value;
}

/* The lines of our own at the start of TEXT, which ends in NUL and is cut into strings.  The
 * message behind them; NULL where they are not there. */
static char *take_note(char *text, struct trash_note *note)
{
    const char *size = NULL, *date = NULL, *copy = NULL;
    bool all = (note->account = take_line(&text, "X-Dele-Account: ")) != NULL &&
               (note->uidl = take_line(&text, "X-Dele-UIDL: ")) != NULL &&
               (size = take_line(&text, "X-Dele-Size: ")) != NULL &&
               (date = take_line(&text, "X-Dele-Deleted: ")) != NULL &&
               (note->cause = take_line(&text, "X-Dele-Cause: ")) != NULL &&
               (copy = take_line(&text, "X-Dele-Copy: ")) != NULL;
    if (!all || !date_parse(date, strlen(date), &note->deleted))
        return NULL;
    note->size = strtoull(size, NULL, 10);
    note->is_full = !strcmp(copy, "full");
    return text;
}

static size_t read_start(const char *path, char *text, size_t size)
{
    size_t len = 0;
    ssize_t n = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    while (fd >= 0 && len < size &&
           ((n = read(fd, text + len, size - len)) > 0 || (n < 0 && errno == EINTR)))
        len += n > 0 ? (size_t)n : 0;
    if (fd >= 0)
        close(fd);
    return len;
}

bool trash_list_open(const struct trash_file *file,
                     bool (*take)(void *context, const struct trash_entry *entry),
                     void *context)
{
    struct trash_entry entry = {.path = file->path};
    char *text = xmalloc(NOTE_MOST + LIMIT_HEADER + 1);
    size_t len = read_start(file->path, text, NOTE_MOST + LIMIT_HEADER);
    bool more = true;
    text[len] = '\0';
    char *message = take_note(text, &entry.note);
    if (message) {
        entry.start = (uint64_t)(message - text);
        entry.header = message;
        entry.header_len = len - (size_t)entry.start;
        if (entry.header_len > LIMIT_HEADER)
            entry.header_len = LIMIT_HEADER;
        more = take(context, &entry);
    }
    free(text);
    return more;
}
