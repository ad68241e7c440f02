#include "config.h"

#include "tests/support/kdc.h"

#include <poll.h>
#include <signal.h>
#include <stdint.h>
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

#define TRIES 300 /* of 50 ms */

struct kdc {
    pid_t pid;
    char dir[64], keytab[96];
};

static bool run(const char *command)
{
    return system(command) == 0;
}

static void exec_script(const struct kdc *k, uint16_t port)
{
    char script[512], number[8], log[96];
    snprintf(script, sizeof script, "%s/tests/servers/kdc.sh", getenv("top_srcdir"));
    snprintf(number, sizeof number, "%u", port);
    snprintf(log, sizeof log, "%s/log", k->dir);
    setpgid(0, 0);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* a test that crashes takes it along */
#endif
    if (!freopen(log, "w", stdout) || dup2(STDOUT_FILENO, STDERR_FILENO) < 0)
        _exit(126);
    execl("/bin/sh", "sh", script, k->dir, number, (char *)NULL);
    _exit(127);
}

/* Where the libraries look for everything. */
static void set_environment(const struct kdc *k)
{
    char value[160];
    snprintf(value, sizeof value, "%s/krb5.conf", k->dir);
    setenv("KRB5_CONFIG", value, 1);
    snprintf(value, sizeof value, "FILE:%s/cache", k->dir);
    setenv("KRB5CCNAME", value, 1);
    setenv("KRB5RCACHETYPE", "none", 1);
}

struct kdc *kdc_start(const char **why_not)
{
    const char *path = getenv("PATH");
    char with_sbin[4096];
    snprintf(with_sbin, sizeof with_sbin, "%s:/usr/sbin:/sbin", path ? path : "/usr/bin:/bin");
    setenv("PATH", with_sbin, 1);
    if (!run("command -v krb5kdc >/dev/null && command -v kdb5_util >/dev/null && "
             "command -v kadmin.local >/dev/null && command -v kinit >/dev/null")) {
        *why_not = "MIT Kerberos (krb5kdc, kadmin.local, kinit) is not installed";
        return NULL;
    }
    struct kdc *k = calloc(1, sizeof *k);
    strcpy(k->dir, "/tmp/dele-kdc-XXXXXX");
    if (!mkdtemp(k->dir))
        abort();
    chmod(k->dir, 0755); /* servers read the keytab as other users */
    snprintf(k->keytab, sizeof k->keytab, "%s/keytab", k->dir);
    uint16_t port = net_free_port();
    k->pid = fork();
    if (!k->pid)
        exec_script(k, port);
    setpgid(k->pid, k->pid);
    set_environment(k);
    for (int i = 0; i < TRIES; i++) {
        if (kdc_login(k, 3600))
            return k;
        poll(NULL, 0, 50);
    }
    kdc_stop(k);
    *why_not = "the Kerberos KDC did not start here";
    return NULL;
}

void kdc_stop(struct kdc *k)
{
    char command[128];
    kill(-k->pid, SIGKILL);
    waitpid(k->pid, NULL, 0);
    snprintf(command, sizeof command, "rm -rf '%s'", k->dir);
    if (!run(command))
        perror(k->dir);
    free(k);
}

const char *kdc_keytab(const struct kdc *k)
{
    return k->keytab;
}

bool kdc_login(const struct kdc *k, unsigned seconds)
{
    char command[128];
    (void)k;
    snprintf(command, sizeof command, "echo secret | kinit -l %us ann >/dev/null 2>&1",
             seconds);
    return run(command);
}

bool kdc_wait_for_end(const struct kdc *k)
{
    (void)k;
    for (int i = 0; i < TRIES; i++) {
        if (!run("kvno -q pop/localhost >/dev/null 2>&1"))
            return true;
        poll(NULL, 0, 50);
    }
    return false;
}

void kdc_logout(const struct kdc *k)
{
    (void)k;
    if (!run("kdestroy -q"))
        perror("kdestroy");
}
