#include "config.h"

#include "net/errand.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

/* Held by its user and by the thread; the last one frees it. */
struct errand {
    void *what;
    void (*work)(void *what);
    void (*drop)(void *what);
    int wake; /* the user's end of a pipe; the thread closes the other one */
    int done; /* that other one */

    pthread_mutex_t lock;
    unsigned holders;
    bool finished;
};

static void let_go(struct errand *e)
{
    pthread_mutex_lock(&e->lock);
    bool last = --e->holders == 0;
    pthread_mutex_unlock(&e->lock);
    if (!last)
        return;
    e->drop(e->what);
    pthread_mutex_destroy(&e->lock);
    free(e);
}

static void *run(void *arg)
{
    struct errand *e = arg;
    int done = e->done;
    e->work(e->what);
    pthread_mutex_lock(&e->lock);
    e->finished = true;
    pthread_mutex_unlock(&e->lock);
    let_go(e);
    close(done);
    return NULL;
}

/* Signals are the main thread's: the new one inherits a mask that blocks them all. */
static int start_thread(struct errand *e)
{
    sigset_t all, old;
    pthread_t thread;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int code = pthread_create(&thread, NULL, run, e);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (code == 0)
        pthread_detach(thread);
    return code;
}

struct errand *errand_new(void *what, void (*work)(void *what), void (*drop)(void *what),
                          int *fault)
{
    int ends[2];
    if (pipe(ends) < 0) {
        *fault = errno;
        return NULL;
    }
    for (int i = 0; i < 2; i++)
        fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    struct errand *e = xcalloc(1, sizeof *e);
    *e = (struct errand){.what = what,
                         .work = work,
                         .drop = drop,
                         .wake = ends[0],
                         .done = ends[1],
                         .holders = 2};
    pthread_mutex_init(&e->lock, NULL);
    int code = start_thread(e);
    if (code == 0)
        return e; /* the work may be done by now, and *FAULT a part of it */
    *fault = code;
    close(ends[0]);
    close(ends[1]);
    pthread_mutex_destroy(&e->lock);
    free(e);
    return NULL;
}

void errand_free(struct errand *e)
{
    if (!e)
        return;
    close(e->wake);
    let_go(e);
}

int errand_fd(const struct errand *e)
{
    return e->wake;
}

bool errand_has_finished(struct errand *e)
{
    pthread_mutex_lock(&e->lock);
    bool finished = e->finished;
    pthread_mutex_unlock(&e->lock);
    return finished;
}
