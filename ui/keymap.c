#include "config.h"

#include "ui/keymap.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"

#define KEYS_MAX 8 /* for one action; more would not fit into the help */
#define NAME_MAX 16

struct keys {
    size_t count;
    key_code at[KEYS_MAX];
};

struct binding {
    struct keys keys;
    char first[NAME_MAX];
    char all[KEYS_MAX * NAME_MAX];
};

struct keymap {
    struct binding actions[ACTION_COUNT];
};

static void name_keys(struct binding *b)
{
    size_t len = 0;
    b->first[0] = b->all[0] = '\0';
    for (size_t i = 0; i < b->keys.count; i++) {
        char name[NAME_MAX];
        key_to_name(b->keys.at[i], name);
        len += (size_t)snprintf(b->all + len, sizeof b->all - len, "%s%s", i ? " " : "", name);
        if (i == 0)
            memcpy(b->first, name, sizeof name);
    }
}

static bool has_key(const struct keys *keys, key_code key)
{
    for (size_t i = 0; i < keys->count; i++)
        if (keys->at[i] == key)
            return true;
    return false;
}

static void drop_key(struct keys *keys, key_code key)
{
    size_t kept = 0;
    for (size_t i = 0; i < keys->count; i++)
        if (keys->at[i] != key)
            keys->at[kept++] = keys->at[i];
    keys->count = kept;
}

/* Takes from the others of A's contexts the keys that are A's now. */
static void take_keys(struct keymap *m, enum action a)
{
    const struct keys *mine = &m->actions[a].keys;
    for (enum action other = ACTION_NONE + 1; other < ACTION_COUNT; other++) {
        if (other == a || !(action_info(other)->contexts & action_info(a)->contexts))
            continue;
        for (size_t i = 0; i < mine->count; i++)
            drop_key(&m->actions[other].keys, mine->at[i]);
        name_keys(&m->actions[other]);
    }
}

static bool add_key(struct keys *keys, const char *action, const char *name, size_t len,
                    struct err *e)
{
    key_code key;
    int shown = len > 40 ? 40 : (int)len;
    if (!key_parse(name, len, &key)) {
        err_set(
            e, ERR_CONFIG,
            _("key \"%.*s\" for \"%s\" is unknown: write a character, ^F, Space, Enter, Tab, "
              "Esc, Backspace, Up, Down, Left, Right, Home, End, PageUp, PageDown, Insert, "
              "Delete or F1 to F12"),
            shown, name, action);
        return false;
    }
    if (has_key(keys, key))
        return true;
    if (keys->count == KEYS_MAX) {
        err_set(e, ERR_CONFIG, _("\"%s\" has too many keys: %d is the most"), action, KEYS_MAX);
        return false;
    }
    keys->at[keys->count++] = key;
    return true;
}

static bool parse_keys(struct keys *keys, const char *action, const char *text, struct err *e)
{
    static const char blanks[] = " \t\r\n";
    *keys = (struct keys){0};
    text += strspn(text, blanks);
    size_t len = strcspn(text, blanks);
    if (len == 4 && strncmp(text, "none", 4) == 0 && !text[4 + strspn(text + 4, blanks)])
        return true;
    if (!len) {
        err_set(e, ERR_CONFIG, _("\"%s\" has no key: write its keys, or \"none\""), action);
        return false;
    }
    for (; len; len = strcspn(text, blanks)) {
        if (!add_key(keys, action, text, len, e))
            return false;
        text += len;
        text += strspn(text, blanks);
    }
    return true;
}

static void set_defaults(struct keymap *m)
{
    for (enum action a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
        struct err e = {0};
        bool ok = parse_keys(&m->actions[a].keys, action_info(a)->name,
                             action_info(a)->default_keys, &e);
        assert(ok);
        (void)ok;
        name_keys(&m->actions[a]);
    }
}

struct keymap *keymap_new(void)
{
    struct keymap *m = xcalloc(1, sizeof *m);
    set_defaults(m);
    return m;
}

void keymap_free(struct keymap *m)
{
    free(m);
}

bool keymap_bind(struct keymap *m, const char *action, const char *keys, struct err *e)
{
    enum action a = action_by_name(action);
    if (a == ACTION_NONE) {
        err_set(e, ERR_CONFIG, _("there is no action \"%.60s\": the help lists them (key ?)"),
                action);
        return false;
    }
    struct keys parsed;
    if (!parse_keys(&parsed, action, keys, e))
        return false;
    m->actions[a].keys = parsed;
    name_keys(&m->actions[a]);
    take_keys(m, a);
    return true;
}

enum action keymap_find(const struct keymap *m, enum action_context context, key_code key)
{
    for (enum action a = ACTION_NONE + 1; a < ACTION_COUNT; a++)
        if (action_info(a)->contexts & context && has_key(&m->actions[a].keys, key))
            return a;
    return ACTION_NONE;
}

const char *keymap_key_name(const struct keymap *m, enum action a)
{
    return m->actions[a].first;
}

const char *keymap_keys(const struct keymap *m, enum action a)
{
    return m->actions[a].all;
}
