#include "config.h"

#include "tests/support/real.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/net.h"

#define START_TRIES 300 /* of 50 ms */

struct real {
    pid_t pid;
    char dir[64], ca[96];
    uint16_t plain, tls, backend;
};

static const char *packages(void)
{
    const char *path = getenv("DELE_PACKAGES");
    return path ? path : "/var/cache/dele-tests";
}

static const char *why_not_here(void)
{
    struct stat st;
    if (geteuid())
        return "this server is started in a namespace of its own, which needs root";
    if (stat(packages(), &st))
        return "the servers' packages are not here: tests/servers/real.sh fetch "
               "/var/cache/dele-tests";
    if (system("unshare -m -p -f true >/dev/null 2>&1"))
        return "this machine allows no namespaces (unshare)";
    return NULL;
}

static bool greets(uint16_t port)
{
    char byte;
    int fd = net_connect(port);
    struct pollfd p = {fd, POLLIN, 0};
    bool good = fd >= 0 && poll(&p, 1, 5000) == 1 && read(fd, &byte, 1) == 1;
    if (fd >= 0)
        close(fd);
    return good;
}

/* Cyrus takes its messages by IMAP, once it runs. */
static bool is_seeded(const struct real *r, const char *name)
{
    char path[96];
    struct stat st;
    snprintf(path, sizeof path, "%s/seeded", r->dir);
    return strcmp(name, "cyrus") || !stat(path, &st);
}

static void run(const struct real *r, const char *name)
{
    char script[512], plain[8], tls[8], backend[8], log[96];
    snprintf(script, sizeof script, "%s/tests/servers/real.sh", getenv("top_srcdir"));
    snprintf(plain, sizeof plain, "%u", r->plain);
    snprintf(tls, sizeof tls, "%u", r->tls);
    snprintf(backend, sizeof backend, "%u", r->backend);
    snprintf(log, sizeof log, "%s/log", r->dir);
    setpgid(0, 0);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that crashes takes it along */
#endif
    setenv("PACKAGES", packages(), 1);
    if (!freopen(log, "w", stdout) || dup2(STDOUT_FILENO, STDERR_FILENO) < 0)
        _exit(126);
    execl("/bin/sh", "sh", script, "run", name, r->dir, plain, tls, backend, (char *)NULL);
    _exit(127);
}

struct real *real_start(const char *name, const char **why_not)
{
    *why_not = why_not_here();
    if (*why_not)
        return NULL;
    struct real *r = calloc(1, sizeof *r);
    snprintf(r->dir, sizeof r->dir, "/tmp/dele-real-XXXXXX");
    if (!mkdtemp(r->dir))
        abort();
    snprintf(r->ca, sizeof r->ca, "%s/ca.pem", r->dir);
    r->plain = net_free_port();
    r->tls = net_free_port();
    r->backend = net_free_port();
    r->pid = fork();
    if (!r->pid)
        run(r, name);
    setpgid(r->pid, r->pid);
    for (int i = 0; i < START_TRIES; i++) {
        if (greets(r->plain) && is_seeded(r, name))
            return r;
        poll(NULL, 0, 50);
    }
    char command[160];
    snprintf(command, sizeof command, "tail -n 5 %s/log >&2", r->dir);
    if (system(command))
        perror("tail");
    real_stop(r);
    *why_not = "this server did not start here; its last words are in the log";
    return NULL;
}

/* The first process of a namespace takes all others along. */
void real_stop(struct real *r)
{
    char command[160];
    kill(-r->pid, SIGKILL);
    waitpid(r->pid, NULL, 0);
    snprintf(command, sizeof command, "rm -rf '%s'", r->dir);
    if (system(command))
        perror(r->dir);
    free(r);
}

uint16_t real_plain_port(const struct real *r)
{
    return r->plain;
}

uint16_t real_tls_port(const struct real *r)
{
    return r->tls;
}

const char *real_ca(const struct real *r)
{
    return r->ca;
}
