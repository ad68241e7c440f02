/* The dialogue with the server, for people: a line each of what was sent and received, and
 * notes about the connection.  Secrets are masked before they are kept; of a long answer only
 * the beginning and the size are kept, of a message (TOP, RETR) only the size.  A ring of the
 * newest TRACE_LINES, and a file where one was asked for. */
#ifndef CLIENT_TRACE_H
#define CLIENT_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Our memory: less than two megabytes, and none of it before it is needed. */
#define TRACE_LINES 10000
#define TRACE_LINE_OCTETS 160

enum trace_kind { TRACE_SENT, TRACE_RECEIVED, TRACE_NOTE };

struct trace_line {
    enum trace_kind kind;
    int64_t ms;       /* since the newest trace_begin() */
    const char *text; /* not clean; valid until the next line comes */
    size_t len;
};

struct trace;

struct trace *trace_new(void);
void trace_free(struct trace *t); /* NULL is fine */
/* Appends all lines to the file PATH too, which is made readable for its owner only.  False
 * with E (ERR_IO) where it cannot be opened. */
bool trace_to_file(struct trace *t, const char *path, struct err *e);

/* A new connection: times count from here. */
void trace_begin(struct trace *t, int64_t now);
void trace_note(struct trace *t, int64_t now, const char *text);
/* Bytes as they went out, in any portions.  SECRET: of each of their lines only the command's
 * word is kept, of AUTH and APOP also the next. */
void trace_sent(struct trace *t, int64_t now, const char *bytes, size_t len, bool secret);
/* Bytes as they came in, in any portions. */
void trace_received(struct trace *t, int64_t now, const char *bytes, size_t len);

/* Lines since the beginning; those from trace_oldest() on are still here. */
size_t trace_count(const struct trace *t);
size_t trace_oldest(const struct trace *t);
struct trace_line trace_at(const struct trace *t, size_t i);

#endif
