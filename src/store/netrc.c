#include <config.h> /* in quotes it would be the one beside this file */

#include "store/netrc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"

struct netrc {
    const char *path;
    struct buf text; /* the whole file; secret */
    const char *at;
    unsigned line;
    struct buf word; /* the newest; secret */
    struct err *err;
};

/* What an entry says so far. */
struct entry {
    bool is_open, is_default, host_fits, has_login, login_fits;
    unsigned line; /* of its password, 0 where it has none */
    struct buf password;
};

static bool fault(struct netrc *n, unsigned line, const char *what)
{
    char *clean = text_clean_line(n->path, strlen(n->path));
    err_set(n->err, ERR_CONFIG, "%s:%u: %s", clean, line, what);
    free(clean);
    return false;
}

/* ---- words ------------------------------------------------------------------------------- */

static void skip_line(struct netrc *n)
{
    n->at += strcspn(n->at, "\n");
}

static void skip_blanks(struct netrc *n)
{
    for (;; n->at++) {
        if (*n->at == '#')
            skip_line(n);
        if (*n->at == '\n')
            n->line++;
        else if (!*n->at || !strchr(" \t\r", *n->at))
            return;
    }
}

static bool take_quoted(struct netrc *n)
{
    for (n->at++; *n->at != '"'; n->at++) {
        if (!*n->at || *n->at == '\n')
            return fault(n, n->line, _("a double quote is not closed"));
        if (*n->at == '\\' && n->at[1])
            n->at++;
        if (!buf_append_char(&n->word, *n->at))
            return fault(n, n->line, _("this word is too long"));
    }
    n->at++;
    return true;
}

/* False at the end of the file, or with a fault. */
static bool next_word(struct netrc *n)
{
    buf_wipe(&n->word);
    n->word = BUF_INIT(SECRET_MAX + 1);
    skip_blanks(n);
    if (!*n->at)
        return false;
    if (*n->at == '"')
        return take_quoted(n);
    size_t len = strcspn(n->at, " \t\r\n");
    if (!buf_append(&n->word, n->at, len))
        return fault(n, n->line, _("this word is too long"));
    n->at += len;
    return true;
}

/* The word that must stand behind the newest. */
static bool next_value(struct netrc *n)
{
    char message[64];
    snprintf(message, sizeof message, _("nothing stands behind \"%.20s\""), n->word.data);
    if (next_word(n))
        return true;
    if (n->err->code == ERR_NONE)
        fault(n, n->line, message);
    return false;
}

/* A macro goes on to the next empty line. */
static void skip_macro(struct netrc *n)
{
    const char *end = strstr(n->at, "\n\n");
    for (; *n->at && n->at != end; n->at++)
        n->line += *n->at == '\n';
}

/* ---- entries ----------------------------------------------------------------------------- */

static bool entry_fits(const struct entry *e)
{
    return e->is_open && e->line &&
           (e->is_default ? e->has_login && e->login_fits
                          : e->host_fits && (!e->has_login || e->login_fits));
}

static void entry_clear(struct entry *e)
{
    buf_wipe(&e->password);
    *e = (struct entry){.password = BUF_INIT(SECRET_MAX + 1)};
}

/* What the newest word says about the entry.  False with a fault. */
static bool take_word(struct netrc *n, const struct account *a, struct entry *e)
{
    const char *word = n->word.data;
    if (!strcmp(word, "login")) {
        if (!next_value(n))
            return false;
        e->has_login = true;
        e->login_fits = !strcmp(n->word.data, a->user);
        return true;
    }
    if (!strcmp(word, "password")) {
        if (!next_value(n))
            return false;
        if (e->line)
            return fault(n, n->line, _("a second password for the same machine"));
        e->line = n->line;
        return buf_append(&e->password, n->word.data, n->word.len);
    }
    if (!strcmp(word, "account"))
        return next_value(n);
    if (strcmp(word, "macdef"))
        return fault(n, n->line,
                     _("only machine, default, login, password, account and macdef may stand "
                       "here"));
    skip_macro(n);
    return true;
}

/* Reads on to the end of the entry that fits; false where there is none, or a fault. */
static bool find_entry(struct netrc *n, const struct account *a, struct entry *e)
{
    while (next_word(n)) {
        bool is_default = !strcmp(n->word.data, "default");
        if (!is_default && strcmp(n->word.data, "machine")) {
            if (!take_word(n, a, e))
                return false;
            continue;
        }
        if (entry_fits(e))
            return true;
        entry_clear(e);
        if (!is_default && !next_value(n))
            return false;
        e->is_open = true;
        e->is_default = is_default;
        e->host_fits = !is_default && ascii_is(n->word.data, n->word.len, a->host);
    }
    return n->err->code == ERR_NONE && entry_fits(e);
}

/* ---- the file ---------------------------------------------------------------------------- */

static bool read_all(struct netrc *n, int fd)
{
    char piece[4096];
    ssize_t got;
    while ((got = read(fd, piece, sizeof piece)) > 0)
        if (!buf_append(&n->text, piece, (size_t)got))
            break;
    mem_wipe(piece, sizeof piece);
    if (got < 0)
        return fault(n, 1, strerror(errno));
    if (got > 0)
        return fault(n, 1, _("the file is too large"));
    if (memchr(n->text.data, '\0', n->text.len))
        return fault(n, 1, _("the file holds a NUL"));
    n->at = n->text.data;
    n->line = 1;
    return true;
}

static enum netrc_result take(struct netrc *n, int fd, const struct entry *e, struct secret *s)
{
    struct stat st;
    if (fstat(fd, &st) || (st.st_mode & (S_IRWXG | S_IRWXO)) || st.st_uid != geteuid())
        fault(n, e->line, _("others can read the passwords in this file: chmod 600 it"));
    else if (!secret_set(s, e->password.data, e->password.len))
        fault(n, e->line, _("this password is empty, too long, or more than one line"));
    else
        return NETRC_FOUND;
    return NETRC_FAULT;
}

enum netrc_result netrc_find(struct secret *s, const struct account *a, const char *path,
                             struct err *e)
{
    struct netrc n = {.path = path,
                      .text = BUF_INIT(LIMIT_NETRC),
                      .word = BUF_INIT(SECRET_MAX + 1),
                      .err = e};
    struct entry entry = {.password = BUF_INIT(SECRET_MAX + 1)};
    enum netrc_result result = NETRC_NONE;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return NETRC_NONE;
    if (read_all(&n, fd) && find_entry(&n, a, &entry))
        result = take(&n, fd, &entry, s);
    else if (e->code != ERR_NONE)
        result = NETRC_FAULT;
    close(fd);
    buf_wipe(&n.text);
    buf_wipe(&n.word);
    buf_wipe(&entry.password);
    return result;
}

enum netrc_result netrc_find_at_home(struct secret *s, const struct account *a, struct err *e)
{
    char path[4096];
    const char *home = getenv("HOME");
    if (!home || snprintf(path, sizeof path, "%s/.netrc", home) >= (int)sizeof path)
        return NETRC_NONE;
    return netrc_find(s, a, path, e);
}
