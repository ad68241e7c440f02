#include "config.h"

#include "ui/restore.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static const int fatal[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
#define FATAL (sizeof fatal / sizeof *fatal)

static struct {
    bool armed, has_stack;
    char bytes[RESTORE_MAX];
    size_t len;
    struct termios modes;
    struct sigaction before[FATAL];
} restore;

/* SIGSTKSZ is no constant any more; this is enough for wide registers. */
static char stack[65536];

static void on_fatal(int number, siginfo_t *info, void *context)
{
    (void)context;
    size_t done = 0;
    while (done < restore.len) {
        ssize_t n = write(STDOUT_FILENO, restore.bytes + done, restore.len - done);
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    tcsetattr(STDIN_FILENO, TCSANOW, &restore.modes);
    /* A debugger or sanitizer that was there first gets its turn; else the process dies of the
     * signal, with its core. */
    for (size_t i = 0; i < FATAL; i++)
        if (fatal[i] == number)
            sigaction(number, &restore.before[i], NULL);
    /* A fault comes again by itself when its instruction is run again, with the right address.
     */
    bool is_fault = info->si_code > 0 && info->si_code != SI_USER;
    if (!is_fault)
        raise(number);
}

static void give_stack(void)
{
    stack_t old, mine = {.ss_sp = stack, .ss_size = sizeof stack};
    restore.has_stack = sigaltstack(NULL, &old) == 0 && old.ss_flags & SS_DISABLE &&
                        sigaltstack(&mine, NULL) == 0;
}

void restore_arm(const char *bytes, size_t len, const struct termios *modes)
{
    restore.len = len < RESTORE_MAX ? len : RESTORE_MAX;
    memcpy(restore.bytes, bytes, restore.len);
    restore.modes = *modes;
    if (restore.armed)
        return;
    give_stack();
    struct sigaction action = {.sa_sigaction = on_fatal, .sa_flags = SA_ONSTACK | SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < FATAL; i++)
        sigaction(fatal[i], &action, &restore.before[i]);
    restore.armed = true;
}

void restore_disarm(void)
{
    if (!restore.armed)
        return;
    for (size_t i = 0; i < FATAL; i++)
        sigaction(fatal[i], &restore.before[i], NULL);
    if (restore.has_stack)
        sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL);
    restore.armed = false;
}
