#include "config.h"

#include "ui/plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"

/* ---- reading ----------------------------------------------------------------------------- */

static bool read_file(struct buf *text, const char *path, struct err *e)
{
    bool is_input = !strcmp(path, "-");
    FILE *in = is_input ? stdin : fopen(path, "rb");
    char piece[65536];
    size_t n = 0;
    bool fits = true;
    if (!in) {
        err_set(e, ERR_IO, _("the plan %.300s cannot be read: %s"), path, strerror(errno));
        return false;
    }
    while (fits && (n = fread(piece, 1, sizeof piece, in)) > 0)
        fits = buf_append(text, piece, n);
    if (!fits)
        err_set(e, ERR_USAGE, _("the plan %.300s is longer than %u MB"), path,
                LIMIT_PLAN / 1048576);
    else if (ferror(in))
        err_set(e, ERR_IO, _("the plan %.300s cannot be read: %s"), path, strerror(errno));
    if (!is_input)
        fclose(in);
    return e->code == ERR_NONE;
}

static bool add(struct plan *p, json_t *o, const char *path, size_t line, struct err *e)
{
    const char *uidl = json_string_value(json_object_get(o, "uidl"));
    json_t *size = json_object_get(o, "size");
    const char *id = json_string_value(json_object_get(o, "message_id"));
    if (!uidl || !*uidl || !json_is_integer(size) || json_integer_value(size) < 0) {
        err_set(
            e, ERR_USAGE,
            _("%.300s, line %zu: this object lacks the uidl or the size of a message; a plan "
              "is what 'dele list --format json' prints"),
            path, line);
        return false;
    }
    p->lines = xreallocarray(p->lines, p->count + 1, sizeof *p->lines);
    p->lines[p->count++] = (struct plan_line){.uidl = xstrdup(uidl),
                                              .size = (uint64_t)json_integer_value(size),
                                              .message_id = id ? xstrdup(id) : NULL};
    return true;
}

static bool add_all(struct plan *p, json_t *value, const char *path, size_t line, struct err *e)
{
    size_t i;
    json_t *o;
    if (!json_is_array(value))
        return add(p, value, path, line, e);
    json_array_foreach(value, i, o)
    {
        if (!add(p, o, path, line, e))
            return false;
    }
    return true;
}

static size_t skip_blanks(const struct buf *text, size_t at, size_t *line)
{
    for (; at < text->len && strchr(" \t\r\n", text->data[at]) && text->data[at]; at++)
        *line += text->data[at] == '\n';
    return at;
}

bool plan_read(struct plan *p, const char *path, struct err *e)
{
    struct buf text = BUF_INIT(LIMIT_PLAN);
    *p = (struct plan){0};
    size_t at = 0, line = 1;
    bool good = read_file(&text, path, e);
    while (good && (at = skip_blanks(&text, at, &line)) < text.len) {
        json_error_t fault;
        json_t *value = json_loadb(text.data + at, text.len - at,
                                   JSON_DISABLE_EOF_CHECK | JSON_REJECT_DUPLICATES, &fault);
        if (!value) {
            err_set(e, ERR_USAGE, _("%.300s, line %zu, column %d: %s"), path,
                    line + (size_t)fault.line - 1, fault.column, fault.text);
            good = false;
            break;
        }
        good = add_all(p, value, path, line, e);
        json_decref(value);
        for (size_t end = at + (size_t)fault.position; at < end; at++)
            line += text.data[at] == '\n';
    }
    buf_release(&text);
    if (!good)
        plan_release(p);
    return good;
}

void plan_release(struct plan *p)
{
    for (size_t i = 0; i < p->count; i++) {
        free(p->lines[i].uidl);
        free(p->lines[i].message_id);
    }
    free(p->lines);
    *p = (struct plan){0};
}

/* ---- finding ----------------------------------------------------------------------------- */

struct known {
    char *uidl; /* clean */
    size_t index;
};

static int by_uidl(const void *a, const void *b)
{
    return strcmp(((const struct known *)a)->uidl, ((const struct known *)b)->uidl);
}

static enum plan_verdict judge(const struct plan_line *l, const struct maildrop *m,
                               size_t index)
{
    const struct message *message = maildrop_at(m, index);
    bool is_other = l->message_id && message->summary &&
                    strcmp(l->message_id, message->summary->message_id) != 0;
    return message->size == l->size && message->uidl_unique && !is_other ? PLAN_GOOD
                                                                         : PLAN_CHANGED;
}

void plan_match(struct plan *p, const struct maildrop *m)
{
    size_t size = maildrop_size(m), count = 0, kept = 0;
    struct known *known = xcalloc(size + 1, sizeof *known);
    bool *is_taken = xcalloc(size + 1, sizeof *is_taken);
    for (size_t i = 0; i < size; i++) {
        const struct message *message = maildrop_at(m, i);
        if (message->present)
            known[count++] =
                (struct known){text_clean_line(message->uidl, strlen(message->uidl)), i};
    }
    qsort(known, count, sizeof *known, by_uidl);
    for (size_t i = 0; i < p->count; i++) {
        struct plan_line *l = &p->lines[i];
        const struct known wanted = {l->uidl, 0};
        const struct known *found = bsearch(&wanted, known, count, sizeof *known, by_uidl);
        if (found && is_taken[found->index]) {
            free(l->uidl);
            free(l->message_id);
            continue;
        }
        l->verdict = found ? judge(l, m, found->index) : PLAN_GONE;
        l->index = found ? found->index : SIZE_MAX;
        if (found)
            is_taken[found->index] = true;
        p->lines[kept++] = *l;
    }
    p->count = kept;
    for (size_t i = 0; i < count; i++)
        free(known[i].uidl);
    free(known);
    free(is_taken);
}
