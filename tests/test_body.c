#include "config.h"

#include "mail/body.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

TestSuite(body, .timeout = 60);

#define COUNT(table) (sizeof(table) / sizeof *(table))

static struct body *read_message(const char *text, size_t len, uint32_t part, bool is_cut,
                                 const char *const *charsets)
{
    struct body_memory memory = {text, len};
    struct body_source source = {&memory, body_read_memory, is_cut};
    struct body_options options = {.charsets = charsets, .part = part, .width = 72};
    return body_new(&source, &options);
}

#define PLAIN(charset) "Content-Type: text/plain; charset=" charset "\n\n"
#define MIXED "Content-Type: multipart/mixed; boundary=b\n\n"

static const struct sample {
    const char *name, *text, *want, *notes;
} samples[] = {
    {"plain", "Subject: x\n\nhi\n", "hi\n", ""},
    {"nothing", "", "", ""},
    {"utf-8", PLAIN("utf-8") "Gr\xC3\xBC\xC3\x9F\x65\n", "Gr\xC3\xBC\xC3\x9F\x65\n", ""},
    {"UTF8 without its dash", PLAIN("UTF8") "\xC3\xBC\n", "\xC3\xBC\n", ""},
    {"a byte order mark", PLAIN("iso-8859-1") "\xEF\xBB\xBF\xC3\xBC\n", "\xC3\xBC\n", ""},
    {"UTF-16 by its mark, whatever is declared",
     "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n//5hAGIA",
     "ab", ""},
    {"iso-8859-1", PLAIN("iso-8859-1") "\xFC\n", "\xC3\xBC\n", ""},
    {"koi8-r", PLAIN("koi8-r") "\xF0\xD2\xC9\xD7\xC5\xD4\n",
     "\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82\n", ""},
    {"declared wrong, and UTF-8", PLAIN("iso-8859-1") "\xD0\x9F\xD1\x80\n",
     "\xD0\x9F\xD1\x80\n", "declared as iso-8859-1, but it is UTF-8\n"},
    {"declared as UTF-8, and is not", PLAIN("utf-8") "caf\xE9 au lait, tr\xE8s bien\n",
     "caf\xC3\xA9 au lait, tr\xC3\xA8s bien\n", "declared as utf-8, but it is not\n"},
    {"UTF-8 with a broken place", PLAIN("utf-8") "\xC3\xBC \xFC \xC3\xBC\n",
     "\xC3\xBC \xEF\xBF\xBD \xC3\xBC\n", ""},
    {"a charset that says nothing", PLAIN("unknown-8bit") "\xC3\xBC\n", "\xC3\xBC\n", ""},
    {"UTF-32 by its mark",
     "Content-Type: text/plain; charset=utf-32\nContent-Transfer-Encoding: base64\n\n"
     "//4AAGEAAABiAAAA",
     "ab", ""},
    {"an unknown charset", PLAIN("x-\x1B[2Jnone") "hi\n", "hi\n",
     "the charset x-\xE2\x90\x9B[2Jnone is not known here: guessed\n"},
    {"us-ascii with more", PLAIN("us-ascii") "\xC3\xBC\n", "\xC3\xBC\n", ""},
    {"ISO-2022-JP", PLAIN("iso-2022-jp") "\x1B$B$3\x1B(B\n", "\xE3\x81\x93\n", ""},
    {"quoted-printable",
     "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
     "a=C3=BC=\nb\n",
     "a\xC3\xBC"
     "b\n",
     ""},
    {"controls become visible", "\na\x1B[2Jb\x07\n", "a\xE2\x90\x9B[2Jb\xE2\x90\x87\n", ""},
    {"flowed", "Content-Type: text/plain; format=flowed\n\none \ntwo\n", "one two\n", ""},
    {"flowed, DelSp", "Content-Type: text/plain; format=flowed; delsp=yes\n\none \ntwo\n",
     "onetwo\n", ""},
    {"enclosed", "\nbegin 644 x\n#86)C\nend\n", "[uuencoded file: x, 22 octets of text]\n", ""},
    {"html",
     "Content-Type: text/html\n\n<p>Hi &amp; <b>you</b></p><img src=http://x.example/a>",
     "Hi & you\n", "1 image on the net, not fetched\n"},
    {"html without a tag", "Content-Type: text/html\n\none\ntwo < 3\n<a@x.example>\n",
     "one\ntwo < 3\n<a@x.example>\n", ""},
    {"a message in a message", "Content-Type: message/rfc822\n\nSubject: inner\n\nhi\n",
     "Subject: inner\n\nhi\n", ""},
    {"html by its meta",
     "Content-Type: text/html\n\n<meta charset=koi8-r><p>\xF0\xD2\xC9\xD7\xC5\xD4</p>",
     "\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82\n", ""},
    {"a part", MIXED "--b\n\none\n--b\n\ntwo\n--b--\n", "one", ""},
    {"a part without its end", MIXED "--b\n\none\n", "one\n",
     "the end of this part is missing\n"},
    {"another boundary", MIXED "--c\n\none\n--c--\n", "--c\n\none\n--c--\n",
     "the parts of this message were not found\n"},
    {"no text", MIXED "--b\nContent-Type: image/png\n\nx\n--b--\n", "",
     "this message has no text\n"},
    {"encrypted",
     "Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\nMIA=\n", "",
     "encrypted, or signed in a form that is not read here: application/pkcs7-mime\n"},
    {"a message that is an image", "Content-Type: image/png\n\nx\n", "",
     "this message has no text\n"},
};

Test(body, is_clean_text_and_notes)
{
    for (size_t i = 0; i < COUNT(samples); i++) {
        const struct sample *s = &samples[i];
        struct body *b = read_message(s->text, strlen(s->text), MIME_NO_PART, false, NULL);
        cr_expect_str_eq(b->text.data, s->want, "%s: '%s'", s->name, b->text.data);
        cr_expect_str_eq(b->notes.data, s->notes, "%s: '%s'", s->name, b->notes.data);
        body_free(b);
    }
}

Test(body, a_cut_is_no_fault_of_the_message)
{
    static const char text[] = MIXED "--b\nContent-Type: text/plain; charset=utf-8\n\none \xC3";
    struct body *b = read_message(text, sizeof text - 1, MIME_NO_PART, true, NULL);
    cr_expect_str_eq(b->text.data, "one \xEF\xBF\xBD");
    cr_expect_str_eq(b->notes.data, "");
    body_free(b);
}

Test(body, undeclared_text_by_the_users_charsets)
{
    static const char *const charsets[] = {"koi8-r", NULL};
    static const char text[] = "\n\xF0\xD2\xC9\xD7\xC5\xD4\n";
    struct body *b = read_message(text, sizeof text - 1, MIME_NO_PART, false, charsets);
    cr_expect_str_eq(b->text.data, "\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82\n");
    body_free(b);
}

#ifdef HAVE_UCHARDET
Test(body, undeclared_text_by_a_guess)
{
    static const char text[] = "\n"
                               "\xC7\xE4\xF0\xE0\xE2\xF1\xF2\xE2\xF3\xE9\xF2\xE5, \xFD\xF2\xEE "
                               "\xEF\xE8\xF1\xFC\xEC\xEE \xED\xE0 \xF0\xF3\xF1\xF1\xEA\xEE\xEC "
                               "\xFF\xE7\xFB\xEA\xE5, \xE8 \xE2 \xED\xB8\xEC \xED\xE5\xF2 "
                               "\xEA\xEE\xE4\xE8\xF0\xEE\xE2\xEA\xE8.\n";
    struct body *b = read_message(text, sizeof text - 1, MIME_NO_PART, false, NULL);
    cr_expect(strstr(b->text.data, "\xD1\x80\xD1\x83\xD1\x81\xD1\x81\xD0\xBA\xD0\xBE\xD0\xBC"),
              "%s", b->text.data);
    body_free(b);
}
#endif

static const char letter[] = MIXED
    "--b\n\none\n--b\nContent-Type: message/rfc822\n\nFrom: a@x.example\nSubject: inner\n\n"
    "inside\n--b\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n"
    "YWJj\nZGVm\n--b--\n";

static const struct choice {
    const char *number, *text, *notes;
} choices[] = {
    {"1", "one", ""},
    {"2", "From: a@x.example\nSubject: inner\n\ninside", ""},
    {"2.1", "inside", ""},
    {"3", "", "application/pdf: this cannot be shown as text\n"},
};

Test(body, of_a_part_that_was_chosen)
{
    for (size_t i = 0; i < COUNT(choices); i++) {
        struct body *b = read_message(letter, sizeof letter - 1, MIME_NO_PART, false, NULL);
        uint32_t part = mime_by_number(b->mime, choices[i].number);
        body_free(b);
        b = read_message(letter, sizeof letter - 1, part, false, NULL);
        cr_expect_eq(b->part, part);
        cr_expect_str_eq(b->text.data, choices[i].text, "%s: %s", choices[i].number,
                         b->text.data);
        cr_expect_str_eq(b->notes.data, choices[i].notes, "%s: %s", choices[i].number,
                         b->notes.data);
        body_free(b);
    }
}

static bool take(void *context, const char *bytes, size_t len)
{
    return buf_append(context, bytes, len);
}

Test(body, octets_of_a_part)
{
    struct body_memory memory = {letter, sizeof letter - 1};
    struct body_source source = {&memory, body_read_memory, false};
    struct body *b = read_message(letter, sizeof letter - 1, MIME_NO_PART, false, NULL);
    struct buf out = BUF_INIT(1000);
    body_decode(&source, mime_part(b->mime, mime_by_number(b->mime, "3")), take, &out);
    cr_expect_str_eq(out.data, "abcdef");
    buf_clear(&out);
    body_decode(&source, mime_part(b->mime, mime_by_number(b->mime, "2")), take, &out);
    cr_expect_str_eq(out.data, "From: a@x.example\nSubject: inner\n\ninside");
    buf_release(&out);
    body_free(b);
}

Test(body, a_part_of_64_megabytes_is_cut_and_counted)
{
    size_t size = 64u << 20, head = strlen(PLAIN("utf-8"));
    char *text = xmalloc(head + size);
    memcpy(text, PLAIN("utf-8"), head);
    memset(text + head, 'a', size);
    for (size_t i = head + 79; i < head + size; i += 80)
        text[i] = '\n';
    struct body *b = read_message(text, head + size, MIME_NO_PART, false, NULL);
    cr_expect_eq(b->text.len, LIMIT_BODY);
    cr_expect_str_eq(b->notes.data, "62914560 octets more are not shown\n");
    body_free(b);
    free(text);
}
