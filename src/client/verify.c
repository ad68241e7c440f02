#include "config.h"

#include "client/verify.h"

static bool was_sent(const struct commit_item *item)
{
    return item->state == ITEM_SENT || item->state == ITEM_ACCEPTED;
}

bool verify_is_possible(const struct commit_item *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (was_sent(&items[i]) && items[i].by_uidl)
            return true;
    return false;
}

size_t verify_items(struct commit_item *items, size_t count, const struct maildrop *m)
{
    size_t unproved = 0;
    for (size_t i = 0; i < count; i++) {
        if (!was_sent(&items[i]))
            continue;
        const struct message *message = maildrop_at(m, items[i].index);
        if (items[i].by_uidl && message->number)
            items[i].state = ITEM_STILL_THERE;
        else if (items[i].by_uidl && message->proved_gone)
            items[i].state = ITEM_GONE;
        else
            unproved++;
    }
    return unproved;
}

enum commit_outcome verify_outcome(const struct commit_item *items, size_t count,
                                   size_t unproved, enum commit_quit quit)
{
    size_t gone = 0, there = 0;
    for (size_t i = 0; i < count; i++) {
        gone += items[i].state == ITEM_GONE;
        there += items[i].state == ITEM_STILL_THERE;
    }
    if (unproved && quit != QUIT_OK && (gone || quit != QUIT_NOT_SENT))
        return OUTCOME_UNKNOWN;
    if (unproved && quit == QUIT_NOT_SENT)
        return OUTCOME_NOTHING;
    if (there)
        return gone || unproved ? OUTCOME_PARTLY : OUTCOME_NOTHING;
    return gone || unproved ? OUTCOME_DELETED : OUTCOME_NOTHING;
}
