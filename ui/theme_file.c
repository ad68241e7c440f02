#include "config.h"

#include "ui/theme_file.h"

#include <confuse.h>
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/place.h"

#define FILE_MAX 65536u /* a device given as a theme would never end */
#define PATH_CAP 4096u

struct theme_file {
    char *path;
    char *text; /* without its comments */
    cfg_t *cfg;
};

static const char suffix[] = ".theme";

/* ---- where themes are ---- */

/* The directories to look in: 0 the user's, then DIRS.  False behind the last one. */
static bool nth_dir(size_t n, const char *const *dirs, struct buf *dir)
{
    buf_clear(dir);
    if (n == 0) {
        if (!place_path(dir, PLACE_CONFIG, "themes"))
            buf_clear(dir);
        return true;
    }
    return dirs[n - 1] && buf_append_str(dir, dirs[n - 1]);
}

static bool is_listed(const char *list, const char *name, size_t len)
{
    for (const char *at = list; (at = strstr(at, name)); at++)
        if ((at == list || at[-1] == ' ') && (at[len] == '\0' || at[len] == ','))
            return true;
    return false;
}

static void list_dir(struct buf *list, const char *path)
{
    struct dirent **found;
    int count = scandir(path, &found, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char *name = found[i]->d_name;
        size_t len = strlen(name);
        if (name[0] != '.' && len > strlen(suffix) &&
            strcmp(name + len - strlen(suffix), suffix) == 0) {
            name[len - strlen(suffix)] = '\0';
            if (!is_listed(list->data, name, strlen(name)))
                buf_printf(list, "%s%s", list->len ? ", " : "", name);
        }
        free(found[i]);
    }
    if (count >= 0)
        free(found);
}

static void not_found(const char *name, const char *const *dirs, struct err *e)
{
    struct buf dir = BUF_INIT(PATH_CAP), list = BUF_INIT(400);
    for (size_t n = 0; nth_dir(n, dirs, &dir); n++)
        list_dir(&list, dir.data);
    if (list.len)
        err_set(e, ERR_CONFIG, _("there is no theme \"%.60s\"; there are: %s"), name,
                list.data);
    else
        err_set(e, ERR_CONFIG,
                _("there is no theme \"%.60s\", and no other one either: is dele "
                  "installed?"),
                name);
    buf_release(&dir);
    buf_release(&list);
}

char *theme_file_find(const char *name, const char *const *dirs, struct err *e)
{
    if (strchr(name, '/'))
        return xstrdup(name);
    struct buf path = BUF_INIT(PATH_CAP);
    for (size_t n = 0; nth_dir(n, dirs, &path); n++)
        if (path.len && buf_printf(&path, "/%s%s", name, suffix) &&
            access(path.data, F_OK) == 0)
            return buf_detach(&path);
    buf_release(&path);
    not_found(name, dirs, e);
    return NULL;
}

/* ---- reading ---- */

/* libconfuse 3.3 counts a line that is a comment as three, so that its messages would name the
 * wrong line: comments become blanks before it sees them. */
static void blank_comments(char *text)
{
    char quote = '\0';
    for (char *p = text; *p; p++) {
        if (quote) {
            if (*p == '\\' && p[1])
                p++;
            else if (*p == quote)
                quote = '\0';
        } else if (*p == '"' || *p == '\'') {
            quote = *p;
        } else if (*p == '#') {
            size_t len = strcspn(p, "\n");
            memset(p, ' ', len);
            p += len - 1;
        }
    }
}

static char *read_text(const char *path, struct err *e)
{
    struct buf text = BUF_INIT(FILE_MAX);
    char bytes[4096];
    FILE *in = fopen(path, "re");
    size_t len;
    bool fits = true;
    while (in && fits && (len = fread(bytes, 1, sizeof bytes, in)) > 0)
        fits = buf_append(&text, bytes, len);
    if (!in || ferror(in))
        err_set(e, ERR_CONFIG, _("theme %s cannot be read: %s"), path, strerror(errno));
    else if (!fits || memchr(text.data, '\0', text.len))
        err_set(e, ERR_CONFIG, _("%s is not a theme: it is too large, or not text"), path);
    if (in)
        fclose(in);
    /* fmemopen() takes nothing empty everywhere. */
    if (e->code == ERR_NONE && (text.len || buf_append_char(&text, '\n')))
        return buf_detach(&text);
    buf_release(&text);
    return NULL;
}

/* ---- libconfuse ---- */

/* Where say() writes to: libconfuse hands it nothing of ours.  Its parser is not reentrant
 * either. */
static struct {
    const char *path;
    struct err *e;
} speaker;

/* The last message counts: 3.3 also complains of every new name in a free section, and goes on.
 */
static void __attribute__((format(printf, 2, 0)))
say(cfg_t *cfg, const char *format, va_list args)
{
    char text[200];
    vsnprintf(text, sizeof text, format, args);
    err_clear(speaker.e);
    err_set(speaker.e, ERR_CONFIG, _("%s:%d: %s (a value like \"#88c0d0\" needs its quotes)"),
            speaker.path, cfg->line, text);
}

static cfg_t *parse(const char *path, char *text, struct err *e)
{
    cfg_opt_t entries[] = {CFG_END()};
    cfg_opt_t options[] = {
        CFG_STR("inherits", NULL, CFGF_NONE),
        CFG_SEC("palette", entries, CFGF_KEYSTRVAL),
        CFG_SEC("style", entries, CFGF_KEYSTRVAL),
        CFG_SEC("mono", entries, CFGF_KEYSTRVAL),
        CFG_END(),
    };
    FILE *in = fmemopen(text, strlen(text), "r");
    cfg_t *cfg = cfg_init(options, CFGF_NONE);
    if (!in || !cfg) {
        err_set(e, ERR_CONFIG, _("theme %s cannot be read: %s"), path, strerror(errno));
        goto out;
    }
    struct err said = {0};
    speaker.path = path;
    speaker.e = &said;
    cfg_set_error_function(cfg, say);
    if (cfg_parse_fp(cfg, in) != CFG_SUCCESS) {
        err_set(e, ERR_CONFIG, "%s", said.text);
        cfg_free(cfg);
        cfg = NULL;
    }
    speaker.e = NULL;
out:
    if (in)
        fclose(in);
    return cfg;
}

struct theme_file *theme_file_read(const char *path, struct err *e)
{
    char *text = read_text(path, e);
    if (!text)
        return NULL;
    blank_comments(text);
    struct theme_file *f = xcalloc(1, sizeof *f);
    f->path = xstrdup(path);
    f->text = text;
    f->cfg = parse(path, text, e);
    if (f->cfg)
        return f;
    theme_file_free(f);
    return NULL;
}

void theme_file_free(struct theme_file *f)
{
    if (!f)
        return;
    if (f->cfg)
        cfg_free(f->cfg);
    free(f->path);
    free(f->text);
    free(f);
}

const char *theme_file_inherits(const struct theme_file *f)
{
    return cfg_getstr(f->cfg, "inherits");
}

bool theme_file_entry(const struct theme_file *f, const char *section, size_t index,
                      const char **key, const char **value)
{
    cfg_t *entries = cfg_getsec(f->cfg, section);
    if (!entries || index >= cfg_num(entries))
        return false;
    cfg_opt_t *entry = cfg_getnopt(entries, (unsigned)index);
    *key = cfg_opt_name(entry);
    *value = cfg_opt_getstr(entry);
    return true;
}

/* ---- lines ---- */

static bool is_name_byte(char c)
{
    return c && !strchr(" \t\r\n={}\"'", c);
}

/* Where WORD stands as a name with THEN behind it; NULL where it does not. */
static const char *find_name(const char *text, const char *word, char then)
{
    size_t len = strlen(word);
    for (const char *p = text; len && (p = strstr(p, word)); p++) {
        const char *behind = p + len;
        if ((p > text && is_name_byte(p[-1])) || is_name_byte(*behind))
            continue;
        behind += strspn(behind, " \t\r\n\"'");
        if (*behind == then)
            return p;
    }
    return NULL;
}

/* libconfuse does not keep the lines of what it has read. */
static int line_of(const char *text, const char *section, const char *key)
{
    const char *start = section ? find_name(text, section, '{') : text;
    const char *at = start ? find_name(start, key, '=') : NULL;
    if (!at)
        at = start ? start : text;
    int line = 1;
    for (const char *p = text; p < at; p++)
        line += *p == '\n';
    return line;
}

void theme_file_error(const struct theme_file *f, const char *section, const char *key,
                      struct err *e, const char *format, ...)
{
    char text[sizeof e->text];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    err_set(e, ERR_CONFIG, "%s:%d: %s", f->path, line_of(f->text, section, key), text);
}
