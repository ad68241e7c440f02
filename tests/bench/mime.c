/* mime FILE: a message into parts, every part decoded, in pieces as it arrives in.  Prints the
 * milliseconds, the peak memory in KiB, the parts, the octets decoded, and MB/s. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "mail/mime.h"

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void take_body(void *context, const struct mime_part *part, const char *bytes,
                      size_t len)
{
    (void)part;
    (void)bytes;
    *(size_t *)context += len;
}

int main(int argc, char **argv)
{
    static char piece[16384];
    FILE *in = argc > 1 ? fopen(argv[1], "rb") : NULL;
    if (!in) {
        fprintf(stderr, "usage: mime FILE\n");
        return 64;
    }
    double start = seconds();
    size_t octets = 0, total = 0;
    const struct mime_sink sink = {&octets, NULL, take_body, NULL};
    struct mime *m = mime_new(&sink, NULL);
    for (size_t n; (n = fread(piece, 1, sizeof piece, in)) > 0; total += n)
        mime_feed(m, piece, n);
    mime_end(m, false);
    double took = seconds() - start;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%.3f %ld %u %zu %.0f\n", took * 1e3, usage.ru_maxrss, (unsigned)mime_count(m),
           octets, (double)total / 1e6 / took);
    mime_free(m);
    fclose(in);
    return 0;
}
