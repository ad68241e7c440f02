#include "config.h"

#include "ui/cmd.h"

#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "client/check.h"
#include "ui/loop.h"

/* dele check: each step as soon as it is over. */

typedef void (*print_step)(const struct check_step *step);

static const char *const verdicts[] = {
    [CHECK_OK] = "ok", [CHECK_NOTE] = "note", [CHECK_FAIL] = "FAIL"};

static void print_row(const struct check_step *step)
{
    char ms[24] = "";
    if (step->ms >= 0)
        snprintf(ms, sizeof ms, _("%lld ms"), (long long)step->ms);
    printf("%-4s  %-11s  %8s  %s\n", verdicts[step->verdict], step->name, ms, step->text);
}

static void print_json(const struct check_step *step)
{
    json_t *o = json_object();
    json_object_set_new(o, "step", json_string(step->name));
    json_object_set_new(o, "verdict", json_string(verdicts[step->verdict]));
    json_object_set_new(o, "ms", step->ms >= 0 ? json_integer(step->ms) : json_null());
    json_object_set_new(o, "text", json_string(step->text));
    json_dumpf(o, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(o);
}

static void wait_for(const struct check *c)
{
    struct pollfd fds[LINK_POLLFDS];
    int timeout = -1;
    size_t n = check_poll(c, fds, loop_now(), &timeout);
    poll(fds, (nfds_t)n, timeout);
}

int cmd_check(struct cmd *cmd)
{
    bool json = cmd->format && !strcmp(cmd->format, "json");
    if (cmd->format && !json && strcmp(cmd->format, "table"))
        return cmd_fail(ERR_USAGE, _("unknown format '%s': table or json"), cmd->format);
    int status = cmd_get_password(cmd);
    if (status)
        return status;
    print_step print = json ? print_json : print_row;
    struct check *check = check_new(&cmd->account, &cmd->password);
    struct err e = {0};
    if (!check_trace_to_file(check, &e)) {
        check_free(check);
        return cmd_fail(e.code, "%s", e.text);
    }
    for (size_t printed = 0, count; !check_is_done(check);) {
        wait_for(check);
        check_turn(check, loop_now());
        const struct check_step *steps = check_steps(check, &count);
        while (printed < count)
            print(&steps[printed++]);
        fflush(stdout);
    }
    status = (int)check_result(check);
    check_free(check);
    if (ferror(stdout))
        return cmd_fail(ERR_IO, _("the answers could not be written"));
    return status;
}
