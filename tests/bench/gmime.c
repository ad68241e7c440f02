/* gmime FILE: the same as mime.c by GMime, and prints the same. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <gmime/gmime.h>

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static unsigned count;

static void decode(GMimeObject *parent, GMimeObject *part, gpointer nowhere)
{
    (void)parent;
    count++;
    if (GMIME_IS_PART(part) && g_mime_part_get_content(GMIME_PART(part)))
        g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(GMIME_PART(part)), nowhere);
}

int main(int argc, char **argv)
{
    int fd = argc > 1 ? open(argv[1], O_RDONLY) : -1;
    if (fd < 0) {
        fprintf(stderr, "usage: gmime FILE\n");
        return 64;
    }
    g_mime_init();
    double start = seconds();
    GMimeStream *from = g_mime_stream_fs_new(fd), *nowhere = g_mime_stream_null_new();
    GMimeParser *parser = g_mime_parser_new_with_stream(from);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    g_mime_message_foreach(message, decode, nowhere);
    double took = seconds() - start;
    off_t total = lseek(fd, 0, SEEK_END);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%.3f %ld %u %lld %.0f\n", took * 1e3, usage.ru_maxrss, count,
           (long long)g_mime_stream_tell(nowhere), (double)total / 1e6 / took);
    return 0;
}
