#include "config.h"

#include "mail/trust_score.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static struct trust_score score_of(const char *block)
{
    struct trust_score s = trust_score_none();
    struct header_field field;
    for (size_t pos = 0; header_next(block, strlen(block), &pos, &field);)
        trust_score_field(&s, field_classify(&field).kind, &field);
    return s;
}

static const struct {
    const char *block;
    double value, written; /* NAN: none */
    const char *source;
} scores[] = {
    {"X-Spam-Status: Yes, score=14.2 required=5.0\n", 14.2, 14.2, "X-Spam-Status"},
    {"X-Spam-Status: No, score=4.2 required=6.0 tests=A,B\n", 3.5, 4.2, "X-Spam-Status"},
    {"X-Spam-Status: No, hits=-1.5 required=5\n", -1.5, -1.5, "X-Spam-Status"},
    {"X-Spam-Status: Yes, score=3 required=0\n", 5, 3, "X-Spam-Status"},
    {"X-Spam-Status: Yes\n", 5, NAN, "X-Spam-Status"},
    {"X-Spam-Status: No\n", NAN, NAN, ""},
    {"X-Spam-Status: No, nscore=9\n", NAN, NAN, ""},
    {"X-Spam-Score: 9.7\n", 9.7, 9.7, "X-Spam-Score"},
    {"X-Spam-Score: +3 (+++)\n", 3, 3, "X-Spam-Score"},
    {"X-Spam-Score: 7.5 / 10.0\n", 3.75, 7.5, "X-Spam-Score"},
    {"X-Spam-Score: +++++++\n", 7, 7, "X-Spam-Score"},
    {"X-Spam-Score: ****** (6.3)\n", 6.3, 6.3, "X-Spam-Score"},
    {"x-spam-score:\n 6.5\n", 6.5, 6.5, "X-Spam-Score"},
    {"X-Spam-Score: high\n", NAN, NAN, ""},
    {"X-Spam-Score: 123456789012345678\n", 999, 123456789, "X-Spam-Score"},
    {"X-Spam-Score: -123456789\n", -999, -123456789, "X-Spam-Score"},
    {"X-Spam-Level: ********\n", 8, 8, "X-Spam-Level"},
    {"X-Spam-Level: xxx\n", 3, 3, "X-Spam-Level"},
    {"X-Spam-Level: \n", NAN, NAN, ""},
    {"X-Spam-Level: 7\n", NAN, NAN, ""},
    {"X-Spam-Flag: YES\n", 5, NAN, "X-Spam-Flag"},
    {"X-Spam-Flag: NO\n", NAN, NAN, ""},
    {"X-Spam: yes\n", 5, NAN, "X-Spam"},
    {"X-Rspamd-Score: 12\n", 10, 12, "X-Rspamd-Score"},
    {"X-Rspamd-Score: 9 / 15\n", 7.5, 9, "X-Rspamd-Score"},
    {"X-Rspamd-Action: add header\n", 5, NAN, "X-Rspamd-Action"},
    {"X-Rspamd-Action: reject\n", 5, NAN, "X-Rspamd-Action"},
    {"X-Rspamd-Action: no action\n", NAN, NAN, ""},
    {"X-Rspamd-Action: greylist\n", NAN, NAN, ""},
    {"X-Spamd-Result: default: False [3.00 / 15.00];\n\tR_SPF_ALLOW(-0.20)[+ip4];\n", 2.5, 3,
     "X-Spamd-Result"},
    {"X-Spamd-Result: default: True [3.00 / 15.00]; A(3)[]\n", 5, 3, "X-Spamd-Result"},
    {"X-Spamd-Result: default: False [-2.40 / 6.00]; ARC_NA(0)\n", -5, -2.4, "X-Spamd-Result"},
    {"X-Spam-Rating: 90\n", 5, 90, "X-Spam-Rating"},
    {"X-Spam-Rating: mx.example.org 1.6.2 0/1000/N\n", 0, 0, "X-Spam-Rating"},
    {"X-Spam-Rating: 0 1.6.2 1500/1000/Y\n", 7.5, 1500, "X-Spam-Rating"},
    {"X-Spam-Rating: mx.example.org 1.6.2\n", NAN, NAN, ""},
    {"X-Blacklisted-By: cbl.example\n", 5, NAN, "X-Blacklisted-By"},
    {"X-RBL-Warning: 127.0.0.2\n", 5, NAN, "X-RBL-Warning"},
    {"X-MS-Exchange-Organization-SCL: 9\n", 9, 9, "X-MS-Exchange-Organization-SCL"},
    {"X-MS-Exchange-Organization-SCL: -1\n", -1, -1, "X-MS-Exchange-Organization-SCL"},
    {"X-Forefront-Antispam-Report: CIP:192.0.2.1;CTRY:;LANG:en;SCL:6;SRV:;\n\tSFV:NSPM;\n", 6,
     6, "X-Forefront-Antispam-Report"},
    {"X-Forefront-Antispam-Report: SCL:1;SFV:SPM;\n", 5, 1, "X-Forefront-Antispam-Report"},
    {"X-Forefront-Antispam-Report: XSCL:9;\n", NAN, NAN, ""},
    {"X-Barracuda-Spam-Status: No, SCORE=2.10 using global scores of TAG_LEVEL=3.5\n"
     "\tQUARANTINE_LEVEL=1000.0 KILL_LEVEL=9.0\n",
     3, 2.1, "X-Barracuda-Spam-Status"},
    {"X-Barracuda-Spam-Status: No, SCORE=2.10 using TAG_LEVEL=1000.0\n", 2.1, 2.1,
     "X-Barracuda-Spam-Status"},
    {"X-Barracuda-Spam-Score: 4.5\n", 4.5, 4.5, "X-Barracuda-Spam-Score"},
    {"X-Barracuda-Spam-Flag: YES\n", 5, NAN, "X-Barracuda-Spam-Flag"},
    {"X-Example-MailScanner-SpamCheck: spam, SpamAssassin (not cached, score=12, required 6,\n"
     "\tBAYES_99 3.5)\n",
     10, 12, "X-MailScanner-SpamCheck"},
    {"X-MailScanner-SpamCheck: not spam, SpamAssassin (score=-3, required 6)\n", -2.5, -3,
     "X-MailScanner-SpamCheck"},
    {"X-MailScanner-SpamCheck: spam, SBL\n", 5, NAN, "X-MailScanner-SpamCheck"},
    {"X-Example-MailScanner-SpamScore: ssssss\n", 6, 6, "X-MailScanner-SpamScore"},
    {"Subject: score=3\n", NAN, NAN, ""},
    {"", NAN, NAN, ""},
    /* of several */
    {"X-Spam-Status: Yes\nX-Spam-Score: 4\n", 5, 4, "X-Spam-Status"},
    {"X-Spam-Status: No, score=1.0 required=5.0\nX-MS-Exchange-Organization-SCL: 8\n", 8, 8,
     "X-MS-Exchange-Organization-SCL"},
    {"X-Spam-Level: ***\nX-Spam-Score: 3\n", 3, 3, "X-Spam-Score"},
    {"X-Spam-Score: 3\nX-Spam-Level: ***\n", 3, 3, "X-Spam-Score"},
    {"X-Spam-Flag: NO\nX-Spam-Score: -2\n", -2, -2, "X-Spam-Score"},
    {"X-Blacklisted-By: a\nX-Spam-Rating: 83.69\n", 5, 83.69, "X-Blacklisted-By"},
    {"X-Spam-Rating: 83.69\nX-Blacklisted-By: a\n", 5, 83.69, "X-Blacklisted-By"},
};

static bool is_same(double a, double b)
{
    return isnan(a) ? isnan(b) : fabs(a - b) < 1e-9;
}

Test(trust_score, is_what_a_filter_wrote_on_one_scale)
{
    for (size_t i = 0; i < sizeof scores / sizeof *scores; i++) {
        struct trust_score s = score_of(scores[i].block);
        cr_expect(is_same(s.value, scores[i].value), "%s: %f", scores[i].block, s.value);
        cr_expect(is_same(s.written, scores[i].written), "%s: %f", scores[i].block, s.written);
        cr_expect_str_eq(trust_source_name(s.source), scores[i].source, "%s", scores[i].block);
    }
}
