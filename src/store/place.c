#include <config.h> /* in quotes it would be the one beside this file */

#include "store/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"

static const struct {
    const char *variable, *below_home;
} places[] = {
    [PLACE_CONFIG] = {"XDG_CONFIG_HOME", ".config"},
    [PLACE_STATE] = {"XDG_STATE_HOME", ".local/state"},
    [PLACE_DATA] = {"XDG_DATA_HOME", ".local/share"},
};

bool place_path(struct buf *out, enum place place, const char *name)
{
    const char *xdg = getenv(places[place].variable), *home = getenv("HOME");
    if (xdg && *xdg == '/')
        return buf_printf(out, "%s/dele/%s", xdg, name);
    return home && *home &&
           buf_printf(out, "%s/%s/dele/%s", home, places[place].below_home, name);
}

bool place_make(const char *path, struct err *e)
{
    char *dir = xstrdup(path);
    bool made = true;
    for (char *slash = strchr(dir + 1, '/'); slash && made; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        made = !mkdir(dir, 0700) || errno == EEXIST;
        if (!made)
            err_set(e, ERR_IO, _("%s cannot be made: %s"), dir, strerror(errno));
        *slash = '/';
    }
    free(dir);
    return made;
}

void place_sync(const char *path)
{
    struct buf dir = BUF_INIT(4096);
    const char *slash = strrchr(path, '/');
    if (!slash)
        buf_append_char(&dir, '.');
    else if (slash == path)
        buf_append_char(&dir, '/');
    else
        buf_append(&dir, path, (size_t)(slash - path));
    int fd = open(dir.data, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    buf_release(&dir);
}
