#include "config.h"

#include "tests/screen/term.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define STEP_MS 20
#define ROW_BYTES 8192

static long now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * 1000L + ts.tv_nsec / 1000000L;
}

/* ---- libvterm's calls -------------------------------------------------------------------- */

static int on_property(VTermProp property, VTermValue *value, void *user)
{
    struct term *t = user;
    if (property == VTERM_PROP_ALTSCREEN)
        t->alt_screen = value->boolean;
    else if (property == VTERM_PROP_CURSORVISIBLE)
        t->cursor_visible = value->boolean;
    return 1;
}

static const VTermScreenCallbacks callbacks = {.settermprop = on_property};

/* Keys, and the terminal's answers to questions. */
static void on_output(const char *bytes, size_t len, void *user)
{
    struct term *t = user;
    while (len) {
        ssize_t n = write(t->fd, bytes, len);
        if (n < 0 && errno != EINTR && errno != EAGAIN)
            return;
        if (n > 0) {
            bytes += n;
            len -= (size_t)n;
        }
    }
}

/* ---- life cycle -------------------------------------------------------------------------- */

static void open_emulator(struct term *t)
{
    t->vt = vterm_new(t->rows, t->cols);
    vterm_set_utf8(t->vt, 1);
    t->screen = vterm_obtain_screen(t->vt);
    vterm_screen_enable_altscreen(t->screen, 1);
    vterm_screen_set_callbacks(t->screen, &callbacks, t);
    vterm_output_set_callback(t->vt, on_output, t);
    vterm_screen_reset(t->screen, 1);
}

struct term *term_start(int rows, int cols, const char *const argv[], const char *const envp[])
{
    struct term *t = calloc(1, sizeof *t);
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    t->rows = rows;
    t->cols = cols;
    t->cursor_visible = true;
    open_emulator(t);
    t->fd = posix_openpt(O_RDWR | O_NOCTTY);
    if (t->fd < 0 || grantpt(t->fd) || unlockpt(t->fd))
        abort();
    t->tty = open(ptsname(t->fd), O_RDWR | O_NOCTTY);
    if (t->tty < 0 || ioctl(t->tty, TIOCSWINSZ, &size))
        abort();
    t->pid = fork();
    if (t->pid == 0) {
        close(t->fd);
        setsid();
        ioctl(t->tty, TIOCSCTTY, 0);
        for (int fd = 0; fd <= 2; fd++)
            dup2(t->tty, fd);
        if (t->tty > 2)
            close(t->tty);
        execve(argv[0], (char *const *)argv, (char *const *)envp);
        _exit(127);
    }
    fcntl(t->fd, F_SETFL, O_NONBLOCK);
    fcntl(t->fd, F_SETFD, FD_CLOEXEC);
    fcntl(t->tty, F_SETFD, FD_CLOEXEC);
    return t;
}

void term_free(struct term *t)
{
    if (t->pid > 0) {
        kill(t->pid, SIGKILL);
        waitpid(t->pid, &t->status, 0);
    }
    if (t->fd >= 0)
        term_hang_up(t);
    vterm_free(t->vt);
    free(t);
}

void term_hang_up(struct term *t)
{
    close(t->fd);
    close(t->tty);
    t->fd = t->tty = -1;
    t->eof = true;
}

/* ---- waiting ----------------------------------------------------------------------------- */

bool term_pump(struct term *t, int ms)
{
    char bytes[65536];
    struct pollfd p = {t->eof ? -1 : t->fd, POLLIN, 0};
    if (poll(&p, 1, ms) <= 0)
        return false;
    ssize_t n = read(t->fd, bytes, sizeof bytes);
    if (n <= 0) {
        t->eof = n == 0 || errno == EIO;
        return false;
    }
    vterm_input_write(t->vt, bytes, (size_t)n);
    vterm_screen_flush_damage(t->screen);
    return true;
}

static bool has_ended(struct term *t)
{
    if (t->pid > 0 && waitpid(t->pid, &t->status, WNOHANG) == t->pid)
        t->pid = 0;
    return t->pid == 0;
}

static bool wait_for(struct term *t, const char *text, bool wanted, int ms)
{
    long end = now_ms() + ms;
    int row, col;
    for (;;) {
        if (term_find(t, text, &row, &col) == wanted)
            return true;
        if (now_ms() >= end)
            return false;
        if (!term_pump(t, STEP_MS) && has_ended(t) && !term_pump(t, 0))
            return term_find(t, text, &row, &col) == wanted;
    }
}

bool term_wait_text(struct term *t, const char *text, int ms)
{
    return wait_for(t, text, true, ms);
}

bool term_wait_no_text(struct term *t, const char *text, int ms)
{
    return wait_for(t, text, false, ms);
}

bool term_wait_exit(struct term *t, int ms)
{
    long end = now_ms() + ms;
    while (!has_ended(t)) {
        if (now_ms() >= end)
            return false;
        term_pump(t, STEP_MS);
    }
    while (term_pump(t, 0))
        ;
    return true;
}

/* ---- typing ------------------------------------------------------------------------------ */

void term_keys(struct term *t, const char *utf8)
{
    on_output(utf8, strlen(utf8), t);
}

void term_special(struct term *t, VTermKey key)
{
    vterm_keyboard_key(t->vt, key, VTERM_MOD_NONE);
}

void term_resize(struct term *t, int rows, int cols)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    while (term_pump(t, 0))
        ;
    t->rows = rows;
    t->cols = cols;
    vterm_set_size(t->vt, rows, cols);
    ioctl(t->fd, TIOCSWINSZ, &size);
}

/* ---- looking ----------------------------------------------------------------------------- */

static size_t put_utf8(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    for (size_t i = more; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    static const unsigned char lead[] = {0, 0xC0, 0xE0, 0xF0};
    out[0] = (char)(lead[more] | c);
    return more + 1;
}

VTermScreenCell term_cell(struct term *t, int row, int col)
{
    VTermScreenCell cell = {0};
    vterm_screen_get_cell(t->screen, (VTermPos){.row = row, .col = col}, &cell);
    return cell;
}

/* The text of a row; CELL_OF (may be NULL) says which cell each byte stands in. */
static size_t row_text(struct term *t, int row, char out[ROW_BYTES], int *cell_of)
{
    size_t len = 0;
    for (int col = 0; col < t->cols;) {
        VTermScreenCell cell = term_cell(t, row, col);
        if (!cell.chars[0])
            cell.chars[0] = ' '; /* never written */
        for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++) {
            char utf8[4];
            size_t n = cell.chars[i] == (uint32_t)-1 ? 0 : put_utf8(cell.chars[i], utf8);
            for (size_t j = 0; j < n && len + 1 < ROW_BYTES; j++) {
                if (cell_of)
                    cell_of[len] = col;
                out[len++] = utf8[j];
            }
        }
        col += cell.width > 0 ? cell.width : 1;
    }
    out[len] = '\0';
    return len;
}

const char *term_row(struct term *t, int row)
{
    static char text[ROW_BYTES];
    size_t len = row_text(t, row, text, NULL);
    while (len && text[len - 1] == ' ')
        text[--len] = '\0';
    return text;
}

bool term_find(struct term *t, const char *text, int *row, int *col)
{
    static char line[ROW_BYTES];
    static int cell_of[ROW_BYTES];
    for (*row = 0; *row < t->rows; ++*row) {
        row_text(t, *row, line, cell_of);
        const char *found = strstr(line, text);
        if (found) {
            *col = cell_of[found - line];
            return true;
        }
    }
    return false;
}

bool term_is_cooked(struct term *t)
{
    struct termios settings;
    return !tcgetattr(t->tty, &settings) &&
           (settings.c_lflag & (ICANON | ECHO | ISIG)) == (ICANON | ECHO | ISIG);
}

void term_dump(struct term *t)
{
    for (int row = 0; row < t->rows; row++)
        fprintf(stderr, "%02d|%s\n", row, term_row(t, row));
}

static char home[32];

void term_home_drop(void)
{
    char command[64];
    if (!*home)
        return;
    snprintf(command, sizeof command, "rm -rf '%s'", home);
    if (system(command))
        perror(home);
    home[0] = '\0';
}

const char *term_home(void)
{
    static char variable[64];
    if (!*home) {
        strcpy(home, "/tmp/dele-home-XXXXXX");
        if (!mkdtemp(home))
            abort();
        snprintf(variable, sizeof variable, "HOME=%s", home);
    }
    return variable;
}
