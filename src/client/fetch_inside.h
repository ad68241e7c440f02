/* What the files of fetch share. */
#ifndef CLIENT_FETCH_INSIDE_H
#define CLIENT_FETCH_INSIDE_H

#include "client/envelope.h"
#include "client/fetch.h"
#include "client/look.h"
#include "client/window.h"

#define PREVIEWS_KEPT 32
#define NO_MESSAGE SIZE_MAX

struct preview {
    size_t index;
    struct buf bytes;
    enum fetch_preview_state state;
    unsigned body_lines;
    uint64_t octets; /* as sent */
    bool in_body;
    bool is_all;   /* of the message */
    uint64_t used; /* for throwing out the one not looked at longest */
};

struct fetch {
    struct maildrop *maildrop;
    const struct account *account;
    struct look look;
    struct envelope envelope;
    struct err error;

    unsigned listing; /* answers still due */
    bool numbered;    /* the session has a listing */
    struct maildrop_changes changes;

    size_t *wanted;
    size_t wanted_count;
    uint32_t next_number; /* all above have been asked for */
    bool only_asked;      /* nothing by itself */
    void (*told)(void *context, size_t index, const char *block, size_t len);
    void *told_context;

    struct window window;
    struct buf header; /* of the TOP that is coming in */
    struct preview previews[PREVIEWS_KEPT];
    size_t latest;     /* whose header was answered last in this session */
    size_t unfinished; /* whose header's lines came last */
    size_t preview_wanted;
    size_t prefetch; /* wanted when there is nothing else to do */
    uint64_t clock;
};

/* A header block came; its summary goes into the model. */
void fetch_set_summary(struct fetch *f, size_t index, const char *block, size_t len);

/* fetch_preview.c: submits what is wanted; what may be wanted next. */
void fetch_preview_ask(struct fetch *f, struct online *o, int64_t now);
void fetch_preview_ahead(struct fetch *f, struct online *o, int64_t now);
enum fetch_result fetch_preview_event(struct fetch *f, const struct online *o,
                                      const struct pop3_event *ev);
/* The server fell silent in the middle of one; the connection is gone. */
void fetch_preview_blame(struct fetch *f);
void fetch_preview_lost(struct fetch *f);

#endif
