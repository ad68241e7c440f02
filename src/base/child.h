/* What every child process needs before it runs another program. */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

/* Signals as a program expects them: those that we catch or ignore by default, none blocked. */
void child_reset_signals(void);

#endif
