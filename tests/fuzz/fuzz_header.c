/* The header splitter: every field lies inside the block and behind the last one, and what is
 * made of a body is no longer than the body and has no line end left. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mail/header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool held)
{
    if (!held)
        abort();
}

static void check_field(const struct header_field *field)
{
    struct buf out = BUF_INIT(field->body_len);
    header_unfold(&out, field);
    require(!memchr(out.data, '\n', out.len));
    buf_clear(&out);
    if (!header_parameter(&out, field, "charset"))
        require(out.len == 0);
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *block = (const char *)data, *end = block + size, *last = block;
    struct header_field field, found;
    size_t pos = 0, before = 0;
    while (header_next(block, size, &pos, &field)) {
        require(pos > before && pos <= size);
        require(field.name >= last && field.name_len > 0);
        require(field.body > field.name + field.name_len);
        require(field.body_len <= (size_t)(end - field.body));
        check_field(&field);
        last = field.body + field.body_len;
        before = pos;
    }
    require(pos <= size);
    if (header_find(block, size, "subject", 0, &found))
        require(header_is(&found, "Subject"));
    return 0;
}
