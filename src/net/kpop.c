#include "config.h"

#include "net/kpop.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "net/ticket.h"

#define LENGTH_SIZE 4u

enum stage {
    WANTS_TICKET,
    WANTS_VERDICT,        /* on the words */
    WANTS_REFUSAL_LENGTH, /* 0: the ticket is taken */
    WANTS_REFUSAL,
    WANTS_PROOF_LENGTH,
    WANTS_PROOF,
    OVER
};

struct kpop {
    struct ticket *ticket;
    enum stage stage;
    struct buf out;
    struct buf in;
    size_t want; /* so many bytes make IN complete */
    struct err error;
};

struct kpop *kpop_new(const char *host)
{
    struct kpop *k = xcalloc(1, sizeof *k);
    k->ticket = ticket_new("pop", host);
    k->out = BUF_INIT(2 * LIMIT_KERBEROS);
    k->in = BUF_INIT(LIMIT_KERBEROS);
    return k;
}

void kpop_free(struct kpop *k)
{
    if (!k)
        return;
    ticket_free(k->ticket);
    buf_release(&k->out);
    buf_release(&k->in);
    free(k);
}

static enum kpop_step fail(struct kpop *k, enum err_code code, const char *why)
{
    err_set(&k->error, code, "%s", why);
    return KPOP_FAILED;
}

/* ---- frames ------------------------------------------------------------------------------ */

/* False where it is too long for any server. */
static bool append_frame(struct buf *out, const char *bytes, size_t len)
{
    const char head[LENGTH_SIZE] = {(char)(len >> 24), (char)(len >> 16), (char)(len >> 8),
                                    (char)len};
    return buf_append(out, head, sizeof head) && buf_append(out, bytes, len);
}

static uint32_t read_length(const struct buf *in)
{
    const unsigned char *p = (const unsigned char *)in->data;
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static enum kpop_step expect(struct kpop *k, enum stage stage, size_t want)
{
    k->stage = stage;
    k->want = want;
    buf_clear(&k->in);
    return KPOP_GOES_ON;
}

static enum kpop_step expect_frame(struct kpop *k, enum stage stage)
{
    uint32_t len = read_length(&k->in);
    if (len == 0 || len > LIMIT_KERBEROS)
        return fail(k, ERR_PROTOCOL,
                    _("The server's Kerberos answer is malformed: it does not speak KPOP."));
    return expect(k, stage, len);
}

/* ---- the dialogue ------------------------------------------------------------------------ */

static enum kpop_step begin(struct kpop *k)
{
    static const char protocol[] = "KRB5_SENDAUTH_V1.0", application[] = "KPOPV1.0";
    append_frame(&k->out, protocol, sizeof protocol); /* with their NULs */
    append_frame(&k->out, application, sizeof application);
    return expect(k, WANTS_VERDICT, 1);
}

static enum kpop_step take_verdict(struct kpop *k)
{
    const char *request;
    size_t len;
    switch (*k->in.data) {
    case 0:
        if (!ticket_request(k->ticket, &request, &len, &k->error))
            return KPOP_FAILED;
        if (!append_frame(&k->out, request, len))
            return fail(k, ERR_AUTH, _("The Kerberos ticket is too large."));
        return expect(k, WANTS_REFUSAL_LENGTH, LENGTH_SIZE);
    case 1:
    case 2:
        return fail(k, ERR_PROTOCOL, _("The server knows Kerberos, but not KPOP version 1.0."));
    default:
        return fail(k, ERR_PROTOCOL,
                    _("The server does not speak KPOP on this port: try pops:// or pop://."));
    }
}

static enum kpop_step take_answer(struct kpop *k)
{
    switch (k->stage) {
    case WANTS_VERDICT:
        return take_verdict(k);
    case WANTS_REFUSAL_LENGTH:
        if (read_length(&k->in) == 0)
            return expect(k, WANTS_PROOF_LENGTH, LENGTH_SIZE);
        return expect_frame(k, WANTS_REFUSAL);
    case WANTS_REFUSAL:
        ticket_explain_refusal(k->ticket, k->in.data, k->in.len, &k->error);
        return KPOP_FAILED;
    case WANTS_PROOF_LENGTH:
        return expect_frame(k, WANTS_PROOF);
    case WANTS_PROOF:
        if (!ticket_check_answer(k->ticket, k->in.data, k->in.len, &k->error))
            return KPOP_FAILED;
        return expect(k, OVER, 0);
    case WANTS_TICKET:
    case OVER:
        break;
    }
    return KPOP_DONE;
}

static enum stream_result write_out(struct kpop *k, struct stream *s)
{
    enum stream_result result = STREAM_OK;
    while (k->out.len && result == STREAM_OK) {
        size_t put = 0;
        result = stream_write(s, k->out.data, k->out.len, &put);
        buf_consume(&k->out, put);
    }
    return result;
}

static enum stream_result read_in(struct kpop *k, struct stream *s)
{
    enum stream_result result = STREAM_OK;
    while (k->in.len < k->want && result == STREAM_OK) {
        char bytes[4096];
        size_t left = k->want - k->in.len, got = 0;
        result = stream_read(s, bytes, left < sizeof bytes ? left : sizeof bytes, &got);
        buf_append(&k->in, bytes, got);
    }
    return result;
}

/* OK: what was to be said is said, and what is wanted has come. */
static enum stream_result exchange(struct kpop *k, struct stream *s)
{
    enum stream_result result = write_out(k, s);
    return result == STREAM_OK ? read_in(k, s) : result;
}

enum kpop_step kpop_turn(struct kpop *k, struct stream *s)
{
    const char *request;
    size_t len;
    if (k->stage == WANTS_TICKET) {
        if (!ticket_has_arrived(k->ticket))
            return KPOP_GOES_ON;
        if (!ticket_request(k->ticket, &request, &len, &k->error))
            return KPOP_FAILED;
        begin(k);
    }
    while (k->stage != OVER) {
        switch (exchange(k, s)) {
        case STREAM_OK:
            if (take_answer(k) == KPOP_FAILED)
                return KPOP_FAILED;
            break;
        case STREAM_AGAIN:
            return KPOP_GOES_ON;
        case STREAM_EOF:
            return fail(k, ERR_UNAVAILABLE,
                        _("The server closed the connection instead of taking a Kerberos "
                          "ticket: is this its port for KPOP?"));
        case STREAM_FAILED:
            return fail(k, stream_error(s)->code, stream_error(s)->text);
        }
    }
    return KPOP_DONE;
}

struct pollfd kpop_poll(const struct kpop *k, const struct stream *s)
{
    if (k->stage == WANTS_TICKET)
        return (struct pollfd){.fd = ticket_fd(k->ticket), .events = POLLIN};
    return (struct pollfd){.fd = stream_fd(s), .events = stream_events(s, k->out.len > 0)};
}

const struct err *kpop_error(const struct kpop *k)
{
    return &k->error;
}
