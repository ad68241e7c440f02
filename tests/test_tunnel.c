#include "config.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/link.h"
#include "net/tunnel.h"
#include "tests/support/drive.h"
#include "tests/support/dovecot.h"

/* Commands as connections: a shell plays the server. */

TestSuite(tunnel, .timeout = 60);

static size_t descriptors(void)
{
    size_t count = 0;
    DIR *dir = opendir("/dev/fd");
    cr_assert(dir);
    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

/* Reads until TEXT has come; what the link says when it ends. */
static enum stream_result read_until(struct link *l, const char *text, char *all, size_t size)
{
    size_t len = 0, got;
    *all = '\0';
    while (!strstr(all, text)) {
        struct pollfd fds[LINK_POLLFDS];
        int timeout = -1;
        nfds_t n = (nfds_t)link_poll(l, fds, false, drive_now(), &timeout);
        poll(fds, n, timeout);
        link_turn(l, drive_now());
        enum stream_result r = link_read(l, all + len, size - len - 1, &got);
        if (r == STREAM_AGAIN)
            continue;
        if (r != STREAM_OK)
            return r;
        len += got;
        all[len] = '\0';
    }
    return STREAM_OK;
}

Test(tunnel, carries_bytes_both_ways)
{
    size_t before = descriptors();
    char all[256];
    size_t put;
    struct link *l = link_tunnel("echo hello; exec cat", "host", false);
    cr_assert_eq(read_until(l, "hello\n", all, sizeof all), STREAM_OK);
    cr_assert_eq(link_write(l, "and back\n", 9, &put), STREAM_OK);
    cr_assert_eq(read_until(l, "and back\n", all, sizeof all), STREAM_OK);
    cr_expect(link_is_private(l));
    link_free(l);
    cr_expect_eq(descriptors(), before);
}

Test(tunnel, tells_the_last_words_of_a_command_that_ends)
{
    static const struct {
        const char *command, *says;
    } cases[] = {
        {"echo first >&2; printf 'no route\\033[2J to host' >&2; exit 1",
         "It said: no route\xe2\x90\x9b[2J to host"},
        {"exit 3", "ended without a word"},
        {"nonexistent-command-of-mine", "not found"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char all[256];
        struct link *l = link_tunnel(cases[i].command, "host", false);
        cr_assert_eq(read_until(l, "never", all, sizeof all), STREAM_FAILED);
        cr_expect_eq(link_error(l)->code, ERR_UNAVAILABLE);
        cr_expect(strstr(link_error(l)->text, cases[i].says), "%s", link_error(l)->text);
        link_free(l);
    }
}

/* It runs; one that is dead and not yet fetched by its new parent does not. */
static bool is_running(long pid)
{
    char path[64], stat[256] = "";
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    FILE *f = fopen(path, "r");
    if (!f)
        return kill((pid_t)pid, 0) == 0;
    stat[fread(stat, 1, sizeof stat - 1, f)] = '\0';
    fclose(f);
    const char *behind = strrchr(stat, ')');
    return behind && behind[2] != 'Z' && behind[2] != 'X';
}

Test(tunnel, is_not_on_our_terminal_and_leaves_nobody_behind)
{
    char all[256];
    struct link *l = link_tunnel(
        "ps -o sid= -p $$; sleep 1000 & echo pid $$ child $! end; wait", "h", false);
    cr_assert_eq(read_until(l, " end\n", all, sizeof all), STREAM_OK);
    const char *pid = strstr(all, "pid "), *child = strstr(all, "child ");
    cr_assert(pid && child);
    long shell = strtol(pid + 4, NULL, 10), sleeper = strtol(child + 6, NULL, 10);
    cr_expect_eq(strtol(all, NULL, 10), shell, "its own session: %s", all);
    cr_expect(is_running(sleeper));
    link_free(l);
    cr_expect_not(is_running(shell));
    for (int i = 0; i < 1000 && is_running(sleeper); i++) /* a signal needs its moment */
        poll(NULL, 0, 5);
    cr_expect_not(is_running(sleeper));
}

Test(tunnel, a_command_that_ignores_us_is_killed)
{
    char all[64];
    struct link *l =
        link_tunnel("trap '' TERM HUP; echo up; while :; do sleep 1; done", "h", false);
    cr_assert_eq(read_until(l, "up\n", all, sizeof all), STREAM_OK);
    link_free(l); /* the suite's timeout is the proof */
}

static void use_tunnel(struct drive *d, const char *command, bool login)
{
    drive_init(d, 1, ACCOUNT_TLS_STARTTLS);
    d->account.tunnel = xstrdup(command);
    d->account.login = login;
}

Test(tunnel, lists_over_a_server_that_knows_its_user)
{
    static const char server[] =
        "printf '+OK Logged in.\\r\\n'; while read -r line; do case $line in"
        " CAPA*) printf '+OK\\r\\nTOP\\r\\nUIDL\\r\\n.\\r\\n';;"
        " UIDL*) printf '+OK\\r\\n1 a\\r\\n.\\r\\n';; LIST*) printf '+OK\\r\\n1 "
        "9\\r\\n.\\r\\n';;"
        " TOP*) printf '+OK\\r\\nSubject: s\\r\\n\\r\\n.\\r\\n';; QUIT*) printf '+OK\\r\\n'; "
        "exit;;"
        " *) printf -- '-ERR\\r\\n';; esac; done";
    struct drive d;
    use_tunnel(&d, server, false);
    cr_assert(drive_open(&d), "%s", client_error(d.client)->text);
    cr_expect_str_eq(maildrop_at(client_maildrop(d.client), 0)->summary->subject, "s");
    drive_release(&d);
}

Test(tunnel, says_why_the_command_failed)
{
    struct drive d;
    use_tunnel(&d, "echo 'ssh: connect to host mail: Connection refused' >&2; exit 255", true);
    cr_expect_not(drive_open(&d));
    cr_expect(strstr(client_error(d.client)->text, "Connection refused"), "%s",
              client_error(d.client)->text);
    drive_release(&d);
}

/* The whole session, through a relay to a real server. */
Test(tunnel, lists_and_deletes_through_a_relay)
{
    const char *why = NULL;
    char command[1024];
    struct dovecot *server = dovecot_start(&why);
    if (!server)
        cr_skip_test("%s", why);
    dovecot_put(server, "one", "From: a@example.org\nSubject: one\n\nx\n");
    dovecot_put(server, "two", "From: a@example.org\nSubject: two\n\nx\n");
    snprintf(command, sizeof command,
             "exec python3 -c 'import socket,sys,os,threading\n"
             "s=socket.create_connection((\"127.0.0.1\",%u))\n"
             "def up():\n"
             "  while True:\n"
             "    b=os.read(0,4096)\n"
             "    if not b: os._exit(0)\n"
             "    s.sendall(b)\n"
             "threading.Thread(target=up,daemon=True).start()\n"
             "for b in iter(lambda:s.recv(4096),b\"\"): os.write(1,b)'",
             dovecot_plain_port(server));
    struct drive d;
    use_tunnel(&d, command, true);
    cr_assert(drive_open(&d), "%s", client_error(d.client)->text);
    cr_expect_str_eq(client_tls(d.client), "", "a tunnel is private by itself");
    size_t first[] = {0};
    const struct commit_report *r = drive_commit(&d, first, 1);
    cr_assert_not_null(r);
    cr_expect(r->verified && r->outcome == OUTCOME_DELETED, "%s", r->text);
    cr_expect_eq(dovecot_count(server), 1);
    drive_release(&d);
    dovecot_stop(server);
}
