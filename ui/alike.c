#include "config.h"

#include "ui/alike.h"

#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/marking.h"

static const struct {
    key_code key;
    const char *name;
} choices[GROUP_LIKES] = {
    [GROUP_SENDER] = {'s', N_("sender")},     [GROUP_DOMAIN] = {'d', N_("domain")},
    [GROUP_LIST] = {'l', N_("list")},         [GROUP_STEM] = {'j', N_("subject")},
    [GROUP_CAMPAIGN] = {'c', N_("campaign")},
};

void alike_ask(struct app *app)
{
    const struct maildrop *m = client_maildrop(app->client);
    size_t count = order_count(app->order);
    uint32_t *indexes = xcalloc(count + 1, sizeof *indexes);
    for (size_t i = 0; i < count; i++)
        indexes[i] = (uint32_t)order_at(app->order, i);
    struct campaigns *campaigns = campaigns_find(m, client_marks(app->client), indexes, count,
                                                 client_knows_sender, app->client);
    group_like_release(app->alike);
    group_like(app->alike, m, app->cursor, indexes, count, campaigns);
    campaigns_free(campaigns);
    free(indexes);
    if (maildrop_at(m, app->cursor)->summary)
        app_ask(app, PROMPT_ALIKE);
    else
        app_say(app, false, _("Not loaded yet: it cannot be told what is like it."));
}

void alike_question(const struct app *app, struct buf *out)
{
    buf_append_str(out, _(" Mark all of the same:"));
    for (int i = 0; i < GROUP_LIKES; i++)
        if (app->alike[i].count)
            buf_printf(out, "  %c:%s %zu", (int)choices[i].key, _(choices[i].name),
                       app->alike[i].count);
    buf_append_str(out, _("  Esc:none "));
}

void alike_answer(struct app *app, key_code key)
{
    app->prompt = PROMPT_NONE;
    for (int i = 0; i < GROUP_LIKES; i++) {
        const struct group_like *like = &app->alike[i];
        if (key != choices[i].key || !like->count)
            continue;
        struct buf why = BUF_INIT(512);
        buf_append_str(&why, _("group "));
        group_cause(&why, (enum group_kind)i, like->label);
        struct marking r = marking_set(app, like->members, like->count, MARK_DELETE, why.data);
        marking_say(app, MARK_DELETE, &r);
        buf_release(&why);
    }
    group_like_release(app->alike);
}
