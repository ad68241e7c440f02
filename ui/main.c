#include "config.h"

#include <getopt.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "mail/charset.h"
#include "maildrop/query.h"
#include "store/netrc.h"
#include "store/secret_command.h"
#include "ui/cmd.h"

/* The command line: options, then the browser or one of the commands. */

static const char usage[] =
    N_("usage: dele [OPTION]... [ACCOUNT|URL]            browse a maildrop; without\n"
       "                                             one, all accounts\n"
       "       dele list [OPTION]... ACCOUNT|URL [QUERY] list it, or what matches\n"
       "       dele show [OPTION]... ACCOUNT|URL N       one message, or uidl:ID\n"
       "       dele delete [OPTION]... ACCOUNT|URL QUERY delete what matches\n"
       "       dele check [OPTION]... ACCOUNT|URL        try a server, step by step\n"
       "       dele rules [OPTION]... ACCOUNT|URL        what its rules would do\n"
       "       dele trash [OPTION]... [ACCOUNT] [QUERY]  what was deleted\n"
       "       dele demo [OPTION]...                     browse a sample, no network\n"
       "\n"
       "URL is pops://USER@HOST (TLS, 995), pop:// (STLS, 110) or kpop:// (Kerberos).\n"
       "ACCOUNT is a section of the configuration file.\n"
       "\n"
       "  --format FORMAT       table or json; of list tsv, too; of show text or json\n"
       "  --raw                 show: the octets as they are\n"
       "  --headers             show: all of the header, and no body\n"
       "  --part N              show: part N, as the message's parts are numbered\n"
       "  --save FILE           trash: into FILE.eml, FILE.mbox or MAILDIR/\n"
       "  --yes                 delete: without asking\n"
       "  --dry-run             delete: only say what would go\n"
       "  --plan FILE           delete: what FILE lists, the JSON of list\n"
       "  --offline             begin with what is remembered; R connects\n"
       "  --no-cache            remember no headers, and use none\n"
       "  --pass-command CMD    the password is the first line that CMD prints\n"
       "  --auth MECH           auto, plain, scram-sha-256, gssapi, ...: see dele(1)\n"
       "  --tls MODE            implicit, starttls or none\n"
       "  --tls-ca FILE         trust these certificates instead of the system's\n"
       "  --tls-pin SHA256      accept exactly this certificate\n"
       "  --insecure            accept any certificate, and connections without TLS\n"
       "  --read-only           delete nothing\n"
       "  --pipelining MODE     auto, force or off\n"
       "  --tunnel CMD          talk to a command's input and output, e.g. ssh\n"
       "  --trace FILE          append the dialogue, passwords masked\n"
       "  --timeout S           seconds of silence before giving up\n"
       "  --theme NAME          colours: default, light, mono, nord, or a file\n"
       "  --config FILE         instead of $XDG_CONFIG_HOME/dele/config\n"
       "  --help, --version\n");

enum option_kind {
    OPTION_ACCOUNT = 256,
    OPTION_FORMAT,
    OPTION_RAW,
    OPTION_OFFLINE,
    OPTION_NO_CACHE,
    OPTION_HEADERS,
    OPTION_PART,
    OPTION_SAVE,
    OPTION_YES,
    OPTION_DRY_RUN,
    OPTION_PLAN,
    OPTION_THEME,
    OPTION_CONFIG,
    OPTION_HELP,
    OPTION_VERSION
};

/* Those of OPTION_ACCOUNT are account settings of the same name. */
static const struct option options[] = {
    {"pass-command", required_argument, NULL, OPTION_ACCOUNT},
    {"auth", required_argument, NULL, OPTION_ACCOUNT},
    {"tls", required_argument, NULL, OPTION_ACCOUNT},
    {"tls-ca", required_argument, NULL, OPTION_ACCOUNT},
    {"tls-pin", required_argument, NULL, OPTION_ACCOUNT},
    {"insecure", no_argument, NULL, OPTION_ACCOUNT},
    {"read-only", no_argument, NULL, OPTION_ACCOUNT},
    {"pipelining", required_argument, NULL, OPTION_ACCOUNT},
    {"tunnel", required_argument, NULL, OPTION_ACCOUNT},
    {"trace", required_argument, NULL, OPTION_ACCOUNT},
    {"timeout", required_argument, NULL, OPTION_ACCOUNT},
    {"format", required_argument, NULL, OPTION_FORMAT},
    {"offline", no_argument, NULL, OPTION_OFFLINE},
    {"no-cache", no_argument, NULL, OPTION_NO_CACHE},
    {"raw", no_argument, NULL, OPTION_RAW},
    {"headers", no_argument, NULL, OPTION_HEADERS},
    {"part", required_argument, NULL, OPTION_PART},
    {"save", required_argument, NULL, OPTION_SAVE},
    {"yes", no_argument, NULL, OPTION_YES},
    {"dry-run", no_argument, NULL, OPTION_DRY_RUN},
    {"plan", required_argument, NULL, OPTION_PLAN},
    {"theme", required_argument, NULL, OPTION_THEME},
    {"config", required_argument, NULL, OPTION_CONFIG},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    {NULL, 0, NULL, 0},
};

#define MAX_SETTINGS 32

struct settings {
    struct {
        const char *name, *value;
    } list[MAX_SETTINGS];
    size_t count;
    const char *config;
    bool no_cache;
};

int cmd_fail(int code, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    char *clean = text_clean_line(text, strlen(text));
    fprintf(stderr, "dele: %s\n", clean);
    free(clean);
    return code;
}

int cmd_query(const struct cmd *cmd, struct query **query)
{
    struct buf text = BUF_INIT(LIMIT_QUERY + 2); /* one that is longer is refused below */
    for (int i = 0; i < cmd->arg_count; i++) {
        buf_append_cut(&text, cmd->args[i], strlen(cmd->args[i]));
        if (i + 1 < cmd->arg_count)
            buf_append_cut(&text, " ", 1);
    }
    *query = query_new(text.data);
    int status = 0;
    if (*query && query_state(*query) != QUERY_GOOD) {
        size_t at;
        const char *what = query_mistake(*query, &at);
        status = cmd_fail(ERR_USAGE, _("the query, column %d: %s"),
                          text_width(text.data, at) + 1, what);
        query_free(*query);
        *query = NULL;
    }
    buf_release(&text);
    return status;
}

int cmd_get_password(struct cmd *cmd)
{
    struct err e = {0};
    if (!account_needs_password(&cmd->account))
        return 0;
    if (cmd->account.pass_command) {
        if (secret_from_command(&cmd->password, &cmd->account, &e))
            return 0;
        return cmd_fail(e.code, "%s", e.text);
    }
    switch (netrc_find_at_home(&cmd->password, &cmd->account, &e)) {
    case NETRC_FOUND:
        return 0;
    case NETRC_FAULT:
        return cmd_fail(e.code, "%s", e.text);
    case NETRC_NONE:
        break;
    }
    char prompt[512];
    snprintf(prompt, sizeof prompt, _("Password for %s at %s: "), cmd->account.user,
             cmd->account.host);
    if (secret_from_terminal(&cmd->password, prompt, &e))
        return 0;
    return cmd_fail(e.code, "%s", e.text);
}

/* ---- options ----------------------------------------------------------------------------- */

static int print_usage(FILE *to, int status)
{
    fputs(_(usage), to);
    return status;
}

/* -1 to go on, else the exit status. */
static int take_options(int argc, char **argv, struct cmd *cmd, struct settings *settings)
{
    int index, c;
    while ((c = getopt_long(argc, argv, ":", options, &index)) != -1) {
        switch (c) {
        case OPTION_ACCOUNT:
            if (settings->count == MAX_SETTINGS)
                return cmd_fail(ERR_USAGE, _("too many options"));
            settings->list[settings->count].name = options[index].name;
            settings->list[settings->count++].value = optarg ? optarg : "yes";
            break;
        case OPTION_FORMAT:
            cmd->format = optarg;
            break;
        case OPTION_OFFLINE:
            cmd->offline = true;
            break;
        case OPTION_NO_CACHE:
            settings->no_cache = true;
            break;
        case OPTION_RAW:
            cmd->show.raw = true;
            break;
        case OPTION_HEADERS:
            cmd->show.headers = true;
            break;
        case OPTION_PART:
            cmd->show.part = optarg;
            break;
        case OPTION_SAVE:
            cmd->save = optarg;
            break;
        case OPTION_YES:
            cmd->delete.yes = true;
            break;
        case OPTION_DRY_RUN:
            cmd->delete.dry_run = true;
            break;
        case OPTION_PLAN:
            cmd->delete.plan = optarg;
            break;
        case OPTION_THEME:
            cmd->theme = optarg;
            break;
        case OPTION_CONFIG:
            settings->config = optarg;
            break;
        case OPTION_HELP:
            return print_usage(stdout, 0);
        case OPTION_VERSION:
            puts(PACKAGE_STRING);
            return 0;
        case ':':
            return cmd_fail(ERR_USAGE, _("%s needs a value; 'dele --help' shows the options"),
                            argv[optind - 1]);
        default:
            return cmd_fail(
                ERR_USAGE,
                _("there is no option %s, or it takes no value; 'dele --help' shows "
                  "the options"),
                argv[optind - 1]);
        }
    }
    return -1;
}

/* ---- the account ------------------------------------------------------------------------- */

static int name_accounts(const struct config *config)
{
    if (!config->account_count)
        return cmd_fail(ERR_USAGE,
                        _("which maildrop? Say 'dele pops://USER@HOST'; 'dele demo' shows a "
                          "sample, 'dele --help' everything"));
    cmd_fail(ERR_USAGE, _("which account? The configuration has these:"));
    for (size_t i = 0; i < config->account_count; i++)
        fprintf(stderr, "  %s\n", config->accounts[i].name);
    return ERR_USAGE;
}

static int find_account(struct cmd *cmd, const char *name)
{
    struct err e = {0};
    const struct account *known = name ? config_account(&cmd->config, name) : NULL;
    if (!name && cmd->config.account_count == 1)
        known = &cmd->config.accounts[0];
    if (known)
        account_copy(&cmd->account, known);
    else if (!name)
        return name_accounts(&cmd->config);
    else if (!account_looks_like_url(name))
        return cmd_fail(ERR_CONFIG,
                        _("there is no account '%s' in the configuration; a URL looks like "
                          "pops://USER@HOST"),
                        name);
    else if (!account_from_url(&cmd->account, name, &e))
        return cmd_fail(e.code, "%s", e.text);
    return 0;
}

/* The browser, without a name: all that the configuration has, where there is a terminal. */
static bool takes_all(const struct cmd *cmd, const char *name)
{
    return !name && cmd->config.account_count > 1 && isatty(STDIN_FILENO) &&
           isatty(STDOUT_FILENO);
}

static int check_account(const struct account *a)
{
    if (!a->user || !*a->user)
        return cmd_fail(ERR_USAGE, _("no user name for %s: write pops://USER@%s"), a->host,
                        a->host);
    if (!a->login && !a->tunnel)
        return cmd_fail(ERR_CONFIG,
                        _("login = no needs a tunnel to a server that knows the user"));
    return 0;
}

static int apply_settings(struct account *a, const struct settings *settings)
{
    struct err e = {0};
    for (size_t i = 0; i < settings->count; i++)
        if (!account_set(a, settings->list[i].name, settings->list[i].value, &e))
            return cmd_fail(ERR_USAGE, "--%s: %s", settings->list[i].name, e.text);
    if (settings->no_cache)
        a->cache = false;
    return check_account(a);
}

static int load_config(struct cmd *cmd, const struct settings *settings)
{
    struct err e = {0};
    if (!config_load(&cmd->config, settings->config, &e))
        return cmd_fail(e.code, "%s", e.text);
    if (!cmd->theme)
        cmd->theme = cmd->config.theme;
    return 0;
}

/* ---- commands ---------------------------------------------------------------------------- */

static const struct command_word {
    const char *word;
    int (*run)(struct cmd *cmd);
    bool needs_account;
    int most_args; /* behind the account; -1: any number */
    bool takes_format;
} commands[] = {
    {"", cmd_browse, true, 0, false}, /* no word: the browser */
    {"list", cmd_list, true, -1, true},    {"show", cmd_show, true, 1, true},
    {"check", cmd_check, true, 0, true},   {"demo", cmd_demo, false, 0, false},
    {"trash", cmd_trash, false, -1, true}, {"delete", cmd_delete, true, -1, true},
    {"rules", cmd_rules, true, 0, true},
};

/* Takes the command's word from the arguments. */
static const struct command_word *take_command(struct cmd *cmd)
{
    for (size_t i = 1; cmd->arg_count && i < sizeof commands / sizeof *commands; i++) {
        if (!strcmp(commands[i].word, cmd->args[0])) {
            cmd->args++;
            cmd->arg_count--;
            return &commands[i];
        }
    }
    return &commands[0];
}

static int take_all(struct cmd *cmd, const struct settings *settings)
{
    int status = 0;
    cmd->is_of_all = true;
    for (size_t i = 0; !status && i < cmd->config.account_count; i++)
        status = apply_settings(&cmd->config.accounts[i], settings);
    return status;
}

static int take_account(struct cmd *cmd, const struct settings *settings, bool may_be_all)
{
    const char *name = cmd->arg_count ? cmd->args[0] : NULL;
    if (may_be_all && takes_all(cmd, name))
        return take_all(cmd, settings);
    if (name) {
        cmd->args++;
        cmd->arg_count--;
    }
    int status = find_account(cmd, name);
    return status ? status : apply_settings(&cmd->account, settings);
}

static int run(struct cmd *cmd, const struct settings *settings)
{
    int status = load_config(cmd, settings);
    if (status)
        return status;
    const struct command_word *command = take_command(cmd);
    if (cmd->format && !command->takes_format)
        return cmd_fail(
            ERR_USAGE,
            _("--format belongs to 'dele list', 'show', 'delete', 'check', 'rules' and "
              "'trash'"));
    if (cmd->offline && command->run != cmd_browse)
        return cmd_fail(ERR_USAGE, _("--offline belongs to the browser"));
    bool of_show = cmd->show.raw || cmd->show.headers || cmd->show.part;
    if (of_show && command->run != cmd_show)
        return cmd_fail(ERR_USAGE, _("--raw, --headers and --part belong to 'dele show'"));
    bool of_delete = cmd->delete.yes || cmd->delete.dry_run || cmd->delete.plan;
    if (of_delete && command->run != cmd_delete)
        return cmd_fail(ERR_USAGE, _("--yes, --dry-run and --plan belong to 'dele delete'"));
    if (cmd->save && command->run != cmd_trash)
        return cmd_fail(ERR_USAGE, _("--save belongs to 'dele trash'"));
    int most = command->needs_account + command->most_args;
    if (command->most_args >= 0 && cmd->arg_count > most)
        return cmd_fail(ERR_USAGE, _("'%s' is one argument too many; 'dele --help' helps"),
                        cmd->args[most]);
    if (command->needs_account)
        status = take_account(cmd, settings, command->run == cmd_browse);
    return status ? status : command->run(cmd);
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
#if ENABLE_NLS
    bindtextdomain(PACKAGE, LOCALEDIR);
    bind_textdomain_codeset(PACKAGE, "UTF-8");
    textdomain(PACKAGE);
#endif
    struct cmd cmd = {.program = argv[0]};
    struct settings settings = {0};
    account_init(&cmd.account);
    secret_init(&cmd.password);
    int status = take_options(argc, argv, &cmd, &settings);
    if (status < 0) {
        cmd.args = argv + optind;
        cmd.arg_count = argc - optind;
        secret_harden_process();
        status = run(&cmd, &settings);
    }
    secret_wipe(&cmd.password);
    account_release(&cmd.account);
    config_release(&cmd.config);
    charset_cleanup();
    return status;
}
