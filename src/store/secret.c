#include <config.h> /* in quotes it would be the one beside this file */

#include "store/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "base/i18n.h"
#include "base/mem.h"

void secret_init(struct secret *s)
{
    *s = (struct secret){.text = BUF_INIT(SECRET_MAX)};
}

void secret_wipe(struct secret *s)
{
    if (s->text.alloc)
        munlock(s->text.data, s->text.alloc);
    buf_wipe(&s->text);
    s->is_set = false;
}

/* One append to an empty buffer: growing would leave copies behind. */
bool secret_set(struct secret *s, const char *bytes, size_t len)
{
    secret_wipe(s);
    if (len == 0 || len > SECRET_MAX || memchr(bytes, '\0', len) || memchr(bytes, '\r', len) ||
        memchr(bytes, '\n', len))
        return false;
    s->is_set = buf_append(&s->text, bytes, len);
    /* Keeps it out of swap, where the limits allow that. */
    (void)mlock(s->text.data, s->text.alloc);
    return s->is_set;
}

bool secret_set_line(struct secret *s, const char *line, size_t len, size_t max,
                     const char *source, struct err *e)
{
    if (len <= max && secret_set(s, line, len))
        return true;
    if (len == 0)
        err_set(e, ERR_AUTH, _("%s: the password is empty"), source);
    else if (len > max)
        err_set(e, ERR_AUTH, _("%s: the password is longer than %zu octets"), source, max);
    else
        err_set(e, ERR_AUTH, _("%s: the password holds a NUL or a carriage return"), source);
    return false;
}

/* ---- the terminal --------------------------------------------------------------------------
 */

/* Terminals cut a line at some 4,000 octets (Linux), or at 1,024: never take what may be cut.
 */
#define TYPED_MAX 1000

/* What ends or stops a program while somebody types a password. */
static const int tty_signals[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP};
#define TTY_SIGNALS (sizeof tty_signals / sizeof *tty_signals)

static volatile sig_atomic_t tty_signal;

static void note_signal(int number)
{
    tty_signal = number;
}

struct tty {
    int fd;
    struct termios modes;
    sigset_t mask;
    struct sigaction actions[TTY_SIGNALS];
};

/* The signals are blocked but for the time in pselect(), so that none slips in before a read.
 */
static void tty_catch(struct tty *t)
{
    sigset_t block;
    struct sigaction note = {.sa_handler = note_signal};
    sigemptyset(&note.sa_mask);
    sigemptyset(&block);
    for (size_t i = 0; i < TTY_SIGNALS; i++)
        sigaddset(&block, tty_signals[i]);
    sigprocmask(SIG_BLOCK, &block, &t->mask);
    for (size_t i = 0; i < TTY_SIGNALS; i++)
        sigaction(tty_signals[i], &note, &t->actions[i]);
}

static void tty_release(struct tty *t)
{
    for (size_t i = 0; i < TTY_SIGNALS; i++)
        sigaction(tty_signals[i], &t->actions[i], NULL);
    sigprocmask(SIG_SETMASK, &t->mask, NULL);
}

static void tty_say(const struct tty *t, const char *text)
{
    /* Nothing can be done about a terminal that takes no text; reading from it will fail. */
    if (write(t->fd, text, strlen(text)) < 0)
        return;
}

/* A whole line, as the terminal edits it; -1 with EINTR when a signal was noted. */
static ssize_t tty_read(const struct tty *t, char *line, size_t size)
{
    fd_set set;
    FD_ZERO(&set);
    FD_SET(t->fd, &set);
    if (pselect(t->fd + 1, &set, NULL, NULL, NULL, &t->mask) < 0)
        return -1;
    return read(t->fd, line, size);
}

/* One prompt.  Returns like tty_read(); the terminal is as it was. */
static ssize_t tty_ask(struct tty *t, const char *prompt, char *line, size_t size)
{
    tty_signal = 0;
    if (tcgetattr(t->fd, &t->modes) < 0)
        return -1;
    struct termios silent = t->modes;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
    silent.c_lflag |= ICANON | ISIG;
    silent.c_iflag |= ICRNL;
    tty_catch(t);
    ssize_t n = -1;
    if (tcsetattr(t->fd, TCSAFLUSH, &silent) == 0) {
        tty_say(t, prompt);
        n = tty_read(t, line, size);
        int fault = errno;
        tty_say(t, "\n");
        /* What was typed and not read is part of a password: the shell must not get it. */
        tcsetattr(t->fd, TCSAFLUSH, &t->modes);
        errno = fault;
    }
    tty_release(t);
    return n;
}

/* Asks again after a stop (SIGTSTP, SIGCONT); any other signal that does not end the program
 * ends the question. */
static ssize_t tty_ask_until_answered(struct tty *t, const char *prompt, char *line,
                                      size_t size)
{
    for (;;) {
        ssize_t n = tty_ask(t, prompt, line, size);
        int number = tty_signal;
        if (n >= 0 || !number)
            return n;
        raise(number);
        if (number != SIGTSTP)
            return -1;
    }
}

bool secret_from_terminal(struct secret *s, const char *prompt, struct err *e)
{
    struct tty t = {.fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)};
    char line[TYPED_MAX + 2]; /* with its newline, and room to see that it is too long */
    secret_wipe(s);
    if (t.fd < 0 || t.fd >= FD_SETSIZE) {
        if (t.fd >= 0)
            close(t.fd);
        err_set(e, ERR_AUTH, "%s",
                _("there is no terminal to ask for the password; set pass-command"));
        return false;
    }
    ssize_t n = tty_ask_until_answered(&t, prompt, line, sizeof line);
    close(t.fd);
    if (n > 0 && line[n - 1] == '\n')
        n--;
    bool is_set = false;
    if (n < 0)
        err_set(e, ERR_AUTH, "%s", _("no password was given"));
    else
        is_set = secret_set_line(s, line, (size_t)n, TYPED_MAX, _("terminal"), e);
    mem_wipe(line, sizeof line);
    return is_set;
}

void secret_harden_process(void)
{
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
#ifdef __linux__
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}
