#include "config.h"

#include "mail/enclosed.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(enclosed, .timeout = 60);

#define UU_LINE "#86)C\n"

static const struct sample {
    const char *name, *text, *want;
} samples[] = {
    {"nothing", "", ""},
    {"plain", "begin\nend\nbegin 5\n", "begin\nend\nbegin 5\n"},
    {"uuencode", "see\nbegin 644 x y.gif\n" UU_LINE "`\nend\nbye\n",
     "see\n[uuencoded file: x y.gif, 30 octets of text]\nbye\n"},
    {"uuencode, CRLF", "begin 644 x\r\n#86)C\r\n`\r\nend\r\n",
     "[uuencoded file: x, 28 octets of text]\n"},
    {"uuencode, cut", "begin 0644 x\n" UU_LINE "#86",
     "[uuencoded file: x, 22 octets of text]\n"},
    {"uuencode, its first line", "begin 644 x", "[uuencoded file: x, 11 octets of text]\n"},
    {"prose with those words", "begin 644 words\nwith a line that is none\nend\n",
     "begin 644 words\nwith a line that is none\nend\n"},
    {"no mode", "begin x\n" UU_LINE "end\n", "begin x\n" UU_LINE "end\n"},
    {"a line that begins with end", "begin 644 x\n" UU_LINE "endless\nend\nz\n",
     "[uuencoded file: x, 30 octets of text]\nz\n"},
    {"yEnc", "=ybegin line=128 size=3 name=a b.bin\n\x8B\x8C\x8D\n=yend size=3\nz\n",
     "[yEnc file: a b.bin, 54 octets of text]\nz\n"},
    {"yEnc without a name", "=ybegin line=128\nx\n", "=ybegin line=128\nx\n"},
    {"a PGP message", "a\n-----BEGIN PGP MESSAGE-----\n\nhQ==\n-----END PGP MESSAGE-----\nb\n",
     "a\n[text encrypted with PGP, 60 octets of text]\nb\n"},
    {"a PGP signature",
     "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\ntext\n"
     "-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n",
     "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\ntext\n"
     "[PGP signature, 64 octets of text]\n"},
    {"a PGP key, cut", "-----BEGIN PGP PUBLIC KEY BLOCK-----\nmQ",
     "[PGP public key, 39 octets of text]\n"},
    {"two", "begin 644 x\n" UU_LINE "end\nbegin 644 y\n" UU_LINE "end\n",
     "[uuencoded file: x, 22 octets of text]\n[uuencoded file: y, 22 octets of text]\n"},
};

Test(enclosed, is_named_by_a_line)
{
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct buf out = BUF_INIT(1000);
        if (!enclosed_name(&out, samples[i].text, strlen(samples[i].text))) {
            cr_expect_eq(out.len, 0);
            buf_append_str(&out, samples[i].text);
        }
        cr_expect_str_eq(out.data, samples[i].want, "%s: '%s'", samples[i].name, out.data);
        buf_release(&out);
    }
}

Test(enclosed, beginnings_without_end_take_linear_time)
{
    struct buf text = BUF_INIT(4 << 20), out = BUF_INIT(4 << 20);
    while (text.len < 3 << 20)
        buf_append_str(&text, "begin 644 x\nno data\n=ybegin line=128 size=1\n");
    cr_expect_not(enclosed_name(&out, text.data, text.len));
    buf_release(&text);
    buf_release(&out);
}
