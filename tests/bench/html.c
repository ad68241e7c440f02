/* html FILE [WIDTH]: HTML as text, in pieces as a message arrives in; the time on stderr. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "base/text.h"
#include "mail/html.h"

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    static char piece[16384];
    FILE *in = argc > 1 ? fopen(argv[1], "rb") : NULL;
    if (!in) {
        fprintf(stderr, "usage: html FILE [WIDTH]\n");
        return 64;
    }
    setlocale(LC_ALL, "");
    double start = seconds();
    struct html *h = html_new(argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 80);
    size_t total = 0;
    for (size_t n; (n = fread(piece, 1, sizeof piece, in)) > 0; total += n)
        html_feed(h, piece, n);
    html_end(h);
    double made = seconds();
    struct buf clean = BUF_INIT((size_t)-1 / 4);
    text_clean(&clean, html_text(h)->data, html_text(h)->len, TEXT_BODY);
    double cleaned = seconds();
    fwrite(clean.data, 1, clean.len, stdout);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    fprintf(stderr, "%zu octets in %.1f ms: %.0f MB/s; text_clean %.1f ms; peak %ld KiB\n",
            total, (made - start) * 1e3, (double)total / 1e6 / (made - start),
            (cleaned - made) * 1e3, usage.ru_maxrss);
    buf_release(&clean);
    html_free(h);
    fclose(in);
    return 0;
}
