#include <config.h> /* in quotes it would be the one beside this file */

#include "store/config_text.h"

#include <stddef.h>
#include <string.h>

#include "base/i18n.h"

#define UNCLOSED ((size_t)-1)

/* Between words, for libconfuse. */
static const char delimiters[] = " \t\r\n={}()+,\"'";

/* How many bytes a comment at P takes, 0 where there is none.  Within a word only '#' begins
 * one: "pops://host" is a word. */
static size_t comment_length(const char *p, bool in_word)
{
    if (*p == '#' || (!in_word && strncmp(p, "//", 2) == 0))
        return strcspn(p, "\n");
    if (in_word || strncmp(p, "/*", 2) != 0)
        return 0;
    const char *end = strstr(p + 2, "*/");
    return end ? (size_t)(end + 2 - p) : UNCLOSED;
}

static size_t string_length(const char *p)
{
    if (*p != '"' && *p != '\'')
        return 0;
    size_t len = 1;
    while (p[len] && p[len] != *p)
        len += p[len] == '\\' && p[len + 1] ? 2 : 1;
    return p[len] ? len + 1 : UNCLOSED;
}

static void blank_out(char *p, size_t len)
{
    for (; len > 0; p++, len--) {
        if (*p != '\n')
            *p = ' ';
    }
}

bool config_text_prepare(char *text, int *line, const char **reason)
{
    int depth = 0, opened = 0;
    bool in_word = false;
    size_t len;
    *line = 1;
    for (char *p = text; *p; p += len) {
        size_t comment = comment_length(p, in_word), string = string_length(p);
        if (comment == UNCLOSED || string == UNCLOSED) {
            *reason = comment ? _("this comment has no end") : _("this string has no end");
            return false;
        }
        blank_out(p, comment);
        len = comment ? comment : string ? string : 1;
        in_word = len == 1 && !strchr(delimiters, *p);
        if (len == 1 && *p == '{' && depth++ == 0)
            opened = *line;
        if (len == 1 && *p == '}')
            depth--;
        for (size_t i = 0; i < len; i++)
            *line += p[i] == '\n';
    }
    if (depth <= 0)
        return true;
    *line = opened;
    *reason = _("this '{' has no '}'");
    return false;
}

static bool is_delimiter(char c)
{
    return strchr(delimiters, c) != NULL; /* the final NUL is one */
}

int config_text_line_of(const char *text, const char *name)
{
    int line = 1, found = 0;
    size_t len = strlen(name);
    for (const char *p = text; *p; p++) {
        line += *p == '\n';
        if (strncmp(p, name, len) != 0 || (p > text && !is_delimiter(p[-1])))
            continue;
        const char *behind = p + len + strspn(p + len, "\"'");
        if (behind[strspn(behind, " \t\r\n")] == '=')
            found = line;
    }
    return found;
}
