#include "config.h"

#include "client/commit_report.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"

/* A server's words take so many columns at most. */
#define WORDS_COLS 200

static void say_deleted(const struct commit_report *r, struct buf *text)
{
    if (r->verified)
        buf_printf(text, _("%zu of %zu gone: deleted, and verified by a new login."), r->gone,
                   r->gone);
    else
        buf_printf(text, _("The server confirmed the deletion of %zu"), r->accepted);
    if (r->trusted)
        buf_append_str(text, ".");
    else if (!r->verified)
        buf_append_str(text, _("; it could not be verified."));
}

static void say_unknown(const struct commit_report *r, struct buf *text)
{
    buf_append_str(text, r->quit == QUIT_REFUSED
                             ? _("It is not known what was deleted: the server refused QUIT")
                             : _("It is not known what was deleted: the answer to QUIT did not "
                                 "come"));
    buf_append_str(text, _(", and it could not be verified."));
    if (r->gone || r->still_there)
        buf_printf(text, _(" %zu are gone, %zu still there."), r->gone, r->still_there);
}

static void say_outcome(const struct commit_report *r, struct buf *text)
{
    switch (r->outcome) {
    case OUTCOME_DELETED:
        say_deleted(r, text);
        break;
    case OUTCOME_PARTLY:
        buf_printf(text,
                   r->verified ? _("%zu of %zu gone, %zu still there: verified by a new login.")
                               : _("%zu of %zu gone, %zu still there; the others could not be "
                                   "verified."),
                   r->gone, r->sent, r->still_there);
        break;
    case OUTCOME_NOTHING:
        if (r->verified)
            buf_printf(text, _("Nothing was deleted: verified, all %zu are still there."),
                       r->still_there);
        else if (r->sent)
            buf_append_str(text, _("Nothing was deleted: QUIT was not sent. It could not be "
                                   "verified."));
        else
            buf_append_str(text, _("Nothing was deleted."));
        break;
    case OUTCOME_UNKNOWN:
        say_unknown(r, text);
        break;
    }
}

/* Cut, so that the sentence around them has its place. */
static char *reason(const char *words)
{
    if (!words || !*words)
        return xstrdup(_("no reason given"));
    size_t len = strlen(words), fits = text_fit(words, len, WORDS_COLS, NULL);
    struct buf cut = BUF_INIT(LIMIT_LINE);
    buf_append(&cut, words, fits);
    if (fits < len)
        buf_append_str(&cut, "..");
    return buf_detach(&cut);
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
    char *why = reason(words);
    say_outcome(r, &text);
    if (r->left_out)
        buf_printf(&text,
                   _n(" %zu was left out: gone or changed before.",
                      " %zu were left out: gone or changed before.", r->left_out),
                   r->left_out);
    if (r->uncopied)
        buf_printf(&text,
                   _n(" %zu was left out: the server gave no copy of it.",
                      " %zu were left out: the server gave no copies of them.", r->uncopied),
                   r->uncopied);
    if (r->refused)
        buf_printf(&text, _(" The server refused %zu: %s"), r->refused, why);
    else if (words && *words)
        buf_printf(&text, _(" The server said: %s"), why);
    if (connection->code != ERR_NONE && !r->verified)
        buf_printf(&text, " %s", connection->text);
    free(why);
    take_text(r, &text);
}

void commit_report_ask(struct commit_report *r, const char *words)
{
    struct buf text = BUF_INIT(sizeof r->text - 1);
    char *why = reason(words);
    buf_printf(&text, _("The server refused %zu of %zu: %s. Nothing is deleted."), r->refused,
               r->staged, why);
    free(why);
    take_text(r, &text);
}

void commit_report_ask_unwitnessed(struct commit_report *r, const struct err *why)
{
    struct buf text = BUF_INIT(sizeof r->text - 1);
    buf_printf(&text, _("%.400s. Nothing was sent yet."), why->text);
    memcpy(r->text, text.data, text.len + 1);
    buf_release(&text);
}
