#include <criterion/criterion.h>

#include <locale.h>
#include <string.h>

#include "ui/cluster.h"

TestSuite(cluster, .timeout = 30);

struct row {
    const char *name, *text;
    size_t took;
    const wchar_t *chars;
    int width;
};

static void expect_rows(const struct row *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct cluster c;
        size_t took = cluster_next(table[i].text, strlen(table[i].text), &c);
        cr_expect_eq(took, table[i].took, "%s: took %zu", table[i].name, took);
        cr_expect(wcscmp(c.chars, table[i].chars) == 0, "%s: \"%ls\"", table[i].name, c.chars);
        cr_expect_eq(c.width, table[i].width, "%s: width %d", table[i].name, c.width);
    }
}

Test(cluster, takes_a_base_with_its_marks)
{
    static const struct row table[] = {
        {"a letter", "ab", 1, L"a", 1},
        {"two bytes", "\xc3\xa9x", 2, L"\x00e9", 1},
        {"a wide one", "\xe6\x97\xa5\xe6\x9c\xac", 3, L"\x65e5", 2},
        {"beyond 16 bits", "\xf0\x9f\x98\x80.", 4, L"\x1f600", 2},
        {"a mark", "x\xcc\x81y", 3, L"x\x0301", 1},
        {"three marks", "x\xcc\x81\xcc\xa3\xcc\x88y", 7, L"x\x0301\x0323\x0308", 1},
        {"more than a cell holds", "x\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81y", 13,
         L"x\x0301\x0301\x0301\x0301", 1},
        {"a blank", " x", 1, L" ", 1},
        {"the replacement character", "\xef\xbf\xbd.", 3, L"\xfffd", 1},
    };
    cr_assert(setlocale(LC_ALL, "C.UTF-8"));
    expect_rows(table, sizeof table / sizeof *table);
}

Test(cluster, writes_a_question_mark_for_what_the_charset_lacks)
{
    static const struct row table[] = {
        {"ASCII", "ab", 1, L"a", 1},
        {"a letter", "\xd0\x9fx", 2, L"?", 1},
        {"a mark is dropped", "x\xcc\x81y", 3, L"x", 1},
    };
    cr_assert(setlocale(LC_ALL, "C"));
    expect_rows(table, sizeof table / sizeof *table);
}

/* Whatever has got past the gate, and whatever a cell is made of: no control comes out. */
Test(cluster, lets_no_control_through)
{
    static const char *const texts[] = {
        "\x1b[31m",
        "\x01",
        "\x7f",
        "\xc2\x9b",
        "\xc2\x80",
        "\t",
        "\n",
        "\r",
        "\xe2\x80\xae",
        "\xe2\x81\xa6",
        "\xe2\x80\x8b",
        "\xe2\x80\xa8",
        "\xef\xbb\xbf",
        "\xee\x80\x80",
        "x\xe2\x80\x8d",
        "x\xe2\x80\x8e",
        "\x9b",
        "\xff\xfe",
        "\xf4\x90\x80\x80",
        "\xed\xa0\x80",
    };
    static const char *const locales[] = {"C.UTF-8", "C"};
    for (size_t l = 0; l < 2; l++)
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
            struct cluster c;
            cr_assert(setlocale(LC_ALL, locales[l]));
            size_t len = strlen(texts[i]), took = cluster_next(texts[i], len, &c);
            cr_expect(took > 0 && took <= len, "%zu", i);
            for (const wchar_t *w = c.chars; *w; w++)
                cr_expect(*w == L'?' || *w == L'x' || *w == 0xfffd, "%zu: %x", i, (unsigned)*w);
        }
}
