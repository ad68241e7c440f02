#include "config.h"

#include "mail/filename.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(filename, .timeout = 60);

#define TEN(x) x x x x x x x x x x

static const struct sample {
    const char *name, *want;
} samples[] = {
    {"report.pdf", "report.pdf"},
    {"a report, v2 (final).pdf", "a report, v2 (final).pdf"},
    {"\xD0\xBE\xD1\x82\xD1\x87\xD1\x91\xD1\x82.pdf",
     "\xD0\xBE\xD1\x82\xD1\x87\xD1\x91\xD1\x82.pdf"},
    {"", "fallback"},
    {".", "fallback"},
    {"..", "fallback"},
    {"/", "_"},
    {"../../etc/passwd", "passwd"},
    {"/etc/passwd", "passwd"},
    {"C:\\Users\\x\\run.exe", "run.exe"},
    {".bashrc", "bashrc"},
    {"..hidden", "hidden"},
    {"-rf", "rf"},
    {" x ", "x"},
    {"x. .", "x"},
    {"a:b*c?d\"e<f>g|h`i$j", "a_b_c_d_e_f_g_h_i_j"},
    {"a\nb", "a b"},
    {"a\x1B[2Jb", "a\xE2\x90\x9B[2Jb"},
    {"a\xE2\x80\xAE"
     "fdp.exe",
     "a\xEF\xBF\xBD"
     "fdp.exe"},
    {"con", "_con"},
    {"NUL.txt", "_NUL.txt"},
    {"com1.zip", "_com1.zip"},
    {"com0.zip", "com0.zip"},
    {"console", "console"},
    {"a/b/", "b_"},
    {TEN(TEN("xx")) ".pdf", TEN(TEN("x")) TEN("xxxx") "xxxxxx.pdf"},
    {TEN(TEN("x")) TEN("x") TEN("x") TEN("x") TEN("x") "xxxxxxxxx\xD0\xBE.pdf",
     TEN(TEN("x")) TEN("x") TEN("x") TEN("x") TEN("x") "xxxxxx.pdf"},
    {TEN("\xE2\x82\xAC") TEN("\xE2\x82\xAC") TEN("\xE2\x82\xAC") TEN("\xE2\x82\xAC")
         TEN("\xE2\x82\xAC") "x",
     TEN("\xE2\x82\xAC") TEN("\xE2\x82\xAC") TEN("\xE2\x82\xAC") TEN("\xE2\x82\xAC")
         TEN("\xE2\x82\xAC")},
};

Test(filename, is_safe)
{
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct buf out = BUF_INIT(1000);
        filename_safe(&out, samples[i].name, "fallback");
        cr_expect_str_eq(out.data, samples[i].want, "'%s': '%s'", samples[i].name, out.data);
        cr_expect(out.len <= FILENAME_MOST);
        buf_release(&out);
    }
}
