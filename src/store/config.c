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
    int match_line;     /* of the newest rule; 0 none */
    struct err problem; /* the newest message, for a parse that fails ends with its reason;
                           one that succeeds may have messages, too */
} * loading;

static void release_rule(struct config_rule *rule)
{
    free(rule->name);
    free(rule->account);
    free(rule->match);
    free(rule->fault);
}

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
    for (size_t i = 0; i < c->rule_count; i++)
        release_rule(&c->rules[i]);
    free(c->rules);
    free(c->theme);
    free(c->path);
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

static bool is_for(const struct config_rule *rule, const char *account)
{
    return !rule->account || (account && strcmp(rule->account, account) == 0);
}

struct rules *config_rules(const struct config *c, const char *account)
{
    struct rules *rules = rules_new();
    for (int own = 1; own >= 0; own--) {
        for (size_t i = 0; i < c->rule_count; i++) {
            const struct config_rule *rule = &c->rules[i];
            if (is_for(rule, account) && (rule->account != NULL) == own && !rule->fault)
                rules_add(rules, rule->name, rule->match, rule->action);
        }
    }
    return rules;
}

const char *config_rule_fault(const struct config *c, const char *account, size_t nth)
{
    for (size_t i = 0; i < c->rule_count; i++) {
        if (c->rules[i].fault && is_for(&c->rules[i], account) && nth-- == 0)
            return c->rules[i].fault;
    }
    return NULL;
}

/* ---- what libconfuse calls -------------------------------------------------------------- */

static void explain_title(cfg_t *cfg, const char *title, char *text, size_t size)
{
    snprintf(text, size,
             cfg_gettsec(cfg, "rule", title)
                 ? _("there is a rule '%s' already; each needs its own name")
                 : _("there is an account '%s' already; each needs its own name"),
             title);
}

/* The words of libconfuse, where ours say better what to do. */
__attribute__((format(printf, 2, 0))) static void explain(cfg_t *cfg, const char *format,
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
    } else if (is_unknown && strcmp(cfg->name, "rule") == 0) {
        snprintf(text, size, _("there is no option '%s' in a rule; there are: match, action"),
                 va_arg(args, const char *));
    } else if (is_unknown) {
        snprintf(text, size,
                 _("there is no option '%s'; there are: account, rule, theme, "
                   "keys, trash-days, trash-size"),
                 va_arg(args, const char *));
    } else if (strncmp(format, "found duplicate title", 21) == 0) {
        explain_title(cfg, va_arg(args, const char *), text, size);
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

/* The line of a query, for its mistakes. */
static int on_match(cfg_t *section, cfg_opt_t *option)
{
    (void)option;
    loading->match_line = section->line;
    return 0;
}

__attribute__((format(printf, 3, 4))) static void find_fault(struct config_rule *rule, int line,
                                                             const char *format, ...)
{
    struct buf text = BUF_INIT(2048);
    va_list args;
    char words[1024];
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    buf_printf(&text, _("%s:%d: the rule '%.100s' is not used: %s"), loading->path, line,
               rule->name, words);
    if (!rule->fault)
        rule->fault = buf_detach(&text);
    buf_release(&text);
}

static void check_match(struct config_rule *rule, int line)
{
    struct query *q = query_new(rule->match);
    size_t at;
    if (!q) {
        find_fault(rule, line, "%s", _("its match is empty"));
    } else if (query_state(q) != QUERY_GOOD) {
        const char *what = query_mistake(q, &at);
        find_fault(rule, line, _("match, column %d: %s"), text_width(rule->match, at) + 1,
                   what);
    }
    query_free(q);
}

/* Mistakes of one rule do not take the others away. */
static int on_rule(cfg_t *root, cfg_opt_t *option)
{
    cfg_t *section = cfg_opt_getnsec(option, cfg_opt_size(option) - 1);
    struct config *c = loading->config;
    const char *match = cfg_getstr(section, "match"), *action = cfg_getstr(section, "action");
    bool is_in_account = strcmp(root->name, "account") == 0;
    struct config_rule rule = {.name = xstrdup(cfg_title(section)),
                               .account = is_in_account ? xstrdup(cfg_title(root)) : NULL,
                               .match = xstrdup(match ? match : "")};
    if (!action)
        find_fault(&rule, section->line, "%s",
                   _("its action is missing: mark, keep or highlight"));
    else if (!rule_action_by_name(action, &rule.action))
        find_fault(&rule, section->line,
                   _("'%.100s' is none of its actions, which are: mark, "
                     "keep, highlight"),
                   action);
    check_match(&rule, loading->match_line ? loading->match_line : section->line);
    loading->match_line = 0;
    c->rules = xreallocarray(c->rules, c->rule_count + 1, sizeof *c->rules);
    c->rules[c->rule_count++] = rule;
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
static cfg_opt_t *account_options(cfg_opt_t *rule)
{
    size_t count = 0;
    while (account_setting(count))
        count++;
    cfg_opt_t *options = xcalloc(count + 3, sizeof *options); /* the last stays CFG_END() */
    cfg_opt_t rules = CFG_SEC("rule", rule, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES);
    for (size_t i = 0; i < count; i++)
        options[i] = setting_option(account_setting(i));
    options[count] = setting_option("password"); /* to be refused with advice */
    rules.validcb = on_rule;
    options[count + 1] = rules;
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
    cfg_opt_t rule[] = {CFG_STR("match", NULL, CFGF_NODEFAULT),
                        CFG_STR("action", NULL, CFGF_NODEFAULT), CFG_END()};
    rule[0].validcb = on_match;
    cfg_opt_t *account = account_options(rule);
    cfg_opt_t keys[] = {CFG_END()};
    cfg_opt_t options[] = {
        CFG_STR("theme", "default", CFGF_NONE),
        CFG_INT("trash-days", 0, CFGF_NODEFAULT),
        CFG_STR("trash-size", NULL, CFGF_NODEFAULT),
        CFG_SEC("account", account, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
        CFG_SEC("rule", rule, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
        CFG_SEC("keys", keys, CFGF_KEYSTRVAL),
        CFG_END(),
    };
    options[1].validcb = on_trash_days;
    options[2].validcb = on_trash_size;
    options[3].validcb = on_account;
    options[4].validcb = on_rule;
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
    c->path = name ? xstrdup(name) : NULL;
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
