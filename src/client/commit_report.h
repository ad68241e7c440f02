/* What came of a commit, for the program and in words. */
#ifndef CLIENT_COMMIT_REPORT_H
#define CLIENT_COMMIT_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* How far QUIT came. */
enum commit_quit { QUIT_NOT_SENT, QUIT_UNANSWERED, QUIT_REFUSED, QUIT_OK };

enum commit_outcome {
    OUTCOME_NOTHING, /* nothing was deleted */
    OUTCOME_DELETED, /* all that was sent: +OK to QUIT, or seen */
    OUTCOME_PARTLY,  /* some of them */
    OUTCOME_UNKNOWN, /* QUIT was out, +OK did not come, and not all could be looked at */
};

struct commit_report {
    enum commit_outcome outcome;
    bool verified; /* a new listing showed it for every message */
    bool trusted;  /* nobody looked, because the account says so */
    enum commit_quit quit;
    size_t staged; /* what the user agreed to */
    size_t left_out;
    size_t uncopied; /* left out, too: the server did not give the copy to keep */
    size_t sent;     /* DELE, and no RSET was answered: 0 means that nothing can be deleted */
    size_t accepted; /* +OK to DELE */
    size_t refused;
    size_t gone, still_there; /* seen in a new listing */
    char text[512];           /* the same in one or two sentences; clean text */
};

/* Writes R's text from the rest of it.  WORDS are the server's first refusal, or NULL;
 * CONNECTION is why it could not be verified, where it was not. */
void commit_report_write(struct commit_report *r, const char *words,
                         const struct err *connection);
/* The question about the rest when the server refused some. */
void commit_report_ask(struct commit_report *r, const char *words);

/* The question where it cannot be written down what is meant. */
void commit_report_ask_unwitnessed(struct commit_report *r, const struct err *why);

#endif
