#include <criterion/criterion.h>

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "ui/color.h"
#include "ui/theme.h"

static char tmp[] = "/tmp/dele-theme-XXXXXX";
static const char *dirs[] = {tmp, NULL};

static void setup(void)
{
    cr_assert(mkdtemp(tmp));
    setenv("XDG_CONFIG_HOME", tmp, 1);
}

static void teardown(void)
{
    DIR *d = opendir(tmp);
    for (struct dirent *f; d && (f = readdir(d));) {
        char path[600];
        snprintf(path, sizeof path, "%s/%s", tmp, f->d_name);
        unlink(path);
    }
    if (d)
        closedir(d);
    rmdir(tmp);
}

TestSuite(theme, .init = setup, .fini = teardown, .timeout = 30);

static void write_file(const char *path, const char *text)
{
    FILE *out = fopen(path, "w");
    cr_assert(out, "%s", path);
    fputs(text, out);
    fclose(out);
}

static void write_theme(const char *name, const char *text)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s.theme", tmp, name);
    write_file(path, text);
}

static struct theme *load(const char *text)
{
    struct err e = {0};
    write_theme("t", text);
    struct theme *t = theme_load("t", dirs, &e);
    cr_assert(t, "%s", e.text);
    return t;
}

static const char *shipped(void)
{
    static char dir[600];
    const char *top = getenv("top_srcdir");
    snprintf(dir, sizeof dir, "%s/themes", top ? top : ".");
    return dir;
}

static void expect_style(const char *name, struct theme_style got, struct theme_style want)
{
    cr_expect_eq(got.fg, want.fg, "%s: fg %d, not %d", name, got.fg, want.fg);
    cr_expect_eq(got.bg, want.bg, "%s: bg %d, not %d", name, got.bg, want.bg);
    cr_expect_eq(got.attrs, want.attrs, "%s: attrs %u, not %u", name, got.attrs, want.attrs);
}

Test(theme, takes_the_longest_prefix_for_each_colour_and_for_the_attributes)
{
    struct theme *t = load("style {\n"
                           "  base = \"white blue\"\n"
                           "  list = \"- - underline\"\n"
                           "  list.row = \"green\"\n"
                           "  list.row.marked = \"- red bold\"\n"
                           "  list.row.kept = \"- - none\"\n"
                           "  dialog = \"default - \"\n"
                           "}\n");
    const struct {
        const char *name;
        enum theme_role role;
        struct theme_style want;
    } table[] = {
        {"only base", ROLE_TITLE, {7, 4, 0}},
        {"a prefix that is no role", ROLE_LIST_HEADER, {7, 4, ATTR_UNDERLINE}},
        {"its parent's colour", ROLE_LIST_NEW, {2, 4, ATTR_UNDERLINE}},
        {"each by itself", ROLE_LIST_MARKED, {2, 1, ATTR_BOLD}},
        {"none ends inheriting", ROLE_LIST_KEPT, {2, 4, 0}},
        {"default is a colour", ROLE_DIALOG_FOCUS, {THEME_DEFAULT_COLOR, 4, 0}},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        expect_style(table[i].name, theme_style(t, table[i].role, -1, 256), table[i].want);
    theme_free(t);
}

Test(theme, reads_every_way_to_write_a_colour)
{
    const struct {
        const char *word;
        int32_t want;
    } table[] = {
        {"default", THEME_DEFAULT_COLOR},
        {"black", 0},
        {"white", 7},
        {"bright-red", 9},
        {"bright-white", 15},
        {"0", 0},
        {"255", 255},
        {"#ff0000", 196},
        {"#FF0000", 196},
        {"#808080", 244},
        {"sky", 39},
        {"red", 160}, /* the palette goes before the names */
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char text[200];
        snprintf(text, sizeof text,
                 "palette { sky = \"#00afff\" red = \"#d70000\" }\nstyle { base = \"%s\" }",
                 table[i].word);
        struct theme *t = load(text);
        cr_expect_eq(theme_style(t, ROLE_BASE, -1, 256).fg, table[i].want, "%s", table[i].word);
        theme_free(t);
    }
}

Test(theme, gives_the_nearest_colour_of_each_depth)
{
    const struct {
        const char *word;
        int colors;
        int32_t want;
        unsigned attrs;
    } table[] = {
        {"#88c0d0", THEME_RGB, 0x88c0d0, 0},
        {"#88c0d0", 256, 110, 0},
        {"#88c0d0", 16, 6, 0},
        {"#88c0d0", 8, 6, 0},
        {"#bf616a", 16, 1, 0}, /* a soft red stays red, though a grey is nearer */
        {"#ff8080", 16, 9, 0},
        {"#ff8080", 8, 1, 0},
        {"#f0f0f0", 16, 7, 0},
        {"#fafafa", 16, 15, 0},
        {"#7f7f7f", 16, 8, 0},
        {"#101010", 8, 0, 0},
        {"red", THEME_RGB, 1, 0}, /* the user's own red */
        {"red", 256, 1, 0},
        {"bright-red", THEME_RGB, 0xff0000, 0},
        {"bright-red", 256, 9, 0},
        {"bright-red", 16, 9, 0},
        {"bright-red", 8, 1, ATTR_BOLD},
        {"196", 256, 196, 0},
        {"196", 16, 9, 0},
        {"196", THEME_RGB, 0xff0000, 0},
        {"16", THEME_RGB, 0x010000, 0}, /* 0 is an index there */
        {"#000003", THEME_RGB, 0x010003, 0},
        {"default", THEME_RGB, THEME_DEFAULT_COLOR, 0},
        {"default", 8, THEME_DEFAULT_COLOR, 0},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char text[100], name[60];
        snprintf(text, sizeof text, "style { base = \"%s\" }", table[i].word);
        snprintf(name, sizeof name, "%s at %d", table[i].word, table[i].colors);
        struct theme *t = load(text);
        expect_style(name, theme_style(t, ROLE_BASE, -1, table[i].colors),
                     (struct theme_style){table[i].want, -1, table[i].attrs});
        theme_free(t);
    }
}

Test(theme, maps_every_basic_colour_to_itself)
{
    for (int i = 0; i < 16; i++) {
        int32_t color = COLOR_RGB | (int32_t)color_rgb(i);
        cr_expect_eq(color_nearest(color, 16, NULL), i, "%d at 16", i);
        if (i < 8)
            cr_expect_eq(color_nearest(color, 8, NULL), i, "%d at 8", i);
    }
    for (int i = 16; i < 256; i++) {
        int32_t near = color_nearest(COLOR_RGB | (int32_t)color_rgb(i), 256, NULL);
        cr_expect_eq(color_rgb(near), color_rgb(i), "%d at 256", i);
    }
}

Test(theme, stays_within_the_depth_for_every_colour)
{
    for (int32_t rgb = 0; rgb <= 0xffffff; rgb += 0x10d) {
        int32_t color = COLOR_RGB | rgb;
        int32_t at8 = color_nearest(color, 8, NULL), at16 = color_nearest(color, 16, NULL);
        cr_assert(at8 >= 0 && at8 < 8, "#%06x at 8: %d", rgb, at8);
        cr_assert(at16 >= 0 && at16 < 16, "#%06x at 16: %d", rgb, at16);
    }
}

Test(theme, merges_the_cursor_over_a_row)
{
    struct theme *t = load("style {\n"
                           "  base = \"white blue\"\n"
                           "  list.row.marked = \"red - bold\"\n"
                           "  list.cursor = \"- cyan underline\"\n"
                           "  dialog.focus = \"black green\"\n"
                           "}\n");
    expect_style("background of its own",
                 theme_style(t, ROLE_LIST_MARKED, ROLE_LIST_CURSOR, 16),
                 (struct theme_style){1, 6, ATTR_BOLD | ATTR_UNDERLINE});
    expect_style("both of its own", theme_style(t, ROLE_DIALOG_BUTTON, ROLE_DIALOG_FOCUS, 16),
                 (struct theme_style){0, 2, 0});
    expect_style("what it inherits does not hide the row",
                 theme_style(t, ROLE_LIST_MARKED, ROLE_LIST_MATCH, 16),
                 (struct theme_style){1, 4, ATTR_BOLD});
    theme_free(t);
}

Test(theme, inherits_and_overrides)
{
    write_theme("parent", "palette { ink = \"#d70000\" }\n"
                          "style { base = \"ink black\" title = \"- - reverse\" }\n"
                          "mono { title = \"- - bold\" }\n");
    struct theme *t = load("inherits = \"parent\"\n"
                           "palette { ink = \"#00d700\" }\n"
                           "style { status = \"ink\" list.row = \"- white\" }\n");
    expect_style("the parent's palette for the parent's lines",
                 theme_style(t, ROLE_BASE, -1, 256), (struct theme_style){160, 0, 0});
    expect_style("kept", theme_style(t, ROLE_TITLE, -1, 256),
                 (struct theme_style){160, 0, ATTR_REVERSE});
    expect_style("the child's palette", theme_style(t, ROLE_STATUS, -1, 256),
                 (struct theme_style){40, 0, 0});
    expect_style("mono too", theme_style(t, ROLE_TITLE, -1, 0),
                 (struct theme_style){-1, -1, ATTR_BOLD});
    theme_free(t);
}

Test(theme, uses_no_colour_where_there_is_none)
{
    struct theme *t = load("style { base = \"red blue blink\" }\n"
                           "mono { list.row.marked = \"- - reverse\" }\n");
    for (int role = 0; role < ROLE_COUNT; role++) {
        struct theme_style s = theme_style(t, role, ROLE_LIST_CURSOR, 0);
        cr_expect(s.fg == -1 && s.bg == -1, "%s", theme_role_name(role));
        cr_expect(s.attrs & ATTR_REVERSE, "%s: the cursor is seen", theme_role_name(role));
        cr_expect(
            !(s.attrs & ~(unsigned)(ATTR_REVERSE | ATTR_BOLD | ATTR_UNDERLINE | ATTR_ITALIC)),
            "%s", theme_role_name(role));
    }
    cr_expect_eq(theme_style(t, ROLE_LIST_MARKED, -1, 0).attrs, ATTR_REVERSE,
                 "the file's mono section goes before the built-in one");
    cr_expect_eq(theme_style(t, ROLE_LIST_NEW, -1, 0).attrs, ATTR_BOLD, "built in");
    theme_free(t);
}

Test(theme, says_where_a_mistake_is_and_what_there_is)
{
    static const struct {
        const char *name, *text, *line;
        const char *says[3];
    } table[] = {
        {"unknown role",
         "# c\n# c\nstyle {\n  base = red\n  list.bogus = red\n}",
         "t.theme:5: ",
         {"list.bogus", "list.row.marked", "list.cursor"}},
        {"unknown first word",
         "style {\n\n bogus = red\n}",
         "t.theme:3: ",
         {"bogus", "dialog"}},
        {"half a name", "style {\n lis = red\n}", "t.theme:2: ", {"\"lis\""}},
        {"unknown colour",
         "palette { frost = red }\nstyle {\n base = \"rot blue\"\n}",
         "t.theme:3: ",
         {"\"rot\"", "frost", "bright-red"}},
        {"too high", "style {\n base = 256\n}", "t.theme:2: ", {"\"256\"", "0 to 255"}},
        {"too long", "style {\n base = 0000000000000000001\n}", "t.theme:2: ", {"no colour"}},
        {"five digits", "style {\n base = \"#12345\"\n}", "t.theme:2: ", {"#12345"}},
        {"no digits", "style {\n base = \"#12345g\"\n}", "t.theme:2: ", {"#12345g"}},
        {"unknown attribute",
         "style {\n\n base = \"red blue bald\"\n}",
         "t.theme:3: ",
         {"bald", "underline"}},
        {"attribute in a colour's place", "style { base = \"bold\" }", "t.theme:1: ", {"bold"}},
        {"palette",
         "palette {\n # x\n a = red\n frost = \"#88c0d\"\n}",
         "t.theme:4: ",
         {"frost", "#88c0d"}},
        {"colour in mono",
         "style { title = red }\nmono {\n title = \"red - bold\"\n}",
         "t.theme:3: ",
         {"mono"}},
        {"no quotes",
         "# one\n# two\npalette {\n frost = #88c0d0\n snow = red\n}",
         "t.theme:5: ",
         {"quotes"}},
        {"no closing quote", "style {\n base = \"red\n}\n", "t.theme:4: ", {"premature end"}},
        {"unknown section", "# c\npalette { }\nstile {\n}", "t.theme:3: ", {"stile"}},
        {"parent",
         "\n# c\ninherits = \"bogus\"",
         "t.theme:3: ",
         {"\"bogus\"", "there are: loop, t"}},
        {"itself", "inherits = \"t\"", "t.theme:1: ", {"in turn"}},
        {"a loop", "\ninherits = \"loop\"", "loop.theme:3: ", {"in turn"}},
    };
    write_theme("loop", "\n\ninherits = t");
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct err e = {0};
        write_theme("t", table[i].text);
        struct theme *t = theme_load("t", dirs, &e);
        cr_expect(!t, "%s", table[i].name);
        cr_expect_eq(e.code, ERR_CONFIG, "%s", table[i].name);
        cr_expect(strstr(e.text, table[i].line), "%s: %s", table[i].name, e.text);
        for (size_t k = 0; k < 3 && table[i].says[k]; k++)
            cr_expect(strstr(e.text, table[i].says[k]), "%s: no %s in: %s", table[i].name,
                      table[i].says[k], e.text);
        theme_free(t);
    }
}

Test(theme, lists_those_that_exist)
{
    struct err e = {0};
    write_theme("night", "");
    write_theme("day", "");
    write_theme("mid", "");
    cr_expect(!theme_load("bogus", dirs, &e));
    cr_expect(strstr(e.text, "\"bogus\""), "%s", e.text);
    cr_expect(strstr(e.text, ": day, mid, night"), "%s", e.text);
}

Test(theme, looks_in_the_users_directory_first)
{
    char config[600], themes[700], path[800];
    struct err e = {0};
    snprintf(config, sizeof config, "%s/dele", tmp);
    snprintf(themes, sizeof themes, "%s/themes", config);
    snprintf(path, sizeof path, "%s/t.theme", themes);
    cr_assert(mkdir(config, 0700) == 0 && mkdir(themes, 0700) == 0);
    write_file(path, "style { base = green }");
    write_theme("t", "style { base = red }");

    struct theme *t = theme_load("t", dirs, &e);
    cr_assert(t, "%s", e.text);
    cr_expect_eq(theme_style(t, ROLE_BASE, -1, 8).fg, 2);
    theme_free(t);
    unlink(path);
    rmdir(themes);
    rmdir(config);

    snprintf(path, sizeof path, "%s/t.theme", tmp);
    t = theme_load(path, (const char *const[]){NULL}, &e);
    cr_assert(t, "a path: %s", e.text);
    cr_expect_eq(theme_style(t, ROLE_BASE, -1, 8).fg, 1);
    theme_free(t);
}

Test(theme, refuses_what_is_no_file)
{
    static const char *const paths[] = {"/dev/zero", "/tmp/", "/nonexistent/x.theme", "/"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct err e = {0};
        cr_expect(!theme_load(paths[i], dirs, &e), "%s", paths[i]);
        cr_expect_eq(e.code, ERR_CONFIG, "%s", paths[i]);
    }
}

Test(theme, survives_any_bytes)
{
    static const char *const texts[] = {
        "",
        "\"",
        "'",
        "{",
        "}",
        "style",
        "style {",
        "\\",
        "style { \"",
        "= = =",
        "\x80\xff{",
        "style { base = \"\\",
        "/*",
        "style { base = }",
        "${X",
        "style { base = \"\" }",
        "style { \"\" = red }",
        "inherits = \"\"",
        "palette { = }",
        "style { base = \"%s%n\" }",
        "style { \"%s%n\" = red }",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct err e = {0};
        write_theme("t", texts[i]);
        struct theme *t = theme_load("t", dirs, &e);
        cr_expect_eq(!t, e.code == ERR_CONFIG, "%s: %s", texts[i], e.text);
        theme_free(t);
    }
}

/* ---- the themes that are shipped ---- */

static double channel(unsigned value)
{
    double c = value / 255.0;
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* WCAG 2.1, relative luminance and contrast ratio. */
static double luminance(uint32_t rgb)
{
    return 0.2126 * channel(rgb >> 16 & 255) + 0.7152 * channel(rgb >> 8 & 255) +
           0.0722 * channel(rgb & 255);
}

static double contrast(uint32_t a, uint32_t b)
{
    double x = luminance(a), y = luminance(b);
    return x > y ? (x + 0.05) / (y + 0.05) : (y + 0.05) / (x + 0.05);
}

/* Lines and bars hold no text. */
static bool is_text(enum theme_role role)
{
    return role != ROLE_VIEW_RULE && role != ROLE_STATUS_BAR;
}

struct shipped {
    const char *name;
    struct theme *theme;
};

static size_t load_shipped(struct shipped themes[16])
{
    const char *where[] = {shipped(), NULL};
    size_t count = 0;
    DIR *d = opendir(where[0]);
    cr_assert(d, "%s", where[0]);
    for (struct dirent *f; (f = readdir(d)) && count < 16;) {
        char *dot = strstr(f->d_name, ".theme");
        if (!dot)
            continue;
        *dot = '\0';
        struct err e = {0};
        themes[count].name = strdup(f->d_name);
        themes[count].theme = theme_load(f->d_name, where, &e);
        cr_assert(themes[count].theme, "%s", e.text);
        count++;
    }
    closedir(d);
    return count;
}

static void free_shipped(struct shipped *themes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free((char *)themes[i].name);
        theme_free(themes[i].theme);
    }
}

/* Where only the text's colour is the theme's, the background is taken to be black, as most
 * terminals have it; `light` is meant for white ones.  Default text on a coloured background
 * cannot be judged, so no theme may have it. */
static void expect_readable(const struct shipped *s, enum theme_role role, int over, int colors)
{
    struct theme_style style = theme_style(s->theme, role, over, colors);
    uint32_t bg = strcmp(s->name, "light") == 0 ? 0xffffff : 0x000000;
    const char *top = over < 0 ? "" : theme_role_name(over);
    if (style.bg != THEME_DEFAULT_COLOR) {
        cr_expect_neq(style.fg, THEME_DEFAULT_COLOR, "%s: %s %s", s->name,
                      theme_role_name(role), top);
        bg = theme_rgb(style.bg, colors);
    }
    if (style.fg == THEME_DEFAULT_COLOR)
        return;
    double ratio = contrast(theme_rgb(style.fg, colors), bg);
    cr_expect_geq(ratio, 4.5, "%s: %s %s at %d colours: contrast %.2f, fg %x bg %x", s->name,
                  theme_role_name(role), top, colors, ratio, theme_rgb(style.fg, colors), bg);
}

Test(theme, shipped_ones_can_be_read_at_every_depth)
{
    static const int depths[] = {16, 256, THEME_RGB};
    struct shipped themes[16];
    size_t count = load_shipped(themes);
    cr_expect_geq(count, 4);
    for (size_t i = 0; i < count; i++)
        for (size_t d = 0; d < sizeof depths / sizeof *depths; d++)
            for (int role = 0; role < ROLE_COUNT; role++) {
                if (!is_text(role))
                    continue;
                expect_readable(&themes[i], role, -1, depths[d]);
                if (strncmp(theme_role_name(role), "list.row", 8) == 0) {
                    expect_readable(&themes[i], role, ROLE_LIST_CURSOR, depths[d]);
                    expect_readable(&themes[i], role, ROLE_LIST_MATCH, depths[d]);
                }
                if (strncmp(theme_role_name(role), "dialog", 6) == 0)
                    expect_readable(&themes[i], role, ROLE_DIALOG_FOCUS, depths[d]);
            }
    free_shipped(themes, count);
}

/* 3 is what WCAG asks of large text: the most that a basic colour can give on both. */
Test(theme, default_one_can_be_read_on_black_and_on_white)
{
    struct err e = {0};
    const char *where[] = {shipped(), NULL};
    struct theme *t = theme_load("default", where, &e);
    cr_assert(t, "%s", e.text);
    for (int role = 0; role < ROLE_COUNT; role++) {
        struct theme_style s = theme_style(t, role, -1, 16);
        if (s.fg == THEME_DEFAULT_COLOR || s.bg != THEME_DEFAULT_COLOR)
            continue;
        cr_expect_geq(contrast(theme_rgb(s.fg, 16), 0x000000), 3, "%s", theme_role_name(role));
        cr_expect_geq(contrast(theme_rgb(s.fg, 16), 0xffffff), 3, "%s", theme_role_name(role));
    }
    theme_free(t);
}

Test(theme, mono_is_what_is_built_in)
{
    struct err e = {0};
    const char *where[] = {shipped(), NULL};
    struct theme *t = theme_load("mono", where, &e);
    cr_assert(t, "%s", e.text);
    for (int role = 0; role < ROLE_COUNT; role++)
        expect_style(theme_role_name(role), theme_style(t, role, -1, 256),
                     theme_style(t, role, -1, 0));
    theme_free(t);
}

/* The state must be seen in the row, not only read from its letter. */
Test(theme, shipped_ones_tell_the_states_apart)
{
    static const enum theme_role states[] = {ROLE_LIST_ROW, ROLE_LIST_NEW, ROLE_LIST_MARKED,
                                             ROLE_LIST_KEPT, ROLE_LIST_HIGHLIGHT};
    static const int depths[] = {0, 8, 16, 256, THEME_RGB};
    struct shipped themes[16];
    size_t count = load_shipped(themes), n = sizeof states / sizeof *states;
    for (size_t i = 0; i < count; i++)
        for (size_t d = 0; d < sizeof depths / sizeof *depths; d++)
            for (size_t a = 0; a < n; a++)
                for (size_t b = a + 1; b < n; b++) {
                    struct theme_style x =
                        theme_style(themes[i].theme, states[a], -1, depths[d]);
                    struct theme_style y =
                        theme_style(themes[i].theme, states[b], -1, depths[d]);
                    cr_expect(x.fg != y.fg || x.bg != y.bg || x.attrs != y.attrs,
                              "%s at %d: %s and %s", themes[i].name, depths[d],
                              theme_role_name(states[a]), theme_role_name(states[b]));
                }
    free_shipped(themes, count);
}
