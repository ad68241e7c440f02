#include "config.h"

#include "ui/screen.h"

#include <curses.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "base/i18n.h"
#include "base/text.h"
#include "ui/cluster.h"
#include "ui/restore.h"

/* The last one: it makes macros of words like "lines". */
#include <term.h>

#define PAIRS_MAX 256
#define ESC_DELAY_MS 25 /* longer than the bytes of one key are apart, shorter than is felt */

static struct {
    SCREEN *terminal;
    WINDOW *keys; /* a pad: reading keys from a window would show a half-drawn frame */
    const struct theme *theme;
    int colors;        /* a depth of theme_style() */
    bool has_defaults; /* the terminal's own colours can be asked for */
    struct {
        int32_t fg, bg;
    } pairs[PAIRS_MAX]; /* 0 is the terminal's own */
    int pair_count, pair_limit;
    bool has_cursor;
    int cursor_row, cursor_col;
} screen;

/* ---- begin and end ---- */

static bool is_capable(const char *name)
{
    const char *text = tigetstr(name);
    return text && text != (const char *)-1;
}

/* newterm() would not say what is wrong, and takes a "dumb" terminal. */
static bool check_terminal(struct err *e)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        err_set(e, ERR_IO,
                _("the browser needs a terminal for its input and output; for files "
                  "and pipes there is \"dele list\""));
        return false;
    }
    const char *name = getenv("TERM");
    int status;
    if (!name || !name[0]) {
        err_set(e, ERR_IO,
                _("TERM is not set: which terminal is this? try TERM=xterm-256color"));
        return false;
    }
    if (setupterm(name, STDOUT_FILENO, &status) != OK) {
        err_set(e, ERR_IO, _("TERM=%.40s is not known here; try TERM=xterm-256color"), name);
        return false;
    }
    bool is_fit = is_capable("cup") && is_capable("clear");
    del_curterm(cur_term);
    if (!is_fit)
        err_set(e, ERR_IO,
                _("TERM=%.40s cannot move its cursor; use another terminal, try "
                  "TERM=xterm-256color, or \"dele list\""),
                name);
    return is_fit;
}

/* Appends a capability without its padding, which is a delay written as $<5>. */
static size_t append_capability(char *bytes, size_t len, const char *name)
{
    if (!is_capable(name))
        return len;
    for (const char *p = tigetstr(name); *p && len < RESTORE_MAX; p++) {
        const char *end = p[0] == '$' && p[1] == '<' ? strchr(p, '>') : NULL;
        if (end)
            p = end;
        else
            bytes[len++] = *p;
    }
    return len;
}

/* Bracketed paste: a terminal says what was pasted, so that pasted text is not taken for keys.
 * Terminals that do not know it ignore it; there is no terminfo name for it. */
#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
enum { THEIR_PASTE_BEGIN = KEY_MAX + 1, THEIR_PASTE_END };

static bool reads_ansi(void)
{
    return !strncmp(tigetstr("cup"), "\033[", 2);
}

static void switch_paste(const char *sequence)
{
    if (!reads_ansi())
        return;
    fputs(sequence, stdout);
    fflush(stdout);
}

static void arm_restore(const struct termios *modes)
{
    static const char *const names[] = {"sgr0", "op", "rmacs", "rmkx", "cnorm", "rmcup"};
    char bytes[RESTORE_MAX] = PASTE_OFF;
    size_t len = reads_ansi() ? strlen(PASTE_OFF) : 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        len = append_capability(bytes, len, names[i]);
    if (!is_capable("rmcup") && len + 2 <= sizeof bytes) {
        memcpy(bytes + len, "\r\n", 2);
        len += 2;
    }
    restore_arm(bytes, len, modes);
}

/* COLORS of a terminal is what its colour numbers mean: 24-bit ones are direct colour. */
static int depth_of_terminal(void)
{
    static const int depths[] = {THEME_RGB, 256, 16, 8};
    if (COLORS > 256 && COLORS < THEME_RGB)
        return 8; /* 15- or 16-bit direct colour: only its first eight are what one expects */
    for (size_t i = 0; i < sizeof depths / sizeof *depths; i++)
        if (COLORS >= depths[i])
            return depths[i];
    return 0;
}

static void begin_colors(bool mono)
{
    screen.colors = 0;
    screen.pair_count = 1;
    if (mono || !has_colors() || start_color() == ERR)
        return;
    screen.has_defaults = use_default_colors() == OK;
    screen.colors = depth_of_terminal();
    screen.pair_limit = COLOR_PAIRS < PAIRS_MAX ? COLOR_PAIRS : PAIRS_MAX;
}

bool screen_begin(const struct theme *theme, bool mono, struct err *e)
{
    struct termios modes;
    if (!check_terminal(e))
        return false;
    if (tcgetattr(STDIN_FILENO, &modes) != 0 ||
        !(screen.terminal = newterm(NULL, stdout, stdin))) {
        err_set(e, ERR_IO, _("the terminal cannot be set up: %s"), strerror(errno));
        return false;
    }
    screen.theme = theme;
    arm_restore(&modes);
    set_escdelay(ESC_DELAY_MS);
    raw();
    noecho();
    nonl();
    screen.keys = newpad(1, 1);
    keypad(screen.keys, TRUE);
    nodelay(screen.keys, TRUE);
    define_key("\033[200~", THEIR_PASTE_BEGIN);
    define_key("\033[201~", THEIR_PASTE_END);
    switch_paste(PASTE_ON);
    begin_colors(mono);
    curs_set(0);
    screen_resized();
    return true;
}

void screen_end(void)
{
    if (!screen.terminal)
        return;
    SCREEN *terminal = screen.terminal;
    screen.terminal = NULL;
    switch_paste(PASTE_OFF);
    endwin();
    delwin(screen.keys);
    delscreen(terminal);
    restore_disarm();
}

/* ---- size, suspending ---- */

int screen_rows(void)
{
    return getmaxy(stdscr);
}

int screen_cols(void)
{
    return getmaxx(stdscr);
}

void screen_resized(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col &&
        is_term_resized(size.ws_row, size.ws_col))
        resizeterm(size.ws_row, size.ws_col);
    screen_redraw();
}

void screen_redraw(void)
{
    clearok(curscr, TRUE);
}

void screen_pause(void)
{
    switch_paste(PASTE_OFF);
    endwin();
}

void screen_resume(void)
{
    switch_paste(PASTE_ON);
    /* The window may have changed while its SIGWINCH went to others. */
    screen_resized();
    doupdate();
}

void screen_suspend(void)
{
    struct sigaction stop = {.sa_handler = SIG_DFL}, before;
    sigset_t set, mask;
    sigemptyset(&stop.sa_mask);
    sigemptyset(&set);
    sigaddset(&set, SIGTSTP);
    screen_pause();
    sigaction(SIGTSTP, &stop, &before);
    sigprocmask(SIG_UNBLOCK, &set, &mask);
    kill(0, SIGTSTP);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    sigaction(SIGTSTP, &before, NULL);
    screen_resume();
}

/* ---- cells ---- */

static short pair_of(int32_t fg, int32_t bg)
{
    if (!screen.has_defaults) {
        fg = fg == THEME_DEFAULT_COLOR ? COLOR_WHITE : fg;
        bg = bg == THEME_DEFAULT_COLOR ? COLOR_BLACK : bg;
    }
    if (screen.colors == 0 || (fg == THEME_DEFAULT_COLOR && bg == THEME_DEFAULT_COLOR))
        return 0;
    for (int i = 1; i < screen.pair_count; i++)
        if (screen.pairs[i].fg == fg && screen.pairs[i].bg == bg)
            return (short)i;
    if (screen.pair_count >= screen.pair_limit)
        return 0;
    int pair = screen.pair_count++;
    screen.pairs[pair].fg = fg;
    screen.pairs[pair].bg = bg;
#if NCURSES_EXT_COLORS
    init_extended_pair(pair, fg, bg);
#else
    init_pair((short)pair, (short)fg, (short)bg);
#endif
    return (short)pair;
}

static attr_t attrs_of(unsigned theme_attrs)
{
    static const struct {
        unsigned ours;
        attr_t theirs;
    } table[] = {
        {ATTR_BOLD, A_BOLD},           {ATTR_DIM, A_DIM},         {ATTR_ITALIC, A_ITALIC},
        {ATTR_UNDERLINE, A_UNDERLINE}, {ATTR_REVERSE, A_REVERSE}, {ATTR_BLINK, A_BLINK},
    };
    attr_t attrs = A_NORMAL;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (theme_attrs & table[i].ours)
            attrs |= table[i].theirs;
    return attrs;
}

/* CHARS in the style of a role. */
struct ink {
    attr_t attrs;
    short pair;
};

static struct ink ink_of(enum theme_role role, int over)
{
    struct theme_style s = theme_style(screen.theme, role, over, screen.colors);
    return (struct ink){attrs_of(s.attrs), pair_of(s.fg, s.bg)};
}

static cchar_t make_cell(const wchar_t *chars, struct ink ink)
{
    cchar_t cell;
    memset(&cell, 0, sizeof cell);
    setcchar(&cell, chars, ink.attrs, ink.pair, NULL);
    return cell;
}

/* One of curses' line characters, which it draws by the terminal's alternate set where the
 * locale has none. */
static cchar_t line_cell(const cchar_t *line, struct ink ink)
{
    wchar_t chars[CCHARW_MAX + 1];
    attr_t attrs;
    short pair;
    cchar_t cell = *line;
    if (getcchar(line, chars, &attrs, &pair, NULL) == OK)
        setcchar(&cell, chars, attrs | ink.attrs, ink.pair, NULL);
    return cell;
}

/* Not by add_wch(): that one moves the cursor, wraps, and gives controls a meaning. */
static void put_cell(int row, int col, const cchar_t *cell)
{
    if (row >= 0 && row < screen_rows() && col >= 0 && col < screen_cols())
        mvadd_wchnstr(row, col, cell, 1);
}

static void fill(int row, int col, int width, const cchar_t *cell)
{
    if (col < 0) {
        width += col;
        col = 0;
    }
    if (width > screen_cols() - col)
        width = screen_cols() - col;
    for (int i = 0; i < width; i++)
        put_cell(row, col + i, cell);
}

static void fill_blank(int row, int col, int width, struct ink ink)
{
    cchar_t blank = make_cell(L" ", ink);
    fill(row, col, width, &blank);
}

/* ---- text ---- */

static void put_cluster(int row, int col, const struct cluster *c, struct ink ink)
{
    cchar_t cell = make_cell(c->chars, ink);
    bool is_whole = col >= 0 && col + c->width <= screen_cols();
    if (c->width > 1 && !is_whole)
        fill_blank(row, col, c->width, ink);
    else if (c->chars[0] == L'?')
        fill(row, col, c->width, &cell);
    else
        put_cell(row, col, &cell);
}

static int draw_in(int row, int col, int width, struct ink ink, const char *text)
{
    if (row < 0 || row >= screen_rows() || width <= 0)
        return 0;
    int used = 0;
    size_t len = text_fit(text, strlen(text), width, &used);
    int x = col;
    for (size_t at = 0; at < len && x < screen_cols();) {
        struct cluster c;
        at += cluster_next(text + at, len - at, &c);
        if (c.width > 0)
            put_cluster(row, x, &c, ink);
        x += c.width > 0 ? c.width : 0;
    }
    fill_blank(row, x, col + width - x, ink);
    return used;
}

/* ---- frames ---- */

void screen_clear(void)
{
    struct ink base = ink_of(ROLE_BASE, -1);
    erase();
    screen.has_cursor = false;
    for (int row = 0; row < screen_rows(); row++)
        fill_blank(row, 0, screen_cols(), base);
}

int draw_text(int row, int col, int width, enum theme_role role, const char *clean)
{
    return draw_in(row, col, width, ink_of(role, -1), clean);
}

int draw_text_over(int row, int col, int width, enum theme_role role, int over,
                   const char *clean)
{
    return draw_in(row, col, width, ink_of(role, over), clean);
}

void draw_rule(int row, int col, int width, enum theme_role role)
{
    cchar_t line = line_cell(WACS_HLINE, ink_of(role, -1));
    fill(row, col, width, &line);
}

void draw_cursor(int row, int col)
{
    screen.has_cursor = row >= 0 && row < screen_rows() && col >= 0 && col < screen_cols();
    screen.cursor_row = row;
    screen.cursor_col = col;
}

void screen_show(void)
{
    curs_set(screen.has_cursor);
    if (screen.has_cursor)
        move(screen.cursor_row, screen.cursor_col);
    refresh();
}

/* ---- keys ---- */

static const struct {
    int theirs;
    key_code ours;
} special[] = {
    {THEIR_PASTE_BEGIN, KEY_CODE_PASTE_BEGIN},
    {THEIR_PASTE_END, KEY_CODE_PASTE_END},
    {KEY_ENTER, KEY_CODE_ENTER},
    {KEY_BACKSPACE, KEY_CODE_BACKSPACE},
    {KEY_UP, KEY_CODE_UP},
    {KEY_DOWN, KEY_CODE_DOWN},
    {KEY_LEFT, KEY_CODE_LEFT},
    {KEY_RIGHT, KEY_CODE_RIGHT},
    {KEY_HOME, KEY_CODE_HOME},
    {KEY_FIND, KEY_CODE_HOME},
    {KEY_A1, KEY_CODE_HOME},
    {KEY_END, KEY_CODE_END},
    {KEY_SELECT, KEY_CODE_END},
    {KEY_C1, KEY_CODE_END},
    {KEY_PPAGE, KEY_CODE_PAGE_UP},
    {KEY_A3, KEY_CODE_PAGE_UP},
    {KEY_NPAGE, KEY_CODE_PAGE_DOWN},
    {KEY_C3, KEY_CODE_PAGE_DOWN},
    {KEY_IC, KEY_CODE_INSERT},
    {KEY_DC, KEY_CODE_DELETE},
};

/* KEY_CODE_NONE for keys that mean nothing here; KEY_RESIZE is one, which resizeterm() sends.
 */
static key_code key_of_special(int key)
{
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (special[i].theirs == key)
            return special[i].ours;
    if (key >= KEY_F(1) && key <= KEY_F(12))
        return KEY_CODE_F1 + (key_code)(key - KEY_F(1));
    return KEY_CODE_NONE;
}

key_code screen_key(void)
{
    wint_t c;
    for (int result; (result = wget_wch(screen.keys, &c)) != ERR;) {
        key_code key = result == KEY_CODE_YES ? key_of_special((int)c) : key_from_char(c);
        if (key != KEY_CODE_NONE)
            return key;
    }
    return KEY_CODE_NONE;
}

int screen_fd(void)
{
    return STDIN_FILENO;
}
