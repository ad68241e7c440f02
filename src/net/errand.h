/* Work that may block for a minute and knows no time-out (a name look-up, a question to a KDC),
 * in a thread of its own that is left alone when nobody wants its result any more. */
#ifndef NET_ERRAND_H
#define NET_ERRAND_H

#include <stdbool.h>

struct errand;

/* Begins WORK(what) in a new thread, in which all signals are blocked.  WHAT must be touched by
 * nobody else until errand_has_finished(); DROP(what) is called when the user and the thread
 * are both through with it, by the later of the two.  NULL with the errno value in *FAULT where
 * no thread could be started: WHAT is the caller's still. */
struct errand *errand_new(void *what, void (*work)(void *what), void (*drop)(void *what),
                          int *fault);
/* Does not wait; NULL is fine. */
void errand_free(struct errand *e);

/* Becomes readable when it has finished. */
int errand_fd(const struct errand *e);
bool errand_has_finished(struct errand *e);

#endif
