/* What the line and the server allow: the least a client has to do, written without any care
 * for its user.  limit [-l] [-w WINDOW] [-d COUNT] PORT USER PASSWORD [CA-FILE] (with it: TLS
 * from the start) logs in with USER and PASS, asks STAT, LIST and UIDL in one flight, then TOP
 * n 0 for every message, newest first, all of them in flight at once, or WINDOW; nothing is
 * decoded. With -l it leaves after the listing; with -d it deletes the newest COUNT, all DELEs
 * in one flight, instead of asking for headers. Prints lines "WHAT VALUE": the milliseconds
 * since connect() until it was `listed`, until the `first` 50 headers and until the `complete`
 * number were there; those from the listing to the answer to QUIT (`deleted`); and its CPU
 * seconds (`cpu-s`). */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <limits.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define FIRST 50
#define ROOM 65536

static int fd;
static gnutls_session_t session; /* NULL: without TLS */
static char *in, *out;
static size_t in_start, in_end, in_cap; /* what came and was not yet taken */
static size_t searched;                 /* of that, without the end of the reply */
static size_t out_start, out_end, out_cap;

static void die(const char *what)
{
    fprintf(stderr, "limit: %s\n", what);
    exit(1);
}

static double now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* ---- bytes ------------------------------------------------------------------------------- */

static bool is_again(ssize_t n)
{
    return session ? n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED
                   : n < 0 && (errno == EAGAIN || errno == EINTR);
}

static void send_some(void)
{
    while (out_start < out_end) {
        ssize_t n = session ? gnutls_record_send(session, out + out_start, out_end - out_start)
                            : write(fd, out + out_start, out_end - out_start);
        if (is_again(n))
            return;
        if (n < 0)
            die("the server closed the connection");
        out_start += (size_t)n;
    }
    out_start = out_end = 0;
}

/* False when nothing is there yet. */
static bool receive_some(void)
{
    if (in_start == in_end)
        in_start = in_end = 0;
    if (in_cap - in_end < ROOM && in_start > in_cap / 2) {
        memmove(in, in + in_start, in_end - in_start);
        in_end -= in_start;
        in_start = 0;
    }
    if (in_cap - in_end < ROOM) {
        in_cap = 2 * in_cap + 2 * ROOM;
        in = realloc(in, in_cap);
        if (!in)
            die("out of memory");
    }
    ssize_t n = session ? gnutls_record_recv(session, in + in_end, in_cap - in_end)
                        : read(fd, in + in_end, in_cap - in_end);
    if (is_again(n))
        return false;
    if (n <= 0)
        die("the server closed the connection");
    in_end += (size_t)n;
    return true;
}

static void say(const char *text)
{
    size_t len = strlen(text);
    if (out_cap - out_end < len) {
        out_cap = 2 * out_cap + ROOM;
        out = realloc(out, out_cap);
        if (!out)
            die("out of memory");
    }
    memcpy(out + out_end, text, len);
    out_end += len;
}

/* ---- replies ----------------------------------------------------------------------------- */

/* Takes a whole reply out of what came, if it is there. */
static bool take_reply(bool multi, const char **reply, size_t *len)
{
    const char *from = in + in_start, *status_end = memchr(from, '\n', in_end - in_start), *end;
    if (!status_end)
        return false;
    if (*from != '+')
        die("the server refused a command");
    end = status_end + 1;
    if (multi) {
        size_t at = searched > 4 ? searched - 4 : 0;
        if (at < (size_t)(status_end - 1 - from))
            at = (size_t)(status_end - 1 - from);
        end = memmem(from + at, in_end - in_start - at, "\n.\r\n", 4);
        if (!end) {
            searched = in_end - in_start;
            return false;
        }
        end += 4;
    }
    *reply = from;
    *len = (size_t)(end - from);
    in_start += *len;
    searched = 0;
    return true;
}

static void step(void)
{
    send_some();
    if (receive_some())
        return;
    struct pollfd p = {.fd = fd, .events = (short)(POLLIN | (out_end ? POLLOUT : 0))};
    poll(&p, 1, -1);
}

static const char *reply_to(const char *command, bool multi)
{
    const char *reply;
    size_t len;
    if (command)
        say(command);
    while (!take_reply(multi, &reply, &len))
        step();
    return reply;
}

/* ---- the session ------------------------------------------------------------------------- */

static void start_tls(const char *ca)
{
    gnutls_certificate_credentials_t trust;
    int rc;
    gnutls_certificate_allocate_credentials(&trust);
    if (gnutls_certificate_set_x509_trust_file(trust, ca, GNUTLS_X509_FMT_PEM) < 1)
        die("no certificate in the CA file");
    gnutls_init(&session, GNUTLS_CLIENT);
    gnutls_set_default_priority(session);
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, trust);
    gnutls_session_set_verify_cert(session, "localhost", 0);
    gnutls_transport_set_int(session, fd);
    do {
        rc = gnutls_handshake(session);
    } while (rc < 0 && !gnutls_error_is_fatal(rc));
    if (rc < 0)
        die(gnutls_strerror(rc));
}

static void connect_to(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int on = 1;
    fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&to, sizeof to))
        die(strerror(errno));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static void log_in(const char *user, const char *password)
{
    char command[512];
    reply_to(NULL, false);
    reply_to("CAPA\r\n", true);
    snprintf(command, sizeof command, "USER %s\r\n", user);
    reply_to(command, false);
    snprintf(command, sizeof command, "PASS %s\r\n", password);
    reply_to(command, false);
}

static void say_numbered(const char *verb, long n, const char *rest)
{
    char command[64];
    snprintf(command, sizeof command, "%s %ld%s\r\n", verb, n, rest);
    say(command);
}

static void print_since(const char *what, double start)
{
    printf("%s %.1f\n", what, now_ms() - start);
}

static void fetch(long count, long window, double start)
{
    long asked = 0;
    for (long got = 0; got < count;) {
        while (asked < count && asked - got < window)
            say_numbered("TOP", count - asked++, " 0");
        reply_to(NULL, true);
        if (++got == FIRST)
            print_since("first", start);
    }
    print_since("complete", start);
}

static void delete_newest(long count, long newest)
{
    for (long i = 0; i < count; i++)
        say_numbered("DELE", newest - i, "");
    for (long i = 0; i < count; i++)
        reply_to(NULL, false);
}

static void print_cpu(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("cpu-s %.3f\n", (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                               (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
}

int main(int argc, char **argv)
{
    long window = LONG_MAX, deletes = 0;
    bool only_lists = false;
    for (int option; (option = getopt(argc, argv, "lw:d:")) != -1;) {
        only_lists |= option == 'l';
        window = option == 'w' ? strtol(optarg, NULL, 10) : window;
        deletes = option == 'd' ? strtol(optarg, NULL, 10) : deletes;
    }
    argc -= optind;
    argv += optind;
    if (argc < 3 || argc > 4 || window < 1) {
        fprintf(stderr,
                "usage: limit [-l] [-w WINDOW] [-d COUNT] PORT USER PASSWORD [CA-FILE]\n");
        return 64;
    }
    double start = now_ms();
    connect_to((int)strtol(argv[0], NULL, 10));
    if (argc == 4)
        start_tls(argv[3]);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    log_in(argv[1], argv[2]);
    double listing = now_ms();
    long count = strtol(reply_to("STAT\r\nLIST\r\nUIDL\r\n", false) + strlen("+OK"), NULL, 10);
    reply_to(NULL, true);
    reply_to(NULL, true);
    print_since("listed", start);
    if (deletes)
        delete_newest(deletes < count ? deletes : count, count);
    else if (!only_lists)
        fetch(count, window, start);
    print_cpu();
    reply_to("QUIT\r\n", false);
    if (deletes)
        print_since("deleted", listing);
    return 0;
}
