/* Writes the maildrop of triage.h as a Maildir: triage SEED DIR.  A file's name says what the
 * message is: 0042.campaign-7:2,S */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "tests/support/triage.h"

static bool write_message(uint64_t seed, const char *dir, unsigned index)
{
    struct buf text = BUF_INIT(1u << 20), name = BUF_INIT(4096);
    buf_printf(&name, "%s/cur/%04u.", dir, index);
    triage_label_name(&name, triage_label(index));
    buf_append_str(&name, ":2,");
    triage_message(seed, index, &text);
    FILE *f = fopen(name.data, "w");
    bool done = f && fwrite(text.data, 1, text.len, f) == text.len;
    done = f && fclose(f) == 0 && done;
    buf_release(&text);
    buf_release(&name);
    return done;
}

int main(int argc, char **argv)
{
    static const char *const folders[] = {"", "/cur", "/new", "/tmp"};
    if (argc != 3) {
        fprintf(stderr, "usage: triage SEED DIR\n");
        return 64;
    }
    for (size_t i = 0; i < 4; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s%s", argv[2], folders[i]);
        mkdir(path, 0700);
    }
    for (unsigned i = 0; i < TRIAGE_COUNT; i++) {
        if (!write_message(strtoull(argv[1], NULL, 10), argv[2], i)) {
            perror(argv[2]);
            return 74;
        }
    }
    return 0;
}
