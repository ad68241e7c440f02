#include "config.h"

#include "ui/action.h"

#include <string.h>

#include "base/i18n.h"

static const struct action_info actions[ACTION_COUNT] = {
#define X(name, config, keys, contexts, group, hint, help) \
    [ACTION_##name] = {config, keys, contexts, group, hint, help},
    ACTIONS(X)
#undef X
};

static const char *const groups[] = {
    [GROUP_MOVE] = N_("Moving"),  [GROUP_MARK] = N_("Marking"),    [GROUP_FIND] = N_("Finding"),
    [GROUP_SHOW] = N_("Showing"), [GROUP_SESSION] = N_("Session"),
};
_Static_assert(sizeof groups / sizeof *groups == GROUP_COUNT, "every group has a name");

const struct action_info *action_info(enum action a)
{
    return &actions[a];
}

enum action action_by_name(const char *name)
{
    for (enum action a = ACTION_NONE + 1; a < ACTION_COUNT; a++)
        if (strcmp(actions[a].name, name) == 0)
            return a;
    return ACTION_NONE;
}

const char *action_group_name(enum action_group group)
{
    return _(groups[group]);
}
