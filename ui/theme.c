#include "config.h"

#include "ui/theme.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/color.h"
#include "ui/theme_file.h"

_Static_assert(THEME_DEFAULT_COLOR == COLOR_DEFAULT && THEME_RGB == COLOR_RGB,
               "a style holds what color_nearest() gives");

#define INHERIT (-2) /* a colour or attributes that the next shorter scope has */
#define DEPTH_MAX 8  /* themes that inherit one another */

enum section { STYLE, MONO, SECTION_COUNT };
static const char *const sections[] = {[STYLE] = "style", [MONO] = "mono"};

struct spec {
    int32_t fg, bg;
    int attrs; /* enum theme_attr bits */
};

/* What a theme and those that it inherits say of one dotted name. */
struct scope {
    char *name;
    struct spec spec;
};

struct scopes {
    struct scope *at;
    size_t count;
};

struct theme {
    struct scopes scopes[SECTION_COUNT];
    struct spec roles[SECTION_COUNT][ROLE_COUNT]; /* with all that they inherit */
    struct spec own[SECTION_COUNT][ROLE_COUNT];   /* what is said of their very names */
};

static const char *const role_names[ROLE_COUNT] = {
#define X(role, name) [ROLE_##role] = name,
    THEME_ROLES(X)
#undef X
};

static const struct {
    const char *name;
    int attr;
} attrs[] = {
    {"bold", ATTR_BOLD},
    {"dim", ATTR_DIM},
    {"italic", ATTR_ITALIC},
    {"underline", ATTR_UNDERLINE},
    {"reverse", ATTR_REVERSE},
    {"blink", ATTR_BLINK},
    {"none", 0},
};

/* For terminals without colours, VT100s among them: bold, underline and reverse is all they
 * have. */
static const struct {
    const char *scope;
    int attrs;
} built_in_mono[] = {
    {"title", ATTR_REVERSE},
    {"list.header", ATTR_UNDERLINE},
    {"list.row.new", ATTR_BOLD},
    {"list.row.marked", ATTR_BOLD | ATTR_UNDERLINE},
    {"list.row.kept", ATTR_UNDERLINE},
    {"list.row.highlight", ATTR_BOLD | ATTR_ITALIC},
    {"list.match", ATTR_REVERSE | ATTR_UNDERLINE},
    {"list.cursor", ATTR_REVERSE},
    {"status", ATTR_REVERSE},
    {"error", ATTR_REVERSE | ATTR_BOLD},
    {"notice", ATTR_BOLD},
    {"hint.key", ATTR_BOLD},
    {"prompt", ATTR_BOLD},
    {"view.header.name", ATTR_BOLD},
    {"view.note", ATTR_UNDERLINE},
    {"view.warning", ATTR_REVERSE},
    {"dialog.danger", ATTR_BOLD},
    {"dialog.focus", ATTR_REVERSE},
    {"help.key", ATTR_BOLD},
    {"help.group", ATTR_BOLD | ATTR_UNDERLINE},
};

/* ---- scopes ---- */

static struct spec *scope_find(const struct scopes *s, const char *name, size_t len)
{
    for (size_t i = 0; i < s->count; i++)
        if (strlen(s->at[i].name) == len && memcmp(s->at[i].name, name, len) == 0)
            return &s->at[i].spec;
    return NULL;
}

static void scope_set(struct scopes *s, const char *name, struct spec spec)
{
    struct spec *known = scope_find(s, name, strlen(name));
    if (known) {
        *known = spec;
        return;
    }
    s->at = xreallocarray(s->at, s->count + 1, sizeof *s->at);
    s->at[s->count++] = (struct scope){xstrdup(name), spec};
}

static void spec_fill(struct spec *spec, const struct spec *from)
{
    if (!from)
        return;
    if (spec->fg == INHERIT)
        spec->fg = from->fg;
    if (spec->bg == INHERIT)
        spec->bg = from->bg;
    if (spec->attrs == INHERIT)
        spec->attrs = from->attrs;
}

/* The longest prefix first, then shorter ones, then "base". */
static void resolve(const struct scopes *s, const char *name, struct spec *own,
                    struct spec *all)
{
    *own = *all = (struct spec){INHERIT, INHERIT, INHERIT};
    size_t len = strlen(name);
    spec_fill(own, scope_find(s, name, len));
    while (len) {
        spec_fill(all, scope_find(s, name, len));
        while (len && name[--len] != '.')
            ;
    }
    spec_fill(all, scope_find(s, "base", strlen("base")));
    spec_fill(all, &(struct spec){COLOR_DEFAULT, COLOR_DEFAULT, 0});
}

static void resolve_all(struct theme *t)
{
    for (enum section s = 0; s < SECTION_COUNT; s++)
        for (enum theme_role role = 0; role < ROLE_COUNT; role++)
            resolve(&t->scopes[s], role_names[role], &t->own[s][role], &t->roles[s][role]);
}

/* ---- loading ---- */

struct color_name {
    char *name;
    int32_t color;
};

struct loading {
    struct theme *theme;
    const char *const *dirs;
    struct err *e;
    struct color_name *palette;
    size_t palette_count;
    const char *paths[DEPTH_MAX]; /* the files that are being read */
    size_t depth;
};

/* Where a word stands, for error messages. */
struct place {
    const struct theme_file *file;
    const char *section, *key;
};

static bool is_known_scope(const char *name)
{
    size_t len = strlen(name);
    for (enum theme_role role = 0; len && role < ROLE_COUNT; role++) {
        char end = strncmp(role_names[role], name, len) == 0 ? role_names[role][len] : 'x';
        if (end == '\0' || end == '.')
            return true;
    }
    return false;
}

/* Those that begin like NAME, or what a role can begin with. */
static void list_roles(struct buf *list, const char *name)
{
    size_t first = strcspn(name, ".");
    for (int all = 0; !list->len && all < 2; all++)
        for (enum theme_role role = 0; role < ROLE_COUNT; role++) {
            const char *known = role_names[role];
            size_t len = strcspn(known, ".");
            if (all ? strlen(known) == len : len == first && strncmp(known, name, len) == 0)
                buf_printf(list, "%s%s", list->len ? ", " : "", known);
        }
}

static bool check_scope(struct place at, struct err *e)
{
    if (is_known_scope(at.key))
        return true;
    struct buf list = BUF_INIT(300);
    list_roles(&list, at.key);
    theme_file_error(at.file, at.section, at.key, e,
                     _("there is no role \"%.40s\"; there are: %s"), at.key, list.data);
    buf_release(&list);
    return false;
}

static const struct color_name *palette_find(const struct loading *l, const char *word,
                                             size_t len)
{
    for (size_t i = l->palette_count; i > 0; i--)
        if (strlen(l->palette[i - 1].name) == len &&
            memcmp(l->palette[i - 1].name, word, len) == 0)
            return &l->palette[i - 1];
    return NULL;
}

static void bad_color(const struct loading *l, struct place at, const char *word, size_t len)
{
    struct buf list = BUF_INIT(120);
    for (size_t i = 0; i < l->palette_count; i++)
        buf_printf(&list, ", %s", l->palette[i].name);
    theme_file_error(at.file, at.section, at.key, l->e,
                     _("%s: \"%.*s\" is no colour; there are: default, black, red, green, "
                       "yellow, blue, magenta, cyan, white, bright-red (and so on), 0 to 255, "
                       "\"#rrggbb\"%s, and - for the next shorter name's"),
                     at.key, len > 40 ? 40 : (int)len, word, list.data);
    buf_release(&list);
}

static bool parse_color(const struct loading *l, struct place at, const char *word, size_t len,
                        int32_t *color)
{
    const struct color_name *named = palette_find(l, word, len);
    if (named) {
        *color = named->color;
        return true;
    }
    if (color_parse(word, len, color))
        return true;
    bad_color(l, at, word, len);
    return false;
}

static bool parse_attr(struct place at, const char *word, size_t len, int *set, struct err *e)
{
    for (size_t i = 0; i < sizeof attrs / sizeof *attrs; i++)
        if (strlen(attrs[i].name) == len && memcmp(attrs[i].name, word, len) == 0) {
            *set = (*set == INHERIT ? 0 : *set) | attrs[i].attr;
            return true;
        }
    theme_file_error(
        at.file, at.section, at.key, e,
        _("%s: \"%.*s\" is no attribute; there are: bold, dim, italic, underline, "
          "reverse, blink, none (the order is: foreground, background, attributes)"),
        at.key, len > 40 ? 40 : (int)len, word);
    return false;
}

/* "FG BG ATTR...": what is "-" or left out is inherited. */
static bool parse_spec(const struct loading *l, struct place at, const char *value,
                       struct spec *spec)
{
    static const char blanks[] = " \t\r\n";
    *spec = (struct spec){INHERIT, INHERIT, INHERIT};
    int32_t *const colors[2] = {&spec->fg, &spec->bg};
    value += strspn(value, blanks);
    for (size_t n = 0; *value; n++) {
        size_t len = strcspn(value, blanks);
        bool inherits = len == 1 && *value == '-';
        if (!inherits && n < 2 && !parse_color(l, at, value, len, colors[n]))
            return false;
        if (!inherits && n >= 2 && !parse_attr(at, value, len, &spec->attrs, l->e))
            return false;
        value += len;
        value += strspn(value, blanks);
    }
    return true;
}

static bool read_palette(struct loading *l, const struct theme_file *file)
{
    struct place at = {file, "palette", NULL};
    const char *value;
    for (size_t i = 0; theme_file_entry(file, at.section, i, &at.key, &value); i++) {
        int32_t color;
        if (!color_parse(value, strlen(value), &color)) {
            theme_file_error(file, at.section, at.key, l->e,
                             _("%s: \"%.40s\" is no colour; write \"#rrggbb\", 0 to 255, or a "
                               "name like red or bright-red"),
                             at.key, value);
            return false;
        }
        l->palette = xreallocarray(l->palette, l->palette_count + 1, sizeof *l->palette);
        l->palette[l->palette_count++] = (struct color_name){xstrdup(at.key), color};
    }
    return true;
}

static bool read_section(struct loading *l, const struct theme_file *file, enum section section)
{
    struct place at = {file, sections[section], NULL};
    const char *value;
    for (size_t i = 0; theme_file_entry(file, at.section, i, &at.key, &value); i++) {
        struct spec spec;
        if (!check_scope(at, l->e) || !parse_spec(l, at, value, &spec))
            return false;
        if (section == MONO && (spec.fg >= 0 || spec.bg >= 0)) {
            theme_file_error(file, at.section, at.key, l->e,
                             _("%s: mono has no colours: write \"- -\" and the attributes"),
                             at.key);
            return false;
        }
        scope_set(&l->theme->scopes[section], at.key, spec);
    }
    return true;
}

static bool load_path(struct loading *l, const char *path);

static bool load_parent(struct loading *l, const struct theme_file *file)
{
    const char *name = theme_file_inherits(file);
    if (!name)
        return true;
    struct err e = {0};
    char *path = theme_file_find(name, l->dirs, &e);
    bool ok = path != NULL;
    if (!ok)
        theme_file_error(file, NULL, "inherits", l->e, "%s", e.text);
    for (size_t i = 0; ok && i < l->depth; i++)
        ok = strcmp(l->paths[i], path) != 0;
    if (path && (!ok || l->depth == DEPTH_MAX))
        theme_file_error(file, NULL, "inherits", l->e,
                         _("\"%.60s\" inherits this theme in turn"), name);
    ok = ok && l->depth < DEPTH_MAX && load_path(l, path);
    free(path);
    return ok;
}

static bool load_path(struct loading *l, const char *path)
{
    struct theme_file *file = theme_file_read(path, l->e);
    if (!file)
        return false;
    l->paths[l->depth++] = path;
    bool ok = load_parent(l, file) && read_palette(l, file) && read_section(l, file, STYLE) &&
              read_section(l, file, MONO);
    l->depth--;
    theme_file_free(file);
    return ok;
}

struct theme *theme_load(const char *name, const char *const *dirs, struct err *e)
{
    char *path = theme_file_find(name, dirs, e);
    if (!path)
        return NULL;
    struct theme *t = xcalloc(1, sizeof *t);
    for (size_t i = 0; i < sizeof built_in_mono / sizeof *built_in_mono; i++)
        scope_set(&t->scopes[MONO], built_in_mono[i].scope,
                  (struct spec){INHERIT, INHERIT, built_in_mono[i].attrs});
    struct loading l = {.theme = t, .dirs = dirs, .e = e};
    bool ok = load_path(&l, path);
    for (size_t i = 0; i < l.palette_count; i++)
        free(l.palette[i].name);
    free(l.palette);
    free(path);
    if (!ok) {
        theme_free(t);
        return NULL;
    }
    resolve_all(t);
    return t;
}

void theme_free(struct theme *t)
{
    if (!t)
        return;
    for (enum section s = 0; s < SECTION_COUNT; s++) {
        for (size_t i = 0; i < t->scopes[s].count; i++)
            free(t->scopes[s].at[i].name);
        free(t->scopes[s].at);
    }
    free(t);
}

/* ---- use ---- */

const char *theme_role_name(enum theme_role role)
{
    return role_names[role];
}

struct theme_style theme_style(const struct theme *t, enum theme_role role, int over,
                               int colors)
{
    enum section s = colors ? STYLE : MONO;
    struct spec spec = t->roles[s][role];
    if (over >= 0) {
        struct spec top = t->own[s][over];
        int added = top.attrs == INHERIT ? 0 : top.attrs;
        top.attrs = spec.attrs | added;
        spec_fill(&top, &spec);
        spec = top;
    }
    bool bold = false;
    struct theme_style style = {
        .fg = color_nearest(spec.fg, colors, &bold),
        .bg = color_nearest(spec.bg, colors, NULL),
    };
    style.attrs = (unsigned)spec.attrs | (bold ? ATTR_BOLD : 0u);
    return style;
}

uint32_t theme_rgb(int32_t color, int colors)
{
    return colors >= THEME_RGB && color > 255 ? (uint32_t)color : color_rgb(color);
}
