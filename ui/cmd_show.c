#include "config.h"

#include "ui/cmd.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "client/client.h"
#include "mail/header.h"
#include "mail/preview.h"
#include "ui/filter.h"
#include "ui/loop.h"
#include "ui/output.h"

/* `dele show`: one message, or a part of it, on standard output. */

/* HTML is filled to this where standard output is no terminal. */
#define COLUMNS 80u
#define COLUMNS_MOST 500u

/* What is shown, and all it takes. */
struct show {
    const struct cmd *cmd;
    struct client *client;
    size_t index;
    struct client_message message;
    struct body *body;
};

/* ---- fetching ---------------------------------------------------------------------------- */

static bool is_listed(struct show *s)
{
    return client_is_listed(s->client);
}

static bool is_fetched(struct show *s)
{
    s->message = client_message(s->client, s->index, s->cmd->show.headers, loop_now());
    if (s->cmd->show.headers)
        return s->message.first_lines != PREVIEW_COMING;
    return s->message.whole >= WHOLE_HERE;
}

/* Returns 0 when DONE, the exit status else. */
static int drive(struct show *s, bool (*done)(struct show *s))
{
    while (!done(s)) {
        if (loop_turn(s->client, NULL, -1) & LOOP_STOPPED)
            loop_die_of_signal();
        const struct err *e = client_error(s->client);
        if (e->code != ERR_NONE)
            return cmd_fail(e->code, "%s", e->text);
    }
    return 0;
}

/* "12" or "uidl:ID"; SIZE_MAX where there is no such message. */
static size_t find_message(const struct maildrop *m, const char *which)
{
    if (!strncmp(which, "uidl:", 5)) {
        for (uint32_t n = 1; n <= maildrop_highest(m); n++) {
            size_t index = maildrop_by_number(m, n);
            if (index != SIZE_MAX && !strcmp(maildrop_at(m, index)->uidl, which + 5))
                return index;
        }
        return SIZE_MAX;
    }
    char *end;
    unsigned long number = strtoul(which, &end, 10);
    if (*which < '0' || *which > '9' || *end || number > UINT32_MAX)
        return SIZE_MAX;
    return maildrop_by_number(m, (uint32_t)number);
}

/* 0, or the exit status. */
static int fetch(struct show *s)
{
    const char *which = s->cmd->args[0];
    client_ask_only(s->client);
    loop_begin();
    client_refresh(s->client, loop_now());
    int status = drive(s, is_listed);
    if (status)
        return status;
    s->index = find_message(client_maildrop(s->client), which);
    if (s->index == SIZE_MAX)
        return cmd_fail(
            ERR_USAGE,
            _("there is no message '%s': a number, or uidl:ID, as 'dele list' shows "
              "them"),
            which);
    if (!s->cmd->show.headers && client_fetching_deletes(s->client))
        return cmd_fail(ERR_UNAVAILABLE,
                        _("this server deletes what is fetched whole (EXPIRE 0); --headers "
                          "does without, and the browser asks"));
    if (!s->cmd->show.headers)
        client_fetch_whole(s->client, s->index, loop_now());
    status = drive(s, is_fetched);
    const struct err *e = client_fetch_error(s->client);
    if (!status && e->code != ERR_NONE)
        status = cmd_fail(e->code, "%s", e->text);
    if (!status && !s->message.have && s->message.whole != WHOLE_HERE)
        status = cmd_fail(ERR_UNAVAILABLE, _("the server refused to give message '%s'"), which);
    return status;
}

/* ---- octets ------------------------------------------------------------------------------ */

/* To a terminal nothing goes but clean text. */
static bool write_octets(void *context, const char *bytes, size_t len)
{
    (void)context;
    if (!isatty(STDOUT_FILENO))
        return fwrite(bytes, 1, len, stdout) == len;
    struct buf clean = BUF_INIT(8 * len + 64);
    text_clean(&clean, bytes, len, TEXT_BODY);
    output_text(clean.data, clean.len);
    buf_release(&clean);
    return true;
}

static void write_range(const struct body_source *source, uint64_t from, uint64_t to)
{
    char piece[65536];
    while (from < to) {
        size_t size = to - from < sizeof piece ? (size_t)(to - from) : sizeof piece;
        size_t n = source->read(source->context, from, piece, size);
        if (!n || !write_octets(NULL, piece, n))
            return;
        from += n;
    }
}

static void print_raw(const struct show *s, const struct mime_part *part)
{
    if (part)
        body_decode(&s->message.source, part, write_octets, NULL);
    else
        write_range(&s->message.source, 0,
                    s->cmd->show.headers ? mime_part(s->body->mime, 0)->body : s->message.have);
}

/* ---- text -------------------------------------------------------------------------------- */

/* The header block, in memory. */
static size_t read_header(const struct show *s, char block[LIMIT_HEADER])
{
    size_t at = 0, n;
    while (at < LIMIT_HEADER && (n = s->message.source.read(s->message.source.context, at,
                                                            block + at, LIMIT_HEADER - at)) > 0)
        at += n;
    return at;
}

static void print_header(const struct show *s)
{
    char *block = xmalloc(LIMIT_HEADER);
    struct buf header = BUF_INIT(8 * LIMIT_HEADER);
    size_t len = read_header(s, block);
    preview_header(&header, block, len, s->cmd->show.headers,
                   (const char *const *)s->cmd->account.charsets);
    output_text(header.data, header.len);
    buf_release(&header);
    free(block);
}

static void print_lines(const char *before, const struct buf *lines)
{
    for (size_t pos = 0; pos < lines->len;) {
        const char *end = memchr(lines->data + pos, '\n', lines->len - pos);
        size_t len = end ? (size_t)(end - lines->data) - pos : lines->len - pos;
        output_text(before, strlen(before));
        output_text(lines->data + pos, len);
        putchar('\n');
        pos += len + 1;
    }
}

static void print_parts(const struct mime *m)
{
    for (uint32_t i = 1; i < mime_count(m); i++) {
        struct buf line = BUF_INIT(4096);
        const struct mime_part *p = mime_part(m, i);
        if (p->kind == MIME_MULTIPART)
            continue;
        body_part_line(m, i, &line);
        print_lines(_("Part: "), &line);
        buf_release(&line);
    }
}

static void print_text(const struct show *s)
{
    const struct buf *text = &s->body->text;
    if (!s->cmd->show.part || s->cmd->show.headers)
        print_header(s);
    if (s->cmd->show.headers)
        return;
    if (!s->cmd->show.part) {
        print_parts(s->body->mime);
        putchar('\n');
    }
    output_text(text->data, text->len);
    if (text->len && text->data[text->len - 1] != '\n')
        putchar('\n');
    print_lines("~ ", &s->body->notes);
}

/* ---- JSON -------------------------------------------------------------------------------- */

static json_t *headers_json(const struct show *s)
{
    json_t *list = json_array();
    char *block = xmalloc(LIMIT_HEADER);
    struct buf header = BUF_INIT(8 * LIMIT_HEADER);
    size_t len = read_header(s, block);
    preview_header(&header, block, len, true, (const char *const *)s->cmd->account.charsets);
    for (char *line = header.data, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        char *value = strstr(line, ": ");
        if (!value)
            continue;
        *value = '\0';
        json_array_append_new(list, json_pack("{s:s, s:s}", "name", line, "value", value + 2));
    }
    buf_release(&header);
    free(block);
    return list;
}

static json_t *parts_json(const struct mime *m)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < mime_count(m); i++) {
        const struct mime_part *p = mime_part(m, i);
        struct buf number = BUF_INIT(256);
        mime_number(m, i, &number);
        json_t *part = json_object();
        json_object_set_new(part, "part", json_string(number.data));
        json_object_set_new(part, "type", json_string(p->type));
        json_object_set_new(part, "name", json_string(p->name));
        json_object_set_new(part, "charset", output_clean(p->charset));
        json_object_set_new(
            part, "size",
            json_integer((json_int_t)(mime_part_is_leaf(p) ? p->decoded : p->end - p->body)));
        json_object_set_new(part, "attachment", json_boolean(p->is_attachment));
        json_array_append_new(list, part);
        buf_release(&number);
    }
    return list;
}

static json_t *notes_json(const struct buf *notes)
{
    json_t *list = json_array();
    for (size_t pos = 0; pos < notes->len;) {
        const char *end = memchr(notes->data + pos, '\n', notes->len - pos);
        size_t len = end ? (size_t)(end - notes->data) - pos : notes->len - pos;
        json_array_append_new(list, json_stringn(notes->data + pos, len));
        pos += len + 1;
    }
    return list;
}

static void print_json(const struct show *s)
{
    struct trust t = client_trust(s->client, s->index);
    json_t *o =
        output_message(maildrop_at(client_maildrop(s->client), s->index), MARK_NONE, &t);
    json_object_set_new(o, "trust", output_trust(&t));
    json_object_set_new(o, "headers", headers_json(s));
    if (!s->cmd->show.headers) {
        struct buf number = BUF_INIT(256);
        if (s->body->part != MIME_NO_PART)
            mime_number(s->body->mime, s->body->part, &number);
        json_object_set_new(o, "parts", parts_json(s->body->mime));
        json_object_set_new(o, "part", json_string(number.data));
        json_object_set_new(o, "text", json_stringn(s->body->text.data, s->body->text.len));
        json_object_set_new(o, "notes", notes_json(&s->body->notes));
        buf_release(&number);
    }
    output_json(o);
}

/* ---- all --------------------------------------------------------------------------------- */

static unsigned columns(void)
{
    struct winsize size;
    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
        return COLUMNS;
    return size.ws_col < COLUMNS_MOST ? size.ws_col : COLUMNS_MOST;
}

static struct body *read_body(const struct show *s, uint32_t part)
{
    const struct body_options options = {
        .charsets = (const char *const *)s->cmd->account.charsets,
        .part = part,
        .width = columns(),
        .html = s->cmd->account.html_command ? filter_html : NULL,
        .html_context = s->cmd->account.html_command,
    };
    return body_new(&s->message.source, &options);
}

/* 0, or the exit status. */
static int print(struct show *s)
{
    const char *number = s->cmd->show.part;
    const struct mime_part *part = NULL;
    s->body = read_body(s, MIME_NO_PART);
    if (number) {
        uint32_t at = mime_by_number(s->body->mime, number);
        if (at == MIME_NO_PART)
            return cmd_fail(ERR_USAGE, _("there is no part '%s' in this message"), number);
        body_free(s->body);
        s->body = read_body(s, at);
        part = mime_part(s->body->mime, at);
        if (!s->cmd->show.raw && !s->body->text.len && !mime_part_is_text(part))
            return cmd_fail(ERR_USAGE, _("part %s is %s, no text: --raw gives its octets"),
                            number, part->type);
    }
    signal(SIGPIPE, SIG_DFL); /* "| head" is no failure */
    if (s->cmd->show.raw)
        print_raw(s, part);
    else if (s->cmd->format && !strcmp(s->cmd->format, "json"))
        print_json(s);
    else
        print_text(s);
    if (fflush(stdout) || ferror(stdout))
        return cmd_fail(ERR_IO, _("the message could not be written"));
    return 0;
}

int cmd_show(struct cmd *cmd)
{
    if (cmd->format && strcmp(cmd->format, "text") != 0 && strcmp(cmd->format, "json") != 0)
        return cmd_fail(ERR_USAGE, _("unknown format '%s': text or json"), cmd->format);
    if (!cmd->arg_count)
        return cmd_fail(ERR_USAGE, _("which message? A number, or uidl:ID, as 'dele list' "
                                     "shows them"));
    if (cmd->show.headers && cmd->show.part)
        return cmd_fail(ERR_USAGE, _("--headers and --part exclude each other"));
    int status = cmd_get_password(cmd);
    if (status)
        return status;
    struct err e = {0};
    struct show s = {.cmd = cmd,
                     .client = client_new(&cmd->account, &cmd->password, NULL, NULL)};
    status = client_trace_to_file(s.client, &e) ? fetch(&s) : cmd_fail(e.code, "%s", e.text);
    if (!status)
        status = print(&s);
    if (!client_is_off(s.client))
        loop_goodbye(s.client, NULL);
    body_free(s.body);
    client_free(s.client);
    return status;
}
