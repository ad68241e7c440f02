/* The files of the trash, and what their first lines say. */
#ifndef STORE_TRASH_LIST_H
#define STORE_TRASH_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/trash.h"

struct trash_file {
    int64_t at; /* when it was made, as its name says: seconds since 1970 */
    uint64_t octets;
    char *path;
};

struct trash_list {
    struct trash_file *files; /* the oldest first */
    size_t count;
};

/* The files in PATH's new and cur.  False with errno; a directory that is missing is empty. */
bool trash_list_read(struct trash_list *list, const char *path);
void trash_list_release(struct trash_list *list);
/* Gives TAKE what stands in FILE, where it is one of ours; what TAKE said, else true. */
bool trash_list_open(const struct trash_file *file,
                     bool (*take)(void *context, const struct trash_entry *entry),
                     void *context);

#endif
