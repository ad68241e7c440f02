#include "config.h"

#include "ui/output.h"

#include <langinfo.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "mail/charset.h"
#include "mail/date.h"
#include "mail/trust.h"

/* ---- text -------------------------------------------------------------------------------- */

void output_text(const char *clean, size_t len)
{
    const char *charset = nl_langinfo(CODESET);
    if (!strcmp(charset, "UTF-8")) {
        fwrite(clean, 1, len, stdout);
        return;
    }
    struct buf encoded = BUF_INIT(4 * len + 64);
    charset_encode(&encoded, charset, clean, len);
    fwrite(encoded.data, 1, encoded.len, stdout);
    buf_release(&encoded);
}

/* Less of a name says nothing. */
#define NAME_COLS_LEAST 4

void output_append_sender(struct buf *out, const struct summary *s)
{
    const char *name = "", *addr = "";
    struct buf sender = BUF_INIT(4 * LIMIT_TEXT);
    summary_sender(&sender, s);
    if (s->counts[SUMMARY_FROM])
        summary_address(s, SUMMARY_FROM, 0, &name, &addr);
    if (*name && *addr && text_width(sender.data, sender.len) > OUTPUT_SENDER_COLS) {
        int room = OUTPUT_SENDER_COLS - text_width(addr, strlen(addr)) - 3; /* " <>" */
        buf_clear(&sender);
        if (room >= NAME_COLS_LEAST) {
            text_pad(&sender, name, room, "..");
            buf_append_char(&sender, ' ');
        }
        buf_printf(&sender, "<%s>", addr);
    }
    int cols = text_width(sender.data, sender.len);
    text_pad(out, sender.data, *addr && cols > OUTPUT_SENDER_COLS ? cols : OUTPUT_SENDER_COLS,
             "..");
    buf_release(&sender);
}

/* ---- JSON -------------------------------------------------------------------------------- */

static json_t *addresses(const struct summary *s, enum summary_list which)
{
    json_t *list = json_array();
    for (unsigned i = 0; s && i < s->counts[which]; i++) {
        const char *name, *addr;
        summary_address(s, which, i, &name, &addr);
        json_array_append_new(list, json_pack("{s:s, s:s}", "name", name, "addr", addr));
    }
    return list;
}

static json_t *warnings(const struct message *m, const struct trust *t)
{
    json_t *list = json_array();
    if (!m->summary)
        json_array_append_new(list, json_string("no-headers"));
    for (unsigned i = 0; i < TRUST_WARNING_COUNT; i++)
        if (t->warnings & 1u << i)
            json_array_append_new(list, json_string(trust_warning_word(i)));
    return list;
}

static json_t *date_of(const struct summary *s)
{
    char date[32];
    if (!s || s->date == SUMMARY_NO_DATE)
        return json_null();
    date_format_utc(date, s->date);
    return json_string(date);
}

json_t *output_clean(const char *bytes)
{
    char *clean = text_clean_line(bytes, strlen(bytes));
    json_t *string = json_string(clean);
    free(clean);
    return string;
}

json_t *output_message(const struct message *m, enum mark mark, const struct trust *t)
{
    const struct summary *s = m->summary;
    struct trust own = s ? summary_trust(s) : (struct trust){.score = trust_score_none()};
    t = t ? t : &own;
    json_t *o = json_object();
    json_object_set_new(o, "n", json_integer(m->number));
    json_object_set_new(o, "uidl", output_clean(m->uidl));
    json_object_set_new(o, "size", json_integer((json_int_t)m->size));
    json_object_set_new(o, "date", date_of(s));
    json_object_set_new(o, "from", addresses(s, SUMMARY_FROM));
    json_object_set_new(o, "to", addresses(s, SUMMARY_TO));
    json_object_set_new(o, "cc", addresses(s, SUMMARY_CC));
    json_object_set_new(o, "reply_to", addresses(s, SUMMARY_REPLY_TO));
    json_object_set_new(o, "subject", json_string(s ? s->subject : ""));
    json_object_set_new(o, "message_id", json_string(s ? s->message_id : ""));
    if (m->env_to) {
        json_object_set_new(o, "env_from", json_string(m->env_from));
        json_object_set_new(o, "env_to", json_string(m->env_to));
    }
    json_object_set_new(o, "new", json_boolean(m->is_new));
    json_object_set_new(o, "marked", json_boolean(mark == MARK_DELETE));
    json_object_set_new(o, "spam_score",
                        isnan(t->score.written) ? json_null() : json_real(t->score.written));
    json_object_set_new(o, "warnings", warnings(m, t));
    return o;
}

json_t *output_trust(const struct trust *t)
{
    static const char *const auth[] = {[AUTHRES_SAYS_NOTHING] = "none",
                                       [AUTHRES_SAYS_PASS] = "pass",
                                       [AUTHRES_SAYS_FAIL] = "fail"};
    json_t *o = json_object();
    struct buf reasons = BUF_INIT(4096);
    trust_explain(&reasons, t);
    json_object_set_new(o, "score",
                        isnan(t->score.value) ? json_null() : json_real(t->score.value));
    json_object_set_new(o, "source", json_string(trust_source_name(t->score.source)));
    json_object_set_new(o, "auth",
                        t->is_asked ? json_string(auth[trust_verdict(t)]) : json_null());
    json_object_set_new(o, "suspicious", json_boolean(trust_is_suspicious(t)));
    json_object_set_new(o, "reasons", json_stringn(reasons.data, reasons.len));
    buf_release(&reasons);
    return o;
}

void output_json(json_t *o)
{
    json_dumpf(o, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(12));
    putchar('\n');
    json_decref(o);
}

void output_row(const struct message *m)
{
    char date[16] = "", size[8];
    struct buf line = BUF_INIT(16 * LIMIT_TEXT);
    text_size(size, m->size);
    if (m->summary && m->summary->date != SUMMARY_NO_DATE)
        date_format_short(date, m->summary->date, (int64_t)time(NULL));
    buf_printf(&line, "%6u  %-11s  %5s  ", (unsigned)m->number, date, size);
    if (m->summary)
        output_append_sender(&line, m->summary);
    else
        text_pad(&line, _("(refused)"), OUTPUT_SENDER_COLS, "");
    buf_printf(&line, "  %s\n", m->summary ? m->summary->subject : "");
    output_text(line.data, line.len);
    buf_release(&line);
}
