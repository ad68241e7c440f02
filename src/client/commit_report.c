#include "config.h"

#include "client/commit_report.h"

#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"

static void say_outcome(const struct commit_report *r, struct buf *text)
{
    size_t looked_at = r->gone + r->still_there;
    switch (r->outcome) {
    case OUTCOME_DELETED:
        if (r->verified)
            buf_printf(text, _("%zu of %zu gone: deleted, and verified by a new login."),
                       r->gone, looked_at);
        else
            buf_printf(text,
                       _("The server confirmed the deletion of %zu; it could not be "
                         "verified."),
                       r->accepted);
        break;
    case OUTCOME_PARTLY:
        buf_printf(text, _("%zu of %zu gone, %zu still there: verified by a new login."),
                   r->gone, looked_at, r->still_there);
        break;
    case OUTCOME_NOTHING:
        if (r->verified)
            buf_printf(text, _("Nothing was deleted: verified, all %zu are still there."),
                       looked_at);
        else if (r->sent)
            buf_append_str(text, _("Nothing was deleted: QUIT was not sent. It could not be "
                                   "verified; R looks again."));
        else
            buf_append_str(text, _("Nothing was deleted."));
        break;
    case OUTCOME_UNKNOWN:
        buf_append_str(text, _("It is not known what was deleted: the answer to QUIT did not "
                               "come, and it could not be verified. R looks again."));
        break;
    }
}

static const char *reason(const char *words)
{
    return words && *words ? words : _("no reason given");
}

static void take_text(struct commit_report *r, struct buf *text)
{
    memcpy(r->text, text->data, text->len + 1);
    buf_release(text);
}

void commit_report_write(struct commit_report *r, const char *words,
                         const struct err *connection)
{
    struct buf text = BUF_INIT(sizeof r->text - 1);
    say_outcome(r, &text);
    if (r->left_out)
        buf_printf(&text,
                   _n(" %zu was left out: gone or changed before.",
                      " %zu were left out: gone or changed before.", r->left_out),
                   r->left_out);
    if (r->refused)
        buf_printf(&text, _(" The server refused %zu: %s"), r->refused, reason(words));
    else if (words && *words)
        buf_printf(&text, _(" The server said: %s"), words);
    if (connection->code != ERR_NONE && !r->verified)
        buf_printf(&text, " %s", connection->text);
    take_text(r, &text);
}

void commit_report_ask(struct commit_report *r, const char *words)
{
    struct buf text = BUF_INIT(sizeof r->text - 1);
    buf_printf(&text, _("The server refused %zu of %zu: %s. Nothing is deleted."), r->refused,
               r->staged, reason(words));
    take_text(r, &text);
}
