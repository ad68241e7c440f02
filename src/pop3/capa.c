#include "config.h"

#include "pop3/capa.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

static void forget(char *args[CAPA_KINDS])
{
    for (size_t i = 0; i < CAPA_KINDS; i++) {
        free(args[i]);
        args[i] = NULL;
    }
}

void capa_release(struct capa *c)
{
    forget(c->args);
    forget(c->args_coming);
}

static size_t index_of(enum reply_capa which)
{
    size_t i = 0;
    while (i + 1 < CAPA_KINDS && !(which & 1u << i))
        i++;
    return i;
}

void capa_begin(struct capa *c)
{
    c->coming = 0;
    c->lines = 0;
    forget(c->args_coming);
}

void capa_add_line(struct capa *c, const char *line, size_t len)
{
    const char *args;
    size_t args_len;
    if (++c->lines > LIMIT_CAPA_LINES)
        return;
    enum reply_capa which = reply_capa(line, len, &args, &args_len);
    if (!which)
        return;
    c->coming |= which;
    char **slot = &c->args_coming[index_of(which)];
    free(*slot);
    *slot = xmemdup0(args, args_len);
}

void capa_end(struct capa *c)
{
    forget(c->args);
    memcpy(c->args, c->args_coming, sizeof c->args);
    memset(c->args_coming, 0, sizeof c->args_coming);
    c->known = c->coming;
}

const char *capa_args(const struct capa *c, enum reply_capa which)
{
    return c->known & which ? c->args[index_of(which)] : NULL;
}
