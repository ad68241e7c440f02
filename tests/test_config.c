#include "config.h"

#include "store/config.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/config_text.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static char folder[] = "/tmp/dele-config-XXXXXX";
static char path[64];

static void make_folder(void)
{
    cr_assert(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/config", folder);
}

static void remove_folder(void)
{
    unlink(path);
    rmdir(folder);
}

TestSuite(config, .init = make_folder, .fini = remove_folder, .timeout = 30);

static void write_file(const char *bytes, size_t len)
{
    FILE *file = fopen(path, "w");
    cr_assert(file);
    cr_assert_eq(fwrite(bytes, 1, len, file), len);
    cr_assert_eq(fclose(file), 0);
}

static bool load(struct config *c, const char *text, struct err *e)
{
    write_file(text, strlen(text));
    return config_load(c, path, e);
}

Test(config, reads_accounts_theme_and_keys)
{
    static const char text[] = "# where the mail is\n"
                               "theme = \"nord\"\n"
                               "trash-days = 7\ntrash-size = 2G\n"
                               "account \"home\" {\n"
                               "    url = \"pops://joe@pop.example.org\" // at home\n"
                               "    pass-command = \"pass show home # not a comment\"\n"
                               "    charset = {\"koi8-r\", windows-1251}\n"
                               "    verify = no\n"
                               "}\n"
                               "account work {\n"
                               "    tls = none /* inside\n"
                               "                  the house */\n"
                               "    host = 192.0.2.25\n"
                               "    user = ann\n"
                               "    timeout = 20\n"
                               "    read-only = yes\n"
                               "}\n"
                               "keys {\n"
                               "    mark = \"d Space\"\n"
                               "    \"page-down\" = ^F\n"
                               "    page-up = '^B'\n"
                               "}\n";
    struct config c;
    struct err e = {0};
    cr_assert(load(&c, text, &e), "%s", e.text);
    cr_expect_str_eq(c.theme, "nord");
    cr_expect_eq(c.trash.days, 7);
    cr_expect_eq(c.trash.octets, UINT64_C(2) << 30);
    cr_assert_eq(c.account_count, 2);
    const struct account *home = config_account(&c, "home"), *work = config_account(&c, "work");
    cr_assert(home && work);
    cr_expect_null(config_account(&c, "Home"));
    cr_expect_str_eq(home->name, "home");
    cr_expect_str_eq(home->user, "joe");
    cr_expect_str_eq(home->host, "pop.example.org");
    cr_expect_str_eq(home->pass_command, "pass show home # not a comment");
    cr_expect_str_eq(home->charsets[0], "koi8-r");
    cr_expect_str_eq(home->charsets[1], "windows-1251");
    cr_expect_null(home->charsets[2]);
    cr_expect_eq(home->port, 995);
    cr_expect(!home->verify && !home->read_only);
    cr_expect_eq(home->idle_park_s, 300);
    cr_expect_str_eq(work->host, "192.0.2.25");
    cr_expect_eq(work->tls, ACCOUNT_TLS_NONE);
    cr_expect_eq(work->port, 110);
    cr_expect_eq(work->timeout_s, 20);
    cr_expect(work->read_only && work->verify);
    cr_expect_null(work->charsets[0]);
    static const struct {
        const char *action, *keys;
        int line;
    } keys[] = {{"mark", "d Space", 20}, {"page-down", "^F", 21}, {"page-up", "^B", 22}};
    cr_assert_eq(c.key_count, COUNT(keys));
    for (size_t i = 0; i < COUNT(keys); i++) {
        cr_expect_str_eq(c.keys[i].action, keys[i].action);
        cr_expect_str_eq(c.keys[i].keys, keys[i].keys);
        cr_expect_eq(c.keys[i].line, keys[i].line, "%s: line %d", keys[i].action,
                     c.keys[i].line);
    }
    config_release(&c);
    cr_expect_eq(c.account_count + c.key_count, 0);
    config_release(&c);
}

Test(config, takes_settings_in_any_order)
{
    static const char *const texts[] = {
        "account a { tls = none url = \"pops://joe@h\" user = ann }",
        "account a { url = pops://joe@h user = ann tls = none }",
        "account a {\n url='pops://joe@h'\ntls=implicit\ntls=none\nuser=ann}",
        "account a { user = \"${DELE_TEST_USER}\" tls = none url = \"pops://h\" }",
    };
    setenv("DELE_TEST_USER", "ann", 1);
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct config c;
        struct err e = {0};
        cr_assert(load(&c, texts[i], &e), "%s: %s", texts[i], e.text);
        const struct account *a = config_account(&c, "a");
        cr_assert_not_null(a);
        cr_expect_eq(a->tls, ACCOUNT_TLS_NONE, "%s", texts[i]);
        cr_expect_eq(a->port, 110, "%s", texts[i]);
        cr_expect_str_eq(a->user, "ann", "%s", texts[i]);
        cr_expect_str_eq(a->name, "a", "%s", texts[i]);
        config_release(&c);
    }
}

Test(config, has_defaults_where_the_file_says_nothing)
{
    static const char *const texts[] = {"", "\n\n", "# nothing", "keys { }", "/* */"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct config c;
        struct err e = {0};
        cr_assert(load(&c, texts[i], &e), "'%s': %s", texts[i], e.text);
        cr_expect_str_eq(c.theme, "default");
        cr_expect_eq(c.trash.days, 30);
        cr_expect_eq(c.trash.octets, 256 << 20);
        cr_expect_eq(c.account_count, 0);
        cr_expect_eq(c.key_count, 0);
        cr_expect_null(config_account(&c, "default"));
        config_release(&c);
    }
}

Test(config, refuses_what_is_wrong_with_its_line)
{
    static const struct {
        const char *text;
        int line;
        const char *says;
    } cases[] = {
        {"colour = red", 1,
         "'colour'; there are: account, rule, theme, keys, trash-days, trash-size"},
        {"# a\n// b\n/* c\n */ # d\ncolour = red", 5, "'colour'"},
        {"account a {\n  url = pop://h\n  colour = red\n}", 3,
         "'colour'; there are: url, host"},
        {"account a {\n  password = hush\n}", 2, "pass-command"},
        {"account a {\n\n  tls = yes\n}", 3, "implicit, starttls, none"},
        {"account a {\n  port = many\n}", 2, "from 1 to 65535"},
        {"account a {\n  port = {1, 2}\n}", 2, "{"},
        {"account a {\n  insecure\n}", 3, "insecure"},
        {"account a {\n  url = \"pops://joe:hush@h\"\n}", 2, "password"},
        {"account a {\n  url = \"xpop://h\"\n}", 2, "kpop:// (Kerberos)"},
        {"account a {\n  charset = {big5, \"a/b\"}\n}", 2, "'a/b'"},
        {"account a {\n  url = pop://h\n  host = h\n}", 4, "one must go"},
        {"account a {\n  user = joe\n}", 3, "neither url nor host"},
        {"account \"\" {\n  host = h\n}", 3, "needs a name"},
        {"account {\n  host = h\n}", 1, "title"},
        {"account a {\n host = h\n}\naccount a {\n host = i\n}", 4, "'a' already"},
        {"account a {\n host = h\n", 1, "no '}'"},
        {"\nkeys { a = b", 2, "no '}'"},
        {"account a {\n host = h\n charset = {big5\n", 1, "no '}'"},
        {"keys {\n a = \n}", 3, "}"},
        {"keys {\n a { b = c }\n}", 2, "a"},
        {"}", 1, "brace"},
        {"\n\"\" = x", 2, "no option"},
        {"trash-days = -1", 1, "trash-days: -1 is not a number from 0 to 36500"},
        {"trash-days = 40000", 1, "trash-days: 40000"},
        {"trash-days = soon", 1, "invalid integer value for option 'trash-days'"},
        {"\ntrash-size = much", 2, "trash-size: 'much' is not a size"},
        {"theme = ", 1, "end of file"},
        {"\ntheme = \"nord\n", 2, "string has no end"},
        {"theme = nord\n'", 2, "string has no end"},
        {"theme = \"nord\\\"", 1, "string has no end"},
        {"theme = nord \"", 1, "string has no end"},
        {"theme = nord\n/* x\n\n", 2, "comment has no end"},
        {"theme = \"\\999\"", 1, "999"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct config c;
        struct err e = {0};
        char want[80];
        cr_expect_not(load(&c, cases[i].text, &e), "%s", cases[i].text);
        cr_expect_eq(e.code, ERR_CONFIG, "%s", cases[i].text);
        snprintf(want, sizeof want, "%s:%d: ", path, cases[i].line);
        cr_expect_eq(strncmp(e.text, want, strlen(want)), 0, "%s: %s", cases[i].text, e.text);
        cr_expect(strstr(e.text + strlen(want), cases[i].says), "%s: %s", cases[i].text,
                  e.text);
        cr_expect(!strstr(e.text, "hush"), "%s", e.text);
        cr_expect(!c.accounts && !c.account_count && !c.theme && !c.keys, "%s", cases[i].text);
        config_release(&c);
    }
}

Test(config, reads_a_good_file_after_a_bad_one)
{
    static const char *const bad[] = {"theme = \"nord", "theme = nord '", "account a { x = y }",
                                      "keys { a = ", "theme = \"\\999\""};
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct config c;
        struct err e = {0};
        cr_expect_not(load(&c, bad[i], &e), "%s", bad[i]);
        err_clear(&e);
        cr_expect(load(&c, "theme = light", &e), "after %s: %s", bad[i], e.text);
        cr_expect_str_eq(c.theme, "light");
        config_release(&c);
    }
}

Test(config, refuses_files_that_are_none)
{
    enum { LARGE = 1 << 20 };
    struct config c;
    struct err e = {0};
    write_file("theme = nord\0\n", 14);
    cr_expect_not(config_load(&c, path, &e), "with a NUL");
    cr_expect(strstr(e.text, "no configuration file"), "%s", e.text);
    err_clear(&e);
    char *large = xmalloc(LARGE);
    memset(large, '\n', LARGE);
    write_file(large, LARGE);
    free(large);
    cr_expect_not(config_load(&c, path, &e), "too large");
    cr_expect(strstr(e.text, "no configuration file"), "%s", e.text);
    err_clear(&e);
    cr_expect_not(config_load(&c, folder, &e), "a folder");
    cr_expect(strstr(e.text, folder), "%s", e.text);
}

Test(config, must_be_there_when_it_was_named)
{
    struct config c;
    struct err e = {0};
    cr_expect_not(config_load(&c, "/nowhere/config", &e));
    cr_expect_eq(e.code, ERR_CONFIG);
    cr_expect(strstr(e.text, "/nowhere/config: "), "%s", e.text);
    config_release(&c);
}

Test(config, is_looked_for_in_the_usual_places)
{
    char place[128];
    struct config c;
    struct err e = {0};
    setenv("XDG_CONFIG_HOME", folder, 1);
    setenv("HOME", "/nowhere", 1);
    cr_expect(config_load(&c, NULL, &e), "it may be missing: %s", e.text);
    cr_expect_str_eq(c.theme, "default");
    config_release(&c);

    snprintf(place, sizeof place, "%s/dele", folder);
    cr_assert_eq(mkdir(place, 0700), 0);
    load(&c, "theme = light", &e);
    config_release(&c);
    snprintf(place, sizeof place, "%s/dele/config", folder);
    cr_assert_eq(rename(path, place), 0);
    cr_expect(config_load(&c, NULL, &e), "%s", e.text);
    cr_expect_str_eq(c.theme, "light");
    config_release(&c);

    unsetenv("XDG_CONFIG_HOME");
    cr_expect(config_load(&c, NULL, &e), "%s", e.text);
    cr_expect_str_eq(c.theme, "default", "nothing in /nowhere/.config");
    config_release(&c);
    unsetenv("HOME");
    setenv("XDG_CONFIG_HOME", "relative", 1);
    cr_expect(config_load(&c, NULL, &e), "%s", e.text);
    config_release(&c);

    unlink(place);
    *strrchr(place, '/') = '\0';
    rmdir(place);
}

Test(config, blanks_out_comments_and_nothing_else)
{
    static const struct {
        const char *in, *want;
    } cases[] = {
        {"a # b\nc", "a    \nc"},
        {"a#b\nc", "a  \nc"},
        {"// b\nc", "    \nc"},
        {"a//b c", "a//b c"},
        {"a //b c", "a      "},
        {"{//b\n}", "{   \n}"},
        {"/* a\nb */c", "    \n    c"},
        {"a/*b", "a/*b"},
        {"/**/a", "    a"},
        {"/*/ */a", "      a"},
        {"\"# // /* \"", "\"# // /* \""},
        {"'#\\'#'#", "'#\\'#' "},
        {"\"\\\"#\"#", "\"\\\"#\" "},
        {"\"a\"//b", "\"a\"   "},
        {"# \" ' {\n", "       \n"},
        {"", ""},
        {"#", " "},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int line;
        const char *reason = NULL;
        char *text = xstrdup(cases[i].in);
        cr_expect(config_text_prepare(text, &line, &reason), "%s: %s", cases[i].in, reason);
        cr_expect_str_eq(text, cases[i].want, "%s", cases[i].in);
        free(text);
    }
}

Test(config, finds_the_line_of_a_name)
{
    static const char text[] = "a = 1\nb-a = 2\n'c' = 3 \"a\" =\n4\na-b = a\nd\n=e";
    static const struct {
        const char *name;
        int line;
    } cases[] = {{"a", 3}, {"b-a", 2}, {"c", 3}, {"a-b", 5}, {"d", 6}, {"e", 0}, {"z", 0}};
    for (size_t i = 0; i < COUNT(cases); i++)
        cr_expect_eq(config_text_line_of(text, cases[i].name), cases[i].line, "%s",
                     cases[i].name);
}

static const char rules_text[] =
    "rule \"spam\" { match = \"from:casino size>1k\" action = mark }\n"
    "account home {\n"
    "    url = \"pops://joe@pop.example.org\"\n"
    "    rule boss {\n"
    "        match = 'from:\"the boss\"'\n"
    "        action = keep\n"
    "    }\n"
    "}\n"
    "rule \"later\" {\n"
    "    action = highlight # the order does not matter\n"
    "    match = 'subject:/[0-9]+%/'\n"
    "}\n";

Test(config, reads_rules_the_accounts_own_first)
{
    struct config c;
    struct err e = {0};
    cr_assert(load(&c, rules_text, &e), "%s", e.text);
    static const char *const names[] = {"boss", "spam", "later"};
    static const enum rule_action actions[] = {RULE_KEEP, RULE_MARK, RULE_HIGHLIGHT};
    for (int own = 1; own >= 0; own--) {
        struct rules *r = config_rules(&c, own ? "home" : NULL);
        cr_assert_eq(rules_count(r), 2 + (size_t)own);
        for (size_t i = 0; i < rules_count(r); i++) {
            cr_expect_str_eq(rules_at(r, i).name, names[i + !own]);
            cr_expect_eq(rules_at(r, i).action, actions[i + !own]);
            cr_expect_eq(query_state(rules_at(r, i).query), QUERY_GOOD);
        }
        rules_free(r);
    }
    cr_expect_str_eq(c.path, path);
    cr_expect_null(config_rule_fault(&c, "home", 0));
    config_release(&c);
}

Test(config, a_rule_at_fault_takes_no_other_away)
{
    static const struct {
        const char *rule, *says;
    } cases[] = {
        {"rule a {\n\nmatch = \"win colour:red\"\naction = mark }", ":3: "},
        {"rule a { match = \"win colour:red\" action = mark }",
         ":1: the rule 'a' is not used: match, column 5: there is no field"},
        {"rule a { match = \"size>\" action = mark }", "match, column 6: a value is missing"},
        {"rule a { action = mark }", "its match is empty"},
        {"rule a { match = win }", "its action is missing"},
        {"rule a { match = win action = delete }", "'delete' is none of its actions"},
        {"account x { host = h user = u rule a { match = '(' action = keep } }",
         "match, column"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct config c;
        struct err e = {0};
        char text[400];
        snprintf(text, sizeof text, "%s\nrule good { match = win action = mark }\n",
                 cases[i].rule);
        cr_assert(load(&c, text, &e), "%s: %s", cases[i].rule, e.text);
        struct rules *r = config_rules(&c, "x");
        const char *fault = config_rule_fault(&c, "x", 0);
        cr_expect_eq(rules_count(r), 1, "%s", cases[i].rule);
        cr_assert_not_null(fault, "%s", cases[i].rule);
        cr_expect(strstr(fault, cases[i].says), "%s: %s", cases[i].rule, fault);
        cr_expect(strstr(fault, path) == fault, "%s", fault);
        cr_expect_null(config_rule_fault(&c, "x", 1));
        rules_free(r);
        config_release(&c);
    }
}

Test(config, what_is_no_rule_is_refused)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"rule a { match = x action = mark colour = red }",
         ":1: there is no option 'colour' in a rule; there are: match, action"},
        {"rule a { match = x action = mark }\nrule a { match = y action = mark }",
         ":2: there is a rule 'a' already"},
        {"rule { match = x action = mark }", ":1:"},
        {"rule a { match = x", ":1: this '{' has no '}'"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct config c;
        struct err e = {0};
        cr_expect_not(load(&c, cases[i].text, &e), "%s", cases[i].text);
        cr_expect(strstr(e.text, cases[i].says), "%s: %s", cases[i].text, e.text);
        config_release(&c);
    }
}
