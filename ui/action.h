/* ONE table of actions.  The key map, the help, the hint row and the documentation come from
 * it, so they cannot disagree. */
#ifndef UI_ACTION_H
#define UI_ACTION_H

#include <stddef.h>

/* X(NAME, "config-name", "default keys", contexts, group, "hint" or NULL, "help") */
enum action_context {
    IN_LIST = 1,
    IN_MESSAGE = 2,
    IN_REVIEW = 4,
    IN_HELP = 8,
    IN_TRACE = 16,
    IN_PARTS = 32,
    IN_GROUPS = 64,
    IN_ACCOUNTS = 128,
    EVERYWHERE = IN_LIST | IN_MESSAGE | IN_REVIEW | IN_HELP | IN_TRACE | IN_PARTS | IN_GROUPS |
                 IN_ACCOUNTS
};
enum action_group {
    GROUP_MOVE,
    GROUP_MARK,
    GROUP_FIND,
    GROUP_SHOW,
    GROUP_SESSION,
    GROUP_COUNT
};

#define ACTIONS(X)                                                                             \
    X(DOWN, "down", "j Down", EVERYWHERE, GROUP_MOVE, NULL, N_("next line"))                   \
    X(UP, "up", "k Up", EVERYWHERE, GROUP_MOVE, NULL, N_("previous line"))                     \
    X(PAGE_DOWN, "page-down", "PageDown ^F", EVERYWHERE, GROUP_MOVE, NULL, N_("next page"))    \
    X(PAGE_UP, "page-up", "PageUp ^B", EVERYWHERE, GROUP_MOVE, NULL, N_("previous page"))      \
    X(HALF_DOWN, "half-down", "^D", EVERYWHERE, GROUP_MOVE, NULL, N_("half a page down"))      \
    X(HALF_UP, "half-up", "^U", EVERYWHERE, GROUP_MOVE, NULL, N_("half a page up"))            \
    X(TOP, "top", "g Home", EVERYWHERE, GROUP_MOVE, NULL, N_("first line"))                    \
    X(BOTTOM, "bottom", "G End", EVERYWHERE, GROUP_MOVE, NULL, N_("last line"))                \
    X(TOGGLE, "toggle", "Space", IN_LIST | IN_GROUPS, GROUP_MARK, NULL,                        \
      N_("mark or unmark, and go on"))                                                         \
    X(MARK, "mark", "d", IN_LIST | IN_MESSAGE | IN_GROUPS, GROUP_MARK, N_("Mark"),             \
      N_("mark for deletion"))                                                                 \
    X(UNMARK, "unmark", "u", IN_LIST | IN_MESSAGE | IN_GROUPS, GROUP_MARK, N_("Unmark"),       \
      N_("take the mark back"))                                                                \
    X(KEEP, "keep", "K", IN_LIST | IN_MESSAGE | IN_GROUPS, GROUP_MARK, NULL,                   \
      N_("keep: never mark by pattern"))                                                       \
    X(MARK_PATTERN, "mark-pattern", "D", IN_LIST, GROUP_MARK, NULL,                            \
      N_("mark what matches a query"))                                                         \
    X(UNMARK_PATTERN, "unmark-pattern", "U", IN_LIST, GROUP_MARK, NULL,                        \
      N_("unmark what matches a query"))                                                       \
    X(MARK_ALIKE, "mark-alike", "=", IN_LIST, GROUP_MARK, NULL, N_("mark all like this one"))  \
    X(MARK_OLDER, "mark-older", "a", IN_GROUPS, GROUP_MARK, N_("All but newest"),              \
      N_("mark all but the newest"))                                                           \
    X(RULE, "rule", "B", IN_LIST | IN_MESSAGE, GROUP_MARK, NULL,                               \
      N_("a rule that marks this sender"))                                                     \
    X(UNMARK_ALL, "unmark-all", "A", IN_LIST, GROUP_MARK, NULL, N_("unmark all"))              \
    X(UNDO, "undo", "z", IN_LIST | IN_MESSAGE | IN_GROUPS, GROUP_MARK, NULL,                   \
      N_("undo the last marking"))                                                             \
    X(SEARCH, "search", "/", IN_LIST | IN_MESSAGE, GROUP_FIND, N_("Search"), N_("search"))     \
    X(SEARCH_NEXT, "search-next", "n", IN_LIST | IN_MESSAGE, GROUP_FIND, NULL,                 \
      N_("next match"))                                                                        \
    X(SEARCH_PREVIOUS, "search-previous", "N", IN_LIST | IN_MESSAGE, GROUP_FIND, NULL,         \
      N_("previous match"))                                                                    \
    X(LIMIT, "limit", "l \\", IN_LIST, GROUP_FIND, N_("Limit"),                                \
      N_("list only what matches a query"))                                                    \
    X(ONLY_MARKED, "only-marked", "m", IN_LIST, GROUP_FIND, NULL, N_("show only marked ones")) \
    X(SORT, "sort", "o", IN_LIST | IN_GROUPS, GROUP_SHOW, NULL, N_("sort by the next column")) \
    X(REVERSE, "reverse", "O", IN_LIST | IN_GROUPS, GROUP_SHOW, NULL, N_("reverse the order")) \
    X(GROUPS, "groups", "v", IN_LIST | IN_GROUPS, GROUP_SHOW, N_("Groups"),                    \
      N_("group what is listed"))                                                              \
    X(NEXT_KIND, "next-kind", "Tab", IN_GROUPS, GROUP_SHOW, N_("Group by"),                    \
      N_("group by the next: sender, domain, ..."))                                            \
    X(READ, "read", "Enter", IN_LIST | IN_PARTS | IN_GROUPS | IN_ACCOUNTS, GROUP_SHOW,         \
      N_("Read"), N_("read the message or part, open the account"))                                                          \
    X(FETCH, "fetch", "Enter", IN_MESSAGE, GROUP_SHOW, NULL,                                   \
      N_("fetch the rest of the message"))                                                     \
    X(NEXT_MESSAGE, "next-message", "Right ^N", IN_MESSAGE, GROUP_MOVE, N_("Next"),            \
      N_("next message"))                                                                      \
    X(PREVIOUS_MESSAGE, "previous-message", "Left ^P", IN_MESSAGE, GROUP_MOVE, NULL,           \
      N_("previous message"))                                                                  \
    X(PARTS, "parts", "v", IN_MESSAGE, GROUP_SHOW, N_("Parts"), N_("parts, attachments"))      \
    X(SOURCE, "source", "e", IN_MESSAGE, GROUP_SHOW, N_("Source"),                             \
      N_("the source, byte by byte"))                                                          \
    X(SAVE, "save", "s", IN_LIST | IN_MESSAGE | IN_PARTS, GROUP_SHOW, N_("Save"),              \
      N_("save: .eml, mbox, Maildir/"))                                                        \
    X(PIPE, "pipe", "|", IN_LIST | IN_MESSAGE | IN_PARTS, GROUP_SHOW, NULL,                    \
      N_("pipe to a command"))                                                                 \
    X(PREVIEW, "preview", "Tab", IN_LIST, GROUP_SHOW, N_("Preview"),                           \
      N_("preview pane on or off"))                                                            \
    X(HEADERS, "headers", "h", IN_MESSAGE, GROUP_SHOW, N_("Headers"),                          \
      N_("all or brief headers"))                                                              \
    X(REVIEW, "commit", "$", IN_LIST | IN_MESSAGE | IN_GROUPS, GROUP_SESSION, N_("Commit"),    \
      N_("review and delete what is marked"))                                                  \
    X(CONFIRM, "confirm", "y", IN_REVIEW, GROUP_SESSION, N_("Delete"),                         \
      N_("delete what is listed"))                                                             \
    X(COPIES, "copies", "b", IN_REVIEW, GROUP_SESSION, N_("Copies"),                           \
      N_("copies in the trash: headers, all, none"))                                           \
    X(CANCEL, "cancel", "Enter", IN_REVIEW, GROUP_SESSION, N_("Cancel"), N_("delete nothing")) \
    X(REFRESH, "refresh", "R", IN_LIST | IN_TRACE | IN_ACCOUNTS, GROUP_SESSION, NULL,          \
      N_("reconnect, look for new mail"))                                                      \
    X(TRACE, "trace", "t", IN_LIST | IN_MESSAGE, GROUP_SESSION, NULL,                          \
      N_("the dialogue with the server"))                                                      \
    X(CONSOLE, "console", ":", IN_TRACE, GROUP_SESSION, N_("Command"),                         \
      N_("type a command to the server"))                                                      \
    X(HELP, "help", "? F1",                                                                    \
      IN_LIST | IN_MESSAGE | IN_REVIEW | IN_TRACE | IN_PARTS | IN_GROUPS | IN_ACCOUNTS,        \
      GROUP_SESSION, N_("Help"), N_("this help"))                                                             \
    X(BACK, "back", "Esc", EVERYWHERE, GROUP_SESSION, NULL, N_("stop, clear, go back"))        \
    X(QUIT, "quit", "q", EVERYWHERE, GROUP_SESSION, N_("Quit"),                                \
      N_("leave (asks when marks exist)"))                                                     \
    X(EXIT, "exit", "x", IN_LIST | IN_MESSAGE | IN_GROUPS | IN_ACCOUNTS, GROUP_SESSION, NULL,  \
      N_("leave at once, delete nothing"))                                                     \
    X(REDRAW, "redraw", "^L", EVERYWHERE, GROUP_SESSION, NULL, N_("redraw the screen"))        \
    X(SUSPEND, "suspend", "^Z", EVERYWHERE, GROUP_SESSION, NULL, N_("suspend"))

enum action {
    ACTION_NONE,
#define X(name, config, keys, contexts, group, hint, help) ACTION_##name,
    ACTIONS(X)
#undef X
        ACTION_COUNT
};

struct action_info {
    const char *name;         /* in the config */
    const char *default_keys; /* blank-separated key names */
    unsigned contexts;        /* enum action_context bits */
    enum action_group group;
    const char *hint; /* for the hint row, NULL: not there; untranslated, see _() */
    const char *help; /* untranslated */
};

const struct action_info *action_info(enum action a);
/* ACTION_NONE where there is none of that name. */
enum action action_by_name(const char *name);
/* "Moving", "Marking", ... translated. */
const char *action_group_name(enum action_group group);

#endif
