/* What the lines of a server's answers mean (RFC 1939, RFC 2449, RFC 3206).  Pure functions:
 * they read what they are given, keep nothing and print nothing. */
#ifndef POP3_REPLY_H
#define POP3_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum reply_status { REPLY_OK, REPLY_ERR, REPLY_CONTINUE, REPLY_GARBAGE };

/* RFC 2449 section 8, RFC 3206.  Read from -ERR only. */
enum reply_code {
    REPLY_CODE_NONE,
    REPLY_IN_USE,
    REPLY_LOGIN_DELAY,
    REPLY_SYS_TEMP,
    REPLY_SYS_PERM,
    REPLY_AUTH,
    REPLY_CODE_OTHER,
};

struct reply {
    enum reply_status status;
    enum reply_code code;
    const char *text; /* behind the status word, its blank and its code; inside the line */
    size_t len;
};

/* One status line without its end.  "+OK" and "-ERR" (any case) must be followed by a blank or
 * the end; "+" alone or with a blank is REPLY_CONTINUE; the rest is REPLY_GARBAGE. */
struct reply reply_parse(const char *line, size_t len);

/* What a refused login without a code means by its words: a locked maildrop (never a locked
 * account), or logins too often; REPLY_CODE_NONE where they do not say. */
enum reply_code reply_guess(const char *text, size_t len);

/* Numbers: decimal digits only, no sign, no overflow.  False, with nothing written, where the
 * line is not of the form.  Blanks between the parts may be runs of spaces and tabs; what
 * follows the parts is ignored. */
bool reply_stat(const char *text, size_t len, uint64_t *count, uint64_t *octets);
/* "n size".  NUMBER is 1 to LIMIT_MESSAGES. */
bool reply_list(const char *line, size_t len, uint32_t *number, uint64_t *octets);
/* "n uid".  A missing uid (old servers) gives an empty one; a uid longer than LIMIT_UIDL or
 * holding a blank, a control or a NUL ends the uid's use: it is given as empty too.
 * *UID points into LINE. */
bool reply_uidl(const char *line, size_t len, uint32_t *number, const char **uid,
                size_t *uid_len);

/* One line of a CAPA answer: whole first words only, any case, anything unknown ignored. */
enum reply_capa {
    CAPA_TOP = 1 << 0,
    CAPA_UIDL = 1 << 1,
    CAPA_USER = 1 << 2,
    CAPA_SASL = 1 << 3,
    CAPA_PIPELINING = 1 << 4,
    CAPA_RESP_CODES = 1 << 5,
    CAPA_AUTH_RESP_CODE = 1 << 6,
    CAPA_STLS = 1 << 7,
    CAPA_EXPIRE = 1 << 8,
    CAPA_LOGIN_DELAY = 1 << 9,
    CAPA_IMPLEMENTATION = 1 << 10,
    CAPA_UTF8 = 1 << 11,
    CAPA_LANG = 1 << 12,
};
/* 0 for a line that names nothing known.  *ARGS (inside LINE) is what follows the word. */
enum reply_capa reply_capa(const char *line, size_t len, const char **args, size_t *args_len);
/* True where WORD (any case) stands among the blank-separated words of ARGS. */
bool reply_has_word(const char *args, size_t args_len, const char *word);

#endif
