#include <config.h> /* in quotes it would be the one beside this file */

#include "store/config_add.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "store/config.h"
#include "store/place.h"

/* As config_load() has it, and room for more rules. */
#define FILE_MOST 131072u

bool config_can_add(const char *text)
{
    static const char signs[] = "@._+=%~&*!?^<>:-";
    for (const char *p = text; *p; p++) {
        bool is_word =
            (*p >= '0' && *p <= '9') || (*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z');
        if (!is_word && !strchr(signs, *p))
            return false;
    }
    return *text;
}

static bool fail(struct err *e, const char *path)
{
    err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
    return false;
}

/* A file that is not there is empty; *MODE is then 0600. */
static bool read_all(const char *path, struct buf *out, mode_t *mode, struct err *e)
{
    struct stat st;
    char piece[8192];
    size_t n;
    *mode = 0600;
    FILE *file = fopen(path, "r");
    if (!file)
        return errno == ENOENT || fail(e, path);
    bool fits = true;
    while (fits && (n = fread(piece, 1, sizeof piece, file)) > 0)
        fits = buf_append(out, piece, n);
    bool good = !ferror(file) && !fstat(fileno(file), &st);
    if (!good)
        fail(e, path);
    else if (!fits)
        err_set(e, ERR_IO, _("%s is too large for one more rule"), path);
    else
        *mode = st.st_mode & 0777;
    fclose(file);
    return good && fits;
}

static bool write_all(int fd, const struct buf *text)
{
    for (size_t at = 0; at < text->len;) {
        ssize_t n = write(fd, text->data + at, text->len - at);
        if (n < 0 && errno != EINTR)
            return false;
        at += n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* What cannot be read must not become the configuration. */
static bool can_be_read(const char *path, struct err *e)
{
    struct config c;
    bool can = config_load(&c, path, e);
    config_release(&c);
    return can;
}

/* PATH is no link: a link to the file stays one. */
static bool replace(const char *path, const struct buf *text, mode_t mode, struct err *e)
{
    struct buf name = BUF_INIT(4096);
    buf_printf(&name, "%s.XXXXXX", path);
    int fd = mkstemp(name.data);
    if (fd < 0) {
        fail(e, path);
        buf_release(&name);
        return false;
    }
    bool good = write_all(fd, text) && !fchmod(fd, mode) && !fsync(fd);
    good = !close(fd) && good;
    if (!good)
        fail(e, path);
    good = good && can_be_read(name.data, e);
    if (good && rename(name.data, path))
        good = fail(e, path);
    if (good)
        place_sync(path);
    else
        unlink(name.data);
    buf_release(&name);
    return good;
}

/* The file behind a link; PATH itself where there is none yet.  The caller frees it. */
static char *behind_links(const char *path)
{
    char *real = realpath(path, NULL);
    return real ? real : xstrdup(path);
}

bool config_add_rule(const char *path, const char *name, const char *match,
                     enum rule_action action, struct buf *added, struct err *e)
{
    struct buf text = BUF_INIT(FILE_MOST);
    mode_t mode;
    char *real = behind_links(path);
    size_t before = added->len;
    bool good = place_make(real, e) && read_all(real, &text, &mode, e);
    if (good) {
        if (text.len)
            buf_append_str(added, text.data[text.len - 1] == '\n' ? "\n" : "\n\n");
        buf_printf(added, "rule '%s' { match = '%s' action = %s }\n", name, match,
                   rule_action_name(action));
        good = buf_append(&text, added->data + before, added->len - before);
        if (!good)
            err_set(e, ERR_IO, _("%s is too large for one more rule"), path);
    }
    good = good && replace(real, &text, mode, e);
    if (!good)
        buf_truncate(added, before);
    buf_release(&text);
    free(real);
    return good;
}

bool config_take_rule(const char *path, const char *added, struct err *e)
{
    struct buf text = BUF_INIT(FILE_MOST);
    mode_t mode;
    char *real = behind_links(path);
    size_t len = strlen(added);
    bool good = read_all(real, &text, &mode, e);
    if (good && (text.len < len || memcmp(text.data + text.len - len, added, len) != 0)) {
        err_set(e, ERR_CONFIG, _("%s was changed since: the rule stays in it"), path);
        good = false;
    }
    if (good) {
        buf_truncate(&text, text.len - len);
        good = replace(real, &text, mode, e);
    }
    buf_release(&text);
    free(real);
    return good;
}
