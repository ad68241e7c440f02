#include "config.h"

#include "pop3/queue.h"

#include <assert.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"

static void release_entry(struct queue_entry *entry)
{
    if (entry->line)
        mem_wipe(entry->line, entry->len);
    free(entry->line);
    entry->line = NULL;
}

void queue_release(struct queue *q)
{
    for (size_t i = 0; i < q->count; i++)
        release_entry(queue_at(q, i));
    free(q->entries);
    *q = (struct queue){0};
}

static void grow(struct queue *q)
{
    size_t size = q->size ? 2 * q->size : 16;
    struct queue_entry *bigger = xreallocarray(NULL, size, sizeof *bigger);
    for (size_t i = 0; i < q->count; i++)
        bigger[i] = *queue_at(q, i);
    free(q->entries);
    q->entries = bigger;
    q->size = size;
    q->head = 0;
}

bool queue_push(struct queue *q, struct queue_entry entry)
{
    if (q->count >= LIMIT_QUEUE)
        return false;
    if (q->count == q->size)
        grow(q);
    q->count++;
    q->barriers += (entry.flags & COMMAND_BARRIER) != 0;
    *queue_at(q, q->count - 1) = entry;
    return true;
}

struct queue_entry *queue_at(const struct queue *q, size_t i)
{
    assert(i < q->count);
    return &q->entries[(q->head + i) & (q->size - 1)]; /* the size is a power of two */
}

/* Entry I leaves the queue. */
static void leave(struct queue *q, size_t i)
{
    struct queue_entry *entry = queue_at(q, i);
    q->barriers -= (entry->flags & COMMAND_BARRIER) != 0;
    release_entry(entry);
}

void queue_pop(struct queue *q)
{
    leave(q, 0);
    q->head = (q->head + 1) & (q->size - 1);
    q->count--;
    if (q->out)
        q->out--;
}
