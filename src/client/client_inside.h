/* What the files of the client share. */
#ifndef CLIENT_CLIENT_INSIDE_H
#define CLIENT_CLIENT_INSIDE_H

#include "client/client.h"
#include "client/copies.h"
#include "client/memory.h"
#include "client/patience.h"
#include "client/witness.h"
#include "maildrop/known.h"

struct client {
    const struct account *account;
    struct online *online;
    struct trace *trace;
    struct fetch *fetch;
    struct whole *whole;
    struct maildrop *maildrop;
    struct marks *marks;
    struct known *known;
    struct commit *commit;
    struct memory *memory;
    struct witness *witness;
    struct copies *copies;
    char unfinished[300]; /* what became of an earlier run's deletion; "" */
    bool recalled, recalled_said;
    struct body_memory first_lines; /* of the message last looked at */
    struct buf remembered;          /* its header, while nothing else can be had */

    enum online_state seen_state; /* when last looked at */
    bool listed;
    bool ever_listed;
    bool parked;
    bool leaving;
    bool is_patient;
    bool leaves_after_commit;
    bool has_sent_deletions;
    bool settled; /* what the newest commit did has been acted on */
    struct err error;
    struct patience patience;
    int64_t session_at; /* the newest login */
    int64_t shown_s;    /* of the wait for the next one */
    int64_t needed_at;  /* the user last needed the server */
    struct maildrop_changes changes;
    size_t lost_marks;
    bool changed;
    struct rules *rules; /* NULL none */
    bool rules_stage;    /* marks */
    size_t rules_next;   /* message of a pass over all; SIZE_MAX: none is under way */
    bool rules_has_all;  /* the headers of all messages were here when it began */
    bool rules_saw_all;  /* a pass saw them */
    size_t rules_said;   /* of what they marked */
};

/* What fetch tells a client of each header. */
void client_take_header(void *client, size_t index, const char *block, size_t len);
/* Its summary is here: its sender is met. */
void client_meet(struct client *c, size_t index);
/* The header BLOCK of a message has come. */
void client_judge(struct client *c, size_t index, const char *block, size_t len);
/* Begins a pass over all messages; and goes on with it, or with what waits for all headers. */
void client_judge_all(struct client *c);
void client_judge_rest(struct client *c);
bool client_is_judging(const struct client *c);

/* Submits what is wanted, as far as there is room. */
void client_ask_for_more(struct client *c, int64_t now);

#endif
