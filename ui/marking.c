#include "config.h"

#include "ui/marking.h"

#include "base/i18n.h"

bool marking_may_delete(const struct message *m)
{
    return m->headers == HEADERS_HERE || m->headers == HEADERS_REFUSED;
}

static void set_one(struct app *app, size_t index, enum mark mark, struct marking *r)
{
    const struct message *m = maildrop_at(client_maildrop(app->client), index);
    struct marks *marks = client_marks(app->client);
    enum mark before = marks_get(marks, index);
    if (mark == MARK_DELETE && before == MARK_KEEP)
        r->kept++;
    else if (mark == MARK_DELETE && !marking_may_delete(m))
        r->unseen++;
    else if (marks_set(marks, index, mark, CAUSE_GROUP, m->size)) {
        r->changed++;
        r->octets += m->size;
    }
}

struct marking marking_set(struct app *app, const uint32_t *indexes, size_t count,
                           enum mark mark, const char *why)
{
    struct marking r = {0};
    marks_begin(client_marks(app->client), why);
    for (size_t i = 0; i < count; i++)
        set_one(app, indexes[i], mark, &r);
    marks_end(client_marks(app->client));
    app_marks_changed(app);
    return r;
}

void marking_say_rest(struct buf *out, const struct marking *m)
{
    if (m->kept)
        buf_printf(out, _n("; %zu kept is left alone", "; %zu kept are left alone", m->kept),
                   m->kept);
    if (m->unseen)
        buf_printf(out, _n("; %zu is not loaded yet", "; %zu are not loaded yet", m->unseen),
                   m->unseen);
}

void marking_say(struct app *app, enum mark mark, const struct marking *m)
{
    struct buf text = BUF_INIT(sizeof app->notice - 1);
    buf_printf(&text,
               mark == MARK_DELETE ? _n("%zu message marked", "%zu messages marked", m->changed)
               : mark == MARK_KEEP
                   ? _n("%zu message kept", "%zu messages kept", m->changed)
                   : _n("%zu mark taken back", "%zu marks taken back", m->changed),
               m->changed);
    marking_say_rest(&text, m);
    app_say(app, false, "%s", text.data);
    buf_release(&text);
}
