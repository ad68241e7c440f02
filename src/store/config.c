#include <config.h> /* in quotes it would be the one beside this file */

#include "store/config.h"

#include <confuse.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "store/place.h"
#include "store/config_text.h"

/* Our memory and time, from a file that is something else. */
#define FILE_MAX 131072u

/* How long deleted messages are kept in the trash, and how much of them. */
#define TRASH_DAYS 30
#define TRASH_DAYS_MOST 36500
#define TRASH_OCTETS (256u << 20)

/* The file being read: libconfuse hands no pointer of ours to its callbacks. */
static struct loading {
    const char *path;
    struct config *config;
    struct err problem; /* the newest message, for a parse that fails ends with its reason;
                           one that succeeds may have messages, too */
} * loading;

void config_release(struct config *c)
{
    for (size_t i = 0; i < c->account_count; i++)
        account_release(&c->accounts[i]);
    free(c->accounts);
    for (size_t i = 0; i < c->key_count; i++) {
        free(c->keys[i].action);
        free(c->keys[i].keys);
    }
    free(c->keys);
    free(c->theme);
    *c = (struct config){.trash = {TRASH_DAYS, TRASH_OCTETS}};
}

const struct account *config_account(const struct config *c, const char *name)
{
    for (size_t i = 0; i < c->account_count; i++) {
        if (strcmp(c->accounts[i].name, name) == 0)
            return &c->accounts[i];
    }
    return NULL;
}

/* ---- what libconfuse calls -------------------------------------------------------------- */

/* The words of libconfuse, where ours say better what to do. */
__attribute__((format(printf, 2, 0))) static void explain(const cfg_t *cfg, const char *format,
                                                          va_list args, char *text, size_t size)
{
    bool is_unknown = strncmp(format, "no such option", 14) == 0;
    if (is_unknown && strcmp(cfg->name, "account") == 0) {
        struct err e = {0};
        struct account scratch;
        account_init(&scratch);
        account_set(&scratch, va_arg(args, const char *), "", &e);
        account_release(&scratch);
        snprintf(text, size, "%s", e.text);
    } else if (is_unknown) {
        snprintf(text, size, _("there is no option '%s'; there are: account, theme, keys, "
                                "trash-days, trash-size"),
                 va_arg(args, const char *));
    } else if (strncmp(format, "found duplicate title", 21) == 0) {
        snprintf(text, size, _("there is an account '%s' already; each needs its own name"),
                 va_arg(args, const char *));
    } else {
        vsnprintf(text, size, format, args);
    }
}

__attribute__((format(printf, 2, 0))) static void on_message(cfg_t *cfg, const char *format,
                                                             va_list args)
{
    char text[sizeof loading->problem.text];
    explain(cfg, format, args, text, sizeof text);
    err_clear(&loading->problem);
    err_set(&loading->problem, ERR_CONFIG, "%s:%d: %s", loading->path, cfg->line, text);
}

/* A setting of an account, as soon as it was read, so that an error has the right line. */
static int on_setting(cfg_t *section, cfg_opt_t *option)
{
    struct err e = {0};
    struct account scratch;
    account_init(&scratch);
    const char *value = cfg_opt_getnstr(option, cfg_opt_size(option) - 1);
    bool ok = account_set(&scratch, cfg_opt_name(option), value, &e);
    account_release(&scratch);
    if (!ok)
        cfg_error(section, "%s", e.text);
    return ok ? 0 : -1;
}

/* The value, or the values of a list with commas between them; NULL where it is not set.  The
 * caller frees it. */
static char *value_of(cfg_t *section, const char *name)
{
    cfg_opt_t *option = cfg_getopt(section, name);
    struct buf value = BUF_INIT(FILE_MAX);
    for (unsigned i = 0; i < cfg_opt_size(option); i++) {
        if (!buf_append_str(&value, i ? "," : "") ||
            !buf_append_str(&value, cfg_opt_getnstr(option, i)))
            break;
    }
    return cfg_opt_size(option) ? buf_detach(&value) : NULL;
}

/* All settings in the order of their table: the URL first, which the others may then change,
 * wherever they stood. */
static bool take_settings(struct account *a, cfg_t *section, struct err *e)
{
    bool ok = true;
    for (size_t i = 0; ok && account_setting(i); i++) {
        char *value = value_of(section, account_setting(i));
        ok = !value || account_set(a, account_setting(i), value, e);
        free(value);
    }
    return ok;
}

static int on_trash_days(cfg_t *root, cfg_opt_t *option)
{
    long days = cfg_opt_getnint(option, 0);
    if (days < 0 || days > TRASH_DAYS_MOST) {
        cfg_error(root, _("trash-days: %ld is not a number from 0 to %d"), days,
                  TRASH_DAYS_MOST);
        return -1;
    }
    loading->config->trash.days = (unsigned)days;
    return 0;
}

static int on_trash_size(cfg_t *root, cfg_opt_t *option)
{
    const char *text = cfg_opt_getnstr(option, 0);
    unsigned long long octets;
    if (!text_parse_size(text, &octets)) {
        cfg_error(root, _("trash-size: '%s' is not a size like 65536, 64M or 1G"), text);
        return -1;
    }
    loading->config->trash.octets = octets;
    return 0;
}

/* An account that is complete. */
static int on_account(cfg_t *root, cfg_opt_t *option)
{
    cfg_t *section = cfg_opt_getnsec(option, cfg_opt_size(option) - 1);
    struct err e = {0};
    struct account a;
    account_init(&a);
    a.name = xstrdup(cfg_title(section));
    if (!*a.name)
        err_set(&e, ERR_CONFIG, _("an account needs a name"));
    else if (cfg_size(section, "url") && cfg_size(section, "host"))
        err_set(&e, ERR_CONFIG, _("account '%s' has a url and a host; one must go"), a.name);
    else if (take_settings(&a, section, &e) && !a.host)
        err_set(&e, ERR_CONFIG, _("account '%s' has neither url nor host"), a.name);
    if (e.code) {
        cfg_error(root, "%s", e.text);
        account_release(&a);
        return -1;
    }
    struct config *c = loading->config;
    c->accounts = xreallocarray(c->accounts, c->account_count + 1, sizeof *c->accounts);
    c->accounts[c->account_count++] = a;
    return 0;
}

/* ---- reading ---------------------------------------------------------------------------- */

static cfg_opt_t setting_option(const char *name)
{
    cfg_opt_t text = CFG_STR(name, NULL, CFGF_NODEFAULT);
    cfg_opt_t list = CFG_STR_LIST(name, NULL, CFGF_NODEFAULT);
    cfg_opt_t option = strcmp(name, "charset") == 0 ? list : text;
    option.validcb = on_setting;
    return option;
}

/* The caller frees it, after cfg_init() has copied it. */
static cfg_opt_t *account_options(void)
{
    size_t count = 0;
    while (account_setting(count))
        count++;
    cfg_opt_t *options = xcalloc(count + 2, sizeof *options); /* the last stays CFG_END() */
    for (size_t i = 0; i < count; i++)
        options[i] = setting_option(account_setting(i));
    options[count] = setting_option("password"); /* to be refused with advice */
    return options;
}

static void take_keys(struct config *c, cfg_t *section, const char *text)
{
    unsigned count = cfg_num(section);
    c->keys = xcalloc(count, sizeof *c->keys);
    for (unsigned i = 0; i < count; i++) {
        cfg_opt_t *option = cfg_getnopt(section, i);
        const char *name = cfg_opt_name(option);
        c->keys[c->key_count++] = (struct config_key){
            .action = xstrdup(name),
            .keys = xstrdup(cfg_opt_getnstr(option, 0)),
            .line = config_text_line_of(text, name),
        };
    }
}

static bool parse(struct config *c, const char *path, char *text, struct err *e)
{
    int line;
    const char *reason;
    if (!config_text_prepare(text, &line, &reason)) {
        err_set(e, ERR_CONFIG, "%s:%d: %s", path, line, reason);
        return false;
    }
    cfg_opt_t *account = account_options();
    cfg_opt_t keys[] = {CFG_END()};
    cfg_opt_t options[] = {
        CFG_STR("theme", "default", CFGF_NONE),
        CFG_INT("trash-days", 0, CFGF_NODEFAULT),
        CFG_STR("trash-size", NULL, CFGF_NODEFAULT),
        CFG_SEC("account", account, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
        CFG_SEC("keys", keys, CFGF_KEYSTRVAL),
        CFG_END(),
    };
    options[1].validcb = on_trash_days;
    options[2].validcb = on_trash_size;
    options[3].validcb = on_account;
    struct loading now = {.path = path, .config = c};
    loading = &now;
    cfg_t *cfg = cfg_init(options, CFGF_NONE);
    cfg_set_error_function(cfg, on_message);
    bool ok = cfg_parse_buf(cfg, text) == CFG_SUCCESS;
    if (ok) {
        c->theme = xstrdup(cfg_getstr(cfg, "theme"));
        take_keys(c, cfg_getsec(cfg, "keys"), text);
    } else {
        if (!now.problem.code) /* libconfuse does not say what it has against "" = x */
            cfg_error(cfg, "%s", _("this is no option"));
        err_set(e, ERR_CONFIG, "%s", now.problem.text);
    }
    cfg_free(cfg);
    free(account);
    loading = NULL;
    return ok;
}

/* The whole file in *TEXT, NUL-terminated, the caller's to free(); NULL where the file is
 * OPTIONAL and not there. */
static bool read_file(const char *path, bool optional, char **text, struct err *e)
{
    FILE *file = fopen(path, "r");
    *text = NULL;
    if (!file && optional && (errno == ENOENT || errno == ENOTDIR))
        return true;
    if (!file) {
        err_set(e, ERR_CONFIG, "%s: %s", path, strerror(errno));
        return false;
    }
    char *bytes = xmalloc(FILE_MAX + 1);
    size_t len = fread(bytes, 1, FILE_MAX + 1, file);
    bool ok = false;
    if (ferror(file))
        err_set(e, ERR_CONFIG, "%s: %s", path, strerror(errno));
    else if (len > FILE_MAX || memchr(bytes, '\0', len))
        err_set(e, ERR_CONFIG, _("%s: this is no configuration file"), path);
    else
        ok = true;
    fclose(file);
    if (!ok) {
        free(bytes);
        return false;
    }
    bytes[len] = '\0';
    *text = bytes;
    return true;
}

bool config_load(struct config *c, const char *path, struct err *e)
{
    *c = (struct config){.trash = {TRASH_DAYS, TRASH_OCTETS}};
    struct buf own = BUF_INIT(4096);
    char *text = NULL;
    const char *name = path ? path : place_path(&own, PLACE_CONFIG, "config") ? own.data : NULL;
    bool ok = !name || read_file(name, !path, &text, e);
    if (ok && text)
        ok = parse(c, name, text, e);
    if (ok && !c->theme)
        c->theme = xstrdup("default");
    if (!ok)
        config_release(c);
    free(text);
    buf_release(&own);
    return ok;
}
