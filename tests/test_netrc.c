#include "config.h"

#include "store/netrc.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

static char path[64];
static struct account account;
static struct secret secret;

static void setup(void)
{
    snprintf(path, sizeof path, "/tmp/dele-netrc-XXXXXX");
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    close(fd);
    account_init(&account);
    account.user = xstrdup("ann");
    account.host = xstrdup("pop.example.org");
    secret_init(&secret);
}

static void teardown(void)
{
    unlink(path);
    account_release(&account);
    secret_wipe(&secret);
}

TestSuite(netrc, .init = setup, .fini = teardown, .timeout = 30);

static enum netrc_result find_in(const char *text, size_t len, struct err *e)
{
    FILE *f = fopen(path, "w");
    cr_assert(f);
    cr_assert_eq(fwrite(text, 1, len, f), len);
    cr_assert_eq(fclose(f), 0);
    secret_wipe(&secret);
    return netrc_find(&secret, &account, path, e);
}

static enum netrc_result find(const char *text, struct err *e)
{
    *e = (struct err){0};
    return find_in(text, strlen(text), e);
}

Test(netrc, finds_the_password_of_this_user_at_this_host)
{
    static const char *const texts[] = {
        "machine pop.example.org login ann password sesame",
        "machine POP.Example.Org\n\tlogin ann\n\tpassword sesame\n",
        "machine pop.example.org password sesame login ann",
        "machine pop.example.org password sesame\n",
        "machine other login ann password no\nmachine pop.example.org login ann password sesame\n",
        "machine pop.example.org login bob password no\n"
        "machine pop.example.org login ann password sesame\n",
        "machine pop.example.org login ann password sesame\n"
        "machine pop.example.org login ann password second\n",
        "# machine pop.example.org login ann password no\n"
        "machine pop.example.org # at work\n login \"ann\" password \"sesame\" account x\n",
        "macdef init\nmachine pop.example.org login ann password no\n\n"
        "machine pop.example.org login ann password sesame\n",
        "machine x login y password z\ndefault login ann password sesame\n",
        "machine pop.example.org\r\nlogin ann\r\npassword sesame\r\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct err e;
        cr_expect_eq(find(texts[i], &e), NETRC_FOUND, "%zu: %s", i, e.text);
        cr_expect(secret.is_set && !strcmp(secret.text.data, "sesame"), "%zu: %s", i, texts[i]);
    }
}

Test(netrc, takes_blanks_quotes_and_backslashes_in_double_quotes)
{
    struct err e;
    cr_expect_eq(find("machine pop.example.org login ann password \"a b\\\"c\\\\d # e\"\n", &e),
                 NETRC_FOUND);
    cr_expect_str_eq(secret.text.data, "a b\"c\\d # e");
}

Test(netrc, is_silent_where_nobody_fits)
{
    static const char *const texts[] = {
        "",
        "# nothing\n",
        "machine pop.example.org login bob password no\n",
        "machine pop.example.org.evil login ann password no\n",
        "machine pop.example.org login ann\n",
        "default password no\n", /* it would go to any server */
        "default login bob password no\n",
        "macdef x\nmachine pop.example.org login ann password no\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct err e;
        cr_expect_eq(find(texts[i], &e), NETRC_NONE, "%zu: %s", i, e.text);
        cr_expect_not(secret.is_set);
    }
    struct err e = {0};
    unlink(path);
    cr_expect_eq(netrc_find(&secret, &account, path, &e), NETRC_NONE);
}

Test(netrc, names_the_line_of_a_fault)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"machine pop.example.org\nlogin ann passwort x\n", ":2: only machine, default"},
        {"machine pop.example.org login ann password\n", "nothing stands behind \"password\""},
        {"machine\n", "nothing stands behind \"machine\""},
        {"machine pop.example.org\nlogin ann\npassword \"open\n", ":3: a double quote"},
        {"machine pop.example.org login ann password \"\"\n", ":1: this password is empty"},
        {"machine pop.example.org password a password b\n", ":1: a second password"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err e;
        cr_expect_eq(find(cases[i].text, &e), NETRC_FAULT, "%zu", i);
        cr_expect_eq(e.code, ERR_CONFIG);
        cr_expect(strstr(e.text, cases[i].says), "%zu: %s", i, e.text);
        cr_expect(strstr(e.text, path), "%s", e.text);
        cr_expect_not(secret.is_set);
    }
}

Test(netrc, refuses_a_file_that_others_can_read_only_where_it_counts)
{
    static const char text[] = "machine pop.example.org login ann password sesame\n";
    struct err e;
    cr_expect_eq(find(text, &e), NETRC_FOUND);
    cr_assert_eq(chmod(path, 0640), 0);
    cr_expect_eq(find(text, &e), NETRC_FAULT);
    cr_expect(strstr(e.text, "chmod 600"), "%s", e.text);
    cr_expect_not(secret.is_set);
    cr_expect_eq(find("machine other login ann password x\n", &e), NETRC_NONE);
}

Test(netrc, bears_any_bytes)
{
    char *large = malloc(70000);
    struct err e = {0};
    memset(large, 'x', 70000);
    cr_expect_eq(find_in(large, 70000, &e), NETRC_FAULT);
    cr_expect(strstr(e.text, "too large"), "%s", e.text);
    e = (struct err){0};
    cr_expect_eq(find_in(large, 9000, &e), NETRC_FAULT);
    cr_expect(strstr(e.text, "too long"), "%s", e.text);
    e = (struct err){0};
    cr_expect_eq(find_in("machine a\0b", 11, &e), NETRC_FAULT);
    free(large);
}

Test(netrc, looks_at_home)
{
    char home[] = "/tmp/dele-home-XXXXXX", at[64];
    struct err e = {0};
    cr_assert(mkdtemp(home));
    setenv("HOME", home, 1);
    cr_expect_eq(netrc_find_at_home(&secret, &account, &e), NETRC_NONE);
    snprintf(at, sizeof at, "%s/.netrc", home);
    find("machine pop.example.org login ann password sesame\n", &e);
    cr_assert_eq(rename(path, at), 0);
    cr_expect_eq(netrc_find_at_home(&secret, &account, &e), NETRC_FOUND);
    unlink(at);
    rmdir(home);
}
