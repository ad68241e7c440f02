#include "config.h"

#include "tests/support/kpop_peer.h"

#include <krb5.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/net.h"

static void say(int fd, const char *text)
{
    if (write(fd, text, strlen(text)) < 0)
        _exit(1);
}

static void read_line(int fd, char *line, size_t size)
{
    size_t len = 0;
    while (len + 1 < size) {
        if (read(fd, line + len, 1) != 1)
            _exit(0);
        if (line[len++] == '\n')
            break;
    }
    line[len] = '\0';
    line[strcspn(line, "\r\n")] = '\0';
}

/* The ticket's owner, without the realm; ends the process where there is no good ticket. */
static void take_ticket(int fd, const char *keytab, char *owner, size_t size)
{
    krb5_context context;
    krb5_auth_context auth = NULL;
    krb5_keytab keys;
    krb5_ticket *ticket = NULL;
    char version[] = "KPOPV1.0";
    char *name = NULL;
    if (krb5_init_context(&context) || krb5_kt_resolve(context, keytab, &keys) ||
        krb5_recvauth(context, &auth, &fd, version, NULL, 0, keys, &ticket) ||
        krb5_unparse_name_flags(context, ticket->enc_part2->client,
                                KRB5_PRINCIPAL_UNPARSE_NO_REALM, &name))
        _exit(1);
    snprintf(owner, size, "%s", name);
}

/* Until the owner has said USER and PASS. */
static void log_in(int fd, const char *owner)
{
    char line[1024], user[1024] = "";
    say(fd, "+OK KPOP ready\r\n");
    for (;;) {
        read_line(fd, line, sizeof line);
        if (!strncasecmp(line, "USER ", 5)) {
            strcpy(user, line + 5);
            say(fd, "+OK now any password but yours\r\n");
        } else if (!strcasecmp(line, "PASS krb_ticket") && !strcmp(user, owner)) {
            return;
        } else if (!strncasecmp(line, "PASS", 4)) {
            say(fd, "-ERR [AUTH] Popping not authorized\r\n");
        } else if (!strcasecmp(line, "CAPA")) {
            say(fd, "+OK\r\nUSER\r\nTOP\r\nUIDL\r\nRESP-CODES\r\n.\r\n");
        } else {
            say(fd, "-ERR unknown command\r\n");
        }
    }
}

static void copy(int from, int to)
{
    char bytes[16384];
    ssize_t got = read(from, bytes, sizeof bytes);
    if (got <= 0)
        _exit(0);
    for (ssize_t put = 0, n; put < got; put += n)
        if ((n = write(to, bytes + put, (size_t)(got - put))) <= 0)
            _exit(0);
}

static void serve(int fd, const char *keytab, uint16_t port)
{
    char owner[256], line[1024];
    take_ticket(fd, keytab, owner, sizeof owner);
    log_in(fd, owner);
    int backend = net_connect(port);
    read_line(backend, line, sizeof line);
    say(backend, "USER ann\r\n");
    read_line(backend, line, sizeof line);
    say(backend, "PASS secret\r\n"); /* its answer goes to the client */
    struct pollfd fds[2] = {{fd, POLLIN, 0}, {backend, POLLIN, 0}};
    while (poll(fds, 2, -1) > 0)
        for (int i = 0; i < 2; i++)
            if (fds[i].revents)
                copy(fds[i].fd, fds[!i].fd);
}

static void listen_for_ever(int listener, const char *keytab, uint16_t backend)
{
    setpgid(0, 0);
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        int fd = net_accept(listener);
        if (fd < 0)
            _exit(1);
        if (!fork()) {
            close(listener);
            serve(fd, keytab, backend);
            _exit(0);
        }
        close(fd);
    }
}

struct kpop_peer kpop_peer_start(const char *keytab, uint16_t backend)
{
    struct kpop_peer p;
    int listener = net_listen(&p.port);
    p.pid = fork();
    if (!p.pid)
        listen_for_ever(listener, keytab, backend);
    setpgid(p.pid, p.pid);
    close(listener);
    return p;
}

void kpop_peer_stop(struct kpop_peer *p)
{
    kill(-p->pid, SIGKILL);
    waitpid(p->pid, NULL, 0);
}
