#include "config.h"

#include "pop3/command.h"

#include <assert.h>
#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"

enum argument {
    ARG_NONE,
    ARG_NUMBER,
    ARG_NUMBER_LINES,
    ARG_MAYBE_NUMBER,
    ARG_TEXT,
    ARG_TWO_TEXTS,
    ARG_MAYBE_TEXT2
};

#define ANYWHERE (COMMAND_IN_AUTHORIZATION | COMMAND_IN_TRANSACTION)

static const struct {
    const char *name;
    enum argument argument;
    unsigned flags;
} table[] = {
    [COMMAND_CAPA] = {"CAPA", ARG_NONE, ANYWHERE | COMMAND_MULTILINE},
    [COMMAND_STLS] = {"STLS", ARG_NONE, COMMAND_IN_AUTHORIZATION | COMMAND_BARRIER},
    [COMMAND_USER] = {"USER", ARG_TEXT, COMMAND_IN_AUTHORIZATION},
    [COMMAND_PASS] = {"PASS", ARG_TEXT,
                      COMMAND_IN_AUTHORIZATION | COMMAND_BARRIER | COMMAND_SECRET},
    [COMMAND_APOP] = {"APOP", ARG_TWO_TEXTS,
                      COMMAND_IN_AUTHORIZATION | COMMAND_BARRIER | COMMAND_SECRET},
    [COMMAND_AUTH] = {"AUTH", ARG_MAYBE_TEXT2,
                      COMMAND_IN_AUTHORIZATION | COMMAND_BARRIER | COMMAND_SECRET},
    [COMMAND_STAT] = {"STAT", ARG_NONE, COMMAND_IN_TRANSACTION},
    [COMMAND_LIST] = {"LIST", ARG_MAYBE_NUMBER, COMMAND_IN_TRANSACTION | COMMAND_MULTILINE},
    [COMMAND_UIDL] = {"UIDL", ARG_MAYBE_NUMBER, COMMAND_IN_TRANSACTION | COMMAND_MULTILINE},
    [COMMAND_TOP] = {"TOP", ARG_NUMBER_LINES, COMMAND_IN_TRANSACTION | COMMAND_MULTILINE},
    [COMMAND_RETR] = {"RETR", ARG_NUMBER, COMMAND_IN_TRANSACTION | COMMAND_MULTILINE},
    [COMMAND_DELE] = {"DELE", ARG_NUMBER, COMMAND_IN_TRANSACTION},
    [COMMAND_RSET] = {"RSET", ARG_NONE, COMMAND_IN_TRANSACTION},
    [COMMAND_NOOP] = {"NOOP", ARG_NONE, COMMAND_IN_TRANSACTION},
    [COMMAND_LAST] = {"LAST", ARG_NONE, COMMAND_IN_TRANSACTION},
    [COMMAND_QUIT] = {"QUIT", ARG_NONE, ANYWHERE | COMMAND_BARRIER},
    [COMMAND_RAW] = {"?", ARG_TEXT, ANYWHERE | COMMAND_BARRIER},
};
_Static_assert(sizeof table / sizeof *table == COMMAND_COUNT, "a row for each verb");

const char *command_name(enum command_verb verb)
{
    return table[verb].name;
}

unsigned command_flags(const struct command *c)
{
    unsigned flags = table[c->verb].flags;
    if (table[c->verb].argument == ARG_MAYBE_NUMBER && c->number)
        flags &= ~(unsigned)COMMAND_MULTILINE;
    if (c->verb == COMMAND_RAW && c->multiline)
        flags |= COMMAND_MULTILINE;
    return flags;
}

static bool append_text(struct buf *out, const char *text, struct err *e)
{
    if (!text || !*text || text[strcspn(text, "\r\n")]) {
        err_set(e, ERR_USAGE, _("an argument is empty or has more than one line"));
        return false;
    }
    return buf_append_str(out, text);
}

static bool append_arguments(struct buf *out, const struct command *c, struct err *e)
{
    enum argument argument = table[c->verb].argument;
    bool with_number = argument == ARG_NUMBER || argument == ARG_NUMBER_LINES;
    if ((with_number && !c->number) || c->number > LIMIT_MESSAGES ||
        c->lines > LIMIT_TOP_LINES) {
        err_set(e, ERR_USAGE, _("%s needs a message number"), table[c->verb].name);
        return false;
    }
    switch (argument) {
    case ARG_NONE:
        return true;
    case ARG_NUMBER:
        return buf_printf(out, " %u", (unsigned)c->number);
    case ARG_MAYBE_NUMBER:
        return !c->number || buf_printf(out, " %u", (unsigned)c->number);
    case ARG_NUMBER_LINES:
        return buf_printf(out, " %u %u", (unsigned)c->number, (unsigned)c->lines);
    case ARG_TEXT:
        return (c->verb == COMMAND_RAW || buf_append_char(out, ' ')) &&
               append_text(out, c->text, e);
    case ARG_MAYBE_TEXT2:
        if (!c->text2)
            return buf_append_char(out, ' ') && append_text(out, c->text, e);
        /* fall through */
    case ARG_TWO_TEXTS:
        return buf_append_char(out, ' ') && append_text(out, c->text, e) &&
               buf_append_char(out, ' ') && append_text(out, c->text2, e);
    }
    return false;
}

bool command_write(struct buf *out, const struct command *c, struct err *e)
{
    size_t start = out->len;
    size_t most = c->verb == COMMAND_AUTH ? LIMIT_AUTH_LINE : LIMIT_COMMAND;
    bool written = (c->verb == COMMAND_RAW || buf_append_str(out, table[c->verb].name)) &&
                   append_arguments(out, c, e) && buf_append(out, "\r\n", 2);
    if (written && out->len - start <= most)
        return true;
    err_set(e, ERR_USAGE, _("the command is longer than %zu octets"), most);
    buf_truncate(out, start);
    return false;
}
