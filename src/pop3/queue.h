/* The commands of a session in their order: those in flight first, then those that wait.  A
 * ring that grows; every operation takes constant time. */
#ifndef POP3_QUEUE_H
#define POP3_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pop3/command.h"

struct queue_entry {
    uint64_t tag;
    uint64_t sent_at; /* bytes given out for sending up to the command's end */
    uint32_t number;
    unsigned flags; /* enum command_flags */
    enum command_verb verb;
    char *line; /* the command, until it is given out */
    size_t len;
};

struct queue {
    struct queue_entry *entries;
    size_t size, head, count;
    size_t out;      /* how many from the head were given out for sending */
    size_t barriers; /* how many have COMMAND_BARRIER */
};

void queue_release(struct queue *q);
/* At most LIMIT_QUEUE: false above.  LINE becomes the queue's. */
bool queue_push(struct queue *q, struct queue_entry entry);
/* Entry I from the head, I < count. */
struct queue_entry *queue_at(const struct queue *q, size_t i);
void queue_pop(struct queue *q);

#endif
