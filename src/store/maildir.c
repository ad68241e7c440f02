#include <config.h> /* in quotes it would be the one beside this file */

#include "store/maildir.h"

#include <errno.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

bool maildir_make(const char *path)
{
    static const char *const parts[] = {"", "/cur", "/new", "/tmp"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct buf dir = BUF_INIT(4096);
        bool made = buf_printf(&dir, "%s%s", path, parts[i]) &&
                    (!mkdir(dir.data, 0700) || errno == EEXIST);
        buf_release(&dir);
        if (!made)
            return false;
    }
    return true;
}

void maildir_append_unique(struct buf *out)
{
    static unsigned count;
    char host[64] = "";
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (gethostname(host, sizeof host - 1))
        host[0] = '\0';
    for (char *p = host; *p; p++)
        if (*p == '/' || *p == ':')
            *p = '-';
    buf_printf(out, "%lld.M%06ldP%ldQ%u.%s", (long long)now.tv_sec, now.tv_nsec / 1000,
               (long)getpid(), ++count, *host ? host : "localhost");
}
