/* The message under the cursor as it is read: what is here of it, laid out; and the rules for
 * fetching the rest. */
#ifndef UI_READING_H
#define UI_READING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/client.h"
#include "ui/pager.h"

struct app;

struct reading {
    size_t index;  /* message, APP_NO_MESSAGE: none */
    uint32_t part; /* whose text is shown; MIME_NO_PART: the best */
    bool source;   /* the message as it was sent */
    bool all_headers;

    /* what is laid out */
    bool is_stale;
    enum fetch_preview_state first_lines;
    enum whole_state whole;
    uint64_t have;
    bool is_cut;       /* more octets of it may come */
    struct body *body; /* NULL: nothing is here */
    struct pager pager;
    size_t top;

    bool asked; /* whether to fetch the rest: put to the user once a message */
};

void reading_init(struct reading *r);
void reading_release(struct reading *r);

/* Lays out what is here of the cursor's message for WIDTH columns.  OPEN: it is read, not only
 * previewed; then the rest is fetched, or the user is asked. */
void reading_update(struct app *app, int width, bool open);
/* Lays it out again: other headers, another part. */
void reading_change(struct reading *r);

/* Fetches all of the message under the cursor, and asks first where that is above retr-limit or
 * deletes it.  True where all of it is here. */
bool reading_fetch(struct app *app);
/* The question, in OUT. */
void reading_question(const struct app *app, char *out, size_t size);

#endif
