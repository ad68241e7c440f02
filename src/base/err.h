/* A sticky error: the first one set stays until it is cleared.  Long-lived objects hold one;
 * their calls return bool and `x_error()` shows it. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

/* The values are those of sysexits.h, so that a code is also the exit status. */
enum err_code {
    ERR_NONE = 0,
    ERR_USAGE = 64,       /* the command line */
    ERR_UNAVAILABLE = 69, /* host unknown, refused, unreachable, no answer in time */
    ERR_IO = 74,          /* a file, the terminal, or the line broke */
    ERR_TRY_LATER = 75,   /* [IN-USE], [LOGIN-DELAY], [SYS/TEMP], or the user gave up waiting */
    ERR_PROTOCOL = 76,    /* the server does not speak POP3 as agreed */
    ERR_AUTH = 77,        /* password or certificate refused */
    ERR_CONFIG = 78,      /* configuration file, theme */
};

struct err {
    enum err_code code;
    char text[512]; /* one sentence without a final newline; may hold unclean server bytes:
                       pass it through text_clean() before showing it */
};

/* Sets CODE and the formatted text unless an error is already there.  A text that is too long
 * is cut. */
void err_set(struct err *e, enum err_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void err_clear(struct err *e);

#endif
