/* What the messages of triage.h are made of: templates.  A template's braces are
 *   {a|b|c}     one of them
 *   {d4} {h8} {H8} {l5} {U5} {m9} {w9}   so many digits, hex digits (small, large), letters
 *               (small, large), of base64's alphabet, letters and digits
 *   {name}      what triage.c puts for the message: see its table */
#ifndef SUPPORT_TRIAGE_TEXT_H
#define SUPPORT_TRIAGE_TEXT_H

#include <stddef.h>

/* The header lines that the sending side writes; "?30 " in front: three times in
 * ten; "?r ": of a reply. */
struct triage_mailer {
    const char *lines[18];
};

enum triage_trick {
    TRICK_CASE = 1,
    TRICK_SPACING = 2,
    TRICK_DECOR = 4,
    TRICK_ALIKE = 8,
    TRICK_HIDDEN = 16,
    TRICK_NAME = 32,
    TRICK_CHARSET = 64,
    TRICK_LEET = 128
};

struct triage_campaign {
    unsigned size;
    unsigned pool; /* so many senders are used again; 0: all are new */
    struct triage_mailer mailer;
    unsigned tricks;
    const char *subjects[4];
    const char *sender; /* the name shown */
    const char *local;  /* the address's left side */
    const char *body;
};
extern const struct triage_campaign triage_campaigns[];

/* Mailers of people and of machines. */
enum { MAILER_GMAIL, MAILER_APPLE, MAILER_IPHONE, MAILER_OUTLOOK, MAILER_BIRD, MAILER_MUTT };
extern const struct triage_mailer triage_mailers[6];
extern const struct triage_mailer triage_bounces[2];

struct triage_list {
    const char *tag, *id, *address;
    const char *subjects[5];
};
extern const struct triage_list triage_lists[5];

struct triage_shop {
    const char *from, *domain;
    const char *subjects[2];
    struct triage_mailer mailer;
};
extern const struct triage_shop triage_shops[6];

extern const char *const triage_first_names[];
extern const char *const triage_last_names[];
extern const char *const triage_words[]; /* for domains */
extern const char *const triage_personal[25];
extern const char *const triage_like_spam[25];
extern const char *const triage_like_mailer[15];

#endif
