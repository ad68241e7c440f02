#include "config.h"

#include "mail/guess.h"

#ifdef HAVE_UCHARDET

#include <uchardet.h>

#define LOOKED_AT 65536u

bool guess_charset(struct buf *name, const char *bytes, size_t len)
{
    uchardet_t detector = uchardet_new();
    bool found = !uchardet_handle_data(detector, bytes, len < LOOKED_AT ? len : LOOKED_AT);
    uchardet_data_end(detector);
    const char *charset = uchardet_get_charset(detector);
    found = found && *charset && buf_append_str(name, charset);
    uchardet_delete(detector);
    return found;
}

#else

bool guess_charset(struct buf *name, const char *bytes, size_t len)
{
    (void)name;
    (void)bytes;
    (void)len;
    return false;
}

#endif
