/* summary FILE...: what the header of a message costs before it stands in the list: its
 * summary, and what is searched in.  Prints the nanoseconds of each, in the mean of all files.
 */
#include "mail/summary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "maildrop/folded.h"

#define ROUNDS 20
#define FILE_OCTETS 16384

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

struct block {
    char *bytes;
    size_t len;
};

static bool load(struct block *b, const char *path)
{
    FILE *in = fopen(path, "rb");
    if (!in)
        return false;
    b->bytes = xmalloc(FILE_OCTETS);
    b->len = fread(b->bytes, 1, FILE_OCTETS, in);
    fclose(in);
    return true;
}

int main(int argc, char **argv)
{
    size_t count = 0;
    struct block *blocks = xcalloc((size_t)argc, sizeof *blocks);
    for (int i = 1; i < argc; i++)
        count += load(&blocks[count], argv[i]);
    if (!count) {
        fprintf(stderr, "usage: summary FILE...\n");
        return 64;
    }
    double summary = 0, folded = 0;
    for (size_t i = 0; i < ROUNDS * count; i++) {
        const struct block *b = &blocks[i % count];
        double start = seconds();
        struct summary *s = summary_new(b->bytes, b->len, NULL);
        double middle = seconds();
        free(folded_new(s));
        folded += seconds() - middle;
        summary += middle - start;
        free(s);
    }
    double each = 1e9 / (double)(ROUNDS * count);
    printf("summary %.0f ns, to search in %.0f ns\n", summary * each, folded * each);
    for (size_t i = 0; i < count; i++)
        free(blocks[i].bytes);
    free(blocks);
    return 0;
}
