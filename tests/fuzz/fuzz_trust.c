/* What a header says about trust: any block gives a score on the scale, a reason for each
 * warning, and results that come back from their letters; a summary keeps all of it. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "mail/summary.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool held)
{
    if (!held)
        abort();
}

static void check_results(const struct summary *s)
{
    for (unsigned i = 0; i < s->counts[SUMMARY_AUTHRES]; i++) {
        const char *id, *letters;
        char again[AUTHRES_METHODS + 1];
        struct authres a;
        summary_address(s, SUMMARY_AUTHRES, i, &id, &letters);
        a = authres_read(letters);
        authres_write(again, &a);
        require(*id && !strcmp(again, letters));
        require(summary_authres(s, id, &a));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct summary *s = summary_new((const char *)data, size, NULL);
    struct trust t = summary_trust(s);
    struct buf reasons = BUF_INIT(LIMIT_HEADER), bytes = BUF_INIT(SIZE_MAX / 8);
    double value = t.score.value;
    require(isnan(value) ? t.score.source == TRUST_NO_SOURCE
                         : value >= -LIMIT_SCORE && value <= LIMIT_SCORE &&
                               t.score.source != TRUST_NO_SOURCE);
    t.is_asked = t.is_judged = true;
    trust_explain(&reasons, &t);
    require(t.warnings || !isnan(value) ? reasons.len > 0 : reasons.len == 0);
    require(trust_is_suspicious(&t) == (strchr("FS!", trust_letter(&t)) != NULL));
    check_results(s);
    summary_write(&bytes, s);
    struct summary *again = summary_read(bytes.data, bytes.len);
    require(again && again->warnings == s->warnings &&
            again->counts[SUMMARY_AUTHRES] == s->counts[SUMMARY_AUTHRES] &&
            again->score.source == s->score.source);
    free(again);
    free(s);
    buf_release(&reasons);
    buf_release(&bytes);
    return 0;
}
