#include "config.h"

#include "mail/field.h"

#include <criterion/criterion.h>
#include <string.h>

static struct field_class class_of(const char *name)
{
    struct header_field f = {name, strlen(name), "", 0};
    return field_classify(&f);
}

static const struct {
    const char *name;
    struct field_class want;
} names[] = {
    {"From", {FIELD_FROM, false}},
    {"from", {FIELD_FROM, false}},
    {"TO", {FIELD_TO, false}},
    {"Cc", {FIELD_CC, true}},
    {"Date", {FIELD_DATE, false}},
    {"Sender", {FIELD_SENDER, false}},
    {"Subject", {FIELD_SUBJECT, false}},
    {"List-ID", {FIELD_LIST_ID, false}},
    {"List-Post", {FIELD_LIST_POST, false}},
    {"REPLY-to", {FIELD_REPLY_TO, false}},
    {"Message-Id", {FIELD_MESSAGE_ID, false}},
    {"References", {FIELD_REFERENCES, true}},
    {"In-Reply-To", {FIELD_IN_REPLY_TO, true}},
    {"User-Agent", {FIELD_USER_AGENT, false}},
    {"x-mailer", {FIELD_X_MAILER, false}},
    {"Content-type", {FIELD_CONTENT_TYPE, false}},
    {"Content-Transfer-Encoding", {FIELD_CONTENT_TRANSFER_ENCODING, false}},
    {"X-Failed-Recipients", {FIELD_X_FAILED_RECIPIENTS, false}},
    {"Auto-Submitted", {FIELD_AUTO_SUBMITTED, false}},
    {"X-IMAP", {FIELD_X_IMAP, true}},
    {"X-Blacklisted-By", {FIELD_X_BLACKLISTED_BY, true}},
    {"X-RBL-Warning", {FIELD_X_RBL_WARNING, true}},
    {"X-Spam-Status", {FIELD_X_SPAM_STATUS, true}},
    {"X-Spam-Score", {FIELD_X_SPAM_SCORE, true}},
    {"X-Rspamd-Score", {FIELD_X_RSPAMD_SCORE, true}},
    {"X-Spam-Rating", {FIELD_X_SPAM_RATING, true}},
    {"Received", {FIELD_OTHER, true}},
    {"X-IMAPbase", {FIELD_OTHER, true}},
    {"ARC-Seal", {FIELD_OTHER, true}},
    {"x-spam-anything", {FIELD_OTHER, true}},
    {"X-MS-Exchange-Organization-SCL", {FIELD_X_MS_EXCHANGE_ORGANIZATION_SCL, true}},
    {"x-forefront-antispam-REPORT", {FIELD_X_FOREFRONT_ANTISPAM_REPORT, true}},
    {"X-Spam", {FIELD_X_SPAM, true}},
    {"X-Spam-Flag", {FIELD_X_SPAM_FLAG, true}},
    {"X-Spam-Level", {FIELD_X_SPAM_LEVEL, true}},
    {"X-Spamd-Result", {FIELD_X_SPAMD_RESULT, true}},
    {"X-Rspamd-Action", {FIELD_X_RSPAMD_ACTION, true}},
    {"X-Barracuda-Spam-Status", {FIELD_X_BARRACUDA_SPAM_STATUS, true}},
    {"X-Barracuda-Spam-Score", {FIELD_X_BARRACUDA_SPAM_SCORE, true}},
    {"X-Barracuda-Spam-Flag", {FIELD_X_BARRACUDA_SPAM_FLAG, true}},
    {"X-MailScanner-SpamCheck", {FIELD_X_MAILSCANNER_SPAMCHECK, true}},
    {"X-Example-MailScanner-SpamCheck", {FIELD_X_MAILSCANNER_SPAMCHECK, true}},
    {"X-example-mailscanner-spamscore", {FIELD_X_MAILSCANNER_SPAMSCORE, true}},
    {"X-MailScanner-SpamScores", {FIELD_OTHER, false}},
    {"MailScanner-SpamScore", {FIELD_OTHER, false}},
    {"Authentication-Results", {FIELD_AUTHENTICATION_RESULTS, true}},
    {"ARC-Authentication-Results", {FIELD_OTHER, true}},
    {"Delivered-To", {FIELD_DELIVERED_TO, true}},
    {"X-Original-To", {FIELD_DELIVERED_TO, true}},
    {"envelope-to", {FIELD_DELIVERED_TO, true}},
    {"X-Gm-Message-State", {FIELD_OTHER, true}},
    {"Lines", {FIELD_OTHER, true}},
    {"X-Spa", {FIELD_OTHER, false}},
    {"Fron", {FIELD_OTHER, false}},
    {"Frome", {FIELD_OTHER, false}},
    {"X-Priority", {FIELD_OTHER, false}},
    {"", {FIELD_OTHER, false}},
};

Test(field, is_known_by_its_name_in_any_case)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct field_class class = class_of(names[i].name);
        cr_expect_eq(class.kind, names[i].want.kind, "%s: %d", names[i].name, class.kind);
        cr_expect_eq(class.says_nothing, names[i].want.says_nothing, "%s", names[i].name);
    }
}

Test(field, a_name_of_any_bytes_is_taken)
{
    static const char bytes[] = {'F', '\0', 'o', '\xFF'};
    struct header_field f = {bytes, sizeof bytes, "", 0};
    cr_expect_eq(field_classify(&f).kind, FIELD_OTHER);
}
