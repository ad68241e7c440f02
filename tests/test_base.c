#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/mem.h"

/* ---- buf -----------------------------------------------------------------------------------
 */

static void expect_buf(const struct buf *b, const char *want, size_t len)
{
    cr_expect(b->len == len && !memcmp(b->data, want, len), "'%s', not '%s'", b->data, want);
    cr_expect_eq(b->data[b->len], '\0');
    cr_expect_leq(b->len, b->cap);
}

Test(buf, begins_as_an_empty_string)
{
    struct buf b = BUF_INIT(10);
    expect_buf(&b, "", 0);
    buf_release(&b);
    expect_buf(&b, "", 0);
}

Test(buf, appends_bytes_text_and_characters)
{
    struct buf b = BUF_INIT(100);
    cr_expect(buf_append(&b, "a\0b", 3));
    cr_expect(buf_append_str(&b, "cd"));
    cr_expect(buf_append_char(&b, '\0'));
    cr_expect(buf_append(&b, NULL, 0));
    cr_expect(buf_append_str(&b, ""));
    expect_buf(&b, "a\0bcd\0", 6);
    buf_release(&b);
}

Test(buf, appends_nothing_above_its_cap)
{
    struct buf b = BUF_INIT(3);
    cr_expect(buf_append_str(&b, "ab"));
    cr_expect_not(buf_append_str(&b, "cd"));
    cr_expect_not(buf_append(&b, "cd", SIZE_MAX));
    cr_expect_not(buf_printf(&b, "%d", 12));
    expect_buf(&b, "ab", 2);
    cr_expect(buf_append_char(&b, 'c'));
    cr_expect_not(buf_append_char(&b, 'd'));
    expect_buf(&b, "abc", 3);
    buf_release(&b);
    cr_expect_eq(b.cap, 3, "the cap outlives the bytes");
}

Test(buf, keeps_nothing_where_the_cap_is_zero)
{
    struct buf b = BUF_INIT(0);
    cr_expect_not(buf_append_char(&b, 'a'));
    cr_expect(buf_append(&b, "", 0));
    cr_expect(buf_printf(&b, "%s", ""));
    expect_buf(&b, "", 0);
    buf_release(&b);
}

Test(buf, prints)
{
    struct buf b = BUF_INIT(1000);
    cr_expect(buf_printf(&b, "%d-%s", 7, "seven"));
    cr_expect(buf_printf(&b, "%0*d", 500, 1));
    cr_expect_eq(b.len, 507);
    cr_expect(!memcmp(b.data, "7-seven0", 8) && b.data[506] == '1' && !b.data[507]);
    cr_expect_not(buf_printf(&b, "%0*d", 494, 1), "one above the cap");
    cr_expect(buf_printf(&b, "%0*d", 493, 1), "the cap");
    buf_release(&b);
}

Test(buf, drops_bytes_from_either_end)
{
    struct buf b = BUF_INIT(100);
    buf_append_str(&b, "abcdef");
    buf_consume(&b, 0);
    expect_buf(&b, "abcdef", 6);
    buf_consume(&b, 2);
    expect_buf(&b, "cdef", 4);
    buf_truncate(&b, 3);
    expect_buf(&b, "cde", 3);
    buf_truncate(&b, 3);
    expect_buf(&b, "cde", 3);
    buf_consume(&b, 3);
    expect_buf(&b, "", 0);
    buf_append_str(&b, "x");
    buf_clear(&b);
    expect_buf(&b, "", 0);
    buf_release(&b);
    buf_consume(&b, 0);
    buf_truncate(&b, 0);
    buf_clear(&b);
    expect_buf(&b, "", 0);
}

Test(buf, keeps_its_allocation_when_cleared)
{
    struct buf b = BUF_INIT(100);
    buf_append_str(&b, "secret");
    char *data = b.data;
    size_t alloc = b.alloc;
    buf_clear(&b);
    cr_expect(b.data == data && b.alloc == alloc);
    buf_append_str(&b, "other");
    cr_expect_eq(b.data, data);
    buf_release(&b);
}

Test(buf, gives_its_bytes_away)
{
    struct buf b = BUF_INIT(100);
    char *empty = buf_detach(&b);
    cr_expect_str_eq(empty, "");
    buf_append(&b, "a\0b", 3);
    char *bytes = buf_detach(&b);
    cr_expect(!memcmp(bytes, "a\0b", 4));
    expect_buf(&b, "", 0);
    cr_expect(buf_append_str(&b, "again"));
    expect_buf(&b, "again", 5);
    free(empty);
    free(bytes);
    buf_release(&b);
}

Test(buf, is_usable_after_a_wipe)
{
    struct buf b = BUF_INIT(100);
    buf_wipe(&b);
    buf_append_str(&b, "password");
    buf_wipe(&b);
    expect_buf(&b, "", 0);
    cr_expect(buf_append_str(&b, "x"));
    buf_wipe(&b);
}

Test(buf, grows_in_linear_time, .timeout = 30)
{
    struct buf b = BUF_INIT(10000000);
    while (buf_append_char(&b, 'x'))
        ;
    cr_expect_eq(b.len, b.cap);
    cr_expect_leq(b.alloc, 2 * b.cap + 2);
    buf_release(&b);
}

/* The empty string is shared: nobody may write to it. */
Test(buf, leaves_the_shared_empty_string_alone)
{
    struct buf b = BUF_INIT(10), other = BUF_INIT(10);
    buf_append_str(&b, "x");
    buf_clear(&b);
    buf_append_str(&b, "y");
    cr_expect_eq(buf_empty[0], '\0');
    expect_buf(&other, "", 0);
    buf_release(&b);
}

/* ---- err -----------------------------------------------------------------------------------
 */

Test(err, keeps_the_first_error_until_it_is_cleared)
{
    struct err e = {0};
    err_set(&e, ERR_IO, "%s:%d", "first", 1);
    err_set(&e, ERR_AUTH, "second");
    cr_expect_eq(e.code, ERR_IO);
    cr_expect_str_eq(e.text, "first:1");
    err_clear(&e);
    cr_expect_eq(e.code, ERR_NONE);
    cr_expect_str_eq(e.text, "");
    err_set(&e, ERR_AUTH, "third");
    cr_expect_eq(e.code, ERR_AUTH);
    cr_expect_str_eq(e.text, "third");
}

Test(err, cuts_a_text_that_is_too_long)
{
    struct err e = {0};
    err_set(&e, ERR_IO, "%0*d", 10000, 1);
    cr_expect_eq(strlen(e.text), sizeof e.text - 1);
}

Test(err, can_hold_its_own_text)
{
    struct err e = {0};
    err_set(&e, ERR_IO, "text");
    err_set(&e, ERR_IO, "%s", e.text);
    cr_expect_str_eq(e.text, "text");
}

/* ---- mem -----------------------------------------------------------------------------------
 */

Test(mem, never_gives_null)
{
    void *pieces[] = {xmalloc(0), xcalloc(0, 8), xcalloc(8, 0), xreallocarray(NULL, 0, 8),
                      xreallocarray(xmalloc(8), 8, 0)};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        cr_expect_not_null(pieces[i], "%zu", i);
        free(pieces[i]);
    }
}

Test(mem, copies)
{
    char *text = xstrdup("text"), *bytes = xmemdup0("a\0bc", 3), *none = xmemdup0(NULL, 0);
    cr_expect_str_eq(text, "text");
    cr_expect(!memcmp(bytes, "a\0b", 4));
    cr_expect_str_eq(none, "");
    free(text);
    free(bytes);
    free(none);
}

Test(mem, clears_and_keeps)
{
    unsigned char *bytes = xcalloc(4, 4);
    for (size_t i = 0; i < 16; i++)
        cr_expect_eq(bytes[i], 0);
    memset(bytes, 7, 16);
    bytes = xreallocarray(bytes, 100, 4);
    for (size_t i = 0; i < 16; i++)
        cr_expect_eq(bytes[i], 7);
    free(bytes);
}

Test(mem, wipes_so_many_bytes)
{
    char bytes[] = "secrets";
    mem_wipe(bytes, 6);
    cr_expect(!memcmp(bytes, "\0\0\0\0\0\0s", 8));
    mem_wipe(NULL, 0);
}

static void say_restored(void)
{
    static const char text[] = "restored\n";
    if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
        _Exit(1);
}

/* What stands on standard error when memory runs out, with the hook or without. */
static void expect_last_words(void (*hook)(void), const char *want)
{
    char got[200] = "";
    FILE *caught = tmpfile();
    cr_assert_not_null(caught);
    pid_t child = fork();
    if (!child) {
        dup2(fileno(caught), STDERR_FILENO);
        mem_on_exhaustion(say_restored);
        mem_on_exhaustion(hook);
        xreallocarray(NULL, SIZE_MAX, SIZE_MAX);
        _Exit(0);
    }
    int status = 0;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 74);
    rewind(caught);
    got[fread(got, 1, sizeof got - 1, caught)] = '\0';
    cr_expect_str_eq(got, want);
    fclose(caught);
}

Test(mem, restores_the_terminal_before_it_speaks)
{
    expect_last_words(say_restored, "restored\ndele: out of memory\n");
    expect_last_words(NULL, "dele: out of memory\n");
}

/* ---- digest --------------------------------------------------------------------------------
 */

static void expect_hex(const uint8_t *digest, size_t size, const char *want)
{
    struct buf hex = BUF_INIT(100);
    cr_expect(digest_hex(&hex, digest, size));
    cr_expect_str_eq(hex.data, want);
    buf_release(&hex);
}

Test(digest, makes_md5)
{
    static const char *const cases[][2] = {
        /* RFC 1321 A.5 */
        {"", "d41d8cd98f00b204e9800998ecf8427e"},
        {"a", "0cc175b9c0f1b6a831c399e269772661"},
        {"message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
        {"1234567890123456789012345678901234567890123456789012345678901234567890123456789"
         "0",
         "57edf4a22be3c955ac49da2e2107b67a"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t out[DIGEST_MD5_SIZE];
        digest_md5(cases[i][0], strlen(cases[i][0]), out);
        expect_hex(out, sizeof out, cases[i][1]);
    }
}

Test(digest, makes_sha256)
{
    static const char *const cases[][2] = {
        /* FIPS 180-2 B */
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t out[DIGEST_SHA256_SIZE];
        digest_sha256(cases[i][0], strlen(cases[i][0]), out);
        expect_hex(out, sizeof out, cases[i][1]);
    }
}

Test(digest, prints_bytes_in_hexadecimal)
{
    expect_hex((const uint8_t *)"\x00\x01\x7f\x80\xab\xff", 6, "00017f80abff");
    expect_hex((const uint8_t *)"", 0, "");
}

Test(digest, prints_bytes_in_base64)
{
    static const char *const cases[][2] = {
        /* RFC 4648 section 10 */
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xff\xfe\xfb", "//77"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = BUF_INIT(20);
        cr_expect(digest_base64(&out, cases[i][0], strlen(cases[i][0])));
        cr_expect_str_eq(out.data, cases[i][1]);
        buf_release(&out);
    }
}

Test(digest, prints_base64_without_line_breaks)
{
    char bytes[1000];
    struct buf out = BUF_INIT(2000);
    memset(bytes, 0, sizeof bytes);
    cr_expect(digest_base64(&out, bytes, sizeof bytes));
    cr_expect_eq(out.len, 1336);
    cr_expect_null(strpbrk(out.data, "\r\n "));
    buf_release(&out);
}

Test(digest, appends_nothing_where_there_is_no_room)
{
    struct buf out = BUF_INIT(4);
    buf_append_str(&out, "x");
    cr_expect_not(digest_hex(&out, (const uint8_t *)"\1\2", 2));
    expect_buf(&out, "x", 1);
    cr_expect_not(digest_base64(&out, "f", 1));
    expect_buf(&out, "x", 1);
    cr_expect(digest_hex(&out, (const uint8_t *)"\1", 1));
    expect_buf(&out, "x01", 3);
    buf_release(&out);
}

/* ---- ascii ---------------------------------------------------------------------------------
 */

Test(ascii, compares_letters_alike_and_nothing_else)
{
    for (int a = 0; a < 256; a++) {
        char lower = (char)a;
        bool letter = a >= 'A' && a <= 'Z';
        cr_expect_eq(ascii_lower(lower), (char)(letter ? a - 'A' + 'a' : a), "%d", a);
    }
    cr_expect(ascii_same("IN-use\0X", "in-USE\0x", 8));
    cr_expect_not(ascii_same("a[", "a{", 2), "they differ by the bit of a letter");
    cr_expect(ascii_same("a", "b", 0));
    cr_expect(ascii_is("Top1", 3, "tOP"));
    cr_expect_not(ascii_is("Top", 3, "tops"));
    cr_expect_not(ascii_is("Tops", 4, "top"));
}
