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
#include "ui/loop.h"
#include "ui/output.h"

/* `dele list`: every message of the maildrop, or those that match, on standard output. */

typedef void (*print_message)(const struct message *m, enum mark mark);

/* ---- formats ----------------------------------------------------------------------------- */

static void print_json(const struct message *m, enum mark mark)
{
    output_json(output_message(m, mark));
}

static void print_tsv(const struct message *m, enum mark mark)
{
    (void)mark;
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

static void print_table(const struct message *m, enum mark mark)
{
    (void)mark;
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

/* ---- fetching ---------------------------------------------------------------------------- */

/* Returns 0 when all headers are here, the exit status else. */
static int fetch_all(struct client *c)
{
    loop_begin();
    client_refresh(c, loop_now());
    while (!client_is_complete(c)) {
        if (loop_turn(c, NULL, -1) & LOOP_STOPPED)
            loop_die_of_signal();
        const struct err *e = client_error(c);
        if (e->code != ERR_NONE)
            return cmd_fail(e->code, "%s", e->text);
    }
    return 0;
}

static void print_matching(struct client *c, struct query *q, print_message print)
{
    const struct maildrop *m = client_maildrop(c);
    struct query_view view = client_query_view(c, (int64_t)time(NULL));
    for (uint32_t n = 1; n <= maildrop_highest(m); n++) {
        size_t index = maildrop_by_number(m, n);
        if (index == SIZE_MAX)
            continue;
        const struct message *message = maildrop_at(m, index);
        if (!q || query_matches(q, &view, index))
            print(message, marks_get(client_marks(c), index));
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
    struct client *client = client_new(&cmd->account, &cmd->password, NULL, NULL);
    struct db *store = cmd_open_store();
    struct err e = {0};
    if (store)
        client_remember(client, store);
    status =
        client_trace_to_file(client, &e) ? fetch_all(client) : cmd_fail(e.code, "%s", e.text);
    if (!status) {
        signal(SIGPIPE, SIG_DFL); /* "| head" is no failure */
        print_matching(client, query, print);
        if (fflush(stdout) || ferror(stdout))
            status = cmd_fail(ERR_IO, _("the listing could not be written"));
        loop_goodbye(client, NULL);
    }
    client_free(client);
    db_close(store);
    query_free(query);
    return status;
}
