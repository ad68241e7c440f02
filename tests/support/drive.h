/* The client without a screen: opens a maildrop, marks, commits, and says what it reports. */
#ifndef TESTS_DRIVE_H
#define TESTS_DRIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/client.h"
#include "demo/demo.h"

struct drive {
    struct account account;
    struct secret password;
    struct client *client;
    struct demo *demo; /* or NULL */
};

/* Not connected yet: change the account first where needed. */
void drive_init(struct drive *d, uint16_t port, enum account_tls tls);
void drive_init_demo(struct drive *d, struct demo *demo);
void drive_release(struct drive *d);
/* Made at the first call, by the account as it is then. */
struct client *drive_client(struct drive *d);

/* The clock that the client is driven by. */
int64_t drive_now(void);
/* Drives until DONE says so or MS have passed; true for the former. */
bool drive_until(struct drive *d, bool (*done)(const struct drive *d), int ms);
/* Connects and fetches all headers; false where an error came first. */
bool drive_open(struct drive *d);
/* Marks and commits the messages with these indexes; the report when it is over, or NULL. */
const struct commit_report *drive_commit(struct drive *d, const size_t *indexes, size_t count);

/* Appends what is here of a message; drives for MS at most until its first lines are. */
bool drive_read(struct drive *d, size_t index, int ms, struct buf *out);

/* For drive_until(). */
bool drive_never(const struct drive *d); /* only time passes */
bool drive_is_off(const struct drive *d);
bool drive_is_sending(const struct drive *d);
bool drive_is_committed(const struct drive *d);

#endif
