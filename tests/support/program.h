/* Runs the real `dele`, without a terminal and in a home of its own, and keeps what it says. */
#ifndef TESTS_PROGRAM_H
#define TESTS_PROGRAM_H

#include <stddef.h>

#define PROGRAM_ARGS 16

/* The password of the tests, and the options that give it. */
#define PROGRAM_PASSWORD "hunter2"
#define PROGRAM_PASS "--pass-command", "echo " PROGRAM_PASSWORD

struct program {
    /* what the test decides */
    const char *args[PROGRAM_ARGS]; /* behind the program's name */
    const char *env[4][2];          /* name, value; over the defaults */
    const char *out_to;             /* a file for standard output; NULL: kept in `out` */
    /* what it did */
    int status; /* of exit; 128 and the number where a signal ended it */
    char *out, *err;
    size_t out_len, err_len;
};

/* An empty home directory and configuration directory for all runs of a test; a suite's .init
 * and .fini. */
void program_home_make(void);
void program_home_drop(void);
const char *program_home(void);
/* A new file in the home (NAME may be "config/dele/config"); its path, which the caller
 * frees. */
char *program_home_put(const char *name, const char *text);

/* Returns when it has ended.  The caller releases what it said. */
void program_run(struct program *p);
void program_release(struct program *p);

/* It ended with STATUS and one sentence that holds SAYS: on one line, clean, without the
 * password; and nothing on standard output.  NAME is the case's. */
void program_expect_failure(const struct program *p, const char *name, int status,
                            const char *says);

#endif
