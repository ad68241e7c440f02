#include "config.h"

#include "mail/filename.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/text.h"

/* An extension that is kept where the name is cut. */
#define EXTENSION_MOST 16u

/* A path in any system's writing ends in the name. */
static const char *behind_path(const char *name)
{
    for (const char *p = name; *p; p++)
        if ((*p == '/' || *p == '\\') && p[1])
            name = p + 1;
    return name;
}

static bool is_unsafe(char c)
{
    return (unsigned char)c < ' ' || c == 0x7F || strchr("/\\:*?\"<>|`$", c);
}

/* Names that Windows gives to devices, whatever their extension. */
static bool is_device(const char *name, size_t len)
{
    static const char *const devices[] = {"con", "prn", "aux", "nul"};
    const char *dot = memchr(name, '.', len);
    size_t stem = dot ? (size_t)(dot - name) : len;
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
        if (ascii_is(name, stem, devices[i]))
            return true;
    return stem == 4 && (ascii_same(name, "com", 3) || ascii_same(name, "lpt", 3)) &&
           name[3] >= '1' && name[3] <= '9';
}

/* At most FILENAME_MOST octets in whole characters, the extension kept. */
static void append_short(struct buf *out, const char *name, size_t len)
{
    const char *dot = NULL;
    for (size_t i = 1; i < len; i++)
        if (name[i] == '.')
            dot = name + i;
    size_t extension = dot ? (size_t)(name + len - dot) : 0;
    if (extension > EXTENSION_MOST)
        extension = 0;
    size_t stem = len;
    if (len > FILENAME_MOST) {
        stem = FILENAME_MOST - extension;
        while (stem && ((unsigned char)name[stem] & 0xC0) == 0x80)
            stem--;
    } else {
        extension = 0;
    }
    buf_append(out, name, stem);
    buf_append(out, name + len - extension, extension);
}

void filename_safe(struct buf *out, const char *name, const char *fallback)
{
    char *clean = text_clean_line(name, strlen(name));
    char *p = clean + (behind_path(clean) - clean);
    for (char *c = p; *c; c++)
        if (is_unsafe(*c))
            *c = '_';
    p += strspn(p, ". -");
    size_t len = strlen(p);
    while (len && (p[len - 1] == '.' || p[len - 1] == ' '))
        len--;
    if (is_device(p, len))
        buf_append_char(out, '_');
    if (len)
        append_short(out, p, len);
    else
        buf_append_str(out, fallback);
    free(clean);
}
