/* Roles to colours and attributes.  A role is a dotted name; a theme file gives the longest
 * prefix that it names ("list.row.marked", "list.row", "list", "base").  Nothing here knows a
 * terminal: theme_style() is told how many colours there are.
 *
 *     inherits = "default"                        another theme, read first
 *     palette { frost = "#88c0d0" }               names for colours in this file, and for heirs
 *     style { list.row.marked = "red - bold" }    foreground, background, attributes
 *     mono { list.row.marked = "- - underline" }  the same where there are no colours
 *
 * A colour is default, black, red, green, yellow, blue, magenta, cyan, white, their bright-
 * forms, 0 to 255, "#rrggbb" (in quotes) or a name of the palette; an attribute bold, dim,
 * italic, underline, reverse, blink or none.  What is "-" or left out comes from the next
 * shorter prefix, each colour and the attributes by themselves. */
#ifndef UI_THEME_H
#define UI_THEME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define THEME_ROLES(X)                      \
    X(BASE, "base")                         \
    X(TITLE, "title")                       \
    X(LIST_HEADER, "list.header")           \
    X(LIST_ROW, "list.row")                 \
    X(LIST_NEW, "list.row.new")             \
    X(LIST_MARKED, "list.row.marked")       \
    X(LIST_KEPT, "list.row.kept")           \
    X(LIST_HIGHLIGHT, "list.row.highlight") \
    X(LIST_LOADING, "list.row.loading")     \
    X(LIST_MATCH, "list.match")             \
    X(LIST_CURSOR, "list.cursor")           \
    X(STATUS, "status")                     \
    X(STATUS_BAR, "status.bar")             \
    X(ERROR, "error")                       \
    X(NOTICE, "notice")                     \
    X(HINT, "hint")                         \
    X(HINT_KEY, "hint.key")                 \
    X(PROMPT, "prompt")                     \
    X(VIEW, "view")                         \
    X(VIEW_RULE, "view.rule")               \
    X(VIEW_HEADER, "view.header")           \
    X(VIEW_HEADER_NAME, "view.header.name") \
    X(VIEW_QUOTE, "view.quote")             \
    X(VIEW_NOTE, "view.note")               \
    X(VIEW_WARNING, "view.warning")         \
    X(DIALOG, "dialog")                     \
    X(DIALOG_DANGER, "dialog.danger")       \
    X(DIALOG_BUTTON, "dialog.button")       \
    X(DIALOG_FOCUS, "dialog.focus")         \
    X(HELP, "help")                         \
    X(HELP_KEY, "help.key")                 \
    X(HELP_GROUP, "help.group")

enum theme_role {
#define X(role, name) ROLE_##role,
    THEME_ROLES(X)
#undef X
        ROLE_COUNT
};

enum theme_attr {
    ATTR_BOLD = 1,
    ATTR_DIM = 2,
    ATTR_ITALIC = 4,
    ATTR_UNDERLINE = 8,
    ATTR_REVERSE = 16,
    ATTR_BLINK = 32,
};

/* A colour for a terminal of some depth: THEME_DEFAULT_COLOR, or an index; at depth THEME_RGB
 * an index from 0 to 7, which stays the user's own, or 0xRRGGBB. */
#define THEME_DEFAULT_COLOR (-1)
#define THEME_RGB 0x1000000

struct theme_style {
    int32_t fg, bg;
    unsigned attrs;
};

struct theme;

/* NAME is looked for in $XDG_CONFIG_HOME/dele/themes, then in DIRS (NULL-terminated), as
 * NAME.theme; a NAME with a slash is a path.  NULL with E (ERR_CONFIG) where there is none
 * (listing those that exist), or with file and line for a mistake in it or in the one it
 * inherits. */
struct theme *theme_load(const char *name, const char *const *dirs, struct err *e);
void theme_free(struct theme *t);

const char *theme_role_name(enum theme_role role);

/* The style of a role for a terminal with COLORS colours (0, 8, 16, 256 or THEME_RGB).  Colours
 * given as #rrggbb or 16-255 become the nearest there is; at 0 the theme's `mono` section rules
 * over the built-in one.  OVER (or -1) is merged over ROLE: the colours that the theme gives to
 * OVER's very name where it does (what OVER would inherit must not hide the row), its
 * attributes added: a cursor over a marked row. */
struct theme_style theme_style(const struct theme *t, enum theme_role role, int over,
                               int colors);

/* For tests: the RGB that a terminal shows for a colour of this depth, by xterm's palette. */
uint32_t theme_rgb(int32_t color, int colors);

#endif
