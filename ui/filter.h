/* Commands that the user named, which get a message, or HTML, on their standard input. */
#ifndef UI_FILTER_H
#define UI_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "mail/body.h"

/* The `html` function of struct body_options; COMMAND is a string of words: a program of $PATH
 * and its arguments, run without a shell, for at most LIMIT_FILTER_MS and with at most
 * LIMIT_FILTER_MEMORY.  It gets UTF-8, and its output is taken as such. */
bool filter_html(void *command, const struct buf *utf8, unsigned width, struct buf *text,
                 struct buf *notes);

/* Runs COMMAND by /bin/sh on the terminal and waits for it.  Its input is all of SOURCE; with
 * PART (else NULL), what body_decode() gives of that.  Returns its exit status, or -1 with E.
 */
int filter_pipe(const char *command, const struct body_source *source,
                const struct mime_part *part, struct err *e);

#endif
