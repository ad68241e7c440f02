#include "config.h"

#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

char buf_empty[1];

void buf_release(struct buf *b)
{
    if (b->alloc)
        free(b->data);
    *b = BUF_INIT(b->cap);
}

void buf_wipe(struct buf *b)
{
    mem_wipe(b->data, b->alloc);
    buf_release(b);
}

char *buf_detach(struct buf *b)
{
    char *bytes = b->alloc ? b->data : xstrdup("");
    *b = BUF_INIT(b->cap);
    return bytes;
}

/* Passwords and tokens are shorter. */
#define SECRET_MOST 65536u

/* Room for EXTRA more bytes and the NUL; doubles, so that appending stays linear. */
static bool buf_reserve(struct buf *b, size_t extra)
{
    if (extra > b->cap - b->len)
        return false;
    size_t need = b->len + extra + 1;
    if (need <= b->alloc)
        return true;
    size_t alloc = b->alloc ? b->alloc : 128;
    while (alloc < need)
        alloc *= 2;
    if (b->alloc > SECRET_MOST) {
        b->data = xreallocarray(b->data, alloc, 1);
    } else {
        char *bigger = xmalloc(alloc);
        memcpy(bigger, b->data, b->len + 1);
        mem_wipe(b->data, b->alloc); /* it may hold a password: no copy stays behind */
        if (b->alloc)
            free(b->data);
        b->data = bigger;
    }
    b->alloc = alloc;
    return true;
}

bool buf_append(struct buf *b, const void *bytes, size_t len)
{
    if (!buf_reserve(b, len))
        return false;
    if (len)
        memcpy(b->data + b->len, bytes, len);
    b->len += len;
    b->data[b->len] = '\0';
    return true;
}

bool buf_append_cut(struct buf *b, const void *bytes, size_t len)
{
    size_t room = b->cap - b->len;
    buf_append(b, bytes, len < room ? len : room);
    return len <= room;
}

bool buf_append_utf8(struct buf *b, const char *utf8, size_t len)
{
    size_t room = b->cap - b->len;
    if (len <= room)
        return buf_append(b, utf8, len);
    while (room && ((unsigned char)utf8[room] & 0xC0) == 0x80)
        room--;
    buf_append(b, utf8, room);
    return false;
}

bool buf_append_str(struct buf *b, const char *text)
{
    return buf_append(b, text, strlen(text));
}

bool buf_append_char(struct buf *b, char c)
{
    return buf_append(b, &c, 1);
}

bool buf_printf(struct buf *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    bool fits = len >= 0 && buf_reserve(b, (size_t)len);
    if (fits) {
        vsnprintf(b->data + b->len, (size_t)len + 1, format, again);
        b->len += (size_t)len;
    }
    va_end(again);
    return fits;
}

void buf_clear(struct buf *b)
{
    buf_truncate(b, 0);
}

void buf_consume(struct buf *b, size_t len)
{
    assert(len <= b->len);
    if (!len)
        return;
    memmove(b->data, b->data + len, b->len - len + 1);
    b->len -= len;
}

void buf_truncate(struct buf *b, size_t len)
{
    assert(len <= b->len);
    b->len = len;
    if (b->alloc)
        b->data[len] = '\0';
}
