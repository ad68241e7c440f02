#include "config.h"

#include "maildrop/maildrop.h"

#include <assert.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "maildrop/folded.h"
#include "maildrop/listing.h"

struct maildrop {
    struct message *messages;
    size_t count, alloc;
    size_t present, headers_done;
    uint64_t octets;
    struct number_map by_number; /* of the present session, to 1 + the index of a message */
    struct listing listing;
    bool is_listing;
    uint32_t highest;
    bool was_listed; /* at least once in this run */
};

struct maildrop *maildrop_new(void)
{
    return xcalloc(1, sizeof(struct maildrop));
}

void maildrop_free(struct maildrop *m)
{
    if (!m)
        return;
    for (size_t i = 0; i < m->count; i++) {
        if (*m->messages[i].uidl)
            free((char *)m->messages[i].uidl);
        free((struct summary *)m->messages[i].summary);
        free((char *)m->messages[i].folded);
        free((char *)m->messages[i].env_from);
        free((char *)m->messages[i].env_to);
    }
    free(m->messages);
    free(m->by_number.at);
    listing_release(&m->listing);
    free(m);
}

/* ---- looking ---------------------------------------------------------------------------- */

size_t maildrop_size(const struct maildrop *m)
{
    return m->count;
}

const struct message *maildrop_at(const struct maildrop *m, size_t index)
{
    assert(index < m->count);
    return &m->messages[index];
}

size_t maildrop_present(const struct maildrop *m)
{
    return m->present;
}

uint64_t maildrop_octets(const struct maildrop *m)
{
    return m->octets;
}

size_t maildrop_headers_done(const struct maildrop *m)
{
    return m->headers_done;
}

size_t maildrop_by_number(const struct maildrop *m, uint32_t number)
{
    if (number >= m->by_number.len || !m->by_number.at[number])
        return SIZE_MAX;
    return m->by_number.at[number] - 1;
}

uint32_t maildrop_highest(const struct maildrop *m)
{
    return m->highest;
}

bool maildrop_has_identity(const struct maildrop *m, size_t index)
{
    const struct message *message = maildrop_at(m, index);
    return message->present && message->uidl_unique;
}

/* ---- counting: a message is counted out before it changes, and in afterwards ------------ */

static bool headers_are_done(const struct message *message)
{
    return message->headers >= HEADERS_HERE;
}

static void count_in(struct maildrop *m, const struct message *message)
{
    m->present++;
    m->octets += message->size;
    m->headers_done += headers_are_done(message);
}

static void count_out(struct maildrop *m, const struct message *message)
{
    m->present--;
    m->octets -= message->size;
    m->headers_done -= headers_are_done(message);
}

/* ---- a new session's listing ------------------------------------------------------------ */

static void forget_numbers(struct maildrop *m)
{
    for (size_t i = 0; i < m->count; i++)
        m->messages[i].number = 0;
    free(m->by_number.at);
    m->by_number = (struct number_map){0};
}

static void stop_listing(struct maildrop *m)
{
    listing_release(&m->listing);
    m->is_listing = false;
}

void maildrop_list_begin(struct maildrop *m)
{
    stop_listing(m);
    m->is_listing = true;
}

bool maildrop_list_size(struct maildrop *m, uint32_t number, uint64_t octets)
{
    return m->is_listing && listing_add_size(&m->listing, number, octets);
}

bool maildrop_list_uidl(struct maildrop *m, uint32_t number, const char *uidl, size_t len)
{
    return m->is_listing && listing_add_uidl(&m->listing, number, uidl, len);
}

void maildrop_list_abandon(struct maildrop *m)
{
    stop_listing(m);
    forget_numbers(m);
}

static size_t drop_unfound(struct maildrop *m)
{
    size_t gone = 0;
    for (size_t i = 0; i < m->count; i++) {
        struct message *message = &m->messages[i];
        if (!message->present || message->number)
            continue;
        count_out(m, message);
        message->present = false;
        gone++;
    }
    return gone;
}

static void find_again(struct maildrop *m, struct message *message,
                       const struct listing_entry *entry)
{
    count_out(m, message);
    message->place = entry->number;
    if (entry->size)
        message->size = entry->size;
    /* Once in doubt, always in doubt: a UIDL that two had proves nothing of the one left. */
    message->uidl_unique = message->uidl_unique && entry->unique;
    count_in(m, message);
}

static struct message *add(struct maildrop *m)
{
    if (m->count == m->alloc) {
        m->alloc = m->alloc ? m->alloc * 2 : 64;
        m->messages = xreallocarray(m->messages, m->alloc, sizeof *m->messages);
    }
    return &m->messages[m->count++];
}

size_t maildrop_remember(struct maildrop *m, const char *uidl, uint64_t size, uint32_t place,
                         struct summary *s, char *folded)
{
    struct message *message = add(m);
    *message = (struct message){
        .place = place,
        .size = size,
        .uidl = *uidl ? xstrdup(uidl) : "",
        .present = true,
        .uidl_unique = true,
        .is_recalled = s != NULL,
        .headers = s ? HEADERS_HERE : HEADERS_UNKNOWN,
        .summary = s,
        .folded = folded,
    };
    m->was_listed = true;
    if (place > m->highest)
        m->highest = place;
    count_in(m, message);
    return m->count - 1;
}

static void arrive(struct maildrop *m, struct listing_entry *entry)
{
    struct message *message = add(m);
    *message = (struct message){
        .number = entry->number,
        .place = entry->number,
        .size = entry->size,
        .uidl = entry->uidl ? entry->uidl : "",
        .present = true,
        .uidl_unique = entry->unique,
        .is_new = m->was_listed,
    };
    entry->uidl = NULL; /* the message's from now on */
    entry->message = (uint32_t)m->count;
    count_in(m, message);
}

struct maildrop_changes maildrop_list_end(struct maildrop *m)
{
    struct maildrop_changes changes = {0};
    if (!m->is_listing)
        return changes;
    forget_numbers(m);
    listing_match(&m->listing, m->messages, m->count);
    changes.gone = drop_unfound(m);
    if (changes.gone)
        listing_prove_gone(&m->listing, m->messages, m->count);
    struct number_map *map = &m->listing.by_number;
    for (size_t number = 1; number < map->len; number++) {
        if (!map->at[number])
            continue;
        struct listing_entry *entry = &m->listing.entries[map->at[number] - 1];
        if (entry->message) {
            find_again(m, &m->messages[entry->message - 1], entry);
        } else {
            arrive(m, entry);
            changes.arrived++;
        }
        map->at[number] = entry->message;
    }
    m->by_number = *map;
    m->highest = map->len ? (uint32_t)map->len - 1 : 0;
    *map = (struct number_map){0};
    stop_listing(m);
    m->was_listed = true;
    return changes;
}

/* ---- what else a session tells ---------------------------------------------------------- */

void maildrop_session_lost(struct maildrop *m)
{
    maildrop_list_abandon(m);
    for (size_t i = 0; i < m->count; i++) {
        if (m->messages[i].headers == HEADERS_ASKED)
            m->messages[i].headers = HEADERS_UNKNOWN;
    }
}

static void change_headers(struct maildrop *m, size_t index, enum message_headers state,
                           struct summary *s)
{
    assert(index < m->count);
    struct message *message = &m->messages[index];
    if (message->present)
        count_out(m, message);
    free((struct summary *)message->summary);
    free((char *)message->folded);
    message->summary = s;
    message->is_recalled = false;
    message->folded = s ? folded_new(s) : NULL;
    message->headers = state;
    if (message->present)
        count_in(m, message);
}

void maildrop_set_summary(struct maildrop *m, size_t index, struct summary *s)
{
    assert(s);
    change_headers(m, index, HEADERS_HERE, s);
}

void maildrop_set_headers(struct maildrop *m, size_t index, enum message_headers state)
{
    assert(state != HEADERS_HERE); /* maildrop_set_summary() brings them */
    change_headers(m, index, state, NULL);
}

static char *clean_cut(const struct buf *text)
{
    return text_clean_line(text->data, text->len < LIMIT_TEXT ? text->len : LIMIT_TEXT);
}

void maildrop_set_envelope(struct maildrop *m, size_t index, const struct buf *from,
                           const struct buf *to)
{
    assert(index < m->count);
    struct message *message = &m->messages[index];
    free((char *)message->env_from);
    free((char *)message->env_to);
    message->env_from = clean_cut(from);
    message->env_to = clean_cut(to);
}
