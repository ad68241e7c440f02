#include "config.h"

#include "net/lookup.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"

/* Held by its user and, while that runs, by the thread; the last one frees it.  What is written
 * behind `lock` is the user's to read without it once `finished` was seen. */
struct lookup {
    char *name;
    char *port;
    int flags;
    int wake; /* the user's end of a pipe; the thread closes the other one */
    int done; /* that other one */

    pthread_mutex_t lock;
    unsigned holders;
    bool finished;
    int code;
    int system;
    struct addrinfo *list;
};

static void resolve(struct lookup *l)
{
    const struct addrinfo hints = {.ai_flags = l->flags | AI_NUMERICSERV,
                                   .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    int code = getaddrinfo(l->name, l->port, &hints, &list);
    int system = errno;

    pthread_mutex_lock(&l->lock);
    l->code = code;
    l->system = system;
    l->list = code == 0 ? list : NULL;
    l->finished = true;
    pthread_mutex_unlock(&l->lock);
}

static void drop(struct lookup *l)
{
    pthread_mutex_lock(&l->lock);
    bool last = --l->holders == 0;
    pthread_mutex_unlock(&l->lock);
    if (!last)
        return;
    if (l->list)
        freeaddrinfo(l->list);
    pthread_mutex_destroy(&l->lock);
    free(l->name);
    free(l->port);
    free(l);
}

static void *run(void *arg)
{
    struct lookup *l = arg;
    int done = l->done;
    resolve(l);
    drop(l);
    close(done);
    return NULL;
}

/* Signals are the main thread's: the new one inherits a mask that blocks them all. */
static int start_thread(struct lookup *l)
{
    sigset_t all, old;
    pthread_t thread;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int code = pthread_create(&thread, NULL, run, l);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (code == 0)
        pthread_detach(thread);
    return code;
}

static int start(struct lookup *l)
{
    int ends[2];
    if (pipe(ends) < 0)
        return errno;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    l->wake = ends[0];
    l->done = ends[1];
    l->holders++;
    int code = start_thread(l);
    if (code != 0) {
        l->holders--;
        close(ends[1]);
    }
    return code;
}

struct lookup *lookup_new(const struct host *host, const char *port)
{
    struct lookup *l = xcalloc(1, sizeof *l);
    *l = (struct lookup){.name = xstrdup(host->ascii),
                         .port = xstrdup(port),
                         .flags = host->address_len ? AI_NUMERICHOST : 0,
                         .wake = -1,
                         .done = -1,
                         .holders = 1};
    pthread_mutex_init(&l->lock, NULL);
    if (host->address_len) {
        resolve(l);
        return l;
    }
    int fault = start(l);
    if (fault != 0) {
        l->code = EAI_SYSTEM;
        l->system = fault;
        l->finished = true;
    }
    return l;
}

void lookup_free(struct lookup *l)
{
    if (!l)
        return;
    if (l->wake >= 0)
        close(l->wake);
    drop(l);
}

int lookup_fd(const struct lookup *l)
{
    return l->wake;
}

bool lookup_has_finished(struct lookup *l)
{
    pthread_mutex_lock(&l->lock);
    bool finished = l->finished;
    pthread_mutex_unlock(&l->lock);
    return finished;
}

int lookup_code(const struct lookup *l, int *system)
{
    *system = l->system;
    return l->code;
}

const struct addrinfo *lookup_addresses(const struct lookup *l)
{
    return l->list;
}
