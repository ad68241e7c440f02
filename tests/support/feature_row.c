#include "config.h"

#include "tests/support/feature_row.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "client/check.h"
#include "tests/support/drive.h"

/* What `dele check` found at one of a server's ports. */
struct found {
    bool works, capa, top, uidl, pipelining;
    char auth[64];
};

static bool is_ok(const struct check_step *step, const char *name)
{
    return !strcmp(step->name, name) && step->verdict == CHECK_OK;
}

static struct found look(const struct feature_row *row, uint16_t port, enum account_tls tls)
{
    struct found found = {0};
    struct drive d;
    drive_init(&d, port, tls);
    free(d.account.user);
    d.account.user = xstrdup(row->user);
    d.account.tls_ca = row->ca ? xstrdup(row->ca) : NULL;
    struct check *c = check_new(&d.account, &d.password);
    while (!check_is_done(c)) {
        struct pollfd fds[LINK_POLLFDS];
        int wait = -1;
        nfds_t n = (nfds_t)check_poll(c, fds, drive_now(), &wait);
        poll(fds, n, wait);
        check_turn(c, drive_now());
    }
    size_t count;
    const struct check_step *steps = check_steps(c, &count);
    for (size_t i = 0; i < count; i++) {
        found.works |= is_ok(&steps[i], "quit") || !strcmp(steps[i].name, "pipelining");
        found.capa |= is_ok(&steps[i], "capa");
        found.top |= is_ok(&steps[i], "top");
        found.uidl |= is_ok(&steps[i], "uidl");
        found.pipelining |= is_ok(&steps[i], "pipelining");
        const char *by = strcmp(steps[i].name, "login") ? NULL : strstr(steps[i].text, " by ");
        if (by)
            snprintf(found.auth, sizeof found.auth, "%.*s", (int)strcspn(by + 4, ","), by + 4);
    }
    check_free(c);
    drive_release(&d);
    return found;
}

static void expect_in_readme(const char *row)
{
    char path[512], line[256];
    bool found = false;
    snprintf(path, sizeof path, "%s/README", getenv("top_srcdir"));
    FILE *f = fopen(path, "r");
    cr_assert_not_null(f, "%s", path);
    while (!found && fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = '\0';
        found = !strcmp(line, row);
    }
    fclose(f);
    cr_expect(found, "README lacks this row:\n%s", row);
}

void feature_row_expect(const struct feature_row *row)
{
    char text[160];
    struct found clear = look(row, row->plain, ACCOUNT_TLS_NONE), stls = {0}, tls = {0};
    if (row->tls) {
        stls = look(row, row->plain, ACCOUNT_TLS_STARTTLS);
        tls = look(row, row->tls, ACCOUNT_TLS_IMPLICIT);
    }
    const struct found *best = tls.works ? &tls : stls.works ? &stls : &clear;
    snprintf(text, sizeof text, "    %-24s %-5s %-5s %-5s %-5s %-9s %-8s %s", row->name,
             best->capa ? "yes" : "no", best->top ? "yes" : "no", best->uidl ? "yes" : "no",
             best->pipelining ? "yes" : "no",
             stls.works && tls.works ? "995, STLS"
             : tls.works             ? "995"
             : stls.works            ? "STLS"
                                     : "no",
             row->refuses_second ? "refused" : "allowed", best->auth);
    expect_in_readme(text);
}
