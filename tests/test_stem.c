#include "config.h"

#include "maildrop/stem.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/hash.h"
#include "base/text.h"

static void expect(const char *subject, size_t len, const char *want)
{
    struct buf out = BUF_INIT(10000);
    stem_subject(&out, subject, len);
    cr_expect_str_eq(out.data, want, "%s: \"%s\"", subject, out.data);
    cr_expect_leq(out.len, STEM_BYTES);
    buf_release(&out);
}

Test(stem, of_subjects)
{
    static const struct {
        const char *subject, *stem;
    } cases[] = {
        {"", ""},
        {"!!! ??? ...", ""},
        {"Cheap watches 50% off", "cheap watches # off"},
        {"  CHEAP   watches, 7 % off!!!", "cheap watches # off"},
        {"🔥🔥 Cheap watches 1,000 off >>>", "cheap watches # off"},
        {"Re: lunch", "lunch"},
        {"RE: Fwd: AW[2]: Sv : lunch", "lunch"},
        {"Re: [list] Re: lunch", "lunch"},
        {"[list] lunch", "lunch"},
        {"[only a tag]", "only a tag"},
        {"回复：发票", "发票"},
        {"About: us", "about us"},
        {"Résumé à jour", "resume a jour"},
        {"Invoice A7-4411/B", "invoice # b"},
        {"Your invoice H4F7RI-5002", "your invoice #"},
        {"Unpaid: OCUTAC-5462", "unpaid #"},
        {"your order-5462 of May-2026", "your order # of may #"},
        {"don\xc3\xa2\xe2\x82\xac\xe2\x84\xa2t \xc3\xb0\xc5\xb8\xc5\xbd\xc2\x81 "
         "caf\xc3\x83\xc2\xa9",
         "don t cafe"},
        {"«été»", "ete"},
        {"covid19 news of 2026-11-23", "covid # news of #"},
        {"V1AGRA 0FF", "viagra off"},
        {"the 1st and 2nd", "the # and #"},
        {"W A T C H E S for you", "watches for you"},
        {"plan b", "plan b"},
        {"Ｆｕｌｌ ｗｉｄｔｈ", "full width"},
        {"𝐁𝐨𝐥𝐝 𝘴𝘦𝘳𝘪𝘧", "bold serif"},
        {"Frее соffее", "free coffee"},
        {"ΡRΙΖΕ", "prize"},
        {"wa\u200btch\u00ades", "watches"},
        {"wa\uFFFDtches", "watches"},
        {"Скидка 50% НА ОКНА", "скидка # на окна"},
        {"скидка на окна", "скидка на окна"},
        {"Новый ЙОГУРТ ещё", "новый йогурт еще"},
        {"한국어 제목", "한국어 제목"},
        {"增值税发票 电话 13800138000", "增值税发票 电话 #"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect(cases[i].subject, strlen(cases[i].subject), cases[i].stem);
}

Test(stem, of_what_passed_the_display_gate_is_the_same)
{
    static const char raw[] = "Wa\u200btc\u2060h\uFEFFes \u202Efor\u202C you";
    char *clean = text_clean_line(raw, strlen(raw));
    expect(raw, strlen(raw), "watches for you");
    expect(clean, strlen(clean), "watches for you");
    free(clean);
}

Test(stem, says_what_it_met)
{
    static const struct {
        const char *subject;
        unsigned signs;
    } cases[] = {
        {"plain words", 0},
        {"Re: plain words", STEM_REPLY},
        {"no. 5", STEM_NUMBERS},
        {"Frее", STEM_DISGUISED},
        {"v1agra", STEM_DISGUISED},
        {"wat\u200bches", STEM_DISGUISED},
        {"w a t c h", STEM_DISGUISED},
        {"ｓale", STEM_DISGUISED},
        {"Скидка на окна", 0},
        {"Größe", 0},
        {"2 \u200b", STEM_NUMBERS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = BUF_INIT(1000);
        unsigned signs = stem_subject(&out, cases[i].subject, strlen(cases[i].subject));
        cr_expect_eq(signs, cases[i].signs, "%s: %u", cases[i].subject, signs);
        buf_release(&out);
    }
}

Test(stem, of_anything_is_bounded)
{
    struct buf huge = BUF_INIT(1u << 22), out = BUF_INIT(10000);
    while (huge.len < 1u << 20)
        buf_append_str(&huge, "Re: ");
    stem_subject(&out, huge.data, huge.len);
    cr_expect_str_eq(out.data, "");
    buf_clear(&huge);
    while (huge.len < 1u << 20)
        buf_append_str(&huge, "\uFDFA"); /* eighteen letters in its compatibility form */
    stem_subject(&out, huge.data, huge.len);
    cr_expect_leq(out.len, STEM_BYTES);
    buf_clear(&out);
    buf_clear(&huge);
    while (huge.len < 1u << 20)
        buf_append_str(&huge, "a ");
    stem_subject(&out, huge.data, huge.len);
    cr_expect_leq(out.len, STEM_BYTES);
    buf_release(&out);
    buf_release(&huge);
    expect("a\0b\xff\xfe\xc3", 6, "ab");
    expect("[", 1, "");
    expect("Re[", 3, "re");
    expect("Re", 2, "re");
}

Test(stem, of_senders)
{
    static const struct {
        const char *addr, *form, *domain;
    } cases[] = {
        {"ann.lee84@Example.ORG", "aaa.aaa#@", "example.org"},
        {"x97@qq.example", "aaa#@", "qq.example"},
        {"4711-a_b+tag@a@b.example", "#-aaa_aaa+aaa@aaa@", "b.example"},
        {"zoë@x.example", "aaa@", "x.example"},
        {"nobody", "aaa@", ""},
        {"", "@", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf form = BUF_INIT(100), domain = BUF_INIT(100);
        stem_sender(&form, cases[i].addr);
        stem_domain(&domain, cases[i].addr);
        cr_expect_str_eq(form.data, cases[i].form);
        cr_expect_str_eq(domain.data, cases[i].domain);
        buf_release(&form);
        buf_release(&domain);
    }
}

/* The vector of the paper. */
Test(stem, is_hashed_by_siphash)
{
    uint8_t key[16], text[15];
    for (uint8_t i = 0; i < 16; i++)
        key[i] = i;
    memcpy(text, key, sizeof text);
    cr_expect_eq(hash_bytes(key, text, sizeof text), UINT64_C(0xa129ca6149be45e5));
}

Test(stem, a_key_that_is_made_is_never_the_same)
{
    uint8_t one[HASH_KEY_SIZE], other[HASH_KEY_SIZE];
    hash_make_key(one);
    hash_make_key(other);
    cr_expect(memcmp(one, other, sizeof one) != 0);
}
