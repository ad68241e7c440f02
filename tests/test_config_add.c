#include "config.h"

#include "store/config_add.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/config.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static char folder[40], path[64];

static void make_folder(void)
{
    strcpy(folder, "/tmp/dele-add-XXXXXX");
    cr_assert(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/config", folder);
}

static void remove_folder(void)
{
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    cr_expect_eq(system(command), 0);
}

TestSuite(config_add, .init = make_folder, .fini = remove_folder, .timeout = 30);

static void write_file(const char *text, mode_t mode)
{
    FILE *f = fopen(path, "w");
    cr_assert(f && fputs(text, f) >= 0 && !fclose(f) && !chmod(path, mode));
}

static void expect_file(const char *text, mode_t mode)
{
    char bytes[1000];
    struct stat st;
    FILE *f = fopen(path, "r");
    cr_assert_not_null(f);
    bytes[fread(bytes, 1, sizeof bytes - 1, f)] = '\0';
    fclose(f);
    cr_expect_str_eq(bytes, text);
    cr_assert(!stat(path, &st));
    cr_expect_eq(st.st_mode & 0777, mode, "%o", (unsigned)st.st_mode);
}

/* Nothing but the file itself is left behind. */
static void expect_no_other(void)
{
    char command[100];
    snprintf(command, sizeof command, "test \"$(ls %s | grep -v '^target$')\" = config",
             folder);
    cr_expect_eq(system(command), 0);
}

#define RULE "rule 'ann@x.example' { match = 'from:<ann@x.example>' action = mark }\n"

static bool add(struct buf *added, struct err *e)
{
    return config_add_rule(path, "ann@x.example", "from:<ann@x.example>", RULE_MARK, added, e);
}

Test(config_add, appends_and_takes_back)
{
    static const struct {
        const char *before, *between;
        mode_t mode;
    } cases[] = {
        {"theme = \"nord\" # mine\n", "\n", 0600},
        {"theme = \"nord\"", "\n\n", 0640},
        {"", "", 0600},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf added = BUF_INIT(1000);
        struct err e = {0};
        char after[200];
        snprintf(after, sizeof after, "%s%s%s", cases[i].before, cases[i].between, RULE);
        write_file(cases[i].before, cases[i].mode);
        cr_assert(add(&added, &e), "%s", e.text);
        expect_file(after, cases[i].mode);
        cr_assert(config_take_rule(path, added.data, &e), "%s", e.text);
        expect_file(cases[i].before, cases[i].mode);
        expect_no_other();
        buf_release(&added);
    }
}

Test(config_add, makes_a_file_for_the_user_alone)
{
    struct buf added = BUF_INIT(1000);
    struct err e = {0};
    struct config c;
    cr_assert(add(&added, &e), "%s", e.text);
    expect_file(RULE, 0600);
    cr_assert(config_load(&c, path, &e), "%s", e.text);
    struct rules *r = config_rules(&c, NULL);
    cr_assert_eq(rules_count(r), 1);
    cr_expect_str_eq(rules_at(r, 0).name, "ann@x.example");
    cr_expect_str_eq(query_text(rules_at(r, 0).query), "from:<ann@x.example>");
    rules_free(r);
    config_release(&c);
    buf_release(&added);
}

Test(config_add, keeps_a_link)
{
    char target[80];
    struct stat st;
    struct buf added = BUF_INIT(1000);
    struct err e = {0};
    snprintf(target, sizeof target, "%s/target", folder);
    cr_assert(!symlink(target, path));
    write_file("theme = \"nord\"\n", 0600);
    cr_assert(add(&added, &e), "%s", e.text);
    cr_assert(!lstat(path, &st) && S_ISLNK(st.st_mode));
    expect_file("theme = \"nord\"\n\n" RULE, 0600);
    expect_no_other();
    buf_release(&added);
}

Test(config_add, leaves_a_file_alone_that_it_would_spoil)
{
    static const char *const texts[] = {
        "/* a comment without an end\n",
        "account home { url = \"pop://a@b\"\n",
        "rule 'ann@x.example' { match = x action = keep }\n",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct buf added = BUF_INIT(1000);
        struct err e = {0};
        write_file(texts[i], 0600);
        cr_expect_not(add(&added, &e), "%s", texts[i]);
        cr_expect(e.code == ERR_CONFIG && *e.text, "%s", texts[i]);
        cr_expect_eq(added.len, 0);
        expect_file(texts[i], 0600);
        expect_no_other();
        buf_release(&added);
    }
}

Test(config_add, takes_nothing_from_a_file_that_was_changed)
{
    struct buf added = BUF_INIT(1000);
    struct err e = {0};
    write_file("theme = \"nord\"\n", 0600);
    cr_assert(add(&added, &e), "%s", e.text);
    write_file("theme = \"nord\"\n\n" RULE "# more\n", 0600);
    cr_expect_not(config_take_rule(path, added.data, &e));
    cr_expect(strstr(e.text, "was changed"), "%s", e.text);
    expect_file("theme = \"nord\"\n\n" RULE "# more\n", 0600);
    buf_release(&added);
}

Test(config_add, says_that_it_cannot_write)
{
    struct buf added = BUF_INIT(1000);
    struct err e = {0};
    snprintf(path, sizeof path, "/dev/null/config");
    cr_expect_not(add(&added, &e));
    cr_expect_eq(e.code, ERR_IO);
    cr_expect_eq(added.len, 0);
    buf_release(&added);
}

Test(config_add, knows_what_may_stand_there)
{
    static const char *const good[] = {"ann@x.example", "a.b-c_d+e=f@x-y.example",
                                       "from:<a@b>"};
    static const char *const bad[] = {"",    "a b", "a'b", "a\"b", "a\\b", "a\nb",      "a{b",
                                      "a)b", "a|b", "a#b", "a$b",  "a/b",  "\xc3\xa4@x"};
    for (size_t i = 0; i < COUNT(good); i++)
        cr_expect(config_can_add(good[i]), "%s", good[i]);
    for (size_t i = 0; i < COUNT(bad); i++)
        cr_expect_not(config_can_add(bad[i]), "%s", bad[i]);
}
