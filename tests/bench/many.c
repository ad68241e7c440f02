/* A maildrop as large as one likes: many MESSAGES serves it on 127.0.0.1 as fast as it can, one
 * session after the other, and prints its port.  Sizes, UIDLs and headers (0.7 to 2 kB) are
 * made from the message's number when they are asked for, always the same; every user and
 * password is right.  What a session deletes is gone from the next one. */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ROOM 65536
#define MESSAGES_MAX 1000000L
#define HEADER_MAX 4096
#define LINE_MAX_OCTETS 512
#define NEWEST \
    1795385411LL /* a Sunday; an hour and a half between two messages, more or less */
#define APART 5400

static uint32_t *ids; /* by number - 1: what the message is made from */
static bool *deleted;
static size_t count;

static int client = -1;
static char out[ROOM];
static size_t out_len;
static bool lost;

static void die(const char *what)
{
    perror(what);
    exit(1);
}

/* ---- bytes ------------------------------------------------------------------------------- */

static void flush_out(void)
{
    for (size_t done = 0; done < out_len && !lost;) {
        ssize_t n = write(client, out + done, out_len - done);
        if (n < 0 && errno != EINTR)
            lost = true;
        else if (n > 0)
            done += (size_t)n;
    }
    out_len = 0;
}

static void put(const char *text, size_t len)
{
    if (len > sizeof out - out_len)
        flush_out();
    memcpy(out + out_len, text, len);
    out_len += len;
}

static void say(const char *text)
{
    put(text, strlen(text));
}

/* ---- messages ---------------------------------------------------------------------------- */

/* The Nth of the numbers that belong to a message (splitmix64). */
static uint64_t dice(uint32_t id, uint32_t n)
{
    uint64_t z = ((uint64_t)id << 16 | n) * 0x9E3779B97F4A7C15u + 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

#define PICK(list, id, n) ((list)[dice(id, n) % (sizeof(list) / sizeof *(list))])

static size_t octets_of(uint32_t id)
{
    return 900 + dice(id, 0) % 60000;
}

/* Names and subjects as they stand in a header: every fifth is an encoded word. */
static const char *const senders[] = {
    "Anna Schmidt",
    "\"Smith, John\"",
    "Maria Garcia",
    "Build Server",
    "The Daily News",
    "Olga Petrova",
    "Liu Wei",
    "Support",
    "=?utf-8?Q?J=C3=BCrgen_M=C3=BCller?=",
    "=?utf-8?B?0JDQvdC90LAg0JjQstCw0L3QvtCy0LA=?=",
    "=?iso-8859-1?Q?Andr=E9_Lef=E8vre?=",
    "Paul",
    "Zoe Papadopoulou",
    "Webshop",
    "Backup",
};
static const char *const hosts[] = {"example.org",       "mail.example.com", "news.example.net",
                                    "lists.example.org", "shop.example.com", "ci.example.net"};
static const char *const words[] = {
    "invoice", "meeting",  "report",     "update",   "schedule", "project",  "budget",
    "release", "server",   "backup",     "order",    "shipment", "contract", "holiday",
    "travel",  "question", "proposal",   "minutes",  "agenda",   "deadline", "reminder",
    "ticket",  "build",    "newsletter", "security", "patch",    "account",  "request",
};
static const char *const encoded[] = {
    "=?utf-8?Q?Gr=C3=B6=C3=9Fere_=C3=84nderungen_am_Zeitplan?=",
    "=?utf-8?B?0J3QsNC/0L7QvNC40L3QsNC90LjQtSDQviDQstGB0YLRgNC10YfQtQ==?=",
    "=?koi8-r?B?7s/Xz9PUySDX3sXSwQ==?=",
    "=?iso-8859-1?Q?R=E9servation_confirm=E9e?=",
    "=?utf-8?B?5Lya6K6u57qq6KaB77ya5LiL5ZGo55qE5a6J5o6S?=",
};

static int subject_of(char *to, size_t size, uint32_t id)
{
    const char *re = dice(id, 1) % 3 ? "" : dice(id, 1) % 2 ? "Re: " : "Fwd: ";
    if (dice(id, 2) % 5 == 0)
        return snprintf(to, size, "%s%s %u", re, PICK(encoded, id, 3), (unsigned)id);
    /* one of a thousand has the word that nothing else has */
    const char *rare = dice(id, 4) % 1000 ? PICK(words, id, 5) : "quokka";
    return snprintf(to, size, "%s%s %s %s %u", re, PICK(words, id, 6), rare, PICK(words, id, 7),
                    (unsigned)id);
}

/* A signature's base64, to give headers the length that they have. */
static int filler(char *to, size_t size, uint32_t id, unsigned lines)
{
    int len = snprintf(to, size,
                       "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=%s;\r\n"
                       "\ts=s2026; h=from:to:subject:date:message-id;\r\n\tb=",
                       PICK(hosts, id, 8));
    for (unsigned i = 0; i < lines; i++) {
        uint64_t a = dice(id, 20 + 2 * i), b = dice(id, 21 + 2 * i);
        len += snprintf(to + len, size - (size_t)len, "%016llx%016llx%016llx%016llx\r\n\t ",
                        (unsigned long long)a, (unsigned long long)b, (unsigned long long)~a,
                        (unsigned long long)~b);
    }
    return len + snprintf(to + len, size - (size_t)len, "==\r\n");
}

static size_t header_of(char *to, size_t size, uint32_t id)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    const char *host = PICK(hosts, id, 8);
    unsigned user = (unsigned)(dice(id, 9) % 500);
    time_t when = (time_t)(NEWEST - (MESSAGES_MAX - (long)id) % 50000 * APART +
                           (int64_t)(dice(id, 10) % APART));
    struct tm tm;
    char date[64], subject[256];
    gmtime_r(&when, &tm);
    snprintf(date, sizeof date, "%s, %d %s %d %02d:%02d:%02d +0000", days[tm.tm_wday],
             tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min,
             tm.tm_sec);
    subject_of(subject, sizeof subject, id);
    int len = snprintf(to, size,
                       "Return-Path: <user%u@%s>\r\nDelivered-To: ann@example.org\r\n"
                       "Received: from mx%u.%s (mx%u.%s [192.0.2.%u])\r\n"
                       "\tby mail.example.org (Postfix) with ESMTPS id %016llX\r\n"
                       "\tfor <ann@example.org>; %s\r\n"
                       "Received: from localhost (unknown [198.51.100.%u])\r\n"
                       "\tby mx%u.%s with ESMTPA id %08llx; %s\r\n",
                       user, host, user % 7, host, user % 7, host, user % 250,
                       (unsigned long long)dice(id, 11), date, (unsigned)(dice(id, 12) % 250),
                       user % 7, host, (unsigned long long)(dice(id, 13) & 0xffffffff), date);
    if (dice(id, 14) % 4)
        len += filler(to + len, size - (size_t)len, id, (unsigned)(dice(id, 15) % 16));
    len += snprintf(to + len, size - (size_t)len,
                    "From: %s <user%u@%s>\r\nTo: Ann <ann@example.org>\r\nSubject: %s\r\n"
                    "Date: %s\r\nMessage-ID: <%016llx.%u@%s>\r\nMIME-Version: 1.0\r\n"
                    "Content-Type: text/plain; charset=utf-8\r\n"
                    "Content-Transfer-Encoding: 8bit\r\nX-Spam-Score: %u.%u\r\n\r\n",
                    senders[user % (sizeof senders / sizeof *senders)], user, host, subject,
                    date, (unsigned long long)dice(id, 16), (unsigned)id, host,
                    (unsigned)(dice(id, 17) % 9), (unsigned)(dice(id, 18) % 10));
    return (size_t)len;
}

/* ---- commands ---------------------------------------------------------------------------- */

static void show_line(const char *verb, size_t number)
{
    char line[80];
    uint32_t id = ids[number - 1];
    int len = strcmp(verb, "LIST")
                  ? snprintf(line, sizeof line, "%zu %08x%016llx\r\n", number, (unsigned)id,
                             (unsigned long long)dice(id, 19))
                  : snprintf(line, sizeof line, "%zu %zu\r\n", number, octets_of(id));
    put(line, (size_t)len);
}

static void show_lines(const char *verb, size_t number)
{
    say(number ? "+OK " : "+OK\r\n");
    if (number) {
        show_line(verb, number);
        return;
    }
    for (size_t i = 1; i <= count && !lost; i++)
        if (!deleted[i - 1])
            show_line(verb, i);
    say(".\r\n");
}

static void show_stat(void)
{
    size_t n = 0;
    unsigned long long octets = 0;
    char line[64];
    for (size_t i = 0; i < count; i++) {
        n += !deleted[i];
        octets += deleted[i] ? 0 : octets_of(ids[i]);
    }
    snprintf(line, sizeof line, "+OK %zu %llu\r\n", n, octets);
    say(line);
}

static void show_message(size_t number, long lines)
{
    char block[HEADER_MAX];
    size_t len = header_of(block, sizeof block, ids[number - 1]);
    say("+OK\r\n");
    put(block, len);
    for (long i = 0; i < lines && i < 20; i++)
        say("Nothing is written here that is worth a line.\r\n");
    say(".\r\n");
}

static void commit(void)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!deleted[i])
            ids[kept++] = ids[i];
    count = kept;
}

/* The commands about one message. */
static void serve_message(const char *verb, const char *rest)
{
    char *end;
    unsigned long number = strtoul(rest, &end, 10);
    if (number == 0 || number > count || deleted[number - 1]) {
        say("-ERR no such message\r\n");
    } else if (!strcmp(verb, "TOP")) {
        show_message(number, strtol(end, NULL, 10));
    } else if (!strcmp(verb, "RETR")) {
        show_message(number, 20);
    } else if (!strcmp(verb, "DELE")) {
        deleted[number - 1] = true;
        say("+OK\r\n");
    } else {
        show_lines(verb, number);
    }
}

/* False after QUIT. */
static bool serve(char *line)
{
    char *rest = line + strcspn(line, " ");
    bool is_plain = !*rest;
    if (!is_plain)
        *rest++ = '\0';
    for (char *p = line; *p; p++)
        *p = (char)(*p >= 'a' && *p <= 'z' ? *p - 32 : *p);
    if (!strcmp(line, "CAPA")) {
        say("+OK\r\nTOP\r\nUIDL\r\nUSER\r\nPIPELINING\r\nRESP-CODES\r\n.\r\n");
    } else if (!strcmp(line, "USER") || !strcmp(line, "PASS") || !strcmp(line, "NOOP")) {
        say("+OK\r\n");
    } else if (!strcmp(line, "STAT")) {
        show_stat();
    } else if ((!strcmp(line, "LIST") || !strcmp(line, "UIDL")) && is_plain) {
        show_lines(line, 0);
    } else if (!strcmp(line, "RSET")) {
        memset(deleted, 0, count);
        say("+OK\r\n");
    } else if (!strcmp(line, "QUIT")) {
        commit();
        say("+OK\r\n");
        return false;
    } else if (!strcmp(line, "TOP") || !strcmp(line, "RETR") || !strcmp(line, "DELE") ||
               !strcmp(line, "LIST") || !strcmp(line, "UIDL")) {
        serve_message(line, rest);
    } else {
        say("-ERR what?\r\n");
    }
    return true;
}

static void session(void)
{
    static char in[ROOM];
    size_t len = 0;
    out_len = 0;
    lost = false;
    memset(deleted, 0, count);
    say("+OK ready\r\n");
    flush_out();
    while (!lost) {
        ssize_t n = read(client, in + len, sizeof in - len);
        if (n <= 0)
            return;
        len += (size_t)n;
        char *from = in, *end;
        while ((end = memchr(from, '\n', len - (size_t)(from - in)))) {
            end[end > from && end[-1] == '\r' ? -1 : 0] = '\0';
            if (!serve(from)) {
                flush_out();
                return;
            }
            from = end + 1;
        }
        len -= (size_t)(from - in);
        memmove(in, from, len);
        if (len > LINE_MAX_OCTETS)
            return;
        flush_out();
    }
}

int main(int argc, char **argv)
{
    long n = argc == 2 ? strtol(argv[1], NULL, 10) : 0;
    if (n < 1 || n > MESSAGES_MAX) {
        fprintf(stderr, "usage: many MESSAGES (at most %ld)\n", MESSAGES_MAX);
        return 64;
    }
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    signal(SIGPIPE, SIG_IGN);
    if (bind(listener, (struct sockaddr *)&at, sizeof at) || listen(listener, 64) ||
        getsockname(listener, (struct sockaddr *)&at, &size))
        die("many: listen");
    count = (size_t)n;
    ids = malloc(count * sizeof *ids);
    deleted = calloc(count, sizeof *deleted);
    if (!ids || !deleted)
        die("many");
    for (size_t i = 0; i < count; i++)
        ids[i] = (uint32_t)i + 1;
    printf("%d\n", ntohs(at.sin_port));
    fflush(stdout);
    for (;;) {
        client = accept(listener, NULL, NULL);
        if (client < 0)
            continue;
        setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        session();
        close(client);
    }
}
