#include "config.h"

#include "mail/field.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"

struct row {
    const char *name;
    struct field_class class;
};

/* By length, then by name. */
static const struct row rows[] = {
    {"Cc", {FIELD_CC, true}},
    {"To", {FIELD_TO, false}},
    {"Bcc", {FIELD_OTHER, true}},
    {"Date", {FIELD_DATE, false}},
    {"From", {FIELD_FROM, false}},
    {"Lines", {FIELD_OTHER, true}},
    {"X-UID", {FIELD_OTHER, true}},
    {"Sender", {FIELD_SENDER, false}},
    {"Status", {FIELD_OTHER, true}},
    {"X-IMAP", {FIELD_X_IMAP, true}},
    {"X-Loop", {FIELD_OTHER, true}},
    {"X-Spam", {FIELD_X_SPAM, true}},
    {"X-UIDL", {FIELD_OTHER, true}},
    {"List-Id", {FIELD_LIST_ID, false}},
    {"Subject", {FIELD_SUBJECT, false}},
    {"Received", {FIELD_OTHER, true}},
    {"Reply-To", {FIELD_REPLY_TO, false}},
    {"X-Mailer", {FIELD_X_MAILER, false}},
    {"X-Status", {FIELD_OTHER, true}},
    {"Autocrypt", {FIELD_OTHER, true}},
    {"List-Post", {FIELD_LIST_POST, false}},
    {"X-SID-PRA", {FIELD_OTHER, true}},
    {"Message-ID", {FIELD_MESSAGE_ID, false}},
    {"References", {FIELD_REFERENCES, true}},
    {"User-Agent", {FIELD_USER_AGENT, false}},
    {"X-IMAPbase", {FIELD_OTHER, true}},
    {"X-Keywords", {FIELD_OTHER, true}},
    {"X-Received", {FIELD_OTHER, true}},
    {"Envelope-To", {FIELD_DELIVERED_TO, true}},
    {"In-Reply-To", {FIELD_IN_REPLY_TO, true}},
    {"Return-Path", {FIELD_OTHER, true}},
    {"X-Spam-Flag", {FIELD_X_SPAM_FLAG, true}},
    {"Content-Type", {FIELD_CONTENT_TYPE, false}},
    {"Delivered-To", {FIELD_DELIVERED_TO, true}},
    {"Received-SPF", {FIELD_OTHER, true}},
    {"X-SID-Result", {FIELD_OTHER, true}},
    {"X-Spam-Level", {FIELD_X_SPAM_LEVEL, true}},
    {"X-Spam-Score", {FIELD_X_SPAM_SCORE, true}},
    {"Delivery-Date", {FIELD_OTHER, true}},
    {"X-Envelope-To", {FIELD_DELIVERED_TO, true}},
    {"X-Original-To", {FIELD_DELIVERED_TO, true}},
    {"X-RBL-Warning", {FIELD_X_RBL_WARNING, true}},
    {"X-Spam-Rating", {FIELD_X_SPAM_RATING, true}},
    {"X-Spam-Status", {FIELD_X_SPAM_STATUS, true}},
    {"Auto-Submitted", {FIELD_AUTO_SUBMITTED, false}},
    {"Content-Length", {FIELD_OTHER, true}},
    {"DKIM-Signature", {FIELD_OTHER, true}},
    {"X-Delivered-To", {FIELD_DELIVERED_TO, true}},
    {"X-Forwarded-To", {FIELD_OTHER, true}},
    {"X-Mozilla-Keys", {FIELD_OTHER, true}},
    {"X-Rspamd-Score", {FIELD_X_RSPAMD_SCORE, true}},
    {"X-Spamd-Result", {FIELD_X_SPAMD_RESULT, true}},
    {"Old-Return-Path", {FIELD_OTHER, true}},
    {"X-Envelope-From", {FIELD_OTHER, true}},
    {"X-Forwarded-For", {FIELD_OTHER, true}},
    {"X-Rspamd-Action", {FIELD_X_RSPAMD_ACTION, true}},
    {"X-Blacklisted-By", {FIELD_X_BLACKLISTED_BY, true}},
    {"X-Mozilla-Status", {FIELD_OTHER, true}},
    {"X-Mozilla-Status2", {FIELD_OTHER, true}},
    {"X-Gm-Message-State", {FIELD_OTHER, true}},
    {"DomainKey-Signature", {FIELD_OTHER, true}},
    {"X-Failed-Recipients", {FIELD_X_FAILED_RECIPIENTS, false}},
    {"X-Barracuda-Spam-Flag", {FIELD_X_BARRACUDA_SPAM_FLAG, true}},
    {"Authentication-Results", {FIELD_AUTHENTICATION_RESULTS, true}},
    {"X-Barracuda-Spam-Score", {FIELD_X_BARRACUDA_SPAM_SCORE, true}},
    {"X-Barracuda-Spam-Status", {FIELD_X_BARRACUDA_SPAM_STATUS, true}},
    {"Content-Transfer-Encoding", {FIELD_CONTENT_TRANSFER_ENCODING, false}},
    {"X-Forefront-Antispam-Report", {FIELD_X_FOREFRONT_ANTISPAM_REPORT, true}},
    {"X-MS-Exchange-Organization-SCL", {FIELD_X_MS_EXCHANGE_ORGANIZATION_SCL, true}},
};

/* Families of fields that servers and filters on the way write. */
static const char *const prefixes[] = {
    "ARC-",           "X-Spam",      "X-Rspamd",
    "X-Virus",        "X-Greylist",  "X-Google-",
    "X-MS-Exchange-", "X-Forefront", "X-Microsoft-Antispam",
    "X-Ham",          "X-Bogosity",  "X-Amavis",
    "X-Proofpoint",   "X-Barracuda", "X-Scanned",
    "X-Blacklist",    "X-RBL",       "X-Antivirus",
    "X-AntiAbuse",    "X-DSPAM",     "X-Authentication",
    "X-GND-",         "X-Getmail",   "X-Ironport",
    "X-YMail",        "X-Ovh",       "X-UI-",
    "X-Razor",        "X-DCC",
};

static int compare(const struct header_field *field, const struct row *row)
{
    size_t len = strlen(row->name);
    if (field->name_len != len)
        return field->name_len < len ? -1 : 1;
    for (size_t i = 0; i < len; i++) {
        char a = ascii_lower(field->name[i]), b = ascii_lower(row->name[i]);
        if (a != b)
            return a < b ? -1 : 1;
    }
    return 0;
}

static bool is_of_family(const struct header_field *field)
{
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        size_t len = strlen(prefixes[i]);
        if (field->name_len >= len && ascii_same(field->name, prefixes[i], len))
            return true;
    }
    return false;
}

/* MailScanner writes an organization's name into its fields: X-Example-MailScanner-SpamCheck.
 */
static enum field_kind kind_by_end(const struct header_field *field)
{
    static const struct {
        const char *end;
        enum field_kind kind;
    } ends[] = {{"-MailScanner-SpamCheck", FIELD_X_MAILSCANNER_SPAMCHECK},
                {"-MailScanner-SpamScore", FIELD_X_MAILSCANNER_SPAMSCORE}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t len = strlen(ends[i].end);
        if (field->name_len > len &&
            ascii_same(field->name + field->name_len - len, ends[i].end, len))
            return ends[i].kind;
    }
    return FIELD_OTHER;
}

struct field_class field_classify(const struct header_field *field)
{
    enum field_kind kind;
    size_t low = 0, high = sizeof rows / sizeof *rows;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(field, &rows[middle]);
        if (!order)
            return rows[middle].class;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    kind = kind_by_end(field);
    return (struct field_class){kind, kind != FIELD_OTHER || is_of_family(field)};
}
