#include "config.h"

#include "demo/sample.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "base/buf.h"

/* What a triager meets.  All names and domains are fictional (RFC 2606). */

#define HOUR 60
#define DAY (24 * HOUR)
#define YEAR (365 * DAY)

/* Flags: what a message lacks, or has in excess. */
enum { NO_DATE = 1, NO_ID = 2, HUGE = 4 };

struct letter {
    int minutes;      /* before now */
    const char *zone; /* of its Date */
    unsigned flags;
    const char *headers; /* without Date and Message-ID; lines end in \n */
    const char *body;
};

#define PLAIN "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
#define LIST(name) "List-Id: <" name ".lists.example.org>\nPrecedence: list\n"

/* Newest first, as the browser shows them. */
static const struct letter letters[] = {
    {4, "+0100", 0,
     "From: Ann Lee <ann.lee@example.org>\nSubject: Re: build failure on arm64\n" PLAIN,
     "It was the compiler flag after all. Thank you!\n\nAnn\n\n> Could you try -O1 once?\n> "
     "Ivan\n"},
    {9, "+0000", 0,
     "From: \"PRIZE DEPT\" <x97@qq.example>\nSubject: You WON $1,000,000!!! (ref 48213)\n",
     "CONGRATULATIONS! Your address was drawn.\nClick http://evil.example/claim?id=48213\n"},
    {14, "+0000", 0,
     "From: \"service@paypal.example\" <x91@evil.example>\nReply-To: claims@other.example\n"
     "Subject: Your account is limited - act within 24 hours\nX-Spam-Status: Yes, score=14.2 "
     "required=5.0\n",
     "Dear customer,\nconfirm your password here: http://203.0.113.9/login\n"},
    {22, "+0300", 0,
     "From: =?koi8-r?B?6dfBziDwxdTSz9c=?= <ivan@example.org>\n"
     "Subject: =?koi8-r?B?8NLJ18XULCDLwcsgxMXMwT8=?=\n"
     "MIME-Version: 1.0\nContent-Type: text/plain; charset=koi8-r\nContent-Transfer-Encoding: "
     "8bit\n",
     "\xf0\xd2\xc9\xd7\xc5\xd4!\n\xf7\xd3\xd4\xd2\xc5\xde\xc1 \xd7 15:00, \xcb\xc1\xcb "
     "\xc4\xcf\xc7\xcf\xd7\xcf\xd2\xc9\xcc\xc9\xd3\xd8.\n"},
    {31, "+0000", 0,
     "From: Cron Daemon <root@db3.example.org>\nSubject: [db3] backup ok\n" PLAIN,
     "dumped 14 databases, 2.1 GiB, 0 errors\n"},
    {47, "+0900", 0,
     "From: =?iso-2022-jp?B?GyRCMUQ2SEl0GyhC?= <sales@shop.example>\n"
     "Subject: =?iso-2022-jp?B?GyRCIVo4QkRqIVtGfEtcOGwkTjdvTD4hKhsoQg==?=\n",
     "...\n"},
    {58, "+0000", 0,
     "From: \"\xE2\x80\xAEknaB\xE2\x80\xAC Security\" <alert@bank.example>\n"
     "Subject: Ver\xE2\x80\x8Bify yo\xE2\x80\x8Bur ac\xE2\x80\x8B"
     "count now\n" PLAIN,
     "The name of the sender holds a right-to-left override, the subject zero-width blanks.\n"},
    {66, "-0500", 0,
     "From: GitForge <notifications@forge.example>\nSubject: [dele] theme loader: nearest "
     "colour (PR #12)\n" LIST("dele"),
     "mira-h commented:\n\n> 16 colours are enough\n\nNot for nord, they are not.\n"},
    {75, "+0000", 0,
     "From: \x1b[31mRed\x1b[0m Sender <red@example.test>\nSubject: clear \x1b[2J\x1b[H your "
     "screen\n",
     "A body may try too: \x1b]0;owned\x07 \x1b[31mred\x1b[0m\n"},
    {95, "+0100", 0,
     "From: Billing <billing@isp.example>\nSubject: Invoice 4471 for November\n"
     "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"inv\"\n",
     "--inv\nContent-Type: text/plain; charset=utf-8\n\nDear customer,\n\ninvoice 4471 over "
     "EUR 12.00 is attached.\n"
     "\n--inv\nContent-Type: application/pdf; name=\"4471.pdf\"\nContent-Transfer-Encoding: "
     "base64\n\nJVBERi0xLjQ=\n--inv--\n"},
    {110, "+0800", 0,
     "From: =?gb2312?B?udzA7dSx?= <admin@cn.example>\nSubject: "
     "=?gb2312?B?t6LGsdPFu90gu7bTrcC0tec=?=\n",
     "...\n"},
    {130, "+0000", 0,
     "From: Mail Delivery System <MAILER-DAEMON@mx.example.org>\nSubject: Undelivered Mail "
     "Returned to Sender\n"
     "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; "
     "boundary=\"ndr\"\n",
     "--ndr\nContent-Type: text/plain\n\nI'm sorry: <eev@example.net>: no such user "
     "here\n\n--ndr\n"
     "Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; "
     "eev@example.net\nAction: failed\nStatus: 5.1.1\n--ndr--\n"},
    {150, "+0200", 0,
     "From: =?utf-8?Q?Zo=C3=AB_=C5=81ukasz?= <zoe@example.net>\nSubject: Photos "
     "\xF0\x9F\x8E\x89 from the weekend\n" PLAIN,
     "Here is the link to the album, as promised.\n\nZo\xC3\xAB\n"},
    {170, "+0000", 0,
     "From: Cheap Meds <offer@pills.example>\nSubject: V\xC2\xADi\xC2\xADtamins 80% "
     "0FF\nX-Spam-Score: 9.7\n",
     "...\n"},
    {185, "+0000", 0, "From: \nSubject: (a message without a sender)\n", "From: is empty.\n"},
    {3 * HOUR + 20, "+0100", 0,
     "From: Ann Lee <ann.lee@example.org>\nSubject: build failure on arm64\n" PLAIN,
     "make check dies in test_text on the new board. Any idea?\n"},
    {4 * HOUR, "+0000", 0,
     "From: Newsletter Team <news@example.com>\nSubject: The week in mail servers, no. "
     "118\n" LIST("week") "List-Unsubscribe: <mailto:leave@example.com>\nMIME-Version: "
                          "1.0\nContent-Type: text/html; charset=utf-8\n",
     "<html><body><h1>The week</h1><p>A message of HTML only.</p></body></html>\n"},
    {5 * HOUR, "+0400", 0,
     "From: \xf1\xd2\xcd\xc1\xd2\xcb\xc1 <fair@example.test>\nSubject: \xf3\xf5\xf0\xe5\xf2 "
     "\xd3\xcb\xc9\xc4\xcb\xc9 \xd4\xcf\xcc\xd8\xcb\xcf \xd3\xc5\xc7\xcf\xc4\xce\xd1\n"
     "X-Blacklisted-By: cbl.abuseat.org\nX-Spam-Rating: 83.69\nContent-Type: text/plain; "
     "charset=koi8-r\n",
     "\xf4\xcf\xcc\xd8\xcb\xcf \xd3\xc5\xc7\xcf\xc4\xce\xd1!\n"},
    {6 * HOUR, "+0000", 0, "From: Bob <bob@example.org>\nSubject: scan of the contract\n",
     "It is large. Sorry!\n"},
    {7 * HOUR, "+0000", NO_DATE,
     "From: Clockless <nodate@example.test>\nSubject: a message without a date\n",
     "No Date field.\n"},
    {8 * HOUR, "+0000", 0, "From: Mallory <mallory@example.net>\n",
     "There is no Subject field.\n"},
    {9 * HOUR, "+0000", NO_ID,
     "From: Crypto Desk <desk@coins.example>\nSubject: =?utf-8?Q?Double_your_coins_today?=\n "
     "=?utf-8?Q?=0ABcc:_everyone?=\n",
     "The encoded-word in the subject hides a line end.\n"},
    {10 * HOUR, "+0530", 0,
     "From: Priya Raman <priya@uni.example>\nSubject: "
     "=?utf-8?B?4KSo4KSu4KS44KWN4KSk4KWHIC0gdGhlIHNjaGVkdWxl?=\n" PLAIN,
     "The schedule is attached to the page.\n"},
    {11 * HOUR, "+0100", 0,
     "From: =?windows-1251?B?zvLk5esg7/Du5ODm?= <sale@ru.example>\nSubject: "
     "=?windows-1251?B?0ODx7/Du5ODm4CDx6uvg5OA=?=\nX-Spam-Status: Yes, score=7.1\n",
     "...\n"},
    {12 * HOUR, "+0100", 0,
     "From: =?iso-8859-1?Q?J=FCrgen_M=FCller?= <jm@example.org>\nSubject: "
     "=?iso-8859-1?Q?Gr=F6=DFere_=C4nderungen_am_Zeitplan?=\n",
     "Siehe Anhang.\n"},
    {DAY + HOUR, "+0000", 0, "From: Eve <eve@example.org>\nSubject: lunch?\n",
     "At noon, the usual place.\n"},
    {DAY + 2 * HOUR, "+0000", 0,
     "From: Cron Daemon <root@db3.example.org>\nSubject: [db3] logrotate: exit status "
     "1\n" PLAIN,
     "error: stat of /var/log/old failed: No such file or directory\n"},
    {DAY + 3 * HOUR, "-0800", 0,
     "From: postfix-users <owner@lists.example.org>\nSubject: [postfix-users] Re: relay and "
     "STARTTLS\n" LIST("postfix-users"),
     "> Does anyone still use 587?\n\nEveryone does.\n"},
    {DAY + 4 * HOUR, "+0000", 0,
     "From: zalgo <z@example.test>\nSubject: Z\xCC\xB4\xCC\xA2\xCD\x98\xCC\x9B\xCC\x96"
     "a\xCC\xB8\xCC\xA8\xCD\x86l\xCC\xB5\xCC\x8Dgo\n" PLAIN,
     "Combining marks in heaps; three a cell are kept.\n"},
    {2 * DAY, "+0000", 0,
     "From: fam <f@example.test>\nSubject: "
     "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7 family, "
     "\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD thumb, 1\xEF\xB8\x8F\xE2\x83\xA3 keycap\n" PLAIN,
     "Clusters are reduced to their first character.\n"},
    {2 * DAY + HOUR, "+0000", HUGE,
     "From: Backup <backup@nas.example.org>\nSubject: full log of the nightly run (2.4 "
     "MB)\n" PLAIN,
     "line of the log, over and over again\n"},
    {3 * DAY, "+0000", 0,
     "From: postfix-users <owner@lists.example.org>\nSubject: [postfix-users] relay and "
     "STARTTLS\n" LIST("postfix-users"),
     "Does anyone still use 587?\n"},
    {4 * DAY, "+0000", 0,
     "From: Library <desk@library.example>\nSubject: Your books are due on Friday\n",
     "Two books, one day.\n"},
    {5 * DAY, "+0000", 0,
     "From: raw <raw@example.test>\nSubject: undeclared Gr\xfc\xdf"
     "e, read as windows-1252\n",
     "8-bit bytes without a charset.\n"},
    {6 * DAY, "+0000", 0,
     "From: =?utf-8?B?broken <b@example.test>\nSubject: =?nosuch?Q?an unknown charset?= stays "
     "as it is\n",
     "...\n"},
    {8 * DAY, "+0000", 0,
     "From: Dr. No <dr@example.test>\nSubject: Re: Re: Re: your inheritance\nX-Spam-Score: "
     "18.0\n",
     "I am a barrister...\n"},
    {10 * DAY, "+0000", 0,
     "From: GitForge <notifications@forge.example>\nSubject: [dele] 3 new issues this "
     "week\n" LIST("dele"),
     "#7 #8 #9\n"},
    {12 * DAY, "+0000", 0,
     "From: Hans (office) <hans@example.org>\nTo: team: ann@example.org, "
     "bob@example.org;\nSubject: minutes of Monday\n",
     "1. releases 2. cake\n"},
    {20 * DAY, "+0000", 0,
     "From: SEO Expert <seo@rank.example>\nSubject: First page of search, "
     "guaranteed\nX-Spam-Status: Yes, score=11.9\n",
     "...\n"},
    {YEAR + 3 * DAY, "+0000", 0,
     "From: Ann Lee <ann.lee@example.org>\nSubject: happy birthday!\n",
     "Many happy returns.\n"},
    {YEAR + 40 * DAY, "+0000", 0,
     "From: Registrar <domains@reg.example>\nSubject: example.org was renewed\n",
     "Thank you.\n"},
    {3 * YEAR, "+0000", 0,
     "From: Old Friend <old@example.net>\nSubject: do you still read this address?\n",
     "Write back!\n"},
};

/* A campaign: one text, changing senders and numbers. */
#define CAMPAIGN 12
#define CAMPAIGN_AT (90) /* minutes before now, and every 71 before that */

static void append_date(struct buf *out, int64_t now, int minutes, const char *zone)
{
    int sign = zone[0] == '-' ? -1 : 1;
    int hours = (zone[1] - '0') * 10 + (zone[2] - '0'),
        rest = (zone[3] - '0') * 10 + (zone[4] - '0');
    time_t local = (time_t)(now - (int64_t)minutes * 60 + sign * (hours * 3600 + rest * 60));
    struct tm tm;
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (!gmtime_r(&local, &tm))
        return;
    buf_printf(out, "Date: %.3s, %d %.3s %d %02d:%02d:%02d %s\n", days + 3 * tm.tm_wday,
               tm.tm_mday, months + 3 * tm.tm_mon, tm.tm_year + 1900, tm.tm_hour, tm.tm_min,
               tm.tm_sec, zone);
}

#define HUGE_OCTETS (24u * 100 * 1024)

static void add_letter(struct demo *d, const struct letter *l, int64_t now, unsigned id)
{
    struct buf text = BUF_INIT(2 * HUGE_OCTETS);
    char uidl[24];
    buf_append_str(&text, "Received: from mx.example.org by pop.example.org; id sample\n");
    if (!(l->flags & NO_DATE))
        append_date(&text, now, l->minutes, l->zone);
    if (!(l->flags & NO_ID))
        buf_printf(&text, "Message-ID: <sample.%u@example.org>\n", id);
    buf_printf(&text, "%s\n", l->headers);
    do
        buf_append_str(&text, l->body);
    while (l->flags & HUGE && text.len < HUGE_OCTETS);
    snprintf(uidl, sizeof uidl, "demo%04u", id);
    demo_add(d, uidl, text.data, text.len);
    buf_release(&text);
}

static void add_prize(struct demo *d, int64_t now, unsigned i, unsigned id)
{
    struct buf headers = BUF_INIT(512);
    unsigned ref = 48213u - 977u * i;
    buf_printf(
        &headers,
        "From: \"PRIZE DEPT\" <x%u@qq.example>\nSubject: You WON $1,000,000!!! (ref %u)\n"
        "X-Mailer: BulkSend 2.1\nX-Spam-Score: 12.%u\n",
        96 - i, ref, i);
    struct letter l = {
        CAMPAIGN_AT + 71 * (int)i, "+0000", 0, headers.data,
        "CONGRATULATIONS! Your address was drawn.\nClick http://evil.example/claim\n"};
    add_letter(d, &l, now, id);
    buf_release(&headers);
}

static void add_endless_subject(struct demo *d, int64_t now, unsigned id)
{
    struct buf headers = BUF_INIT(8192);
    buf_append_str(
        &headers,
        "From: Endless <endless@example.test>\nSubject: a subject of 5,000 characters");
    while (headers.len < 5000)
        buf_append_str(&headers, "\n and so on and so on and so on and so on and so on");
    buf_append_char(&headers, '\n');
    struct letter l = {13 * HOUR, "+0000", 0, headers.data, "It ends.\n"};
    add_letter(d, &l, now, id);
    buf_release(&headers);
}

/* A maildrop lists its oldest message first. */
void sample_fill(struct demo *d, int64_t now)
{
    size_t count = sizeof letters / sizeof *letters, next = count;
    unsigned prize = CAMPAIGN, id = 1;
    bool endless = false;
    while (next || prize) {
        int letter_age = next ? letters[next - 1].minutes : -1;
        int prize_age = prize ? CAMPAIGN_AT + 71 * ((int)prize - 1) : -1;
        if (!endless && letter_age < 13 * HOUR && prize_age < 13 * HOUR) {
            add_endless_subject(d, now, id++);
            endless = true;
        } else if (letter_age >= prize_age) {
            add_letter(d, &letters[--next], now, id++);
        } else {
            add_prize(d, now, --prize, id++);
        }
    }
}
