#include "config.h"

#include "pop3/command.h"

#include <string.h>

#include "base/ascii.h"
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
    [COMMAND_UTF8] = {"UTF8", ARG_NONE, COMMAND_IN_AUTHORIZATION},
    [COMMAND_LANG] = {"LANG", ARG_TEXT, ANYWHERE},
    [COMMAND_ENV] = {"*ENV", ARG_NUMBER, COMMAND_IN_TRANSACTION | COMMAND_MULTILINE},
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
    if (c->verb == COMMAND_AUTH && c->text && !c->text2 &&
        ascii_is(c->text, strlen(c->text), "NTLM"))
        flags |= COMMAND_OK_ASKS;
    return flags;
}

static bool is_one_line(const char *text)
{
    return text && *text && !text[strcspn(text, "\r\n")];
}

static bool check_arguments(const struct command *c, struct err *e)
{
    enum argument argument = table[c->verb].argument;
    bool numbered = argument == ARG_NUMBER || argument == ARG_NUMBER_LINES;
    bool maybe_numbered = numbered || argument == ARG_MAYBE_NUMBER;
    bool worded =
        argument == ARG_TEXT || argument == ARG_TWO_TEXTS || argument == ARG_MAYBE_TEXT2;
    bool twice = argument == ARG_TWO_TEXTS || (argument == ARG_MAYBE_TEXT2 && c->text2);
    if ((numbered && !c->number) || (maybe_numbered && c->number > LIMIT_MESSAGES))
        err_set(e, ERR_USAGE, _("%s needs a message number"), table[c->verb].name);
    else if (argument == ARG_NUMBER_LINES && c->lines > LIMIT_TOP_LINES)
        err_set(e, ERR_USAGE, _("%s cannot ask for so many lines"), table[c->verb].name);
    else if ((worded && !is_one_line(c->text)) || (twice && !is_one_line(c->text2)))
        err_set(e, ERR_USAGE, _("an argument is empty or has more than one line"));
    else
        return true;
    return false;
}

/* The arguments with a blank before each, and the line end, in one go: where a buffer that
 * holds a password grows, a copy stays behind. */
static bool append_arguments(struct buf *out, const struct command *c)
{
    switch (table[c->verb].argument) {
    case ARG_NONE:
        break;
    case ARG_NUMBER:
        return buf_printf(out, " %u\r\n", (unsigned)c->number);
    case ARG_MAYBE_NUMBER:
        if (c->number)
            return buf_printf(out, " %u\r\n", (unsigned)c->number);
        break;
    case ARG_NUMBER_LINES:
        return buf_printf(out, " %u %u\r\n", (unsigned)c->number, (unsigned)c->lines);
    case ARG_TEXT:
        return buf_printf(out, "%s%s\r\n", c->verb == COMMAND_RAW ? "" : " ", c->text);
    case ARG_MAYBE_TEXT2:
    case ARG_TWO_TEXTS:
        return buf_printf(out, " %s%s%s\r\n", c->text, c->text2 ? " " : "",
                          c->text2 ? c->text2 : "");
    }
    return buf_append(out, "\r\n", 2);
}

bool command_write(struct buf *out, const struct command *c, struct err *e)
{
    size_t start = out->len;
    size_t most = c->verb == COMMAND_AUTH ? LIMIT_AUTH_LINE : LIMIT_COMMAND;
    if (!check_arguments(c, e))
        return false;
    bool written = (c->verb == COMMAND_RAW || buf_append_str(out, table[c->verb].name)) &&
                   append_arguments(out, c);
    if (written && out->len - start <= most)
        return true;
    err_set(e, ERR_USAGE, _("the command is longer than %zu octets"), most);
    buf_truncate(out, start);
    return false;
}
