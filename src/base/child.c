#include "config.h"

#include "base/child.h"

#include <signal.h>
#include <stddef.h>

void child_reset_signals(void)
{
    static const int ours[] = {SIGINT,  SIGQUIT, SIGTERM,  SIGHUP,
                               SIGPIPE, SIGTSTP, SIGWINCH, SIGCONT};
    sigset_t none;
    sigemptyset(&none);
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        signal(ours[i], SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
}
