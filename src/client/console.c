#include "config.h"

#include "client/console.h"

#include <string.h>

#include "base/ascii.h"
#include "base/i18n.h"

static bool is_refused(const char *word, size_t len, struct err *e)
{
    static const struct {
        const char *word, *why;
    } refused[] = {
        {"DELE", N_("DELE is sent only after a review: mark messages, then commit.")},
        {"QUIT", N_("QUIT ends the session and commits: leave by the usual key.")},
        {"RSET",
         N_("RSET belongs to a commit that is called off; nothing is marked on the server.")},
        {"STLS", N_("STLS belongs to the login; it is done, or was not wanted.")},
        {"AUTH", N_("You are logged in already.")},
        {"USER", N_("You are logged in already.")},
        {"PASS", N_("You are logged in already; do not type passwords here.")},
        {"APOP", N_("You are logged in already.")},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        if (ascii_is(word, len, refused[i].word)) {
            err_set(e, ERR_USAGE, "%s", _(refused[i].why));
            return true;
        }
    }
    return false;
}

/* Lines follow its +OK. */
static bool is_multiline(const char *word, size_t len, bool has_argument)
{
    static const struct {
        const char *word;
        bool with_argument, without;
    } known[] = {
        {"CAPA", true, true},  {"LIST", false, true}, {"UIDL", false, true},
        {"TOP", true, false},  {"RETR", true, false}, {"LANG", false, true},
        {"*ENV", true, false},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (ascii_is(word, len, known[i].word))
            return has_argument ? known[i].with_argument : known[i].without;
    return false;
}

bool console_command(const char *line, char text[256], struct command *c, struct err *e)
{
    static const char blanks[] = " \t";
    line += strspn(line, blanks);
    bool plus = *line == '+';
    line += plus;
    line += strspn(line, blanks);
    size_t len = strlen(line), word = strcspn(line, blanks);
    while (len && strchr(blanks, line[len - 1]))
        len--;
    if (!len || len > 250) {
        err_set(e, ERR_USAGE, "%s", _("A command has 1 to 250 characters."));
        return false;
    }
    if (word > len)
        word = len;
    if (is_refused(line, word, e))
        return false;
    memcpy(text, line, len);
    text[len] = '\0';
    *c = (struct command){.verb = COMMAND_RAW,
                          .text = text,
                          .multiline = plus || is_multiline(line, word, len > word)};
    return true;
}
