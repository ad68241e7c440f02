#include "config.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <gnutls/gnutls.h>
#include <jansson.h>

#include "base/buf.h"
#include "base/text.h"
#include "demo/demo.h"
#include "mail/charset.h"
#include "mail/date.h"
#include "tests/support/certs.h"
#include "tests/support/net.h"
#include "tests/support/program.h"
#include "tests/support/server.h"

/* `dele list` as a shell sees it: what it prints, what it says, and its exit status. */

TestSuite(list, .init = program_home_make, .fini = program_home_drop, .timeout = 60);

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define PASSWORD PROGRAM_PASSWORD
#define PASS PROGRAM_PASS
#define URL_SIZE 64

static const char *url_of(const struct server *server, char url[URL_SIZE])
{
    snprintf(url, URL_SIZE, "pop://ann@127.0.0.1:%u", server_port(server));
    return url;
}

/* Lists the maildrop of SERVER; QUERY may be NULL. */
static struct program list(const struct server *server, const char *format, const char *query)
{
    char url[URL_SIZE];
    struct program p = {.args = {"list", "--format", format, PASS, url_of(server, url), query}};
    program_run(&p);
    cr_assert_eq(p.status, 0, "%d: %s", p.status, p.err);
    cr_expect_str_eq(p.err, "");
    return p;
}

/* What the name is made of must not push the real address out of sight. */
Test(list, never_cuts_the_senders_address_in_the_table)
{
    static const struct {
        const char *from, *shown;
    } cases[] = {
        {"Ann <ann@example.org>", "  Ann <ann@example.org>             s\n"},
        {"A person with a long name <ann@example.org>",
         "  A person wit.. <ann@example.org>  s\n"},
        {"No room <a-sender-with-27-octets@x.test>", "  <a-sender-with-27-octets@x.test>  s\n"},
        {"\xE5\x96\xB6\xE6\xA5\xAD\xE9\x83\xA8\xE5\x96\xB6\xE6\xA5\xAD\xE9\x83\xA8 "
         "<sales-department@shop.test>",
         "  <sales-department@shop.test>      s\n"},
        {"an-address-of-thirty-four@cols.test", "  an-address-of-thirty-four@cols.test  s\n"},
        {"A name that has no address but is long <>",
         "  A name that has no address but..  s\n"},
    };
    struct demo *demo = demo_new_empty();
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[256];
        snprintf(text, sizeof text, "From: %s\nSubject: s\n\n", cases[i].from);
        demo_add(demo, "uidl", text, strlen(text));
    }
    struct server *server = server_demo(demo);
    demo_free(demo);
    struct program p = list(server, "table", NULL);
    for (size_t i = 0; i < COUNT(cases); i++)
        cr_expect(strstr(p.out, cases[i].shown), "%s: %s", cases[i].from, p.out);
    program_release(&p);
    server_stop(server);
}
