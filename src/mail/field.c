#include "config.h"

#include "mail/field.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"

struct name {
    const char *text;
    size_t len;
};
#define NAME(text_)                \
    {                              \
        (text_), sizeof(text_) - 1 \
    }

struct row {
    struct name name;
    struct field_class class;
};

/* By length, then by name. */
static const struct row rows[] = {
    {NAME("Cc"), {FIELD_CC, true}},
    {NAME("To"), {FIELD_TO, false}},
    {NAME("Bcc"), {FIELD_OTHER, true}},
    {NAME("Date"), {FIELD_DATE, false}},
    {NAME("From"), {FIELD_FROM, false}},
    {NAME("Lines"), {FIELD_OTHER, true}},
    {NAME("X-UID"), {FIELD_OTHER, true}},
    {NAME("Sender"), {FIELD_SENDER, false}},
    {NAME("Status"), {FIELD_OTHER, true}},
    {NAME("X-IMAP"), {FIELD_X_IMAP, true}},
    {NAME("X-Loop"), {FIELD_OTHER, true}},
    {NAME("X-Spam"), {FIELD_X_SPAM, true}},
    {NAME("X-UIDL"), {FIELD_OTHER, true}},
    {NAME("List-Id"), {FIELD_LIST_ID, false}},
    {NAME("Subject"), {FIELD_SUBJECT, false}},
    {NAME("Received"), {FIELD_OTHER, true}},
    {NAME("Reply-To"), {FIELD_REPLY_TO, false}},
    {NAME("X-Mailer"), {FIELD_X_MAILER, false}},
    {NAME("X-Status"), {FIELD_OTHER, true}},
    {NAME("Autocrypt"), {FIELD_OTHER, true}},
    {NAME("List-Post"), {FIELD_LIST_POST, false}},
    {NAME("X-SID-PRA"), {FIELD_OTHER, true}},
    {NAME("Message-ID"), {FIELD_MESSAGE_ID, false}},
    {NAME("References"), {FIELD_REFERENCES, true}},
    {NAME("User-Agent"), {FIELD_USER_AGENT, false}},
    {NAME("X-IMAPbase"), {FIELD_OTHER, true}},
    {NAME("X-Keywords"), {FIELD_OTHER, true}},
    {NAME("X-Received"), {FIELD_OTHER, true}},
    {NAME("Envelope-To"), {FIELD_DELIVERED_TO, true}},
    {NAME("In-Reply-To"), {FIELD_IN_REPLY_TO, true}},
    {NAME("Return-Path"), {FIELD_OTHER, true}},
    {NAME("X-Spam-Flag"), {FIELD_X_SPAM_FLAG, true}},
    {NAME("Content-Type"), {FIELD_CONTENT_TYPE, false}},
    {NAME("Delivered-To"), {FIELD_DELIVERED_TO, true}},
    {NAME("Received-SPF"), {FIELD_OTHER, true}},
    {NAME("X-SID-Result"), {FIELD_OTHER, true}},
    {NAME("X-Spam-Level"), {FIELD_X_SPAM_LEVEL, true}},
    {NAME("X-Spam-Score"), {FIELD_X_SPAM_SCORE, true}},
    {NAME("Delivery-Date"), {FIELD_OTHER, true}},
    {NAME("X-Envelope-To"), {FIELD_DELIVERED_TO, true}},
    {NAME("X-Original-To"), {FIELD_DELIVERED_TO, true}},
    {NAME("X-RBL-Warning"), {FIELD_X_RBL_WARNING, true}},
    {NAME("X-Spam-Rating"), {FIELD_X_SPAM_RATING, true}},
    {NAME("X-Spam-Status"), {FIELD_X_SPAM_STATUS, true}},
    {NAME("Auto-Submitted"), {FIELD_AUTO_SUBMITTED, false}},
    {NAME("Content-Length"), {FIELD_OTHER, true}},
    {NAME("DKIM-Signature"), {FIELD_OTHER, true}},
    {NAME("X-Delivered-To"), {FIELD_DELIVERED_TO, true}},
    {NAME("X-Forwarded-To"), {FIELD_OTHER, true}},
    {NAME("X-Mozilla-Keys"), {FIELD_OTHER, true}},
    {NAME("X-Rspamd-Score"), {FIELD_X_RSPAMD_SCORE, true}},
    {NAME("X-Spamd-Result"), {FIELD_X_SPAMD_RESULT, true}},
    {NAME("Old-Return-Path"), {FIELD_OTHER, true}},
    {NAME("X-Envelope-From"), {FIELD_OTHER, true}},
    {NAME("X-Forwarded-For"), {FIELD_OTHER, true}},
    {NAME("X-Rspamd-Action"), {FIELD_X_RSPAMD_ACTION, true}},
    {NAME("X-Blacklisted-By"), {FIELD_X_BLACKLISTED_BY, true}},
    {NAME("X-Mozilla-Status"), {FIELD_OTHER, true}},
    {NAME("X-Mozilla-Status2"), {FIELD_OTHER, true}},
    {NAME("X-Gm-Message-State"), {FIELD_OTHER, true}},
    {NAME("DomainKey-Signature"), {FIELD_OTHER, true}},
    {NAME("X-Failed-Recipients"), {FIELD_X_FAILED_RECIPIENTS, false}},
    {NAME("X-Barracuda-Spam-Flag"), {FIELD_X_BARRACUDA_SPAM_FLAG, true}},
    {NAME("Authentication-Results"), {FIELD_AUTHENTICATION_RESULTS, true}},
    {NAME("X-Barracuda-Spam-Score"), {FIELD_X_BARRACUDA_SPAM_SCORE, true}},
    {NAME("X-Barracuda-Spam-Status"), {FIELD_X_BARRACUDA_SPAM_STATUS, true}},
    {NAME("Content-Transfer-Encoding"), {FIELD_CONTENT_TRANSFER_ENCODING, false}},
    {NAME("X-Forefront-Antispam-Report"), {FIELD_X_FOREFRONT_ANTISPAM_REPORT, true}},
    {NAME("X-MS-Exchange-Organization-SCL"), {FIELD_X_MS_EXCHANGE_ORGANIZATION_SCL, true}},
};

/* Families of fields that servers and filters on the way write. */
static const struct name prefixes[] = {
    NAME("ARC-"),           NAME("X-Spam"),      NAME("X-Rspamd"),
    NAME("X-Virus"),        NAME("X-Greylist"),  NAME("X-Google-"),
    NAME("X-MS-Exchange-"), NAME("X-Forefront"), NAME("X-Microsoft-Antispam"),
    NAME("X-Ham"),          NAME("X-Bogosity"),  NAME("X-Amavis"),
    NAME("X-Proofpoint"),   NAME("X-Barracuda"), NAME("X-Scanned"),
    NAME("X-Blacklist"),    NAME("X-RBL"),       NAME("X-Antivirus"),
    NAME("X-AntiAbuse"),    NAME("X-DSPAM"),     NAME("X-Authentication"),
    NAME("X-GND-"),         NAME("X-Getmail"),   NAME("X-Ironport"),
    NAME("X-YMail"),        NAME("X-Ovh"),       NAME("X-UI-"),
    NAME("X-Razor"),        NAME("X-DCC"),
};

static int compare(const struct header_field *field, const struct row *row)
{
    size_t len = row->name.len;
    if (field->name_len != len)
        return field->name_len < len ? -1 : 1;
    for (size_t i = 0; i < len; i++) {
        char a = ascii_lower(field->name[i]), b = ascii_lower(row->name.text[i]);
        if (a != b)
            return a < b ? -1 : 1;
    }
    return 0;
}

static bool is_of_family(const struct header_field *field)
{
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        const struct name *p = &prefixes[i];
        if (field->name_len >= p->len && ascii_same(field->name, p->text, p->len))
            return true;
    }
    return false;
}

/* MailScanner writes an organization's name into its fields: X-Example-MailScanner-SpamCheck.
 */
static enum field_kind kind_by_end(const struct header_field *field)
{
    static const struct {
        struct name end;
        enum field_kind kind;
    } ends[] = {{NAME("-MailScanner-SpamCheck"), FIELD_X_MAILSCANNER_SPAMCHECK},
                {NAME("-MailScanner-SpamScore"), FIELD_X_MAILSCANNER_SPAMSCORE}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const struct name *end = &ends[i].end;
        if (field->name_len > end->len &&
            ascii_same(field->name + field->name_len - end->len, end->text, end->len))
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
