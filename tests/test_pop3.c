#include "config.h"

#include "pop3/pop3.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "tests/support/feed.h"

static const char *dialog_folder(char folder[4096])
{
    const char *top = getenv("top_srcdir");
    snprintf(folder, 4096, "%s/tests/dialogs", top ? top : "..");
    return folder;
}

static int is_dialog(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot && !strcmp(dot, ".txt");
}

Test(pop3, plays_every_dialogue_whole_split_and_byte_by_byte, .timeout = 120)
{
    char folder[4096], file[8192];
    struct dirent **entries = NULL;
    int count = scandir(dialog_folder(folder), &entries, is_dialog, alphasort);
    cr_assert(count > 0, "no dialogue in %s", folder);
    for (int i = 0; i < count; i++) {
        snprintf(file, sizeof file, "%s/%s", folder, entries[i]->d_name);
        char *failure = feed_dialog(file);
        cr_expect_null(failure, "%s", failure);
        free(failure);
        free(entries[i]);
    }
    free(entries);
}
