#include "config.h"

#include "tests/support/dovecot.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/net.h"

#define NOBODY 65534
#define START_TRIES 200 /* of 50 ms */

struct dovecot {
    pid_t pid;
    char dir[64];
    char ca[96], cert[96], token[96];
    uint16_t plain, tls;
    unsigned put;
};

static bool has_program(const char *name)
{
    char command[128];
    snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", name);
    return system(command) == 0;
}

static void make_folder(const char *dir, const char *name)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    mkdir(path, 0755);
    if (!geteuid() && chown(path, NOBODY, NOBODY))
        abort();
}

static bool greets(uint16_t port)
{
    char byte;
    int fd = net_connect(port);
    struct pollfd p = {fd, POLLIN, 0};
    bool good = fd >= 0 && poll(&p, 1, 2000) == 1 && read(fd, &byte, 1) == 1;
    if (fd >= 0)
        close(fd);
    return good;
}

struct dovecot *dovecot_start(const char **why_not)
{
    if (!has_program("dovecot") || !has_program("openssl")) {
        *why_not = "Dovecot or openssl is not installed";
        return NULL;
    }
    struct dovecot *d = calloc(1, sizeof *d);
    strcpy(d->dir, "/tmp/dele-dovecot-XXXXXX");
    if (!mkdtemp(d->dir))
        abort();
    chmod(d->dir, 0755);
    snprintf(d->ca, sizeof d->ca, "%s/ca.pem", d->dir);
    snprintf(d->cert, sizeof d->cert, "%s/client.pem", d->dir);
    snprintf(d->token, sizeof d->token, "%s/token", d->dir);
    d->plain = net_free_port();
    d->tls = net_free_port();
    make_folder(d->dir, "mail");
    make_folder(d->dir, "mail/Maildir");
    make_folder(d->dir, "mail/Maildir/cur");
    make_folder(d->dir, "mail/Maildir/new");
    make_folder(d->dir, "mail/Maildir/tmp");
    char script[512], plain[8], tls[8];
    snprintf(script, sizeof script, "%s/tests/servers/dovecot.sh", getenv("top_srcdir"));
    snprintf(plain, sizeof plain, "%u", d->plain);
    snprintf(tls, sizeof tls, "%u", d->tls);
    d->pid = fork();
    if (!d->pid) {
        setpgid(0, 0);
#ifdef __linux__
        prctl(PR_SET_PDEATHSIG, SIGTERM); /* a test that crashes takes it along */
#endif
        execl("/bin/sh", "sh", script, d->dir, plain, tls, (char *)NULL);
        _exit(127);
    }
    setpgid(d->pid, d->pid);
    for (int i = 0; i < START_TRIES; i++) {
        if (greets(d->plain))
            return d;
        poll(NULL, 0, 50);
    }
    dovecot_stop(d);
    *why_not = "Dovecot did not start here";
    return NULL;
}

void dovecot_stop(struct dovecot *d)
{
    char command[160];
    kill(-d->pid, SIGTERM);
    waitpid(d->pid, NULL, 0);
    snprintf(command, sizeof command, "rm -rf '%s'", d->dir);
    if (system(command))
        perror(d->dir);
    free(d);
}

uint16_t dovecot_plain_port(const struct dovecot *d)
{
    return d->plain;
}

uint16_t dovecot_tls_port(const struct dovecot *d)
{
    return d->tls;
}

const char *dovecot_ca(const struct dovecot *d)
{
    return d->ca;
}

const char *dovecot_client_cert(const struct dovecot *d)
{
    return d->cert;
}

const char *dovecot_token_file(const struct dovecot *d)
{
    return d->token;
}

/* ---- the Maildir ------------------------------------------------------------------------- */

void dovecot_put(struct dovecot *d, const char *name, const char *text)
{
    char file[96], from[256], to[256];
    /* Maildir files are listed by their names where they are new: a running number in front. */
    snprintf(file, sizeof file, "%u.%s.test", 1700000000u + d->put++, name);
    snprintf(from, sizeof from, "%s/mail/Maildir/tmp/%s", d->dir, file);
    snprintf(to, sizeof to, "%s/mail/Maildir/new/%s", d->dir, file);
    FILE *f = fopen(from, "w");
    if (!f || fputs(text, f) < 0 || fclose(f) || (!geteuid() && chown(from, NOBODY, NOBODY)) ||
        rename(from, to))
        abort();
}

/* Counts the files whose name holds NAME, and removes them if REMOVE_THEM.  First new, then
 * cur: a session that moves them from the one to the other hides none. */
static size_t walk(const struct dovecot *d, const char *name, bool remove_them)
{
    static const char *const folders[] = {"new", "cur"};
    char path[640], wanted[80];
    size_t found = 0;
    snprintf(wanted, sizeof wanted, ".%s.test", name ? name : "");
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/mail/Maildir/%s", d->dir, folders[i]);
        DIR *dir = opendir(path);
        for (struct dirent *e; dir && (e = readdir(dir));) {
            if (*e->d_name == '.' || (name && !strstr(e->d_name, wanted)))
                continue;
            found++;
            snprintf(path, sizeof path, "%s/mail/Maildir/%s/%s", d->dir, folders[i], e->d_name);
            if (remove_them)
                unlink(path);
        }
        if (dir)
            closedir(dir);
    }
    return found;
}

void dovecot_clear(struct dovecot *d)
{
    while (walk(d, NULL, true)) /* a session that ends may move files under our feet */
        ;
}

bool dovecot_has(const struct dovecot *d, const char *name)
{
    return walk(d, name, false) > 0;
}

size_t dovecot_count(const struct dovecot *d)
{
    return walk(d, NULL, false);
}
