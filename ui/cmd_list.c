#include "config.h"

#include "ui/cmd.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "client/client.h"
#include "mail/date.h"
#include "maildrop/query.h"
#include "ui/batch.h"
#include "ui/loop.h"
#include "ui/output.h"

/* `dele list`: every message of the maildrop, or those that match, on standard output. */

typedef void (*print_message)(struct client *c, size_t index);

/* ---- formats ----------------------------------------------------------------------------- */

static void print_json(struct client *c, size_t index)
{
    struct trust t = client_trust(c, index);
    const struct marks *marks = client_marks(c);
    enum mark mark = marks_get(marks, index);
    json_t *o = output_message(maildrop_at(client_maildrop(c), index), mark, &t);
    if (mark != MARK_NONE)
        json_object_set_new(o, "cause", output_clean(marks_why(marks, index)));
    output_json(o);
}

static void print_tsv(struct client *c, size_t index)
{
    const struct message *m = maildrop_at(client_maildrop(c), index);
    char date[32] = "";
    struct buf line = BUF_INIT(16 * LIMIT_TEXT);
    char *uidl = text_clean_line(m->uidl, strlen(m->uidl));
    if (m->summary && m->summary->date != SUMMARY_NO_DATE)
        date_format_utc(date, m->summary->date);
    buf_printf(&line, "%u\t%s\t%llu\t%s\t", (unsigned)m->number, uidl,
               (unsigned long long)m->size, date);
    if (m->summary) /* clean text holds no TAB */
        summary_sender(&line, m->summary);
    buf_printf(&line, "\t%s\n", m->summary ? m->summary->subject : "");
    output_text(line.data, line.len);
    free(uidl);
    buf_release(&line);
}

static void print_table(struct client *c, size_t index)
{
    output_row(maildrop_at(client_maildrop(c), index));
}

static const struct {
    const char *name;
    print_message print;
} formats[] = {{"table", print_table}, {"json", print_json}, {"tsv", print_tsv}};

static print_message find_format(const char *name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (!strcmp(formats[i].name, name))
            return formats[i].print;
    return NULL;
}

static void print_matching(struct client *c, struct query *q, print_message print)
{
    const struct maildrop *m = client_maildrop(c);
    struct query_view view = client_query_view(c, (int64_t)time(NULL));
    for (uint32_t n = 1; n <= maildrop_highest(m); n++) {
        size_t index = maildrop_by_number(m, n);
        if (index != SIZE_MAX && (!q || query_matches(q, &view, index)))
            print(c, index);
    }
}

int cmd_list(struct cmd *cmd)
{
    print_message print = find_format(cmd->format ? cmd->format : "table");
    if (!print)
        return cmd_fail(ERR_USAGE, _("unknown format '%s': table, json or tsv"), cmd->format);
    struct query *query;
    int status = cmd_query(cmd, &query);
    if (!status)
        status = cmd_get_password(cmd);
    if (status) {
        query_free(query);
        return status;
    }
    struct batch b;
    status = batch_open(&b, cmd, false);
    if (!status)
        status = batch_fetch_all(&b);
    if (!status) {
        signal(SIGPIPE, SIG_DFL); /* "| head" is no failure */
        print_matching(b.client, query, print);
        if (fflush(stdout) || ferror(stdout))
            status = cmd_fail(ERR_IO, _("the listing could not be written"));
        loop_goodbye(b.client, NULL);
    }
    batch_close(&b);
    query_free(query);
    return status;
}
