#include "config.h"

#include "net/lookup.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "net/errand.h"

/* What the thread works on. */
struct question {
    char *name;
    char *port;
    int flags;
    int code;
    int system;
    struct addrinfo *list;
};

struct lookup {
    struct question *question; /* the errand's where there is one */
    struct errand *errand;     /* NULL where there is nothing to wait for */
};

static void resolve(void *what)
{
    struct question *q = what;
    const struct addrinfo hints = {.ai_flags = q->flags | AI_NUMERICSERV,
                                   .ai_socktype = SOCK_STREAM};
    q->code = getaddrinfo(q->name, q->port, &hints, &q->list);
    q->system = errno;
    if (q->code != 0)
        q->list = NULL;
}

static void drop(void *what)
{
    struct question *q = what;
    if (q->list)
        freeaddrinfo(q->list);
    free(q->name);
    free(q->port);
    free(q);
}

struct lookup *lookup_new(const struct host *host, const char *port)
{
    struct lookup *l = xcalloc(1, sizeof *l);
    struct question *q = xcalloc(1, sizeof *q);
    *q = (struct question){.name = xstrdup(host->ascii),
                           .port = xstrdup(port),
                           .flags = host->address_len ? AI_NUMERICHOST : 0};
    l->question = q;
    if (host->address_len) {
        resolve(q);
        return l;
    }
    int fault;
    l->errand = errand_new(q, resolve, drop, &fault);
    if (!l->errand) {
        q->code = EAI_SYSTEM;
        q->system = fault;
    }
    return l;
}

void lookup_free(struct lookup *l)
{
    if (!l)
        return;
    if (l->errand)
        errand_free(l->errand);
    else
        drop(l->question);
    free(l);
}

int lookup_fd(const struct lookup *l)
{
    return l->errand ? errand_fd(l->errand) : -1;
}

bool lookup_has_finished(struct lookup *l)
{
    return !l->errand || errand_has_finished(l->errand);
}

int lookup_code(const struct lookup *l, int *system)
{
    *system = l->question->system;
    return l->question->code;
}

const struct addrinfo *lookup_addresses(const struct lookup *l)
{
    return l->question->list;
}
