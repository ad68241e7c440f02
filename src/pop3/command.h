/* The commands a client may send, in one table: their word, where they are allowed, what kind
 * of answer they get, and what may not be sent behind them before that answer came. */
#ifndef POP3_COMMAND_H
#define POP3_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum command_verb {
    COMMAND_CAPA,
    COMMAND_STLS,
    COMMAND_USER,
    COMMAND_PASS,
    COMMAND_APOP,
    COMMAND_AUTH,
    COMMAND_STAT,
    COMMAND_LIST,
    COMMAND_UIDL,
    COMMAND_TOP,
    COMMAND_RETR,
    COMMAND_DELE,
    COMMAND_RSET,
    COMMAND_NOOP,
    COMMAND_LAST,
    COMMAND_UTF8, /* RFC 6856 section 2 */
    COMMAND_LANG, /* RFC 6856 section 3 */
    COMMAND_ENV,  /* "*ENV", of Demon's SDPS: the envelope of a message */
    COMMAND_QUIT,
    COMMAND_RAW, /* any line typed by the user */
    COMMAND_COUNT
};

struct command {
    enum command_verb verb;
    uint32_t number;   /* TOP, RETR, DELE, ENV: required; LIST, UIDL: 0 = all */
    uint32_t lines;    /* TOP */
    const char *text;  /* USER, PASS, APOP: the name or password; AUTH: the mechanism; LANG; RAW: the
                          line */
    const char *text2; /* APOP: the digest; AUTH: the initial response in base64, or NULL */
    bool multiline;    /* RAW: the answer, where it is +OK, has lines behind it */
};

enum command_flags {
    COMMAND_IN_AUTHORIZATION = 1 << 0,
    COMMAND_IN_TRANSACTION = 1 << 1,
    COMMAND_BARRIER = 1 << 2,   /* nothing behind it before its answer (PASS, STLS, ...) */
    COMMAND_MULTILINE = 1 << 3, /* +OK is followed by lines (LIST and UIDL: without a number) */
    COMMAND_SECRET = 1 << 4,    /* never in a trace; wiped once sent */
    COMMAND_OK_ASKS = 1 << 5,   /* a first +OK is a challenge (Exchange 2003, AUTH NTLM) */
};

/* "TOP", "DELE", ...; "?" for RAW. */
const char *command_name(enum command_verb verb);
unsigned command_flags(const struct command *c);

/* Appends the line with its CRLF.  False, with the reason in E and nothing appended, where an
 * argument holds CR, LF or NUL, a number is missing, or the line would pass LIMIT_COMMAND
 * (AUTH with its initial response: LIMIT_AUTH_LINE). */
bool command_write(struct buf *out, const struct command *c, struct err *e);

#endif
