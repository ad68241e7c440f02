#include "config.h"

#include "maildrop/order.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "maildrop/folded.h"

/* Of a name or a subject as much is compared: enough for eyes, and a bound on the memory. */
#define KEY_BYTES 128u

#define NO_ROW UINT32_MAX

struct order {
    enum order_key key;
    bool reversed;
    bool only_marked;
    bool (*is_in_limit)(void *context, size_t index); /* NULL: all are */
    void *limit_context;
    uint32_t *rows; /* message indexes */
    size_t count;
    uint32_t *row_of; /* by message index: NO_ROW or the row */
    size_t indexes;
};

/* What is sorted.  Smaller comes first; a tie keeps `place`. */
struct row {
    uint64_t value; /* a text's first bytes, or all that there is to compare */
    union {
        size_t at;        /* in the texts, while they are collected */
        const char *text; /* then: folded, the rest behind the first bytes; "" for numbers */
    };
    uint32_t index;
    uint32_t place; /* by number, newest first */
};

static const char *const key_names[] = {
    [ORDER_NUMBER] = "number",   [ORDER_DATE] = "date", [ORDER_FROM] = "from",
    [ORDER_SUBJECT] = "subject", [ORDER_SIZE] = "size", [ORDER_SCORE] = "score",
};
_Static_assert(sizeof key_names / sizeof *key_names == ORDER_KEY_COUNT, "a name for each key");

const char *order_key_name(enum order_key key)
{
    return key_names[key];
}

struct order *order_new(void)
{
    return xcalloc(1, sizeof(struct order));
}

void order_free(struct order *o)
{
    if (!o)
        return;
    free(o->rows);
    free(o->row_of);
    free(o);
}

void order_sort_by(struct order *o, enum order_key key, bool reversed)
{
    o->key = key;
    o->reversed = reversed;
}

enum order_key order_key(const struct order *o)
{
    return o->key;
}

bool order_is_reversed(const struct order *o)
{
    return o->reversed;
}

void order_only_marked(struct order *o, bool only)
{
    o->only_marked = only;
}

void order_limit(struct order *o, bool (*is_in)(void *context, size_t index), void *context)
{
    o->is_in_limit = is_in;
    o->limit_context = context;
}

bool order_is_only_marked(const struct order *o)
{
    return o->only_marked;
}

size_t order_count(const struct order *o)
{
    return o->count;
}

size_t order_at(const struct order *o, size_t row)
{
    assert(row < o->count);
    return o->rows[row];
}

size_t order_row_of(const struct order *o, size_t index)
{
    return index < o->indexes && o->row_of[index] != NO_ROW ? o->row_of[index] : SIZE_MAX;
}

/* ---- by number: a place for each, no comparing ------------------------------------------ */

static bool is_shown(const struct order *o, const struct message *message,
                     const struct marks *k, size_t index)
{
    return message->present && (!o->only_marked || marks_get(k, index) == MARK_DELETE) &&
           (!o->is_in_limit || o->is_in_limit(o->limit_context, index));
}

/* A place belongs to one message that is present: the newest listing gave it. */
static void fill_by_number(struct order *o, const struct maildrop *m, const struct marks *k)
{
    size_t size = maildrop_size(m), highest = 0;
    for (size_t i = 0; i < size; i++) {
        const struct message *message = maildrop_at(m, i);
        if (message->present && message->place > highest)
            highest = message->place;
    }
    uint32_t *by_place = xcalloc(highest + 1, sizeof *by_place); /* 1 + index, 0: none */
    for (size_t i = 0; i < size; i++) {
        if (is_shown(o, maildrop_at(m, i), k, i))
            by_place[maildrop_at(m, i)->place] = (uint32_t)i + 1;
    }
    o->count = 0;
    for (size_t i = 0; i <= highest; i++) {
        size_t place = o->key == ORDER_NUMBER && o->reversed ? i : highest - i;
        if (by_place[place])
            o->rows[o->count++] = by_place[place] - 1;
    }
    free(by_place);
}

/* ---- keys ------------------------------------------------------------------------------- */

/* Behind the "Re:", "Fw:", "Fwd:", "Re[2]:" of a folded subject (RFC 5256 section 2.1). */
static const char *behind_prefixes(const char *subject)
{
    static const char *const prefixes[] = {"re", "fwd", "fw"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes;) {
        const char *p = subject + strspn(subject, " ");
        size_t len = strlen(prefixes[i]);
        p = strncmp(p, prefixes[i], len) == 0 ? p + len : "";
        p += strspn(p, " ");
        if (*p == '[')
            p += strcspn(p, "]") + (strchr(p, ']') != NULL);
        p += strspn(p, " ");
        if (*p == ':') {
            subject = p + 1;
            i = 0;
        } else {
            i++;
        }
    }
    return subject + strspn(subject, " ");
}

/* An ASCII text's folded form is its lower case. */
static void append_lower(struct buf *texts, const char *text)
{
    size_t len = strlen(text), from = texts->len;
    buf_append(texts, text, len);
    for (size_t i = from; i < texts->len; i++)
        texts->data[i] = ascii_lower(texts->data[i]);
}

/* The folded subject, or the first sender's name, or else address. */
static void append_folded(struct buf *texts, const struct message *message, enum order_key key)
{
    const struct summary *s = message->summary;
    if (message->folded) {
        size_t len;
        const char *line = folded_line(
            message->folded, key == ORDER_SUBJECT ? FOLDED_SUBJECT : FOLDED_NAME, &len);
        if (!len && key == ORDER_FROM)
            line = folded_line(message->folded, FOLDED_ADDR, &len);
        buf_append(texts, line, len);
        return;
    }
    const char *name = "", *addr = "";
    if (key == ORDER_SUBJECT)
        name = s->subject;
    else if (s->counts[SUMMARY_FROM])
        summary_address(s, SUMMARY_FROM, 0, &name, &addr);
    append_lower(texts, *name ? name : addr);
}

/* Adds a message's text with its NUL to TEXTS; where it begins. */
static size_t append_text(struct buf *texts, const struct message *message, enum order_key key)
{
    size_t from = texts->len;
    append_folded(texts, message, key);
    size_t at = from;
    if (key == ORDER_SUBJECT && texts->len > from)
        at = (size_t)(behind_prefixes(texts->data + from) - texts->data);
    if (texts->len > at + KEY_BYTES)
        buf_truncate(texts, at + KEY_BYTES);
    buf_append_char(texts, '\0');
    return at;
}

static uint64_t first_bytes(const char *text)
{
    uint64_t value = 0;
    for (int shift = 56; shift >= 0 && *text; shift -= 8)
        value |= (uint64_t)(unsigned char)*text++ << shift;
    return value;
}

/* False where the message has nothing to sort it by (yet).  Its text goes to TEXTS. */
static bool row_fill(struct row *row, const struct message *message, enum order_key key,
                     struct buf *texts)
{
    const struct summary *s = message->summary;
    switch (key) {
    case ORDER_NUMBER:
        row->value = message->place;
        return true;
    case ORDER_SIZE:
        row->value = message->size;
        return true;
    case ORDER_DATE:
        if (!s || s->date == SUMMARY_NO_DATE)
            return false;
        row->value = (uint64_t)s->date ^ (UINT64_C(1) << 63); /* in the order of int64_t */
        return true;
    case ORDER_SCORE: /* LIMIT_SCORE keeps it small */
        if (!s || isnan(s->score.value))
            return false;
        row->value = (uint64_t)((s->score.value + LIMIT_SCORE) * 1e6);
        return true;
    case ORDER_FROM:
    case ORDER_SUBJECT:
        if (!s)
            return false;
        row->at = append_text(texts, message, key);
        row->value = first_bytes(texts->data + row->at);
        return true;
    case ORDER_KEY_COUNT:
        break;
    }
    return false;
}

/* The texts stay where they are now.  What `value` holds needs no second look. */
static void set_texts(struct row *rows, size_t count, const struct buf *texts)
{
    for (size_t i = 0; i < count; i++) {
        bool is_longer = texts->len && rows[i].value & 0xff;
        rows[i].text = is_longer ? texts->data + rows[i].at + sizeof rows[i].value : "";
    }
}

/* ---- sorting ---------------------------------------------------------------------------- */

static int compare_keys(const struct row *a, const struct row *b)
{
    if (a->value != b->value)
        return a->value < b->value ? -1 : 1;
    return strcmp(a->text, b->text);
}

static int compare_places(const struct row *a, const struct row *b)
{
    return a->place < b->place ? -1 : a->place > b->place;
}

static int first_to_last(const void *left, const void *right)
{
    int order = compare_keys(left, right);
    return order ? order : compare_places(left, right);
}

static int last_to_first(const void *left, const void *right)
{
    int order = compare_keys(right, left);
    return order ? order : compare_places(left, right);
}

/* Sorts the rows that have a key; the others come behind them. */
static void sort_rows(struct order *o, const struct maildrop *m)
{
    struct row *rows = xreallocarray(NULL, o->count, sizeof *rows);
    struct buf texts = BUF_INIT(SIZE_MAX / 8); /* KEY_BYTES for each message at most */
    size_t count = 0, rest = 0;
    for (size_t i = 0; i < o->count; i++) {
        struct row row = {.index = o->rows[i], .place = (uint32_t)i};
        if (row_fill(&row, maildrop_at(m, row.index), o->key, &texts))
            rows[count++] = row;
        else
            o->rows[rest++] = row.index; /* never ahead of I */
    }
    memmove(o->rows + count, o->rows, rest * sizeof *o->rows);
    set_texts(rows, count, &texts);
    qsort(rows, count, sizeof *rows, o->reversed ? first_to_last : last_to_first);
    for (size_t i = 0; i < count; i++)
        o->rows[i] = rows[i].index;
    buf_release(&texts);
    free(rows);
}

void order_build(struct order *o, const struct maildrop *m, const struct marks *k)
{
    size_t size = maildrop_size(m);
    assert(size < NO_ROW);
    o->rows = xreallocarray(o->rows, size, sizeof *o->rows);
    o->row_of = xreallocarray(o->row_of, size, sizeof *o->row_of);
    o->indexes = size;
    fill_by_number(o, m, k);
    if (o->key != ORDER_NUMBER)
        sort_rows(o, m);
    memset(o->row_of, 0xff, size * sizeof *o->row_of); /* NO_ROW */
    for (size_t i = 0; i < o->count; i++)
        o->row_of[o->rows[i]] = (uint32_t)i;
}
