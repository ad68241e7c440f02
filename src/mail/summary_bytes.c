#include "config.h"

#include "mail/summary.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

/* A summary for the store: a head of fixed size, then its strings one behind the other. */

/* Changes with the form, and with what a summary says of a header. */
#define FORM "dele summary 4"

struct head {
    char form[16];
    int64_t date;
    struct trust_score score;
    uint32_t warnings;
    uint32_t has_attachment;
    uint16_t counts[SUMMARY_LISTS];
    uint8_t fingerprint[DIGEST_SHA256_SIZE];
    struct shape shape;
};

static const char *behind(const char *string)
{
    return string + strlen(string) + 1;
}

void summary_write(struct buf *out, const struct summary *s)
{
    struct head head;
    memset(&head, 0, sizeof head); /* what lies between its fields, too */
    memcpy(head.form, FORM, sizeof FORM);
    head.date = s->date;
    head.score = s->score;
    const char *end = s->lists[SUMMARY_LISTS - 1];
    head.warnings = s->warnings;
    head.has_attachment = s->has_attachment;
    memcpy(head.counts, s->counts, sizeof head.counts);
    memcpy(head.fingerprint, s->fingerprint, sizeof head.fingerprint);
    head.shape = s->shape;
    for (unsigned i = 0; i < 2u * s->counts[SUMMARY_LISTS - 1]; i++)
        end = behind(end);
    buf_append(out, &head, sizeof head);
    buf_append(out, s->subject, (size_t)(end - s->subject));
}

/* How many strings there are in LEN bytes; 0 where the last has no end. */
static size_t count_strings(const char *bytes, size_t len)
{
    size_t count = 0;
    if (!len || bytes[len - 1])
        return 0;
    for (size_t i = 0; i < len; i++)
        count += !bytes[i];
    return count;
}

struct summary *summary_read(const char *bytes, size_t len)
{
    struct head head;
    size_t wanted = 4;
    if (len < sizeof head)
        return NULL;
    memcpy(&head, bytes, sizeof head);
    for (size_t i = 0; i < SUMMARY_LISTS; i++) {
        wanted += 2u * head.counts[i];
        if (head.counts[i] > LIMIT_ADDRESSES)
            return NULL;
    }
    if (head.score.source >= TRUST_SOURCE_COUNT)
        return NULL;
    bytes += sizeof head;
    len -= sizeof head;
    if (memcmp(head.form, FORM, sizeof FORM) != 0 || count_strings(bytes, len) != wanted)
        return NULL;
    struct summary *s = xmalloc(sizeof *s + len);
    const char *text = memcpy((char *)s + sizeof *s, bytes, len);
    *s = (struct summary){.date = head.date,
                          .score = head.score,
                          .warnings = head.warnings,
                          .has_attachment = head.has_attachment};
    memcpy(s->fingerprint, head.fingerprint, sizeof s->fingerprint);
    s->shape = head.shape;
    s->subject = text;
    s->message_id = text = behind(text);
    s->list_id = text = behind(text);
    s->charset = text = behind(text);
    text = behind(text);
    for (size_t i = 0; i < SUMMARY_LISTS; i++) {
        s->counts[i] = head.counts[i];
        s->lists[i] = text;
        for (unsigned k = 0; k < 2u * head.counts[i]; k++)
            text = behind(text);
    }
    return s;
}
