/* Bytes that grow up to a cap.  Invariants: `len <= cap`; `data` is never NULL and
 * data[len] == '\0'; the bytes may hold NULs.  A struct buf is a value: initialise with
 * BUF_INIT(cap), end with buf_release(), after which it is empty and usable again. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct buf {
    char *data;
    size_t len;
    size_t cap;   /* largest len allowed; see limits.h for the reasons */
    size_t alloc; /* bytes owned behind data; 0 while data is the shared empty string */
};

extern char buf_empty[1];
#define BUF_INIT(cap_) ((struct buf){buf_empty, 0, (cap_), 0})

/* life cycle */
void buf_release(struct buf *b);
/* Release after overwriting: for passwords. */
void buf_wipe(struct buf *b);
/* The bytes, NUL-terminated, now the caller's to free(); B is empty afterwards. */
char *buf_detach(struct buf *b);

/* content: false, with nothing appended, where the cap would be passed */
bool buf_append(struct buf *b, const void *bytes, size_t len);
bool buf_append_str(struct buf *b, const char *text);
bool buf_append_char(struct buf *b, char c);
bool buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* As much as the cap allows; true where that was all. */
bool buf_append_cut(struct buf *b, const void *bytes, size_t len);
/* The same of valid UTF-8, in whole characters. */
bool buf_append_utf8(struct buf *b, const char *utf8, size_t len);

/* Keeps the allocation. */
void buf_clear(struct buf *b);
/* Drops LEN bytes from the front (LEN <= b->len), or keeps only the first LEN. */
void buf_consume(struct buf *b, size_t len);
void buf_truncate(struct buf *b, size_t len);

#endif
