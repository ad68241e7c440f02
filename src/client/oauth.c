#include "config.h"

#include "client/oauth.h"

#include <stdlib.h>

#include <jansson.h>

#include "base/text.h"

void oauth_refusal(struct buf *out, const char *json, size_t len)
{
    static const char *const keys[] = {"status", "scope"};
    json_t *object = json_loadb(json, len, 0, NULL);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const json_t *value = json_object_get(object, keys[i]);
        if (!json_string_length(value))
            continue;
        char *clean = text_clean_line(json_string_value(value), json_string_length(value));
        buf_printf(out, "%s%s %s", out->len ? ", " : "", keys[i], clean);
        free(clean);
    }
    json_decref(object);
}
