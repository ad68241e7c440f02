#include "config.h"

#include "tests/support/program.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

static char home[32];

/* ---- the home ---------------------------------------------------------------------------- */

void program_home_make(void)
{
    strcpy(home, "/tmp/dele-home-XXXXXX");
    if (!mkdtemp(home))
        abort();
}

void program_home_drop(void)
{
    char command[64];
    snprintf(command, sizeof command, "rm -rf '%s'", home);
    if (system(command))
        perror(home);
}

const char *program_home(void)
{
    return home;
}

char *program_home_put(const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", home, name);
    for (char *slash = path + strlen(home) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
    FILE *file = fopen(path, "w");
    if (!file || fputs(text, file) < 0 || fclose(file))
        abort();
    return xstrdup(path);
}

/* ---- running ----------------------------------------------------------------------------- */

static void set_environment(const struct program *p)
{
    char config[64];
    snprintf(config, sizeof config, "%s/config", home);
    const char *defaults[][2] = {
        {"HOME", home},
        {"XDG_CONFIG_HOME", config},
        {"XDG_STATE_HOME", home},
        {"XDG_DATA_HOME", home},
        {"TERM", "dumb"},
        {"LC_ALL", "C.UTF-8"},
        {"TZ", "UTC"},
        {"RES_OPTIONS", "timeout:1 attempts:1"}, /* a name that is not there is soon known */
    };
    unsetenv("LANGUAGE");
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++)
        setenv(defaults[i][0], defaults[i][1], 1);
    for (size_t i = 0; i < sizeof p->env / sizeof *p->env && p->env[i][0]; i++)
        setenv(p->env[i][0], p->env[i][1], 1);
}

static void exec_program(const struct program *p, int in, int out, int err)
{
    char path[512];
    const char *argv[PROGRAM_ARGS + 2] = {path};
    snprintf(path, sizeof path, "%s/dele", getenv("top_builddir"));
    memcpy(argv + 1, p->args, sizeof p->args);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    setsid(); /* no terminal to ask for a password */
    set_environment(p);
    if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
        dup2(err, STDERR_FILENO) < 0)
        _exit(126);
    execv(path, (char *const *)argv);
    _exit(127);
}

/* Everything that was written to FILE; the caller frees it. */
static char *read_back(FILE *file, size_t *len)
{
    struct stat about;
    if (fstat(fileno(file), &about))
        abort();
    *len = (size_t)about.st_size;
    char *text = xmalloc(*len + 1);
    rewind(file);
    if (fread(text, 1, *len, file) != *len)
        abort();
    text[*len] = '\0';
    fclose(file);
    return text;
}

void program_run(struct program *p)
{
    int status, in = open("/dev/null", O_RDONLY | O_CLOEXEC);
    FILE *out = p->out_to ? fopen(p->out_to, "r+") : tmpfile(), *err = tmpfile();
    if (in < 0 || !out || !err)
        abort();
    pid_t pid = fork();
    if (pid == 0)
        exec_program(p, in, fileno(out), fileno(err));
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        abort();
    p->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    close(in);
    if (p->out_to) {
        fclose(out);
        p->out = xstrdup("");
        p->out_len = 0;
    } else {
        p->out = read_back(out, &p->out_len);
    }
    p->err = read_back(err, &p->err_len);
}

void program_release(struct program *p)
{
    free(p->out);
    free(p->err);
    p->out = p->err = NULL;
}

/* ---- what it must say -------------------------------------------------------------------- */

void program_expect_failure(const struct program *p, const char *name, int status,
                            const char *says)
{
    const char *last = strrchr(p->err, '\n');
    cr_expect_eq(p->status, status, "%s: status %d: %s", name, p->status, p->err);
    cr_expect_str_eq(p->out, "", "%s", name);
    cr_expect_eq(strncmp(p->err, "dele: ", 6), 0, "%s: %s", name, p->err);
    cr_expect(last && !last[1] && strchr(p->err, '\n') == last, "%s: one line: %s", name,
              p->err);
    cr_expect(strstr(p->err, says), "%s: does not say \"%s\": %s", name, says, p->err);
    cr_expect_null(strstr(p->err, PROGRAM_PASSWORD), "%s: tells the password", name);
    struct buf clean = BUF_INIT(SIZE_MAX / 8);
    text_clean(&clean, p->err, p->err_len, TEXT_BODY);
    cr_expect_str_eq(clean.data, p->err, "%s", name);
    buf_release(&clean);
}
