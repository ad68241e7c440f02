/* The browser: its state, and what keys do to it.  Views draw it; the loop drives it. */
#ifndef UI_APP_H
#define UI_APP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/client.h"
#include "demo/demo.h"
#include "maildrop/order.h"
#include "maildrop/query.h"
#include "ui/action.h"
#include "ui/edit.h"
#include "ui/grouping.h"
#include "ui/keymap.h"
#include "ui/reading.h"
#include "ui/theme.h"

#define APP_NO_MESSAGE SIZE_MAX

struct view;

/* A question in the bottom row that takes keys away from the views. */
enum app_prompt {
    PROMPT_NONE,
    PROMPT_SEARCH,
    PROMPT_LIMIT,
    PROMPT_MARK, /* by pattern */
    PROMPT_UNMARK,
    PROMPT_ALIKE,   /* mark all like this one: by what? */
    PROMPT_LEAVE,   /* marks exist: commit, drop, stay */
    PROMPT_COUNT,   /* type the number of messages to delete */
    PROMPT_CONSOLE, /* a command for the server */
    PROMPT_REST,    /* the server refused some: delete the others? */
    PROMPT_FETCH,   /* all of a message that is large, or deleted by that? */
    PROMPT_FIND,    /* in the message */
    PROMPT_SAVE,    /* where to */
    PROMPT_OVERWRITE,
    PROMPT_PIPE, /* a command that gets it */
    PROMPT_RULE, /* for the sender, or the domain */
    PROMPT_KINDS
};

/* The preview of the message under the cursor. */
enum app_pane { PANE_NONE, PANE_BELOW, PANE_RIGHT, PANE_COUNT };

struct added_rule;

struct app {
    struct client *client;
    struct demo *demo;  /* NULL but in the demo */
    const char *config; /* path of the file; NULL: none can be written */
    struct keymap *keymap;

    const struct view *view;  /* what is shown */
    const struct view *below; /* where `back` goes from the help */
    int64_t now;
    bool quit;           /* leave the loop */
    bool among_accounts; /* there is a list of accounts to go back to */
    bool exits;          /* leave that, too */
    size_t dropped;      /* marks, on leaving */
    bool leaving;        /* commit, then leave */

    struct order *order;
    bool order_stale;
    unsigned order_version;             /* changes when it is built */
    bool order_is_partial;              /* headers were missing when it was built */
    int64_t order_built_at, order_took; /* milliseconds */
    size_t cursor;                      /* message index */
    size_t row;                         /* its row: kept when the message goes */
    size_t top;                         /* first row on the screen */
    int page;                           /* rows of the list on the screen */
    enum app_pane preview;
    struct added_rule *added; /* rules of this run, for undo; add_rule.c */
    size_t added_count;
    struct query *query; /* searched for; NULL none */
    struct query *limit; /* what is listed; NULL: all */
    struct grouping grouping;
    struct group_like alike[GROUP_LIKES]; /* while PROMPT_ALIKE */
    struct reading reading;
    size_t part_row, part_top; /* of the list of parts */
    enum action after_fetch;   /* what waits for all of the message */

    size_t *review; /* message indexes, fixed while the review is open */
    size_t review_count;
    size_t review_top;
    bool review_seen; /* at least one of its messages was on the screen */
    int review_page;

    const struct view *trace_from; /* the view before the dialogue's */
    size_t trace_top;              /* the line in the first row */
    int trace_page;
    bool trace_follows; /* its end */

    size_t help_top;
    int help_page;

    bool login_refused;   /* the last one: `refresh` asks for the password again */
    bool wants_password;  /* now */
    bool has_no_password; /* yet: it began offline */
    bool commit_waits;    /* for it */
    bool memory_said;
    bool expire_said;
    bool pasting;
    enum app_prompt prompt;
    bool prompt_seen; /* it was on the screen */
    struct edit edit;
    bool error;       /* the notice is an error: it stays until Esc */
    char notice[600]; /* clean text; "" none */
};

void app_init(struct app *app, struct client *client, struct demo *demo, struct keymap *keymap);
void app_release(struct app *app);

/* One key.  What has changed is drawn by app_draw(). */
void app_key(struct app *app, key_code key);
/* After client_turn(): takes over what it has brought. */
void app_update(struct app *app);
/* Draws everything and shows it. */
void app_draw(struct app *app);

/* A sentence above the status row: until the next key, or as an error until Esc or the next
 * sentence.  TEXT is cleaned. */
void app_say(struct app *app, bool error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void app_show(struct app *app, const struct view *view);

/* The order, rebuilt where it is stale. */
void app_build_order(struct app *app);
/* Marks were set or taken back: what is listed may be other than it was. */
void app_marks_changed(struct app *app);
/* The limit has changed. */
void app_relimit(struct app *app);
/* Opens the review of what is marked. */
void app_review(struct app *app);
/* Deletes what the review lists: the user has confirmed it. */
void app_commit(struct app *app);
void app_ask(struct app *app, enum app_prompt prompt);

#endif
