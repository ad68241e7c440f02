#include <criterion/criterion.h>

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "net/dial.h"
#include "net/eyeballs.h"
#include "net/host.h"

/* ---- a resolver without a network: these two stand before the C library's -------------------
 */

static struct {
    const char *addresses[24]; /* what any name resolves to; none: `code` */
    int code;
    bool is_held; /* it answers when the test lets it go */
    bool is_asked;
    int answered;
    int freed;
    char name[300];
} fake;
static pthread_mutex_t fake_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t fake_change = PTHREAD_COND_INITIALIZER;

static struct addrinfo *copy_entry(const struct addrinfo *from)
{
    struct addrinfo *a = calloc(1, sizeof *a);
    *a = *from;
    a->ai_addr = malloc(from->ai_addrlen);
    memcpy(a->ai_addr, from->ai_addr, from->ai_addrlen);
    a->ai_canonname = NULL;
    a->ai_next = NULL;
    return a;
}

/* Numeric only, whatever the flags say. */
static struct addrinfo *real_entry(const char *address, const char *port, int *code)
{
    int (*get)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    void (*release)(struct addrinfo *);
    *(void **)&get = dlsym(RTLD_NEXT, "getaddrinfo");
    *(void **)&release = dlsym(RTLD_NEXT, "freeaddrinfo");
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM}, *list;
    *code = get(address, port, &hints, &list);
    if (*code != 0)
        return NULL;
    struct addrinfo *copy = copy_entry(list);
    release(list);
    return copy;
}

static void hold_while_asked(const char *name)
{
    pthread_mutex_lock(&fake_lock);
    snprintf(fake.name, sizeof fake.name, "%s", name);
    fake.is_asked = true;
    pthread_cond_broadcast(&fake_change);
    while (fake.is_held)
        pthread_cond_wait(&fake_change, &fake_lock);
    fake.answered++;
    pthread_cond_broadcast(&fake_change);
    pthread_mutex_unlock(&fake_lock);
}

int getaddrinfo(const char *name, const char *port, const struct addrinfo *hints,
                struct addrinfo **list)
{
    int code = 0;
    *list = NULL;
    if (hints->ai_flags & AI_NUMERICHOST) {
        *list = real_entry(name, port, &code);
        return code;
    }
    hold_while_asked(name);
    struct addrinfo **end = list;
    for (size_t i = 0; fake.addresses[i]; i++) {
        *end = real_entry(fake.addresses[i], port, &code);
        end = &(*end)->ai_next;
    }
    errno = EMFILE;
    return fake.code;
}

void freeaddrinfo(struct addrinfo *list)
{
    pthread_mutex_lock(&fake_lock);
    fake.freed++;
    pthread_cond_broadcast(&fake_change);
    pthread_mutex_unlock(&fake_lock);
    while (list) {
        struct addrinfo *next = list->ai_next;
        free(list->ai_addr);
        free(list);
        list = next;
    }
}

static void wait_until(const bool *flag)
{
    pthread_mutex_lock(&fake_lock);
    while (!*flag)
        pthread_cond_wait(&fake_change, &fake_lock);
    pthread_mutex_unlock(&fake_lock);
}

static void let_go(void)
{
    pthread_mutex_lock(&fake_lock);
    fake.is_held = false;
    pthread_cond_broadcast(&fake_change);
    pthread_mutex_unlock(&fake_lock);
}

/* ---- servers and the loop -------------------------------------------------------------------
 */

/* Listens on ADDRESS; *PORT 0 means any, and receives it. */
static int listen_on(const char *address, uint16_t *port)
{
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(*port)};
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(*port)};
    bool is_v6 = inet_pton(AF_INET6, address, &v6.sin6_addr) == 1;
    if (!is_v6)
        cr_assert_eq(inet_pton(AF_INET, address, &v4.sin_addr), 1);
    struct sockaddr *name = is_v6 ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4;
    socklen_t len = is_v6 ? sizeof v6 : sizeof v4;
    int fd = socket(name->sa_family, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, name, len) < 0 || listen(fd, 4) < 0) {
        if (fd >= 0)
            close(fd);
        return -1;
    }
    getsockname(fd, name, &len);
    *port = ntohs(is_v6 ? v6.sin6_port : v4.sin_port);
    return fd;
}

static uint16_t closed_port(void)
{
    uint16_t port = 0;
    int fd = listen_on("127.0.0.1", &port);
    cr_assert(fd >= 0);
    close(fd);
    return port;
}

static int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum dial_state drive(struct dial *d)
{
    for (;;) {
        enum dial_state state = dial_turn(d, clock_ms());
        if (state == DIAL_CONNECTED || state == DIAL_FAILED)
            return state;
        struct pollfd fds[DIAL_POLLFDS];
        int timeout = -1;
        size_t n = dial_poll(d, fds, clock_ms(), &timeout);
        cr_assert(n > 0 || timeout >= 0, "nothing to wait for");
        poll(fds, n, timeout);
    }
}

static int count_descriptors(void)
{
    int n = 0;
    for (int fd = 0; fd < 1024; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return n;
}

/* ---- the host -------------------------------------------------------------------------------
 */

Test(host, tells_addresses_from_names_and_writes_names_in_ascii)
{
    static const struct {
        const char *name, *in, *want;
        size_t address_len;
    } cases[] = {
        {"name", "pop.example.org", "pop.example.org", 0},
        {"final dot", "pop.example.org.", "pop.example.org.", 0},
        {"underscore", "_x.a--b.example", "_x.a--b.example", 0},
        {"IDN",
         "b\xc3\xbc"
         "cher.example",
         "xn--bcher-kva.example", 0},
        {"IDN with capitals",
         "B\xc3\x9c"
         "CHER.example",
         "xn--bcher-kva.example", 0},
        {"sharp s stays itself", "fa\xc3\x9f.de", "xn--fa-hia.de", 0},
        {"IPv4", "192.0.2.1", "192.0.2.1", 4},
        {"IPv6", "2001:db8::1", "2001:db8::1", 16},
        {"IPv6 in brackets", "[::1]", "::1", 16},
        {"more than an address", "192.0.2.1.example", "192.0.2.1.example", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct host h;
        struct err e = {0};
        cr_expect(host_parse(&h, cases[i].in, &e), "%s: %s", cases[i].name, e.text);
        cr_expect_str_eq(h.ascii, cases[i].want, "%s: %s", cases[i].name, h.ascii);
        cr_expect_eq(h.address_len, cases[i].address_len, "%s", cases[i].name);
    }
}

Test(host, keeps_the_octets_of_an_address)
{
    struct host h;
    struct err e = {0};
    cr_assert(host_parse(&h, "192.0.2.1", &e));
    cr_expect_arr_eq(h.address, "\xc0\0\2\1", 4);
    cr_assert(host_parse(&h, "[2001:db8::1]", &e));
    cr_expect_arr_eq(h.address, "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16);
}

Test(host, refuses_what_cannot_be_a_name)
{
    char endless[400];
    memset(endless, 'a', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    const struct {
        const char *name, *in, *want;
    } cases[] = {
        {"empty", "", "empty"},
        {"empty brackets", "[]", "empty"},
        {"endless", endless, "too long"},
        {"invalid UTF-8",
         "b\xfc"
         "cher.example",
         "not a valid host name"},
        {"a blank in an IDN", "b\xc3\xbc cher.example", "not a valid host name"},
        {"a label of 70 letters with a dot",
         "\xc3\xbc"
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.de",
         "not a valid host name"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct host h;
        struct err e = {0};
        cr_expect_not(host_parse(&h, cases[i].in, &e), "%s: %s", cases[i].name, h.ascii);
        cr_expect_eq(e.code, ERR_USAGE, "%s", cases[i].name);
        cr_expect(strstr(e.text, cases[i].want), "%s: %s", cases[i].name, e.text);
    }
}

/* ---- order and pace -------------------------------------------------------------------------
 */

Test(eyeballs, takes_the_families_in_turn)
{
    static const struct {
        const char *in, *want; /* families as letters; the order as digits */
    } cases[] = {
        {"", ""},           {"6", "0"},       {"64", "01"},
        {"46", "01"},       {"6644", "0213"}, {"4466", "0213"},
        {"66664", "04123"}, {"4666", "0123"}, {"644444", "012345"},
        {"666", "012"},     {"6464", "0123"}, {"6446", "0132"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n = strlen(cases[i].in), order[8];
        int families[8];
        char got[9] = "";
        for (size_t k = 0; k < n; k++)
            families[k] = cases[i].in[k];
        eyeballs_interleave(families, n, order);
        for (size_t k = 0; k < n; k++)
            got[k] = (char)('0' + order[k]);
        cr_expect_str_eq(got, cases[i].want, "%s: %s", cases[i].in, got);
    }
}

Test(eyeballs, starts_the_next_attempt_after_the_delay)
{
    struct eyeballs e = {.total = 3};
    cr_expect(eyeballs_is_due(&e, 1000));
    eyeballs_start(&e, 1000);
    cr_expect_eq(eyeballs_wait(&e, 1000), DIAL_ATTEMPT_DELAY_MS);
    cr_expect_eq(eyeballs_wait(&e, 1249), 1);
    cr_expect_not(eyeballs_is_due(&e, 1249));
    cr_expect(eyeballs_is_due(&e, 1250));
    eyeballs_start(&e, 1250);
    cr_expect_eq(eyeballs_wait(&e, 1260), 240);
    cr_expect_eq(eyeballs_wait(&e, 99999), 0);
    eyeballs_start(&e, 99999);
    cr_expect_eq(eyeballs_wait(&e, 999999), -1, "none is left");
    cr_expect_not(eyeballs_is_over(&e));
}

Test(eyeballs, starts_the_next_attempt_at_once_when_the_latest_failed)
{
    struct eyeballs e = {.total = 3};
    eyeballs_start(&e, 0);
    eyeballs_fail(&e, 0);
    cr_expect(eyeballs_is_due(&e, 1));
    eyeballs_start(&e, 1);
    cr_expect_not(eyeballs_is_due(&e, 2));
    eyeballs_start(&e, 251);
    eyeballs_fail(&e, 1);
    cr_expect_not(eyeballs_is_over(&e), "the last one is under way");
    eyeballs_fail(&e, 2);
    cr_expect(eyeballs_is_over(&e));
}

Test(eyeballs, waits_out_the_delay_where_only_an_older_attempt_failed)
{
    struct eyeballs e = {.total = 3};
    eyeballs_start(&e, 0);
    eyeballs_start(&e, 250);
    eyeballs_fail(&e, 0);
    cr_expect_eq(eyeballs_wait(&e, 260), 240);
}

/* ---- dialling -------------------------------------------------------------------------------
 */

Test(dial, connects_to_an_address_without_a_look_up, .timeout = 30)
{
    uint16_t port = 0;
    int server = listen_on("127.0.0.1", &port);
    struct dial *d = dial_new("127.0.0.1", port);
    cr_assert_eq(drive(d), DIAL_CONNECTED, "%s", dial_error(d)->text);
    cr_expect_not(fake.is_asked);
    cr_expect_str_eq(dial_address(d), "127.0.0.1");
    cr_expect(dial_is_loopback(d));

    int fd = dial_take(d), no_delay = 0;
    socklen_t len = sizeof no_delay;
    dial_free(d);
    cr_expect(fcntl(fd, F_GETFL) & O_NONBLOCK);
    cr_expect(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    cr_expect_eq(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &no_delay, &len), 0);
    cr_expect(no_delay);

    int peer = accept(server, NULL, NULL);
    cr_assert_eq(write(fd, "x", 1), 1);
    char got;
    cr_expect_eq(read(peer, &got, 1), 1);
    close(fd);
    close(peer);
    close(server);
}

Test(dial, connects_to_a_name_through_the_thread, .timeout = 30)
{
    uint16_t port = 0;
    int server = listen_on("127.0.0.1", &port);
    fake.addresses[0] = "127.0.0.1";
    struct dial *d = dial_new("b\xc3\xbc"
                              "cher.example",
                              port);
    cr_expect_eq(drive(d), DIAL_CONNECTED, "%s", dial_error(d)->text);
    cr_expect_str_eq(fake.name, "xn--bcher-kva.example");
    cr_expect_str_eq(dial_address(d), "127.0.0.1");
    dial_free(d);
    close(server);
}

Test(dial, does_not_block_while_the_name_is_looked_up, .timeout = 30)
{
    fake.is_held = true;
    fake.code = EAI_NONAME;
    struct dial *d = dial_new("slow.example", 995);
    wait_until(&fake.is_asked);
    cr_expect_eq(dial_turn(d, 0), DIAL_LOOKING_UP);
    struct pollfd fds[DIAL_POLLFDS];
    int timeout = 7;
    cr_assert_eq(dial_poll(d, fds, 0, &timeout), 1);
    cr_expect_eq(timeout, 7, "the caller's own time stands");
    cr_expect_eq(poll(fds, 1, 0), 0, "no wake-up before the answer");
    let_go();
    cr_expect_eq(poll(fds, 1, -1), 1);
    cr_expect_eq(dial_turn(d, 0), DIAL_FAILED);
    dial_free(d);
}

Test(dial, may_be_freed_while_the_name_is_looked_up, .timeout = 30)
{
    int before = count_descriptors();
    fake.is_held = true;
    fake.addresses[0] = "127.0.0.1";
    struct dial *d = dial_new("slow.example", 995);
    wait_until(&fake.is_asked);
    dial_free(d);
    let_go();
    /* The thread frees the answer that nobody wants (and LeakSanitizer sees the rest). */
    pthread_mutex_lock(&fake_lock);
    while (!fake.freed)
        pthread_cond_wait(&fake_change, &fake_lock);
    pthread_mutex_unlock(&fake_lock);
    while (count_descriptors() != before)
        sched_yield();
}

Test(dial, frees_the_answer_of_many_look_ups_whoever_is_last, .timeout = 60)
{
    int before = count_descriptors();
    fake.addresses[0] = "127.0.0.1";
    for (int i = 0; i < 200; i++) {
        struct dial *d = dial_new("quick.example", 995);
        if (i % 2)
            sched_yield();
        dial_free(d);
    }
    pthread_mutex_lock(&fake_lock);
    while (fake.freed < 200)
        pthread_cond_wait(&fake_change, &fake_lock);
    pthread_mutex_unlock(&fake_lock);
    while (count_descriptors() != before)
        sched_yield();
}

Test(dial, keeps_signals_away_from_the_thread, .timeout = 30)
{
    sigset_t usr1;
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    fake.is_held = true;
    fake.code = EAI_NONAME;
    struct dial *d = dial_new("slow.example", 995);
    wait_until(&fake.is_asked);
    /* With this thread's mask closed too, a signal to the process must stay pending. */
    pthread_sigmask(SIG_BLOCK, &usr1, NULL);
    kill(getpid(), SIGUSR1);
    sigset_t pending;
    sigpending(&pending);
    cr_expect(sigismember(&pending, SIGUSR1));
    let_go();
    cr_expect_eq(drive(d), DIAL_FAILED);
    dial_free(d);
}

Test(dial, says_why_a_name_is_not_found, .timeout = 30)
{
    static const struct {
        int code;
        const char *want;
    } cases[] = {
        {EAI_NONAME, "pop.example.org: no such host ("},
        {EAI_AGAIN, "pop.example.org: the name could not be looked up ("},
        {EAI_SYSTEM, "Too many open files"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fake.code = cases[i].code;
        struct dial *d = dial_new("pop.example.org", 995);
        cr_expect_eq(drive(d), DIAL_FAILED);
        cr_expect_eq(dial_error(d)->code, ERR_UNAVAILABLE);
        cr_expect(strstr(dial_error(d)->text, cases[i].want), "%s", dial_error(d)->text);
        dial_free(d);
    }
}

Test(dial, says_what_is_wrong_with_a_host)
{
    struct dial *d = dial_new("", 995);
    struct pollfd fds[DIAL_POLLFDS];
    int timeout = -1;
    cr_expect_eq(dial_poll(d, fds, 0, &timeout), 0);
    cr_expect_eq(timeout, 0, "a caller that polls first must not wait for ever");
    cr_expect_eq(dial_turn(d, 0), DIAL_FAILED);
    cr_expect_eq(dial_error(d)->code, ERR_USAGE);
    dial_free(d);
}

Test(dial, names_a_refused_port_and_gives_advice, .timeout = 30)
{
    uint16_t port = closed_port();
    char want[100];
    snprintf(want, sizeof want, "cannot connect to 127.0.0.1 port %u: 127.0.0.1 refused; ",
             (unsigned)port);
    struct dial *d = dial_new("127.0.0.1", port);
    cr_expect_eq(drive(d), DIAL_FAILED);
    cr_expect_eq(dial_error(d)->code, ERR_UNAVAILABLE);
    cr_expect_eq(strncmp(dial_error(d)->text, want, strlen(want)), 0, "%s",
                 dial_error(d)->text);
    cr_expect_eq(dial_take(d), -1);
    dial_free(d);
}

Test(dial, goes_on_with_the_other_family_when_one_is_refused, .timeout = 30)
{
    static const char *const lists[][3] = {{"::1", "127.0.0.1", NULL},
                                           {"127.0.0.1", "::1", NULL}};
    uint16_t port = 0;
    int server = listen_on("127.0.0.1", &port);
    for (size_t i = 0; i < 2; i++) {
        memcpy(fake.addresses, lists[i], sizeof lists[i]);
        int64_t start = clock_ms();
        struct dial *d = dial_new("both.example", port);
        cr_expect_eq(drive(d), DIAL_CONNECTED, "%s", dial_error(d)->text);
        cr_expect_str_eq(dial_address(d), "127.0.0.1");
        cr_expect_lt(clock_ms() - start, DIAL_ATTEMPT_DELAY_MS * 20);
        dial_free(d);
    }
    close(server);
}

Test(dial, connects_by_ipv6_where_there_is_a_loopback_of_it, .timeout = 30)
{
    uint16_t port = 0;
    int server = listen_on("::1", &port);
    if (server < 0)
        cr_skip("this machine has no ::1");
    struct dial *d = dial_new("[::1]", port);
    cr_expect_eq(drive(d), DIAL_CONNECTED, "%s", dial_error(d)->text);
    cr_expect_str_eq(dial_address(d), "::1");
    cr_expect(dial_is_loopback(d));
    dial_free(d);
    close(server);
}

/* A listener whose queue is full answers no SYN: the nearest thing to a black hole. */
Test(dial, does_not_wait_for_an_address_that_is_silent, .timeout = 30)
{
    uint16_t port = 0;
    int hole = listen_on("127.0.0.2", &port);
    int server = listen_on("127.0.0.1", &port);
    if (hole < 0 || server < 0)
        cr_skip("this machine has no 127.0.0.2");
    listen(hole, 0);
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, "127.0.0.2", &name.sin_addr);
    int queued[8];
    for (size_t i = 0; i < 8; i++) {
        queued[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        connect(queued[i], (struct sockaddr *)&name, sizeof name);
    }
    int before = count_descriptors();
    fake.addresses[0] = "127.0.0.2";
    fake.addresses[1] = "127.0.0.1";
    struct dial *d = dial_new("hole.example", port);
    int64_t start = clock_ms();
    cr_assert_eq(drive(d), DIAL_CONNECTED, "%s", dial_error(d)->text);
    cr_expect_str_eq(dial_address(d), "127.0.0.1");
    cr_expect_geq(clock_ms() - start, DIAL_ATTEMPT_DELAY_MS - 1, "the second waits its turn");
    cr_expect_eq(count_descriptors(), before + 1, "the attempt that lost is closed");
    dial_free(d);
    for (size_t i = 0; i < 8; i++)
        close(queued[i]);
    close(server);
    close(hole);
}

Test(dial, tries_no_more_addresses_than_it_can_poll, .timeout = 30)
{
    for (size_t i = 0; i < 23; i++)
        fake.addresses[i] = "127.0.0.1";
    struct dial *d = dial_new("many.example", closed_port());
    cr_expect_eq(drive(d), DIAL_FAILED);
    cr_expect(strstr(dial_error(d)->text, "127.0.0.1 refused, 127.0.0.1 refused"));
    cr_expect(strstr(dial_error(d)->text, "is this the right port"), "advice is not cut: %s",
              dial_error(d)->text);
    dial_free(d);
}

Test(dial, tells_loopback_from_other_addresses, .timeout = 30)
{
    uint16_t port = 0;
    int server = listen_on("::", &port);
    if (server < 0)
        cr_skip("this machine has no IPv6");
    struct dial *d = dial_new("::ffff:127.0.0.1", port);
    if (drive(d) != DIAL_CONNECTED)
        cr_skip("this machine maps no IPv4 into IPv6");
    cr_expect(dial_is_loopback(d));
    dial_free(d);
    close(server);
}
