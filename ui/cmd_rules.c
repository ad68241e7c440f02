#include "config.h"

#include "ui/cmd.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "ui/batch.h"
#include "ui/loop.h"
#include "ui/output.h"

/* `dele rules`: what each rule would do about the messages that are there.  Stages nothing. */

/* A line about a rule, and one about each message that it decides. */
struct format {
    const char *name;
    void (*rule)(const struct rule *rule);
    void (*message)(const struct rule *rule, struct client *c, size_t index);
};

static void print_rule(const struct rule *rule)
{
    struct buf line = BUF_INIT(LIMIT_QUERY + 4 * LIMIT_TEXT);
    char size[8];
    text_size(size, rule->octets);
    buf_printf(&line, "%s: %s ", rule->name, rule_action_name(rule->action));
    text_clean(&line, query_text(rule->query), strlen(query_text(rule->query)), TEXT_ONE_LINE);
    buf_printf(
        &line,
        _n("\n  decides %zu message (%s)", "\n  decides %zu messages (%s)", rule->decided),
        rule->decided, size);
    if (rule->matched > rule->decided)
        buf_printf(&line, _(" of %zu that match"), rule->matched);
    buf_append_char(&line, '\n');
    output_text(line.data, line.len);
    buf_release(&line);
}

static void print_row(const struct rule *rule, struct client *c, size_t index)
{
    (void)rule;
    output_row(maildrop_at(client_maildrop(c), index));
}

static void print_rule_json(const struct rule *rule)
{
    json_t *o = json_object();
    json_object_set_new(o, "rule", output_clean(rule->name));
    json_object_set_new(o, "action", json_string(rule_action_name(rule->action)));
    json_object_set_new(o, "match", output_clean(query_text(rule->query)));
    json_object_set_new(o, "matched", json_integer((json_int_t)rule->matched));
    json_object_set_new(o, "decided", json_integer((json_int_t)rule->decided));
    json_object_set_new(o, "size", json_integer((json_int_t)rule->octets));
    output_json(o);
}

static void print_message_json(const struct rule *rule, struct client *c, size_t index)
{
    struct trust t = client_trust(c, index);
    json_t *o = output_message(maildrop_at(client_maildrop(c), index), MARK_NONE, &t);
    json_object_set_new(o, "rule", output_clean(rule->name));
    json_object_set_new(o, "action", json_string(rule_action_name(rule->action)));
    output_json(o);
}

static const struct format formats[] = {{"table", print_rule, print_row},
                                        {"json", print_rule_json, print_message_json}};

static const struct format *find_format(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (!strcmp(formats[i].name, name))
            return &formats[i];
    return NULL;
}

static void print(struct client *c, const struct rules *rules, const struct format *format)
{
    const struct maildrop *m = client_maildrop(c);
    for (size_t i = 0; i < rules_count(rules); i++) {
        struct rule rule = rules_at(rules, i);
        format->rule(&rule);
        for (uint32_t n = 1; rule.decided && n <= maildrop_highest(m); n++) {
            size_t index = maildrop_by_number(m, n);
            if (index != SIZE_MAX && rules_of(rules, index) == i)
                format->message(&rule, c, index);
        }
    }
}

/* The faults of the rules, each on a line of its own: 0 where there are none. */
static int say_faults(const struct cmd *cmd)
{
    const char *fault;
    int status = 0;
    for (size_t i = 0; (fault = config_rule_fault(&cmd->config, cmd->account.name, i)); i++)
        status = cmd_fail(ERR_CONFIG, "%s", fault);
    return status;
}

static int look(struct cmd *cmd, struct rules *rules, const struct format *format)
{
    struct batch b;
    int status = cmd_get_password(cmd);
    if (status)
        return status;
    status = batch_open(&b, cmd, false);
    if (!status) {
        client_use_rules(b.client, rules, false);
        status = batch_fetch_all(&b);
    }
    if (!status) {
        client_finish_rules(b.client);
        signal(SIGPIPE, SIG_DFL); /* "| head" is no failure */
        print(b.client, rules, format);
        if (fflush(stdout) || ferror(stdout))
            status = cmd_fail(ERR_IO, _("the listing could not be written"));
        loop_goodbye(b.client, NULL);
    }
    batch_close(&b);
    return status;
}

int cmd_rules(struct cmd *cmd)
{
    const struct format *format = find_format(cmd->format ? cmd->format : "table");
    if (!format)
        return cmd_fail(ERR_USAGE, _("unknown format '%s': table or json"), cmd->format);
    struct rules *rules = config_rules(&cmd->config, cmd->account.name);
    int fault = say_faults(cmd), status = 0;
    if (rules_count(rules))
        status = look(cmd, rules, format);
    else if (!fault)
        status = cmd_fail(ERR_CONFIG, _("the configuration has no rules for this account"));
    rules_free(rules);
    return status ? status : fault;
}
