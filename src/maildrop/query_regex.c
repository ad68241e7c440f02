#include "config.h"

#include <string.h>

#include "maildrop/query_inside.h"

/* How long a regular expression is when its repetitions are written out, which is what the C
 * library does: "(a{99}){99}" is ten thousand letters, and each further '+' doubles what it
 * stands behind, so that "a++++++++++++++++++++++++++++" takes all of the memory. */

#define DEPTH_MOST 32
#define LENGTH_MOST QUERY_REGEX_LENGTH
#define UNBOUNDED 2 /* what "*" and "+" are counted as */

struct measure {
    size_t open[DEPTH_MOST]; /* the length before each "(" that is open */
    unsigned depth;
    size_t len;  /* of all so far, at most just above the limit */
    size_t last; /* of that, the last piece, which a repetition repeats */
};

static size_t capped(size_t n)
{
    return n > LENGTH_MOST ? LENGTH_MOST + 1 : n;
}

/* Behind the "[...]" at P; its end where it has none. */
static const char *behind_bracket(const char *p, const char *end)
{
    p++;
    p += p < end && *p == '^';
    p += p < end && *p == ']';
    while (p < end && *p != ']') {
        char kind = end - p >= 2 && *p == '[' ? p[1] : 0;
        p++;
        if (kind != ':' && kind != '.' && kind != '=')
            continue;
        const char *close = memchr(p + 1, kind, (size_t)(end - p - 1));
        while (close && (close + 1 == end || close[1] != ']'))
            close = close + 1 < end ? memchr(close + 1, kind, (size_t)(end - close - 1)) : NULL;
        p = close ? close + 2 : end;
    }
    return p < end ? p + 1 : end;
}

/* The larger number of the "{...}" at P, and *BEHIND it; 0 where it is none. */
static size_t read_bound(const char *p, const char *end, const char **behind)
{
    size_t most = 0, number = 0;
    for (p++; p < end && ((*p >= '0' && *p <= '9') || *p == ','); p++) {
        number = *p == ',' ? 0 : capped(number * 10 + (size_t)(*p - '0'));
        most = number > most ? number : most;
    }
    *behind = p + 1;
    return p < end && *p == '}' ? most + 1 : 0;
}

static void add_piece(struct measure *m)
{
    m->len = capped(m->len + 1);
    m->last = 1;
}

/* Where there is nothing to repeat, the sign stands for itself. */
static void repeat(struct measure *m, size_t times)
{
    if (!m->last) {
        add_piece(m);
        return;
    }
    size_t longer = times > 1 ? m->last * (times - 1) : 0; /* both are capped */
    m->len = capped(m->len + longer);
    m->last = capped(m->last + longer);
}

/* A bracket that closes none stands for itself. */
static void close_group(struct measure *m)
{
    if (m->depth)
        m->last = m->len - m->open[--m->depth];
    else
        add_piece(m);
}

size_t query_regex_length(const char *pattern)
{
    struct measure m = {.len = 0};
    const char *end = pattern + strlen(pattern), *behind;
    for (const char *p = pattern; p < end;) {
        size_t bound = *p == '{' ? read_bound(p, end, &behind) : 0;
        if (bound) {
            repeat(&m, bound);
            p = behind;
        } else if (*p == '[') {
            add_piece(&m);
            p = behind_bracket(p, end);
        } else if (*p == '*' || *p == '+') {
            repeat(&m, UNBOUNDED);
            p++;
        } else if (*p == '(' && m.depth == DEPTH_MOST) {
            return LENGTH_MOST + 1;
        } else if (*p == '(') {
            m.open[m.depth++] = m.len;
            m.last = 0;
            p++;
        } else {
            if (*p == ')')
                close_group(&m);
            else if (*p == '|')
                m.last = 0;
            else if (*p != '?')
                add_piece(&m);
            p += *p == '\\' && end - p >= 2 ? 2 : 1;
        }
    }
    return m.len;
}

/* ---- what each match holds --------------------------------------------------------------- */

/* The letters one behind the other, outside of brackets, that nothing repeats or leaves out. */
struct finder {
    struct buf run, longest;
};

static void end_run(struct finder *f)
{
    if (f->run.len > f->longest.len) {
        buf_clear(&f->longest);
        buf_append(&f->longest, f->run.data, f->run.len);
    }
    buf_clear(&f->run);
}

/* The letter before may be there any number of times; of one that takes several octets only its
 * last is there for sure, which is no letter: all of them go. */
static void drop_last(struct finder *f)
{
    size_t len = f->run.len;
    while (len && (f->run.data[len - 1] & 0xC0) == 0x80)
        len--;
    buf_truncate(&f->run, len ? len - 1 : 0);
    end_run(f);
}

static const char *behind_group(const char *p, const char *end)
{
    unsigned depth = 0;
    while (p < end) {
        if (*p == '[') {
            p = behind_bracket(p, end);
            continue;
        }
        depth += *p == '(';
        depth -= *p == ')';
        p += *p == '\\' && end - p >= 2 ? 2 : 1;
        if (!depth)
            return p;
    }
    return end;
}

static bool is_punctuation(char c)
{
    return c && strchr(".[]()*+?{}|^$/\\-@", c);
}

/* What follows P, a repetition, belongs to it. */
static const char *behind_repeat(const char *p, const char *end)
{
    const char *behind = p + 1;
    if (*p == '{' && !read_bound(p, end, &behind))
        return end; /* nobody knows how it is read */
    return behind;
}

char *query_regex_literal(const char *pattern)
{
    struct finder f = {BUF_INIT(SIZE_MAX / 8), BUF_INIT(SIZE_MAX / 8)};
    const char *end = pattern + strlen(pattern);
    for (const char *p = pattern; p < end;) {
        if (*p == '|' || *p == ')') { /* either side will do; or it is odd */
            buf_clear(&f.run);
            buf_clear(&f.longest);
            break;
        }
        if (*p == '*' || *p == '?' || *p == '+' || *p == '{') {
            drop_last(&f);
            p = behind_repeat(p, end);
        } else if (*p == '[' || *p == '(') {
            end_run(&f);
            p = *p == '[' ? behind_bracket(p, end) : behind_group(p, end);
        } else if (*p == '.' || *p == '^' || *p == '$' ||
                   (*p == '\\' && !is_punctuation(p[1]))) {
            end_run(&f);
            p += *p == '\\' && p[1] ? 2 : 1;
        } else {
            p += *p == '\\';
            buf_append_char(&f.run, *p++);
        }
    }
    end_run(&f);
    buf_release(&f.run);
    return buf_detach(&f.longest);
}
